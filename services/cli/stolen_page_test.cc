#include "services/cli/stolen_page.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;

constexpr char kCases[] = R"({
  "revision": "7",
  "cases": [{
    "weapon_id": "WP-1", "kind": "LOSS_KIND_STOLEN", "state": "LOSS_CASE_STATE_SIGHTED",
    "completeness": "COMPLETENESS_PART", "quantity": 4, "reconciliation": "RECONCILIATION_CONTRADICTING",
    "sources": ["REPORT_SOURCE_LICENSING", "REPORT_SOURCE_POLICE"],
    "notice": {"verdict": "NOTICE_VERDICT_UNDECIDABLE", "minimum_days": 2, "maximum_days": 9},
    "order_is_uncertain": true,
    "uses": [{"event_id": "EV-2", "place": {"police_force": "mps"}, "order_is_uncertain": true}],
    "steps": [{"state": "LOSS_CASE_STATE_OUTSTANDING", "event_id": "EV-1"},
              {"state": "LOSS_CASE_STATE_SIGHTED", "event_id": "EV-2"}],
    "contradictions": [{"kind": "CASE_CONTRADICTION_KIND_DATES_DIFFER",
                        "explanation": "no moment satisfies the dates of all reports"}],
    "reports": [{"record_id": "RC-1", "exhibit_id": "EX-1", "agency": "kent",
                 "source": "REPORT_SOURCE_LICENSING", "event_id": "EV-1",
                 "kind": "EXHIBIT_KIND_DESCRIBED_GUN", "exhibits_reported": 3, "quantity": 4,
                 "firearm": {"make": "Glock", "serials": [{"text": "AB1"}]},
                 "loss": {"kind": "LOSS_KIND_STOLEN", "storage": "cabinet",
                          "cancelled_as_found": true, "found": {"text": "2016-09-09"}}}]}]})";

stolen::v1::GetLossCasesResponse Cases() {
  stolen::v1::GetLossCasesResponse response;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(kCases, &response).ok());
  return response;
}

std::string Written(Format format) {
  std::ostringstream out;
  WriteLossCases(Cases(), format, 120, out);
  return out.str();
}

TEST(StolenPageTest, ACaseIsToldToAPerson) {
  const std::string text = Written(Format::kTable);
  EXPECT_THAT(text, HasSubstr("WP-1: sighted, order not certain"));
  EXPECT_THAT(text, HasSubstr("mps (order not certain)"));
  EXPECT_THAT(text, HasSubstr("2016-09-09"));
  EXPECT_THAT(text, HasSubstr("contradicting: licensing, police"));
  EXPECT_THAT(text, HasSubstr("undecidable (2..9 days)"));
  EXPECT_THAT(text, HasSubstr("no moment satisfies the dates of all reports"));
  EXPECT_THAT(text, HasSubstr("cabinet"));
  EXPECT_THAT(text, HasSubstr("EV-2"));
  EXPECT_THAT(text, HasSubstr("part, 4 pieces"));
}

TEST(StolenPageTest, CsvHasARowForEachReport) {
  const std::string text = Written(Format::kCsv);
  EXPECT_THAT(text, HasSubstr("weapon,loss,state,reconciliation,source,agency"));
  EXPECT_THAT(text, HasSubstr("storage,cancelled,found,pieces,guns and parts in report"));
  EXPECT_THAT(text,
              HasSubstr("WP-1,1,\"sighted, order not certain\",contradicting,licensing,kent"));
}

TEST(StolenPageTest, JsonHasEverything) {
  EXPECT_THAT(Written(Format::kJson), HasSubstr("\"maximum_days\": 9"));
}

TEST(StolenPageTest, AGunThatWasNeverLostSaysSo) {
  std::ostringstream out;
  WriteLossCases({}, Format::kTable, 80, out);
  EXPECT_THAT(out.str(), HasSubstr("No record reports this gun lost or stolen"));
}

TEST(StolenPageTest, ARowHasACellForEachHeading) {
  EXPECT_EQ(LossCaseRow(Cases().cases(0)).size(), LossCaseHeadings().size());
  EXPECT_EQ(LossCaseRow({}).size(), LossCaseHeadings().size());
  EXPECT_EQ(RepeatLossesRow({}).size(), RepeatLossesHeadings().size());
}

TEST(StolenPageTest, CountsSayWhatTheyCount) {
  stolen::v1::CountLossCasesResponse response;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(R"({"tables": [
      {"id": "cases.state", "counts": "guns and parts, each once a loss", "keys": ["state"],
       "pieces": "pieces of them",
       "rows": [{"keys": ["outstanding"], "lost": "1", "stolen": "2", "lost_pieces": "7",
                 "stolen_pieces": "10"}, {"keys": [""], "lost": "4"}]},
      {"id": "events", "counts": "loss events", "rows": [{"stolen": "5"}]}]})",
                                                          &response)
                  .ok());
  std::ostringstream table;
  WriteLossCounts(response, Format::kTable, 120, table);
  EXPECT_THAT(table.str(),
              HasSubstr("cases.state: guns and parts, each once a loss; pieces of them"));
  EXPECT_THAT(table.str(), HasSubstr("total pieces"));
  EXPECT_THAT(table.str(), HasSubstr("17"));
  EXPECT_THAT(table.str(), HasSubstr("not known"));
  std::ostringstream csv;
  WriteLossCounts(response, Format::kCsv, 120, csv);
  EXPECT_THAT(
      csv.str(),
      HasSubstr("cases.state,outstanding,,1,2,0,3,\"guns and parts, each once a loss\",7,10,0,"
                "17,pieces of them"));
  EXPECT_THAT(csv.str(), HasSubstr("events,,,0,5,0,5,loss events,,,,,\r\n"));
}

}  // namespace
}  // namespace serieslink::cli
