#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/keys.h"

// From what an index leads to, to the records that a viewer may see.
namespace serieslink::view {

// A version of a record.
struct VersionOfRecord {
  graph::RecordNumber record = 0;
  graph::SequenceNumber sequence = 0;  // the log entry that is the version
};

// One that the viewer may see today, and that stood at the revision and was no withdrawal.
struct FoundVersion {
  graph::RecordNumber number = 0;
  std::shared_ptr<const stored::v1::RecordState> state;
  std::shared_ptr<const record::v1::Record> record;
};

// Whether the version that is the log entry `sequence` stood at `revision`.
bool StoodAt(const stored::v1::RecordState& state, graph::SequenceNumber sequence,
             graph::Revision revision);

// The log entry that is the version of `state` that stood at `revision`; 0 when none did.
graph::SequenceNumber StandingSequence(const stored::v1::RecordState& state,
                                       graph::Revision revision);

// Those of `versions` that `viewer` may see at the cut's revision, one for each, in their order;
// without a record where it may not, or the version did not stand, or of a cut as shown its own
// label hid it. Reads all of them at once, each
// record and version once.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<FoundVersion>> FindVersions(Cut& cut, const Viewer& viewer,
                                                       absl::Span<const VersionOfRecord> versions);

}  // namespace serieslink::view
