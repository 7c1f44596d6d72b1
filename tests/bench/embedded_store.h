#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "serieslink/ingest/v1/wire.pb.h"
#include "services/ingest/committer.h"
#include "services/linkage/deriver.h"
#include "services/view/revision_gate.h"
#include "storage/api/store.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::bench {

// A store in a folder of its own, with what commits to it and derives from it, without gRPC: for
// benchmarks of reads. Ends the program, saying why, when anything fails. Not thread-safe.
class EmbeddedStore {
 public:
  // Records in a batch that is worth submitting.
  static constexpr std::size_t kBatchRecords = 1024;

  EmbeddedStore();
  ~EmbeddedStore();

  // Submits `batch` in the name of its agency, and waits until it is committed.
  void Submit(ingest::v1::BatchWire batch);

  // Waits until the store has come to rest: until deriving, flushes and compactions take next to no
  // processor any more, two minutes at most. What is measured then is a read, not how it shares the
  // machine with what a load has left to do.
  void AwaitRest() const;

  // The latest revision, which may not be derived yet.
  std::int64_t revision() const;
  view::Source source() { return {store_.get(), &graph_}; }
  const graph::IdKey& ids() const { return ids_; }

 private:
  const TemporaryDirectory directory_;
  const std::unique_ptr<storage::Store> store_;
  graph::Graph graph_;
  const graph::IdKey ids_;
  graph::RecentCommits recent_;
  ingest::Committer committer_;
  linkage::Deriver deriver_;
};

}  // namespace serieslink::bench
