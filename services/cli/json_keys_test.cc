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

TEST(JsonKeysTest, KeysThatAreNoFieldsAreOneOnlyWhereTheyAreEqual) {
  EXPECT_EQ(RepeatedKey(R"({"recordId":"1","record_id":"2","VA":1,"V_a":2})", KeyNames::kTexts),
            "");
  EXPECT_EQ(RepeatedKey(R"({"VA":1,"b":2,"\u0056A":3})", KeyNames::kTexts), "VA");
  EXPECT_FALSE(CheckKeys(R"({"VA":1,"VA":2})", KeyNames::kTexts).ok());
  EXPECT_TRUE(CheckKeys(R"({"VA":1,"va":2})", KeyNames::kTexts).ok());
}

TEST(JsonKeysTest, ObjectsBesideAndWithinEachOtherHaveTheirOwn) {
  EXPECT_EQ(RepeatedKey(R"({"a":{"a":{"b":1}},"b":[{"a":1},{"a":2}],"c":["a","a",{"c":1}]})"), "");
  EXPECT_EQ(RepeatedKey(R"({"a":"\"a\":1,\"a\":2","b":"a","c":",\\"})"), "");
  EXPECT_EQ(RepeatedKey("{}"), "");
  EXPECT_EQ(RepeatedKey(""), "");
}

}  // namespace
}  // namespace serieslink::cli
