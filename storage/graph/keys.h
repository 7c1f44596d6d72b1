#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/api/store.h"

// The keys of all rows, except those inside a sorted-run index (index_rows.h). Numbers are
// big-endian and of fixed width, so that rows of one kind stand in the order of their numbers:
//
//   keyspace  key                                                              value (stored.v1)
//   kMeta     'i'                                                              StoreInfo
//   kLog      'e' sequence:8                                                   LogEntry
//   kLog      'r' revision:8                                                   CommitHeader
//   kDerived  'P'                                                              DeriverPosition
//   kDerived  'R' record:8                                                     RecordState
//   kDerived  'F' newer exhibit:8 older exhibit:8 channel:1 statement:8 from:8 Statement
//   kDerived  'I' index:1 ...                                                  index_rows.h
//
// docs/formats/keys.md explains them with examples; tests/golden pins them. A layout never changes
// once it was released: a new kind of row takes a new first byte.
namespace serieslink::graph {

// Number of a commit of the log, from 1. 0: before the first.
using Revision = storage::Position;
// Number of an entry of the log, from 1, without gaps.
using SequenceNumber = std::uint64_t;
// Number of a record in the order of arrival, from 1.
using RecordNumber = std::uint64_t;
// record number << 16 | ordinal of the exhibit within its record.
using ExhibitNumber = std::uint64_t;

// End of an interval of revisions that lasts to this day. Stored messages write 0 for it.
inline constexpr Revision kOpenRevision = ~Revision{0};
inline constexpr std::uint32_t kExhibitOrdinalMax = 65534;

constexpr ExhibitNumber MakeExhibitNumber(RecordNumber record, std::uint32_t ordinal) {
  return record << 16 | ordinal;
}
constexpr RecordNumber RecordOf(ExhibitNumber exhibit) { return exhibit >> 16; }
constexpr std::uint32_t OrdinalOf(ExhibitNumber exhibit) {
  return static_cast<std::uint32_t>(exhibit & 0xFFFF);
}

// Half-open interval of revisions [from, to).
struct RevisionInterval {
  Revision from = 0;
  Revision to = kOpenRevision;

  bool Contains(Revision revision) const { return from <= revision && revision < to; }
  bool open() const { return to == kOpenRevision; }
  friend bool operator==(const RevisionInterval&, const RevisionInterval&) = default;
};

// Between an interval's end in memory and in a stored message.
constexpr Revision ToStoredEnd(Revision to) { return to == kOpenRevision ? 0 : to; }
constexpr Revision FromStoredEnd(Revision stored) { return stored == 0 ? kOpenRevision : stored; }

std::string StoreInfoKey();

std::string LogEntryKey(SequenceNumber sequence);
// Keys of the entries in [first, end).
storage::KeyRange LogEntryRange(SequenceNumber first, SequenceNumber end);
std::string CommitHeaderKey(Revision revision);
// Keys of the headers of all commits after `after`.
storage::KeyRange CommitHeaderRange(Revision after);
// Errors: DATA_LOSS (no such key).
absl::StatusOr<Revision> ParseCommitHeaderKey(std::string_view key);
absl::StatusOr<SequenceNumber> ParseLogEntryKey(std::string_view key);

std::string DeriverPositionKey();

std::string RecordStateKey(RecordNumber record);
// Keys of the states of all records after `after`.
storage::KeyRange RecordStateRange(RecordNumber after);
absl::StatusOr<RecordNumber> ParseRecordStateKey(std::string_view key);

// What tells one statement from all others.
struct StatementKey {
  ExhibitNumber newer = 0;
  ExhibitNumber older = 0;
  std::uint8_t channel = 0;     // a record.v1.Channel
  std::uint64_t statement = 0;  // its 60-bit public id
  Revision from = 0;
  friend auto operator<=>(const StatementKey&, const StatementKey&) = default;
};
std::string EncodeStatementKey(const StatementKey& key);
absl::StatusOr<StatementKey> ParseStatementKey(std::string_view key);
// Keys of the statements whose newer end is `newer`, and of those between the two.
storage::KeyRange StatementRange(ExhibitNumber newer);
storage::KeyRange StatementRange(ExhibitNumber newer, ExhibitNumber older);
// Keys of all statements.
storage::KeyRange AllStatementsRange();

}  // namespace serieslink::graph
