#include "services/summary/boundaries/boundaries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

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
