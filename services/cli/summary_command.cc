#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "serieslink/summary/v1/summary_service.grpc.pb.h"
#include "serieslink/summary/v1/summary_statistics_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/summary_html.h"
#include "services/cli/summary_page.h"
#include "services/cli/summary_public_command.h"
#include "services/cli/summary_statistics_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

// A report is read on paper and in mails too.
constexpr int kReportColumnsMax = 80;

struct SummaryOptions {
  std::string period;
  std::vector<std::string> dimensions;
  std::string format;
  std::string as_at;
  std::int64_t min_revision = 0;
  bool are_definitions = false;
  bool are_statistics = false;
  bool is_public = false;
};

int RunDefinitions(const CommandOptions& common, const std::string& format) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  summary::v1::ListMeasuresResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = summary::v1::SummaryService::NewStub(connection->channel())
                                  ->ListMeasures(&context, {}, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (format == "json") {
    std::cout << JsonOf(response, true);
  } else if (format == "csv") {
    WriteCsv(DefinitionRows(response), std::cout);
  } else {
    WriteDefinitions(response, std::min(TerminalWidthColumns(), kReportColumnsMax), std::cout);
  }
  return kExitOk;
}

grpc::Status GetStatistics(const CommandOptions& common, const Connection& connection,
                           const summary::v1::GetSummaryRequest& summary,
                           summary::v1::GetStatisticsResponse& response) {
  summary::v1::GetStatisticsRequest request;
  *request.mutable_period() = summary.period();
  *request.mutable_view() = summary.view();
  grpc::ClientContext context;
  SetDeadline(context, common);
  return summary::v1::SummaryStatisticsService::NewStub(connection.channel())
      ->GetStatistics(&context, request, &response);
}

// Formats for programs have statistics in the place of figures. False for one for people.
bool WriteStatisticsAlone(const std::string& format,
                          const summary::v1::GetStatisticsResponse& statistics) {
  if (format == "json") {
    std::cout << JsonOf(statistics, true) << '\n';
  } else if (format == "csv") {
    WriteCsv(StatisticsRows(statistics), std::cout);
  } else {
    return false;
  }
  return true;
}

// The boundaries by which `summary` placed points, as far as the page shows their areas.
grpc::Status GetMaps(const summary::v1::GetSummaryResponse& summary, const CommandOptions& common,
                     const Connection& connection, std::vector<summary::v1::GetMapResponse>& maps) {
  const auto stub = summary::v1::SummaryService::NewStub(connection.channel());
  for (const summary::v1::BoundarySet& boundaries : summary.boundaries()) {
    if (boundaries.kind() == type::v1::AREA_KIND_OUTPUT_AREA) continue;
    summary::v1::GetMapRequest request;
    request.set_kind(boundaries.kind());
    request.set_boundary_year(boundaries.boundary_year());
    grpc::ClientContext context;
    SetDeadline(context, common);
    maps.emplace_back();
    const grpc::Status status = stub->GetMap(&context, request, &maps.back());
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

int RunSummary(const CommandOptions& common, const SummaryOptions& options) {
  const std::string format = options.format.empty() ? common.format : options.format;
  if (options.are_definitions) {
    if (format == "html") return Fail(kExitUsage, "--definitions are text, csv or json");
    if (options.is_public) return Fail(kExitUsage, "--definitions are those of all summaries");
    return RunDefinitions(common, format);
  }
  if (options.period.empty()) return Fail(kExitUsage, "name a period, such as 2026Q3");
  summary::v1::GetSummaryRequest request;
  absl::StatusOr<summary::v1::Period> period = ParsePeriod(options.period);
  if (!period.ok()) return Fail(kExitUsage, std::string(period.status().message()));
  *request.mutable_period() = *std::move(period);
  for (const std::string& word : options.dimensions) request.add_dimensions(DimensionOf(word));
  if (!options.as_at.empty()) {
    absl::StatusOr<series::v1::ViewSelector> view = ParseAsAt(options.as_at, absl::Now());
    if (!view.ok()) {
      return Fail(kExitUsage, absl::StrCat("--as-at: ", view.status().message()));
    }
    *request.mutable_view() = *std::move(view);
  }
  request.mutable_view()->set_min_revision(options.min_revision);
  if (options.is_public) {
    if (options.are_statistics) return Fail(kExitUsage, "--statistics are not public");
    summary::v1::PreviewPublicSummaryRequest draft;
    *draft.mutable_period() = request.period();
    *draft.mutable_breakdowns() = request.dimensions();
    *draft.mutable_view() = request.view();
    return RunPublicSummary(common, draft, format);
  }

  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  std::optional<summary::v1::GetStatisticsResponse> statistics;
  if (options.are_statistics) {
    const grpc::Status got = GetStatistics(common, *connection, request, statistics.emplace());
    if (!got.ok()) return FailCall(got, *connection);
    if (WriteStatisticsAlone(format, *statistics)) return kExitOk;
    // Both of one revision.
    request.mutable_view()->set_revision(statistics->revision());
  }
  summary::v1::GetSummaryResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = summary::v1::SummaryService::NewStub(connection->channel())
                                  ->GetSummary(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (format == "json") {
    std::cout << JsonOf(response, true);
  } else if (format == "csv") {
    WriteCsv(SummaryRows(response), std::cout);
  } else if (format == "html") {
    std::vector<summary::v1::GetMapResponse> maps;
    const grpc::Status got = GetMaps(response, common, *connection, maps);
    if (!got.ok()) return FailCall(got, *connection);
    WriteSummaryHtml(response, maps, statistics.has_value() ? &*statistics : nullptr, std::cout);
  } else {
    const int width_columns = std::min(TerminalWidthColumns(), kReportColumnsMax);
    WriteSummaryText(response, width_columns, std::cout);
    if (statistics.has_value()) WriteStatisticsText(*statistics, width_columns, std::cout);
  }
  return kExitOk;
}

}  // namespace

void AddSummaryCommand(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<SummaryOptions>();
  CLI::App* summary = app.add_subcommand("summary", "Counts what happened in a period");
  summary->fallthrough();
  summary->add_option("period", options->period,
                      "2026Q3, 2026-09, FY2026-27Q2 (from April), 12M2026Q3 (the twelve months up "
                      "to its end) or 2026");
  summary
      ->add_option("--by", options->dimensions,
                   "Break figures down [force,borough,owning-unit,agency]")
      ->delimiter(',')
      ->check(CLI::IsMember(DimensionWords()));
  summary->add_option("--format", options->format, "text, html, csv or json [text]")
      ->check(CLI::IsMember({"text", "html", "csv", "json"}));
  summary->add_option("--as-at", options->as_at, kAsAtHelp);
  summary
      ->add_option("--min-revision", options->min_revision,
                   "Wait until this revision is linked, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
  summary->add_flag("--definitions", options->are_definitions,
                    "Show what each measure counts, and nothing else");
  summary->add_flag("--statistics", options->are_statistics,
                    "With areas most at risk, changes of level, how long things last and what the "
                    "newest figures will have become; csv and json: these alone");
  summary->add_flag("--public", options->is_public,
                    "A draft for the public, small counts hidden [by force,borough]; for issuers");
  summary->footer(
      "\nEvery figure stands beside the period before and the same a year ago. Of many records,\n"
      "allow it more time with --timeout.\n"
      "\nExamples:\n  serieslink summary 2026Q3\n"
      "  serieslink summary 2026Q3 --as-at 2026-10-14 --statistics --format html > q3.html\n"
      "  serieslink summary 2026Q3 --public --format csv > figures.csv\n"
      "  serieslink summary 12M2026Q3 --by borough,ward --format csv > wards.csv");
  AddSummaryCompareCommand(*summary, common, chosen);
  AddSummaryReleaseCommands(*summary, common, chosen);
  summary->callback([&common, &chosen, summary, options] {
    // Called after that of a command of its own, which has chosen then.
    if (const auto commands = summary->get_subcommands(); !commands.empty()) {
      RefuseOptions(*summary, {},
                    absl::StrCat("does not apply to 'summary ", commands[0]->get_name(), "'"));
      return;
    }
    chosen = [&common, options] { return RunSummary(common, *options); };
  });
}

}  // namespace serieslink::cli
