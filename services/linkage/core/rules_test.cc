#include "services/linkage/core/rules.h"

#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/part_kind.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

ExhibitFacts GunOf(uint64_t id, const std::string& serial, const std::string& make,
                   const std::string& calibre, SerialPart part = SerialPart::kUnspecified) {
  ExhibitFacts facts;
  facts.public_id = id;
  facts.record_number = id;
  facts.exhibit_number = id << 16;
  facts.kind = ExhibitKind::kGun;
  facts.make = ReadMake(make).key;
  facts.calibre = ReadCalibre(calibre);
  AddSerialFacts(serial, part, StatedLegibility::kClear, &facts.serials);
  return facts;
}

Verdict Judge(const ExhibitFacts& a, const ExhibitFacts& b) {
  const RuleSet rules = RuleSet::Serving();
  const std::optional<Statement> s = JudgePair(a, b, rules);
  const std::optional<Statement> reversed = JudgePair(b, a, rules);
  EXPECT_EQ(s.has_value(), reversed.has_value());
  if (!s.has_value()) return Verdict::kUnspecified;
  EXPECT_EQ(s->verdict, reversed->verdict);
  EXPECT_EQ(s->name, reversed->name);
  EXPECT_EQ(s->weight_log2, reversed->weight_log2);
  EXPECT_EQ(s->channel, Channel::kSerial);
  EXPECT_EQ(s->basis, Basis::kRule);
  double sum = 0;
  for (const WeightTerm& term : ExplainPair(a, b, rules, s->weight_log2)) {
    sum += term.weight_log2;
  }
  EXPECT_DOUBLE_EQ(sum, s->weight_log2);
  return s->verdict;
}

TEST(SerialRuleTest, EqualSerialMakeAndCalibreConfirm) {
  const ExhibitFacts gun = GunOf(1, "XKR 417", "Glock", "9x19");
  EXPECT_EQ(Judge(gun, GunOf(2, "xkr-417", "GLOCK GMBH", "9 mm Luger")), Verdict::kConfirmed);
  EXPECT_EQ(Judge(gun, GunOf(2, "XKR417", "Glock 17", "")), Verdict::kConfirmed);
  EXPECT_EQ(Judge(gun, GunOf(2, "XKR418", "Glock", "9x19")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "XKS498", "Glock", "9x19")), Verdict::kUnspecified);
}

// The number of the frame is on so many guns that no finding stands on it; that of the slide makes
// the lead, and its weight is the one to be explained.
TEST(SerialRuleTest, TermsAreThoseOfTheNumberThatMadeTheFinding) {
  const RuleSet rules = RuleSet::Serving();
  ExhibitFacts a = GunOf(1, "XKR417", "Glock", "9x19");
  ExhibitFacts b = GunOf(2, "XKR417", "Glock", "9x19");
  for (ExhibitFacts* gun : {&a, &b}) {
    AddSerialFacts("HWD4821573", SerialPart::kSlide, StatedLegibility::kClear, &gun->serials);
  }
  const uint64_t frame = BlockKeys(GunOf(3, "XKR417", "Glock", "9x19"), rules)[0];
  const absl::flat_hash_set<uint64_t> guarded = {frame};
  const std::optional<Statement> free = JudgePair(a, b, rules);
  const std::optional<Statement> held = JudgePair(a, b, rules, &guarded);
  ASSERT_TRUE(free.has_value());
  ASSERT_TRUE(held.has_value());
  ASSERT_NE(free->weight_log2, held->weight_log2);
  for (const Statement& one : {*free, *held}) {
    double sum = 0;
    for (const WeightTerm& term : ExplainPair(a, b, rules, one.weight_log2)) {
      sum += term.weight_log2;
    }
    EXPECT_EQ(sum, one.weight_log2);
  }
  EXPECT_TRUE(ExplainPair(a, b, rules, held->weight_log2 + 1).empty());
}

TEST(SerialRuleTest, TypesAreWeighed) {
  const auto weight = [](const char* a, const char* b, const RuleSet& rules) {
    ExhibitFacts one = GunOf(1, "XKR417", "Glock", "9x19");
    ExhibitFacts other = GunOf(2, "XKR417", "Glock", "9x19");
    one.types = ReadTypes(a);
    other.types = ReadTypes(b);
    EXPECT_EQ(Judge(one, other), Verdict::kConfirmed) << "whatever they are said to be";
    const double weight_log2 = JudgePair(one, other, rules)->weight_log2;
    const std::vector<WeightTerm> terms = ExplainPair(one, other, rules, weight_log2);
    EXPECT_EQ(terms.back().name, "type");
    EXPECT_FALSE(terms.back().source.empty());
    return weight_log2;
  };
  const RuleSet rules = RuleSet::Serving();
  const double unknown = weight("", "pistol", rules);
  EXPECT_EQ(weight("other", "pistol", rules), unknown) << "tells no guns apart";
  EXPECT_EQ(weight("pistol", "SLP", rules), unknown + rules.model->type.same.log2);
  EXPECT_EQ(weight("pistol", "handgun", rules), unknown + rules.model->type.compatible.log2);
  EXPECT_EQ(weight("pistol", "shotgun", rules), unknown + rules.model->type.different.log2);
  EXPECT_GT(rules.model->type.same.log2, 0);
  EXPECT_LT(rules.model->type.compatible.log2, 0);
  EXPECT_LT(rules.model->type.different.log2, rules.model->type.compatible.log2);

  v1::LinkageModel file = ParseModelText(DefaultModelText()).value();
  file.clear_type();
  const RuleSet without = RuleSet::Serving(MakeModel(file).value());
  EXPECT_EQ(weight("pistol", "shotgun", without), unknown) << "a model that does not weigh them";
}

TEST(SerialRuleTest, WeakerAgreementsAreLeads) {
  const ExhibitFacts gun = GunOf(1, "XKR417", "Glock", "9x19");
  EXPECT_EQ(Judge(gun, GunOf(2, "XKR417", "", "9x19")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "XKR417", "unknown", "")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "XKR417", "Taurus", "9x19")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "XKR417", "Glock", ".45 ACP")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "XKR417", "Glock", "9x19", SerialPart::kBarrel)), Verdict::kLead);
  const ExhibitFacts brief = GunOf(1, "X417", "Glock", "9x19");
  EXPECT_EQ(Judge(brief, GunOf(2, "X417", "Glock", "9x19")), Verdict::kLead);
  EXPECT_EQ(Judge(brief, GunOf(2, "X417", "", "9x19")), Verdict::kUnspecified);
}

TEST(SerialRuleTest, NumbersThatAreTakenForEachOtherAreLeads) {
  const ExhibitFacts gun = GunOf(1, "ABS51278", "Taurus", ".38");
  EXPECT_EQ(Judge(gun, GunOf(2, "ABSS1278", "Taurus", ".38 SPL")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "A8551Z7B", "Taurus", "")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "ABS51399", "Taurus", ".38")), Verdict::kUnspecified);
  // With all else in agreement only.
  EXPECT_EQ(Judge(gun, GunOf(2, "ABSS1278", "", ".38")), Verdict::kUnspecified);
  EXPECT_EQ(Judge(gun, GunOf(2, "ABSS1278", "Rossi", ".38")), Verdict::kUnspecified);
  EXPECT_EQ(Judge(gun, GunOf(2, "ABSS1278", "Taurus", ".38", SerialPart::kBarrel)),
            Verdict::kUnspecified);
  EXPECT_EQ(Judge(GunOf(1, "S417B", "Taurus", ""), GunOf(2, "54178", "Taurus", "")),
            Verdict::kUnspecified);
  // An equal number counts before one that is alike.
  EXPECT_EQ(Judge(GunOf(1, "ABS51278; KQ77410", "Taurus", ""),
                  GunOf(2, "ABSS1278; KQ77410", "Taurus", "")),
            Verdict::kConfirmed);
  // A lead weighs less than the equal number would.
  const RuleSet rules = RuleSet::Serving();
  EXPECT_LT(JudgePair(gun, GunOf(2, "ABSS1278", "Taurus", ".38"), rules)->weight_log2,
            JudgePair(gun, GunOf(2, "ABS51278", "Taurus", ".38"), rules)->weight_log2);
}

TEST(SerialRuleTest, NumbersThatAgreeInPartAreLeadsWithAllElseInAgreement) {
  const ExhibitFacts gun = GunOf(1, "C183762", "Beretta", "9x19");
  for (const char* const number :
       {"C183763", "C183726", "C13762", "C1837", "C18?762", "C18J3762", "183762"}) {
    SCOPED_TRACE(number);
    EXPECT_EQ(Judge(gun, GunOf(2, number, "Beretta", "9 mm")), Verdict::kLead);
    EXPECT_EQ(Judge(gun, GunOf(2, number, "", "9 mm")), Verdict::kUnspecified);
    EXPECT_EQ(Judge(gun, GunOf(2, number, "Glock", "9 mm")), Verdict::kUnspecified);
    EXPECT_EQ(Judge(gun, GunOf(2, number, "Beretta", "12 gauge")), Verdict::kUnspecified);
    EXPECT_EQ(Judge(gun, GunOf(2, number, "Beretta", "9 mm", SerialPart::kBarrel)),
              Verdict::kUnspecified);
  }
  EXPECT_EQ(Judge(gun, GunOf(2, "C183774", "Beretta", "9 mm")), Verdict::kUnspecified);
  EXPECT_EQ(Judge(gun, GunOf(2, "C1???62", "Beretta", "9 mm")), Verdict::kLead);
  EXPECT_EQ(Judge(gun, GunOf(2, "C1????2", "Beretta", "9 mm")), Verdict::kUnspecified);
}

TEST(SerialRuleTest, AReadingInPartIsALeadToTheNumberThatItCanBe) {
  const std::pair<const char*, const char*> pairs[] = {{"QB?12", "QB712"},
                                                       {"AB?12?", "AB7123"},
                                                       {"W?83?62", "W183762"},
                                                       {"C18?7?2", "C183762"},
                                                       {"?48213?", "U482137"},
                                                       {"HWD3322…", "HWD3322917"},
                                                       {"HWD3322*", "HWD3322917"},
                                                       {"HWD3322 (rest illegible)", "HWD3322917"},
                                                       {"HWD3322[..]", "HWD3322917"},
                                                       {"HWD3322•••", "HWD3322917"},
                                                       {"MR94***17", "MR948817"},
                                                       {"GH82XX95", "GH827195"}};
  for (const auto& [reading, number] : pairs) {
    SCOPED_TRACE(reading);
    const ExhibitFacts read = GunOf(1, reading, "Beretta", "9x19");
    EXPECT_EQ(Judge(read, GunOf(2, number, "Beretta", "9 mm")), Verdict::kLead);
    EXPECT_EQ(Judge(read, GunOf(2, number, "Glock", "9 mm")), Verdict::kUnspecified);
    EXPECT_EQ(Judge(read, GunOf(2, number, "Beretta", "12 gauge")), Verdict::kUnspecified);
    // From scratch they meet as well.
    EXPECT_EQ(
        RuleStatements({read, GunOf(2, number, "Beretta", "9 mm")}, RuleSet::Serving()).size(), 1u);
  }
  // More that was not read weighs less.
  const ExhibitFacts gun = GunOf(2, "W183762", "Beretta", "9 mm");
  const RuleSet rules = RuleSet::Serving();
  EXPECT_LT(JudgePair(GunOf(1, "W?83?62", "Beretta", "9 mm"), gun, rules)->weight_log2,
            JudgePair(GunOf(1, "W?83762", "Beretta", "9 mm"), gun, rules)->weight_log2);
}

TEST(SerialRuleTest, LettersBetweenTheDigitsOfBothAreALead) {
  const std::pair<const char*, const char*> pairs[] = {
      {"369J257", "369M257"}, {"482J917", "482K917"}, {"369J257", "369257"}};
  for (const auto& [a, b] : pairs) {
    EXPECT_EQ(Judge(GunOf(1, a, "Beretta", "9x19"), GunOf(2, b, "Beretta", "9x19")), Verdict::kLead)
        << a << " and " << b;
  }
}

TEST(SerialRuleTest, TwoReadingsOfOneNumberConfirmNeither) {
  for (const char* const written : {"BX61208/BX81208", "BX61208 / BX81208", "BX61208;BX81208"}) {
    const ExhibitFacts unsure = GunOf(1, written, "Beretta", "9x19");
    EXPECT_EQ(Judge(unsure, GunOf(2, "BX61208", "Beretta", "9x19")), Verdict::kLead) << written;
    EXPECT_EQ(Judge(unsure, GunOf(2, "BX81208", "Beretta", "9x19")), Verdict::kLead) << written;
  }
  const ExhibitFacts two = GunOf(1, "BX61208/BX94471", "Beretta", "9x19");
  EXPECT_EQ(Judge(two, GunOf(2, "BX61208", "Beretta", "9x19")), Verdict::kConfirmed);
  EXPECT_EQ(Judge(two, GunOf(2, "BX94471", "Beretta", "9x19")), Verdict::kConfirmed);
}

TEST(SerialRuleTest, TheRestOfTheWeightMakesUpForAMakeThatIsNotKnown) {
  // Seven characters and a rare calibre reach the threshold; six do not, nor does a common calibre.
  const ExhibitFacts gun = GunOf(1, "C183762", "Zastava", "7.62x25");
  EXPECT_EQ(Judge(gun, GunOf(2, "C183762", "", "7.62x25")), Verdict::kLead);
  const ExhibitFacts longer = GunOf(1, "C1837624", "Zastava", "7.62x25");
  EXPECT_EQ(Judge(longer, GunOf(2, "C1837624", "", "7.62x25")), Verdict::kConfirmed);
  EXPECT_EQ(Judge(longer, GunOf(2, "C1837624", "", "")), Verdict::kLead);
  EXPECT_EQ(Judge(longer, GunOf(2, "C1837624", "", "9x19")), Verdict::kLead);
  EXPECT_EQ(Judge(longer, GunOf(2, "C1837624", "Glock", "7.62x25")), Verdict::kLead);
  RuleSet rules = RuleSet::Serving();
  rules.make_can_miss = false;
  EXPECT_EQ(JudgePair(longer, GunOf(2, "C1837624", "", "7.62x25"), rules)->verdict, Verdict::kLead);
}

TEST(SerialRuleTest, TwoOtherMakesAreNotEqualMakes) {
  EXPECT_EQ(Judge(GunOf(1, "774100", "homemade", ""), GunOf(2, "774100", "other", "")),
            Verdict::kLead);
}

TEST(SerialRuleTest, PlaceholdersMatchNothing) {
  for (const char* text :
       {"RASPADO", "N/C", "0000000", "123456", "UNKNOWN", "", "XXXXXX", "see remarks"}) {
    EXPECT_EQ(Judge(GunOf(1, text, "Taurus", ".38"), GunOf(2, text, "Taurus", ".38")),
              Verdict::kUnspecified)
        << text;
  }
  // What is left of a removed number is a reading in part.
  EXPECT_EQ(
      Judge(GunOf(1, "5120 removed", "Taurus", ".38"), GunOf(2, "5120 removed", "Taurus", ".38")),
      Verdict::kLead);
}

TEST(SerialRuleTest, GunsListedApartAreNeverMatched) {
  ExhibitFacts a = GunOf(1, "XKR417", "Glock", "9x19");
  ExhibitFacts b = GunOf(2, "XKR417", "Glock", "9x19");
  a.apart_key = b.apart_key = 5;
  EXPECT_EQ(Judge(a, b), Verdict::kUnspecified);
  b.apart_key = 6;
  EXPECT_EQ(Judge(a, b), Verdict::kConfirmed);
}

TEST(SerialRuleTest, ASightingOrALoosePartConfirmsNothing) {
  const ExhibitFacts gun = GunOf(1, "XKR417", "Glock", "9x19");
  ExhibitFacts sighted = GunOf(2, "XKR417", "Glock", "9x19");
  sighted.kind = ExhibitKind::kSightedGun;
  EXPECT_EQ(Judge(gun, sighted), Verdict::kLead);
  ExhibitFacts part = GunOf(2, "XKR417", "Glock", "9x19");
  part.kind = ExhibitKind::kGunPart;
  EXPECT_EQ(Judge(gun, part), Verdict::kLead);
  part.serials[0].part = SerialPart::kFrame;
  EXPECT_EQ(Judge(gun, part), Verdict::kConfirmed);
  ExhibitFacts cases = GunOf(2, "XKR417", "Glock", "9x19");
  cases.kind = ExhibitKind::kCaseGroup;
  EXPECT_EQ(Judge(gun, cases), Verdict::kUnspecified);
}

ExhibitFacts PartOf(uint64_t id, const std::string& serial, const std::string& kind,
                    SerialPart part = SerialPart::kUnspecified, const std::string& make = "Glock") {
  ExhibitFacts facts = GunOf(id, serial, make, "9x19", part);
  facts.kind = ExhibitKind::kGunPart;
  facts.part_kind = PartKindKey(kind);
  return facts;
}

TEST(SerialRuleTest, TheNumberOfAPartIsThatOfAPartOfItsKind) {
  const ExhibitFacts part = PartOf(1, "XKR417", "Sound moderator");
  EXPECT_EQ(Judge(part, PartOf(2, "XKR417", "sound-moderator")), Verdict::kConfirmed);
  EXPECT_EQ(Judge(part, PartOf(2, "XKR417", "slide")), Verdict::kLead);
  EXPECT_EQ(Judge(part, PartOf(2, "XKR417", "")), Verdict::kLead);
  EXPECT_EQ(Judge(PartOf(1, "XKR417", ""), PartOf(2, "XKR417", "")), Verdict::kLead)
      << "nobody says that they are of one kind";
  EXPECT_EQ(Judge(part, GunOf(2, "XKR417", "Glock", "9x19")), Verdict::kLead);
  ExhibitFacts gun = GunOf(2, "XKR417", "Glock", "9x19");
  gun.part_kind = part.part_kind;
  EXPECT_EQ(Judge(part, gun), Verdict::kLead) << "a gun is no part, whatever is said of it";
  // All else is as between guns.
  EXPECT_EQ(Judge(part, PartOf(2, "XKR417", "sound moderator", SerialPart::kUnspecified, "Taurus")),
            Verdict::kLead);
  EXPECT_EQ(Judge(part, PartOf(2, "XKR418", "sound moderator")), Verdict::kLead);
  EXPECT_EQ(Judge(part, PartOf(2, "XKR418", "slide")), Verdict::kUnspecified);
  EXPECT_EQ(Judge(PartOf(1, "X417", "slide"), PartOf(2, "X417", "slide")), Verdict::kLead);
  EXPECT_EQ(Judge(PartOf(1, "RASPADO", "slide"), PartOf(2, "RASPADO", "slide")),
            Verdict::kUnspecified);
}

TEST(SerialRuleTest, NumbersOnDifferentPlacesOfAPartConfirmNothing) {
  const auto judge = [](SerialPart a, SerialPart b) {
    return Judge(PartOf(1, "XKR417", "slide", a), PartOf(2, "XKR417", "slide", b));
  };
  EXPECT_EQ(judge(SerialPart::kSlide, SerialPart::kSlide), Verdict::kConfirmed);
  EXPECT_EQ(judge(SerialPart::kSlide, SerialPart::kUnspecified), Verdict::kConfirmed);
  EXPECT_EQ(judge(SerialPart::kSlide, SerialPart::kOther), Verdict::kConfirmed);
  EXPECT_EQ(judge(SerialPart::kFrame, SerialPart::kReceiver), Verdict::kConfirmed);
  EXPECT_EQ(judge(SerialPart::kSlide, SerialPart::kBarrel), Verdict::kLead);
  EXPECT_EQ(judge(SerialPart::kSlide, SerialPart::kFrame), Verdict::kLead);
  EXPECT_EQ(judge(SerialPart::kOther, SerialPart::kFrame), Verdict::kLead);
  EXPECT_EQ(judge(SerialPart::kOther, SerialPart::kReceiver), Verdict::kLead);
}

TEST(SerialRuleTest, TheBestOfSeveralNumbersCounts) {
  const ExhibitFacts a = GunOf(1, "KQ7741 (slide); X417 (frame)", "Glock", "");
  const ExhibitFacts b = GunOf(2, "KQ7741 (slide); X417 (frame)", "Glock", "");
  EXPECT_EQ(Judge(a, b), Verdict::kLead);
  const ExhibitFacts c = GunOf(1, "24417; 790418", "Glock", "");
  EXPECT_EQ(Judge(c, GunOf(2, "790418", "Glock", "")), Verdict::kConfirmed);
}

TEST(SerialRuleTest, PolicyCanLowerConfirmationsToLeads) {
  RuleSet rules = RuleSet::Serving();
  rules.confirms = false;
  const std::optional<Statement> s =
      JudgePair(GunOf(1, "XKR417", "Glock", "9x19"), GunOf(2, "XKR417", "Glock", "9x19"), rules);
  ASSERT_TRUE(s.has_value());
  EXPECT_EQ(s->verdict, Verdict::kLead);
}

TEST(RuleStatementsTest, AFrequentSerialIdentifiesNothing) {
  RuleSet rules = RuleSet::Serving();
  rules.guard = 5;
  std::vector<ExhibitFacts> guns;
  for (uint64_t i = 1; i <= 5; ++i) guns.push_back(GunOf(i, "774100", "Taurus", ".38"));
  EXPECT_THAT(RuleStatements(guns, rules), SizeIs(10));
  guns.push_back(GunOf(6, "774100", "Rossi", ""));
  EXPECT_THAT(RuleStatements(guns, rules), IsEmpty());
  // Another number of the same gun still counts.
  guns.push_back(GunOf(7, "774100; KD90417", "Taurus", ".38"));
  guns.push_back(GunOf(8, "KD90417; 774100", "Taurus", ".38"));
  const std::vector<Statement> statements = RuleStatements(guns, rules);
  ASSERT_THAT(statements, SizeIs(1));
  EXPECT_EQ(statements[0].first, 7u);
  EXPECT_EQ(statements[0].second, 8u);
}

TEST(RuleStatementsTest, PartsMeetUnderTheKeysOfNumbersThatAreNotEqual) {
  const RuleSet rules = RuleSet::Serving();
  const auto found = [&rules](const ExhibitFacts& a, const ExhibitFacts& b) {
    const std::vector<Statement> statements = RuleStatements(std::vector{a, b}, rules);
    EXPECT_EQ(!statements.empty(), JudgePair(a, b, rules).has_value()) << "found by its blocks";
    return statements.empty() ? Verdict::kUnspecified : statements[0].verdict;
  };
  const ExhibitFacts part = PartOf(1, "C183762", "slide", SerialPart::kSlide, "Beretta");
  EXPECT_EQ(found(part, PartOf(2, "C183763", "slide", SerialPart::kSlide, "Beretta")),
            Verdict::kLead);
  EXPECT_EQ(found(part, PartOf(2, "C18?762", "slide", SerialPart::kOther, "Beretta")),
            Verdict::kLead);
  EXPECT_EQ(found(part, PartOf(2, "C183763", "barrel", SerialPart::kSlide, "Beretta")),
            Verdict::kUnspecified);
}

TEST(RuleStatementsTest, PartsCountForTheGuard) {
  RuleSet rules = RuleSet::Serving();
  rules.guard = 5;
  std::vector<ExhibitFacts> parts;
  for (uint64_t i = 1; i <= 5; ++i) parts.push_back(PartOf(i, "KD90417", "slide"));
  EXPECT_THAT(RuleStatements(parts, rules), SizeIs(10));
  parts.push_back(GunOf(6, "KD90417", "Beretta", ""));
  EXPECT_THAT(RuleStatements(parts, rules), IsEmpty());
}

TEST(RuleStatementsTest, OneStatementForEachPair) {
  const std::vector<ExhibitFacts> guns = {GunOf(1, "244170; 790418", "Taurus", ""),
                                          GunOf(2, "790418; 244170", "Taurus", "")};
  EXPECT_THAT(RuleStatements(guns, RuleSet::Serving()), SizeIs(1));
}

TEST(RuleStatementsTest, BenchmarkRuleXLooksAtSerialAndMakeOnly) {
  const RuleSet xt = RuleSet::BenchmarkXT();
  const std::vector<ExhibitFacts> guns = {
      GunOf(1, "ABK774100", "Ruger", "9mm"), GunOf(2, "ABK774100", "Ruger", ".45 ACP"),
      GunOf(3, "ABK774100", "Colt", "9mm"), GunOf(4, "77410", "Ruger", "9mm"),
      GunOf(5, "77410", "Ruger", "9mm")};
  const std::vector<Statement> statements = RuleStatements(guns, xt);
  ASSERT_THAT(statements, SizeIs(1));
  EXPECT_EQ(statements[0].first, 1u);
  EXPECT_EQ(statements[0].second, 2u);
  EXPECT_EQ(statements[0].verdict, Verdict::kConfirmed);
}

TEST(RuleStatementsTest, BenchmarkRuleTJoinsSerialsOneEditApartOfGunsThatLookAlike) {
  const RuleSet xt = RuleSet::BenchmarkXT();
  const auto gun = [](uint64_t id, const std::string& serial) {
    ExhibitFacts facts = GunOf(id, serial, "Ruger", "9mm");
    facts.model = ModelKey("P85");
    facts.borough = 77;
    return facts;
  };
  const auto joined = [&](const ExhibitFacts& a, const ExhibitFacts& b) {
    const std::vector<Statement> statements = RuleStatements(std::vector{a, b}, xt);
    for (const Statement& s : statements) EXPECT_EQ(s.verdict, Verdict::kConfirmed);
    EXPECT_EQ(!statements.empty(), JudgePair(a, b, xt).has_value()) << "found by its blocks";
    return !statements.empty();
  };
  const ExhibitFacts one = gun(1, "ABK774108");
  EXPECT_TRUE(joined(one, gun(2, "ABK774103"))) << "replaced at the end";
  EXPECT_TRUE(joined(one, gun(2, "AEK774108"))) << "replaced at the beginning";
  EXPECT_TRUE(joined(one, gun(2, "ABK7774108"))) << "inserted";
  EXPECT_TRUE(joined(one, gun(2, "ABK74108"))) << "dropped";
  EXPECT_FALSE(joined(one, gun(2, "ABK774013"))) << "two replaced";
  EXPECT_FALSE(joined(one, gun(2, "ABK774180"))) << "exchanged";
  EXPECT_FALSE(joined(gun(1, "ABK44108"), gun(2, "ABK74108")))
      << "neither the first four nor the last five characters are shared";
  EXPECT_FALSE(joined(gun(1, "ABK7741088881"), gun(2, "ABK7741088882"))) << "too long";
  for (const auto& differ : std::vector<void (*)(ExhibitFacts&)>{
           [](ExhibitFacts& g) { g.make = 0; }, [](ExhibitFacts& g) { g.model = ModelKey("P89"); },
           [](ExhibitFacts& g) { g.calibre = 0; }, [](ExhibitFacts& g) { g.borough = 78; }}) {
    ExhibitFacts other = gun(2, "ABK774103");
    differ(other);
    EXPECT_FALSE(joined(one, other));
  }
  const auto served = JudgePair(one, gun(2, "ABK774103"), RuleSet::Serving());
  ASSERT_TRUE(served.has_value());
  EXPECT_EQ(served->verdict, Verdict::kLead) << "matched pairs are numbered consecutively";
}

TEST(RuleStatementsTest, NoModelMakesOneEditConfirm) {
  v1::LinkageModel file = ParseModelText(DefaultModelText()).value();
  file.mutable_prior()->set_log2_odds(0);
  file.mutable_thresholds()->set_confirm_log2(-100);
  file.mutable_thresholds()->set_lead_log2(-100);
  file.mutable_thresholds()->set_confirm_characters(4);
  const RuleSet rules = RuleSet::Serving(MakeModel(file).value());
  const auto judged = JudgePair(GunOf(1, "ABK774108", "Ruger", "9mm"),
                                GunOf(2, "ABK774103", "Ruger", "9mm"), rules);
  ASSERT_TRUE(judged.has_value());
  EXPECT_EQ(judged->verdict, Verdict::kLead);
  EXPECT_GT(judged->weight_log2, rules.model->confirm_log2);
}

}  // namespace
}  // namespace serieslink::linkage
