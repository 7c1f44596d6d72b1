#include "storage/rocksdb/rocksdb_store.h"
#include "tests/conformance/storage/engine_under_test.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::storage {
namespace {

class RocksDbEngine final : public EngineUnderTest {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open() override {
    RocksDbOptions options;
    options.directory = directory_.path() + "/store";
    // Small, so that tests reach flushed and compacted files.
    options.memtable_bytes = 128u << 10;
    options.block_cache_bytes = 1u << 20;
    options.free_bytes_min = 0;
    return OpenRocksDbStore(options);
  }

 private:
  const TemporaryDirectory directory_;
};

}  // namespace

std::unique_ptr<EngineUnderTest> NewEngineUnderTest() { return std::make_unique<RocksDbEngine>(); }

}  // namespace serieslink::storage
