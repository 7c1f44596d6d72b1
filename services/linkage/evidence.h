#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/series.h"

// What the deriver holds in memory of the base view (everything, now): the exhibits and records
// with what linkage compares of them, the statements between them, and the components within which
// resolution is done. Plain data with its bookkeeping; the rules are in core/, the steps in
// derivation.h.
namespace serieslink::linkage {

using ExhibitIndex = std::uint32_t;
using RecordIndex = std::uint32_t;
using StatementIndex = std::uint32_t;
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

// A few indexes: most nodes have one or two, which then lie in the node itself.
using Indexes = absl::InlinedVector<std::uint32_t, 2>;

// Takes one `element` out of `indexes`, where it is there.
inline void EraseOne(Indexes& indexes, std::uint32_t element) {
  const auto found = std::find(indexes.begin(), indexes.end(), element);
  if (found == indexes.end()) return;
  *found = indexes.back();
  indexes.pop_back();
}

// One exhibit. It stays when its record no longer has it, for its number and statements do.
struct ExhibitNode {
  ExhibitFacts facts;
  RecordIndex record = kNone;
  bool active = false;          // the standing version of its record has it
  std::uint64_t component = 0;  // 0: alone
  // Number of the first exhibit of its weapon, where the weapon has two or more; and since when.
  std::uint64_t weapon_root = 0;
  std::uint64_t weapon_from = 0;
  std::uint64_t touched_revision = 0;  // the last that it is to be resolved in
  Indexes statements;                  // open ones of which it is an end
  std::uint32_t asserted = 0;          // how many of them records state
};

// One record.
struct RecordNode {
  std::uint64_t record_number = 0;
  std::uint64_t public_id = 0;
  std::uint64_t source_hash = 0;  // of agency, system and id: tells apart two sources of one id
  RecordEventFacts event;
  bool has_event = false;             // the standing version tells of an event
  std::uint8_t seriousness_log2 = 0;  // of that event
  std::uint64_t component = 0;        // 0: shares no reference
  // Number of the first record of its event, where the event has two or more; and since when.
  std::uint64_t event_root = 0;
  std::uint64_t event_from = 0;
  // Its exhibit when it has exactly one: what a reference to the record alone means. Else kNone.
  ExhibitIndex only_exhibit = kNone;
  std::uint64_t touched_revision = 0;  // the last that it is to be resolved in
  Indexes exhibits;                    // by ordinal
  Indexes assertions;                  // statements that its standing version asserts
};

// A statement with both ends here.
struct StatementNode {
  Statement statement;
  ExhibitIndex newer = kNone;  // by exhibit number
  ExhibitIndex older = kNone;
  std::uint64_t from_revision = 0;
  std::uint32_t rules = 0;  // by_rule: which rules made it, by the place of their name
  bool by_rule = false;
  bool open = false;
};

// Sets of things that are connected, which only ever grow. A set's members move to the larger of
// two sets, so each moves O(log n) times.
class Components {
 public:
  struct Move {
    std::uint32_t member;
    std::uint64_t component;
  };

  // Makes `a` and `b`, now in `component_a` and `component_b` (0: alone), members of one component.
  // Returns the members that changed, with their new component.
  std::vector<Move> Join(std::uint32_t a, std::uint64_t component_a, std::uint32_t b,
                         std::uint64_t component_b) {
    std::vector<Move> moves;
    if (component_a != 0 && component_a == component_b) return moves;
    if (component_a == 0 && component_b == 0) {
      const std::uint64_t component = ++last_;
      members_[component] = {a, b};
      return {{a, component}, {b, component}};
    }
    if (component_a == 0 || component_b == 0) {
      const std::uint64_t component = component_a == 0 ? component_b : component_a;
      const std::uint32_t member = component_a == 0 ? a : b;
      members_[component].push_back(member);
      return {{member, component}};
    }
    std::uint64_t to = component_a;
    std::uint64_t from = component_b;
    if (members_[to].size() < members_[from].size()) std::swap(to, from);
    const std::vector<std::uint32_t> moving = std::move(members_[from]);
    members_.erase(from);
    std::vector<std::uint32_t>& members = members_[to];
    members.insert(members.end(), moving.begin(), moving.end());
    moves.reserve(moving.size());
    for (const std::uint32_t member : moving) moves.push_back({member, to});
    return moves;
  }

  // Puts back what was stored.
  void Restore(std::uint32_t member, std::uint64_t component) {
    members_[component].push_back(member);
    last_ = std::max(last_, component);
  }
  void RestoreLast(std::uint64_t last) { last_ = std::max(last_, last); }

  const std::vector<std::uint32_t>& Members(std::uint64_t component) const {
    return members_.at(component);
  }
  // The last number given out.
  std::uint64_t last() const { return last_; }

 private:
  absl::flat_hash_map<std::uint64_t, std::vector<std::uint32_t>> members_;
  std::uint64_t last_ = 0;
};

// A pair of exhibits in the queue of leads.
struct LeadNode {
  std::uint64_t rank = 0;
  std::int64_t known_us = 0;  // since when it is a lead, microseconds since 1970
};

// A pair of exhibits that somebody is to look at again.
struct ReexaminationNode {
  std::int64_t since_us = 0;  // when the latest cause came, microseconds since 1970
  // The last revision at which what identifies one of the two changed while an analyst's word on
  // the pair stood; 0: none.
  std::uint64_t changed_revision = 0;
  bool is_queued = false;
};

// What a weapon of two or more exhibits is like, and since when.
struct WeaponNode {
  std::uint32_t exhibit_count = 0;
  std::uint32_t incident_count = 0;
  std::uint64_t from_revision = 0;
};

}  // namespace serieslink::linkage
