#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "tests/bench/partition_score.h"
#include "tests/bench/weapon_quality.h"
#include "tests/synth/dirt.h"

// How well the serving rules find the truth of a synthetic world.
namespace serieslink::bench {

struct LinkageQuality {
  WeaponQuality weapons;  // of exhibits
  PartitionScore events;  // of records
  std::uint64_t records = 0;
  double seconds = 0;  // adapting and deriving, without the oracle
};

// Makes `records` records, adapts and derives them in order as the server does, in this process and
// without a store, and scores what stands at the end.
// Errors: INTERNAL (an adapter refuses a record; the derivation and the oracle of tests/property
// disagree), and those of the derivation.
absl::StatusOr<LinkageQuality> MeasureLinkageQuality(synth::DirtLevel level, std::uint64_t records,
                                                     std::uint64_t seed);

}  // namespace serieslink::bench
