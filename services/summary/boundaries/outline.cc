#include "services/summary/boundaries/outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace serieslink::summary {
namespace {

// Twice the area of the triangle: 0 where the middle point says nothing.
std::int64_t Turn(const GridPoint& a, const GridPoint& b, const GridPoint& c) {
  return (std::int64_t{b.x} - a.x) * (std::int64_t{c.y} - a.y) -
         (std::int64_t{b.y} - a.y) * (std::int64_t{c.x} - a.x);
}

// Takes points off the end of the line that `next` makes say nothing.
void Append(const GridPoint& next, std::vector<GridPoint>& line) {
  while (!line.empty() && line.back() == next) line.pop_back();
  while (line.size() >= 2 && Turn(line[line.size() - 2], line.back(), next) == 0) {
    line.pop_back();
    while (!line.empty() && line.back() == next) line.pop_back();
  }
  line.push_back(next);
}

// The ring in fewest points; empty where nothing of it is left.
std::vector<GridPoint> Simplest(const std::vector<GridPoint>& ring) {
  std::vector<GridPoint> line;
  for (const GridPoint& point : ring) Append(point, line);
  // Likewise where it closes.
  std::size_t first = 0;
  for (bool is_changed = true; is_changed && line.size() - first >= 3;) {
    is_changed = false;
    if (line.back() == line[first] || Turn(line[line.size() - 2], line.back(), line[first]) == 0) {
      line.pop_back();
      is_changed = true;
    } else if (Turn(line.back(), line[first], line[first + 1]) == 0) {
      ++first;
      is_changed = true;
    }
  }
  line.erase(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(first));
  if (line.size() < 3) line.clear();
  return line;
}

}  // namespace

Grid::Grid(const std::vector<Feature>& features, std::int32_t width) : width_(width) {
  double east = -180;
  double south = 90;
  west_degrees_ = 180;
  north_degrees_ = -90;
  for (const Feature& feature : features) {
    for (const Polygon& polygon : feature.polygons) {
      for (const Position& position : polygon.front()) {
        west_degrees_ = std::min(west_degrees_, position.longitude_degrees);
        east = std::max(east, position.longitude_degrees);
        south = std::min(south, position.latitude_degrees);
        north_degrees_ = std::max(north_degrees_, position.latitude_degrees);
      }
    }
  }
  const double middle_radians = (south + north_degrees_) / 2 * std::numbers::pi / 180;
  // Near a pole a degree of longitude is next to nothing.
  const double narrowing = std::max(0.01, std::cos(middle_radians));
  const double wide = std::max((east - west_degrees_) * narrowing, 1e-9);
  const double high = std::max(north_degrees_ - south, 1e-9);
  // No higher than three times its width.
  const double per_degree = width_ / std::max(wide, high / 3);
  x_per_degree_ = per_degree * narrowing;
  y_per_degree_ = per_degree;
  height_ = std::max(1, static_cast<std::int32_t>(std::ceil(high * per_degree)));
}

GridPoint Grid::PointOf(const Position& position) const {
  return {static_cast<std::int32_t>(
              std::lround((position.longitude_degrees - west_degrees_) * x_per_degree_)),
          static_cast<std::int32_t>(
              std::lround((north_degrees_ - position.latitude_degrees) * y_per_degree_))};
}

std::vector<std::vector<GridPoint>> Grid::OutlinesOf(const Feature& feature) const {
  std::vector<std::vector<GridPoint>> outlines;
  for (const Polygon& polygon : feature.polygons) {
    for (const Ring& ring : polygon) {
      std::vector<GridPoint> points;
      points.reserve(ring.size());
      for (const Position& position : ring) points.push_back(PointOf(position));
      std::vector<GridPoint> outline = Simplest(points);
      if (!outline.empty()) outlines.push_back(std::move(outline));
    }
  }
  if (outlines.empty() && !feature.polygons.empty()) {
    const GridPoint at = PointOf(feature.polygons.front().front().front());
    outlines.push_back({at, {at.x + 1, at.y}, {at.x + 1, at.y + 1}, {at.x, at.y + 1}});
  }
  return outlines;
}

}  // namespace serieslink::summary
