// The log: sequences and revisions without gaps, headers that agree with their entries, chains of
// entries about one record, ids that belong to their sources, times that never step back.
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/stored/v1/log.pb.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/checks.h"
#include "storage/graph/public_id.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;
using stored::v1::CommitHeader;
using stored::v1::LogEntry;

// Ids that ingest tries before one is free; more than a few are never needed.
constexpr std::uint32_t kAttemptsMax = 16;
// With which the keys of headers begin.
constexpr std::string_view kHeaderTag = "r";

// Goes through rows of the log once, in the order of their keys.
class Rows {
 public:
  Rows(const storage::Snapshot* snapshot, storage::KeyRange range)
      : snapshot_(snapshot), range_(std::move(range)) {}

  // The next row, or nullptr behind the last. Valid until the next call.
  absl::StatusOr<const storage::Row*> Next() {
    while (at_ == page_.rows.size()) {
      if (is_last_) return nullptr;
      storage::ScanOptions options;
      options.rows_max = 4096;
      options.bytes_max = 8u << 20;
      SL_ASSIGN_OR_RETURN(page_, snapshot_->Scan(Keyspace::kLog, range_, options));
      at_ = 0;
      is_last_ = !page_.resume.has_value();
      if (!is_last_) range_.start = *page_.resume;
    }
    return &page_.rows[at_++];
  }

 private:
  const storage::Snapshot* const snapshot_;
  storage::KeyRange range_;
  storage::ScanPage page_;
  std::size_t at_ = 0;
  bool is_last_ = false;
};

class LogCheck {
 public:
  LogCheck(Context& context, Report& report)
      : context_(context),
        report_(report),
        entries_(context.snapshot, graph::LogEntryRange(0, ~graph::SequenceNumber{0})),
        checksums_(context.snapshot, graph::ChecksumRange(kHeaderTag)) {}

  absl::Status Run() {
    if (context_.info) {
      if (auto ids = graph::IdKey::Create(context_.info->id_key()); ids.ok()) {
        ids_.emplace(*std::move(ids));
      } else {
        report_.Add("the store's key of public ids has a wrong length");
      }
    }
    SL_RETURN_IF_ERROR(ForEachPage(*context_.snapshot, Keyspace::kLog, graph::CommitHeaderRange(0),
                                   [this](const std::vector<storage::Row>& rows) {
                                     for (const storage::Row& row : rows) {
                                       SL_RETURN_IF_ERROR(Header(row));
                                     }
                                     return absl::OkStatus();
                                   }));
    SL_RETURN_IF_ERROR(PassChecksums(graph::ChecksumRange(kHeaderTag).end));
    const graph::Revision latest = context_.snapshot->position(Keyspace::kLog);
    if (revision_ != latest) {
      report_.Add(absl::StrCat("the log's headers end at revision ", revision_,
                               ", and its position is ", latest));
    }
    if (row_ == nullptr) {
      SL_ASSIGN_OR_RETURN(row_, entries_.Next());
    }
    if (row_ != nullptr) {
      report_.Add(absl::StrCat("entries behind sequence ", sequence_, " belong to no commit"));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Header(const storage::Row& row) {
    SL_ASSIGN_OR_RETURN(const graph::Revision revision, graph::ParseCommitHeaderKey(row.key));
    if (revision != revision_ + 1) {
      report_.Add(absl::StrCat("the headers of revisions ", revision_ + 1, " to ", revision - 1,
                               " are missing"));
    }
    revision_ = revision;
    sum_ = graph::EntriesChecksum();
    const graph::SequenceNumber before = sequence_;
    SL_RETURN_IF_ERROR(Commit(revision, row));
    return Checksum(revision, before, row);
  }

  absl::Status Commit(graph::Revision revision, const storage::Row& row) {
    CommitHeader header;
    if (!header.ParseFromString(row.value)) {
      report_.Add(absl::StrCat("the header of revision ", revision, " is malformed"));
      return absl::OkStatus();
    }
    const int count = header.public_ids_size();
    if (count == 0 || header.record_numbers_size() != count || header.stands_size() != count) {
      report_.Add(absl::StrCat("the columns of the header of revision ", revision,
                               " have different lengths or none"));
      return absl::OkStatus();
    }
    if (header.commit_time_us() < commit_time_us_) {
      report_.Add(absl::StrCat("the time of revision ", revision,
                               " is before that of the revision before"));
    }
    commit_time_us_ = header.commit_time_us();
    if (header.first_sequence() != sequence_ + 1) {
      report_.Add(absl::StrCat("revision ", revision, " begins at sequence ",
                               header.first_sequence(), " instead of ", sequence_ + 1));
    }
    sequence_ = header.first_sequence() - 1;
    for (int i = 0; i < count; ++i) SL_RETURN_IF_ERROR(Entry(revision, header, i));
    if (revision == context_.position.revision() && sequence_ != context_.position.sequence()) {
      report_.Add(absl::StrCat("the deriver's position is revision ", revision, " and sequence ",
                               context_.position.sequence(), ", and that revision ends at ",
                               sequence_));
    }
    return absl::OkStatus();
  }

  // Whether the commit whose entries follow sequence `before` is what was committed.
  absl::Status Checksum(graph::Revision revision, graph::SequenceNumber before,
                        const storage::Row& header) {
    const std::string key = graph::ChecksumKey(header.key);
    SL_RETURN_IF_ERROR(PassChecksums(key));
    if (checksum_ == nullptr || checksum_->key != key) {
      // Commits of builds before checksums have none, and all others have.
      if (has_checksums_) {
        report_.Add(absl::StrCat("the checksum of revision ", revision, " is missing"));
      }
      return absl::OkStatus();
    }
    has_checksums_ = true;
    const std::string header_sum = graph::ChecksumOf(header.value);
    const std::string_view stored = checksum_->value;
    if (stored.substr(0, header_sum.size()) != header_sum) {
      report_.Add(absl::StrCat("the header of revision ", revision, " is not what was committed"));
    }
    if (stored.substr(std::min(header_sum.size(), stored.size())) != sum_.Sum()) {
      report_.Add(absl::StrCat("the entries of revision ", revision, ", sequences ", before + 1,
                               " to ", sequence_, ", are not what was committed"));
    }
    checksum_ = nullptr;
    return absl::OkStatus();
  }

  // Goes on to the first checksum that is not before `key`; those passed are of no commit.
  absl::Status PassChecksums(const std::string& key) {
    while (true) {
      if (checksum_ == nullptr) {
        SL_ASSIGN_OR_RETURN(checksum_, checksums_.Next());
      }
      if (checksum_ == nullptr || checksum_->key >= key) return absl::OkStatus();
      report_.Add("a checksum of the log belongs to no revision");
      checksum_ = nullptr;
    }
  }

  // The entry that column `i` of `header` is about.
  absl::Status Entry(graph::Revision revision, const CommitHeader& header, int i) {
    ++sequence_;
    if (row_ == nullptr) {
      SL_ASSIGN_OR_RETURN(row_, entries_.Next());
    }
    graph::SequenceNumber at = 0;
    while (row_ != nullptr) {
      SL_ASSIGN_OR_RETURN(at, graph::ParseLogEntryKey(row_->key));
      if (at >= sequence_) break;
      report_.Add(absl::StrCat("the entry of sequence ", at, " belongs to no commit"));
      SL_ASSIGN_OR_RETURN(row_, entries_.Next());
    }
    if (row_ == nullptr || at != sequence_) {
      report_.Add(absl::StrCat("the entry of sequence ", sequence_, ", revision ", revision,
                               ", is missing"));
      Remember(header, i);
      return absl::OkStatus();
    }
    LogEntry entry;
    const bool is_read = entry.ParseFromString(row_->value);
    sum_.Add(row_->value);
    row_ = nullptr;
    report_.LookedAt(1);
    if (!is_read) {
      report_.Add(absl::StrCat("the entry of sequence ", sequence_, " is malformed"));
      Remember(header, i);
      return absl::OkStatus();
    }
    const std::string name = absl::StrCat("the entry of sequence ", sequence_, ", ",
                                          NameOfRecord(entry.record_number(), entry.public_id()));
    if (entry.public_id() != header.public_ids(i) ||
        entry.record_number() != header.record_numbers(i) || entry.is_stale() == header.stands(i)) {
      report_.Add(absl::StrCat(name, ", does not agree with the header of revision ", revision));
    }
    if (entry.content_case() == LogEntry::CONTENT_NOT_SET) {
      report_.Add(absl::StrCat(name, ", holds neither a message nor a withdrawal"));
    } else if (entry.has_feed_message() && !message_.ParseFromString(entry.feed_message())) {
      report_.Add(absl::StrCat(name, ", holds a message that cannot be read"));
    }
    CheckChain(name, entry);
    CheckId(name, entry);
    Remember(header, i);
    return absl::OkStatus();
  }

  void CheckChain(const std::string& name, const LogEntry& entry) {
    // What is taken back is about the same record, so it is not behind the entry before this one.
    if (entry.undoes_sequence() > entry.previous_sequence()) {
      report_.Add(
          absl::StrCat(name, ", takes back ", entry.undoes_sequence(), ", which is not before it"));
    }
    const std::uint64_t record = entry.record_number();
    if (record == known_.size() + 1) {
      if (entry.previous_sequence() != 0 || entry.is_stale()) {
        report_.Add(absl::StrCat(name, ", is the first of its record and says otherwise"));
      }
      return;
    }
    if (record == 0 || record > known_.size()) {
      report_.Add(absl::StrCat(name, ", skips record numbers: the last one is ", known_.size()));
      return;
    }
    const Known& known = known_[record - 1];
    if (entry.previous_sequence() != known.last) {
      report_.Add(absl::StrCat(name, ", names ", entry.previous_sequence(),
                               " as the entry before it, and that is ", known.last));
    }
    if (entry.public_id() != known.public_id) {
      report_.Add(absl::StrCat(name, ", has another id than the record's entries before"));
    }
  }

  void CheckId(const std::string& name, const LogEntry& entry) {
    if (!ids_) return;
    const graph::SourceKey key{entry.agency(), entry.source_system(), entry.source_id()};
    for (std::uint32_t attempt = 0; attempt < kAttemptsMax; ++attempt) {
      if (ids_->ForRecord(key, attempt).value() == entry.public_id()) return;
    }
    report_.Add(absl::StrCat(name, ", has an id that does not belong to its source"));
  }

  // By the header, which counts where an entry is missing.
  void Remember(const CommitHeader& header, int i) {
    const std::uint64_t record = header.record_numbers(i);
    if (record == known_.size() + 1) {
      known_.push_back({header.public_ids(i), sequence_});
      context_.records_in_log = known_.size();
    } else if (record >= 1 && record <= known_.size()) {
      known_[record - 1].last = sequence_;
    }
  }

  struct Known {
    std::uint64_t public_id;
    graph::SequenceNumber last;  // the latest entry about it
  };

  Context& context_;
  Report& report_;
  Rows entries_;
  Rows checksums_;
  const storage::Row* checksum_ = nullptr;  // the checksum that is looked at next
  bool has_checksums_ = false;              // commits before this one have
  graph::EntriesChecksum sum_;              // of the entries of the commit that is looked at
  const storage::Row* row_ = nullptr;       // the entry that is looked at next
  std::optional<graph::IdKey> ids_;
  graph::Revision revision_ = 0;
  graph::SequenceNumber sequence_ = 0;
  std::int64_t commit_time_us_ = 0;
  std::vector<Known> known_;  // by record number - 1
  feed::v1::FeedMessage message_;
};

}  // namespace

absl::Status CheckLog(Context& context, Report& report) { return LogCheck(context, report).Run(); }

}  // namespace serieslink::fsck
