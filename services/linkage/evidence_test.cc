#include "services/linkage/evidence.h"

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/linkage/blocks.h"
#include "services/linkage/few_indexes.h"

namespace serieslink::linkage {
namespace {

using Values = std::vector<std::uint32_t>;

Values Of(const FewIndexes& indexes) { return Values(indexes.begin(), indexes.end()); }

TEST(FewIndexesTest, HoldsAnyNumberInTheOrderInWhichTheyCame) {
  constexpr std::uint32_t kLargest = 0x7FFFFFFD;
  FewIndexes indexes;
  EXPECT_TRUE(indexes.empty());
  Values expected;
  for (const std::uint32_t index : {0u, kLargest, 5u, 5u, 9u}) {
    indexes.push_back(index);
    expected.push_back(index);
    ASSERT_EQ(Of(indexes), expected);
    ASSERT_EQ(indexes.size(), expected.size());
    ASSERT_EQ(indexes.front(), 0u);
    const FewIndexes copied = indexes;
    ASSERT_EQ(Of(copied), expected);
  }
  FewIndexes moved = std::move(indexes);
  EXPECT_EQ(Of(moved), expected);
  moved.clear();
  EXPECT_TRUE(moved.empty());
}

TEST(FewIndexesTest, ErasesOneOfThoseThatAreEqual) {
  FewIndexes indexes;
  indexes.Erase(1);
  EXPECT_TRUE(indexes.empty());
  indexes.push_back(7);
  indexes.push_back(7);
  indexes.Erase(8);
  EXPECT_EQ(Of(indexes), Values({7, 7}));
  indexes.Erase(7);
  EXPECT_EQ(Of(indexes), Values({7}));
  indexes.Erase(7);
  EXPECT_TRUE(indexes.empty());
  for (const std::uint32_t index : {1u, 2u, 3u, 4u}) indexes.push_back(index);
  indexes.Erase(9);
  EXPECT_EQ(indexes.size(), 4u);
  for (const std::uint32_t index : {2u, 1u, 4u}) indexes.Erase(index);
  EXPECT_EQ(Of(indexes), Values({3}));
  indexes.Erase(3);
  EXPECT_TRUE(indexes.empty());
  indexes.push_back(6);
  EXPECT_EQ(Of(indexes), Values({6}));
}

TEST(IndexByIdTest, FindsNodesByTheIdsThatTheyHold) {
  std::deque<RecordNode> records;
  IndexById<RecordNode> by_id(&records);
  EXPECT_EQ(by_id.Find(1), kNone);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    records.emplace_back().public_id = std::uint64_t{i} << 40 | 5;
    by_id.Add(i);
  }
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(by_id.Find(std::uint64_t{i} << 40 | 5), i);
    ASSERT_EQ(by_id.Find(std::uint64_t{i} << 40 | 6), kNone);
  }
}

TEST(SharedTest, HoldsEachValueOnce) {
  Shared<Scene> scenes;
  const std::uint32_t a = scenes.PlaceOf({.borough = 1, .kind = EventKind::kIncident});
  const std::uint32_t b = scenes.PlaceOf({.borough = 1, .kind = EventKind::kRecovery});
  EXPECT_NE(a, b);
  EXPECT_EQ(scenes.PlaceOf({.borough = 1, .kind = EventKind::kIncident}), a);
  EXPECT_EQ(scenes[b].kind, EventKind::kRecovery);
}

// Adds exhibits to blocks, each under a glance of its own.
class BlocksTest : public testing::Test {
 protected:
  static SerialGlance GlanceOf(ExhibitIndex exhibit) { return {{1, 2, exhibit + 1}}; }
  std::size_t Add(std::uint64_t key, ExhibitIndex exhibit) {
    return blocks_.Add(key, {GlanceOf(exhibit), exhibit}, GlanceOf);
  }
  Values Meeting(std::uint64_t key) const {
    Values exhibits;
    for (const BlockMember& member : blocks_.Meeting(key)) {
      EXPECT_EQ(member.glance.characters, GlanceOf(member.exhibit).characters);
      exhibits.push_back(member.exhibit);
    }
    return exhibits;
  }

  Blocks blocks_;
};

TEST_F(BlocksTest, MembersMeetInTheOrderInWhichTheyCame) {
  constexpr std::uint64_t kKey = 0x8765432187654321;
  EXPECT_EQ(blocks_.SizeOf(kKey), 0u);
  EXPECT_EQ(Add(kKey, 7), 1u);
  EXPECT_EQ(Add(kKey + 1, 7), 1u);
  EXPECT_EQ(blocks_.SizeOf(kKey), 1u);
  EXPECT_EQ(Meeting(kKey), Values()) << "nobody to meet";
  EXPECT_EQ(Add(kKey, 3), 2u);
  EXPECT_EQ(Add(kKey, 9), 3u);
  EXPECT_EQ(Meeting(kKey), Values({7, 3, 9}));
  EXPECT_EQ(blocks_.Remove(kKey, 7), 2u);
  EXPECT_EQ(Meeting(kKey), Values({3, 9}));
  EXPECT_EQ(blocks_.SizeOf(kKey + 1), 1u);
}

TEST_F(BlocksTest, GoesWithItsLastMemberAndBeginsAnew) {
  EXPECT_EQ(blocks_.Remove(5, 1), 0u);
  Add(5, 1);
  EXPECT_EQ(blocks_.Remove(5, 1), 0u);
  EXPECT_EQ(blocks_.SizeOf(5), 0u);
  Add(5, 1);
  Add(5, 2);
  EXPECT_EQ(blocks_.Remove(5, 1), 1u);
  EXPECT_EQ(Add(5, 4), 2u);
  EXPECT_EQ(Meeting(5), Values({2, 4}));
  EXPECT_EQ(blocks_.Remove(5, 4), 1u);
  EXPECT_EQ(blocks_.Remove(5, 2), 0u);
  EXPECT_EQ(blocks_.SizeOf(5), 0u);
  // The list that it had is another's now.
  Add(6, 1);
  Add(6, 2);
  EXPECT_EQ(Add(5, 8), 1u);
  EXPECT_EQ(Meeting(6), Values({1, 2}));
  EXPECT_EQ(Meeting(5), Values());
  blocks_.clear();
  EXPECT_EQ(blocks_.SizeOf(6), 0u);
}

}  // namespace
}  // namespace serieslink::linkage
