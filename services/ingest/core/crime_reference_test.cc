#include "services/ingest/core/crime_reference.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace serieslink::ingest {
namespace {

struct GoodReference {
  std::string_view text;
  IssuingForce force;
  std::string_view issuing_force;
  int year;
  std::string_view number;
};

class GoodReferences : public testing::TestWithParam<GoodReference> {};

TEST_P(GoodReferences, AreTakenApart) {
  const GoodReference& expected = GetParam();
  type::v1::CrimeReference reference;
  ASSERT_EQ(ParseCrimeReference(expected.text, "mps", expected.force, 2024, &reference),
            std::nullopt);
  EXPECT_EQ(reference.issuing_force(), expected.issuing_force);
  EXPECT_EQ(reference.year(), expected.year);
  EXPECT_EQ(reference.number(), expected.number);
  EXPECT_EQ(reference.text(), expected.text);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, GoodReferences,
    testing::Values(
        GoodReference{"2803303/17", IssuingForce::kOwn, "mps", 2017, "2803303"},
        GoodReference{"MPS 2803303/17", IssuingForce::kOwn, "mps", 2017, "2803303"},
        GoodReference{"mps 2803303/2017", IssuingForce::kNamed, "mps", 2017, "2803303"},
        GoodReference{"MPS 2803303/17", IssuingForce::kNamedOrOwn, "mps", 2017, "2803303"},
        GoodReference{"2803303 / 17", IssuingForce::kNamedOrOwn, "mps", 2017, "2803303"},
        GoodReference{"BTP B-661/17", IssuingForce::kNamed, "btp", 2017, "B-661"},
        GoodReference{" btp  b-661 / 17 ", IssuingForce::kNamed, "btp", 2017, "B-661"},
        GoodReference{"West-Mercia 22/1", IssuingForce::kNamed, "west-mercia", 0, "22/1"},
        // Words that are no force.
        GoodReference{"CR 661/17", IssuingForce::kOwn, "mps", 2017, "CR661"},
        GoodReference{"B 661/17", IssuingForce::kNamedOrOwn, "mps", 2017, "B661"},
        GoodReference{"B-661/17", IssuingForce::kNamedOrOwn, "mps", 2017, "B-661"},
        // Years, or not.
        GoodReference{"661/25", IssuingForce::kOwn, "mps", 2025, "661"},
        GoodReference{"661/26", IssuingForce::kOwn, "mps", 1926, "661"},
        GoodReference{"661/99", IssuingForce::kOwn, "mps", 1999, "661"},
        GoodReference{"661/00", IssuingForce::kOwn, "mps", 2000, "661"},
        GoodReference{"22/661/1899", IssuingForce::kOwn, "mps", 0, "22/661/1899"},
        GoodReference{"22/661/2001", IssuingForce::kOwn, "mps", 2001, "22/661"},
        GoodReference{"661/123", IssuingForce::kOwn, "mps", 0, "661/123"},
        GoodReference{"661/1a", IssuingForce::kOwn, "mps", 0, "661/1A"},
        GoodReference{"661", IssuingForce::kOwn, "mps", 0, "661"}));

TEST(CrimeReferenceTest, TheCenturyEndsWithTheYearAfterArrival) {
  type::v1::CrimeReference in_1999;
  ASSERT_EQ(ParseCrimeReference("1/00", "mps", IssuingForce::kOwn, 1999, &in_1999), std::nullopt);
  EXPECT_EQ(in_1999.year(), 2000);
  type::v1::CrimeReference in_2099;
  ASSERT_EQ(ParseCrimeReference("1/01", "mps", IssuingForce::kOwn, 2099, &in_2099), std::nullopt);
  EXPECT_EQ(in_2099.year(), 2001);
}

TEST(CrimeReferenceTest, RefusesWhatIsNone) {
  using type::v1::ErrorReason;
  const auto refused = [](std::string_view text, IssuingForce force) {
    type::v1::CrimeReference reference;
    return ParseCrimeReference(text, "mps", force, 2024, &reference)
        .value_or(type::v1::ERROR_REASON_UNSPECIFIED);
  };
  EXPECT_EQ(refused("", IssuingForce::kOwn), type::v1::ERROR_REASON_FIELD_MISSING);
  EXPECT_EQ(refused("  ", IssuingForce::kNamed), type::v1::ERROR_REASON_FIELD_MISSING);
  EXPECT_EQ(refused("2803303/17", IssuingForce::kNamed), type::v1::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(refused("MPS ", IssuingForce::kNamed), type::v1::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(refused("MPS /17", IssuingForce::kNamed), type::v1::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(refused("-/-", IssuingForce::kOwn), type::v1::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(refused("66\n1/17", IssuingForce::kOwn), type::v1::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(refused(std::string(257, '1'), IssuingForce::kOwn),
            type::v1::ERROR_REASON_FIELD_TOO_LONG);
}

}  // namespace
}  // namespace serieslink::ingest
