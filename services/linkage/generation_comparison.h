#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/rules.h"
#include "storage/graph/graph_reader.h"

// What other rules would change of what is derived: worked out beside it, from one snapshot, with
// the functions of the core.
namespace serieslink::linkage {

struct ComparisonCounts {
  std::uint64_t confirmations_gained = 0;
  std::uint64_t confirmations_lost = 0;
  std::uint64_t leads_gained = 0;
  std::uint64_t leads_lost = 0;
  std::uint64_t reweighed = 0;        // findings that stay, with another weight
  std::uint64_t leads_reweighed = 0;  // those of them that are leads
  std::uint64_t weapons_joined = 0;
  std::uint64_t weapons_split = 0;
  std::uint64_t exhibits_moved = 0;
  std::uint64_t exhibits_not_compared = 0;
};

// Numbers are those of admin.v1.ComparisonChange.
enum class ComparisonChange : std::uint8_t {
  kWeaponsJoined = 1,
  kWeaponSplit = 2,
  kConfirmationGained = 3,
  kConfirmationLost = 4,
  kLeadGained = 5,
  kLeadLost = 6,
};

struct ComparisonExample {
  ComparisonChange change = ComparisonChange::kWeaponsJoined;
  graph::ExhibitNumber first = 0;
  graph::ExhibitNumber second = 0;
};

struct ComparisonBounds {
  // Keys of exhibits' numbers that are held at once (24 bytes each): with more, the records are
  // read several times.
  std::size_t entries_max = 4'000'000;
  // Findings that differ (24 bytes each): above it the comparison fails.
  std::size_t differences_max = 2'000'000;
  // Exhibits that hang together and are resolved at once.
  std::size_t group_exhibits_max = 50'000;
  std::size_t examples_max = 1'000;  // of each kind
};

// One comparison. Not thread-safe, but for percent().
class GenerationComparison {
 public:
  // Compares what `current` makes of all that `reader` sees with what `candidate` would. `reader`
  // must outlive it. `rules_confirm`: whether policy lets rules confirm. `stopping` ends it early.
  GenerationComparison(graph::GraphReader* reader, const RuleSet& current, const RuleSet& candidate,
                       bool rules_confirm, const std::atomic<bool>& stopping,
                       const ComparisonBounds& bounds = {});

  // Errors: CANCELLED (`stopping` was set), RESOURCE_EXHAUSTED (more findings differ than are
  // held), those of the store.
  absl::Status Run();

  int percent() const { return percent_.load(); }
  const ComparisonCounts& counts() const { return counts_; }
  // By kind, then in the order in which they were found.
  const std::vector<ComparisonExample>& examples() const { return examples_; }

 private:
  // An exhibit that bears a number.
  struct Entry {
    std::uint64_t key = 0;
    graph::ExhibitNumber exhibit = 0;
    bool in_current = false;  // whether the rules look at the number
    bool in_candidate = false;
  };
  // Exhibits that bear a number on which findings stand, by the rules that look at it.
  struct Block {
    std::uint64_t key = 0;
    std::vector<graph::ExhibitNumber> exhibits;
  };
  // A pair of exhibits of which the two rules say different things.
  struct Difference {
    graph::ExhibitNumber first = 0;
    graph::ExhibitNumber second = 0;
    Verdict before = Verdict::kUnspecified;
    Verdict after = Verdict::kUnspecified;
  };
  using Facts = absl::flat_hash_map<graph::ExhibitNumber, ExhibitFacts>;

  absl::Status CheckStopping() const;
  // The exhibits with a number of share `share` of `shares`, by key. `percent_from` to
  // `percent_until` of the work.
  absl::StatusOr<std::vector<Entry>> ReadEntries(std::uint64_t share, std::uint64_t shares,
                                                 int percent_from, int percent_until);
  void FindGuarded(absl::Span<const Entry> entries);
  absl::Status JudgeBlocks(absl::Span<const Entry> entries, int percent_from, int percent_until);
  void JudgeBlock(const Block& block, const Facts& facts);
  void AddDifference(const ExhibitFacts& a, const ExhibitFacts& b, Verdict before, Verdict after);
  void AddExample(ComparisonChange change, graph::ExhibitNumber first, graph::ExhibitNumber second);
  absl::Status LoadFacts(absl::Span<const graph::ExhibitNumber> exhibits, Facts& facts) const;
  // What the findings that differ make of the weapons.
  absl::Status CompareWeapons();
  absl::Status CompareGroup(const std::vector<graph::ExhibitNumber>& members,
                            const std::vector<const Difference*>& differences);

  graph::GraphReader* const reader_;
  const RuleSet current_;
  const RuleSet candidate_;
  const bool rules_confirm_;
  const std::atomic<bool>& stopping_;
  const ComparisonBounds bounds_;
  std::atomic<int> percent_ = 0;
  std::uint64_t revision_ = 0;
  std::uint64_t sequence_ = 0;  // of the last log entry that is covered
  absl::flat_hash_set<std::uint64_t> guarded_now_;
  absl::flat_hash_set<std::uint64_t> guarded_then_;
  std::vector<Difference> differences_;
  bool is_too_much_ = false;
  ComparisonCounts counts_;
  std::vector<ComparisonExample> examples_;
  absl::flat_hash_map<ComparisonChange, std::size_t> examples_of_;
};

}  // namespace serieslink::linkage
