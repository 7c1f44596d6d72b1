#include "services/summary/boundaries/outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace serieslink::summary {
namespace {

// A rectangle whose sides have points every `step_degrees`.
Ring RectangleOf(double west, double south, double east, double north, int steps) {
  Ring ring;
  const auto side = [&](Position from, Position to) {
    for (int i = 0; i < steps; ++i) {
      const double part = static_cast<double>(i) / steps;
      ring.push_back(
          {from.longitude_degrees + (to.longitude_degrees - from.longitude_degrees) * part,
           from.latitude_degrees + (to.latitude_degrees - from.latitude_degrees) * part});
    }
  };
  side({west, south}, {east, south});
  side({east, south}, {east, north});
  side({east, north}, {west, north});
  side({west, north}, {west, south});
  ring.push_back(ring.front());
  return ring;
}

TEST(OutlineTest, PointsThatSayNothingGo) {
  const std::vector<Feature> features = {{"A", "A", {{RectangleOf(0, -0.5, 1, 0.5, 50)}}}};
  const Grid grid(features, 100);
  EXPECT_EQ(grid.width(), 100);
  EXPECT_EQ(grid.height(), 100) << "a degree is as long either way at the equator";
  const auto outlines = grid.OutlinesOf(features[0]);
  ASSERT_EQ(outlines.size(), 1u);
  EXPECT_THAT(outlines[0], testing::UnorderedElementsAre(GridPoint{0, 0}, GridPoint{100, 0},
                                                         GridPoint{100, 100}, GridPoint{0, 100}));
}

TEST(OutlineTest, InTheNorthADegreeOfLongitudeIsShorter) {
  const std::vector<Feature> features = {{"A", "A", {{RectangleOf(0, 59.5, 2, 60.5, 1)}}}};
  const Grid grid(features, 100);
  EXPECT_NEAR(grid.height(), 100, 1) << "half as long at 60 degrees";
}

TEST(OutlineTest, HolesStayAndWhatIsSmallerThanACellGoesButNeverAWholeArea) {
  const Polygon with_hole = {RectangleOf(0, -0.5, 1, 0.5, 1), RectangleOf(0.4, 0, 0.6, 0.2, 1)};
  const Polygon islet = {RectangleOf(0.9, 0.4, 0.9001, 0.4001, 1)};
  const std::vector<Feature> features = {{"A", "A", {with_hole, islet}}, {"B", "B", {islet}}};
  const Grid grid(features, 100);
  EXPECT_EQ(grid.OutlinesOf(features[0]).size(), 2u);
  const auto dot = grid.OutlinesOf(features[1]);
  ASSERT_EQ(dot.size(), 1u);
  EXPECT_EQ(dot[0].size(), 4u);
  EXPECT_EQ(dot[0][0], (GridPoint{90, 10}));
}

TEST(OutlineTest, ASharedBorderIsTheSameLineInBothAreas) {
  // Its border wiggles far below a cell.
  Ring border;
  for (int i = 0; i <= 200; ++i) {
    border.push_back({0.5 + 0.013 * (i % 7) - 0.02 * (i % 3), -0.5 + i / 200.0});
  }
  Ring left = border;
  left.push_back({0, 0.5});
  left.push_back({0, -0.5});
  left.push_back(left.front());
  Ring right(border.rbegin(), border.rend());
  right.push_back({1, -0.5});
  right.push_back({1, 0.5});
  right.push_back(right.front());
  const std::vector<Feature> features = {{"L", "L", {{left}}}, {"R", "R", {{right}}}};
  const Grid grid(features, 60);
  const auto l = grid.OutlinesOf(features[0]);
  const auto r = grid.OutlinesOf(features[1]);
  ASSERT_EQ(l.size(), 1u);
  ASSERT_EQ(r.size(), 1u);
  const auto between = [&](const std::vector<GridPoint>& outline) {
    std::set<std::pair<int, int>> points;
    for (const GridPoint& point : outline) {
      if (point.x > 0 && point.x < grid.width()) points.emplace(point.x, point.y);
    }
    return points;
  };
  EXPECT_EQ(between(l[0]), between(r[0]));
  EXPECT_GT(between(l[0]).size(), 10u);
}

}  // namespace
}  // namespace serieslink::summary
