#include "services/linkage/core/forces.h"

#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

TEST(ForcesTest, AForceIsFoundByEachOfItsNames) {
  for (const char* const words :
       {"mps", "MPS", "Met", "Metropolitan Police", "the Metropolitan Police Service", "E23000001",
        " metropolitan ", "mps licensing", "MPS_Firearms_Licensing"}) {
    ASSERT_NE(FindForce(words), nullptr) << words;
    EXPECT_EQ(FindForce(words)->name, "mps") << words;
    EXPECT_TRUE(FindForce(words)->is_of_london) << words;
  }
  EXPECT_EQ(ForceName("Kent Police"), "kent");
  EXPECT_EQ(ForceName("e23000032"), "kent");
  EXPECT_EQ(ForceName("City of London"), "city");
  EXPECT_EQ(ForceName("city-of-london"), "city");
  EXPECT_EQ(ForceName("Avon & Somerset Constabulary"), "avon-and-somerset");
  EXPECT_EQ(ForceName("Hampshire and Isle of Wight Constabulary"), "hampshire");
  EXPECT_EQ(ForceName("Police Scotland"), "scotland");
  EXPECT_EQ(ForceName("Police Service of Northern Ireland"), "psni");
  EXPECT_EQ(ForceName("Heddlu Gogledd Cymru"), "north-wales");
}

TEST(ForcesTest, WhatIsNoForceIsNotKnown) {
  for (const char* const words :
       {"", " ", "police", "Kent Polise", "garda", "E23000040", "nflms", "\xFF\xFE", "kentessex"}) {
    EXPECT_EQ(FindForce(words), nullptr) << words;
  }
  EXPECT_EQ(ForceName(" Garda "), "garda");
}

TEST(ForcesTest, ForcesWithoutAnAreaCanBeAnywhere) {
  EXPECT_FALSE(FindForce("btp")->has_area);
  EXPECT_FALSE(FindForce("British Transport Police")->has_area);
  EXPECT_FALSE(FindForce("btp")->is_of_london);
  EXPECT_TRUE(FindForce("kent")->has_area);
}

TEST(ForcesTest, OnlyKnownForcesAreOtherForces) {
  EXPECT_TRUE(AreOtherForces("kent", "Merseyside Police"));
  EXPECT_FALSE(AreOtherForces("kent", "Kent Police"));
  EXPECT_FALSE(AreOtherForces("kent", "Kent Polise"));
  EXPECT_FALSE(AreOtherForces("nflms", "kent"));
}

}  // namespace
}  // namespace serieslink::linkage
