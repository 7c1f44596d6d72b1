#include "services/alerts/alert_filter.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/events.h"

namespace serieslink::alerts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

News Sighting() {
  News news;
  news.alert.set_kind(alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED);
  news.alert.add_agencies("kent");
  news.alert.add_agencies("mps");
  news.areas.insert(linkage::PlaceKey("E09000022"));
  return news;
}

bool Matches(const alert::v1::AlertFilter& filter, const std::string& agency = "btp") {
  EXPECT_THAT(CheckFilter(filter), IsEmpty());
  return AlertQuery(filter, agency).Matches(Sighting());
}

TEST(AlertFilterTest, EverythingThatIsGivenMustHold) {
  alert::v1::AlertFilter filter;
  EXPECT_TRUE(Matches(filter));
  filter.add_kinds(alert::v1::ALERT_KIND_SERIES_FORMED);
  EXPECT_FALSE(Matches(filter));
  filter.add_kinds(alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED);
  EXPECT_TRUE(Matches(filter)) << "one of the kinds is enough";
  filter.add_agencies("kent");
  filter.add_areas("E09000001");
  EXPECT_FALSE(Matches(filter));
  filter.add_areas("e09000022");
  EXPECT_TRUE(Matches(filter));
  filter.clear_agencies();
  filter.add_agencies("btp");
  EXPECT_FALSE(Matches(filter));
}

TEST(AlertFilterTest, OwnIsWhatTheCallersAgencyHasAPartIn) {
  alert::v1::AlertFilter filter;
  filter.set_own(true);
  EXPECT_FALSE(Matches(filter, "btp"));
  EXPECT_TRUE(Matches(filter, "mps"));
}

TEST(AlertFilterTest, WantsTheKindsThatItNamesOrAll) {
  alert::v1::AlertFilter filter;
  const auto wants = [&](std::initializer_list<alert::v1::AlertKind> kinds) {
    return AlertQuery(filter, "mps").WantsAny(kinds);
  };
  EXPECT_TRUE(wants({alert::v1::ALERT_KIND_SET_COMPLETED}));
  filter.add_kinds(alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED);
  EXPECT_FALSE(wants({alert::v1::ALERT_KIND_SET_COMPLETED, alert::v1::ALERT_KIND_UNRESOLVED}));
  EXPECT_TRUE(
      wants({alert::v1::ALERT_KIND_SET_COMPLETED, alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED}));
}

TEST(AlertFilterTest, NamesEveryBadField) {
  alert::v1::AlertFilter filter;
  filter.add_kinds(alert::v1::ALERT_KIND_SERIES_FORMED);
  filter.add_kinds(alert::v1::ALERT_KIND_UNSPECIFIED);
  filter.add_kinds(static_cast<alert::v1::AlertKind>(999));
  filter.add_agencies("Kent");
  filter.add_agencies("");
  filter.add_areas("E09000022");
  filter.add_areas("West Ham");
  std::vector<std::string> fields;
  for (const rpc::BadField& bad : CheckFilter(filter)) fields.push_back(bad.field);
  EXPECT_THAT(fields, ElementsAre("filter.kinds[1]", "filter.kinds[2]", "filter.agencies[0]",
                                  "filter.agencies[1]", "filter.areas[1]"));
}

TEST(AlertFilterTest, ListsHaveABound) {
  alert::v1::AlertFilter filter;
  for (int i = 0; i < 201; ++i) filter.add_agencies("kent");
  const std::vector<rpc::BadField> bad = CheckFilter(filter);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].field, "filter.agencies");
}

}  // namespace
}  // namespace serieslink::alerts
