#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "serieslink/firearm/v1/firearm_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/firearm_filter_options.h"
#include "services/cli/firearm_page.h"
#include "services/cli/life_page.h"
#include "services/cli/list_pages.h"
#include "services/cli/list_writer.h"
#include "services/cli/submission_command.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

constexpr int kFirearmsMax = 1000;

constexpr char kFooter[] = R"(
Everything that is given must hold. Serials are compared as linkage compares them: letters and digits
only, O is 0. "*" stands for any characters, "?" for one; quote them. Serial fields are also found as
they were written, so that --serial 'obliterated*' works. An exhibit of which something is not known
is not found by it, but an unknown date can lie in any period.

Kinds: gun, case-group, bullet-group, gun-part, described-gun (lost or stolen), ammunition-lot,
test-fire-cases, test-fire-bullets, sighted-gun. Types: pistol, revolver, shotgun-sawn-off, rifle,
converted-blank-firer, 3d-printed and others; a wrong one is answered with all of them.

Examples:
  serieslink firearm search --serial AB123456
  serieslink firearm search --serial 'AB12*' --make GLOCK --calibre 9mm --kind gun
  serieslink firearm search --serial '*3456' --format json
  serieslink firearm search --serial 'AB12*' --after-revision 5120     # what is new since
  serieslink firearm search --make Glock --model '17*' --area E09000014 --from 2025-01-01 --to 2025-03-31
  serieslink firearm search --kind described-gun --agency kent --area unknown --all --format csv)";

struct SearchOptions {
  FirearmFilterOptions gun;
  std::int64_t after_revision = 0;
  int page_size = 0;
  std::int64_t limit = kListLimit;
  bool all = false;
  std::string as_at;
  std::int64_t min_revision = 0;
};

absl::StatusOr<firearm::v1::SearchFirearmsRequest> RequestOf(const SearchOptions& options) {
  firearm::v1::SearchFirearmsRequest request;
  SL_ASSIGN_OR_RETURN(*request.mutable_view(),
                      ViewOf(options.as_at, options.min_revision, absl::Now()));
  SL_RETURN_IF_ERROR(SetFirearmFilter(options.gun, *request.mutable_filter()));
  request.mutable_filter()->set_after_revision(options.after_revision);
  request.set_page_size(options.page_size);
  if (options.page_size == 0 && (options.all || options.limit > kListLimit)) {
    request.set_page_size(kFirearmsMax);
  }
  return request;
}

int RunSearch(const CommandOptions& common, const SearchOptions& options) {
  absl::StatusOr<firearm::v1::SearchFirearmsRequest> request = RequestOf(options);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = firearm::v1::FirearmService::NewStub(connection->channel());
  std::unique_ptr<ListWriter> writer;
  bool there_are_more = false;
  std::int64_t revision = 0;
  do {
    firearm::v1::SearchFirearmsResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->SearchFirearms(&context, *request, &response);
    if (!status.ok()) return FailCall(status, *connection);
    // An error of the first page leaves standard output empty.
    if (writer == nullptr) {
      writer = std::make_unique<ListWriter>("exhibits", FoundExhibitHeadings(), FormatOf(common),
                                            std::cout);
    }
    revision = response.revision();
    there_are_more = !response.next_page_token().empty();
    for (const firearm::v1::FoundExhibit& exhibit : response.exhibits()) {
      if (!options.all && writer->count() == options.limit) {
        there_are_more = true;
        break;
      }
      writer->Add(JsonOf(exhibit, false), FoundExhibitRow(exhibit));
    }
    request->set_page_token(response.next_page_token());
  } while (!request->page_token().empty() && (options.all || writer->count() < options.limit));
  writer->Finish(revision, there_are_more, TerminalWidthColumns());
  if (writer->count() == 0) {
    std::cerr << NothingInAreaNote(options.gun.area);
    if (!options.gun.agency.empty()) {
      std::cerr << "note: nothing was found of this agency. An agency is named as in its "
                   "certificate, such as mps or kent\n";
    }
    if (!options.gun.calibre.empty()) {
      std::cerr << "note: nothing was found of this calibre. 'serieslink vocabulary show' lists "
                   "the names that calibres go by\n";
    }
  }
  if (there_are_more) {
    std::cerr << "There are more: --all, or a higher --limit, shows them." << std::endl;
  }
  return kExitOk;
}

struct TraceOptions {
  std::string firearm_id;
  std::string as_at;
  std::int64_t min_revision = 0;
};

int RunTrace(const CommandOptions& common, const TraceOptions& options) {
  firearm::v1::TraceFirearmRequest request;
  request.set_firearm_id(options.firearm_id);
  absl::StatusOr<series::v1::ViewSelector> view =
      ViewOf(options.as_at, options.min_revision, absl::Now());
  if (!view.ok()) return Fail(kExitUsage, std::string(view.status().message()));
  *request.mutable_view() = *std::move(view);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  firearm::v1::TraceFirearmResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = firearm::v1::FirearmService::NewStub(connection->channel())
                                  ->TraceFirearm(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteLifeStory(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

void AddTrace(CLI::App& firearm, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* trace = firearm.add_subcommand(
      "trace", "Tells the life of a gun: events, custody, times, what is missing or cannot be");
  trace->fallthrough();
  trace
      ->add_option("id", options->firearm_id,
                   "SL-…, WP-…, EX-…, or RC-… of a record with one exhibit")
      ->required();
  trace->add_option("--as-at", options->as_at, kAsAtHelp);
  trace
      ->add_option("--min-revision", options->min_revision,
                   "Wait until this revision is derived, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
  trace->footer(
      "\nTimes are given as the shortest and the longest that the dates allow. --format csv gives\n"
      "a row for each event, --format json everything.\n"
      "\nExamples:\n  serieslink firearm trace EX-0J4P-0C8H-6TW21\n"
      "  serieslink --format json firearm trace EX-0J4P-0C8H-6TW21 --as-at 2018-01-01");
  trace->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunTrace(common, *options); };
  });
}

}  // namespace

void AddFirearmCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* firearm = app.add_subcommand("firearm", "Looks firearms up by what is known of them");
  firearm->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExamples:\n"
      "  serieslink firearm search --serial 'AB12*' --make Glock\n"
      "  serieslink firearm trace EX-0J4P-0C8H-6TW21");
  firearm->require_subcommand(1);
  firearm->fallthrough();

  CLI::App* search =
      firearm->add_subcommand("search", "Finds exhibits by serial, make, place and the like");
  search->fallthrough();
  AddFirearmFilterOptions(*search, options->gun);
  search
      ->add_option("--after-revision", options->after_revision,
                   "Only what came or changed after this revision, which an earlier answer names")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  search->add_option("--page-size", options->page_size, "Exhibits asked for in one call")
      ->check(CLI::Range(1, kFirearmsMax));
  CLI::Option* limit = search->add_option("--limit", options->limit, "Exhibits shown at most [50]")
                           ->check(CLI::Range(1, 1000000000));
  search->add_flag("--all", options->all, "Show all")->excludes(limit);
  search->add_option("--as-at", options->as_at, kAsAtHelp);
  search
      ->add_option("--min-revision", options->min_revision,
                   "Wait until this revision is searchable, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
  search->footer(kFooter);
  search->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunSearch(common, *options); };
  });
  AddTrace(*firearm, common, chosen);
  AddClearanceCommand(*firearm, common, chosen);
  AddSubmissionCommand(*firearm, common, chosen);
}

}  // namespace serieslink::cli
