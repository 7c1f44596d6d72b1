#include <atomic>

#include "storage/base/status_macros.h"
#include "storage/memory/memory_store.h"
#include "tests/conformance/storage/engine_under_test.h"

namespace serieslink::storage {
namespace {

class MemoryEngine final : public EngineUnderTest {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open() override {
    if (cut_.exchange(false)) SL_RETURN_IF_ERROR(disk_->LoseBuffered());
    return OpenMemoryStore(disk_);
  }

  // What a store accepts between the cut and its end is lost unless it is synced, as in a cut at
  // its end.
  void CutPower() override { cut_.store(true); }

 private:
  const std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::atomic<bool> cut_ = false;
};

}  // namespace

std::unique_ptr<EngineUnderTest> NewEngineUnderTest(std::uint64_t) {
  return std::make_unique<MemoryEngine>();
}

}  // namespace serieslink::storage
