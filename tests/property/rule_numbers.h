#pragma once

#include "tests/property/linkage_oracle.h"

namespace serieslink {

// The numbers of the built-in model for the oracle, and how the core reads words: makes, calibres,
// and which of these can be one gun's.
oracle::RuleNumbers BuiltInNumbers();

}  // namespace serieslink
