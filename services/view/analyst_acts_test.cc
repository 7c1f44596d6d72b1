#include "services/view/analyst_acts.h"

#include <gtest/gtest.h>

namespace serieslink::view {
namespace {

TEST(AnalystActsTest, SeriousnessIsThatOfTheGravestHarm) {
  record::v1::Event event;
  EXPECT_EQ(SeriousnessOf(event), 0u);
  event.set_kind(record::v1::EVENT_KIND_INCIDENT);
  EXPECT_EQ(SeriousnessOf(event), 1u);
  event.mutable_discharge()->set_discharged(record::v1::TRISTATE_YES);
  EXPECT_EQ(SeriousnessOf(event), 3u);
  event.set_injury(record::v1::INJURY_SERIOUS);
  EXPECT_EQ(SeriousnessOf(event), 4u);
  event.set_injury(record::v1::INJURY_FATAL);
  EXPECT_EQ(SeriousnessOf(event), 6u);
}

TEST(AnalystActsTest, ActsOfAnotherPersonOrDayAreAnotherGroup) {
  EXPECT_EQ(ActGroupOf("mps", "ana", 1), ActGroupOf("mps", "ana", 1));
  EXPECT_NE(ActGroupOf("mps", "ana", 1), ActGroupOf("mps", "ana", 2));
  EXPECT_NE(ActGroupOf("mps", "ana", 1), ActGroupOf("mps", "ben", 1));
  EXPECT_NE(ActGroupOf("mps", "ana", 1), ActGroupOf("kent", "ana", 1));
  EXPECT_EQ(DayOf(86'399'999'999), 0);
  EXPECT_EQ(DayOf(86'400'000'000), 1);
}

}  // namespace
}  // namespace serieslink::view
