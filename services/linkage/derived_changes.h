#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::linkage {

// What one or more revisions change of the derived rows, before it is written. A row changed
// several times is written once.
struct DerivedChanges {
  enum class NodeKind { kExhibit, kRecord };

  struct StatementKey {
    std::uint64_t newer = 0;
    std::uint64_t older = 0;
    std::uint8_t channel = 0;
    std::uint64_t public_id = 0;
    std::uint64_t from_revision = 0;
    friend auto operator<=>(const StatementKey&, const StatementKey&) = default;
  };
  struct IntervalKey {
    NodeKind kind = NodeKind::kExhibit;
    std::uint64_t node = 0;
    std::uint64_t from_revision = 0;
    friend auto operator<=>(const IntervalKey&, const IntervalKey&) = default;
  };
  struct Id {
    std::uint64_t public_id = 0;
    std::uint64_t record_number = 0;
    std::optional<std::uint32_t> ordinal;  // of the exhibit; none: the record itself
  };

  absl::flat_hash_map<std::uint64_t, stored::v1::RecordState> records;  // by record number
  // No value: a row that came and went within these changes.
  std::map<StatementKey, std::optional<stored::v1::Statement>> statements;
  // Membership of exhibits in weapons and of records in events. No value: as above.
  std::map<IntervalKey, std::optional<stored::v1::Membership>> memberships;
  // By root and from. No value: as above.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::optional<stored::v1::WeaponState>> weapons;
  // Latest component of a node, by kind and number.
  std::map<std::pair<NodeKind, std::uint64_t>, std::uint64_t> components;
  // Components that members left, by kind, component and number of the member.
  std::map<std::tuple<NodeKind, std::uint64_t, std::uint64_t>, bool>
      component_members;  // true: there
  std::vector<Id> ids;
  graph::FirearmEntries firearms;

  bool empty() const { return records.empty(); }
};

}  // namespace serieslink::linkage
