#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/linkage/confirmation_policy.h"
#include "storage/api/store.h"
#include "storage/fsck/report.h"

namespace serieslink::fsck {

// Derives everything again from the log of `source`, into `scratch`, which must be empty, and
// compares row by row: what is derived must follow from the log. Adds the differences to `report`.
//
// It goes as far as the deriver had come. Compared are: states of records, statements, ids,
// memberships, states of weapons, and which nodes are in one component. Not compared, because they
// are a matter of when and how it was written: numbers of components, how entries lie in the runs
// of an index, and statements of a step that was cut short.
//
// Takes the memory of the deriver (about 300 bytes a record) and 32 bytes a component. `policy` is
// the server's; `now` is the clock. Errors: those of the stores, and FAILED_PRECONDITION (`scratch`
// is not empty).
absl::Status CheckRebuild(storage::Store& source, storage::Store& scratch,
                          const linkage::ConfirmationPolicy& policy,
                          const std::function<absl::Time()>& now, Report& report);

}  // namespace serieslink::fsck
