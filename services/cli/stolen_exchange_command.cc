#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "serieslink/stolen/v1/stolen_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exchange_reader.h"
#include "services/cli/exchange_writer.h"
#include "services/cli/exit_code.h"
#include "services/cli/list_pages.h"
#include "services/cli/option_words.h"
#include "services/cli/push_command.h"
#include "services/cli/stolen_options.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr int kExchangedAtOnce = 1000;

struct ExchangeOptions {
  std::string scheme = "ncic";
  std::string as = "csv";
};

struct ExportOptions {
  ExchangeOptions exchange;
  LossFilterOptions filter;
  ViewOptions view;
};

struct ImportOptions {
  ExchangeOptions exchange;
  bool is_open = false;
  PushOptions push;
};

void TellOfExport(const ExchangeWriter& writer, std::int64_t revision, std::int64_t unresolved) {
  std::cerr << Grouped(writer.count()) << " rows, as at revision " << revision << std::endl;
  if (!writer.lacking().empty()) {
    std::cerr << "NCIC will refuse rows without what it requires: "
              << absl::StrJoin(writer.lacking(), ", ",
                               [](std::string* out, const auto& column) {
                                 absl::StrAppend(out, column.first, " in ", Grouped(column.second));
                               })
              << std::endl;
  }
  if (unresolved > 0) {
    std::cerr << Grouped(unresolved) << " reports are of guns with more evidence around them than "
              << "one call holds, and are not exported." << std::endl;
  }
}

int RunExport(const CommandOptions& common, ExportOptions options) {
  const auto scheme = ParseExchangeScheme(options.exchange.scheme);
  if (!scheme.ok()) return Fail(kExitUsage, std::string(scheme.status().message()));
  // A gun that is back is no entry of a register of guns that are sought.
  if (options.filter.states.empty()) options.filter.states = {"outstanding", "sighted"};
  const absl::Time now = absl::Now();
  auto request = LossRequestOf<stolen::v1::ListLossCasesRequest>(options.filter, options.view, now);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  request->set_page_size(kExchangedAtOnce);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = stolen::v1::StolenService::NewStub(connection->channel());
  ExchangeWriter writer(*scheme, options.exchange.as == "csv", std::cout);
  std::int64_t revision = 0;
  std::int64_t unresolved = 0;
  do {
    stolen::v1::ListLossCasesResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->ListLossCases(&context, *request, &response);
    if (!status.ok()) return FailCall(status, *connection);
    revision = response.revision();
    unresolved += response.unresolved_exhibits_size();
    for (stolen::v1::LossCase& one : *response.mutable_cases()) {
      EndBy(now, one);
      for (const ExchangeRow& row : RowsOf(one, *scheme)) {
        if (const absl::Status added = writer.Add(row); !added.ok()) {
          return Fail(kExitOutputLost, std::string(added.message()));
        }
      }
    }
    request->set_page_token(response.next_page_token());
  } while (!request->page_token().empty());
  if (const absl::Status finished = writer.Finish(); !finished.ok()) {
    return Fail(kExitOutputLost, std::string(finished.message()));
  }
  TellOfExport(writer, revision, unresolved);
  if (writer.count() == 0) std::cerr << NothingInAreaNote(options.filter.area);
  return kExitOk;
}

int RunImport(const CommandOptions& common, ImportOptions options) {
  const auto scheme = ParseExchangeScheme(options.exchange.scheme);
  if (!scheme.ok()) return Fail(kExitUsage, std::string(scheme.status().message()));
  options.push.exchange = ExchangeInput{
      .scheme = *scheme, .is_csv = options.exchange.as == "csv", .is_open = options.is_open};
  return RunPush(common, std::move(options.push));
}

void AddExchangeOptions(CLI::App& command, ExchangeOptions& options) {
  command.add_option("--scheme", options.scheme, "In whose terms: ncic or iarms [ncic]")
      ->check(CLI::IsMember({"ncic", "iarms"}));
  command.add_option("--as", options.as, "CSV or lines of JSON: csv or jsonl [csv]")
      ->check(CLI::IsMember({"csv", "jsonl"}));
}

}  // namespace

void AddStolenExchangeCommands(CLI::App& stolen, const CommandOptions& common, Command& chosen) {
  auto exporting = std::make_shared<ExportOptions>();
  CLI::App* out = stolen.add_subcommand(
      "export", "Writes losses in the terms of another register, for a bureau to carry on");
  out->fallthrough();
  AddExchangeOptions(*out, exporting->exchange);
  AddLossFilterOptions(*out, exporting->filter);
  AddViewOptions(*out, exporting->view);
  out->footer(R"(
A row is one loss of one gun, as you may see it. Guns that are outstanding or sighted are exported
unless --state says otherwise. What came from the same register comes out as it came in, in rows of
its own.

Examples:
  serieslink stolen export > ncic.csv
  serieslink stolen export --scheme iarms --as jsonl --area kent > iarms.jsonl)");
  out->callback([&common, &chosen, exporting] {
    chosen = [&common, exporting] { return RunExport(common, *exporting); };
  });

  auto importing = std::make_shared<ImportOptions>();
  CLI::App* in = stolen.add_subcommand(
      "import", "Sends losses that another register holds, as records of your agency");
  in->fallthrough();
  in->add_option("files", importing->push.files, "Files of that register; - is standard input")
      ->type_name(kFileType)
      ->required();
  AddExchangeOptions(*in, importing->exchange);
  in->add_flag("--open", importing->is_open, "Every agency may see the records [your own only]");
  AddSendingOptions(*in, importing->push);
  in->footer(R"(
Each row becomes a record of feed force. What has no place in a record is kept with it and comes out
again. An import is a push: it has an id and a journal, it is resumed and taken back as one
(serieslink push --resume, push undo), and what is refused is told by file and line.

Examples:
  serieslink stolen import --dry-run ncic.csv
  serieslink stolen import --scheme iarms --as jsonl --open --rejects refused.jsonl iarms.jsonl)");
  in->callback([&common, &chosen, importing] {
    chosen = [&common, importing] { return RunImport(common, *importing); };
  });
}

}  // namespace serieslink::cli
