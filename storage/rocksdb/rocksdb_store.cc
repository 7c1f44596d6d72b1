#include "storage/rocksdb/rocksdb_store.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/api/limits.h"
#include "storage/base/fault_point.h"
#include "storage/base/status_macros.h"
#include "storage/rocksdb/directory_lock.h"
#include "storage/rocksdb/rocksdb_options.h"
#include "storage/rocksdb/rocksdb_status.h"
#include "storage/rocksdb/rocksdb_store_on_env.h"
#include "storage/rocksdb/synced_mark.h"

namespace serieslink::storage {
namespace {

int Index(Keyspace keyspace) { return static_cast<int>(keyspace); }

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

absl::StatusOr<Position> DecodePosition(const rocksdb::Slice& bytes) {
  if (bytes.size() != kPositionBytes) return absl::DataLossError("a position row is malformed");
  Position position = 0;
  for (std::size_t i = 0; i < kPositionBytes; ++i) {
    position = position << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return position;
}

rocksdb::Slice Slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// An open database with all that must end in order when it is closed. A snapshot shares it, so that
// it can tell that its store was closed. Thread-safe.
class Database {
 public:
  Database(std::unique_ptr<DirectoryLock> lock, const RocksDbOptions& options)
      : options_(options),
        block_cache_(rocksdb::NewLRUCache(options.block_cache_bytes)),
        lock_(std::move(lock)) {}
  ~Database() {
    Close([] { return false; }).IgnoreError();
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  absl::Status Open(rocksdb::Env* env) {
    rocksdb::DB* db = nullptr;
    SL_RETURN_IF_ERROR(
        Translate(rocksdb::DB::Open(DatabaseOptions(options_, env), options_.directory,
                                    ColumnFamilies(options_, block_cache_), &families_, &db)));
    db_.reset(db);
    return absl::OkStatus();
  }

  absl::Status OpenForReading(rocksdb::Env* env) {
    rocksdb::DB* db = nullptr;
    rocksdb::DBOptions database_options = DatabaseOptions(options_, env);
    database_options.create_if_missing = false;
    database_options.create_missing_column_families = false;
    const auto families = ColumnFamilies(options_, block_cache_);
    const rocksdb::Status opened = rocksdb::DB::OpenForReadOnly(
        database_options, options_.directory, families, &families_, &db);
    if (opened.IsInvalidArgument() && LacksOneOf(families, database_options)) {
      return absl::DataLossError("the store's manifest is damaged: it has lost tables");
    }
    SL_RETURN_IF_ERROR(Translate(opened));
    db_.reset(db);
    return absl::OkStatus();
  }

  // Whether the store lacks a table that every store is made with.
  bool LacksOneOf(const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                  const rocksdb::DBOptions& database_options) const {
    std::vector<std::string> held;
    if (!rocksdb::DB::ListColumnFamilies(database_options, options_.directory, &held).ok()) {
      return false;
    }
    return std::ranges::any_of(families, [&held](const rocksdb::ColumnFamilyDescriptor& family) {
      return std::ranges::find(held, family.name) == held.end();
    });
  }

  // Refuses new uses, waits for those under way, and closes. Where `may_sync` says so, makes all
  // that was written durable first, and writes it out so that the next start is quick. It is asked
  // when no use is under way any more: the last one may have failed, and a file that has failed
  // must not be synced.
  absl::Status Close(const std::function<bool()>& may_sync) {
    closing_.store(true);
    const std::unique_lock lock(open_mutex_);
    if (db_ == nullptr) return absl::OkStatus();
    const bool sync = may_sync();
    absl::Status synced;
    if (sync) {
      // A flush in the background may have failed on the log; RocksDB, with assertions on as in
      // Debian, ends the process when such a file is synced.
      db_->PauseBackgroundWork().PermitUncheckedError();
      std::uint64_t errors = 0;
      db_->GetIntProperty(rocksdb::DB::Properties::kBackgroundErrors, &errors);
      synced = errors == 0 ? Translate(db_->SyncWAL())
                           : absl::DataLossError("the engine failed in the background");
      db_->ContinueBackgroundWork().PermitUncheckedError();
      // What is in files need not be replayed by the next start. Everything is in the write-ahead
      // log as well: where there is little room it stays there.
      if (synced.ok() && HasSpaceFor(DatabaseOptions(options_, nullptr).db_write_buffer_size)) {
        synced = Translate(db_->Flush(rocksdb::FlushOptions(), families_));
      }
    }
    for (const rocksdb::Snapshot* snapshot : snapshots_) db_->ReleaseSnapshot(snapshot);
    snapshots_.clear();
    for (rocksdb::ColumnFamilyHandle* family : families_) db_->DestroyColumnFamilyHandle(family);
    const absl::Status closed = Translate(db_->Close());
    db_.reset();
    lock_.reset();
    return synced.ok() ? closed : synced;
  }

  // Closes a database that was only looked at, and gives back its directory's lock.
  std::unique_ptr<DirectoryLock> CloseAndKeepLock() {
    std::unique_ptr<DirectoryLock> lock = std::move(lock_);
    Close([] { return false; }).IgnoreError();
    return lock;
  }

  // A use of the open database. False once closing has begun: then nothing may be called.
  class Use {
   public:
    explicit Use(Database& database) : lock_(database.open_mutex_, std::defer_lock) {
      // Asking before locking keeps a stream of readers from holding up Close.
      if (database.closing_.load()) return;
      lock_.lock();
      open_ = database.db_ != nullptr;
    }
    explicit operator bool() const { return open_; }

   private:
    std::shared_lock<std::shared_mutex> lock_;
    bool open_ = false;
  };

  // Of all keyspaces.
  const std::shared_ptr<rocksdb::Cache>& block_cache() const { return block_cache_; }

  // The rest is called within a Use, or before the database is shared.

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* positions_family() { return families_[0]; }
  rocksdb::ColumnFamilyHandle* family(Keyspace keyspace) { return families_[1 + Index(keyspace)]; }

  absl::StatusOr<Positions> ReadPositions(const rocksdb::ReadOptions& read) {
    std::array<std::string, kKeyspaceCount> keys;
    std::array<rocksdb::Slice, kKeyspaceCount> slices;
    for (int keyspace = 0; keyspace < kKeyspaceCount; ++keyspace) {
      keys[keyspace] = PositionKey(keyspace);
      slices[keyspace] = Slice(keys[keyspace]);
    }
    std::array<rocksdb::PinnableSlice, kKeyspaceCount> bytes;
    std::array<rocksdb::Status, kKeyspaceCount> statuses;
    db_->MultiGet(read, positions_family(), kKeyspaceCount, slices.data(), bytes.data(),
                  statuses.data(), /*sorted_input=*/true);
    Positions positions{};
    for (int keyspace = 0; keyspace < kKeyspaceCount; ++keyspace) {
      if (statuses[keyspace].IsNotFound()) continue;
      SL_RETURN_IF_ERROR(Translate(statuses[keyspace]));
      SL_ASSIGN_OR_RETURN(positions[keyspace], DecodePosition(bytes[keyspace]));
    }
    return positions;
  }

  const rocksdb::Snapshot* TakeSnapshot() {
    const rocksdb::Snapshot* snapshot = db_->GetSnapshot();
    const std::lock_guard lock(snapshots_mutex_);
    snapshots_.insert(snapshot);
    return snapshot;
  }

  void ReleaseSnapshot(const rocksdb::Snapshot* snapshot) {
    {
      const std::lock_guard lock(snapshots_mutex_);
      snapshots_.erase(snapshot);
    }
    db_->ReleaseSnapshot(snapshot);
  }

  // Whether `bytes` more can be written with enough left for the engine's own files.
  bool HasSpaceFor(std::uint64_t bytes) const {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(options_.directory, error);
    return error ||
           (space.available >= bytes && space.available - bytes >= options_.free_bytes_min);
  }

  void Report(const rocksdb::Status& status) const {
    options_.on_engine_error(WithoutKeys(status.ToString()));
  }

  absl::Status Translate(const rocksdb::Status& status) const {
    if (!status.ok()) Report(status);
    return FromRocksDb(status);
  }

 private:
  const RocksDbOptions options_;
  const std::shared_ptr<rocksdb::Cache> block_cache_;
  std::unique_ptr<DirectoryLock> lock_;
  std::atomic<bool> closing_ = false;
  std::shared_mutex open_mutex_;                        // held shared by uses
  std::unique_ptr<rocksdb::DB> db_;                     // null once closed
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // positions, then by keyspace
  std::mutex snapshots_mutex_;
  std::unordered_set<const rocksdb::Snapshot*> snapshots_;
};

// Values in blocks of the cache, which outlives its database for them.
class RocksDbPins final : public PinnedValues::Pins {
 public:
  RocksDbPins(std::shared_ptr<rocksdb::Cache> cache, std::size_t count)
      : cache_(std::move(cache)), slices_(count) {}

  std::vector<rocksdb::PinnableSlice>& slices() { return slices_; }

 private:
  const std::shared_ptr<rocksdb::Cache> cache_;
  std::vector<rocksdb::PinnableSlice> slices_;  // let go of before the cache
};

class RocksDbSnapshot final : public Snapshot {
 public:
  RocksDbSnapshot(std::shared_ptr<Database> database, const rocksdb::Snapshot* snapshot,
                  const Positions& positions)
      : database_(std::move(database)), snapshot_(snapshot), positions_(positions) {}

  ~RocksDbSnapshot() override {
    const Database::Use use(*database_);
    if (use) database_->ReleaseSnapshot(snapshot_);  // otherwise closing releases it
  }

  Position position(Keyspace keyspace) const override { return positions_[Index(keyspace)]; }

  absl::StatusOr<std::optional<std::string>> Get(Keyspace keyspace,
                                                 std::string_view key) const override {
    SL_RETURN_IF_ERROR(CheckKeyspace(keyspace));
    const Database::Use use(*database_);
    if (!use) return ClosedError();
    std::string value;
    const rocksdb::Status status =
        database_->db().Get(AtSnapshot(), database_->family(keyspace), Slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    SL_RETURN_IF_ERROR(database_->Translate(status));
    return value;
  }

  absl::StatusOr<PinnedValues> MultiGetPinned(Keyspace keyspace,
                                              absl::Span<const std::string> keys) const override {
    SL_RETURN_IF_ERROR(CheckMultiGet(keyspace, keys.size()));
    const Database::Use use(*database_);
    if (!use) return ClosedError();
    std::vector<std::optional<std::string_view>> values(keys.size());
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    auto pins = std::make_unique<RocksDbPins>(database_->block_cache(), keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    database_->db().MultiGet(AtSnapshot(), database_->family(keyspace), keys.size(), slices.data(),
                             pins->slices().data(), statuses.data());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      SL_RETURN_IF_ERROR(database_->Translate(statuses[i]));
      values[i] = View(pins->slices()[i]);
    }
    return PinnedValues(std::move(values), std::move(pins));
  }

  absl::StatusOr<ScanPage> Scan(Keyspace keyspace, const KeyRange& range,
                                const ScanOptions& options) const override {
    SL_RETURN_IF_ERROR(CheckScan(keyspace, options));
    const Database::Use use(*database_);
    if (!use) return ClosedError();
    // Bounds in the wrong order are a misuse to RocksDB.
    if (!range.end.empty() && range.start >= range.end) return ScanPage();
    rocksdb::ReadOptions read = AtSnapshot();
    const rocksdb::Slice lower = Slice(range.start);
    const rocksdb::Slice upper = Slice(range.end);
    read.iterate_lower_bound = &lower;
    if (!range.end.empty()) read.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> row(
        database_->db().NewIterator(read, database_->family(keyspace)));
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
    SL_RETURN_IF_ERROR(database_->Translate(row->status()));
    return std::move(page).Build();
  }

 private:
  rocksdb::ReadOptions AtSnapshot() const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return options;
  }

  const std::shared_ptr<Database> database_;
  const rocksdb::Snapshot* const snapshot_;
  const Positions positions_;
};

class RocksDbStore final : public Store {
 public:
  // Without a mark it is for reading only.
  RocksDbStore(std::shared_ptr<Database> database, const Positions& positions,
               std::unique_ptr<SyncedMark> mark)
      : database_(std::move(database)),
        is_read_only_(mark == nullptr),
        mark_(std::move(mark)),
        positions_(positions) {}

  ~RocksDbStore() override { Close().IgnoreError(); }

  absl::StatusOr<std::unique_ptr<Snapshot>> NewSnapshot() override {
    const Database::Use use(*database_);
    if (!use) return ClosedError();
    const rocksdb::Snapshot* snapshot = database_->TakeSnapshot();
    rocksdb::ReadOptions read;
    read.snapshot = snapshot;
    // Read at the cut itself, so that positions and rows agree whatever is being written.
    absl::StatusOr<Positions> positions = database_->ReadPositions(read);
    if (!positions.ok()) {
      database_->ReleaseSnapshot(snapshot);
      return positions.status();
    }
    return std::make_unique<RocksDbSnapshot>(database_, snapshot, *positions);
  }

  absl::StatusOr<Position> Apply(const Commit& commit) override {
    SL_RETURN_IF_ERROR(CheckCommit(commit));
    const Database::Use use(*database_);
    if (!use) return ClosedError();
    if (is_read_only_) {
      return absl::FailedPreconditionError("the store is open for reading only");
    }
    // One commit of a keyspace at a time; commits of different keyspaces meet in the engine's write
    // group, where they share a sync.
    const std::lock_guard writer_lock(writer_mutexes_[Index(commit.keyspace)]);
    if (failed_.load()) return FailedError();
    if (CurrentPosition(commit.keyspace) != commit.base) return StalePositionError();
    rocksdb::WriteBatch batch(BatchBytes(commit));
    if (!database_->HasSpaceFor(batch.Data().capacity())) {
      return absl::ResourceExhaustedError("too little space is free for the store");
    }
    const Position position = commit.base + 1;
    rocksdb::Status status = FillBatch(commit, position, batch);
    SL_FAULT_POINT("store_before_write");
    if (status.ok()) {
      rocksdb::WriteOptions options;
      options.sync = commit.durability == Durability::kSynced;
      status = database_->db().Write(options, &batch);
    }
    if (!status.ok()) {
      // After a failed write or sync nobody knows what a restart will find: stop here, for good.
      failed_.store(true);
      database_->Report(status);
      return FailedError();
    }
    SL_FAULT_POINT("store_commit_applied");
    const std::lock_guard positions_lock(positions_mutex_);
    // Before anybody is told of it.
    if (commit.durability == Durability::kSynced) {
      const absl::Status advanced = mark_->Advance(commit.keyspace, position);
      if (!advanced.ok()) {
        failed_.store(true);
        database_->Report(rocksdb::Status::IOError(std::string(advanced.message())));
        return FailedError();
      }
    }
    positions_[Index(commit.keyspace)] = position;
    moved_[Index(commit.keyspace)].notify_all();
    return position;
  }

  absl::StatusOr<Position> WaitForPosition(Keyspace keyspace, Position position,
                                           absl::Time deadline) override {
    SL_RETURN_IF_ERROR(CheckKeyspace(keyspace));
    std::unique_lock lock(positions_mutex_);
    if (closed_) return ClosedError();
    const Position& current = positions_[Index(keyspace)];
    const bool ended = moved_[Index(keyspace)].wait_until(
        lock, absl::ToChronoTime(deadline), [&] { return closed_ || current >= position; });
    if (closed_) return ClosedWhileWaitingError();
    if (!ended) return PositionNotReachedError();
    return current;
  }

  absl::Status Close() override {
    {
      const std::lock_guard lock(positions_mutex_);
      if (closed_) return absl::OkStatus();
      closed_ = true;
      for (std::condition_variable& moved : moved_) moved.notify_all();
    }
    const absl::Status closed =
        database_->Close([this] { return !is_read_only_ && !failed_.load(); });
    if (failed_.load()) return FailedError();
    return closed.ok() ? closed : absl::DataLossError("buffered commits may be lost");
  }

 private:
  static absl::Status FailedError() {
    return absl::DataLossError(
        "a write failed and its fate is unknown; the process must stop and open the store anew");
  }

  static std::size_t BatchBytes(const Commit& commit) {
    // Tags, lengths and the position row; a write has at most 1 + 5 + 5 + 5 bytes around it.
    std::size_t bytes = 64;
    for (const Write& write : commit.writes) {
      bytes += 16 + write.key.size() + (write.value.has_value() ? write.value->size() : 0);
    }
    return bytes;
  }

  rocksdb::Status FillBatch(const Commit& commit, Position position, rocksdb::WriteBatch& batch) {
    rocksdb::ColumnFamilyHandle* family = database_->family(commit.keyspace);
    for (const Write& write : commit.writes) {
      const rocksdb::Status status = write.value.has_value()
                                         ? batch.Put(family, write.key, *write.value)
                                         : batch.Delete(family, write.key);
      if (!status.ok()) return status;
    }
    return batch.Put(database_->positions_family(), PositionKey(Index(commit.keyspace)),
                     EncodePosition(position));
  }

  Position CurrentPosition(Keyspace keyspace) {
    const std::lock_guard lock(positions_mutex_);
    return positions_[Index(keyspace)];
  }

  const std::shared_ptr<Database> database_;
  const bool is_read_only_;
  std::array<std::mutex, kKeyspaceCount> writer_mutexes_;
  std::atomic<bool> failed_ = false;  // a write failed: nothing is written any more
  std::mutex positions_mutex_;        // guards all below
  const std::unique_ptr<SyncedMark> mark_;
  // Of each keyspace: many wait for what is derived, and the log moves more often.
  std::array<std::condition_variable, kKeyspaceCount> moved_;
  Positions positions_;
  bool closed_ = false;
};

// The files of the write-ahead log that hold anything: there are some after every end but one in
// good order.
std::vector<std::string> LogFiles(const std::string& directory, rocksdb::Env& env) {
  std::vector<std::string> files;
  std::vector<std::string> names;
  if (!env.GetChildren(directory, &names).ok()) return files;  // opening fails on it as well
  for (const std::string& name : names) {
    std::uint64_t bytes = 0;
    if (std::filesystem::path(name).extension() == ".log" &&
        env.GetFileSize(directory + "/" + name, &bytes).ok() && bytes > 0) {
      files.push_back(directory + "/" + name);
    }
  }
  return files;
}

// Makes durable what a process that was killed had left to the operating system. RocksDB goes on
// from these files and syncs only the one that it begins: after a power cut it would find less than
// this start has, and nothing behind that, synced commits among it.
absl::Status SyncLogFiles(const std::string& directory, rocksdb::Env& env) {
  for (const std::string& path : LogFiles(directory, env)) {
    std::unique_ptr<rocksdb::WritableFile> file;
    rocksdb::Status status = env.ReopenWritableFile(path, &file, rocksdb::EnvOptions());
    if (status.ok()) status = file->Fsync();
    if (status.ok()) status = file->Close();
    if (!status.ok()) return FromRocksDb(status);
  }
  return absl::OkStatus();
}

// What the mark of the store in `directory` says. A store has one before it has anything else, so
// one without has lost it. Errors: also DATA_LOSS (it has gone, or is damaged).
absl::StatusOr<SyncedMark::Found> ReadMark(const std::string& directory, rocksdb::Env& env) {
  SL_ASSIGN_OR_RETURN(const SyncedMark::Found mark, SyncedMark::Read(directory));
  if (!mark.positions.has_value() && env.FileExists(directory + "/CURRENT").ok()) {
    return absl::DataLossError("the file that says what was acknowledged has gone");
  }
  return mark;
}

// What is gone of a store that holds `held`, as far as its mark says: DATA_LOSS with a message for
// people that names where the log ends, or OK.
absl::Status LossOf(const Positions& held, const absl::StatusOr<SyncedMark::Found>& mark) {
  if (mark.ok()) return CheckNothingIsLost(held, mark->positions.value_or(held));
  return absl::DataLossError(absl::StrCat(mark.status().message(), "; the log ends at commit ",
                                          held[Index(Keyspace::kLog)]));
}

// Refuses a store that has lost what was acknowledged, before anything in it is changed: opening
// for writing would drop what lies behind the damage. `mark` is what its mark says, or DATA_LOSS.
absl::Status LookForLoss(std::unique_ptr<DirectoryLock>& lock, const RocksDbOptions& options,
                         rocksdb::Env* env, const absl::StatusOr<SyncedMark::Found>& mark) {
  if (!env->FileExists(options.directory + "/CURRENT").ok()) {
    // RocksDB would make a new store and remove what is left of this one.
    return absl::DataLossError("the file CURRENT of the store has gone");
  }
  // Without one, everything is in sorted files, and one that is missing fails the opening.
  if (mark.ok() && LogFiles(options.directory, *env).empty()) return absl::OkStatus();
  Database looked_at(std::move(lock), options);
  SL_RETURN_IF_ERROR(looked_at.OpenForReading(env));
  SL_ASSIGN_OR_RETURN(const Positions held, looked_at.ReadPositions(rocksdb::ReadOptions()));
  lock = looked_at.CloseAndKeepLock();
  if (options.accepted_log_end == held[Index(Keyspace::kLog)]) return absl::OkStatus();
  return LossOf(held, mark);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStoreOnEnv(const RocksDbOptions& options,
                                                             rocksdb::Env* env) {
  SL_ASSIGN_OR_RETURN(std::unique_ptr<DirectoryLock> lock,
                      DirectoryLock::Acquire(options.directory));
  const absl::StatusOr<SyncedMark::Found> mark = ReadMark(options.directory, *env);
  if (!mark.ok() && !absl::IsDataLoss(mark.status())) return mark.status();
  if (mark.ok() && !mark->positions.has_value()) {
    SL_RETURN_IF_ERROR(SyncedMark::Open(options.directory, Positions{}).status());
  }
  if (!mark.ok() || mark->positions.value_or(Positions{}) != Positions{}) {
    SL_RETURN_IF_ERROR(LookForLoss(lock, options, env, mark));
  }
  SL_RETURN_IF_ERROR(SyncLogFiles(options.directory, *env));
  auto database = std::make_shared<Database>(std::move(lock), options);
  SL_RETURN_IF_ERROR(database->Open(env));
  SL_ASSIGN_OR_RETURN(const Positions positions, database->ReadPositions(rocksdb::ReadOptions()));
  if (const absl::Status lost = LossOf(positions, mark); !lost.ok()) {
    if (options.accepted_log_end != positions[Index(Keyspace::kLog)]) return lost;
    options.on_accepted_loss(std::string(lost.message()));
  }
  SL_ASSIGN_OR_RETURN(auto synced, SyncedMark::Open(options.directory, positions));
  return std::make_unique<RocksDbStore>(std::move(database), positions, std::move(synced));
}

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStoreForReading(const RocksDbOptions& options) {
  SL_ASSIGN_OR_RETURN(std::unique_ptr<DirectoryLock> lock,
                      DirectoryLock::AcquireExisting(options.directory));
  auto database = std::make_shared<Database>(std::move(lock), options);
  SL_RETURN_IF_ERROR(database->OpenForReading(rocksdb::Env::Default()));
  SL_ASSIGN_OR_RETURN(const Positions positions, database->ReadPositions(rocksdb::ReadOptions()));
  return std::make_unique<RocksDbStore>(std::move(database), positions, nullptr);
}

absl::Status CheckAcknowledged(const std::string& directory, const Snapshot& snapshot) {
  SL_ASSIGN_OR_RETURN(const SyncedMark::Found mark, ReadMark(directory, *rocksdb::Env::Default()));
  Positions held{};
  for (int keyspace = 0; keyspace < kKeyspaceCount; ++keyspace) {
    held[keyspace] = snapshot.position(static_cast<Keyspace>(keyspace));
  }
  SL_RETURN_IF_ERROR(CheckNothingIsLost(held, mark.positions.value_or(Positions{})));
  if (mark.has_damaged_slot) {
    return absl::DataLossError("one half of the file that says what was acknowledged is damaged");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options) {
  return OpenRocksDbStoreOnEnv(options, rocksdb::Env::Default());
}

}  // namespace serieslink::storage
