#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/linkage/derived_changes.h"
#include "storage/graph/graph_writer.h"

namespace serieslink::linkage {

// What some commits of the log change, and how far the deriver has come with them.
struct DerivedStep {
  DerivedChanges changes;
  stored::v1::DeriverPosition reached;
  // Only the statements of the next step, or some of them, written ahead of it: readers and a
  // refill pass over them until the position follows with that step.
  bool is_ahead = false;
};

// Writes the deriver's steps in their order on a thread of its own, so that the next step is
// derived while one is written. Each is one commit, but for statements that are too many for one,
// or that come ahead of their step. Called by one thread.
class StepWriter {
 public:
  // `commit` commits what the writer has; an error ends writing. `on_written` is told of every
  // step that is committed. Both are called on the writing thread.
  StepWriter(std::unique_ptr<graph::GraphWriter> writer,
             const stored::v1::DeriverPosition& position,
             std::function<absl::Status(graph::GraphWriter&)> commit,
             std::function<void(const stored::v1::DeriverPosition&)> on_written);
  ~StepWriter();
  StepWriter(const StepWriter&) = delete;
  StepWriter& operator=(const StepWriter&) = delete;

  // Hands a step over, or statements ahead of one; waits while two others are not written yet.
  // Errors: why an earlier step could not be written. Nothing is written after that.
  absl::Status Write(std::unique_ptr<const DerivedStep> step);
  // The state that a record has in the steps that are not written yet; none: the store knows it.
  std::optional<stored::v1::RecordState> FindUnwritten(std::uint64_t record_number) const;
  // Why a step could not be written.
  absl::Status status() const;
  // Writes what was handed over, and ends. The position of the last step that is written.
  // Idempotent.
  stored::v1::DeriverPosition Finish();

 private:
  void Run();
  absl::Status WriteStep(const DerivedStep& step);

  // Used by the thread only, until it has ended.
  const std::unique_ptr<graph::GraphWriter> writer_;
  stored::v1::DeriverPosition position_;  // of the last step that is written
  const std::function<absl::Status(graph::GraphWriter&)> commit_;
  const std::function<void(const stored::v1::DeriverPosition&)> on_written_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<const DerivedStep>> unwritten_;  // the first is being written
  absl::Status status_;
  bool has_ended_ = false;  // no more steps come
  std::thread thread_;
};

}  // namespace serieslink::linkage
