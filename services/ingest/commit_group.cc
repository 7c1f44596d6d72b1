#include "services/ingest/commit_group.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/core/adapter.h"
#include "services/rpc/error.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::ingest {
namespace {

using ::serieslink::graph::LogItem;
using ::serieslink::graph::LogReader;
using ::serieslink::graph::PublicId;
using ::serieslink::stored::v1::LogEntry;

// Exhibits that the versions of one record name, all together (LogEntry.exhibits_named): what is
// derived of a record is one row, and a row has its bound.
constexpr std::uint32_t kExhibitsNamedMax = 32'768;
// The same of all records of one commit, of which the deriver makes one commit too: about 300 bytes
// each at most. One message alone may go beyond.
constexpr std::size_t kCommitExhibitsMax = 200'000;
// An id is given to one source only; with 60 bits, a handful of tries never runs out.
constexpr std::uint32_t kIdAttemptsMax = 16;

// What is decided of a lead is taken back through leads, by as many people as policy asks for, and
// what is asked through enquiries, what was resolved through meetings.
bool IsMadeHere(const LogEntry& entry) {
  if (entry.source_system() != kLeadFileSystem) return false;
  feed::v1::FeedMessage message;
  return message.ParseFromString(entry.feed_message()) &&
         (message.has_analyst() || message.has_enquiry() || message.has_enquiry_reply() ||
          message.has_meeting_action());
}

// A record that is made here and what another feed calls the same are two records: otherwise
// whoever may push could put something in the place of what analysts decided, or asked.
bool IsOfSameSource(const LogEntry& a, const LogEntry& b) {
  return a.agency() == b.agency() && a.source_system() == b.source_system() &&
         a.source_id() == b.source_id() && IsMadeHere(a) == IsMadeHere(b);
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

}  // namespace

absl::Status Committer::Group::Load(const std::vector<const Job*>& jobs) {
  std::vector<graph::SequenceNumber> sequences;
  std::vector<graph::SequenceNumber> stale;
  std::size_t messages = 0;
  for (const Job* job : jobs) messages += job->decisions();
  items_.reserve(messages);  // so that they stay where they are
  heads_.reserve(messages);
  const auto want = [&](PublicId id) {
    const auto* latest = writer_.Find(id);
    if (latest == nullptr || heads_.contains(id.value())) return;
    heads_[id.value()] = HeadOf(*latest);
    sequences.push_back(latest->standing);
    if (latest->last != latest->standing) stale.push_back(latest->last);
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
    Head& head = heads_[entry.public_id()];
    head.exhibits_named = entry.exhibits_named();
    head.entry = &loaded_.emplace_back(std::move(entry));
  }
  if (stale.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(entries, Entries(stale));
  for (const LogEntry& entry : entries) {
    heads_[entry.public_id()].exhibits_named = entry.exhibits_named();
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Acknowledgement> Committer::Group::Decide(Job& job, std::size_t place) {
  if (job.withdrawal.has_value()) {
    if (place == 0) return Add(*job.withdrawal);
    --place;
  }
  if (place < job.undos.size()) return Add(job.undos[place]);
  return Add(std::move(job.messages[place - job.undos.size()]));
}

bool Committer::Group::is_full() const { return exhibits_ >= kCommitExhibitsMax; }

absl::StatusOr<std::shared_ptr<const graph::LogBatch>> Committer::Group::Commit() && {
  if (items_.empty()) return nullptr;
  return writer_.Append(std::move(items_), now_);
}

absl::StatusOr<v1::Acknowledgement> Committer::Group::Add(PreparedMessage&& message) {
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
  entry.set_is_stale(comparison.outcome == v1::OUTCOME_STALE);
  const bool is_written = comparison.outcome == v1::OUTCOME_SUPERSEDED ||
                          (comparison.outcome == v1::OUTCOME_STALE && !comparison.is_kept);
  if (comparison.outcome == v1::OUTCOME_REJECTED) {
    Reject(message, acknowledgement, "version", type::v1::ERROR_REASON_SOURCE_VERSION_CONFLICT,
           "this version was sent before with other content; raise the version");
  } else if (is_written && head->exhibits_named + NamedBy(message.item) > kExhibitsNamedMax) {
    Reject(message, acknowledgement, "exhibits", type::v1::ERROR_REASON_MESSAGE_TOO_LARGE,
           "the versions of this record name more exhibits than one record may, all together; "
           "is its id one that many records share? Send what is another record under an id of "
           "its own");
  } else if (is_written) {
    Append(std::move(message.item));
  }
  return acknowledgement;
}

void Committer::Group::Reject(PreparedMessage& message, v1::Acknowledgement& acknowledgement,
                              const char* field, type::v1::ErrorReason reason,
                              const char* description) {
  v1::FieldViolation& violation = *acknowledgement.add_violations();
  violation.set_field(absl::StrCat(AbslView(message.feed), ".", field));
  violation.set_reason(reason);
  violation.set_description(description);
  acknowledgement.set_outcome(v1::OUTCOME_REJECTED);
  acknowledgement.clear_record_id();
  message.violations.push_back(violation);
}

std::uint32_t Committer::Group::NamedBy(const LogItem& item) {
  if (item.record == nullptr || item.entry.is_stale()) return 1;
  return static_cast<std::uint32_t>(std::max(1, item.record->exhibits_size()));
}

absl::StatusOr<v1::Acknowledgement> Committer::Group::Add(const Withdrawal& withdrawal) {
  v1::Acknowledgement acknowledgement;
  const Head* const own = FindOwn(withdrawal.public_id, withdrawal.sender, acknowledgement);
  if (own == nullptr) return acknowledgement;
  const Head head = *own;
  const LogEntry& standing = *head.entry;
  if (withdrawal.source.has_value() &&
      *withdrawal.source != std::pair(standing.source_system(), standing.source_id())) {
    return NotFound();
  }
  if (withdrawal.source_version.has_value()) {
    SL_ASSIGN_OR_RETURN(const std::optional<std::uint64_t> highest, HighestVersion(head));
    if (highest.has_value() && *withdrawal.source_version < *highest) {
      acknowledgement.set_outcome(v1::OUTCOME_STALE);
      return acknowledgement;
    }
  }
  if (standing.has_withdrawal() &&
      withdrawal.source_version.value_or(standing.source_version()) == standing.source_version()) {
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

absl::StatusOr<v1::Acknowledgement> Committer::Group::Add(const Undo& undo) {
  v1::Acknowledgement acknowledgement;
  const Head* const own = FindOwn(undo.public_id, undo.sender, acknowledgement);
  if (own == nullptr) return acknowledgement;
  const Head head = *own;
  acknowledgement.set_outcome(v1::OUTCOME_UNCHANGED);
  if (!IsVersion(*head.entry, undo)) {
    SL_ASSIGN_OR_RETURN(const bool was_undone, WasUndone(head, undo));
    acknowledgement.set_was_undone_before(was_undone);
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
  if (!IsReceivedAfter(undone->entry, undo)) {
    SL_ASSIGN_OR_RETURN(const bool was_undone, WasUndone(head, undo));
    acknowledgement.set_was_undone_before(was_undone);
    return acknowledgement;
  }
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

Committer::Group::Head Committer::Group::HeadOf(const graph::LogWriter::Latest& latest) {
  return {.record_number = latest.record_number, .standing = latest.standing, .last = latest.last};
}

absl::StatusOr<std::vector<LogEntry>> Committer::Group::Entries(
    const std::vector<graph::SequenceNumber>& sequences) {
  SL_ASSIGN_OR_RETURN(const auto snapshot, store_.NewSnapshot());
  return LogReader(snapshot.get()).Entries(sequences);
}

absl::StatusOr<Committer::Group::Head*> Committer::Group::FindHead(PublicId& id,
                                                                   const LogEntry& entry) {
  for (std::uint32_t attempt = 0; attempt < kIdAttemptsMax; ++attempt) {
    if (attempt > 0) {
      id = ids_.ForRecord({entry.agency(), entry.source_system(), entry.source_id()}, attempt);
      if (const auto* latest = writer_.Find(id);
          latest != nullptr && !heads_.contains(id.value())) {
        SL_ASSIGN_OR_RETURN(std::vector<LogEntry> entries, Entries({latest->standing}));
        Head& head = heads_[id.value()] = HeadOf(*latest);
        head.exhibits_named = entries[0].exhibits_named();
        head.entry = &loaded_.emplace_back(std::move(entries[0]));
      }
    }
    const auto found = heads_.find(id.value());
    if (found == heads_.end()) return nullptr;
    if (IsOfSameSource(*found->second.entry, entry)) return &found->second;
  }
  return absl::InternalError("no public id is free for a record");
}

v1::Acknowledgement Committer::Group::NotFound() {
  v1::Acknowledgement acknowledgement;
  v1::FieldViolation& violation = *acknowledgement.add_violations();
  violation.set_field("record_id");
  violation.set_reason(type::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  acknowledgement.set_outcome(v1::OUTCOME_REJECTED);
  return acknowledgement;
}

bool Committer::Group::IsVersion(const LogEntry& entry, const Undo& undo) {
  return entry.has_feed_message() &&
         base::AsBytes(base::Sha256(entry.feed_message())) == undo.message_digest;
}

bool Committer::Group::IsReceivedAfter(const LogEntry& entry, const Undo& undo) {
  return absl::FromUnixMicros(entry.received_time_us()) > undo.received_after;
}

absl::StatusOr<bool> Committer::Group::WasUndone(const Head& head, const Undo& undo) {
  absl::flat_hash_set<graph::SequenceNumber> undone;
  bool was_undone = false;
  SL_RETURN_IF_ERROR(ForEach(head, [&](graph::SequenceNumber at, const LogEntry& entry) {
    if (entry.undoes_sequence() != 0) {
      undone.insert(entry.undoes_sequence());
    } else if (undone.contains(at) && IsVersion(entry, undo) && IsReceivedAfter(entry, undo)) {
      was_undone = true;
    }
    return !was_undone;
  }));
  return was_undone;
}

const Committer::Group::Head* Committer::Group::FindOwn(
    PublicId id, const rpc::Identity& sender, v1::Acknowledgement& acknowledgement) const {
  const auto found = heads_.find(id.value());
  if (found == heads_.end() || found->second.entry->agency() != sender.agency ||
      IsMadeHere(*found->second.entry)) {
    acknowledgement = NotFound();
    return nullptr;
  }
  acknowledgement.set_record_id(graph::FormatPublicId(graph::IdKind::kRecord, id));
  return &found->second;
}

LogItem Committer::Group::After(const Head& head, const rpc::Identity& sender) const {
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

absl::StatusOr<Committer::Group::Comparison> Committer::Group::Compare(const Head& head,
                                                                       const LogEntry& entry) {
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

absl::StatusOr<std::optional<std::uint64_t>> Committer::Group::HighestVersion(const Head& head) {
  if (const auto known = KnownHighest(*head.entry); known.has_value()) return known;
  if (head.entry->previous_sequence() == 0) return std::nullopt;
  // Once a record, for what comes after a version says it. And of a build that did not.
  SL_ASSIGN_OR_RETURN(const std::optional<LogEntry> versioned,
                      Latest(head, [](const LogEntry& other) {
                        return !other.is_stale() && KnownHighest(other).has_value();
                      }));
  return versioned.has_value() ? KnownHighest(*versioned) : std::nullopt;
}

std::optional<std::uint64_t> Committer::Group::KnownHighest(const LogEntry& entry) {
  if (entry.has_highest_source_version()) return entry.highest_source_version();
  if (entry.has_source_version()) return entry.source_version();
  return std::nullopt;
}

absl::StatusOr<std::optional<LogEntry>> Committer::Group::Latest(
    const Head& head, const std::function<bool(const LogEntry&)>& is_wanted) {
  std::optional<LogEntry> latest;
  SL_RETURN_IF_ERROR(ForEachCounting(head, [&](graph::SequenceNumber, const LogEntry& entry) {
    if (is_wanted(entry)) latest = entry;
    return !latest.has_value();
  }));
  return latest;
}

absl::Status Committer::Group::ForEachCounting(
    const Head& head, const std::function<bool(graph::SequenceNumber, const LogEntry&)>& visit) {
  absl::flat_hash_set<graph::SequenceNumber> undone;
  return ForEach(head, [&](graph::SequenceNumber at, const LogEntry& entry) {
    if (entry.undoes_sequence() == 0) return undone.contains(at) || visit(at, entry);
    undone.insert(entry.undoes_sequence());
    return true;
  });
}

absl::Status Committer::Group::ForEach(
    const Head& head, const std::function<bool(graph::SequenceNumber, const LogEntry&)>& visit) {
  std::vector<LogEntry> read;
  for (graph::SequenceNumber at = head.last; at != 0;) {
    const LogEntry* entry = head.entry;
    if (at >= writer_.next_sequence()) {
      entry = &items_[at - writer_.next_sequence()].entry;
    } else if (at != head.standing) {
      SL_ASSIGN_OR_RETURN(read, Entries({at}));
      entry = &read[0];
    }
    if (!visit(at, *entry)) break;
    at = entry->previous_sequence();
  }
  return absl::OkStatus();
}

Committer::Group::Standing Committer::Group::StandingOf(const std::vector<Placed>& counting,
                                                        graph::SequenceNumber except) {
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

bool Committer::Group::Supersedes(const LogEntry& entry, const LogEntry& standing,
                                  const Standing& before) {
  if (!entry.has_source_version() || !before.has_version) return true;
  if (entry.source_version() != before.highest) return entry.source_version() > before.highest;
  return entry.has_withdrawal() ||
         (standing.has_withdrawal() && standing.source_version() == entry.source_version());
}

void Committer::Group::Append(LogItem&& item) {
  const graph::SequenceNumber sequence = writer_.next_sequence() + items_.size();
  const std::uint32_t named = NamedBy(item);
  LogEntry& entry = items_.emplace_back(std::move(item)).entry;
  Head& head = heads_[entry.public_id()];
  head.exhibits_named += named;
  entry.set_exhibits_named(head.exhibits_named);
  exhibits_ += std::exchange(head.is_written, true) ? named : head.exhibits_named;
  if (head.entry != nullptr && entry.undoes_sequence() == 0) {
    // What went before is known of the entry that stood, however many others came since.
    const std::optional<std::uint64_t> highest = KnownHighest(*head.entry);
    if (highest.has_value() && (!entry.has_source_version() || entry.source_version() < *highest)) {
      entry.set_highest_source_version(*highest);
    }
  }
  head.record_number = entry.record_number();
  head.last = sequence;
  if (entry.is_stale()) return;
  head.standing = sequence;
  head.entry = &entry;
}

}  // namespace serieslink::ingest
