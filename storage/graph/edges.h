#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/graph/keys.h"
#include "storage/graph/sorted_run_index.h"
#include "storage/graph/sorted_run_writer.h"

// The graph in general: typed nodes, typed edges that hold for an interval of revisions and are
// found from both ends, and values of a node that change over time. All are entries of one
// sorted-run index, since they come under random nodes. What the types mean is the business of the
// services; a new one only needs its number here.
//
//   type:1 00 source:8 from:8 target:8   to:varint payload   edge, found from its source
//   type:1 01 target:8 from:8 source:8   to:varint payload   the same edge, found from its target
//   type:1 02 node:8 from:8              payload             value of a node from a revision on
//   type:1 03 node:8                     payload             value of a node, without history
//   type:1 04 group:8 member:8                               member of a group, without history
//   type:1 05 rank:8 source:8 target:8   payload             edge in a queue, without history
//
// `to` is 0 for an interval that lasts to this day.
namespace serieslink::graph {

// What a number is the number of. The numbers are stored: never reused or renumbered.
enum class NodeType : std::uint8_t {
  kRecord = 1,
  kExhibit = 2,
  kEvent = 3,   // numbered as its earliest record
  kWeapon = 4,  // numbered as its earliest exhibit
};

// Kinds of edges and of values of nodes. The numbers are stored: never reused or renumbered.
enum class EdgeType : std::uint8_t {
  // A statement about two exhibits. Source: the newer one, under which its row stands; so only
  // found from its target here, and from = 0.
  kStatement = 1,
  kExhibitInWeapon = 2,     // source: exhibit, target: weapon
  kRecordInEvent = 3,       // source: record, target: event
  kExhibitInComponent = 4,  // value of an exhibit: its component; members of a component
  kRecordInComponent = 5,   // value of a record: its component; members of a component
  kWeaponState = 6,         // history of a weapon
  // A pair of exhibits that is a lead, ranked by what it is worth. Source: the newer exhibit.
  kLead = 7,
  // A pair of exhibits that somebody is to look at again, ranked by when that came to be.
  kReexamination = 8,
  kAnalystAct = 9,  // lead files that an analyst acted on on a day; members of that
  kLeadKnown = 10,  // since when a pair of exhibits is a lead; of rank 0
  // Enquiries that an agency asks or is asked, and replies to one; members of that.
  kEnquiry = 11,
  // Actions of meetings that an agency recorded or may see; members of that.
  kMeetingAction = 12,
};

// The index that holds them all.
inline constexpr SortedRunSpec kEdgeIndex{
    .keyspace = storage::Keyspace::kDerived, .number = 2, .filter_prefix_bytes = 10};

// An edge as found from one of its ends.
struct Edge {
  std::uint64_t node = 0;   // the end asked for
  std::uint64_t other = 0;  // the other end
  RevisionInterval interval;
  std::string payload;
  friend bool operator==(const Edge&, const Edge&) = default;
};

// A value of a node from a revision on.
struct NodeValue {
  std::uint64_t node = 0;
  Revision from = 0;
  std::string payload;
  friend bool operator==(const NodeValue&, const NodeValue&) = default;
};

// An edge in a queue.
struct RankedEdge {
  std::uint64_t rank = 0;
  std::uint64_t source = 0;
  std::uint64_t target = 0;
  std::string payload;
  friend bool operator==(const RankedEdge&, const RankedEdge&) = default;
};

enum class EdgeEnd : std::uint8_t { kSource = 0, kTarget = 1 };

// Writes edges and values of nodes to `index`, whose spec is kEdgeIndex. Thread-compatible.
class EdgeWriter {
 public:
  explicit EdgeWriter(SortedRunWriter* index) : index_(index) {}

  // Sets the edge from `source` to `target` that began at interval.from; putting it again changes
  // its end or payload. `payload` has at most kIndexValueBytesMax - 10 bytes.
  void Put(EdgeType type, std::uint64_t source, std::uint64_t target,
           const RevisionInterval& interval, std::string_view payload = {});
  // As Put, but found from `target` only.
  void PutFromTarget(EdgeType type, std::uint64_t source, std::uint64_t target,
                     const RevisionInterval& interval);

  // Sets the value that `node` has from `from` on.
  void PutHistory(EdgeType type, std::uint64_t node, Revision from, std::string_view payload);

  void PutValue(EdgeType type, std::uint64_t node, std::string_view payload);
  void PutMember(EdgeType type, std::uint64_t group, std::uint64_t member);
  void EraseMember(EdgeType type, std::uint64_t group, std::uint64_t member);

  // An edge in the queue of its type: the lowest rank comes first.
  void PutRanked(EdgeType type, const RankedEdge& edge);
  void EraseRanked(EdgeType type, std::uint64_t rank, std::uint64_t source, std::uint64_t target);

 private:
  SortedRunWriter* const index_;
};

// Reads them in one snapshot. Thread-compatible; must not outlive `view`. Errors of all calls:
// DATA_LOSS (what is stored does not fit together), and those of the store.
class EdgeReader {
 public:
  explicit EdgeReader(const SortedRunView* view) : view_(view) {}

  // All edges of `node`, past ones too, by their first revision.
  absl::StatusOr<std::vector<Edge>> Edges(EdgeType type, EdgeEnd end, std::uint64_t node) const;
  // The same of each of `nodes`, in their order, in few calls to the store.
  absl::StatusOr<std::vector<std::vector<Edge>>> EdgesOfEach(
      EdgeType type, EdgeEnd end, absl::Span<const std::uint64_t> nodes) const;
  // The edges of the first nodes after `after` that have any, in the order of the nodes: of
  // `nodes_max` nodes, or fewer when there are no more.
  absl::StatusOr<std::vector<Edge>> ScanEdges(EdgeType type, EdgeEnd end, std::uint64_t after,
                                              std::size_t nodes_max) const;

  // All values of `node` by their first revision.
  absl::StatusOr<std::vector<NodeValue>> History(EdgeType type, std::uint64_t node) const;
  // As ScanEdges.
  absl::StatusOr<std::vector<NodeValue>> ScanHistory(EdgeType type, std::uint64_t after,
                                                     std::size_t nodes_max) const;

  // The values of `nodes`, in their order, nullopt where there is none.
  absl::StatusOr<std::vector<std::optional<std::string>>> Values(
      EdgeType type, absl::Span<const std::uint64_t> nodes) const;
  // The values of the first `nodes_max` nodes after `after` that have one, in the order of the
  // nodes.
  absl::StatusOr<std::vector<NodeValue>> ScanValues(EdgeType type, std::uint64_t after,
                                                    std::size_t nodes_max) const;

  // The members of `group` in rising order, no more than `members_max` of them.
  absl::StatusOr<std::vector<std::uint64_t>> Members(
      EdgeType type, std::uint64_t group,
      std::size_t members_max = std::numeric_limits<std::size_t>::max()) const;
  // The same of each of `groups`, in their order, in few calls to the store. For small groups.
  absl::StatusOr<std::vector<std::vector<std::uint64_t>>> MembersOfEach(
      EdgeType type, absl::Span<const std::uint64_t> groups,
      std::size_t members_max = std::numeric_limits<std::size_t>::max()) const;

  // The first `edges_max` edges of the queue of `type` after `after` (null: from the first), by
  // rank, source and target.
  absl::StatusOr<std::vector<RankedEdge>> ScanRanked(EdgeType type, const RankedEdge* after,
                                                     std::size_t edges_max) const;
  // The payloads of `edges` of `type`, in their order, nullopt where there is no such edge.
  absl::StatusOr<std::vector<std::optional<std::string>>> RankedPayloads(
      EdgeType type, absl::Span<const RankedEdge> edges) const;

 private:
  const SortedRunView* const view_;
};

}  // namespace serieslink::graph
