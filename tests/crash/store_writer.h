#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/api/store.h"
#include "storage/rocksdb/rocksdb_store.h"

// What store_writer commits, so that store_kill_test can tell what must be there. Commit number p
// of keyspace k writes some rows of its own, a row that counts commits, a row that notes where
// another keyspace was seen before, and erases the rows of an earlier commit.
namespace serieslink::storage {

// The store of both programs: small, so that files are flushed and compacted between kills.
RocksDbOptions KillTestOptions(const std::string& directory);

// How many commits' rows are kept.
inline constexpr Position kCommitsKept = 40;

// Key of the row that holds the keyspace's position.
std::string CountKey();
// Key of the row that holds the position at which the keyspace numbered one higher (the first after
// the last) was seen before the commit.
std::string SeenKey();
// The rows of commit `position`, which are there until commit `position` + kCommitsKept erases
// them.
std::vector<Row> RowsOfCommit(Keyspace keyspace, Position position);

std::string EncodeNumber(std::uint64_t number);
std::uint64_t DecodeNumber(const std::string& bytes);

}  // namespace serieslink::storage
