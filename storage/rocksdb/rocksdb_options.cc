#include "storage/rocksdb/rocksdb_options.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <utility>

#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/listener.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "storage/base/thread_priority.h"

namespace serieslink::storage {
namespace {

// Names and order are stored: column families are never renamed.
constexpr std::array<const char*, kKeyspaceCount> kFamilyNames = {"meta", "log", "derived", "audit",
                                                                  "rejects"};

// Hands RocksDB's warnings and errors to the process, so that it writes no log files of its own.
class ForwardingLogger final : public rocksdb::Logger {
 public:
  explicit ForwardingLogger(std::function<void(const std::string&)> forward)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), forward_(std::move(forward)) {}

  using rocksdb::Logger::Logv;
  void Logv(const rocksdb::InfoLogLevel level, const char* format,
            std::va_list arguments) override {
    if (level < rocksdb::InfoLogLevel::WARN_LEVEL || level == rocksdb::InfoLogLevel::HEADER_LEVEL) {
      return;
    }
    std::array<char, 1024> text;
    std::vsnprintf(text.data(), text.size(), format, arguments);
    forward_(WithoutKeys(text.data()));
  }
  void LogHeader(const char*, std::va_list) override {}

 private:
  const std::function<void(const std::string&)> forward_;
};

// Lets the engine's own threads give way to those who wait for an answer. Flushes and compactions
// go out on threads that RocksDB keeps, and tells of on those threads.
class BackgroundPriority final : public rocksdb::EventListener {
 public:
  void OnFlushBegin(rocksdb::DB*, const rocksdb::FlushJobInfo&) override { base::GiveWay(); }
  void OnCompactionBegin(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override {
    base::GiveWay();
  }
};

// Half of what the process may open; sockets need the rest.
int OpenFilesMax() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
  return static_cast<int>(std::clamp<rlim_t>(limit.rlim_cur / 2, 64, 4096));
}

rocksdb::ColumnFamilyOptions PositionsFamily() {
  rocksdb::ColumnFamilyOptions family;
  // Five rows, rewritten by every commit. Flushed early, because the write-ahead log is kept as far
  // back as the oldest unflushed row of any family.
  family.write_buffer_size = 1u << 20;
  return family;
}

rocksdb::ColumnFamilyOptions KeyspaceFamily(const RocksDbOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = options.memtable_bytes;
  // One being filled, one being flushed, one spare, so that a slow flush does not stop writers.
  family.max_write_buffer_number = 3;
  // Keys arrive in order under each tag (their first byte): remembering the last place by tag saves
  // the descent through the skip list.
  family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  family.level_compaction_dynamic_level_bytes = true;  // bounds space at about 1.1 times the data
  // Fresh files are rewritten soon: they are left uncompressed, and gathered in larger numbers, so
  // that each compaction rewrites less of the level below for what it takes down.
  family.compression_per_level = {rocksdb::kNoCompression, rocksdb::kLZ4Compression};
  family.level0_file_num_compaction_trigger = 8;
  family.level0_slowdown_writes_trigger = 24;
  family.level0_stop_writes_trigger = 40;
  family.max_bytes_for_level_base = 8 * options.memtable_bytes;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));  // 1 % false positives
  table.block_size = 8192;
  // Indexes and filters count against the cache, so that memory does not grow with the store.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

bool IsHexDigit(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

}  // namespace

rocksdb::DBOptions DatabaseOptions(const RocksDbOptions& options, rocksdb::Env* env) {
  rocksdb::DBOptions db;
  db.env = env;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  // One write-ahead log serves all keyspaces, in the order of their commits. Recovery ends at its
  // first torn record, over the borders of its files: that is the prefix that Durability::kBuffered
  // promises. (kTolerateCorruptedTailRecords would go on with the next file and leave a hole.)
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Bounds the time that opening takes and the disk that idle keyspaces hold.
  db.max_total_wal_size = std::max<std::uint64_t>(4 * options.memtable_bytes, 4u << 20);
  // All memtables together, whatever the number of busy keyspaces.
  db.db_write_buffer_size = 4 * options.memtable_bytes;
  db.max_background_jobs = 2;  // one flush, one compaction
  // Writes files out little by little instead of in bursts that delay the next sync.
  db.bytes_per_sync = 1u << 20;
  db.wal_bytes_per_sync = 512u << 10;
  // What the write-ahead log holds goes back to memtables when the store is opened, and no further:
  // writing it out as files would delay serving.
  db.avoid_flush_during_recovery = true;
  db.listeners.push_back(std::make_shared<BackgroundPriority>());
  db.max_open_files = OpenFilesMax();
  db.avoid_unnecessary_blocking_io = true;  // old files are not deleted on a reader's thread
  // After a failed write the store stops for good (see README.md): the engine must not go on alone.
  db.max_bgerror_resume_count = 0;
  db.max_manifest_file_size = 64u << 20;
  db.skip_stats_update_on_db_open = true;  // opening does not read every file's properties
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.info_log = std::make_shared<ForwardingLogger>(options.on_engine_error);
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;  // its default depends on NDEBUG
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> ColumnFamilies(
    const RocksDbOptions& options, const std::shared_ptr<rocksdb::Cache>& cache) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, PositionsFamily());
  for (const char* name : kFamilyNames) {
    families.emplace_back(name, KeyspaceFamily(options, cache));
  }
  return families;
}

std::string WithoutKeys(std::string message) {
  // Shorter runs of hexadecimal digits are numbers of files and checksums.
  constexpr std::size_t kHexRunMax = 16;
  std::string clean;
  for (std::size_t i = 0; i < message.size();) {
    if (message[i] == '\'' || message[i] == '"') {
      const std::size_t close = message.find(message[i], i + 1);
      clean += "...";
      i = close == std::string::npos ? message.size() : close + 1;
      continue;
    }
    std::size_t end = i;
    while (end < message.size() && IsHexDigit(message[end])) ++end;
    if (end - i > kHexRunMax) {
      clean += "...";
      i = end;
    } else if (end > i) {
      clean.append(message, i, end - i);
      i = end;
    } else {
      clean.push_back(message[i++]);
    }
  }
  return clean;
}

}  // namespace serieslink::storage
