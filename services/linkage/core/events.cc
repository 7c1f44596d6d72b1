#include "services/linkage/core/events.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace serieslink::linkage {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// What all records of one event agree on.
struct Common {
  TimeInterval occurred;
  uint64_t borough = 0;
  uint64_t force_area = 0;
};

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
      common_.push_back({r.occurred, r.borough, r.force_area});
    }
  }

  EventResolution Run() && {
    JoinByReferences();
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
  }

  void JoinByReferences() {
    std::vector<Entry> entries;
    for (uint32_t i = 0; i < records_.size(); ++i) {
      const RecordEventFacts& r = records_[i];
      if (r.kind == EventKind::kUnspecified) continue;
      for (const uint64_t reference : r.references) {
        if (reference != 0) entries.push_back({reference, r.kind, r.occurred, r.public_id, i});
      }
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

  // Records of one reference and kind, by ascending start.
  void JoinGroup(absl::Span<const Entry> group) {
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
        return Compatible(common_[Root(c)], common_[root]);
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
    std::vector<uint32_t> event_of_root(records_.size(), kNone);
    for (const uint32_t index : arrival) {
      const uint32_t root = Root(index);
      if (event_of_root[root] == kNone) {
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
