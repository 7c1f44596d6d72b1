// What the embedded engine offers beside the contract: opening for reading only, and a refusal of
// stores that have lost what was acknowledged.
#include "storage/rocksdb/rocksdb_store.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/file_system.h"
#include "storage/rocksdb/rocksdb_store_on_env.h"
#include "storage/rocksdb/synced_mark.h"
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

// The machine's files, and which of those that were there before were synced since.
class NotedFiles final : public rocksdb::FileSystemWrapper {
 public:
  NotedFiles() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "NotedFiles"; }

  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus status = target()->ReopenWritableFile(path, options, file, debug);
    if (status.ok()) *file = std::make_unique<File>(std::move(*file), path, this);
    return status;
  }

  const std::set<std::string>& synced() const { return synced_; }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, NotedFiles* files)
        : rocksdb::FSWritableFileOwnerWrapper(std::move(file)),
          path_(std::move(path)),
          files_(files) {}

    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      files_->synced_.insert(path_);
      return FSWritableFileOwnerWrapper::Fsync(options, debug);
    }

   private:
    const std::string path_;
    NotedFiles* const files_;
  };

  std::set<std::string> synced_;
};

// A store as a kill leaves it: copied while it is open.
class LossTest : public testing::Test {
 protected:
  static constexpr Position kCommits = 40;

  void SetUp() override {
    auto store = OpenRocksDbStore(OptionsOf("written"));
    ASSERT_TRUE(store.ok()) << store.status();
    for (Position base = 0; base < kCommits; ++base) {
      if (base == kCommits - 1) Copy("without_the_last");
      const std::string value(2000, static_cast<char>('a' + base % 26));
      ASSERT_TRUE((*store)->Apply({Keyspace::kLog, base, {{"row", value}}}).ok());
    }
    Copy("killed");
  }

  std::string PathOf(const std::string& name) const { return directory_.path() + "/" + name; }

  RocksDbOptions OptionsOf(const std::string& name) const {
    RocksDbOptions options;
    options.directory = PathOf(name);
    options.free_bytes_min = 0;
    return options;
  }

  void Copy(const std::string& name) const {
    std::filesystem::copy(PathOf("written"), PathOf(name));
  }

  // The write-ahead log that was written last.
  std::filesystem::path NewestLog(const std::string& name) const {
    std::filesystem::path newest;
    for (const auto& file : std::filesystem::directory_iterator(PathOf(name))) {
      if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
    }
    return newest;
  }

  static std::string Bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  static void SetBytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  // Flips bits in the middle of the newest log of the killed store.
  void DamageTheMiddle() const {
    const std::filesystem::path log = NewestLog("killed");
    std::string bytes = Bytes(log);
    ASSERT_GT(bytes.size(), kCommits * 1000);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
    SetBytes(log, bytes);
  }

  std::map<std::string, std::string> Contents(const std::string& name) const {
    std::map<std::string, std::string> contents;
    for (const auto& file : std::filesystem::directory_iterator(PathOf(name))) {
      contents[file.path().filename()] = Bytes(file.path());
    }
    return contents;
  }

  // The position at which the log of a store that opens ends, or why it does not open.
  absl::StatusOr<Position> EndOf(const RocksDbOptions& options) const {
    auto store = OpenRocksDbStore(options);
    if (!store.ok()) return store.status();
    auto snapshot = (*store)->NewSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    return (*snapshot)->position(Keyspace::kLog);
  }

  absl::Status Check(const std::string& name) const {
    auto store = OpenRocksDbStoreForReading(OptionsOf(name));
    if (!store.ok()) return store.status();
    auto snapshot = (*store)->NewSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    return CheckAcknowledged(PathOf(name), **snapshot);
  }

  const TemporaryDirectory directory_;
};

TEST_F(LossTest, AKillLosesNothing) {
  EXPECT_TRUE(Check("killed").ok());
  EXPECT_EQ(EndOf(OptionsOf("killed")).value(), kCommits);
}

// What a killed process had not synced is found by the next start, which says that it is there and
// goes on behind it: a power cut after that must not take it.
TEST_F(LossTest, WhatAStartFindsAfterAKillIsDurableBeforeItGoesOn) {
  const std::string log = NewestLog("killed");
  const auto files = std::make_shared<NotedFiles>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
  auto store = OpenRocksDbStoreOnEnv(OptionsOf("killed"), env.get());
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_THAT(files->synced(), testing::Contains(log));
}

TEST_F(LossTest, ATornTailWasNeverAcknowledged) {
  // The last commit's record, cut off, in a store that was not told of it yet.
  const std::filesystem::path log = NewestLog("without_the_last");
  const std::string whole = Bytes(NewestLog("killed"));
  const std::string before = Bytes(log);
  ASSERT_EQ(whole.substr(0, before.size()), before);
  SetBytes(log, whole.substr(0, before.size() + (whole.size() - before.size()) / 2));
  EXPECT_TRUE(Check("without_the_last").ok());
  EXPECT_EQ(EndOf(OptionsOf("without_the_last")).value(), kCommits - 1);
  EXPECT_EQ(EndOf(OptionsOf("without_the_last")).value(), kCommits - 1);
}

TEST_F(LossTest, DamageInTheMiddleIsRefusedAndNothingIsChanged) {
  DamageTheMiddle();
  const auto before = Contents("killed");
  for (int i = 0; i < 2; ++i) {
    const auto end = EndOf(OptionsOf("killed"));
    EXPECT_EQ(end.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(end.status().message()),
                testing::HasSubstr("had been acknowledged up to 40"));
    EXPECT_EQ(Check("killed"), end.status());
    EXPECT_TRUE(Contents("killed") == before);
  }
}

TEST_F(LossTest, ALossIsAcceptedByWhoNamesWhereTheLogEnds) {
  DamageTheMiddle();
  Position end = 0;
  {
    const auto store = OpenRocksDbStoreForReading(OptionsOf("killed"));
    ASSERT_TRUE(store.ok()) << store.status();
    end = (*store)->NewSnapshot().value()->position(Keyspace::kLog);
  }
  ASSERT_GT(end, 1u);
  ASSERT_LT(end, kCommits);
  RocksDbOptions options = OptionsOf("killed");
  std::vector<std::string> told;
  options.on_accepted_loss = [&](const std::string& loss) { told.push_back(loss); };
  options.accepted_log_end = end - 1;
  EXPECT_EQ(EndOf(options).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(told, testing::IsEmpty());
  options.accepted_log_end = end;
  EXPECT_EQ(EndOf(options).value(), end);
  EXPECT_THAT(told, testing::ElementsAre(testing::HasSubstr("acknowledged up to 40")));
  // From here on it is a store like any other, and the same acceptance says nothing more.
  EXPECT_EQ(EndOf(options).value(), end);
  EXPECT_EQ(told.size(), 1u);
  EXPECT_EQ(EndOf(OptionsOf("killed")).value(), end);
  EXPECT_TRUE(Check("killed").ok());
}

TEST_F(LossTest, ALogThatWasCutOffOrHasGoneIsALoss) {
  std::filesystem::copy(PathOf("killed"), PathOf("gone"));
  std::filesystem::remove(NewestLog("gone"));
  EXPECT_EQ(EndOf(OptionsOf("gone")).status().code(), absl::StatusCode::kDataLoss);
  std::filesystem::resize_file(NewestLog("killed"),
                               std::filesystem::file_size(NewestLog("killed")) - 100);
  EXPECT_EQ(EndOf(OptionsOf("killed")).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LossTest, AStoreWithoutItsCurrentFileIsNotMadeAnew) {
  std::filesystem::remove(PathOf("killed") + "/CURRENT");
  const auto before = Contents("killed");
  EXPECT_EQ(EndOf(OptionsOf("killed")).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(Contents("killed") == before);
}

TEST_F(LossTest, AManifestThatWasCutOffIsDamage) {
  for (const auto& [name, bytes] : Contents("killed")) {
    if (name.rfind("MANIFEST-", 0) != 0) continue;
    SetBytes(PathOf("killed") + "/" + name, bytes.substr(0, bytes.size() - 20));
  }
  const auto read = OpenRocksDbStoreForReading(OptionsOf("killed"));
  EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << read.status();
  EXPECT_EQ(EndOf(OptionsOf("killed")).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LossTest, AMarkThatIsDamagedIsNotTakenForNone) {
  const std::string mark = PathOf("killed") + "/serieslink.synced";
  std::string bytes = Bytes(mark);
  constexpr std::size_t kAPosition = 24 + 15;  // the last byte of that of the log
  bytes[kAPosition] = static_cast<char>(bytes[kAPosition] ^ 1);
  SetBytes(mark, bytes);
  EXPECT_EQ(Check("killed").code(), absl::StatusCode::kDataLoss);
  bytes[512 + kAPosition] = static_cast<char>(bytes[512 + kAPosition] ^ 1);
  SetBytes(mark, bytes);
  EXPECT_EQ(Check("killed").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(EndOf(OptionsOf("killed")).status().code(), absl::StatusCode::kDataLoss);
  // Nobody knows what may be gone, so this too is accepted only by the number that it names.
  RocksDbOptions options = OptionsOf("killed");
  std::vector<std::string> told;
  options.on_accepted_loss = [&](const std::string& loss) { told.push_back(loss); };
  options.accepted_log_end = kCommits - 1;
  const absl::Status refused = EndOf(options).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("the log ends at commit 40"));
  EXPECT_THAT(told, testing::IsEmpty());
  options.accepted_log_end = kCommits;
  EXPECT_EQ(EndOf(options).value(), kCommits);
  EXPECT_EQ(told.size(), 1u);
  EXPECT_TRUE(Check("killed").ok());
}

TEST_F(LossTest, ALossElsewhereNamesTheNumberThatAcceptsItToo) {
  Positions acknowledged{};
  acknowledged[static_cast<int>(Keyspace::kLog)] = kCommits;
  acknowledged[static_cast<int>(Keyspace::kRejects)] = 3;
  ASSERT_TRUE(SyncedMark::Open(PathOf("killed"), acknowledged).ok());
  const absl::Status refused = EndOf(OptionsOf("killed")).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(refused.message()),
              testing::HasSubstr("what was refused ends at commit 0"));
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("the log ends at commit 40"));
  RocksDbOptions options = OptionsOf("killed");
  options.accepted_log_end = kCommits;
  EXPECT_EQ(EndOf(options).value(), kCommits);
}

// Nor for that of a store to which nothing was ever acknowledged.
TEST_F(LossTest, AMarkThatHasGoneIsALossWhateverElseHas) {
  std::filesystem::copy(PathOf("killed"), PathOf("empty"));
  std::filesystem::remove(NewestLog("empty"));
  for (const auto& [name, end] :
       {std::pair("killed", Position{kCommits}), std::pair("empty", Position{0})}) {
    SCOPED_TRACE(name);
    std::filesystem::remove(PathOf(name) + "/serieslink.synced");
    EXPECT_EQ(Check(name).code(), absl::StatusCode::kDataLoss);
    const auto before = Contents(name);
    const absl::Status refused = EndOf(OptionsOf(name)).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(refused.message()),
                testing::HasSubstr(absl::StrCat("has gone; the log ends at commit ", end)));
    EXPECT_TRUE(Contents(name) == before);
    RocksDbOptions options = OptionsOf(name);
    options.accepted_log_end = end;
    EXPECT_EQ(EndOf(options).value(), end);
    EXPECT_TRUE(Check(name).ok());
    EXPECT_EQ(EndOf(OptionsOf(name)).value(), end);
  }
}

TEST_F(LossTest, AStoreHasItsMarkBeforeItHasAnythingElse) {
  // As a start leaves it that ends between the two.
  std::filesystem::create_directory(PathOf("begun"));
  ASSERT_TRUE(SyncedMark::Open(PathOf("begun"), Positions{}).ok());
  EXPECT_EQ(EndOf(OptionsOf("begun")).value(), 0u);
  EXPECT_TRUE(Check("begun").ok());
}

}  // namespace
}  // namespace serieslink::storage
