#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/push_journal.h"
#include "services/cli/unanswered_versions.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr std::size_t kVersionsACall = 1000;
constexpr std::size_t kNamedMax = 20;

struct UndoOptions {
  std::string push_id;
  std::string journal;
  std::string reason;
  bool dry_run = false;
  bool yes = false;
  bool server_moved = false;
};

// What becomes of a record.
enum class Fate { kLeftAlone, kRestored, kWithdrawn, kUndoneBefore, kUnknown };

// What becomes of the records of a push, by their ids.
class Fates {
 public:
  // Versions are added the last first.
  void Add(const PushedVersion& version, const ingest::v1::Acknowledgement& one) {
    revision_ = std::max<std::int64_t>(revision_, one.revision());
    const auto set = [&](Fate fate) { fates_[version.record_id] = fate; };
    switch (one.outcome()) {
      case ingest::v1::OUTCOME_RESTORED:
        return set(Fate::kRestored);
      case ingest::v1::OUTCOME_WITHDRAWN:
        return set(Fate::kWithdrawn);
      case ingest::v1::OUTCOME_UNCHANGED: {
        const auto known = fates_.find(version.record_id);
        const bool is_new = known == fates_.end();
        if (one.was_undone_before()) {
          if (is_new) set(Fate::kUndoneBefore);
        } else if (version.is_certain && (is_new || known->second == Fate::kUndoneBefore)) {
          set(Fate::kLeftAlone);
        }
        // What is not certain did not arrive, or was there before the push.
        return;
      }
      default:
        if (version.is_certain) set(Fate::kUnknown);
    }
  }

  Fate Of(const std::string& record_id) const {
    const auto found = fates_.find(record_id);
    return found == fates_.end() ? Fate::kLeftAlone : found->second;
  }

  // Of a record whose versions are only tried, the later ones stand in the way of the first: what
  // the push created is withdrawn in the end.
  void Settle(const std::vector<PushedVersion>& versions) {
    for (const PushedVersion& version : versions) {
      Fate& fate = fates_[version.record_id];
      if (version.is_created && fate == Fate::kRestored) fate = Fate::kWithdrawn;
    }
  }

  std::int64_t Count(Fate fate) const {
    return std::count_if(fates_.begin(), fates_.end(),
                         [fate](const auto& one) { return one.second == fate; });
  }
  std::vector<std::string> IdsOf(Fate fate) const {
    std::vector<std::string> ids;
    for (const auto& [id, its] : fates_) {
      if (its == fate) ids.push_back(id);
    }
    return ids;
  }
  std::int64_t revision() const { return revision_; }
  bool IsWhole() const { return Count(Fate::kLeftAlone) + Count(Fate::kUnknown) == 0; }
  // Also before.
  bool TookAnything() const {
    return Count(Fate::kWithdrawn) + Count(Fate::kRestored) + Count(Fate::kUndoneBefore) > 0;
  }

 private:
  std::map<std::string, Fate> fates_;
  std::int64_t revision_ = 0;
};

void WriteFates(const Fates& fates, bool is_dry_run, Format format, std::ostream& out) {
  const std::pair<const char*, std::int64_t> rows[] = {
      {"withdrawn", fates.Count(Fate::kWithdrawn)},
      {"restored", fates.Count(Fate::kRestored)},
      {"taken back before", fates.Count(Fate::kUndoneBefore)},
      {"left alone", fates.Count(Fate::kLeftAlone)},
      {"unknown", fates.Count(Fate::kUnknown)},
  };
  const std::vector<std::string> left_alone = fates.IdsOf(Fate::kLeftAlone);
  if (format == Format::kJson) {
    out << "{\"withdrawn\":" << rows[0].second << ",\"restored\":" << rows[1].second
        << ",\"taken_back_before\":" << rows[2].second << ",\"left_alone\":" << rows[3].second
        << ",\"unknown\":" << rows[4].second << ",\"left_alone_records\":[";
    for (std::size_t i = 0; i < left_alone.size(); ++i) {
      out << (i > 0 ? "," : "") << JsonString(left_alone[i]);
    }
    out << "],\"revision\":" << fates.revision() << (is_dry_run ? ",\"dry_run\":true" : "") << "}"
        << std::endl;
    return;
  }
  Table table{{"outcome", "records"}, {}};
  for (const auto& [name, count] : rows) {
    table.rows.push_back({name, format == Format::kCsv ? absl::StrCat(count) : Grouped(count)});
  }
  if (format == Format::kCsv) {
    WriteCsv(table, out);
    return;
  }
  WriteTable(table, TerminalWidthColumns(), out);
  if (!left_alone.empty()) {
    out << "Left alone, for they were superseded or withdrawn since:\n";
    for (std::size_t i = 0; i < left_alone.size() && i < kNamedMax; ++i) {
      out << "  " << left_alone[i] << '\n';
    }
    if (left_alone.size() > kNamedMax) out << "  … and more; --format json names all of them\n";
  }
  if (fates.Count(Fate::kUnknown) > 0) {
    out << "Unknown: this server has no such records of your agency. Is it the server of the "
           "push?\n";
  }
  if (!is_dry_run && !fates.IsWhole()) {
    out << "Not all of the push was taken back; the same command again tries what is left.\n";
  }
  if (is_dry_run) out << "dry run: nothing was taken back\n";
  out.flush();
}

// Takes versions back in as many calls as it takes, or only tries to. `versions`: the last first,
// so that a record that the push brought twice goes back step by step. `begun_us`: when the push
// began by the server's clock, 0 when that is not known; what came before is left as it is.
// `on_answer` is told of every version, `on_call` how many have been dealt with.
struct TakingBack {
  const CommandOptions& common;
  const Connection& connection;
  std::string reason;
  bool validate_only = false;
  std::int64_t begun_us = 0;

  grpc::Status Run(const std::vector<PushedVersion>& versions,
                   const std::function<void(const PushedVersion&,
                                            const ingest::v1::Acknowledgement&)>& on_answer,
                   const std::function<void(std::size_t)>& on_call) const {
    const auto stub = ingest::v1::IngestService::NewStub(connection.channel());
    for (std::size_t next = 0; next < versions.size();) {
      const std::size_t first = next;
      ingest::v1::UndoVersionsRequest request;
      request.set_reason(reason);
      request.set_validate_only(validate_only);
      std::set<std::string> named;
      while (next < versions.size() && named.size() < kVersionsACall &&
             named.insert(versions[next].record_id).second) {
        auto& version = *request.add_versions();
        version.set_record_id(versions[next].record_id);
        version.set_message_digest(versions[next].message_digest);
        if (begun_us > 0) {
          *version.mutable_received_after() =
              google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(begun_us);
        }
        ++next;
      }
      ingest::v1::UndoVersionsResponse response;
      grpc::ClientContext context;
      SetDeadline(context, common);
      const grpc::Status status = stub->UndoVersions(&context, request, &response);
      if (!status.ok()) return status;
      if (response.acknowledgements_size() != request.versions_size()) {
        return grpc::Status(grpc::StatusCode::DATA_LOSS,
                            "the server's answer does not belong to what was sent");
      }
      for (int i = 0; i < response.acknowledgements_size(); ++i) {
        on_answer(versions[first + static_cast<std::size_t>(i)], response.acknowledgements(i));
      }
      on_call(next);
    }
    return grpc::Status::OK;
  }

  // Takes back what a message that was sent twice has left: of versions that change places, the
  // server may have each twice. `versions` as in Run, which was called before.
  grpc::Status RunAgain(const std::vector<PushedVersion>& versions, Fates& fates) const {
    if (begun_us == 0 || validate_only) return grpc::Status::OK;
    std::map<std::string, int> count_of_record;
    for (const PushedVersion& version : versions) ++count_of_record[version.record_id];
    for (bool has_changed = true; std::exchange(has_changed, false);) {
      std::vector<PushedVersion> left;
      for (const PushedVersion& version : versions) {
        if (count_of_record[version.record_id] > 1 &&
            fates.Of(version.record_id) == Fate::kRestored) {
          left.push_back(version);
        }
      }
      const grpc::Status status = Run(
          left,
          [&](const PushedVersion& version, const ingest::v1::Acknowledgement& one) {
            if (one.outcome() == ingest::v1::OUTCOME_UNCHANGED) return;
            fates.Add(version, one);
            has_changed = true;
          },
          [](std::size_t) {});
      if (!status.ok()) return status;
    }
    return grpc::Status::OK;
  }
};

// The versions, those of a record the last first, without those that are not certain and known
// otherwise.
std::vector<PushedVersion> LastFirst(std::vector<PushedVersion> versions) {
  std::set<std::pair<std::string, std::string>> known;
  for (const PushedVersion& one : versions) {
    if (one.is_certain) known.emplace(one.record_id, one.message_digest);
  }
  // A call names a record once: the last version of each record comes first, then that before it of
  // those that have one, and so on, so that calls are few.
  std::map<std::string, std::size_t> rounds_of_record;
  std::vector<std::vector<PushedVersion>> rounds;
  for (auto one = versions.rbegin(); one != versions.rend(); ++one) {
    if (!one->is_certain && !known.emplace(one->record_id, one->message_digest).second) continue;
    const std::size_t round = rounds_of_record[one->record_id]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(std::move(*one));
  }
  std::vector<PushedVersion> last_first;
  for (std::vector<PushedVersion>& round : rounds) {
    std::move(round.begin(), round.end(), std::back_inserter(last_first));
  }
  return last_first;
}

// Whether the user wants what `fates` says. Asks only where there is somebody to answer.
bool Confirms(const Fates& fates) {
  WriteFates(fates, false, Format::kTable, std::cerr);
  std::cerr << "Take the push back? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int FailUndo(const grpc::Status& status, const Connection& connection, const Fates& fates) {
  const int exit_code = FailCall(status, connection);
  std::cerr << "taken back so far: "
            << Grouped(fates.Count(Fate::kWithdrawn) + fates.Count(Fate::kRestored))
            << " records; the same command again goes on" << std::endl;
  return exit_code;
}

int RunUndo(const CommandOptions& common, const UndoOptions& options) {
  if (options.push_id.empty() == options.journal.empty()) {
    return Fail(kExitUsage,
                "name the push to take back, PU-…, or its journal with --journal FILE; "
                "'serieslink push list' shows those that there are");
  }
  const bool asks = !options.yes && !options.dry_run;
  if (asks && isatty(STDIN_FILENO) == 0) {
    return Fail(kExitUsage,
                "there is nobody to ask whether the push may be taken back: give --yes, or "
                "--dry-run to see what would become of its records");
  }
  const std::string path =
      !options.journal.empty()
          ? options.journal
          : absl::StrCat(
                PushJournalDirectory([](const char* variable) { return std::getenv(variable); }),
                "/", options.push_id);
  std::vector<PushedVersion> versions;
  const absl::StatusOr<PushHistory> history = ReadPushJournal(
      path, [&](PushedVersion&& version) { versions.push_back(std::move(version)); });
  if (!history.ok()) return Fail(kExitUsage, std::string(history.status().message()));
  if (history->is_undone) {
    std::cerr << "push " << history->header.push_id
              << " was taken back before; there is nothing left to do" << std::endl;
    return kExitOk;
  }
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const absl::StatusOr<std::string> agency = connection->Agency();
  if (!agency.ok()) return Fail(kExitUsage, std::string(agency.status().message()));
  const absl::Status is_same =
      CheckIsConnectionOf(history->header, connection->settings(), *agency, options.server_moved);
  if (!is_same.ok()) return Fail(kExitUsage, std::string(is_same.message()));

  // What the push sent and heard nothing of may have arrived.
  std::vector<std::pair<std::string, feed::v1::FeedMessage>> unanswered;
  const grpc::Status found = FindUnansweredVersions(
      connection->channel(), UnansweredBatches(path),
      [&](grpc::ClientContext& context) { SetDeadline(context, common); },
      [&](const std::string& record_id, const feed::v1::FeedMessage& message) {
        versions.push_back(UncertainVersion(record_id, message));
        unanswered.emplace_back(record_id, message);
      });
  if (!found.ok()) return FailUndo(found, *connection, Fates());
  versions = LastFirst(std::move(versions));

  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  const auto show = [&](const char* doing, std::size_t done) {
    if (!shows_progress) return;
    std::cerr << "\r\x1B[K" << doing << ' ' << Grouped(static_cast<std::int64_t>(done)) << " of "
              << Grouped(static_cast<std::int64_t>(versions.size())) << std::flush;
  };
  const auto clear = [&] {
    if (shows_progress) std::cerr << "\r\x1B[K" << std::flush;
  };
  TakingBack taking{common, *connection, options.reason, true, history->begun_us};
  if (asks || options.dry_run) {
    Fates tried;
    const grpc::Status status = taking.Run(
        versions,
        [&](const PushedVersion& version, const ingest::v1::Acknowledgement& one) {
          tried.Add(version, one);
        },
        [&](std::size_t done) { show("looked at", done); });
    clear();
    if (!status.ok()) return FailCall(status, *connection);
    tried.Settle(versions);
    if (options.dry_run) {
      WriteFates(tried, true, FormatOf(common), std::cout);
      return tried.IsWhole() ? kExitOk : kExitSomeRejected;
    }
    if (!Confirms(tried)) return Fail(kExitInterrupted, "nothing was taken back");
  }

  // A journal that cannot be written, e.g. another user's, is gone through from its end again.
  const auto journal = PushJournal::Append(path);
  if (journal.ok()) {
    for (const auto& [record_id, message] : unanswered) {
      (*journal)->MayHaveArrived(record_id, message);
    }
    if ((*journal)->ok()) (*journal)->NothingIsUnanswered();
    (*journal)->Undone(0);
  }
  taking.validate_only = false;
  Fates fates;
  grpc::Status status = taking.Run(
      versions,
      [&](const PushedVersion& version, const ingest::v1::Acknowledgement& one) {
        fates.Add(version, one);
      },
      [&](std::size_t done) {
        if (journal.ok()) (*journal)->Undone(static_cast<std::int64_t>(done));
        show("dealt with", done);
      });
  if (status.ok()) status = taking.RunAgain(versions, fates);
  clear();
  if (!status.ok()) return FailUndo(status, *connection, fates);
  // What could not be taken back can be tried again.
  if (journal.ok() && fates.IsWhole()) (*journal)->UndoFinished();
  if (journal.ok() && !fates.IsWhole() && !fates.TookAnything()) (*journal)->NothingUndone();
  WriteFates(fates, false, FormatOf(common), std::cout);
  return fates.IsWhole() ? kExitOk : kExitSomeRejected;
}

}  // namespace

void AddPushUndoCommand(CLI::App& push, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<UndoOptions>();
  CLI::App* undo = push.add_subcommand("undo", "Takes back what one push created and superseded");
  undo->fallthrough();
  undo->add_option("push", options->push_id, "The push, PU-…");
  undo->add_option("--journal", options->journal,
                   "Its journal, where it was pushed from another machine or user")
      ->type_name(kFileType);
  undo->add_option("--reason", options->reason,
                   "Why, for the history of withdrawn records; no personal data, at most 1,000 "
                   "bytes")
      ->required();
  undo->add_flag("--dry-run", options->dry_run, "Only show what would become of the records");
  undo->add_flag("--server-moved", options->server_moved,
                 "The server of the push has another address now");
  undo->add_flag("-y,--yes", options->yes, "Do not ask");
  undo->footer(R"(
A record that the push created is withdrawn. One that it superseded says again what it said before.
A record that was superseded or withdrawn since is left alone, and named. What was taken back counts
as never sent, and stays in the record's history. What was sent before a break and never answered is
taken back too. The command shows what will become of the records and asks. The same command again
goes on where it was interrupted, and tries again what was left alone.

Examples:
  serieslink push undo PU-7K2M-9QXD-4TFB --reason "wrong mapping"
  serieslink push undo PU-7K2M-9QXD-4TFB --reason "wrong mapping" --yes
  serieslink push undo --journal PU-7K2M-9QXD-4TFB --reason "wrong mapping" --dry-run)");
  undo->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunUndo(common, *options); };
  });
}

}  // namespace serieslink::cli
