#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/cli/exchange_reader.h"
#include "services/cli/mapping.h"

namespace serieslink::cli {

// A file of this name is standard input.
inline constexpr char kStandardInput[] = "-";

// Whether there is a file of this name that can be read. A pipe is one. Errors: INVALID_ARGUMENT
// (there is none, it is a folder, or it cannot be read; says what to do, without the name).
absl::Status CheckReadable(const std::string& file);

// Whether all of `files` can be pushed, as far as that can be told before any is: they are there,
// can be read, are no folders and none of them the rejects file (if there is one), and they begin
// as another register's files do, as CSV that fits `mapping` or, where neither is given, as JSON
// lines. What can be read only once, which is a pipe or standard input, is not opened: its
// beginning is checked when it is its turn. Errors: INVALID_ARGUMENT, with everything that is wrong
// with any of them, and what to do.
absl::Status CheckInputFiles(const std::vector<std::string>& files, const std::string& rejects_file,
                             const Mapping* mapping, const ExchangeInput* exchange = nullptr);

}  // namespace serieslink::cli
