#include "services/border/core/route_counts.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::border {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CountedConsignment Parcel(const std::string& declared, const std::string& found,
                          const std::vector<std::string>& transit, std::int64_t guns,
                          std::int64_t parts) {
  CountedConsignment one;
  one.details.set_declared_origin(declared);
  one.details.set_true_origin(found);
  for (const std::string& country : transit) one.details.add_transit(country);
  one.origin = found.empty() ? declared : found;
  one.items = {guns, parts};
  one.by_make["EKOL"] = one.items;
  return one;
}

std::vector<std::string> Rows(const RouteCounts& counts, const std::string& id) {
  std::vector<std::string> rows;
  for (const v1::RouteTable& table : counts.Tables(true)) {
    EXPECT_FALSE(table.counts().empty());
    if (table.id() != id) continue;
    for (const v1::RouteRow& row : table.rows()) {
      EXPECT_EQ(row.keys_size(), table.keys_size());
      rows.push_back(absl::StrCat(absl::StrJoin(row.keys(), "/"), " ", row.consignments(), " ",
                                  row.guns(), " ", row.parts(), " ", row.inland_weapons()));
    }
  }
  return rows;
}

TEST(RouteCountsTest, ConsignmentsGunsAndPartsAreThreeCounts) {
  RouteCounts counts(absl::UTCTimeZone());
  CountedConsignment first = Parcel("DE", "TR", {"BG", "NL", "BG"}, 2, 0);
  first.details.set_mode(record::v1::TRANSPORT_MODE_FAST_PARCEL);
  first.port = "GBDVR";
  counts.AddConsignment(first);
  counts.AddConsignment(Parcel("DE", "", {}, 0, 7));
  counts.AddConsignment(Parcel("", "", {}, 1, 1));
  EXPECT_THAT(Rows(counts, "border.declared_origin"), ElementsAre("DE 2 2 7 0", "unknown 1 1 1 0"));
  EXPECT_THAT(Rows(counts, "border.true_origin"), ElementsAre("TR 1 2 0 0", "unknown 2 1 8 0"));
  // Twice through one country counts once.
  EXPECT_THAT(Rows(counts, "border.transit"),
              ElementsAre("BG 1 2 0 0", "NL 1 2 0 0", "unknown 2 1 8 0"));
  EXPECT_THAT(Rows(counts, "border.route"),
              ElementsAre("DE/unknown/unknown 1 0 7 0", "TR/BG > NL > BG/GBDVR 1 2 0 0",
                          "unknown/unknown/unknown 1 1 1 0"));
  EXPECT_THAT(Rows(counts, "border.mode"), ElementsAre("fast parcel 1 2 0 0", "unknown 2 1 8 0"));
  EXPECT_THAT(Rows(counts, "border.make"), ElementsAre("EKOL 3 3 8 0"));
  EXPECT_THAT(Rows(counts, "border.quarter"), ElementsAre("unknown 3 3 8 0"));
}

TEST(RouteCountsTest, WeaponsInlandSayWhereTheyDiffer) {
  RouteCounts counts(absl::UTCTimeZone());
  counts.AddInland({{"TR"}, {"EKOL"}});
  counts.AddInland({{"TR"}, {}});
  counts.AddInland({{"TR", "US"}, {"EKOL"}});
  counts.AddInland({{}, {"RETAY"}});
  EXPECT_THAT(Rows(counts, "inland.country"),
              ElementsAre("TR 0 0 0 2", "records differ 0 0 0 1", "unknown 0 0 0 1"));
  EXPECT_THAT(Rows(counts, "inland.make"),
              ElementsAre("EKOL 0 0 0 2", "RETAY 0 0 0 1", "unknown 0 0 0 1"));
  for (const v1::RouteTable& table : counts.Tables(false)) {
    EXPECT_NE(table.id().substr(0, 7), "inland.");
  }
  EXPECT_THAT(counts.Tables(false), SizeIs(counts.Tables(true).size() - 2));
}

TEST(RouteCountsTest, QuartersStraddleOrAreUnknown) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_EQ(QuarterOf({1'735'689'600, 1'735'775'999}, utc), "2025Q1");
  EXPECT_EQ(QuarterOf({1'735'689'599, 1'735'689'600}, utc), "2024Q4/2025Q1");
  EXPECT_EQ(QuarterOf({}, utc), "unknown");
}

TEST(RouteCountsTest, ATableOfVeryManyRowsEndsInARestThatIsSummedUp) {
  RouteCounts counts(absl::UTCTimeZone());
  for (int i = 0; i < 1'500; ++i) {
    CountedConsignment one = Parcel("DE", "", {}, 1, 0);
    one.port = absl::StrCat("PORT", i);
    counts.AddConsignment(one);
  }
  std::vector<std::string> rows = Rows(counts, "border.port");
  ASSERT_THAT(rows, SizeIs(kRouteRowsMax));
  EXPECT_EQ(rows.back(), "all others 501 501 0 0");
  // What is not known keeps its row.
  counts.AddConsignment(Parcel("DE", "", {}, 1, 0));
  rows = Rows(counts, "border.port");
  ASSERT_THAT(rows, SizeIs(kRouteRowsMax));
  EXPECT_EQ(rows[rows.size() - 2], "unknown 1 1 0 0");
  EXPECT_EQ(rows.back(), "all others 502 502 0 0");
  EXPECT_THAT(Rows(counts, "inland.make"), IsEmpty());
}

}  // namespace
}  // namespace serieslink::border
