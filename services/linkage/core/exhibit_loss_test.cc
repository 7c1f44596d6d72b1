#include "services/linkage/core/exhibit_loss.h"

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

record::v1::Record RecordOf(const char* text) {
  record::v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

// "found 2024", "found" or "gone", of the exhibit at `place`.
std::string Told(const record::v1::Record& record, int place) {
  const FoundAgain found = FoundAgainOf(record, record.exhibits(place));
  const record::v1::Loss loss = LossOfExhibit(record, record.exhibits(place));
  EXPECT_EQ(loss.cancelled_as_found(), found.is_found);
  EXPECT_EQ(loss.has_found(), found.when != nullptr);
  if (!found.is_found) return "gone";
  if (found.when == nullptr) return "found";
  EXPECT_EQ(loss.found().text(), found.when->text());
  return "found " + found.when->text();
}

TEST(ExhibitLossTest, OneOfSeveralIsFoundAgain) {
  const record::v1::Record record = RecordOf(R"pb(
    event { loss { kind: LOSS_KIND_STOLEN holder_token: "h" } }
    exhibits { exhibit_reference: "A" }
    exhibits { exhibit_reference: "B" cancelled_as_found: true }
    exhibits {
      exhibit_reference: "C"
      cancelled_as_found: true
      found { text: "2024" }
    })pb");
  EXPECT_EQ(Told(record, 0), "gone");
  EXPECT_EQ(Told(record, 1), "found");
  EXPECT_EQ(Told(record, 2), "found 2024");
  const record::v1::Loss loss = LossOfExhibit(record, record.exhibits(2));
  EXPECT_EQ(loss.kind(), record::v1::LOSS_KIND_STOLEN);
  EXPECT_EQ(loss.holder_token(), "h");
  EXPECT_FALSE(IsWholeLossFoundAgain(record));
}

TEST(ExhibitLossTest, AWholeReportIsOfAllItsGunsAndWhatIsSaidOfOneGoesBefore) {
  record::v1::Record record = RecordOf(R"pb(
    event {
      loss {
        cancelled_as_found: true
        found { text: "2023" }
      }
    }
    exhibits { exhibit_reference: "A" }
    exhibits {
      exhibit_reference: "B"
      found { text: "2024" }
    })pb");
  EXPECT_EQ(Told(record, 0), "found 2023");
  EXPECT_EQ(Told(record, 1), "found 2024");
  EXPECT_TRUE(IsWholeLossFoundAgain(record));
  record.mutable_event()->mutable_loss()->clear_found();
  EXPECT_EQ(Told(record, 0), "found");
}

TEST(ExhibitLossTest, AllByThemselvesAreAllTogether) {
  record::v1::Record record = RecordOf(R"pb(
    event { loss { kind: LOSS_KIND_LOST } }
    exhibits { exhibit_reference: "A" cancelled_as_found: true }
    exhibits { exhibit_reference: "B" cancelled_as_found: true })pb");
  EXPECT_TRUE(IsWholeLossFoundAgain(record));
  record.mutable_exhibits(0)->set_cancelled_as_found(false);
  EXPECT_FALSE(IsWholeLossFoundAgain(record));
  // Nothing is said of any gun.
  record.clear_exhibits();
  EXPECT_FALSE(IsWholeLossFoundAgain(record));
  record.mutable_event()->mutable_loss()->set_cancelled_as_found(true);
  EXPECT_TRUE(IsWholeLossFoundAgain(record));
}

}  // namespace
}  // namespace serieslink::linkage
