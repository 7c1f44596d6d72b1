#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "serieslink/series/v1/series_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/list_pages.h"
#include "services/cli/series_report.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr int kSeriesReportColumnsMax = 80;
// Exhibits by which a weapon is looked for that its partner may know under another name.
constexpr int kOtherNamesMax = 100;

struct SeriesReportOptions {
  std::string series_id;
  std::string partner;
  std::string format;
  ViewOptions view;
};

using Stub = series::v1::SeriesService::Stub;

grpc::Status GetOne(Stub& stub, const CommandOptions& common,
                    const series::v1::GetSeriesRequest& request,
                    series::v1::GetSeriesResponse& response) {
  grpc::ClientContext context;
  SetDeadline(context, common);
  return stub.GetSeries(&context, request, &response);
}

// The weapon of `request` as its partner may see it. A weapon is named after its first exhibit,
// which the partner may not see: then it is found by the first exhibit of the caller's weapon that
// both do.
grpc::Status GetForPartner(Stub& stub, const CommandOptions& common,
                           series::v1::GetSeriesRequest request,
                           series::v1::GetSeriesResponse& response) {
  const grpc::Status asked = GetOne(stub, common, request, response);
  if (asked.error_code() != grpc::StatusCode::NOT_FOUND || request.partner().empty()) return asked;
  series::v1::GetSeriesRequest own = request;
  own.clear_partner();
  series::v1::GetSeriesResponse seen;
  if (const grpc::Status status = GetOne(stub, common, own, seen); !status.ok()) return status;
  // All of one revision.
  request.mutable_view()->set_revision(seen.revision());
  const int names = std::min(seen.series().exhibits_size(), kOtherNamesMax);
  for (int i = 0; i < names; ++i) {
    request.set_series_id(seen.series().exhibits(i).exhibit_id());
    const grpc::Status status = GetOne(stub, common, request, response);
    if (status.error_code() != grpc::StatusCode::NOT_FOUND) return status;
  }
  return asked;
}

int RunReport(const CommandOptions& common, const SeriesReportOptions& options) {
  const std::string format = options.format.empty() ? common.format : options.format;
  if (format == "csv") return Fail(kExitUsage, "a report is text, html or json");
  absl::StatusOr<series::v1::ViewSelector> view =
      ViewOf(options.view.as_at, options.view.min_revision, absl::Now());
  if (!view.ok()) return Fail(kExitUsage, std::string(view.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = series::v1::SeriesService::NewStub(connection->channel());
  series::v1::GetSeriesRequest request;
  request.set_series_id(options.series_id);
  request.set_partner(options.partner);
  *request.mutable_view() = *std::move(view);
  series::v1::GetSeriesResponse got;
  grpc::Status status = GetForPartner(*stub, common, request, got);
  if (!status.ok()) return FailCall(status, *connection);

  SeriesReport report;
  report.partner = options.partner;
  series::v1::ExplainSeriesRequest why;
  why.set_series_id(got.series().weapon_id());
  why.set_partner(options.partner);
  why.mutable_view()->set_revision(got.revision());
  grpc::ClientContext context;
  SetDeadline(context, common);
  status = stub->ExplainSeries(&context, why, &report.explained);
  if (!status.ok()) return FailCall(status, *connection);
  report.series = std::move(*got.mutable_series());
  if (format == "json") {
    std::cout << JsonOf(report.explained, true) << '\n';
  } else if (format == "html") {
    WriteSeriesReportHtml(report, std::cout);
  } else {
    WriteSeriesReportText(report, std::min(TerminalWidthColumns(), kSeriesReportColumnsMax),
                          std::cout);
  }
  return kExitOk;
}

}  // namespace

void AddSeriesReportCommand(CLI::App& series, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<SeriesReportOptions>();
  CLI::App* report = series.add_subcommand(
      "report", "Tells one series: what happened, on what it rests, and what is not known");
  report->fallthrough();
  report->add_option("series", options->series_id, "SL-… or WP-…, or EX-… or RC-… of a member")
      ->required();
  report->add_option(
      "--partner", options->partner,
      "Agency for whom it is: it holds what both that one and yours may see [yours]");
  report->add_option("--format", options->format, "text, html, or json (the explanation) [text]")
      ->check(CLI::IsMember({"text", "html", "json"}));
  AddViewOptions(*report, options->view);
  report->footer(
      "\nExamples:\n  serieslink series report SL-7K2M-9QXD-4TFBG\n"
      "  serieslink series report SL-7K2M-9QXD-4TFBG --partner kent --format html > kent.html");
  report->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunReport(common, *options); };
  });
}

}  // namespace serieslink::cli
