#pragma once

#include <cstdint>
#include <string>

#include "tests/synth/story.h"
#include "tests/synth/synthetic_record.h"

// From a plan of a story to the message that an agency sends, dirt included.
namespace serieslink::synth {

// The name that the record of plan `plan` has in its source system.
struct SourceName {
  const char* agency = "";
  const char* system = "";
  std::string id;
};
SourceName NameOf(const World& world, const Life& life, std::uint8_t plan);

// Writes the record of plan `plan` of `life` over `record`. `stranger` is the source id of the
// exhibit of another gun that a comparison names, and unused elsewhere. Deterministic.
void WriteRecord(const World& world, const Life& life, std::uint8_t plan,
                 const std::string& stranger, SyntheticRecord* record);

}  // namespace serieslink::synth
