#include "services/server/idle_watch.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace serieslink::server {
namespace {

TEST(IdleWatch, IsIdleAfterTwoQuietIntervals) {
  IdleWatch watch;
  EXPECT_FALSE(watch.IsIdle(absl::Seconds(10)));
  EXPECT_FALSE(watch.IsIdle(absl::Seconds(10)));
  EXPECT_TRUE(watch.IsIdle(absl::Milliseconds(10'099)));
  EXPECT_TRUE(watch.IsIdle(absl::Milliseconds(10'100)));
}

TEST(IdleWatch, IsNotIdleWhileItWorks) {
  IdleWatch watch;
  EXPECT_FALSE(watch.IsIdle(absl::Seconds(1)));
  EXPECT_FALSE(watch.IsIdle(absl::Seconds(1)));
  EXPECT_TRUE(watch.IsIdle(absl::Seconds(1)));
  EXPECT_FALSE(watch.IsIdle(absl::Milliseconds(1'100)));
  EXPECT_FALSE(watch.IsIdle(absl::Milliseconds(1'199)));
  EXPECT_FALSE(watch.IsIdle(absl::Milliseconds(1'299)));
  EXPECT_FALSE(watch.IsIdle(absl::Milliseconds(1'300)));
  EXPECT_TRUE(watch.IsIdle(absl::Milliseconds(1'301)));
}

TEST(IdleWatch, ProcessorTimeRises) {
  const absl::Duration before = ProcessorTime();
  EXPECT_GT(before, absl::ZeroDuration());
  absl::Duration after = before;
  while (after == before) after = ProcessorTime();
  EXPECT_GT(after, before);
}

}  // namespace
}  // namespace serieslink::server
