#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/json_util.h"
#include "serieslink/summary/v1/public_summary_service.grpc.pb.h"
#include "services/cli/exit_code.h"
#include "services/cli/model_input.h"
#include "services/cli/public_summary_page.h"
#include "services/cli/summary_page.h"
#include "services/cli/summary_public_command.h"
#include "services/cli/wording.h"
#include "services/summary/release/data_package.h"
#include "services/summary/release/signing.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

constexpr int kReleaseColumnsMax = 80;

struct ReleaseOptions {
  std::string period;
  std::string name;
  std::vector<std::string> breakdowns;
  std::string as_at;
  std::string note;
  std::string format;
  std::string out;
  std::string folder;
  std::string key;
};

std::string StateOf(const v1::PublicSummaryEdition& edition) {
  if (edition.name().empty()) return "proposed, another person must second it";
  std::string state =
      absl::StrCat("edition ", edition.edition(), ", issued ", TimestampText(edition.time()));
  if (!edition.replaces().empty()) absl::StrAppend(&state, ", replaces ", edition.replaces());
  if (!edition.replaced_by().empty()) {
    absl::StrAppend(&state, ", replaced by ", edition.replaced_by());
  }
  return state;
}

int Say(const v1::PublicSummaryEdition& edition) {
  std::cout << (edition.name().empty() ? edition.period().label() : edition.name()) << ": "
            << StateOf(edition) << "\n";
  return kExitOk;
}

int RunIssue(const CommandOptions& common, const ReleaseOptions& options) {
  v1::IssuePublicSummaryRequest request;
  absl::StatusOr<v1::Period> period = ParsePeriod(options.period);
  if (!period.ok()) return Fail(kExitUsage, std::string(period.status().message()));
  *request.mutable_period() = *std::move(period);
  for (const std::string& word : options.breakdowns) request.add_breakdowns(DimensionOf(word));
  absl::StatusOr<series::v1::ViewSelector> view = ViewOf(options.as_at, 0, absl::Now());
  if (!view.ok()) return Fail(kExitUsage, std::string(view.status().message()));
  *request.mutable_view() = *std::move(view);
  request.set_note(options.note);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  v1::IssuePublicSummaryResponse response;
  const grpc::Status status = v1::PublicSummaryService::NewStub(connection->channel())
                                  ->IssuePublicSummary(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if ((options.format.empty() ? common.format : options.format) == "json") {
    std::cout << JsonOf(response, true);
    return kExitOk;
  }
  Say(response.edition());
  WriteDisclosureAudit(response.audit(), std::min(TerminalWidthColumns(), kReleaseColumnsMax),
                       std::cout);
  return kExitOk;
}

int RunSecond(const CommandOptions& common, const ReleaseOptions& options) {
  v1::SecondPublicSummaryRequest request;
  absl::StatusOr<v1::Period> period = ParsePeriod(options.period);
  if (!period.ok()) return Fail(kExitUsage, std::string(period.status().message()));
  *request.mutable_period() = *std::move(period);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  v1::SecondPublicSummaryResponse response;
  const grpc::Status status = v1::PublicSummaryService::NewStub(connection->channel())
                                  ->SecondPublicSummary(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  return Say(response.edition());
}

int RunIssued(const CommandOptions& common, const ReleaseOptions& options) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  v1::ListPublicSummariesResponse response;
  const grpc::Status status = v1::PublicSummaryService::NewStub(connection->channel())
                                  ->ListPublicSummaries(&context, {}, &response);
  if (!status.ok()) return FailCall(status, *connection);
  const std::string format = options.format.empty() ? common.format : options.format;
  if (format == "json") {
    std::cout << JsonOf(response, true);
    return kExitOk;
  }
  Table table{{"name", "period", "agency", "time", "replaced by", "note"}, {}};
  for (const v1::PublicSummaryEdition& one : response.editions()) {
    table.rows.push_back({one.name().empty() ? "proposed" : one.name(), one.period().label(),
                          one.agency(), TimestampText(one.time()), one.replaced_by(), one.note()});
  }
  if (format == "csv") {
    WriteCsv(table, std::cout);
  } else {
    WriteTable(table, TerminalWidthColumns(), std::cout);
  }
  return kExitOk;
}

// Writes the files into the folder `out`, which is made. One that is there already must be the
// same.
int WriteFiles(const v1::GetPublicSummaryResponse& response, const std::string& out) {
  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (error) return Fail(kExitUsage, absl::StrCat("--out: ", error.message()));
  for (const v1::PublicSummaryFile& file : response.files()) {
    if (file.path().empty() || file.path().find('/') != std::string::npos ||
        file.path().front() == '.') {
      return Fail(kExitServerError, "the server names a file outside of --out");
    }
    const std::filesystem::path path = std::filesystem::path(out) / file.path();
    if (std::filesystem::exists(path, error)) {
      std::ifstream there(path, std::ios::binary);
      const std::string content{std::istreambuf_iterator<char>(there), {}};
      if (content == file.content()) continue;
      return Fail(kExitUsage, absl::StrCat("--out: ", file.path(), " is there and is another"));
    }
    std::ofstream written(path, std::ios::binary);
    written << file.content() << std::flush;
    if (!written) return Fail(kExitOutputLost, absl::StrCat(file.path(), " could not be written"));
  }
  return Say(response.edition());
}

int RunGet(const CommandOptions& common, const ReleaseOptions& options) {
  v1::GetPublicSummaryRequest request;
  request.set_name(options.name);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  v1::GetPublicSummaryResponse response;
  const grpc::Status status = v1::PublicSummaryService::NewStub(connection->channel())
                                  ->GetPublicSummary(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (!options.out.empty()) return WriteFiles(response, options.out);
  const auto content_of = [&](std::string_view path) {
    for (const v1::PublicSummaryFile& file : response.files()) {
      if (file.path() == path) return file.content();
    }
    return std::string();
  };
  const std::string format = options.format.empty() ? common.format : options.format;
  if (format == "csv" || format == "json") {
    std::cout << content_of(format == "csv" ? "figures.csv" : "summary.json");
    return kExitOk;
  }
  v1::PublicSummary summary;
  if (!google::protobuf::util::JsonStringToMessage(content_of("summary.json"), &summary).ok()) {
    return Fail(kExitServerError, "the server sent no summary that can be read; try --out");
  }
  if (format == "html") {
    WritePublicSummaryHtml(summary, StateOf(response.edition()), std::cout);
  } else {
    WritePublicSummaryText(summary, StateOf(response.edition()),
                           std::min(TerminalWidthColumns(), kReleaseColumnsMax), std::cout);
  }
  return kExitOk;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  SL_ASSIGN_OR_RETURN(std::ifstream input, OpenInput(path));
  return std::string{std::istreambuf_iterator<char>(input), {}};
}

int RunVerify(const ReleaseOptions& options) {
  const auto in_folder = [&](const std::string& name) { return options.folder + "/" + name; };
  const absl::StatusOr<std::string> key = ReadFile(options.key);
  if (!key.ok()) return Fail(kExitUsage, absl::StrCat("--key: ", key.status().message()));
  const absl::StatusOr<std::string> package = ReadFile(in_folder(summary::kPackageFile));
  if (!package.ok()) return Fail(kExitUsage, std::string(package.status().message()));
  const absl::StatusOr<std::string> signature = ReadFile(in_folder(summary::kSignatureFile));
  if (!signature.ok()) return Fail(kExitUsage, std::string(signature.status().message()));
  const absl::Status is_signed = summary::CheckSignature(*key, *package, *signature);
  if (absl::IsInvalidArgument(is_signed)) {
    return Fail(kExitUsage, absl::StrCat("--key: ", is_signed.message()));
  }
  if (!is_signed.ok()) return Fail(kExitSomeRejected, std::string(is_signed.message()));
  const auto faults = summary::FaultsOf(
      *package, [&](const std::string& name) { return ReadFile(in_folder(name)); });
  if (!faults.ok()) return Fail(kExitUsage, std::string(faults.status().message()));
  for (const std::string& fault : *faults) Fail(kExitSomeRejected, fault);
  if (!faults->empty()) return kExitSomeRejected;
  std::cout << options.folder << ": signed with this key, and every file is as it was issued\n";
  return kExitOk;
}

}  // namespace

void AddSummaryReleaseCommands(CLI::App& summary, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<ReleaseOptions>();
  CLI::App* issue = summary.add_subcommand(
      "issue", "Issues the public summary of a period: signed, and kept for good; for issuers");
  issue->fallthrough();
  issue->add_option("period", options->period, "As for summary")->required();
  issue->add_option("--by", options->breakdowns, "Break figures down [force,borough]")
      ->delimiter(',')
      ->check(CLI::IsMember({"force", "borough", "ward", "owning-unit"}));
  issue->add_option("--as-at", options->as_at, kAsAtHelp);
  issue->add_option("--note", options->note,
                    "What readers are told of this edition; why, where it replaces another");
  issue->add_option("--format", options->format, "text or json [text]")
      ->check(CLI::IsMember({"text", "json"}));
  issue->footer(
      "\nLook at the draft first, and issue that revision:\n"
      "  serieslink summary 2026Q3 --public --as-at 4977\n"
      "  serieslink summary issue 2026Q3 --as-at 4977");
  issue->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunIssue(common, *options); };
  });

  CLI::App* second = summary.add_subcommand(
      "second", "Issues what another person proposed, where policy asks for two; for issuers");
  second->fallthrough();
  second->add_option("period", options->period, "As for summary")->required();
  second->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunSecond(common, *options); };
  });

  CLI::App* issued =
      summary.add_subcommand("issued", "Lists the public summaries that were issued");
  issued->fallthrough();
  issued->add_option("--format", options->format, "text, csv or json [text]")
      ->check(CLI::IsMember({"text", "csv", "json"}));
  issued->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunIssued(common, *options); };
  });

  CLI::App* get = summary.add_subcommand("get", "Fetches a public summary that was issued");
  get->fallthrough();
  get->add_option("name", options->name, "2026Q3-1: its period and the number of its edition")
      ->required();
  get->add_option("--out", options->out,
                  "Write its files, byte for byte as issued, into this folder");
  get->add_option("--format", options->format, "text, html, csv or json [text]")
      ->check(CLI::IsMember({"text", "html", "csv", "json"}));
  get->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunGet(common, *options); };
  });

  CLI::App* verify = summary.add_subcommand(
      "verify", "Checks the signature and the files of a public summary. No server is asked");
  verify->add_option("folder", options->folder, "Where 'get --out' wrote its files")->required();
  verify->add_option("--key", options->key, "The issuer's public key, PEM")->required();
  verify->callback([&chosen, options] { chosen = [options] { return RunVerify(*options); }; });
}

}  // namespace serieslink::cli
