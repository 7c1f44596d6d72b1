#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "serieslink/type/v1/area.pb.h"
#include "serieslink/type/v1/place.pb.h"

// Areas of the ground, and where a place lies by them. Pure.
namespace serieslink::summary {

// By type.v1.AreaKind without its first.
inline constexpr std::size_t kAreaKinds = 4;
// The place of `kind`, which is specified, among them.
constexpr std::size_t IndexOf(type::v1::AreaKind kind) {
  return static_cast<std::size_t>(kind) - 1;
}

// The areas of one kind as they were bounded in one year. Thread-safe.
class AreaSet {
 public:
  virtual ~AreaSet() = default;

  virtual type::v1::AreaKind kind() const = 0;
  virtual int boundary_year() const = 0;
  // The code of the area in which the point lies, degrees of WGS 84; of several, the first in order
  // of code. Empty: in none.
  virtual std::string CodeAt(double latitude_degrees, double longitude_degrees) const = 0;
  // The name of an area; null where the set has none of this code.
  virtual const std::string* NameOf(std::string_view code) const = 0;
};

// All sets that are there. Holds pointers; copying is cheap. Thread-safe.
class Areas {
 public:
  // None.
  Areas() = default;
  // They must outlive it. No two are of one kind and year.
  explicit Areas(absl::Span<const AreaSet* const> sets);

  // By which points without a code are placed: all alike, so that periods can be compared. Null:
  // none of this kind.
  const AreaSet* Newest(type::v1::AreaKind kind) const;
  // Null: none.
  const AreaSet* OfYear(type::v1::AreaKind kind, int boundary_year) const;
  // The newest that has an area of `code`. Null: none.
  const AreaSet* Holding(type::v1::AreaKind kind, std::string_view code) const;

 private:
  std::array<std::vector<const AreaSet*>, kAreaKinds> sets_;  // the newest first
};

// What the point of a place says of the area of one kind in which it lies.
struct PointArea {
  // Of the newest set; a ward with its year behind '@', as in facts. Empty: no point, no set, or in
  // none of its areas.
  std::string key;
  // The place has a code too, which a set knows, and its point lies outside that area.
  bool is_contradicted = false;
};

// By kind. The place's own codes are not changed: they go before what its point says.
std::array<PointArea, kAreaKinds> AreasOfPoint(const type::v1::Place& place, const Areas& areas);

// The code of a ward as facts and rows hold it.
std::string WardKey(std::string_view code, int boundary_year);

}  // namespace serieslink::summary
