#include "services/cli/push_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "services/cli/call_error.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/feed_reader.h"
#include "services/cli/input_check.h"
#include "services/cli/interruption.h"
#include "services/cli/mapping.h"
#include "services/cli/push_journal.h"
#include "services/cli/push_report.h"
#include "services/cli/push_session.h"
#include "services/cli/rejects_file.h"
#include "services/cli/unanswered_versions.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

namespace fs = std::filesystem;

// The feed of records that come from other registers.
constexpr char kForceFeed[] = "force";
// How long a connection is waited for before the next try.
constexpr std::chrono::seconds kConnectionWait(5);
// How long a server that cannot take the push now is left alone, at first and at most.
constexpr std::chrono::milliseconds kFirstWait(250);
constexpr std::chrono::milliseconds kLongestWait(10'000);
// Long enough to find a mistake in a nightly push, and nobody need clear up.
constexpr absl::Duration kJournalsKept = absl::Hours(24 * 90);

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
  if (options.exchange.has_value()) options.feed = kForceFeed;
  if (options.files.empty()) {
    return absl::InvalidArgumentError(
        "name the files to push, or - for standard input; see serieslink push --help");
  }
  if (options.feed.empty()) {
    return absl::InvalidArgumentError(
        "--feed is required: mps, nabis, border_force, licensing, force or statistics");
  }
  SL_RETURN_IF_ERROR(CheckInputFiles(options.files, options.rejects_file,
                                     mapping.has_value() ? &*mapping : nullptr,
                                     options.exchange.has_value() ? &*options.exchange : nullptr));
  return mapping;
}

// What --resume needs to be told of the files, as they are now.
absl::StatusOr<PushHeader::File> DescribeFile(const std::string& file) {
  PushHeader::File described;
  described.path = file;
  if (file == kStandardInput) return described;
  std::error_code error;
  described.path = fs::absolute(file, error).string();
  struct stat status {};
  if (stat(described.path.c_str(), &status) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read ", file, "; check the path and that you may read it"));
  }
  described.bytes = status.st_size;
  described.modified_ns =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  return described;
}

std::string Absolute(const std::string& path) {
  std::error_code error;
  return path.empty() ? "" : fs::absolute(path, error).string();
}

const char* FromEnvironment(const char* variable) { return std::getenv(variable); }

// Takes the options of the push that is gone on with. Errors: INVALID_ARGUMENT (there is no such
// push here, its input has changed, or other options were given).
absl::StatusOr<PushHistory> TakeHistory(PushOptions& options) {
  const std::string path = absl::StrCat(PushJournalDirectory(FromEnvironment), "/", options.resume);
  SL_ASSIGN_OR_RETURN(PushHistory history, ReadPushJournal(path));
  if (history.is_undo_begun || history.is_undone) {
    return absl::InvalidArgumentError(
        "that push was taken back; push the records anew: sending again changes nothing");
  }
  const PushHeader& header = history.header;
  for (const PushHeader::File& file : header.files) {
    if (file.path == kStandardInput) {
      return absl::InvalidArgumentError(
          "that push read standard input, which cannot be read again; push the records anew: "
          "sending again changes nothing");
    }
    SL_ASSIGN_OR_RETURN(const PushHeader::File now, DescribeFile(file.path));
    if (now.bytes != file.bytes || now.modified_ns != file.modified_ns) {
      return absl::InvalidArgumentError(absl::StrCat(
          file.path, " has changed since; push it anew: sending again changes nothing"));
    }
    options.files.push_back(file.path);
  }
  options.feed = header.feed;
  options.mapping_file = header.mapping_file;
  if (!header.exchange.empty()) {
    SL_ASSIGN_OR_RETURN(options.exchange, ExchangeInput::Parse(header.exchange));
  }
  options.rejects_file = header.rejects_file;
  options.agency = header.agency;
  options.last_row_complete = header.last_row_complete;
  return history;
}

// How much of the input was read.
class InputProgress {
 public:
  explicit InputProgress(const std::vector<PushHeader::File>& files) {
    for (const PushHeader::File& file : files) {
      total_bytes_ += file.bytes;
      is_known_ = is_known_ && file.path != kStandardInput;
    }
  }

  void FileBegins() { before_bytes_ = read_bytes_.load(); }
  // Negative: not known, as in a pipe.
  void At(std::int64_t bytes_of_file) {
    if (bytes_of_file >= 0) read_bytes_ = before_bytes_ + bytes_of_file;
  }
  // 0 to 1; below 0: not known. Any thread.
  double done() const {
    if (!is_known_ || total_bytes_ == 0) return -1;
    return static_cast<double>(read_bytes_) / static_cast<double>(total_bytes_);
  }

 private:
  std::int64_t total_bytes_ = 0;
  bool is_known_ = true;
  std::int64_t before_bytes_ = 0;
  std::atomic<std::int64_t> read_bytes_ = 0;
};

// One push: files in, batches out, a report.
class Push {
 public:
  Push(const CommandOptions& common, const PushOptions& options,
       const std::optional<Mapping>& mapping, const PushHistory& history,
       const Connection& connection, InputProgress& progress, PushReport& report,
       PushJournal* journal, Interruption& interruption)
      : common_(common),
        options_(options),
        mapping_(mapping),
        history_(history),
        channel_(connection.channel()),
        journal_(journal),
        progress_(progress),
        report_(report),
        interruption_(interruption),
        builder_(history.header.agency, options.wait_for_linkage, options.batch_messages),
        session_(
            connection.channel(),
            [&report, journal](const OutgoingBatch& batch, const ingest::v1::BatchResult& result) {
              // In this order: a client that dies in between tells of refusals twice, and of each.
              report.Answered(batch, result);
              if (journal != nullptr) journal->Answered(batch, result);
            },
            {.retry_for = std::chrono::seconds(options.retry_seconds),
             .wait =
                 [this, channel = connection.channel()](std::chrono::milliseconds time) {
                   interruption_.Wait(time);
                   AwaitServer(*channel);
                 },
             .is_interrupted = [this] { return interruption_.has_happened(); },
             .on_retry = [this](const grpc::Status& why,
                                std::chrono::milliseconds) { TellOfRetry(why); }}) {
    if (options.dry_run) builder_.ValidateOnly();
    interruption_.Call([this] {
      session_.Interrupt();
      const std::lock_guard lock(beginning_mutex_);
      if (beginning_ != nullptr) beginning_->TryCancel();
    });
  }
  ~Push() { interruption_.Call(nullptr); }

  void AwaitServer(grpc::Channel& channel) {
    AwaitConnection(channel, kConnectionWait, [this] { return interruption_.has_happened(); });
  }

  grpc::Status Run() {
    for (std::size_t i = 0; i < options_.files.size(); ++i) {
      if (ReadFile(options_.files[i], static_cast<int>(i))) continue;
      if (!failure_.ok()) return failure_;
      const grpc::Status status = session_.Finish();
      // Not all was read, even if all that was sent is answered.
      return status.ok() ? grpc::Status(grpc::StatusCode::CANCELLED, "interrupted") : status;
    }
    if (auto last = builder_.Finish(); last.has_value()) Send(*std::move(last));
    return failure_.ok() ? session_.Finish() : failure_;
  }

 private:
  // Notes the batch and sends it. False when the push cannot go on.
  bool Send(OutgoingBatch&& batch) {
    if (journal_ != nullptr) {
      if (!has_begun_) failure_ = Begin(batch);
      if (!failure_.ok()) return false;
      journal_->Sending(batch);
    }
    return session_.Send(std::move(batch));
  }

  // Asks the server what time it is, so that it can be told later what the push brought, and does
  // what an earlier run left: it notes what that may have brought without an answer.
  grpc::Status Begin(const OutgoingBatch& first) {
    const auto set_deadline = [this](grpc::ClientContext& context) {
      SetDeadline(context, common_);
    };
    grpc::Status status = FindUnansweredVersions(
        channel_, UnansweredBatches(journal_->path()), set_deadline,
        [this](const std::string& record_id, const feed::v1::FeedMessage& message) {
          journal_->MayHaveArrived(record_id, message);
        });
    if (!status.ok()) return status;
    journal_->NothingIsUnanswered();
    has_begun_ = true;
    if (history_.begun_us > 0) return status;
    ingest::v1::SubmitRequest request;
    request.mutable_batch()->set_agency(first.request.batch().agency());
    request.mutable_batch()->set_validate_only(true);
    *request.mutable_batch()->add_messages() = first.request.batch().messages(0);
    ingest::v1::SubmitResponse response;
    const auto stub = ingest::v1::IngestService::NewStub(channel_);
    std::chrono::milliseconds wait = kFirstWait;
    for (std::chrono::milliseconds waited{0};; waited += wait, wait *= 2) {
      grpc::ClientContext context;
      SetDeadline(context, common_);
      SetBeginning(&context);
      status = interruption_.has_happened() ? grpc::Status::CANCELLED
                                            : stub->Submit(&context, request, &response);
      SetBeginning(nullptr);
      // A server that never answered is one that was named wrongly: that is told at once.
      if (status.ok() || !IsAnsweredByServer(status) || !IsWorthAnotherTry(status) ||
          waited >= std::chrono::seconds(options_.retry_seconds)) {
        break;
      }
      TellOfRetry(status);
      wait = std::min<std::chrono::milliseconds>(wait, kLongestWait);
      interruption_.Wait(wait);
    }
    if (!status.ok()) return status;
    session_.ServerIsThere();
    journal_->Begun(google::protobuf::util::TimeUtil::TimestampToMicroseconds(
        response.result().received_time()));
    return status;
  }

  void SetBeginning(grpc::ClientContext* context) {
    const std::lock_guard lock(beginning_mutex_);
    beginning_ = context;
  }

  // Whether an earlier run of this push had it acknowledged.
  bool IsBehind(int file_number, std::int64_t line) const {
    return file_number < history_.file || (file_number == history_.file && line <= history_.line);
  }

  // False when the push cannot go on.
  bool ReadFile(const std::string& file, int file_number) {
    const std::string name = file == kStandardInput ? "standard input" : file;
    std::ifstream opened;
    if (file != kStandardInput) opened.open(file, std::ios::binary);
    std::istream& in = file == kStandardInput ? std::cin : opened;
    progress_.FileBegins();
    std::int64_t count = 0;
    RecordSink sink;
    sink.keep_text = !options_.rejects_file.empty();
    sink.last_row_is_complete = options_.last_row_complete;
    sink.on_header = [&](const std::string& header, char separator) {
      report_.Header(name, header, separator);
    };
    sink.on_record = [&](InputRecord&& record) {
      if (interruption_.has_happened()) return StreamEnded();
      if (file != kStandardInput && ++count % kRecordsAMark == 0) {
        // Not tellg, which fails once the end was seen.
        progress_.At(in.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in));
      }
      if (IsBehind(file_number, record.line)) return absl::OkStatus();
      report_.Read();
      auto complete = builder_.Add(name, std::move(record), file_number);
      if (complete.has_value() && !Send(*std::move(complete))) return StreamEnded();
      return absl::OkStatus();
    };
    sink.on_unreadable = [&](UnreadableLine&& line) {
      if (!IsBehind(file_number, line.line)) report_.Unreadable(name, file_number, line);
    };
    sink.on_note = [&](const std::string& note) { report_.Say(absl::StrCat(name, ": ", note)); };
    const absl::Status status = options_.exchange.has_value()
                                    ? ReadExchange(in, *options_.exchange, sink)
                                : mapping_.has_value() ? ReadCsvRecords(in, *mapping_, sink)
                                                       : ReadJsonLines(in, options_.feed, sink);
    if (absl::IsCancelled(status)) return false;
    if (!status.ok()) report_.Broken(name, std::string(status.message()));
    return true;
  }

  void TellOfRetry(const grpc::Status& why) {
    if (std::exchange(has_told_, true)) return;
    report_.Say(RetryText(why));
  }

  static constexpr std::int64_t kRecordsAMark = 256;

  const CommandOptions& common_;
  const PushOptions& options_;
  const std::optional<Mapping>& mapping_;
  const PushHistory& history_;
  const std::shared_ptr<grpc::Channel> channel_;
  PushJournal* const journal_;  // or none
  InputProgress& progress_;
  PushReport& report_;
  Interruption& interruption_;
  bool has_told_ = false;
  bool has_begun_ = false;
  grpc::Status failure_;  // why it could not begin
  std::mutex beginning_mutex_;
  grpc::ClientContext* beginning_ = nullptr;  // guarded by beginning_mutex_
  BatchBuilder builder_;
  PushSession session_;
};

// The journal of a push, or null when it has none: then it says so, for the push goes on.
std::unique_ptr<PushJournal> OpenJournal(const PushOptions& options, PushHeader& header) {
  if (options.no_journal || options.dry_run) return nullptr;
  const std::string directory = PushJournalDirectory(FromEnvironment);
  auto journal = [&]() -> absl::StatusOr<std::unique_ptr<PushJournal>> {
    if (directory.empty()) {
      return absl::InvalidArgumentError(
          "there is no folder for its journal: set SERIESLINK_STATE or HOME, or give --no-journal");
    }
    if (!options.resume.empty()) {
      return PushJournal::Append(absl::StrCat(directory, "/", options.resume));
    }
    RemoveOldJournals(directory, absl::Now() - kJournalsKept);
    SL_ASSIGN_OR_RETURN(header.push_id, NewPushId());
    return PushJournal::Create(directory, header);
  }();
  if (journal.ok()) return *std::move(journal);
  header.push_id.clear();
  std::cerr << "serieslink: this push can be neither resumed nor taken back: "
            << journal.status().message() << std::endl;
  return nullptr;
}

absl::Status CheckSameConnection(const PushHeader& header, const Connection& connection,
                                 bool is_moved) {
  SL_ASSIGN_OR_RETURN(const std::string agency, connection.Agency());
  return CheckIsConnectionOf(header, connection.settings(), agency, is_moved);
}

// What is said of a push that ended before its end.
int FailPush(const grpc::Status& status, const Connection& connection, const PushCounts& counts,
             const std::string& push_id, bool is_interrupted) {
  const std::string how = push_id.empty()
                              ? "run the same command again: sending again changes nothing"
                              : absl::StrCat("go on with: serieslink push --resume ", push_id);
  if (is_interrupted) {
    return Fail(kExitInterrupted, absl::StrCat("interrupted after ", Grouped(counts.acknowledged()),
                                               " records were acknowledged; ", how));
  }
  CallError error = ExplainCallError(status, connection);
  if (counts.acknowledged() == 0) return Fail(error.exit_code, error.text);
  if (IsConnectionLoss(status) && !IsAnsweredByServer(status)) {
    error.exit_code = kExitCannotConnect;
    error.text = absl::StrCat("the connection to ", connection.settings().server, " was lost");
  }
  return Fail(error.exit_code, absl::StrCat(error.text, " after ", Grouped(counts.acknowledged()),
                                            " records were acknowledged; ", how));
}

// Whether an earlier run of the push has told for good what is wrong with a line: it is not behind
// what was acknowledged. `file` may be named as the earlier run was given it.
bool IsTold(const PushHistory& history, const std::string& file, std::int64_t line) {
  for (std::size_t i = 0; i < history.header.files.size(); ++i) {
    const std::string& path = history.header.files[i].path;
    const fs::path relative = fs::path(file).lexically_normal();
    if (path != file && !absl::EndsWith(path, absl::StrCat("/", relative.string()))) continue;
    const int number = static_cast<int>(i);
    return number < history.file || (number == history.file && line <= history.line);
  }
  return true;
}

// What separates the columns of the files; NUL where they are JSON lines.
char SeparatorOf(const PushOptions& options, const std::optional<Mapping>& mapping) {
  if (options.exchange.has_value()) return options.exchange->is_csv ? ',' : '\0';
  return mapping.has_value() ? mapping->separator() : '\0';
}

}  // namespace

int RunPush(const CommandOptions& common, PushOptions options) {
  PushHistory history;
  if (!options.resume.empty()) {
    absl::StatusOr<PushHistory> taken = TakeHistory(options);
    if (!taken.ok()) return Fail(kExitUsage, std::string(taken.status().message()));
    history = *std::move(taken);
    if (history.is_finished) {
      std::cerr << "push " << options.resume << " was finished; there is nothing left to do"
                << std::endl;
      return kExitOk;
    }
  }
  const auto mapping = CheckInputs(options);
  if (!mapping.ok()) return Fail(kExitUsage, std::string(mapping.status().message()));
  // Before gRPC starts its threads.
  Interruption interruption;
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  PushHeader& header = history.header;
  if (!options.resume.empty()) {
    const absl::Status is_same = CheckSameConnection(header, *connection, options.server_moved);
    if (!is_same.ok()) return Fail(kExitUsage, std::string(is_same.message()));
  }
  header.agency = options.agency;
  if (header.agency.empty()) {
    const absl::StatusOr<std::string> own = connection->Agency();
    if (!own.ok()) {
      return Fail(kExitUsage, absl::StrCat(own.status().message(), ", or give --agency"));
    }
    header.agency = *own;
  }
  const PushHistory before = history;
  header.files.clear();
  for (const std::string& file : options.files) {
    const absl::StatusOr<PushHeader::File> described = DescribeFile(file);
    if (!described.ok()) return Fail(kExitUsage, std::string(described.status().message()));
    header.files.push_back(*described);
  }
  std::unique_ptr<RejectsFile> rejects;
  if (!options.rejects_file.empty()) {
    if (!options.resume.empty()) {
      const absl::Status kept = RejectsFile::Keep(
          options.rejects_file, SeparatorOf(options, *mapping),
          [&](const std::string& file, std::int64_t line) { return IsTold(before, file, line); });
      if (!kept.ok()) return Fail(kExitUsage, std::string(kept.message()));
    }
    auto opened = RejectsFile::Open(options.rejects_file, !options.resume.empty());
    if (!opened.ok()) return Fail(kExitUsage, std::string(opened.status().message()));
    rejects = *std::move(opened);
    if (!rejects->kept_as().empty()) {
      std::cerr << "what was in " << options.rejects_file << " is kept as " << rejects->kept_as()
                << std::endl;
    }
  }
  header.started = absl::FormatTime("%Y-%m-%d%ET%H:%M:%E6S%Ez", absl::Now(), absl::UTCTimeZone());
  header.server = connection->settings().server;
  header.feed = options.feed;
  header.mapping_file = Absolute(options.mapping_file);
  header.exchange = options.exchange.has_value() ? options.exchange->Text() : "";
  header.rejects_file = Absolute(options.rejects_file);
  header.last_row_complete = options.last_row_complete;
  const std::unique_ptr<PushJournal> journal = OpenJournal(options, header);
  const std::string push_id = journal == nullptr ? "" : header.push_id;

  const auto begun = std::chrono::steady_clock::now();
  const auto elapsed = [begun] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  InputProgress progress(header.files);
  PushReport report({.words = &std::cerr,
                     .bar_columns = isatty(STDERR_FILENO) != 0 ? ErrorWidthColumns() : 0,
                     .rejects = rejects.get(),
                     .more = "--rejects FILE writes all of them to a file, and 'serieslink rejects "
                             "list' shows those that the server refused"},
                    elapsed, [&progress] { return progress.done(); });
  if (!options.resume.empty() && history.file >= 0) {
    report.Say(absl::StrCat("going on after line ", history.line, " of ",
                            options.files[static_cast<std::size_t>(history.file)]));
  }
  const grpc::Status status = Push(common, options, *mapping, history, *connection, progress,
                                   report, journal.get(), interruption)
                                  .Run();
  report.End();
  if (journal != nullptr && status.ok()) journal->Finished();
  const PushCounts counts = report.counts();
  // Of files that could not be begun with nothing was sent: the report has said why.
  const bool nothing_was_sent =
      counts.broken_files > 0 && counts.read + counts.unreadable == 0 && options.resume.empty();
  // An error before anything came of it leaves standard output empty.
  if ((status.ok() && !nothing_was_sent) || counts.acknowledged() > 0) {
    WriteSummary(counts, elapsed(), {.push_id = push_id, .is_dry_run = options.dry_run},
                 FormatOf(common), std::cout);
    std::cout.flush();
  }
  if (rejects != nullptr) {
    const absl::Status closed = rejects->Close();
    if (!closed.ok()) Fail(kExitUsage, std::string(closed.message()));
  }
  if (journal != nullptr && !journal->ok()) {
    Fail(kExitUsage, absl::StrCat(journal->path(), " is incomplete: this push can be neither ",
                                  "resumed nor taken back wholly"));
  }
  if (!status.ok()) {
    return FailPush(status, *connection, counts, push_id, interruption.has_happened());
  }
  if (nothing_was_sent) return kExitUsage;
  return counts.rejected + counts.unreadable + counts.broken_files > 0 ? kExitSomeRejected
                                                                       : kExitOk;
}

void AddSendingOptions(CLI::App& command, PushOptions& options) {
  command.add_option("--agency", options.agency, "Sending agency [that of the certificate]");
  command
      .add_option("--rejects", options.rejects_file,
                  "Write everything refused to this file, in the form of the input, to be mended "
                  "and pushed again; what is in it from before is kept beside it")
      ->type_name(kFileType);
  command.add_flag("--last-row-complete", options.last_row_complete,
                   "CSV: take a last row without a line end, which may have been cut off");
  command.add_option("--batch-size", options.batch_messages, "Records in a batch [256]")
      ->check(CLI::Range(1, kBatchMessagesMax));
  command.add_flag("--wait", options.wait_for_linkage, "Wait until the records are linked");
  command.add_flag("--dry-run", options.dry_run,
                   "Have the server check everything as if it were sent, and write nothing");
  command
      .add_option("--retry-for", options.retry_seconds,
                  "Seconds to try again when the connection was lost in the middle [300]")
      ->check(CLI::Range(0, 86400));
  command.add_flag("--no-journal", options.no_journal,
                   "Keep no journal: the push can then be neither resumed nor taken back");
}

void AddPushCommand(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<PushOptions>();
  CLI::App* push = app.add_subcommand("push", "Sends records of one agency");
  push->fallthrough();
  push->add_option("files", options->files,
                   "JSON lines or, with --mapping, CSV; - is standard input")
      ->type_name(kFileType);
  push->add_option("--feed", options->feed,
                   "Whose messages: mps, nabis, border_force, licensing, force, statistics")
      ->check(CLI::IsMember({"mps", "nabis", "border_force", "licensing", "force", "statistics"}));
  push->add_option("--mapping", options->mapping_file,
                   "The files are CSV; TOML file that says which column is which field")
      ->type_name(kFileType);
  AddSendingOptions(*push, *options);
  CLI::Option* resume = push->add_option(
      "--resume", options->resume,
      "Go on with this push, PU-…, where it was interrupted; its files and options "
      "are not given again");
  push->add_flag("--server-moved", options->server_moved,
                 "The server of the push has another address now")
      ->needs(resume);
  push->footer(R"(
Connection settings and --format: see serieslink --help.
A line of JSON is the feed's own message (serieslink.feed.v1). What is refused is told by file and
line and stops nothing else; the server keeps it too (serieslink rejects). Sending anything again
changes nothing. Every push has an id, and a journal in $SERIESLINK_STATE/pushes, else
~/.local/state/serieslink/pushes.

Examples:
  serieslink push --feed mps --dry-run reports.jsonl
  serieslink push --feed mps reports.jsonl
  zcat guns.csv.gz | serieslink push --mapping guns.toml --rejects refused.csv -
  serieslink push --resume PU-7K2M-9QXD-4TFB
  serieslink push undo PU-7K2M-9QXD-4TFB --reason "wrong mapping"
  serieslink push list)");
  AddPushUndoCommand(*push, common, chosen);
  AddPushListCommand(*push, common, chosen);
  push->callback([&common, &chosen, push, options] {
    // Called after that of a command of its own, which has chosen then.
    if (const auto commands = push->get_subcommands(); !commands.empty()) {
      RefuseOptions(*push, {},
                    absl::StrCat("does not apply to 'push ", commands[0]->get_name(), "'"));
      return;
    }
    if (!options->resume.empty()) {
      RefuseOptions(*push, {"resume", "server-moved", "batch-size", "wait", "retry-for"},
                    "is that of the push that --resume goes on with, and cannot be given anew");
    }
    chosen = [&common, options] { return RunPush(common, *options); };
  });
}

}  // namespace serieslink::cli
