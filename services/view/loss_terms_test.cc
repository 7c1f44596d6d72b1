#include "services/view/loss_terms.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/view/firearm_terms.h"

namespace serieslink::view {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr char kLoss[] = R"(
  source { agency: "kent" }
  event {
    kind: EVENT_KIND_LOSS
    occurred { latest { seconds: 86399 } precision: DATE_PRECISION_DAY }
    place { police_force: "kent" }
    crime_references { issuing_force: "kent" year: 2018 number: "A/0012" }
    loss { kind: LOSS_KIND_STOLEN holder_token: "h-9f 3" certificate_token: "c1"
           storage: " Gun cabinet" }
  }
  exhibits { kind: EXHIBIT_KIND_DESCRIBED_GUN
             firearm { make: "Glock" serials { text: "ab 12" }
                       apparent_types: FIREARM_TYPE_PISTOL } }
  exhibits { kind: EXHIBIT_KIND_AMMUNITION_LOT })";

record::v1::Record LossOf(const std::string& text) {
  record::v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record));
  return record;
}

std::vector<std::vector<std::string>> EntriesOf(const record::v1::Record& record, int place) {
  TermCache cache;
  graph::FirearmEntries entries;
  const FirearmTerms terms = FirearmTermsOf(record, record.exhibits(place), cache);
  AddLossEntries(record, record.exhibits(place), stolen::v1::REPORT_SOURCE_NABIS, terms,
                 graph::EncodeFirearmFacets(FacetsOf(terms)), 65536, 3, entries);
  std::vector<std::vector<std::string>> parts;
  entries.ForEach([&](std::string_view key, std::string_view) {
    parts.push_back(graph::ParseFirearmKey(key).value().parts);
  });
  return parts;
}

TEST(LossTermsTest, AReportIsFoundByEachOfItsFields) {
  const record::v1::Record record = LossOf(kLoss);
  const std::string day = LossDayPart(86'399);
  const std::string reference = ReferenceTerm(record.event().crime_references(0));
  EXPECT_THAT(
      EntriesOf(record, 0),
      UnorderedElementsAre(
          ElementsAre("a", day), ElementsAre("d1", day), ElementsAre("gkent", day),
          ElementsAre("hH-9F3", day), ElementsAre("k2", day), ElementsAre("lKENT", day),
          ElementsAre("mGLOCK", day), ElementsAre("r" + reference, day), ElementsAre("sAB12", day),
          ElementsAre("tC1", day), ElementsAre("u3", day), ElementsAre("yGUN CABINET", day),
          // It can have happened at any time before: what many reports share, it has once more.
          ElementsAre("x2a", day), ElementsAre("x2d1", day), ElementsAre("x2gkent", day),
          ElementsAre("x2k2", day), ElementsAre("x2lKENT", day), ElementsAre("x2mGLOCK", day),
          ElementsAre("x2u3", day), ElementsAre("x2yGUN CABINET", day)));
}

TEST(LossTermsTest, WhatAReportSaysItselfIsFoundByIt) {
  record::v1::Record record = LossOf(kLoss);
  const std::string day = LossDayPart(86'399);
  const auto has = [&](LossField field, const std::string& value = "") {
    const auto parts = EntriesOf(record, 0);
    const std::vector<std::string> wanted = {LossPart(field, value), day};
    return std::find(parts.begin(), parts.end(), wanted) != parts.end();
  };
  for (const LossField field : {LossField::kPart, LossField::kCancelled, LossField::kBack,
                                LossField::kNoArea, LossField::kDoubt, LossField::kMore}) {
    EXPECT_FALSE(has(field)) << static_cast<char>(field);
  }
  record.mutable_exhibits(0)->mutable_firearm()->set_is_complete(false);
  EXPECT_TRUE(has(LossField::kPart));
  EXPECT_FALSE(has(LossField::kPart, std::string(kDiffering)));
  record.mutable_exhibits(0)->mutable_firearm()->clear_is_complete();
  EXPECT_FALSE(has(LossField::kPart));
  record.mutable_exhibits(0)->add_legal_classes()->set_legal_class(
      record::v1::LEGAL_CLASS_COMPONENT_PART);
  EXPECT_TRUE(has(LossField::kPart));
  EXPECT_FALSE(has(LossField::kDoubt));
  record.mutable_exhibits(0)->mutable_firearm()->set_is_complete(true);
  EXPECT_TRUE(has(LossField::kDoubt));
  EXPECT_TRUE(has(LossField::kMore));
  record.mutable_exhibits(0)->clear_legal_classes();
  EXPECT_FALSE(has(LossField::kDoubt));
  record.mutable_event()->mutable_loss()->set_cancelled_as_found(true);
  EXPECT_TRUE(has(LossField::kCancelled));
  EXPECT_TRUE(has(LossField::kDoubt));
  EXPECT_FALSE(has(LossField::kDoubt, std::string(kDiffering)));
  EXPECT_TRUE(has(LossField::kMore));
  record.mutable_event()->mutable_loss()->set_cancelled_as_found(false);
  EXPECT_FALSE(has(LossField::kDoubt));
  // Of several, this one or another.
  record.mutable_exhibits(0)->set_cancelled_as_found(true);
  EXPECT_TRUE(has(LossField::kCancelled));
  EXPECT_TRUE(has(LossField::kDoubt));
  EXPECT_TRUE(has(LossField::kMore));
  record.mutable_exhibits(0)->set_cancelled_as_found(false);
  record::v1::Exhibit& another = *record.add_exhibits();
  another = record.exhibits(0);
  another.set_cancelled_as_found(true);
  EXPECT_FALSE(has(LossField::kCancelled));
  record.mutable_exhibits()->RemoveLast();
  record.mutable_event()->mutable_loss()->set_certificate_force("mps");
  EXPECT_TRUE(has(LossField::kDoubt));
  EXPECT_FALSE(has(LossField::kDoubt, std::string(kDiffering)));
  record.mutable_event()->mutable_loss()->set_holder_kind(record::v1::HOLDER_KIND_DEALER);
  EXPECT_TRUE(has(LossField::kNotified, NoticeTerm(stolen::v1::NOTICE_VERDICT_NOT_APPLICABLE)));
  record.mutable_exhibits(0)->set_kind(record::v1::EXHIBIT_KIND_GUN);
  EXPECT_TRUE(has(LossField::kBack));
  record.mutable_event()->clear_place();
  EXPECT_TRUE(has(LossField::kNoArea));
}

TEST(LossTermsTest, WhatARecordTellsIsOfEachOfItsGuns) {
  record::v1::Record record = LossOf(kLoss);
  record.mutable_exhibits()->DeleteSubrange(1, record.exhibits_size() - 1);
  *record.add_exhibits() = record.exhibits(0);
  const auto told = [&record] {
    return LossToldOf(record, stolen::v1::REPORT_SOURCE_POLICE, "kent");
  };
  EXPECT_FALSE(told().has_cancelled);
  EXPECT_TRUE(told().has_kept);
  record.mutable_exhibits(1)->set_cancelled_as_found(true);
  EXPECT_TRUE(told().has_cancelled);
  EXPECT_TRUE(told().has_kept);
  record.mutable_event()->mutable_loss()->set_cancelled_as_found(true);
  EXPECT_TRUE(told().has_cancelled);
  EXPECT_FALSE(told().has_kept);
}

TEST(LossTermsTest, AReportIsFoundByWhatItsNoticeCanBe) {
  record::v1::Record record = LossOf(kLoss);
  constexpr std::int64_t kDay = 86'400;
  record.mutable_event()->mutable_occurred()->mutable_earliest()->set_seconds(0);
  const auto verdicts = [&](std::int64_t earliest_day, std::int64_t latest_day) {
    auto& notified = *record.mutable_event()->mutable_loss()->mutable_notified();
    notified.mutable_earliest()->set_seconds(earliest_day * kDay);
    notified.mutable_latest()->set_seconds(latest_day * kDay + kDay - 1);
    notified.set_precision(type::v1::DATE_PRECISION_DAY);
    std::string found;
    for (const auto& parts : EntriesOf(record, 0)) {
      if (parts[0][0] == 'z') found += parts[0].substr(1);
    }
    return found;
  };
  EXPECT_EQ(verdicts(5, 5), "1");
  // A day less or more in another zone.
  EXPECT_EQ(verdicts(7, 7), "123");
  EXPECT_EQ(verdicts(9, 9), "2");
  EXPECT_EQ(verdicts(3, 20), "3");
  record.mutable_event()->mutable_loss()->mutable_notified()->set_precision(
      type::v1::DATE_PRECISION_UNKNOWN);
  for (const auto& parts : EntriesOf(record, 0)) EXPECT_NE(parts[0][0], 'z');
}

TEST(LossTermsTest, MoreIsKnownOfAGunThatALaboratoryHas) {
  const std::vector<std::string> more = {LossPart(LossField::kMore, {}), LossDayPart(86'399)};
  record::v1::Record record = LossOf(kLoss);
  record.set_kind(record::v1::RECORD_KIND_LABORATORY_ITEM);
  EXPECT_THAT(EntriesOf(record, 0), Not(Contains(more)));  // it is only described
  record.mutable_exhibits(0)->set_kind(record::v1::EXHIBIT_KIND_GUN);
  EXPECT_THAT(EntriesOf(record, 0), Contains(more));
  record.set_kind(record::v1::RECORD_KIND_LOSS);
  EXPECT_THAT(EntriesOf(record, 0), Not(Contains(more)));
}

TEST(LossTermsTest, APartThatALaboratoryHasIsBack) {
  const std::vector<std::string> more = {LossPart(LossField::kMore, {}), LossDayPart(86'399)};
  const std::vector<std::string> back = {LossPart(LossField::kBack, {}), LossDayPart(86'399)};
  record::v1::Record record = LossOf(kLoss);
  record.mutable_exhibits(0)->set_kind(record::v1::EXHIBIT_KIND_GUN_PART);
  record.set_kind(record::v1::RECORD_KIND_LOSS);
  EXPECT_THAT(EntriesOf(record, 0), Not(Contains(back)));
  // Who reports a loss had it before.
  record.mutable_exhibits(0)->add_custody();
  EXPECT_FALSE(IsPartInHand(record, record.exhibits(0)));
  EXPECT_THAT(EntriesOf(record, 0), Not(Contains(back)));
  record.mutable_exhibits(0)->clear_custody();
  record.set_kind(record::v1::RECORD_KIND_LABORATORY_ITEM);
  EXPECT_THAT(EntriesOf(record, 0), AllOf(Contains(back), Contains(more)));
  record.mutable_event()->set_kind(record::v1::EVENT_KIND_INCIDENT);
  record.set_kind(record::v1::RECORD_KIND_INCIDENT);
  EXPECT_FALSE(IsPartInHand(record, record.exhibits(0)));
  record.mutable_exhibits(0)->add_custody();
  EXPECT_TRUE(IsPartInHand(record, record.exhibits(0)));
}

TEST(LossTermsTest, ALossIsWideWhenItsDatesLieFarApart) {
  EXPECT_EQ(WideClassOf({0, 86'399}), std::nullopt);
  EXPECT_EQ(WideClassOf({-5, kNarrowLossMaxS - 5}), std::nullopt);
  EXPECT_EQ(WideClassOf({-5, kNarrowLossMaxS - 4}), 0);
  EXPECT_EQ(WideClassOf({-5, kWideLossMaxS[0] - 4}), 1);
  EXPECT_EQ(WideClassOf({-5, kWideLossMaxS[1] - 4}), 2);
  EXPECT_EQ(WideClassOf({linkage::TimeInterval::kUnknownEarliest, 0}), 2);
  // These stand before all others anyway.
  EXPECT_EQ(WideClassOf({}), std::nullopt);
  EXPECT_EQ(WideClassOf({0, linkage::TimeInterval::kUnknownLatest}), std::nullopt);
}

TEST(LossTermsTest, OnlyGunsAndPartsOfALossAreReportedLost) {
  record::v1::Record record = LossOf(kLoss);
  EXPECT_THAT(EntriesOf(record, 1), IsEmpty());
  record.mutable_event()->set_kind(record::v1::EVENT_KIND_RECOVERY);
  EXPECT_THAT(EntriesOf(record, 0), IsEmpty());
}

TEST(LossTermsTest, TheLatestLossComesFirstAndAnUnknownDateBeforeAll) {
  EXPECT_LT(LossDayPart(linkage::TimeInterval::kUnknownLatest), LossDayPart(2'000'000'000));
  EXPECT_LT(LossDayPart(2'000'000'000), LossDayPart(0));
}

TEST(LossTermsTest, AReferenceIsFoundAsEventsCompareIt) {
  type::v1::CrimeReference one;
  one.set_issuing_force("kent");
  one.set_year(2018);
  one.set_number("A/0012");
  type::v1::CrimeReference same = one;
  same.set_number("a 12");
  EXPECT_EQ(ReferenceTerm(one), ReferenceTerm(same));
  same.set_issuing_force("mps");
  EXPECT_NE(ReferenceTerm(one), ReferenceTerm(same));
  EXPECT_EQ(ReferenceTerm(type::v1::CrimeReference()), "");
}

TEST(LossTermsTest, LossesFarApartAreTwo) {
  constexpr std::int64_t kDayS = 86'400;
  const linkage::TimeInterval one{100 * kDayS, 101 * kDayS};
  const auto can_be = [&](std::int64_t earliest_s, std::int64_t latest_s) {
    const linkage::TimeInterval other{earliest_s, latest_s};
    EXPECT_EQ(CanBeOneLoss(one, other), CanBeOneLoss(other, one));
    return CanBeOneLoss(one, other);
  };
  EXPECT_TRUE(can_be(101 * kDayS, 200 * kDayS));
  EXPECT_TRUE(can_be(90 * kDayS, 300 * kDayS));
  EXPECT_TRUE(can_be((101 + 31) * kDayS, 300 * kDayS));
  EXPECT_FALSE(can_be((101 + 31) * kDayS + 1, 300 * kDayS));
  EXPECT_TRUE(can_be(10 * kDayS, (100 - 31) * kDayS));
  EXPECT_FALSE(can_be(10 * kDayS, (100 - 31) * kDayS - 1));
  EXPECT_TRUE(can_be(linkage::TimeInterval::kUnknownEarliest, 69 * kDayS));
  EXPECT_FALSE(can_be(linkage::TimeInterval::kUnknownEarliest, 68 * kDayS));
  EXPECT_TRUE(
      can_be(linkage::TimeInterval::kUnknownEarliest, linkage::TimeInterval::kUnknownLatest));
}

TEST(LossTermsTest, ALongTokenIsCutAsTheIndexCutsIt) {
  record::v1::Record record = LossOf(kLoss);
  record.mutable_event()->mutable_loss()->set_holder_token(std::string(200, 'x'));
  TermCache cache;
  for (const std::string& part :
       LossParts(record, record.exhibits(0), stolen::v1::REPORT_SOURCE_POLICE,
                 FirearmTermsOf(record, record.exhibits(0), cache))) {
    EXPECT_EQ(part, graph::CutFirearmPart(graph::FirearmOrder::kLoss, part));
  }
}

}  // namespace
}  // namespace serieslink::view
