#pragma once

#include "services/cli/command.h"

namespace serieslink::cli {

// Adds to the group `leads` the commands about leads as a whole: the blind sample, what is to be
// looked at again, what to examine. As AddLeadsCommands.
void AddLeadsSampleCommands(CLI::App& leads, const CommandOptions& options, Command& chosen);

}  // namespace serieslink::cli
