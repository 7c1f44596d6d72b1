// A record that says what it was called before is the record that was known by that name: however
// the two, and what refers to them, arrive, come and go.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/view/asked_exhibit.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// An incident of `system` with one gun for each of `guns`, on a day of March 2017.
SentMessage Incident(const std::string& system, const std::string& id,
                     const std::vector<std::string>& guns, int day = 1, int version = 1) {
  SentMessage sent;
  sent.agency = "kent";
  feed::v1::ForceRecord& record = *sent.message.mutable_force();
  record.set_system(system);
  record.set_record_id(id);
  record.set_version(version);
  record.set_record_type("INCIDENT");
  record.set_occurred(absl::StrCat("2017-03-0", day));
  record.mutable_marking()->set_visibility("OPEN");
  for (const std::string& gun : guns) record.add_guns()->set_reference(gun);
  return sent;
}

SentMessage Formerly(const std::string& system, const std::string& id, SentMessage sent) {
  type::v1::SourceReference& former = *sent.message.mutable_force()->add_former_ids();
  former.set_source_system(system);
  former.set_source_id(id);
  return sent;
}

void SetEnd(const std::string& system, const std::string& id, const std::string& gun,
            type::v1::SourceReference& end) {
  end.set_agency("kent");
  end.set_source_system(system);
  end.set_source_id(id);
  end.set_exhibit_reference(gun);
}

// The laboratory confirms that OLD/1's gun `gun` is that of OTHER/2.
SentMessage Comparison(const std::string& gun) {
  SentMessage sent;
  sent.agency = "nabis";
  feed::v1::NabisEntry& entry = *sent.message.mutable_nabis();
  entry.set_entry_id("C1");
  entry.set_version(1);
  entry.mutable_marking()->set_visibility("OPEN");
  feed::v1::NabisComparison& comparison = *entry.mutable_comparison();
  SetEnd("OLD", "1", gun, *comparison.mutable_first());
  SetEnd("OTHER", "2", "G", *comparison.mutable_second());
  comparison.set_channel("CASE");
  comparison.set_verdict("CONFIRMED");
  comparison.set_stage("MICROSCOPE");
  comparison.set_examined("2017-06-01");
  return sent;
}

// Source ids tell the systems apart: "old1", "new1".
SentMessage Old(const std::vector<std::string>& guns = {"G"}, int day = 1) {
  return Incident("OLD", "1", guns, day);
}
SentMessage New(const std::vector<std::string>& guns = {"G"}, int day = 1, int version = 1) {
  return Formerly("OLD", "1", Incident("NEW", "new1", guns, day, version));
}
SentMessage Other() { return Incident("OTHER", "2", {"G"}, 5); }

// Weapons of two or more exhibits, the same as kept and as viewed.
DerivationPipeline::Weapons Linked(DerivationPipeline& pipeline) {
  DerivationPipeline::Weapons linked;
  for (const auto& [members, incidents] : pipeline.ViewedWeapons()) {
    if (members.size() >= 2) linked[members] = incidents;
  }
  EXPECT_EQ(pipeline.MaterialisedWeapons(pipeline.revision()), linked);
  return linked;
}

std::string IdOf(const ingest::v1::Acknowledgement& answer) {
  EXPECT_NE(answer.outcome(), ingest::v1::OUTCOME_REJECTED) << answer.ShortDebugString();
  return answer.record_id();
}

TEST(FormerIdsTest, WhatRefersToTheFormerIdIsAboutTheRecordInEveryOrder) {
  std::vector<SentMessage> messages = {New(), Other(), Comparison("G")};
  std::vector<int> order = {0, 1, 2};
  do {
    DerivationPipeline pipeline;
    for (const int i : order) pipeline.Push({messages[static_cast<std::size_t>(i)]});
    EXPECT_THAT(Linked(pipeline),
                UnorderedElementsAre(Pair(UnorderedElementsAre("new1#G", "2#G"), 2u)));
    pipeline.Restart();
    EXPECT_THAT(Linked(pipeline),
                UnorderedElementsAre(Pair(UnorderedElementsAre("new1#G", "2#G"), 2u)));
    // What arrives after a restart finds what was there before it.
    pipeline.Push({Old()});
    EXPECT_THAT(Linked(pipeline),
                UnorderedElementsAre(Pair(UnorderedElementsAre("1#G", "new1#G", "2#G"), 2u)));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(FormerIdsTest, BothIdsAreOneGunAndOneIncidentThoughTheDateWasPutRight) {
  for (const bool new_first : {false, true}) {
    DerivationPipeline pipeline;
    pipeline.Push({new_first ? New({"G"}, 2) : Old()});
    pipeline.Push({new_first ? Old() : New({"G"}, 2)});
    EXPECT_THAT(Linked(pipeline),
                UnorderedElementsAre(Pair(UnorderedElementsAre("1#G", "new1#G"), 1u)));
  }
}

TEST(FormerIdsTest, WithdrawingEitherLeavesWhatTheOtherSays) {
  DerivationPipeline pipeline;
  const std::string old_id = IdOf(pipeline.Push({Old()})[0]);
  pipeline.Push({Other(), Comparison("G")});
  const auto before = Linked(pipeline);
  const std::string new_id = IdOf(pipeline.Push({New()})[0]);
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("1#G", "new1#G", "2#G"), 2u)));
  pipeline.Withdraw("kent", old_id);
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("new1#G", "2#G"), 2u)));
  pipeline.Withdraw("kent", new_id);
  EXPECT_THAT(Linked(pipeline), IsEmpty());
  pipeline.Push({Old()});
  EXPECT_EQ(Linked(pipeline), before);
}

TEST(FormerIdsTest, AVersionThatTakesTheFormerIdBackIsAnotherRecord) {
  DerivationPipeline pipeline;
  pipeline.Push({Other(), Comparison("G"), New()});
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("new1#G", "2#G"), 2u)));
  pipeline.Push({Incident("NEW", "new1", {"G"}, 1, 2)});
  EXPECT_THAT(Linked(pipeline), IsEmpty());
  pipeline.Push({New({"G"}, 1, 3)});
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("new1#G", "2#G"), 2u)));
}

TEST(FormerIdsTest, OfSeveralWhoClaimAnIdNoneIsFollowed) {
  DerivationPipeline pipeline;
  pipeline.Push({Other(), Comparison("G"), New()});
  const std::string second =
      IdOf(pipeline.Push({Formerly("OLD", "1", Incident("NEW", "new9", {"G"}))})[0]);
  EXPECT_THAT(Linked(pipeline), IsEmpty());
  pipeline.Push({Old()});
  EXPECT_THAT(Linked(pipeline), UnorderedElementsAre(Pair(UnorderedElementsAre("1#G", "2#G"), 2u)));
  pipeline.Withdraw("kent", second);
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("1#G", "new1#G", "2#G"), 2u)));
}

TEST(FormerIdsTest, ARecordThatMovedTwiceNamesBoth) {
  DerivationPipeline pipeline;
  pipeline.Push({Other(), Comparison("G"), New()});
  pipeline.Push(
      {Formerly("NEW", "new1", Formerly("OLD", "1", Incident("THIRD", "third1", {"G"})))});
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("third1#G", "new1#G", "2#G"), 2u)));
}

TEST(FormerIdsTest, AnIdThatThousandsClaimJoinsNobodyAndCostsLittle) {
  DerivationPipeline pipeline;
  pipeline.Push({Other(), Comparison("G")});
  for (const int version : {1, 2}) {
    std::vector<SentMessage> batch;
    for (int i = 0; i < 3000; ++i) {
      batch.push_back(
          Formerly("OLD", "1", Incident("NEW", absl::StrCat("row", i), {"G"}, 1 + i % 3, version)));
    }
    pipeline.Push(batch);
    EXPECT_THAT(Linked(pipeline), IsEmpty());
  }
}

TEST(FormerIdsTest, AnExhibitIsToldFromItsNeighboursByItsReference) {
  DerivationPipeline pipeline;
  pipeline.Push({Old({"A", "B"}), New({"B", "A"}), Other(), Comparison("B")});
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("1#A", "new1#A"), 1u),
                                   Pair(UnorderedElementsAre("1#B", "new1#B", "2#G"), 2u)));
}

TEST(FormerIdsTest, TheOnlyExhibitNeedsNoReferenceInEitherSystem) {
  for (const bool old_is_here : {false, true}) {
    DerivationPipeline pipeline;
    if (old_is_here) pipeline.Push({Old({""})});
    pipeline.Push({New({"G"}), Other(), Comparison("")});
    EXPECT_EQ(Linked(pipeline).size(), 1u);
    EXPECT_EQ(Linked(pipeline).begin()->first.size(), old_is_here ? 3u : 2u);
  }
  // Two references that differ are two exhibits.
  DerivationPipeline pipeline;
  pipeline.Push({Old({"A"}), New({"B"})});
  EXPECT_THAT(Linked(pipeline), IsEmpty());
}

// The id of the record that the id `asked` leads to, or what is said instead.
std::string LedTo(DerivationPipeline& pipeline, const std::string& asked) {
  series::v1::ViewSelector all;
  all.set_min_revision(static_cast<std::int64_t>(pipeline.revision()));
  const auto found = view::ViewAsked(pipeline.source(), view::Viewer{"anyone"}, {{asked, "id"}},
                                     all, DerivationPipeline::Now(), absl::InfiniteFuture(), {});
  if (!found.ok()) return std::string(absl::StatusCodeToString(found.status().code()));
  const view::ResolvedView::Exhibit& exhibit = found->view.exhibits[found->places[0]];
  return graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(exhibit.record->public_id));
}

TEST(FormerIdsTest, TheIdOfTheOldRecordLeadsToTheNewOne) {
  // The exhibit of the earlier system has a reference, or none.
  for (const char* const gun : {"G", ""}) {
    SCOPED_TRACE(gun);
    DerivationPipeline pipeline;
    const std::string old_id = IdOf(pipeline.Push({Old({gun})})[0]);
    pipeline.Withdraw("kent", old_id);
    EXPECT_EQ(LedTo(pipeline, old_id), "NOT_FOUND");
    const std::string new_id = IdOf(pipeline.Push({New()})[0]);
    EXPECT_EQ(LedTo(pipeline, old_id), new_id);
  }
}

TEST(FormerIdsTest, AWithdrawnRecordOfOneExhibitLeadsOnUntilItTurnsOutToHaveHadTwo) {
  DerivationPipeline pipeline;
  const std::string old_id = IdOf(pipeline.Push({Old({""})})[0]);
  const std::string new_id = IdOf(pipeline.Push({New()})[0]);
  pipeline.Withdraw("kent", old_id);
  EXPECT_EQ(LedTo(pipeline, old_id), new_id);
  pipeline.Restart();
  EXPECT_EQ(LedTo(pipeline, old_id), new_id);
  // Which of the two the new record means, nobody knows.
  pipeline.Push({Incident("OLD", "1", {"G", "H"}, 1, 2)});
  pipeline.Withdraw("kent", old_id);
  EXPECT_EQ(LedTo(pipeline, old_id), "NOT_FOUND");
}

TEST(FormerIdsTest, HowManyClaimAnIdInBetweenChangesNothingInAnyOrder) {
  // THIRD/third1 was NEW/new1 and OLD/1 before. NEW/new1 is also in a column that many rows have,
  // which says nothing of OLD/1.
  const auto push_moves = [](DerivationPipeline& pipeline) {
    pipeline.Push({Other(), Comparison("G"), New()});
    pipeline.Push(
        {Formerly("NEW", "new1", Formerly("OLD", "1", Incident("THIRD", "third1", {"G"})))});
  };
  const auto push_rows = [](DerivationPipeline& pipeline) {
    for (int i = 0; i < 20; ++i) {
      pipeline.Push({Formerly("NEW", "new1", Incident("ROWS", absl::StrCat("row", i), {"G"}))});
    }
  };
  for (const bool rows_first : {false, true}) {
    DerivationPipeline pipeline;
    if (rows_first) push_rows(pipeline);
    push_moves(pipeline);
    if (!rows_first) push_rows(pipeline);
    EXPECT_THAT(Linked(pipeline),
                UnorderedElementsAre(Pair(UnorderedElementsAre("third1#G", "new1#G", "2#G"), 3u)))
        << rows_first;
  }
}

}  // namespace
}  // namespace serieslink
