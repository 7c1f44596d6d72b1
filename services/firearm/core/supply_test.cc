#include "services/firearm/core/supply.h"

#include <algorithm>
#include <deque>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::firearm {
namespace {

using ::testing::ElementsAre;

constexpr char kConfirmed[] = "exhibits { firearm { confirmed_types: FIREARM_TYPE_";
constexpr char kApparent[] = "exhibits { firearm { apparent_types: FIREARM_TYPE_";
constexpr char kStolen[] =
    "event { kind: EVENT_KIND_LOSS loss { kind: LOSS_KIND_STOLEN } } exhibits {}";
constexpr char kSeized[] =
    "event { kind: EVENT_KIND_BORDER_SEIZURE consignment { declared_origin: 'DE' "
    "true_origin: 'TR' } } exhibits {}";

class SupplyTest : public testing::Test {
 protected:
  void Add(const std::string& text, bool loss_is_cancelled = false) {
    record::v1::Record& record = records_.emplace_back();
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
    const std::string number = absl::StrCat(exhibits_.size());
    exhibits_.push_back(
        {&record, 0, absl::StrCat("RC-", number), absl::StrCat("EX-", number), loss_is_cancelled});
  }

  // "kind kind: basis basis", with "!" behind a contradiction.
  std::string Words() {
    const linkage::v1::WeaponSupply supply = AssessSupply(exhibits_);
    EXPECT_EQ(supply.kind(), supply.kinds(0));
    EXPECT_EQ(supply.statement_count(), supply.statements_size());
    std::string words;
    for (const int kind : supply.kinds()) {
      absl::StrAppend(&words, words.empty() ? "" : " ",
                      linkage::v1::SupplyKind_Name(kind).substr(12));
    }
    words += ":";
    for (const auto& statement : supply.statements()) {
      absl::StrAppend(&words, " ", linkage::v1::SupplyBasis_Name(statement.basis()).substr(13));
    }
    if (supply.is_contradicted()) words += " !";
    return words;
  }

  std::deque<record::v1::Record> records_;
  std::vector<SuppliedExhibit> exhibits_;
};

TEST_F(SupplyTest, NothingStatedIsUnknown) {
  EXPECT_EQ(Words(), "UNKNOWN:");
  Add("exhibits { firearm { confirmed_types: FIREARM_TYPE_PISTOL } }");
  EXPECT_EQ(Words(), "UNKNOWN:");
}

TEST_F(SupplyTest, AGunCanBeOfSeveralSources) {
  Add(kSeized);
  Add(kStolen);
  Add(absl::StrCat(kConfirmed, "CONVERTED_BLANK_FIRER } }"));
  EXPECT_EQ(Words(),
            "CONVERTED_BLANK_FIRER STOLEN_LAWFUL IMPORTED: EXAMINATION LOSS BORDER_SEIZURE");
  EXPECT_EQ(AssessSupply(exhibits_).statements(2).origin(), "TR");
}

TEST_F(SupplyTest, EachStatementKeepsItsGradeDateAndRecord) {
  Add("source { agency: 'nabis' } grading { source: '1' information: 'A' } exhibits { "
      "legal_classes { legal_class: LEGAL_CLASS_SECTION_58_ANTIQUE as_of { latest { seconds: 9 } } "
      "basis: 'obsolete calibre' assessed_by: 'a laboratory' } }");
  Add("event { occurred { latest { seconds: 5 } } } exhibits { firearm { apparent_types: "
      "FIREARM_TYPE_ANTIQUE } }");
  EXPECT_EQ(Words(), "ANTIQUE: LEGAL_CLASS APPEARANCE");
  const auto supply = AssessSupply(exhibits_);
  const auto& classed = supply.statements(0);
  EXPECT_EQ(classed.agency(), "nabis");
  EXPECT_EQ(classed.record_id(), "RC-0");
  EXPECT_EQ(classed.exhibit_id(), "EX-0");
  EXPECT_EQ(classed.grading().information(), "A");
  EXPECT_EQ(classed.date().latest().seconds(), 9);
  EXPECT_EQ(classed.stated_basis(), "obsolete calibre");
  EXPECT_EQ(classed.assessed_by(), "a laboratory");
  EXPECT_FALSE(supply.statements(1).has_grading());
  EXPECT_EQ(supply.statements(1).date().latest().seconds(), 5);
}

TEST_F(SupplyTest, WhatIsUnsureOrExaminedIsNotJudgedByItsLooks) {
  Add(absl::StrCat(kApparent, "HOMEMADE } }"));
  EXPECT_EQ(Words(), "HOMEMADE: APPEARANCE");
  exhibits_.clear();
  Add("exhibits { firearm { apparent_types: FIREARM_TYPE_HOMEMADE apparent_types: "
      "FIREARM_TYPE_PISTOL } }");
  EXPECT_EQ(Words(), "UNKNOWN:");
  exhibits_.clear();
  Add("exhibits { firearm { apparent_types: FIREARM_TYPE_HOMEMADE confirmed_types: "
      "FIREARM_TYPE_PISTOL } }");
  EXPECT_EQ(Words(), "UNKNOWN:");
}

TEST_F(SupplyTest, NoGunIsOfTwoMakings) {
  Add(absl::StrCat(kConfirmed, "REACTIVATED } }"));
  Add(absl::StrCat(kApparent, "HOMEMADE } }"));
  EXPECT_EQ(Words(), "REACTIVATED HOMEMADE: EXAMINATION APPEARANCE");
  Add(absl::StrCat(kConfirmed, "3D_PRINTED } }"));
  EXPECT_EQ(Words(), "REACTIVATED HOMEMADE: EXAMINATION EXAMINATION APPEARANCE !");
  // Looks that differ contradict each other where nobody examined or classed it.
  exhibits_.clear();
  Add(absl::StrCat(kApparent, "HOMEMADE } }"));
  Add(absl::StrCat(kApparent, "ANTIQUE } }"));
  EXPECT_EQ(Words(), "HOMEMADE ANTIQUE: APPEARANCE APPEARANCE !");
}

TEST_F(SupplyTest, GoodsOfUnknownOriginAreImportedFromNoKnownCountry) {
  Add("event { kind: EVENT_KIND_BORDER_SEIZURE consignment {} } exhibits {}");
  EXPECT_EQ(Words(), "IMPORTED: BORDER_SEIZURE");
  EXPECT_EQ(AssessSupply(exhibits_).statements(0).origin(), "");
}

TEST_F(SupplyTest, ALossThatIsNoneAndGoodsOnTheirWayOutSayNothing) {
  Add(kStolen, true);
  Add("event { kind: EVENT_KIND_LOSS loss { kind: LOSS_KIND_LOST cancelled_as_found: true } } "
      "exhibits {}");
  Add("event { kind: EVENT_KIND_LOSS loss { kind: LOSS_KIND_STOLEN } } "
      "exhibits { cancelled_as_found: true } exhibits {}");
  Add("event { kind: EVENT_KIND_BORDER_SEIZURE consignment { declared_origin: 'GB' } } "
      "exhibits {}");
  EXPECT_EQ(Words(), "UNKNOWN:");
  Add("event { kind: EVENT_KIND_LOSS loss { kind: LOSS_KIND_LOST } } exhibits {}");
  EXPECT_EQ(Words(), "LOST_LAWFUL: LOSS");
}

TEST_F(SupplyTest, TheOrderOfExhibitsPlaysNoPart) {
  Add(kSeized);
  Add(kStolen);
  Add(absl::StrCat(kConfirmed, "ANTIQUE } }"));
  Add(absl::StrCat(kApparent, "ANTIQUE } }"));
  const std::string first = AssessSupply(exhibits_).SerializeAsString();
  for (int i = 0; i < 3; ++i) {
    std::rotate(exhibits_.begin(), exhibits_.begin() + 1, exhibits_.end());
    EXPECT_EQ(AssessSupply(exhibits_).SerializeAsString(), first);
  }
  for (int i = 0; i < 200; ++i) Add(kStolen);
  const auto many = AssessSupply(exhibits_);
  EXPECT_EQ(many.statements_size(), kSupplyStatementsMax);
  EXPECT_EQ(many.statement_count(), 204);
  EXPECT_THAT(many.kinds(),
              ElementsAre(linkage::v1::SUPPLY_KIND_ANTIQUE, linkage::v1::SUPPLY_KIND_STOLEN_LAWFUL,
                          linkage::v1::SUPPLY_KIND_IMPORTED));
}

}  // namespace
}  // namespace serieslink::firearm
