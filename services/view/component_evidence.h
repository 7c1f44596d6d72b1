#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/resolve.h"
#include "services/linkage/core/series.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::view {

// A version of a record, with its canonical form.
struct LoadedVersion {
  std::uint64_t sequence = 0;
  graph::Revision from = 0;
  graph::Revision to = graph::kOpenRevision;
  std::shared_ptr<const record::v1::Record> record;  // null for a withdrawal
};

struct LoadedRecord {
  graph::RecordNumber number = 0;
  stored::v1::RecordState state;
  std::vector<LoadedVersion> versions;  // those that ever stood, in order
  bool has_members = false;             // its exhibits are in the component
};

// What one viewer may know of a component at one revision, resolved: weapons, events and series.
struct ResolvedView {
  struct Exhibit {
    graph::ExhibitNumber number = 0;
    const LoadedRecord* record = nullptr;
    const record::v1::Record* version = nullptr;  // that stands
    int place = 0;                                // of the exhibit within it
  };
  struct Event {
    const LoadedRecord* record = nullptr;
    const record::v1::Record* version = nullptr;
  };

  std::vector<Exhibit> exhibits;
  std::vector<linkage::ExhibitFacts> exhibit_facts;  // one for each exhibit
  std::vector<Event> events_of_records;
  std::vector<linkage::RecordEventFacts> event_facts;  // one for each of events_of_records
  std::vector<const stored::v1::Statement*> statements;
  linkage::Resolution resolution;
  linkage::EventResolution events;
  std::vector<linkage::WeaponHistory> histories;  // one for each weapon

  // Index of the exhibit of `number`, or none when it is not in the view.
  std::optional<std::uint32_t> Find(graph::ExhibitNumber number) const;
};

// Everything about one evidence component, at all revisions: loaded once, resolved as often as
// asked. The same core that keeps the base view up to date resolves every other, so an answer
// equals linkage run over the evidence that its caller may see. Immutable after Load; outlives the
// snapshot.
class ComponentEvidence {
 public:
  // Loads the component of `exhibit`, and the records that share references with its records.
  // Errors: those of the store; DATA_LOSS.
  static absl::StatusOr<std::unique_ptr<ComponentEvidence>> Load(graph::GraphReader& reader,
                                                                 graph::ExhibitNumber exhibit);

  // What `viewer` may know at `revision`.
  ResolvedView At(const Viewer& viewer, graph::Revision revision) const;

  // Revisions up to `revision` at which something of it changed, in rising order.
  std::vector<graph::Revision> ChangesUpTo(graph::Revision revision) const;

  // Public ids of the records that `viewer` may see of which a version came or went at `revision`.
  std::vector<std::uint64_t> RecordsChangedAt(const Viewer& viewer, graph::Revision revision) const;

  // Public id of a record that asserts a statement of the component, where `viewer` may see it.
  std::optional<std::uint64_t> AssertingRecord(const Viewer& viewer,
                                               graph::RecordNumber record) const;

  const std::vector<graph::ExhibitNumber>& members() const { return members_; }

 private:
  static bool IsVisible(const LoadedRecord& record, const Viewer& viewer);
  // The version of `record` that stands at `revision`, as `viewer` may see it; null when there is
  // none. Today's label counts at every revision.
  static const record::v1::Record* Standing(const LoadedRecord& record, const Viewer& viewer,
                                            graph::Revision revision);

  std::vector<graph::ExhibitNumber> members_;  // in rising order
  std::vector<std::unique_ptr<LoadedRecord>> records_;
  absl::flat_hash_map<graph::RecordNumber, std::size_t> record_places_;
  std::vector<stored::v1::Statement> statements_;  // between members
  absl::flat_hash_map<graph::RecordNumber, stored::v1::RecordState> asserting_;
};

}  // namespace serieslink::view
