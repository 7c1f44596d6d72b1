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
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/stolen/v1/stolen_service.grpc.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/seeds.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using stolen::v1::LossCase;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kOpen[] = " marking { visibility: 'OPEN' } ";

// Of so many messages every order is tried, of more some.
constexpr std::size_t kAllOrdersMax = 4;

// A message, and who sends it.
struct Sent {
  std::string agency;
  FeedMessage message;
};

Sent Of(const std::string& agency, const std::string& text) {
  Sent sent{agency, {}};
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
  return sent;
}

std::string Gun(const std::string& number, const std::string& more = "") {
  return absl::StrCat("make: 'Beretta' model: '92FS' calibre: '9x19' serials { text: 'BER", number,
                      "' part: 'FRAME' } ", more);
}

// What a licensing unit reports of one gun.
Sent Licensing(const std::string& id, const std::string& lost, const std::string& gun,
               const std::string& more = "", const std::string& marking = kOpen) {
  return Of("kent", absl::StrCat("licensing { report_id: '", id, "' loss_kind: 'STOLEN' lost: '",
                                 lost, "' guns { ", gun, " } ", more, marking, "}"));
}

// What a police force records.
Sent Police(const std::string& agency, const std::string& id, const std::string& type,
            const std::string& occurred, const std::string& gun, const std::string& more = "") {
  return Of(agency,
            absl::StrCat("force { system: 'NICHE' record_id: '", id, "' record_type: '", type,
                         "' occurred: '", occurred, "' guns { ", gun, " } ", more, kOpen, "}"));
}

// What NABIS has on its registry of a gun that is missing.
Sent Nabis(const std::string& id, const std::string& occurred, const std::string& more) {
  return Of("nabis",
            absl::StrCat("nabis { entry_id: '", id, "' event { event_type: 'LOSS' occurred: '",
                         occurred, "' ", more, " } ", kOpen, "}"));
}

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
       "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n"},
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
             Licensing("L" + n, "2016-01-01/2016-01-20", Gun(n), "notified: '2016-01-22'"),
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

// "LOSS_CASE_STATE_OUTSTANDING" of an enumeration whose prefix has `prefix` characters.
std::string Short(const std::string& name, std::size_t prefix) { return name.substr(prefix); }

std::string WordsOf(const google::protobuf::RepeatedPtrField<LossCase>& cases) {
  std::string words;
  for (const LossCase& one : cases) {
    absl::StrAppend(&words, Short(record::v1::LossKind_Name(one.kind()), 10));
    for (const auto& step : one.steps()) {
      absl::StrAppend(&words, " ", Short(stolen::v1::LossCaseState_Name(step.state()), 16),
                      step.order_is_uncertain() ? "?" : "");
    }
    EXPECT_EQ(one.steps().rbegin()->state(), one.state());
    absl::StrAppend(&words, ", ", one.uses_size(), " uses, ",
                    Short(stolen::v1::Reconciliation_Name(one.reconciliation()), 15), " of ",
                    one.reports_size(), ", notice ",
                    Short(stolen::v1::NoticeVerdict_Name(one.notice().verdict()), 15));
    for (const auto& contradiction : one.contradictions()) {
      absl::StrAppend(&words, " !",
                      Short(stolen::v1::CaseContradictionKind_Name(contradiction.kind()), 24));
      EXPECT_FALSE(contradiction.explanation().empty());
    }
    if (one.order_is_uncertain()) words += ", order uncertain";
    for (const auto& remark : one.remarks()) {
      absl::StrAppend(&words, " ?", Short(stolen::v1::CaseRemarkKind_Name(remark.kind()), 17));
      EXPECT_FALSE(remark.explanation().empty());
    }
    absl::StrAppend(&words, one.is_lost_again() ? ", lost again\n" : "\n");
  }
  return words;
}

class StolenTest : public testing::Test {
 protected:
  std::string NextNumber() { return absl::StrCat(number_ += 3571); }

  // Sends it in a batch of its own; the id of its record.
  std::string Push(const Sent& sent, ingest::v1::Outcome outcome = ingest::v1::OUTCOME_CREATED) {
    const auto reply = server_.As(sent.agency).Submit({sent.message});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    if (!reply.ok()) return "";
    const auto& ack = reply->acknowledgements(0);
    EXPECT_EQ(ack.outcome(), outcome) << ack.ShortDebugString();
    revision_ = std::max(revision_, ack.revision());
    return ack.record_id();
  }

  // Calls a method of the service as `agency`.
  template <typename Response, typename Request>
  Reply<Response> Call(const std::string& agency, const std::string& method,
                       const Request& request) {
    const auto bytes = server_.As(agency).CallBytes("/serieslink.stolen.v1.StolenService/" + method,
                                                    request.SerializeAsString());
    Reply<Response> reply;
    reply.status = bytes.status;
    EXPECT_TRUE(!bytes.ok() || reply.message.ParseFromString(bytes.message));
    return reply;
  }

  std::string CasesOf(const std::string& id, const std::string& agency = "kent",
                      std::int64_t as_at = 0) {
    stolen::v1::GetLossCasesRequest request;
    request.set_firearm_id(id);
    request.mutable_view()->set_min_revision(revision_);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    const auto reply = Call<stolen::v1::GetLossCasesResponse>(agency, "GetLossCases", request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return WordsOf(reply->cases());
  }

  // All cases of a filter, over pages of `page_size`.
  std::vector<LossCase> List(const std::string& filter, int page_size = 0,
                             const std::string& agency = "kent", std::int64_t as_at = 0) {
    stolen::v1::ListLossCasesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(filter, request.mutable_filter()));
    request.mutable_view()->set_min_revision(revision_);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    request.set_page_size(page_size);
    std::vector<LossCase> cases;
    do {
      const auto reply = Call<stolen::v1::ListLossCasesResponse>(agency, "ListLossCases", request);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      if (!reply.ok()) break;
      EXPECT_LE(reply->cases_size(), page_size == 0 ? 50 : page_size);
      cases.insert(cases.end(), reply->cases().begin(), reply->cases().end());
      request.set_page_token(reply->next_page_token());
    } while (!request.page_token().empty());
    return cases;
  }

  std::vector<std::string> SerialsOf(const std::vector<LossCase>& cases) {
    std::vector<std::string> serials;
    for (const LossCase& one : cases) serials.push_back(one.reports(0).firearm().serials(0).text());
    return serials;
  }

  TestServer server_;
  std::int64_t revision_ = 0;
  int number_ = 482131;
};

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

TEST_F(StolenTest, ListsEachCaseOnceTheLatestFirst) {
  for (int i = 0; i < 7; ++i) {
    const std::string n = absl::StrCat(700'100 + i);
    Push(Licensing("L" + n, absl::StrCat("2016-01-1", i), Gun(n),
                   i % 2 == 0 ? "holder_token: 'H1'" : "holder_token: 'H2'"));
    // The same loss, as the police have it, on another day of the interval.
    if (i < 3) {
      Push(Police("kent", "P" + n, "LOSS", absl::StrCat("2016-01-1", i, "/2016-01-25"), Gun(n),
                  "loss_kind: 'STOLEN'"));
    }
  }
  Push(Police("mers", "U1", "INCIDENT", "2016-03-01", Gun("700102"),
              "place { police_force: 'mps' borough_code: 'E09000014' }"));
  const std::vector<std::string> all = {"BER700100", "BER700101", "BER700102", "BER700106",
                                        "BER700105", "BER700104", "BER700103"};
  for (const int page_size : {1, 2, 3, 50}) {
    auto serials = SerialsOf(List("", page_size));
    EXPECT_THAT(serials, SizeIs(7)) << page_size;
    // Those with a police report can have been lost until the 25th.
    EXPECT_EQ(std::vector<std::string>(serials.begin() + 3, serials.end()),
              std::vector<std::string>(all.begin() + 3, all.end()));
    std::sort(serials.begin(), serials.end());
    EXPECT_THAT(serials, ElementsAre("BER700100", "BER700101", "BER700102", "BER700103",
                                     "BER700104", "BER700105", "BER700106"));
  }
  EXPECT_THAT(List("reconciliations: RECONCILIATION_MATCHED"), SizeIs(3));
  EXPECT_THAT(List("reconciliations: RECONCILIATION_ONE_SOURCE", 2), SizeIs(4));
  EXPECT_THAT(SerialsOf(List("states: LOSS_CASE_STATE_SIGHTED")), ElementsAre("BER700102"));
  EXPECT_THAT(SerialsOf(List("used_area: 'mps'")), ElementsAre("BER700102"));
  EXPECT_THAT(SerialsOf(List("serial: 'ber 700104'")), ElementsAre("BER700104"));
  EXPECT_THAT(SerialsOf(List("holder_token: 'h2'", 1)),
              ElementsAre("BER700105", "BER700103", "BER700101"));
  EXPECT_THAT(List("sources: REPORT_SOURCE_POLICE"), SizeIs(3));
  EXPECT_THAT(List("make: 'Beretta' agency: 'mers'"), IsEmpty());
  EXPECT_THAT(List("occurred_before { seconds: 1452556800 }"),  // 2016-01-12
              SizeIs(2));
}

TEST_F(StolenTest, APeriodFindsWhatCanHaveHappenedInIt) {
  const auto lost = [&](int n, const std::string& when) {
    const std::string number = absl::StrCat(750'100 + n);
    Push(Licensing("L" + number, when, Gun(number), "place { police_force: 'kent' }"));
  };
  lost(1, "2017-03-01");             // long after it
  lost(2, "2015-11-01/2017-06-30");  // can have happened in it and long after
  lost(3, "");                       // at any time
  lost(4, "2016-02-10/2016-03-05");  // began in it
  lost(5, "2016-02-20");
  lost(6, "2016-02-11/2017-02-11");
  lost(7, "2015-12-20/2016-02-01");
  lost(8, "2015-12-20/2016-01-31");
  lost(9, "2010-05-05");
  lost(10, "../2010-05-05");
  const std::string february =
      "occurred_from { seconds: 1454284800 } occurred_before { seconds: 1456790400 } ";
  for (const int page_size : {1, 2, 3, 50}) {
    for (const char* const more : {"", "agency: 'kent'", "area: 'kent'", "make: 'Beretta'",
                                   "sources: REPORT_SOURCE_LICENSING"}) {
      EXPECT_THAT(
          SerialsOf(List(february + more, page_size)),
          ElementsAre("BER750103", "BER750102", "BER750106", "BER750104", "BER750105", "BER750107"))
          << page_size << " " << more;
    }
    EXPECT_THAT(SerialsOf(List("occurred_before { seconds: 1272931200 }", page_size)),
                ElementsAre("BER750103", "BER750110"));
    EXPECT_THAT(SerialsOf(List("occurred_from { seconds: 1488240000 }", page_size)),
                ElementsAre("BER750103", "BER750102", "BER750101"));
    EXPECT_THAT(List(february + "states: LOSS_CASE_STATE_SIGHTED", page_size), IsEmpty());
  }
  // Of what became of it, and when it went, both are asked.
  Push(Police("mers", "U6", "INCIDENT", "2017-03-01", Gun("750106")));
  Push(Police("mers", "U1", "INCIDENT", "2017-04-01", Gun("750101")));
  Push(Police("mers", "U5", "INCIDENT", "2017-04-01", Gun("750105")));
  EXPECT_THAT(SerialsOf(List(february + "states: LOSS_CASE_STATE_SIGHTED", 1)),
              ElementsAre("BER750106", "BER750105"));
}

TEST_F(StolenTest, CountsReportsEventsAndGunsApart) {
  // Three guns gone at once, one of them a part; the police know two.
  Push(Of("kent", absl::StrCat("licensing { report_id: 'L1' loss_kind: 'STOLEN' lost: '2016-01-10' "
                               "storage: 'Cabinet' place { police_force: 'kent' } "
                               "crime_references: 'kent 77/2016' guns { reference: 'a' ",
                               Gun("800001"), "} guns { reference: 'b' ", Gun("800002"),
                               "} items { reference: 'c' kind: 'GUN_PART' "
                               "part_kind: 'sound moderator' serials { text: 'SM800003' } }",
                               kOpen, "}")));
  Push(Of("kent",
          absl::StrCat("force { system: 'NICHE' record_id: 'P1' record_type: 'LOSS' "
                       "occurred: '2016-01-10' loss_kind: 'STOLEN' "
                       "crime_references: '77/2016' guns { reference: 'a' ",
                       Gun("800001"), "} guns { reference: 'b' ", Gun("800002"), "}", kOpen, "}")));
  Push(Police("mers", "U1", "INCIDENT", "2016-03-01", Gun("800002"),
              "place { police_force: 'mps' }"));
  stolen::v1::CountLossCasesRequest request;
  request.mutable_view()->set_min_revision(revision_);
  const auto reply = Call<stolen::v1::CountLossCasesResponse>("kent", "CountLossCases", request);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  const auto rows = [&](const std::string& id) {
    std::vector<std::string> lines;
    for (const auto& table : reply->tables()) {
      if (table.id() != id) continue;
      EXPECT_FALSE(table.counts().empty());
      for (const auto& row : table.rows()) {
        lines.push_back(absl::StrCat(absl::StrJoin(row.keys(), "/"), " ", row.lost(), " ",
                                     row.stolen(), " ", row.not_known()));
      }
    }
    return lines;
  };
  EXPECT_THAT(rows("reports.source"), ElementsAre("licensing 0 3 0", "police 0 2 0"));
  EXPECT_THAT(rows("events"), ElementsAre(" 0 1 0"));
  EXPECT_THAT(rows("cases.reconciliation"),
              ElementsAre("matched/licensing + police 0 2 0", "one source/licensing 0 1 0"));
  EXPECT_THAT(rows("cases.state"), ElementsAre("outstanding 0 2 0", "sighted 0 1 0"));
  EXPECT_THAT(rows("cases.completeness"), ElementsAre("whole gun 0 2 0", "part 0 1 0"));
  EXPECT_THAT(rows("cases.london"), ElementsAre("elsewhere/London 0 1 0"));
  EXPECT_THAT(rows("cases.storage"), ElementsAre("cabinet 0 3 0"));
  EXPECT_THAT(List("completeness: COMPLETENESS_PART"), SizeIs(1));
}

TEST_F(StolenTest, AGunWithManyReportsIsOneCaseOnOnePage) {
  constexpr int kReports = 60;  // more than are read at once for a small page
  std::vector<FeedMessage> messages;
  for (int i = 0; i < kReports; ++i) {
    messages.push_back(Police("kent", absl::StrCat("M", i), "LOSS", "2016-01-10", Gun("810001"),
                              "loss_kind: 'STOLEN'")
                           .message);
  }
  const auto sent = server_.As("kent").Submit(messages);
  ASSERT_TRUE(sent.ok()) << sent.status.error_message();
  revision_ = sent->acknowledgements(kReports - 1).revision();
  Push(Licensing("M", "2016-01-09", Gun("810002")));
  const std::vector<LossCase> cases = List("", 2);
  ASSERT_THAT(cases, SizeIs(2));
  EXPECT_THAT(SerialsOf(cases), ElementsAre("BER810001", "BER810002"));
  EXPECT_THAT(List("sources: REPORT_SOURCE_POLICE", 1), SizeIs(1));
  stolen::v1::CountLossCasesRequest request;
  request.mutable_view()->set_min_revision(revision_);
  const auto reply = Call<stolen::v1::CountLossCasesResponse>("kent", "CountLossCases", request);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  for (const auto& table : reply->tables()) {
    if (table.id() != "reports.source") continue;
    for (const auto& row : table.rows()) {
      EXPECT_EQ(row.stolen(), row.keys(0) == "police" ? kReports : 1);
    }
  }
}

TEST_F(StolenTest, ACaseIsFoundByWhatBecameOfIt) {
  // Nothing but one report each; what else there is came later, earlier, or in the report itself.
  Push(Licensing("N1", "2016-01-10", Gun("820001")));
  Push(Licensing("N2", "2016-01-11", Gun("820002")));
  Push(Police("mers", "N2", "RECOVERY", "2016-02-01", Gun("820002")));
  Push(Police("mers", "N3", "INCIDENT", "2016-02-01", Gun("820003"),
              "place { police_force: 'mps' }"));
  Push(Licensing("N3", "2016-01-12", Gun("820003"), "notified: '2016-03-01'"));
  Push(Licensing("N4", "2016-01-13", Gun("820004"), "cancelled_as_found: true"));
  Push(Licensing("N5", "2016-01-14", Gun("820005"), "certificate_force: 'mers'"));
  const auto found = [&](const std::string& filter) { return SerialsOf(List(filter)); };
  EXPECT_THAT(found("states: LOSS_CASE_STATE_RECOVERED"), ElementsAre("BER820002"));
  EXPECT_THAT(found("states: LOSS_CASE_STATE_SIGHTED make: 'Beretta'"), ElementsAre("BER820003"));
  EXPECT_THAT(found("states: LOSS_CASE_STATE_CANCELLED"), ElementsAre("BER820004"));
  EXPECT_THAT(found("has_contradiction: true"), ElementsAre("BER820005"));
  EXPECT_THAT(found("used_area: 'mps'"), ElementsAre("BER820003"));
  EXPECT_THAT(found("notices: NOTICE_VERDICT_LATE"), ElementsAre("BER820003"));
  // What the report alone leaves open another report decides.
  Push(Licensing("N6", "2016-01-01/2016-01-20", Gun("820006"), "notified: '2016-01-22'"));
  EXPECT_THAT(found("notices: NOTICE_VERDICT_UNDECIDABLE"), ElementsAre("BER820006"));
  Push(Police("kent", "N6", "LOSS", "2016-01-05", Gun("820006"), "loss_kind: 'STOLEN'"));
  EXPECT_THAT(found("notices: NOTICE_VERDICT_UNDECIDABLE"), IsEmpty());
  EXPECT_THAT(found("notices: NOTICE_VERDICT_LATE"),
              testing::UnorderedElementsAre("BER820003", "BER820006"));
  // A later version of the report is found as the first was, and a withdrawal takes it away.
  Push(Licensing("N2", "2016-01-20", Gun("820002")), ingest::v1::OUTCOME_SUPERSEDED);
  EXPECT_THAT(found("states: LOSS_CASE_STATE_RECOVERED"), ElementsAre("BER820002"));
}

TEST_F(StolenTest, RepeatedLossesAreFoundByToken) {
  const auto report = [&](const std::string& id, const std::string& lost, const std::string& more) {
    Push(Licensing(id, lost, Gun(absl::StrCat("90", id)), more));
  };
  report("1", "2016-01-01", "holder_token: 'H1' premises_token: 'P1'");
  report("2", "2017-01-01", "holder_token: 'h1' premises_token: 'P2'");
  report("3", "2018-01-01", "holder_token: 'H1' premises_token: 'P1' cancelled_as_found: true");
  // Two reports of one event are no repetition.
  report("4", "2016-01-01", "holder_token: 'H2' crime_references: 'kent 9/2016'");
  report("5", "2016-01-01", "holder_token: 'H2' crime_references: 'kent 9/2016'");
  report("6", "2016-01-01", "holder_token: 'H3'");
  const auto repeats = [&](stolen::v1::RepeatKey by, const std::string& agency) {
    stolen::v1::ListRepeatLossesRequest request;
    request.set_by(by);
    request.set_page_size(1);
    request.mutable_view()->set_min_revision(revision_);
    std::vector<std::string> lines;
    do {
      const auto reply =
          Call<stolen::v1::ListRepeatLossesResponse>(agency, "ListRepeatLosses", request);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      for (const auto& group : reply->groups()) {
        lines.push_back(absl::StrCat(group.token(), " ", group.agency(), " ", group.loss_events(),
                                     " ", group.cancelled_events(), " ", group.guns(), " ",
                                     group.records_size()));
      }
      request.set_page_token(reply->next_page_token());
    } while (!request.page_token().empty());
    return lines;
  };
  // One gun in two reports of one event is one; one that went twice is two.
  for (const char* const id : {"7", "8"}) {
    Push(Licensing(id, "2019-01-01", Gun("905005"),
                   "holder_token: 'H4' crime_references: 'kent 10/2019'"));
  }
  Push(Licensing("9", "2020-01-01", Gun("905005"), "holder_token: 'H4'"));
  Push(Licensing("10", "2020-01-01", Gun("905006"), "holder_token: 'H4'"));
  EXPECT_THAT(repeats(stolen::v1::REPEAT_KEY_HOLDER, "kent"),
              ElementsAre("H1 kent 3 1 3 3", "H4 kent 3 0 3 4"));
  EXPECT_THAT(repeats(stolen::v1::REPEAT_KEY_PREMISES, "mps"), ElementsAre("P1 kent 2 1 2 2"));
}

TEST_F(StolenTest, ShowsEachCallerWhatItMaySee) {
  const std::string hidden = Push(Licensing("L1", "2016-01-10", Gun("950001"), "", ""));
  const std::string seen =
      Push(Police("kent", "P1", "LOSS", "2016-01-10", Gun("950001"), "loss_kind: 'STOLEN'"));
  Push(Licensing("L2", "2016-02-10", Gun("950002"), "holder_token: 'H1'", ""));
  Push(Licensing("L3", "2016-03-10", Gun("950003"), "holder_token: 'H1'"));
  EXPECT_EQ(CasesOf(seen), "STOLEN OUTSTANDING, 0 uses, MATCHED of 2, notice NOT_SAID\n");
  EXPECT_EQ(CasesOf(seen, "mps"), "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n");
  stolen::v1::GetLossCasesRequest request;
  request.set_firearm_id(hidden);
  EXPECT_EQ(
      Call<stolen::v1::GetLossCasesResponse>("mps", "GetLossCases", request).status.error_code(),
      grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(List(""), SizeIs(3));
  EXPECT_THAT(SerialsOf(List("", 1, "mps")), ElementsAre("BER950003", "BER950001"));
  EXPECT_THAT(List("sources: REPORT_SOURCE_LICENSING serial: 'BER950001'", 0, "mps"), IsEmpty());
  stolen::v1::ListRepeatLossesRequest repeats;
  repeats.set_by(stolen::v1::REPEAT_KEY_HOLDER);
  EXPECT_THAT(
      Call<stolen::v1::ListRepeatLossesResponse>("mps", "ListRepeatLosses", repeats)->groups(),
      IsEmpty());
}

TEST_F(StolenTest, ANewVersionMovesACaseAndTheOldOneStaysAsItWas) {
  const auto version = [&](int number, const std::string& lost, const std::string& more) {
    Sent sent = Licensing("L1", lost, Gun("960001"), more);
    sent.message.mutable_licensing()->set_version(number);
    const auto reply = server_.As("kent").Submit({sent.message});
    EXPECT_TRUE(reply.ok());
    revision_ = std::max(revision_, reply->acknowledgements(0).revision());
  };
  version(1, "2016-01-10", "");
  const std::int64_t before = revision_;
  version(2, "2016-01-12", "cancelled_as_found: true");
  EXPECT_THAT(List("states: LOSS_CASE_STATE_OUTSTANDING"), IsEmpty());
  EXPECT_THAT(List("states: LOSS_CASE_STATE_CANCELLED"), SizeIs(1));
  EXPECT_THAT(List("states: LOSS_CASE_STATE_OUTSTANDING", 0, "kent", before), SizeIs(1));
}

TEST_F(StolenTest, BadInputIsRefusedWithEveryBadField) {
  const auto rejected = [&](const Sent& sent) {
    const auto reply = server_.As(sent.agency).Submit({sent.message});
    EXPECT_TRUE(reply.ok());
    const auto& ack = reply->acknowledgements(0);
    EXPECT_EQ(ack.outcome(), ingest::v1::OUTCOME_REJECTED);
    std::vector<std::string> fields;
    for (const auto& violation : ack.violations()) fields.push_back(violation.field());
    return fields;
  };
  EXPECT_THAT(rejected(Of("kent",
                          "licensing { report_id: 'X1' loss_kind: 'STOLEN' lost: '2016-01-10' "
                          "notified: '2016-01-01' items { kind: 'GUN_PART' quantity: 0 } }")),
              UnorderedElementsAre(testing::HasSubstr("notified"),
                                   testing::HasSubstr("items[0].quantity")));
  EXPECT_THAT(rejected(Of("kent",
                          "licensing { report_id: 'X2' loss_kind: 'STOLEN' lost: "
                          "'2016-01-10' items { kind: 'GUN' } }")),
              ElementsAre(testing::HasSubstr("items[0].kind")));

  stolen::v1::ListLossCasesRequest list;
  list.set_page_size(-1);
  list.mutable_filter()->set_area("Tower Hamlets");
  list.mutable_filter()->add_states(stolen::v1::LOSS_CASE_STATE_UNSPECIFIED);
  const auto bad = Call<stolen::v1::ListLossCasesResponse>("kent", "ListLossCases", list);
  EXPECT_EQ(bad.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(bad.status).fields,
              UnorderedElementsAre("page_size", "filter.area", "filter.states"));
  const auto repeats = Call<stolen::v1::ListRepeatLossesResponse>(
      "kent", "ListRepeatLosses", stolen::v1::ListRepeatLossesRequest());
  EXPECT_THAT(DetailsOf(repeats.status).fields, ElementsAre("by"));
  stolen::v1::ListLossCasesRequest forged;
  forged.set_page_token("forged");
  EXPECT_EQ(
      Call<stolen::v1::ListLossCasesResponse>("kent", "ListLossCases", forged).status.error_code(),
      grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace serieslink
