#include "services/ingest/batch_room.h"

#include <atomic>
#include <thread>
#include <utility>

#include "gtest/gtest.h"

namespace serieslink::ingest {
namespace {

constexpr BatchRoom::Limits kLimits{.stream_max = 10, .agency_max = 20, .all_max = 50};

// Whoever would have to wait, does not.
bool AtOnce() { return true; }

TEST(BatchRoomTest, AStreamTakesNoMoreOnceItHoldsWhatItMay) {
  BatchRoom room(kLimits);
  BatchRoom::Holder stream(&room, "kent");
  std::optional<BatchRoom::Share> first = stream.Take(9, AtOnce);
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(stream.Take(4, AtOnce).has_value()) << "and is given back at once";
  EXPECT_TRUE(stream.Await(4, AtOnce)) << "which takes nothing";
  const std::optional<BatchRoom::Share> second = stream.Take(4, AtOnce);
  EXPECT_TRUE(second.has_value());
  EXPECT_FALSE(stream.Take(1, AtOnce).has_value());
  EXPECT_FALSE(stream.Await(1, AtOnce));
  first->Resize(5);
  EXPECT_TRUE(stream.Await(1, AtOnce));
  first.reset();
  EXPECT_TRUE(stream.Take(16, AtOnce).has_value());
}

TEST(BatchRoomTest, AnAgencysStreamsHoldNoMoreThanItMay) {
  BatchRoom room(kLimits);
  BatchRoom::Holder one(&room, "kent");
  BatchRoom::Holder two(&room, "kent");
  BatchRoom::Holder three(&room, "kent");
  const std::optional<BatchRoom::Share> of_one = one.Take(9, AtOnce);
  std::optional<BatchRoom::Share> of_two = two.Take(9, AtOnce);
  ASSERT_TRUE(of_one.has_value());
  ASSERT_TRUE(of_two.has_value());
  EXPECT_FALSE(three.Take(3, AtOnce).has_value()) << "also of a stream that holds nothing";
  EXPECT_TRUE(three.Take(2, AtOnce).has_value());
  of_two->Resize(1);
  EXPECT_TRUE(three.Take(10, AtOnce).has_value());
  of_two->Resize(30);
  EXPECT_FALSE(three.Take(1, AtOnce).has_value()) << "what has grown is not waited for, but counts";
  const BatchRoom::Share moved = *std::move(of_two);
  of_two.reset();
  EXPECT_FALSE(three.Take(1, AtOnce).has_value()) << "a share that was moved goes on";
}

TEST(BatchRoomTest, AnAgencyThatHoldsNothingHasRoomWhateverOthersHold) {
  BatchRoom room(kLimits);
  BatchRoom::Holder kent(&room, "kent");
  BatchRoom::Holder btp(&room, "btp");
  BatchRoom::Holder mers(&room, "mers");
  const std::optional<BatchRoom::Share> of_kent = kent.Take(40, AtOnce);
  ASSERT_TRUE(of_kent.has_value()) << "more than an agency may hold: one batch";
  EXPECT_FALSE(kent.Take(1, AtOnce).has_value());
  std::optional<BatchRoom::Share> of_btp = btp.Take(8, AtOnce);
  ASSERT_TRUE(of_btp.has_value());
  EXPECT_TRUE(btp.Take(2, AtOnce).has_value());
  EXPECT_FALSE(btp.Take(3, AtOnce).has_value()) << "more than all may hold";
  std::optional<BatchRoom::Share> of_mers = mers.Take(30, AtOnce);
  EXPECT_TRUE(of_mers.has_value());
  EXPECT_FALSE(mers.Take(1, AtOnce).has_value());
  of_mers.reset();
  EXPECT_TRUE(btp.Take(2, AtOnce).has_value());
}

TEST(BatchRoomTest, WhoWaitsGoesOnWhenThereIsRoom) {
  BatchRoom room(kLimits);
  BatchRoom::Holder first(&room, "kent");
  BatchRoom::Holder second(&room, "kent");
  std::optional<BatchRoom::Share> held = first.Take(20, AtOnce);
  ASSERT_TRUE(held.has_value());
  std::atomic<int> asked = 0;
  std::atomic<bool> has_taken = false;
  std::thread waiting([&] {
    has_taken = second
                    .Take(5,
                          [&] {
                            ++asked;
                            return false;
                          })
                    .has_value();
  });
  while (asked < 2) std::this_thread::yield();
  EXPECT_FALSE(has_taken);
  held->Resize(15);
  waiting.join();
  EXPECT_TRUE(has_taken);
}

TEST(BatchRoomTest, WhoWaitsInVainGivesUp) {
  BatchRoom room(kLimits);
  BatchRoom::Holder first(&room, "kent");
  BatchRoom::Holder second(&room, "kent");
  const std::optional<BatchRoom::Share> held = first.Take(20, AtOnce);
  ASSERT_TRUE(held.has_value());
  std::atomic<bool> is_over = false;
  std::atomic<int> asked = 0;
  std::thread waiting([&] {
    EXPECT_FALSE(second.Await(5, [&] {
      ++asked;
      return is_over.load();
    }));
  });
  while (asked < 1) std::this_thread::yield();
  is_over = true;
  waiting.join();
}

}  // namespace
}  // namespace serieslink::ingest
