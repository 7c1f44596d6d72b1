#include "storage/rocksdb/rocksdb_store.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "storage/api/limits.h"
#include "storage/base/fault_point.h"
#include "storage/base/status_macros.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace serieslink::storage {
namespace {

// Names and order are stored: column families are never renamed.
constexpr std::array<const char*, kKeyspaceCount> kFamilyNames = {"meta", "log", "derived", "audit",
                                                                  "rejects"};
// Positions live in the default family, under one byte: the keyspace's number. Rows and position of
// a commit travel in one write batch, so neither is ever there without the other.
constexpr std::size_t kPositionBytes = 8;

std::string PositionKey(int keyspace) { return std::string(1, static_cast<char>(keyspace)); }

std::string EncodePosition(Position position) {
  std::string bytes(kPositionBytes, '\0');
  for (std::size_t i = 0; i < kPositionBytes; ++i) {
    bytes[i] = static_cast<char>(position >> (8 * (kPositionBytes - 1 - i)));
  }
  return bytes;
}

absl::StatusOr<Position> DecodePosition(const std::string& bytes) {
  if (bytes.size() != kPositionBytes) return absl::DataLossError("a position row is malformed");
  Position position = 0;
  for (const char byte : bytes) position = position << 8 | static_cast<unsigned char>(byte);
  return position;
}

rocksdb::Slice Slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::DBOptions DatabaseOptions() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;
  // One write-ahead log serves all keyspaces in the order of their commits. Recovery stops at its
  // first torn record, which gives the prefix that Durability::kBuffered promises.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_total_wal_size = 256u << 20;
  options.paranoid_checks = true;
  // The build type changes this default; an engine's chatter is of no use to anybody.
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
  options.max_log_file_size = 4u << 20;
  return options;
}

rocksdb::ColumnFamilyOptions FamilyOptions(const RocksDbOptions& options,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = options.memtable_bytes;
  family.max_write_buffer_number = 4;
  family.level_compaction_dynamic_level_bytes = true;
  family.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 8192;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

// An open database with what its snapshots need, so that they can tell when it is closed.
struct Database {
  // Held shared by every use and exclusively by Close.
  std::shared_mutex open_mutex;
  std::unique_ptr<rocksdb::DB> db;                     // null once closed
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // by keyspace
  rocksdb::ColumnFamilyHandle* positions = nullptr;
  std::function<void(const std::string&)> on_engine_error;

  absl::Status Translate(const rocksdb::Status& status) const {
    if (!status.ok()) on_engine_error(status.ToString());
    return FromRocksDb(status);
  }
};

absl::Status ClosedError() { return absl::FailedPreconditionError("the store is closed"); }

class RocksDbSnapshot final : public Snapshot {
 public:
  RocksDbSnapshot(std::shared_ptr<Database> database, const rocksdb::Snapshot* snapshot,
                  const std::array<Position, kKeyspaceCount>& positions)
      : database_(std::move(database)), snapshot_(snapshot), positions_(positions) {}

  ~RocksDbSnapshot() override {
    const std::shared_lock lock(database_->open_mutex);
    if (database_->db != nullptr) database_->db->ReleaseSnapshot(snapshot_);
  }

  Position position(Keyspace keyspace) const override {
    return positions_[static_cast<int>(keyspace)];
  }

  absl::StatusOr<std::optional<std::string>> Get(Keyspace keyspace,
                                                 std::string_view key) const override {
    const std::shared_lock lock(database_->open_mutex);
    if (database_->db == nullptr) return ClosedError();
    std::string value;
    const rocksdb::Status status =
        database_->db->Get(ReadOptions(), Family(keyspace), Slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return database_->Translate(status);
    return std::optional<std::string>(std::move(value));
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Keyspace keyspace, absl::Span<const std::string> keys) const override {
    const std::shared_lock lock(database_->open_mutex);
    if (database_->db == nullptr) return ClosedError();
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> pinned(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    database_->db->MultiGet(ReadOptions(), Family(keyspace), keys.size(), slices.data(),
                            pinned.data(), statuses.data());
    std::vector<std::optional<std::string>> values(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      if (!statuses[i].ok()) return database_->Translate(statuses[i]);
      values[i].emplace(pinned[i].data(), pinned[i].size());
    }
    return values;
  }

  absl::StatusOr<ScanPage> Scan(Keyspace keyspace, const KeyRange& range,
                                const ScanOptions& options) const override {
    SL_RETURN_IF_ERROR(CheckScan(options));
    const std::shared_lock lock(database_->open_mutex);
    if (database_->db == nullptr) return ClosedError();
    if (!range.end.empty() && range.start >= range.end) return ScanPage();
    rocksdb::ReadOptions read = ReadOptions();
    const rocksdb::Slice lower = Slice(range.start);
    const rocksdb::Slice upper = Slice(range.end);
    read.iterate_lower_bound = &lower;
    if (!range.end.empty()) read.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> row(
        database_->db->NewIterator(read, Family(keyspace)));
    ScanPageBuilder page(options);
    if (options.reverse) {
      for (row->SeekToLast(); row->Valid() && !page.full(); row->Prev()) {
        page.Add(View(row->key()), View(row->value()));
      }
    } else {
      for (row->Seek(lower); row->Valid() && !page.full(); row->Next()) {
        page.Add(View(row->key()), View(row->value()));
      }
    }
    if (!row->status().ok()) return database_->Translate(row->status());
    return std::move(page).Build();
  }

 private:
  rocksdb::ReadOptions ReadOptions() const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return options;
  }
  rocksdb::ColumnFamilyHandle* Family(Keyspace keyspace) const {
    return database_->families[static_cast<int>(keyspace)];
  }

  const std::shared_ptr<Database> database_;
  const rocksdb::Snapshot* const snapshot_;
  const std::array<Position, kKeyspaceCount> positions_;
};

class RocksDbStore final : public Store {
 public:
  RocksDbStore(std::shared_ptr<Database> database,
               const std::array<Position, kKeyspaceCount>& positions)
      : database_(std::move(database)), positions_(positions) {}

  ~RocksDbStore() override { Close().IgnoreError(); }

  absl::StatusOr<std::unique_ptr<Snapshot>> NewSnapshot() override {
    const std::shared_lock lock(database_->open_mutex);
    if (database_->db == nullptr) return ClosedError();
    const rocksdb::Snapshot* snapshot = database_->db->GetSnapshot();
    rocksdb::ReadOptions read;
    read.snapshot = snapshot;
    std::array<Position, kKeyspaceCount> positions;
    for (int i = 0; i < kKeyspaceCount; ++i) {
      absl::StatusOr<Position> position = ReadPosition(*database_, read, i);
      if (!position.ok()) {
        database_->db->ReleaseSnapshot(snapshot);
        return position.status();
      }
      positions[i] = *position;
    }
    return std::make_unique<RocksDbSnapshot>(database_, snapshot, positions);
  }

  absl::StatusOr<Position> Apply(const Commit& commit) override {
    SL_RETURN_IF_ERROR(CheckCommit(commit));
    const int keyspace = static_cast<int>(commit.keyspace);
    const std::shared_lock lock(database_->open_mutex);
    if (database_->db == nullptr) return ClosedError();
    // One commit of a keyspace at a time; commits of different keyspaces meet in the engine's write
    // group, where they share a sync.
    const std::lock_guard writer_lock(writer_mutexes_[keyspace]);
    if (failed_.load()) return FailedError();
    {
      const std::lock_guard positions_lock(positions_mutex_);
      if (positions_[keyspace] != commit.base) return StalePositionError();
    }
    rocksdb::WriteBatch batch;
    for (const Write& write : commit.writes) {
      const rocksdb::Status added =
          write.value.has_value()
              ? batch.Put(database_->families[keyspace], write.key, *write.value)
              : batch.Delete(database_->families[keyspace], write.key);
      if (!added.ok()) return database_->Translate(added);
    }
    const Position position = commit.base + 1;
    batch.Put(database_->positions, PositionKey(keyspace), EncodePosition(position));
    rocksdb::WriteOptions write_options;
    write_options.sync = commit.durability == Durability::kSynced;
    const rocksdb::Status written = database_->db->Write(write_options, &batch);
    if (!written.ok()) {
      // After a failed write or sync nobody knows what a restart will find: stop here, for good.
      failed_.store(true);
      database_->Translate(written).IgnoreError();
      return FailedError();
    }
    SL_FAULT_POINT("store_commit_applied");
    const std::lock_guard positions_lock(positions_mutex_);
    positions_[keyspace] = position;
    moved_.notify_all();
    return position;
  }

  absl::StatusOr<Position> WaitForPosition(Keyspace keyspace, Position position,
                                           absl::Time deadline) override {
    std::unique_lock lock(positions_mutex_);
    if (closed_) return ClosedError();
    const Position& current = positions_[static_cast<int>(keyspace)];
    const auto done = [&] { return closed_ || current >= position; };
    if (deadline == absl::InfiniteFuture()) {
      moved_.wait(lock, done);
    } else if (!moved_.wait_until(lock, absl::ToChronoTime(deadline), done)) {
      return absl::DeadlineExceededError("the position was not reached in time");
    }
    if (closed_) return absl::CancelledError("the store was closed");
    return current;
  }

  absl::Status Close() override {
    {
      const std::lock_guard lock(positions_mutex_);
      closed_ = true;
      moved_.notify_all();
    }
    const std::unique_lock lock(database_->open_mutex);
    if (database_->db == nullptr) return absl::OkStatus();
    absl::Status status = database_->Translate(database_->db->SyncWAL());
    for (rocksdb::ColumnFamilyHandle* family : database_->families) {
      database_->db->DestroyColumnFamilyHandle(family);
    }
    database_->db->DestroyColumnFamilyHandle(database_->positions);
    database_->db.reset();
    return status;
  }

  static absl::StatusOr<Position> ReadPosition(const Database& database,
                                               const rocksdb::ReadOptions& read, int keyspace) {
    std::string bytes;
    const rocksdb::Status status =
        database.db->Get(read, database.positions, PositionKey(keyspace), &bytes);
    if (status.IsNotFound()) return Position{0};
    if (!status.ok()) return database.Translate(status);
    return DecodePosition(bytes);
  }

 private:
  static absl::Status FailedError() {
    return absl::DataLossError(
        "a write failed and its fate is unknown; the process must stop and open the store anew");
  }

  const std::shared_ptr<Database> database_;
  std::array<std::mutex, kKeyspaceCount> writer_mutexes_;
  std::atomic<bool> failed_ = false;
  std::mutex positions_mutex_;
  std::condition_variable moved_;
  std::array<Position, kKeyspaceCount> positions_;
  bool closed_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options) {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (const char* name : kFamilyNames) {
    descriptors.emplace_back(name, FamilyOptions(options, cache));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::Open(DatabaseOptions(), options.directory, descriptors, &handles, &db);
  if (!opened.ok()) {
    options.on_engine_error(opened.ToString());
    // RocksDB reports a held lock as an I/O error and says so only in its message.
    if (opened.IsIOError() && opened.ToString().find("lock") != std::string::npos) {
      return absl::FailedPreconditionError("another process has this store open");
    }
    return FromRocksDb(opened);
  }
  auto database = std::make_shared<Database>();
  database->db.reset(db);
  database->positions = handles[0];
  database->families.assign(handles.begin() + 1, handles.end());
  database->on_engine_error = options.on_engine_error;
  std::array<Position, kKeyspaceCount> positions;
  for (int i = 0; i < kKeyspaceCount; ++i) {
    SL_ASSIGN_OR_RETURN(positions[i],
                        RocksDbStore::ReadPosition(*database, rocksdb::ReadOptions(), i));
  }
  return std::make_unique<RocksDbStore>(std::move(database), positions);
}

}  // namespace serieslink::storage
