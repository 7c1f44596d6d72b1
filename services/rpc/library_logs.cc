#include "services/rpc/library_logs.h"

#include <bit>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "storage/base/text.h"

namespace serieslink::rpc {
namespace {

constexpr std::uint64_t kEveryCount = 1024;

std::string_view FileName(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

void OnGrpcMessage(gpr_log_func_args* args) {
  LogLibraryMessage(args->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kError : LogLevel::kInfo,
                    "grpc", args->file, args->line);
}

void OnProtobufMessage(google::protobuf::LogLevel level, const char* file, int line,
                       const std::string&) {
  const bool is_error = level >= google::protobuf::LOGLEVEL_ERROR;
  LogLibraryMessage(is_error ? LogLevel::kError : LogLevel::kWarning, "protobuf", file, line);
}

}  // namespace

void RouteLibraryLogs() {
  gpr_set_log_function(OnGrpcMessage);
  google::protobuf::SetLogHandler(OnProtobufMessage);
}

void LogLibraryMessage(LogLevel level, std::string_view library, std::string_view file, int line) {
  static std::mutex mutex;
  static auto* const counts = new std::map<std::pair<std::string, int>, std::uint64_t>;
  const std::string name(FileName(file));
  std::uint64_t count = 0;
  {
    const std::lock_guard lock(mutex);
    count = ++(*counts)[{absl::StrCat(AbslView(library), " ", name), line}];
  }
  if (!std::has_single_bit(count) && count % kEveryCount != 0) return;
  LogEvent(level, "library_message",
           {{"library", std::string(library)},
            {"place", absl::StrCat(name, ":", line)},
            {"count", absl::StrCat(count)}});
}

}  // namespace serieslink::rpc
