#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "serieslink/series/v1/what_if_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/explanation_page.h"
#include "services/cli/page.h"
#include "services/cli/series_page.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

constexpr int kMinutesMax = 24 * 60;

struct WhatIfOptions {
  std::vector<std::string> confirm;
  std::vector<std::string> withdraw;
  int minutes = 0;
  std::string as_at;
  std::string what_if;
  std::string first_id;
  std::string second_id;
};

// "EX-…,EX-…" or "EX-…,EX-…,FN-…". Adds to `wrong` what to say of each that is neither.
void AddSuppositions(const char* flag, const std::vector<std::string>& texts,
                     series::v1::SuppositionKind kind, series::v1::StartWhatIfRequest& request,
                     std::vector<std::string>& wrong) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::vector<std::string> ids = absl::StrSplit(texts[i], ',');
    if (ids.size() != 2 && ids.size() != 3) {
      wrong.push_back(absl::StrCat(flag, ", pair ", i + 1,
                                   ": give two exhibits, and the finding if only one is meant: "
                                   "EX-…,EX-…[,FN-…]"));
      continue;
    }
    series::v1::Supposition& supposition = *request.add_suppositions();
    supposition.set_kind(kind);
    supposition.set_first_id(ids[0]);
    supposition.set_second_id(ids[1]);
    if (ids.size() == 3) supposition.set_finding_id(ids[2]);
  }
}

absl::StatusOr<series::v1::StartWhatIfRequest> StartRequest(const WhatIfOptions& options) {
  series::v1::StartWhatIfRequest request;
  std::vector<std::string> wrong;
  AddSuppositions("--confirm", options.confirm, series::v1::SUPPOSITION_KIND_LEAD_IS_CONFIRMED,
                  request, wrong);
  AddSuppositions("--withdraw", options.withdraw, series::v1::SUPPOSITION_KIND_FINDING_IS_WITHDRAWN,
                  request, wrong);
  if (!wrong.empty()) return absl::InvalidArgumentError(absl::StrJoin(wrong, "\n"));
  if (request.suppositions().empty()) {
    return absl::InvalidArgumentError("suppose something: --confirm or --withdraw");
  }
  request.set_minutes(options.minutes);
  SL_ASSIGN_OR_RETURN(*request.mutable_view(), ViewOf(options.as_at, 0, absl::Now()));
  return request;
}

Table SeriesOf(const google::protobuf::RepeatedPtrField<series::v1::Series>& all) {
  return SeriesTable({all.begin(), all.end()});
}

// Each row with its watermark: a row that is copied out of a file still says what it is.
void WriteMarkedCsv(Table table, const std::string& watermark) {
  table.headings.push_back("watermark");
  for (auto& row : table.rows) row.push_back(watermark);
  WriteCsv(table, std::cout);
}

void Write(const series::v1::StartWhatIfResponse& response, Format format) {
  if (format == Format::kJson) {
    std::cout << JsonOf(response, true) << '\n';
    return;
  }
  if (format == Format::kCsv) {
    Table table = SeriesOf(response.weapons_known());
    table.headings.insert(table.headings.begin(), "as");
    for (auto& row : table.rows) row.insert(row.begin(), "known");
    Table supposed = SeriesOf(response.weapons_supposed());
    for (auto& row : supposed.rows) {
      row.insert(row.begin(), "supposed");
      table.rows.push_back(std::move(row));
    }
    WriteMarkedCsv(std::move(table), response.watermark());
    return;
  }
  Page page(TerminalWidthColumns(), std::cout);
  page.Title("What if");
  page.Paragraph(response.watermark());
  page.Fact("as at revision", absl::StrCat(response.revision()));
  page.Fact("weapons known", absl::StrCat(response.known_count()));
  page.Fact("weapons supposed", absl::StrCat(response.supposed_count()));
  page.Section("Known, and changed by it", SeriesOf(response.weapons_known()));
  page.Section("Supposed in their place", SeriesOf(response.weapons_supposed()));
  // A paragraph breaks no word: the view can be copied from a terminal of any width.
  page.Paragraph(
      absl::StrCat("The view, for what-if get and what-if explain: ", response.what_if()));
}

int RunStart(const CommandOptions& common, const WhatIfOptions& options) {
  const absl::StatusOr<series::v1::StartWhatIfRequest> request = StartRequest(options);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  series::v1::StartWhatIfResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = series::v1::WhatIfService::NewStub(connection->channel())
                                  ->StartWhatIf(&context, *request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  Write(response, FormatOf(common));
  return kExitOk;
}

int RunGet(const CommandOptions& common, const WhatIfOptions& options) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  series::v1::GetSupposedSeriesRequest request;
  request.set_what_if(options.what_if);
  request.set_series_id(options.first_id);
  series::v1::GetSupposedSeriesResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = series::v1::WhatIfService::NewStub(connection->channel())
                                  ->GetSupposedSeries(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  switch (FormatOf(common)) {
    case Format::kJson:
      std::cout << JsonOf(response, true) << '\n';
      break;
    case Format::kCsv:
      WriteMarkedCsv(SeriesTable({response.series()}), response.watermark());
      break;
    case Format::kTable: {
      series::v1::GetSeriesResponse as_known;
      *as_known.mutable_series() = response.series();
      as_known.set_revision(response.revision());
      std::cout << response.watermark() << "\n\n";
      WriteSeries(as_known, Format::kTable, TerminalWidthColumns(), std::cout);
      break;
    }
  }
  return kExitOk;
}

// Writes an explanation with its watermark. `response` is as it came; `as_known` holds the same
// without it.
template <typename Response, typename AsKnown>
void WriteSupposed(const Response& response, AsKnown as_known, Format format) {
  if (format == Format::kJson) {
    std::cout << JsonOf(response, true) << '\n';
    return;
  }
  *as_known.mutable_explanation() = response.explanation();
  as_known.set_revision(response.revision());
  // Beside the rows, not among them, where a program reads the rows.
  (format == Format::kCsv ? std::cerr : std::cout) << response.watermark() << "\n\n";
  WriteExplanation(as_known, format, TerminalWidthColumns(), std::cout);
}

int RunExplain(const CommandOptions& common, const WhatIfOptions& options) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = series::v1::WhatIfService::NewStub(connection->channel());
  grpc::ClientContext context;
  SetDeadline(context, common);
  if (options.second_id.empty()) {
    series::v1::ExplainSupposedSeriesRequest request;
    request.set_what_if(options.what_if);
    request.set_series_id(options.first_id);
    series::v1::ExplainSupposedSeriesResponse response;
    const grpc::Status status = stub->ExplainSupposedSeries(&context, request, &response);
    if (!status.ok()) return FailCall(status, *connection);
    series::v1::ExplainSeriesResponse as_known;
    *as_known.mutable_series() = response.series();
    WriteSupposed(response, std::move(as_known), FormatOf(common));
    return kExitOk;
  }
  series::v1::ExplainSupposedLinkRequest request;
  request.set_what_if(options.what_if);
  request.set_first_id(options.first_id);
  request.set_second_id(options.second_id);
  series::v1::ExplainSupposedLinkResponse response;
  const grpc::Status status = stub->ExplainSupposedLink(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteSupposed(response, series::v1::ExplainLinkResponse(), FormatOf(common));
  return kExitOk;
}

}  // namespace

void AddWhatIfCommands(CLI::App& series, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<WhatIfOptions>();
  CLI::App* what_if = series.add_subcommand(
      "what-if", "Shows what would be if a lead were confirmed or a finding withdrawn");
  what_if->require_subcommand(1);
  what_if->fallthrough();
  what_if->footer(
      "\nExample:\n"
      "  serieslink series what-if start --confirm EX-0J4P-0C8H-6TW21,EX-7K2M-9QXD-4TFBG");

  CLI::App* start = what_if->add_subcommand(
      "start", "Opens a view of your own in which something is supposed, and shows what changes");
  start->fallthrough();
  start->add_option("--confirm", options->confirm,
                    "Suppose that the leads between two exhibits are confirmed: EX-…,EX-…[,FN-…]");
  start->add_option("--withdraw", options->withdraw,
                    "Suppose that findings between two exhibits were never stated, likewise");
  start->add_option("--minutes", options->minutes, "Minutes until the view expires [60]")
      ->check(CLI::Range(1, kMinutesMax));
  start->add_option("--as-at", options->as_at, kAsAtHelp);
  start->footer(
      "\nNothing is written, and nobody else sees it.\n\nExample:\n"
      "  serieslink series what-if start --confirm EX-0J4P-0C8H-6TW21,EX-7K2M-9QXD-4TFBG");
  start->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunStart(common, *options); };
  });

  CLI::App* get = what_if->add_subcommand("get", "Shows a weapon in such a view");
  get->fallthrough();
  get->add_option("view", options->what_if, "The view that start gave")->required();
  get->add_option("series", options->first_id, "SL-… or WP-…, or EX-… or RC-… of a member")
      ->required();
  get->footer(
      "\nExample:\n"
      "  view=$(serieslink --format json series what-if start \\\n"
      "    --confirm EX-0J4P-0C8H-6TW21,EX-7K2M-9QXD-4TFBG | jq -r .what_if)\n"
      "  serieslink series what-if get \"$view\" SL-7K2M-9QXD-4TFBG");
  get->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunGet(common, *options); };
  });

  CLI::App* explain = what_if->add_subcommand(
      "explain",
      "Says in such a view what holds a weapon together; or why two exhibits are one, or why not");
  explain->fallthrough();
  explain->add_option("view", options->what_if, "The view that start gave")->required();
  explain
      ->add_option("first", options->first_id,
                   "The weapon: SL-… or WP-…, or EX-… or RC-… of a member. With a second one the "
                   "exhibit: EX-…, or RC-… of a record with one exhibit")
      ->required();
  explain->add_option("second", options->second_id,
                      "Another exhibit, likewise [none: the weapon is explained]");
  explain->footer(
      "\nA supposition is no evidence: there is no text for a court of it.\n"
      "\nExamples, with the view of the example of what-if get:\n"
      "  serieslink series what-if explain \"$view\" SL-7K2M-9QXD-4TFBG\n"
      "  serieslink series what-if explain \"$view\" EX-0J4P-0C8H-6TW21 EX-7K2M-9QXD-4TFBG");
  explain->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunExplain(common, *options); };
  });
}

}  // namespace serieslink::cli
