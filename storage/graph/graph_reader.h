#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "google/protobuf/arena.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/api/store.h"
#include "storage/graph/edges.h"
#include "storage/graph/graph_values.h"
#include "storage/graph/keys.h"
#include "storage/graph/known_commit_times.h"
#include "storage/graph/public_id.h"
#include "storage/graph/sorted_run_index.h"
#include "storage/graph/touched_nodes.h"

namespace serieslink::graph {

class GraphReader;
class LogReader;

// What all readers of the graph in one process share. Thread-safe.
class Graph {
 public:
  // `store` must outlive it.
  explicit Graph(storage::Store* store);

  // Everything as it is now, for one request.
  // Errors: those of the store.
  absl::StatusOr<GraphReader> NewReader();

  // When commits of the log were, as far as somebody has read or told it.
  KnownCommitTimes& commit_times() { return commit_times_; }

  // What the commits of this process's deriver change, for the one that follows them.
  TouchedNodes& touched() { return touched_; }

 private:
  friend class GraphReader;
  friend class GraphWriter;

  storage::Store* const store_;
  SortedRunIndex ids_;
  SortedRunIndex edges_;
  SortedRunIndex firearms_;
  KnownCommitTimes commit_times_;
  TouchedNodes touched_;
};

// In which weapon an exhibit, or in which event a record, was.
struct MembershipInterval {
  std::uint64_t node = 0;  // the exhibit or record
  std::uint64_t root = 0;  // number of the weapon or event: that of its earliest member
  RevisionInterval interval;
  friend bool operator==(const MembershipInterval&, const MembershipInterval&) = default;
};

// What a weapon of two or more exhibits was like.
struct WeaponStateInterval {
  ExhibitNumber root = 0;
  RevisionInterval interval;
  stored::v1::WeaponState state;
};

// Reads what is derived, in one snapshot, for everybody: what a caller may see is decided above.
// Short-lived, thread-compatible; must not outlive its Graph. Errors of all calls: DATA_LOSS (what
// is stored does not fit together), and those of the store.
class GraphReader {
 public:
  // The snapshot, for reading the log beside what is derived from it.
  const storage::Snapshot& snapshot() const { return *snapshot_; }

  // The log in the same snapshot, with what is known of the times of its commits. Lives as long as
  // the reader.
  LogReader Log() const;

  // How far the deriver had come; all zero before its first step.
  absl::StatusOr<stored::v1::DeriverPosition> Position() const;

  // The states of `records`, in their order, nullopt where there is none.
  absl::StatusOr<std::vector<std::optional<stored::v1::RecordState>>> Records(
      absl::Span<const RecordNumber> records) const;
  // The same in messages of `arena`, null where there is none, for those who let go of them
  // together.
  absl::StatusOr<std::vector<const stored::v1::RecordState*>> Records(
      absl::Span<const RecordNumber> records, google::protobuf::Arena* arena) const;
  // The first states after `after`, in order: `records_max`, or fewer when there are no more.
  absl::StatusOr<std::vector<std::pair<RecordNumber, stored::v1::RecordState>>> ScanRecords(
      RecordNumber after, std::size_t records_max) const;
  // The same in messages of `arena`, which costs a third for many.
  absl::StatusOr<std::vector<std::pair<RecordNumber, const stored::v1::RecordState*>>> ScanRecords(
      RecordNumber after, std::size_t records_max, google::protobuf::Arena* arena) const;

  // All statements, past ones too, whose newer end is `exhibit`. Those of all members of a
  // component are all statements within the component.
  absl::StatusOr<std::vector<stored::v1::Statement>> StatementsUnder(ExhibitNumber exhibit) const;
  // The same of each of `exhibits`, which are different ones, in their order. Those of exhibits
  // that arrived close together are read in one call to the store, wherever they stand among
  // `exhibits`.
  absl::StatusOr<std::vector<std::vector<stored::v1::Statement>>> StatementsUnderEach(
      absl::Span<const ExhibitNumber> exhibits) const;
  // The same in messages of `arena`.
  absl::StatusOr<std::vector<std::vector<const stored::v1::Statement*>>> StatementsUnderEach(
      absl::Span<const ExhibitNumber> exhibits, google::protobuf::Arena* arena) const;
  // All statements, past ones too, of which `exhibit` is an end.
  absl::StatusOr<std::vector<stored::v1::Statement>> StatementsAbout(ExhibitNumber exhibit);
  // The first statements after `after` (nullopt: from the first), in the order of their keys.
  absl::StatusOr<std::vector<stored::v1::Statement>> ScanStatements(
      const std::optional<StatementKey>& after, std::size_t statements_max) const;

  // `type` is kExhibit (components that weapons are made from) or kRecord (that events are made
  // from), here and below. The components of `nodes`, in their order, nullopt for a node that is
  // connected with no other.
  absl::StatusOr<std::vector<std::optional<std::uint64_t>>> Components(
      NodeType type, absl::Span<const std::uint64_t> nodes);
  // The members of `component` in rising order, no more than `members_max` of them.
  absl::StatusOr<std::vector<std::uint64_t>> ComponentMembers(
      NodeType type, std::uint64_t component,
      std::size_t members_max = std::numeric_limits<std::size_t>::max());
  // The same of each of `components`, in their order, in few calls to the store.
  absl::StatusOr<std::vector<std::vector<std::uint64_t>>> ComponentMembersOfEach(
      NodeType type, absl::Span<const std::uint64_t> components,
      std::size_t members_max = std::numeric_limits<std::size_t>::max());
  // The first `nodes_max` nodes after `after` that have a component, in order, with it.
  absl::StatusOr<std::vector<std::pair<std::uint64_t, std::uint64_t>>> ScanComponents(
      NodeType type, std::uint64_t after, std::size_t nodes_max);

  // The weapons (of an exhibit) or events (of a record) that `node` was in, by first revision.
  // Weapons and events of one member have no rows.
  absl::StatusOr<std::vector<MembershipInterval>> Memberships(NodeType type, std::uint64_t node);
  // The one of them that `node` was in at `revision`, or nullopt.
  absl::StatusOr<std::optional<MembershipInterval>> MembershipAt(NodeType type, std::uint64_t node,
                                                                 Revision revision);
  // All that were ever in the weapon or event `root`, by first revision.
  absl::StatusOr<std::vector<MembershipInterval>> MembersOf(NodeType type, std::uint64_t root);
  // All memberships of the first `nodes_max` nodes after `after` that have any, in order.
  absl::StatusOr<std::vector<MembershipInterval>> ScanMemberships(NodeType type,
                                                                  std::uint64_t after,
                                                                  std::size_t nodes_max);

  // What the weapon `root` was like, by first revision.
  absl::StatusOr<std::vector<WeaponStateInterval>> WeaponStates(ExhibitNumber root);
  // The states of the first `weapons_max` weapons after `after`, in order.
  absl::StatusOr<std::vector<WeaponStateInterval>> ScanWeaponStates(ExhibitNumber after,
                                                                    std::size_t weapons_max);

  // What `ids` name, in their order, nullopt where that is not here.
  absl::StatusOr<std::vector<std::optional<IdTarget>>> LookUpIds(absl::Span<const PublicId> ids);

  // Edges and values of other types.
  absl::StatusOr<EdgeReader> Edges();

  // The index by which exhibits are searched (firearm_index.h). Lives as long as the reader.
  absl::StatusOr<const SortedRunView*> Firearms();

 private:
  friend class Graph;
  GraphReader(Graph* graph, std::unique_ptr<storage::Snapshot> snapshot)
      : graph_(graph), snapshot_(std::move(snapshot)) {}

  Graph* graph_;
  std::unique_ptr<storage::Snapshot> snapshot_;
  // Opened when first used.
  std::optional<SortedRunView> ids_;
  std::optional<SortedRunView> edges_;
  std::optional<SortedRunView> firearms_;
};

}  // namespace serieslink::graph
