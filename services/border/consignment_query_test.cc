#include "services/border/consignment_query.h"

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/view/border_terms.h"

namespace serieslink::border {
namespace {

using ::testing::IsEmpty;

constexpr char kParcel[] = R"(
    source { agency: 'border_force' source_system: 'SEIZURES' source_id: 'S1' }
    event {
      kind: EVENT_KIND_BORDER_SEIZURE
      occurred { earliest { seconds: 1735689600 } latest { seconds: 1735775999 } }
      consignment {
        mode: TRANSPORT_MODE_POST port_code: 'GBLHR' declared_origin: 'DE' true_origin: 'TR'
        transit: 'BG' transit: 'NL'
      }
    }
    exhibits { kind: EXHIBIT_KIND_GUN firearm { make: 'Ekol' } }
    exhibits { kind: EXHIBIT_KIND_AMMUNITION_LOT })";

template <typename Message>
Message Of(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

bool Matches(const std::string& filter, const std::string& more = "") {
  view::TermCache cache;
  const auto parsed = Of<v1::ConsignmentFilter>(filter);
  EXPECT_THAT(CheckFilter(parsed), IsEmpty());
  return ConsignmentQuery(parsed).Matches(Of<record::v1::Record>(kParcel + more), cache);
}

std::vector<std::string> BadFields(const std::string& filter) {
  std::vector<std::string> fields;
  for (const auto& bad : CheckFilter(Of<v1::ConsignmentFilter>(filter))) {
    fields.push_back(bad.field);
  }
  return fields;
}

TEST(ConsignmentQueryTest, EverythingThatIsGivenMustHold) {
  EXPECT_TRUE(Matches(""));
  EXPECT_TRUE(Matches("declared_origin: 'DE' true_origin: 'TR' transit: 'NL' port: 'gb lhr'"));
  EXPECT_FALSE(Matches("declared_origin: 'DE' true_origin: 'DE'"));
  EXPECT_FALSE(Matches("transit: 'FR'"));
  EXPECT_TRUE(Matches("country: 'DE'"));
  EXPECT_TRUE(Matches("country: 'BG'"));
  EXPECT_FALSE(Matches("country: 'FR'"));
  EXPECT_TRUE(Matches("modes: TRANSPORT_MODE_RAIL modes: TRANSPORT_MODE_POST"));
  EXPECT_FALSE(Matches("modes: TRANSPORT_MODE_UNKNOWN"));
  EXPECT_FALSE(Matches("port: 'unknown'"));
  EXPECT_TRUE(Matches("make: 'EKOL'"));
  EXPECT_FALSE(Matches("make: 'Retay'"));
  EXPECT_TRUE(Matches("has_guns: true"));
  EXPECT_FALSE(Matches("has_parts: true"));
  EXPECT_FALSE(Matches("agency: 'mps'"));
  EXPECT_FALSE(Matches("seized_from { seconds: 1735776000 }"));
  EXPECT_TRUE(Matches("seized_before { seconds: 1735689601 }"));
}

TEST(ConsignmentQueryTest, UnknownAsksForWhatIsNotKnown) {
  EXPECT_FALSE(Matches("true_origin: 'unknown'"));
  view::TermCache cache;
  record::v1::Record record = Of<record::v1::Record>(kParcel);
  record.mutable_event()->clear_consignment();
  record.mutable_event()->clear_occurred();
  for (const char* const filter :
       {"true_origin: 'unknown'", "declared_origin: 'unknown'", "transit: 'unknown'",
        "port: 'unknown'", "modes: TRANSPORT_MODE_UNKNOWN",
        "seized_from { seconds: 1735776000 }"}) {
    EXPECT_TRUE(ConsignmentQuery(Of<v1::ConsignmentFilter>(filter)).Matches(record, cache))
        << filter;
  }
  EXPECT_FALSE(
      ConsignmentQuery(Of<v1::ConsignmentFilter>("true_origin: 'TR'")).Matches(record, cache));
}

TEST(ConsignmentQueryTest, AGunThatIsNotWholeCountsAsAPart) {
  const std::string incomplete =
      " exhibits { exhibit_reference: 'x' kind: EXHIBIT_KIND_GUN firearm { is_complete: false } }";
  EXPECT_TRUE(Matches("has_parts: true", incomplete));
}

TEST(ConsignmentQueryTest, AMakeIsAskedOfGunsAndPartsOnly) {
  EXPECT_FALSE(Matches("make: 'Retay'",
                       " exhibits { exhibit_reference: 'x' kind: EXHIBIT_KIND_AMMUNITION_LOT "
                       "firearm { make: 'Retay' } }"));
  EXPECT_TRUE(Matches("make: 'Retay'",
                      " exhibits { exhibit_reference: 'x' kind: EXHIBIT_KIND_GUN_PART "
                      "firearm { make: 'Retay' } }"));
}

TEST(ConsignmentQueryTest, APortIsOneOfACountry) {
  for (const char* const code : {"ZZZZZ", "QQABC", "XXABC", "XIBEL", "AAABC"}) {
    EXPECT_EQ(view::StandingOfPort(code), view::PortStanding::kNoLocode) << code;
  }
  // Qatar, Kosovo, and installations in international waters.
  for (const char* const code : {"QADOH", "XKPRN", "XZABC", "NLRTM"}) {
    EXPECT_EQ(view::StandingOfPort(code), view::PortStanding::kPort) << code;
  }
}

TEST(ConsignmentQueryTest, TheRarestFieldIsLookedUp) {
  const auto part_of = [](const std::string& filter) {
    return ConsignmentQuery(Of<v1::ConsignmentFilter>(filter)).part();
  };
  EXPECT_EQ(part_of(""), "a");
  EXPECT_EQ(part_of("agency: 'border_force'"), "gborder_force");
  EXPECT_EQ(part_of("agency: 'border_force' modes: TRANSPORT_MODE_POST"), "m1");
  EXPECT_EQ(part_of("declared_origin: 'DE' true_origin: 'TR' port: 'GBLHR'"), "pGBLHR");
  EXPECT_EQ(part_of("true_origin: 'unknown' port: 'unknown'"), "a");
  EXPECT_EQ(part_of("modes: TRANSPORT_MODE_UNKNOWN"), "a");
}

TEST(ConsignmentQueryTest, EveryBadFieldIsNamed) {
  EXPECT_THAT(BadFields("declared_origin: 'Turkey' true_origin: 'tr' transit: '1A' country: "
                        "'unknown' modes: TRANSPORT_MODE_UNSPECIFIED port: '--' make: 'unknown' "
                        "agency: 'Border Force' seized_from { seconds: 20 } "
                        "seized_before { seconds: 10 }"),
              testing::IsSupersetOf({"filter.declared_origin", "filter.true_origin",
                                     "filter.transit", "filter.country", "filter.modes",
                                     "filter.port", "filter.make", "filter.agency"}));
}

TEST(ConsignmentQueryTest, OnlyMakeAgencyAndPeriodAreAskedOfGunsInland) {
  const auto may_ask = [](const std::string& filter) {
    return ConsignmentQuery(Of<v1::ConsignmentFilter>(filter)).may_ask_of_inland();
  };
  EXPECT_TRUE(may_ask("make: 'Ekol' agency: 'mps' seized_from { seconds: 1735776000 }"));
  EXPECT_FALSE(may_ask("port: 'GBLHR'"));
  EXPECT_FALSE(may_ask("country: 'TR'"));
  EXPECT_FALSE(may_ask("has_parts: true"));
}

// What the index holds of a seizure leads to it whatever is asked for.
TEST(ConsignmentQueryTest, TheIndexHasATermForEveryFieldThatIsLookedUp) {
  view::TermCache cache;
  const auto record = Of<record::v1::Record>(kParcel);
  graph::FirearmEntries entries;
  view::AddSeizureEntries(record, 7, 9, cache, entries);
  std::vector<std::string> parts;
  entries.ForEach([&](std::string_view key, std::string_view value) {
    const graph::FirearmKey parsed = graph::ParseFirearmKey(key).value();
    EXPECT_EQ(parsed.order, graph::FirearmOrder::kBorder);
    EXPECT_EQ(parsed.exhibit, graph::MakeExhibitNumber(7, 0));
    EXPECT_EQ(parsed.sequence, 9u);
    EXPECT_TRUE(ConsignmentQuery(v1::ConsignmentFilter())
                    .MayMatch(graph::ParseFirearmFacets(value).value()));
    parts.push_back(parsed.parts[0]);
  });
  for (const char* const filter :
       {"", "agency: 'border_force'", "modes: TRANSPORT_MODE_POST", "declared_origin: 'DE'",
        "true_origin: 'TR'", "transit: 'BG'", "transit: 'NL'", "make: 'Ekol'", "port: 'GBLHR'"}) {
    EXPECT_THAT(parts,
                testing::Contains(ConsignmentQuery(Of<v1::ConsignmentFilter>(filter)).part()))
        << filter;
  }
  record::v1::Record recovery = record;
  recovery.mutable_event()->set_kind(record::v1::EVENT_KIND_RECOVERY);
  graph::FirearmEntries none;
  view::AddSeizureEntries(recovery, 7, 9, cache, none);
  EXPECT_EQ(none.size(), 0u);
}

}  // namespace
}  // namespace serieslink::border
