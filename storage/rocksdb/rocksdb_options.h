#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/api/store.h"
#include "storage/rocksdb/rocksdb_store.h"

// How RocksDB is set up, with the reason for each setting that is not its default.
namespace serieslink::storage {

// Options of the database as a whole, with its files behind `env`.
rocksdb::DBOptions DatabaseOptions(const RocksDbOptions& options, rocksdb::Env* env);

// The column families: positions first, then the keyspaces by number, whose blocks are in `cache`.
std::vector<rocksdb::ColumnFamilyDescriptor> ColumnFamilies(
    const RocksDbOptions& options, const std::shared_ptr<rocksdb::Cache>& cache);

// `message` without what may be the key of a row: RocksDB puts keys between quotes, in
// hexadecimal. Keys can hold what must not reach a log.
std::string WithoutKeys(std::string message);

}  // namespace serieslink::storage
