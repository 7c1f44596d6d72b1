#include "storage/graph/firearm_index.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::graph {
namespace {

using ::testing::StartsWith;

std::string KeyOf(FirearmOrder order, const std::vector<std::string_view>& parts,
                  ExhibitNumber exhibit, SequenceNumber sequence) {
  std::string key;
  AppendFirearmKey(order, parts, exhibit, sequence, &key);
  return key;
}

TEST(FirearmIndexTest, KeysComeBackInParts) {
  const std::string key = KeyOf(FirearmOrder::kPlace, {"mps", "", "E09000014", ""}, 3 << 16 | 1, 9);
  const FirearmKey parsed = ParseFirearmKey(key).value();
  EXPECT_EQ(parsed.order, FirearmOrder::kPlace);
  EXPECT_EQ(parsed.parts, (std::vector<std::string>{"mps", "", "E09000014", ""}));
  EXPECT_EQ(parsed.exhibit, 3u << 16 | 1);
  EXPECT_EQ(parsed.sequence, 9u);
}

TEST(FirearmIndexTest, OtherBytesAreNoKey) {
  const std::string key = KeyOf(FirearmOrder::kMake, {"GLOCK", "17"}, 65536, 1);
  for (const std::string& bytes :
       {std::string(), key.substr(0, key.size() - 1), key + "x", "\x09" + key.substr(1)}) {
    EXPECT_EQ(ParseFirearmKey(bytes).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(FirearmIndexTest, KeysStandInTheOrderOfTheirParts) {
  std::vector<std::string> keys = {
      KeyOf(FirearmOrder::kSerial, {"AB12"}, 2 << 16, 2),
      KeyOf(FirearmOrder::kSerial, {"AB12"}, 10 << 16, 1),
      KeyOf(FirearmOrder::kSerial, {"AB12"}, 10 << 16, 4),
      KeyOf(FirearmOrder::kSerial, {"AB123"}, 1 << 16, 1),
      KeyOf(FirearmOrder::kSerial, {"B"}, 1 << 16, 1),
      KeyOf(FirearmOrder::kReversedSerial, {"21BA"}, 1 << 16, 1),
  };
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(FirearmIndexTest, PrefixesHoldExactlyWhatBeginsSo) {
  const std::string whole = FirearmKeyPrefix(FirearmOrder::kSerial, {"AB12"});
  const std::string begun = FirearmKeyPrefix(FirearmOrder::kSerial, {}, "AB12");
  const std::string same = KeyOf(FirearmOrder::kSerial, {"AB12"}, 65536, 1);
  const std::string longer = KeyOf(FirearmOrder::kSerial, {"AB123"}, 65536, 1);
  EXPECT_THAT(same, StartsWith(whole));
  EXPECT_THAT(longer, testing::Not(StartsWith(whole)));
  EXPECT_THAT(same, StartsWith(begun));
  EXPECT_THAT(longer, StartsWith(begun));
}

TEST(FirearmIndexTest, LongPartsAreCutAlikeInKeysAndPrefixes) {
  const std::string serial(4096, 'A');
  const std::string key = KeyOf(FirearmOrder::kSerial, {serial}, 65536, 1);
  EXPECT_LE(key.size(), kFirearmKeyBytesMax);
  EXPECT_THAT(key, StartsWith(FirearmKeyPrefix(FirearmOrder::kSerial, {serial})));
  EXPECT_EQ(ParseFirearmKey(key)->parts[0].size(), kSerialPartBytesMax);
  const std::string place = KeyOf(FirearmOrder::kPlace, {serial, serial, serial, serial}, 65536, 1);
  EXPECT_EQ(place.size(), kFirearmKeyBytesMax);
  EXPECT_LE(kFirearmKeyBytesMax, 512u);  // docs/formats/sorted_run_index.md
}

TEST(FirearmIndexTest, FacetsComeBack) {
  const FirearmFacets facets{.kind = 9,
                             .types = 1u << 22 | 1u << 1,
                             .make = 1,
                             .model = 2,
                             .calibre = 3,
                             .agency = 4,
                             .police_force = 5,
                             .borough = 6,
                             .ward = 7,
                             .earliest_day = 8,
                             .latest_day = 65535};
  const std::string bytes = EncodeFirearmFacets(facets);
  EXPECT_EQ(bytes.size(), kFirearmFacetsBytes);
  EXPECT_EQ(ParseFirearmFacets(bytes).value(), facets);
  EXPECT_EQ(ParseFirearmFacets(bytes + "x").status().code(), absl::StatusCode::kDataLoss);
}

TEST(FirearmIndexTest, OnlyNothingHasTheFingerprintOfNothing) {
  EXPECT_EQ(FirearmFingerprint(""), 0u);
  for (int i = 0; i < 200'000; ++i) ASSERT_NE(FirearmFingerprint(std::to_string(i)), 0u);
}

TEST(FirearmIndexTest, DaysWidenAtTheirEnds) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(FirearmEarliestDay(kMin), 0u);
  EXPECT_EQ(FirearmLatestDay(kMax), 65535u);
  EXPECT_EQ(FirearmEarliestDay(0), 25567u);
  EXPECT_EQ(FirearmLatestDay(86'399), 25567u);
  EXPECT_EQ(FirearmLatestDay(-1), 25566u);
  // Beyond the ends nothing may be left out: an earliest day is never too late, nor a latest one
  // too early.
  EXPECT_EQ(FirearmEarliestDay(-5'000'000'000), 0u);
  EXPECT_EQ(FirearmLatestDay(-5'000'000'000), 1u);
  EXPECT_EQ(FirearmEarliestDay(5'000'000'000), 65534u);
  EXPECT_EQ(FirearmLatestDay(5'000'000'000), 65535u);
}

TEST(FirearmIndexTest, EntriesAreHandedOnInTheirOrder) {
  FirearmEntries entries;
  const std::string facets = EncodeFirearmFacets({.kind = 1});
  entries.Add(FirearmOrder::kSerial, {"B"}, 65536, 1, facets);
  entries.Add(FirearmOrder::kMake, {"GLOCK", "17"}, 65536, 1, facets);
  std::vector<std::string> keys;
  entries.ForEach([&](std::string_view key, std::string_view value) {
    keys.emplace_back(key);
    EXPECT_EQ(value, facets);
  });
  EXPECT_EQ(keys,
            (std::vector<std::string>{KeyOf(FirearmOrder::kSerial, {"B"}, 65536, 1),
                                      KeyOf(FirearmOrder::kMake, {"GLOCK", "17"}, 65536, 1)}));
}

}  // namespace
}  // namespace serieslink::graph
