// Firearms looked up through the whole server over mutual TLS.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

FeedMessage Recovery(const std::string& id, const std::string& gun, const std::string& visibility,
                     const std::string& more = "") {
  return ForceRecordOf(absl::StrCat("system: 'NICHE' record_id: '", id,
                                    "' record_type: 'INCIDENT' guns { ", gun,
                                    " } marking { visibility: '", visibility, "' } ", more));
}

firearm::v1::SearchFirearmsRequest RequestOf(const std::string& text, std::int64_t revision) {
  firearm::v1::SearchFirearmsRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  if (!request.view().has_revision()) request.mutable_view()->set_min_revision(revision);
  return request;
}

class FirearmSearchTest : public testing::Test {
 protected:
  FirearmSearchTest() {
    Push(btp_,
         {Recovery("1",
                   "make: 'Glock' model: '17' calibre: '9mm' "
                   "serials { text: 'AB-1234' part: 'FRAME' }",
                   "OPEN",
                   "occurred: '2025-01-05' place { borough_code: 'E09000014' "
                   "police_force: 'mps' }"),
          Recovery("2", "make: 'GLOCK GMBH' calibre: '9x19' serials { text: 'AB1299' }", "OPEN"),
          Recovery("3", "serials { text: 'number ground off, AB1??4' legibility: 'PARTIAL' }",
                   "OPEN", "occurred: '2024-06-01'")});
    Push(mers_, {Recovery("4",
                          "make: 'Glock' serials { text: 'ab 1234' part: 'FRAME' } "
                          "model: '17' calibre: '9 mm Luger'",
                          "OWNER", "occurred: '2025-02-01'")});
  }

  void Push(const AgencyClient& client, const std::vector<FeedMessage>& messages) {
    const auto reply = client.Submit(messages);
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    for (const auto& one : reply->acknowledgements()) {
      ASSERT_EQ(one.outcome(), ingest::v1::OUTCOME_CREATED) << one.ShortDebugString();
      revision_ = std::max(revision_, one.revision());
      ids_.push_back(one.record_id());
    }
  }

  // The records found, by their place in the order of pushing, from 1.
  std::vector<int> Found(const AgencyClient& client, const std::string& text) {
    const auto reply = client.SearchFirearms(RequestOf(text, revision_));
    EXPECT_TRUE(reply.ok()) << text << ": " << reply.status.error_message();
    std::vector<int> found;
    for (const auto& exhibit : reply->exhibits()) {
      const auto at = std::find(ids_.begin(), ids_.end(), exhibit.record_id());
      found.push_back(static_cast<int>(at - ids_.begin()) + 1);
    }
    return found;
  }

  TestServer server_;
  const AgencyClient btp_ = server_.As("btp");
  const AgencyClient mers_ = server_.As("mers");
  std::int64_t revision_ = 0;
  std::vector<std::string> ids_;
};

TEST_F(FirearmSearchTest, FindsByWhatIsKnown) {
  EXPECT_THAT(Found(mers_, "filter { serial: 'AB1234' }"), ElementsAre(1, 4));
  EXPECT_THAT(Found(mers_, "filter { serial: 'ab12*' }"), ElementsAre(1, 4, 2));
  EXPECT_THAT(Found(mers_, "filter { serial: '*34' }"), ElementsAre(1, 4));
  EXPECT_THAT(Found(mers_, "filter { serial: '*B1*4' }"), UnorderedElementsAre(1, 3, 4));
  EXPECT_THAT(Found(mers_, "filter { serial: '*ground off*' }"), ElementsAre(3));
  EXPECT_THAT(Found(mers_, "filter { make: 'glock' calibre: '9x19' }"), ElementsAre(2, 1, 4));
  EXPECT_THAT(Found(mers_, "filter { area: 'e09000014' }"), ElementsAre(1));
  EXPECT_THAT(Found(mers_, "filter { area: 'unknown' agency: 'btp' }"), ElementsAre(2, 3));
  // The second has no date, so it can lie in the period.
  EXPECT_THAT(Found(mers_,
                    "filter { occurred_from { seconds: 1735689600 } "
                    "occurred_before { seconds: 1738360000 } }"),
              UnorderedElementsAre(1, 2));
}

TEST_F(FirearmSearchTest, WhatIsNewSinceAnEarlierAnswerIsFoundAlone) {
  const auto since = [](std::int64_t revision) {
    return absl::StrCat("filter { serial: 'AB12*' after_revision: ", revision, " }");
  };
  const std::string filter = since(revision_);
  EXPECT_THAT(Found(mers_, filter), IsEmpty());
  Push(btp_, {Recovery("5", "make: 'Glock' serials { text: 'AB1277' }", "OPEN"),
              Recovery("6", "serials { text: 'AB1278' }", "OWNER")});
  EXPECT_THAT(Found(mers_, filter), ElementsAre(5));
  EXPECT_THAT(Found(btp_, filter), UnorderedElementsAre(5, 6));
  EXPECT_THAT(Found(btp_, since(revision_)), IsEmpty());
  for (const std::int64_t wrong : {std::int64_t{-1}, revision_ + 1}) {
    const auto reply = btp_.SearchFirearms(RequestOf(since(wrong), revision_));
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << wrong;
    EXPECT_THAT(reply.status.error_message(), HasSubstr("filter.after_revision"));
  }
}

TEST_F(FirearmSearchTest, AnAnswerHoldsWhatItsCallerMaySee) {
  EXPECT_THAT(Found(btp_, "filter { serial: 'AB1234' }"), ElementsAre(1));
  EXPECT_THAT(Found(btp_, "filter { agency: 'mers' }"), IsEmpty());
  const auto seen = mers_.SearchFirearms(RequestOf("filter { serial: 'AB1234' }", revision_));
  const auto seen_by_btp = btp_.SearchFirearms(RequestOf("filter { serial: 'AB1234' }", revision_));
  ASSERT_EQ(seen->exhibits_size(), 2);
  ASSERT_EQ(seen_by_btp->exhibits_size(), 1);
  // Two incidents make a series, and only who sees both is told of it.
  EXPECT_THAT(seen->exhibits(0).series_id(), StartsWith("SL-"));
  EXPECT_EQ(seen->exhibits(1).series_id(), seen->exhibits(0).series_id());
  EXPECT_EQ(seen_by_btp->exhibits(0).series_id(), "");
  EXPECT_THAT(seen_by_btp->exhibits(0).weapon_id(), StartsWith("WP-"));
  const auto series = mers_.GetSeries(seen->exhibits(0).exhibit_id());
  ASSERT_TRUE(series.ok());
  EXPECT_EQ(series->series().series_id(), seen->exhibits(0).series_id());
  EXPECT_EQ(series->series().weapon_id(), seen->exhibits(0).weapon_id());
}

TEST_F(FirearmSearchTest, AnExhibitComesAsItsRecordHasIt) {
  const auto reply = btp_.SearchFirearms(RequestOf("filter { serial: 'AB1234' }", revision_));
  ASSERT_EQ(reply->exhibits_size(), 1);
  EXPECT_EQ(reply->revision(), revision_);
  const firearm::v1::FoundExhibit& exhibit = reply->exhibits(0);
  EXPECT_THAT(exhibit.exhibit_id(), StartsWith("EX-"));
  EXPECT_EQ(exhibit.agency(), "btp");
  EXPECT_EQ(exhibit.kind(), record::v1::EXHIBIT_KIND_GUN);
  ASSERT_EQ(exhibit.serials_size(), 1);
  EXPECT_EQ(exhibit.serials(0).text(), "AB-1234");
  EXPECT_EQ(exhibit.serials(0).part(), record::v1::SERIAL_PART_FRAME);
  EXPECT_EQ(exhibit.make(), "Glock");
  EXPECT_EQ(exhibit.calibre(), "9mm");
  EXPECT_EQ(exhibit.event_kind(), record::v1::EVENT_KIND_INCIDENT);
  EXPECT_EQ(exhibit.occurred().text(), "2025-01-05");
  EXPECT_EQ(exhibit.borough_code(), "E09000014");
  EXPECT_EQ(exhibit.police_force(), "mps");
}

TEST_F(FirearmSearchTest, AnswersForWhatWasKnown) {
  EXPECT_THAT(Found(mers_, "filter { serial: 'AB1234' } view { revision: 1 }"), ElementsAre(1));
  ASSERT_TRUE(btp_.Withdraw(ids_[0]).ok());
  ++revision_;
  EXPECT_THAT(Found(mers_, "filter { serial: 'AB1234' }"), ElementsAre(4));
  EXPECT_THAT(Found(mers_, "filter { serial: 'AB1234' } view { revision: 1 }"), ElementsAre(1));
  server_.Restart();
  EXPECT_THAT(Found(server_.As("mers"), "filter { serial: 'AB12*' }"), ElementsAre(4, 2));
}

TEST_F(FirearmSearchTest, EveryBadFieldIsNamedAndNoneRepeated) {
  const auto reply = btp_.SearchFirearms(
      RequestOf("filter { serial: '**' calibre: 'N/A' kinds: 0 } page_size: 1001", revision_));
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(reply.status).fields,
              ElementsAre("filter.serial", "filter.calibre", "filter.kinds", "page_size"));
  EXPECT_THAT(reply.status.error_message(), Not(HasSubstr("N/A")));
}

TEST_F(FirearmSearchTest, ATokenIsGoodForItsCallerAndItsQuestion) {
  const auto first = mers_.SearchFirearms(RequestOf("page_size: 1", revision_));
  ASSERT_TRUE(first.ok());
  ASSERT_NE(first->next_page_token(), "");
  auto request = RequestOf("page_size: 2", revision_);
  request.set_page_token(first->next_page_token());
  EXPECT_TRUE(mers_.SearchFirearms(request).ok());
  EXPECT_EQ(DetailsOf(btp_.SearchFirearms(request).status).reason,
            type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  request.mutable_filter()->set_make("Glock");
  EXPECT_EQ(DetailsOf(mers_.SearchFirearms(request).status).reason,
            type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
}

}  // namespace
}  // namespace serieslink
