#pragma once

#include <cstdint>
#include <vector>

#include "services/summary/boundaries/geojson.h"

// Outlines for maps on a page: points go to the nearest of a grid, each by itself, so a border that
// two areas share stays the same line in both. Pure.
namespace serieslink::summary {

struct GridPoint {
  std::int32_t x = 0;  // from the west
  std::int32_t y = 0;  // from the north
  friend bool operator==(const GridPoint&, const GridPoint&) = default;
};

// Lays areas on a grid of `width`: a cell is as wide as it is high on the ground in the middle of
// them all.
class Grid {
 public:
  // `features` are some.
  Grid(const std::vector<Feature>& features, std::int32_t width);

  std::int32_t width() const { return width_; }
  std::int32_t height() const { return height_; }

  // Its rings, without points that say nothing and without rings that vanish. Where all of them
  // vanish, a cell: no area is left out. The last point of a ring is not the first again.
  std::vector<std::vector<GridPoint>> OutlinesOf(const Feature& feature) const;

 private:
  GridPoint PointOf(const Position& position) const;

  const std::int32_t width_;
  std::int32_t height_ = 1;
  double west_degrees_ = 0;
  double north_degrees_ = 0;
  double x_per_degree_ = 0;
  double y_per_degree_ = 0;
};

}  // namespace serieslink::summary
