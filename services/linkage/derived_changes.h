#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/arena.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "serieslink/stored/v1/news.pb.h"
#include "storage/graph/edges.h"
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

  // State of a record that is here already, or null. Good as long as the changes.
  stored::v1::RecordState* Find(std::uint64_t record_number) {
    const auto found = place_of_record_.find(record_number);
    return found == place_of_record_.end() ? nullptr : records[found->second].second;
  }
  const stored::v1::RecordState* Find(std::uint64_t record_number) const {
    return const_cast<DerivedChanges*>(this)->Find(record_number);
  }
  // An empty state for a record that is not here yet.
  stored::v1::RecordState* Add(std::uint64_t record_number) {
    place_of_record_.emplace(record_number, records.size());
    auto* state = google::protobuf::Arena::CreateMessage<stored::v1::RecordState>(&arena_);
    records.emplace_back(record_number, state);
    return state;
  }

  // States by record number, in the order in which they were added.
  std::vector<std::pair<std::uint64_t, stored::v1::RecordState*>> records;
  // No value: a row that came and went within these changes.
  std::map<StatementKey, std::optional<stored::v1::Statement>> statements;
  // Membership of exhibits in weapons and of records in events. No value: as above.
  std::map<IntervalKey, std::optional<stored::v1::Membership>> memberships;
  // By root and from. No value: as above.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::optional<stored::v1::WeaponState>> weapons;
  // Latest component of a node, by kind and number.
  absl::flat_hash_map<std::pair<NodeKind, std::uint64_t>, std::uint64_t> components;
  // Components that members joined (true) or left, by kind, component and number of the member.
  absl::flat_hash_map<std::tuple<NodeKind, std::uint64_t, std::uint64_t>, bool> component_members;
  std::vector<Id> ids;
  graph::FirearmEntries firearms;
  // Entries of the queues of leads and of reexaminations by type, rank and pair (newer, older), and
  // what each says. No value: the entry goes.
  using QueueKey = std::tuple<graph::EdgeType, std::uint64_t, std::uint64_t, std::uint64_t>;
  std::map<QueueKey, std::optional<std::string>> queues;
  // Where revisions may have changed weapons that matter.
  std::map<std::uint64_t, stored::v1::RevisionNews> news;
  // Acts of analysts: the group of person and day, and the number of the lead file.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> acts;
  // Enquiries and replies: the group (services/view/enquiry_records.h) and the number of the
  // record.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> enquiries;
  // Actions of meetings, likewise (services/view/meeting_records.h).
  std::vector<std::pair<std::uint64_t, std::uint64_t>> meeting_actions;

 private:
  google::protobuf::Arena arena_;  // of the records
  absl::flat_hash_map<std::uint64_t, std::size_t> place_of_record_;
};

}  // namespace serieslink::linkage
