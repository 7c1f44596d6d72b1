// Goal: a trace request is heard of by whoever is asked, its answers by whoever asks, and neither
// by anybody else; and two units that ask about one gun are told of each other where both let that
// be told, and of nothing where one does not. Method: as standing_queries_test.
#include <string>
#include <vector>

#include "tests/e2e/enquiries_case.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kGun[] = "gun { serial: 'AB12345' make: 'Glock' } ";
constexpr char kTells[] = " deconfliction: DECONFLICTION_ALLOWED contact: 'desk' ";

class TraceRequestsTest : public testing::Test {
 protected:
  std::string AskKent() {
    return site_.AskTrace("mps", absl::StrCat(kGun, "asked_agencies: ['kent', 'nabis']"));
  }
  EnquirySite site_;
};

TEST_F(TraceRequestsTest, WhoIsAskedHearsOfItAndWhoAsksOfTheAnswer) {
  const std::string id = AskKent();  // 1
  EXPECT_THAT(site_.Told("kent"), ElementsAre("1 TRACE_REQUESTED"));
  EXPECT_THAT(site_.Told("nabis"), ElementsAre("1 TRACE_REQUESTED"));
  EXPECT_THAT(site_.Told("mps"), IsEmpty());
  EXPECT_THAT(site_.Told("essex"), IsEmpty());
  ASSERT_TRUE(
      site_.Answer("kent", id, "answer: TRACE_ANSWER_KNOWN text: 'stolen here'").ok());  // 2
  EXPECT_THAT(site_.Told("mps"), ElementsAre("2 TRACE_ANSWERED known"));
  EXPECT_EQ(site_.Alerts("mps").at(0).enquiry_id(), id);
  EXPECT_THAT(site_.Alerts("mps").at(0).agencies(), ElementsAre("kent", "mps"));
  EXPECT_THAT(site_.Told("nabis"), ElementsAre("1 TRACE_REQUESTED")) << "no other answer is told";
  EXPECT_EQ(site_.Get("mps", id)->status(), enquiry::v1::ENQUIRY_STATUS_OPEN) << "of two";
  ASSERT_TRUE(site_.Answer("nabis", id, "answer: TRACE_ANSWER_NOT_KNOWN").ok());  // 3
  EXPECT_EQ(site_.Get("mps", id)->status(), enquiry::v1::ENQUIRY_STATUS_ANSWERED);
  site_.pipeline.Restart();
  EXPECT_THAT(site_.Told("mps"),
              ElementsAre("2 TRACE_ANSWERED known", "3 TRACE_ANSWERED not known"));
  ASSERT_TRUE(site_.Answer("kent", id, "answer: TRACE_ANSWER_REFER text: 'ask essex'").ok());  // 4
  EXPECT_THAT(site_.Told("mps"), SizeIs(3)) << "an answer that is changed is told";
}

TEST_F(TraceRequestsTest, EachIsShownWhatConcernsIt) {
  const std::string id = AskKent();
  ASSERT_TRUE(site_.Answer("kent", id, "answer: TRACE_ANSWER_KNOWN").ok());
  ASSERT_TRUE(site_.Answer("nabis", id, "answer: TRACE_ANSWER_NOT_KNOWN").ok());
  ASSERT_TRUE(site_.Act("mps", id, "comment: 'urgent'").ok());
  ASSERT_TRUE(site_.Act("kent", id, "comment: 'see file'").ok());
  const enquiry::v1::Enquiry asking = *site_.Get("mps", id);
  EXPECT_EQ(asking.replies_size(), 2);
  EXPECT_EQ(asking.answer_count(), 2);
  EXPECT_THAT(asking.asked_agencies(), ElementsAre("kent", "nabis"));
  const enquiry::v1::Enquiry asked = *site_.Get("kent", id);
  EXPECT_EQ(asked.replies_size(), 1);
  EXPECT_EQ(asked.replies(0).agency(), "kent");
  EXPECT_EQ(asked.replies(0).comments(0).principal(), "officer");
  EXPECT_THAT(asked.asked_agencies(), ElementsAre("kent")) << "who else is asked is not told";
  EXPECT_EQ(asked.principal(), "");
  EXPECT_EQ(asked.comments(0).principal(), "");
  EXPECT_EQ(asked.comments(0).text(), "urgent");
  EXPECT_EQ(asked.answer_count(), 1);
  EXPECT_EQ(asked.purpose(), "a shooting");
  EXPECT_EQ(asking.replies(0).comments(0).principal(), "");
  EXPECT_TRUE(absl::IsNotFound(site_.Get("essex", id).status()));
  EXPECT_TRUE(absl::IsNotFound(site_.Answer("essex", id, "answer: TRACE_ANSWER_KNOWN")));
  EXPECT_TRUE(absl::IsNotFound(site_.Answer("mps", id, "answer: TRACE_ANSWER_KNOWN")));
  EXPECT_THAT(site_.List("kent", "to_me: true statuses: ENQUIRY_STATUS_ANSWERED"), ElementsAre(id));
  EXPECT_THAT(site_.List("mps", "to_me: true"), IsEmpty());
  EXPECT_THAT(site_.List("mps", "kind: ENQUIRY_KIND_TRACE_REQUEST"), ElementsAre(id));
}

TEST_F(TraceRequestsTest, CommentsAreToldToTheOtherSide) {
  const std::string id = AskKent();                                    // 1
  ASSERT_TRUE(site_.Act("mps", id, "comment: 'urgent'").ok());         // 2
  ASSERT_TRUE(site_.Act("kent", id, "comment: 'which model?'").ok());  // 3
  EXPECT_THAT(site_.Told("kent"), ElementsAre("1 TRACE_REQUESTED", "2 TRACE_COMMENTED"));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("3 TRACE_COMMENTED"));
  EXPECT_TRUE(absl::IsInvalidArgument(site_.Act("kent", id, "end_reason: 'x'")))
      << "only who asks may end it";
  EXPECT_EQ(site_.Get("mps", id)->status(), enquiry::v1::ENQUIRY_STATUS_OPEN);
}

TEST_F(TraceRequestsTest, LongCommentsAreToldFromTheLatestBack) {
  const std::string id = AskKent();
  const std::string text(4000, 'x');
  for (int i = 0; i < 80; ++i) {
    ASSERT_TRUE(site_.Act("mps", id, absl::StrCat("comment: '", i, text.substr(5), "'")).ok());
  }
  for (const char* const agency : {"mps", "kent"}) {
    const auto told = site_.Get(agency, id);
    ASSERT_TRUE(told.ok()) << told.status();
    EXPECT_LE(told->ByteSizeLong(), 2u << 20);
    EXPECT_GT(told->comments_size(), 50);
    EXPECT_EQ(told->comments_size() + told->comments_left_out(), 80);
    EXPECT_GT(told->comments_left_out(), 0);
    EXPECT_TRUE(told->comments(told->comments_size() - 1).text().starts_with("79x"));
  }
}

TEST_F(TraceRequestsTest, AllMayBeAsked) {
  const std::string id = site_.AskTrace("mps", absl::StrCat(kGun, "asks_all: true"));
  EXPECT_THAT(site_.Told("essex"), ElementsAre("1 TRACE_REQUESTED"));
  EXPECT_THAT(site_.Told("mps"), IsEmpty());
  EXPECT_THAT(site_.List("essex", "to_me: true"), ElementsAre(id));
  ASSERT_TRUE(site_.Answer("essex", id, "answer: TRACE_ANSWER_NOT_KNOWN").ok());
  EXPECT_EQ(site_.Get("mps", id)->status(), enquiry::v1::ENQUIRY_STATUS_ANSWERED);
  EXPECT_EQ(site_.Get("kent", id)->status(), enquiry::v1::ENQUIRY_STATUS_OPEN);
}

TEST_F(TraceRequestsTest, AnAnswerNamesOnlyWhatItsAgencySees) {
  site_.Push(
      {site_.Gun("A", "AB12345", 1, false, "kent"), site_.Gun("B", "AB12345", 1, false, "essex")});
  const std::string id = AskKent();
  const auto about = [&](const std::string& record) {
    return site_.Answer(
        "kent", id,
        absl::StrCat("answer: TRACE_ANSWER_KNOWN about: '", site_.records.at(record), "'"));
  };
  EXPECT_TRUE(absl::IsInvalidArgument(about("B")));
  EXPECT_TRUE(about("A").ok());
  EXPECT_THAT(site_.Get("mps", id)->replies(0).about(), ElementsAre(site_.records.at("A")));
  EXPECT_TRUE(absl::IsInvalidArgument(
      site_.Answer("kent", id, "answer: TRACE_ANSWER_REFER about: 'SL-1'")));
}

TEST_F(TraceRequestsTest, AClosedOneIsAnsweredNoMore) {
  const std::string id = AskKent();
  ASSERT_TRUE(site_.Act("mps", id, "end_reason: 'found'").ok());
  EXPECT_EQ(rpc::ReasonOf(site_.Answer("kent", id, "answer: TRACE_ANSWER_KNOWN")),
            type::v1::ERROR_REASON_NOTHING_TO_DO);
  const enquiry::v1::Enquiry asked = *site_.Get("kent", id);
  EXPECT_EQ(asked.status(), enquiry::v1::ENQUIRY_STATUS_ENDED);
  EXPECT_EQ(asked.end_reason(), "");
}

// --- Two units that ask about one gun ----------------------------------------------------------

TEST_F(TraceRequestsTest, BothHearOfEachOtherAndOfNothingElse) {
  site_.Ask("kent", absl::StrCat(kGun, kTells, "unit: 'serious-crime'"));  // 1
  site_.AskTrace("mps", absl::StrCat("gun { serial: 'ab 12345' } asked_agencies: 'nabis'", kTells));
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 SAME_GUN_ASKED mps/trident desk"));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("2 SAME_GUN_ASKED kent/serious-crime desk"));
  EXPECT_THAT(site_.Told("nabis"), ElementsAre("2 TRACE_REQUESTED"));
  EXPECT_THAT(site_.Told("essex"), IsEmpty());
  const alert::v1::Alert alert = site_.Alerts("kent").at(0);
  EXPECT_EQ(alert.enquiry_id(), site_.List("kent", "").at(0)) << "its own, not the other one";
  EXPECT_THAT(alert.causes(), IsEmpty());
  EXPECT_THAT(alert.exhibits(), IsEmpty());
}

TEST_F(TraceRequestsTest, NothingIsToldWhereOneDoesNotLetIt) {
  site_.Ask("kent", absl::StrCat(kGun, kTells));
  site_.Ask("mps", absl::StrCat(kGun, "deconfliction: DECONFLICTION_REFUSED"));
  site_.Ask("essex", kGun);  // as configured: no
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  EXPECT_THAT(site_.Told("mps"), IsEmpty());
  EXPECT_THAT(site_.Told("essex"), IsEmpty());
  // Whoever lets it be told meets kent, and nobody else.
  site_.Ask("leeds", absl::StrCat(kGun, kTells));
  EXPECT_THAT(site_.Told("kent"), ElementsAre("4 SAME_GUN_ASKED leeds/trident desk"));
  EXPECT_THAT(site_.Told("leeds"), ElementsAre("4 SAME_GUN_ASKED kent/trident desk"));
  EXPECT_THAT(site_.Told("mps"), IsEmpty());
}

TEST_F(TraceRequestsTest, TwoNumbersThatMayBeOneAreToldAsPossible) {
  site_.Ask("kent", absl::StrCat("gun { serial: 'KW48217' }", kTells));
  site_.Ask("mps", absl::StrCat("gun { serial: 'KW4?217' }", kTells));
  const auto alerts = site_.Alerts("kent");
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].kind(), alert::v1::ALERT_KIND_SAME_GUN_ASKED);
  EXPECT_TRUE(alerts[0].is_possible_match());
  EXPECT_THAT(alerts[0].explanation(), testing::HasSubstr("possible"));
}

TEST_F(TraceRequestsTest, AnAgencyThatNobodyKnowsIsNamed) {
  const auto ask = [this](const std::string& agencies) {
    auto request = site_.Request(
        absl::StrCat(kGun, "kind: ENQUIRY_KIND_TRACE_REQUEST asked_agencies: ", agencies));
    enquiry::v1::CreateEnquiryResponse response;
    return site_.Service().Create({"mps", "officer"}, request, absl::InfiniteFuture(), response);
  };
  const absl::Status unknown = ask("['kent', 'kentt']");
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(unknown.message()), testing::HasSubstr("asked_agencies[1]: nobody here"));
  EXPECT_THAT(std::string(unknown.message()), testing::Not(testing::HasSubstr("kentt")));
  EXPECT_THAT(std::string(ask("['kentt', 'bka']").message()), testing::HasSubstr("2 fields"));
  EXPECT_TRUE(ask("['kent', 'nabis']").ok());
  // Whose records one sees is known.
  site_.Push({site_.Gun("Z", "KW99217", 1, true, "bka")});
  EXPECT_TRUE(ask("['bka']").ok());
}

TEST_F(TraceRequestsTest, TheConfigurationSaysWhatAnEnquiryDoesNot) {
  site_.telling_agencies = {"kent", "mps"};
  site_.Ask("kent", absl::StrCat(kGun, "contact: 'k'"));
  site_.Ask("mps", absl::StrCat(kGun, "contact: 'm'"));
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 SAME_GUN_ASKED mps/trident m"));
  site_.Ask("mps", absl::StrCat(kGun, "unit: 'other' deconfliction: DECONFLICTION_REFUSED"));
  EXPECT_THAT(site_.Told("kent"), SizeIs(1));
}

TEST_F(TraceRequestsTest, UnitsOfOneAgencyAreToldAndAUnitOfItselfIsNot) {
  site_.Ask("kent", absl::StrCat(kGun, kTells));
  site_.Ask("kent", absl::StrCat(kGun, kTells));
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  site_.Ask("kent", absl::StrCat(kGun, kTells, "unit: 'other'"));
  // Two that asked before, each way.
  EXPECT_THAT(site_.Told("kent"), SizeIs(4));
}

TEST_F(TraceRequestsTest, WhatEndedMeetsNobody) {
  const std::string id = site_.Ask("kent", absl::StrCat(kGun, kTells));  // 1
  ASSERT_TRUE(site_.Act("kent", id, "end_reason: 'found'").ok());        // 2
  site_.Ask("mps", absl::StrCat(kGun, kTells));                          // 3
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  EXPECT_THAT(site_.Told("mps"), IsEmpty());
  // An act on one that is asked anyway tells nothing again.
  site_.Ask("leeds", absl::StrCat(kGun, kTells));  // 4
  ASSERT_TRUE(site_.Act("mps", site_.List("mps", "").at(0), "comment: 'x'").ok());
  EXPECT_THAT(site_.Told("mps"), ElementsAre("4 SAME_GUN_ASKED leeds/trident desk"));
  site_.pipeline.Restart();
  site_.Ask("essex", absl::StrCat(kGun, kTells));  // 6
  EXPECT_THAT(site_.Told("mps"), SizeIs(2)) << "what is asked survives a restart";
}

}  // namespace
}  // namespace serieslink
