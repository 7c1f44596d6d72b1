#include "services/series/series_filter.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::series {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::SizeIs;

TEST(SeriesFilterTest, EveryWrongFieldIsNamed) {
  v1::SeriesFilter filter;
  filter.set_incidents_min(-1);
  filter.add_flags(v1::FLAG_KIND_CONFLICT);
  filter.add_flags(v1::FLAG_KIND_UNSPECIFIED);
  filter.add_flags(static_cast<v1::FlagKind>(9'999));
  EXPECT_THAT(CheckFilter(filter), ElementsAre(Field(&rpc::BadField::field, "filter.incidents_min"),
                                               Field(&rpc::BadField::field, "filter.flags[1]"),
                                               Field(&rpc::BadField::field, "filter.flags[2]")));
}

TEST(SeriesFilterTest, WhatNoSeriesBearsIsAskedForWithThoseThatBearIt) {
  v1::SeriesFilter filter;
  filter.add_flags(v1::FLAG_KIND_POLICE_ISSUE_DISPUTED);
  filter.add_flags(v1::FLAG_KIND_POLICE_ISSUE);
  EXPECT_THAT(CheckFilter(filter), ElementsAre(Field(&rpc::BadField::field, "filter.flags[1]")));
  filter.set_police_issue(true);
  EXPECT_THAT(CheckFilter(filter), SizeIs(0));
}

TEST(SeriesFilterTest, WeaponsThatAreNoSeriesAreAskedForByTheirFlags) {
  v1::SeriesFilter filter;
  filter.set_any_weapon(true);
  filter.set_police_issue(true);
  EXPECT_THAT(CheckFilter(filter),
              ElementsAre(Field(&rpc::BadField::field, "filter.flags"),
                          Field(&rpc::BadField::field, "filter.any_weapon")));
  filter.set_police_issue(false);
  filter.add_flags(v1::FLAG_KIND_REFERENCE_CLASH);
  EXPECT_THAT(CheckFilter(filter), SizeIs(0));
  filter.add_flags(v1::FLAG_KIND_POLICE_ISSUE);
  EXPECT_THAT(CheckFilter(filter), SizeIs(0));
}

// What is wrong with a request is not held in more memory than the request.
TEST(SeriesFilterTest, AMillionWrongFlagsAreNotAllNamed) {
  v1::SeriesFilter filter;
  for (int i = 0; i < 1'000'000; ++i) filter.add_flags(v1::FLAG_KIND_UNSPECIFIED);
  EXPECT_THAT(CheckFilter(filter), SizeIs(100));
}

}  // namespace
}  // namespace serieslink::series
