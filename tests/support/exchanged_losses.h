#pragma once

#include <string>
#include <vector>

#include "services/cli/exchange_reader.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {

// What the client's export writes of the losses that `agency` may see and that are not back.
std::string ExportedLosses(DerivationPipeline& pipeline, const std::string& agency,
                           cli::ExchangeScheme scheme, bool is_csv);

// Has `agency` send what the client's import makes of `text`. Returns what was not taken and why:
// "3: …" of what could not be read, by line, and "field: …" of what the server refused.
std::vector<std::string> ImportLosses(DerivationPipeline& pipeline, const std::string& agency,
                                      const cli::ExchangeInput& input, const std::string& text);

}  // namespace serieslink
