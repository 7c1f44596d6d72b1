#include "services/linkage/core/serial_agreement.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

SerialFact Number(const std::string& text) {
  absl::InlinedVector<SerialFact, 1> facts;
  AddSerialFacts(text, SerialPart::kFrame, StatedLegibility::kUnspecified, &facts);
  EXPECT_EQ(facts.size(), 1u) << text;
  return facts.empty() ? SerialFact() : facts[0];
}

SerialComparison Compare(const std::string& a, const std::string& b) {
  const SerialComparison there = CompareSerials(Number(a), Number(b));
  EXPECT_EQ(there, CompareSerials(Number(b), Number(a))) << a << " and " << b;
  return there;
}

bool Meet(const std::string& a, const std::string& b, const std::string& make = "Glock") {
  const auto keys = NeighbourKeys(Number(a), ReadMake("Glock").key);
  const auto others = NeighbourKeys(Number(b), ReadMake(make).key);
  return std::any_of(keys.begin(), keys.end(), [&](std::uint64_t key) {
    return std::find(others.begin(), others.end(), key) != others.end();
  });
}

TEST(SerialAgreementTest, AKeyHoldsItsNumber) {
  EXPECT_EQ(SerialOfKey(Number("xkr-417")), "XKR417");
  EXPECT_EQ(SerialOfKey(Number("A0061208")), "A0061208");
  EXPECT_EQ(SerialOfKey(Number("KR?41728")), "KR?41728");
  EXPECT_EQ(SerialOfKey(Number("T512017CK04283")), "") << "longer than a key holds";
}

TEST(SerialAgreementTest, TheStrongestAgreementCounts) {
  const auto is = [](SerialAgreement agreement, std::uint8_t characters) {
    return SerialComparison{agreement, characters};
  };
  EXPECT_EQ(Compare("XKR417", "xkr-417"), is(SerialAgreement::kEqual, 6));
  EXPECT_EQ(Compare("B183762", "8183762"), is(SerialAgreement::kAlike, 7));
  EXPECT_EQ(Compare("B1?3762", "B183762"), is(SerialAgreement::kPattern, 6));
  EXPECT_EQ(Compare("B1?3762", "B1837?2"), is(SerialAgreement::kPattern, 5));
  EXPECT_EQ(Compare("B1?3762", "B193772"), is(SerialAgreement::kNone, 0));
  EXPECT_EQ(Compare("369J257", "369257"), is(SerialAgreement::kEmbedded, 6));
  EXPECT_EQ(Compare("369J257", "369M257"), is(SerialAgreement::kEmbedded, 6));
  EXPECT_EQ(Compare("C183762", "C1837"), is(SerialAgreement::kTruncated, 5));
  EXPECT_EQ(Compare("C183762", "183762"), is(SerialAgreement::kTruncated, 6));
  EXPECT_EQ(Compare("C183762", "C183772"), is(SerialAgreement::kOneEdit, 6));
  EXPECT_EQ(Compare("C183762", "C183726"), is(SerialAgreement::kOneEdit, 5));
  EXPECT_EQ(Compare("C183762", "C18762"), is(SerialAgreement::kOneEdit, 6));
  EXPECT_EQ(Compare("C183762", "C183774"), is(SerialAgreement::kNone, 0));
  EXPECT_EQ(Compare("C183762", "D914405"), is(SerialAgreement::kNone, 0));
}

// Who could not read the end of a number, or a stretch of it, does not know how long it is.
TEST(SerialAgreementTest, WhatIsLeftOfANumberAgreesWhateverItsLength) {
  const auto is = [](SerialAgreement agreement, std::uint8_t characters) {
    return SerialComparison{agreement, characters};
  };
  for (const char* reading : {"HWD3322…", "HWD3322*", "HWD3322[..]", "HWD3322 (rest illegible)",
                              "HWD3322 last 3 illegible"}) {
    EXPECT_EQ(Compare(reading, "HWD3322917"), is(SerialAgreement::kTruncated, 7)) << reading;
  }
  EXPECT_EQ(Compare("HWD3322???", "HWD332291"), is(SerialAgreement::kTruncated, 7));
  EXPECT_EQ(Compare("HWD3322•••", "HWD3322917"), is(SerialAgreement::kPattern, 7));
  EXPECT_EQ(Compare("MR94***17", "MR948817"), is(SerialAgreement::kTruncated, 6));
  EXPECT_EQ(Compare("VC61---8", "VC619248"), is(SerialAgreement::kTruncated, 5));
  EXPECT_EQ(Compare("GH82XX95", "GH827195"), is(SerialAgreement::kPattern, 6));
  EXPECT_EQ(Compare("ends 482137", "UW482137"), is(SerialAgreement::kTruncated, 6));
  EXPECT_EQ(Compare("*82137", "UW482137"), is(SerialAgreement::kTruncated, 5));
  EXPECT_EQ(Compare("*82137", "82137UW4"), is(SerialAgreement::kNone, 0)) << "it lacks the front";
  EXPECT_EQ(Compare("HWD3322*", "HWD33229171"), is(SerialAgreement::kTruncated, 7));
  EXPECT_EQ(Compare("HWD3322*", "HWD332291712"), is(SerialAgreement::kNone, 0)) << "five are gone";
  EXPECT_EQ(Compare("HWD3322*", "HWD4322917"), is(SerialAgreement::kNone, 0));
  EXPECT_EQ(Compare("AB?1?2", "AB71423"), is(SerialAgreement::kNone, 0)) << "two gaps";
}

TEST(SerialAgreementTest, PatternsMeetTheNumbersThatTheyCanBe) {
  const std::pair<const char*, const char*> pairs[] = {
      {"AB?12", "ABK12"},       {"QB?12", "QB712"},     {"AB?12?", "AB7123"},
      {"AB?127?", "ABK1274"},   {"W?83?62", "W183762"}, {"C18?7?2", "C183762"},
      {"CD18?7?2", "CD183762"}, {"?48213?", "U482137"}, {"C?8?7?2", "C183762"},
      {"MR94***17", "MR948817"}};
  for (const auto& [pattern, number] : pairs) {
    EXPECT_TRUE(Meet(pattern, number)) << pattern;
    EXPECT_NE(Compare(pattern, number).agreement, SerialAgreement::kNone) << pattern;
    EXPECT_FALSE(Meet(pattern, number, "Taurus")) << pattern;
  }
  EXPECT_FALSE(Meet("W?83?62", "W194762"));
}

TEST(SerialAgreementTest, KeysOfAPatternAreBounded) {
  const std::uint64_t make = ReadMake("Glock").key;
  EXPECT_EQ(NeighbourKeys(Number("HWD3322???"), make).size(), 1u);
  EXPECT_EQ(NeighbourKeys(Number("?48213?"), make).size(), 35u);
  // A letter between digits counts in no key: what is behind it moves up, as if it were a digit.
  EXPECT_EQ(NeighbourKeys(Number("C18?7?2"), make).size(), 10u);
  EXPECT_EQ(NeighbourKeys(Number("C?8?7?2"), make).size(), 100u);
  EXPECT_TRUE(NeighbourKeys(Number("C???7824???4"), make).empty()) << "too many are missing";
}

TEST(SerialAgreementTest, NumbersOneEditApartMeet) {
  for (const std::string number : {"918462", "C183762", "C1837629", "AB91846205"}) {
    for (std::size_t i = 0; i < number.size(); ++i) {
      std::string replaced = number;
      replaced[i] = replaced[i] == '4' ? '7' : '4';
      EXPECT_TRUE(Meet(number, replaced)) << number << " and " << replaced;
      std::string left_out = number;
      left_out.erase(i, 1);
      EXPECT_TRUE(Meet(number, left_out)) << number << " and " << left_out;
      // Of six characters the parts are too short for exchanges across their ends.
      if (i + 1 == number.size() || number.size() == 6) continue;
      std::string exchanged = number;
      std::swap(exchanged[i], exchanged[i + 1]);
      EXPECT_TRUE(Meet(number, exchanged)) << number << " and " << exchanged;
    }
  }
  EXPECT_TRUE(Meet("C183762", "C1837"));
  EXPECT_TRUE(Meet("C183762", "C183?62"));
  EXPECT_TRUE(Meet("369JK257", "369257"));
  EXPECT_FALSE(Meet("C183762", "C183772", "Taurus"));
  EXPECT_FALSE(Meet("C183762", "D914405"));
}

TEST(SerialAgreementTest, KeysAreFewAndNoneWithoutAMake) {
  EXPECT_EQ(NeighbourKeys(Number("C183762"), ReadMake("Glock").key).size(), 3u);
  EXPECT_EQ(NeighbourKeys(Number("AB91846205"), ReadMake("Glock").key).size(), 2u);
  EXPECT_TRUE(NeighbourKeys(Number("C183762"), kUnknownMake).empty());
  EXPECT_TRUE(NeighbourKeys(Number("T512017CK04283"), ReadMake("Glock").key).empty());
}

SerialFact WholeNumber(const std::string& canonical) {
  SerialFact fact;
  fact.key = SerialKey(canonical);
  fact.likeness = LikenessKey(canonical);
  fact.length = static_cast<std::uint8_t>(canonical.size());
  fact.partial = canonical.find('?') != std::string::npos;
  return fact;
}

// Of numbers of few characters, so that many agree, and of numbers made from others by a few
// changes.
TEST(SerialAgreementTest, AGlanceTellsWhatComparingTells) {
  std::mt19937 random(7);
  const auto pick = [&](std::size_t below) { return random() % below; };
  const std::string characters = "0123AB8?";
  const auto any = [&] { return characters[pick(pick(20) == 0 ? 8 : 7)]; };
  int passed_over = 0;
  int nearly_agreed = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string a(4 + pick(11), '0');
    for (char& c : a) c = any();
    std::string b = a;
    switch (pick(6)) {
      case 0:
        for (char& c : b) c = any();
        break;
      case 1:
        b.erase(pick(2) == 0 ? 0 : b.size() - std::min<std::size_t>(b.size() - 1, 1 + pick(5)),
                1 + pick(5));
        break;
      default:
        for (std::size_t changes = pick(4); changes > 0; --changes) {
          const std::size_t at = pick(b.size());
          if (pick(3) == 0) {
            b.insert(at, 1, any());
          } else if (pick(2) == 0) {
            b[at] = any();
          } else {
            std::swap(b[at], b[pick(2) == 0 || at == 0 ? at : at - 1]);
          }
        }
    }
    if (b.size() < 4) continue;
    const SerialFact x = WholeNumber(a);
    const SerialFact y = WholeNumber(b);
    const SerialAgreement agreement = CompareSerials(x, y).agreement;
    const bool may = MayNearlyAgree(GlanceOf(x), GlanceOf(y));
    ASSERT_EQ(may, MayNearlyAgree(GlanceOf(y), GlanceOf(x))) << a << " and " << b;
    nearly_agreed += agreement > SerialAgreement::kAlike;
    if (may) {
      const bool are_seen = !GlanceOf(x).is_empty() && !GlanceOf(y).is_empty();
      ASSERT_TRUE(!are_seen || agreement >= SerialAgreement::kAlike) << a << " and " << b;
      continue;
    }
    ++passed_over;
    ASSERT_LE(agreement, SerialAgreement::kAlike) << a << " and " << b;
  }
  EXPECT_GT(passed_over, 10'000);
  EXPECT_GT(nearly_agreed, 10'000);
}

}  // namespace
}  // namespace serieslink::linkage
