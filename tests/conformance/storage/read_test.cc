// Reads: key order, ranges, pages, snapshots.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/conformance/storage/store_test_fixture.h"

namespace serieslink::storage {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::Optional;

std::string Bytes(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

ScanOptions PageOf(std::size_t rows, bool reverse = false) {
  ScanOptions options;
  options.rows_max = rows;
  options.reverse = reverse;
  return options;
}

class ReadTest : public StoreTest {
 protected:
  void Fill(Keyspace keyspace, const std::vector<std::string>& keys) {
    std::vector<Write> writes;
    for (const std::string& key : keys) writes.push_back(Put(key, "value of " + key));
    const auto position = Apply(keyspace, std::move(writes));
    ASSERT_TRUE(position.ok()) << position.status();
  }
  std::vector<std::string> KeysIn(const KeyRange& range, bool reverse = false) {
    return Keys(ReadAll(*NewSnapshot(), Keyspace::kDerived, range, PageOf(2, reverse)));
  }
};

TEST_F(ReadTest, KeysAreOrderedAsUnsignedBytes) {
  const std::vector<std::string> ordered = {Bytes({0}),
                                            Bytes({0, 0}),
                                            Bytes({0, 0, 1}),
                                            Bytes({0, 0xFF}),
                                            Bytes({1}),
                                            "A",
                                            "A" + Bytes({0}),
                                            "Aa",
                                            "B",
                                            "a",
                                            Bytes({0x7F}),
                                            Bytes({0x80}),
                                            "\xC3\xA9t\xC3\xA9",
                                            "\xE2\x82\xAC",
                                            Bytes({0xFF}),
                                            Bytes({0xFF, 0}),
                                            Bytes({0xFF, 0xFE}),
                                            Bytes({0xFF, 0xFF}),
                                            Bytes({0xFF, 0xFF, 0})};
  std::vector<std::string> shuffled = ordered;
  std::reverse(shuffled.begin() + 3, shuffled.end());
  Fill(Keyspace::kDerived, shuffled);
  for (const bool after_restart : {false, true}) {
    if (after_restart) Reopen();
    EXPECT_THAT(KeysIn(KeyRange()), ElementsAreArray(ordered));
    EXPECT_THAT(KeysIn(KeyRange(), /*reverse=*/true),
                ElementsAreArray(ordered.rbegin(), ordered.rend()));
    for (const std::string& key : ordered) {
      EXPECT_EQ(ValueNow(Keyspace::kDerived, key), "value of " + key);
    }
  }
}

TEST_F(ReadTest, ARangeHoldsItsStartButNotItsEnd) {
  Fill(Keyspace::kDerived, {"a", "b", "c", "d"});
  EXPECT_THAT(KeysIn({"b", "d"}), ElementsAre("b", "c"));
  EXPECT_THAT(KeysIn({"b", "d"}, /*reverse=*/true), ElementsAre("c", "b"));
  EXPECT_THAT(KeysIn({"b", ""}), ElementsAre("b", "c", "d"));
  EXPECT_THAT(KeysIn({"b", ""}, /*reverse=*/true), ElementsAre("d", "c", "b"));
  EXPECT_THAT(KeysIn({"", "b"}), ElementsAre("a"));
  EXPECT_THAT(KeysIn({"", "b"}, /*reverse=*/true), ElementsAre("a"));
  // Bounds need not be keys, nor be as short as one.
  EXPECT_THAT(KeysIn({"aa", "cc"}), ElementsAre("b", "c"));
  EXPECT_THAT(KeysIn({"a" + std::string(2 * kKeyBytesMax, 'x'), "cc"}), ElementsAre("b", "c"));
}

TEST_F(ReadTest, ARangeThatEndsAtOrBeforeItsStartIsEmpty) {
  Fill(Keyspace::kDerived, {"a", "b", "c"});
  for (const bool reverse : {false, true}) {
    EXPECT_THAT(KeysIn({"b", "b"}, reverse), IsEmpty());
    EXPECT_THAT(KeysIn({"c", "a"}, reverse), IsEmpty());
    EXPECT_THAT(KeysIn({"d", ""}, reverse), IsEmpty());
    EXPECT_THAT(KeysIn({"", "a"}, reverse), IsEmpty());
  }
}

TEST_F(ReadTest, APrefixHoldsWhatBeginsWithIt) {
  const std::vector<std::string> keys = {"a",
                                         "ab",
                                         "ab" + Bytes({0}),
                                         "ab" + Bytes({0xFF}),
                                         "ab" + Bytes({0xFF, 0xFF}),
                                         "ac",
                                         "b",
                                         Bytes({0xFE, 0xFF}),
                                         Bytes({0xFF}),
                                         Bytes({0xFF, 0xFF}),
                                         Bytes({0xFF, 0xFF, 'z'})};
  Fill(Keyspace::kDerived, keys);
  for (const std::string& prefix :
       {std::string(), std::string("a"), std::string("ab"), "ab" + Bytes({0xFF}), std::string("b"),
        std::string("c"), Bytes({0xFE}), Bytes({0xFF}), Bytes({0xFF, 0xFF}),
        Bytes({0xFF, 0xFF, 0xFF})}) {
    std::vector<std::string> expected;
    for (const std::string& key : keys) {
      if (key.substr(0, prefix.size()) == prefix) expected.push_back(key);
    }
    EXPECT_THAT(KeysIn(KeyRange::Prefix(prefix)), ElementsAreArray(expected)) << prefix;
    EXPECT_THAT(KeysIn(KeyRange::Prefix(prefix), /*reverse=*/true),
                ElementsAreArray(expected.rbegin(), expected.rend()))
        << prefix;
  }
}

TEST_F(ReadTest, APageSaysExactlyWhetherThereIsMore) {
  Fill(Keyspace::kDerived, {"a", "b", "c", "d", "e"});
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Erase("e")}).ok());
  const auto snapshot = NewSnapshot();
  for (const bool reverse : {false, true}) {
    const auto exact = snapshot->Scan(Keyspace::kDerived, KeyRange(), PageOf(4, reverse));
    ASSERT_TRUE(exact.ok()) << exact.status();
    EXPECT_EQ(exact->rows.size(), 4u);
    EXPECT_EQ(exact->resume, std::nullopt);
    const auto short_of_one = snapshot->Scan(Keyspace::kDerived, KeyRange(), PageOf(3, reverse));
    ASSERT_TRUE(short_of_one.ok()) << short_of_one.status();
    EXPECT_EQ(short_of_one->rows.size(), 3u);
    EXPECT_NE(short_of_one->resume, std::nullopt);
    const auto bounded = snapshot->Scan(Keyspace::kDerived, {"a", "c"}, PageOf(2, reverse));
    ASSERT_TRUE(bounded.ok()) << bounded.status();
    EXPECT_EQ(bounded->rows.size(), 2u);
    EXPECT_EQ(bounded->resume, std::nullopt);
  }
}

TEST_F(ReadTest, APageEndsBeforeItsBytesAreExceededButHoldsARow) {
  // 10 bytes each.
  ASSERT_TRUE(
      Apply(Keyspace::kDerived, {Put("a", std::string(9, 'v')), Put("b", std::string(9, 'v')),
                                 Put("c", std::string(9, 'v'))})
          .ok());
  const auto snapshot = NewSnapshot();
  for (const bool reverse : {false, true}) {
    for (const auto& [bytes_max, rows] : std::vector<std::pair<std::size_t, std::size_t>>{
             {1, 1}, {10, 1}, {19, 1}, {20, 2}, {29, 2}, {30, 3}}) {
      ScanOptions options = PageOf(100, reverse);
      options.bytes_max = bytes_max;
      const auto page = snapshot->Scan(Keyspace::kDerived, KeyRange(), options);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(page->rows.size(), rows) << bytes_max;
      EXPECT_EQ(ReadAll(*snapshot, Keyspace::kDerived, KeyRange(), options).size(), 3u);
    }
  }
}

TEST_F(ReadTest, OptionsOutOfRangeAreRefused) {
  const auto snapshot = NewSnapshot();
  const auto scan = [&](std::size_t rows_max, std::size_t bytes_max) {
    ScanOptions options;
    options.rows_max = rows_max;
    options.bytes_max = bytes_max;
    return snapshot->Scan(Keyspace::kLog, KeyRange(), options);
  };
  EXPECT_TRUE(scan(1, 1).ok());
  EXPECT_TRUE(scan(kScanRowsMax, kScanBytesMax).ok());
  EXPECT_THAT(scan(0, 1), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(scan(kScanRowsMax + 1, 1), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(scan(1, 0), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(scan(1, kScanBytesMax + 1), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReadTest, PagesStayStableUnderWrites) {
  // Rows with an even number stay throughout; odd ones come and go while pages are read.
  std::vector<Write> writes;
  for (int i = 0; i < 100; i += 2) writes.push_back(Put(BigEndian(i), "stays"));
  ASSERT_TRUE(Apply(Keyspace::kDerived, writes).ok());
  for (const bool reverse : {false, true}) {
    std::vector<std::uint64_t> stayed;
    std::set<std::string> seen;
    KeyRange range;
    for (int round = 0;; ++round) {
      std::vector<Write> churn;
      for (int i = 1; i < 100; i += 2) {
        churn.push_back((i + round) % 3 == 0 ? Erase(BigEndian(i)) : Put(BigEndian(i), "churns"));
      }
      ASSERT_TRUE(Apply(Keyspace::kDerived, churn, Durability::kBuffered).ok());
      // Each page from a snapshot of its own.
      const auto page = NewSnapshot()->Scan(Keyspace::kDerived, range, PageOf(7, reverse));
      ASSERT_TRUE(page.ok()) << page.status();
      for (const Row& row : page->rows) {
        EXPECT_TRUE(seen.insert(row.key).second) << "returned twice";
        if (row.value == "stays") stayed.push_back(FromBigEndian(row.key));
      }
      if (!page->resume.has_value()) break;
      (reverse ? range.end : range.start) = *page->resume;
    }
    if (reverse) std::reverse(stayed.begin(), stayed.end());
    ASSERT_EQ(stayed.size(), 50u);
    for (std::size_t i = 0; i < stayed.size(); ++i) EXPECT_EQ(stayed[i], 2 * i);
  }
}

TEST_F(ReadTest, MultiGetAnswersInTheOrderOfItsKeys) {
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Put("a", "1"), Put("b", ""), Put("c", "3")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Erase("a"), Put("d", "4")}).ok());
  const auto snapshot = NewSnapshot();
  const std::vector<std::string> keys = {"d", "b", "absent", "c",
                                         "a", "d", "",       std::string(kKeyBytesMax + 1, 'd')};
  const auto values = snapshot->MultiGet(Keyspace::kDerived, keys);
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(*values, ElementsAre(Optional(std::string("4")), Optional(std::string()),
                                   std::nullopt, Optional(std::string("3")), std::nullopt,
                                   Optional(std::string("4")), std::nullopt, std::nullopt));
  const auto none = snapshot->MultiGet(Keyspace::kDerived, {});
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_THAT(*none, IsEmpty());
}

TEST_F(ReadTest, MultiGetTakesUpToItsMostKeys) {
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Put("a", "1")}).ok());
  std::vector<std::string> keys(kMultiGetKeysMax, "a");
  const auto values = NewSnapshot()->MultiGet(Keyspace::kDerived, keys);
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(std::count(values->begin(), values->end(), std::optional<std::string>("1")),
            static_cast<std::ptrdiff_t>(kMultiGetKeysMax));
  keys.push_back("a");
  EXPECT_THAT(NewSnapshot()->MultiGet(Keyspace::kDerived, keys),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReadTest, PinnedValuesAreThoseOfTheirKeys) {
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Put("a", "1"), Put("b", "")}).ok());
  const auto snapshot = NewSnapshot();
  const std::vector<std::string> keys = {"absent", "b", "a", "b", "a"};
  absl::StatusOr<PinnedValues> read = snapshot->MultiGetPinned(Keyspace::kDerived, keys);
  ASSERT_TRUE(read.ok()) << read.status();
  const PinnedValues values = *std::move(read);
  ASSERT_EQ(values.size(), keys.size());
  EXPECT_FALSE(values[0].has_value());
  EXPECT_EQ(values[1], std::string_view());
  EXPECT_EQ(values[2], std::string_view("1"));
  EXPECT_EQ(values[3], std::string_view());
  EXPECT_EQ(values[4], std::string_view("1"));
  read = snapshot->MultiGetPinned(Keyspace::kDerived, {});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->size(), 0u);
  EXPECT_EQ(PinnedValues().size(), 0u);
}

TEST_F(ReadTest, PinnedValuesStayAsTheyWereRead) {
  // Enough of other rows for an engine with small buffers to write and merge files.
  const auto churn = [&](char byte) {
    for (int round = 0; round < 40; ++round) {
      std::vector<Write> writes;
      for (int i = 0; i < 100; ++i) {
        writes.push_back(Put(BigEndian(1000 + i), std::string(200, byte)));
      }
      ASSERT_TRUE(Apply(Keyspace::kDerived, std::move(writes), Durability::kBuffered).ok());
    }
  };
  // Values short and long, in files and, the last ones, in what was written just now.
  std::vector<std::string> keys;
  std::vector<std::optional<std::string>> expected;
  const auto fill = [&](int first, int end) {
    std::vector<Write> writes;
    for (int i = first; i < end; ++i) {
      keys.push_back(BigEndian(i));
      expected.push_back(std::string(i % 3 == 0 ? 3 : 30 * i, static_cast<char>('a' + i % 26)));
      writes.push_back(Put(keys.back(), *expected.back()));
    }
    ASSERT_TRUE(Apply(Keyspace::kDerived, std::move(writes)).ok());
  };
  fill(1, 500);
  churn('x');
  fill(500, 520);
  keys.push_back("absent");
  expected.push_back(std::nullopt);

  auto snapshot = NewSnapshot();
  absl::StatusOr<PinnedValues> read = snapshot->MultiGetPinned(Keyspace::kDerived, keys);
  ASSERT_TRUE(read.ok()) << read.status();
  const PinnedValues values = *std::move(read);
  const auto are_as_read = [&] {
    return std::equal(values.begin(), values.end(), expected.begin(), expected.end());
  };
  EXPECT_TRUE(are_as_read());

  std::vector<Write> writes;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    writes.push_back(i % 2 == 0 ? Put(keys[i], "overwritten") : Erase(keys[i]));
  }
  ASSERT_TRUE(Apply(Keyspace::kDerived, std::move(writes)).ok());
  churn('y');
  EXPECT_TRUE(are_as_read()) << "overwritten beside it";
  snapshot.reset();
  churn('z');
  EXPECT_TRUE(are_as_read()) << "its snapshot has gone";
  ASSERT_TRUE(store().Close().ok());
  EXPECT_TRUE(are_as_read()) << "its store is closed";
  DropAndReopen();
  EXPECT_TRUE(are_as_read()) << "its store has gone";
  EXPECT_EQ(ValueNow(Keyspace::kDerived, keys[0]), "overwritten");
}

TEST_F(ReadTest, ASnapshotIsOneCutThroughAllKeyspaces) {
  Fill(Keyspace::kLog, {"a", "b"});
  Fill(Keyspace::kDerived, {"a"});
  const auto before = NewSnapshot();
  ASSERT_TRUE(Apply(Keyspace::kLog, {Erase("a"), Put("b", "new"), Put("c", "new")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Put("a", "new")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kAudit, {Put("a", "new")}).ok());
  const auto after = NewSnapshot();

  EXPECT_EQ(before->position(Keyspace::kLog), 1u);
  EXPECT_EQ(before->position(Keyspace::kDerived), 1u);
  EXPECT_EQ(before->position(Keyspace::kAudit), 0u);
  for (const bool reverse : {false, true}) {
    EXPECT_THAT(ReadAll(*before, Keyspace::kLog, KeyRange(), PageOf(1, reverse)),
                testing::UnorderedElementsAre(Row{"a", "value of a"}, Row{"b", "value of b"}));
  }
  EXPECT_THAT(before->Get(Keyspace::kLog, "c").value_or("error"), std::nullopt);
  EXPECT_THAT(before->Get(Keyspace::kDerived, "a").value_or(std::nullopt),
              Optional(std::string("value of a")));
  const std::vector<std::string> keys = {"a", "b", "c"};
  EXPECT_THAT(before->MultiGet(Keyspace::kLog, keys).value(),
              ElementsAre(Optional(std::string("value of a")), Optional(std::string("value of b")),
                          std::nullopt));
  EXPECT_THAT(ReadAll(*before, Keyspace::kAudit), IsEmpty());

  EXPECT_EQ(after->position(Keyspace::kLog), 2u);
  EXPECT_EQ(after->position(Keyspace::kAudit), 1u);
  EXPECT_THAT(ReadAll(*after, Keyspace::kLog), ElementsAre(Row{"b", "new"}, Row{"c", "new"}));
}

TEST_F(ReadTest, AnOldSnapshotStaysAsItWasThroughMuchWriting) {
  std::vector<Write> writes;
  for (int i = 0; i < 50; ++i) writes.push_back(Put(BigEndian(i), "old"));
  ASSERT_TRUE(Apply(Keyspace::kDerived, writes).ok());
  const auto old = NewSnapshot();
  const std::vector<Row> then = ReadAll(*old, Keyspace::kDerived);
  // Enough for an engine with small buffers to write and merge files.
  for (int round = 0; round < 100; ++round) {
    for (Write& write : writes) write.value = std::string(200, static_cast<char>('a' + round % 26));
    ASSERT_TRUE(Apply(Keyspace::kDerived, writes, Durability::kBuffered).ok());
  }
  EXPECT_EQ(ReadAll(*old, Keyspace::kDerived), then);
  EXPECT_EQ(old->position(Keyspace::kDerived), 1u);
  EXPECT_EQ(ReadAll(*NewSnapshot(), Keyspace::kDerived).back().value, std::string(200, 'v'));
}

}  // namespace
}  // namespace serieslink::storage
