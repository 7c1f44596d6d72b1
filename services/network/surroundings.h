#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "serieslink/network/v1/network_service.pb.h"
#include "services/view/component_evidence.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

// One caller's network at one revision, found out node by node as it is gone through.
namespace serieslink::network {

// A node by the number of what it stands for: an event has that of its first record, a weapon that
// of its first exhibit, in the caller's view. Numbers never leave the server.
struct NodeKey {
  v1::NodeKind kind = v1::NODE_KIND_UNSPECIFIED;
  std::uint64_t number = 0;

  friend auto operator<=>(const NodeKey&, const NodeKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const NodeKey& key) {
    return H::combine(std::move(h), key.kind, key.number);
  }
};

// What may be gone through.
struct StepFilter {
  std::set<int> node_kinds;  // of v1::NodeKind
  std::set<int> verdicts;    // of record.v1.Verdict
  // An event must be able to have happened within it.
  linkage::TimeInterval period;
};

// A step from one node to another.
struct Step {
  NodeKey to;
  v1::Edge edge;
};

// Resolves what the caller may see of each evidence component once, when a node of it is first met,
// with the core that resolves every other view: so a node's weapon and event are those that the
// caller's other queries name. Bounded by the nodes that its user goes through; about a kilobyte
// for each. Thread-compatible; must not outlive the reader. Errors of all calls: those of the
// store; DATA_LOSS.
class Surroundings {
 public:
  Surroundings(graph::GraphReader* reader, const view::Viewer& viewer, graph::Revision revision,
               const view::EvidenceBounds& bounds)
      : reader_(*reader), viewer_(viewer), revision_(revision), bounds_(bounds) {}

  // The node that a public id names, or none when there is none that the caller may see at the
  // revision. An "EV-…" is known by any of its records, a "WP-…" or "SL-…" by any of its exhibits.
  absl::StatusOr<std::optional<NodeKey>> Find(const graph::ParsedId& id);

  // The steps from `node`, which an earlier call gave, in the order of the nodes they lead to.
  absl::StatusOr<std::vector<Step>> StepsFrom(const NodeKey& node, const StepFilter& filter);

  // `node` as an answer tells it.
  absl::StatusOr<v1::Node> Describe(const NodeKey& node);

  // The weapon of an exhibit that an earlier call gave, whether or not it has others.
  absl::StatusOr<std::optional<NodeKey>> WeaponOf(graph::ExhibitNumber exhibit);
  // The exhibits of a record, or of a weapon, that the caller may see at the revision.
  absl::StatusOr<std::vector<graph::ExhibitNumber>> ExhibitsOf(const NodeKey& node);
  // The event at which an exhibit was seen; none for a test-fire, which is no event and no use.
  absl::StatusOr<std::optional<NodeKey>> EventOfExhibit(graph::ExhibitNumber exhibit,
                                                        const linkage::TimeInterval& period);
  // The event of a record, where it can lie within `period`, and the records of an event.
  absl::StatusOr<std::optional<NodeKey>> EventOf(graph::RecordNumber record,
                                                 const linkage::TimeInterval& period);
  absl::StatusOr<std::vector<graph::RecordNumber>> RecordsOf(const NodeKey& event);

  // Whether there was evidence that is too large for one call, which no step leads into.
  bool has_met_too_large() const { return has_met_too_large_; }

 private:
  // A resolved part of the network.
  struct Part {
    std::unique_ptr<view::ComponentEvidence> evidence;
    view::ResolvedView view;
    absl::flat_hash_map<graph::ExhibitNumber, std::uint32_t> place_of_exhibit;
    absl::flat_hash_map<graph::RecordNumber, std::uint32_t> event_of_record;
  };

  // Null where the caller may not see it, it is not there at the revision, or it is too large.
  absl::StatusOr<const Part*> PartOfExhibit(graph::ExhibitNumber exhibit);
  // The part that knows the record's event. Null where the caller may not see the record.
  absl::StatusOr<const Part*> PartOfRecord(graph::RecordNumber record);
  absl::StatusOr<const Part*> Load(absl::Span<const graph::ExhibitNumber> exhibits,
                                   absl::Span<const graph::RecordNumber> records);
  // The record's state where the caller may see it, otherwise null.
  absl::StatusOr<const stored::v1::RecordState*> StateOf(graph::RecordNumber record);

  absl::Status AddFindings(graph::ExhibitNumber exhibit, const Part& part, const StepFilter& filter,
                           std::vector<Step>& steps);
  absl::Status AddRelatedEvents(const NodeKey& event, const Part& part, const StepFilter& filter,
                                std::vector<Step>& steps);
  absl::StatusOr<std::string> IdOf(const NodeKey& node);

  graph::GraphReader& reader_;
  const view::Viewer viewer_;
  const graph::Revision revision_;
  const view::EvidenceBounds bounds_;
  std::deque<Part> parts_;  // never moves
  absl::flat_hash_map<graph::ExhibitNumber, const Part*> part_of_exhibit_;
  absl::flat_hash_map<graph::RecordNumber, const Part*> part_of_record_;
  absl::flat_hash_map<graph::RecordNumber, std::optional<stored::v1::RecordState>> states_;
  bool has_met_too_large_ = false;
};

}  // namespace serieslink::network
