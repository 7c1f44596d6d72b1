#include "services/summary/boundaries/geojson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace serieslink::summary {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSquare[] = "[[[0,51],[1,51],[1,52],[0,52],[0,51]]]";

std::string FeatureWith(const std::string& properties, const std::string& type,
                        const std::string& coordinates) {
  return absl::StrCat(R"({"type":"Feature","properties":)", properties, R"(,"geometry":{"type":")",
                      type, R"(","coordinates":)", coordinates, "}}");
}

std::string Collection(const std::string& features, const std::string& more = "") {
  return absl::StrCat(R"({"type":"FeatureCollection",)", more, R"("features":[)", features, "]}");
}

std::string FaultOf(const std::string& text, const std::string& name_property = "") {
  const auto read = ReadGeoJson(text, "code", name_property);
  EXPECT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(read.status().message());
}

TEST(GeoJsonTest, AreasComeInOrderOfCodeWithRingsAndNames) {
  const std::string hole = "[[0.2,51.2],[0.4,51.2],[0.4,51.4],[0.2,51.2]]";
  const std::string outer = "[[0,51],[1,51],[1,52],[0,52],[0,51]]";
  const auto read =
      ReadGeoJson(Collection(absl::StrCat(
                      FeatureWith(R"({"code":"B","name":"Beta"})", "MultiPolygon",
                                  absl::StrCat("[[", outer, ",", hole, "],", kSquare, "]")),
                      ",", FeatureWith(R"({"code":"A","name":"Alpha"})", "Polygon", kSquare))),
                  "code", "name");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].name, "Alpha");
  EXPECT_EQ((*read)[1].code, "B");
  ASSERT_EQ((*read)[1].polygons.size(), 2u);
  ASSERT_EQ((*read)[1].polygons[0].size(), 2u);
  EXPECT_EQ((*read)[1].polygons[0][1][1], (Position{0.4, 51.2}));
}

TEST(GeoJsonTest, EveryBadFeatureIsNamed) {
  const std::string features =
      absl::StrCat(FeatureWith(R"({"code":"A"})", "Polygon", kSquare), ",",
                   FeatureWith(R"({"code":"A"})", "Polygon", kSquare), ",",
                   FeatureWith(R"({"CODE":"C"})", "Polygon", kSquare), ",",
                   FeatureWith(R"({"code":"D"})", "Point", "[0,51]"), ",",
                   FeatureWith(R"({"code":"E"})", "Polygon", "[[[0,51],[1,51],[0,51]]]"), ",",
                   FeatureWith(R"({"code":"F"})", "Polygon", "[[[0,51],[1,51],[1,52],[0,52]]]"),
                   ",", FeatureWith(R"({"code":"G"})", "Polygon", "[[[0],[1,51],[1,52],[0,51]]]"),
                   ",", R"({"type":"Feature","properties":{"code":"H"},"geometry":null})");
  EXPECT_THAT(
      FaultOf(Collection(features)),
      AllOf(HasSubstr("feature 2 has the code of feature 1"),
            HasSubstr("feature 3 has no text in the property 'code'; its properties are CODE"),
            HasSubstr("feature 4 is neither a Polygon nor a MultiPolygon"),
            HasSubstr("feature 5 has a ring of fewer than four points"),
            HasSubstr("feature 6 has a ring that does not end where it begins"),
            HasSubstr("feature 7 has a point that is no pair"),
            HasSubstr("feature 8 has no geometry"), Not(HasSubstr("feature 1 "))));
}

TEST(GeoJsonTest, OtherCoordinatesThanDegreesAreRefusedInWords) {
  const std::string grid =
      FeatureWith(R"({"code":"A"})", "Polygon",
                  "[[[530000,180000],[531000,180000],[531000,181000],[530000,180000]]]");
  EXPECT_THAT(FaultOf(Collection(grid)), HasSubstr("British National Grid"));
  const auto with_system = [](const std::string& name) {
    return Collection(
        FeatureWith(R"({"code":"A"})", "Polygon", kSquare),
        absl::StrCat(R"("crs":{"type":"name","properties":{"name":")", name, R"("}},)"));
  };
  EXPECT_THAT(FaultOf(with_system("urn:ogc:def:crs:EPSG::27700")), HasSubstr("EPSG::27700"));
  EXPECT_TRUE(ReadGeoJson(with_system("urn:ogc:def:crs:OGC:1.3:CRS84"), "code", "").ok());
  EXPECT_TRUE(ReadGeoJson(with_system("EPSG:4326"), "code", "").ok());
}

TEST(GeoJsonTest, WhatIsNoCollectionIsSaid) {
  EXPECT_THAT(FaultOf("{"), HasSubstr("no JSON"));
  EXPECT_THAT(FaultOf("[]"), HasSubstr("FeatureCollection"));
  EXPECT_THAT(FaultOf(Collection("")), HasSubstr("FeatureCollection"));
  EXPECT_THAT(FaultOf(Collection("7")), HasSubstr("feature 1 is no Feature"));
  EXPECT_THAT(FaultOf(Collection(FeatureWith(R"({"code":"A"})", "Polygon", kSquare)), "name"),
              HasSubstr("property 'name'"));
  // As deep as a file can be.
  EXPECT_THAT(FaultOf(std::string(1'000'000, '[')), HasSubstr("no JSON"));
}

}  // namespace
}  // namespace serieslink::summary
