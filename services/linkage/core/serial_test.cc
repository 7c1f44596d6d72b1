#include "services/linkage/core/serial.h"

#include <random>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SerialReading ReadOnly(const std::string& text) {
  const std::vector<SerialReading> readings = ReadSerials(text);
  EXPECT_THAT(readings, SizeIs(1)) << text;
  return readings.front();
}

struct Case {
  const char* text;
  SerialClass serial_class;
  const char* canonical;
};

TEST(CanonicalSerialTest, FoldsWhatTypistsVary) {
  EXPECT_EQ(CanonicalSerial("ab-12.345/6 "), "AB123456");
  EXPECT_EQ(CanonicalSerial("OB0O1"), "0B001");     // The letter O is zero.
  EXPECT_EQ(CanonicalSerial("çÄ1234"), "CA1234");   // Accents.
  EXPECT_EQ(CanonicalSerial("ＡＢ１２"), "AB12");   // Full-width forms.
  EXPECT_EQ(CanonicalSerial("ТК 1234"), "TK1234");  // Cyrillic capitals that look Latin.
  EXPECT_EQ(CanonicalSerial("AB\xC2\xA0"
                            "12"),
            "AB12");  // No-break space.
  EXPECT_EQ(CanonicalSerial("a\xCC\x81"
                            "1"),
            "A1");  // Combining accent.
  EXPECT_EQ(CanonicalSerial(""), "");
}

TEST(CanonicalSerialTest, IdempotentAndSafeOnAnyBytes) {
  std::mt19937_64 random(20170318);
  for (int i = 0; i < 20000; ++i) {
    std::string text(random() % 40, '\0');
    for (char& c : text) {
      // Half of all bytes ASCII, so that multi-byte sequences meet all kinds of neighbours.
      c = static_cast<char>(random() % 2 == 0 ? random() % 128 : random() % 256);
    }
    const std::string once = CanonicalSerial(text);
    ASSERT_EQ(CanonicalSerial(once), once);
    for (const char c : once) {
      ASSERT_TRUE((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'O'));
    }
    const std::vector<SerialReading> readings = ReadSerials(text);
    ASSERT_THAT(readings, Not(IsEmpty()));
    for (const SerialReading& reading : readings) {
      if (!reading.usable()) continue;
      ASSERT_GE(reading.canonical.size(), kMinSerialLength);
      ASSERT_LE(reading.canonical.size(), kMaxSerialLength);
      // What is usable stays so in canonical form, as the same number.
      const std::vector<SerialReading> again = ReadSerials(reading.canonical);
      ASSERT_THAT(again, SizeIs(1));
      if (again[0].usable()) {
        ASSERT_EQ(again[0].canonical, reading.canonical);
      }
    }
  }
}

TEST(ReadSerialsTest, WholeNumbers) {
  for (const Case& c : std::vector<Case>{
           {"XKR417", SerialClass::kUsable, "XKR417"},
           {"xkr 417", SerialClass::kUsable, "XKR417"},
           {"DGGG 511", SerialClass::kUsable, "DGGG511"},
           {"CXXX709", SerialClass::kUsable, "CXXX709"},
           {"27-021234", SerialClass::kUsable, "27021234"},
           {"318-40726", SerialClass::kUsable, "31840726"},
           {"T5120-16 CK 04417", SerialClass::kUsable, "T512016CK04417"},
           {"T 5120 - 13 B 07719", SerialClass::kUsable, "T512013B07719"},
           {"OF604471 (on the right of the frame)", SerialClass::kUsable, "0F604471"},
           {"S/N: 5K70912", SerialClass::kUsable, "5K70912"},
           {"Serial No. AB12345", SerialClass::kUsable, "AB12345"},
           {"Nº 740918-A", SerialClass::kUsable, "740918A"},
           {"Número de série: KD 9981", SerialClass::kUsable, "KD9981"},
           {"#108852", SerialClass::kUsable, "108852"},
           {"LH_417.902", SerialClass::kUsable, "LH417902"},
           {"60417.0", SerialClass::kUsable, "60417"},
           {"640218 (numeração aparente)", SerialClass::kUsable, "640218"},
           {"77120;", SerialClass::kUsable, "77120"},
           {"90417.////", SerialClass::kUsable, "90417"},
           {"S/NR 482137", SerialClass::kUsable, "482137"},
           {"S.NO. 482137", SerialClass::kUsable, "482137"},
           {"SN 482137", SerialClass::kUsable, "482137"},
           {"Ser No: 482137", SerialClass::kUsable, "482137"},
           {"No 482137", SerialClass::kUsable, "482137"},
           {"SERIAL482137", SerialClass::kUsable, "482137"},
           {"KAL48217", SerialClass::kUsable, "KAL48217"},
           {"ＡＢ４８２１７", SerialClass::kUsable, "AB48217"},
           {"٤٨٢١٣٧", SerialClass::kUsable, "482137"},
           {"۴۸۲۱۳۷", SerialClass::kUsable, "482137"},
       }) {
    const SerialReading reading = ReadOnly(c.text);
    EXPECT_EQ(reading.doubt, SerialDoubt::kNone) << c.text << ": " << reading.reason;
    EXPECT_EQ(SerialClassName(reading.serial_class), SerialClassName(c.serial_class)) << c.text;
    EXPECT_EQ(reading.canonical, c.canonical) << c.text;
  }
}

// Whole numbers that can make a lead and no more.
TEST(ReadSerialsTest, NumbersInDoubt) {
  struct InDoubt {
    const char* text;
    SerialDoubt doubt;
    const char* canonical;
  };
  for (const InDoubt& c : std::vector<InDoubt>{
           {"AAA999", SerialDoubt::kPattern, "AAA999"},
           {"A12345678", SerialDoubt::kPattern, "A12345678"},
           {"TBA123", SerialDoubt::kWord, "TBA123"},
           {"MOD48217", SerialDoubt::kWord, "M0D48217"},
           {"mod12345", SerialDoubt::kWord, "M0D12345"},
           {"SSP 8001", SerialDoubt::kOtherThing, "SSP8001"},
           {"LOST123", SerialDoubt::kOtherThing, "L0ST123"},
           {"NC48217", SerialDoubt::kOtherThing, "NC48217"},
           {"BAG M1234567", SerialDoubt::kOtherThing, "BAGM1234567"},
           {"6500123/24", SerialDoubt::kOtherThing, "650012324"},
           {"MG/724905", SerialDoubt::kOtherThing, "MG724905"},
           {"VOID1234", SerialDoubt::kOtherThing, "V0ID1234"},
           {"DGGG5117", SerialDoubt::kForm, "DGGG5117"},
           {"A1B2C3D4", SerialDoubt::kForm, "A1B2C3D4"},
           {"AB12 CDE", SerialDoubt::kForm, "AB12CDE"},
           {"W730194 (part)", SerialDoubt::kNote, "W730194"},
           {"482137 poss", SerialDoubt::kNote, "482137"},
           {"possibly 482137", SerialDoubt::kNote, "482137"},
           {"482137?", SerialDoubt::kNote, "482137"},
           {"482137 (?)", SerialDoubt::kNote, "482137"},
           {"ТК 482137", SerialDoubt::kLetters, "TK482137"},
           {"ΑΒ482137", SerialDoubt::kLetters, "AB482137"},
       }) {
    const SerialReading reading = ReadOnly(c.text);
    EXPECT_TRUE(reading.usable()) << c.text << ": " << reading.reason;
    EXPECT_EQ(reading.doubt, c.doubt) << c.text << ": " << reading.reason;
    EXPECT_EQ(reading.canonical, c.canonical) << c.text;
  }
}

TEST(ReadSerialsTest, WhatNumbersSomethingElse) {
  for (const char* text :
       {"JAN 2024", "11JAN2024", "2021-W07", "12.03.21", "Q3 2024", "AK-47 7.62", "COLT1911A1",
        "GLOCK17GEN4", "TT-33 7.62", "M4 5.56X45", "12GA 3IN", "GAMO 177", "ITEM 00012",
        "CASE 123456", "SW1A 1AA", "+44 7700 900123", "a123456@b.example", "£200000", "1.5KG"}) {
    EXPECT_EQ(SerialClassName(ReadOnly(text).serial_class), "text") << text;
  }
  EXPECT_EQ(ReadOnly("RASP12345").serial_class, SerialClass::kRemoved);
  EXPECT_EQ(ReadOnly("S/NR 123").canonical, "123");
}

TEST(ReadSerialsTest, WhatIsWrittenInsteadOfANumber) {
  for (const Case& c : std::vector<Case>{
           {"", SerialClass::kNone, ""},
           {"   ", SerialClass::kNone, ""},
           {"RASPADO", SerialClass::kRemoved, ""},
           {"(suprimida)", SerialClass::kRemoved, ""},
           {"Removido por ação mecânica (raspagem).", SerialClass::kRemoved, ""},
           {"SUPRIMID0", SerialClass::kRemoved, ""},
           {"PINAD0", SerialClass::kRemoved, ""},
           {"RA7SPADURA", SerialClass::kText, ""},
           {"ground off", SerialClass::kRemoved, ""},
           {"Obliterated", SerialClass::kRemoved, ""},
           {"numéro limé", SerialClass::kRemoved, ""},
           {"ausgeschliffen", SerialClass::kRemoved, ""},
           {"weggeslepen", SerialClass::kRemoved, ""},
           {"usunięty", SerialClass::kRemoved, ""},
           {"borrado", SerialClass::kRemoved, ""},
           {"N/C", SerialClass::kAbsent, ""},
           {"S/N", SerialClass::kAbsent, ""},
           {"S/Nº", SerialClass::kAbsent, ""},
           {"SEM NUMERO", SerialClass::kAbsent, ""},
           {"sin número", SerialClass::kAbsent, ""},
           {"Não aparente", SerialClass::kAbsent, ""},
           {"NONE", SerialClass::kAbsent, ""},
           {"N0NE", SerialClass::kAbsent, ""},
           {"no serial", SerialClass::kAbsent, ""},
           {"keine Nummer", SerialClass::kAbsent, ""},
           {"brak", SerialClass::kAbsent, ""},
           {"unknown", SerialClass::kPlaceholder, ""},
           {"UNK", SerialClass::kPlaceholder, ""},
           {"vide campo Observação abaixo", SerialClass::kPlaceholder, ""},
           {"PREJUDICADO", SerialClass::kPlaceholder, ""},
           {"illegible", SerialClass::kPlaceholder, ""},
           {"-", SerialClass::kPlaceholder, ""},
           {"/////", SerialClass::kPlaceholder, ""},
           {"????", SerialClass::kPlaceholder, ""},
           {"**********", SerialClass::kPlaceholder, ""},
           {"0000000", SerialClass::kPlaceholder, ""},
           {"OOOO0000", SerialClass::kPlaceholder, ""},
           {"No000000", SerialClass::kPlaceholder, ""},
           {"SN0000", SerialClass::kPlaceholder, ""},
           {"X0000000", SerialClass::kPlaceholder, ""},
           {"00000000X", SerialClass::kPlaceholder, ""},
           {"00000001", SerialClass::kPlaceholder, ""},
           {"0000-0000-1", SerialClass::kPlaceholder, ""},
           {"0x0000", SerialClass::kPlaceholder, ""},
           {"NONE0000", SerialClass::kPlaceholder, ""},
           {"UNK0000", SerialClass::kPlaceholder, ""},
           {"TEST1234", SerialClass::kPlaceholder, ""},
           {"DUMMY123", SerialClass::kPlaceholder, ""},
           {"XXXXXXX", SerialClass::kPlaceholder, ""},
           {"999999999999", SerialClass::kPlaceholder, ""},
           {"123456", SerialClass::kPlaceholder, ""},
           {"0123456789", SerialClass::kPlaceholder, ""},
           {"1234567890", SerialClass::kPlaceholder, ""},
           {"987654321", SerialClass::kPlaceholder, ""},
           {"ABC123", SerialClass::kPlaceholder, ""},
           {"0", SerialClass::kTooShort, "0"},
           {"642", SerialClass::kTooShort, "642"},
           {"7 1", SerialClass::kTooShort, "71"},
           {"762x39", SerialClass::kText, ""},
           {"9x19mm", SerialClass::kText, ""},
           {"31/12/2019", SerialClass::kText, ""},
           {"1970-12-01 00:00:00", SerialClass::kText, ""},
           {"MOD1911/22", SerialClass::kText, ""},
           {"MOD1911", SerialClass::kText, ""},
           {"60411MOD15112", SerialClass::kText, ""},
           {"M1911-A1", SerialClass::kText, ""},
           {"BKTR", SerialClass::kText, ""},
           {"REVOLVER", SerialClass::kText, ""},
           {"ДНЖ 1234", SerialClass::kText, ""},
           {"1234567890ABCDEFGHIJ12345", SerialClass::kText, ""},
           {"20070063808765312345678", SerialClass::kTooLong, ""},
       }) {
    const SerialReading reading = ReadOnly(c.text);
    EXPECT_EQ(SerialClassName(reading.serial_class), SerialClassName(c.serial_class))
        << c.text << ": " << reading.reason;
    if (c.serial_class == SerialClass::kTooShort) {
      EXPECT_EQ(reading.canonical, c.canonical) << c.text;
    }
    EXPECT_FALSE(reading.usable()) << c.text;
  }
}

TEST(ReadSerialsTest, ZerosInANumberLeaveItOne) {
  for (const char* written : {"AB100000", "AB000001", "100000", "K0000027"}) {
    const std::vector<SerialReading> readings = ReadSerials(written);
    ASSERT_EQ(readings.size(), 1u) << written;
    EXPECT_TRUE(readings[0].usable()) << written;
    EXPECT_EQ(readings[0].canonical, written);
  }
}

TEST(ReadSerialsTest, NumbersInPart) {
  for (const Case& c : std::vector<Case>{
           {"AB?12", SerialClass::kPartial, "AB?12"},
           {"KWD7741??? (armação) - Parcialmente removido", SerialClass::kPartial, "KWD7741???"},
           {"*07718", SerialClass::kPartial, "?07718"},
           {"DK47###", SerialClass::kPartial, "DK47???"},
           {"7431__", SerialClass::kPartial, "7431??"},
           {"417XXX", SerialClass::kPartial, "417???"},
           {"GH82XX95", SerialClass::kPartial, "GH82??95"},
           {"482137XX", SerialClass::kPartial, "482137XX"},
           {"VC61---8", SerialClass::kPartial, "VC61?8"},
           {"VC61...8", SerialClass::kPartial, "VC61?8"},
           {"HWD3322•••", SerialClass::kPartial, "HWD3322???"},
           {"•••3322", SerialClass::kPartial, "???3322"},
           {"HWD3322[..]", SerialClass::kPartial, "HWD3322?"},
           {"HWD3322 (...)", SerialClass::kPartial, "HWD3322?"},
           {"HWD3322 […]", SerialClass::kPartial, "HWD3322?"},
           {"HWD3322*", SerialClass::kPartial, "HWD3322?"},
           {"HWD3322 (rest illegible)", SerialClass::kPartial, "HWD3322"},
           {"HWD3322 last 3 illegible", SerialClass::kPartial, "HWD3322"},
           {"1234…", SerialClass::kPartial, "1234?"},
           {"TMX5...", SerialClass::kPartial, "TMX5?"},
           {"x24417, primeiro dígito não identificado.", SerialClass::kPartial, "X24417"},
           {"61208 or 81208", SerialClass::kPartial, "61208"},
           {"61208 ou 81208", SerialClass::kPartial, "61208"},
           {"found under the grip, 5844", SerialClass::kPartial, "5844"},
           {"B7715 (últimos dígitos suprimidos)", SerialClass::kPartial, "B7715"},
           {"TMX515 (part illegible?)", SerialClass::kPartial, "TMX515"},
           {"ends 482137", SerialClass::kPartial, "482137"},
           {"482137 partial", SerialClass::kPartial, "482137"},
           {"RASP 48217", SerialClass::kPartial, "48217"},
           {"T5120-17", SerialClass::kPartial, "T512017"},
           {"T5120", SerialClass::kPartial, "T5120"},
           {"T5120-17 AI", SerialClass::kPartial, "T512017AI"},
           {"T512017CK0441", SerialClass::kPartial, "T512017CK0441"},
           {"TMX515XX", SerialClass::kPartial, "TMX515??"},
           {"MOD 48217", SerialClass::kPartial, "48217"},
           {"MOD.48217", SerialClass::kPartial, "48217"},
           {"TMX515----", SerialClass::kPartial, "TMX515?"},
           {"KWD7741 (frame) - parcialmente removido", SerialClass::kPartial, "KWD7741"},
           {"KWD7741; partially erased", SerialClass::kPartial, "KWD7741"},
           {"817(2)2", SerialClass::kPartial, "817?2"},
           {"1.23E+11", SerialClass::kPartial, ""},
       }) {
    const SerialReading reading = ReadOnly(c.text);
    EXPECT_EQ(SerialClassName(reading.serial_class), SerialClassName(c.serial_class))
        << c.text << ": " << reading.reason;
    EXPECT_EQ(reading.canonical, c.canonical) << c.text;
  }
}

TEST(ReadSerialsTest, SeveralNumbersOnOneGun) {
  const std::vector<SerialReading> parts =
      ReadSerials("QRTK242 (armação); VNL058 (cano e ferrolho)");
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].canonical, "QRTK242");
  EXPECT_EQ(parts[0].part, SerialPart::kFrame);
  EXPECT_TRUE(parts[0].usable());
  EXPECT_EQ(parts[1].canonical, "VNL058");
  EXPECT_EQ(parts[1].part, SerialPart::kSlide);
  EXPECT_TRUE(parts[1].usable());

  const auto canonicals = [](const std::string& text) {
    std::vector<std::string> all;
    for (const SerialReading& r : ReadSerials(text)) {
      EXPECT_TRUE(r.usable()) << text;
      all.push_back(r.canonical);
    }
    return all;
  };
  EXPECT_THAT(canonicals("24417; 790418"), ElementsAre("24417", "790418"));
  EXPECT_THAT(canonicals("02991 / F 48120"), ElementsAre("02991", "F48120"));
  EXPECT_THAT(canonicals("BKA417 e CVK902"), ElementsAre("BKA417", "CVK902"));
  EXPECT_THAT(canonicals("BKA417, CVK902"), ElementsAre("BKA417", "CVK902"));
  EXPECT_THAT(canonicals("FRAME: BKA417; SLIDE: CVK902"), ElementsAre("BKA417", "CVK902"));
  EXPECT_THAT(canonicals("QRTK242 (frame) VNL058 (barrel and slide)"),
              ElementsAre("QRTK242", "VNL058"));
  EXPECT_THAT(canonicals("QRTK242 (frame) and VNL058 (barrel)"), ElementsAre("QRTK242", "VNL058"));
  EXPECT_THAT(canonicals("QRTK242/VNL058"), ElementsAre("QRTK242", "VNL058"));
  EXPECT_THAT(canonicals("QRTK242 no cano e no ferrolho"), ElementsAre("QRTK242"));
  EXPECT_THAT(canonicals("2014/007719045-06"), ElementsAre("201400771904506"));
  // A letter of a maker's number is no conjunction.
  EXPECT_THAT(canonicals("T5120-14 E 00911"), ElementsAre("T512014E00911"));
  EXPECT_THAT(canonicals("BTA E 417"), ElementsAre("BTAE417"));
}

TEST(ReadSerialsTest, ReadingsOfOneNumberAreInDoubt) {
  for (const char* text :
       {"BX61208/BX81208", "BX61208 / BX81208", "BX61208;BX81208", "BX61208, BX81208",
        "BX61208\nBX81208", "BX61208 (frame); BX81208", "B183762 / 8183762", "XKR41702; XKR41720",
        "XKR41702; XKR4170", "XKR41702; XKR51703"}) {
    const std::vector<SerialReading> readings = ReadSerials(text);
    ASSERT_THAT(readings, SizeIs(2)) << text;
    for (const SerialReading& reading : readings) {
      EXPECT_TRUE(reading.usable()) << text;
      EXPECT_EQ(reading.doubt, SerialDoubt::kNote) << text << ": " << reading.reason;
    }
  }
  // Two numbers of a gun, or one number twice.
  for (const char* text : {"BX61208/BX94471", "BX61208/BX61208", "BX61208 (frame); BX81208 (slide)",
                           "24417; 790418"}) {
    const std::vector<SerialReading> readings = ReadSerials(text);
    ASSERT_THAT(readings, SizeIs(2)) << text;
    for (const SerialReading& reading : readings) {
      EXPECT_EQ(reading.doubt, SerialDoubt::kNone) << text << ": " << reading.reason;
    }
  }
}

TEST(ReadSerialsTest, ABlotInFrontBeginsALine) {
  EXPECT_TRUE(ReadOnly("• HWD3322").usable());
  EXPECT_EQ(ReadOnly("• HWD3322").canonical, "HWD3322");
}

TEST(ReadSerialsTest, AnUnreadCharacterBehindANoteBelongsToTheNextNumber) {
  const std::vector<SerialReading> readings = ReadSerials("QRTK242 (frame) *NL058 (barrel)");
  ASSERT_THAT(readings, SizeIs(2));
  EXPECT_TRUE(readings[0].usable());
  EXPECT_EQ(readings[1].serial_class, SerialClass::kPartial);
  EXPECT_EQ(readings[1].canonical, "?NL058");
}

TEST(ReadSerialsTest, FieldsThatAreTooLongAreText) {
  EXPECT_EQ(ReadOnly(std::string(2000, '7')).serial_class, SerialClass::kText);
  EXPECT_EQ(ReadOnly("12345 " + std::string(1500, ' ')).serial_class, SerialClass::kText);
}

TEST(SerialKeyTest, OneToOneForUsualLengths) {
  std::set<uint64_t> keys;
  for (const char* s : {"0", "00", "000", "A", "A0", "0A", "ZZZZZZZZZZZZ", "ZZZZZZZZZZZY", "1",
                        "XKR417", "XKR418", "YZZZZZZZZZZZZ", "ZZZZZZZZZZZZZ"}) {
    EXPECT_NE(SerialKey(s), 0u);
    EXPECT_TRUE(keys.insert(SerialKey(s)).second) << s;
  }
  EXPECT_EQ(SerialKey(""), 0u);
}

TEST(SerialLikenessTest, MakesOneOfWhatIsTakenForEachOther) {
  EXPECT_EQ(SerialLikeness("DQILZSGBV7"), "00112568U7");
  EXPECT_EQ(SerialLikeness(SerialLikeness("DQILZSGBV7")), SerialLikeness("DQILZSGBV7"));
  EXPECT_EQ(LikenessKey("AB5127"), LikenessKey("A8S1Z7"));
  EXPECT_NE(LikenessKey("AB5127"), LikenessKey("AB5128"));
}

TEST(AddSerialFactsTest, FramesFirstAndNothingThatItsRecordDoubts) {
  absl::InlinedVector<SerialFact, 1> facts;
  AddSerialFacts("VNL058", SerialPart::kSlide, StatedLegibility::kClear, &facts);
  AddSerialFacts("QRTK242 (frame)", SerialPart::kUnspecified, StatedLegibility::kRestored, &facts);
  AddSerialFacts("QRTK 242 (frame)", SerialPart::kUnspecified, StatedLegibility::kClear, &facts);
  AddSerialFacts("QRT", SerialPart::kFrame, StatedLegibility::kPartial, &facts);
  AddSerialFacts("QRTK778", SerialPart::kFrame, StatedLegibility::kObliterated, &facts);
  AddSerialFacts("RASPADO", SerialPart::kFrame, StatedLegibility::kClear, &facts);
  AddSerialFacts("PT 9240", SerialPart::kFrame, StatedLegibility::kClear, &facts,
                 {"Taurus", "PT-9240", ""});
  ASSERT_THAT(facts, SizeIs(2));
  EXPECT_EQ(facts[0].key, SerialKey("QRTK242"));
  EXPECT_EQ(facts[0].length, 7);
  EXPECT_EQ(facts[0].part, SerialPart::kFrame);
  EXPECT_EQ(facts[1].key, SerialKey("VNL058"));
}

TEST(AddSerialFactsTest, ANumberReadInPartIsKeptAsSuch) {
  absl::InlinedVector<SerialFact, 1> facts;
  AddSerialFacts("QRTK777", SerialPart::kFrame, StatedLegibility::kPartial, &facts);
  AddSerialFacts("QR?K7?7", SerialPart::kFrame, StatedLegibility::kUnspecified, &facts);
  AddSerialFacts("?RT?7?", SerialPart::kFrame, StatedLegibility::kClear, &facts);
  ASSERT_THAT(facts, SizeIs(2)) << "three characters tell nothing";
  for (const SerialFact& fact : facts) {
    EXPECT_TRUE(fact.partial);
    EXPECT_EQ(fact.length, 7);
    EXPECT_EQ(fact.part, SerialPart::kFrame);
  }
  EXPECT_NE(facts[0].key, facts[1].key);
}

}  // namespace
}  // namespace serieslink::linkage
