// One gun used in four drive-bys, two guns at the third, and both found in one flat: the whole
// meaning of linkage on one small case, in three stages of knowledge.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/resolve.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/series.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// Seconds since 1970 of a moment in 2017, by day of the year from 1.
constexpr int64_t kYear2017S = 1483228800;
constexpr int64_t At(int day, int hour, int minute) {
  return kYear2017S + (day - 1) * 86400 + hour * 3600 + minute * 60;
}
constexpr TimeInterval Moment(int day, int hour, int minute) {
  return {At(day, hour, minute), At(day, hour, minute) + 59};
}
constexpr TimeInterval Days(int from, int to) { return {At(from, 0, 0), At(to, 23, 59) + 59}; }

// Days of 2017.
constexpr int kJan14 = 14, kFeb3 = 34, kMar17 = 76, kMar18 = 77, kApr10 = 100, kApr22 = 112;
constexpr int kMay2 = 122, kMay3 = 123, kJun20 = 171, kJun26 = 177, kJun27 = 178;

class FourDriveBys : public ::testing::Test {
 protected:
  // Records and exhibits are numbered in the order in which they are added; public ids are
  // scattered, so that nothing leans on their order agreeing with that of arrival.
  uint64_t PublicId(const std::string& name) {
    uint64_t h = 1469598103934665603ull;
    for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    return h >> 4;
  }

  uint64_t AddRecord(const std::string& name) {
    const uint64_t number = record_number_.size() + 1;
    record_number_.emplace(name, number);
    return number;
  }

  void AddEvent(const std::string& name, EventKind kind, TimeInterval occurred,
                const std::string& borough, const std::vector<std::string>& references,
                const std::vector<std::string>& cited = {}) {
    RecordEventFacts facts;
    facts.record_number = AddRecord(name);
    facts.public_id = PublicId(name);
    facts.kind = kind;
    facts.occurred = occurred;
    facts.borough = PlaceKey(borough);
    const auto key = [](const std::string& text) {
      const CrimeReferenceParts parts = ParseCrimeReference(text, "");
      return CrimeReferenceKey(parts.issuing_force, parts.year, parts.number);
    };
    for (const std::string& r : references) facts.references.push_back(key(r));
    for (const std::string& r : cited) facts.cited_references.push_back(key(r));
    events_.push_back(facts);
  }

  ExhibitFacts& AddExhibit(const std::string& name, ExhibitKind kind, const std::string& record,
                           const std::string& event_record) {
    if (!record_number_.contains(record)) AddRecord(record);
    ExhibitFacts facts;
    facts.public_id = PublicId(name);
    facts.record_number = record_number_.at(record);
    facts.exhibit_number = facts.record_number << 16 | ordinal_[record]++;
    facts.event_record_number = event_record.empty() ? 0 : record_number_.at(event_record);
    facts.kind = kind;
    name_of_.emplace(facts.public_id, name);
    exhibits_.push_back(facts);
    return exhibits_.back();
  }

  void AddFinding(const std::string& name, const std::string& a, const std::string& b,
                  Channel channel, Verdict verdict, int day) {
    Statement s;
    s.SetPair(PublicId(a), PublicId(b));
    s.channel = channel;
    s.verdict = verdict;
    s.basis = Basis::kExaminer;
    s.stage = Stage::kMicroscope;
    s.examined = Days(day, day);
    s.stated_at_s = At(day, 12, 0);
    s.name = PublicId(name);
    findings_.emplace(name, s);
  }

  void AddTestFire(const std::string& test_fire, const std::string& gun, ExhibitKind kind) {
    AddExhibit(test_fire, kind, test_fire, "");
    Statement s;
    s.SetPair(PublicId(test_fire), PublicId(gun));
    s.channel = Channel::kSourceReference;
    s.verdict = Verdict::kConfirmed;
    s.basis = Basis::kSourceReference;
    s.relation = Relation::kTestFireOf;
    s.name = PublicId("child " + test_fire);
    findings_.emplace("child " + test_fire, s);
  }

  // What is known by the end of May: four shootings, and what was found at them.
  void StageA() {
    AddEvent("I1", EventKind::kIncident, Moment(kJan14, 23, 40), "E09000014", {"MPS 2801101/17"});
    AddEvent("I2", EventKind::kIncident, Moment(kFeb3, 21, 5), "E09000010", {"MPS 2802214/17"});
    AddEvent("I3", EventKind::kIncident, Moment(kMar18, 2, 15), "E09000014", {"MPS 2803303/17"});
    AddEvent("I3b", EventKind::kIncident, Days(kMar18, kMar18), "",
             {"BTP B-661/17", "MPS 2803303/2017"});
    AddEvent("I3n", EventKind::kIncident, Days(kMar17, kMar18), "", {"MPS 2803303/17"});
    AddEvent("I4", EventKind::kIncident, Moment(kApr22, 19, 30), "", {"MERS 170422/55"});
    AddExhibit("X1", ExhibitKind::kCaseGroup, "X1", "I1").calibre = ReadCalibre("9x19");
    AddExhibit("X2", ExhibitKind::kBulletGroup, "X2", "I2").calibre = ReadCalibre("9 mm class");
    AddExhibit("X3a", ExhibitKind::kCaseGroup, "X3a", "I3").calibre = ReadCalibre("9x19");
    AddExhibit("X3b", ExhibitKind::kBulletGroup, "X3b", "I3").calibre = ReadCalibre(".38 class");
    AddExhibit("X4", ExhibitKind::kCaseGroup, "X4", "I4").calibre = ReadCalibre("9x19");
    AddFinding("F1", "X1", "X3a", Channel::kCase, Verdict::kConfirmed, kApr10);
    AddFinding("F2", "X3a", "X4", Channel::kCase, Verdict::kConfirmed, kMay2);
    AddFinding("F6", "X2", "X3b", Channel::kBullet, Verdict::kEliminated, kMay3);
  }

  // Two guns in one flat, their test-fires, and what the laboratory says of them.
  void StageB() {
    AddEvent("R1", EventKind::kRecovery, Moment(kJun20, 6, 10), "E09000003", {},
             {"MPS 2801101/17"});
    ExhibitFacts& g1 = AddExhibit("G1", ExhibitKind::kGun, "R1", "R1");
    g1.apart_key = g1.record_number;
    g1.make = ReadMake("Glock").key;
    g1.calibre = ReadCalibre("9x19");
    AddSerialFacts("XKR417", SerialPart::kFrame, StatedLegibility::kClear, &g1.serials);
    ExhibitFacts& g2 = AddExhibit("G2", ExhibitKind::kGun, "R1", "R1");
    g2.apart_key = g2.record_number;
    g2.make = ReadMake("Smith & Wesson").key;
    g2.calibre = ReadCalibre(".38 Special");
    AddSerialFacts("ground off", SerialPart::kFrame, StatedLegibility::kUnspecified, &g2.serials);
    AddTestFire("TFc", "G1", ExhibitKind::kTestFireCases);
    AddTestFire("TFb", "G1", ExhibitKind::kTestFireBullets);
    AddTestFire("TF2", "G2", ExhibitKind::kTestFireBullets);
    AddFinding("F4", "X1", "TFc", Channel::kCase, Verdict::kConfirmed, kJun26);
    AddFinding("F3", "X2", "TFb", Channel::kBullet, Verdict::kConfirmed, kJun27);
    AddFinding("F5", "X3b", "TF2", Channel::kBullet, Verdict::kConfirmed, kJun27);
  }

  struct Result {
    Resolution resolution;
    EventResolution events;
    std::vector<WeaponHistory> histories;
  };

  // Resolves everything added, in an order chosen by `turn`, each statement given twice.
  Result ResolveAll(size_t turn = 0) {
    std::vector<Statement> statements = RuleStatements(exhibits_, RuleSet::Serving());
    for (const auto& [name, s] : findings_) statements.insert(statements.end(), 2, s);
    const auto rotate = [turn](auto& items) {
      std::rotate(items.begin(), items.begin() + static_cast<ptrdiff_t>(turn % items.size()),
                  items.end());
    };
    rotate(statements);
    rotate(exhibits_);
    rotate(events_);
    Result result;
    result.resolution = Resolve(exhibits_, statements);
    result.events = ResolveEvents(events_);
    result.histories = ResolveHistories(exhibits_, result.resolution, events_, result.events);
    return result;
  }

  std::set<std::string> Members(const Result& r, uint32_t weapon) {
    std::set<std::string> names;
    for (const uint32_t m : r.resolution.weapons[weapon].members) {
      names.insert(name_of_.at(exhibits_[m].public_id));
    }
    return names;
  }

  uint32_t WeaponOf(const Result& r, const std::string& exhibit) {
    for (uint32_t i = 0; i < exhibits_.size(); ++i) {
      if (exhibits_[i].public_id == PublicId(exhibit)) return r.resolution.weapon_of[i];
    }
    ADD_FAILURE() << exhibit << " is not there";
    return 0;
  }

  std::string NameOf(const Result& r, uint32_t weapon) {
    return name_of_.at(exhibits_[r.resolution.NamingExhibit(weapon)].public_id);
  }

  // Names of the records whose events a weapon's history holds.
  std::set<std::set<std::string>> EventsOf(const Result& r, uint32_t weapon) {
    std::set<std::set<std::string>> all;
    for (const uint32_t e : r.histories[weapon].events) {
      std::set<std::string> names;
      for (const uint32_t i : r.events.events[e].records) {
        for (const auto& [name, number] : record_number_) {
          if (number == events_[i].record_number) names.insert(name);
        }
      }
      all.insert(names);
    }
    return all;
  }

  std::map<std::string, uint64_t> record_number_;
  std::map<std::string, uint64_t> ordinal_;
  std::map<uint64_t, std::string> name_of_;
  std::vector<ExhibitFacts> exhibits_;
  std::vector<RecordEventFacts> events_;
  std::map<std::string, Statement> findings_;
};

using Names = std::set<std::string>;

TEST_F(FourDriveBys, BeforeAnyGunWasFound) {
  StageA();
  for (size_t turn = 0; turn < 6; ++turn) {
    const Result r = ResolveAll(turn);
    EXPECT_THAT(r.events.events, SizeIs(4)) << "six records tell of four incidents";
    ASSERT_THAT(r.resolution.weapons, SizeIs(3));
    EXPECT_THAT(r.resolution.conflicts, IsEmpty());
    EXPECT_THAT(r.resolution.stale, IsEmpty());

    const uint32_t wa = WeaponOf(r, "X1");
    EXPECT_EQ(Members(r, wa), (Names{"X1", "X3a", "X4"}));
    EXPECT_EQ(NameOf(r, wa), "X1");
    EXPECT_EQ(r.resolution.weapons[wa].floor, Basis::kExaminer);
    EXPECT_TRUE(r.histories[wa].is_series);
    EXPECT_EQ(r.histories[wa].incident_count, 3u);
    EXPECT_EQ(EventsOf(r, wa), (std::set<Names>{{"I1"}, {"I3", "I3b", "I3n"}, {"I4"}}));
    EXPECT_TRUE(r.histories[wa].inferred);

    for (const char* alone : {"X2", "X3b"}) {
      const uint32_t weapon = WeaponOf(r, alone);
      EXPECT_EQ(Members(r, weapon), Names{alone});
      EXPECT_TRUE(r.histories[weapon].inferred);
      EXPECT_FALSE(r.histories[weapon].is_series);
    }
    // Calibre alone says nothing of two exhibits: only the three examinations are findings.
    EXPECT_THAT(r.resolution.standing, SizeIs(3));
  }
}

TEST_F(FourDriveBys, BothGunsFound) {
  StageA();
  StageB();
  for (size_t turn = 0; turn < 10; ++turn) {
    const Result r = ResolveAll(turn);
    EXPECT_THAT(r.events.events, SizeIs(5)) << "the recovery cites a crime and stays its own event";
    ASSERT_THAT(r.resolution.weapons, SizeIs(2));
    EXPECT_THAT(r.resolution.conflicts, IsEmpty());

    const uint32_t w1 = WeaponOf(r, "G1");
    EXPECT_EQ(Members(r, w1), (Names{"X1", "X2", "X3a", "X4", "G1", "TFc", "TFb"}));
    EXPECT_EQ(NameOf(r, w1), "X1") << "the series keeps its id";
    EXPECT_EQ(r.histories[w1].incident_count, 4u);
    EXPECT_TRUE(r.histories[w1].is_series);
    EXPECT_FALSE(r.histories[w1].inferred);
    EXPECT_TRUE(r.histories[w1].recovered);
    EXPECT_EQ(EventsOf(r, w1),
              (std::set<Names>{{"I1"}, {"I2"}, {"I3", "I3b", "I3n"}, {"I4"}, {"R1"}}));
    // 98 days from first to last use; the test-fires of June are no uses.
    const WeaponHistory& history = r.histories[w1];
    EXPECT_EQ(history.first_incident, Moment(kJan14, 23, 40));
    EXPECT_EQ(history.last_incident, Moment(kApr22, 19, 30));
    EXPECT_EQ(kApr22 - kJan14, 98);
    EXPECT_EQ(kJun20 - kApr22, 59);

    const uint32_t w2 = WeaponOf(r, "G2");
    EXPECT_EQ(Members(r, w2), (Names{"X3b", "G2", "TF2"}));
    EXPECT_EQ(NameOf(r, w2), "X3b");
    EXPECT_EQ(r.histories[w2].incident_count, 1u);
    EXPECT_FALSE(r.histories[w2].is_series);
    EXPECT_EQ(EventsOf(r, w2), (std::set<Names>{{"I3", "I3b", "I3n"}, {"R1"}}));

    // The crime reference relates the first drive-by and the recovery, and is no clash.
    ASSERT_THAT(r.events.shared, SizeIs(1));
    EXPECT_FALSE(r.events.shared[0].clash);
    EXPECT_THAT(r.events.shared[0].events, SizeIs(2));
  }
}

TEST_F(FourDriveBys, AFindingIsWithdrawnAndStatedAgain) {
  StageA();
  StageB();
  const Statement f4 = findings_.at("F4");
  findings_.erase("F4");
  const Result split = ResolveAll();
  ASSERT_THAT(split.resolution.weapons, SizeIs(3));
  const uint32_t kept = WeaponOf(split, "X1");
  EXPECT_EQ(Members(split, kept), (Names{"X1", "X3a", "X4"}));
  EXPECT_EQ(NameOf(split, kept), "X1");
  EXPECT_EQ(split.histories[kept].incident_count, 3u);
  const uint32_t gun = WeaponOf(split, "G1");
  EXPECT_EQ(Members(split, gun), (Names{"G1", "TFc", "TFb", "X2"}));
  EXPECT_EQ(NameOf(split, gun), "X2");
  EXPECT_EQ(EventsOf(split, gun), (std::set<Names>{{"I2"}, {"R1"}}));
  EXPECT_FALSE(split.histories[gun].is_series);

  findings_.emplace("F4", f4);
  const Result again = ResolveAll();
  ASSERT_THAT(again.resolution.weapons, SizeIs(2));
  EXPECT_EQ(Members(again, WeaponOf(again, "G1")),
            (Names{"X1", "X2", "X3a", "X4", "G1", "TFc", "TFb"}));
}

TEST_F(FourDriveBys, AWrongComparisonDoesNotMakeTwoGunsOne) {
  StageA();
  StageB();
  AddFinding("F7", "X3a", "TF2", Channel::kCase, Verdict::kConfirmed, kJun27);
  const Result r = ResolveAll();
  ASSERT_THAT(r.resolution.weapons, SizeIs(2));
  ASSERT_THAT(r.resolution.conflicts, SizeIs(1));
  const Conflict& conflict = r.resolution.conflicts[0];
  EXPECT_EQ(conflict.kind, ConflictKind::kListedApart);
  // All examinations weigh the same, so any one on the way between the guns can be the refused one.
  const uint64_t refused = r.resolution.standing[conflict.finding].statement.name;
  EXPECT_THAT(
      (std::vector<uint64_t>{PublicId("F1"), PublicId("F4"), PublicId("F5"), PublicId("F7")}),
      ::testing::Contains(refused));
  ASSERT_TRUE(conflict.apart.has_value());
  EXPECT_THAT((std::vector<std::string>{name_of_[exhibits_[conflict.apart->first].public_id],
                                        name_of_[exhibits_[conflict.apart->second].public_id]}),
              UnorderedElementsAre("G1", "G2"));
  EXPECT_THAT(conflict.weapons, UnorderedElementsAre(WeaponOf(r, "G1"), WeaponOf(r, "G2")));
}

}  // namespace
}  // namespace serieslink::linkage
