#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/record_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

struct RecordOptions {
  std::string record_id;
  std::vector<std::string> source;  // system and id in it, in place of the record's id
  std::string as_at;
  std::string reason;
  std::int64_t source_version = -1;  // below 0: none given
};

// Names the record in `request`; false when the user named none, or two.
template <typename Request>
bool SetRecord(const RecordOptions& options, Request& request) {
  if (options.record_id.empty() == options.source.empty()) return false;
  if (options.source.empty()) {
    request.set_record_id(options.record_id);
  } else {
    request.mutable_source()->set_system(options.source[0]);
    request.mutable_source()->set_id(options.source[1]);
  }
  return true;
}

int FailUnnamed() {
  return Fail(kExitUsage,
              "name one record: its id, RC-…, or --source SYSTEM ID as your agency sent it");
}

int RunGet(const CommandOptions& common, const RecordOptions& options) {
  ingest::v1::GetRecordRequest request;
  if (!SetRecord(options, request)) return FailUnnamed();
  if (!options.as_at.empty()) {
    const absl::StatusOr<series::v1::ViewSelector> view = ParseAsAt(options.as_at, absl::Now());
    if (!view.ok()) return Fail(kExitUsage, absl::StrCat("--as-at: ", view.status().message()));
    request.set_as_at_revision(view->revision());
    if (view->has_time()) *request.mutable_as_at_time() = view->time();
  }
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
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
  ingest::v1::WithdrawRecordRequest request;
  if (!SetRecord(options, request)) return FailUnnamed();
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
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
  record->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExample:\n"
      "  serieslink record get RC-7K2M-9QXD-4TFBG");
  record->require_subcommand(1);
  record->fallthrough();

  const auto add_record = [&options](CLI::App& command) {
    command.add_option("record", options->record_id, "The record, RC-…");
    command
        .add_option("--source", options->source,
                    "A record of your agency by its system and its id there, as they were sent")
        ->expected(2)
        ->type_name("SYSTEM ID");
  };

  CLI::App* get = record->add_subcommand("get", "Shows a record with its versions");
  get->fallthrough();
  add_record(*get);
  get->add_option("--as-at", options->as_at, kAsAtHelp);
  get->footer(
      "\nExamples:\n"
      "  serieslink record get RC-7K2M-9QXD-4TFBG --as-at 1200\n"
      "  serieslink record get --source NICHE 28/00123/17 --as-at 2018-12-31");
  get->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunGet(common, *options); };
  });

  CLI::App* withdraw = record->add_subcommand(
      "withdraw", "Withdraws a record of your agency, as if it had never been sent");
  withdraw->fallthrough();
  add_record(*withdraw);
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
      "Examples:\n"
      "  serieslink record withdraw RC-7K2M-9QXD-4TFBG --reason \"entered twice\"\n"
      "  serieslink record withdraw --source NICHE 28/00123/17 --reason \"entered twice\"");
  withdraw->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunWithdraw(common, *options); };
  });
}

}  // namespace serieslink::cli
