#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// How far a watch has come, kept in a file, so that the next one goes on from there.
namespace serieslink::cli {

// The position in the file at `path`; empty when there is no such file. A position that cannot be
// read is never taken for none: then what came in between would be missed.
// Errors: INVALID_ARGUMENT (the file cannot be read or holds no position; says what to do).
absl::StatusOr<std::string> ReadWatchPosition(const std::string& path);

// Puts `position` there, in the place of the one before, one of which is there whatever is killed,
// and when the power is cut. Durable when it returns. Errors: INVALID_ARGUMENT (it cannot be
// written, or not made durable).
absl::Status WriteWatchPosition(const std::string& path, const std::string& position);

}  // namespace serieslink::cli
