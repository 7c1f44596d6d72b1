#include "services/rpc/process_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>

namespace serieslink::rpc {
namespace {

// spdlog's own patterns do not escape, so the line is put together here and spdlog only stamps and
// writes it. Never destroyed: threads of libraries can log until the process is gone.
spdlog::logger& Logger() {
  static spdlog::logger* const logger = [] {
    auto* const made =
        new spdlog::logger("serieslink", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})",
                      spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          char escaped[8];
          std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned char>(c));
          out += escaped;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

}  // namespace

void LogEvent(LogLevel level, std::string_view event,
              std::initializer_list<std::pair<std::string_view, std::string>> fields) {
  std::string body = "\"event\":";
  AppendQuoted(event, body);
  for (const auto& [key, value] : fields) {
    body += ',';
    AppendQuoted(key, body);
    body += ':';
    AppendQuoted(value, body);
  }
  Logger().log(SpdlogLevel(level), "{}", body);
}

void SetLogLevel(LogLevel level) { Logger().set_level(SpdlogLevel(level)); }

}  // namespace serieslink::rpc
