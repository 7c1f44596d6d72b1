#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/summary/boundaries/geojson.h"
#include "services/summary/core/areas.h"

namespace serieslink::summary {

// How a file of areas is read.
struct BoundaryReading {
  type::v1::AreaKind kind = type::v1::AREA_KIND_UNSPECIFIED;
  int boundary_year = 0;
  std::string code_property;
  std::string name_property{};  // empty: areas are named by their codes
  std::string attribution{};    // beside maps; no part of the digest
};

// The kind of a word: force, borough, ward, output_area; unspecified where it is none of them.
type::v1::AreaKind AreaKindOf(std::string_view word);
// The words, in the order of the kinds.
const std::vector<std::string>& AreaKindWords();

// Areas of a GeoJSON file, with an index of their extents. A point on a border lies in both areas,
// of which the first in order of code counts; a point on the border of a hole lies outside the
// hole. Thread-safe: one look-up at a time.
class BoundarySet final : public AreaSet {
 public:
  // What `reading` lacks is an error too.
  // Errors: INVALID_ARGUMENT, in words: as ReadGeoJson; or an area has no extent.
  static absl::StatusOr<std::unique_ptr<BoundarySet>> Parse(std::string_view geojson,
                                                            const BoundaryReading& reading);
  ~BoundarySet() override;

  type::v1::AreaKind kind() const override;
  int boundary_year() const override;
  std::string CodeAt(double latitude_degrees, double longitude_degrees) const override;
  const std::string* NameOf(std::string_view code) const override;

  // A point within the area of this code; the same each time. None: the set has no such area.
  std::optional<Position> PointWithin(std::string_view code) const;

  // As answers give it.
  v1::BoundarySet Description() const;
  // Its areas as they can be drawn.
  v1::GetMapResponse Map() const;
  // Codes of areas whose lines cross themselves, in order. What such lines enclose counts as
  // inside, but for holes.
  const std::vector<std::string>& crossed_codes() const;

  struct Overlap {
    std::string code;
    std::string other_code;
    double share = 0;  // of the smaller one's extent, 0 to 1
  };
  // Pairs of areas that share more than `share_min` of the smaller one, in order of codes. Takes
  // time: for checks.
  std::vector<Overlap> Overlaps(double share_min) const;

 private:
  struct Shapes;
  explicit BoundarySet(std::unique_ptr<Shapes> shapes);

  const std::unique_ptr<Shapes> shapes_;
};

}  // namespace serieslink::summary
