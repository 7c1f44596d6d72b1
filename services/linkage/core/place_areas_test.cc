#include "services/linkage/core/place_areas.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/linkage/core/events.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;

type::v1::Place PlaceOf(const std::string& text) {
  type::v1::Place place;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &place)) << text;
  return place;
}

// Everything with a point lies in Camden.
type::v1::Place InCamden(const type::v1::Place& place) {
  type::v1::Place located = place;
  if (!place.has_point()) return located;
  if (place.borough_code().empty()) located.set_borough_code("E09000007");
  if (place.ward_code().empty()) located.set_ward_code("E05013653");
  if (place.police_force().empty()) located.set_police_force("E23000001");
  return located;
}

std::vector<std::uint64_t> KeysOf(const std::string& text, const LocatePlace& locate) {
  const AreaKeys keys = AreaKeysOf(PlaceOf(text), locate);
  return {keys.begin(), keys.end()};
}

TEST(PlaceAreasTest, WithoutBoundariesAPlaceLiesWhereItSays) {
  EXPECT_THAT(KeysOf("borough_code: 'E09000022' police_force: 'mps'", nullptr),
              ElementsAre(PlaceKey("E09000022"), 0, PlaceKey("mps"), 0));
  EXPECT_THAT(KeysOf("point { latitude_degrees: 51.5 }", nullptr), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(KeysOf("police_force: 'Metropolitan Police'", nullptr),
              ElementsAre(0, 0, PlaceKey("mps"), PlaceKey("metropolitan police")))
      << "by its short name, and as written";
}

TEST(PlaceAreasTest, WhatAPlaceLeavesOpenBoundariesTell) {
  EXPECT_THAT(KeysOf("point { latitude_degrees: 51.5 }", InCamden),
              ElementsAre(PlaceKey("E09000007"), PlaceKey("E05013653"), PlaceKey("mps"), 0));
  EXPECT_THAT(KeysOf("point { latitude_degrees: 51.5 } borough_code: 'E09000022'", InCamden),
              ElementsAre(PlaceKey("E09000022"), PlaceKey("E05013653"), PlaceKey("mps"), 0))
      << "what it says stands";
}

TEST(PlaceAreasTest, AForceWithoutAnAreaIsNotInTheWayOfTheOneOfTheArea) {
  EXPECT_EQ(PlaceLocated(PlaceOf("point { latitude_degrees: 51.5 } police_force: 'btp'"), InCamden)
                .police_force(),
            "E23000001");
  EXPECT_THAT(
      KeysOf("point { latitude_degrees: 51.5 } police_force: 'btp'", InCamden),
      ElementsAre(PlaceKey("E09000007"), PlaceKey("E05013653"), PlaceKey("mps"), PlaceKey("btp")));
}

}  // namespace
}  // namespace serieslink::linkage
