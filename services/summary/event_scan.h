#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/linkage/core/events.h"
#include "services/summary/change_trail.h"
#include "services/summary/core/areas.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/external.h"
#include "services/summary/core/fact_sink.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::summary {

// Counts events and the weapons of exhibits that nothing links to another, and takes published
// figures. Not thread-safe.
class EventScan {
 public:
  // All must outlive it. Of events that can lie in none of `windows` only thefts are counted, but
  // all of them where there are no windows. `external`, where it is not null, gets published
  // figures and events; `trail`, likewise, what can differ.
  EventScan(view::Cut& cut, const view::Viewer& viewer, const std::vector<Window>& windows,
            const Areas& areas, FactSink& sink, ExternalSink* external = nullptr,
            ChangeTrail* trail = nullptr)
      : cut_(cut),
        viewer_(viewer),
        windows_(windows),
        areas_(areas),
        sink_(sink),
        external_(external),
        trail_(trail) {}

  // Counts the events of the next records. False when there are no more.
  // Errors: those of the store; DATA_LOSS.
  absl::StatusOr<bool> Next();

  // Counts the events of `records`, and of all that are connected with them, instead of going
  // through all records; those that are not there have none. Errors: as Next.
  absl::Status Count(absl::Span<const graph::RecordNumber> records);

 private:
  // A record that the viewer may see, and the version that stands.
  struct Standing {
    graph::RecordNumber number = 0;
    graph::SequenceNumber sequence = 0;
    std::string agency{};
    std::vector<std::string> references{};  // of its exhibits, by ordinal
    linkage::RecordEventFacts facts{};
    bool has_event = false;
    bool was_hidden = false;  // by its own label
  };
  // An event that may count.
  struct Job {
    Moments occurred;
    bool is_traced = false;
    std::vector<Standing> records;
  };

  // Counts the events of these records; null: there is no such record.
  absl::Status CountOf(absl::Span<const graph::RecordNumber> numbers,
                       absl::Span<const stored::v1::RecordState* const> states);
  // Adds the record where the viewer may see it and it stands with an event.
  absl::Status AddStanding(graph::RecordNumber number, const stored::v1::RecordState& state,
                           std::vector<Standing>& out);
  // Whether a version of the record, which the viewer may see, came between.
  bool IsTraced(const stored::v1::RecordState& state) const;
  bool CanCount(const linkage::Event& event) const;
  // Resolves records that share references, or one alone, to events, and takes those that may
  // count. `is_traced`: a version of one of the records came between two compared revisions.
  void TakeEvents(std::vector<Standing> records, bool is_traced);
  // Reads the records of the jobs and counts them.
  absl::Status CountJobs();
  // Counts an event and the weapons of exhibits of it that nothing links to another.
  void CountEvent(const EventFacts& event, const std::vector<std::uint64_t>& records,
                  const std::vector<std::pair<graph::ExhibitNumber, ExhibitFact>>& alone,
                  bool is_traced);
  // Reads the records without an event and takes the published figures among them.
  absl::Status TakeStatistics();

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const std::vector<Window>& windows_;
  const Areas& areas_;
  FactSink& sink_;
  ExternalSink* const external_;
  ChangeTrail* const trail_;
  graph::RecordNumber after_ = 0;
  absl::flat_hash_set<std::uint64_t> done_;  // components of records
  std::vector<Job> jobs_;
  std::vector<std::pair<graph::SequenceNumber, std::string>> eventless_;  // with their agencies
};

}  // namespace serieslink::summary
