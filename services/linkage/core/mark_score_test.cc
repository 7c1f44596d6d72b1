#include "services/linkage/core/mark_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace serieslink::linkage {
namespace {

using ::testing::IsEmpty;

// The built-in model, which also knows what correlations of aperture shear marks weigh.
std::shared_ptr<const Model> ModelWithMarks() {
  v1::LinkageModel file = ParseModelText(DefaultModelText()).value();
  v1::MarkCalibration& mark = *file.add_marks();
  mark.set_mark("aperture_shear.ccf");
  mark.set_intercept_log2(-10);
  mark.set_slope_log2(20.3);
  mark.set_weight_min_log2(-6);
  mark.set_weight_max_log2(5);
  mark.set_source("trained on pairs that were fired for this test");
  return MakeModel(file).value();
}

TEST(MarkScoreTest, TheTermsAreThePriorAndTheScoreAndSumExactly) {
  const auto model = ModelWithMarks();
  const std::vector<WeightTerm> terms = ExplainScore("aperture_shear.ccf", 0.61, *model);
  ASSERT_EQ(terms.size(), 2u);
  EXPECT_EQ(terms[0].name, "prior");
  EXPECT_EQ(terms[0].weight_log2, DefaultModel()->prior.log2);
  EXPECT_EQ(terms[0].source, DefaultModel()->prior.source);
  EXPECT_EQ(terms[1].name, "score");
  EXPECT_EQ(terms[1].weight_log2, model->MarkWeight("aperture_shear.ccf", 0.61));
  EXPECT_NEAR(terms[1].weight_log2, 2.383, 0.001);
  EXPECT_EQ(terms[1].source, "trained on pairs that were fired for this test");
  const double sum = terms[0].weight_log2 + terms[1].weight_log2;
  EXPECT_EQ(sum * 1024, static_cast<double>(static_cast<long long>(sum * 1024)));
}

TEST(MarkScoreTest, NoScoreWeighsMoreThanWhatItWasTrainedOnSupports) {
  const auto model = ModelWithMarks();
  EXPECT_EQ(ExplainScore("aperture_shear.ccf", 1e9, *model)[1].weight_log2, 5);
  EXPECT_EQ(ExplainScore("aperture_shear.ccf", -1e9, *model)[1].weight_log2, -6);
}

TEST(MarkScoreTest, OfAMarkThatTheModelDoesNotKnowNothingIsSaid) {
  EXPECT_THAT(ExplainScore("breech_face.cmc", 9, *ModelWithMarks()), IsEmpty());
  EXPECT_THAT(ExplainScore("aperture_shear.ccf", 0.61, *DefaultModel()), IsEmpty());
}

TEST(MarkScoreTest, NamesAreLowerCase) {
  for (const char* const name : {"aperture_shear.ccf", "a", "2", "_."}) {
    EXPECT_TRUE(IsMarkName(name)) << name;
  }
  for (const char* const name : {"", "Aperture", "breech face", "breech-face", "marque\xC3\xA9"}) {
    EXPECT_FALSE(IsMarkName(name)) << name;
  }
}

}  // namespace
}  // namespace serieslink::linkage
