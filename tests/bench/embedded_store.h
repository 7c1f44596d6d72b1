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

// Waits until what a load left to be tidied up in the background is done: until the process has
// nothing to do while no record comes to `store`, a few minutes at most.
void AwaitIdle(storage::Store& store);

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

  // The latest revision, which may not be derived yet.
  std::int64_t revision() const;
  storage::Store& store() { return *store_; }
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
