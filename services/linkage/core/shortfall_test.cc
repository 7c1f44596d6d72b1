#include "services/linkage/core/shortfall.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/part_kind.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ExhibitFacts Gun(std::uint64_t id, absl::string_view serial, absl::string_view make = "Glock",
                 absl::string_view calibre = "9x19", SerialPart part = SerialPart::kFrame) {
  ExhibitFacts gun;
  gun.public_id = id;
  gun.exhibit_number = id << 16;
  gun.record_number = id;
  gun.kind = ExhibitKind::kGun;
  gun.make = ReadMake(make).key;
  gun.calibre = ReadCalibre(calibre);
  AddSerialFacts(serial, part, StatedLegibility::kClear, &gun.serials);
  return gun;
}

std::vector<Shortfall> Of(const ExhibitFacts& a, const ExhibitFacts& b,
                          const RuleSet& rules = RuleSet::Serving()) {
  EXPECT_EQ(ShortfallsOf(a, b, rules), ShortfallsOf(b, a, rules));
  return ShortfallsOf(a, b, rules);
}

TEST(Shortfall, NothingFallsShortWhereTheRuleConfirms) {
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD-3322")), IsEmpty());
}

TEST(Shortfall, SaysWhatIsMissingOrDiffers) {
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD3323")), ElementsAre(Shortfall::kNumbersDiffer));
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "RASPADO")), ElementsAre(Shortfall::kNoUsableNumber));
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD3322", "")), ElementsAre(Shortfall::kMakeUnknown));
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD3322", "Beretta")),
              ElementsAre(Shortfall::kMakesDiffer));
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD3322", "Glock", "12 bore")),
              ElementsAre(Shortfall::kCalibresDiffer));
  EXPECT_THAT(
      Of(Gun(1, "HW332"), Gun(2, "HW332", "Beretta", "12 bore")),
      ElementsAre(Shortfall::kNumberTooShort, Shortfall::kMakesDiffer, Shortfall::kCalibresDiffer));
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD3322", "Glock", "9x19", SerialPart::kBarrel)),
              ElementsAre(Shortfall::kNumberNotOfFrame));
  EXPECT_THAT(Of(Gun(1, "417417"), Gun(2, "417417")), ElementsAre(Shortfall::kNumberInDoubt));
  EXPECT_THAT(Of(Gun(1, "417417"), Gun(2, "417417", "")),
              ElementsAre(Shortfall::kMakeUnknown, Shortfall::kNumberInDoubt));
}

TEST(Shortfall, TellsAReadingInPartFromNone) {
  EXPECT_TRUE(IsReadInPart(Gun(1, "HW?33?2")));
  EXPECT_FALSE(IsReadInPart(Gun(1, "H?3?")));
  EXPECT_FALSE(IsReadInPart(Gun(1, "RASPADO")));
  EXPECT_FALSE(IsReadInPart(Gun(1, "HWD3322")));
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HW?33?2")), ElementsAre(Shortfall::kNoUsableNumber));
}

TEST(Shortfall, PartsOfTwoKindsDoNotShareTheNumberOfOne) {
  const auto part = [](std::uint64_t id, absl::string_view kind) {
    ExhibitFacts facts = Gun(id, "HWD3322", "Glock", "9x19", SerialPart::kOther);
    facts.kind = ExhibitKind::kGunPart;
    facts.part_kind = PartKindKey(kind);
    return facts;
  };
  EXPECT_THAT(Of(part(1, "slide"), part(2, "Slide")), IsEmpty());
  EXPECT_THAT(Of(part(1, "slide"), part(2, "barrel")), ElementsAre(Shortfall::kNumberNotOfFrame));
  EXPECT_THAT(Of(part(1, "slide"), part(2, "")), ElementsAre(Shortfall::kNumberNotOfFrame));
  EXPECT_THAT(Of(part(1, "slide"), Gun(2, "HWD3322")), ElementsAre(Shortfall::kNumberNotOfFrame));
}

TEST(Shortfall, GunsListedApartAreNotOneWhateverTheirNumber) {
  ExhibitFacts a = Gun(1, "HWD3322");
  ExhibitFacts b = Gun(2, "HWD3322");
  a.apart_key = b.apart_key = 7;
  EXPECT_THAT(Of(a, b), ElementsAre(Shortfall::kListedApart));
}

TEST(Shortfall, WhatAGunFiredBearsNoNumber) {
  ExhibitFacts cases = Gun(2, "HWD3322");
  cases.kind = ExhibitKind::kCaseGroup;
  EXPECT_THAT(Of(Gun(1, "HWD3322"), cases), ElementsAre(Shortfall::kNoNumberOnKind));
}

TEST(Shortfall, PolicyMayLetNoRuleConfirm) {
  RuleSet rules = RuleSet::Serving();
  rules.confirms = false;
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD3322"), rules),
              ElementsAre(Shortfall::kRuleMayNotConfirm));
  EXPECT_THAT(Of(Gun(1, "HWD3322"), Gun(2, "HWD3322", ""), rules),
              ElementsAre(Shortfall::kMakeUnknown));
}

}  // namespace
}  // namespace serieslink::linkage
