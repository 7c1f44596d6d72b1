#include "services/cli/model_input.h"

#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/model.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ModelInputTest, DecisionsNameTheirExhibits) {
  std::istringstream in(
      "{\"first\": \"mps/crims/77#G1\", \"second\": \"nabis/nabis/9\", \"oneGun\": true}\n"
      "\n"
      "{\"first\": \"a/b/1\", \"second\": \"a/b/2\", \"oneGun\": false}\n");
  const auto decisions = ReadDecisions(in);
  ASSERT_TRUE(decisions.ok()) << decisions.status();
  ASSERT_EQ(decisions->size(), 2u);
  EXPECT_EQ((*decisions)[0].first, "mps/crims/77#G1");
  EXPECT_EQ((*decisions)[0].second, "nabis/nabis/9#");
  EXPECT_TRUE((*decisions)[0].is_one_gun);
  EXPECT_FALSE((*decisions)[1].is_one_gun);
}

TEST(ModelInputTest, EveryLineThatIsNoDecisionIsNumbered) {
  std::istringstream in(
      "{\"first\": \"a\"}\n{\"first\":\"a\",\"second\":\"b\",\"oneGun\":true}\nSECRET\n");
  const absl::Status status = ReadDecisions(in).status();
  EXPECT_THAT(status.message(), HasSubstr("2 lines are no decision: 1, 3"));
  EXPECT_THAT(status.message(), Not(HasSubstr("SECRET")));
}

TEST(ModelInputTest, ScoresAreReadByTheirColumn) {
  std::istringstream in("weapon1,weapon2,same_weapon,accf,cmc\nA,A,1,67.5,23\nA,B,0,12,1\n");
  const auto pairs = ReadScores(in, "cmc");
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  ASSERT_EQ(pairs->size(), 2u);
  EXPECT_EQ((*pairs)[0].score, 23);
  EXPECT_TRUE((*pairs)[0].is_one_weapon);
  EXPECT_FALSE((*pairs)[1].is_one_weapon);
  EXPECT_EQ((*pairs)[1].second_weapon, "B");
}

TEST(ModelInputTest, AMissingColumnAndBadRowsAreNamed) {
  std::istringstream no_column("weapon1,weapon2,same_weapon,accf\nA,A,1,67.5\n");
  EXPECT_THAT(ReadScores(no_column, "cmc").status().message(), HasSubstr("no column cmc"));
  std::istringstream bad(
      "weapon1,weapon2,same_weapon,ccf\nA,A,1,0.5\nA,A,yes,0.5\nA,A,1,high\nA,A,1,nan\n");
  EXPECT_THAT(ReadScores(bad, "ccf").status().message(),
              HasSubstr("3 lines are no comparison with a score: 3, 4, 5"));
}

TEST(ModelInputTest, AModelIsReadOrItsFileIsNamed) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/model.textproto";
  EXPECT_THAT(ReadModelFile(file).status().message(), HasSubstr(file + ": cannot be opened"));
  EXPECT_FALSE(ReadModelFile(directory.path()).ok()) << "a folder";
  std::ofstream(file) << linkage::DefaultModelText();
  const auto model = ReadModelFile(file);
  ASSERT_TRUE(model.ok()) << model.status();
  std::ofstream(file) << "version: \"a\"";
  const absl::Status unusable = ReadModelFile(file).status();
  EXPECT_THAT(unusable.message(), HasSubstr(file + ": "));
  EXPECT_THAT(unusable.message(), HasSubstr("thresholds is missing"));
}

TEST(ModelInputTest, LinesThatAreNoRecordAreCountedAndLeftOut) {
  std::istringstream in("{\"nothing\": 1}\nnot json\n");
  linkage::TrainingSet training;
  LeftOut left_out;
  ASSERT_TRUE(ReadTrainingRecords(in, "mps", "mps", absl::FromUnixSeconds(1'750'000'000), training,
                                  left_out)
                  .ok());
  training.Finish();
  EXPECT_EQ(left_out.unreadable, 2u);
  EXPECT_TRUE(training.exhibits().empty());
}

}  // namespace
}  // namespace serieslink::cli
