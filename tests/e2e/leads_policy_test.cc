// What policy and time make of leads: who decides alone, what expires, and how often the rule is
// right.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/e2e/leads_case.h"

namespace serieslink {
namespace {

using lead::v1::Lead;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Whoever takes back a decision needs a second person, and so does who puts another in its place.
class TwoPeopleTakeBackTest : public LeadsTest {
 protected:
  static config::v1::LeadsConfig Policy() {
    config::v1::LeadsConfig leads = TwoPeopleConfirm();
    leads.add_two_person_decisions("WITHDRAWN");
    return leads;
  }
  TwoPeopleTakeBackTest() : LeadsTest(Policy(), absl::ZeroDuration()) {}
};

TEST_F(TwoPeopleTakeBackTest, NobodyUndoesAloneWhatTwoDecided) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kConfirmed).ok());
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, nullptr, true).ok());
  ASSERT_EQ(Series("mps"), 1);
  lead::v1::DecideLeadResponse told;
  for (const record::v1::Verdict verdict : {kInconclusive, kEliminated, kWithdrawn}) {
    ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", verdict, &told).ok());
    EXPECT_TRUE(told.waits_for_second());
    EXPECT_EQ(Series("mps"), 1);
    EXPECT_EQ(DetailsOf(Decide(ana_, "mers:1", "mers:2", {}, nullptr, true)).reason,
              type::v1::ERROR_REASON_SECOND_PERSON_NEEDED);
    // Taking a proposal back leaves what stood, and needs nobody.
    if (verdict == kInconclusive) {
      ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kWithdrawn, &told).ok());
      EXPECT_FALSE(told.waits_for_second());
      EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_DECIDED);
    }
    if (verdict == kEliminated) {
      ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, nullptr, true).ok());
      EXPECT_EQ(Series("mps"), 0);
      ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kConfirmed).ok());
      ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, nullptr, true).ok());
    }
  }
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, &told, true).ok());
  EXPECT_EQ(Series("mps"), 0);
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_OPEN);
}

// Nor one person of another agency, by its own file.
TEST_F(TwoPeopleTakeBackTest, NobodyOfAnotherAgencyUndoesItAlone) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kConfirmed).ok());
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, nullptr, true).ok());
  ASSERT_EQ(Series("kent"), 1);
  lead::v1::DecideLeadResponse told;
  for (const record::v1::Verdict verdict : {kInconclusive, kEliminated}) {
    ASSERT_TRUE(Decide({"kent", "feed"}, "mers:1", "mers:2", verdict, &told).ok());
    EXPECT_TRUE(told.waits_for_second());
    EXPECT_EQ(Series("kent"), 1);
  }
  // The later proposal took the earlier one's place, and says so.
  EXPECT_EQ(told.replaced_proposal().verdict(), kInconclusive);
  EXPECT_FALSE(told.has_replaced_decision());
  ASSERT_TRUE(Decide({"kent", "analyst"}, "mers:1", "mers:2", {}, nullptr, true).ok());
  EXPECT_EQ(Series("kent"), 0);
}

// What somebody says by one channel leaves what stands by the others.
TEST_F(TwoPeopleTakeBackTest, ADisputeOfTheCasesLeavesTheDecisionOnTheNumber) {
  constexpr auto kSerial = record::v1::CHANNEL_SERIAL;
  constexpr auto kCase = record::v1::CHANNEL_CASE;
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kConfirmed, nullptr, false, kSerial).ok());
  lead::v1::DecideLeadResponse told;
  // A colleague's proposal goes on to wait.
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", kEliminated, &told, false, kCase).ok());
  EXPECT_FALSE(told.waits_for_second());
  EXPECT_FALSE(told.has_replaced_proposal());
  ASSERT_EQ(told.lead().files(0).proposals_size(), 1);
  EXPECT_EQ(told.lead().files(0).proposals(0).channel(), kSerial);
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, &told, true).ok());
  EXPECT_EQ(Series("mps"), 1);
  ASSERT_EQ(told.lead().files(0).decisions_size(), 2);
  // And so does what two decided.
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", kInconclusive, &told, false, kCase).ok());
  EXPECT_EQ(Series("mps"), 1);
  // To be taken back, it has to be named.
  EXPECT_EQ(Decide(ana_, "mers:1", "mers:2", kWithdrawn).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(TwoPeopleTakeBackTest, WhatChangedSinceItWasProposedIsNotSeconded) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kConfirmed).ok());
  Push("mers", {Incident("2", "ZZ98765", "OPEN", "NONE", "Walther", 2)});
  EXPECT_EQ(DetailsOf(Decide(ben_, "mers:1", "mers:2", {}, nullptr, true)).reason,
            type::v1::ERROR_REASON_LEAD_CHANGED);
  EXPECT_EQ(Series("mps"), 0);
  // Changed back, it is what was judged.
  Push("mers", {Incident("2", "AB12345", "OPEN", "NONE", "", 3)});
  EXPECT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, nullptr, true).ok());
  EXPECT_EQ(Series("mps"), 1);
}

// What an analyst of nabis (by token) says of two records of mers, in an entry of its feed.
feed::v1::FeedMessage WordOfAnalyst(const std::string& id, const std::string& token,
                                    const std::string& verdict, const std::string& day,
                                    const std::string& rest = "channel: 'DESCRIPTION'") {
  const auto end = [](const std::string& record) {
    return absl::StrCat("{ agency: 'mers' source_system: 'NICHE' source_id: '", record,
                        "' exhibit_reference: 'G1' }");
  };
  feed::v1::FeedMessage message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      absl::StrCat("nabis { entry_id: '", id, "' version: 1 comparison { first ", end("1"),
                   " second ", end("2"), " ", rest, " verdict: '", verdict, "' examined: '", day,
                   "' examiner_token: '", token, "' } marking { visibility: 'OPEN' } }"),
      &message));
  return message;
}

// What one analyst's agency pushes is held to the same as what the service writes.
TEST_F(TwoPeopleTakeBackTest, NobodyGoesRoundItByTheFeed) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "CD67890")});
  Push("nabis", {WordOfAnalyst("C1", "A1", "CONFIRMED", "2024-06-01")});
  EXPECT_EQ(Series("mps"), 0);
  Lead lead = Get("mps", "mers:1", "mers:2");
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_PROPOSED);
  ASSERT_EQ(lead.findings_size(), 1);
  EXPECT_EQ(lead.findings(0).verdict(), record::v1::VERDICT_LEAD);
  EXPECT_TRUE(lead.findings(0).awaits_second());
  EXPECT_THAT(lead.findings(0).proposed_verdicts(), ElementsAre(kConfirmed));
  EXPECT_FALSE(lead.findings(0).is_untrusted());
  EXPECT_THAT(Pairs(List("mps")), ElementsAre("mers:1 mers:2"));
  const auto apart = server_.As("mps").ExplainLink(Id("mers:1"), Id("mers:2"), revision_);
  ASSERT_TRUE(apart.ok()) << apart.status.error_message();
  EXPECT_FALSE(apart->explanation().is_one_weapon());
  EXPECT_THAT(apart->explanation().summary(), Contains(HasSubstr("waits until another person")));
  // The same person again, and one whom the agency does not name, are no second.
  Push("nabis", {WordOfAnalyst("C2", "A1", "CONFIRMED", "2024-06-02"),
                 WordOfAnalyst("C3", "", "CONFIRMED", "2024-06-02")});
  EXPECT_EQ(Series("mps"), 0);
  Push("nabis", {WordOfAnalyst("C4", "A2", "CONFIRMED", "2024-06-03")});
  EXPECT_EQ(Series("mps"), 1);
  lead = Get("mps", "mers:1", "mers:2");
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_DECIDED);
  EXPECT_EQ(lead.findings(0).verdict(), kConfirmed);
  EXPECT_FALSE(lead.findings(0).awaits_second());
  EXPECT_EQ(lead.findings(0).proposed_verdicts_size(), 0);
  // Nor does one person undo it: by another decision, or by taking it back.
  Push("nabis", {WordOfAnalyst("C5", "A3", "INCONCLUSIVE", "2024-06-04"),
                 WordOfAnalyst("C6", "A3", "WITHDRAWN", "2024-06-05")});
  EXPECT_EQ(Series("mps"), 1);
  lead = Get("mps", "mers:1", "mers:2");
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_PROPOSED);
  EXPECT_EQ(lead.findings(0).verdict(), kConfirmed);
  EXPECT_FALSE(lead.findings(0).awaits_second());
  EXPECT_THAT(lead.findings(0).proposed_verdicts(), ElementsAre(kInconclusive, kWithdrawn));
  series::v1::ExplainSeriesRequest request;
  request.set_series_id(Id("mers:1"));
  request.mutable_view()->set_min_revision(revision_);
  const auto held = server_.As("mps").ExplainSeries(request);
  ASSERT_TRUE(held.ok()) << held.status.error_message();
  EXPECT_EQ(held->explanation().joining_count(), 1);
  EXPECT_THAT(held->explanation().summary(), Contains(HasSubstr("waits until another person")));
  Push("nabis", {WordOfAnalyst("C7", "A1", "WITHDRAWN", "2024-06-06")});
  EXPECT_EQ(Series("mps"), 0);
}

TEST_F(TwoPeopleTakeBackTest, WithoutOneOfTheTwoTheOtherWaitsAgain) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "CD67890")});
  Push("nabis", {WordOfAnalyst("C1", "A1", "CONFIRMED", "2024-06-01"),
                 WordOfAnalyst("C2", "A2", "CONFIRMED", "2024-06-02")});
  EXPECT_EQ(Series("mps"), 1);
  // A version says that both were the first person's.
  feed::v1::FeedMessage mended = WordOfAnalyst("C2", "a1", "CONFIRMED", "2024-06-02");
  mended.mutable_nabis()->set_version(2);
  Push("nabis", {mended});
  EXPECT_EQ(Series("mps"), 0);
  EXPECT_TRUE(Get("mps", "mers:1", "mers:2").findings(0).awaits_second());
  Push("nabis", {WordOfAnalyst("C3", "A3", "CONFIRMED", "2024-05-20")});
  EXPECT_EQ(Series("mps"), 1) << "whoever was first, there are two";
  const auto withdrawn = server_.As("nabis").Withdraw(Id("nabis:C3"));
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status.error_message();
  revision_ = std::max(revision_, withdrawn->revision());
  EXPECT_EQ(Series("mps"), 0);
  EXPECT_TRUE(Get("mps", "mers:1", "mers:2").findings(0).awaits_second());
}

TEST_F(TwoPeopleTakeBackTest, ALaboratorysResultAsksForNobody) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "CD67890")});
  Push("nabis", {WordOfAnalyst("C1", "E1", "CONFIRMED", "2024-06-01",
                               "channel: 'SERIAL' basis: 'EXAMINER'")});
  EXPECT_EQ(Series("mps"), 1);
}

TEST_F(LeadsTest, NoRecordTakesThePlaceOfALeadFile) {
  Push("mers", {Incident("1", "AB12345", "OPEN", "NONE", "Glock"),
                Incident("2", "AB12345", "OPEN", "NONE", "Glock")});
  ASSERT_TRUE(Decide({"mers", "feed"}, "mers:1", "mers:2", kEliminated).ok());
  const Lead before = Get("mers", "mers:1", "mers:2");
  Push("mers", {ForceRecordOf(absl::StrCat(
                   "system: 'SERIESLINK' record_id: 'LEAD ", before.first().exhibit_id(), " ",
                   before.second().exhibit_id(), "' version: 99 record_type: 'INTELLIGENCE'"))});
  EXPECT_EQ(Series("mers"), 0);
  EXPECT_EQ(Get("mers", "mers:1", "mers:2").version(), before.version());
  EXPECT_TRUE(Decide({"mers", "feed"}, "mers:1", "mers:2", kWithdrawn).ok());
  EXPECT_EQ(Series("mers"), 1);
}

// The records came a while ago by the server's clock.
class AgedLeadsTest : public LeadsTest {
 protected:
  AgedLeadsTest() : LeadsTest(TwoPeopleConfirm(), absl::Hours(24) * 400) {}
};

TEST_F(AgedLeadsTest, AFreshLeadComesBeforeAnOldOneAndTheOldOneExpires) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  List("mers");
  server_.SetClock(absl::Hours(24) * 40);
  Push("mers", {Incident("3", "CD40718"), Incident("4", "CD40718")});
  const lead::v1::ListLeadsResponse before = List("mers");
  EXPECT_THAT(Pairs(before), ElementsAre("mers:3 mers:4", "mers:1 mers:2"));
  // 360 days are 12 half-lives.
  EXPECT_NEAR(before.leads(0).score_log2() - before.leads(1).score_log2(), 12, 0.1);
  lead::v1::ListLeadsRequest old;
  old.mutable_filter()->set_age_days_min(100);
  EXPECT_THAT(Pairs(List("mers", old)), ElementsAre("mers:1 mers:2"));

  server_.SetClock(absl::ZeroDuration());
  const lead::v1::ListLeadsResponse after = List("mers");
  EXPECT_THAT(Pairs(after), ElementsAre("mers:3 mers:4"));
  ASSERT_EQ(after.line().below_size(), 1);
  EXPECT_EQ(after.line().below(0).reason(), lead::v1::BELOW_REASON_EXPIRED);
  const Lead expired = Get("mers", "mers:1", "mers:2");
  EXPECT_EQ(expired.state(), lead::v1::LEAD_STATE_EXPIRED);
  EXPECT_EQ(expired.clocks().expiry_time().seconds() - expired.clocks().known_time().seconds(),
            365 * 86'400);
  // It can still be decided.
  EXPECT_TRUE(Decide({"mers", "feed"}, "mers:1", "mers:2", kEliminated).ok());
  EXPECT_EQ(Get("mers", "mers:1", "mers:2").state(), lead::v1::LEAD_STATE_DECIDED);
}

TEST_F(AgedLeadsTest, TheSampleMeasuresTheRule) {
  // Three pairs that the rule confirms, and one lead.
  const std::vector<std::pair<std::string, std::string>> numbers = {
      {"1", "AB12345"}, {"2", "CD40718"}, {"3", "EF78912"}};
  for (const auto& [id, serial] : numbers) {
    Push("mers", {Incident(id, serial, "OPEN", "NONE", "Glock"),
                  Incident(absl::StrCat(id, "b"), serial, "OPEN", "NONE", "Glock")});
  }
  Push("mers", {Incident("4", "GH20456"), Incident("4b", "GH20456")});
  List("mers");
  server_.SetClock(absl::ZeroDuration());
  lead::v1::GetBlindSampleRequest request;
  lead::v1::GetBlindSampleResponse sample;
  ASSERT_TRUE(Call(ana_, &lead::v1::LeadService::Stub::GetBlindSample, request, sample).ok());
  ASSERT_EQ(sample.pairs_size(), 4);
  EXPECT_FALSE(sample.has_precision());
  std::string text = sample.ShortDebugString();
  EXPECT_THAT(text, Not(HasSubstr("\"WP-")));
  EXPECT_THAT(text, Not(HasSubstr("CONFIRMED")));
  int confirmed = 0;
  for (const lead::v1::BlindPair& pair : sample.pairs()) {
    lead::v1::JudgeBlindPairRequest judge;
    judge.set_week(sample.week());
    judge.set_first_id(pair.first().exhibit_id());
    judge.set_second_id(pair.second().exhibit_id());
    judge.set_reason("as the records have it");
    const bool has_make = !pair.first().exhibit().firearm().make().empty();
    // One of the rule's three is judged to be wrong; the lead does not count.
    const bool is_wrong = has_make && ++confirmed == 1;
    judge.set_verdict(is_wrong ? lead::v1::BLIND_VERDICT_DIFFERENT : lead::v1::BLIND_VERDICT_SAME);
    lead::v1::JudgeBlindPairResponse judged;
    ASSERT_TRUE(Call(ben_, &lead::v1::LeadService::Stub::JudgeBlindPair, judge, judged).ok());
    revision_ = judged.revision();
  }
  EXPECT_EQ(confirmed, 3);
  List("mps");
  request.set_week(sample.week());
  request.set_with_precision(true);
  ASSERT_TRUE(Call(ana_, &lead::v1::LeadService::Stub::GetBlindSample, request, sample).ok());
  EXPECT_EQ(sample.precision().rule_confirmed_count(), 3);
  EXPECT_EQ(sample.precision().same_count(), 2);
  EXPECT_EQ(sample.precision().different_count(), 1);
  EXPECT_NEAR(sample.precision().precision(), 2.0 / 3, 1e-9);
  EXPECT_LT(sample.precision().lower(), 2.0 / 3);
  EXPECT_GT(sample.precision().upper(), 2.0 / 3);
  // Judged, and nothing is decided: the series stand.
  EXPECT_EQ(Series("mps"), 3);
  // What is in no sample is not judged; another agency has a sample of its own.
  lead::v1::JudgeBlindPairRequest other;
  other.set_week(sample.week());
  other.set_first_id(Id("mers:1"));
  other.set_second_id(Id("mers:2"));
  other.set_reason("no pair");
  other.set_verdict(lead::v1::BLIND_VERDICT_SAME);
  lead::v1::JudgeBlindPairResponse judged;
  EXPECT_EQ(Call(ben_, &lead::v1::LeadService::Stub::JudgeBlindPair, other, judged).error_code(),
            grpc::StatusCode::NOT_FOUND);
  lead::v1::GetBlindSampleResponse of_kent;
  ASSERT_TRUE(
      Call({"kent", "feed"}, &lead::v1::LeadService::Stub::GetBlindSample, request, of_kent).ok());
  EXPECT_EQ(of_kent.precision().same_count(), 0);
  EXPECT_FALSE(of_kent.precision().has_precision());
}

}  // namespace
}  // namespace serieslink
