#include "services/view/loss_words.h"

#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/text_format.h"

namespace serieslink::view {
namespace {

LossWords Of(const std::string& text) {
  record::v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &event)) << text;
  return LossWordsOf(event);
}

TEST(LossWordsTest, WordsForOneThingAreOne) {
  for (const char* const kind :
       {"SHOTGUN", "Shotgun certificate", " shot gun ", "SGC", "shotguns"}) {
    EXPECT_EQ(Of(std::string("loss { certificate_kind: '") + kind + "' }").certificate_kind,
              "shotgun")
        << kind;
  }
  EXPECT_NE(Of("loss { certificate_kind: 'Firearm certificate' }").certificate_kind, "shotgun");
  EXPECT_EQ(Of("loss { storage: 'Gun cabinet' }").storage,
            Of("loss { storage: 'CABINET' }").storage);
  EXPECT_EQ(Of("loss { place_kind: 'House' }").place_kind, "dwelling");
  EXPECT_EQ(Of("loss { certificate_kind: ' - ' }").certificate_kind, "");
}

TEST(LossWordsTest, PlacesAreComparedByForceAndBorough) {
  EXPECT_FALSE(DoWordsDiffer(Of("place { police_force: 'Kent Police' }"),
                             Of("place { police_force: 'E23000032' borough_code: 'E07000107' }")));
  EXPECT_TRUE(DoWordsDiffer(Of("place { police_force: 'kent' }"),
                            Of("place { borough_code: 'E09000012' }")));
  EXPECT_TRUE(DoWordsDiffer(Of("place { police_force: 'mps' borough_code: 'E09000012' }"),
                            Of("place { police_force: 'mps' borough_code: 'E09000013' }")));
  EXPECT_FALSE(DoWordsDiffer(Of("place { police_force: 'harbour watch' }"),
                             Of("place { police_force: 'kent' }")));
  EXPECT_FALSE(DoWordsDiffer(Of(""), Of("place { police_force: 'kent' }")));
}

TEST(LossWordsTest, JoinedWordsAreSplitAgain) {
  const LossWords words =
      Of("loss { certificate_kind: 'sgc' storage: 'unlocked' } place { police_force: 'mps' "
         "borough_code: "
         "'E09000012' }");
  const LossWords again = SplitWords(JoinedWords(words));
  EXPECT_EQ(again.certificate_kind, "shotgun");
  EXPECT_EQ(again.place_kind, "");
  EXPECT_EQ(again.storage, "unlocked");
  EXPECT_EQ(again.force, "mps");
  EXPECT_EQ(again.borough, "E09000012");
}

}  // namespace
}  // namespace serieslink::view
