#include "services/cli/firearm_page.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

TEST(FirearmPageTest, ARowHasWhatAnInvestigatorLooksFor) {
  firearm::v1::FoundExhibit found;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(R"({
      "exhibit_id": "EX-1", "record_id": "RC-1", "weapon_id": "WP-1", "agency": "mps",
      "kind": "EXHIBIT_KIND_GUN",
      "serials": [{"text": "AB1234", "part": "SERIAL_PART_FRAME"}, {"text": "CD??",
                   "part": "SERIAL_PART_SLIDE", "legibility": "SERIAL_LEGIBILITY_PARTIAL"}],
      "make": "Glock", "model": "17", "calibre": "9mm", "event_kind": "EVENT_KIND_RECOVERY",
      "occurred": {"text": "2025-01-03"}, "borough_code": "E09000014", "police_force": "mps"})",
                                                          &found)
                  .ok());
  EXPECT_THAT(FoundExhibitRow(found),
              ElementsAre("EX-1", "gun", "AB1234 (frame), CD?? (slide, partial)", "Glock, 17, 9mm",
                          "recovery", "2025-01-03", "E09000014, mps", "mps", "RC-1", "WP-1"));
  EXPECT_EQ(FoundExhibitRow(found).size(), FoundExhibitHeadings().size());
  found.set_series_id("SL-1");
  EXPECT_EQ(FoundExhibitRow(found).back(), "SL-1");
}

TEST(FirearmPageTest, ARowOfNothingIsEmpty) {
  for (const std::string& cell : FoundExhibitRow({})) EXPECT_EQ(cell, "");
}

TEST(FirearmPageTest, EveryKindAndTypeHasAWord) {
  EXPECT_THAT(ExhibitKindWords(), Contains("case-group"));
  EXPECT_THAT(FirearmTypeWords(), Contains("3d-printed"));
  EXPECT_EQ(ExhibitKindOf("case-group"), record::v1::EXHIBIT_KIND_CASE_GROUP);
  EXPECT_EQ(FirearmTypeOf("3d-printed"), record::v1::FIREARM_TYPE_3D_PRINTED);
  EXPECT_EQ(ExhibitKindOf("cannon"), record::v1::EXHIBIT_KIND_UNSPECIFIED);
  for (const std::string& word : ExhibitKindWords()) EXPECT_NE(ExhibitKindOf(word), 0);
  for (const std::string& word : FirearmTypeWords()) EXPECT_NE(FirearmTypeOf(word), 0);
}

}  // namespace
}  // namespace serieslink::cli
