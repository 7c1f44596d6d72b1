#include "services/linkage/core/flags.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kHour_s = 3600;
constexpr int64_t kDay_s = 24 * kHour_s;
constexpr EventPoint kHaringey = {51.59, -0.11};
constexpr EventPoint kLiverpool = {53.41, -2.98};  // 280 km from there

std::shared_ptr<const CustodyAccount> HeldBy(const CustodyFact& fact) {
  return std::make_shared<CustodyAccount>(CustodyAccount{
      .held = {fact}, .teller = 100 + fact.holder, .parties = {fact.holder}, .references = {}});
}

// Records with one exhibit each, all joined to the first by an examiner unless told otherwise.
class FlagsTest : public testing::Test {
 protected:
  // The exhibit's index.
  uint32_t Add(EventKind event, ExhibitKind exhibit, TimeInterval occurred,
               std::optional<EventPoint> point = {}, uint64_t borough = 0,
               std::vector<uint64_t> references = {}) {
    const uint64_t number = records_.size() + 1;
    RecordEventFacts record;
    record.record_number = number;
    record.public_id = 100 + number;
    record.kind = event;
    record.occurred = occurred;
    record.borough = borough;
    record.references.assign(references.begin(), references.end());
    records_.push_back(record);
    points_.push_back(point);
    ExhibitFacts facts;
    facts.public_id = 200 + number;
    facts.record_number = number;
    facts.exhibit_number = number << 16;
    facts.event_record_number = number;
    facts.kind = exhibit;
    exhibits_.push_back(facts);
    if (number > 1) Say(201, facts.public_id, Channel::kCase, Verdict::kConfirmed);
    return static_cast<uint32_t>(number - 1);
  }

  void Say(uint64_t a, uint64_t b, Channel channel, Verdict verdict) {
    Statement s;
    s.SetPair(a, b);
    s.channel = channel;
    s.basis = Basis::kExaminer;
    s.stage = Stage::kMicroscope;
    s.verdict = verdict;
    s.name = 1000 + statements_.size();
    statements_.push_back(s);
  }

  // "kind: exhibits; events" of the first weapon's flags.
  std::vector<std::string> Flags() {
    const Resolution resolution = Resolve(exhibits_, statements_);
    const EventResolution events = ResolveEvents(records_);
    const auto histories = ResolveHistories(exhibits_, resolution, records_, events);
    const auto flags = FlagsOf(exhibits_, resolution, records_, points_, events, histories);
    EXPECT_EQ(flags.size(), resolution.weapons.size());
    std::vector<std::string> told;
    for (const WeaponFlag& flag : flags[0]) {
      std::string text = absl::StrCat(static_cast<int>(flag.kind), ":");
      for (const uint32_t exhibit : flag.exhibits) absl::StrAppend(&text, " x", exhibit);
      for (const uint32_t event : flag.events) absl::StrAppend(&text, " e", event);
      told.push_back(text);
    }
    return told;
  }

  std::vector<ExhibitFacts> exhibits_;
  std::vector<RecordEventFacts> records_;
  std::vector<std::optional<EventPoint>> points_;
  std::vector<Statement> statements_;
};

constexpr EventKind kIncident = EventKind::kIncident;
constexpr ExhibitKind kGun = ExhibitKind::kGun;
constexpr ExhibitKind kCases = ExhibitKind::kCaseGroup;

TEST_F(FlagsTest, AWeaponOfWhichNothingIsOddHasNone) {
  Add(kIncident, kCases, {0, kDay_s}, kHaringey, 1, {7});
  Add(kIncident, kCases, {9 * kDay_s, 9 * kDay_s}, kLiverpool, 2, {8});
  Add(EventKind::kRecovery, kGun, {20 * kDay_s, 20 * kDay_s}, kHaringey, 1, {7});
  EXPECT_THAT(Flags(), IsEmpty());
}

TEST_F(FlagsTest, AnIncidentAfterTheGunCameInIsFlaggedUnlessItCanHaveGotOut) {
  Add(EventKind::kRecovery, kGun, {0, kDay_s});
  Add(kIncident, kCases, {5 * kDay_s, 5 * kDay_s});
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
  // It was stolen again, or returned: at a time that is not known.
  Add(EventKind::kLoss, ExhibitKind::kDescribedGun, {});
  EXPECT_THAT(Flags(), IsEmpty());
  // Certainly only after that incident.
  records_[2].occurred = {6 * kDay_s, 7 * kDay_s};
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
  // An incident that can have been before it came in says nothing.
  records_[1].occurred = {kDay_s / 2, 5 * kDay_s};
  EXPECT_THAT(Flags(), IsEmpty());
}

TEST_F(FlagsTest, ADisposalIsAWayOutUnlessTheGunWasKept) {
  Add(EventKind::kRecovery, kGun, {0, kDay_s});
  Add(kIncident, kCases, {9 * kDay_s, 9 * kDay_s});
  Add(EventKind::kDisposal, kGun, {5 * kDay_s, 6 * kDay_s});
  EXPECT_THAT(Flags(), IsEmpty()) << "nobody says what became of it";
  records_[2].disposal = DisposalKind::kReturned;
  EXPECT_THAT(Flags(), IsEmpty());
  records_[2].disposal = DisposalKind::kRetained;
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
  // A gun that is kept is in hand, however it came there.
  records_[0].kind = EventKind::kUnspecified;
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
}

TEST_F(FlagsTest, ADisposalOfWhichRecordsDisagreeIsAWayOut) {
  Add(EventKind::kRecovery, kGun, {0, kDay_s});
  Add(kIncident, kCases, {9 * kDay_s, 9 * kDay_s});
  // One event, by its reference.
  Add(EventKind::kDisposal, kGun, {5 * kDay_s, 5 * kDay_s}, {}, 0, {7});
  Add(EventKind::kDisposal, kGun, {5 * kDay_s, 5 * kDay_s}, {}, 0, {7});
  records_[2].disposal = DisposalKind::kRetained;
  records_[3].disposal = DisposalKind::kUnknown;
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
  records_[3].disposal = DisposalKind::kTransferred;
  EXPECT_THAT(Flags(), IsEmpty());
}

TEST_F(FlagsTest, AWayOutThatCanHaveBeenAfterItCameInCounts) {
  Add(EventKind::kRecovery, kGun, {0, 5 * kDay_s});
  Add(kIncident, kCases, {9 * kDay_s, 9 * kDay_s});
  Add(EventKind::kDisposal, kGun, {2 * kDay_s, 3 * kDay_s});
  EXPECT_THAT(Flags(), IsEmpty());
  records_[2].occurred = {-3 * kDay_s, -2 * kDay_s};
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
}

TEST_F(FlagsTest, ALossWhileAnEntryOfCustodyRunsIsFlagged) {
  const uint32_t gun = Add(EventKind::kRecovery, kGun, {5, 5});
  exhibits_[gun].custody = HeldBy({.holder = 1, .from_s = 10, .until_s = 20, .until_latest_s = 20});
  Add(EventKind::kLoss, ExhibitKind::kDescribedGun, {12, 19});
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
  records_[1].occurred = {12, 21};
  EXPECT_THAT(Flags(), IsEmpty()) << "it can have been given back by then";
  // Where nothing says that it ended, the loss may be how it did.
  records_[1].occurred = {12, 19};
  exhibits_[gun].custody =
      HeldBy({.holder = 1, .from_s = 10, .until_s = TimeInterval::kUnknownLatest});
  EXPECT_THAT(Flags(), IsEmpty());
}

TEST_F(FlagsTest, AnIncidentWhileAnEntryOfCustodyRunsIsFlagged) {
  const uint32_t gun = Add(EventKind::kUnspecified, kGun, {});
  exhibits_[gun].custody = HeldBy({.holder = 1, .from_s = 10, .until_s = 20, .until_latest_s = 20});
  Add(kIncident, kCases, {12, 19});
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
  records_[1].occurred = {12, 21};
  EXPECT_THAT(Flags(), IsEmpty());
  records_[1].occurred = {30, 31};
  EXPECT_THAT(Flags(), IsEmpty());
  exhibits_[gun].custody =
      HeldBy({.holder = 1, .from_s = 10, .until_s = TimeInterval::kUnknownLatest});
  EXPECT_THAT(Flags(), ElementsAre("1: e1"));
}

TEST_F(FlagsTest, ConflictsAndExchangedPartsAreToldApart) {
  Add(kIncident, kCases, {0, 0});
  Add(kIncident, kCases, {9 * kDay_s, 9 * kDay_s});
  Say(201, 202, Channel::kBullet, Verdict::kEliminated);
  EXPECT_THAT(Flags(), ElementsAre("3: x0 x1"));
  Say(201, 202, Channel::kCase, Verdict::kEliminated);  // of equal date
  EXPECT_THAT(Flags(), ElementsAre("2: x0 x1"));
}

TEST_F(FlagsTest, GunsHeldByDifferentHoldersAtOneTimeAreFlaggedOnBoth) {
  for (const uint64_t holder : {1, 2}) {
    const uint32_t gun = Add(EventKind::kUnspecified, kGun, {});
    exhibits_[gun].custody =
        HeldBy({.holder = holder, .from_s = 10, .until_s = 20, .until_latest_s = 20});
  }
  EXPECT_THAT(Flags(), ElementsAre("1: x0 x1"));
}

TEST_F(FlagsTest, TravelIsImpossibleOnlyHoweverWideTimesAndPlacesAreRead) {
  Add(kIncident, kCases, {0, 0}, kHaringey);
  Add(kIncident, kCases, {600, 600}, kLiverpool);
  EXPECT_THAT(Flags(), ElementsAre("4: e0 e1")) << "ten minutes";
  records_[1].occurred = {-600, 600};
  EXPECT_THAT(Flags(), ElementsAre("4: e0 e1")) << "ten minutes either way";
  records_[1].occurred = {600, 2 * kHour_s};
  EXPECT_THAT(Flags(), IsEmpty()) << "it can have been two hours";
  records_[1].occurred = {TimeInterval::kUnknownEarliest, 600};
  EXPECT_THAT(Flags(), IsEmpty()) << "when is not known";
  records_[1].occurred = {600, 600};
  points_[1].reset();
  EXPECT_THAT(Flags(), IsEmpty()) << "where is not known";
  points_[1] = EventPoint{51.60, -0.10};
  EXPECT_THAT(Flags(), IsEmpty()) << "round the corner";
  points_[1] = kLiverpool;
  exhibits_[1].kind = ExhibitKind::kSightedGun;
  EXPECT_THAT(Flags(), IsEmpty()) << "a gun that somebody saw can be another";
}

TEST_F(FlagsTest, AReferenceOfTwoEventsThatTimeKeepsApartClashes) {
  Add(kIncident, kCases, {0, kDay_s}, {}, 1, {7});
  Add(kIncident, kCases, {90 * kDay_s, 91 * kDay_s}, {}, 1, {7});
  EXPECT_THAT(Flags(), ElementsAre("6: e0 e1"));
  records_[1].kind = EventKind::kRecovery;
  EXPECT_THAT(Flags(), IsEmpty()) << "a recovery goes under the reference of its crime";
}

TEST_F(FlagsTest, AccountsOfOneCaseThatTimeKeepsApartClash) {
  Add(kIncident, kCases, {0, kDay_s});
  Add(kIncident, kCases, {90 * kDay_s, 91 * kDay_s});
  records_[0].source = 1;
  records_[1].source = 2;
  records_[1].other_item_sources = {1};
  EXPECT_THAT(Flags(), IsEmpty()) << "a gun can be at two";
  records_[1].spent_item_sources = {1};
  EXPECT_THAT(Flags(), ElementsAre("6: e0 e1"));
}

TEST_F(FlagsTest, TwoIncidentsOfOnePlaceAndDayWithoutACommonReferenceMayBeOne) {
  Add(kIncident, kCases, {0, kDay_s}, {}, 1, {7});
  Add(kIncident, kCases, {kHour_s, kHour_s}, {}, 1, {8});
  EXPECT_THAT(Flags(), ElementsAre("7: e0 e1"));
  records_[1].borough = 2;
  EXPECT_THAT(Flags(), IsEmpty());
  records_[1].borough = 1;
  records_[1].occurred = {3 * kDay_s, 3 * kDay_s};
  EXPECT_THAT(Flags(), IsEmpty());
  records_[1].occurred = {0, 9 * kDay_s};
  EXPECT_THAT(Flags(), IsEmpty()) << "a week is no day";
}

TEST_F(FlagsTest, AFindingAboutAnExhibitThatIsGoneIsStale) {
  Add(kIncident, kCases, {0, kDay_s});
  Say(201, 999, Channel::kCase, Verdict::kConfirmed);
  EXPECT_THAT(Flags(), ElementsAre("5: x0"));
}

TEST_F(FlagsTest, WhatIsNoSeriesForBeingIssuedToPoliceSaysSo) {
  Add(kIncident, kCases, {0, kDay_s});
  exhibits_[0].police_issue = PoliceIssue::kYes;
  EXPECT_THAT(Flags(), IsEmpty()) << "it would be none anyway";
  Add(kIncident, kCases, {9 * kDay_s, 10 * kDay_s});
  Add(EventKind::kRecovery, ExhibitKind::kGun, {20 * kDay_s, 21 * kDay_s});
  EXPECT_THAT(Flags(), ElementsAre("8: x0"));
  exhibits_[2].police_issue = PoliceIssue::kYes;
  EXPECT_THAT(Flags(), ElementsAre("8: x0 x2"));
  exhibits_[1].police_issue = PoliceIssue::kNo;
  EXPECT_THAT(Flags(), ElementsAre("9: x0 x1 x2"));
  exhibits_[1].police_issue = PoliceIssue::kYes;
  Add(EventKind::kLoss, ExhibitKind::kDescribedGun, {0, 2 * kDay_s});
  EXPECT_THAT(Flags(), IsEmpty()) << "it was lost, and is a series like any other";
  exhibits_[1].police_issue = PoliceIssue::kNo;
  EXPECT_THAT(Flags(), ElementsAre("9: x0 x1 x2"));
}

TEST(FlagsKindTest, WhatCannotAllBeSoIsToldFromWhatWantsTidying) {
  std::vector<int> contradictions;
  for (int kind = 1; *WordsOf(static_cast<FlagKind>(kind)) != '\0'; ++kind) {
    if (IsContradiction(static_cast<FlagKind>(kind))) contradictions.push_back(kind);
  }
  EXPECT_THAT(contradictions, ElementsAre(static_cast<int>(FlagKind::kCustodyContradiction),
                                          static_cast<int>(FlagKind::kConflict),
                                          static_cast<int>(FlagKind::kPartsExchange),
                                          static_cast<int>(FlagKind::kImpossibleTravel)));
}

TEST(FlagsDistanceTest, IsTheDistanceOnTheEarth) {
  EXPECT_NEAR(DistanceKm(kHaringey, kLiverpool), 280, 5);
  EXPECT_NEAR(DistanceKm({0, 179.5}, {0, -179.5}), 111.2, 0.5);
  EXPECT_EQ(DistanceKm(kHaringey, kHaringey), 0);
}

}  // namespace
}  // namespace serieslink::linkage
