#include "services/summary/boundaries/boundary_set.h"

#include <geos_c.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/summary/boundaries/geojson.h"
#include "services/summary/boundaries/outline.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"

namespace serieslink::summary {
namespace {

constexpr int kYearMin = 1900;
constexpr int kYearMax = 2100;
// Cells of a map from west to east: a page has about as many dots for it.
constexpr std::int32_t kMapWidth = 1000;
// Children of a node of the index.
constexpr std::size_t kIndexFanOut = 10;

std::string HexOf(const base::Sha256Digest& digest) {
  std::string hex;
  for (const char byte : base::AsBytes(digest)) {
    absl::StrAppend(&hex, absl::Hex(static_cast<unsigned char>(byte), absl::kZeroPad2));
  }
  return hex;
}

std::string FaultOf(const BoundaryReading& reading) {
  std::vector<std::string> faults;
  if (!type::v1::AreaKind_IsValid(reading.kind) ||
      reading.kind == type::v1::AREA_KIND_UNSPECIFIED) {
    faults.push_back(absl::StrCat("its kind is one of ", absl::StrJoin(AreaKindWords(), ", ")));
  }
  if (reading.boundary_year < kYearMin || reading.boundary_year > kYearMax) {
    faults.push_back(absl::StrCat("its boundary year is ", kYearMin, " to ", kYearMax));
  }
  if (reading.code_property.empty()) faults.push_back("name the property that holds the codes");
  return absl::StrJoin(faults, "; ");
}

}  // namespace

type::v1::AreaKind AreaKindOf(std::string_view word) {
  const auto& words = AreaKindWords();
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? type::v1::AREA_KIND_UNSPECIFIED
                              : static_cast<type::v1::AreaKind>(found - words.begin() + 1);
}

const std::vector<std::string>& AreaKindWords() {
  static const auto* const words =
      new std::vector<std::string>{"force", "borough", "ward", "output_area"};
  return *words;
}

// What GEOS holds. Its shapes fill caches while they are asked, so all is behind the mutex.
struct BoundarySet::Shapes {
  struct Area {
    std::string code;
    std::string name;
    GEOSGeometry* geometry = nullptr;
    const GEOSPreparedGeometry* prepared = nullptr;
  };

  Shapes() : geos(GEOS_init_r()) {}
  Shapes(const Shapes&) = delete;
  Shapes& operator=(const Shapes&) = delete;
  ~Shapes() {
    if (index != nullptr) GEOSSTRtree_destroy_r(geos, index);
    for (const Area& area : areas) {
      if (area.prepared != nullptr) GEOSPreparedGeom_destroy_r(geos, area.prepared);
      if (area.geometry != nullptr) GEOSGeom_destroy_r(geos, area.geometry);
    }
    GEOS_finish_r(geos);
  }

  // The caller owns what each makes; null where it cannot be made.
  GEOSGeometry* RingOf(const Ring& ring) const;
  GEOSGeometry* PolygonOf(const Polygon& polygon) const;
  GEOSGeometry* MultiPolygonOf(const std::vector<Polygon>& polygons) const;
  // The area of this code; null: none.
  const Area* Find(std::string_view code) const;
  // The places in `areas` whose extent meets that of `shape`, in order.
  std::vector<std::size_t> Near(const GEOSGeometry* shape) const;

  GEOSContextHandle_t geos;
  BoundaryReading reading;
  v1::GetMapResponse map;
  std::vector<std::string> crossed_codes;
  std::vector<Area> areas;  // in order of code; never moved once the index points at them
  GEOSSTRtree* index = nullptr;
  std::mutex mutex;
};

GEOSGeometry* BoundarySet::Shapes::RingOf(const Ring& ring) const {
  static_assert(sizeof(Position) == 2 * sizeof(double));
  GEOSCoordSequence* const line =
      GEOSCoordSeq_copyFromBuffer_r(geos, &ring.front().longitude_degrees,
                                    static_cast<unsigned>(ring.size()), /*hasZ=*/0, /*hasM=*/0);
  return line == nullptr ? nullptr : GEOSGeom_createLinearRing_r(geos, line);
}

GEOSGeometry* BoundarySet::Shapes::PolygonOf(const Polygon& polygon) const {
  std::vector<GEOSGeometry*> rings;
  for (const Ring& ring : polygon) {
    GEOSGeometry* const made = RingOf(ring);
    if (made == nullptr) {
      for (GEOSGeometry* const one : rings) GEOSGeom_destroy_r(geos, one);
      return nullptr;
    }
    rings.push_back(made);
  }
  return GEOSGeom_createPolygon_r(geos, rings.front(), rings.data() + 1,
                                  static_cast<unsigned>(rings.size() - 1));
}

GEOSGeometry* BoundarySet::Shapes::MultiPolygonOf(const std::vector<Polygon>& polygons) const {
  std::vector<GEOSGeometry*> parts;
  for (const Polygon& polygon : polygons) {
    GEOSGeometry* const made = PolygonOf(polygon);
    if (made == nullptr) {
      for (GEOSGeometry* const one : parts) GEOSGeom_destroy_r(geos, one);
      return nullptr;
    }
    parts.push_back(made);
  }
  return GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, parts.data(),
                                     static_cast<unsigned>(parts.size()));
}

std::vector<std::size_t> BoundarySet::Shapes::Near(const GEOSGeometry* shape) const {
  struct Found {
    const Area* first;
    std::vector<std::size_t> places;
  } found{areas.data(), {}};
  GEOSSTRtree_query_r(
      geos, index, shape,
      [](void* item, void* out) {
        auto& into = *static_cast<Found*>(out);
        into.places.push_back(
            static_cast<std::size_t>(static_cast<const Area*>(item) - into.first));
      },
      &found);
  std::sort(found.places.begin(), found.places.end());
  return std::move(found.places);
}

BoundarySet::BoundarySet(std::unique_ptr<Shapes> shapes) : shapes_(std::move(shapes)) {}
BoundarySet::~BoundarySet() = default;

absl::StatusOr<std::unique_ptr<BoundarySet>> BoundarySet::Parse(std::string_view geojson,
                                                                const BoundaryReading& reading) {
  if (const std::string fault = FaultOf(reading); !fault.empty()) {
    return absl::InvalidArgumentError(fault);
  }
  SL_ASSIGN_OR_RETURN(const std::vector<Feature> features,
                      ReadGeoJson(geojson, reading.code_property, reading.name_property));
  auto shapes = std::make_unique<Shapes>();
  const GEOSContextHandle_t geos = shapes->geos;
  shapes->reading = reading;
  v1::BoundarySet& described = *shapes->map.mutable_boundaries();
  described.set_kind(reading.kind);
  described.set_boundary_year(reading.boundary_year);
  described.set_areas(static_cast<std::int32_t>(features.size()));
  const std::string how = absl::StrCat("\n", reading.kind, "\n", reading.boundary_year, "\n",
                                       reading.code_property, "\n", reading.name_property);
  described.set_digest(HexOf(base::Sha256({geojson, how})));

  GEOSMakeValidParams* const mending = GEOSMakeValidParams_create_r(geos);
  GEOSMakeValidParams_setMethod_r(geos, mending, GEOS_MAKE_VALID_STRUCTURE);
  GEOSMakeValidParams_setKeepCollapsed_r(geos, mending, 0);
  std::vector<std::string> without_extent;
  for (const Feature& feature : features) {
    GEOSGeometry* shape = shapes->MultiPolygonOf(feature.polygons);
    if (shape != nullptr && GEOSisValid_r(geos, shape) != 1) {
      shapes->crossed_codes.push_back(feature.code);
      GEOSGeometry* const mended = GEOSMakeValidWithParams_r(geos, shape, mending);
      GEOSGeom_destroy_r(geos, shape);
      shape = mended;
    }
    shapes->areas.push_back({.code = feature.code, .name = feature.name, .geometry = shape});
    if (shape == nullptr || GEOSisEmpty_r(geos, shape) != 0) without_extent.push_back(feature.code);
  }
  GEOSMakeValidParams_destroy_r(geos, mending);
  if (!without_extent.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("areas without an extent: ", absl::StrJoin(without_extent, ", ")));
  }
  shapes->index = GEOSSTRtree_create_r(geos, kIndexFanOut);
  for (Shapes::Area& area : shapes->areas) {
    area.prepared = GEOSPrepare_r(geos, area.geometry);
    GEOSSTRtree_insert_r(geos, shapes->index, area.geometry, &area);
  }

  const Grid grid(features, kMapWidth);
  shapes->map.set_attribution(reading.attribution);
  shapes->map.set_width(grid.width());
  shapes->map.set_height(grid.height());
  for (const Feature& feature : features) {
    v1::MapArea& area = *shapes->map.add_areas();
    area.set_code(feature.code);
    area.set_name(feature.name);
    for (const std::vector<GridPoint>& outline : grid.OutlinesOf(feature)) {
      v1::MapRing& ring = *area.add_rings();
      for (const GridPoint& point : outline) {
        ring.add_x(point.x);
        ring.add_y(point.y);
      }
    }
  }
  return std::unique_ptr<BoundarySet>(new BoundarySet(std::move(shapes)));
}

type::v1::AreaKind BoundarySet::kind() const { return shapes_->reading.kind; }

int BoundarySet::boundary_year() const { return shapes_->reading.boundary_year; }

std::string BoundarySet::CodeAt(double latitude_degrees, double longitude_degrees) const {
  Shapes& shapes = *shapes_;
  const std::lock_guard lock(shapes.mutex);
  GEOSGeometry* const point =
      GEOSGeom_createPointFromXY_r(shapes.geos, longitude_degrees, latitude_degrees);
  std::string code;
  for (const std::size_t place : shapes.Near(point)) {
    // Intersects takes a border for a part of its area.
    if (GEOSPreparedIntersects_r(shapes.geos, shapes.areas[place].prepared, point) == 1) {
      code = shapes.areas[place].code;
      break;
    }
  }
  GEOSGeom_destroy_r(shapes.geos, point);
  return code;
}

const BoundarySet::Shapes::Area* BoundarySet::Shapes::Find(std::string_view code) const {
  const auto at =
      std::lower_bound(areas.begin(), areas.end(), code,
                       [](const Area& area, std::string_view of) { return area.code < of; });
  return at == areas.end() || at->code != code ? nullptr : &*at;
}

const std::string* BoundarySet::NameOf(std::string_view code) const {
  const Shapes::Area* const area = shapes_->Find(code);
  return area == nullptr ? nullptr : &area->name;
}

std::optional<Position> BoundarySet::PointWithin(std::string_view code) const {
  Shapes& shapes = *shapes_;
  const Shapes::Area* const area = shapes.Find(code);
  if (area == nullptr) return std::nullopt;
  const std::lock_guard lock(shapes.mutex);
  GEOSGeometry* const point = GEOSPointOnSurface_r(shapes.geos, area->geometry);
  if (point == nullptr) return std::nullopt;
  Position position;
  const bool is_read = GEOSGeomGetX_r(shapes.geos, point, &position.longitude_degrees) == 1 &&
                       GEOSGeomGetY_r(shapes.geos, point, &position.latitude_degrees) == 1;
  GEOSGeom_destroy_r(shapes.geos, point);
  return is_read ? std::optional(position) : std::nullopt;
}

v1::BoundarySet BoundarySet::Description() const { return shapes_->map.boundaries(); }

v1::GetMapResponse BoundarySet::Map() const { return shapes_->map; }

const std::vector<std::string>& BoundarySet::crossed_codes() const {
  return shapes_->crossed_codes;
}

std::vector<BoundarySet::Overlap> BoundarySet::Overlaps(double share_min) const {
  Shapes& shapes = *shapes_;
  const std::lock_guard lock(shapes.mutex);
  const auto extent_of = [&](const GEOSGeometry* shape) {
    double extent = 0;
    return GEOSArea_r(shapes.geos, shape, &extent) == 1 ? extent : 0;
  };
  std::vector<Overlap> overlaps;
  for (std::size_t one = 0; one < shapes.areas.size(); ++one) {
    const Shapes::Area& area = shapes.areas[one];
    for (const std::size_t other : shapes.Near(area.geometry)) {
      if (other <= one) continue;
      const Shapes::Area& beside = shapes.areas[other];
      GEOSGeometry* const shared = GEOSIntersection_r(shapes.geos, area.geometry, beside.geometry);
      if (shared == nullptr) continue;
      const double smaller = std::min(extent_of(area.geometry), extent_of(beside.geometry));
      const double share = smaller > 0 ? extent_of(shared) / smaller : 0;
      GEOSGeom_destroy_r(shapes.geos, shared);
      if (share > share_min) overlaps.push_back({area.code, beside.code, share});
    }
  }
  return overlaps;
}

}  // namespace serieslink::summary
