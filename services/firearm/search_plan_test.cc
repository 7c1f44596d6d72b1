#include "services/firearm/search_plan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::firearm {
namespace {

using graph::FirearmOrder;

view::FirearmQuery QueryOf(const std::string& text) {
  v1::FirearmFilter filter;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &filter));
  return view::FirearmQuery(filter);
}

std::string KeyOf(FirearmOrder order, const std::vector<std::string_view>& parts) {
  std::string key;
  graph::AppendFirearmKey(order, parts, 1 << 16, 1, &key);
  return key;
}

TEST(SearchPlanTest, WalksTheOrderOfWhatSelectsMost) {
  const auto order_of = [](const std::string& text) {
    const view::FirearmQuery query = QueryOf(text);
    return SearchPlan(query).order();
  };
  EXPECT_EQ(order_of(R"(serial: "AB12" make: "Glock" area: "mps")"), FirearmOrder::kSerial);
  EXPECT_EQ(order_of(R"(serial: "AB*2")"), FirearmOrder::kSerial);
  EXPECT_EQ(order_of(R"(serial: "A*12")"), FirearmOrder::kReversedSerial);
  EXPECT_EQ(order_of(R"(serial: "*12*")"), FirearmOrder::kSerial);
  EXPECT_EQ(order_of(R"(make: "Glock" area: "mps")"), FirearmOrder::kMake);
  EXPECT_EQ(order_of(R"(model: "17")"), FirearmOrder::kMake);
  EXPECT_EQ(order_of(R"(agency: "mps" area: "kent")"), FirearmOrder::kPlace);
  EXPECT_EQ(order_of(""), FirearmOrder::kPlace);
}

// Follows the plan over `keys`, which are sorted: those at which it stops, and those it matches.
struct Walk {
  std::vector<std::string> looked_at;
  std::vector<std::string> matched;
};
Walk WalkOver(const view::FirearmQuery& query, const std::vector<std::string>& keys) {
  const SearchPlan plan(query);
  Walk walk;
  std::string from = plan.range().start;
  for (const std::string& key : keys) {
    if (key < from || key >= plan.range().end) continue;
    walk.looked_at.push_back(key);
    const graph::FirearmKey parsed = graph::ParseFirearmKey(key).value();
    if (const std::optional<std::string> leap = plan.LeapFrom(parsed)) {
      EXPECT_GT(*leap, key) << "a leap goes on";
      EXPECT_FALSE(plan.MayMatch(parsed));
      from = *leap;
    } else if (plan.MayMatch(parsed)) {
      walk.matched.push_back(key);
    }
  }
  return walk;
}

std::vector<std::string> Places() {
  std::vector<std::string> keys;
  for (const char* agency : {"btp", "kent", "mps"}) {
    for (const char* force : {"", "KENT", "MPS"}) {
      for (const char* borough : {"", "E09000012", "E09000014"}) {
        for (const char* ward : {"", "E05000276", "E05000277"}) {
          keys.push_back(KeyOf(FirearmOrder::kPlace, {agency, force, borough, ward}));
        }
      }
    }
  }
  return keys;
}

TEST(SearchPlanTest, LeapsOverPlacesAndMissesNone) {
  const std::vector<std::string> keys = Places();
  for (const char* area : {"MPS", "KENT", "E09000012", "E09000014", "E05000276", "E05000277"}) {
    for (const char* agency : {"", "mps"}) {
      const view::FirearmQuery query =
          QueryOf("area: \"" + std::string(area) + "\" agency: \"" + agency + "\"");
      std::vector<std::string> expected;
      for (const std::string& key : keys) {
        const graph::FirearmKey parsed = graph::ParseFirearmKey(key).value();
        const bool is_there =
            parsed.parts[1] == area || parsed.parts[2] == area || parsed.parts[3] == area;
        if (is_there && (*agency == '\0' || parsed.parts[0] == agency)) expected.push_back(key);
      }
      const Walk walk = WalkOver(query, keys);
      EXPECT_EQ(walk.matched, expected) << area;
      // Of each borough that is not in the force, one ward is looked at.
      const bool is_force = std::string_view(area).size() < 5;
      if (is_force) {
        EXPECT_LT(walk.looked_at.size(), keys.size() / (*agency == '\0' ? 1 : 3));
      }
    }
  }
}

TEST(SearchPlanTest, AnUnknownPlaceIsLookedAtOnceAnAgency) {
  const Walk walk = WalkOver(QueryOf(R"(area: "unknown")"), Places());
  EXPECT_EQ(walk.matched.size(), 3u);
  EXPECT_EQ(walk.looked_at.size(), 6u);
}

TEST(SearchPlanTest, LeapsFromMakeToMakeForAModel) {
  std::vector<std::string> keys;
  for (const char* make : {"", "GLOCK", "TAURUS"}) {
    for (const char* model : {"", "17", "17GEN4", "19", "24"}) {
      keys.push_back(KeyOf(FirearmOrder::kMake, {make, model}));
    }
  }
  const Walk walk = WalkOver(QueryOf(R"(model: "17*")"), keys);
  EXPECT_EQ(walk.matched.size(), 6u);
  EXPECT_EQ(walk.looked_at.size(), 12u);  // of each make, before, two, behind
}

TEST(SearchPlanTest, KeysTellWhetherASerialFits) {
  const std::vector<std::string> keys = {KeyOf(FirearmOrder::kSerial, {"AB1299"}),
                                         KeyOf(FirearmOrder::kSerial, {"AB1334"}),
                                         KeyOf(FirearmOrder::kReversedSerial, {"4321BA"}),
                                         KeyOf(FirearmOrder::kReversedSerial, {"4321CA"})};
  EXPECT_EQ(WalkOver(QueryOf(R"(serial: "AB*9")"), keys).matched,
            std::vector<std::string>{keys[0]});
  EXPECT_EQ(WalkOver(QueryOf(R"(serial: "AB*1234")"), keys).matched,
            std::vector<std::string>{keys[2]});
}

TEST(SearchPlanTest, AnExhibitIsMetOnceAmongItsSerials) {
  view::FirearmTerms terms;
  terms.serials = {"AB12", "AB34", "CD12"};
  const auto met_at = [&](const std::string& text, FirearmOrder order) {
    const view::FirearmQuery query = QueryOf(text);
    const SearchPlan plan(query);
    std::vector<std::string> met;
    for (const std::string& serial : terms.serials) {
      const std::string part =
          order == FirearmOrder::kSerial ? serial : std::string(serial.rbegin(), serial.rend());
      const graph::FirearmKey key{.order = order, .parts = {part}, .exhibit = 1, .sequence = 1};
      if (plan.MayMatch(key) && plan.IsFirst(key, terms)) met.push_back(serial);
    }
    return met;
  };
  EXPECT_EQ(met_at(R"(serial: "AB*")", FirearmOrder::kSerial), std::vector<std::string>{"AB12"});
  EXPECT_EQ(met_at(R"(serial: "*12")", FirearmOrder::kReversedSerial),
            std::vector<std::string>{"AB12"});
  EXPECT_EQ(met_at(R"(serial: "C*")", FirearmOrder::kSerial), std::vector<std::string>{"CD12"});
}

}  // namespace
}  // namespace serieslink::firearm
