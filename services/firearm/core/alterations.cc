#include <algorithm>
#include <utility>

#include "services/firearm/core/life.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::record::v1::FirearmType;

// Two ways of measuring a barrel (with the chamber or without) differ by less.
constexpr std::int32_t kShortenedByMm = 25;

bool HasType(const LifeExhibitFacts& exhibit, FirearmType type) {
  return std::find(exhibit.types.begin(), exhibit.types.end(), type) != exhibit.types.end();
}

// Whether it went from a type that is another thing by somebody's hand.
bool IsTypeChanged(const LifeExhibitFacts& before, const LifeExhibitFacts& after) {
  struct Change {
    FirearmType from;
    FirearmType to;
  };
  static constexpr Change kChanges[] = {
      {record::v1::FIREARM_TYPE_SHOTGUN_LONG, record::v1::FIREARM_TYPE_SHOTGUN_SAWN_OFF},
      {record::v1::FIREARM_TYPE_BLANK_FIRER, record::v1::FIREARM_TYPE_CONVERTED_BLANK_FIRER},
      {record::v1::FIREARM_TYPE_IMITATION, record::v1::FIREARM_TYPE_CONVERTED_BLANK_FIRER},
  };
  for (const Change& change : kChanges) {
    if (HasType(before, change.from) && !HasType(before, change.to) && HasType(after, change.to)) {
      return true;
    }
  }
  return !before.types.empty() && !HasType(before, record::v1::FIREARM_TYPE_REACTIVATED) &&
         HasType(after, record::v1::FIREARM_TYPE_REACTIVATED);
}

}  // namespace

std::vector<AlterationFacts> FindAlterations(const LifeFacts& life,
                                             absl::Span<const std::uint32_t> order) {
  const std::vector<std::uint32_t> by_time = OrderOfExhibits(life, order);
  std::vector<AlterationFacts> found;
  // The last exhibits that told of it; point into `by_time`.
  const std::uint32_t* with_length = nullptr;
  const std::uint32_t* with_type = nullptr;
  const std::uint32_t* with_calibre = nullptr;
  for (const std::uint32_t& i : by_time) {
    const LifeExhibitFacts& exhibit = life.exhibits[i];
    if (!exhibit.event.has_value()) break;  // nor has any after it
    if (exhibit.barrel_length_mm.has_value()) {
      if (with_length != nullptr && *life.exhibits[*with_length].barrel_length_mm >=
                                        *exhibit.barrel_length_mm + kShortenedByMm) {
        found.push_back({v1::ALTERATION_KIND_SHORTENED, *with_length, i});
      }
      with_length = &i;
    }
    if (!exhibit.types.empty()) {
      if (with_type != nullptr && IsTypeChanged(life.exhibits[*with_type], exhibit)) {
        found.push_back({v1::ALTERATION_KIND_TYPE_CHANGED, *with_type, i});
      }
      with_type = &i;
    }
    if (exhibit.calibre > linkage::kOtherCalibre) {
      if (with_calibre != nullptr &&
          !linkage::CompatibleCalibres(life.exhibits[*with_calibre].calibre, exhibit.calibre)) {
        found.push_back({v1::ALTERATION_KIND_CALIBRE_CHANGED, *with_calibre, i});
      }
      with_calibre = &i;
    }
  }
  for (const std::uint32_t i : by_time) {
    const LifeExhibitFacts& exhibit = life.exhibits[i];
    if (exhibit.original_calibre > linkage::kOtherCalibre &&
        exhibit.original_calibre != exhibit.calibre) {
      found.push_back({v1::ALTERATION_KIND_CALIBRE_CHANGED, std::nullopt, i});
    }
  }
  return found;
}

}  // namespace serieslink::firearm
