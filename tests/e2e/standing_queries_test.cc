// Goal: a standing query tells its agency, and nobody else, of each exhibit that begins to satisfy
// it as far as that agency may see, once, the same each time it is told. Method: enquiries go
// through their service, records through preparing, committing and deriving on an in-memory store;
// the service of alerts answers.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "services/view/enquiry_records.h"
#include "tests/e2e/enquiries_case.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StandingQueriesTest : public testing::Test {
 protected:
  EnquirySite site_;
};

TEST_F(StandingQueriesTest, WhatComesAfterItIsTold) {
  site_.Push({site_.Gun("A", "AB12345")});                                 // 1: before it was asked
  const std::string id = site_.Ask("kent", "gun { serial: 'AB-12345' }");  // 2
  site_.Push({site_.Gun("B", "ab 12345"), site_.Gun("C", "AB12346")});     // 3
  EXPECT_THAT(site_.Told("kent"), ElementsAre("3 QUERY_MATCHED B"));
  EXPECT_THAT(site_.Told("mps"), IsEmpty()) << "others do not hear of it";
  const alert::v1::Alert alert = site_.Alerts("kent").at(0);
  EXPECT_EQ(alert.enquiry_id(), id);
  EXPECT_THAT(alert.exhibits(), SizeIs(1));
  EXPECT_THAT(alert.agencies(), ElementsAre("kent", "mps"));
  site_.pipeline.Restart();
  site_.Push({site_.Gun("D", "AB12345")});  // 4: what is asked survives a restart
  EXPECT_THAT(site_.Told("kent"), ElementsAre("3 QUERY_MATCHED B", "4 QUERY_MATCHED D"));
  EXPECT_EQ(site_.Alerts("kent").at(0).SerializeAsString(), alert.SerializeAsString());
}

TEST_F(StandingQueriesTest, ANumberThatWasReadInPartIsAPossibleMatch) {
  site_.Ask("kent", "gun { serial: 'KW48217' }");  // 1
  site_.Push({site_.Gun("A", "KW4?217")});         // 2
  site_.Push({site_.Gun("B", "KW4?218")});         // 3: another number
  site_.Push({site_.Gun("A", "KW48217", 2)});      // 4: now it is read
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 QUERY_MATCHED A", "4 QUERY_MATCHED A"));
  const auto alerts = site_.Alerts("kent");
  EXPECT_TRUE(alerts.at(0).is_possible_match());
  EXPECT_THAT(alerts.at(0).explanation(), testing::HasSubstr("possible"));
  EXPECT_FALSE(alerts.at(1).is_possible_match());
  EXPECT_EQ(alerts.at(1).explanation(), "");
}

TEST_F(StandingQueriesTest, WhatComesInOneCommitWithItIsNotAfterIt) {
  const auto query = enquiries::Ask(site_.Request("gun { serial: 'AB12345' }"), "Q", false,
                                    {"officer", DerivationPipeline::Now()});
  SentMessage asked{"kent", {}};
  *asked.message.mutable_enquiry() = query;
  for (const bool is_first : {true, false}) {
    EnquirySite site;
    std::vector<SentMessage> commit = {asked, site.Gun("A", "AB12345")};
    if (!is_first) std::swap(commit[0], commit[1]);
    site.pipeline.Push(commit);
    EXPECT_THAT(site.Told("kent"), IsEmpty());
  }
}

TEST_F(StandingQueriesTest, AVersionThatSatisfiesItAsBeforeIsNotTold) {
  site_.Ask("kent", "gun { serial: 'AB1*' }");            // 1
  site_.Push({site_.Gun("A", "AB12345")});                // 2
  site_.Push({site_.Gun("A", "AB12346", 2)});             // 3: another number that satisfies it too
  site_.Push({site_.Gun("A", "XY12346", 3)});             // 4: none
  site_.Push({site_.Gun("A", "AB12345", 4)});             // 5: again
  site_.pipeline.Withdraw("mps", site_.records.at("A"));  // 6
  site_.Push({site_.Gun("A", "AB12345", 5)});             // 7
  EXPECT_THAT(site_.Told("kent"),
              ElementsAre("2 QUERY_MATCHED A", "5 QUERY_MATCHED A", "7 QUERY_MATCHED A"));
}

TEST_F(StandingQueriesTest, AHiddenGunIsToldWhenItIsOpened) {
  site_.Ask("kent", "gun { serial: 'AB12345' }");     // 1
  site_.Ask("mps", "gun { serial: 'AB12345' }");      // 2
  site_.Push({site_.Gun("A", "AB12345", 1, false)});  // 3
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  EXPECT_THAT(site_.Told("mps"), ElementsAre("3 QUERY_MATCHED A"));
  site_.Push({site_.Gun("A", "AB12345", 2)});  // 4
  EXPECT_THAT(site_.Told("kent"), ElementsAre("4 QUERY_MATCHED A"));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("3 QUERY_MATCHED A"));
  site_.Push({site_.Gun("A", "AB12345", 3, false)});  // 5: closed again
  EXPECT_THAT(site_.Told("kent"), IsEmpty()) << "also where an earlier position is taken up again";
}

TEST_F(StandingQueriesTest, ACancelledQueryTellsNoMore) {
  const std::string id = site_.Ask("kent", "gun { serial: 'AB12345' }");  // 1
  site_.Push({site_.Gun("A", "AB12345")});                                // 2
  ASSERT_TRUE(site_.Act("kent", id, "end_reason: 'found'").ok());         // 3
  site_.Push({site_.Gun("B", "AB12345")});                                // 4
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 QUERY_MATCHED A"));
  EXPECT_EQ(site_.Get("kent", id)->status(), enquiry::v1::ENQUIRY_STATUS_ENDED);
  EXPECT_EQ(rpc::ReasonOf(site_.Act("kent", id, "renew_until { seconds: 1701000000 }")),
            type::v1::ERROR_REASON_NOTHING_TO_DO);
  EXPECT_THAT(site_.List("kent", ""), IsEmpty());
  EXPECT_THAT(site_.List("kent", "statuses: ENQUIRY_STATUS_ENDED"), ElementsAre(id));
}

TEST_F(StandingQueriesTest, FindsWhatASearchFinds) {
  const std::vector<std::string> filters = {
      "serial: 'AB*'",
      "serial: '*345'",
      "serial: '?B12345'",
      "make: 'GLOCK'",
      "calibre: '9mm'",
      "area: 'E09000022'",
      "agency: 'mps'",
      "kinds: EXHIBIT_KIND_GUN",
      "make: 'Walther'",
      "area: 'unknown'",
      "agency: 'kent'",
      "occurred_from { seconds: 1483228800 } occurred_before { seconds: 1514764800 }",
      "occurred_from { seconds: 1514764800 }"};
  std::map<std::string, std::string> filter_of;
  for (const std::string& filter : filters) {
    filter_of[site_.Ask("kent", absl::StrCat("gun { ", filter, " }"))] = filter;
  }
  const SentMessage gun = site_.Gun("A", "AB12345");
  site_.Push({gun});
  std::set<std::string> told;
  for (const alert::v1::Alert& alert : site_.Alerts("kent")) {
    told.insert(filter_of.at(alert.enquiry_id()));
  }
  std::set<std::string> found(filters.begin(), filters.end());
  for (const char* const other : {"make: 'Walther'", "area: 'unknown'", "agency: 'kent'",
                                  "occurred_from { seconds: 1514764800 }"}) {
    found.erase(other);
  }
  EXPECT_EQ(told, found);
}

TEST_F(StandingQueriesTest, FiltersOfAStreamKnowIt) {
  site_.Ask("kent", "gun { serial: 'AB12345' }");
  site_.Push({site_.Gun("A", "AB12345")});
  alert::v1::AlertFilter filter;
  filter.add_kinds(alert::v1::ALERT_KIND_QUERY_MATCHED);
  filter.add_areas("E09000022");
  filter.set_own(true);
  EXPECT_THAT(site_.Alerts("kent", filter), SizeIs(1));
  filter.set_areas(0, "E09000001");
  EXPECT_THAT(site_.Alerts("kent", filter), IsEmpty());
}

TEST_F(StandingQueriesTest, IsItsAgencysAlone) {
  const std::string id = site_.Ask("kent", "gun { serial: 'AB12345' }");
  EXPECT_TRUE(site_.Get("kent", id).ok());
  EXPECT_TRUE(absl::IsNotFound(site_.Get("mps", id).status()));
  EXPECT_TRUE(absl::IsNotFound(site_.Act("mps", id, "comment: 'x'")));
  EXPECT_TRUE(absl::IsNotFound(site_.Act("mps", id, "end_reason: 'x'")));
  EXPECT_TRUE(absl::IsNotFound(site_.Answer("mps", id, "answer: TRACE_ANSWER_KNOWN")));
  EXPECT_THAT(site_.List("mps", ""), IsEmpty());
  EXPECT_THAT(site_.List("mps", "to_me: true"), IsEmpty());
}

TEST_F(StandingQueriesTest, KeepsWhoDidWhatAndSaysWhatItSays) {
  const std::string id =
      site_.Ask("kent", "gun { serial: 'AB12345' make: 'Glock' } contact: 'room 4'");
  ASSERT_TRUE(site_.Act("kent", id, "comment: 'still wanted'").ok());
  ASSERT_TRUE(site_.Act("kent", id, "renew_until { seconds: 1705000000 }").ok());
  const enquiry::v1::Enquiry told = *site_.Get("kent", id);
  EXPECT_EQ(told.kind(), enquiry::v1::ENQUIRY_KIND_STANDING_QUERY);
  EXPECT_EQ(told.status(), enquiry::v1::ENQUIRY_STATUS_OPEN);
  EXPECT_EQ(told.agency(), "kent");
  EXPECT_EQ(told.principal(), "officer");
  EXPECT_EQ(told.unit(), "trident");
  EXPECT_EQ(told.contact(), "room 4");
  EXPECT_EQ(told.purpose(), "a shooting");
  EXPECT_EQ(told.gun().make(), "Glock");
  EXPECT_EQ(told.expire_time().seconds(), 1705000000);
  EXPECT_EQ(told.create_time().seconds(), absl::ToUnixSeconds(DerivationPipeline::Now()));
  ASSERT_EQ(told.comments_size(), 1);
  EXPECT_EQ(told.comments(0).text(), "still wanted");
  EXPECT_EQ(told.version(), 3);
  EXPECT_EQ(told.deconfliction(), enquiry::v1::DECONFLICTION_REFUSED);
  EXPECT_TRUE(absl::IsAborted(site_.Act("kent", id, "comment: 'x' version: 2")));
}

TEST_F(StandingQueriesTest, ExpiresByTheClock) {
  const std::string id = site_.Ask("kent", "gun { serial: 'AB12345' }");
  site_.now += absl::Hours(24) * 30 - absl::Seconds(1);
  EXPECT_EQ(site_.Get("kent", id)->status(), enquiry::v1::ENQUIRY_STATUS_OPEN);
  site_.now += absl::Seconds(1);
  EXPECT_EQ(site_.Get("kent", id)->status(), enquiry::v1::ENQUIRY_STATUS_EXPIRED);
  EXPECT_THAT(site_.List("kent", ""), IsEmpty());
  EXPECT_THAT(site_.List("kent", "statuses: ENQUIRY_STATUS_EXPIRED"), ElementsAre(id));
  const std::int64_t later = absl::ToUnixSeconds(site_.now + absl::Hours(24));
  ASSERT_TRUE(site_.Act("kent", id, absl::StrCat("renew_until { seconds: ", later, " }")).ok());
  EXPECT_EQ(site_.Get("kent", id)->status(), enquiry::v1::ENQUIRY_STATUS_OPEN);
}

TEST_F(StandingQueriesTest, AListHasTheLatestFirst) {
  const std::string first = site_.Ask("kent", "gun { serial: 'AB12345' }");
  const std::string second = site_.Ask("kent", "gun { make: 'Glock' }");
  const std::string third = site_.AskTrace("kent", "gun { serial: 'AB1' } asks_all: true");
  EXPECT_THAT(site_.List("kent", ""), ElementsAre(third, second, first));
  EXPECT_THAT(site_.List("kent", "kind: ENQUIRY_KIND_STANDING_QUERY"), ElementsAre(second, first));
}

TEST_F(StandingQueriesTest, ACallThatIsSentAgainAsksNothingTwice) {
  const std::string id = site_.Ask("kent", "gun { serial: 'AB12345' } request_id: 'r-1'");
  EXPECT_EQ(site_.Ask("kent", "gun { serial: 'AB12345' } request_id: 'r-1'"), id);
  EXPECT_NE(site_.Ask("mps", "gun { serial: 'AB12345' } request_id: 'r-1'"), id);
  EXPECT_THAT(site_.List("kent", ""), SizeIs(1));
}

TEST_F(StandingQueriesTest, AnAgencyAsksSoMuchAtOnce) {
  site_.open_max = 2;
  const std::string id = site_.Ask("kent", "gun { serial: 'AB12345' }");
  site_.Ask("kent", "gun { serial: 'AB12346' }");
  enquiry::v1::CreateEnquiryResponse response;
  const auto ask = [&](const std::string& agency) {
    return site_.Service().Create({agency, "officer"}, site_.Request("gun { serial: 'AB1' }"),
                                  absl::InfiniteFuture(), response);
  };
  EXPECT_EQ(rpc::ReasonOf(ask("kent")), type::v1::ERROR_REASON_OVERLOADED);
  EXPECT_TRUE(ask("mps").ok());
  ASSERT_TRUE(site_.Act("kent", id, "end_reason: 'x'").ok());
  EXPECT_TRUE(ask("kent").ok());
}

TEST_F(StandingQueriesTest, WhatIsRenewedAfterItsEndIsAskedAnew) {
  site_.open_max = 2;
  const std::string first = site_.Ask("kent", "gun { serial: 'AB12345' }");
  const std::string second = site_.Ask("kent", "gun { serial: 'AB12346' }");
  site_.now += absl::Hours(24) * 31;
  const std::string until = absl::StrCat(
      "expire_time { seconds: ", absl::ToUnixSeconds(site_.now + absl::Hours(24)), " } ");
  const std::string third = site_.Ask("kent", until + "gun { serial: 'AB12347' }");
  const std::string renewed = absl::StrCat(
      "renew_until { seconds: ", absl::ToUnixSeconds(site_.now + absl::Hours(24) * 2), " }");
  EXPECT_TRUE(site_.Act("kent", first, renewed).ok());
  EXPECT_EQ(rpc::ReasonOf(site_.Act("kent", second, renewed)), type::v1::ERROR_REASON_OVERLOADED);
  EXPECT_TRUE(site_.Act("kent", third, renewed).ok()) << "it is open";
  EXPECT_TRUE(site_.Act("kent", second, "comment: 'to be asked again'").ok());
}

TEST_F(StandingQueriesTest, GunsThatOneMayNotSeeTakeNoRoom) {
  site_.Ask("kent", "gun { make: 'Glock' }");
  std::vector<SentMessage> messages;
  for (int i = 0; i < 70; ++i) {
    messages.push_back(site_.Gun(absl::StrCat("H", i), absl::StrCat("HX", 10'000 + i), 1, false));
  }
  messages.push_back(site_.Gun("SEEN", "AB12345"));
  site_.Push(messages);
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 QUERY_MATCHED SEEN"));
}

// Of a commit that brings more guns than a query is told of, that there are more is told too.
TEST_F(StandingQueriesTest, ThatThereAreMoreGunsThanAreToldIsTold) {
  const auto guns = [&](const std::string& prefix, int count) {
    std::vector<SentMessage> messages;
    for (int i = 0; i < count; ++i) {
      messages.push_back(site_.Gun(absl::StrCat(prefix, i), absl::StrCat(prefix, "X", 10'000 + i)));
    }
    return messages;
  };
  const std::string id = site_.Ask("kent", "gun { make: 'Glock' }");       // 1
  const std::string few = site_.Ask("kent", "gun { serial: 'BX1000*' }");  // 2
  const int max = static_cast<int>(view::kQueryMatchesMax);
  site_.Push(guns("A", max));  // 3: as many as are told
  const std::vector<alert::v1::Alert> all = site_.Alerts("kent");
  ASSERT_EQ(static_cast<int>(all.size()), max);
  for (const alert::v1::Alert& alert : all) EXPECT_THAT(alert.exhibits(), SizeIs(1));

  std::vector<SentMessage> closed = guns("B", 2 * max);
  site_.Push(closed);  // 4
  for (SentMessage& gun : closed) gun.message.mutable_force()->set_version(2);
  std::vector<alert::v1::Alert> more;
  int told = 0;
  int told_of_few = 0;
  for (const alert::v1::Alert& alert : site_.Alerts("kent")) {
    if (alert.revision() != 4) continue;
    told_of_few += alert.enquiry_id() == few;
    if (alert.enquiry_id() != id) continue;
    if (alert.exhibits().empty()) more.push_back(alert);
    told += !alert.exhibits().empty();
  }
  EXPECT_EQ(told, max);
  EXPECT_EQ(told_of_few, 10) << "of another query all are told";
  ASSERT_THAT(more, SizeIs(1));
  EXPECT_EQ(more[0].kind(), alert::v1::ALERT_KIND_QUERY_MATCHED);
  EXPECT_THAT(more[0].agencies(), ElementsAre("kent"));
  EXPECT_THAT(more[0].causes(), IsEmpty());
  EXPECT_THAT(site_.Alerts("mps"), IsEmpty()) << "others do not hear of it";

  // Of guns that are closed again it is told no more, as of each of them.
  for (SentMessage& gun : closed)
    gun.message.mutable_force()->mutable_marking()->set_visibility("OWNER");
  site_.Push(closed);  // 5
  for (const alert::v1::Alert& alert : site_.Alerts("kent")) EXPECT_NE(alert.revision(), 4);
}

TEST_F(StandingQueriesTest, EveryBadFieldIsNamed) {
  const auto fields = [&](const std::string& text) {
    std::set<std::string> named;
    for (const rpc::BadField& bad :
         enquiries::CheckCreate(site_.Request(text), "kent", {}, DerivationPipeline::Now())) {
      named.insert(bad.field);
    }
    return named;
  };
  const auto is = [](std::initializer_list<std::string> names) {
    return std::set<std::string>(names);
  };
  EXPECT_EQ(fields("gun { serial: 'AB12345' }"), is({}));
  EXPECT_EQ(fields("kind: ENQUIRY_KIND_UNSPECIFIED unit: ' ' purpose: '' "
                   "gun { serial: '*' calibre: 'unknown' after_revision: 3 } "
                   "expire_time { seconds: 1600000000 } request_id: 'a b' contact: ' '"),
            is({"kind", "unit", "purpose", "gun.serial", "gun.calibre", "gun.after_revision",
                "expire_time", "request_id", "contact"}));
  EXPECT_EQ(fields(""), is({"gun"}));
  EXPECT_EQ(fields("gun { after_revision: 3 }"), is({"gun", "gun.after_revision"}));
  EXPECT_EQ(fields("gun { make: 'Glock' } asks_all: true"), is({"asks_all"}));
  EXPECT_EQ(fields("gun { make: 'Glock' } asked_agencies: 'mps'"), is({"asked_agencies"}));
  EXPECT_EQ(fields("gun { make: 'Glock' } deconfliction: DECONFLICTION_ALLOWED"), is({"contact"}));
  const std::string trace = "kind: ENQUIRY_KIND_TRACE_REQUEST ";
  EXPECT_EQ(fields(trace + "gun { area: 'kent' }"), is({"gun", "asked_agencies"}));
  EXPECT_EQ(fields(trace + "gun { serial: 'AB1' } asks_all: true asked_agencies: 'Kent!' "
                           "asked_agencies: 'kent' asked_agencies: 'mps' asked_agencies: 'mps'"),
            is({"asks_all", "asked_agencies[0]", "asked_agencies[1]", "asked_agencies[3]"}));
  // 366 days and no second more.
  const std::int64_t last = absl::ToUnixSeconds(DerivationPipeline::Now() + absl::Hours(24) * 366);
  EXPECT_EQ(fields(absl::StrCat("gun { make: 'Glock' } expire_time { seconds: ", last, " }")),
            is({}));
  EXPECT_EQ(fields(absl::StrCat("gun { make: 'Glock' } expire_time { seconds: ", last + 1, " }")),
            is({"expire_time"}));
  enquiry::v1::CreateEnquiryResponse response;
  const absl::Status refused = site_.Service().Create(
      {"kent", "officer"}, site_.Request("gun { serial: '*' }"), absl::InfiniteFuture(), response);
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_EQ(site_.pipeline.revision(), 0u) << "nothing was written";
}

}  // namespace
}  // namespace serieslink
