#pragma once

#include <string>

#include "tests/synth/synthetic_record.h"

namespace serieslink::synth {

// The truth about `record`, as one line of JSON without its end. README.md in this folder says what
// the fields mean.
std::string TruthLine(const SyntheticRecord& record);

}  // namespace serieslink::synth
