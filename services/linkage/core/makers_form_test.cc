#include "services/linkage/core/makers_form.h"

#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

TEST(MakersFormTest, FormsOfKnownMakers) {
  for (const char* text :
       {"4711",           "482137",    "371482137",  "A482137",    "G06336611",  "AB48217",
        "XKR417",         "ABE573528", "AII3060273", "DGGG511",    "OF604471",   "0A184388",
        "KMK27069D",      "MV94648B",  "EL0148H",    "ARP953US",   "DGGG511US",  "70B12375",
        "5K70912",        "21BC01234", "245PN67417", "58B081732",  "82341CC",    "482137N",
        "T512016CK04417", "SV7A12375", "M70AB05521", "47A012375M", "42817MZ553", "RT21088164",
        "0741621695"}) {
    EXPECT_TRUE(HasMakersForm(text)) << text;
  }
}

TEST(MakersFormTest, FormsOfOtherThings) {
  for (const char* text :
       {"", "123", "A1B2C3D4", "3F2A9C1B", "AB12CDE", "A123BCD", "ABC123D", "ABC1D23", "SW1A1AA",
        "VOID1234", "ITEM00012", "SSPRJ5817", "490154203237518", "A123456789", "P320M17",
        "AK47M70B2", "1234ABC", "PNC12345678A", "2154CHCKE"}) {
    EXPECT_FALSE(HasMakersForm(text)) << text;
  }
}

}  // namespace
}  // namespace serieslink::linkage
