#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/log.pb.h"

namespace serieslink::view {

// What the adapter makes of a log entry; null for a withdrawal.
// Errors: DATA_LOSS (the entry's message cannot be read).
absl::StatusOr<std::shared_ptr<const record::v1::Record>> CanonicalOf(
    const stored::v1::LogEntry& entry);

}  // namespace serieslink::view
