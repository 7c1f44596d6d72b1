#include "storage/graph/graph_writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/graph_values.h"
#include "storage/graph/news_rows.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::graph {

absl::StatusOr<std::unique_ptr<GraphWriter>> GraphWriter::Open(storage::Store* store,
                                                               const SortedRunOptions& options,
                                                               Graph* readers) {
  storage::Position position = 0;
  {
    SL_ASSIGN_OR_RETURN(const auto snapshot, store->NewSnapshot());
    position = snapshot->position(storage::Keyspace::kDerived);
  }
  SL_ASSIGN_OR_RETURN(auto ids, SortedRunWriter::Open(store, kIdIndex, options));
  SL_ASSIGN_OR_RETURN(auto edges, SortedRunWriter::Open(store, kEdgeIndex, options));
  SL_ASSIGN_OR_RETURN(auto firearms, SortedRunWriter::Open(store, kFirearmIndex, options));
  return std::unique_ptr<GraphWriter>(new GraphWriter(store, position, readers, std::move(ids),
                                                      std::move(edges), std::move(firearms)));
}

GraphWriter::GraphWriter(storage::Store* store, storage::Position position, Graph* readers,
                         std::unique_ptr<SortedRunWriter> ids,
                         std::unique_ptr<SortedRunWriter> edges,
                         std::unique_ptr<SortedRunWriter> firearms)
    : store_(store),
      position_(position),
      ids_(std::move(ids)),
      edges_(std::move(edges)),
      firearms_(std::move(firearms)),
      edge_writer_(edges_.get()),
      commit_(storage::Keyspace::kDerived) {
  indexes_.push_back({ids_.get(), readers == nullptr ? nullptr : &readers->ids_});
  indexes_.push_back({edges_.get(), readers == nullptr ? nullptr : &readers->edges_});
  indexes_.push_back({firearms_.get(), readers == nullptr ? nullptr : &readers->firearms_});
  for (const Index& index : indexes_) {
    if (index.readers != nullptr) index.readers->Forget();
  }
}

void GraphWriter::PutRecord(RecordNumber record, const stored::v1::RecordState& state) {
  commit_.PutUnique(RecordStateKey(record), state.SerializeAsString());
}

void GraphWriter::PutStatement(const stored::v1::Statement& statement) {
  commit_.PutUnique(EncodeStatementKey(KeyOfStatement(statement)), statement.SerializeAsString());
  edge_writer_.PutFromTarget(EdgeType::kStatement, statement.newer_exhibit(),
                             statement.older_exhibit(), RevisionInterval{});
}

void GraphWriter::SetComponent(NodeType type, std::uint64_t node, std::uint64_t component) {
  std::string value;
  base::AppendBe64(&value, component);
  edge_writer_.PutValue(ComponentEdge(type), node, value);
}

void GraphWriter::SetComponentMember(NodeType type, std::uint64_t component, std::uint64_t node,
                                     bool is_member) {
  if (is_member) {
    edge_writer_.PutMember(ComponentEdge(type), component, node);
  } else {
    edge_writer_.EraseMember(ComponentEdge(type), component, node);
  }
}

void GraphWriter::PutMembership(NodeType type, std::uint64_t node, Revision from,
                                const stored::v1::Membership& membership) {
  edge_writer_.Put(MembershipEdge(type), node, membership.root(),
                   {from, FromStoredEnd(membership.to_revision())});
}

void GraphWriter::PutWeaponState(ExhibitNumber root, Revision from,
                                 const stored::v1::WeaponState& state) {
  edge_writer_.PutHistory(EdgeType::kWeaponState, root, from, state.SerializeAsString());
}

void GraphWriter::PutId(PublicId id, RecordNumber record, std::optional<std::uint32_t> ordinal) {
  ids_->Put(IdIndexKey(id), EncodeIdTarget({record, ordinal}));
}

void GraphWriter::PutFirearms(const FirearmEntries& entries) {
  entries.ForEach(
      [this](std::string_view key, std::string_view value) { firearms_->Put(key, value); });
}

void GraphWriter::PutNews(Revision revision, const stored::v1::RevisionNews& news) {
  NewsKey key{revision, 0};
  const auto put = [&](const auto& numbers, auto list) {
    for (int at = 0; at < numbers.size(); at += kNewsPartMax) {
      stored::v1::RevisionNews part;
      const int end = std::min(at + kNewsPartMax, numbers.size());
      (part.*list)()->Add(numbers.begin() + at, numbers.begin() + end);
      commit_.PutUnique(EncodeNewsKey(key), part.SerializeAsString());
      ++key.part;
    }
  };
  put(news.exhibits(), &stored::v1::RevisionNews::mutable_exhibits);
  put(news.lost_exhibits(), &stored::v1::RevisionNews::mutable_lost_exhibits);
  put(news.lead_exhibits(), &stored::v1::RevisionNews::mutable_lead_exhibits);
  put(news.known_lead_exhibits(), &stored::v1::RevisionNews::mutable_known_lead_exhibits);
  put(news.seizures(), &stored::v1::RevisionNews::mutable_seizures);
  put(news.enquiries(), &stored::v1::RevisionNews::mutable_enquiries);
  put(news.query_matches(), &stored::v1::RevisionNews::mutable_query_matches);
  put(news.same_guns(), &stored::v1::RevisionNews::mutable_same_guns);
}

void GraphWriter::SetPosition(const stored::v1::DeriverPosition& position) {
  std::string value = position.SerializeAsString();
  commit_.Put(ChecksumKey(DeriverPositionKey()), ChecksumOf(value));
  commit_.Put(DeriverPositionKey(), std::move(value));
}

absl::StatusOr<storage::Position> GraphWriter::Commit() {
  if (!refused_.has_value()) {
    for (Index& index : indexes_) {
      SL_RETURN_IF_ERROR(index.writer->AppendTo(&commit_, position_ + 1));
      if (index.readers != nullptr) {
        index.readers->Prepare(index.writer->TakeChange());
      }
    }
    refused_ = commit_.Build(position_, storage::Durability::kBuffered);
  }
  SL_ASSIGN_OR_RETURN(position_, store_->Apply(*refused_));
  refused_.reset();
  return position_;
}

}  // namespace serieslink::graph
