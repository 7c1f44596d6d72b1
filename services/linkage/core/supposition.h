#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/linkage/core/facts.h"

// What would be if: evidence changed as somebody supposes it, for the same functions to resolve.
namespace serieslink::linkage {

// Numbers are those of series.v1.SuppositionKind.
enum class SuppositionKind : uint8_t {
  // A lead that stands between the two counts as confirmed by who may confirm it.
  kLeadIsConfirmed = 1,
  // What was stated about the two was never stated.
  kFindingIsWithdrawn = 2,
};

struct Supposition {
  SuppositionKind kind = SuppositionKind::kLeadIsConfirmed;
  uint64_t first = 0;  // Public ids of two exhibits, in any order.
  uint64_t second = 0;
  uint64_t finding = 0;  // Name of the statement; 0: all that it can be.
};

// Changes `statements` as `suppositions` say, one after the other. For each of them, how many
// statements it changed: 0 says that there is nothing of what it supposes. O(suppositions x
// statements). Pure.
std::vector<uint32_t> Suppose(absl::Span<const Supposition> suppositions,
                              std::vector<Statement>& statements);

}  // namespace serieslink::linkage
