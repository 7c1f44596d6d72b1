// What stands in serial fields and is no gun's number never joins two guns, and makers' numbers do.
// The texts are put together from words and patterns of this test; a second opinion that shares no
// code with the linkage core has to see the same.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"
#include "tests/support/plausible_number.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

using linkage::ExhibitFacts;
using linkage::Verdict;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  const char* Of(const std::vector<const char*>& things) {
    return things[static_cast<std::size_t>(Below(static_cast<int>(things.size())))];
  }
  char Digit() { return static_cast<char>('0' + Below(10)); }
  std::string Digits(int count) {
    std::string digits;
    while (count-- > 0) digits.push_back(Digit());
    return digits;
  }
  std::uint64_t Bits() { return random_(); }

 private:
  std::mt19937_64 random_;
};

// The verdict on two guns of one make and calibre that bear the same text.
Verdict OnTwins(const std::string& text, const std::string& make, const std::string& calibre,
                linkage::StatedLegibility legibility, const std::string& model = "") {
  std::vector<ExhibitFacts> twins(2);
  for (std::size_t i = 0; i < twins.size(); ++i) {
    twins[i].public_id = i + 1;
    twins[i].kind = linkage::ExhibitKind::kGun;
    twins[i].make = linkage::ReadMake(make).key;
    twins[i].calibre = linkage::ReadCalibre(calibre);
    linkage::AddSerialFacts(text, linkage::SerialPart::kUnspecified, legibility, &twins[i].serials,
                            {make, model, calibre});
  }
  const auto statement = linkage::JudgePair(twins[0], twins[1], linkage::RuleSet::Serving());
  return statement.has_value() ? statement->verdict : Verdict::kUnspecified;
}

void ExpectJoinsNothing(const std::string& text, const std::string& make = "Glock",
                        const std::string& model = "") {
  for (const auto legibility :
       {linkage::StatedLegibility::kUnspecified, linkage::StatedLegibility::kClear}) {
    EXPECT_NE(OnTwins(text, make, "9 mm", legibility, model), Verdict::kConfirmed) << text;
  }
  EXPECT_FALSE(IsPlausibleNumber(absl::AsciiStrToUpper(text))) << text;
}

// Repeated keys, counting, stairs and the like, of up to ten digits.
std::string Filler(Dice& dice) {
  std::string text;
  const int length = 6 + dice.Below(5);
  const char first = dice.Digit();
  char second = dice.Digit();
  switch (dice.Below(6)) {
    case 0:
      return std::string(static_cast<std::size_t>(length), first);
    case 1:
      while (static_cast<int>(text.size()) < length) text += {first, second};
      return text;
    case 2:  // All but the last.
      text.assign(static_cast<std::size_t>(length) - 1, first);
      return text + second;
    case 3:  // Stairs.
      second = static_cast<char>('0' + dice.Below(6));
      for (int i = 0; i < 8; ++i) text.push_back(static_cast<char>(second + i / 2));
      return text;
    case 4:  // Counting, on or back.
      second = static_cast<char>('0' + dice.Below(4));
      for (int i = 0; i < 6; ++i) text.push_back(static_cast<char>(second + i));
      if (dice.Below(2) == 0) std::reverse(text.begin(), text.end());
      return text;
    default:  // A small number with zeros in front.
      return std::string(static_cast<std::size_t>(length), '0') + first;
  }
}

std::string WordForNone(Dice& dice) {
  static const std::vector<const char*> kWords = {"obliterated",
                                                  "removed",
                                                  "ground off",
                                                  "unknown",
                                                  "none",
                                                  "N/K",
                                                  "N/A",
                                                  "U/K",
                                                  "T.B.A.",
                                                  "raspado",
                                                  "suprimida",
                                                  "pinado",
                                                  "sem numero",
                                                  "borrado",
                                                  "limado",
                                                  "sin numero",
                                                  "desconocido",
                                                  "illisible",
                                                  "meulé",
                                                  "effacé",
                                                  "inconnu",
                                                  "sans numéro",
                                                  "ausgeschliffen",
                                                  "entfernt",
                                                  "unbekannt",
                                                  "ohne Nummer",
                                                  "usunięty",
                                                  "spiłowany",
                                                  "zatarty",
                                                  "brak",
                                                  "verwijderd",
                                                  "onbekend",
                                                  "onleesbaar",
                                                  "geen nummer",
                                                  "abrasa",
                                                  "illeggibile",
                                                  "senza matricola",
                                                  "silinmiş",
                                                  "kazınmış",
                                                  "okunamıyor",
                                                  "stertyi",
                                                  "spylenyi sterto",
                                                  "udalen",
                                                  "nevidomo",
                                                  "neizvesten",
                                                  "i fshirë",
                                                  "panjohur",
                                                  "mamsuh",
                                                  "majhul",
                                                  "exhibit see remarks",
                                                  "dummy",
                                                  "test"};
  return dice.Of(kWords);
}

std::string WordsOfTheGun(Dice& dice) {
  static const std::vector<const char*> kTexts = {
      "GLOCK17",   "Glock 19",   "9MMX19",      "CAL9MM",          "cal. 9 mm",
      "P226 9MM",  "BBM 315",    "315 AUTO",    "MADE IN 1984",    "made in Italy",
      "CIP N1234", "PTB 722",    "BNP 850 bar", "Bruni 8000",      "COLT 1911",
      "SIG P226",  "38 SPL",     "380 auto",    "9X19 PARA",       "Mod. 85",
      "EKOL 99",   "Pat. 12345", "USP 9",       "Nitro proof 1200"};
  return dice.Of(kTexts);
}

TEST(SerialReadingTest, WhatAReviewerFoundJoinsNothing) {
  for (const char* text : {"12121212", "1122334455", "2222223", "TBA0001", "TBC12345", "N/K 2024",
                           "MADE IN 1984", "CAL9MM", "9MMX19", "P226 9MM", "GLOCK17", "BBM 315",
                           "315 AUTO", "CIP N1234", "MG/240105"}) {
    ExpectJoinsNothing(text);
  }
  // The gun's own model, make and calibre.
  EXPECT_EQ(OnTwins("TK 4711", "Acme", "9 mm", linkage::StatedLegibility::kClear, "TK-4711"),
            Verdict::kUnspecified);
  EXPECT_EQ(OnTwins("ACME TK4711", "Acme", "9 mm", linkage::StatedLegibility::kClear, "TK-4711"),
            Verdict::kUnspecified);
  EXPECT_EQ(OnTwins("TK4711 9x19", "Acme", "9 mm", linkage::StatedLegibility::kClear, "TK-4711"),
            Verdict::kUnspecified);
}

TEST(SerialReadingTest, FillersWordsAndMarksJoinNothing) {
  ForEachSeed(8, [](std::uint64_t seed) {
    Dice dice(seed);
    for (int i = 0; i < 400 && !testing::Test::HasFailure(); ++i) {
      ExpectJoinsNothing(Filler(dice));
      ExpectJoinsNothing(absl::StrCat(WordForNone(dice), dice.Below(2) == 0 ? " " : "",
                                      dice.Digits(dice.Below(6))));
      ExpectJoinsNothing(WordsOfTheGun(dice), dice.Below(2) == 0 ? "Bruni" : "SIG Sauer");
      // Initials (not "SN" and "NR", which introduce a number), and a day as an exhibit's mark has
      // it.
      const std::string initials{static_cast<char>('A' + dice.Below(26)),
                                 static_cast<char>('A' + dice.Below(13))};
      ExpectJoinsNothing(absl::StrCat(initials, "/", 20 + dice.Below(6), "0", 1 + dice.Below(9),
                                      10 + dice.Below(19)));
    }
  });
}

TEST(SerialReadingTest, AMarkIsANumberWhereTheRecordSaysThatItWasRead) {
  EXPECT_EQ(OnTwins("MG/724905", "Glock", "", linkage::StatedLegibility::kUnspecified),
            Verdict::kLead);
  EXPECT_EQ(OnTwins("MG/724905", "Glock", "", linkage::StatedLegibility::kClear),
            Verdict::kConfirmed);
  EXPECT_EQ(OnTwins("MG/724905", "Glock", "", linkage::StatedLegibility::kRestored),
            Verdict::kConfirmed);
}

// Forms in which makers number: A a letter, 9 a digit. Of Glock, Taurus (old and new), Smith &
// Wesson, Beretta, Ruger, SIG, Colt, Browning, CZ, Walther, Makarov and Sarsilmaz.
TEST(SerialReadingTest, MakersNumbersJoin) {
  static const std::vector<const char*> kForms = {
      "AAA999",  "AAAA999",   "AA99999",           "AAA999999", "AAA9999",
      "A99999A", "999-99999", "A 999999",          "99A999999", "A999999",
      "AA 9999", "9999999",   "T5120-16 AA 99999", "AA-999999", "99-999999"};
  int numbers = 0;
  int confirmed = 0;
  int plausible = 0;
  ForEachSeed(8, [&](std::uint64_t seed) {
    Dice dice(seed);
    for (int i = 0; i < 2000; ++i) {
      std::string text = dice.Of(kForms);
      for (char& c : text) {
        if (c == 'A') c = static_cast<char>('A' + dice.Below(26));
        if (c == '9') c = dice.Digit();
      }
      ++numbers;
      confirmed += OnTwins(text, "Glock", "9 mm", linkage::StatedLegibility::kUnspecified) ==
                   Verdict::kConfirmed;
      plausible += IsPlausibleNumber(text);
    }
  });
  EXPECT_GT(confirmed, numbers * 0.99);
  EXPECT_GT(plausible, numbers * 0.99);
  std::cout << confirmed << " confirmed and " << plausible << " plausible of " << numbers << "\n";
  for (const char* text : {"AB123456", "PPK 123456", "XKR 417", "ABE573528"}) {
    EXPECT_EQ(OnTwins(text, "Walther", "", linkage::StatedLegibility::kUnspecified),
              Verdict::kConfirmed)
        << text;
  }
}

TEST(SerialReadingTest, ReadingTwiceIsReadingOnce) {
  ForEachSeed(4, [](std::uint64_t seed) {
    Dice dice(seed);
    for (int i = 0; i < 4000; ++i) {
      std::string text;
      for (int pieces = 1 + dice.Below(4); pieces > 0; --pieces) {
        switch (dice.Below(6)) {
          case 0:
            absl::StrAppend(&text, WordForNone(dice));
            break;
          case 1:
            absl::StrAppend(&text, WordsOfTheGun(dice));
            break;
          case 2:
            absl::StrAppend(&text, Filler(dice));
            break;
          case 3:
            absl::StrAppend(&text, dice.Digits(1 + dice.Below(8)));
            break;
          case 4:
            for (int n = dice.Below(6); n > 0; --n)
              text.push_back(static_cast<char>(dice.Below(256)));
            break;
          default:
            absl::StrAppend(&text,
                            dice.Of({" ", "/", ".", ";", "(", ")", "-", "A", "XK", "?", "*"}));
        }
      }
      for (const linkage::SerialReading& reading : linkage::ReadSerials(text)) {
        EXPECT_FALSE(reading.reason.empty()) << text;
        if (!reading.usable()) {
          EXPECT_EQ(reading.doubt, linkage::SerialDoubt::kNone) << text;
          continue;
        }
        EXPECT_EQ(linkage::CanonicalSerial(reading.canonical), reading.canonical) << text;
        const auto again = linkage::ReadSerials(reading.canonical);
        ASSERT_EQ(again.size(), 1u) << text;
        if (again[0].usable()) {
          EXPECT_EQ(again[0].canonical, reading.canonical) << text;
        }
      }
    }
  });
}

}  // namespace
}  // namespace serieslink
