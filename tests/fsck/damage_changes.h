#pragma once

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "serieslink/stored/v1/index.pb.h"
#include "serieslink/stored/v1/log.pb.h"
#include "serieslink/stored/v1/news.pb.h"
#include "storage/graph/edge_entry.h"
#include "storage/graph/edges.h"
#include "storage/graph/keys.h"
#include "storage/graph/news_rows.h"
#include "tests/fsck/damage.h"

// How a store's rows are changed to damage it.
namespace serieslink::fsck {

// Reads a row, lets it be changed, and writes it.
template <typename Message>
inline void Change(Site& site, storage::Keyspace keyspace, const std::string& key,
                   void (*change)(Message&)) {
  Message message;
  ASSERT_TRUE(message.ParseFromString(site.Get(keyspace, key)));
  change(message);
  site.Put(keyspace, key, message.SerializeAsString());
}

inline void ChangeEntry(Site& site, graph::SequenceNumber sequence,
                        void (*change)(stored::v1::LogEntry&)) {
  Change<stored::v1::LogEntry>(site, storage::Keyspace::kLog, graph::LogEntryKey(sequence), change);
}
inline void ChangeHeader(Site& site, graph::Revision revision,
                         void (*change)(stored::v1::CommitHeader&)) {
  Change<stored::v1::CommitHeader>(site, storage::Keyspace::kLog, graph::CommitHeaderKey(revision),
                                   change);
}
inline void ChangeRecord(Site& site, graph::RecordNumber record,
                         void (*change)(stored::v1::RecordState&)) {
  Change<stored::v1::RecordState>(site, storage::Keyspace::kDerived, graph::RecordStateKey(record),
                                  change);
}
inline void PutMember(Site& site, graph::EdgeType type, std::uint64_t group, std::uint64_t member) {
  site.EditIndex(graph::kEdgeIndex, [&](graph::SortedRunWriter& writer) {
    graph::EdgeWriter(&writer).PutMember(type, group, member);
  });
}
// News of a revision, in the place of what there is.
inline void PutNews(Site& site, graph::Revision revision, void (*fill)(stored::v1::RevisionNews&)) {
  stored::v1::RevisionNews news;
  fill(news);
  site.Put(storage::Keyspace::kDerived, graph::EncodeNewsKey({revision, 0}),
           news.SerializeAsString());
}
inline void ChangePosition(Site& site, void (*change)(stored::v1::DeriverPosition&)) {
  Change<stored::v1::DeriverPosition>(site, storage::Keyspace::kDerived,
                                      graph::DeriverPositionKey(), change);
}
inline void ChangeManifest(Site& site, void (*change)(stored::v1::IndexManifest&)) {
  Change<stored::v1::IndexManifest>(site, storage::Keyspace::kDerived,
                                    graph::IndexManifestKey(graph::kEdgeIndex), change);
}

// A statement's row that holds to this day.
inline storage::Row AnyStatement(Site& site) {
  for (storage::Row& row : site.Rows(storage::Keyspace::kDerived, "F")) {
    stored::v1::Statement statement;
    if (statement.ParseFromString(row.value) && statement.to_revision() == 0) return row;
  }
  ADD_FAILURE() << "there is no statement";
  return {};
}
inline void ChangeStatement(Site& site, void (*change)(stored::v1::Statement&)) {
  Change<stored::v1::Statement>(site, storage::Keyspace::kDerived, AnyStatement(site).key, change);
}

// Calls `change` with the first entry of the index of edges of this type and form.
inline void WithEdge(Site& site, graph::EdgeType type, graph::EdgeForm form,
                     void (*change)(graph::SortedRunWriter& writer, graph::EdgeEntry entry,
                                    const storage::Row& row)) {
  const std::string prefix = {static_cast<char>(type), static_cast<char>(form)};
  const auto entries = site.Entries(graph::kEdgeIndex, prefix);
  ASSERT_FALSE(entries.empty());
  site.EditIndex(graph::kEdgeIndex, [&](graph::SortedRunWriter& writer) {
    change(writer, graph::ParseEdgeEntry(entries.front()).value(), entries.front());
  });
}

// The first row of a kind of the index of edges' newest run.
inline std::string RunRowKey(Site& site, bool is_chunk, std::uint32_t number) {
  stored::v1::IndexManifest manifest;
  EXPECT_TRUE(manifest.ParseFromString(
      site.Get(storage::Keyspace::kDerived, graph::IndexManifestKey(graph::kEdgeIndex))));
  const std::uint64_t run = manifest.runs(0).number();
  return is_chunk ? graph::IndexChunkKey(graph::kEdgeIndex, run, number)
                  : graph::IndexBlockKey(graph::kEdgeIndex, run, number);
}
inline void ChangeChunk(Site& site, void (*change)(stored::v1::IndexChunk&)) {
  Change<stored::v1::IndexChunk>(site, storage::Keyspace::kDerived, RunRowKey(site, true, 0),
                                 change);
}

}  // namespace serieslink::fsck
