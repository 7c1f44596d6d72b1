#include "services/ingest/committer.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/rpc/error.h"
#include "services/rpc/process_log.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/base/thread_priority.h"

namespace serieslink::ingest {
namespace {

using ::serieslink::graph::LogItem;
using ::serieslink::graph::LogReader;
using ::serieslink::graph::PublicId;
using ::serieslink::stored::v1::LogEntry;

constexpr std::size_t kQueuedBytesMax = 64u << 20;
constexpr std::size_t kCommitMessagesMax = 8192;
constexpr std::size_t kCommitBytesMax = 16u << 20;
constexpr absl::Duration kFollowerWaitMax = absl::Milliseconds(100);
// An id is given to one source only; with 60 bits, a handful of tries never runs out.
constexpr std::uint32_t kIdAttemptsMax = 16;

bool IsOfSameSource(const LogEntry& a, const LogEntry& b) {
  return a.agency() == b.agency() && a.source_system() == b.source_system() &&
         a.source_id() == b.source_id();
}

// Whether two entries say the same. Two programs may serialise one message differently, so bytes
// that differ are compared again in one form.
bool IsOfSameContent(const LogEntry& a, const LogEntry& b) {
  if (a.content_case() != b.content_case()) return false;
  if (a.feed_message() == b.feed_message()) return true;
  feed::v1::FeedMessage message_a;
  feed::v1::FeedMessage message_b;
  return message_a.ParseFromString(a.feed_message()) &&
         message_b.ParseFromString(b.feed_message()) &&
         message_a.SerializeAsString() == message_b.SerializeAsString();
}

absl::Status ShuttingDown() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_SHUTTING_DOWN,
                        "the server is going down; send what was not acknowledged again");
}

}  // namespace

// One group commit in the making.
class Committer::Group {
 public:
  Group(storage::Store& store, graph::LogWriter& writer, const graph::IdKey& ids, absl::Time now)
      : store_(store), writer_(writer), ids_(ids), now_(now) {}

  // Reads what stands for the records of `jobs`, all in one go.
  absl::Status Load(const std::vector<const Job*>& jobs) {
    std::vector<graph::SequenceNumber> sequences;
    std::size_t messages = 0;
    for (const Job* job : jobs) messages += job->decisions();
    items_.reserve(messages);  // so that they stay where they are
    heads_.reserve(messages);
    const auto want = [&](PublicId id) {
      const auto* latest = writer_.Find(id);
      if (latest == nullptr || heads_.contains(id.value())) return;
      heads_[id.value()] = HeadOf(*latest);
      sequences.push_back(latest->standing);
    };
    for (const Job* job : jobs) {
      if (job->withdrawal.has_value()) want(job->withdrawal->public_id);
      for (const Undo& undo : job->undos) want(undo.public_id);
      for (const PreparedMessage& message : job->messages) {
        if (message.violations.empty()) want(message.public_id);
      }
    }
    if (sequences.empty()) return absl::OkStatus();
    SL_ASSIGN_OR_RETURN(std::vector<LogEntry> entries, Entries(sequences));
    for (LogEntry& entry : entries) {
      const std::uint64_t id = entry.public_id();
      heads_[id].entry = &loaded_.emplace_back(std::move(entry));
    }
    return absl::OkStatus();
  }

  // Decides on everything in `job`: one answer for each, in order.
  absl::Status Decide(Job& job, std::vector<v1::Acknowledgement>& answers) {
    answers.reserve(job.decisions());
    if (job.withdrawal.has_value()) {
      SL_ASSIGN_OR_RETURN(answers.emplace_back(), Add(*job.withdrawal));
    }
    for (const Undo& undo : job.undos) {
      SL_ASSIGN_OR_RETURN(answers.emplace_back(), Add(undo));
    }
    for (PreparedMessage& message : job.messages) {
      SL_ASSIGN_OR_RETURN(answers.emplace_back(), Add(std::move(message)));
    }
    return absl::OkStatus();
  }

  // Commits what was decided. The commit, or null when there was nothing to write.
  absl::StatusOr<std::shared_ptr<const graph::LogBatch>> Commit() && {
    if (items_.empty()) return nullptr;
    return writer_.Append(std::move(items_), now_);
  }

 private:
  // The entry that stands for a record, here or in this commit.
  struct Head {
    graph::RecordNumber record_number = 0;
    graph::SequenceNumber standing = 0;
    graph::SequenceNumber last = 0;   // the latest entry about the record: that or a stale one
    const LogEntry* entry = nullptr;  // that stands, in loaded_ or items_
  };

  // What a message is to the record that it is about.
  struct Comparison {
    v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
    bool is_kept = false;  // the log has this version already
  };

  // An entry with its place in the log.
  struct Placed {
    graph::SequenceNumber sequence = 0;
    LogEntry entry;
  };

  // What stands of some of a record's entries.
  struct Standing {
    const Placed* placed = nullptr;  // null: nothing does
    bool has_version = false;        // one of them has a source version
    std::uint64_t highest = 0;       // of their source versions
  };

  // Decides on a message.
  absl::StatusOr<v1::Acknowledgement> Add(PreparedMessage&& message) {
    v1::Acknowledgement acknowledgement;
    if (!message.violations.empty()) {
      acknowledgement.set_outcome(v1::OUTCOME_REJECTED);
      for (const v1::FieldViolation& violation : message.violations) {
        *acknowledgement.add_violations() = violation;
      }
      return acknowledgement;
    }
    LogEntry& entry = message.item.entry;
    SL_ASSIGN_OR_RETURN(Head* const head, FindHead(message.public_id, entry));
    entry.set_public_id(message.public_id.value());
    acknowledgement.set_record_id(graph::FormatPublicId(graph::IdKind::kRecord, message.public_id));
    if (head == nullptr) {
      acknowledgement.set_outcome(v1::OUTCOME_CREATED);
      entry.set_record_number(writer_.NextRecordNumber(new_records_++));
      Append(std::move(message.item));
      return acknowledgement;
    }
    SL_ASSIGN_OR_RETURN(const Comparison comparison, Compare(*head, entry));
    acknowledgement.set_outcome(comparison.outcome);
    entry.set_record_number(head->record_number);
    entry.set_previous_sequence(head->last);
    switch (comparison.outcome) {
      case v1::OUTCOME_SUPERSEDED:
        Append(std::move(message.item));
        break;
      case v1::OUTCOME_STALE:
        if (!comparison.is_kept) {
          entry.set_is_stale(true);
          Append(std::move(message.item));
        }
        break;
      case v1::OUTCOME_REJECTED: {
        v1::FieldViolation& violation = *acknowledgement.add_violations();
        violation.set_field(absl::StrCat(AbslView(message.feed), ".version"));
        violation.set_reason(type::v1::ERROR_REASON_SOURCE_VERSION_CONFLICT);
        violation.set_description(
            "this version was sent before with other content; raise the version");
        acknowledgement.clear_record_id();
        message.violations.push_back(violation);
        break;
      }
      default:
        break;
    }
    return acknowledgement;
  }

  // Decides on a withdrawal.
  absl::StatusOr<v1::Acknowledgement> Add(const Withdrawal& withdrawal) {
    v1::Acknowledgement acknowledgement;
    const Head* const own = FindOwn(withdrawal.public_id, withdrawal.sender, acknowledgement);
    if (own == nullptr) return acknowledgement;
    const Head head = *own;
    const LogEntry& standing = *head.entry;
    if (withdrawal.source_version.has_value()) {
      SL_ASSIGN_OR_RETURN(const std::optional<std::uint64_t> highest, HighestVersion(head));
      if (highest.has_value() && *withdrawal.source_version < *highest) {
        acknowledgement.set_outcome(v1::OUTCOME_STALE);
        return acknowledgement;
      }
    }
    if (standing.has_withdrawal() && withdrawal.source_version.value_or(
                                         standing.source_version()) == standing.source_version()) {
      acknowledgement.set_outcome(v1::OUTCOME_UNCHANGED);
      return acknowledgement;
    }
    LogItem item = After(head, withdrawal.sender);
    LogEntry& entry = item.entry;
    if (withdrawal.source_version.has_value()) {
      entry.set_source_version(*withdrawal.source_version);
    } else if (standing.has_source_version()) {
      entry.set_source_version(standing.source_version());
    }
    entry.mutable_withdrawal()->set_reason(withdrawal.reason);
    Append(std::move(item));
    acknowledgement.set_outcome(v1::OUTCOME_WITHDRAWN);
    return acknowledgement;
  }

  // Decides on taking a version back.
  absl::StatusOr<v1::Acknowledgement> Add(const Undo& undo) {
    v1::Acknowledgement acknowledgement;
    const Head* const own = FindOwn(undo.public_id, undo.sender, acknowledgement);
    if (own == nullptr) return acknowledgement;
    const Head head = *own;
    acknowledgement.set_outcome(v1::OUTCOME_UNCHANGED);
    if (!head.entry->has_feed_message() ||
        base::AsBytes(base::Sha256(head.entry->feed_message())) != undo.message_digest) {
      return acknowledgement;
    }
    std::vector<Placed> counting;
    SL_RETURN_IF_ERROR(
        ForEachCounting(head, [&](graph::SequenceNumber sequence, const LogEntry& entry) {
          counting.push_back({sequence, entry});
          return true;
        }));
    const Placed* const undone = StandingOf(counting, 0).placed;
    if (undone == nullptr) return absl::DataLossError("a record stands by no entry of the log");
    const Standing standing = StandingOf(counting, undone->sequence);
    const Placed* const left = standing.placed;
    LogItem item = After(head, undo.sender);
    LogEntry& entry = item.entry;
    entry.set_undoes_sequence(undone->sequence);
    acknowledgement.set_outcome(v1::OUTCOME_WITHDRAWN);
    if (left == nullptr) {
      entry.mutable_withdrawal()->set_reason(undo.reason);
    } else if (left->entry.has_withdrawal()) {
      *entry.mutable_withdrawal() = left->entry.withdrawal();
    } else {
      entry.set_feed_message(left->entry.feed_message());
      acknowledgement.set_outcome(v1::OUTCOME_RESTORED);
    }
    if (left != nullptr && left->entry.has_source_version()) {
      entry.set_source_version(left->entry.source_version());
    }
    if (standing.has_version &&
        (!entry.has_source_version() || standing.highest > entry.source_version())) {
      entry.set_highest_source_version(standing.highest);
    }
    Append(std::move(item));
    return acknowledgement;
  }

  static Head HeadOf(const graph::LogWriter::Latest& latest) {
    return {
        .record_number = latest.record_number, .standing = latest.standing, .last = latest.last};
  }

  absl::StatusOr<std::vector<LogEntry>> Entries(
      const std::vector<graph::SequenceNumber>& sequences) {
    SL_ASSIGN_OR_RETURN(const auto snapshot, store_.NewSnapshot());
    return LogReader(snapshot.get()).Entries(sequences);
  }

  // What stands for the source of `entry`, or null when it is new. `id` becomes the id that is its
  // own.
  absl::StatusOr<Head*> FindHead(PublicId& id, const LogEntry& entry) {
    for (std::uint32_t attempt = 0; attempt < kIdAttemptsMax; ++attempt) {
      if (attempt > 0) {
        id = ids_.ForRecord({entry.agency(), entry.source_system(), entry.source_id()}, attempt);
        if (const auto* latest = writer_.Find(id);
            latest != nullptr && !heads_.contains(id.value())) {
          SL_ASSIGN_OR_RETURN(std::vector<LogEntry> entries, Entries({latest->standing}));
          Head& head = heads_[id.value()] = HeadOf(*latest);
          head.entry = &loaded_.emplace_back(std::move(entries[0]));
        }
      }
      const auto found = heads_.find(id.value());
      if (found == heads_.end()) return nullptr;
      if (IsOfSameSource(*found->second.entry, entry)) return &found->second;
    }
    return absl::InternalError("no public id is free for a record");
  }

  // What stands for the record `id` of the sender's agency, which `acknowledgement` then names.
  // Null when it has none of that id: then `acknowledgement` says so.
  const Head* FindOwn(PublicId id, const rpc::Identity& sender,
                      v1::Acknowledgement& acknowledgement) const {
    const auto found = heads_.find(id.value());
    if (found == heads_.end() || found->second.entry->agency() != sender.agency) {
      v1::FieldViolation& violation = *acknowledgement.add_violations();
      violation.set_field("record_id");
      violation.set_reason(type::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
      acknowledgement.set_outcome(v1::OUTCOME_REJECTED);
      return nullptr;
    }
    acknowledgement.set_record_id(graph::FormatPublicId(graph::IdKind::kRecord, id));
    return &found->second;
  }

  // The beginning of an entry by which `sender` changes what stands without sending a message.
  LogItem After(const Head& head, const rpc::Identity& sender) const {
    LogItem item;
    LogEntry& entry = item.entry;
    entry.set_received_time_us(absl::ToUnixMicros(now_));
    entry.set_agency(sender.agency);
    entry.set_principal(sender.principal);
    entry.set_source_system(head.entry->source_system());
    entry.set_source_id(head.entry->source_id());
    entry.set_public_id(head.entry->public_id());
    entry.set_record_number(head.record_number);
    entry.set_previous_sequence(head.last);
    return item;
  }

  // What `entry` is to the record whose `head` stands.
  absl::StatusOr<Comparison> Compare(const Head& head, const LogEntry& entry) {
    const LogEntry& standing = *head.entry;
    std::optional<std::uint64_t> highest;
    if (entry.has_source_version()) {
      SL_ASSIGN_OR_RETURN(highest, HighestVersion(head));
    }
    if (!highest.has_value()) {
      return Comparison{IsOfSameContent(standing, entry) ? v1::OUTCOME_UNCHANGED
                                                         : v1::OUTCOME_SUPERSEDED};
    }
    if (entry.source_version() > *highest) return Comparison{v1::OUTCOME_SUPERSEDED};
    const bool is_standing_version =
        standing.has_source_version() && entry.source_version() == standing.source_version();
    if (is_standing_version && !standing.has_withdrawal()) {
      return Comparison{IsOfSameContent(standing, entry) ? v1::OUTCOME_UNCHANGED
                                                         : v1::OUTCOME_REJECTED};
    }
    // A version that was here before must say what it said then.
    SL_ASSIGN_OR_RETURN(const std::optional<LogEntry> earlier,
                        Latest(head, [&entry](const LogEntry& other) {
                          return other.has_feed_message() && other.has_source_version() &&
                                 other.source_version() == entry.source_version();
                        }));
    if (earlier.has_value() && !IsOfSameContent(*earlier, entry)) {
      return Comparison{v1::OUTCOME_REJECTED};
    }
    return Comparison{is_standing_version ? v1::OUTCOME_SUPERSEDED : v1::OUTCOME_STALE,
                      earlier.has_value()};
  }

  // The highest version that was ever sent of the record of `head` and not taken back, be it that
  // another without a version stands; nothing when none had one.
  absl::StatusOr<std::optional<std::uint64_t>> HighestVersion(const Head& head) {
    if (const auto known = KnownHighest(*head.entry); known.has_value()) return known;
    if (head.entry->previous_sequence() == 0) return std::nullopt;
    // Once a record, for what comes after a version says it. And of a build that did not.
    SL_ASSIGN_OR_RETURN(const std::optional<LogEntry> versioned,
                        Latest(head, [](const LogEntry& other) {
                          return !other.is_stale() && KnownHighest(other).has_value();
                        }));
    return versioned.has_value() ? KnownHighest(*versioned) : std::nullopt;
  }

  // What an entry that stood says of the versions up to it.
  static std::optional<std::uint64_t> KnownHighest(const LogEntry& entry) {
    if (entry.has_highest_source_version()) return entry.highest_source_version();
    if (entry.has_source_version()) return entry.source_version();
    return std::nullopt;
  }

  // The latest entry that counts about the record of `head` and `is_wanted`.
  absl::StatusOr<std::optional<LogEntry>> Latest(
      const Head& head, const std::function<bool(const LogEntry&)>& is_wanted) {
    std::optional<LogEntry> latest;
    SL_RETURN_IF_ERROR(ForEachCounting(head, [&](graph::SequenceNumber, const LogEntry& entry) {
      if (is_wanted(entry)) latest = entry;
      return !latest.has_value();
    }));
    return latest;
  }

  // Shows `visit` the entries about the record of `head`, the latest first, until it returns false.
  // What was taken back, and what took it back, do not count.
  absl::Status ForEachCounting(
      const Head& head, const std::function<bool(graph::SequenceNumber, const LogEntry&)>& visit) {
    absl::flat_hash_set<graph::SequenceNumber> undone;
    std::vector<LogEntry> read;
    for (graph::SequenceNumber at = head.last; at != 0;) {
      const LogEntry* entry = head.entry;
      if (at >= writer_.next_sequence()) {
        entry = &items_[at - writer_.next_sequence()].entry;
      } else if (at != head.standing) {
        SL_ASSIGN_OR_RETURN(read, Entries({at}));
        entry = &read[0];
      }
      if (entry->undoes_sequence() != 0) {
        undone.insert(entry->undoes_sequence());
      } else if (!undone.contains(at) && !visit(at, *entry)) {
        break;
      }
      at = entry->previous_sequence();
    }
    return absl::OkStatus();
  }

  // Which of a record's counting entries, the latest first, stands if that of `except` never came.
  static Standing StandingOf(const std::vector<Placed>& counting, graph::SequenceNumber except) {
    Standing result;
    for (auto one = counting.rbegin(); one != counting.rend(); ++one) {
      if (one->sequence == except) continue;
      const LogEntry& entry = one->entry;
      if (result.placed == nullptr || Supersedes(entry, result.placed->entry, result)) {
        result.placed = &*one;
      }
      if (!entry.has_source_version()) continue;
      result.highest = std::max(result.highest, entry.source_version());
      result.has_version = true;
    }
    return result;
  }

  // Whether a later `entry` takes the place of `standing`, as what came before was decided.
  static bool Supersedes(const LogEntry& entry, const LogEntry& standing, const Standing& before) {
    if (!entry.has_source_version() || !before.has_version) return true;
    if (entry.source_version() != before.highest) return entry.source_version() > before.highest;
    return entry.has_withdrawal() ||
           (standing.has_withdrawal() && standing.source_version() == entry.source_version());
  }

  void Append(LogItem&& item) {
    const graph::SequenceNumber sequence = writer_.next_sequence() + items_.size();
    LogEntry& entry = items_.emplace_back(std::move(item)).entry;
    Head& head = heads_[entry.public_id()];
    if (head.entry != nullptr && entry.undoes_sequence() == 0) {
      // What went before is known of the entry that stood, however many others came since.
      const std::optional<std::uint64_t> highest = KnownHighest(*head.entry);
      if (highest.has_value() &&
          (!entry.has_source_version() || entry.source_version() < *highest)) {
        entry.set_highest_source_version(*highest);
      }
    }
    head.record_number = entry.record_number();
    head.last = sequence;
    if (entry.is_stale()) return;
    head.standing = sequence;
    head.entry = &entry;
  }

  storage::Store& store_;
  graph::LogWriter& writer_;
  const graph::IdKey& ids_;
  const absl::Time now_;
  absl::flat_hash_map<std::uint64_t, Head> heads_;  // by public id
  // What heads_ points into: neither moves its elements.
  std::deque<LogEntry> loaded_;
  std::vector<LogItem> items_;
  std::size_t new_records_ = 0;
};

Committer::Committer(storage::Store* store, graph::RecentCommits* recent, const graph::IdKey* ids,
                     std::function<absl::Time()> now,
                     std::function<void(const graph::LogBatch&)> on_committed,
                     std::function<void()> on_failure)
    : store_(store),
      recent_(recent),
      ids_(ids),
      now_(std::move(now)),
      on_committed_(std::move(on_committed)),
      on_failure_(std::move(on_failure)) {}

Committer::~Committer() { Stop(); }

absl::Status Committer::Start() {
  SL_ASSIGN_OR_RETURN(writer_, graph::LogWriter::Open(store_, recent_));
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

std::size_t Committer::Job::decisions() const {
  return messages.size() + undos.size() + (withdrawal.has_value() ? 1 : 0);
}

Committer::Job Committer::JobOf(std::vector<PreparedMessage> messages, Answer answer) {
  Job job;
  for (const PreparedMessage& message : messages) {
    job.bytes += message.item.entry.feed_message().size() + sizeof(PreparedMessage);
  }
  job.messages = std::move(messages);
  job.answer = std::move(answer);
  return job;
}

void Committer::Submit(std::vector<PreparedMessage> messages, Answer answer) {
  Enqueue(JobOf(std::move(messages), std::move(answer)));
}

void Committer::Validate(std::vector<PreparedMessage> messages, Answer answer) {
  Job job = JobOf(std::move(messages), std::move(answer));
  job.validate_only = true;
  Enqueue(std::move(job));
}

void Committer::UndoVersions(std::vector<Undo> undos, bool validate_only, Answer answer) {
  Job job;
  for (const Undo& undo : undos) job.bytes += undo.reason.size() + sizeof(Undo);
  job.validate_only = validate_only;
  job.undos = std::move(undos);
  job.answer = std::move(answer);
  Enqueue(std::move(job));
}

void Committer::Withdraw(Withdrawal withdrawal, Answer answer) {
  Job job;
  job.bytes = withdrawal.reason.size() + sizeof(Withdrawal);
  job.withdrawal = std::move(withdrawal);
  job.answer = std::move(answer);
  Enqueue(std::move(job));
}

void Committer::Enqueue(Job job) {
  {
    std::unique_lock lock(mutex_);
    queue_shrank_.wait(lock, [&] {
      return stopping_ || failed_ || queued_bytes_ == 0 ||
             queued_bytes_ + job.bytes <= kQueuedBytesMax;
    });
    if (!stopping_ && !failed_) {
      queued_bytes_ += job.bytes;
      queue_.push_back(std::move(job));
      queue_grew_.notify_one();
      return;
    }
  }
  job.answer(ShuttingDown(), {});
}

void Committer::Run() {
  base::GiveWay();
  for (;;) {
    std::vector<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      queue_grew_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      std::size_t messages = 0;
      std::size_t bytes = 0;
      while (!queue_.empty()) {
        Job& next = queue_.front();
        messages += next.decisions();
        bytes += next.bytes;
        if (!jobs.empty() && (messages > kCommitMessagesMax || bytes > kCommitBytesMax)) break;
        queued_bytes_ -= next.bytes;
        jobs.push_back(std::move(next));
        queue_.pop_front();
      }
      queue_shrank_.notify_all();
    }
    // What comes in faster than it is linked waits here rather than unlinked in the log. Not for
    // long: linkage that hangs must not stop ingest.
    if (recent_ != nullptr) recent_->AwaitFollower(kFollowerWaitMax);
    Commit(std::move(jobs));
  }
}

void Committer::Commit(std::vector<Job> jobs) {
  std::vector<const Job*> writing;
  for (const Job& job : jobs) {
    if (!job.validate_only) writing.push_back(&job);
  }
  std::vector<std::vector<v1::Acknowledgement>> answers(jobs.size());
  const auto decide = [&]() -> absl::StatusOr<graph::Revision> {
    if (failed()) return ShuttingDown();
    Group group(*store_, *writer_, *ids_, now_());
    SL_RETURN_IF_ERROR(group.Load(writing));
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (!jobs[i].validate_only) SL_RETURN_IF_ERROR(group.Decide(jobs[i], answers[i]));
    }
    SL_ASSIGN_OR_RETURN(const auto batch, std::move(group).Commit());
    if (batch != nullptr) on_committed_(*batch);
    return writer_->revision();
  };
  absl::StatusOr<graph::Revision> revision = decide();
  if (absl::IsResourceExhausted(revision.status())) {
    // Nothing was written: the log is as it was, and takes the next commit when there is room.
    if (!full_) {
      rpc::LogEvent(rpc::LogLevel::kError, "log_full",
                    {{"advice", "free disk space; records are refused until then"}});
    }
    full_ = true;
    revision =
        rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_STORE_UNAVAILABLE,
                       "the server has no room for more records; send what was not "
                       "acknowledged again after a while");
  } else if (revision.ok() && !writing.empty() && std::exchange(full_, false)) {
    rpc::LogEvent(rpc::LogLevel::kInfo, "log_has_room");
  } else if (!revision.ok() && !failed()) {
    rpc::LogEvent(rpc::LogLevel::kError, "log_write_failed",
                  {{"code", absl::StatusCodeToString(revision.status().code())}});
    {
      const std::lock_guard lock(mutex_);
      failed_ = true;
      queue_shrank_.notify_all();
    }
    on_failure_();
  }
  // In the order in which they came, which is that of a stream's batches.
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].validate_only) {
      jobs[i].answer(Try(jobs[i]), {});
      continue;
    }
    if (!revision.ok()) {
      jobs[i].answer(revision.status(), {});
      continue;
    }
    std::vector<PreparedMessage> rejected;
    for (std::size_t k = 0; k < answers[i].size(); ++k) {
      if (answers[i][k].outcome() != v1::OUTCOME_REJECTED) {
        answers[i][k].set_revision(static_cast<std::int64_t>(*revision));
      } else if (!jobs[i].messages.empty()) {
        rejected.push_back(std::move(jobs[i].messages[k]));
      }
    }
    jobs[i].answer(std::move(answers[i]), std::move(rejected));
  }
}

absl::StatusOr<std::vector<v1::Acknowledgement>> Committer::Try(Job& job) {
  if (failed()) return ShuttingDown();
  // Alone: what others only try is not there for it.
  Group group(*store_, *writer_, *ids_, now_());
  SL_RETURN_IF_ERROR(group.Load({&job}));
  std::vector<v1::Acknowledgement> answers;
  SL_RETURN_IF_ERROR(group.Decide(job, answers));
  return answers;
}

void Committer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_grew_.notify_all();
    queue_shrank_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Committer::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

}  // namespace serieslink::ingest
