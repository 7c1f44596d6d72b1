#include "services/linkage/core/series.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// One weapon of all exhibits: each has an event record of its own number.
class SeriesTest : public ::testing::Test {
 protected:
  void Add(ExhibitKind kind, EventKind event, TimeInterval occurred) {
    ExhibitFacts facts;
    facts.public_id = facts.record_number = facts.event_record_number = exhibits_.size() + 1;
    facts.exhibit_number = facts.record_number << 16;
    facts.kind = kind;
    RecordEventFacts record;
    record.record_number = record.public_id = facts.record_number;
    record.kind = event;
    record.occurred = occurred;
    if (!exhibits_.empty()) {
      Statement s;
      s.SetPair(1, facts.public_id);
      s.channel = Channel::kDescription;
      s.verdict = Verdict::kConfirmed;
      s.basis = Basis::kAnalyst;
      s.name = facts.public_id;
      statements_.push_back(s);
    }
    exhibits_.push_back(facts);
    records_.push_back(record);
  }

  WeaponHistory Resolve() {
    const Resolution resolution = linkage::Resolve(exhibits_, statements_);
    const EventResolution events = ResolveEvents(records_);
    const std::vector<WeaponHistory> histories =
        ResolveHistories(exhibits_, resolution, records_, events);
    EXPECT_THAT(histories, SizeIs(1));
    return histories.at(0);
  }

  std::vector<ExhibitFacts> exhibits_;
  std::vector<RecordEventFacts> records_;
  std::vector<Statement> statements_;
};

TEST_F(SeriesTest, OnlyIncidentsMakeASeries) {
  Add(ExhibitKind::kCaseGroup, EventKind::kIncident, {10, 10});
  Add(ExhibitKind::kDescribedGun, EventKind::kLoss, {1, 5});
  Add(ExhibitKind::kGun, EventKind::kRecovery, {20, 20});
  Add(ExhibitKind::kGun, EventKind::kDisposal, {30, 30});
  const WeaponHistory history = Resolve();
  EXPECT_FALSE(history.is_series);
  EXPECT_EQ(history.incident_count, 1u);
  EXPECT_THAT(history.events, SizeIs(4));
  EXPECT_FALSE(history.inferred);
  EXPECT_TRUE(history.recovered);
}

TEST_F(SeriesTest, TwoExhibitsOfOneIncidentAreOneIncident) {
  Add(ExhibitKind::kCaseGroup, EventKind::kIncident, {10, 10});
  Add(ExhibitKind::kBulletGroup, EventKind::kIncident, {10, 10});
  exhibits_[1].event_record_number = 1;
  const WeaponHistory history = Resolve();
  EXPECT_EQ(history.incident_count, 1u);
  EXPECT_FALSE(history.is_series);
  EXPECT_TRUE(history.inferred);
  EXPECT_FALSE(history.recovered);
}

TEST_F(SeriesTest, FirstAndLastUseKeepTheirUncertainty) {
  Add(ExhibitKind::kCaseGroup, EventKind::kIncident, {10, 40});
  Add(ExhibitKind::kCaseGroup, EventKind::kIncident, {20, 25});
  Add(ExhibitKind::kCaseGroup, EventKind::kIncident, {30, 35});
  const WeaponHistory history = Resolve();
  EXPECT_TRUE(history.is_series);
  EXPECT_EQ(history.first_incident, (TimeInterval{10, 25}));
  EXPECT_EQ(history.last_incident, (TimeInterval{30, 40}));
}

TEST_F(SeriesTest, ATestFireIsNoUse) {
  Add(ExhibitKind::kCaseGroup, EventKind::kIncident, {10, 10});
  Add(ExhibitKind::kTestFireCases, EventKind::kIncident, {90, 90});
  const WeaponHistory history = Resolve();
  EXPECT_EQ(history.incident_count, 1u);
  EXPECT_THAT(history.events, ElementsAre(0));
}

TEST_F(SeriesTest, AGunThatAnIncidentListsIsNotInHandUntilSomethingSaysSo) {
  Add(ExhibitKind::kGun, EventKind::kIncident, {10, 10});
  Add(ExhibitKind::kGun, EventKind::kIncident, {20, 20});
  Add(ExhibitKind::kDescribedGun, EventKind::kLoss, {1, 5});
  EXPECT_TRUE(Resolve().inferred);
  exhibits_[1].in_hand = true;  // at the laboratory
  EXPECT_FALSE(Resolve().inferred);
  EXPECT_FALSE(Resolve().recovered);
  exhibits_[1].in_hand = false;
  Add(ExhibitKind::kTestFireCases, EventKind::kUnspecified, {});
  EXPECT_FALSE(Resolve().inferred);
}

TEST_F(SeriesTest, ItIsInHandByTheEarliestLatestMomentOfAGunsRecovery) {
  Add(ExhibitKind::kCaseGroup, EventKind::kRecovery, {1, 2});
  Add(ExhibitKind::kGun, EventKind::kSurrender, {10, 40});
  Add(ExhibitKind::kGun, EventKind::kDisposal, {20, 30});
  EXPECT_EQ(Resolve().in_hand_by_s, 30);
}

TEST_F(SeriesTest, AWeaponIssuedToPoliceIsNoSeriesUntilOneDeniesItOrItIsLost) {
  Add(ExhibitKind::kGun, EventKind::kIncident, {10, 10});
  Add(ExhibitKind::kGun, EventKind::kIncident, {20, 20});
  Add(ExhibitKind::kCaseGroup, EventKind::kIncident, {30, 30});
  EXPECT_FALSE(Resolve().is_police_issue);
  EXPECT_TRUE(Resolve().is_series) << "nobody says so";
  exhibits_[1].police_issue = PoliceIssue::kYes;
  EXPECT_TRUE(Resolve().is_police_issue);
  EXPECT_FALSE(Resolve().is_series);
  EXPECT_EQ(Resolve().incident_count, 3u) << "its history stays";
  exhibits_[0].police_issue = PoliceIssue::kNo;
  EXPECT_FALSE(Resolve().is_police_issue);
  EXPECT_TRUE(Resolve().is_series) << "one denies it";
  exhibits_[0].police_issue = PoliceIssue::kYes;
  EXPECT_FALSE(Resolve().is_series);
  Add(ExhibitKind::kGun, EventKind::kSighting, {25, 25});
  Add(ExhibitKind::kGun, EventKind::kRecovery, {40, 40});
  EXPECT_FALSE(Resolve().is_series) << "nothing of that is a loss";
  Add(ExhibitKind::kDescribedGun, EventKind::kLoss, {1, 5});
  EXPECT_FALSE(Resolve().is_police_issue);
  EXPECT_TRUE(Resolve().is_series) << "it was lost";
}

TEST_F(SeriesTest, WhetherAWeaponIsPoliceIssueDoesNotDependOnItsIncidents) {
  Add(ExhibitKind::kGun, EventKind::kIncident, {10, 10});
  exhibits_[0].police_issue = PoliceIssue::kYes;
  EXPECT_TRUE(Resolve().is_police_issue);
  EXPECT_FALSE(Resolve().is_series);
  exhibits_[0].police_issue = PoliceIssue::kNo;
  EXPECT_FALSE(Resolve().is_police_issue);
}

TEST_F(SeriesTest, CasesFoundAtARecoveryAreNoGunInHand) {
  Add(ExhibitKind::kCaseGroup, EventKind::kRecovery, {10, 10});
  const WeaponHistory history = Resolve();
  EXPECT_FALSE(history.recovered);
  EXPECT_TRUE(history.inferred);
}

}  // namespace
}  // namespace serieslink::linkage
