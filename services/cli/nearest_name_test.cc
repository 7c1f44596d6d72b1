#include "services/cli/nearest_name.h"

#include <gtest/gtest.h>

namespace serieslink::cli {
namespace {

TEST(NearestNameTest, FindsWhatWasMeant) {
  const std::vector<std::string> fields = {"record_id", "record_type", "recorded", "guns"};
  EXPECT_EQ(NearestName("recordId", fields), "record_id");
  EXPECT_EQ(NearestName("record_ids", fields), "record_id");
  EXPECT_EQ(NearestName("recorded_", fields), "recorded");
  EXPECT_EQ(NearestName("gun", fields), "guns");
  EXPECT_EQ(NearestName("RECORD TYPE", fields), "record_type");
}

TEST(NearestNameTest, SaysNothingOfWhatIsFar) {
  EXPECT_EQ(NearestName("colour", {"record_id", "guns"}), "");
  EXPECT_EQ(NearestName("", {"a"}), "");
  EXPECT_EQ(NearestName("a", {}), "");
  EXPECT_EQ(NearestName("serial_no", {"AB12345", "2017-03-18", ""}), "");
  EXPECT_EQ(NearestName(std::string(1 << 20, 'x'), {std::string(1 << 20, 'x')}), "");
}

}  // namespace
}  // namespace serieslink::cli
