#include "storage/base/fault_point.h"

#if defined(SERIESLINK_FAULT_POINTS)

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace serieslink::internal {
namespace {

struct Armed {
  std::string_view name;  // of the environment's memory
  std::int64_t passage = 0;
};

Armed ReadEnvironment() {
  const char* value = std::getenv("SERIESLINK_FAULT_POINT");
  if (value == nullptr || *value == '\0') return {};
  const std::string_view text = value;
  const std::size_t colon = text.rfind(':');
  Armed armed;
  if (colon != std::string_view::npos && colon > 0) {
    armed.name = text.substr(0, colon);
    const absl::string_view count(text.data() + colon + 1, text.size() - colon - 1);
    if (absl::SimpleAtoi(count, &armed.passage) && armed.passage > 0) return armed;
  }
  std::fputs("SERIESLINK_FAULT_POINT is not of the form NAME:COUNT\n", stderr);
  _exit(2);
}

const Armed armed_point = ReadEnvironment();
std::atomic<std::int64_t> passages = 0;

}  // namespace

const bool fault_points_armed = !armed_point.name.empty();

void PassFaultPoint(std::string_view name) {
  if (name == armed_point.name && ++passages == armed_point.passage) raise(SIGKILL);
}

}  // namespace serieslink::internal

#endif
