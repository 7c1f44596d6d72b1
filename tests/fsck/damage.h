#pragma once

#include <string>
#include <vector>

#include "tests/fsck/fsck_site.h"

namespace serieslink::fsck {

// One way in which a store can be wrong, and what must be found of it.
struct Damage {
  std::string name;
  void (*inflict)(Site& site);
  std::string check;  // that finds it
  std::string words;  // in a finding of that check
};

std::vector<Damage> DamageOfTheLog();
std::vector<Damage> DamageOfRows();
std::vector<Damage> DamageOfPublicSummaries();
std::vector<Damage> DamageOfIndexes();
// What fits together and does not follow from the log.
std::vector<Damage> DamageOfDerivation();

}  // namespace serieslink::fsck
