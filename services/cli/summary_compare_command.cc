#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "serieslink/summary/v1/summary_comparison_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/summary_changes_page.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

struct CompareOptions {
  std::string period;
  std::string earlier;
  std::string later;
  std::vector<std::string> dimensions;
  std::string format;
};

int RunCompare(const CommandOptions& common, const CompareOptions& options) {
  summary::v1::CompareSummariesRequest request;
  absl::StatusOr<summary::v1::Period> period = ParsePeriod(options.period);
  if (!period.ok()) return Fail(kExitUsage, std::string(period.status().message()));
  *request.mutable_period() = *std::move(period);
  for (const std::string& word : options.dimensions) request.add_dimensions(DimensionOf(word));
  const auto read = [](const std::string& text, series::v1::ViewSelector* view) {
    absl::StatusOr<series::v1::ViewSelector> parsed = ParseAsAt(text, absl::Now());
    if (!parsed.ok()) return parsed.status();
    *view = *std::move(parsed);
    return absl::OkStatus();
  };
  absl::Status status = read(options.earlier, request.mutable_earlier());
  if (!status.ok()) return Fail(kExitUsage, absl::StrCat("earlier: ", status.message()));
  if (!options.later.empty()) {
    status = read(options.later, request.mutable_later());
    if (!status.ok()) return Fail(kExitUsage, absl::StrCat("later: ", status.message()));
  }

  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const auto stub = summary::v1::SummaryComparisonService::NewStub(connection->channel());
  const auto reader = stub->CompareSummaries(&context, request);
  const std::string format = options.format.empty() ? common.format : options.format;
  SummaryChanges changes;
  summary::v1::CompareSummariesResponse part;
  while (reader->Read(&part)) {
    if (format == "json") {
      std::cout << JsonOf(part, false) << '\n';
    } else {
      AddPart(part, changes);
    }
  }
  const grpc::Status finished = reader->Finish();
  if (!finished.ok()) return FailCall(finished, *connection);
  if (format == "csv") {
    WriteCsv(ChangeRows(changes), std::cout);
  } else if (format != "json") {
    WriteChangesText(changes, std::min(TerminalWidthColumns(), kReportColumnsMax), std::cout);
  }
  return kExitOk;
}

}  // namespace

void AddSummaryCompareCommand(CLI::App& summary, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* compare = summary.add_subcommand(
      "compare", "Explains what changed in a summary between two revisions or times");
  compare->fallthrough();
  compare->add_option("period", options->period, "As for summary")->required();
  compare->add_option("earlier", options->earlier, kAsAtHelp)->required();
  compare->add_option("later", options->later, "Likewise [the latest]");
  compare
      ->add_option("--by", options->dimensions,
                   "Break figures down [force,borough,owning-unit,agency]")
      ->delimiter(',')
      ->check(CLI::IsMember(DimensionWords()));
  // That of summary takes html too, which this has none of.
  compare->add_option("--format", options->format, "text, csv or json [text]")
      ->check(CLI::IsMember({"text", "csv", "json"}));
  compare->footer(
      "\nEvery figure that differs, and the records that came between. json is a line for each\n"
      "part of the answer.\n"
      "\nExamples:\n  serieslink summary compare 2026Q3 2026-10-14\n"
      "  serieslink summary compare 2026Q3 4102 4977 --format csv > changes.csv");
  compare->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunCompare(common, *options); };
  });
}

}  // namespace serieslink::cli
