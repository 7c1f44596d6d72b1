#pragma once

#include "services/cli/command.h"

namespace serieslink::cli {

// Adds "unsubmitted" to the commands about firearms, as command.h says of groups.
void AddSubmissionCommand(CLI::App& firearm, const CommandOptions& options, Command& chosen);

}  // namespace serieslink::cli
