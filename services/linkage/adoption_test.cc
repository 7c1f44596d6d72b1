#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/model.h"
#include "services/linkage/derivation.h"
#include "services/view/generations.h"
#include "storage/graph/public_id.h"

namespace serieslink::linkage {
namespace {

// The model that the program comes with, under another name.
v1::LinkageModel Renamed(const std::string& version) {
  v1::LinkageModel model = ParseModelText(DefaultModelText()).value();
  model.set_version(version);
  return model;
}

// A log whose records tell of one Glock each, and what is derived of it.
class AdoptionTest : public ::testing::Test {
 protected:
  AdoptionTest() { Begin(RuleSet::Serving()); }

  // A derivation that knows nothing yet.
  void Begin(const RuleSet& rules) {
    derivation_ = std::make_unique<Derivation>(
        rules, ConfirmationPolicy(), &ids_,
        [this](absl::Span<const std::uint64_t> numbers)
            -> absl::StatusOr<std::vector<stored::v1::RecordState>> {
          std::vector<stored::v1::RecordState> states;
          for (const std::uint64_t number : numbers) states.push_back(records_.at(number));
          return states;
        },
        [](absl::Span<const std::uint64_t>) -> absl::StatusOr<std::vector<view::ReadEntry>> {
          return absl::InternalError("no gun is lost here");
        });
  }

  graph::LogItem Entry(const std::string& source_id) {
    const auto number = numbers_.try_emplace(source_id, numbers_.size() + 1).first->second;
    graph::LogItem item;
    item.entry.set_agency("kent");
    item.entry.set_source_system("S");
    item.entry.set_source_id(source_id);
    item.entry.set_record_number(number);
    item.entry.set_public_id(ids_.ForRecord({"kent", "S", source_id}).value());
    return item;
  }
  graph::LogItem Gun(const std::string& source_id, const std::string& serial) {
    graph::LogItem item = Entry(source_id);
    auto record = std::make_shared<record::v1::Record>();
    record->mutable_source()->set_agency("kent");
    record->mutable_source()->set_source_system("S");
    record->mutable_source()->set_source_id(source_id);
    record::v1::Exhibit& exhibit = *record->add_exhibits();
    exhibit.set_kind(record::v1::EXHIBIT_KIND_GUN);
    exhibit.mutable_firearm()->set_make("Glock");
    exhibit.mutable_firearm()->add_serials()->set_text(serial);
    item.record = std::move(record);
    return item;
  }
  graph::LogItem Withdrawal(const std::string& source_id) {
    graph::LogItem item = Entry(source_id);
    item.entry.mutable_withdrawal();
    return item;
  }
  graph::LogItem Adoption(const v1::LinkageModel& model) {
    graph::LogItem item = Entry("adoption");
    *item.entry.mutable_adoption()->mutable_generation()->mutable_rules()->mutable_model() = model;
    return item;
  }

  void Apply(std::vector<graph::LogItem> items) {
    graph::LogBatch batch;
    batch.revision = ++revision_;
    batch.commit_time = absl::FromUnixSeconds(1'700'000'000);
    batch.first_sequence = sequence_ + 1;
    sequence_ += items.size();
    batch.items = std::move(items);
    DerivedChanges changes;
    const absl::Status status = derivation_->Apply(batch, changes);
    ASSERT_TRUE(status.ok()) << status;
    for (const auto& [number, state] : changes.records) records_[number] = *state;
    for (const auto& [key, statement] : changes.statements) {
      if (statement.has_value()) statements_[key] = *statement;
    }
    for (const auto& [node, component] : changes.components) components_[node] = component;
  }

  // What a start does: everything is made of what is derived.
  void Restart(const RuleSet& rules) {
    Begin(rules);
    for (const auto& [number, state] : records_) {
      ASSERT_TRUE(
          derivation_->RestoreRecord(derivation_->PrepareRecord(number, state, nullptr)).ok());
    }
    for (const auto& [node, component] : components_) {
      ASSERT_TRUE(derivation_->RestoreComponent(node.first, node.second, component).ok());
    }
    for (const auto& [key, statement] : statements_) {
      if (statement.to_revision() != 0) continue;
      ASSERT_TRUE(derivation_->RestoreStatement(statement).ok());
    }
  }

  // The rule of the finding about two records that began at `from`, and when it ended.
  std::pair<std::string, std::uint64_t> Finding(const std::string& newer, const std::string& older,
                                                std::uint64_t from) const {
    for (const auto& [key, statement] : statements_) {
      if (key.newer >> 16 == numbers_.at(newer) && key.older >> 16 == numbers_.at(older) &&
          key.from_revision == from) {
        return {statement.rule(), statement.to_revision()};
      }
    }
    return {};
  }

  const graph::IdKey ids_ =
      graph::IdKey::Create(std::string(graph::IdKey::kSecretBytes, 'k')).value();
  std::unique_ptr<Derivation> derivation_;
  std::map<std::string, std::uint64_t> numbers_;
  std::map<std::uint64_t, stored::v1::RecordState> records_;
  std::map<DerivedChanges::StatementKey, stored::v1::Statement> statements_;
  std::map<std::pair<DerivedChanges::NodeKind, std::uint64_t>, std::uint64_t> components_;
  std::uint64_t revision_ = 0;
  std::uint64_t sequence_ = 0;
};

TEST_F(AdoptionTest, AFindingKeepsTheNameOfItsRulesOverAdoptionsAndRestarts) {
  const std::string own = RuleName(RuleSet::Serving());
  const v1::LinkageModel second = Renamed("second");
  const v1::LinkageModel third = Renamed("third");
  const RuleSet second_rules = RuleSet::Serving(MakeModel(second).value());
  const RuleSet third_rules = RuleSet::Serving(MakeModel(third).value());
  for (const bool restarts : {false, true}) {
    numbers_.clear();
    records_.clear();
    statements_.clear();
    components_.clear();
    revision_ = sequence_ = 0;
    Begin(RuleSet::Serving());
    Apply({Gun("A", "AB583214"), Gun("B", "AB583214")});
    Apply({Adoption(second)});
    if (restarts) Restart(second_rules);
    Apply({Gun("C", "CD583214"), Gun("D", "CD583214")});
    Apply({Adoption(third)});
    if (restarts) Restart(third_rules);
    Apply({Gun("E", "EF583214"), Gun("F", "EF583214")});
    EXPECT_EQ(Finding("B", "A", 1), std::pair(own, std::uint64_t{0}));
    EXPECT_EQ(Finding("D", "C", 3), std::pair(RuleName(second_rules), std::uint64_t{0}));
    EXPECT_EQ(Finding("F", "E", 5), std::pair(RuleName(third_rules), std::uint64_t{0}));
    Apply({Withdrawal("A"), Withdrawal("C"), Withdrawal("E")});
    EXPECT_EQ(Finding("B", "A", 1), std::pair(own, std::uint64_t{6}));
    EXPECT_EQ(Finding("D", "C", 3), std::pair(RuleName(second_rules), std::uint64_t{6}));
    EXPECT_EQ(Finding("F", "E", 5), std::pair(RuleName(third_rules), std::uint64_t{6}));
  }
}

TEST_F(AdoptionTest, StatementsAreHandedOnWhileRulesAreAdoptedAndAreTheSame) {
  v1::LinkageModel heavier = Renamed("heavier");
  heavier.mutable_prior()->set_log2_odds(heavier.prior().log2_odds() + 1);
  std::map<DerivedChanges::StatementKey, std::string> held_to_the_end;
  for (const bool hands_on : {false, true}) {
    numbers_.clear();
    records_.clear();
    statements_.clear();
    components_.clear();
    revision_ = sequence_ = 0;
    Begin(RuleSet::Serving());
    std::size_t taken = 0;
    std::size_t most = 0;
    if (hands_on) {
      derivation_->HandOnStatements(4, [&](DerivedChanges& changes) {
        ++taken;
        most = std::max(most, changes.statements.size());
        for (const auto& [key, statement] : changes.statements) {
          EXPECT_TRUE(statement.has_value()) << "none came and went";
          if (statement.has_value()) statements_[key] = *statement;
        }
        changes.statements.clear();
        return absl::OkStatus();
      });
    }
    std::vector<graph::LogItem> guns;
    for (int i = 0; i < 40; ++i) {
      guns.push_back(Gun(absl::StrCat("G", i), absl::StrCat("AB5832", 10 + i / 2)));
    }
    Apply(guns);
    EXPECT_EQ(taken, 0u) << "nothing is handed on but while rules are adopted";
    Apply({Adoption(heavier)});
    if (!hands_on) {
      for (const auto& [key, statement] : statements_) {
        held_to_the_end[key] = statement.SerializeAsString();
      }
      continue;
    }
    // Of each pair with the same number the old finding is closed, and a new one is made.
    EXPECT_GE(taken, 2u * 20 / 8);
    EXPECT_LE(most, 3 + 2u * 40) << "no more than one exhibit adds to what is held";
    std::map<DerivedChanges::StatementKey, std::string> handed_on;
    for (const auto& [key, statement] : statements_) {
      handed_on[key] = statement.SerializeAsString();
    }
    EXPECT_EQ(handed_on, held_to_the_end);
    EXPECT_EQ(Finding("G1", "G0", 1).second, 2u);
    EXPECT_EQ(Finding("G1", "G0", 2),
              std::pair(RuleName(RuleSet::Serving(MakeModel(heavier).value())), std::uint64_t{0}));
    // What comes in one commit with an adoption can take back what it states: all is held.
    taken = 0;
    Apply({Adoption(Renamed("renamed")), Withdrawal("G1")});
    EXPECT_EQ(taken, 0u);
    EXPECT_EQ(Finding("G1", "G0", 2).second, 3u);
  }
}

TEST_F(AdoptionTest, AnErrorOfWhoeverTakesTheStatementsEndsTheAdoption) {
  v1::LinkageModel heavier = Renamed("heavier");
  heavier.mutable_prior()->set_log2_odds(heavier.prior().log2_odds() + 1);
  derivation_->HandOnStatements(
      1, [](DerivedChanges&) { return absl::ResourceExhaustedError("no room"); });
  Apply({Gun("A", "AB583214"), Gun("B", "AB583214")});
  graph::LogBatch batch;
  batch.revision = ++revision_;
  batch.commit_time = absl::FromUnixSeconds(1'700'000'000);
  batch.first_sequence = sequence_ + 1;
  batch.items.push_back(Adoption(heavier));
  DerivedChanges changes;
  EXPECT_TRUE(absl::IsResourceExhausted(derivation_->Apply(batch, changes)));
}

TEST_F(AdoptionTest, WhatComesInOneCommitWithAnAdoptionIsJudgedByTheRulesThatItAdopts) {
  // Half of the records come before the adoption, and the finding about B and A is made anew.
  v1::LinkageModel heavier = Renamed("heavier");
  heavier.mutable_prior()->set_log2_odds(heavier.prior().log2_odds() + 1);
  const std::string own = RuleName(RuleSet::Serving());
  const std::string adopted = RuleName(RuleSet::Serving(MakeModel(heavier).value()));
  Apply({Gun("A", "AB583214"), Gun("B", "AB583214")});
  Apply({Gun("C", "CD583214"), Gun("D", "CD583214"), Adoption(heavier), Gun("E", "CD583214")});
  EXPECT_EQ(Finding("B", "A", 1), std::pair(own, std::uint64_t{2}));
  EXPECT_EQ(Finding("B", "A", 2), std::pair(adopted, std::uint64_t{0}));
  EXPECT_EQ(Finding("D", "C", 2), std::pair(adopted, std::uint64_t{0}));
  EXPECT_EQ(Finding("E", "C", 2), std::pair(adopted, std::uint64_t{0}));
  // The same where the weights are the same, so that no finding is made anew.
  Apply({Gun("F", "FG583214"), Gun("G", "FG583214"), Adoption(Renamed("renamed"))});
  EXPECT_EQ(Finding("G", "F", 3).first,
            RuleName(RuleSet::Serving(MakeModel(Renamed("renamed")).value())));
}

}  // namespace
}  // namespace serieslink::linkage
