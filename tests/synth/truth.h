#pragma once

#include <string>

#include "tests/synth/known_lives.h"
#include "tests/synth/synthetic_record.h"

namespace serieslink::synth {

// The truth about `record`, as one line of JSON without its end. README.md in this folder says what
// the fields mean.
std::string TruthLine(const SyntheticRecord& record);

// What is true of the whole life of a gun, likewise.
std::string StoryLine(const KnownStory& story);

}  // namespace serieslink::synth
