#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/resolve.h"

// How a weapon hangs together: by what two of its exhibits are connected, and where it would come
// apart first.
namespace serieslink::linkage {

// The joins that connect two exhibits of one weapon, in their order from `from` to `to`: indices
// into Resolution::standing, each of which shares an exhibit with the next. Joins are made best
// first, so no other chain of confirmed findings between the two has a better weakest link. Empty
// when `from` and `to` are one exhibit, or are not of one weapon. `exhibits` are those that
// `resolution` was made from; `from` and `to` are indices into them. O(exhibits of the weapon).
// Pure.
std::vector<std::uint32_t> ChainBetween(absl::Span<const ExhibitFacts> exhibits,
                                        const Resolution& resolution, std::uint32_t from,
                                        std::uint32_t to);

// How sure it is that each member of the weapon at place `weapon` is one with the exhibit `anchor`,
// a member: the weakest basis, test-fires aside, of the chain that ChainBetween gives. In the order
// of Weapon::members. kUnspecified for `anchor`, and where only test-fires are between. O(exhibits
// of the weapon). Pure.
std::vector<Basis> WeakestBases(absl::Span<const ExhibitFacts> exhibits,
                                const Resolution& resolution, std::uint32_t weapon,
                                std::uint32_t anchor);

// The fewest findings whose withdrawal splits a weapon.
struct Bridge {
  // Indices into Resolution::standing, ascending. Never empty.
  std::vector<std::uint32_t> findings;
  // Indices into the exhibits: the side with fewer of them, or, of two equal ones, that without the
  // exhibit of the smallest public id. Ascending by public id.
  std::vector<std::uint32_t> parted;
};

// The weakest bridge of the weapon at place `weapon`, among the confirmed findings inside it. A
// test-fire is one with its gun: the laboratory fired it, and to lose it splits nothing. Of several
// equally weak bridges the same one is given, whatever the order of the exhibits. Nothing when the
// weapon is one exhibit (test-fires aside), or holds more than `exhibits_max` of them.
// O(n^3) for n exhibits (Stoer and Wagner, "A simple min-cut algorithm", J. ACM 44, 1997). Pure.
std::optional<Bridge> WeakestBridge(absl::Span<const ExhibitFacts> exhibits,
                                    const Resolution& resolution, std::uint32_t weapon,
                                    std::size_t exhibits_max);

}  // namespace serieslink::linkage
