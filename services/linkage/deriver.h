#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "services/linkage/confirmation_policy.h"
#include "services/linkage/derivation.h"
#include "services/linkage/step_writer.h"
#include "services/rpc/module.h"
#include "services/view/canonical.h"
#include "storage/api/store.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/graph_writer.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::linkage {

// Follows the log and keeps what is derived from it up to date: takes the commits that have come,
// applies them one by one, and writes all that they change with its position in one commit, on a
// second thread, while it applies the next. A crash redoes what was not written from the log. One
// deriver at a time in the whole system: a second one's commits are refused by the store. Ingest
// goes on without it.
class Deriver final : public rpc::Module {
 public:
  // `recent` may be null; `now` is the clock. `on_change` is called from the deriver's thread:
  // with true when it follows the log, with false when it cannot, for what is stored is malformed
  // or cannot be read. It then begins anew from what is stored, again and again, at longer and
  // longer intervals of up to a minute, while ingest goes on and reads answer at the last revision
  // that it covered. While the store has no room it only waits. Everything must outlive the
  // deriver.
  Deriver(storage::Store* store, graph::Graph* graph, graph::RecentCommits* recent,
          const graph::IdKey* ids, RuleSet rules, ConfirmationPolicy policy,
          std::function<absl::Time()> now, std::function<void(bool follows)> on_change);
  ~Deriver() override;

  std::string_view name() const override { return "linkage"; }

  // Erases what another generation of the program, another policy or another vocabulary derived.
  // Starts its thread, which refills what it holds in memory from what is derived so far, and then
  // follows the log.
  absl::Status Start() override;
  void Stop() override;

 private:
  // Erases what another generation or policy derived, so that the log is derived again from its
  // beginning.
  absl::Status ResetOtherGeneration();
  // Fills what it holds in memory from what is derived so far.
  absl::Status Refill();
  void Run();
  // Refills, and follows the log until it is stopped or something fails.
  absl::Status Follow();
  // Applies what has come since the last step, if anything comes before a short time is over.
  absl::Status Step();
  // States of records that were derived before, written or not.
  absl::StatusOr<std::vector<stored::v1::RecordState>> LoadStates(
      absl::Span<const graph::RecordNumber> numbers);
  absl::StatusOr<std::vector<view::ReadEntry>> LoadStanding(
      absl::Span<const graph::RecordNumber> numbers);
  // Commits what `writer` has; waits for room where there is none. On the thread that writes.
  absl::Status Commit(graph::GraphWriter& writer);
  // Says in the process log that linkage is behind what is committed, now and then while it is, and
  // when it no longer is. `committed`: when the last revision that is derived was.
  void TellLag(absl::Time committed);
  // Waits for `time`, or less when the deriver is to stop.
  void Pause(absl::Duration time);

  storage::Store* const store_;
  graph::Graph* const graph_;
  graph::RecentCommits* const recent_;
  const graph::IdKey* const ids_;
  const std::function<absl::Time()> now_;
  const RuleSet rules_;
  const ConfirmationPolicy policy_;
  const std::function<void(bool)> on_change_;
  std::unique_ptr<Derivation> derivation_;
  stored::v1::DeriverPosition position_;        // derived so far, and soon written
  absl::Time lag_told_ = absl::InfinitePast();  // infinite: it does not lag, as far as was told
  std::unique_ptr<StepWriter> steps_;
  std::atomic<bool> stopping_ = false;
  std::mutex stop_mutex_;
  std::condition_variable stop_asked_;
  std::thread thread_;
};

}  // namespace serieslink::linkage
