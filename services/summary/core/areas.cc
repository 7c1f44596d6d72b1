#include "services/summary/core/areas.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/base/text.h"

namespace serieslink::summary {

Areas::Areas(absl::Span<const AreaSet* const> sets) {
  for (const AreaSet* set : sets) sets_[IndexOf(set->kind())].push_back(set);
  for (std::vector<const AreaSet*>& of_kind : sets_) {
    std::sort(of_kind.begin(), of_kind.end(), [](const AreaSet* a, const AreaSet* b) {
      return a->boundary_year() > b->boundary_year();
    });
  }
}

const AreaSet* Areas::Newest(type::v1::AreaKind kind) const {
  const auto& of_kind = sets_[IndexOf(kind)];
  return of_kind.empty() ? nullptr : of_kind.front();
}

const AreaSet* Areas::OfYear(type::v1::AreaKind kind, int boundary_year) const {
  for (const AreaSet* set : sets_[IndexOf(kind)]) {
    if (set->boundary_year() == boundary_year) return set;
  }
  return nullptr;
}

const AreaSet* Areas::Holding(type::v1::AreaKind kind, std::string_view code) const {
  for (const AreaSet* set : sets_[IndexOf(kind)]) {
    if (set->NameOf(code) != nullptr) return set;
  }
  return nullptr;
}

std::string WardKey(std::string_view code, int boundary_year) {
  return absl::StrCat(AbslView(code), "@", boundary_year);
}

std::array<PointArea, kAreaKinds> AreasOfPoint(const type::v1::Place& place, const Areas& areas) {
  std::array<PointArea, kAreaKinds> found;
  if (!place.has_point()) return found;
  const double latitude = place.point().latitude_degrees();
  const double longitude = place.point().longitude_degrees();
  const auto look = [&](type::v1::AreaKind kind, const std::string& own_code, int own_year) {
    PointArea& one = found[IndexOf(kind)];
    const AreaSet* const newest = areas.Newest(kind);
    if (newest == nullptr) return;
    std::string code = newest->CodeAt(latitude, longitude);
    if (!own_code.empty()) {
      const AreaSet* const own =
          own_year == 0 ? areas.Holding(kind, own_code) : areas.OfYear(kind, own_year);
      if (own != nullptr && own->NameOf(own_code) != nullptr) {
        one.is_contradicted = (own == newest ? code : own->CodeAt(latitude, longitude)) != own_code;
      }
    }
    if (code.empty()) return;
    one.key =
        kind == type::v1::AREA_KIND_WARD ? WardKey(code, newest->boundary_year()) : std::move(code);
  };
  look(type::v1::AREA_KIND_FORCE, place.police_force(), 0);
  look(type::v1::AREA_KIND_BOROUGH, place.borough_code(), 0);
  look(type::v1::AREA_KIND_WARD, place.ward_code(), place.boundary_year());
  look(type::v1::AREA_KIND_OUTPUT_AREA, place.lsoa_code(), 0);
  return found;
}

}  // namespace serieslink::summary
