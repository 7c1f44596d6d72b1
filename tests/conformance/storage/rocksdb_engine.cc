#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/rocksdb_store_on_env.h"
#include "tests/conformance/storage/engine_under_test.h"
#include "tests/conformance/storage/power_cut_files.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::storage {
namespace {

class RocksDbEngine final : public EngineUnderTest {
 public:
  explicit RocksDbEngine(std::uint64_t seed)
      : files_(std::make_shared<PowerCutFiles>(seed)), env_(rocksdb::NewCompositeEnv(files_)) {}

  absl::StatusOr<std::unique_ptr<Store>> Open() override {
    files_->RestorePower();
    RocksDbOptions options;
    options.directory = directory_.path() + "/store";
    // Small, so that tests reach flushed and compacted files.
    options.memtable_bytes = 128u << 10;
    options.block_cache_bytes = 1u << 20;
    options.free_bytes_min = 0;
    return OpenRocksDbStoreOnEnv(options, env_.get());
  }

  void CutPower() override { files_->CutPower(); }

 private:
  const TemporaryDirectory directory_;
  const std::shared_ptr<PowerCutFiles> files_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace

std::unique_ptr<EngineUnderTest> NewEngineUnderTest(std::uint64_t seed) {
  return std::make_unique<RocksDbEngine>(seed);
}

}  // namespace serieslink::storage
