#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>

#include "serieslink/firearm/v1/clearance_service.grpc.pb.h"
#include "services/cli/clearance_page.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/option_words.h"

namespace serieslink::cli {
namespace {

struct ClearOptions {
  std::string firearm_id;
  std::string purpose;
  std::string code;
  std::int64_t min_revision = 0;
};

firearm::v1::ClearancePurpose PurposeOf(const ClearOptions& options) {
  return static_cast<firearm::v1::ClearancePurpose>(
      OptionNumber(*firearm::v1::ClearancePurpose_descriptor(), options.purpose));
}

int RunCheck(const CommandOptions& common, const ClearOptions& options) {
  firearm::v1::CheckClearanceRequest request;
  request.set_firearm_id(options.firearm_id);
  request.set_purpose(PurposeOf(options));
  request.set_code(options.code);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  firearm::v1::CheckClearanceResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = firearm::v1::ClearanceService::NewStub(connection->channel())
                                  ->CheckClearance(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteCheckedClearance(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

int RunClear(const CommandOptions& common, const ClearOptions& options) {
  firearm::v1::ClearFirearmRequest request;
  request.set_firearm_id(options.firearm_id);
  request.set_purpose(PurposeOf(options));
  request.set_min_revision(options.min_revision);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  firearm::v1::ClearFirearmResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = firearm::v1::ClearanceService::NewStub(connection->channel())
                                  ->ClearFirearm(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteClearance(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

}  // namespace

void AddClearanceCommand(CLI::App& firearm, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<ClearOptions>();
  CLI::App* clear = firearm.add_subcommand(
      "clear",
      "Says whether a gun may be destroyed or given back, with all that stands against it");
  clear->fallthrough();
  clear
      ->add_option("id", options->firearm_id,
                   "SL-…, WP-…, EX-…, or RC-… of a record with one exhibit")
      ->required();
  clear->add_option("--for", options->purpose, "What is to become of it")
      ->required()
      ->check(CLI::IsMember(OptionWords(*firearm::v1::ClearancePurpose_descriptor())));
  CLI::Option* const check =
      clear->add_option("--check", options->code, "Check this code of an earlier answer instead");
  clear
      ->add_option("--min-revision", options->min_revision,
                   "Wait until this revision is derived, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()))
      ->excludes(check);
  clear->footer(
      "\nPut the code of a clear answer into the authority of your agency's record of the "
      "disposal: "
      "it\n"
      "shows that the gun was cleared, until the day that the answer names. Another agency's "
      "answer\n"
      "clears nothing of yours.\n"
      "\nExamples:\n  serieslink firearm clear EX-0J4P-0C8H-6TW21 --for destruction\n"
      "  serieslink firearm clear EX-0J4P-0C8H-6TW21 --for return --check "
      "CL-57-20261127T1405-7K2M-9QXD-4TFBG");
  clear->callback([&common, &chosen, options, check] {
    // An empty code is refused, not taken for none.
    chosen = [&common, options, is_check = check->count() > 0] {
      return is_check ? RunCheck(common, *options) : RunClear(common, *options);
    };
  });
}

}  // namespace serieslink::cli
