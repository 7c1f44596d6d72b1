#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace serieslink::rpc {

enum class LogLevel { kInfo, kWarning, kError };

// Writes one line of JSON to standard error: time, level, event and fields, escaped. Fields hold
// agencies and their principals, counts, codes, revisions, times and durations; never a serial,
// name, place or free text of a record. Thread-safe.
void LogEvent(LogLevel level, std::string_view event,
              std::initializer_list<std::pair<std::string_view, std::string>> fields = {});

// Lines below `level` are not written. The default is kInfo.
void SetLogLevel(LogLevel level);

}  // namespace serieslink::rpc
