#include "services/linkage/core/other_things.h"

#include "gtest/gtest.h"
#include "services/linkage/core/latin_fold.h"

namespace serieslink::linkage {
namespace {

Otherness Of(const char* text) { return ShapeOfOtherThing(FoldToAscii(text)).otherness; }

TEST(OtherThingsTest, ShapesThatNoNumberHas) {
  for (const char* text : {"12.03.21",
                           "14:30:22",
                           "a123456@b.example",
                           "https://a.example/123456",
                           "www.guns4u.net",
                           "£200",
                           "€ 1.500,00",
                           "R$ 1500",
                           "95%",
                           "51°30'N 0°7'W",
                           "51.5074, -0.1278",
                           "07700 900123",
                           "07700900123",
                           "+44 7700 900123",
                           "0121 496 0000",
                           "1.5KG",
                           "1200 GR",
                           "1500 GBP",
                           "EUR 200000",
                           "SW1A 1AA",
                           "M1 1AE",
                           "B33 8TH"}) {
    EXPECT_EQ(Of(text), Otherness::kCertain) << text;
  }
}

TEST(OtherThingsTest, ShapesThatANumberCanHave) {
  for (const char* text :
       {"6500123/24",    "MG/724905",    "X: 482137", "LAB-2024-01234",  "12-34-56",
        "192.168.10.12", "943 476 5919", "51.5074",   "490154203237518", "912345678",
        "98765-4321",    "240105",       "AB123456C", "E09000014",       "01AB1234567",
        "AB-123-CD",     "TQ 123 456",   "1200 g",    "51.507N",         "C.R.N. 123456"}) {
    EXPECT_EQ(Of(text), Otherness::kPossible) << text;
  }
}

TEST(OtherThingsTest, NumbersHaveNone) {
  for (const char* text :
       {"", "-", "482137", "XKR 417", "T5120-16 CK 04417", "318-40726", "27-021234", "482.137",
        "1.482.137", "AB 2019", "LH_417.902", "E09482137", "740918-A", "HWD-3322", "07-04-02372-96",
        "82341CC", "AB123456Z"}) {
    EXPECT_EQ(Of(text), Otherness::kNone) << text;
  }
}

TEST(OtherThingsTest, Words) {
  for (const char* label : {"ITEM", "EXHIBIT", "LACRE", "CRIME", "IMEI"}) {
    EXPECT_EQ(WordOfOtherThing(label, true).otherness, Otherness::kCertain) << label;
    EXPECT_EQ(WordOfOtherThing(label, true).reason, "a reference of something else");
  }
  for (const char* word : {"CAD", "EXH", "NC", "LOST", "VOID", "WARD"}) {
    EXPECT_EQ(WordOfOtherThing(word, false).otherness, Otherness::kPossible) << word;
  }
  EXPECT_EQ(WordOfOtherThing("ID", true).otherness, Otherness::kPossible);
  EXPECT_EQ(WordOfOtherThing("ID", false).otherness, Otherness::kNone);
  for (const char* prefix : {"A", "AB", "XKR", "DGGG", ""}) {
    EXPECT_EQ(WordOfOtherThing(prefix, true).otherness, Otherness::kNone) << prefix;
  }
}

}  // namespace
}  // namespace serieslink::linkage
