#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "serieslink/stolen/v1/loss_case.pb.h"

namespace serieslink::view {

// Whose feed a message of the log came by. A force's record of what another register holds is of
// REPORT_SOURCE_OTHER: nobody here reports it. Reads no more of the message than that.
// Errors: DATA_LOSS (it is malformed).
absl::StatusOr<stolen::v1::ReportSource> ReportSourceOf(std::string_view feed_message);

}  // namespace serieslink::view
