#pragma once

#include <ostream>

#include "serieslink/network/v1/network_service.pb.h"
#include "services/cli/table.h"

// Answers about the network for people and for programs.
namespace serieslink::cli {

// `response` holds all messages of an expansion as one. CSV has a row for each edge: its ends are
// enough to draw the network.
void WriteExpansion(const network::v1::ExpandResponse& response, Format format, int width_columns,
                    std::ostream& out);

void WritePath(const network::v1::FindPathResponse& response, Format format, int width_columns,
               std::ostream& out);

void WriteCoOccurring(const network::v1::ListCoOccurringWeaponsResponse& response, Format format,
                      int width_columns, std::ostream& out);

// Why an answer is not all; empty where it is.
const char* ShortOfAll(network::v1::Completion completion);

}  // namespace serieslink::cli
