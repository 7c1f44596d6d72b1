#include "services/linkage/core/serial_pattern.h"

#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

TEST(SerialPatternTest, WhatFillsAField) {
  for (const char* text :
       {"7777",       "999999999", "12121212", "9090909",    "1234",    "0123456789",
        "1234567890", "987654321", "654321",   "0987654321", "0012345", "00004321",
        "ABC123",     "123ABC",    "AAA1111",  "XYZ54321",   "QWE1234", "112233",
        "1122334455", "998877",    "111222333"}) {
    EXPECT_EQ(PatternOf(text), SerialPattern::kFiller) << text;
  }
}

TEST(SerialPatternTest, WhatMayBeGenuine) {
  for (const char* text : {"2222223", "100000",   "7111111", "123123",  "417417",    "41714171",
                           "112345",  "0000012",  "123321",  "1234321", "345678",    "876543",
                           "13579",   "86420",    "147258",  "159753",  "20240105",  "05012024",
                           "AB11111", "AB121212", "112233K", "A1A1A1",  "AB12AB12",  "AAA999",
                           "AAAA999", "AA1111",   "1000001", "A000001", "A12345678", "A2222223"}) {
    EXPECT_EQ(PatternOf(text), SerialPattern::kSuspicious) << text;
  }
}

TEST(SerialPatternTest, NumbersHaveNone) {
  for (const char* text :
       {"", "7", "77", "A", "4711", "58213", "AB123456", "AB100000", "XKR417", "A111", "AB1111",
        "AB1212", "1098", "223344K7", "K12K13K14", "18529", "20241305"}) {
    EXPECT_EQ(PatternOf(text), SerialPattern::kNone) << text;
  }
}

}  // namespace
}  // namespace serieslink::linkage
