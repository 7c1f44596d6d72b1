// Whether a gun may be destroyed or given back, through the whole server over mutual TLS.
#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/firearm/v1/clearance_service.grpc.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using firearm::v1::ClearFirearmResponse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr auto kDestruction = firearm::v1::CLEARANCE_PURPOSE_DESTRUCTION;
constexpr auto kReturn = firearm::v1::CLEARANCE_PURPOSE_RETURN;

// Where the server's clock stands at first.
constexpr int kServerDaysAgo = 40;

// The date so many days ago.
std::string DaysAgo(int days) {
  return absl::FormatTime("%Y-%m-%d", absl::Now() - absl::Hours(24 * days), absl::UTCTimeZone());
}

class ClearanceTest : public testing::Test {
 protected:
  // A record of Kent's of the gun `number`; the id of the record.
  std::string Push(const std::string& id, const std::string& type, const std::string& occurred,
                   const std::string& number, const std::string& more = "", bool is_open = true) {
    const feed::v1::FeedMessage message = ForceRecordOf(absl::StrCat(
        "system: 'NICHE' record_id: '", id, "' record_type: '", type, "' occurred: '", occurred,
        "' guns { make: 'Beretta' model: '92FS' calibre: '9x19' serials { text: 'BER", number,
        "' part: 'FRAME' } } ", more, is_open ? " marking { visibility: 'OPEN' }" : ""));
    const auto reply = kent_.Submit({message});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    const auto& ack = reply->acknowledgements(0);
    EXPECT_EQ(ack.outcome(), ingest::v1::OUTCOME_CREATED) << ack.ShortDebugString();
    revision_ = ack.revision();
    return ack.record_id();
  }
  std::string Recovered(const std::string& number) {
    return Push("R" + number, "RECOVERY", "2016-05-01", number);
  }

  // What the licensing unit reports of its loss; the id of the record.
  std::string ReportedLost(const std::string& number, const std::string& lost) {
    feed::v1::FeedMessage message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat("licensing { report_id: 'L", number, "' loss_kind: 'STOLEN' lost: '", lost,
                     "' guns { make: 'Beretta' model: '92FS' calibre: '9x19' serials { text: 'BER",
                     number, "' part: 'FRAME' } } marking { visibility: 'OPEN' } }"),
        &message));
    const auto reply = kent_.Submit({message});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    revision_ = reply->acknowledgements(0).revision();
    return reply->acknowledgements(0).record_id();
  }

  // A laboratory's record of the gun, which anybody may see.
  void Examined(const std::string& number,
                const std::string& dates =
                    "submitted: '2016-05-02' received: '2016-05-04' examined: '2016-05-20'") {
    feed::v1::FeedMessage message;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat("nabis { entry_id: 'N", number,
                     "' exhibit { exhibit_type: 'GUN' gun { make: 'Beretta' model: '92FS' calibre: "
                     "'9x19' serials { text: 'BER",
                     number, "' part: 'FRAME' } } ", dates,
                     " stage: 'MICROSCOPE' } marking { visibility: 'OPEN' } }"),
        &message));
    const auto reply = server_.As("nabis").Submit({message});
    ASSERT_TRUE(reply.ok());
    ASSERT_EQ(reply->acknowledgements(0).outcome(), ingest::v1::OUTCOME_CREATED)
        << reply->ShortDebugString();
    revision_ = reply->acknowledgements(0).revision();
  }

  template <typename Response, typename Request>
  Reply<Response> Call(const AgencyClient& client, const std::string& method,
                       const Request& request) {
    const auto bytes = client.CallBytes("/serieslink.firearm.v1.ClearanceService/" + method,
                                        request.SerializeAsString());
    Reply<Response> reply;
    reply.status = bytes.status;
    EXPECT_TRUE(!bytes.ok() || reply.message.ParseFromString(bytes.message));
    return reply;
  }

  ClearFirearmResponse Clear(const std::string& id, firearm::v1::ClearancePurpose purpose) {
    return ClearAs(kent_, id, purpose);
  }
  ClearFirearmResponse ClearAs(const AgencyClient& client, const std::string& id,
                               firearm::v1::ClearancePurpose purpose) {
    firearm::v1::ClearFirearmRequest request;
    request.set_firearm_id(id);
    request.set_purpose(purpose);
    request.set_min_revision(revision_);
    const auto reply = Call<ClearFirearmResponse>(client, "ClearFirearm", request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply.message;
  }

  bool IsGenuine(const std::string& id, const std::string& code,
                 firearm::v1::ClearancePurpose purpose) {
    firearm::v1::CheckClearanceRequest request;
    request.set_firearm_id(id);
    request.set_purpose(purpose);
    request.set_code(code);
    const auto reply = Call<firearm::v1::CheckClearanceResponse>(kent_, "CheckClearance", request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->is_genuine();
  }

  static std::vector<std::string> KindsOf(const ClearFirearmResponse& response) {
    EXPECT_EQ(response.is_clear(), response.blockers().empty());
    std::vector<std::string> kinds;
    for (const auto& one : response.blockers()) {
      kinds.push_back(firearm::v1::ClearanceBlockerKind_Name(one.kind()).substr(23));
    }
    return kinds;
  }

  bool IsRemarked(const std::string& id) {
    const auto reply = kent_.TraceFirearm(id, revision_);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return std::any_of(reply->story().remarks().begin(), reply->story().remarks().end(),
                       [](const auto& one) {
                         return one.kind() == firearm::v1::REMARK_KIND_CLEARANCE_NOT_RECORDED;
                       });
  }

  TestServer server_{config::v1::LeadsConfig(), absl::Hours(24 * kServerDaysAgo)};
  const AgencyClient kent_ = server_.As("kent");
  std::int64_t revision_ = 0;
};

TEST_F(ClearanceTest, AStolenGunIsReturnedWithACodeThatTheDisposalShows) {
  const std::string loss = Push("L1", "LOSS", "2016-01-10", "482131", "loss_kind: 'STOLEN'");
  EXPECT_THAT(KindsOf(Clear(loss, kReturn)), ElementsAre("OUTSTANDING_LOSS", "NOT_IN_HAND"));
  Push("R1", "RECOVERY", "2016-05-01", "482131");
  const ClearFirearmResponse blocked = Clear(loss, kReturn);
  EXPECT_THAT(KindsOf(blocked), ElementsAre("NOT_EXAMINED"));
  EXPECT_THAT(blocked.code(), StartsWith("NC-"));
  Examined("482131");
  const ClearFirearmResponse clear = Clear(loss, kReturn);
  EXPECT_THAT(KindsOf(clear), IsEmpty());
  EXPECT_THAT(clear.code(), StartsWith("CL-"));
  EXPECT_THAT(KindsOf(Clear(loss, kDestruction)), ElementsAre("OUTSTANDING_LOSS"));
  EXPECT_THAT(Clear(loss, kDestruction).code(), StartsWith("NC-"));

  EXPECT_TRUE(IsGenuine(loss, clear.code(), kReturn));
  EXPECT_FALSE(IsGenuine(loss, clear.code(), kDestruction));
  std::string forged = clear.code();
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_FALSE(IsGenuine(loss, forged, kReturn));
  EXPECT_FALSE(IsGenuine(loss, "CL-1", kReturn));

  server_.SetClock(absl::ZeroDuration());
  // The code of an earlier answer that was not clear takes nothing from it.
  const std::string returned = absl::StrCat("disposal_kind: 'RETURNED' disposal_authority: '",
                                            blocked.code(), ", then ", clear.code(), ".'");
  Push("D1", "DISPOSAL", DaysAgo(39), "482131", returned);
  const ClearFirearmResponse after = Clear(loss, kReturn);
  EXPECT_THAT(KindsOf(after), ElementsAre("NOT_IN_HAND"));
  ASSERT_EQ(after.disposals_size(), 1);
  EXPECT_TRUE(after.disposals(0).has_clearance());
  EXPECT_FALSE(IsRemarked(loss));

  // The code of the first return does not clear the second.
  Push("R2", "RECOVERY", DaysAgo(38), "482131");
  Push("D2", "DISPOSAL", DaysAgo(37), "482131", returned);
  const ClearFirearmResponse again = Clear(loss, kReturn);
  ASSERT_EQ(again.disposals_size(), 2);
  EXPECT_TRUE(again.disposals(0).has_clearance());
  EXPECT_FALSE(again.disposals(1).has_clearance());
  EXPECT_TRUE(IsRemarked(loss));
}

TEST_F(ClearanceTest, ALossThatTwoSourcesTellIsOneThatTheReturnEnds) {
  const std::string loss = ReportedLost("500601", "2016-01-10/2016-01-12");
  Push("P1", "LOSS", "2016-01-11", "500601", "loss_kind: 'STOLEN'");
  Push("R1", "RECOVERY", "2016-05-01", "500601");
  Examined("500601");
  const ClearFirearmResponse waits = Clear(loss, kDestruction);
  EXPECT_THAT(KindsOf(waits), ElementsAre("OUTSTANDING_LOSS"));
  EXPECT_EQ(waits.blockers(0).ids_size(), 1) << "one loss";
  EXPECT_THAT(KindsOf(Clear(loss, kReturn)), IsEmpty());
  // Given back, and handed in years later: nothing is open any more.
  Push("D1", "DISPOSAL", "2016-06-01", "500601", "disposal_kind: 'RETURNED'");
  Push("S1", "SURRENDER", "2019-01-01", "500601");
  EXPECT_THAT(KindsOf(Clear(loss, kDestruction)), ElementsAre("NOT_EXAMINED", "OUTSTANDING_LOSS"));
}

TEST_F(ClearanceTest, TwoRecordsOfOneDestructionDoNotStandAgainstAnything) {
  const std::string recovery = Recovered("500701");
  Examined("500701");
  Push("D1", "DISPOSAL", "2016-06-01", "500701", "disposal_kind: 'DESTROYED'");
  Push("D2", "DISPOSAL", "2016-06-09", "500701", "disposal_kind: 'DESTROYED'");
  EXPECT_THAT(KindsOf(Clear(recovery, kDestruction)), ElementsAre("NOT_IN_HAND"));
}

TEST_F(ClearanceTest, ACodeClearsDisposalsOfFourWeeks) {
  struct Case {
    std::string number;
    std::string disposed;
    bool is_cleared;
  };
  const std::vector<Case> cases = {{"481516", DaysAgo(39), true},
                                   {"729304", DaysAgo(14), true},
                                   {"860217", DaysAgo(5), false},
                                   {"935642", DaysAgo(60), false},
                                   {"174093", "", true}};
  std::vector<std::pair<std::string, std::string>> cleared;  // record and code
  for (const Case& one : cases) {
    SCOPED_TRACE(one.number);
    const std::string& recovery = cleared.emplace_back(Recovered(one.number), "").first;
    Examined(one.number);
    const ClearFirearmResponse clear = Clear(recovery, kDestruction);
    ASSERT_THAT(KindsOf(clear), IsEmpty());
    EXPECT_THAT(clear.valid_until(), testing::AnyOf(DaysAgo(12), DaysAgo(13)));
    cleared.back().second = clear.code();
  }
  server_.SetClock(absl::ZeroDuration());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    SCOPED_TRACE(one.number);
    const auto& [recovery, code] = cleared[i];
    Push("D" + one.number, "DISPOSAL", one.disposed, one.number,
         absl::StrCat("disposal_kind: 'DESTROYED' disposal_authority: '", code, "'"));
    EXPECT_EQ(IsRemarked(recovery), !one.is_cleared);
    EXPECT_EQ(Clear(recovery, kDestruction).disposals(0).has_clearance(), one.is_cleared);
  }
}

TEST_F(ClearanceTest, ACodeClearsNothingOfBeforeItsMinute) {
  const auto at = [](absl::Duration ago) {
    return absl::FormatTime("%Y-%m-%dT%H:%MZ", absl::Now() - ago, absl::UTCTimeZone());
  };
  const absl::Duration answered = absl::Hours(24 * kServerDaysAgo);
  for (const bool is_after : {false, true}) {
    const std::string number = is_after ? "612847" : "750391";
    server_.SetClock(answered);
    const std::string recovery = Recovered(number);
    Examined(number);
    const ClearFirearmResponse clear = Clear(recovery, kDestruction);
    ASSERT_THAT(KindsOf(clear), IsEmpty());
    server_.SetClock(absl::ZeroDuration());
    Push("D" + number, "DISPOSAL", at(answered + (is_after ? -absl::Hours(1) : absl::Hours(1))),
         number,
         absl::StrCat("disposal_kind: 'DESTROYED' disposal_authority: '", clear.code(), "'"));
    EXPECT_EQ(Clear(recovery, kDestruction).disposals(0).has_clearance(), is_after);
  }
}

TEST_F(ClearanceTest, WhatTheAnswerDidNotKnowIsRemarkedUpon) {
  for (const bool is_loss : {false, true}) {
    SCOPED_TRACE(is_loss);
    const std::string number = is_loss ? "583920" : "694031";
    server_.SetClock(absl::Hours(24 * kServerDaysAgo));
    const std::string recovery = Recovered(number);
    Examined(number);
    const ClearFirearmResponse clear = Clear(recovery, kDestruction);
    ASSERT_THAT(KindsOf(clear), IsEmpty());
    server_.SetClock(absl::ZeroDuration());
    Push("D" + number, "DISPOSAL", DaysAgo(39), number,
         absl::StrCat("disposal_kind: 'DESTROYED' disposal_authority: '", clear.code(), "'"));
    const auto overtaken_by = [&] {
      const auto reply = kent_.TraceFirearm(recovery, revision_);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      int events = 0;
      for (const auto& one : reply->story().remarks()) {
        if (one.kind() != firearm::v1::REMARK_KIND_CLEARANCE_OVERTAKEN) continue;
        EXPECT_FALSE(one.is_contradiction());
        EXPECT_FALSE(one.explanation().empty());
        events = one.events_size() - 1;
      }
      return events;
    };
    EXPECT_EQ(overtaken_by(), 0);
    if (is_loss) {
      ReportedLost(number, "2016-01-10");
    } else {
      Push("A" + number, "INCIDENT", "2016-04-01", number);
    }
    EXPECT_EQ(overtaken_by(), 1);
    EXPECT_FALSE(IsRemarked(recovery));
  }
}

TEST_F(ClearanceTest, EachDisposalButOfWhatWasKeptIsToBeCleared) {
  for (const auto& [number, kind, is_remarked] :
       std::vector<std::tuple<std::string, std::string, bool>>{{"318204", "TRANSFERRED", true},
                                                               {"406713", "UNKNOWN", true},
                                                               {"529186", "", true},
                                                               {"934058", "RETAINED", false}}) {
    SCOPED_TRACE(kind);
    const std::string recovery = Recovered(number);
    Examined(number);
    Push("D" + number, "DISPOSAL", "2016-06-01", number,
         kind.empty() ? "" : absl::StrCat("disposal_kind: '", kind, "'"));
    EXPECT_EQ(IsRemarked(recovery), is_remarked);
  }
  // Whatever it was answered for, where nobody says what became of the gun.
  const std::string recovery = Recovered("671935");
  Examined("671935");
  const std::string code = Clear(recovery, kReturn).code();
  server_.SetClock(absl::Hours(24 * (kServerDaysAgo - 2)));
  Push("D9", "DISPOSAL", DaysAgo(kServerDaysAgo - 1), "671935",
       absl::StrCat("disposal_kind: 'TRANSFERRED' disposal_authority: '", code, "'"));
  EXPECT_FALSE(IsRemarked(recovery));
}

TEST_F(ClearanceTest, ACodeSaysUntilWhenItClears) {
  const std::string recovery = Recovered("500501");
  Examined("500501");
  const ClearFirearmResponse clear = Clear(recovery, kReturn);
  firearm::v1::CheckClearanceRequest request;
  request.set_firearm_id(recovery);
  request.set_purpose(kReturn);
  request.set_code(clear.code());
  const auto check = [&] {
    const auto reply = Call<firearm::v1::CheckClearanceResponse>(kent_, "CheckClearance", request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    EXPECT_TRUE(reply->is_genuine() && reply->is_clear());
    EXPECT_EQ(reply->valid_until(), clear.valid_until());
    EXPECT_THAT(reply->answered_on(), testing::AnyOf(DaysAgo(40), DaysAgo(41)));
    return reply->is_expired();
  };
  EXPECT_FALSE(check());
  server_.SetClock(absl::Hours(24 * 14));
  EXPECT_FALSE(check());
  server_.SetClock(absl::ZeroDuration());
  EXPECT_TRUE(check());
  // The day cannot be put forward.
  std::string later = clear.code();
  const std::size_t year = later.find('-', 3) + 1;
  later[year + 2] = '9';
  EXPECT_FALSE(IsGenuine(recovery, later, kReturn));
}

TEST_F(ClearanceTest, AGunThatMayHaveLeftIsNotInHand) {
  const std::string destroyed =
      Push("D1", "DISPOSAL", "2017-05-02", "500301", "disposal_kind: 'DESTROYED'");
  Examined("500301", "");
  EXPECT_THAT(KindsOf(Clear(destroyed, kDestruction)), testing::Contains("NOT_IN_HAND"));
  const std::string recovery = Push("R2", "RECOVERY", "2017-03-18", "500302");
  EXPECT_THAT(KindsOf(Clear(recovery, kReturn)), testing::Not(testing::Contains("NOT_IN_HAND")));
  Push("D2", "DISPOSAL", "2017-03", "500302", "disposal_kind: 'RETURNED'");
  EXPECT_THAT(KindsOf(Clear(recovery, kReturn)), testing::Contains("NOT_IN_HAND"));
}

TEST_F(ClearanceTest, AGunThatWasKeptIsClearedWhenItIsToGo) {
  const std::string recovery = Recovered("500401");
  Examined("500401");
  Push("K1", "DISPOSAL", "2016-06-01", "500401", "disposal_kind: 'RETAINED'");
  const ClearFirearmResponse destruction = Clear(recovery, kDestruction);
  EXPECT_THAT(KindsOf(destruction), IsEmpty());
  EXPECT_THAT(destruction.code(), StartsWith("CL-"));
  EXPECT_THAT(KindsOf(Clear(recovery, kReturn)), IsEmpty());
  // A day later, in whatever zone days are counted.
  server_.SetClock(absl::Hours(24 * (kServerDaysAgo - 2)));
  Push("D3", "DISPOSAL", DaysAgo(kServerDaysAgo - 1), "500401",
       absl::StrCat("disposal_kind: 'DESTROYED' disposal_authority: '", destruction.code(), "'"));
  const ClearFirearmResponse gone = Clear(recovery, kDestruction);
  EXPECT_THAT(KindsOf(gone), ElementsAre("NOT_IN_HAND"));
  ASSERT_EQ(gone.disposals_size(), 2);
  EXPECT_TRUE(gone.disposals(1).has_clearance());
  EXPECT_FALSE(IsRemarked(recovery));
}

TEST_F(ClearanceTest, ADisposalWithoutClearanceSaysSo) {
  const std::string recovery = Recovered("500001");
  Push("D1", "DISPOSAL", "2016-06-01", "500001",
       "disposal_kind: 'DESTROYED' disposal_authority: 'armoury, CL-1-20260101-0000-0000-00000'");
  const ClearFirearmResponse response = Clear(recovery, kDestruction);
  ASSERT_EQ(response.disposals_size(), 1);
  EXPECT_FALSE(response.disposals(0).has_clearance());
  EXPECT_TRUE(IsRemarked(recovery));
}

TEST_F(ClearanceTest, UsesHoldsAndLeadsStandAgainstIt) {
  const std::string recovery = Recovered("500101");
  const auto blocks = [&](const std::string& kind) {
    const auto kinds = KindsOf(Clear(recovery, kDestruction));
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  EXPECT_FALSE(blocks("USED"));
  Push("A1", "INCIDENT", "2016-03-01", "500101");
  EXPECT_TRUE(blocks("USED"));
  EXPECT_FALSE(blocks("LEGAL_HOLD"));
  const std::string held =
      Push("A2", "INCIDENT", "2016-04-01", "500101", "inquiry { flags { name: 'Legal hold' } }");
  EXPECT_TRUE(blocks("SERIES"));
  EXPECT_TRUE(blocks("LEGAL_HOLD"));
  ASSERT_TRUE(kent_.Withdraw(held).ok());
  revision_ += 1;
  EXPECT_FALSE(blocks("SERIES"));
  EXPECT_FALSE(blocks("LEGAL_HOLD"));
  // A number of one confusable character is a lead, not a link.
  EXPECT_FALSE(blocks("OPEN_LEAD"));
  Push("A4", "INCIDENT", "2016-04-03", "S00101");
  EXPECT_TRUE(blocks("OPEN_LEAD"));
}

TEST_F(ClearanceTest, FindingsThatContradictEachOtherStandAgainstIt) {
  const auto nabis = [this](const std::string& entry) {
    feed::v1::FeedMessage message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat("nabis { ", entry, " marking { visibility: 'OPEN' } }"), &message));
    const auto reply = server_.As("nabis").Submit({message});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    const auto& ack = reply->acknowledgements(0);
    EXPECT_EQ(ack.outcome(), ingest::v1::OUTCOME_CREATED) << ack.ShortDebugString();
    revision_ = ack.revision();
    return ack.record_id();
  };
  const auto comparison = [&](const std::string& id, const std::string& cases,
                              const std::string& verdict) {
    return nabis(absl::StrCat("entry_id: '", id,
                              "' comparison { first { agency: 'kent' source_system: 'NICHE' "
                              "source_id: 'R500801' } second { source_id: '",
                              cases, "' } channel: 'CASE' verdict: '", verdict,
                              "' stage: 'MICROSCOPE' examined: '2016-06-01' }"));
  };
  const std::string recovery = Recovered("500801");
  Examined("500801");
  EXPECT_THAT(KindsOf(Clear(recovery, kDestruction)), IsEmpty());
  nabis(
      "entry_id: 'C1' exhibit { exhibit_type: 'CASE_GROUP' found_at: 'INCIDENT' "
      "crime_references: 'KENT 77/16' occurred: '2016-03-01' }");
  comparison("K1", "C1", "CONFIRMED");
  EXPECT_THAT(KindsOf(Clear(recovery, kDestruction)), ElementsAre("USED"));
  // Another examiner says the contrary: the cases are another gun's until somebody decides.
  const std::string contrary = comparison("K2", "C1", "ELIMINATED");
  const ClearFirearmResponse blocked = Clear(recovery, kDestruction);
  EXPECT_THAT(KindsOf(blocked), ElementsAre("CONTRADICTION"));
  EXPECT_EQ(blocked.blockers(0).ids_size(), 2) << "the gun and the cases";
  EXPECT_THAT(blocked.code(), StartsWith("NC-"));
  EXPECT_THAT(KindsOf(Clear(recovery, kReturn)), ElementsAre("CONTRADICTION"));
  // Its life says so too.
  const auto told = kent_.TraceFirearm(recovery, revision_);
  ASSERT_TRUE(told.ok()) << told.status.error_message();
  ASSERT_GT(told->story().remarks_size(), 0);
  const firearm::v1::LifeRemark& remark = told->story().remarks(0);
  EXPECT_EQ(remark.kind(), firearm::v1::REMARK_KIND_FINDINGS_CONTRADICT) << remark.DebugString();
  EXPECT_TRUE(remark.is_contradiction());
  EXPECT_EQ(remark.exhibits_size(), 2) << "the gun and the cases";
  EXPECT_FALSE(remark.explanation().empty());
  ASSERT_TRUE(server_.As("nabis").Withdraw(contrary).ok());
  ++revision_;
  EXPECT_THAT(KindsOf(Clear(recovery, kDestruction)), ElementsAre("USED"));
}

TEST_F(ClearanceTest, ShowsEachCallerWhatItMaySee) {
  const std::string recovery = Recovered("500201");
  Push("A1", "INCIDENT", "2016-03-01", "500201", "", false);
  EXPECT_THAT(KindsOf(Clear(recovery, kDestruction)), testing::Contains("USED"));
  EXPECT_THAT(KindsOf(ClearAs(server_.As("mps"), recovery, kDestruction)),
              testing::Not(testing::Contains("USED")));
}

TEST_F(ClearanceTest, AnAnswerToOneAgencyClearsNoDisposalOfAnother) {
  // Kent keeps a legal hold to itself, so that only Kent is told of it.
  const std::string recovery = Recovered("500601");
  Examined("500601");
  Push("H1", "RECOVERY", "2016-05-01", "500601", "inquiry { flags { name: 'Legal hold' } }", false);
  const ClearFirearmResponse blocked = Clear(recovery, kDestruction);
  EXPECT_THAT(KindsOf(blocked), ElementsAre("LEGAL_HOLD"));
  const AgencyClient mps = server_.As("mps");
  const ClearFirearmResponse clear = ClearAs(mps, recovery, kDestruction);
  ASSERT_THAT(KindsOf(clear), IsEmpty());
  // It is genuine to whoever asked; Kent has no record by which it could know of it.
  const auto asked_by = [&](const AgencyClient& client, const std::string& code) {
    firearm::v1::CheckClearanceRequest request;
    request.set_firearm_id(recovery);
    request.set_purpose(kDestruction);
    request.set_code(code);
    const auto reply = Call<firearm::v1::CheckClearanceResponse>(client, "CheckClearance", request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    EXPECT_EQ(reply->is_genuine(), !reply->agency().empty());
    return reply->agency();
  };
  EXPECT_EQ(asked_by(mps, clear.code()), "mps");
  EXPECT_EQ(asked_by(kent_, clear.code()), "");
  EXPECT_EQ(asked_by(kent_, blocked.code()), "kent");
  EXPECT_EQ(asked_by(mps, blocked.code()), "kent") << "Kent has a record that everybody may see";
  EXPECT_NE(Clear(recovery, kReturn).code(), ClearAs(mps, recovery, kReturn).code());

  server_.SetClock(absl::ZeroDuration());
  Push("D1", "DISPOSAL", DaysAgo(39), "500601",
       absl::StrCat("disposal_kind: 'DESTROYED' disposal_authority: '", clear.code(), "'"));
  EXPECT_TRUE(IsRemarked(recovery));
  const ClearFirearmResponse after = Clear(recovery, kDestruction);
  ASSERT_EQ(after.disposals_size(), 1);
  EXPECT_FALSE(after.disposals(0).has_clearance());
}

TEST_F(ClearanceTest, EveryBadFieldIsNamed) {
  firearm::v1::ClearFirearmRequest request;
  request.set_firearm_id("nothing");
  request.set_min_revision(-1);
  const auto reply = Call<ClearFirearmResponse>(kent_, "ClearFirearm", request);
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(reply.status).fields,
              testing::UnorderedElementsAre("purpose", "min_revision", "firearm_id"));
  firearm::v1::CheckClearanceRequest check;
  check.set_firearm_id("nothing");
  check.set_code(std::string(65, 'C'));
  const auto checked = Call<firearm::v1::CheckClearanceResponse>(kent_, "CheckClearance", check);
  EXPECT_EQ(checked.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(checked.status).fields,
              testing::UnorderedElementsAre("purpose", "code", "firearm_id"));
}

}  // namespace
}  // namespace serieslink
