#include "storage/memory/memory_store.h"
#include "tests/conformance/storage/engine_under_test.h"

namespace serieslink::storage {
namespace {

class MemoryEngine final : public EngineUnderTest {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open() override { return OpenMemoryStore(disk_); }

 private:
  const std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

}  // namespace

std::unique_ptr<EngineUnderTest> NewEngineUnderTest() { return std::make_unique<MemoryEngine>(); }

}  // namespace serieslink::storage
