#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/hash/hash.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/series.h"
#include "services/linkage/few_indexes.h"

// What the deriver holds in memory of the base view (everything, now): the exhibits and records
// with what linkage compares of them, the statements between them, and the components within which
// resolution is done. Plain data with its bookkeeping; the rules are in core/, the steps in
// derivation.h.
namespace serieslink::linkage {

using ExhibitIndex = std::uint32_t;
using RecordIndex = std::uint32_t;
using StatementIndex = std::uint32_t;
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

// What an exhibit is: many are of one make, model, calibre and type, which is held once for all of
// them.
struct Description {
  std::uint64_t make = 0;
  std::uint64_t model = 0;
  std::uint64_t part_kind = 0;
  std::uint32_t types = 0;
  std::uint16_t calibre = 0;
  ExhibitKind kind = ExhibitKind::kUnspecified;

  friend bool operator==(const Description&, const Description&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Description& one) {
    return H::combine(std::move(h), one.make, one.model, one.part_kind, one.types, one.calibre,
                      one.kind);
  }
};

// What happened and where, as far as it is compared: the same of many events.
struct Scene {
  std::uint64_t borough = 0;
  std::uint64_t force_area = 0;
  EventKind kind = EventKind::kUnspecified;
  // What is not compared, and told to lists of lost guns: of incidents and disposals, and only
  // where it was read.
  bool is_read = false;
  std::uint8_t disposal = 0;  // a record.v1.DisposalKind
  std::uint64_t ward = 0;     // PlaceKey; 0: not known

  friend bool operator==(const Scene&, const Scene&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Scene& one) {
    return H::combine(std::move(h), one.borough, one.force_area, one.kind, one.is_read,
                      one.disposal, one.ward);
  }
};

// Values of which many nodes have the same one, each held once. They are never given up: there are
// no more of them than nodes ever had.
template <typename Value>
class Shared {
 public:
  std::uint32_t PlaceOf(const Value& value) {
    const auto [found, is_new] =
        places_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (is_new) values_.push_back(value);
    return found->second;
  }
  const Value& operator[](std::uint32_t place) const { return values_[place]; }

 private:
  std::vector<Value> values_;
  absl::flat_hash_map<Value, std::uint32_t> places_;
};

// One exhibit. It stays when its record no longer has it, for its number and statements do. Its
// number is that of its record with its ordinal; further numbers on it and its custody, which few
// have, lie beside it. It fills one line of a cache.
struct ExhibitNode {
  std::uint64_t public_id = 0;
  // Its first number; length 0: it has none that linkage uses.
  std::uint64_t serial_key = 0;
  std::uint64_t serial_likeness = 0;
  std::uint64_t weapon_from : 56 = 0;  // the revision since when its weapon has been `weapon_root`
  std::uint64_t serial_part : 4 = 0;   // of its first number, a SerialPart
  std::uint64_t was_asserted : 1 = 0;  // records once stated something of it
  RecordIndex record = kNone;
  std::uint32_t description = 0;  // among the shared ones
  std::uint32_t borough = 0;
  std::uint32_t component = 0;       // 0: alone
  ExhibitIndex weapon_root = kNone;  // first exhibit of its weapon, where that has two or more
  std::uint16_t ordinal = 0;         // within its record
  std::uint8_t serial_length = 0;    // of its first number
  bool serial_doubtful : 1 = false;  // of its first number
  bool serial_partial : 1 = false;   // of its first number
  bool has_more_serials : 1 = false;
  bool has_custody : 1 = false;
  bool active : 1 = false;       // the standing version of its record has it
  bool is_apart : 1 = false;     // its record lists it apart from other guns
  bool is_of_event : 1 = false;  // it belongs to the event of its record
  bool touched : 1 = false;      // it is to be resolved in this revision
  FewIndexes statements;         // open ones of which it is an end
};
static_assert(sizeof(ExhibitNode) == 64);

// What is kept of the seriousness of an event, which the worth of a lead has four bits for.
inline std::uint8_t KeptSeriousness(std::uint32_t seriousness_log2) {
  return static_cast<std::uint8_t>(std::min<std::uint32_t>(seriousness_log2, 15));
}

// One record. Its number is its index and one.
struct RecordNode {
  std::uint64_t public_id = 0;
  std::uint64_t source_hash = 0;    // of agency, system and id: tells apart two sources of one id
  TimeInterval occurred;            // of its event
  std::uint32_t scene = 0;          // of its event, among the shared ones
  std::uint32_t relations = kNone;  // the place of its EventRelations, where it has any
  FewIndexes exhibits;              // by ordinal
  FewIndexes assertions;            // statements that its standing version asserts
  // Its exhibit when it has exactly one: what a reference to the record alone means. Else kNone.
  ExhibitIndex only_exhibit = kNone;
  bool has_event = false;             // the standing version tells of an event
  bool touched = false;               // it is to be resolved in this revision
  std::uint8_t seriousness_log2 = 0;  // of its event
};
static_assert(sizeof(RecordNode) == 64);

inline std::uint64_t NumberOf(RecordIndex record) { return std::uint64_t{record} + 1; }
inline std::uint64_t NumberOf(const ExhibitNode& exhibit) {
  return NumberOf(exhibit.record) << 16 | exhibit.ordinal;
}

// What relates the event of a record to those of others.
struct EventRelations {
  // References that it goes under, those that it only cites, its former sources, and the sources
  // of records that it says have items of its own: spent ones, then others.
  absl::InlinedVector<std::uint64_t, 1> keys;
  std::uint32_t reference_count = 0;
  std::uint32_t cited_count = 0;
  std::uint32_t former_count = 0;
  std::uint32_t spent_item_count = 0;
  std::uint32_t component = 0;  // 0: shares no reference
  // Number of the first record of its event, where the event has two or more; and since when.
  std::uint32_t event_root = 0;
  std::uint64_t event_from = 0;
};

// Indexes of nodes by their public ids, which lie in the nodes alone.
template <typename Node>
class IndexById {
 public:
  // `nodes` must outlive it. Its nodes keep their ids.
  explicit IndexById(const std::deque<Node>* nodes) : indexes_(0, Hash{nodes}, Equal{nodes}) {}

  // A node of an id that is not there yet.
  void Add(std::uint32_t index) { indexes_.insert(index); }
  // kNone where there is none.
  std::uint32_t Find(std::uint64_t id) const {
    const auto found = indexes_.find(id);
    return found == indexes_.end() ? kNone : *found;
  }
  void Prefetch(std::uint64_t id) const { indexes_.prefetch(id); }

 private:
  struct Hash {
    using is_transparent = void;
    const std::deque<Node>* nodes;
    std::size_t operator()(std::uint64_t id) const { return absl::Hash<std::uint64_t>()(id); }
    std::size_t operator()(std::uint32_t index) const { return (*this)((*nodes)[index].public_id); }
  };
  struct Equal {
    using is_transparent = void;
    const std::deque<Node>* nodes;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(std::uint32_t index, std::uint64_t id) const {
      return (*nodes)[index].public_id == id;
    }
    bool operator()(std::uint64_t id, std::uint32_t index) const { return (*this)(index, id); }
  };

  absl::flat_hash_set<std::uint32_t, Hash, Equal> indexes_;
};

// A statement with both ends here.
struct StatementNode {
  std::uint64_t name = 0;
  std::uint64_t from_revision = 0;
  double weight_log2 = 0;
  ExhibitIndex newer = kNone;  // by exhibit number
  ExhibitIndex older = kNone;
  // By rule: which rules made it, by the place of their name. Else the place of what was stated.
  std::uint32_t origin = 0;
  Channel channel = Channel::kUnspecified;
  Verdict verdict = Verdict::kUnspecified;
  bool trusted = true;
  bool by_rule = false;

  // As CanJoin of the statement.
  bool can_join() const { return verdict == Verdict::kConfirmed && trusted; }
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
      FewIndexes& members = members_[component];
      members.push_back(a);
      members.push_back(b);
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
    const FewIndexes moving = std::move(members_[from]);
    members_.erase(from);
    FewIndexes& members = members_[to];
    for (const std::uint32_t member : moving) members.push_back(member);
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

  const FewIndexes& Members(std::uint64_t component) const { return members_.at(component); }
  // The last number given out.
  std::uint64_t last() const { return last_; }

 private:
  absl::flat_hash_map<std::uint64_t, FewIndexes> members_;
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
