#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

// Data sets of others, which are no part of this repository: SERIESLINK_SHARED_DATA, or
// ../shared/data beside the source, holds them.
namespace serieslink::bench {

using Row = std::map<std::string, std::string>;  // cells by column

// A file's text, unpacked. None when it is not there; ends the process when it is cut short.
std::optional<std::string> ReadSharedText(const std::string& path);

// Rows of a CSV file with a header, each with every column; none when the file is not there.
std::vector<Row> ReadSharedRows(const std::string& path);

}  // namespace serieslink::bench
