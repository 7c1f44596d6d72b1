#include "tests/crash/store_writer.h"

#include <random>

#include "storage/base/ordered_key.h"

namespace serieslink::storage {

RocksDbOptions KillTestOptions(const std::string& directory) {
  RocksDbOptions options;
  options.directory = directory;
  options.memtable_bytes = 64u << 10;
  options.block_cache_bytes = 1u << 20;
  options.free_bytes_min = 0;
  return options;
}

std::string CountKey() { return "count"; }
std::string SeenKey() { return "seen"; }

std::string EncodeNumber(std::uint64_t number) {
  std::string bytes;
  base::AppendBe64(&bytes, number);
  return bytes;
}

std::uint64_t DecodeNumber(const std::string& bytes) {
  base::KeyReader reader(bytes);
  return reader.ReadBe64().value_or(0);
}

std::vector<Row> RowsOfCommit(Keyspace keyspace, Position position) {
  std::mt19937_64 random(position * 16 + static_cast<std::uint64_t>(keyspace));
  std::vector<Row> rows(1 + random() % 12);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].key = "row" + EncodeNumber(position) + static_cast<char>(i);
    rows[i].value.assign(random() % 700, static_cast<char>('a' + random() % 26));
  }
  return rows;
}

}  // namespace serieslink::storage
