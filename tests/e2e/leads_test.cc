// Analysts' work on leads, through the whole server: the queue, decisions by one person and by two,
// referrals, and what is to be looked at again.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/graph/public_id.h"
#include "tests/e2e/leads_case.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using lead::v1::Lead;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(LeadsTest, TheQueueIsInTheOrderOfWorthAndHidesWhatItsCallerMayNotSee) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "CD40718", "OPEN", "FATAL"),
                Incident("3", "EF78912", "OWNER"), Incident("4", "GH20456")});
  Push("kent", {Incident("1", "AB12345"), Incident("2", "CD40718"), Incident("3", "EF78912"),
                Incident("4", "GH20456", "OPEN", "SLIGHT")});
  EXPECT_THAT(Pairs(List("kent")), ElementsAre("kent:2 mers:2", "kent:4 mers:4", "kent:1 mers:1"));
  EXPECT_THAT(Pairs(List("mers")), SizeIs(4));
  const lead::v1::ListLeadsResponse all = List("mers");
  EXPECT_EQ(all.line().above_count(), 3);
  ASSERT_EQ(all.line().below_size(), 1);
  EXPECT_EQ(all.line().below(0).reason(), lead::v1::BELOW_REASON_BUDGET);
  EXPECT_EQ(all.line().below(0).count(), 1);
  EXPECT_FALSE(all.line().is_at_least());
  for (const Lead& lead : all.leads()) {
    EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_OPEN);
    EXPECT_TRUE(lead.clocks().has_known_time());
    double sum = 0;
    for (const auto& term : lead.terms()) {
      EXPECT_THAT(term.source(), Not(IsEmpty()));
      sum += term.weight_log2();
    }
    EXPECT_NEAR(sum, lead.score_log2(), 1e-9);
  }
  for (int i = 1; i < all.leads_size(); ++i) {
    EXPECT_GE(all.leads(i - 1).score_log2(), all.leads(i).score_log2());
  }

  // Pages.
  lead::v1::ListLeadsRequest request;
  request.set_page_size(3);
  lead::v1::ListLeadsResponse page = List("mers", request);
  std::vector<std::string> pairs = Pairs(page);
  ASSERT_THAT(page.next_page_token(), Not(IsEmpty()));
  request.set_page_token(page.next_page_token());
  page = List("mers", request);
  EXPECT_FALSE(page.has_line());
  EXPECT_THAT(page.next_page_token(), IsEmpty());
  for (const std::string& pair : Pairs(page)) pairs.push_back(pair);
  EXPECT_EQ(pairs, Pairs(all));
  // Nobody else's token, and not with another filter.
  lead::v1::ListLeadsResponse refused;
  EXPECT_EQ(Call({"kent", "feed"}, &lead::v1::LeadService::Stub::ListLeads, request, refused)
                .error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);

  request = {};
  request.mutable_filter()->set_agency("nabis");
  EXPECT_THAT(Pairs(List("mers", request)), IsEmpty());
  request.mutable_filter()->set_agency("kent");
  request.mutable_filter()->set_age_days_min(1);
  EXPECT_THAT(Pairs(List("mers", request)), IsEmpty());
}

TEST_F(LeadsTest, ADecisionMakesASeriesAndTakenBackLeavesNoTrace) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  ASSERT_EQ(Series("kent"), 0);
  lead::v1::DecideLeadResponse told;
  // Policy asks for two people to confirm, and for one to eliminate.
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kConfirmed, &told).ok());
  EXPECT_TRUE(told.waits_for_second());
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_PROPOSED);
  EXPECT_EQ(Series("kent"), 0);
  EXPECT_EQ(DetailsOf(Decide(ana_, "mers:1", "mers:2", {}, nullptr, true)).reason,
            type::v1::ERROR_REASON_SECOND_PERSON_NEEDED);
  // Another agency's person is none of its two.
  EXPECT_EQ(DetailsOf(Decide({"kent", "feed"}, "mers:1", "mers:2", {}, nullptr, true)).reason,
            type::v1::ERROR_REASON_NOTHING_TO_DO);
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, &told, true).ok());
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_DECIDED);
  EXPECT_TRUE(told.lead().is_one_weapon());
  EXPECT_EQ(Series("kent"), 1);
  EXPECT_THAT(Pairs(List("mps")), IsEmpty());
  const lead::v1::LeadFile file = told.lead().files(0);
  EXPECT_EQ(file.version(), 2u);
  EXPECT_EQ(file.decision().by().principal(), "feed");
  EXPECT_EQ(file.decision().seconded().principal(), "analyst");
  EXPECT_EQ(file.decision().by().reason(), "same damage to the slide");
  EXPECT_TRUE(told.lead().clocks().has_decided_time());

  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kWithdrawn, &told).ok());
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_OPEN);
  EXPECT_EQ(Series("kent"), 0);
  EXPECT_THAT(Pairs(List("mps")), ElementsAre("mers:1 mers:2"));
  EXPECT_EQ(DetailsOf(Decide(ana_, "mers:1", "mers:2", kWithdrawn)).reason,
            type::v1::ERROR_REASON_NOTHING_TO_DO);
  // What was known in between is still told, and every act is there with its author.
  const auto then = server_.As("kent").GetSeries([&] {
    series::v1::GetSeriesRequest request;
    request.set_series_id(Id("mers:1"));
    request.mutable_view()->set_revision(revision_ - 1);
    return request;
  }());
  ASSERT_TRUE(then.ok()) << then.status.error_message();
  EXPECT_EQ(then->series().incident_count(), 2);
  EXPECT_EQ(then->series().floor(), record::v1::BASIS_ANALYST);
  const auto record = server_.As("mps").GetRecord(file.record_id());
  ASSERT_TRUE(record.ok()) << record.status.error_message();
  EXPECT_EQ(record->versions_size(), 3);
  // It is not taken back as a record, which would need one person only.
  EXPECT_EQ(server_.As("mps").Withdraw(file.record_id()).status.error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(LeadsTest, AnEliminationRefusesTheRule) {
  Push("mers", {Incident("1", "AB12345", "OPEN", "NONE", "Glock"),
                Incident("2", "AB12345", "OPEN", "NONE", "Glock")});
  ASSERT_EQ(Series("kent"), 1);
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kEliminated).ok());
  EXPECT_EQ(Series("kent"), 0);
  EXPECT_EQ(Get("kent", "mers:1", "mers:2").state(), lead::v1::LEAD_STATE_DECIDED);
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", kWithdrawn).ok());
  EXPECT_EQ(Series("kent"), 1);
}

TEST_F(LeadsTest, WhatIsInconclusiveJoinsNothingAndIsNoLeadAnyMore) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  lead::v1::DecideLeadResponse told;
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kInconclusive, &told).ok());
  EXPECT_FALSE(told.waits_for_second());
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_DECIDED);
  EXPECT_FALSE(told.lead().is_one_weapon());
  EXPECT_EQ(told.lead().files(0).decision().verdict(), kInconclusive);
  EXPECT_THAT(Pairs(List("mps")), IsEmpty());
  EXPECT_EQ(Series("mps"), 0);
  // Decided otherwise by two, the later decision stands.
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kConfirmed).ok());
  EXPECT_EQ(Series("mps"), 0);
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", {}, nullptr, true).ok());
  EXPECT_EQ(Series("mps"), 1);
}

TEST_F(LeadsTest, WhoMaySeeOnlyOneOfTheTwoIsToldThatThereIsNothing) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345", "OWNER")});
  EXPECT_EQ(Decide(ana_, "mers:1", "mers:2", kEliminated).error_code(),
            grpc::StatusCode::NOT_FOUND);
  // The same as of what is nowhere.
  lead::v1::GetLeadRequest request;
  request.set_first_id(Id("mers:1"));
  request.set_second_id(graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(12345)));
  lead::v1::GetLeadResponse response;
  EXPECT_EQ(Call(ana_, &lead::v1::LeadService::Stub::GetLead, request, response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  // And of what is hidden, named twice.
  request.set_first_id(Id("mers:2"));
  request.set_second_id(Id("mers:2"));
  EXPECT_EQ(Call(ana_, &lead::v1::LeadService::Stub::GetLead, request, response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  // Its owner decides, and its file is its own.
  lead::v1::DecideLeadResponse told;
  ASSERT_TRUE(Decide({"mers", "feed"}, "mers:1", "mers:2", kEliminated, &told).ok());
  const std::string file = told.lead().files(0).record_id();
  EXPECT_TRUE(server_.As("mers").GetRecord(file).ok());
  EXPECT_EQ(server_.As("mps").GetRecord(file).status.error_code(), grpc::StatusCode::NOT_FOUND);
  // To whom it would be handed must see both.
  lead::v1::ActOnLeadRequest refer;
  refer.mutable_refer()->set_unit("kent/serious crime");
  EXPECT_THAT(DetailsOf(Act("mers", refer, "mers:1", "mers:2")).fields, ElementsAre("refer.unit"));
  refer.mutable_refer()->set_unit("robbery");
  EXPECT_TRUE(Act("mers", refer, "mers:1", "mers:2").ok());
}

TEST_F(LeadsTest, WhatIsClosedLaterClosesWhatWasSaidOfIt) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  lead::v1::DecideLeadResponse told;
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kEliminated, &told).ok());
  const std::string file = told.lead().files(0).record_id();
  EXPECT_TRUE(server_.As("kent").GetRecord(file).ok());
  Push("mers", {Incident("2", "AB12345", "OWNER", "NONE", "", 2)});
  EXPECT_THAT(Pairs(List("kent")), IsEmpty());
  EXPECT_EQ(server_.As("kent").GetRecord(file).status.error_code(), grpc::StatusCode::NOT_FOUND);
  lead::v1::GetLeadRequest request;
  request.set_first_id(Id("mers:1"));
  request.set_second_id(Id("mers:2"));
  lead::v1::GetLeadResponse response;
  for (const char* agency : {"mps", "kent"}) {
    EXPECT_EQ(Call({agency, "feed"}, &lead::v1::LeadService::Stub::GetLead, request, response)
                  .error_code(),
              grpc::StatusCode::NOT_FOUND);
  }
  EXPECT_EQ(Get("mers", "mers:1", "mers:2").state(), lead::v1::LEAD_STATE_DECIDED);
}

TEST_F(LeadsTest, WhoeverActsOnAnOldVersionIsTold) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kEliminated).ok());
  lead::v1::DecideLeadRequest request;
  request.set_first_id(Id("mers:1"));
  request.set_second_id(Id("mers:2"));
  request.set_verdict(kConfirmed);
  request.set_reason("looked at the photographs");
  request.set_version(0);
  lead::v1::DecideLeadResponse response;
  const grpc::Status status =
      Call(ben_, &lead::v1::LeadService::Stub::DecideLead, request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(DetailsOf(status).reason, type::v1::ERROR_REASON_LEAD_CHANGED);

  // A record that was looked at before it changed.
  const Lead lead = Get("mps", "mers:1", "mers:2");
  request.clear_version();
  request.add_judged_revisions(lead.first().from_revision());
  request.add_judged_revisions(lead.second().from_revision());
  Push("mers", {Incident("2", "ZZ98765", "OPEN", "NONE", "Walther", 2)});
  Get("mps", "mers:1", "mers:2");
  EXPECT_EQ(
      DetailsOf(Call(ben_, &lead::v1::LeadService::Stub::DecideLead, request, response)).reason,
      type::v1::ERROR_REASON_LEAD_CHANGED);
}

TEST_F(LeadsTest, EveryBadFieldIsNamed) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  lead::v1::DecideLeadRequest decide;
  decide.set_first_id(Id("mers:1"));
  decide.set_second_id("EX-1");
  decide.set_verdict(record::v1::VERDICT_LEAD);
  decide.set_channel(record::v1::CHANNEL_SOURCE_REFERENCE);
  decide.add_judged_revisions(1);
  lead::v1::DecideLeadResponse decided;
  EXPECT_THAT(
      DetailsOf(Call(ben_, &lead::v1::LeadService::Stub::DecideLead, decide, decided)).fields,
      ElementsAre("reason", "verdict", "channel", "judged_revisions", "second_id"));
  decide.set_second_id(Id("mers:1"));
  decide.set_reason("same gun");
  decide.set_verdict(kEliminated);
  decide.clear_channel();
  decide.clear_judged_revisions();
  EXPECT_THAT(
      DetailsOf(Call(ben_, &lead::v1::LeadService::Stub::DecideLead, decide, decided)).fields,
      ElementsAre("second_id"));

  lead::v1::ActOnLeadRequest act;
  act.set_first_id("SL-0");
  act.set_second_id(Id("mers:2"));
  act.set_reason(std::string(4001, 'x'));
  lead::v1::ActOnLeadResponse acted;
  EXPECT_THAT(DetailsOf(Call(ben_, &lead::v1::LeadService::Stub::ActOnLead, act, acted)).fields,
              ElementsAre("reason", "act", "first_id"));

  lead::v1::ListLeadsRequest list;
  list.mutable_filter()->set_age_days_min(9);
  list.mutable_filter()->set_age_days_max(3);
  list.mutable_filter()->set_unit("robbery");
  list.mutable_filter()->add_states(lead::v1::LEAD_STATE_UNSPECIFIED);
  list.set_page_size(201);
  list.set_min_revision(-1);
  lead::v1::ListLeadsResponse listed;
  EXPECT_THAT(DetailsOf(Call(ben_, &lead::v1::LeadService::Stub::ListLeads, list, listed)).fields,
              ElementsAre("filter.age_days_min", "filter.unit", "filter.states[0]", "page_size",
                          "min_revision"));

  lead::v1::JudgeBlindPairRequest judge;
  judge.set_week("2026-W60");
  lead::v1::JudgeBlindPairResponse judged;
  EXPECT_THAT(
      DetailsOf(Call(ben_, &lead::v1::LeadService::Stub::JudgeBlindPair, judge, judged)).fields,
      ElementsAre("reason", "verdict", "first_id", "second_id", "week"));
}

TEST_F(LeadsTest, ALeadIsReferredAcceptedAndHasItsOutcome) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  lead::v1::ActOnLeadRequest refer;
  refer.mutable_refer()->set_unit("kent/serious crime");
  lead::v1::ActOnLeadResponse told;
  ASSERT_TRUE(Act("mps", refer, "mers:1", "mers:2", &told).ok());
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_REFERRED);
  EXPECT_TRUE(told.lead().clocks().has_acceptance_due_time());
  lead::v1::ListLeadsRequest of_unit;
  of_unit.mutable_filter()->set_unit("kent/serious crime");
  EXPECT_THAT(Pairs(List("kent", of_unit)), ElementsAre("mers:1 mers:2"));
  of_unit.mutable_filter()->set_unit("kent/other");
  EXPECT_THAT(Pairs(List("kent", of_unit)), IsEmpty());
  const lead::v1::ListLeadsResponse all = List("kent");
  ASSERT_EQ(all.line().below_size(), 1);
  EXPECT_EQ(all.line().below(0).reason(), lead::v1::BELOW_REASON_IN_HAND);

  lead::v1::ActOnLeadRequest accept;
  accept.mutable_accept()->set_agency("mps");
  // It went to another agency.
  EXPECT_EQ(DetailsOf(Act("btp", accept, "mers:1", "mers:2")).reason,
            type::v1::ERROR_REASON_NOTHING_TO_DO);
  ASSERT_TRUE(Act("kent", accept, "mers:1", "mers:2", &told).ok());
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_ACCEPTED);
  EXPECT_EQ(DetailsOf(Act("kent", accept, "mers:1", "mers:2")).reason,
            type::v1::ERROR_REASON_NOTHING_TO_DO);
  lead::v1::ActOnLeadRequest outcome;
  outcome.mutable_outcome()->set_agency("mps");
  EXPECT_THAT(DetailsOf(Act("kent", outcome, "mers:1", "mers:2")).fields,
              ElementsAre("outcome.kind"));
  outcome.mutable_outcome()->set_kind(lead::v1::OUTCOME_KIND_NO_FURTHER_ACTION);
  ASSERT_TRUE(Act("kent", outcome, "mers:1", "mers:2", &told).ok());
  // Nobody has decided on it, so it is open again.
  EXPECT_EQ(told.lead().state(), lead::v1::LEAD_STATE_OPEN);
  const Lead lead = Get("mps", "mers:1", "mers:2");
  ASSERT_EQ(lead.files_size(), 2);
  const lead::v1::LeadReferral& referral = lead.files(1).referrals(0);
  EXPECT_EQ(referral.unit(), "kent/serious crime");
  EXPECT_EQ(referral.accepted().principal(), "feed");
  EXPECT_EQ(referral.outcome_kind(), lead::v1::OUTCOME_KIND_NO_FURTHER_ACTION);
  EXPECT_TRUE(lead.clocks().has_outcome_time());
}

TEST_F(LeadsTest, ALeadIsNotFollowedUntilItIsReopened) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  lead::v1::ActOnLeadRequest expire;
  expire.mutable_expire();
  ASSERT_TRUE(Act("mps", expire, "mers:1", "mers:2").ok());
  const lead::v1::ListLeadsResponse list = List("mps");
  EXPECT_THAT(Pairs(list), IsEmpty());
  ASSERT_EQ(list.line().below_size(), 1);
  EXPECT_EQ(list.line().below(0).reason(), lead::v1::BELOW_REASON_NOT_FOLLOWED);
  EXPECT_EQ(list.line().used_today(), 1);
  // Another agency follows it all the same.
  EXPECT_THAT(Pairs(List("kent")), SizeIs(1));
  lead::v1::ListLeadsRequest expired;
  expired.mutable_filter()->add_states(lead::v1::LEAD_STATE_EXPIRED);
  EXPECT_THAT(Pairs(List("mps", expired)), SizeIs(1));
  lead::v1::ActOnLeadRequest reopen;
  reopen.mutable_reopen();
  ASSERT_TRUE(Act("mps", reopen, "mers:1", "mers:2").ok());
  const lead::v1::ListLeadsResponse again = List("mps");
  EXPECT_THAT(Pairs(again), SizeIs(1));
  EXPECT_EQ(again.line().used_today(), 1) << "two acts on one lead";
  EXPECT_EQ(List("kent").line().used_today(), 0);
}

TEST_F(LeadsTest, ADecisionOnWhatHasChangedSinceIsToBeMadeAgain) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  ASSERT_TRUE(Decide(ana_, "mers:1", "mers:2", kEliminated).ok());
  const auto reexaminations = [&] {
    lead::v1::ListReexaminationsRequest request;
    request.set_min_revision(revision_);
    lead::v1::ListReexaminationsResponse response;
    EXPECT_TRUE(
        Call(ana_, &lead::v1::LeadService::Stub::ListReexaminations, request, response).ok());
    return response;
  };
  EXPECT_EQ(reexaminations().reexaminations_size(), 0);
  Push("mers", {Incident("2", "ZZ98765", "OPEN", "NONE", "Walther", 2)});
  const auto found = reexaminations();
  ASSERT_EQ(found.reexaminations_size(), 1);
  EXPECT_THAT(found.reexaminations(0).reasons(),
              ElementsAre(lead::v1::REEXAMINATION_REASON_DECISION_OUTDATED));
  EXPECT_TRUE(Get("mps", "mers:1", "mers:2").files(0).decision().is_outdated());
  // Changed back, it is what was judged.
  Push("mers", {Incident("2", "AB12345", "OPEN", "NONE", "", 3)});
  EXPECT_EQ(reexaminations().reexaminations_size(), 0);
  EXPECT_FALSE(Get("mps", "mers:1", "mers:2").files(0).decision().is_outdated());
  Push("mers", {Incident("2", "ZZ98765", "OPEN", "NONE", "Walther", 4)});
  EXPECT_EQ(reexaminations().reexaminations_size(), 1);
  server_.Restart();
  EXPECT_EQ(reexaminations().reexaminations_size(), 1);
  ASSERT_TRUE(Decide(ben_, "mers:1", "mers:2", kEliminated).ok());
  EXPECT_EQ(reexaminations().reexaminations_size(), 0);
}

TEST_F(LeadsTest, WhatWouldSettleMostIsExaminedFirst) {
  // One number on three guns, another on two.
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345"), Incident("3", "AB12345"),
                Incident("4", "CD40718"), Incident("5", "CD40718")});
  lead::v1::ListExaminationsRequest request;
  request.set_min_revision(revision_);
  request.set_count_max(4);
  lead::v1::ListExaminationsResponse response;
  ASSERT_TRUE(Call(ana_, &lead::v1::LeadService::Stub::ListExaminations, request, response).ok());
  EXPECT_EQ(response.leads_looked_at(), 4);
  ASSERT_EQ(response.examinations_size(), 4);
  EXPECT_EQ(response.examinations(0).lead_count(), 2);
  EXPECT_EQ(response.examinations(0).weapon_count(), 2);
  EXPECT_THAT(response.examinations(0).compare_with(), SizeIs(2));
  EXPECT_EQ(response.examinations(3).lead_count(), 1);
}

TEST_F(LeadsTest, NobodyPushesALeadFile) {
  FeedMessage forged;
  auto& file = *forged.mutable_analyst();
  file.set_first_exhibit("EX-A");
  file.set_second_exhibit("EX-B");
  file.set_version(1);
  const auto reply = server_.As("mps").Submit({forged});
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  EXPECT_EQ(reply->acknowledgements(0).violations(0).reason(),
            type::v1::ERROR_REASON_FEED_NOT_ALLOWED);
}

TEST_F(LeadsTest, ASampleOfThisWeekIsOfWhatWasKnownWhenItBegan) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345")});
  lead::v1::GetBlindSampleRequest request;
  lead::v1::GetBlindSampleResponse response;
  ASSERT_TRUE(Call(ana_, &lead::v1::LeadService::Stub::GetBlindSample, request, response).ok());
  EXPECT_EQ(response.revision(), 0);
  EXPECT_EQ(response.pairs_size(), 0);
  request.set_week("2026-13");
  EXPECT_THAT(
      DetailsOf(Call(ana_, &lead::v1::LeadService::Stub::GetBlindSample, request, response)).fields,
      ElementsAre("week"));
}

}  // namespace
}  // namespace serieslink
