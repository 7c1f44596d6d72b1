#include "services/linkage/generation_comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/view/extract.h"
#include "storage/graph/graph_writer.h"
#include "storage/memory/memory_store.h"

namespace serieslink::linkage {
namespace {

using Pair = std::pair<std::uint64_t, std::uint64_t>;

std::map<Pair, Statement> Findings(absl::Span<const ExhibitFacts> exhibits, const RuleSet& rules) {
  std::map<Pair, Statement> findings;
  for (const Statement& one : RuleStatements(exhibits, rules)) {
    findings.emplace(Pair(one.first, one.second), one);
  }
  return findings;
}

// What a comparison counts, from all findings of both rules.
ComparisonCounts Expected(absl::Span<const ExhibitFacts> exhibits, const RuleSet& current,
                          const RuleSet& candidate) {
  const auto now = Findings(exhibits, current);
  const auto then = Findings(exhibits, candidate);
  ComparisonCounts counts;
  for (const auto& [pair, finding] : now) {
    const auto after = then.find(pair);
    if (after != then.end() && after->second.verdict == finding.verdict) {
      const bool is_reweighed = after->second.weight_log2 != finding.weight_log2;
      counts.reweighed += is_reweighed;
      counts.leads_reweighed += is_reweighed && finding.verdict == Verdict::kLead;
    } else {
      ++(finding.verdict == Verdict::kConfirmed ? counts.confirmations_lost : counts.leads_lost);
    }
  }
  for (const auto& [pair, finding] : then) {
    const auto before = now.find(pair);
    if (before != now.end() && before->second.verdict == finding.verdict) continue;
    ++(finding.verdict == Verdict::kConfirmed ? counts.confirmations_gained : counts.leads_gained);
  }
  return counts;
}

class GenerationComparisonTest : public ::testing::Test {
 protected:
  // A record of one gun, which bears these numbers.
  void Add(const std::string& make, const std::vector<std::string>& serials) {
    const std::uint64_t number = ++records_;
    stored::v1::RecordState state;
    state.set_public_id(1'000'000 + number);
    state.set_agency("kent");
    state.add_versions()->set_sequence(number);
    stored::v1::ExhibitState& exhibit = *state.add_exhibits();
    exhibit.set_public_id(1'000'000 + number);
    record::v1::Exhibit gun;
    gun.set_kind(record::v1::EXHIBIT_KIND_GUN);
    gun.mutable_firearm()->set_make(make);
    for (const std::string& serial : serials)
      gun.mutable_firearm()->add_serials()->set_text(serial);
    view::StoreFacts(gun, exhibit.mutable_facts());
    for (ExhibitFacts& facts : view::StandingExhibits(state, number)) {
      exhibits_.push_back(std::move(facts));
    }
    writer_->PutRecord(number, state);
  }

  void Finish() {
    stored::v1::DeriverPosition position;
    position.set_revision(1);
    position.set_sequence(records_);
    writer_->SetPosition(position);
    ASSERT_TRUE(writer_->Commit().ok());
  }

  // Findings that differ, as counted.
  std::uint64_t Check(const RuleSet& current, const RuleSet& candidate, std::size_t entries_max) {
    graph::Graph graph(store_.get());
    auto reader = graph.NewReader();
    EXPECT_TRUE(reader.ok()) << reader.status();
    ComparisonBounds bounds;
    bounds.entries_max = entries_max;
    const std::atomic<bool> stopping = false;
    GenerationComparison comparison(&*reader, current, candidate, /*rules_confirm=*/true, stopping,
                                    bounds);
    const absl::Status status = comparison.Run();
    EXPECT_TRUE(status.ok()) << status;
    const ComparisonCounts& counts = comparison.counts();
    const ComparisonCounts expected = Expected(exhibits_, current, candidate);
    EXPECT_EQ(counts.confirmations_gained, expected.confirmations_gained);
    EXPECT_EQ(counts.confirmations_lost, expected.confirmations_lost);
    EXPECT_EQ(counts.leads_gained, expected.leads_gained);
    EXPECT_EQ(counts.leads_lost, expected.leads_lost);
    EXPECT_EQ(counts.reweighed, expected.reweighed);
    EXPECT_EQ(counts.leads_reweighed, expected.leads_reweighed);
    return counts.confirmations_gained + counts.confirmations_lost + counts.leads_gained +
           counts.leads_lost;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<graph::GraphWriter> writer_ = *graph::GraphWriter::Open(store_.get());
  std::uint64_t records_ = 0;
  std::vector<ExhibitFacts> exhibits_;
};

TEST_F(GenerationComparisonTest, CountsWhatTheFindingsOfBothRulesDifferIn) {
  // Few characters, so that many numbers are equal, alike or one edit apart, and keys are crowded.
  std::mt19937 random(11);
  const auto number = [&] {
    std::string text = "AB";
    for (std::size_t length = 2 + random() % 5; length > 0; --length) text += "1258"[random() % 4];
    return text;
  };
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> serials = {number()};
    if (random() % 5 == 0) serials.push_back(number());
    Add(random() % 3 == 0 ? "Colt" : "Glock", serials);
  }
  Finish();
  const RuleSet serving = RuleSet::Serving();
  RuleSet shorter_lists = serving;
  shorter_lists.guard = 5;
  RuleSet longer = serving;
  longer.confirm_length = 8;
  longer.lead_length = 6;
  RuleSet longer_lists = longer;
  longer_lists.guard = 12;
  for (const std::size_t entries_max : {50, 4'000'000}) {
    EXPECT_EQ(Check(serving, serving, entries_max), 0u);
    for (const RuleSet* other : {&shorter_lists, &longer, &longer_lists}) {
      EXPECT_GT(Check(serving, *other, entries_max), 20u);
      EXPECT_GT(Check(*other, serving, entries_max), 20u);
    }
    EXPECT_GT(Check(shorter_lists, longer, entries_max), 20u);
  }
}

TEST_F(GenerationComparisonTest, AKeyThatIsCrowdedUnderOneOfTheRulesCostsWhatTheOtherFinds) {
  // All share their first four characters; the longer rules look at three of them.
  for (int i = 0; i < 4'000; ++i) Add("Glock", {absl::StrCat("ABCD", 10 + i % 90)});
  for (const char* serial : {"ABCD58325", "ABCD58335", "ABCD58345"}) Add("Glock", {serial});
  Finish();
  RuleSet longer = RuleSet::Serving();
  longer.confirm_length = 9;
  longer.lead_length = 9;
  EXPECT_GT(Check(RuleSet::Serving(), longer, 4'000'000), 0u);
  EXPECT_GT(Check(longer, RuleSet::Serving(), 4'000'000), 0u);
}

TEST_F(GenerationComparisonTest, AWeaponIsToldOfByTwoExhibitsThatHaveAFindingOfTheirOwn) {
  // Only the third holds the first two together, and not everybody may see it.
  Add("Glock", {"AB583214"});
  Add("Glock", {"CD714592"});
  Add("Glock", {"AB583214", "CD714592"});
  Finish();
  RuleSet leads_only = RuleSet::Serving();
  leads_only.confirms = false;
  graph::Graph graph(store_.get());
  auto reader = graph.NewReader();
  ASSERT_TRUE(reader.ok()) << reader.status();
  const std::atomic<bool> stopping = false;
  GenerationComparison comparison(&*reader, leads_only, RuleSet::Serving(), /*rules_confirm=*/true,
                                  stopping);
  ASSERT_TRUE(comparison.Run().ok());
  EXPECT_EQ(comparison.counts().weapons_joined, 1u);
  EXPECT_EQ(comparison.counts().weapons_split, 0u);
  EXPECT_EQ(comparison.counts().exhibits_moved, 2u);
  int examples = 0;
  for (const ComparisonExample& example : comparison.examples()) {
    if (example.change != ComparisonChange::kWeaponsJoined) continue;
    ++examples;
    EXPECT_EQ(std::max(example.first, example.second), exhibits_[2].exhibit_number);
  }
  EXPECT_EQ(examples, 1);
}

}  // namespace
}  // namespace serieslink::linkage
