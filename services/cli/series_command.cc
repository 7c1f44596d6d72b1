#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "serieslink/series/v1/series_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/court_text.h"
#include "services/cli/exit_code.h"
#include "services/cli/explanation_page.h"
#include "services/cli/list_pages.h"
#include "services/cli/list_writer.h"
#include "services/cli/series_page.h"
#include "services/cli/table.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

constexpr int kSeriesMax = 1000;
// Of explain alone: text for a bundle.
constexpr char kCourtFormat[] = "court";

struct SeriesOptions {
  std::string series_id;
  std::string second_id;
  std::string agency;
  std::string area;
  std::string from;
  std::string before;
  int incidents_min = 0;
  int incidents_max = 0;
  std::string status;
  std::vector<std::string> flags;
  bool police_issue = false;
  bool any_weapon = false;
  int page_size = 0;
  std::int64_t limit = kListLimit;
  bool all = false;
  std::string as_at;
  std::int64_t min_revision = 0;
  std::string format;  // of explain; empty: that of the program
};

// Of series: what bears FLAG_KIND_POLICE_ISSUE is none, and has an option of its own.
const std::map<std::string, series::v1::FlagKind>& FlagNames() {
  static const auto* const names = new std::map<std::string, series::v1::FlagKind>{
      {"custody-contradiction", series::v1::FLAG_KIND_CUSTODY_CONTRADICTION},
      {"conflict", series::v1::FLAG_KIND_CONFLICT},
      {"parts-exchange", series::v1::FLAG_KIND_PARTS_EXCHANGE},
      {"impossible-travel", series::v1::FLAG_KIND_IMPOSSIBLE_TRAVEL},
      {"stale-finding", series::v1::FLAG_KIND_STALE_FINDING},
      {"reference-clash", series::v1::FLAG_KIND_REFERENCE_CLASH},
      {"probable-duplicate", series::v1::FLAG_KIND_PROBABLE_DUPLICATE},
      {"police-issue-disputed", series::v1::FLAG_KIND_POLICE_ISSUE_DISPUTED}};
  return *names;
}

absl::StatusOr<series::v1::ListSeriesRequest> ListRequest(const SeriesOptions& options) {
  series::v1::ListSeriesRequest request;
  SL_ASSIGN_OR_RETURN(*request.mutable_view(),
                      ViewOf(options.as_at, options.min_revision, absl::Now()));
  series::v1::SeriesFilter& filter = *request.mutable_filter();
  filter.set_agency(options.agency);
  filter.set_area(options.area);
  SL_RETURN_IF_ERROR(
      SetTime("--from", options.from, &series::v1::SeriesFilter::mutable_occurred_from, filter));
  SL_RETURN_IF_ERROR(SetTime("--before", options.before,
                             &series::v1::SeriesFilter::mutable_occurred_before, filter));
  if (options.incidents_max > 0 && options.incidents_min > options.incidents_max) {
    return absl::InvalidArgumentError(
        absl::StrCat("--incidents-min ", options.incidents_min, " is above --incidents-max ",
                     options.incidents_max, ": no series can have both"));
  }
  filter.set_incidents_min(options.incidents_min);
  filter.set_incidents_max(options.incidents_max);
  if (options.status == "inferred") filter.set_status(series::v1::SERIES_STATUS_INFERRED);
  if (options.status == "recovered") filter.set_status(series::v1::SERIES_STATUS_RECOVERED);
  if (options.status == "used-after-recovery") {
    filter.set_status(series::v1::SERIES_STATUS_USED_AFTER_RECOVERY);
  }
  for (const std::string& flag : options.flags) filter.add_flags(FlagNames().at(flag));
  filter.set_police_issue(options.police_issue);
  filter.set_any_weapon(options.any_weapon);
  request.set_page_size(options.page_size);
  return request;
}

int RunList(const CommandOptions& common, const SeriesOptions& options) {
  absl::StatusOr<series::v1::ListSeriesRequest> request = ListRequest(options);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = series::v1::SeriesService::NewStub(connection->channel());
  if (request->page_size() == 0 && (options.all || options.limit > kListLimit)) {
    request->set_page_size(kSeriesMax);
  }
  std::unique_ptr<ListWriter> writer;
  bool there_are_more = false;
  std::int64_t revision = 0;
  do {
    series::v1::ListSeriesResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->ListSeries(&context, *request, &response);
    if (!status.ok()) return FailCall(status, *connection);
    // An error of the first page leaves standard output empty.
    if (writer == nullptr) {
      writer = std::make_unique<ListWriter>("series", SeriesTable({}).headings, FormatOf(common),
                                            std::cout);
    }
    revision = response.revision();
    there_are_more = !response.next_page_token().empty();
    for (const std::string& exhibit : response.unresolved_exhibits()) {
      std::cerr << "note: the evidence around " << exhibit
                << " is too large for a list; its series are not shown\n";
    }
    for (const series::v1::Series& series : response.series()) {
      if (!options.all && writer->count() == options.limit) {
        there_are_more = true;
        break;
      }
      writer->Add(JsonOf(series, false), std::move(SeriesTable({series}).rows.front()));
    }
    request->set_page_token(response.next_page_token());
  } while (!request->page_token().empty() && (options.all || writer->count() < options.limit));
  writer->Finish(revision, there_are_more, TerminalWidthColumns());
  if (writer->count() == 0) std::cerr << NothingInAreaNote(options.area);
  if (there_are_more) {
    std::cerr << "There are more: --all, or a higher --limit, shows them." << std::endl;
  }
  return kExitOk;
}

int RunGet(const CommandOptions& common, const SeriesOptions& options) {
  absl::StatusOr<series::v1::ViewSelector> view =
      ViewOf(options.as_at, options.min_revision, absl::Now());
  if (!view.ok()) return Fail(kExitUsage, std::string(view.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  series::v1::GetSeriesRequest request;
  request.set_series_id(options.series_id);
  *request.mutable_view() = *std::move(view);
  series::v1::GetSeriesResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = series::v1::SeriesService::NewStub(connection->channel())
                                  ->GetSeries(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteSeries(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

// Writes `response`, an explanation, in the format that was asked for.
template <typename Response>
void WriteExplained(const Response& response, const CommandOptions& common,
                    const std::string& format) {
  if (format == kCourtFormat) {
    WriteCourtText(response, std::cout);
    return;
  }
  WriteExplanation(response,
                   format.empty() ? FormatOf(common) : ParseFormat(format).value_or(Format::kTable),
                   TerminalWidthColumns(), std::cout);
}

int RunExplain(const CommandOptions& common, const SeriesOptions& options) {
  absl::StatusOr<series::v1::ViewSelector> view =
      ViewOf(options.as_at, options.min_revision, absl::Now());
  if (!view.ok()) return Fail(kExitUsage, std::string(view.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = series::v1::SeriesService::NewStub(connection->channel());
  grpc::ClientContext context;
  SetDeadline(context, common);
  if (options.second_id.empty()) {
    series::v1::ExplainSeriesRequest request;
    request.set_series_id(options.series_id);
    *request.mutable_view() = *std::move(view);
    series::v1::ExplainSeriesResponse response;
    const grpc::Status status = stub->ExplainSeries(&context, request, &response);
    if (!status.ok()) return FailCall(status, *connection);
    WriteExplained(response, common, options.format);
    return kExitOk;
  }
  series::v1::ExplainLinkRequest request;
  request.set_first_id(options.series_id);
  request.set_second_id(options.second_id);
  *request.mutable_view() = *std::move(view);
  series::v1::ExplainLinkResponse response;
  const grpc::Status status = stub->ExplainLink(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteExplained(response, common, options.format);
  return kExitOk;
}

void AddView(CLI::App& command, SeriesOptions& options) {
  command.add_option("--as-at", options.as_at, kAsAtHelp);
  command
      .add_option("--min-revision", options.min_revision,
                  "Wait until this revision is linked, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace

void AddSeriesCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<SeriesOptions>();
  CLI::App* series = app.add_subcommand("series", "Lists and shows linked series");
  series->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExamples:\n"
      "  serieslink series list --incidents-min 3\n"
      "  serieslink series get SL-7K2M-9QXD-4TFBG\n"
      "  serieslink series explain SL-7K2M-9QXD-4TFBG");
  series->require_subcommand(1);
  series->fallthrough();

  CLI::App* list = series->add_subcommand("list", "Lists series: weapons with several incidents");
  list->fallthrough();
  list->add_option("--agency", options->agency, "With a record of this agency");
  list->add_option("--area", options->area, "With an event in this borough, ward or force");
  list->add_option("--from", options->from, "With an incident at or after this day (YYYY-MM-DD)");
  list->add_option("--before", options->before, "With an incident before this day (YYYY-MM-DD)");
  list->add_option("--incidents-min", options->incidents_min, "With at least so many incidents")
      ->check(CLI::Range(1, 1000000000));
  list->add_option("--incidents-max", options->incidents_max, "With at most so many incidents")
      ->check(CLI::Range(1, 1000000000));
  list->add_option("--status", options->status, "inferred, recovered or used-after-recovery")
      ->check(CLI::IsMember({"inferred", "recovered", "used-after-recovery"}));
  const std::vector<std::string> flag_names = KeysOf(FlagNames());
  list->add_option("--flag", options->flags,
                   absl::StrCat("Bearing one of these flags, with commas: ",
                                absl::StrJoin(flag_names, ", ")))
      ->delimiter(',')
      ->check(CLI::IsMember(flag_names));
  list->add_flag("--any-weapon", options->any_weapon,
                 "Weapons that are no series as well, with one incident or none; with --flag");
  list->add_flag("--police-issue", options->police_issue,
                 "In place of series, weapons issued to police and not reported lost that would be "
                 "some by their incidents");
  list->add_option("--page-size", options->page_size, "Series asked for in one call")
      ->check(CLI::Range(1, kSeriesMax));
  CLI::Option* limit = list->add_option("--limit", options->limit, "Series shown at most [50]")
                           ->check(CLI::Range(1, 1000000000));
  list->add_flag("--all", options->all, "Show all")->excludes(limit);
  AddView(*list, *options);
  list->footer(
      "\nExamples:\n  serieslink series list --area E09000014 --from 2017-01-01\n"
      "  serieslink series list --all --format json");
  list->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunList(common, *options); };
  });

  CLI::App* get = series->add_subcommand("get", "Shows a weapon, its evidence and its history");
  get->fallthrough();
  get->add_option("series", options->series_id, "SL-… or WP-…, or EX-… or RC-… of a member")
      ->required();
  AddView(*get, *options);
  get->footer("\nExample:\n  serieslink series get SL-7K2M-9QXD-4TFBG --as-at 2018-01-01");
  get->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunGet(common, *options); };
  });

  CLI::App* explain = series->add_subcommand(
      "explain",
      "Says what holds a weapon together; or why two exhibits are one weapon, or why not");
  explain->fallthrough();
  explain
      ->add_option("first", options->series_id,
                   "The weapon: SL-… or WP-…, or EX-… or RC-… of a member. With a second one the "
                   "exhibit: EX-…, or RC-… of a record with one exhibit, or WP-… or SL-… for the "
                   "exhibit that it is named after")
      ->required();
  explain->add_option("second", options->second_id,
                      "Another exhibit, likewise [none: the weapon is explained]");
  explain
      ->add_option(
          "--format", options->format,
          "table, court (text for a bundle, in numbered paragraphs), json, or csv (rows for "
          "charts of weights) [table]")
      ->check(CLI::IsMember({"table", kCourtFormat, "json", "csv"}));
  AddView(*explain, *options);
  explain->footer(
      "\nThe same question as at the same revision is answered with the same digest, unless the\n"
      "visibility of a record has changed since.\n"
      "\nExamples:\n  serieslink series explain SL-7K2M-9QXD-4TFBG\n"
      "  serieslink series explain SL-7K2M-9QXD-4TFBG --format court > bundle.txt\n"
      "  serieslink series explain EX-0J4P-0C8H-6TW21 EX-7K2M-9QXD-4TFBG\n"
      "  serieslink --format json series explain EX-7K2M-9QXD-4TFBG \\\n"
      "    SL-7K2M-9QXD-4TFBG --as-at 2017-12-31");
  explain->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunExplain(common, *options); };
  });
  AddSeriesReportCommand(*series, common, chosen);
  AddWhatIfCommands(*series, common, chosen);
}

}  // namespace serieslink::cli
