#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "storage/api/store.h"

namespace serieslink::storage {

// What the conformance suite knows of an engine: a place that outlives the stores on it.
class EngineUnderTest {
 public:
  virtual ~EngineUnderTest() = default;

  // Opens a store on what earlier stores of this object wrote.
  virtual absl::StatusOr<std::unique_ptr<Store>> Open() = 0;
};

// A new, empty place. Each conformance program links one engine's definition of it.
std::unique_ptr<EngineUnderTest> NewEngineUnderTest();

}  // namespace serieslink::storage
