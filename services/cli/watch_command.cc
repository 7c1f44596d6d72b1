#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "serieslink/alert/v1/alert_service.pb.h"
#include "services/cli/alert_page.h"
#include "services/cli/call_error.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/interruption.h"
#include "services/cli/option_words.h"
#include "services/cli/push_session.h"
#include "services/cli/table.h"
#include "services/cli/watch_position.h"
#include "services/cli/watch_session.h"

namespace serieslink::cli {
namespace {

constexpr std::chrono::milliseconds kConnectionWait{2'000};

struct WatchOptions {
  std::vector<std::string> kinds;
  std::vector<std::string> agencies;
  std::vector<std::string> areas;
  bool own = false;
  std::string position_file;
  std::int64_t after_revision = -1;
  bool until_now = false;
  std::int64_t retry_seconds = 86'400;
};

constexpr char kFooter[] = R"(
Shows what changes from now on, one line each, until it is interrupted: series that form, grow,
merge, split or dissolve, stolen guns that are used or recovered, and what cannot be. You are told
of what you may see, as soon as it is derived.

--position FILE keeps how far you have come: the next watch with the same file goes on from there,
and nothing is missed, whatever was stopped in between. Something may be told twice, with the same
alert id. --format json writes one object a line, csv one row a line below its headings.

Examples:
  serieslink watch --own --position alerts.position
  serieslink watch --kind stolen-gun-sighted --kind stolen-gun-recovered --agency kent
  serieslink watch --area E09000022 --after-revision 0 --until-now
  serieslink --format json watch --position alerts.position | notify-duty-desk)";

void SetRequest(const WatchOptions& options, alert::v1::WatchAlertsRequest& request) {
  alert::v1::AlertFilter& filter = *request.mutable_filter();
  for (const std::string& word : options.kinds) {
    filter.add_kinds(
        static_cast<alert::v1::AlertKind>(OptionNumber(*alert::v1::AlertKind_descriptor(), word)));
  }
  for (const std::string& agency : options.agencies) filter.add_agencies(agency);
  for (const std::string& area : options.areas) filter.add_areas(area);
  filter.set_own(options.own);
  if (options.after_revision >= 0) request.set_after_revision(options.after_revision);
}

void TellDerivedAnew() {
  std::cerr
      << "serieslink: another release, policy or vocabulary derived everything anew since the "
         "position. The watch goes on from there; what is otherwise now of the time before is "
         "not told: watch with --after-revision to hear that"
      << std::endl;
}

int RunWatch(const CommandOptions& common, const WatchOptions& options) {
  alert::v1::WatchAlertsRequest request;
  SetRequest(options, request);
  if (!options.position_file.empty()) {
    const absl::StatusOr<std::string> position = ReadWatchPosition(options.position_file);
    if (!position.ok()) return Fail(kExitUsage, std::string(position.status().message()));
    if (!position->empty() && options.after_revision >= 0) {
      return Fail(kExitUsage, options.position_file +
                                  " says where to go on; leave out --after-revision, or remove it");
    }
    if (!position->empty()) request.set_position(*position);
  }
  // Before gRPC starts its threads.
  Interruption interruption;
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const Format format = FormatOf(common);
  absl::Status kept;
  bool has_headings = false;
  WatchSession session(connection->channel(),
                       {.until_current = options.until_now,
                        .retry_for = std::chrono::seconds(options.retry_seconds),
                        .wait =
                            [&](std::chrono::milliseconds time) {
                              interruption.Wait(time);
                              AwaitConnection(*connection->channel(), kConnectionWait,
                                              [&] { return interruption.has_happened(); });
                            },
                        .is_interrupted = [&] { return interruption.has_happened(); },
                        .on_retry =
                            [&](const grpc::Status& why, std::chrono::milliseconds next) {
                              std::cerr << "serieslink: " << ExplainCallError(why, *connection).text
                                        << "; trying again in "
                                        << static_cast<double>(next.count()) / 1000 << " s"
                                        << std::endl;
                            },
                        .on_message =
                            [&](const alert::v1::WatchAlertsResponse& message) {
                              if (format == Format::kCsv && !std::exchange(has_headings, true)) {
                                WriteCsv({.headings = AlertHeadings(), .rows = {}}, std::cout);
                              }
                              if (message.is_derived_anew()) TellDerivedAnew();
                              if (message.has_alert())
                                WriteAlert(message.alert(), format, std::cout);
                              // What is not written is to be told again.
                              std::cout.flush();
                              if (!std::cout) return false;
                              if (options.position_file.empty()) return true;
                              kept = WriteWatchPosition(options.position_file, message.position());
                              return kept.ok();
                            }});
  interruption.Call([&] { session.Interrupt(); });
  const grpc::Status status = session.Run(std::move(request));
  interruption.Call(nullptr);
  if (status.ok()) return kExitOk;
  if (!kept.ok()) return Fail(kExitOutputLost, std::string(kept.message()));
  if (!std::cout) return kExitOk;  // CheckOutput says it
  if (interruption.has_happened()) return kExitInterrupted;
  return FailCall(status, *connection);
}

}  // namespace

void AddWatchCommand(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App* watch = app.add_subcommand("watch", "Shows what changes, as it comes");
  watch->fallthrough();
  watch->add_option("--kind", options->kinds, "Only of this kind; several are alternatives")
      ->check(CLI::IsMember(OptionWords(*alert::v1::AlertKind_descriptor())));
  watch->add_option("--agency", options->agencies,
                    "Only where this agency has a part; several are alternatives");
  watch->add_option("--area", options->areas,
                    "Only of guns with an event in this borough, ward or force, likewise");
  watch->add_flag("--own", options->own, "Only where your agency has a part");
  watch
      ->add_option("--position", options->position_file,
                   "Go on from the position in this file, and keep it there")
      ->type_name(kFileType);
  watch
      ->add_option("--after-revision", options->after_revision,
                   "Begin behind this revision; 0: from the beginning")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  watch->add_flag("--until-now", options->until_now, "End when all there is was shown");
  watch
      ->add_option("--retry-for", options->retry_seconds,
                   "Seconds to try for when the connection is lost [86400]")
      ->check(CLI::Range(0, 31'536'000));
  watch->footer(kFooter);
  watch->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunWatch(common, *options); };
  });
}

}  // namespace serieslink::cli
