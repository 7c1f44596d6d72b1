#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/facts.h"

// What a lead is worth working on: solvability, seriousness and freshness, as a sum of bits that a
// person can read. It looks at nothing but the two exhibits and what is stated about them, all of
// which whoever sees the lead may see, so that the order of a queue tells nothing of anything else.
//
// Freshness takes the same from every lead in the same time, so the order of two leads never
// changes as they age, and a queue can be kept in order without touching it every day.
namespace serieslink::linkage {

// Whether a laboratory can compare what an exhibit of `kind` is: not guns that were only seen or
// described, and not cartridges that nobody fired.
bool CanBeExamined(ExhibitKind kind);

// One term of a worth.
struct WorthTerm {
  absl::string_view name;    // "solvability: ...", "seriousness" or "freshness"; static storage.
  double weight_log2 = 0;    // Bits.
  absl::string_view source;  // Where the number comes from; static storage.
};

// What is looked at.
struct WorthFacts {
  double chance_log2 = 0;                 // PairState's
  std::array<ExhibitKind, 2> kinds = {};  // of the two exhibits
  std::uint32_t seriousness_log2 = 0;     // the graver one's of their events
};

// The terms of what a lead is worth at an age of `age_s` seconds, in a fixed order.
std::vector<WorthTerm> WorthOf(const WorthFacts& facts, std::int64_t age_s);

// Place in the queue of a lead that became known at `known_us`, microseconds since 1970: the lowest
// comes first. Two leads are in the order of their worth at any one time.
std::uint64_t RankOf(const WorthFacts& facts, std::int64_t known_us);

// Place among pairs to be looked at again, of which the latest comes first.
std::uint64_t RankOfReexamination(std::int64_t since_us);

}  // namespace serieslink::linkage
