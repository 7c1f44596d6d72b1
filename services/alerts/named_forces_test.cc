#include "services/alerts/named_forces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/text_format.h"

namespace serieslink::alerts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::set<std::string> NamedBy(const std::string& agency, const std::string& event) {
  record::v1::Event read;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(event, &read)) << event;
  return ForcesNamed(read, agency, nullptr);
}

TEST(ForcesNamed, ALaboratorysRecordNamesWhoIssuedTheReferenceElseWhoPolicesThePlace) {
  EXPECT_THAT(
      NamedBy("nabis",
              "kind: EVENT_KIND_INCIDENT crime_references { issuing_force: 'mps' year: 2026 "
              "number: '950' } place { police_force: 'kent' }"),
      ElementsAre("mps"));
  EXPECT_THAT(NamedBy("nabis",
                      "kind: EVENT_KIND_LOSS crime_references { issuing_force: 'mers' number: '44' "
                      "} crime_references { issuing_force: 'mps' number: '45' }"),
              ElementsAre("mers", "mps"));
  EXPECT_THAT(NamedBy("nabis", "kind: EVENT_KIND_INCIDENT place { police_force: 'Kent Police' }"),
              ElementsAre("kent"));
  EXPECT_THAT(
      NamedBy("nabis",
              "kind: EVENT_KIND_RECOVERY crime_references { issuing_force: 'nobody' number: "
              "'1' } place { borough_code: 'E09000022' }"),
      ElementsAre("mps"));
}

TEST(ForcesNamed, WhatAForceRecordsIsItsOwnAndAPlaceOfNoForceNamesNone) {
  EXPECT_THAT(NamedBy("kent",
                      "kind: EVENT_KIND_INCIDENT crime_references { issuing_force: 'mps' number: "
                      "'950' } place { police_force: 'mps' }"),
              IsEmpty());
  EXPECT_THAT(NamedBy("nabis", "kind: EVENT_KIND_INCIDENT place { police_force: 'btp' }"),
              IsEmpty());
  EXPECT_THAT(NamedBy("nabis", "kind: EVENT_KIND_INCIDENT place { borough_code: 'E07000107' }"),
              IsEmpty());
  EXPECT_THAT(NamedBy("nabis", "kind: EVENT_KIND_INCIDENT"), IsEmpty());
  EXPECT_THAT(
      NamedBy("border_force", "kind: EVENT_KIND_BORDER_SEIZURE place { police_force: 'kent' }"),
      IsEmpty());
}

}  // namespace
}  // namespace serieslink::alerts
