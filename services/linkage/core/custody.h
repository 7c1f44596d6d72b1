#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/facts.h"

// Guns that different holders had in custody at the same time are different guns: a gun is at one
// place at a time. Only what is certain counts, and only where the two accounts cannot be of one
// gun's way from hand to hand:
//  * Between two whole days, the day of a handover belongs to neither. A custody of which nobody
//    says that it ended is certain at its beginning only: a gun is passed on, and its first
//    holder's entry stays open.
//  * One holder's entries never contradict each other: one gun can be recorded twice.
//  * A laboratory's custody contradicts nobody's: a force that sends a gun to one goes on listing
//    it as its own, as it is in law.
//  * An account that names the other's holder, or the other's agency, as somebody who had the gun
//    or was given it is of one chain with it: the two differ in their dates.
//  * Accounts of records that go under or cite one crime reference can be of one seizure, which
//    two agencies made together and both list.
namespace serieslink::linkage {

// Key of a holder as written: letter case and anything that is no letter or digit do not matter.
uint64_t HolderKey(absl::string_view holder);

// Whether a holder as written is a laboratory: one of its words is "NABIS" or names one.
bool IsLaboratory(absl::string_view holder);

// Whether the two cannot be of one gun. Symmetric. O(entries of one x entries of the other).
bool AreOfDifferentGuns(const CustodyAccount& a, const CustodyAccount& b);

// When and by whom the exhibits of one cluster were held.
class HeldTimes {
 public:
  // `account` must outlive this. `exhibit`: any number that stands for the exhibit.
  void Add(const CustodyAccount& account, uint32_t exhibit);

  // Takes what `other` has.
  void Merge(const HeldTimes& other);

  // Two exhibits of different guns, the smaller number first: of all pairs the one whose exhibit
  // here is smallest, then the one there. None when all can be of one gun. O(n h log m) for n
  // entries here, h holders and m entries there, as long as no times of different holders meet.
  std::optional<std::pair<uint32_t, uint32_t>> ContradictingPair(const HeldTimes& other) const;

  // Accounts.
  std::size_t size() const { return all_.size(); }

 private:
  // Whether some time of another holder here meets `fact`.
  bool Meets(const CustodyFact& fact) const;

  struct Held {
    const CustodyAccount* account = nullptr;
    uint32_t exhibit = 0;
  };
  std::vector<Held> all_;
  // By holder that is no laboratory, the times that its entries cover together: from, until. None
  // reaches into another.
  absl::flat_hash_map<uint64_t, std::map<int64_t, int64_t>> covered_;
};

}  // namespace serieslink::linkage
