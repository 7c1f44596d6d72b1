#include "services/cli/json_keys.h"

#include <gtest/gtest.h>

namespace serieslink::cli {
namespace {

TEST(JsonKeysTest, FindsAKeyThatAnObjectHasTwice) {
  EXPECT_EQ(RepeatedKey(R"({"a":1,"b":2,"a":3})"), "a");
  EXPECT_EQ(RepeatedKey(R"({"record_id":"1","recordId":"2"})"), "record_id");
  EXPECT_EQ(RepeatedKey(R"({"guns":[{"make":"x"},{"make":"y","make":"z"}]})"), "make");
  EXPECT_EQ(RepeatedKey(R"({"a":{"b":[]} , "c":"{", "a":{}})"), "a");
  EXPECT_EQ(RepeatedKey(R"({"ab":1,"\u0061b":2})"), "ab");
  EXPECT_EQ(RepeatedKey(R"({'ab':1, ab : 2})"), "ab");
}

TEST(JsonKeysTest, ObjectsBesideAndWithinEachOtherHaveTheirOwn) {
  EXPECT_EQ(RepeatedKey(R"({"a":{"a":{"b":1}},"b":[{"a":1},{"a":2}],"c":["a","a",{"c":1}]})"), "");
  EXPECT_EQ(RepeatedKey(R"({"a":"\"a\":1,\"a\":2","b":"a","c":",\\"})"), "");
  EXPECT_EQ(RepeatedKey("{}"), "");
  EXPECT_EQ(RepeatedKey(""), "");
}

}  // namespace
}  // namespace serieslink::cli
