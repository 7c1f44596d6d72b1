#include "services/cli/alert_page.h"

#include <sstream>
#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

alert::v1::Alert Sighting() {
  alert::v1::Alert alert;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(alert_id: "AL-0000-0000-00001"
           kind: ALERT_KIND_STOLEN_GUN_SIGHTED
           revision: 7
           time { seconds: 1500000000 }
           weapon_id: "WP-0000-0000-00002"
           exhibit_count: 2
           incident_count: 1
           exhibits: "EX-0000-0000-00002"
           events: "EV-0000-0000-00003"
           causes: "RC-0000-0000-00004"
           agencies: "kent"
           agencies: "mps"
           losing_agencies: "kent"
           investigating_agencies: "mps")pb",
      &alert));
  return alert;
}

std::string Written(const alert::v1::Alert& alert, Format format) {
  std::ostringstream out;
  WriteAlert(alert, format, out);
  return out.str();
}

TEST(AlertPageTest, APersonReadsOneLine) {
  EXPECT_EQ(Written(Sighting(), Format::kTable),
            "2017-07-14 03:40  stolen gun sighted  WP-0000-0000-00002 (1 incidents, 2 exhibits)  "
            "lost by kent  found by mps  events EV-0000-0000-00003  exhibits EX-0000-0000-00002  "
            "by RC-0000-0000-00004\n");
}

TEST(AlertPageTest, AProgramReadsOneRowOrObject) {
  EXPECT_EQ(Written(Sighting(), Format::kCsv),
            "AL-0000-0000-00001,7,2017-07-14 03:40,stolen gun sighted,WP-0000-0000-00002,,kent "
            "mps,kent,mps,EV-0000-0000-00003,EX-0000-0000-00002,RC-0000-0000-00004,,,,,,,,,\r\n");
  alert::v1::Alert answered;
  answered.set_alert_id("AL-0000-0000-00005");
  answered.set_kind(alert::v1::ALERT_KIND_TRACE_ANSWERED);
  answered.set_enquiry_id("RC-0000-0000-00006");
  answered.set_explanation("not known");
  const std::string row = Written(answered, Format::kCsv);
  EXPECT_NE(row.find(",RC-0000-0000-00006,,,,not known\r\n"), std::string::npos) << row;
  const std::string json = Written(Sighting(), Format::kJson);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_NE(json.find("\"alert_id\":\"AL-0000-0000-00001\""), std::string::npos);
  EXPECT_EQ(AlertHeadings().size(), 21u);
}

TEST(AlertPageTest, MoreGunsThanAreToldAreFoundByASearch) {
  alert::v1::Alert alert;
  alert.set_kind(alert::v1::ALERT_KIND_QUERY_MATCHED);
  alert.mutable_time()->set_seconds(1500000000);
  alert.set_revision(7);
  alert.set_enquiry_id("RC-0000-0000-00001");
  alert.add_agencies("kent");
  EXPECT_EQ(Written(alert, Format::kTable),
            "2017-07-14 03:40  query matched  of kent  of enquiry RC-0000-0000-00001  - more guns "
            "than are told of one commit: find them with firearm search --after-revision 6\n");
  alert.add_exhibits("EX-0000-0000-00002");
  EXPECT_EQ(Written(alert, Format::kTable),
            "2017-07-14 03:40  query matched  of kent  exhibits EX-0000-0000-00002  of enquiry "
            "RC-0000-0000-00001\n");
}

TEST(AlertPageTest, ACompletedSetIsToldWithItsConsignments) {
  alert::v1::Alert alert;
  alert.set_kind(alert::v1::ALERT_KIND_SET_COMPLETED);
  alert.mutable_time()->set_seconds(1500000000);
  alert.set_set_id("RC-0000-0000-00001");
  alert.set_consignment_count(2);
  alert.add_consignments("RC-0000-0000-00001");
  alert.add_consignments("RC-0000-0000-00002");
  alert.add_agencies("border_force");
  EXPECT_EQ(Written(alert, Format::kTable),
            "2017-07-14 03:40  set completed  RC-0000-0000-00001 (2 consignments)  consignments "
            "RC-0000-0000-00001 RC-0000-0000-00002  of border_force\n");
}

TEST(AlertPageTest, ManyIdsAreCountedAndControlCharactersShown) {
  alert::v1::Alert alert = Sighting();
  for (int i = 0; i < 10; ++i) alert.add_events("EV-0000-0000-00003");
  alert.add_losing_agencies("a\x1b[2J");
  const std::string line = Written(alert, Format::kTable);
  EXPECT_NE(line.find("and 7 more"), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace serieslink::cli
