#include "services/linkage/core/model.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

using ::testing::HasSubstr;

v1::LinkageModel DefaultFile() { return ParseModelText(DefaultModelText()).value(); }

TEST(ModelTest, TheBuiltInFileIsAModelWithASourceForEveryNumber) {
  const auto model = MakeModel(DefaultFile());
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->version, DefaultModel()->version);
  EXPECT_EQ((*model)->confirm_characters, 6);
  EXPECT_FALSE((*model)->Serial(SerialAgreement::kEqual, 7).source.empty());
  // Longer numbers tell more, up to ten characters.
  const auto bits = [&](std::uint8_t characters) {
    return (*model)->Serial(SerialAgreement::kEqual, characters).log2;
  };
  EXPECT_GT(bits(7), bits(6));
  EXPECT_EQ(bits(12), bits(10));
}

TEST(ModelTest, AgreementOnARareValueWeighsMore) {
  v1::LinkageModel file = DefaultFile();
  file.mutable_make()->clear_frequencies();
  v1::TermFrequency* term = file.mutable_make()->add_frequencies();
  term->set_value("GLOCK GMBH");
  term->set_share(0.47);
  term->set_source("counted");
  const auto model = MakeModel(file);
  ASSERT_TRUE(model.ok()) << model.status();
  const ModelWeight& common = (*model)->make.Same(ReadMake("Glock").key);
  EXPECT_EQ(common.log2, 1.0) << "log2(0.94 / 0.47)";
  EXPECT_THAT(common.source, HasSubstr("counted"));
  EXPECT_GT((*model)->make.Same(ReadMake("Webley").key).log2, common.log2);
}

TEST(ModelTest, EveryBadFieldIsNamedAtOnce) {
  v1::LinkageModel file = DefaultFile();
  file.set_version("Two words");
  file.mutable_prior()->set_log2_odds(3);
  file.mutable_make()->mutable_same()->set_m(0);
  file.mutable_calibre()->mutable_different()->clear_source();
  file.clear_model();
  file.mutable_serial()->mutable_levels()->DeleteSubrange(5, 1);
  file.mutable_thresholds()->set_confirm_characters(3);
  const absl::Status status = MakeModel(file).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  for (const char* const field :
       {"version must", "prior.log2_odds", "make.same.m", "calibre.different.source",
        "model is missing", "lacks SERIAL_AGREEMENT_ONE_EDIT", "thresholds.confirm_characters"}) {
    EXPECT_THAT(status.message(), HasSubstr(field));
  }
  EXPECT_FALSE(MakeModel(v1::LinkageModel()).ok());
}

TEST(ModelTest, TypesNeedNotBeWeighed) {
  v1::LinkageModel file = DefaultFile();
  v1::TermFrequency* term = file.mutable_type()->add_frequencies();
  term->set_value("self-loading pistol");
  term->set_share(0.45);
  term->set_source("counted");
  const auto model = MakeModel(file);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->type.Same(ReadTypes("PISTOL")).log2, 1.0) << "log2(0.9 / 0.45)";
  file.mutable_type()->clear_compatible();
  term->set_value("raygun");
  const std::string refused(MakeModel(file).status().message());
  EXPECT_THAT(refused, HasSubstr("type.compatible.m must be"));
  EXPECT_THAT(refused, HasSubstr("type.frequencies[0].value is missing or names nothing known"));
  file.clear_type();
  EXPECT_FALSE(MakeModel(file).value()->weighs_types);
}

TEST(ModelTest, AFileThatIsNoTextFormatIsRefusedWithItsLine) {
  const auto file = ParseModelText("version: \"a\"\nprior { odds: 3 }\n");
  EXPECT_EQ(file.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(file.status().message(), HasSubstr("line 2"));
}

TEST(ModelTest, UnknownFieldsAreNamedAllAtOnceWithWhatElseIsWrong) {
  const auto file = ParseModelText("version: \"A\"\nprior { odds: 3 }\n\nthreshold { a: 1 }\n");
  for (const char* const fault : {"line 2", "\"odds\"", "line 4", "\"threshold\"", "version must",
                                  "serial is missing", "thresholds is missing"}) {
    EXPECT_THAT(file.status().message(), HasSubstr(fault));
  }
  const auto number = ParseModelText("prior {\n  log2_odds: many\n}\n");
  EXPECT_THAT(number.status().message(), HasSubstr("line 2"));
}

TEST(ModelTest, SharesOfValuesThatNoVocabularyKnowsAreRefusedOrPassedOver) {
  v1::LinkageModel file = DefaultFile();
  const auto add = [&file](const char* calibre) {
    v1::TermFrequency* const share = file.mutable_calibre()->add_frequencies();
    share->set_value(calibre);
    share->set_share(0.01);
    share->set_source("invented here");
  };
  add("13.7 Martian");
  add("9 mm Luger");  // The file has 9x19.
  const std::string refused(MakeModel(file).status().message());
  EXPECT_THAT(refused, HasSubstr("calibre.frequencies[2].value is missing or names nothing known"));
  EXPECT_THAT(refused, HasSubstr("calibre.frequencies[3].value is there twice"));
  const auto model = MakeModel(file, UnknownValues::kPassedOver);
  ASSERT_TRUE(model.ok()) << model.status();
  const CalibreId luger = ReadCalibre("9 mm Luger");
  EXPECT_EQ((*model)->calibre.Same(luger).log2, DefaultModel()->calibre.Same(luger).log2);
}

TEST(ModelTest, AScoreOfMarksIsWeighedWithinItsBounds) {
  v1::LinkageModel file = DefaultFile();
  v1::MarkCalibration* mark = file.add_marks();
  mark->set_mark("aperture_shear.ccf");
  mark->set_intercept_log2(-10);
  mark->set_slope_log2(20);
  mark->set_weight_min_log2(-6);
  mark->set_weight_max_log2(5);
  mark->set_source("invented here");
  const auto model = MakeModel(file);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->MarkWeight("aperture_shear.ccf", 0.5), 0);
  EXPECT_EQ((*model)->MarkWeight("aperture_shear.ccf", 0.75), 5);
  EXPECT_EQ((*model)->MarkWeight("aperture_shear.ccf", 0), -6);
  EXPECT_EQ((*model)->MarkWeight("breech_face.cmc", 9), 0) << "a mark that it does not know";
}

TEST(ModelTest, RulesWeighByTheModelThatTheyAreGiven) {
  v1::LinkageModel file = DefaultFile();
  file.set_version("other-2");
  file.mutable_thresholds()->set_confirm_characters(8);
  file.mutable_prior()->set_log2_odds(-10);
  const RuleSet rules = RuleSet::Serving(MakeModel(file).value());
  EXPECT_EQ(rules.confirm_length, 8);
  EXPECT_THAT(RuleName(rules), HasSubstr("other-2"));
  ExhibitFacts guns[2];
  for (std::size_t i = 0; i < 2; ++i) {
    guns[i].public_id = i + 1;
    guns[i].kind = ExhibitKind::kGun;
    guns[i].make = ReadMake("Glock").key;
    AddSerialFacts("XKR4172", SerialPart::kFrame, StatedLegibility::kClear, &guns[i].serials);
  }
  const auto strict = JudgePair(guns[0], guns[1], rules);
  const auto usual = JudgePair(guns[0], guns[1], RuleSet::Serving());
  ASSERT_TRUE(strict.has_value());
  ASSERT_TRUE(usual.has_value());
  EXPECT_EQ(strict->verdict, Verdict::kLead);
  EXPECT_EQ(usual->verdict, Verdict::kConfirmed);
  EXPECT_EQ(strict->weight_log2, usual->weight_log2 + 10);
  EXPECT_EQ(strict->name, usual->name) << "a finding keeps its name when the model changes";
}

}  // namespace
}  // namespace serieslink::linkage
