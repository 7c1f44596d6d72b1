#pragma once

#include "absl/status/status.h"
#include "storage/api/store.h"
#include "storage/fsck/report.h"

// Checks that what a store holds fits together. It reads one snapshot and changes nothing. What it
// needs in memory is 18 bytes a record and the maps of the indexes.
//
// Whether what is derived also follows from the log takes the deriver: see services/fsck.
namespace serieslink::fsck {

// Runs every check of the tables in this folder over `snapshot`, and adds what they find to
// `report`. Bytes that the engine cannot vouch for are a finding too.
// Errors: those of the store, except DATA_LOSS.
absl::Status CheckStore(const storage::Snapshot& snapshot, Report& report);

}  // namespace serieslink::fsck
