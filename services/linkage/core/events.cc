#include "services/linkage/core/events.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/linkage/core/forces.h"

namespace serieslink::linkage {
namespace {

constexpr uint32_t kNoEvent = std::numeric_limits<uint32_t>::max();
// Records that can agree on a former id: one that has moved so often, and the one that names all.
constexpr size_t kClaimantsMax = 17;

// What all records of one event agree on.
struct Common {
  TimeInterval occurred;
  uint64_t borough = 0;
  uint64_t force_area = 0;
  bool has_reference = false;  // one of them goes under a reference
};

// A force of railways or bases says nothing of the area in which something happened.
uint64_t AreaOf(const RecordEventFacts& record) {
  return IsNameOfForceWithoutArea(record.force_area) ? 0 : record.force_area;
}

bool SameOrUnknown(uint64_t a, uint64_t b) { return a == 0 || b == 0 || a == b; }

bool Compatible(const Common& a, const Common& b) {
  return Overlap(a.occurred, b.occurred) && SameOrUnknown(a.borough, b.borough) &&
         SameOrUnknown(a.force_area, b.force_area);
}

// A record under a reference.
struct Entry {
  uint64_t reference = 0;
  EventKind kind = EventKind::kUnspecified;
  TimeInterval occurred;
  uint64_t public_id = 0;
  uint32_t record = 0;

  auto Order() const {
    return std::make_tuple(reference, kind, occurred.earliest_s, occurred.latest_s, public_id);
  }
};

// One call of ResolveEvents. Sets of records are union-find trees over the caller's indices; which
// index is a root has no influence on the result.
class EventResolver {
 public:
  explicit EventResolver(absl::Span<const RecordEventFacts> records)
      : records_(records), parent_(records.size()), size_(records.size(), 1) {
    std::iota(parent_.begin(), parent_.end(), 0u);
    common_.reserve(records.size());
    for (const RecordEventFacts& r : records) {
      const bool has_reference = std::any_of(r.references.begin(), r.references.end(),
                                             [](uint64_t reference) { return reference != 0; });
      common_.push_back({r.occurred, r.borough, AreaOf(r), has_reference});
    }
  }

  EventResolution Run() && {
    JoinByFormerIds();
    FindNamedRecords();
    JoinByReferences();
    JoinBySpentItems();
    JoinByOtherItems();
    CollectEvents();
    CollectShared();
    return std::move(out_);
  }

 private:
  uint32_t Root(uint32_t x) {
    while (parent_[x] != x) {
      parent_[x] = parent_[parent_[x]];
      x = parent_[x];
    }
    return x;
  }

  void Join(uint32_t a, uint32_t b) {
    if (size_[a] < size_[b]) std::swap(a, b);
    parent_[b] = a;
    size_[a] += size_[b];
    Common& kept = common_[a];
    const Common& other = common_[b];
    kept.occurred.earliest_s = std::max(kept.occurred.earliest_s, other.occurred.earliest_s);
    kept.occurred.latest_s = std::min(kept.occurred.latest_s, other.occurred.latest_s);
    if (kept.borough == 0) kept.borough = other.borough;
    if (kept.force_area == 0) kept.force_area = other.force_area;
    kept.has_reference |= other.has_reference;
  }

  // Records under their present and their former ids. What several claim is left for
  // JoinByReferences, in doubtful_.
  void JoinByFormerIds() {
    // Who claims which key: by key and kind.
    std::map<std::pair<uint64_t, EventKind>, std::vector<uint32_t>> claims;
    for (uint32_t i = 0; i < records_.size(); ++i) {
      const RecordEventFacts& r = records_[i];
      if (r.kind == EventKind::kUnspecified) continue;
      for (const uint64_t former : r.former_sources) {
        if (former != 0 && former != r.source) claims[{former, r.kind}].push_back(i);
      }
    }
    if (claims.empty()) return;
    std::vector<uint32_t> formers;  // records that another one follows
    for (uint32_t i = 0; i < records_.size(); ++i) {
      const auto claimed = claims.find({records_[i].source, records_[i].kind});
      if (claimed == claims.end()) continue;
      std::vector<uint32_t>& claimants = claimed->second;
      if (!Agree(claimants)) {
        // What so many claim is a word for "none", and no id.
        if (claimants.size() > kClaimantsMax) continue;
        doubtful_[records_[i].source].push_back(i);
        for (const uint32_t c : claimants) doubtful_[records_[i].source].push_back(c);
        continue;
      }
      formers.push_back(i);
      for (const uint32_t c : claimants) {
        if (Root(c) != Root(i)) Join(Root(c), Root(i));
      }
    }
    TakePresentAccounts(formers);
  }

  // Whether one of `claimants` names all others: then all are one record, moved more than once.
  bool Agree(absl::Span<const uint32_t> claimants) const {
    // Each names few ids, so that of many not one can.
    if (claimants.size() > kClaimantsMax) return false;
    return std::any_of(claimants.begin(), claimants.end(), [&](uint32_t last) {
      const auto& names = records_[last].former_sources;
      return std::all_of(claimants.begin(), claimants.end(), [&](uint32_t other) {
        return other == last ||
               std::find(names.begin(), names.end(), records_[other].source) != names.end();
      });
    });
  }

  // Of what was joined, the account of a record that no other follows is taken for all; of several,
  // or where they go round in a circle, that of the smallest id.
  void TakePresentAccounts(absl::Span<const uint32_t> formers) {
    std::vector<bool> is_former(records_.size());
    for (const uint32_t f : formers) is_former[f] = true;
    absl::flat_hash_map<uint32_t, uint32_t> account;  // by root
    for (const uint32_t f : formers) account.emplace(Root(f), f);
    const auto order = [&](uint32_t i) {
      return std::make_pair(is_former[i], records_[i].public_id);
    };
    for (uint32_t i = 0; i < records_.size(); ++i) {
      const auto taken = account.find(Root(i));
      if (taken != account.end() && order(i) < order(taken->second)) taken->second = i;
    }
    for (const auto& [root, i] : account) {
      common_[root] = {records_[i].occurred, records_[i].borough, AreaOf(records_[i]),
                       common_[root].has_reference};
    }
  }

  void JoinByReferences() {
    std::vector<Entry> entries;
    const auto add = [&](uint64_t reference, uint32_t i) {
      entries.push_back(EntryOf(reference, i));
    };
    for (uint32_t i = 0; i < records_.size(); ++i) {
      if (records_[i].kind == EventKind::kUnspecified) continue;
      for (const uint64_t reference : records_[i].references) {
        if (reference != 0) add(reference, i);
      }
    }
    for (const auto& [source, claiming] : doubtful_) {
      for (const uint32_t i : claiming) add(source, i);
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.Order() < b.Order(); });
    for (size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
      while (end < entries.size() && entries[end].reference == entries[begin].reference &&
             entries[end].kind == entries[begin].kind) {
        ++end;
      }
      JoinGroup(absl::MakeConstSpan(entries).subspan(begin, end - begin));
    }
  }

  // Who says, of a record, that its items are others' own: of one kind with it.
  struct Named {
    std::vector<Entry> itself;
    std::vector<Entry> by_spent_items;
    std::vector<Entry> by_other_items;
  };

  Entry EntryOf(uint64_t reference, uint32_t i) {
    return {reference, records_[i].kind, common_[Root(i)].occurred, records_[i].public_id, i};
  }

  void FindNamedRecords() {
    for (uint32_t i = 0; i < records_.size(); ++i) {
      const RecordEventFacts& r = records_[i];
      if (r.kind == EventKind::kUnspecified) continue;
      for (const uint64_t source : r.spent_item_sources) {
        if (source != r.source)
          named_[{source, r.kind}].by_spent_items.push_back(EntryOf(source, i));
      }
      for (const uint64_t source : r.other_item_sources) {
        if (source != r.source)
          named_[{source, r.kind}].by_other_items.push_back(EntryOf(source, i));
      }
    }
    if (named_.empty()) return;
    for (uint32_t i = 0; i < records_.size(); ++i) {
      const auto found = named_.find({records_[i].source, records_[i].kind});
      if (records_[i].source == 0 || found == named_.end()) continue;
      found->second.itself.push_back(EntryOf(records_[i].source, i));
    }
    // A record that is not here relates nobody.
    for (auto named = named_.begin(); named != named_.end();) {
      named = named->second.itself.empty() ? named_.erase(named) : std::next(named);
    }
  }

  void JoinBySpentItems() {
    for (const auto& [unused, named] : named_) {
      JoinNamed(named.itself, named.by_spent_items, /*of_one_reference=*/false);
    }
  }

  void JoinByOtherItems() {
    for (const auto& [source, named] : named_) {
      // Several crimes can be committed with one gun on one day, and be told of by references of
      // their own.
      const EventKind kind = source.second;
      JoinNamed(named.itself, named.by_other_items,
                kind == EventKind::kIncident || kind == EventKind::kSighting);
    }
  }

  void JoinNamed(absl::Span<const Entry> itself, absl::Span<const Entry> by,
                 bool of_one_reference) {
    if (by.empty()) return;
    std::vector<Entry> entries(itself.begin(), itself.end());
    entries.insert(entries.end(), by.begin(), by.end());
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.Order() < b.Order(); });
    JoinGroup(entries, of_one_reference);
  }

  // Records of one reference and kind, by ascending start. `of_one_reference`: events that each go
  // under references, which none of them shares or they would have met, are several.
  void JoinGroup(absl::Span<const Entry> group, bool of_one_reference = false) {
    std::vector<uint32_t> candidates;  // One record of each event that a later record may join.
    for (const Entry& entry : group) {
      // An event that ended before this record's start is over for all that follow as well.
      candidates.erase(std::remove_if(candidates.begin(), candidates.end(),
                                      [&](uint32_t c) {
                                        return common_[Root(c)].occurred.latest_s <
                                               entry.occurred.earliest_s;
                                      }),
                       candidates.end());
      const uint32_t root = Root(entry.record);
      if (std::any_of(candidates.begin(), candidates.end(),
                      [&](uint32_t c) { return Root(c) == root; })) {
        continue;
      }
      const auto match = std::find_if(candidates.begin(), candidates.end(), [&](uint32_t c) {
        const Common& there = common_[Root(c)];
        return Compatible(there, common_[root]) &&
               !(of_one_reference && there.has_reference && common_[root].has_reference);
      });
      if (match != candidates.end()) {
        Join(Root(*match), root);
      } else {
        candidates.push_back(entry.record);
      }
    }
  }

  void CollectEvents() {
    std::vector<uint32_t> arrival(records_.size());
    std::iota(arrival.begin(), arrival.end(), 0u);
    std::sort(arrival.begin(), arrival.end(), [&](uint32_t a, uint32_t b) {
      return records_[a].record_number < records_[b].record_number;
    });
    out_.event_of.resize(records_.size());
    std::vector<uint32_t> event_of_root(records_.size(), kNoEvent);
    for (const uint32_t index : arrival) {
      const uint32_t root = Root(index);
      if (event_of_root[root] == kNoEvent) {
        event_of_root[root] = static_cast<uint32_t>(out_.events.size());
        Event& event = out_.events.emplace_back();
        event.kind = records_[index].kind;
        event.occurred = common_[root].occurred;
        event.borough = common_[root].borough;
        event.force_area = common_[root].force_area;
      }
      out_.events[event_of_root[root]].records.push_back(index);
      out_.event_of[index] = event_of_root[root];
    }
  }

  void CollectShared() {
    // (reference, event, whether the event only cites it): false sorts first, and wins.
    std::vector<std::tuple<uint64_t, uint32_t, bool>> uses;
    for (uint32_t i = 0; i < records_.size(); ++i) {
      for (const uint64_t r : records_[i].references) uses.emplace_back(r, out_.event_of[i], false);
      for (const uint64_t r : records_[i].cited_references) {
        uses.emplace_back(r, out_.event_of[i], true);
      }
    }
    for (const auto& [unused, named] : named_) {
      const auto use = [&](absl::Span<const Entry> entries, bool cites) {
        for (const Entry& one : entries) {
          uses.emplace_back(one.reference, out_.event_of[one.record], cites);
        }
      };
      use(named.itself, /*cites=*/false);
      use(named.by_spent_items, /*cites=*/false);
      use(named.by_other_items, /*cites=*/true);
    }
    std::sort(uses.begin(), uses.end());
    uses.erase(std::unique(uses.begin(), uses.end(),
                           [](const auto& a, const auto& b) {
                             return std::get<0>(a) == std::get<0>(b) &&
                                    std::get<1>(a) == std::get<1>(b);
                           }),
               uses.end());
    for (size_t begin = 0, end = 0; begin < uses.size(); begin = end) {
      const uint64_t reference = std::get<0>(uses[begin]);
      while (end < uses.size() && std::get<0>(uses[end]) == reference) ++end;
      if (reference == 0 || end - begin < 2) continue;
      SharedReference& shared = out_.shared.emplace_back();
      shared.reference = reference;
      bool kind_seen[256] = {};
      for (size_t i = begin; i < end; ++i) {
        const auto [unused, event, cites] = uses[i];
        shared.events.push_back(event);
        if (!cites) shared.under.push_back(event);
        const EventKind kind = out_.events[event].kind;
        if (cites || kind == EventKind::kUnspecified || IsMadeUnderInquiry(kind)) continue;
        bool& seen = kind_seen[static_cast<uint8_t>(kind)];
        shared.clash |= seen;
        seen = true;
      }
    }
  }

  const absl::Span<const RecordEventFacts> records_;
  std::vector<uint32_t> parent_;
  std::vector<uint32_t> size_;
  std::vector<Common> common_;  // Valid at roots.
  // By the key of a former id that several claim: the record that has it, and they.
  std::map<uint64_t, std::vector<uint32_t>> doubtful_;
  // By the key of a record's id, and kind.
  std::map<std::pair<uint64_t, EventKind>, Named> named_;
  EventResolution out_;
};

}  // namespace

bool IsMadeUnderInquiry(EventKind kind) {
  return kind == EventKind::kRecovery || kind == EventKind::kSurrender ||
         kind == EventKind::kBorderSeizure || kind == EventKind::kDisposal;
}

EventResolution ResolveEvents(absl::Span<const RecordEventFacts> records) {
  return EventResolver(records).Run();
}

}  // namespace serieslink::linkage
