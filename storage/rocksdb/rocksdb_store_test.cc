// What the embedded engine offers beside the contract: opening for reading only.
#include "storage/rocksdb/rocksdb_store.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::storage {
namespace {

class ReadingTest : public testing::Test {
 protected:
  RocksDbOptions Options() const {
    RocksDbOptions options;
    options.directory = directory_.path() + "/store";
    options.free_bytes_min = 0;
    return options;
  }

  // Every file of the store with its size and the time of its last change.
  std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>> Files() const {
    std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>> files;
    for (const auto& file : std::filesystem::directory_iterator(Options().directory)) {
      files[file.path().filename()] = {file.file_size(), file.last_write_time()};
    }
    return files;
  }

  void Write(Position base, const std::string& key, const std::string& value) const {
    auto store = OpenRocksDbStore(Options());
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(
        (*store)->Apply({Keyspace::kLog, base, {{key, value}}, Durability::kBuffered}).ok());
  }

  const TemporaryDirectory directory_;
};

TEST_F(ReadingTest, ReadsWhatIsThereAndChangesNoFile) {
  // Two stores that were not closed, so that there are rows in the write-ahead log only.
  Write(0, "a", "1");
  Write(1, "b", "2");
  const auto before = Files();
  {
    const auto store = OpenRocksDbStoreForReading(Options());
    ASSERT_TRUE(store.ok()) << store.status();
    const auto snapshot = (*store)->NewSnapshot();
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    EXPECT_EQ((*snapshot)->position(Keyspace::kLog), 2u);
    EXPECT_EQ((*snapshot)->Get(Keyspace::kLog, "a").value(), "1");
    EXPECT_EQ((*snapshot)->MultiGet(Keyspace::kLog, {"b", "c"}).value(),
              (std::vector<std::optional<std::string>>{"2", std::nullopt}));
    for (const bool reverse : {false, true}) {
      ScanOptions options;
      options.reverse = reverse;
      const auto page = (*snapshot)->Scan(Keyspace::kLog, {}, options);
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_EQ(page->rows.size(), 2u);
      EXPECT_EQ(page->rows[reverse ? 1 : 0], (Row{"a", "1"}));
    }
    EXPECT_EQ((*store)->Apply({Keyspace::kLog, 2, {{"c", "3"}}}).status().code(),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_TRUE((*store)->Close().ok());
  }
  EXPECT_EQ(Files(), before);
}

TEST_F(ReadingTest, HoldsTheDirectory) {
  Write(0, "a", "1");
  const auto store = OpenRocksDbStoreForReading(Options());
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(OpenRocksDbStore(Options()).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(OpenRocksDbStoreForReading(Options()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ReadingTest, MakesNoStoreWhereThereIsNone) {
  EXPECT_EQ(OpenRocksDbStoreForReading(Options()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(std::filesystem::exists(Options().directory));
}

}  // namespace
}  // namespace serieslink::storage
