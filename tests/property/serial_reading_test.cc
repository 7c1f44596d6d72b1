// What stands in serial fields and is no gun's number never joins two guns, and makers' numbers do.
// The texts are put together from words and patterns of this test; a second opinion that shares no
// code with the linkage core has to see the same.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <utility>
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

// Days, months and the like in the writings of several countries.
std::string DateInWords(Dice& dice) {
  static const std::vector<const char*> kMonths = {
      "Jan",     "January", "jan",  "janeiro", "enero", "janvier", "Januar", "FEV",
      "FEB",     "MAR",     "abr",  "APR",     "mai",   "mayo",    "JUN",    "juin",
      "juillet", "ago",     "aout", "SET",     "sept",  "Oct",     "out",    "octubre",
      "Okt",     "nov",     "DEZ",  "dic",     "dec",   "Dezember"};
  static const std::vector<const char*> kBetween = {"", " ", "-", ".", "/", ". "};
  const int year = 1990 + dice.Below(37);
  const std::string short_year = absl::StrCat(year).substr(2);
  const int day = 1 + dice.Below(28);
  const std::string month = absl::StrCat(dice.Below(2) == 0 ? "0" : "", 1 + dice.Below(9));
  const std::string between = dice.Of(kBetween);
  const std::string some = between.empty() ? "." : between;
  switch (dice.Below(9)) {
    case 0:
      return absl::StrCat(dice.Of(kMonths), between, year);
    case 1:
      return absl::StrCat(day, between, dice.Of(kMonths), between, year);
    case 2:
      return absl::StrCat(day, between, dice.Of(kMonths), between, short_year);
    case 3:
      return absl::StrCat(day, some, month, some,
                          dice.Below(2) == 0 ? short_year : absl::StrCat(year));
    case 4:
      return absl::StrCat(year, some, month, some, day);
    case 5:
      return absl::StrCat("Q", 1 + dice.Below(4), " ", year);
    case 6:
      return absl::StrCat(year, "-W", 10 + dice.Below(42));
    case 7:
      return absl::StrCat(month, some, year);
    default:
      return absl::StrCat(year, "/", absl::StrCat(year + 1).substr(2));
  }
}

std::string Letters(Dice& dice, int count) {
  std::string letters;
  while (count-- > 0) letters.push_back(static_cast<char>('A' + dice.Below(26)));
  return letters;
}

// Numbers of exhibits, cases, people, vehicles, telephones and amounts.
std::string OtherThing(Dice& dice) {
  static const std::vector<const char*> kLabels = {
      "ITEM", "EXH", "BAG",  "CAD",  "URN",  "PNC",   "PNC ID", "CRIME NO", "CRIS", "LOG",
      "PROP", "LAB", "SEAL", "CASE", "CERT", "LACRE", "LAUDO",  "TEL",      "REF",  "FAC",
      "ID",   "NC",  "NA",   "NI",   "XX",   "IMEI",  "CPF",    "TAG",      "NFI",  "ROOM"};
  switch (dice.Below(16)) {
    case 0:
      return absl::StrCat(dice.Of(kLabels), " ", dice.Digits(3 + dice.Below(7)));
    case 1:
      return absl::StrCat(dice.Of(kLabels), " ", Letters(dice, 1 + dice.Below(2)),
                          dice.Digits(4 + dice.Below(4)));
    case 2:
      return absl::StrCat("07", dice.Digits(9));
    case 3:
      return absl::StrCat("+44 7", dice.Digits(3), " ", dice.Digits(6));
    case 4:
      return absl::StrCat("(21) 9", dice.Digits(4), "-", dice.Digits(4));
    case 5:
      return absl::StrCat(Letters(dice, 1 + dice.Below(2)), 1 + dice.Below(9), " ", dice.Digits(1),
                          Letters(dice, 2));
    case 6:
      return absl::StrCat(dice.Below(2) == 0 ? "E0" : "W0", dice.Digits(1), "0", dice.Digits(5));
    case 7:
      return absl::StrCat(Letters(dice, 2), dice.Digits(2), " ", Letters(dice, 3));
    case 8:
      return absl::StrCat("£", 1 + dice.Below(9), dice.Digits(5));
    case 9:
      return absl::StrCat(1 + dice.Below(9), dice.Digits(5), dice.Below(2) == 0 ? "KG" : " GBP");
    case 10:
      return absl::StrCat(Letters(dice, 1), dice.Digits(6), "@", Letters(dice, 4), ".example");
    case 11:
      return absl::StrCat(1 + dice.Below(8), dice.Digits(6), "/", dice.Digits(2));
    case 12:
      return absl::StrCat(dice.Digits(2), Letters(dice, 2), dice.Digits(7));
    case 13:
      return absl::StrCat(dice.Digits(1), Letters(dice, 1), dice.Digits(1), Letters(dice, 1),
                          dice.Digits(1), Letters(dice, 1), dice.Digits(1), Letters(dice, 1));
    case 14:
      return absl::StrCat(1 + dice.Below(9), dice.Digits(14));
    default:
      return absl::StrCat(dice.Digits(2), ".", dice.Digits(4), ", -", dice.Digits(1), ".",
                          dice.Digits(4));
  }
}

TEST(SerialReadingTest, WhatStandsInFieldsAndIsNoNumberJoinsNothing) {
  for (const char* text : {"12121212",
                           "1122334455",
                           "2222223",
                           "TBA0001",
                           "TBC12345",
                           "N/K 2024",
                           "MADE IN 1984",
                           "CAL9MM",
                           "9MMX19",
                           "P226 9MM",
                           "GLOCK17",
                           "BBM 315",
                           "315 AUTO",
                           "CIP N1234",
                           "MG/240105",
                           "AK-47 7.62",
                           "COLT1911A1",
                           "GLOCK17GEN4",
                           "TT-33 7.62",
                           "M4 5.56X45",
                           "12GA 3IN",
                           "SSP 8001",
                           "GAMO 177",
                           "RASP 12345",
                           "SUPR 4567",
                           "S/NR 123",
                           "LOST123",
                           "VOID1234",
                           "XX123456",
                           "1000001",
                           "A000001",
                           "A12345678",
                           "A1B2C3D4",
                           "AAA999",
                           "W730194 (part)",
                           "482137 poss",
                           "ends 482137",
                           "482137?",
                           "PC 4711 SMITH",
                           "FSS-2024-01234",
                           "192.168.10.12",
                           "12-34-56",
                           "WINCHESTER 1894 30-30",
                           "MODEL 482137",
                           "PNC ID 12/482137A",
                           "C.R.N. 123456",
                           "SUP 123456",
                           "482137 worn"}) {
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
      ExpectJoinsNothing(DateInWords(dice));
      ExpectJoinsNothing(OtherThing(dice));
      // Initials (not "SN" and "NR", which introduce a number), and a day as an exhibit's mark has
      // it.
      const std::string initials{static_cast<char>('A' + dice.Below(26)),
                                 static_cast<char>('A' + dice.Below(13))};
      ExpectJoinsNothing(absl::StrCat(initials, "/", 20 + dice.Below(6), "0", 1 + dice.Below(9),
                                      10 + dice.Below(19)));
    }
  });
}

// What is in doubt is a lead all the same, and so is a mark that the record calls clear.
TEST(SerialReadingTest, WhatIsInDoubtIsALead) {
  for (const char* text : {"MG/724905", "AAA999", "W730194 (part)", "482137 poss", "482137?",
                           "VOID1234", "CAD 1234567", "NC48217", "AB12 CDE", "6500123/24"}) {
    for (const auto legibility :
         {linkage::StatedLegibility::kUnspecified, linkage::StatedLegibility::kClear}) {
      EXPECT_EQ(OnTwins(text, "Glock", "", legibility), Verdict::kLead) << text;
    }
  }
}

// Cyrillic and Greek letters that look Latin can have been typed for them or not; other digits are
// digits.
TEST(SerialReadingTest, LettersOfOtherScriptsConfirmNothing) {
  const auto verdict = [](const char* text) {
    return OnTwins(text, "Glock", "", linkage::StatedLegibility::kClear);
  };
  EXPECT_EQ(verdict("ТК 482137"), Verdict::kLead);
  EXPECT_EQ(verdict("ΑΒ482137"), Verdict::kLead);
  EXPECT_EQ(verdict("ДЖ 482137"), Verdict::kUnspecified);
  EXPECT_EQ(verdict("ＡＢ４８２１３７"), Verdict::kConfirmed);
  EXPECT_EQ(verdict("٤٨٢١٣٧"), Verdict::kConfirmed);
}

// Forms in which makers number: A a letter, 9 a digit. Of Glock, Taurus (old and new), Smith &
// Wesson, Beretta, Ruger, SIG, Colt, Browning, CZ, Walther, Makarov and Sarsilmaz.
TEST(SerialReadingTest, MakersNumbersJoin) {
  static const std::vector<const char*> kForms = {"AAA999",
                                                  "AAAA999",
                                                  "AA99999",
                                                  "AAA999999",
                                                  "AAA9999",
                                                  "A99999A",
                                                  "999-99999",
                                                  "A 999999",
                                                  "99A999999",
                                                  "A999999",
                                                  "AA 9999",
                                                  "9999999",
                                                  "T5120-16 AA 99999",
                                                  "AA-999999",
                                                  "99-999999",
                                                  "999999",
                                                  "AAA99999",
                                                  "99999AA999",
                                                  "999AA99999",
                                                  "AAA-9999999",
                                                  "AA99-999999",
                                                  "9A99999",
                                                  "999999A"};
  int numbers = 0;
  int confirmed = 0;
  int plausible = 0;
  std::map<std::string, std::pair<int, int>> of_form;  // Of each form, how many and confirmed.
  ForEachSeed(8, [&](std::uint64_t seed) {
    Dice dice(seed);
    for (int i = 0; i < 6000; ++i) {
      const std::string form = dice.Of(kForms);
      std::string text = form;
      for (char& c : text) {
        if (c == 'A') c = static_cast<char>('A' + dice.Below(26));
        if (c == '9') c = dice.Digit();
      }
      ++numbers;
      ++of_form[form].first;
      const bool confirms = OnTwins(text, "Glock", "9 mm",
                                    linkage::StatedLegibility::kUnspecified) == Verdict::kConfirmed;
      confirmed += confirms;
      of_form[form].second += confirms;
      plausible += IsPlausibleNumber(text);
    }
  });
  EXPECT_GT(confirmed, numbers * 0.99);
  EXPECT_GT(plausible, numbers * 0.99);
  for (const auto& [form, counts] : of_form) {
    EXPECT_GT(counts.second, counts.first * 0.97) << form;
    std::cout << form << ": " << counts.second << " of " << counts.first << " confirmed\n";
  }
  std::cout << confirmed << " confirmed and " << plausible << " plausible of " << numbers << "\n";
  for (const char* text :
       {"AB123456", "AB482137", "PPK 482137", "XKR 417", "ABE573528", "KAL48217", "S/N 482137",
        "Nº 482137", "GLOCK XKR417", "482137 (frame)", "ARP953US"}) {
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
