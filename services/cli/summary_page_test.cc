// Goal: a summary reads well in 80 columns, as rows, and as one accessible HTML file; a map shows
// every borough once.
#include "services/cli/summary_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/cli/borough_tiles.h"
#include "services/cli/summary_html.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

namespace v1 = ::serieslink::summary::v1;

void SetFigure(std::vector<int> counts, v1::Figure& figure) {
  for (const int counted : counts) {
    v1::Count& count = *figure.add_counts();
    count.set_counted(counted);
    count.set_low(counted * 0.5);
    count.set_high(counted * 2.0 + 3);
  }
  for (std::size_t i = 1; i < counts.size(); ++i) {
    v1::Comparison& comparison = *figure.add_comparisons();
    comparison.set_change(counts[0] > 3 * counts[i] ? v1::CHANGE_HIGHER : v1::CHANGE_WITHIN_CHANCE);
    comparison.set_words(absl::StrCat(counts[0], ", against ", counts[i], " in an earlier period"));
  }
}

v1::GetSummaryResponse Example() {
  v1::GetSummaryResponse summary;
  for (const auto& [label, first, last] : {std::tuple("2026Q3", "2026-07-01", "2026-09-30"),
                                           std::tuple("2026Q2", "2026-04-01", "2026-06-30"),
                                           std::tuple("2025Q3", "2025-07-01", "2025-09-30")}) {
    v1::PeriodSpan& span = *summary.add_periods();
    span.set_label(label);
    span.set_first_day(first);
    span.set_last_day(last);
    span.set_days(92);
  }
  for (const std::string& id : KeyMeasures()) {
    v1::MeasureDefinition& definition = *summary.add_definitions();
    definition.set_id(id);
    definition.set_version(2);
    definition.set_name(absl::StrCat("Name of ", id));
    definition.set_definition("What it counts, in words that go on for a while.");
    definition.set_unit(v1::UNIT_EVENT);
    definition.set_dated_by("when it happened");
    definition.set_source("defined here");
    v1::MeasureFigures& figures = *summary.add_measures();
    figures.set_measure_id(id);
    figures.set_measure_version(2);
    SetFigure({1234, 5, 1200}, *figures.mutable_total());
    figures.mutable_total()->mutable_counts(0)->set_undetermined(7);
    v1::CategoryFigure& category = *figures.add_categories();
    category.set_category("fired");
    SetFigure({10, 9, 8}, *category.mutable_figure());
    v1::DimensionFigures& boroughs = *figures.add_dimensions();
    boroughs.set_dimension(v1::DIMENSION_BOROUGH);
    for (const auto& [key, name, counted] :
         {std::tuple("", "unallocated", 3), std::tuple("E09000014", "Haringey", 41),
          std::tuple("E07000223", "E07000223", 2)}) {
      v1::Row& row = *boroughs.add_rows();
      row.set_key(key);
      row.set_name(name);
      SetFigure({counted, 1, 1}, *row.mutable_figure());
    }
    v1::DimensionFigures& units = *figures.add_dimensions();
    units.set_dimension(v1::DIMENSION_OWNING_UNIT);
    v1::Row& row = *units.add_rows();
    row.set_key("Trident & <b>Area</b>");
    row.set_name("Trident & <b>Area</b>");
    SetFigure({4, 4, 4}, *row.mutable_figure());
  }
  v1::TimeMeasureFigures& times = *summary.add_time_measures();
  times.set_measure_id("time.theft_to_use");
  times.set_measure_version(1);
  for (int i = 0; i < 3; ++i) {
    v1::TimeFigure& figure = *times.add_figures();
    figure.set_counted(5);
    v1::Quantile& quantile = *figure.add_quantiles();
    quantile.set_share(0.5);
    quantile.set_low_days(10.25);
    quantile.set_high_days(12);
  }
  summary.set_revision(42);
  return summary;
}

std::string Text(const v1::GetSummaryResponse& summary) {
  std::ostringstream out;
  WriteSummaryText(summary, 80, out);
  return out.str();
}

std::string Html(const v1::GetSummaryResponse& summary,
                 const std::vector<v1::GetMapResponse>& maps = {}) {
  std::ostringstream out;
  WriteSummaryHtml(summary, maps, out);
  return out.str();
}

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(SummaryPageTest, PeriodsAreReadAsPeopleWriteThem) {
  const auto text_of = [](const char* text) -> std::string {
    const auto period = ParsePeriod(text);
    if (!period.ok()) return "none";
    return absl::StrCat(v1::PeriodKind_Name(period->kind()), " ", period->year(), " ",
                        period->quarter());
  };
  EXPECT_EQ(text_of("2026Q3"), "PERIOD_KIND_QUARTER 2026 3");
  EXPECT_EQ(text_of("2026q3"), "PERIOD_KIND_QUARTER 2026 3");
  EXPECT_EQ(text_of("FY2026-27Q2"), "PERIOD_KIND_FINANCIAL_QUARTER 2026 2");
  EXPECT_EQ(text_of("FY1999-00Q4"), "PERIOD_KIND_FINANCIAL_QUARTER 1999 4");
  EXPECT_EQ(text_of("fy2026q2"), "PERIOD_KIND_FINANCIAL_QUARTER 2026 2");
  EXPECT_EQ(text_of("12M2026Q3"), "PERIOD_KIND_ROLLING_YEAR 2026 3");
  EXPECT_EQ(text_of("2026"), "PERIOD_KIND_YEAR 2026 0");
  EXPECT_EQ(text_of("2026-09"), "PERIOD_KIND_MONTH 2026 0");
  EXPECT_EQ(ParsePeriod("2026-09")->month(), 9);
  EXPECT_EQ(ParsePeriod("2026-12")->month(), 12);
  for (const char* wrong :
       {"", "2026Q5", "2026Q", "FY2026-28Q2", "FY2026", "12M2026", "26Q3", "2026-Q3", "2026-00",
        "2026-13", "2026-9", "2026-", "2026Q3x", "+026Q3"}) {
    EXPECT_EQ(text_of(wrong), "none") << wrong;
  }
}

TEST(SummaryPageTest, DimensionsHaveWords) {
  EXPECT_EQ(DimensionOf("ward"), v1::DIMENSION_WARD);
  EXPECT_EQ(DimensionOf("operation"), v1::DIMENSION_OPERATION);
  EXPECT_EQ(DimensionOf("gang"), v1::DIMENSION_UNSPECIFIED);
  EXPECT_EQ(DimensionWords().size(), static_cast<std::size_t>(v1::Dimension_MAX));
}

TEST(SummaryPageTest, TextFitsEightyColumnsAndNamesMeasuresWithTheirVersions) {
  const std::string text = Text(Example());
  for (const auto line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(std::string(line).size(), 80u) << std::string(line);
  }
  EXPECT_THAT(text, HasSubstr("revision 42"));
  EXPECT_THAT(text, HasSubstr("1,234(+7)"));
  EXPECT_THAT(text, HasSubstr("unallocated"));
  EXPECT_THAT(text, HasSubstr("1234, against 5 in an earlier period."));
  EXPECT_THAT(text, HasSubstr("v2]"));
  EXPECT_EQ(text, Text(Example()));
}

TEST(SummaryPageTest, RowsHaveACellForEachHeading) {
  const Table table = SummaryRows(Example());
  for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.headings.size());
  // Five measures with a total, a kind and four rows, in three periods; a time and a quantile.
  EXPECT_EQ(table.rows.size(), 5u * 6 * 3 + 2 * 3);
}

TEST(SummaryPageTest, HtmlNeedsNoOtherFileAndHasWordsForEveryChart) {
  const std::string html = Html(Example());
  for (const char* foreign : {"http:", "https:", "<script", "src=", "@import", "url("}) {
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
  }
  EXPECT_EQ(CountOf(html, "<svg"), CountOf(html, "role=\"img\" aria-label=\""));
  EXPECT_EQ(CountOf(html, "<svg"), 10u);  // five measures, five maps
  EXPECT_EQ(CountOf(html, "<table>"), CountOf(html, "<caption>"));
  EXPECT_THAT(html, HasSubstr("<html lang=\"en-GB\">"));
  EXPECT_THAT(html, HasSubstr("@page{size:A4"));
  EXPECT_THAT(html, HasSubstr("<title>Haringey: 41</title>"));
  EXPECT_THAT(html, HasSubstr("<title>Lambeth: 0</title>"));
  EXPECT_THAT(html, HasSubstr("boroughs 41, elsewhere 2, unallocated 3."));
  EXPECT_EQ(html, Html(Example()));
}

// Two squares beside each other.
v1::GetMapResponse MapOf(type::v1::AreaKind kind, const std::vector<std::string>& codes) {
  v1::GetMapResponse map;
  map.mutable_boundaries()->set_kind(kind);
  map.mutable_boundaries()->set_boundary_year(2022);
  map.set_width(20);
  map.set_height(10);
  for (const std::string& code : codes) {
    v1::MapArea& area = *map.add_areas();
    area.set_code(code);
    area.set_name(absl::StrCat("<i>", code));
    v1::MapRing& ring = *area.add_rings();
    const int left = 10 * (map.areas_size() - 1);
    for (const auto& [x, y] :
         {std::pair(0, 0), std::pair(10, 0), std::pair(10, 10), std::pair(0, 10)}) {
      ring.add_x(left + x);
      ring.add_y(y);
    }
  }
  return map;
}

TEST(SummaryPageTest, LoadedBoundariesAreDrawnInsteadOfSquares) {
  v1::GetMapResponse map = MapOf(type::v1::AREA_KIND_BOROUGH, {"E09000014", "E09000099"});
  map.set_attribution("Contains <data> of others");
  const std::string html = Html(Example(), {map});
  EXPECT_THAT(html, Not(HasSubstr("as squares")));
  EXPECT_EQ(
      CountOf(html,
              "<path id=\"area-2-2022-0\" fill-rule=\"evenodd\" d=\"M0 0l10 0 0 10 -10 0z\"/>"),
      1u)
      << "each shape once";
  EXPECT_EQ(CountOf(html, "<use href=\"#area-2-2022-0\""), 5u) << "on each map";
  EXPECT_THAT(html, HasSubstr("<title>&lt;i&gt;E09000014: 41</title>"));
  EXPECT_THAT(html, HasSubstr("<title>&lt;i&gt;E09000099: 0</title>"));
  EXPECT_THAT(html, HasSubstr("<text x=\"5\" y=\"13\""));
  EXPECT_THAT(html, HasSubstr("Boundaries of 2022. On the map 41, elsewhere 2, unallocated 3. "
                              "Contains &lt;data&gt; of others</p>"));
  EXPECT_THAT(html,
              HasSubstr("aria-label=\"Map of areas of the kind borough, boundaries of 2022: "));
  // Eleven counts or fewer a class, and none.
  for (const char* legend : {">0<", ">1 to 11<", ">12 to 21<", ">22 to 31<", ">32 to 41<"}) {
    EXPECT_THAT(html, HasSubstr(legend));
  }
}

TEST(SummaryPageTest, WardsOfOtherBoundaryYearsAreNotOnTheMapAndAreCounted) {
  v1::GetSummaryResponse summary = Example();
  for (v1::MeasureFigures& figures : *summary.mutable_measures()) {
    figures.clear_dimensions();
    v1::DimensionFigures& wards = *figures.add_dimensions();
    wards.set_dimension(v1::DIMENSION_WARD);
    for (const auto& [key, year, counted] : {std::tuple("", 0, 3), std::tuple("E05000276", 2018, 5),
                                             std::tuple("E05000276", 2022, 7)}) {
      v1::Row& row = *wards.add_rows();
      row.set_key(key);
      row.set_name(key);
      row.set_boundary_year(year);
      SetFigure({counted, 1, 1}, *row.mutable_figure());
    }
  }
  EXPECT_THAT(Html(summary), Not(HasSubstr("Map of"))) << "no boundaries of wards";
  EXPECT_THAT(Html(summary, {MapOf(type::v1::AREA_KIND_WARD, {"E05000276"})}),
              HasSubstr("On the map 7, elsewhere or in wards of other boundary years 5, "
                        "unallocated 3."));
}

TEST(SummaryPageTest, WhatAgenciesWriteIsNoMarkup) {
  const std::string html = Html(Example());
  EXPECT_THAT(html, HasSubstr("Trident &amp; &lt;b&gt;Area&lt;/b&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("<b>Area")));
}

TEST(SummaryPageTest, EveryBoroughHasASquareOfItsOwn) {
  std::set<std::pair<int, int>> places;
  std::set<std::string_view> codes;
  std::set<std::string_view> short_names;
  for (const BoroughTile& tile : BoroughTiles()) {
    EXPECT_TRUE(places.emplace(tile.column, tile.row).second) << tile.name;
    EXPECT_TRUE(codes.insert(tile.code).second) << tile.name;
    EXPECT_TRUE(short_names.insert(tile.short_name).second) << tile.name;
    EXPECT_LT(tile.column, kTileColumns);
    EXPECT_LT(tile.row, kTileRows);
  }
  EXPECT_EQ(codes.size(), 33u);
  EXPECT_EQ(*codes.begin(), "E09000001");
  EXPECT_EQ(*codes.rbegin(), "E09000033");
}

}  // namespace
}  // namespace serieslink::cli
