#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "serieslink/linkage/v1/supply.pb.h"
#include "serieslink/record/v1/record.pb.h"

// Where a weapon comes from, as its records say. A statement keeps its record's own grade and date:
// nothing is averaged, and nothing is carried from one record to another. Pure.
namespace serieslink::firearm {

// Statements that an answer tells.
inline constexpr int kSupplyStatementsMax = 100;

// An exhibit of the weapon.
struct SuppliedExhibit {
  const record::v1::Record* record = nullptr;
  int place = 0;  // of the exhibit within it
  std::string record_id;
  std::string exhibit_id;
  // Some record says that the loss which this one tells of was none.
  bool loss_is_cancelled = false;
};

// What `exhibits`, all of one weapon's in any order, state:
//  * an examination that found a converted blank-firer, an antique, a reactivated or a homemade
//    gun; of an exhibit of which none found a type, an appearance on which there is no doubt;
//  * a loss from a lawful holder, stolen or lost, that nobody cancelled as found;
//  * a border seizure of goods that did not come from the United Kingdom itself, of those whose
//    origin is not known too;
//  * a class in law: antique or homemade.
linkage::v1::WeaponSupply AssessSupply(absl::Span<const SuppliedExhibit> exhibits);

}  // namespace serieslink::firearm
