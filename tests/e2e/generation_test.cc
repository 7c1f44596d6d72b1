// Goal: other rules are compared with those in force without a change, and adopted by one entry of
// the log, which linkage follows from its revision on; what was known before stays as it was.
// Method: records go through preparing, committing and deriving on an in-memory store; the service
// of administrators answers. What a comparison says is held against what the adoption then does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/model.h"
#include "services/linkage/generation_service.h"
#include "services/rpc/page_token.h"
#include "services/series/series_service.h"
#include "services/view/generations.h"
#include "tests/property/feed_evidence.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using admin::v1::ComparisonCounts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Weapons = DerivationPipeline::Weapons;

const rpc::Identity kAdministrator = {"nabis", "chief"};

// An incident of one Glock of kent's.
SentMessage Incident(const std::string& id, const std::string& serial, bool is_open = true) {
  SentMessage made;
  made.agency = "kent";
  auto& record = *made.message.mutable_force();
  record.set_system("S");
  record.set_record_id(id);
  record.set_version(1);
  record.set_record_type("INCIDENT");
  if (is_open) record.mutable_marking()->set_visibility("OPEN");
  auto& gun = *record.add_guns();
  gun.set_make("Glock");
  gun.add_serials()->set_text(serial);
  return made;
}

linkage::v1::RuleParameters Confirming(std::uint32_t length) {
  linkage::v1::RuleParameters rules;
  rules.set_confirm_length(length);
  return rules;
}

// The model that the program comes with, under another name: a number must have `characters` to
// confirm, and two guns are one less often to begin with.
linkage::v1::LinkageModel OtherModel(std::uint32_t characters) {
  linkage::v1::LinkageModel model = linkage::ParseModelText(linkage::DefaultModelText()).value();
  model.set_version(absl::StrCat("other-", characters));
  model.mutable_thresholds()->set_confirm_characters(characters);
  model.mutable_prior()->set_log2_odds(model.prior().log2_odds() - 1);
  return model;
}

class GenerationTest : public testing::Test {
 protected:
  linkage::GenerationOptions Options() {
    linkage::GenerationOptions options;
    options.trust_domain = "test";
    options.administrators = {{kAdministrator.agency, kAdministrator.principal}};
    options.adopt = [this](const stored::v1::Adoption& adoption, const rpc::Identity& author) {
      return pipeline_.Adopt(adoption, author);
    };
    options.bounds = bounds_;
    return options;
  }

  // A comparison that is done.
  std::string Compare(linkage::GenerationService& service,
                      const linkage::v1::RuleParameters& rules) {
    pipeline_.TakeCut();  // everything is derived
    admin::v1::StartComparisonRequest request;
    *request.mutable_rules() = rules;
    admin::v1::StartComparisonResponse response;
    const absl::Status status = service.Start(kAdministrator, request, response);
    EXPECT_TRUE(status.ok()) << status;
    service.AwaitComparison();
    return response.comparison_id();
  }
  admin::v1::GetComparisonResponse Get(const linkage::GenerationService& service,
                                       const std::string& id) {
    admin::v1::GetComparisonRequest request;
    request.set_comparison_id(id);
    admin::v1::GetComparisonResponse response;
    const absl::Status status = service.Get(kAdministrator, request, response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.state(), admin::v1::COMPARISON_STATE_DONE);
    return response;
  }
  absl::StatusOr<admin::v1::AdoptGenerationResponse> Adopt(linkage::GenerationService& service,
                                                           const std::string& id) {
    admin::v1::AdoptGenerationRequest request;
    request.set_comparison_id(id);
    request.set_label("longer");
    request.set_reason("meeting of 3 May");
    admin::v1::AdoptGenerationResponse response;
    const absl::Status status = service.Adopt(kAdministrator, request, response);
    if (!status.ok()) return status;
    return response;
  }

  linkage::ComparisonBounds bounds_;
  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{}};
};

TEST_F(GenerationTest, AComparisonChangesNothingAndAnAdoptionHoldsFromItsRevisionOn) {
  pipeline_.Push({Incident("A", "AB5832"), Incident("B", "AB5832"), Incident("C", "CD583214"),
                  Incident("D", "CD583214"), Incident("H", "AB5832", /*is_open=*/false)});
  const graph::Revision before = pipeline_.revision();
  const Weapons together = {{{"A#", "B#"}, 2}, {{"C#", "D#"}, 2}};
  EXPECT_EQ(pipeline_.ViewedWeapons(), together);

  linkage::GenerationService service(pipeline_.source(), &tokens_, Options());
  const std::string id = Compare(service, Confirming(7));
  const auto compared = Get(service, id);
  EXPECT_EQ(pipeline_.revision(), before) << "a comparison writes nothing";
  EXPECT_EQ(compared.percent(), 100);
  EXPECT_EQ(compared.counts().confirmations_lost(), 3);
  EXPECT_EQ(compared.counts().leads_gained(), 3);
  EXPECT_EQ(compared.counts().weapons_split(), 1);
  EXPECT_EQ(compared.counts().weapons_joined(), 0);
  EXPECT_EQ(compared.counts().exhibits_moved(), 2);
  // Of the three pairs one is of records that the caller may see; the weapon is told of by its
  // first exhibits.
  std::map<admin::v1::ComparisonChange, int> examples;
  for (const auto& example : compared.examples()) ++examples[example.change()];
  EXPECT_EQ(examples[admin::v1::COMPARISON_CHANGE_CONFIRMATION_LOST], 1);
  EXPECT_EQ(examples[admin::v1::COMPARISON_CHANGE_LEAD_GAINED], 1);

  const auto adopted = Adopt(service, id);
  ASSERT_TRUE(adopted.ok()) << adopted.status();
  EXPECT_EQ(adopted->generation().number(), 1u);
  EXPECT_EQ(adopted->revision(), static_cast<std::int64_t>(before) + 1) << "one entry of the log";
  const Weapons apart = {{{"A#"}, 1}, {{"B#"}, 1}, {{"C#", "D#"}, 2}};
  EXPECT_EQ(pipeline_.revision(), before + 1);
  EXPECT_EQ(pipeline_.ViewedWeapons(), apart);
  EXPECT_EQ(pipeline_.ViewedWeapons(before), together) << "what was known then";

  // What comes later is linked by the new rules, after a restart too.
  pipeline_.Restart();
  pipeline_.Push({Incident("E", "EF5832"), Incident("F", "EF5832"), Incident("G", "CD583214")});
  EXPECT_EQ(pipeline_.ViewedWeapons(),
            (Weapons{{{"A#"}, 1}, {{"B#"}, 1}, {{"C#", "D#", "G#"}, 3}, {{"E#"}, 1}, {{"F#"}, 1}}));

  // The history says why.
  series::SeriesService series(pipeline_.source(), &tokens_, "test", &DerivationPipeline::Now);
  series::v1::ListSeriesRequest list;
  list.mutable_view()->set_revision(static_cast<std::int64_t>(before));
  series::v1::ListSeriesResponse listed;
  ASSERT_TRUE(series.List(view::Viewer{"mps"}, list, absl::InfiniteFuture(), listed).ok());
  ASSERT_THAT(listed.series(), SizeIs(2));
  series::v1::GetSeriesRequest get;
  get.set_series_id(listed.series(0).series_id());
  series::v1::GetSeriesResponse got;
  ASSERT_TRUE(series.Get(view::Viewer{"mps"}, get, absl::InfiniteFuture(), got).ok());
  const series::v1::HistoryEntry& last = *got.series().history().rbegin();
  EXPECT_EQ(last.change(), series::v1::CHANGE_DISSOLVED);
  EXPECT_EQ(last.by_generation(), 1u);
  EXPECT_FALSE(last.by_guard());
  EXPECT_EQ(last.revision(), static_cast<std::int64_t>(before) + 1);

  admin::v1::ListGenerationsResponse generations;
  ASSERT_TRUE(service.List(kAdministrator, generations).ok());
  ASSERT_THAT(generations.generations(), SizeIs(2));
  EXPECT_EQ(generations.generations(0).reason(), "meeting of 3 May");
  EXPECT_EQ(generations.generations(0).author_agency(), "nabis");
  EXPECT_EQ(generations.generations(0).author_principal(), "chief");
  EXPECT_EQ(generations.generations(0).generation().rules().confirm_length(), 7u);
  EXPECT_EQ(generations.generations(1).generation().number(), 0u);
}

TEST_F(GenerationTest, WhoIsNoAdministratorIsRefusedBeforeAnythingIsLookedUp) {
  linkage::GenerationService service(pipeline_.source(), &tokens_, Options());
  for (const rpc::Identity& other : {rpc::Identity{"nabis", "feed"}, {"kent", "chief"}}) {
    admin::v1::ListGenerationsResponse list;
    admin::v1::StartComparisonResponse start;
    admin::v1::GetComparisonResponse get;
    admin::v1::AdoptGenerationResponse adopt;
    admin::v1::StartComparisonRequest bad_rules;
    bad_rules.mutable_rules()->set_guard(1'000);
    for (const absl::Status& status :
         {service.List(other, list), service.Start(other, bad_rules, start),
          service.Get(other, {}, get), service.Adopt(other, {}, adopt)}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
      EXPECT_EQ(rpc::ReasonOf(status), type::v1::ERROR_REASON_ROLE_NOT_HELD);
    }
  }
}

TEST_F(GenerationTest, RulesOfBenchmarksCannotBeAdopted) {
  linkage::GenerationService service(pipeline_.source(), &tokens_, Options());
  linkage::v1::RuleParameters shorter = Confirming(5);
  linkage::v1::RuleParameters unguarded;
  unguarded.set_guard(65);
  linkage::v1::RuleParameters crossed = Confirming(7);
  crossed.set_lead_length(8);
  for (const auto& rules : {shorter, unguarded, crossed}) {
    admin::v1::StartComparisonRequest request;
    *request.mutable_rules() = rules;
    admin::v1::StartComparisonResponse response;
    EXPECT_EQ(service.Start(kAdministrator, request, response).code(),
              absl::StatusCode::kInvalidArgument);
  }
  // An entry of the log that says more than the service lets pass means no more than it would.
  pipeline_.Push({Incident("A", "K5832"), Incident("B", "K5832"), Incident("C", "AB5832"),
                  Incident("D", "AB5832")});
  const Weapons weapons = pipeline_.ViewedWeapons();
  stored::v1::Adoption forged;
  forged.mutable_generation()->set_number(1);
  *forged.mutable_generation()->mutable_rules() = Confirming(3);
  forged.mutable_generation()->mutable_rules()->set_guard(1'000'000);
  ASSERT_TRUE(pipeline_.Adopt(forged, kAdministrator).ok());
  EXPECT_EQ(pipeline_.ViewedWeapons(), weapons);
  const linkage::RuleSet serving = linkage::RuleSet::Serving();
  const linkage::RuleSet rules = view::RulesOf(forged.generation().rules()).value();
  EXPECT_EQ(rules.confirm_length, serving.confirm_length);
  EXPECT_EQ(rules.guard, serving.guard);
  EXPECT_TRUE(rules.calibre_matters);
  EXPECT_TRUE(rules.doubts_matter);
}

TEST_F(GenerationTest, AModelIsComparedAdoptedAndNamedByItsFindings) {
  const auto answers = pipeline_.Push({Incident("A", "AB5832"), Incident("B", "AB5832"),
                                       Incident("C", "CD583214"), Incident("D", "CD583214")});
  const graph::Revision before = pipeline_.revision();
  linkage::GenerationService service(pipeline_.source(), &tokens_, Options());
  linkage::v1::RuleParameters rules;
  *rules.mutable_model() = OtherModel(7);
  const std::string id = Compare(service, rules);
  const auto compared = Get(service, id);
  EXPECT_EQ(compared.counts().confirmations_lost(), 1);
  EXPECT_EQ(compared.counts().weapons_split(), 1);
  EXPECT_EQ(compared.counts().findings_reweighed(), 1) << "of C and D";
  EXPECT_EQ(compared.candidate().model().version(), "other-7");
  EXPECT_EQ(compared.candidate().confirm_length(), 7u);
  ASSERT_TRUE(Adopt(service, id).ok());
  pipeline_.Restart();
  EXPECT_EQ(pipeline_.ViewedWeapons(), (Weapons{{{"A#"}, 1}, {{"B#"}, 1}, {{"C#", "D#"}, 2}}));

  // Every finding says which model made it, and is explained by that one.
  const auto weight_of = [&](graph::Revision as_at) {
    const series::SeriesService series(pipeline_.source(), &tokens_, "test",
                                       &DerivationPipeline::Now);
    series::v1::ExplainLinkRequest explain;
    explain.set_first_id(answers.at(2).record_id());
    explain.set_second_id(answers.at(3).record_id());
    explain.mutable_view()->set_revision(static_cast<std::int64_t>(as_at));
    series::v1::ExplainLinkResponse why;
    const absl::Status status =
        series.Explain(view::Viewer{"kent"}, explain, absl::InfiniteFuture(), why);
    EXPECT_TRUE(status.ok()) << status;
    const linkage::v1::Finding& finding = why.explanation().chain(0).finding();
    double sum = 0;
    for (const auto& term : finding.contributions()) sum += term.weight_log2();
    EXPECT_EQ(sum, finding.weight_log2());
    return std::pair(finding.rule(), finding.weight_log2());
  };
  const auto [rule_before, weight_before] = weight_of(before);
  const auto [rule_after, weight_after] = weight_of(pipeline_.revision());
  EXPECT_THAT(rule_before, HasSubstr(linkage::DefaultModel()->version));
  EXPECT_THAT(rule_after, HasSubstr("other-7"));
  EXPECT_EQ(weight_after, weight_before - 1);

  // What is no model is refused with what is wrong, and so is another one under a name in use.
  rules.mutable_model()->mutable_prior()->clear_source();
  admin::v1::StartComparisonRequest request;
  *request.mutable_rules() = rules;
  admin::v1::StartComparisonResponse response;
  const absl::Status refused = service.Start(kAdministrator, request, response);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.ToString(), HasSubstr("prior.source"));
  *request.mutable_rules()->mutable_model() = OtherModel(8);
  request.mutable_rules()->mutable_model()->set_version("other-7");
  EXPECT_EQ(service.Start(kAdministrator, request, response).code(),
            absl::StatusCode::kInvalidArgument);
}

// The laboratory's machine compared the cases of two incidents of kent's.
SentMessage Scored(const std::string& id, const std::string& first, const std::string& second,
                   double score, bool is_open = true) {
  SentMessage made;
  made.agency = "nabis";
  auto& entry = *made.message.mutable_nabis();
  entry.set_system("NABIS");
  entry.set_entry_id(id);
  entry.set_version(1);
  if (is_open) entry.mutable_marking()->set_visibility("OPEN");
  auto& comparison = *entry.mutable_comparison();
  for (auto [side, source] : {std::pair(comparison.mutable_first(), first),
                              std::pair(comparison.mutable_second(), second)}) {
    side->set_agency("kent");
    side->set_source_system("S");
    side->set_source_id(source);
  }
  comparison.set_channel("CASE");
  comparison.set_examined("2024-06-02");
  comparison.set_mark("aperture_shear.ccf");
  comparison.set_score(score);
  return made;
}

TEST_F(GenerationTest, AScoreOfMarksIsALeadThatTheModelInForceWeighs) {
  const auto answers = pipeline_.Push(
      {Incident("A", "AB5832"), Incident("B", "CD583214"), Incident("C", "EF583216")});
  pipeline_.Push({Scored("CMP~1", "A", "B", 0.75), Scored("CMP~2", "B", "C", 1e6),
                  Scored("CMP~3", "A", "C", 0.5, /*is_open=*/false)});
  const graph::Revision before = pipeline_.revision();
  const Weapons apart = {{{"A#"}, 1}, {{"B#"}, 1}, {{"C#"}, 1}};
  EXPECT_EQ(pipeline_.ViewedWeapons(), apart) << "no score confirms, however high it is";

  const auto finding_of = [&](std::size_t first, std::size_t second, const std::string& agency,
                              graph::Revision as_at) {
    const series::SeriesService series(pipeline_.source(), &tokens_, "test",
                                       &DerivationPipeline::Now);
    series::v1::ExplainLinkRequest explain;
    explain.set_first_id(answers.at(first).record_id());
    explain.set_second_id(answers.at(second).record_id());
    explain.mutable_view()->set_revision(static_cast<std::int64_t>(as_at));
    series::v1::ExplainLinkResponse why;
    const absl::Status status =
        series.Explain(view::Viewer{agency}, explain, absl::InfiniteFuture(), why);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_FALSE(why.explanation().is_one_weapon());
    EXPECT_THAT(why.explanation().direct_findings(), SizeIs(1));
    if (why.explanation().direct_findings().empty()) return linkage::v1::Finding();
    const linkage::v1::Finding& finding = why.explanation().direct_findings(0);
    EXPECT_EQ(finding.verdict(), record::v1::VERDICT_LEAD);
    EXPECT_EQ(finding.basis(), record::v1::BASIS_SOURCE_REFERENCE);
    double sum = 0;
    for (const auto& term : finding.contributions()) sum += term.weight_log2();
    EXPECT_EQ(sum, finding.weight_log2());
    return finding;
  };
  // The model that the program comes with knows no marks: the score is told, and what it weighs is
  // not.
  const linkage::v1::Finding unweighed = finding_of(0, 1, "kent", before);
  EXPECT_EQ(unweighed.mark(), "aperture_shear.ccf");
  EXPECT_EQ(unweighed.score(), 0.75);
  EXPECT_THAT(unweighed.contributions(), IsEmpty());

  linkage::v1::RuleParameters rules;
  *rules.mutable_model() = linkage::ParseModelText(linkage::DefaultModelText()).value();
  rules.mutable_model()->set_version("with-marks");
  linkage::v1::MarkCalibration& mark = *rules.mutable_model()->add_marks();
  mark.set_mark("aperture_shear.ccf");
  mark.set_intercept_log2(-10);
  mark.set_slope_log2(16);
  mark.set_weight_min_log2(-6);
  mark.set_weight_max_log2(5);
  mark.set_source("pairs that were fired for this test");
  linkage::GenerationService service(pipeline_.source(), &tokens_, Options());
  const std::string id = Compare(service, rules);
  EXPECT_EQ(Get(service, id).counts().findings_reweighed(), 0) << "no rule's finding is";
  ASSERT_TRUE(Adopt(service, id).ok());
  pipeline_.TakeCut();
  EXPECT_EQ(pipeline_.ViewedWeapons(), apart);

  const linkage::v1::Finding weighed = finding_of(0, 1, "kent", pipeline_.revision());
  ASSERT_THAT(weighed.contributions(), SizeIs(2));
  EXPECT_EQ(weighed.contributions(0).name(), "prior");
  EXPECT_EQ(weighed.contributions(0).weight_log2(), linkage::DefaultModel()->prior.log2);
  EXPECT_EQ(weighed.contributions(1).name(), "score");
  EXPECT_EQ(weighed.contributions(1).weight_log2(), 2);
  EXPECT_EQ(weighed.contributions(1).source(),
            "model with-marks: pairs that were fired for this test");
  EXPECT_EQ(finding_of(1, 2, "kent", pipeline_.revision()).contributions(1).weight_log2(), 5)
      << "no more than what it was trained on supports";
  EXPECT_THAT(finding_of(0, 1, "kent", before).contributions(), IsEmpty())
      << "what was known then, by the model of then";

  // Whoever sees both exhibits sees that there is a lead, and not the record that tells the score.
  const linkage::v1::Finding withheld = finding_of(0, 2, "kent", pipeline_.revision());
  EXPECT_THAT(withheld.mark(), IsEmpty());
  EXPECT_FALSE(withheld.has_score());
  EXPECT_THAT(withheld.contributions(), IsEmpty());
  EXPECT_EQ(withheld.weight_log2(), 0);
  EXPECT_THAT(finding_of(0, 2, "nabis", pipeline_.revision()).contributions(), SizeIs(2));
}

TEST_F(GenerationTest, AScoreTakesTheWordOfNoExaminer) {
  const auto answers = pipeline_.Push({Incident("A", "AB5832"), Incident("B", "CD583214")});
  SentMessage looked = Scored("CMP~1", "A", "B", 0.5);
  auto& comparison = *looked.message.mutable_nabis()->mutable_comparison();
  comparison.clear_mark();
  comparison.clear_score();
  comparison.set_verdict("ELIMINATED");
  comparison.set_stage("ON_SCREEN");
  comparison.set_examined("2024-06-01");
  pipeline_.Push({looked});
  pipeline_.Push({Scored("CMP~2", "A", "B", 0.99)});  // by its own date later
  const series::SeriesService series(pipeline_.source(), &tokens_, "test",
                                     &DerivationPipeline::Now);
  series::v1::ExplainLinkRequest explain;
  explain.set_first_id(answers.at(0).record_id());
  explain.set_second_id(answers.at(1).record_id());
  explain.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
  series::v1::ExplainLinkResponse why;
  ASSERT_TRUE(series.Explain(view::Viewer{"kent"}, explain, absl::InfiniteFuture(), why).ok());
  ASSERT_THAT(why.explanation().direct_findings(), SizeIs(1));
  EXPECT_EQ(why.explanation().direct_findings(0).verdict(), record::v1::VERDICT_ELIMINATED);
  EXPECT_FALSE(why.explanation().direct_findings(0).has_score());
}

TEST_F(GenerationTest, OnlyWhatWasComparedWithWhatIsInForceIsAdopted) {
  pipeline_.Push({Incident("A", "AB5832"), Incident("B", "AB5832")});
  linkage::GenerationService service(pipeline_.source(), &tokens_, Options());
  EXPECT_EQ(Adopt(service, "1").status().code(), absl::StatusCode::kNotFound);
  const std::string same = Compare(service, {});
  EXPECT_THAT(Get(service, same).examples(), IsEmpty());
  EXPECT_EQ(Adopt(service, same).status().code(), absl::StatusCode::kFailedPrecondition);
  const std::string first = Compare(service, Confirming(7));
  ASSERT_TRUE(Adopt(service, first).ok());
  pipeline_.TakeCut();
  EXPECT_EQ(Adopt(service, first).status().code(), absl::StatusCode::kFailedPrecondition)
      << "another generation is in force since";
  // Back to what the program comes with: a generation of its own.
  const std::string back = Compare(service, {});
  EXPECT_EQ(Get(service, back).counts().weapons_joined(), 1);
  const auto adopted = Adopt(service, back);
  ASSERT_TRUE(adopted.ok()) << adopted.status();
  EXPECT_EQ(adopted->generation().number(), 2u);
  EXPECT_EQ(pipeline_.ViewedWeapons(), (Weapons{{{"A#", "B#"}, 2}}));
  stored::v1::Adoption again;
  again.mutable_generation()->set_number(2);
  EXPECT_EQ(pipeline_.Adopt(again, kAdministrator).status().code(),
            absl::StatusCode::kFailedPrecondition)
      << "of two adoptions of one number the first is one";
}

TEST_F(GenerationTest,
       AnyNumberOfFindingsIsReweighedAndNoMoreLeadsAndExhibitsThanOneRevisionHolds) {
  // Two confirmed pairs; A and E, which differ in the last character, are a lead, and so are B and
  // E.
  pipeline_.Push({Incident("A", "CD583214"), Incident("B", "CD583214"), Incident("C", "FG714592"),
                  Incident("D", "FG714592"), Incident("E", "CD583215")});
  linkage::v1::RuleParameters heavier;
  *heavier.mutable_model() = OtherModel(6);
  auto options = Options();
  options.adopted_leads_max = 1;
  options.adopted_exhibits_max = 0;
  {
    linkage::GenerationService service(pipeline_.source(), &tokens_, options);
    const std::string id = Compare(service, heavier);
    EXPECT_EQ(Get(service, id).counts().findings_reweighed(), 4);
    const auto refused = Adopt(service, id);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition)
        << "two leads would have another place in the queue";
  }
  options.adopted_leads_max = 2;
  linkage::GenerationService service(pipeline_.source(), &tokens_, options);
  const std::string id = Compare(service, heavier);
  const auto adopted = Adopt(service, id);
  ASSERT_TRUE(adopted.ok()) << adopted.status();
  pipeline_.TakeCut();
  linkage::v1::RuleParameters leads_only = heavier;
  leads_only.set_leads_only(true);
  const std::string apart = Compare(service, leads_only);
  EXPECT_GT(Get(service, apart).counts().exhibits_moved(), 0);
  EXPECT_EQ(Adopt(service, apart).status().code(), absl::StatusCode::kFailedPrecondition);
}

// How many weapons of one partition several of the other make up.
std::int64_t MadeOfSeveral(const Weapons& whole, const Weapons& parts) {
  std::int64_t count = 0;
  for (const auto& [members, incidents] : whole) {
    std::int64_t in = 0;
    for (const auto& [part, unused] : parts) {
      in += std::any_of(part.begin(), part.end(),
                        [&](const std::string& one) { return members.contains(one); });
    }
    count += in > 1;
  }
  return count;
}

TEST_F(GenerationTest, RandomEvidenceIsComparedAdoptedAndRebuiltAlike) {
  int changed = 0;
  ForEachSeed(12, [&](std::uint64_t seed) {
    FeedEvidence evidence(static_cast<unsigned>(seed) + 9000);
    linkage::v1::RuleParameters rules;
    if (seed % 4 == 0) rules = Confirming(8);
    if (seed % 4 == 1) rules.set_leads_only(true);
    if (seed % 4 == 2) rules.set_guard(2);
    if (seed % 4 == 3) *rules.mutable_model() = OtherModel(9);
    // Several passes over the records on every other seed.
    bounds_.entries_max = seed % 2 == 0 ? 7 : 4'000'000;
    DerivationPipeline pipeline;
    for (int number = 0; number < 20; ++number) pipeline.Push(evidence.Record(number));
    const Weapons before = pipeline.ViewedWeapons();
    auto options = Options();
    options.adopt = [&](const stored::v1::Adoption& adoption, const rpc::Identity& author) {
      return pipeline.Adopt(adoption, author);
    };
    linkage::GenerationService service(pipeline.source(), &tokens_, options);
    const std::string id = Compare(service, rules);
    const ComparisonCounts counts = Get(service, id).counts();
    const auto adopted = Adopt(service, id);
    ASSERT_TRUE(adopted.ok()) << adopted.status();
    const Weapons after = pipeline.ViewedWeapons();
    EXPECT_EQ(counts.weapons_split(), MadeOfSeveral(before, after));
    EXPECT_EQ(counts.weapons_joined(), MadeOfSeveral(after, before));
    changed += before != after;
    // What comes after, and what comes again.
    std::vector<std::vector<SentMessage>> later;
    for (int number = 20; number < 30; ++number) later.push_back(evidence.Record(number));
    for (const auto& messages : later) pipeline.Push(messages);
    pipeline.Restart();
    const Weapons in_the_end = pipeline.ViewedWeapons();
    const graph::Revision latest = pipeline.revision();
    std::vector<Weapons> kept;
    for (graph::Revision revision = 1; revision <= latest; ++revision) {
      kept.push_back(pipeline.MaterialisedWeapons(revision));
    }
    // Rules that always ran give the same weapons at last.
    FeedEvidence again(static_cast<unsigned>(seed) + 9000);
    DerivationPipeline always(view::RulesOf(rules).value());
    for (int number = 0; number < 30; ++number) always.Push(again.Record(number));
    EXPECT_EQ(always.ViewedWeapons(), in_the_end);
    // And the log, derived anew, tells the same at every revision.
    linkage::ConfirmationPolicy other;
    other.rules_confirm = false;
    pipeline.Restart(other);
    pipeline.TakeCut();
    pipeline.Restart(linkage::ConfirmationPolicy());
    ASSERT_EQ(pipeline.revision(), latest);
    for (graph::Revision revision = 1; revision <= latest; ++revision) {
      EXPECT_EQ(pipeline.MaterialisedWeapons(revision), kept[revision - 1]) << revision;
    }
  });
  EXPECT_GT(changed, 3) << "the rules must change something";
}

// Sends `request` with a deadline.
template <typename Request, typename Response>
grpc::Status Call(admin::v1::GenerationService::Stub& stub,
                  grpc::Status (admin::v1::GenerationService::Stub::*call)(grpc::ClientContext*,
                                                                           const Request&,
                                                                           Response*),
                  const Request& request, Response& response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  return (stub.*call)(&context, request, &response);
}

TEST(GenerationServerTest, AnAdministratorComparesAndAdoptsAndOthersAreRefused) {
  using Stub = admin::v1::GenerationService::Stub;
  TestServer server;
  const AgencyClient kent = server.As("kent");
  ASSERT_TRUE(kent.Submit({Incident("A", "AB5832").message, Incident("B", "AB5832").message},
                          /*wait_for_linkage=*/true)
                  .ok());
  const auto kents = admin::v1::GenerationService::NewStub(kent.channel());
  admin::v1::ListGenerationsResponse listed;
  const grpc::Status refused =
      Call(*kents, &Stub::ListGenerations, admin::v1::ListGenerationsRequest(), listed);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(DetailsOf(refused).reason, type::v1::ERROR_REASON_ROLE_NOT_HELD);

  const auto stub = admin::v1::GenerationService::NewStub(server.As("nabis").channel());
  admin::v1::StartComparisonRequest start;
  start.mutable_rules()->set_confirm_length(7);
  admin::v1::StartComparisonResponse started;
  ASSERT_TRUE(Call(*stub, &Stub::StartComparison, start, started).ok());
  admin::v1::GetComparisonRequest get;
  get.set_comparison_id(started.comparison_id());
  admin::v1::GetComparisonResponse compared;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  do {
    ASSERT_TRUE(Call(*stub, &Stub::GetComparison, get, compared).ok());
    ASSERT_LT(std::chrono::steady_clock::now(), give_up);
  } while (compared.state() == admin::v1::COMPARISON_STATE_RUNNING);
  EXPECT_EQ(compared.counts().weapons_split(), 1);
  admin::v1::AdoptGenerationRequest adopt;
  adopt.set_comparison_id(started.comparison_id());
  adopt.set_reason("test");
  admin::v1::AdoptGenerationResponse adopted;
  const grpc::Status status = Call(*stub, &Stub::AdoptGeneration, adopt, adopted);
  ASSERT_TRUE(status.ok()) << status.error_message();
  series::v1::ListSeriesRequest list;
  list.mutable_view()->set_min_revision(adopted.revision());
  EXPECT_EQ(kent.ListSeries(list)->series_size(), 0);
  // The rules in force come back with the server.
  server.Restart();
  const AgencyClient again = server.As("kent");
  const auto more = again.Submit({Incident("C", "AB5832").message}, /*wait_for_linkage=*/true);
  ASSERT_TRUE(more.ok()) << more.status.error_message();
  EXPECT_EQ(again.ListSeries(list)->series_size(), 0);
  EXPECT_EQ(server.StopAndCheckStore(), "nothing is wrong\n");
}

}  // namespace
}  // namespace serieslink
