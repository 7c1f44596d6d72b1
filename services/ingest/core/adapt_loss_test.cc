// What every feed can say of a loss: who held the guns and how, that they were found again, all of
// them or one by one.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapt_testing.h"
#include "services/ingest/core/limits.h"

namespace serieslink::ingest {
namespace {

using testing::AdaptText;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using testing::UnknownCodes;
using testing::Violations;

// A feed by which a loss can be reported.
struct LossFeed {
  const char* name;
  const char* agency;
  const char* path;  // of the report's own fields
  const char* head;  // up to the type of the report
  const char* occurred_field;
  const char* tail;
};

constexpr LossFeed kPoliceFeeds[] = {
    {"Mps", "mps", "mps.", "mps { report_number: '1/17' report_type: ", "committed", "}"},
    {"Force", "kent", "force.", "force { system: 'N' record_id: '1' record_type: ", "occurred",
     "}"},
    {"Nabis", "nabis", "nabis.event.", "nabis { entry_id: '1' event { event_type: ", "occurred",
     "} }"},
};

AdaptedMessage Report(const LossFeed& feed, const std::string& type, const std::string& fields) {
  return AdaptText(feed.agency, absl::StrCat(feed.head, "'", type, "' ", feed.occurred_field,
                                             ": '2024-01-08/2024-01-10' ", fields, feed.tail));
}

AdaptedMessage LossReport(const LossFeed& feed, const std::string& fields) {
  return Report(feed, "LOSS", absl::StrCat("loss_kind: 'STOLEN' ", fields));
}

// The same of a licensing unit.
AdaptedMessage LicensingReport(const std::string& fields) {
  return AdaptText("kent", absl::StrCat("licensing { report_id: '1' loss_kind: 'STOLEN' lost: "
                                        "'2024-01-08/2024-01-10' ",
                                        fields, "}"));
}

std::string ShowLoss(const AdaptedMessage& adapted) {
  record::v1::Record record;
  *record.mutable_event()->mutable_loss() = adapted.record.event().loss();
  return testing::ShowRecord(record);
}

// A line for each exhibit: its reference, whether it was found again and when.
std::vector<std::string> FoundExhibits(const AdaptedMessage& adapted) {
  std::vector<std::string> lines;
  for (const record::v1::Exhibit& exhibit : adapted.record.exhibits()) {
    lines.push_back(absl::StrCat(exhibit.exhibit_reference(),
                                 exhibit.cancelled_as_found() ? " found" : " gone",
                                 exhibit.has_found() ? " " : "", exhibit.found().text()));
  }
  return lines;
}

// The fields of `names` below `path`, each with `reason`.
std::vector<std::string> Fields(const std::string& path, const std::vector<std::string>& names,
                                const std::string& reason = "FIELD_INVALID") {
  std::vector<std::string> fields;
  for (const std::string& name : names) fields.push_back(absl::StrCat(path, name, " ", reason));
  return fields;
}

constexpr char kHolding[] =
    "holder_kind: 'CLUB' certificate_kind: 'SHOTGUN' certificate_force: 'Kent Police' "
    "certificate_token: 'c' holder_token: 'h' premises_token: 'p' place_kind: 'club' "
    "storage: 'cabinet' notified: '2024-01-11' ";

class AdaptLossTest : public ::testing::TestWithParam<LossFeed> {
 protected:
  std::string Path(const std::string& below = "") const {
    return absl::StrCat(GetParam().path, below);
  }
};

INSTANTIATE_TEST_SUITE_P(Police, AdaptLossTest, ::testing::ValuesIn(kPoliceFeeds),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(AdaptLossTest, PoliceSayAllThatALicensingUnitSays) {
  const std::string found = "cancelled_as_found: true found: '2024-03' guns {} ";
  const AdaptedMessage police =
      LossReport(GetParam(), absl::StrCat("loss { ", kHolding, "} ", found));
  const AdaptedMessage licensing = LicensingReport(kHolding + found);
  EXPECT_THAT(Violations(police), IsEmpty());
  EXPECT_THAT(Violations(licensing), IsEmpty());
  EXPECT_EQ(ShowLoss(police), ShowLoss(licensing));
  EXPECT_EQ(ShowLoss(police), testing::NormalRecord(R"pb(
              event {
                loss {
                  kind: LOSS_KIND_STOLEN
                  holder_kind: HOLDER_KIND_CLUB
                  certificate_kind: "SHOTGUN"
                  certificate_force: "Kent Police"
                  certificate_token: "c"
                  holder_token: "h"
                  premises_token: "p"
                  place_kind: "club"
                  storage: "cabinet"
                  notified { text: "2024-01-11" }
                  cancelled_as_found: true
                  found { text: "2024-03" }
                }
              })pb"));
}

TEST_P(AdaptLossTest, WhatIsNotSaidOfALossIsNotThere) {
  const AdaptedMessage adapted = LossReport(GetParam(), "loss {} ");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowLoss(adapted), testing::NormalRecord("event { loss { kind: LOSS_KIND_STOLEN } }"));
}

TEST_P(AdaptLossTest, WhatIsWrongIsNamed) {
  const AdaptedMessage adapted = LossReport(
      GetParam(),
      absl::StrCat("found: '2024-01-07' loss { certificate_token: 'a\\tb' holder_token: '",
                   std::string(kMaxCodeBytes + 1, 'x'), "' storage: '",
                   std::string(kMaxTextBytes + 1, 'x'), "' notified: '2024-01-07' } "));
  EXPECT_THAT(Violations(adapted),
              ElementsAre(Path("found DATE_ORDER"), Path("found FIELD_INVALID"),
                          Path("loss.certificate_token FIELD_INVALID"),
                          Path("loss.holder_token FIELD_TOO_LONG"),
                          Path("loss.storage FIELD_TOO_LONG"), Path("loss.notified DATE_ORDER")));
  EXPECT_THAT(Violations(LossReport(GetParam(), "loss { notified: 'soon' } ")),
              ElementsAre(Path("loss.notified DATE_MALFORMED")));
  // The dates leave it open.
  EXPECT_THAT(Violations(LossReport(GetParam(), "loss { notified: '2024-01-08' } ")), IsEmpty());
}

TEST_P(AdaptLossTest, AnUnknownKindOfHolderIsKeptAsWritten) {
  const AdaptedMessage adapted = LossReport(GetParam(), "loss { holder_kind: 'MUSEE' } ");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_THAT(UnknownCodes(adapted), ElementsAre(Path("loss.holder_kind=MUSEE")));
}

TEST_P(AdaptLossTest, NothingElseIsALoss) {
  const std::string fields =
      absl::StrCat("loss { ", kHolding, "} cancelled_as_found: true found: '2024-03' ");
  std::vector<std::string> refused = Fields(Path(), {"cancelled_as_found", "found"});
  for (std::string& field :
       Fields(Path("loss."),
              {"holder_kind", "certificate_kind", "certificate_force", "certificate_token",
               "holder_token", "premises_token", "place_kind", "storage", "notified"})) {
    refused.push_back(std::move(field));
  }
  for (const std::string type : {"RECOVERY", "SURRENDER", "DISPOSAL"}) {
    EXPECT_THAT(Violations(Report(GetParam(), type, fields)), ElementsAreArray(refused)) << type;
    EXPECT_THAT(Violations(Report(GetParam(), type, "loss {} ")), IsEmpty()) << type;
  }
  // Of a type that is none, any could be meant.
  EXPECT_EQ(Violations(Report(GetParam(), "GONE", fields)).size(), 1u);
}

// Of a licensing unit too.
std::vector<AdaptedMessage> OfAllFeeds(const std::string& fields) {
  std::vector<AdaptedMessage> reports = {LicensingReport(fields)};
  for (const LossFeed& feed : kPoliceFeeds) reports.push_back(LossReport(feed, fields));
  return reports;
}

std::vector<std::string> PathsOfAllFeeds() {
  std::vector<std::string> paths = {"licensing."};
  for (const LossFeed& feed : kPoliceFeeds) paths.emplace_back(feed.path);
  return paths;
}

TEST(AdaptFoundAgainTest, OneOfSeveralGunsIsFoundAgain) {
  for (const AdaptedMessage& adapted : OfAllFeeds(
           "guns { reference: 'A' } guns { reference: 'B' cancelled_as_found: true found: "
           "'2024-02-01' } items { reference: 'C' kind: 'GUN_PART' cancelled_as_found: true } "
           "items { reference: 'D' kind: 'AMMUNITION_LOT' }")) {
    EXPECT_THAT(Violations(adapted), IsEmpty());
    EXPECT_FALSE(adapted.record.event().loss().cancelled_as_found());
    EXPECT_THAT(FoundExhibits(adapted),
                ElementsAre("A gone", "B found 2024-02-01", "C found", "D gone"));
  }
}

TEST(AdaptFoundAgainTest, EachOfAWholeReportCanHaveBeenFoundAtATimeOfItsOwn) {
  for (const AdaptedMessage& adapted :
       OfAllFeeds("cancelled_as_found: true found: '2024-03' guns { reference: 'A' found: "
                  "'2024-02-01' } guns { reference: 'B' }")) {
    EXPECT_THAT(Violations(adapted), IsEmpty());
    EXPECT_TRUE(adapted.record.event().loss().cancelled_as_found());
    EXPECT_THAT(FoundExhibits(adapted), ElementsAre("A gone 2024-02-01", "B gone"));
  }
}

TEST(AdaptFoundAgainTest, WhatWasFoundIsCancelledAndNotBeforeTheLoss) {
  const std::vector<AdaptedMessage> reports = OfAllFeeds(
      "guns { reference: 'A' found: '2024-02' } guns { reference: 'B' "
      "cancelled_as_found: true found: '2024-01-07' } items { reference: 'C' kind: "
      "'GUN_PART' found: 'then' }");
  const std::vector<std::string> paths = PathsOfAllFeeds();
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_THAT(Violations(reports[i]), ElementsAre(paths[i] + "guns[0].found FIELD_INVALID",
                                                    paths[i] + "guns[1].found DATE_ORDER",
                                                    paths[i] + "items[0].found DATE_MALFORMED",
                                                    paths[i] + "items[0].found FIELD_INVALID"));
  }
}

constexpr char kFound[] = " cancelled_as_found: true found: '2024-02' ";

TEST(AdaptFoundAgainTest, OnlyWhatIsGoneIsFoundAgain) {
  const std::string guns = absl::StrCat("guns { reference: 'A'", kFound, "} ");
  const std::string items = absl::StrCat("items { reference: 'B' kind: 'GUN_PART'", kFound, "} ");
  for (const LossFeed& feed : kPoliceFeeds) {
    EXPECT_THAT(
        Violations(Report(feed, "DISPOSAL", guns + items)),
        ElementsAreArray(Fields(feed.path, {"guns[0].cancelled_as_found", "guns[0].found",
                                            "items[0].cancelled_as_found", "items[0].found"})))
        << feed.name;
    EXPECT_EQ(Violations(Report(feed, "GONE", guns + items)).size(), 1u) << feed.name;
  }
  EXPECT_THAT(Violations(AdaptText("border_force",
                                   absl::StrCat("border_force { seizure_number: '1' ", guns, "}"))),
              ElementsAreArray(Fields("border_force.guns[0].", {"cancelled_as_found", "found"})));
  // What a hub has is not gone, wherever it comes from.
  EXPECT_THAT(
      Violations(AdaptText(
          "nabis", absl::StrCat("nabis { entry_id: '1' exhibit { exhibit_type: 'GUN' found_at: "
                                "'LOSS' gun { ",
                                kFound, "} } }"))),
      ElementsAreArray(Fields("nabis.exhibit.gun.", {"cancelled_as_found", "found"})));
}

TEST(AdaptLossTest, TypesThatNobodyKnowsStayWithTheGunAsWritten) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    force {
      system: "S"
      record_id: "R"
      record_type: "LOSS"
      loss_kind: "STOLEN"
      guns { reference: "1" apparent_types: "PISTOL" apparent_types: "zap gun" }
      guns {
        reference: "2"
        apparent_types: "zap gun"
        confirmed_types: "zap gun"
        confirmed_types: "QX-9"
      }
    })pb");
  EXPECT_THAT(Violations(adapted), ::testing::IsEmpty());
  ASSERT_EQ(adapted.record.exhibits_size(), 2);
  EXPECT_THAT(adapted.record.exhibits(0).firearm().unknown_types(),
              ::testing::ElementsAre("zap gun"));
  EXPECT_THAT(adapted.record.exhibits(0).firearm().apparent_types(),
              ::testing::ElementsAre(record::v1::FIREARM_TYPE_PISTOL));
  EXPECT_THAT(adapted.record.exhibits(1).firearm().unknown_types(),
              ::testing::ElementsAre("zap gun", "QX-9"));
}

}  // namespace
}  // namespace serieslink::ingest
