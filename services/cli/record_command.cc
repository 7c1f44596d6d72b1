#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/record_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

struct RecordOptions {
  std::string record_id;
  std::int64_t as_at_revision = 0;
  std::string reason;
  std::int64_t source_version = -1;  // below 0: none given
};

int RunGet(const CommandOptions& common, const RecordOptions& options) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  ingest::v1::GetRecordRequest request;
  request.set_record_id(options.record_id);
  request.set_as_at_revision(options.as_at_revision);
  ingest::v1::GetRecordResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = ingest::v1::IngestService::NewStub(connection->channel())
                                  ->GetRecord(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteRecord(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

int RunWithdraw(const CommandOptions& common, const RecordOptions& options) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  ingest::v1::WithdrawRecordRequest request;
  request.set_record_id(options.record_id);
  request.set_reason(options.reason);
  if (options.source_version >= 0) {
    request.set_source_version(static_cast<std::uint64_t>(options.source_version));
  }
  ingest::v1::WithdrawRecordResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = ingest::v1::IngestService::NewStub(connection->channel())
                                  ->WithdrawRecord(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  return WriteWithdrawal(response.acknowledgement(), FormatOf(common), std::cout)
             ? kExitOk
             : kExitSomeRejected;
}

}  // namespace

void AddRecordCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<RecordOptions>();
  CLI::App* record = app.add_subcommand("record", "Reads or withdraws one record");
  record->footer("\nConnection settings and --format: see serieslink --help.");
  record->require_subcommand(1);
  record->fallthrough();

  CLI::App* get = record->add_subcommand("get", "Shows a record with its versions");
  get->fallthrough();
  get->add_option("record", options->record_id, "The record, RC-…")->required();
  get->add_option("--as-at", options->as_at_revision, "As it was known at this revision")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
  get->footer("\nExample:\n  serieslink record get RC-7K2M-9QXD-4TFBG --as-at 1200");
  get->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunGet(common, *options); };
  });

  CLI::App* withdraw = record->add_subcommand(
      "withdraw", "Withdraws a record of your agency, as if it had never been sent");
  withdraw->fallthrough();
  withdraw->add_option("record", options->record_id, "The record, RC-…")->required();
  withdraw
      ->add_option("--reason", options->reason,
                   "Why, for its history; no personal data, at most 1,000 bytes")
      ->required();
  withdraw
      ->add_option("--source-version", options->source_version,
                   "Version of the withdrawal: takes back every version up to it")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  withdraw->footer(
      "\nSending the record again brings it back.\n\n"
      "Example:\n  serieslink record withdraw RC-7K2M-9QXD-4TFBG --reason \"entered twice\"");
  withdraw->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunWithdraw(common, *options); };
  });
}

}  // namespace serieslink::cli
