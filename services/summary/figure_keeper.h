#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/core/external.h"
#include "services/summary/core/kept_figures.h"
#include "services/summary/core/leads.h"
#include "services/summary/core/tally.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/touched_nodes.h"

namespace serieslink::summary {

// Keeps the figures of all quarters in memory, so that a summary of one costs what its figures are
// and not what the store holds. Counted once from everything, with the same scans as a summary that
// is not kept, and then brought up to date by what the deriver's commits touch: it is taken away as
// it was, in the snapshot in which it was counted, and counted anew as it is. What every caller
// sees is kept once, and for each agency how it differs from that for it.
//
// Nothing is kept before somebody asks, nor when nobody has asked for an hour. Until all is
// counted, on a thread of its own that gives way, it answers nothing, and summaries are counted as
// they are asked. Thread-safe.
class FigureKeeper {
 public:
  // `now` is the clock. `boundaries`, never null, place points.
  FigureKeeper(const view::Source& source, absl::TimeZone zone, std::function<absl::Time()> now,
               std::shared_ptr<const Boundaries> boundaries);
  ~FigureKeeper();
  FigureKeeper(const FigureKeeper&) = delete;
  FigureKeeper& operator=(const FigureKeeper&) = delete;

  // Begins the thread that counts.
  void Start();
  // Ends it, and keeps nothing any longer. Idempotent.
  void Stop();

  // At which revision figures are.
  struct Known {
    graph::Revision revision = 0;
    google::protobuf::Timestamp at;  // when it was committed
  };
  // Brings what is kept up to date with what is derived, but where that would take a while, and
  // adds the figures that `viewer` gets of `windows` to tallies of these windows, to which nothing
  // was added. None where that cannot be answered, and nothing is added: nothing is kept yet, or
  // not as of `min_revision`; a window is no quarter, or none that is kept; some evidence is too
  // large to count; what is stored cannot be read.
  std::optional<Known> Fill(const view::Viewer& viewer, const std::vector<Window>& windows,
                            graph::Revision min_revision, Tally& tally, LeadTally& leads,
                            ExternalTally& external);

  // Counts everything, now and on the caller's thread. False: somebody else keeps figures of this
  // store, it is stopped, or nothing is derived yet, or what is derived has yet to reach what could
  // be followed from. Errors: those of the store; DATA_LOSS.
  absl::StatusOr<bool> Build();

 private:
  struct Kept {
    std::unique_ptr<view::Cut> cut;  // of which it is counted
    // By agency what differs for it from what a stranger gets; under "" that.
    std::map<std::string, std::unique_ptr<KeptFigures>> figures;
    bool is_too_large = false;  // some evidence is
  };

  KeptFigures& FiguresOf(const std::string& agency, Kept& kept) const;
  // Counts what `records` tell, which are all that are connected with any of them, in `cut`.
  absl::Status CountEvents(view::Cut& cut, const std::vector<graph::RecordNumber>& records,
                           bool is_taken_away, Kept& kept) const;
  // The same of the weapons of `exhibits`, those that are connected with others.
  absl::Status CountWeapons(view::Cut& cut, const std::vector<graph::ExhibitNumber>& exhibits,
                            bool is_taken_away, Kept& kept) const;
  absl::Status CountWeaponsFor(view::Cut& cut, const view::Viewer& viewer,
                               absl::Span<const graph::ExhibitNumber> exhibits, bool is_taken_away,
                               KeptFigures& figures, Kept& kept) const;
  // With one scan, which knows what it met already. CANCELLED where it is to stop.
  template <typename Scan>
  absl::Status CountInSlices(Scan& scan, absl::Span<const std::uint64_t> nodes) const;
  absl::Status CountAll(Kept& kept) const;
  // Brings it up to date. False: it is not known what has changed.
  absl::StatusOr<bool> Advance(Kept& kept) const;
  // The same of what is kept; drops it where that fails. With the mutex held.
  void AdvanceOrDrop();
  void Drop();

  void Run();
  // Waits for `time`, or less where it is to stop. Whether it goes on.
  bool Pause(absl::Duration time);
  bool is_stopping() const;

  const view::Source source_;
  const absl::TimeZone zone_;
  const std::function<absl::Time()> now_;
  const std::shared_ptr<const Boundaries> boundaries_;
  const Quarters quarters_;

  mutable std::mutex mutex_;
  std::unique_ptr<Kept> kept_;

  mutable std::mutex thread_mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::optional<absl::Time> asked_;  // when somebody last did
  std::thread thread_;
};

}  // namespace serieslink::summary
