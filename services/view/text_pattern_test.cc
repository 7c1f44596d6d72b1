#include "services/view/text_pattern.h"

#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace serieslink::view {
namespace {

std::string AsIs(std::string_view text) { return std::string(text); }

TextPattern PatternOf(std::string_view text) { return TextPattern(text, AsIs); }

TEST(TextPatternTest, WithoutWildcardsOnlyTheWholeTextFits) {
  EXPECT_TRUE(PatternOf("AB12").Matches("AB12"));
  EXPECT_FALSE(PatternOf("AB12").Matches("AB123"));
  EXPECT_FALSE(PatternOf("AB12").Matches("AB1"));
  EXPECT_FALSE(PatternOf("AB12").has_wildcards());
}

TEST(TextPatternTest, AStarStandsForAnyCharactersAndAQuestionMarkForOne) {
  EXPECT_TRUE(PatternOf("AB*").Matches("AB"));
  EXPECT_TRUE(PatternOf("AB*").Matches("AB12"));
  EXPECT_TRUE(PatternOf("*12").Matches("AB12"));
  EXPECT_FALSE(PatternOf("*12").Matches("AB123"));
  EXPECT_TRUE(PatternOf("*B1*").Matches("AB12"));
  EXPECT_TRUE(PatternOf("A?12").Matches("AB12"));
  EXPECT_FALSE(PatternOf("A?12").Matches("A12"));
  EXPECT_TRUE(PatternOf("A*1*2").Matches("A1112122"));
  EXPECT_FALSE(PatternOf("").Matches("A"));
}

TEST(TextPatternTest, WhatWasNotReadCanBeAnyCharacter) {
  EXPECT_EQ(PatternOf("AB512").MostInCommon("AB?12"), 4u);
  EXPECT_FALSE(PatternOf("AB512").MostInCommon("AC?12").has_value());
  EXPECT_FALSE(PatternOf("AB512").MostInCommon("AB?123").has_value());
  EXPECT_EQ(PatternOf("AB512*").MostInCommon("AB?123"), 4u);
  EXPECT_EQ(PatternOf("*512").MostInCommon("AB?12"), 2u);
  EXPECT_EQ(PatternOf("A?512").MostInCommon("AB?12"), 3u);
  EXPECT_EQ(PatternOf("*12*").MostInCommon("1?12"), 2u);
}

TEST(TextPatternTest, PiecesAreNormalised) {
  const TextPattern pattern("a-b*-c?", [](std::string_view piece) {
    std::string folded;
    for (const char c : piece) {
      if (c != '-') folded.push_back(static_cast<char>(c - 'a' + 'A'));
    }
    return folded;
  });
  EXPECT_EQ(pattern.text(), "AB*C?");
  EXPECT_EQ(pattern.literal_count(), 3u);
}

TEST(TextPatternTest, KnowsWhatEveryTextBeginsAndEndsWith) {
  EXPECT_EQ(PatternOf("AB*12").literal_start(), "AB");
  EXPECT_EQ(PatternOf("AB*12").literal_end(), "12");
  EXPECT_EQ(PatternOf("AB12").literal_start(), "AB12");
  EXPECT_EQ(PatternOf("AB12").literal_end(), "AB12");
  EXPECT_EQ(PatternOf("*").literal_start(), "");
  EXPECT_EQ(PatternOf("?A**").text(), "?A*");
}

// What the two wildcards mean, said once more.
bool Fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return Fits(pattern.substr(1), text) || (!text.empty() && Fits(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         Fits(pattern.substr(1), text.substr(1));
}

TEST(TextPatternTest, EqualsItsDefinition) {
  std::mt19937 random(1);
  const auto text_of = [&](std::string_view letters) {
    std::string text(random() % 9, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    return text;
  };
  int fitting = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string pattern = text_of("AB*?");
    const std::string text = text_of("AB");
    const bool fits = Fits(pattern, text);
    ASSERT_EQ(PatternOf(pattern).Matches(text), fits) << pattern << " on " << text;
    fitting += fits;
  }
  EXPECT_GT(fitting, 1000);
}

}  // namespace
}  // namespace serieslink::view
