#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

// Areas as GeoJSON has them. Pure; of the geometry only what a line says of itself is checked.
namespace serieslink::summary {

// A point, degrees of WGS 84.
struct Position {
  double longitude_degrees = 0;
  double latitude_degrees = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

// A closed line: the last point is the first again.
using Ring = std::vector<Position>;
// Its outer ring, then its holes.
using Polygon = std::vector<Ring>;

struct Feature {
  std::string code;
  std::string name;  // the code where the file has none
  std::vector<Polygon> polygons;
};

// Bytes of the largest file that is read: shapes of more are finer than any record's point.
inline constexpr std::size_t kGeoJsonBytesMax = std::size_t{64} << 20;

// The areas of `text`, a feature collection of polygons and multipolygons (RFC 7946) in degrees of
// WGS 84, by code. `code_property` is text of each; `name_property` may be empty.
// Errors: INVALID_ARGUMENT, in words and naming the first ten of the features that are wrong: it is
// no such collection, it says another coordinate system or has coordinates beyond degrees (grids
// such as the British National Grid), a property is missing, a code comes twice, a ring is not
// closed or has fewer than four points.
absl::StatusOr<std::vector<Feature>> ReadGeoJson(std::string_view text,
                                                 const std::string& code_property,
                                                 const std::string& name_property);

}  // namespace serieslink::summary
