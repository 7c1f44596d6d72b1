#include "storage/graph/log.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "storage/base/fault_point.h"
#include "storage/base/status_macros.h"
#include "storage/graph/read_each.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::graph {
namespace {

using ::serieslink::storage::KeyRange;
using ::serieslink::storage::Keyspace;

absl::Status Parse(const std::optional<std::string_view>& value,
                   google::protobuf::MessageLite& message) {
  if (!value.has_value()) return absl::DataLossError("a row of the log is missing");
  if (!ParseRow(*value, message)) return absl::DataLossError("a row of the log is malformed");
  return absl::OkStatus();
}

// Headers that are read at once: one names every record of its commit.
constexpr std::size_t kHeadersAtOnce = 64;

// The commit time in the row of a CommitHeader, whose other fields are passed over: they name
// every record of the commit, and to parse them all for its time took most of a series' answer.
absl::StatusOr<absl::Time> CommitTimeIn(const std::optional<std::string_view>& value) {
  if (!value.has_value()) return absl::DataLossError("a row of the log is missing");
  using ::google::protobuf::internal::WireFormatLite;
  ::google::protobuf::io::CodedInputStream input(
      reinterpret_cast<const std::uint8_t*>(value->data()), static_cast<int>(value->size()));
  while (const std::uint32_t tag = input.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) ==
        stored::v1::CommitHeader::kCommitTimeUsFieldNumber) {
      std::uint64_t micros = 0;
      if (!input.ReadVarint64(&micros)) break;
      return absl::FromUnixMicros(static_cast<std::int64_t>(micros));
    }
    if (!WireFormatLite::SkipField(&input, tag)) break;
  }
  return absl::DataLossError("a row of the log is malformed");
}

}  // namespace

// How many ordinary entries a commit weighs as much as: its memory is a few times its messages'
// bytes.
std::size_t RecentCommits::WeightOf(const LogBatch& batch) {
  std::size_t bytes = 0;
  for (const LogItem& item : batch.items) bytes += item.entry.feed_message().size();
  return batch.items.size() + bytes / 1024;
}

void RecentCommits::DropFirst() {
  entries_ -= batches_.front().weight;
  batches_.pop_front();
}

void RecentCommits::Add(std::shared_ptr<const LogBatch> batch) {
  // Freed behind the lock: a commit holds thousands of messages.
  std::vector<std::shared_ptr<const LogBatch>> dropped;
  const std::size_t weight = WeightOf(*batch);
  const std::lock_guard lock(mutex_);
  if (!batches_.empty() && batches_.back().batch->revision + 1 != batch->revision) {
    batches_.clear();
    entries_ = 0;
  }
  entries_ += weight;
  batches_.push_back({std::move(batch), weight, std::chrono::steady_clock::now()});
  while (batches_.size() > 1 &&
         (entries_ > entries_max_ || batches_.front().batch->revision <= follower_.value_or(0))) {
    dropped.push_back(batches_.front().batch);
    DropFirst();
  }
}

void RecentCommits::AwaitFollower(absl::Duration at_most) const {
  std::unique_lock lock(mutex_);
  follower_moved_.wait_for(lock, absl::ToChronoNanoseconds(at_most), [&] {
    if (!follower_.has_value()) return true;
    std::size_t before_it = entries_;
    // Few are kept that it has passed; those before it may be many.
    auto first = batches_.begin();
    for (; first != batches_.end() && first->batch->revision <= *follower_; ++first) {
      before_it -= first->weight;
    }
    if (first == batches_.end()) return true;
    return before_it <= entries_max_ / 2 &&
           absl::FromChrono(std::chrono::steady_clock::now() - first->added) <= age_max_;
  });
}

void RecentCommits::Passed(Revision revision) {
  const std::lock_guard lock(mutex_);
  follower_ = revision;
  follower_moved_.notify_all();
}

void RecentCommits::Leave() {
  const std::lock_guard lock(mutex_);
  follower_.reset();
  follower_moved_.notify_all();
}

std::shared_ptr<const LogBatch> RecentCommits::Find(Revision revision) const {
  const std::lock_guard lock(mutex_);
  if (batches_.empty() || revision < batches_.front().batch->revision) return nullptr;
  const std::size_t place = revision - batches_.front().batch->revision;
  return place < batches_.size() ? batches_[place].batch : nullptr;
}

absl::StatusOr<stored::v1::CommitHeader> LogReader::Header(Revision revision) const {
  if (revision == 0 || revision > latest()) return absl::NotFoundError("no such revision");
  stored::v1::CommitHeader header;
  SL_RETURN_IF_ERROR(ReadEach(
      *snapshot_, Keyspace::kLog, 1, [&](std::size_t) { return CommitHeaderKey(revision); },
      [&](std::size_t, const auto& value) { return Parse(value, header); }));
  return header;
}

absl::StatusOr<LogBatch> LogReader::Read(Revision revision) const {
  SL_ASSIGN_OR_RETURN(const stored::v1::CommitHeader header, Header(revision));
  LogBatch batch;
  batch.revision = revision;
  batch.commit_time = absl::FromUnixMicros(header.commit_time_us());
  batch.first_sequence = header.first_sequence();
  const std::size_t count = static_cast<std::size_t>(header.public_ids_size());
  batch.items.reserve(count);
  // The entries stand side by side: one pass is several times cheaper than as many lookups.
  KeyRange range = LogEntryRange(batch.first_sequence, batch.first_sequence + count);
  storage::ScanOptions options;
  options.rows_max = std::clamp<std::size_t>(count, 1, storage::kScanRowsMax);
  for (;;) {
    SL_ASSIGN_OR_RETURN(storage::ScanPage page, snapshot_->Scan(Keyspace::kLog, range, options));
    for (const storage::Row& row : page.rows) {
      SL_ASSIGN_OR_RETURN(const SequenceNumber sequence, ParseLogEntryKey(row.key));
      LogItem& item = batch.items.emplace_back();
      if (sequence != batch.first_sequence + batch.items.size() - 1 ||
          !item.entry.ParseFromString(row.value)) {
        return absl::DataLossError("a row of the log is malformed or missing");
      }
    }
    if (!page.resume.has_value()) break;
    range.start = *page.resume;
  }
  if (batch.items.size() != count) return absl::DataLossError("a row of the log is missing");
  return batch;
}

absl::StatusOr<std::vector<stored::v1::LogEntry>> LogReader::Entries(
    absl::Span<const SequenceNumber> sequences) const {
  std::vector<stored::v1::LogEntry> entries(sequences.size());
  SL_RETURN_IF_ERROR(ReadEach(
      *snapshot_, Keyspace::kLog, sequences.size(),
      [&](std::size_t place) { return LogEntryKey(sequences[place]); },
      [&](std::size_t place, const auto& value) { return Parse(value, entries[place]); }));
  return entries;
}

absl::StatusOr<std::vector<const stored::v1::LogEntry*>> LogReader::Entries(
    absl::Span<const SequenceNumber> sequences, google::protobuf::Arena* arena) const {
  std::vector<const stored::v1::LogEntry*> entries;
  entries.reserve(sequences.size());
  SL_RETURN_IF_ERROR(ReadEach(
      *snapshot_, Keyspace::kLog, sequences.size(),
      [&](std::size_t place) { return LogEntryKey(sequences[place]); },
      [&](std::size_t, const auto& value) {
        auto* const entry = google::protobuf::Arena::CreateMessage<stored::v1::LogEntry>(arena);
        entries.push_back(entry);
        return Parse(value, *entry);
      }));
  return entries;
}

absl::StatusOr<absl::Time> LogReader::CommitTime(Revision revision) const {
  SL_ASSIGN_OR_RETURN(const std::vector<absl::Time> times, CommitTimes({revision}));
  return times[0];
}

absl::StatusOr<std::vector<absl::Time>> LogReader::CommitTimes(
    absl::Span<const Revision> revisions) const {
  std::vector<absl::Time> times(revisions.size());
  std::vector<std::size_t> unknown;  // places
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    if (revisions[i] == 0 || revisions[i] > latest())
      return absl::NotFoundError("no such revision");
    const std::optional<absl::Time> known =
        times_ == nullptr ? std::nullopt : times_->Find(revisions[i]);
    if (known.has_value()) {
      times[i] = *known;
    } else {
      unknown.push_back(i);
    }
  }
  SL_RETURN_IF_ERROR(ReadEach(
      *snapshot_, Keyspace::kLog, unknown.size(),
      [&](std::size_t place) { return CommitHeaderKey(revisions[unknown[place]]); },
      [&](std::size_t place, const auto& value) -> absl::Status {
        SL_ASSIGN_OR_RETURN(times[unknown[place]], CommitTimeIn(value));
        if (times_ != nullptr) times_->Add(revisions[unknown[place]], times[unknown[place]]);
        return absl::OkStatus();
      },
      kHeadersAtOnce));
  return times;
}

absl::StatusOr<Revision> LogReader::RevisionAt(absl::Time time) const {
  Revision at_or_before = 0;
  Revision after = latest() + 1;
  while (after - at_or_before > 1) {
    const Revision middle = at_or_before + (after - at_or_before) / 2;
    SL_ASSIGN_OR_RETURN(const absl::Time commit_time, CommitTime(middle));
    (commit_time <= time ? at_or_before : after) = middle;
  }
  return at_or_before;
}

absl::StatusOr<std::unique_ptr<LogWriter>> LogWriter::Open(storage::Store* store,
                                                           RecentCommits* recent) {
  std::unique_ptr<LogWriter> writer(new LogWriter(store, recent));
  SL_RETURN_IF_ERROR(writer->Refill());
  return writer;
}

absl::Status LogWriter::Refill() {
  SL_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Snapshot> snapshot, store_->NewSnapshot());
  revision_ = snapshot->position(Keyspace::kLog);
  if (revision_ > 0) {
    // There are no more records than entries.
    SL_ASSIGN_OR_RETURN(const stored::v1::CommitHeader last,
                        LogReader(snapshot.get()).Header(revision_));
    latest_.reserve(last.first_sequence() + static_cast<std::size_t>(last.public_ids_size()));
  }
  KeyRange range = CommitHeaderRange(0);
  storage::ScanOptions options;
  options.bytes_max = 16u << 20;
  for (;;) {
    SL_ASSIGN_OR_RETURN(storage::ScanPage page, snapshot->Scan(Keyspace::kLog, range, options));
    std::vector<std::string> checksum_keys;
    checksum_keys.reserve(page.rows.size());
    for (const storage::Row& row : page.rows) checksum_keys.push_back(ChecksumKey(row.key));
    SL_ASSIGN_OR_RETURN(const auto checksums, snapshot->MultiGet(Keyspace::kLog, checksum_keys));
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
      const storage::Row& row = page.rows[i];
      if (!HeaderIsAsWritten(row.value, checksums[i])) {
        return absl::DataLossError("a commit header of the log is not what was committed");
      }
      stored::v1::CommitHeader header;
      if (!header.ParseFromString(row.value) ||
          header.record_numbers_size() != header.public_ids_size() ||
          header.stands_size() != header.public_ids_size()) {
        return absl::DataLossError("a commit header of the log is malformed");
      }
      for (int j = 0; j < header.public_ids_size(); ++j) {
        Remember(PublicId(header.public_ids(j)), header.record_numbers(j),
                 header.first_sequence() + j, header.stands(j));
      }
      next_sequence_ = header.first_sequence() + header.public_ids_size();
      last_commit_time_ = absl::FromUnixMicros(header.commit_time_us());
    }
    if (!page.resume.has_value()) return absl::OkStatus();
    range.start = *page.resume;
  }
}

void LogWriter::Remember(PublicId id, RecordNumber record, SequenceNumber sequence, bool stands) {
  last_record_number_ = std::max(last_record_number_, record);
  Latest& latest = latest_[id.value()];
  latest.record_number = record;
  latest.last = sequence;
  if (stands) latest.standing = sequence;
}

const LogWriter::Latest* LogWriter::Find(PublicId id) const {
  const auto found = latest_.find(id.value());
  return found == latest_.end() ? nullptr : &found->second;
}

absl::StatusOr<std::shared_ptr<const LogBatch>> LogWriter::Append(std::vector<LogItem> items,
                                                                  absl::Time now) {
  auto batch = std::make_shared<LogBatch>();
  batch->revision = revision_ + 1;
  batch->first_sequence = next_sequence_;
  // Clocks step back; the times of revisions never do.
  batch->commit_time = absl::FromUnixMicros(absl::ToUnixMicros(std::max(now, last_commit_time_)));
  batch->items = std::move(items);

  storage::Commit commit;
  commit.keyspace = Keyspace::kLog;
  commit.base = revision_;
  commit.durability = storage::Durability::kSynced;
  commit.writes.reserve(batch->items.size() + 2);
  stored::v1::CommitHeader header;
  header.set_commit_time_us(absl::ToUnixMicros(batch->commit_time));
  header.set_first_sequence(batch->first_sequence);
  SequenceNumber sequence = batch->first_sequence;
  EntriesChecksum entries;
  for (const LogItem& item : batch->items) {
    std::string entry = item.entry.SerializeAsString();
    entries.Add(entry);
    commit.writes.push_back(storage::Write{LogEntryKey(sequence++), std::move(entry)});
    header.add_public_ids(item.entry.public_id());
    header.add_record_numbers(item.entry.record_number());
    header.add_stands(!item.entry.is_stale());
  }
  const std::string header_key = CommitHeaderKey(batch->revision);
  std::string header_row = header.SerializeAsString();
  commit.writes.push_back(
      storage::Write{ChecksumKey(header_key), ChecksumOfCommit(header_row, entries)});
  commit.writes.push_back(storage::Write{header_key, std::move(header_row)});
  SL_FAULT_POINT("log_before_append");
  SL_RETURN_IF_ERROR(store_->Apply(commit).status());
  SL_FAULT_POINT("log_after_append");

  revision_ = batch->revision;
  last_commit_time_ = batch->commit_time;
  next_sequence_ = sequence;
  sequence = batch->first_sequence;
  for (const LogItem& item : batch->items) {
    Remember(PublicId(item.entry.public_id()), item.entry.record_number(), sequence++,
             !item.entry.is_stale());
  }
  if (recent_ != nullptr) recent_->Add(batch);
  return batch;
}

absl::StatusOr<std::shared_ptr<const LogBatch>> NextCommit(storage::Store& store,
                                                           const RecentCommits* recent,
                                                           Revision revision, absl::Time deadline) {
  SL_RETURN_IF_ERROR(store.WaitForPosition(Keyspace::kLog, revision + 1, deadline).status());
  if (recent != nullptr) {
    if (std::shared_ptr<const LogBatch> kept = recent->Find(revision + 1); kept != nullptr) {
      return kept;
    }
  }
  SL_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Snapshot> snapshot, store.NewSnapshot());
  SL_ASSIGN_OR_RETURN(LogBatch batch, LogReader(snapshot.get()).Read(revision + 1));
  return std::make_shared<const LogBatch>(std::move(batch));
}

}  // namespace serieslink::graph
