#include "tests/conformance/storage/store_test_fixture.h"

#include <utility>

namespace serieslink::storage {

std::string BigEndian(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift));
  return bytes;
}

std::uint64_t FromBigEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

void StoreTest::Open() {
  absl::StatusOr<std::unique_ptr<Store>> store = engine_->Open();
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
}

void StoreTest::Reopen() {
  ASSERT_TRUE(store_->Close().ok());
  DropAndReopen();
}

void StoreTest::DropAndReopen() {
  store_.reset();
  Open();
}

absl::StatusOr<Position> StoreTest::Apply(Keyspace keyspace, std::vector<Write> writes,
                                          Durability durability) {
  Commit commit;
  commit.keyspace = keyspace;
  commit.base = PositionOf(keyspace);
  commit.writes = std::move(writes);
  commit.durability = durability;
  return store_->Apply(commit);
}

Position StoreTest::PositionOf(Keyspace keyspace) {
  const absl::StatusOr<Position> position =
      store_->WaitForPosition(keyspace, 0, absl::InfinitePast());
  EXPECT_TRUE(position.ok()) << position.status();
  return position.value_or(0);
}

std::unique_ptr<Snapshot> StoreTest::NewSnapshot() {
  absl::StatusOr<std::unique_ptr<Snapshot>> snapshot = store_->NewSnapshot();
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  return *std::move(snapshot);
}

std::vector<Row> StoreTest::ReadAll(const Snapshot& snapshot, Keyspace keyspace, KeyRange range,
                                    ScanOptions options) {
  std::vector<Row> rows;
  while (true) {
    absl::StatusOr<ScanPage> page = snapshot.Scan(keyspace, range, options);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return rows;
    EXPECT_LE(page->rows.size(), options.rows_max);
    // Otherwise this would not end.
    EXPECT_FALSE(page->rows.empty() && page->resume.has_value());
    for (Row& row : page->rows) rows.push_back(std::move(row));
    if (!page->resume.has_value()) return rows;
    (options.reverse ? range.end : range.start) = *page->resume;
  }
}

std::vector<std::string> StoreTest::Keys(const std::vector<Row>& rows) {
  std::vector<std::string> keys;
  keys.reserve(rows.size());
  for (const Row& row : rows) keys.push_back(row.key);
  return keys;
}

std::vector<std::string> StoreTest::KeysNow(Keyspace keyspace) {
  return Keys(ReadAll(*NewSnapshot(), keyspace));
}

std::optional<std::string> StoreTest::ValueNow(Keyspace keyspace, std::string_view key) {
  const auto value = NewSnapshot()->Get(keyspace, key);
  EXPECT_TRUE(value.ok()) << value.status();
  return value.value_or(std::nullopt);
}

}  // namespace serieslink::storage
