#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "serieslink/stolen/v1/stolen_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/list_pages.h"
#include "services/cli/list_writer.h"
#include "services/cli/option_words.h"
#include "services/cli/stolen_options.h"
#include "services/cli/stolen_page.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

constexpr int kCasesMax = 1000;

constexpr char kListFooter[] = R"(
A case is one loss of one gun, from its reports to what became of it. Everything that is given must
hold: one report of the case must satisfy what is asked of reports. The latest loss comes first.
--crime-reference takes FORCE NUMBER/YEAR.

Examples:
  serieslink stolen list --state outstanding
  serieslink stolen list --area kent --used-area mps
  serieslink stolen list --reconciliation contradicting --format csv
  serieslink stolen list --notice late --from 2025-01-01 --all
  serieslink stolen list --serial AB123456)";

struct CaseListOptions {
  LossFilterOptions filter;
  ViewOptions view;
  PageOptions page;
};

int RunList(const CommandOptions& common, const CaseListOptions& options) {
  using stolen::v1::ListLossCasesRequest;
  using stolen::v1::ListLossCasesResponse;
  absl::StatusOr<ListLossCasesRequest> request =
      LossRequestOf<ListLossCasesRequest>(options.filter, options.view, absl::Now());
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  std::int64_t count = 0;
  std::int64_t unresolved = 0;
  const int code = RunPages<ListLossCasesRequest, ListLossCasesResponse>(
      common, options.page, kCasesMax, "cases", LossCaseHeadings(), *std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return stolen::v1::StolenService::NewStub(channel)->ListLossCases(&context, asked,
                                                                          &response);
      },
      [&](const ListLossCasesResponse& response, ListWriter& writer, const auto& has_room) {
        unresolved += response.unresolved_exhibits_size();
        for (const stolen::v1::LossCase& one : response.cases()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), LossCaseRow(one));
        }
        return true;
      },
      &count);
  if (code != kExitOk) return code;
  if (count == 0) std::cerr << NothingInAreaNote(options.filter.area);
  if (unresolved > 0) {
    std::cerr << unresolved << " reports are of guns with more evidence around them than one call "
              << "holds, and are not shown." << std::endl;
  }
  return kExitOk;
}

int RunRepeats(const CommandOptions& common, const std::string& by, const ViewOptions& view,
               const PageOptions& page) {
  using stolen::v1::ListRepeatLossesRequest;
  using stolen::v1::ListRepeatLossesResponse;
  ListRepeatLossesRequest request;
  request.set_by(
      static_cast<stolen::v1::RepeatKey>(OptionNumber(*stolen::v1::RepeatKey_descriptor(), by)));
  absl::StatusOr<series::v1::ViewSelector> selector =
      ViewOf(view.as_at, view.min_revision, absl::Now());
  if (!selector.ok()) return Fail(kExitUsage, std::string(selector.status().message()));
  *request.mutable_view() = *std::move(selector);
  std::int64_t count = 0;
  return RunPages<ListRepeatLossesRequest, ListRepeatLossesResponse>(
      common, page, kCasesMax, "groups", RepeatLossesHeadings(), std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return stolen::v1::StolenService::NewStub(channel)->ListRepeatLosses(&context, asked,
                                                                             &response);
      },
      [&](const ListRepeatLossesResponse& response, ListWriter& writer, const auto& has_room) {
        for (const stolen::v1::RepeatLosses& one : response.groups()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), RepeatLossesRow(one));
        }
        return true;
      },
      &count);
}

int RunCounts(const CommandOptions& common, const CaseListOptions& options) {
  absl::StatusOr<stolen::v1::CountLossCasesRequest> request =
      LossRequestOf<stolen::v1::CountLossCasesRequest>(options.filter, options.view, absl::Now());
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  stolen::v1::CountLossCasesResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = stolen::v1::StolenService::NewStub(connection->channel())
                                  ->CountLossCases(&context, *request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteLossCounts(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

int RunGet(const CommandOptions& common, const std::string& id, const ViewOptions& view) {
  stolen::v1::GetLossCasesRequest request;
  request.set_firearm_id(id);
  absl::StatusOr<series::v1::ViewSelector> selector =
      ViewOf(view.as_at, view.min_revision, absl::Now());
  if (!selector.ok()) return Fail(kExitUsage, std::string(selector.status().message()));
  *request.mutable_view() = *std::move(selector);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  stolen::v1::GetLossCasesResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = stolen::v1::StolenService::NewStub(connection->channel())
                                  ->GetLossCases(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteLossCases(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

}  // namespace

void AddStolenCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  CLI::App* stolen = app.add_subcommand("stolen", "Follows guns that were lost or stolen");
  stolen->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExamples:\n"
      "  serieslink stolen list --state outstanding\n"
      "  serieslink stolen get EX-0J4P-0C8H-6TW21");
  stolen->require_subcommand(1);
  stolen->fallthrough();

  auto list_options = std::make_shared<CaseListOptions>();
  CLI::App* list = stolen->add_subcommand("list", "Lists losses, the latest first");
  list->fallthrough();
  AddLossFilterOptions(*list, list_options->filter);
  AddViewOptions(*list, list_options->view);
  AddPageOptions(*list, list_options->page, kCasesMax);
  list->footer(kListFooter);
  list->callback([&common, &chosen, list_options] {
    chosen = [&common, list_options] { return RunList(common, *list_options); };
  });

  struct GetOptions {
    std::string id;
    ViewOptions view;
  };
  auto get_options = std::make_shared<GetOptions>();
  CLI::App* get = stolen->add_subcommand("get", "Shows all losses of one gun");
  get->fallthrough();
  get->add_option("id", get_options->id, "SL-…, WP-…, EX-…, or RC-… of a record with one exhibit")
      ->required();
  AddViewOptions(*get, get_options->view);
  get->footer("\nExample:\n  serieslink stolen get EX-0J4P-0C8H-6TW21");
  get->callback([&common, &chosen, get_options] {
    chosen = [&common, get_options] { return RunGet(common, get_options->id, get_options->view); };
  });

  auto count_options = std::make_shared<CaseListOptions>();
  CLI::App* counts = stolen->add_subcommand(
      "counts", "Counts losses by source, state, place of loss and of later use, and notice");
  counts->fallthrough();
  AddLossFilterOptions(*counts, count_options->filter);
  AddViewOptions(*counts, count_options->view);
  counts->footer(
      "\nEach table says what it counts. Reports, loss events and cases are three counts: a case "
      "is\n"
      "one gun or one listed part. Pieces, in which a part counts by its quantity, stand beside "
      "them;\n"
      "cases.completeness tells whole guns from parts, and cases.remarks which may be reported "
      "twice.\n"
      "\nExample:\n  serieslink stolen counts --from 2025-01-01 --before 2026-01-01");
  counts->callback([&common, &chosen, count_options] {
    chosen = [&common, count_options] { return RunCounts(common, *count_options); };
  });

  AddStolenExchangeCommands(*stolen, common, chosen);

  struct RepeatOptions {
    std::string by = "holder";
    ViewOptions view;
    PageOptions page;
  };
  auto repeat_options = std::make_shared<RepeatOptions>();
  CLI::App* repeats = stolen->add_subcommand(
      "repeats", "Lists holders or premises with more than one loss, by their tokens");
  repeats->fallthrough();
  repeats->add_option("--by", repeat_options->by, "By holder or premises [holder]")
      ->check(CLI::IsMember(OptionWords(*stolen::v1::RepeatKey_descriptor())));
  AddViewOptions(*repeats, repeat_options->view);
  AddPageOptions(*repeats, repeat_options->page, kCasesMax);
  repeats->footer(
      "\nTokens are compared within an agency. A gun, and a listed part, counts once for each "
      "event at\n"
      "which it went; among pieces a part counts by its quantity.\n"
      "\nExample:\n  serieslink stolen repeats --by premises --format csv");
  repeats->callback([&common, &chosen, repeat_options] {
    chosen = [&common, repeat_options] {
      return RunRepeats(common, repeat_options->by, repeat_options->view, repeat_options->page);
    };
  });
}

}  // namespace serieslink::cli
