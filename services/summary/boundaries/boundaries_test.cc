#include "services/summary/boundaries/boundaries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"

namespace serieslink::summary {
namespace {

std::unique_ptr<const BoundarySet> SetOf(type::v1::AreaKind kind, int year,
                                         const std::string& name) {
  const std::string text = absl::StrCat(
      R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"c":"E1","n":")",
      name, R"("},"geometry":{"type":"Polygon","coordinates":[[[0,51],[1,51],[1,52],[0,51]]]}}]})");
  auto set = BoundarySet::Parse(
      text, {.kind = kind, .boundary_year = year, .code_property = "c", .name_property = "n"});
  EXPECT_TRUE(set.ok()) << set.status();
  return *std::move(set);
}

std::shared_ptr<const Boundaries> Three() {
  std::vector<std::unique_ptr<const BoundarySet>> sets;
  sets.push_back(SetOf(type::v1::AREA_KIND_WARD, 2018, "Old"));
  sets.push_back(SetOf(type::v1::AREA_KIND_WARD, 2022, "New"));
  sets.push_back(SetOf(type::v1::AREA_KIND_BOROUGH, 2020, "Town"));
  return *Boundaries::Of(std::move(sets));
}

TEST(BoundariesTest, OneOfAYearOrTheNewestIsFound) {
  const auto boundaries = Three();
  EXPECT_EQ(boundaries->Find(type::v1::AREA_KIND_WARD, 0)->boundary_year(), 2022);
  EXPECT_EQ(boundaries->Find(type::v1::AREA_KIND_WARD, 2018)->boundary_year(), 2018);
  EXPECT_EQ(boundaries->Find(type::v1::AREA_KIND_WARD, 2019), nullptr);
  EXPECT_EQ(boundaries->Find(type::v1::AREA_KIND_FORCE, 0), nullptr);
  EXPECT_EQ(boundaries->areas().Newest(type::v1::AREA_KIND_WARD)->boundary_year(), 2022);
  EXPECT_EQ(Boundaries().Find(type::v1::AREA_KIND_WARD, 0), nullptr);
}

TEST(BoundariesTest, TwoOfOneKindAndYearAreRefused) {
  std::vector<std::unique_ptr<const BoundarySet>> sets;
  sets.push_back(SetOf(type::v1::AREA_KIND_WARD, 2018, "One"));
  sets.push_back(SetOf(type::v1::AREA_KIND_WARD, 2018, "Other"));
  EXPECT_EQ(Boundaries::Of(std::move(sets)).status().code(), absl::StatusCode::kInvalidArgument);
}

std::unique_ptr<const BoundarySet> Squares(type::v1::AreaKind kind, int year,
                                           const std::vector<std::string>& codes) {
  std::vector<std::string> features;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::string east = absl::StrCat(i + 1);
    features.push_back(absl::StrCat(R"({"type":"Feature","properties":{"c":")", codes[i],
                                    R"("},"geometry":{"type":"Polygon","coordinates":[[[)", i,
                                    ",51],[", east, ",51],[", east, ",52],[", i, ",52],[", i,
                                    ",51]]]}}"));
  }
  auto set = BoundarySet::Parse(absl::StrCat(R"({"type":"FeatureCollection","features":[)",
                                             absl::StrJoin(features, ","), "]}"),
                                {.kind = kind, .boundary_year = year, .code_property = "c"});
  EXPECT_TRUE(set.ok()) << set.status();
  return *std::move(set);
}

TEST(BoundariesTest, APlaceLiesWhereItsPointOrFinestAreaIs) {
  std::vector<std::unique_ptr<const BoundarySet>> sets;
  sets.push_back(Squares(type::v1::AREA_KIND_BOROUGH, 2022, {"B0", "B1", "B2"}));
  sets.push_back(Squares(type::v1::AREA_KIND_FORCE, 2020, {"F0", "F1"}));
  sets.push_back(Squares(type::v1::AREA_KIND_WARD, 2018, {"W0", "W1"}));
  sets.push_back(Squares(type::v1::AREA_KIND_WARD, 2022, {"W1", "W0"}));
  sets.push_back(Squares(type::v1::AREA_KIND_OUTPUT_AREA, 2021, {"L0", "L1"}));
  const auto boundaries = *Boundaries::Of(std::move(sets));
  const auto located = [&](const std::string& text) {
    type::v1::Place place;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &place));
    const type::v1::Place where = boundaries->Located(place);
    return absl::StrCat(where.borough_code(), " ", where.police_force());
  };
  EXPECT_EQ(located("point { latitude_degrees: 51.5 longitude_degrees: 2.5 }"), "B2 ");
  EXPECT_EQ(located("ward_code: 'W0'"), "B1 F1") << "the newest";
  EXPECT_EQ(located("ward_code: 'W0' boundary_year: 2018"), "B0 F0");
  EXPECT_EQ(located("ward_code: 'W0' boundary_year: 2019"), " ");
  EXPECT_EQ(located("ward_code: 'W0' lsoa_code: 'L0'"), "B0 F0") << "the finest";
  EXPECT_EQ(located("lsoa_code: 'L1' police_force: 'btp'"), "B1 btp") << "it says that itself";
  EXPECT_EQ(located("ward_code: 'W9'"), " ");
  EXPECT_EQ(located("locality: 'somewhere'"), " ");
  type::v1::Place ward;
  ward.set_ward_code("W0");
  EXPECT_EQ(Boundaries().Located(ward).borough_code(), "");
  // A ward that is not said is one of the newest, and says of which year it is.
  type::v1::Place point;
  point.set_borough_code("B9");
  point.set_police_force("F9");
  point.mutable_point()->set_latitude_degrees(51.5);
  point.mutable_point()->set_longitude_degrees(0.5);
  EXPECT_EQ(boundaries->Located(point).ward_code(), "W1");
  EXPECT_EQ(boundaries->Located(point).boundary_year(), 2022);
  EXPECT_EQ(boundaries->Located(point).borough_code(), "B9");
  EXPECT_EQ(boundaries->Located(ward).boundary_year(), 0);
}

TEST(BoundariesTest, RowsAreNamedByTheBoundariesOfTheirYear) {
  v1::GetSummaryResponse response;
  v1::MeasureFigures& figures = *response.add_measures();
  const auto add = [&](v1::Dimension dimension, const std::string& key, int year) {
    v1::DimensionFigures& rows = *figures.add_dimensions();
    rows.set_dimension(dimension);
    v1::Row& row = *rows.add_rows();
    row.set_key(key);
    row.set_name("as it was");
    row.set_boundary_year(year);
  };
  add(v1::DIMENSION_WARD, "E1", 2018);
  add(v1::DIMENSION_WARD, "E1", 2022);
  add(v1::DIMENSION_WARD, "E1", 2019);
  add(v1::DIMENSION_WARD, "E1", 0);
  add(v1::DIMENSION_BOROUGH, "E1", 0);
  add(v1::DIMENSION_BOROUGH, "", 0);
  add(v1::DIMENSION_AGENCY, "E1", 0);
  Three()->Describe(response);
  std::vector<std::string> names;
  for (const auto& dimension : figures.dimensions()) names.push_back(dimension.rows(0).name());
  EXPECT_THAT(names, testing::ElementsAre("Old", "New", "as it was", "New", "Town", "as it was",
                                          "as it was"));
  ASSERT_EQ(response.boundaries_size(), 2) << "the newest of each kind";
  EXPECT_EQ(response.boundaries(0).kind(), type::v1::AREA_KIND_BOROUGH);
  EXPECT_EQ(response.boundaries(1).boundary_year(), 2022);
}

}  // namespace
}  // namespace serieslink::summary
