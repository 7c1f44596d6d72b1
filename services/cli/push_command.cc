#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/call_error.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/feed_reader.h"
#include "services/cli/mapping.h"
#include "services/cli/push_report.h"
#include "services/cli/push_stream.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr char kStandardInput[] = "-";

struct PushOptions {
  std::string feed;
  std::string mapping_file;
  std::string agency;
  std::string rejects_file;
  int batch_messages = kBatchMessages;
  bool wait_for_linkage = false;
  std::vector<std::string> files;
};

// Reading stopped because the stream ended; why is for the stream to say.
absl::Status StreamEnded() { return absl::CancelledError(); }

// Everything that can be wrong before a record is sent.
absl::StatusOr<std::optional<Mapping>> CheckInputs(PushOptions& options) {
  std::optional<Mapping> mapping;
  if (!options.mapping_file.empty()) {
    const auto text = ReadWholeFile(options.mapping_file, "--mapping");
    if (!text.ok()) return text.status();
    absl::StatusOr<Mapping> parsed = Mapping::Parse(*text, MessageOfFeed);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(options.mapping_file, ": ", parsed.status().message()));
    }
    if (options.feed.empty()) options.feed = parsed->feed();
    if (options.feed != parsed->feed()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--feed ", options.feed, " but ", options.mapping_file, " is for feed ", parsed->feed()));
    }
    mapping = *std::move(parsed);
  }
  if (options.feed.empty()) {
    return absl::InvalidArgumentError(
        "--feed is required: mps, nabis, border_force, licensing or force");
  }
  for (const std::string& file : options.files) {
    if (file == kStandardInput) continue;
    if (absl::EndsWithIgnoreCase(file, ".csv") && !mapping.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          file, " looks like CSV; say which column is which field with --mapping FILE"));
    }
    const std::ifstream in(file);
    if (!in || access(file.c_str(), R_OK) != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot read ", file, "; check the path and that you may read it"));
    }
    std::error_code is_new;  // a rejects file that is not there yet is no input
    if (!options.rejects_file.empty() &&
        std::filesystem::equivalent(file, options.rejects_file, is_new)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--rejects ", options.rejects_file,
                       " is an input, and would be emptied; name another file"));
    }
  }
  return mapping;
}

// One push: files in, batches out, a report.
class Push {
 public:
  Push(const PushOptions& options, const std::optional<Mapping>& mapping,
       const Connection& connection, const std::string& agency, PushReport& report)
      : options_(options),
        mapping_(mapping),
        report_(report),
        builder_(agency, options.wait_for_linkage, options.batch_messages),
        stream_(connection.channel(),
                [&report](const OutgoingBatch& batch, const ingest::v1::BatchResult& result) {
                  report.Answered(batch, result);
                }) {}

  grpc::Status Run() {
    for (const std::string& file : options_.files) {
      if (!ReadFile(file)) return stream_.Finish();
    }
    if (auto last = builder_.Finish(); last.has_value()) stream_.Send(*std::move(last));
    return stream_.Finish();
  }

 private:
  // False when the stream has ended.
  bool ReadFile(const std::string& file) {
    const std::string name = file == kStandardInput ? "standard input" : file;
    RecordSink sink;
    sink.keep_text = !options_.rejects_file.empty();
    sink.on_record = [&](InputRecord&& record) {
      report_.Read();
      auto complete = builder_.Add(name, std::move(record));
      if (complete.has_value() && !stream_.Send(*std::move(complete))) return StreamEnded();
      return absl::OkStatus();
    };
    sink.on_unreadable = [&](UnreadableLine&& line) { report_.Unreadable(name, line); };
    std::ifstream opened;
    if (file != kStandardInput) opened.open(file, std::ios::binary);
    std::istream& in = file == kStandardInput ? std::cin : opened;
    const absl::Status status = mapping_.has_value() ? ReadCsvRecords(in, *mapping_, sink)
                                                     : ReadJsonLines(in, options_.feed, sink);
    if (absl::IsCancelled(status)) return false;
    if (!status.ok()) report_.Broken(name, std::string(status.message()));
    return true;
  }

  const PushOptions& options_;
  const std::optional<Mapping>& mapping_;
  PushReport& report_;
  BatchBuilder builder_;
  PushStream stream_;
};

int RunPush(const CommandOptions& common, PushOptions options) {
  const auto mapping = CheckInputs(options);
  if (!mapping.ok()) return Fail(kExitUsage, std::string(mapping.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  std::string agency = options.agency;
  if (agency.empty()) {
    const absl::StatusOr<std::string> own = connection->Agency();
    if (!own.ok()) {
      return Fail(kExitUsage, absl::StrCat(own.status().message(), ", or give --agency"));
    }
    agency = *own;
  }
  std::ofstream rejects;
  if (!options.rejects_file.empty()) {
    rejects.open(options.rejects_file, std::ios::binary | std::ios::trunc);
    if (!rejects) {
      return Fail(kExitUsage, absl::StrCat("cannot write ", options.rejects_file,
                                           "; check the folder and that you may write there"));
    }
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto elapsed = [begun] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  PushReport report({.words = &std::cerr,
                     .shows_progress = isatty(STDERR_FILENO) != 0,
                     .rejects = rejects.is_open() ? &rejects : nullptr},
                    elapsed);
  const grpc::Status status = Push(options, *mapping, *connection, agency, report).Run();
  report.EndProgress();
  const PushCounts counts = report.counts();
  // An error before anything came of it leaves standard output empty.
  if (status.ok() || counts.acknowledged() > 0) {
    WriteSummary(counts, elapsed(), FormatOf(common), std::cout);
    std::cout.flush();
  }
  rejects.close();
  if (!rejects && !options.rejects_file.empty()) {
    Fail(kExitUsage, absl::StrCat(options.rejects_file, " is incomplete: it could not be written"));
  }
  if (!status.ok()) {
    CallError error = ExplainCallError(status, *connection);
    if (counts.acknowledged() == 0) return Fail(error.exit_code, error.text);
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      error.text = absl::StrCat("the connection to ", connection->settings().server, " was lost");
    }
    return Fail(error.exit_code,
                absl::StrCat(error.text, " after ", Grouped(counts.acknowledged()),
                             " records were acknowledged; run the same command again: sending "
                             "again changes nothing"));
  }
  return counts.rejected + counts.unreadable > 0 ? kExitSomeRejected : kExitOk;
}

}  // namespace

void AddPushCommand(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<PushOptions>();
  CLI::App* push = app.add_subcommand("push", "Sends records of one agency");
  push->fallthrough();
  push->add_option("files", options->files,
                   "JSON lines or, with --mapping, CSV; - is standard input")
      ->required();
  push->add_option("--feed", options->feed,
                   "Whose messages: mps, nabis, border_force, licensing, force")
      ->check(CLI::IsMember({"mps", "nabis", "border_force", "licensing", "force"}));
  push->add_option("--mapping", options->mapping_file,
                   "The files are CSV; TOML file that says which column is which field");
  push->add_option("--agency", options->agency, "Sending agency [that of the certificate]");
  push->add_option("--rejects", options->rejects_file,
                   "Write everything refused to this file, as JSON lines");
  push->add_option("--batch-size", options->batch_messages, "Records in a batch [256]")
      ->check(CLI::Range(1, kBatchMessagesMax));
  push->add_flag("--wait", options->wait_for_linkage, "Wait until the records are linked");
  push->footer(R"(
Connection settings and --format: see serieslink --help.
A line of JSON is the feed's own message (serieslink.feed.v1). What is refused is told by file and
line and stops nothing else. Sending anything again changes nothing.

Examples:
  serieslink push --feed mps reports.jsonl
  zcat guns.csv.gz | serieslink push --mapping guns.toml --rejects refused.jsonl -)");
  push->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunPush(common, *options); };
  });
}

}  // namespace serieslink::cli
