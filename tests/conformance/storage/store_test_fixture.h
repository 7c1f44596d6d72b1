#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/api/store.h"
#include "tests/conformance/storage/engine_under_test.h"

namespace serieslink::storage {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// The argument is an absl::Status or absl::StatusOr with this code.
MATCHER_P(HasCode, code, absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

inline Write Put(std::string key, std::string value) {
  return Write{std::move(key), std::move(value)};
}
inline Write Erase(std::string key) { return Write{std::move(key), std::nullopt}; }

// `number` as 8 bytes whose order is that of the numbers.
std::string BigEndian(std::uint64_t number);
std::uint64_t FromBigEndian(std::string_view bytes);

// A store of the engine under test, empty at first.
class StoreTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }

  Store& store() { return *store_; }

  // Opens the store when none is open.
  void Open();
  // Closes the store, destroys it and opens the next one on the same place.
  void Reopen();
  // The same without the call of Close.
  void DropAndReopen();
  // Opens a second store beside the one that is open.
  absl::StatusOr<std::unique_ptr<Store>> OpenAnother() { return engine_->Open(); }

  // Applies `writes` at the keyspace's present position.
  absl::StatusOr<Position> Apply(Keyspace keyspace, std::vector<Write> writes,
                                 Durability durability = Durability::kSynced);
  Position PositionOf(Keyspace keyspace);
  std::unique_ptr<Snapshot> NewSnapshot();

  // All rows of `range`, page by page.
  static std::vector<Row> ReadAll(const Snapshot& snapshot, Keyspace keyspace,
                                  KeyRange range = KeyRange(), ScanOptions options = ScanOptions());
  static std::vector<std::string> Keys(const std::vector<Row>& rows);
  // All keys of the keyspace now.
  std::vector<std::string> KeysNow(Keyspace keyspace);
  // The value of a key now.
  std::optional<std::string> ValueNow(Keyspace keyspace, std::string_view key);

 private:
  std::unique_ptr<EngineUnderTest> engine_ = NewEngineUnderTest();
  std::unique_ptr<Store> store_;
};

}  // namespace serieslink::storage
