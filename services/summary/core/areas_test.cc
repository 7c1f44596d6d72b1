#include "services/summary/core/areas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <utility>

#include "services/summary/core/facts.h"
#include "storage/base/text.h"

namespace serieslink::summary {
namespace {

// Areas that are strips of one degree of longitude, from 0: each code with its strip.
class Strips final : public AreaSet {
 public:
  Strips(type::v1::AreaKind kind, int year, std::map<std::string, int, std::less<>> strips)
      : kind_(kind), year_(year), strips_(std::move(strips)) {
    for (const auto& [code, strip] : strips_) names_[code] = "Name of " + code;
  }

  type::v1::AreaKind kind() const override { return kind_; }
  int boundary_year() const override { return year_; }
  std::string CodeAt(double latitude_degrees, double longitude_degrees) const override {
    EXPECT_EQ(latitude_degrees, 51.5);
    for (const auto& [code, strip] : strips_) {
      if (longitude_degrees >= strip && longitude_degrees < strip + 1) return code;
    }
    return "";
  }
  const std::string* NameOf(std::string_view code) const override {
    const auto found = names_.find(code);
    return found == names_.end() ? nullptr : &found->second;
  }

 private:
  const type::v1::AreaKind kind_;
  const int year_;
  const std::map<std::string, int, std::less<>> strips_;
  std::map<std::string, std::string, std::less<>> names_;
};

class AreasTest : public testing::Test {
 protected:
  const Strips boroughs_{type::v1::AREA_KIND_BOROUGH, 2022, {{"E09000012", 0}, {"E09000014", 1}}};
  const Strips old_wards_{type::v1::AREA_KIND_WARD, 2013, {{"E05000001", 0}, {"E05000002", 1}}};
  const Strips wards_{type::v1::AREA_KIND_WARD, 2022, {{"E05000001", 1}, {"E05009999", 0}}};
  const std::vector<const AreaSet*> sets_ = {&old_wards_, &boroughs_, &wards_};
  const Areas areas_{sets_};

  static record::v1::Record RecordAt(double longitude_degrees) {
    record::v1::Record record;
    record.mutable_event()->set_kind(record::v1::EVENT_KIND_INCIDENT);
    type::v1::Point& point = *record.mutable_event()->mutable_place()->mutable_point();
    point.set_latitude_degrees(51.5);
    point.set_longitude_degrees(longitude_degrees);
    return record;
  }

  EventFacts FactsOf(const std::vector<record::v1::Record>& records) const {
    EventGatherer gatherer(areas_);
    for (const record::v1::Record& record : records) gatherer.Add(record, "mps");
    return gatherer.Take({0, 0});
  }
};

TEST_F(AreasTest, ThePointPlacesWhereNoRecordSaysTheArea) {
  const EventFacts facts = FactsOf({RecordAt(1.5)});
  EXPECT_EQ(facts.borough, "E09000014");
  EXPECT_EQ(facts.ward, "E05000001@2022") << "by the newest boundaries";
  EXPECT_EQ(facts.police_force, "mps") << "of the borough";
  EXPECT_EQ(facts.areas_by_point, Bit(type::v1::AREA_KIND_BOROUGH) | Bit(type::v1::AREA_KIND_WARD));
  EXPECT_EQ(facts.areas_contradicted, 0u);
}

TEST_F(AreasTest, WhatARecordSaysGoesBeforeItsPointAndTheContradictionIsKept) {
  record::v1::Record record = RecordAt(1.5);
  record.mutable_event()->mutable_place()->set_borough_code("E09000012");
  const EventFacts facts = FactsOf({record});
  EXPECT_EQ(facts.borough, "E09000012");
  EXPECT_EQ(facts.areas_contradicted, Bit(type::v1::AREA_KIND_BOROUGH));
  EXPECT_EQ(facts.areas_by_point, Bit(type::v1::AREA_KIND_WARD));

  record::v1::Record outside = RecordAt(7);
  outside.mutable_event()->mutable_place()->set_borough_code("E09000012");
  EXPECT_EQ(FactsOf({outside}).areas_contradicted, Bit(type::v1::AREA_KIND_BOROUGH));
}

TEST_F(AreasTest, ACodeOfAnotherRecordOfTheEventGoesBeforeAPoint) {
  record::v1::Record said;
  said.mutable_event()->set_kind(record::v1::EVENT_KIND_INCIDENT);
  said.mutable_event()->mutable_place()->set_borough_code("E09000012");
  for (const auto& records : {std::vector{said, RecordAt(1.5)}, std::vector{RecordAt(1.5), said}}) {
    const EventFacts facts = FactsOf(records);
    EXPECT_EQ(facts.borough, "E09000012");
    EXPECT_EQ(facts.areas_by_point, Bit(type::v1::AREA_KIND_WARD));
  }
}

TEST_F(AreasTest, AWardIsHeldAgainstTheBoundariesOfItsYear) {
  record::v1::Record record = RecordAt(0.5);
  type::v1::Place& place = *record.mutable_event()->mutable_place();
  place.set_ward_code("E05000001");
  place.set_boundary_year(2013);
  EXPECT_EQ(FactsOf({record}).areas_contradicted, 0u) << "there in 2013";
  place.set_boundary_year(2022);
  EXPECT_EQ(FactsOf({record}).areas_contradicted, Bit(type::v1::AREA_KIND_WARD))
      << "elsewhere in 2022";
  place.set_boundary_year(0);
  EXPECT_EQ(FactsOf({record}).areas_contradicted, Bit(type::v1::AREA_KIND_WARD))
      << "the newest that has the code";
  place.set_boundary_year(2018);
  EXPECT_EQ(FactsOf({record}).areas_contradicted, 0u) << "not loaded";
  place.set_ward_code("E05000777");
  place.set_boundary_year(0);
  EXPECT_EQ(FactsOf({record}).areas_contradicted, 0u) << "not known";
  EXPECT_EQ(FactsOf({record}).ward, "E05000777@0");
}

TEST_F(AreasTest, APointInNoAreaAndNoPointPlaceNothing) {
  EXPECT_EQ(FactsOf({RecordAt(7)}).borough, "");
  EXPECT_EQ(FactsOf({RecordAt(7)}).areas_by_point, 0u);
  record::v1::Record without = RecordAt(1.5);
  without.mutable_event()->mutable_place()->clear_point();
  EXPECT_EQ(FactsOf({without}).borough, "");
  EventGatherer without_boundaries;
  without_boundaries.Add(RecordAt(1.5), "mps");
  EXPECT_EQ(without_boundaries.Take({0, 0}).borough, "");
}

}  // namespace
}  // namespace serieslink::summary
