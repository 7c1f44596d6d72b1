// Lost and stolen guns through the whole server over mutual TLS: what licensing units, police and
// NABIS sent, in any order.
#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/e2e/stolen_case.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

// Of so many messages every order is tried, of more some.
constexpr std::size_t kAllOrdersMax = 4;

// A gun whose truth is known: what is sent of it, and its cases in few words.
struct Scenario {
  std::string name;
  std::function<std::vector<Sent>(const std::string& number)> messages;
  std::string cases;
};

const std::vector<Scenario>& Scenarios() {
  static const auto* const scenarios = new std::vector<Scenario>{
      {"StolenUsedTwiceAndRecovered",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10/2016-01-12", Gun(n),
                       "notified: '2016-01-13' holder_kind: 'PRIVATE'"),
             Police("kent", "P" + n, "LOSS", "2016-01-11", Gun(n), "loss_kind: 'STOLEN'"),
             Police("mers", "A" + n, "INCIDENT", "2016-03-01", Gun(n)),
             Police("mers", "B" + n, "INCIDENT", "2016-04-01", Gun(n)),
             Police("kent", "R" + n, "RECOVERY", "2016-05-01", Gun(n))};
       },
       "STOLEN OUTSTANDING SIGHTED RECOVERED, 2 uses, MATCHED of 2, notice IN_TIME\n"},
      {"TheftReportedLate",
       [](const std::string& n) {
         return std::vector<Sent>{Licensing("L" + n, "2016-01-01/2016-01-20", Gun(n),
                                            "notified: '2016-04-12' holder_kind: 'PRIVATE'"),
                                  Police("mers", "A" + n, "INCIDENT", "2016-02-20", Gun(n))};
       },
       "STOLEN OUTSTANDING SIGHTED, 1 uses, ONE_SOURCE of 1, notice LATE\n"},
      {"SameSerialOtherMake",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10",
                       "make: 'Beretta' calibre: '9x19' serials { text: '" + n + "' }"),
             Police("kent", "A" + n, "INCIDENT", "2016-03-01",
                    "make: 'Browning' calibre: '9x19' serials { text: '" + n + "' }")};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
      {"FoundAgainAndStolenAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10", Gun(n), "cancelled_as_found: true"),
             Licensing("M" + n, "2017-06-01", Gun(n), "notified: '2017-06-02'"),
             Police("kent", "P" + n, "LOSS", "2017-06", Gun(n), "loss_kind: 'STOLEN'"),
             Police("mers", "A" + n, "INCIDENT", "2017-08-01", Gun(n))};
       },
       "STOLEN CANCELLED, 0 uses, ONE_SOURCE of 1, notice NOT_SAID, lost again\n"
       "STOLEN OUTSTANDING SIGHTED, 1 uses, MATCHED of 2, notice IN_TIME\n"},
      {"UsedBeforeItWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10", Gun(n),
                       "cancelled_as_found: true found: '2016-03-01'"),
             Police("kent", "P" + n, "LOSS", "2016-01-10", Gun(n), "loss_kind: 'STOLEN'"),
             Police("mers", "A" + n, "INCIDENT", "2016-02-01", Gun(n))};
       },
       "STOLEN OUTSTANDING SIGHTED CANCELLED, 1 uses, CONTRADICTING of 2, notice NOT_SAID "
       "!CANCELLED_BY_SOME\n"},
      {"OneOfTwoGunsWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Police("kent", "P" + n, "LOSS", "2016-01-10", Gun(n),
                    "loss_kind: 'STOLEN' cancelled_as_found: true found: '2016-03-01'"),
             Police("mers", "A" + n, "INCIDENT", "2016-02-01", Gun(n)),
             LicensingOfTwo("L" + n, "2016-01-10",
                            Gun(n, "cancelled_as_found: true found: '2016-03-01'"), Gun("77" + n))};
       },
       "STOLEN OUTSTANDING SIGHTED CANCELLED, 1 uses, MATCHED of 2, notice NOT_SAID\n"},
      {"TheOtherOfTwoGunsWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Police("kent", "P" + n, "LOSS", "2016-01-10", Gun(n), "loss_kind: 'STOLEN'"),
             Police("mers", "A" + n, "INCIDENT", "2016-02-01", Gun(n)),
             LicensingOfTwo("L" + n, "2016-01-10", Gun(n),
                            Gun("77" + n, "cancelled_as_found: true"))};
       },
       "STOLEN OUTSTANDING SIGHTED, 1 uses, MATCHED of 2, notice NOT_SAID\n"},
      {"OneSourceAloneSaysThatOneOfTwoGunsWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Police("kent", "P" + n, "LOSS", "2016-01-10", Gun(n), "loss_kind: 'STOLEN'"),
             Nabis("E" + n, "2016-01-10", "guns { " + Gun(n) + " }"),
             LicensingOfTwo("L" + n, "2016-01-10",
                            Gun(n, "cancelled_as_found: true found: '2016-03-01'"), Gun("77" + n))};
       },
       "STOLEN OUTSTANDING CANCELLED, 0 uses, CONTRADICTING of 3, notice NOT_SAID "
       "!CANCELLED_BY_SOME\n"},
      {"PoliceAndNabisSayWhoHeldItAndThatItWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Of("mps",
                absl::StrCat("mps { report_number: '", n,
                             "/16' report_type: 'LOSS' loss_kind: 'STOLEN' committed: "
                             "'2016-01-10' cancelled_as_found: true found: '2016-03-01' loss { "
                             "holder_kind: 'PRIVATE' certificate_kind: 'SHOTGUN' "
                             "certificate_force: 'kent' notified: '2016-01-14' } guns { ",
                             Gun(n), " } ", kOpen, "}")),
             Nabis("E" + n, "2016-01-10",
                   "cancelled_as_found: true found: '2016-03-01' loss { certificate_kind: "
                   "'FIREARM' } guns { " +
                       Gun(n) + " }")};
       },
       "STOLEN OUTSTANDING CANCELLED, 0 uses, CONTRADICTING of 2, notice IN_TIME "
       "!CERTIFICATE_KINDS_DIFFER\n"},
      {"ShortenedShotgun",
       [](const std::string& n) {
         const std::string gun = "make: 'Webley & Scott' calibre: '12 bore' serials { text: 'WS" +
                                 n + "' part: 'RECEIVER' } ";
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10", gun + "barrel_length_mm: 711"),
             Police("kent", "P" + n, "LOSS", "2016-01-09/2016-01-10", gun + "barrel_length_mm: 711",
                    "loss_kind: 'STOLEN'"),
             Police("mers", "R" + n, "RECOVERY", "2016-03-01", gun + "barrel_length_mm: 330")};
       },
       "STOLEN OUTSTANDING RECOVERED, 0 uses, MATCHED of 2, notice NOT_SAID\n"},
      {"APartFromAParcelOfAStolenGun",
       [](const std::string& n) {
         const auto parcel = [&](const std::string& id, const std::string& day,
                                 const std::string& part, const std::string& more) {
           return Of("border_force",
                     absl::StrCat("border_force { seizure_number: '", id, n, "' seized: '", day,
                                  "' mode: 'POST' items { kind: 'GUN_PART' make: 'Beretta' "
                                  "calibre: '9x19' ",
                                  part, " } ", more, kOpen, "}"));
         };
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10", Gun(n)),
             parcel("P1", "2016-02-01",
                    "part_kind: 'frame' serials { text: 'BER" + n + "' part: 'FRAME' }",
                    "sister_seizures { source_id: 'P2" + n + "' }"),
             parcel("P2", "2016-02-11", "part_kind: 'slide'", "")};
       },
       // A part is no gun in hand.
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID ?PART_IN_HAND\n"},
      {"LostAtAnUnknownTime",
       [](const std::string& n) {
         return std::vector<Sent>{
             Police("kent", "P" + n, "LOSS", "", Gun(n), "loss_kind: 'STOLEN'"),
             Licensing("L" + n, "../2016-05-01", Gun(n)),
             Police("mers", "A" + n, "INCIDENT", "2016-02-01", Gun(n)),
             Police("mers", "R" + n, "RECOVERY", "2016-03", Gun(n))};
       },
       "STOLEN OUTSTANDING SIGHTED? RECOVERED?, 1 uses, MATCHED of 2, notice NOT_SAID, order "
       "uncertain\n"},
      {"LostAndRecoveredOnOneDay",
       [](const std::string& n) {
         return std::vector<Sent>{Licensing("L" + n, "2016-01-10T18:00Z", Gun(n)),
                                  Police("mers", "R" + n, "RECOVERY", "2016-01-10", Gun(n))};
       },
       "STOLEN OUTSTANDING RECOVERED?, 0 uses, ONE_SOURCE of 1, notice NOT_SAID, order "
       "uncertain\n"},
      {"NoticeIsJudgedByWhatThePoliceKnow",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-01/2016-01-20", Gun(n),
                       "holder_kind: 'PRIVATE' notified: '2016-01-22'"),
             Police("kent", "P" + n, "LOSS", "2016-01-05", Gun(n), "loss_kind: 'STOLEN'")};
       },
       "STOLEN OUTSTANDING, 0 uses, MATCHED of 2, notice LATE\n"},
      {"ReturnedByMistakeAndUsedAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10", Gun(n)),
             Police("kent", "R" + n, "RECOVERY", "2016-05-01", Gun(n)),
             Police("kent", "D" + n, "DISPOSAL", "2016-06-01", Gun(n), "disposal_kind: 'RETURNED'"),
             Police("mers", "A" + n, "INCIDENT", "2016-07-01", Gun(n))};
       },
       "STOLEN OUTSTANDING RECOVERED RETURNED SIGHTED, 1 uses, ONE_SOURCE of 1, notice NOT_SAID "
       "!USED_AFTER_RETURN\n"},
      {"SourcesContradictEachOther",
       [](const std::string& n) {
         return std::vector<Sent>{Licensing("L" + n, "2016-01-10", Gun(n, "is_complete: true")),
                                  Police("kent", "P" + n, "LOSS", "2016-01-20",
                                         Gun(n, "is_complete: false"), "loss_kind: 'LOST'")};
       },
       "UNSPECIFIED OUTSTANDING, 0 uses, CONTRADICTING of 2, notice NOT_SAID !LOSS_KINDS_DIFFER "
       "!DATES_DIFFER !WHOLE_AND_PART\n"},
      {"APartReportedAsAGun",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10", Gun(n)),
             Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'P", n,
                                     "' record_type: 'LOSS' loss_kind: 'STOLEN' occurred: "
                                     "'2016-01-10' items { kind: 'GUN_PART' part_kind: 'frame' "
                                     "make: 'Beretta' calibre: '9x19' serials { text: 'BER",
                                     n, "' part: 'FRAME' } } ", kOpen, "}"))};
       },
       "STOLEN OUTSTANDING, 0 uses, CONTRADICTING of 2, notice NOT_SAID !WHOLE_AND_PART\n"},
      {"APartThatWasStolenByItselfIsRecovered",
       [](const std::string& n) {
         return std::vector<Sent>{LostPart("L" + n, "2016-01-10", Part(n, "Frame")),
                                  PoliceOfPart("R" + n, "RECOVERY", "2016-03-01", Part(n, "frame")),
                                  PoliceOfPart("D" + n, "DISPOSAL", "2016-04-01", Part(n, "frame"),
                                               "disposal_kind: 'RETURNED'")};
       },
       "STOLEN OUTSTANDING RECOVERED RETURNED, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
      {"APartThatWasStolenByItselfIsAtALaboratory",
       [](const std::string& n) {
         return std::vector<Sent>{
             LostPart("L" + n, "2016-01-10", Part(n, "frame")),
             Of("nabis", absl::StrCat("nabis { entry_id: 'X", n,
                                      "' exhibit { exhibit_type: 'GUN_PART' received: "
                                      "'2016-05-04' item { part_kind: 'frame' make: 'Beretta' "
                                      "calibre: '9x19' serials { text: 'BER",
                                      n, "' part: 'FRAME' } } }", kOpen, "}"))};
       },
       "STOLEN OUTSTANDING RECOVERED, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
      {"AnotherPartThanTheOneThatWasStolen",
       [](const std::string& n) {
         return std::vector<Sent>{
             LostPart("L" + n, "2016-01-10", Part(n, "frame")),
             PoliceOfPart("R" + n, "RECOVERY", "2016-03-01",
                          "items { kind: 'GUN_PART' part_kind: 'slide' } ",
                          "same_weapon_as { agency: 'kent' source_system: 'NFLMS' source_id: 'L" +
                              n + "' } ")};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
      {"ASoundModeratorIsMatchedByItsOwnNumber",
       [](const std::string& n) {
         return std::vector<Sent>{
             LostPart("L" + n, "2016-01-10", PartWithItsNumber(n, "Sound moderator", "OTHER")),
             PoliceOfPart("P" + n, "LOSS", "2016-01-10",
                          PartWithItsNumber(n, "sound moderator", "OTHER"), "loss_kind: 'STOLEN'"),
             PoliceOfPart("R" + n, "RECOVERY", "2016-03-01",
                          PartWithItsNumber(n, "SOUND-MODERATOR", ""))};
       },
       "STOLEN OUTSTANDING RECOVERED, 0 uses, MATCHED of 2, notice NOT_SAID\n"},
      {"APartOfAnotherKindWithTheSameNumber",
       [](const std::string& n) {
         return std::vector<Sent>{
             LostPart("L" + n, "2016-01-10", PartWithItsNumber(n, "sound moderator", "OTHER")),
             PoliceOfPart("R" + n, "RECOVERY", "2016-03-01", PartWithItsNumber(n, "slide", ""))};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
      {"OneOfALineOfSeveralParts",
       [](const std::string& n) {
         return std::vector<Sent>{
             LostPart("L" + n, "2016-01-10",
                      PartWithItsNumber(n, "sound moderator", "OTHER", "quantity: 3")),
             PoliceOfPart("R" + n, "RECOVERY", "2016-03-01",
                          PartWithItsNumber(n, "sound moderator", "OTHER"))};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
      {"APartListedAsAGun",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10",
                       Gun(n, "is_complete: true legal_classes { legal_class: 'COMPONENT_PART' }")),
             PoliceOfPart("P" + n, "LOSS", "2016-01-10", Part(n, "frame"), "loss_kind: 'STOLEN'")};
       },
       "STOLEN OUTSTANDING, 0 uses, CONTRADICTING of 2, notice NOT_SAID !WHOLE_AND_PART\n"},
      {"RecoveredBeforeTheLoss",
       [](const std::string& n) {
         return std::vector<Sent>{Licensing("L" + n, "2016-05-10", Gun(n)),
                                  Police("kent", "R" + n, "RECOVERY", "2016-01-01", Gun(n))};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID !RECOVERED_BEFORE_LOSS\n"},
      {"CertificateOfTheOwnForceByItsName",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-05-10", Gun(n), "certificate_force: 'Kent Police'"),
             Licensing("M" + n, "2016-05-10", Gun(n), "certificate_force: 'E23000032'")};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 2, notice NOT_SAID\n"},
      {"CertificateOfAForceThatIsNotKnown",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-05-10", Gun(n), "certificate_force: 'Kent Polise'")};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID "
       "?CERTIFICATE_FORCE_NOT_KNOWN\n"},
      {"LicensingAndNabisReportIt",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10/2016-01-12", Gun(n)),
             Nabis("E" + n, "2016-01-11", "loss_kind: 'STOLEN' guns { " + Gun(n) + " }")};
       },
       "STOLEN OUTSTANDING, 0 uses, MATCHED of 2, notice NOT_SAID\n"},
      {"NabisContradictsLicensingAndPolice",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-01-10", Gun(n, "is_complete: true")),
             Police("kent", "P" + n, "LOSS", "2016-01-10", Gun(n), "loss_kind: 'STOLEN'"),
             Nabis("E" + n, "2016-01-10",
                   "loss_kind: 'LOST' items { kind: 'GUN_PART' part_kind: 'frame' make: 'Beretta' "
                   "calibre: '9x19' serials { text: 'BER" +
                       n + "' part: 'FRAME' } }")};
       },
       "UNSPECIFIED OUTSTANDING, 0 uses, CONTRADICTING of 3, notice NOT_SAID !LOSS_KINDS_DIFFER "
       "!WHOLE_AND_PART\n"},
      {"OnlyNabisReportsIt",
       [](const std::string& n) {
         return std::vector<Sent>{
             Nabis("E" + n, "2016-01-10", "guns { " + Gun(n) + " }"),
             Police("mers", "A" + n, "INCIDENT", "2016-03-01", Gun(n)),
             // A hub has it in hand: found, and no report of it as missing.
             Of("nabis",
                absl::StrCat("nabis { entry_id: 'X", n,
                             "' exhibit { exhibit_type: 'GUN' received: '2016-05-04' gun { ",
                             Gun(n), "} }", kOpen, "}"))};
       },
       "UNSPECIFIED OUTSTANDING SIGHTED RECOVERED, 1 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
      {"CertificateOfAnotherForce",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L" + n, "2016-05-10", Gun(n), "certificate_force: 'mers'")};
       },
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID "
       "!CERTIFICATE_OF_ANOTHER_FORCE\n"},
  };
  return *scenarios;
}
TEST_F(StolenTest, TellsTheTruthInAnyOrderOfArrival) {
  for (const Scenario& scenario : Scenarios()) {
    SCOPED_TRACE(scenario.name);
    const auto expect_in = [&](const std::vector<std::size_t>& order) {
      const std::vector<Sent> messages = scenario.messages(NextNumber());
      std::vector<std::string> ids(messages.size());
      for (const std::size_t i : order) ids[i] = Push(messages[i]);
      EXPECT_EQ(CasesOf(ids[0]), scenario.cases) << "in the order " << absl::StrJoin(order, " ");
    };
    std::vector<std::size_t> order(scenario.messages("1").size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (order.size() <= kAllOrdersMax) {
      do {
        expect_in(order);
      } while (std::next_permutation(order.begin(), order.end()));
      continue;
    }
    ForEachSeed(6, [&](std::uint64_t seed) {
      std::vector<std::size_t> shuffled = order;
      std::mt19937_64 random(seed);
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      expect_in(shuffled);
    });
  }
}

TEST_F(StolenTest, WithdrawalUndoes) {
  for (const Scenario& scenario : Scenarios()) {
    SCOPED_TRACE(scenario.name);
    const std::size_t count = scenario.messages("1").size();
    for (std::size_t out = 0; count > 1 && out < count; ++out) {
      const std::size_t asked = out == 0 ? 1 : 0;
      std::vector<Sent> without = scenario.messages(NextNumber());
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(out));
      std::vector<std::string> ids;
      for (const Sent& sent : without) ids.push_back(Push(sent));
      const std::string expected = CasesOf(ids[0]);

      const std::vector<Sent> all = scenario.messages(NextNumber());
      ids.clear();
      for (const Sent& sent : all) ids.push_back(Push(sent));
      const std::int64_t before = revision_;
      const std::string whole = CasesOf(ids[asked]);
      if (asked == 0) {
        EXPECT_EQ(whole, scenario.cases);
      }
      const auto withdrawn = server_.As(all[out].agency).Withdraw(ids[out]);
      ASSERT_TRUE(withdrawn.ok());
      revision_ = withdrawn->revision();
      EXPECT_EQ(CasesOf(ids[asked]), expected) << "without message " << out;
      EXPECT_EQ(CasesOf(ids[asked], "kent", before), whole) << "as at before it";
    }
  }
}

}  // namespace
}  // namespace serieslink
