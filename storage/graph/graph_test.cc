#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/graph_writer.h"
#include "storage/memory/memory_store.h"

namespace serieslink::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr NodeType kExhibit = NodeType::kExhibit;
constexpr NodeType kRecord = NodeType::kRecord;

stored::v1::Membership Member(std::uint64_t root, Revision to_revision = 0) {
  stored::v1::Membership membership;
  membership.set_root(root);
  membership.set_to_revision(to_revision);
  return membership;
}

stored::v1::Statement MakeStatement(ExhibitNumber newer, ExhibitNumber older, int channel,
                                    std::uint64_t id, Revision from, Revision to = 0) {
  stored::v1::Statement statement;
  statement.set_newer_exhibit(newer);
  statement.set_older_exhibit(older);
  statement.set_channel(channel);
  statement.set_public_id(id);
  statement.set_from_revision(from);
  statement.set_to_revision(to);
  return statement;
}

std::vector<std::uint64_t> Ids(const std::vector<stored::v1::Statement>& statements) {
  std::vector<std::uint64_t> ids;
  for (const auto& statement : statements) ids.push_back(statement.public_id());
  return ids;
}

class GraphTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    auto opened = GraphWriter::Open(store_.get());
    ASSERT_TRUE(opened.ok()) << opened.status();
    writer_ = *std::move(opened);
    graph_.emplace(store_.get());
  }

  void Commit() {
    auto committed = writer_->Commit();
    ASSERT_TRUE(committed.ok()) << committed.status();
  }
  GraphReader Read() { return *graph_->NewReader(); }

  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<GraphWriter> writer_;
  std::optional<Graph> graph_;
};

TEST_F(GraphTest, AnEmptyGraphHasNothing) {
  GraphReader reader = Read();
  EXPECT_EQ(reader.Position()->revision(), 0u);
  EXPECT_EQ(reader.Records({1})->at(0), std::nullopt);
  EXPECT_THAT(*reader.ScanRecords(0, 10), IsEmpty());
  EXPECT_THAT(*reader.StatementsAbout(1), IsEmpty());
  EXPECT_THAT(*reader.ScanStatements(std::nullopt, 10), IsEmpty());
  EXPECT_THAT(*reader.Components(kExhibit, {1, 2}), ElementsAre(std::nullopt, std::nullopt));
  EXPECT_THAT(*reader.ComponentMembers(kExhibit, 1), IsEmpty());
  EXPECT_THAT(*reader.Memberships(kExhibit, 1), IsEmpty());
  EXPECT_THAT(*reader.ScanWeaponStates(0, 10), IsEmpty());
  EXPECT_THAT(*reader.LookUpIds({PublicId(1)}), ElementsAre(std::nullopt));
}

TEST_F(GraphTest, RecordsAndPosition) {
  for (const char* text : {"agency ", "again "}) {
    for (RecordNumber record : {1, 2, 300}) {
      stored::v1::RecordState state;
      state.set_agency(text + std::to_string(record));
      writer_->PutRecord(record, state);
    }
    Commit();
  }
  stored::v1::DeriverPosition position;
  position.set_revision(7);
  writer_->SetPosition(position);
  Commit();
  Reopen();
  GraphReader reader = Read();
  EXPECT_EQ(reader.Position()->revision(), 7u);
  auto states = *reader.Records({300, 5, 1});
  EXPECT_EQ(states[0]->agency(), "again 300");
  EXPECT_EQ(states[1], std::nullopt);
  EXPECT_EQ(states[2]->agency(), "again 1");
  google::protobuf::Arena arena;
  const auto of_arena = *reader.Records({300, 5, 1}, &arena);
  ASSERT_EQ(of_arena.size(), 3u);
  EXPECT_EQ(of_arena[0]->agency(), "again 300");
  EXPECT_EQ(of_arena[1], nullptr);
  EXPECT_EQ(of_arena[2]->agency(), "again 1");
  auto scanned = *reader.ScanRecords(1, 10);
  ASSERT_EQ(scanned.size(), 2u);
  EXPECT_EQ(scanned[0].first, 2u);
  EXPECT_EQ(scanned[1].first, 300u);
  EXPECT_EQ(reader.ScanRecords(0, 2)->size(), 2u);
}

TEST_F(GraphTest, StatementsAreFoundFromBothEnds) {
  const ExhibitNumber a = MakeExhibitNumber(1, 0);
  const ExhibitNumber b = MakeExhibitNumber(2, 3);
  const ExhibitNumber c = MakeExhibitNumber(3, 0);
  writer_->PutStatement(MakeStatement(b, a, 1, 101, 1));
  Commit();
  writer_->PutStatement(MakeStatement(c, a, 1, 102, 2));
  writer_->PutStatement(MakeStatement(c, b, 2, 103, 2));
  writer_->PutStatement(MakeStatement(c, a, 3, 104, 2));
  writer_->PutStatement(MakeStatement(MakeExhibitNumber(900, 0), a, 1, 105, 2));
  Commit();
  // The first is closed and stated anew.
  writer_->PutStatement(MakeStatement(b, a, 1, 101, 1, 3));
  writer_->PutStatement(MakeStatement(b, a, 1, 101, 3));
  Commit();

  GraphReader reader = Read();
  EXPECT_THAT(Ids(*reader.StatementsUnder(a)), IsEmpty());
  EXPECT_THAT(Ids(*reader.StatementsUnder(c)), ElementsAre(102, 104, 103));
  EXPECT_THAT(Ids(*reader.StatementsAbout(a)), ElementsAre(101, 101, 102, 104, 105));
  // Several at once, near and far, in any order, with ones that have none.
  const ExhibitNumber none = MakeExhibitNumber(2, 4);
  const ExhibitNumber far = MakeExhibitNumber(900, 0);
  const auto each = *reader.StatementsUnderEach({far, c, none, b, a});
  ASSERT_EQ(each.size(), 5u);
  EXPECT_THAT(Ids(each[0]), ElementsAre(105));
  EXPECT_THAT(Ids(each[1]), ElementsAre(102, 104, 103));
  EXPECT_THAT(Ids(each[2]), IsEmpty());
  EXPECT_THAT(Ids(each[3]), ElementsAre(101, 101));
  EXPECT_THAT(Ids(each[4]), IsEmpty());
  google::protobuf::Arena arena;
  const auto of_arena = *reader.StatementsUnderEach({far, c, none, b, a}, &arena);
  ASSERT_EQ(of_arena.size(), each.size());
  for (std::size_t i = 0; i < each.size(); ++i) {
    ASSERT_EQ(of_arena[i].size(), each[i].size());
    for (std::size_t j = 0; j < each[i].size(); ++j) {
      EXPECT_EQ(of_arena[i][j]->SerializeAsString(), each[i][j].SerializeAsString());
    }
  }
  EXPECT_THAT(*reader.StatementsUnderEach({}), IsEmpty());
  EXPECT_THAT(Ids((*reader.StatementsUnderEach({far, a}))[0]), ElementsAre(105));
  const EdgeReader edges = *reader.Edges();
  const auto newer = *edges.EdgesOfEach(EdgeType::kStatement, EdgeEnd::kTarget, {c, a, b});
  ASSERT_EQ(newer.size(), 3u);
  EXPECT_THAT(newer[0], IsEmpty());
  EXPECT_EQ(newer[1], *edges.Edges(EdgeType::kStatement, EdgeEnd::kTarget, a));
  EXPECT_THAT(newer[1], SizeIs(3));
  EXPECT_EQ(newer[2], *edges.Edges(EdgeType::kStatement, EdgeEnd::kTarget, b));
  auto about_b = *reader.StatementsAbout(b);
  EXPECT_THAT(Ids(about_b), ElementsAre(101, 101, 103));
  EXPECT_EQ(about_b[0].to_revision(), 3u);
  EXPECT_EQ(about_b[1].to_revision(), 0u);

  auto first = *reader.ScanStatements(std::nullopt, 2);
  EXPECT_THAT(Ids(first), ElementsAre(101, 101));
  EXPECT_THAT(Ids(*reader.ScanStatements(KeyOfStatement(first.back()), 10)),
              ElementsAre(102, 104, 103, 105));
}

TEST_F(GraphTest, WeaponsAndTheirHistory) {
  stored::v1::WeaponState state;
  state.set_exhibit_count(2);
  state.set_to_revision(5);
  writer_->PutWeaponState(10, 2, state);
  state.set_exhibit_count(3);
  state.clear_to_revision();
  writer_->PutWeaponState(10, 5, state);
  writer_->PutWeaponState(20, 3, state);
  writer_->PutMembership(kExhibit, 10, 2, Member(10));
  writer_->PutMembership(kExhibit, 11, 2, Member(10, 5));
  writer_->PutMembership(kExhibit, 11, 5, Member(20));
  writer_->PutMembership(kRecord, 11, 1, Member(3));
  Commit();

  GraphReader reader = Read();
  auto states = *reader.WeaponStates(10);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states[0].interval, (RevisionInterval{2, 5}));
  EXPECT_EQ(states[0].state.exhibit_count(), 2u);
  EXPECT_TRUE(states[1].interval.open());
  auto scanned = *reader.ScanWeaponStates(0, 1);
  EXPECT_EQ(scanned.size(), 2u) << "all states of one weapon";
  scanned = *reader.ScanWeaponStates(10, 10);
  ASSERT_EQ(scanned.size(), 1u);
  EXPECT_EQ(scanned[0].root, 20u);

  EXPECT_THAT(*reader.Memberships(kExhibit, 11),
              ElementsAre(MembershipInterval{11, 10, {2, 5}},
                          MembershipInterval{11, 20, {5, kOpenRevision}}));
  EXPECT_EQ((*reader.MembershipAt(kExhibit, 11, 4))->root, 10u);
  EXPECT_EQ((*reader.MembershipAt(kExhibit, 11, 5))->root, 20u);
  EXPECT_EQ(*reader.MembershipAt(kExhibit, 11, 1), std::nullopt);
  EXPECT_THAT(*reader.MembersOf(kExhibit, 10),
              ElementsAre(MembershipInterval{10, 10, {2, kOpenRevision}},
                          MembershipInterval{11, 10, {2, 5}}));
  EXPECT_THAT(*reader.MembersOf(kRecord, 3),
              ElementsAre(MembershipInterval{11, 3, {1, kOpenRevision}}));
  EXPECT_EQ(reader.ScanMemberships(kExhibit, 10, 5)->size(), 2u);
}

TEST_F(GraphTest, IdsNameRecordsAndExhibits) {
  writer_->PutId(PublicId(100), 1, std::nullopt);
  writer_->PutId(PublicId(101), 1, 0);
  writer_->PutId(PublicId(102), 1, kExhibitOrdinalMax);
  writer_->PutId(PublicId(100), 1, 1);
  Commit();
  EXPECT_THAT(
      *Read().LookUpIds({PublicId(102), PublicId(7), PublicId(101), PublicId(100)}),
      ElementsAre(IdTarget{1, kExhibitOrdinalMax}, std::nullopt, IdTarget{1, 0}, IdTarget{1, 1}));
}

TEST_F(GraphTest, AnotherWriterIsNoticed) {
  auto other = *GraphWriter::Open(store_.get());
  other->PutId(PublicId(1), 1, std::nullopt);
  ASSERT_TRUE(other->Commit().ok());
  writer_->PutId(PublicId(1), 2, std::nullopt);
  EXPECT_EQ(writer_->Commit().status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read().LookUpIds({PublicId(1)})->at(0)->record, 1u);
}

}  // namespace
}  // namespace serieslink::graph
