// Goal: a point lies in the area that its boundaries say, on whatever edge or hole it is.
// Method: shapes whose insides are known by arithmetic, and random points against it.
#include "services/summary/boundaries/boundary_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace serieslink::summary {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Square(double west, double south, double side) {
  return absl::StrCat("[[", west, ",", south, "],[", west + side, ",", south, "],[", west + side,
                      ",", south + side, "],[", west, ",", south + side, "],[", west, ",", south,
                      "]]");
}

std::string FeatureOf(const std::string& code, const std::string& type,
                      const std::string& coordinates) {
  return absl::StrCat(R"({"type":"Feature","properties":{"code":")", code, R"(","name":"Name )",
                      code, R"("},"geometry":{"type":")", type, R"(","coordinates":)", coordinates,
                      "}}");
}

std::string PolygonOf(const std::string& code, const std::vector<std::string>& rings) {
  return FeatureOf(code, "Polygon", absl::StrCat("[", absl::StrJoin(rings, ","), "]"));
}

std::string Collection(const std::vector<std::string>& features) {
  return absl::StrCat(R"({"type":"FeatureCollection","features":[)", absl::StrJoin(features, ","),
                      "]}");
}

BoundaryReading Reading() {
  return {.kind = type::v1::AREA_KIND_WARD,
          .boundary_year = 2022,
          .code_property = "code",
          .name_property = "name"};
}

std::unique_ptr<BoundarySet> SetOf(const std::vector<std::string>& features) {
  auto set = BoundarySet::Parse(Collection(features), Reading());
  EXPECT_TRUE(set.ok()) << set.status();
  return *std::move(set);
}

TEST(BoundarySetTest, HolesAndPartsAreSeen) {
  const auto set =
      SetOf({PolygonOf("RING", {Square(0, 51, 1), Square(0.25, 51.25, 0.5)}),
             FeatureOf("PARTS", "MultiPolygon",
                       absl::StrCat("[[", Square(2, 51, 1), "],[", Square(0.4, 51.4, 0.2), "]]"))});
  EXPECT_EQ(set->CodeAt(51.1, 0.1), "RING");
  EXPECT_EQ(set->CodeAt(51.3, 0.3), "") << "in the hole";
  EXPECT_EQ(set->CodeAt(51.5, 0.5), "PARTS") << "an exclave within the hole";
  EXPECT_EQ(set->CodeAt(51.5, 2.5), "PARTS");
  EXPECT_EQ(set->CodeAt(51.5, 1.5), "");
  EXPECT_EQ(set->CodeAt(51.25, 0.5), "RING") << "on the border of the hole";
  EXPECT_EQ(set->CodeAt(-51.5, 0.5), "");
  EXPECT_EQ(*set->NameOf("RING"), "Name RING");
  EXPECT_EQ(set->NameOf("RING "), nullptr);
  EXPECT_EQ(set->NameOf(""), nullptr);
}

TEST(BoundarySetTest, APointOnABorderLiesInTheFirstAreaByCode) {
  for (const bool is_b_first : {false, true}) {
    std::vector<std::string> features = {PolygonOf("A", {Square(1, 51, 1)}),
                                         PolygonOf("B", {Square(0, 51, 1)})};
    if (is_b_first) std::swap(features[0], features[1]);
    const auto set = SetOf(features);
    EXPECT_EQ(set->CodeAt(51.5, 1), "A") << "on the shared line";
    EXPECT_EQ(set->CodeAt(51, 1), "A") << "on the shared corner";
    EXPECT_EQ(set->CodeAt(51.5, 0), "B") << "on the outer line";
    EXPECT_EQ(set->CodeAt(52, 2), "A") << "on the outer corner";
    EXPECT_EQ(set->CodeAt(51.5, std::nextafter(1, 0)), "B");
    EXPECT_EQ(set->CodeAt(51.5, std::nextafter(0, -1)), "");
  }
}

TEST(BoundarySetTest, RandomPointsLieWhereArithmeticSays) {
  // A chessboard of ten by ten, with a round hole in each field.
  std::vector<std::string> fields;
  for (int x = 0; x < 10; ++x) {
    for (int y = 0; y < 10; ++y) {
      std::vector<std::string> corners;
      for (int corner = 0; corner <= 12; ++corner) {
        const double angle = (corner % 12) * M_PI / 6;
        corners.push_back(absl::StrCat("[", x + 0.5 + 0.3 * std::cos(angle), ",",
                                       40 + y + 0.5 + 0.3 * std::sin(angle), "]"));
      }
      fields.push_back(
          PolygonOf(absl::StrCat("F", x, y),
                    {Square(x, 40 + y, 1), absl::StrCat("[", absl::StrJoin(corners, ","), "]")}));
    }
  }
  const auto set = SetOf(fields);
  std::mt19937 random(7);
  std::uniform_real_distribution<double> place(-1, 11);
  int inside = 0;
  for (int i = 0; i < 50'000; ++i) {
    const double x = place(random);
    const double y = place(random);
    const bool is_on_board = x > 0 && x < 10 && y > 0 && y < 10;
    const double from_middle = std::hypot(x - std::floor(x) - 0.5, y - std::floor(y) - 0.5);
    // The hole has twelve corners on its circle, so its sides run within it.
    if (from_middle > 0.3 * std::cos(M_PI / 12) - 1e-6 && from_middle < 0.3 + 1e-6) continue;
    const bool is_in_hole = from_middle < 0.3;
    const std::string expected =
        is_on_board && !is_in_hole
            ? absl::StrCat("F", static_cast<int>(std::floor(x)), static_cast<int>(std::floor(y)))
            : "";
    inside += expected.empty() ? 0 : 1;
    ASSERT_EQ(set->CodeAt(40 + y, x), expected) << x << " " << y;
  }
  EXPECT_GT(inside, 10'000);
}

TEST(BoundarySetTest, LinesThatCrossThemselvesAreToldAndStillEnclose) {
  const auto set = SetOf({PolygonOf("BOW", {"[[0,51],[2,53],[2,51],[0,53],[0,51]]"}),
                          PolygonOf("FINE", {Square(5, 51, 1)})});
  EXPECT_THAT(set->crossed_codes(), ElementsAre("BOW"));
  EXPECT_EQ(set->CodeAt(52, 0.5), "BOW");
  EXPECT_EQ(set->CodeAt(52, 1.5), "BOW");
  EXPECT_EQ(set->CodeAt(51.2, 1), "") << "between the wings";
}

TEST(BoundarySetTest, AreasThatOverlapAreFound) {
  const auto set = SetOf({PolygonOf("A", {Square(0, 51, 1)}), PolygonOf("B", {Square(0.5, 51, 1)}),
                          PolygonOf("C", {Square(1.5, 51, 1)})});
  const auto overlaps = set->Overlaps(0.01);
  ASSERT_EQ(overlaps.size(), 1u) << "B and C only touch";
  EXPECT_EQ(overlaps[0].code, "A");
  EXPECT_EQ(overlaps[0].other_code, "B");
  EXPECT_NEAR(overlaps[0].share, 0.5, 1e-9);
  EXPECT_EQ(set->CodeAt(51.5, 0.75), "A");
}

TEST(BoundarySetTest, TheDigestIsOfTheFileAndOfHowItIsRead) {
  const std::string file = Collection({PolygonOf("A", {Square(0, 51, 1)})});
  const auto digest = [&](const std::string& text, const BoundaryReading& reading) {
    return (*BoundarySet::Parse(text, reading))->Description().digest();
  };
  BoundaryReading other = Reading();
  other.boundary_year = 2018;
  EXPECT_EQ(digest(file, Reading()), digest(file, Reading()));
  EXPECT_NE(digest(file, Reading()), digest(file, other));
  EXPECT_NE(digest(file, Reading()), digest(file + "\n", Reading()));
  EXPECT_EQ(digest(file, Reading()).size(), 64u);
}

TEST(BoundarySetTest, WhatCannotBeReadIsSaid) {
  BoundaryReading bad;
  EXPECT_THAT(std::string(BoundarySet::Parse("{}", bad).status().message()),
              testing::AllOf(HasSubstr("its kind is one of force, borough, ward, output_area"),
                             HasSubstr("1900 to 2100"), HasSubstr("the property")));
  const auto flat = BoundarySet::Parse(
      Collection({PolygonOf("FLAT", {"[[0,51],[1,51],[2,51],[0,51]]"})}), Reading());
  EXPECT_THAT(std::string(flat.status().message()), HasSubstr("without an extent: FLAT"));
}

TEST(BoundarySetTest, MapsHaveEveryArea) {
  const auto set = SetOf({PolygonOf("A", {Square(0, 51, 1), Square(0.25, 51.25, 0.5)}),
                          PolygonOf("B", {Square(1, 51, 1)})});
  const v1::GetMapResponse map = set->Map();
  ASSERT_EQ(map.areas_size(), 2);
  EXPECT_EQ(map.areas(0).rings_size(), 2);
  EXPECT_EQ(map.areas(1).name(), "Name B");
  EXPECT_EQ(map.boundaries().areas(), 2);
  for (const v1::MapArea& area : map.areas()) {
    for (const v1::MapRing& ring : area.rings()) {
      ASSERT_EQ(ring.x_size(), ring.y_size());
      EXPECT_EQ(ring.x_size(), 4);
      for (int i = 0; i < ring.x_size(); ++i) {
        EXPECT_GE(ring.x(i), 0);
        EXPECT_LE(ring.x(i), map.width());
        EXPECT_GE(ring.y(i), 0);
        EXPECT_LE(ring.y(i), map.height());
      }
    }
  }
}

TEST(BoundarySetTest, ManyMayAskAtOnce) {
  const auto set = SetOf({PolygonOf("A", {Square(0, 51, 1)}), PolygonOf("B", {Square(1, 51, 1)})});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        const double x = 2.0 * (i + 0.5) / 2'000;
        EXPECT_EQ(set->CodeAt(51.5, x), x < 1 ? "A" : "B");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace serieslink::summary
