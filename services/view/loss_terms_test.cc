#include "services/view/loss_terms.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/view/firearm_terms.h"

namespace serieslink::view {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

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
  exhibits { kind: EXHIBIT_KIND_DESCRIBED_GUN firearm { make: "Glock" serials { text: "ab 12" } } }
  exhibits { kind: EXHIBIT_KIND_AMMUNITION_LOT })";

record::v1::Record RecordOf(const std::string& text) {
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
  const record::v1::Record record = RecordOf(kLoss);
  const std::string day = LossDayPart(86'399);
  const std::string reference = ReferenceTerm(record.event().crime_references(0));
  EXPECT_THAT(
      EntriesOf(record, 0),
      ElementsAre(ElementsAre("a", day), ElementsAre("gkent", day), ElementsAre("hH-9F3", day),
                  ElementsAre("k2", day), ElementsAre("lKENT", day), ElementsAre("mGLOCK", day),
                  ElementsAre("r" + reference, day), ElementsAre("sAB12", day),
                  ElementsAre("tC1", day), ElementsAre("u3", day), ElementsAre("x", day),
                  ElementsAre("yGUN CABINET", day)));
}

TEST(LossTermsTest, MoreIsKnownOfAGunThatALaboratoryHas) {
  const std::vector<std::string> more = {LossPart(LossField::kMore, {}), LossDayPart(86'399)};
  record::v1::Record record = RecordOf(kLoss);
  record.set_kind(record::v1::RECORD_KIND_LABORATORY_ITEM);
  EXPECT_THAT(EntriesOf(record, 0), Not(Contains(more)));  // it is only described
  record.mutable_exhibits(0)->set_kind(record::v1::EXHIBIT_KIND_GUN);
  EXPECT_THAT(EntriesOf(record, 0), Contains(more));
  record.set_kind(record::v1::RECORD_KIND_LOSS);
  EXPECT_THAT(EntriesOf(record, 0), Not(Contains(more)));
}

TEST(LossTermsTest, ALossIsWideWhenItsDatesLieFarApart) {
  EXPECT_FALSE(IsWideLoss({0, 86'399}));
  EXPECT_FALSE(IsWideLoss({-5, kNarrowLossMaxS - 5}));
  EXPECT_TRUE(IsWideLoss({-5, kNarrowLossMaxS - 4}));
  EXPECT_TRUE(IsWideLoss({}));
  EXPECT_TRUE(IsWideLoss({0, linkage::TimeInterval::kUnknownLatest}));
  EXPECT_TRUE(IsWideLoss({linkage::TimeInterval::kUnknownEarliest, 0}));
  EXPECT_FALSE(IsWideLoss(
      {linkage::TimeInterval::kUnknownLatest - 1, linkage::TimeInterval::kUnknownLatest}));
}

TEST(LossTermsTest, OnlyGunsAndPartsOfALossAreReportedLost) {
  record::v1::Record record = RecordOf(kLoss);
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

TEST(LossTermsTest, ALongTokenIsCutAsTheIndexCutsIt) {
  record::v1::Record record = RecordOf(kLoss);
  record.mutable_event()->mutable_loss()->set_holder_token(std::string(200, 'x'));
  TermCache cache;
  for (const std::string& part : LossParts(record, stolen::v1::REPORT_SOURCE_POLICE,
                                           FirearmTermsOf(record, record.exhibits(0), cache))) {
    EXPECT_EQ(part, graph::CutFirearmPart(graph::FirearmOrder::kLoss, part));
  }
}

}  // namespace
}  // namespace serieslink::view
