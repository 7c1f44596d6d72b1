#include "services/summary/boundaries/boundaries.h"

#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace serieslink::summary {
namespace {

constexpr type::v1::AreaKind kKinds[] = {type::v1::AREA_KIND_FORCE, type::v1::AREA_KIND_BOROUGH,
                                         type::v1::AREA_KIND_WARD, type::v1::AREA_KIND_OUTPUT_AREA};

}  // namespace

absl::StatusOr<std::shared_ptr<const Boundaries>> Boundaries::Of(
    std::vector<std::unique_ptr<const BoundarySet>> sets) {
  std::set<std::pair<int, int>> met;
  for (const auto& set : sets) {
    if (met.emplace(set->kind(), set->boundary_year()).second) continue;
    return absl::InvalidArgumentError(absl::StrCat("two files are of the kind ",
                                                   AreaKindWords()[IndexOf(set->kind())],
                                                   " and the year ", set->boundary_year()));
  }
  auto all = std::make_shared<Boundaries>();
  all->sets_ = std::move(sets);
  std::vector<const AreaSet*> areas;
  for (const auto& set : all->sets_) areas.push_back(set.get());
  all->areas_ = Areas(areas);
  return all;
}

const BoundarySet* Boundaries::Find(type::v1::AreaKind kind, int boundary_year) const {
  const BoundarySet* found = nullptr;
  for (const auto& set : sets_) {
    if (set->kind() != kind) continue;
    if (boundary_year != 0 && set->boundary_year() != boundary_year) continue;
    if (found == nullptr || set->boundary_year() > found->boundary_year()) found = set.get();
  }
  return found;
}

std::optional<Position> Boundaries::PointWithin(type::v1::AreaKind kind, const std::string& code,
                                                int boundary_year) const {
  if (code.empty()) return std::nullopt;
  const BoundarySet* found = nullptr;
  for (const auto& set : sets_) {
    if (set->kind() != kind || set->NameOf(code) == nullptr) continue;
    if (boundary_year != 0 && set->boundary_year() != boundary_year) continue;
    if (found == nullptr || set->boundary_year() > found->boundary_year()) found = set.get();
  }
  return found == nullptr ? std::nullopt : found->PointWithin(code);
}

type::v1::Place Boundaries::Located(const type::v1::Place& place) const {
  type::v1::Place located = place;
  if (!place.borough_code().empty() && !place.ward_code().empty() &&
      !place.police_force().empty()) {
    return located;
  }
  std::optional<Position> at;
  if (place.has_point()) {
    at = Position{.longitude_degrees = place.point().longitude_degrees(),
                  .latitude_degrees = place.point().latitude_degrees()};
  }
  if (!at.has_value()) at = PointWithin(type::v1::AREA_KIND_OUTPUT_AREA, place.lsoa_code(), 0);
  if (!at.has_value()) {
    at = PointWithin(type::v1::AREA_KIND_WARD, place.ward_code(), place.boundary_year());
  }
  if (!at.has_value()) return located;
  const auto code_of = [&](type::v1::AreaKind kind) {
    const BoundarySet* const newest = Find(kind, 0);
    return newest == nullptr ? std::string()
                             : newest->CodeAt(at->latitude_degrees, at->longitude_degrees);
  };
  if (place.borough_code().empty()) {
    located.set_borough_code(code_of(type::v1::AREA_KIND_BOROUGH));
  }
  if (place.police_force().empty()) located.set_police_force(code_of(type::v1::AREA_KIND_FORCE));
  const BoundarySet* const wards = Find(type::v1::AREA_KIND_WARD, 0);
  if (place.ward_code().empty() && wards != nullptr) {
    if (std::string ward = wards->CodeAt(at->latitude_degrees, at->longitude_degrees);
        !ward.empty()) {
      located.set_ward_code(std::move(ward));
      located.set_boundary_year(wards->boundary_year());
    }
  }
  return located;
}

void Boundaries::List(google::protobuf::RepeatedPtrField<v1::BoundarySet>& sets) const {
  for (const type::v1::AreaKind kind : kKinds) {
    const BoundarySet* const newest = Find(kind, 0);
    if (newest != nullptr) *sets.Add() = newest->Description();
  }
}

void Boundaries::Describe(v1::GetSummaryResponse& response) const {
  List(*response.mutable_boundaries());
  const auto name_area = [&](v1::ExternalFigure& figure) {
    if (figure.area_kind() == type::v1::AREA_KIND_UNSPECIFIED) return;
    const std::string* const name =
        areas_.NameOf(figure.area_kind(), figure.area_code(), figure.boundary_year());
    if (name != nullptr) figure.set_area_name(*name);
  };
  for (v1::ExternalFigure& figure : *response.mutable_external_figures()) name_area(figure);
  for (v1::RiskFigure& risk : *response.mutable_risks()) name_area(*risk.mutable_residents());
  for (v1::MeasureFigures& figures : *response.mutable_measures()) {
    for (v1::DimensionFigures& dimension : *figures.mutable_dimensions()) {
      const type::v1::AreaKind kind = AreaKindOf(dimension.dimension());
      if (kind == type::v1::AREA_KIND_UNSPECIFIED) continue;
      for (v1::Row& row : *dimension.mutable_rows()) {
        const std::string* const name = areas_.NameOf(kind, row.key(), row.boundary_year());
        if (name != nullptr) row.set_name(*name);
      }
    }
  }
}

}  // namespace serieslink::summary
