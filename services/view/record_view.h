#pragma once

#include "absl/status/status.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {

// Records as their viewers may see them. Thread-safe.
class RecordViews {
 public:
  explicit RecordViews(const Source& source) : source_(source) {}

  // The record of `id` with its versions up to the revision that is wished for. Where that is the
  // latest, one that is not there is waited for until all that the log holds is derived: it may
  // just have been acknowledged. Errors: NOT_FOUND (no such record, or none that `viewer` may see),
  // and those of TakeCut.
  absl::Status Get(const Viewer& viewer, graph::PublicId id, RevisionWish wish,
                   const Patience& patience, ingest::v1::GetRecordResponse& response) const;

 private:
  absl::Status GetFrom(Cut& cut, const Viewer& viewer, graph::PublicId id,
                       ingest::v1::GetRecordResponse& response) const;

  const Source source_;
};

}  // namespace serieslink::view
