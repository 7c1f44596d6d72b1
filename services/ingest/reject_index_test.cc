#include "services/ingest/reject_index.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::ingest {
namespace {

using graph::PublicId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RejectEntry Entry(std::uint64_t id, std::uint64_t order, std::uint64_t bytes = 100) {
  RejectEntry entry;
  entry.id = PublicId(id);
  entry.order = order;
  entry.last_received_us = static_cast<std::int64_t>(order) * 10;
  entry.kept_bytes = bytes;
  return entry;
}

std::vector<std::uint64_t> Walked(const AgencyRejects& rejects, std::uint64_t before = ~0ull,
                                  std::int64_t oldest_us = 0) {
  std::vector<std::uint64_t> ids;
  rejects.Walk(before, oldest_us, [&](const RejectEntry& entry) {
    ids.push_back(entry.id.value());
    return true;
  });
  return ids;
}

TEST(RejectIndexTest, WalksTheLatestFirstAndGoesOnBelowAPlace) {
  AgencyRejects rejects;
  for (std::uint64_t i = 1; i <= 4; ++i) rejects.Put(Entry(10 + i, i));
  EXPECT_THAT(Walked(rejects), ElementsAre(14, 13, 12, 11));
  EXPECT_THAT(Walked(rejects, 3), ElementsAre(12, 11));
  EXPECT_THAT(Walked(rejects, ~0ull, 30), ElementsAre(14, 13));
  // Refused again: it is the latest now, and counted once.
  rejects.Put(Entry(11, 5, 150));
  EXPECT_THAT(Walked(rejects), ElementsAre(11, 14, 13, 12));
  EXPECT_EQ(rejects.count(), 4u);
  EXPECT_EQ(rejects.bytes(), 450u);
}

TEST(RejectIndexTest, TheOldestMakeRoomAndAreCounted) {
  AgencyRejects rejects;
  for (std::uint64_t i = 1; i <= 5; ++i) rejects.Put(Entry(i, i));
  EXPECT_THAT(rejects.Shed({.count_max = 4, .bytes_max = 1000}, 0, 77), ElementsAre(PublicId(1)));
  EXPECT_THAT(rejects.Shed({.count_max = 4, .bytes_max = 250}, 0, 78),
              ElementsAre(PublicId(2), PublicId(3)));
  EXPECT_EQ(rejects.totals().dropped_count(), 3u);
  EXPECT_EQ(rejects.totals().last_dropped_time_us(), 78);
  EXPECT_EQ(rejects.bytes(), 200u);
  // By age.
  EXPECT_THAT(rejects.Shed({.count_max = 4, .bytes_max = 250}, 41, 79), ElementsAre(PublicId(4)));
  EXPECT_EQ(rejects.totals().expired_count(), 1u);
  EXPECT_EQ(rejects.totals().last_dropped_time_us(), 78);
  EXPECT_THAT(Walked(rejects), ElementsAre(5));
}

TEST(RejectIndexTest, AnAcceptedVersionMendsWhatItIsNotBefore) {
  AgencyRejects rejects;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    RejectEntry entry = Entry(i, i);
    entry.record = i <= 3 ? 7 : 8;
    if (i == 2) entry.source_version = 5;
    if (i == 3) entry.source_version = 6;
    rejects.Put(entry);
  }
  EXPECT_THAT(rejects.Mend(9, 1), IsEmpty());
  EXPECT_THAT(rejects.Mend(7, 5), ElementsAre(PublicId(1), PublicId(2)));
  EXPECT_THAT(rejects.Mend(7, 5), IsEmpty()) << "mended already";
  EXPECT_THAT(Walked(rejects), ElementsAre(4, 3)) << "no longer shown";
  EXPECT_THAT(rejects.Mend(7, std::nullopt), ElementsAre(PublicId(3)));
  EXPECT_TRUE(rejects.Erase(PublicId(1)));
  EXPECT_FALSE(rejects.Erase(PublicId(1)));
  EXPECT_EQ(rejects.Find(PublicId(1)), nullptr);
  EXPECT_NE(rejects.Find(PublicId(4)), nullptr);
}

}  // namespace
}  // namespace serieslink::ingest
