#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/stored/v1/log.pb.h"
#include "services/ingest/committer.h"
#include "services/rpc/identity.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::ingest {

// Appends the adoption of a generation, by `author` at `now`, to the log, and returns its revision
// once it is on disk. The number of the generation must be higher than that of the last one.
// Errors: FAILED_PRECONDITION (a generation of that number, or of a later one, was adopted before),
// UNAVAILABLE (the server is going down, or has no room).
absl::StatusOr<graph::Revision> AdoptGeneration(const stored::v1::Adoption& adoption,
                                                const rpc::Identity& author, absl::Time now,
                                                const graph::IdKey& ids, Committer& committer);

}  // namespace serieslink::ingest
