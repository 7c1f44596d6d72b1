#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "serieslink/stored/v1/news.pb.h"
#include "storage/api/store.h"
#include "storage/graph/commit_builder.h"
#include "storage/graph/edges.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/keys.h"
#include "storage/graph/public_id.h"
#include "storage/graph/sorted_run_index.h"
#include "storage/graph/sorted_run_writer.h"

namespace serieslink::graph {

class Graph;

// Writes what is derived. It knows the tables and nothing of the rules that fill them. Each commit
// holds what one step of the deriver changed together with the deriver's position, so that both are
// there or neither is. There is one writer. Thread-compatible.
//
// A step: any of the calls below, SetPosition, then Commit. All intervals are those of the
// messages: an end of 0 lasts to this day. Putting a row again replaces it, in another step for a
// record or a statement: those are put once a step.
class GraphWriter {
 public:
  // Goes on from what `store`, which must outlive it, has. Readers of `readers`, which may be null,
  // are told of what is committed, so that they need not find out.
  // Errors: DATA_LOSS (what is stored does not fit together), and those of the store.
  static absl::StatusOr<std::unique_ptr<GraphWriter>> Open(storage::Store* store,
                                                           const SortedRunOptions& options = {},
                                                           Graph* readers = nullptr);

  void PutRecord(RecordNumber record, const stored::v1::RecordState& state);

  // Keeps `statement` under its newer end, and lets it be found from the older one. It is known by
  // its ends, channel, id and first revision.
  void PutStatement(const stored::v1::Statement& statement);

  // `type` is kExhibit (components that weapons are made from) or kRecord (that events are made
  // from), here and below. A node's component, and the component's members, are two tables: whoever
  // moves a node says so to both.
  void SetComponent(NodeType type, std::uint64_t node, std::uint64_t component);
  void SetComponentMember(NodeType type, std::uint64_t component, std::uint64_t node,
                          bool is_member);

  // The weapon (of an exhibit) or event (of a record) that `node` is in from `from` on; found from
  // the node and from the weapon or event.
  void PutMembership(NodeType type, std::uint64_t node, Revision from,
                     const stored::v1::Membership& membership);

  // What the weapon named after `root` is like from `from` on.
  // At most kIndexValueBytesMax bytes.
  void PutWeaponState(ExhibitNumber root, Revision from, const stored::v1::WeaponState& state);

  // What `id` names: the record, or its exhibit of that ordinal. Where a record and its exhibit
  // share an id, put the exhibit.
  void PutId(PublicId id, RecordNumber record, std::optional<std::uint32_t> ordinal);

  // Adds entries to the index by which exhibits are searched.
  void PutFirearms(const FirearmEntries& entries);

  // Says where `revision` may have changed weapons that matter, in parts (news_rows.h). Once for a
  // revision. Both lists in order.
  void PutNews(Revision revision, const stored::v1::RevisionNews& news);

  void SetPosition(const stored::v1::DeriverPosition& position);

  // Edges and values of other types.
  EdgeWriter& edges() { return edge_writer_; }

  // Bytes of rows so far, without the indexes' own; a step should end well below
  // storage::kCommitBytesMax.
  std::size_t bytes() const { return commit_.bytes(); }

  // Applies the step, and returns the new position of kDerived. Needs no sync of its own: after a
  // crash the deriver goes on from the position that it finds. Errors: ABORTED (another writer
  // wrote), DATA_LOSS, and those of the store. After RESOURCE_EXHAUSTED nothing was written: Commit
  // again, with nothing put in between, tries the same step again. After any other error the writer
  // must be opened anew.
  absl::StatusOr<storage::Position> Commit();

  SortedRunWriter::Stats id_index_stats() const { return ids_->stats(); }
  SortedRunWriter::Stats edge_index_stats() const { return edges_->stats(); }
  SortedRunWriter::Stats firearm_index_stats() const { return firearms_->stats(); }

 private:
  // An index, how its readers share it, and what it adds to the commit that is being tried.
  struct Index {
    SortedRunWriter* writer = nullptr;
    SortedRunIndex* readers = nullptr;
  };

  GraphWriter(storage::Store* store, storage::Position position, Graph* readers,
              std::unique_ptr<SortedRunWriter> ids, std::unique_ptr<SortedRunWriter> edges,
              std::unique_ptr<SortedRunWriter> firearms);

  storage::Store* const store_;
  storage::Position position_;
  const std::unique_ptr<SortedRunWriter> ids_;
  const std::unique_ptr<SortedRunWriter> edges_;
  const std::unique_ptr<SortedRunWriter> firearms_;
  EdgeWriter edge_writer_;
  CommitBuilder commit_;
  std::vector<Index> indexes_;
  std::optional<storage::Commit> refused_;  // built, and not applied yet
};

}  // namespace serieslink::graph
