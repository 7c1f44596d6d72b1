#include "services/linkage/core/events.h"

#include <algorithm>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

RecordEventFacts Incident(uint64_t id, int64_t from, int64_t to,
                          const absl::InlinedVector<uint64_t, 1>& references) {
  RecordEventFacts facts;
  facts.record_number = id;
  facts.public_id = id;
  facts.kind = EventKind::kIncident;
  facts.occurred = {from, to};
  facts.references = references;
  return facts;
}

using Ids = std::set<uint64_t>;

std::set<Ids> Partition(const std::vector<RecordEventFacts>& records, const EventResolution& r) {
  std::set<Ids> out;
  for (const Event& event : r.events) {
    Ids ids;
    for (const uint32_t i : event.records) ids.insert(records[i].public_id);
    out.insert(ids);
  }
  return out;
}

// The events, the same in every order of the records.
std::set<Ids> Resolved(std::vector<RecordEventFacts> records) {
  const auto by_id = [](const RecordEventFacts& a, const RecordEventFacts& b) {
    return a.public_id < b.public_id;
  };
  std::sort(records.begin(), records.end(), by_id);
  const std::set<Ids> first = Partition(records, ResolveEvents(records));
  while (std::next_permutation(records.begin(), records.end(), by_id)) {
    EXPECT_EQ(Partition(records, ResolveEvents(records)), first);
  }
  return first;
}

TEST(ResolveEventsTest, OneKindASharedReferenceAndOverlappingTimesAreOneEvent) {
  EXPECT_EQ(
      Resolved({Incident(1, 10, 10, {7}), Incident(2, 0, 20, {7, 8}), Incident(3, 5, 15, {8})}),
      (std::set<Ids>{{1, 2, 3}}));
}

TEST(ResolveEventsTest, AllRecordsNeedACommonMoment) {
  // 2 touches 1 and 3, which do not touch each other.
  EXPECT_EQ(Resolved({Incident(1, 0, 10, {7}), Incident(2, 8, 22, {7}), Incident(3, 20, 30, {7})}),
            (std::set<Ids>{{1, 2}, {3}}));
}

TEST(ResolveEventsTest, AnUnknownTimeWidens) {
  RecordEventFacts undated = Incident(2, 0, 0, {7});
  undated.occurred = TimeInterval();
  EXPECT_EQ(Resolved({Incident(1, 10, 10, {7}), undated}), (std::set<Ids>{{1, 2}}));
}

TEST(ResolveEventsTest, KnownPlacesMustAgree) {
  RecordEventFacts haringey = Incident(1, 10, 20, {7});
  haringey.borough = PlaceKey("E09000014");
  RecordEventFacts barnet = Incident(2, 10, 20, {7});
  barnet.borough = PlaceKey("e09000003");
  RecordEventFacts somewhere = Incident(3, 10, 20, {7});
  somewhere.force_area = PlaceKey("E23000001");
  std::vector<RecordEventFacts> records = {haringey, barnet, somewhere};
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1, 3}, {2}}));
  const EventResolution r = ResolveEvents(records);
  EXPECT_EQ(r.events[0].borough, haringey.borough);
  EXPECT_EQ(r.events[0].force_area, somewhere.force_area);
  ASSERT_THAT(r.shared, SizeIs(1));
  EXPECT_TRUE(r.shared[0].clash);
}

TEST(ResolveEventsTest, AForceWithoutAnAreaSaysNothingOfThePlace) {
  for (const char* const force : {"btp", "mdp", "cnc", "nca"}) {
    RecordEventFacts station = Incident(1, 10, 20, {7});
    station.borough = PlaceKey("E09000014");
    station.force_area = PlaceKey("mps");
    RecordEventFacts railway = Incident(2, 10, 20, {7});
    railway.borough = station.borough;
    railway.force_area = PlaceKey(force);
    EXPECT_EQ(Resolved({station, railway}), (std::set<Ids>{{1, 2}})) << force;
    railway.force_area = PlaceKey("kent");
    EXPECT_EQ(Resolved({station, railway}), (std::set<Ids>{{1}, {2}}));
  }
}

TEST(ResolveEventsTest, DifferentKindsAreRelatedAndNeverOne) {
  RecordEventFacts recovery = Incident(2, 10, 20, {7});
  recovery.kind = EventKind::kRecovery;
  std::vector<RecordEventFacts> records = {Incident(1, 10, 20, {7}), recovery};
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1}, {2}}));
  const EventResolution r = ResolveEvents(records);
  ASSERT_THAT(r.shared, SizeIs(1));
  EXPECT_FALSE(r.shared[0].clash);
  EXPECT_THAT(r.shared[0].events, ElementsAre(0, 1));
}

TEST(ResolveEventsTest, ACitedReferenceRelatesAndNeverJoins) {
  RecordEventFacts citing = Incident(2, 10, 20, {});
  citing.cited_references = {7};
  std::vector<RecordEventFacts> records = {Incident(1, 10, 20, {7}), citing};
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1}, {2}}));
  const EventResolution r = ResolveEvents(records);
  ASSERT_THAT(r.shared, SizeIs(1));
  EXPECT_FALSE(r.shared[0].clash);
}

TEST(ResolveEventsTest, AnInquiryHasManyRecoveriesWithoutAClash) {
  std::vector<RecordEventFacts> records = {Incident(1, 10, 20, {7}), Incident(2, 15, 25, {7}),
                                           Incident(3, 40, 50, {7})};
  for (RecordEventFacts& record : records) record.kind = EventKind::kRecovery;
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1, 2}, {3}}));
  EXPECT_FALSE(ResolveEvents(records).shared[0].clash);
  for (RecordEventFacts& record : records) record.kind = EventKind::kLoss;
  EXPECT_TRUE(ResolveEvents(records).shared[0].clash);
}

TEST(ResolveEventsTest, NoReferenceJoinsNothing) {
  EXPECT_EQ(Resolved({Incident(1, 10, 10, {}), Incident(2, 10, 10, {}), Incident(3, 10, 10, {0}),
                      Incident(4, 10, 10, {0})}),
            (std::set<Ids>{{1}, {2}, {3}, {4}}));
  EXPECT_THAT(ResolveEvents({Incident(3, 10, 10, {0}), Incident(4, 10, 10, {0})}).shared,
              IsEmpty());
}

TEST(ResolveEventsTest, AnEventIsNamedByTheRecordThatArrivedFirst) {
  const std::vector<RecordEventFacts> records = {Incident(9, 10, 10, {7}),
                                                 Incident(4, 10, 10, {7})};
  const EventResolution r = ResolveEvents(records);
  ASSERT_THAT(r.events, SizeIs(1));
  EXPECT_THAT(r.events[0].records, ElementsAre(1, 0));
  EXPECT_THAT(r.event_of, ElementsAre(0, 0));
}

TEST(ResolveEventsTest, AReferenceThatAllShareStaysCheap) {
  std::vector<RecordEventFacts> records;
  for (uint64_t i = 1; i <= 100000; ++i) {
    records.push_back(
        Incident(i, static_cast<int64_t>(i) * 100, static_cast<int64_t>(i) * 100 + 9, {7}));
  }
  const EventResolution r = ResolveEvents(records);
  EXPECT_THAT(r.events, SizeIs(100000));
  ASSERT_THAT(r.shared, SizeIs(1));
  EXPECT_TRUE(r.shared[0].clash);
}

TEST(CrimeReferenceTest, ScopedByForceAndYear) {
  const auto key = [](const char* text, const char* force) {
    const CrimeReferenceParts parts = ParseCrimeReference(text, force);
    return CrimeReferenceKey(parts.issuing_force, parts.year, parts.number);
  };
  EXPECT_EQ(key("MPS 2803303/17", ""), key("2803303/2017", "mps"));
  EXPECT_EQ(key("mps 2803303-17", ""), key("MPS 02803303/17", ""));
  EXPECT_NE(key("MPS 2803303/17", ""), key("MPS 2803303/18", ""));
  EXPECT_NE(key("MPS 2803303/17", ""), key("BTP 2803303/17", ""));
  EXPECT_EQ(key("BTP B-661/17", ""), key("b661/2017", "btp"));
  EXPECT_EQ(key("MPS /17", ""), 0u);
  EXPECT_EQ(key("0000/17", "mps"), 0u);
  EXPECT_EQ(key("2803303/17", ""), 0u) << "without a force it means nothing";
}

// A record whose own id has the key `id`, and which names former ids.
RecordEventFacts Moved(uint64_t id, int64_t from, int64_t to,
                       const absl::InlinedVector<uint64_t, 1>& former,
                       const absl::InlinedVector<uint64_t, 1>& references = {}) {
  RecordEventFacts facts = Incident(id, from, to, references);
  facts.source = id;
  facts.former_sources = former;
  return facts;
}

TEST(ResolveEventsTest, ARecordAndItsFormerIdAreOneEventThoughTheDateWasPutRight) {
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}), Moved(2, 30, 30, {1})}), (std::set<Ids>{{1, 2}}));
  // What others share a reference with is compared with the account that counts.
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}, {7}), Moved(2, 30, 30, {1}), Incident(3, 30, 30, {7})}),
            (std::set<Ids>{{1, 2, 3}}));
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}, {7}), Moved(2, 30, 30, {1}), Incident(3, 10, 10, {7})}),
            (std::set<Ids>{{1, 2}, {3}}));
}

TEST(ResolveEventsTest, AFormerIdThatIsNotHereJoinsNobody) {
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {9}), Moved(2, 10, 10, {9})}), (std::set<Ids>{{1}, {2}}));
}

TEST(ResolveEventsTest, ARecordOfAnotherKindUnderAFormerIdIsItsOwnEvent) {
  RecordEventFacts recovery = Moved(2, 10, 10, {1});
  recovery.kind = EventKind::kRecovery;
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}), recovery}), (std::set<Ids>{{1}, {2}}));
}

TEST(ResolveEventsTest, SeveralWhoClaimOneFormerIdAreOnlyRelatedByIt) {
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}), Moved(2, 10, 10, {1}), Moved(3, 30, 30, {1})}),
            (std::set<Ids>{{1, 2}, {3}}));
}

TEST(ResolveEventsTest, AWordForNoneInAColumnOfFormerIdsMakesNoEvent) {
  std::vector<RecordEventFacts> records = {Moved(1, 10, 10, {})};
  for (uint64_t i = 2; i < 20; ++i) records.push_back(Moved(i, 10, 10, {1}));
  EXPECT_EQ(ResolveEvents(records).events.size(), records.size());
}

TEST(ResolveEventsTest, ARecordThatMovedTwiceIsOneEventByItsLastAccount) {
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}), Moved(2, 20, 20, {1}), Moved(3, 30, 30, {1, 2}, {7}),
                      Incident(4, 30, 30, {7})}),
            (std::set<Ids>{{1, 2, 3, 4}}));
}

TEST(ResolveEventsTest, RecordsThatNameEachOtherAreOneEvent) {
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {2}), Moved(2, 20, 20, {1})}), (std::set<Ids>{{1, 2}}));
}

// A record that says that its case group is one of the record `of`.
RecordEventFacts Spent(uint64_t id, int64_t from, int64_t to, uint64_t of,
                       const absl::InlinedVector<uint64_t, 1>& references = {}) {
  RecordEventFacts facts = Moved(id, from, to, {}, references);
  facts.spent_item_sources = {of};
  return facts;
}

// The same of a gun.
RecordEventFacts Carried(uint64_t id, int64_t from, int64_t to, uint64_t of,
                         const absl::InlinedVector<uint64_t, 1>& references = {}) {
  RecordEventFacts facts = Moved(id, from, to, {}, references);
  facts.other_item_sources = {of};
  return facts;
}

TEST(ResolveEventsTest, WhoSaysThatItsItemIsAnothersTellsOfTheSameEvent) {
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}), Spent(2, 10, 10, 1)}), (std::set<Ids>{{1, 2}}));
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}), Carried(2, 5, 15, 1)}), (std::set<Ids>{{1, 2}}));
  RecordEventFacts undated = Spent(3, 0, 0, 1);
  undated.occurred = {};
  const std::vector<RecordEventFacts> records = {Moved(1, 10, 10, {}), Spent(2, 5, 15, 1), undated};
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1, 2, 3}}));
  EXPECT_EQ(ResolveEvents(records).events[0].occurred, (TimeInterval{10, 10}));
  EXPECT_THAT(ResolveEvents(records).shared, IsEmpty());
  // Two recoveries of one item are one, though each is made under an inquiry.
  std::vector<RecordEventFacts> recoveries = {Moved(1, 10, 10, {}, {7}),
                                              Carried(2, 10, 10, 1, {8})};
  for (RecordEventFacts& one : recoveries) one.kind = EventKind::kRecovery;
  EXPECT_EQ(Resolved(recoveries), (std::set<Ids>{{1, 2}}));
}

TEST(ResolveEventsTest, ItemsOfARecordThatIsNotHereOrOfAnotherKindJoinNobody) {
  EXPECT_EQ(Resolved({Spent(1, 10, 10, 9), Spent(2, 10, 10, 9)}), (std::set<Ids>{{1}, {2}}));
  RecordEventFacts recovery = Moved(1, 10, 10, {});
  recovery.kind = EventKind::kRecovery;
  const std::vector<RecordEventFacts> records = {recovery, Carried(2, 10, 10, 1),
                                                 Carried(3, 10, 10, 1)};
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1}, {2}, {3}}));
  EXPECT_THAT(ResolveEvents(records).shared, IsEmpty());
}

TEST(ResolveEventsTest, AccountsOfWhatWasSpentThatTimeKeepsApartClashAndOfAGunDoNot) {
  std::vector<RecordEventFacts> records = {Moved(1, 10, 10, {}), Spent(2, 30, 30, 1)};
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1}, {2}}));
  EventResolution r = ResolveEvents(records);
  ASSERT_THAT(r.shared, SizeIs(1));
  EXPECT_TRUE(r.shared[0].clash);
  EXPECT_THAT(r.shared[0].under, ElementsAre(0, 1));

  records[1] = Carried(2, 30, 30, 1);
  EXPECT_EQ(Resolved(records), (std::set<Ids>{{1}, {2}}));
  r = ResolveEvents(records);
  ASSERT_THAT(r.shared, SizeIs(1));
  EXPECT_FALSE(r.shared[0].clash);
  EXPECT_THAT(r.shared[0].events, ElementsAre(0, 1));
}

TEST(ResolveEventsTest, TwoCrimesWithReferencesOfTheirOwnAndOneGunStayTwo) {
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}, {7}), Carried(2, 10, 10, 1, {8})}),
            (std::set<Ids>{{1}, {2}}));
  // The laboratory's account of one has none.
  EXPECT_EQ(
      Resolved({Moved(1, 10, 10, {}, {7}), Carried(2, 10, 10, 1), Carried(3, 30, 30, 1, {8})}),
      (std::set<Ids>{{1, 2}, {3}}));
  // A case lies where one shot was fired, whatever two forces call it.
  EXPECT_EQ(Resolved({Moved(1, 10, 10, {}, {7}), Spent(2, 10, 10, 1, {8})}),
            (std::set<Ids>{{1, 2}}));
}

}  // namespace
}  // namespace serieslink::linkage
