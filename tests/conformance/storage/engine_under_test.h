#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "storage/api/store.h"

namespace serieslink::storage {

// What the conformance suite knows of an engine: a place that outlives the stores on it.
class EngineUnderTest {
 public:
  virtual ~EngineUnderTest() = default;

  // Opens a store on what earlier stores of this object wrote. After CutPower, that is what the
  // power cut left.
  virtual absl::StatusOr<std::unique_ptr<Store>> Open() = 0;

  // The power goes, at any moment and from any thread: what is not durable now is lost to the next
  // store. The store that is open may refuse what it is asked from now on; it must be destroyed
  // before the next one is opened.
  virtual void CutPower() = 0;
};

// A new, empty place. Each conformance program links one engine's definition of it. `seed` chooses
// what a power cut leaves of what need not survive it, where the engine leaves a choice.
std::unique_ptr<EngineUnderTest> NewEngineUnderTest(std::uint64_t seed = 1);

}  // namespace serieslink::storage
