// Goal: tables have every figure, hidden ones as such, and nothing in them runs.
#include "services/summary/release/figures_csv.h"

#include <gtest/gtest.h>

namespace serieslink::summary {
namespace {

TEST(FiguresCsvTest, EveryFigureHasARow) {
  v1::PublicSummary summary;
  v1::PublicMeasure& measure = *summary.add_measures();
  measure.mutable_definition()->set_id("series.active");
  measure.mutable_definition()->set_version(2);
  measure.mutable_definition()->set_name("Active series");
  measure.mutable_definition()->set_unit(v1::UNIT_SERIES);
  v1::PublicFigure& total = *measure.add_figures();
  total.set_part(v1::PUBLIC_PART_TOTAL);
  total.set_name("total");
  total.set_value(12);
  v1::PublicFigure& ward = *measure.add_figures();
  ward.set_part(v1::PUBLIC_PART_WARD);
  ward.set_key("E05000276");
  ward.set_name("Ward, \"North\"");
  ward.set_parent("E09000014");
  ward.set_force("mps");
  ward.set_boundary_year(2018);
  EXPECT_EQ(FiguresCsv(summary),
            "measure,version,title,unit,part,code,name,parent,force,boundary_year,value\n"
            "series.active,2,Active series,series,total,,total,,,,12\n"
            "series.active,2,Active series,series,ward,E05000276,\"Ward, \"\"North\"\"\",E09000014,"
            "mps,2018,[c]\n");
}

TEST(FiguresCsvTest, WhatASpreadsheetWouldRunIsText) {
  EXPECT_EQ(CsvLine({"=1+1", "'=1", "plain", "", "it's"}), "'=1+1,''=1,plain,,it's\n");
}

TEST(FiguresCsvTest, PartsAndUnitsAreWords) {
  EXPECT_EQ(PartWords(v1::PUBLIC_PART_OWNING_UNIT), "owning unit");
  EXPECT_EQ(UnitWords(v1::UNIT_EVENT), "events");
  EXPECT_EQ(UnitWords(v1::UNIT_SERIES), "series");
}

}  // namespace
}  // namespace serieslink::summary
