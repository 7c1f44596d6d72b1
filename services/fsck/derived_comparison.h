#pragma once

#include "absl/status/status.h"
#include "storage/api/store.h"
#include "storage/fsck/report.h"

namespace serieslink::fsck {

// Compares what is derived in two snapshots, up to `revision`, kind of row by kind of row, in one
// pass each, and adds a check with its differences to `report` for each kind. `stored` is what is
// judged, `rebuilt` is what it should be. See CheckRebuild for what may differ.
// Errors: those of the stores, except DATA_LOSS, which is a finding.
absl::Status CompareDerived(const storage::Snapshot& stored, const storage::Snapshot& rebuilt,
                            storage::Position revision, Report& report);

}  // namespace serieslink::fsck
