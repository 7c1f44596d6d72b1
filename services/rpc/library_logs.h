#pragma once

#include <string_view>

#include "services/rpc/process_log.h"

namespace serieslink::rpc {

// Sends what gRPC and libprotobuf would write to standard error through the process log, as event
// "library_message": the library, and the file and line of its source that tell which message it
// is. Never the message: it can hold what a client sent, or who the client is. Before the first use
// of either library.
void RouteLibraryLogs();

// One message of `library`, from `line` of its source `file`. Of those from one place the process
// log tells the first, the second, the fourth and so on, and from the 1,024th each 1,024th, with
// their count: so no client can fill the log. Thread-safe.
void LogLibraryMessage(LogLevel level, std::string_view library, std::string_view file, int line);

}  // namespace serieslink::rpc
