#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "services/linkage/derivation.h"
#include "services/rpc/module.h"
#include "storage/api/store.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/graph_writer.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::linkage {

// Follows the log and keeps what is derived from it up to date: takes the commits that have come,
// applies them one by one, and writes all that they change with its position in one commit. A crash
// redoes what was not written from the log. One deriver at a time in the whole system: a second
// one's commits are refused by the store. Ingest goes on without it.
class Deriver final : public rpc::Module {
 public:
  // `recent` may be null; `now` is the clock. `on_failure` is called once, from the deriver's
  // thread, when it cannot go on. Everything must outlive the deriver.
  Deriver(storage::Store* store, graph::Graph* graph, const graph::RecentCommits* recent,
          const graph::IdKey* ids, RuleSet rules, std::function<absl::Time()> now,
          std::function<void()> on_failure);
  ~Deriver() override;

  std::string_view name() const override { return "linkage"; }

  // Erases what another generation of the program derived. Starts its thread, which refills what it
  // holds in memory from what is derived so far, and then follows the log.
  absl::Status Start() override;
  void Stop() override;

 private:
  // Erases what another generation derived, so that the log is derived again from its beginning.
  absl::Status ResetOtherGeneration();
  absl::Status Refill();
  // Whether an interval of a stored row holds at the deriver's position. Rows of a step that was
  // not finished lie beyond it.
  bool StandsAt(graph::Revision from, graph::Revision stored_to) const;
  void Run();
  // Applies what has come since the last step, if anything comes before a short time is over.
  absl::Status Step();

  storage::Store* const store_;
  graph::Graph* const graph_;
  const graph::RecentCommits* const recent_;
  const graph::IdKey* const ids_;
  const std::function<absl::Time()> now_;
  const std::function<void()> on_failure_;
  Derivation derivation_;
  stored::v1::DeriverPosition position_;
  std::unique_ptr<graph::GraphWriter> writer_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace serieslink::linkage
