// Goal: a report of a series says what happened, on what it rests and what is not known, in words
// that follow from the answer, and is one file that needs no other.
#include "services/cli/series_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "google/protobuf/text_format.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SeriesReport InferredSeries() {
  SeriesReport report;
  report.partner = "kent";
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "revision: 7 mark { agency: 'mps' digest: 'abc' revision_time { seconds: 1700000000 } } "
      "series { series_id: 'SL-1' weapon_id: 'WP-1' status: SERIES_STATUS_INFERRED incident_count: "
      "2 event_count: 2 exhibit_count: 2 agencies: 'kent' agencies: 'mps' floor: BASIS_EXAMINER "
      "events { event_id: 'EV-1' kind: EVENT_KIND_INCIDENT occurred { text: '2017-03-18' earliest "
      "{ seconds: 1489795200 } latest { seconds: 1489881599 } } place { borough_code: 'E09000014' "
      "} agencies: 'mps' } events { event_id: 'EV-2' kind: EVENT_KIND_INCIDENT occurred { text: "
      "'in spring' } agencies: 'kent' } exhibits { exhibit_id: 'EX-1' event_id: 'EV-1' kind: "
      "EXHIBIT_KIND_CASE_GROUP exhibit { ammunition { calibre: '9x19 <mm>' } } } } explanation { "
      "joining { finding_id: 'FN-1' first_exhibit: 'EX-1' second_exhibit: 'EX-2' channel: "
      "CHANNEL_CASE verdict: VERDICT_CONFIRMED basis: BASIS_EXAMINER } joining_count: 1 "
      "undecided_count: 3 summary: 'One finding joins the two.' }",
      &report.explained));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "history { revision: 5 change: CHANGE_FORMED exhibit_count: 2 incident_count: 2 }",
      &report.series));
  return report;
}

TEST(SeriesReportTest, ItIsTold) {
  std::ostringstream out;
  WriteSeriesReportText(InferredSeries(), 10'000, out);
  const std::string page = out.str();
  EXPECT_THAT(page, HasSubstr("Linked series SL-1 for kent"));
  EXPECT_THAT(page, HasSubstr("It was made by mps for kent and holds what both may\nsee."));
  EXPECT_THAT(page, HasSubstr("SL-1 is one weapon that is told of by 2 exhibits at 2 events, 2 "
                              "incidents among them"));
  EXPECT_THAT(page, HasSubstr("Seen there: case group (9x19 <mm>) EX-1."));
  EXPECT_THAT(page, HasSubstr("One finding joins the two."));
  EXPECT_THAT(page, HasSubstr("Floor, the weakest basis that it cannot do without: examiner."));
  EXPECT_THAT(page, HasSubstr("formed"));
}

TEST(SeriesReportTest, WhatIsNotKnownIsSaid) {
  std::ostringstream out;
  WriteSeriesReportText(InferredSeries(), 10'000, out);
  const std::string page = out.str();
  EXPECT_THAT(page, HasSubstr("Which gun it is"));
  EXPECT_THAT(page, HasSubstr("Of what type it is"));
  EXPECT_THAT(page, HasSubstr("Its number"));
  EXPECT_THAT(page, HasSubstr("events with an open date: 1."));
  EXPECT_THAT(page, HasSubstr("events of which no record says: 1."));
  EXPECT_THAT(page, HasSubstr("taken back): 3."));
  EXPECT_THAT(page, Not(HasSubstr("Whether an examination would confirm it")));

  SeriesReport known = InferredSeries();
  series::v1::Series& series = *known.explained.mutable_series();
  series.set_status(series::v1::SERIES_STATUS_RECOVERED);
  series.set_floor(record::v1::BASIS_RULE);
  record::v1::Firearm& gun = *series.mutable_exhibits(0)->mutable_exhibit()->mutable_firearm();
  gun.add_serials()->set_text("AB12345");
  gun.add_confirmed_types(record::v1::FIREARM_TYPE_PISTOL);
  std::ostringstream other;
  WriteSeriesReportText(known, 10'000, other);
  EXPECT_THAT(other.str(), Not(HasSubstr("Which gun it is")));
  EXPECT_THAT(other.str(), Not(HasSubstr("Its number: none")));
  EXPECT_THAT(other.str(), HasSubstr("Whether an examination would confirm it"));
}

TEST(SeriesReportTest, AsAPageItNeedsNoOther) {
  std::ostringstream out;
  WriteSeriesReportHtml(InferredSeries(), out);
  const std::string page = out.str();
  EXPECT_THAT(page, HasSubstr("<h1>Linked series SL-1 for kent</h1>"));
  EXPECT_THAT(page, HasSubstr("9x19 &lt;mm&gt;"));
  EXPECT_THAT(page, HasSubstr("<caption>Findings</caption>"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
}

TEST(SeriesReportTest, ForWhoeverAsksNobodyElseIsNamed) {
  SeriesReport report = InferredSeries();
  report.partner.clear();
  std::ostringstream out;
  WriteSeriesReportText(report, 10'000, out);
  EXPECT_THAT(out.str(), HasSubstr("It holds what mps may see."));
  EXPECT_THAT(out.str(), Not(HasSubstr("for kent")));
}

}  // namespace
}  // namespace serieslink::cli
