#include "services/ingest/core/country_codes.h"

#include <fstream>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace serieslink::ingest {
namespace {

// Codes that users assign, and withdrawn ones.
bool IsBesideTheStandard(const std::string& code) {
  static const std::set<std::string> withdrawn = {
      "AN", "BU", "CS", "CT", "DD", "DY", "FQ", "FX", "HV", "JT", "MI", "NH", "NQ",
      "NT", "PC", "PU", "PZ", "RH", "SU", "TP", "VD", "WK", "YD", "YU", "ZR"};
  return withdrawn.contains(code) || code == "AA" || code == "ZZ" || code[0] == 'X' ||
         (code[0] == 'Q' && code[1] >= 'M');
}

// The time-zone database, which the server needs anyway, has the codes of its day.
TEST(CountryCodesTest, AreThoseOfTheTimeZoneDatabase) {
  std::ifstream table("/usr/share/zoneinfo/iso3166.tab");
  ASSERT_TRUE(table.good()) << "package tzdata";
  std::set<std::string> assigned;
  for (std::string line; std::getline(table, line);) {
    if (!line.empty() && line[0] != '#') assigned.insert(line.substr(0, 2));
  }
  EXPECT_GE(assigned.size(), 249u);
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const std::string code = {first, second};
      EXPECT_EQ(IsCountryCode(code), assigned.contains(code) || IsBesideTheStandard(code)) << code;
    }
  }
}

TEST(CountryCodesTest, OnlyTwoCapitalsAreOne) {
  for (const char* code : {"GB", "TR", "XK", "YU", "ZZ", "QM", "AA"}) {
    EXPECT_TRUE(IsCountryCode(code)) << code;
  }
  for (const char* code : {"", "G", "gb", "Gb", "GBR", "ZZZ", "UK", "EU", "QL", "G ", "G1", "--",
                           "\xC3\x84", "{{", "@@"}) {
    EXPECT_FALSE(IsCountryCode(code)) << code;
  }
}

TEST(CountryCodesTest, WhatIsLeftToUsersNamesNoCountryButKosovo) {
  for (const char* code : {"AA", "QM", "QZ", "XA", "XX", "XZ", "ZZ"}) {
    EXPECT_TRUE(IsLeftToUsers(code)) << code;
  }
  for (const char* code : {"XK", "GB", "QA", "YU", "QL", "", "X", "XKX"}) {
    EXPECT_FALSE(IsLeftToUsers(code)) << code;
  }
}

}  // namespace
}  // namespace serieslink::ingest
