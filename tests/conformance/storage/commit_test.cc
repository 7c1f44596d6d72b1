// Commits: positions, atomicity, refusals, limits, what a restart leaves.

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/storage/store_test_fixture.h"

namespace serieslink::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array<Keyspace, kKeyspaceCount> kAllKeyspaces = {
    Keyspace::kMeta, Keyspace::kLog, Keyspace::kDerived, Keyspace::kAudit, Keyspace::kRejects};

class CommitTest : public StoreTest {
 protected:
  // Checks that a commit of `writes` is refused and leaves no trace.
  void ExpectRefused(std::vector<Write> writes) {
    const Position before = PositionOf(Keyspace::kLog);
    EXPECT_THAT(Apply(Keyspace::kLog, std::move(writes)),
                HasCode(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(PositionOf(Keyspace::kLog), before);
    EXPECT_THAT(KeysNow(Keyspace::kLog), IsEmpty());
  }
};

TEST_F(CommitTest, AnEmptyStoreIsAtZeroEverywhere) {
  for (const Keyspace keyspace : kAllKeyspaces) {
    EXPECT_EQ(NewSnapshot()->position(keyspace), 0u);
    EXPECT_EQ(PositionOf(keyspace), 0u);
    EXPECT_THAT(KeysNow(keyspace), IsEmpty());
  }
}

TEST_F(CommitTest, PositionsRiseByOneInEachKeyspaceApart) {
  for (int i = 0; i < kKeyspaceCount; ++i) {
    for (int j = 0; j <= i; ++j) {
      const auto position = Apply(kAllKeyspaces[i], {Put("key", std::to_string(j))});
      ASSERT_TRUE(position.ok()) << position.status();
      EXPECT_EQ(*position, static_cast<Position>(j + 1));
    }
  }
  const auto snapshot = NewSnapshot();
  for (int i = 0; i < kKeyspaceCount; ++i) {
    EXPECT_EQ(snapshot->position(kAllKeyspaces[i]), static_cast<Position>(i + 1));
    EXPECT_EQ(PositionOf(kAllKeyspaces[i]), static_cast<Position>(i + 1));
    EXPECT_EQ(ValueNow(kAllKeyspaces[i], "key"), std::to_string(i));
  }
}

TEST_F(CommitTest, AStaleOrFuturePositionIsRefusedAndNothingWritten) {
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Put("a", "1")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Put("a", "2")}).ok());
  for (const Position base : {Position{0}, Position{1}, Position{3}, ~Position{0}}) {
    EXPECT_THAT(store().Apply(Commit{Keyspace::kDerived, base, {Put("a", "x"), Put("b", "x")}}),
                HasCode(absl::StatusCode::kAborted))
        << base;
  }
  EXPECT_EQ(PositionOf(Keyspace::kDerived), 2u);
  EXPECT_EQ(ValueNow(Keyspace::kDerived, "a"), "2");
  EXPECT_EQ(ValueNow(Keyspace::kDerived, "b"), std::nullopt);
}

TEST_F(CommitTest, OfTwoRacingWritersExactlyOneWinsEachPosition) {
  constexpr int kWriters = 2;
  constexpr Position kCommits = 200;
  std::array<std::vector<Position>, kWriters> won;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer, &won] {
      for (Position base = 0; base < kCommits;) {
        const auto position =
            store().Apply(Commit{Keyspace::kLog,
                                 base,
                                 {Put(BigEndian(base + 1), std::to_string(writer))},
                                 Durability::kBuffered});
        if (position.ok()) {
          ASSERT_EQ(*position, base + 1);
          won[writer].push_back(*position);
          base = *position;
        } else {
          ASSERT_THAT(position, HasCode(absl::StatusCode::kAborted));
          base = PositionOf(Keyspace::kLog);
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ASSERT_EQ(PositionOf(Keyspace::kLog), kCommits);
  ASSERT_EQ(won[0].size() + won[1].size(), kCommits);
  const std::vector<Row> rows = ReadAll(*NewSnapshot(), Keyspace::kLog);
  ASSERT_EQ(rows.size(), kCommits);
  for (int writer = 0; writer < kWriters; ++writer) {
    for (const Position position : won[writer]) {
      EXPECT_EQ(rows[position - 1].key, BigEndian(position));
      EXPECT_EQ(rows[position - 1].value, std::to_string(writer));
    }
  }
}

TEST_F(CommitTest, WritesReplacesAndErases) {
  ASSERT_TRUE(Apply(Keyspace::kMeta, {Put("b", "1"), Put("a", "1"), Put("c", "1")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kMeta, {Put("a", "2"), Erase("b"), Erase("absent")}).ok());
  EXPECT_THAT(ReadAll(*NewSnapshot(), Keyspace::kMeta), ElementsAre(Row{"a", "2"}, Row{"c", "1"}));
  ASSERT_TRUE(Apply(Keyspace::kMeta, {Put("b", "3"), Erase("a"), Erase("c")}).ok());
  EXPECT_THAT(ReadAll(*NewSnapshot(), Keyspace::kMeta), ElementsAre(Row{"b", "3"}));
}

TEST_F(CommitTest, AnEmptyValueIsNotAnAbsentOne) {
  ASSERT_TRUE(Apply(Keyspace::kMeta, {Put("empty", "")}).ok());
  EXPECT_EQ(ValueNow(Keyspace::kMeta, "empty"), "");
  EXPECT_EQ(ValueNow(Keyspace::kMeta, "absent"), std::nullopt);
  EXPECT_THAT(ReadAll(*NewSnapshot(), Keyspace::kMeta), ElementsAre(Row{"empty", ""}));
  Reopen();
  EXPECT_EQ(ValueNow(Keyspace::kMeta, "empty"), "");
}

TEST_F(CommitTest, ACommitWithoutWritesMovesThePosition) {
  EXPECT_EQ(Apply(Keyspace::kDerived, {}).value_or(0), 1u);
  EXPECT_EQ(Apply(Keyspace::kDerived, {}, Durability::kBuffered).value_or(0), 2u);
  Reopen();
  EXPECT_EQ(PositionOf(Keyspace::kDerived), 2u);
}

TEST_F(CommitTest, TheSameKeyInTwoKeyspacesIsTwoRows) {
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put("key", "log")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kAudit, {Put("key", "audit")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kLog, {Erase("key")}).ok());
  EXPECT_EQ(ValueNow(Keyspace::kLog, "key"), std::nullopt);
  EXPECT_EQ(ValueNow(Keyspace::kAudit, "key"), "audit");
}

TEST_F(CommitTest, AKeyTwiceInACommitIsRefused) {
  ExpectRefused({Put("a", "1"), Put("a", "2")});
  ExpectRefused({Put("a", "1"), Put("b", "1"), Erase("a")});
  ExpectRefused({Erase("b"), Put("c", "1"), Put("a", "1"), Erase("b")});
}

TEST_F(CommitTest, KeysHaveOneToTheirMostBytes) {
  ExpectRefused({Put("good", "1"), Put("", "1")});
  ExpectRefused({Put("good", "1"), Erase("")});
  ExpectRefused({Put("good", "1"), Put(std::string(kKeyBytesMax + 1, 'k'), "1")});
  const std::string longest(kKeyBytesMax, '\xFF');
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put(longest, "1"), Put(std::string(1, '\0'), "2")}).ok());
  EXPECT_EQ(ValueNow(Keyspace::kLog, longest), "1");
  EXPECT_EQ(ValueNow(Keyspace::kLog, std::string_view("\0", 1)), "2");
  // What no commit can hold is absent.
  EXPECT_EQ(ValueNow(Keyspace::kLog, ""), std::nullopt);
  EXPECT_EQ(ValueNow(Keyspace::kLog, longest + "x"), std::nullopt);
}

TEST_F(CommitTest, ValuesHaveUpToTheirMostBytes) {
  ExpectRefused({Put("good", "1"), Put("key", std::string(kValueBytesMax + 1, 'v'))});
  const std::string largest(kValueBytesMax, 'v');
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put("key", largest)}).ok());
  EXPECT_TRUE(ValueNow(Keyspace::kLog, "key") == largest);
  Reopen();
  EXPECT_TRUE(ValueNow(Keyspace::kLog, "key") == largest);
}

TEST_F(CommitTest, ACommitHasUpToItsMostBytes) {
  constexpr std::size_t kKeyBytes = 1;
  constexpr std::size_t kRows = kCommitBytesMax / kValueBytesMax;
  std::vector<Write> writes;
  for (std::size_t i = 0; i < kRows; ++i) {
    writes.push_back(Put(std::string(kKeyBytes, static_cast<char>('a' + i)),
                         std::string(kValueBytesMax - kKeyBytes, 'v')));
  }
  writes.back().value->push_back('v');
  ExpectRefused(writes);
  writes.back().value->pop_back();
  EXPECT_EQ(Apply(Keyspace::kLog, writes).value_or(0), 1u);
  EXPECT_EQ(KeysNow(Keyspace::kLog).size(), kRows);
}

TEST_F(CommitTest, ACommitHasUpToItsMostWrites) {
  std::vector<Write> writes;
  writes.reserve(kCommitWritesMax + 1);
  for (std::size_t i = 0; i <= kCommitWritesMax; ++i) writes.push_back(Put(BigEndian(i), ""));
  ExpectRefused(writes);
  writes.pop_back();
  EXPECT_EQ(Apply(Keyspace::kLog, writes).value_or(0), 1u);
  ScanOptions last;
  last.reverse = true;
  last.rows_max = 1;
  const auto page = NewSnapshot()->Scan(Keyspace::kLog, KeyRange(), last);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->rows, ElementsAre(Row{BigEndian(kCommitWritesMax - 1), ""}));
}

TEST_F(CommitTest, AKeyspaceThatIsNoneIsRefused) {
  const auto none = static_cast<Keyspace>(kKeyspaceCount);
  constexpr auto kRefused = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(store().Apply(Commit{none, 0, {Put("a", "1")}}), HasCode(kRefused));
  EXPECT_THAT(store().WaitForPosition(none, 0, absl::InfinitePast()), HasCode(kRefused));
  const auto snapshot = NewSnapshot();
  EXPECT_THAT(snapshot->Get(none, "a"), HasCode(kRefused));
  EXPECT_THAT(snapshot->MultiGet(none, {}), HasCode(kRefused));
  EXPECT_THAT(snapshot->MultiGetPinned(none, {}), HasCode(kRefused));
  EXPECT_THAT(snapshot->Scan(none, KeyRange(), ScanOptions()), HasCode(kRefused));
}

TEST_F(CommitTest, RowsAndPositionsOutliveTheStore) {
  for (const bool close : {true, false}) {
    for (const Durability durability : {Durability::kSynced, Durability::kBuffered}) {
      for (const Keyspace keyspace : kAllKeyspaces) {
        const Position before = PositionOf(keyspace);
        ASSERT_TRUE(Apply(keyspace, {Put(BigEndian(before), "value")}, durability).ok());
      }
      if (close) {
        Reopen();
      } else {
        DropAndReopen();
      }
      for (const Keyspace keyspace : kAllKeyspaces) {
        EXPECT_EQ(PositionOf(keyspace), NewSnapshot()->position(keyspace));
        EXPECT_EQ(KeysNow(keyspace).size(), PositionOf(keyspace));
      }
    }
  }
  EXPECT_EQ(PositionOf(Keyspace::kRejects), 4u);
  // And a writer goes on where it was.
  EXPECT_THAT(store().Apply(Commit{Keyspace::kLog, 3, {Put("a", "1")}}),
              HasCode(absl::StatusCode::kAborted));
  EXPECT_EQ(store().Apply(Commit{Keyspace::kLog, 4, {Put("a", "1")}}).value_or(0), 5u);
}

TEST_F(CommitTest, AStoreIsOpenOnce) {
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put("a", "1")}).ok());
  EXPECT_THAT(OpenAnother(), HasCode(absl::StatusCode::kFailedPrecondition));
  // The first is unharmed, and a second may follow it.
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put("b", "1")}).ok());
  ASSERT_TRUE(store().Close().ok());
  const auto another = OpenAnother();
  ASSERT_TRUE(another.ok()) << another.status();
  EXPECT_EQ((*another)->WaitForPosition(Keyspace::kLog, 0, absl::InfinitePast()).value_or(0), 2u);
}

}  // namespace
}  // namespace serieslink::storage
