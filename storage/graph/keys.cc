#include "storage/graph/keys.h"

#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::graph {
namespace {

constexpr char kStoreInfo = 'i';
constexpr char kLogEntry = 'e';
constexpr char kCommitHeader = 'r';
constexpr char kDeriverPosition = 'P';
constexpr char kRecordState = 'R';
constexpr char kStatement = 'F';

std::string NumberedKey(char kind, std::uint64_t number) {
  std::string key(1, kind);
  base::AppendBe64(&key, number);
  return key;
}

// Keys of one kind with numbers of at least `first`.
storage::KeyRange From(char kind, std::uint64_t first) {
  return {NumberedKey(kind, first), std::string(1, static_cast<char>(kind + 1))};
}

absl::StatusOr<std::uint64_t> ParseNumberedKey(char kind, std::string_view key) {
  base::KeyReader reader(key);
  SL_RETURN_IF_ERROR(reader.Expect(std::string_view(&kind, 1)));
  SL_ASSIGN_OR_RETURN(const std::uint64_t number, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  return number;
}

}  // namespace

std::string StoreInfoKey() { return std::string(1, kStoreInfo); }

std::string LogEntryKey(SequenceNumber sequence) { return NumberedKey(kLogEntry, sequence); }
storage::KeyRange LogEntryRange(SequenceNumber first, SequenceNumber end) {
  return {LogEntryKey(first), LogEntryKey(end)};
}
absl::StatusOr<SequenceNumber> ParseLogEntryKey(std::string_view key) {
  return ParseNumberedKey(kLogEntry, key);
}

std::string CommitHeaderKey(Revision revision) { return NumberedKey(kCommitHeader, revision); }
storage::KeyRange CommitHeaderRange(Revision after) { return From(kCommitHeader, after + 1); }
absl::StatusOr<Revision> ParseCommitHeaderKey(std::string_view key) {
  return ParseNumberedKey(kCommitHeader, key);
}

std::string DeriverPositionKey() { return std::string(1, kDeriverPosition); }

std::string RecordStateKey(RecordNumber record) { return NumberedKey(kRecordState, record); }
storage::KeyRange RecordStateRange(RecordNumber after) { return From(kRecordState, after + 1); }
absl::StatusOr<RecordNumber> ParseRecordStateKey(std::string_view key) {
  return ParseNumberedKey(kRecordState, key);
}

std::string EncodeStatementKey(const StatementKey& key) {
  std::string bytes;
  bytes.reserve(34);
  bytes.push_back(kStatement);
  base::AppendBe64(&bytes, key.newer);
  base::AppendBe64(&bytes, key.older);
  base::AppendU8(&bytes, key.channel);
  base::AppendBe64(&bytes, key.statement);
  base::AppendBe64(&bytes, key.from);
  return bytes;
}

absl::StatusOr<StatementKey> ParseStatementKey(std::string_view bytes) {
  base::KeyReader reader(bytes);
  StatementKey key;
  SL_RETURN_IF_ERROR(reader.Expect(std::string_view(&kStatement, 1)));
  SL_ASSIGN_OR_RETURN(key.newer, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(key.older, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(key.channel, reader.ReadU8());
  SL_ASSIGN_OR_RETURN(key.statement, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(key.from, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  return key;
}

storage::KeyRange StatementRange(ExhibitNumber newer) {
  return storage::KeyRange::Prefix(NumberedKey(kStatement, newer));
}
storage::KeyRange StatementRange(ExhibitNumber newer, ExhibitNumber older) {
  std::string prefix = NumberedKey(kStatement, newer);
  base::AppendBe64(&prefix, older);
  return storage::KeyRange::Prefix(prefix);
}
storage::KeyRange AllStatementsRange() { return From(kStatement, 0); }

}  // namespace serieslink::graph
