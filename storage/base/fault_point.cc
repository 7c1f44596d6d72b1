#include "storage/base/fault_point.h"

#if defined(SERIESLINK_FAULT_POINTS)

#include <signal.h>

#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"

namespace serieslink::internal {
namespace {

struct Armed {
  std::string name;
  std::int64_t passages_left = 0;
};

Armed ReadEnvironment() {
  Armed armed;
  const char* value = std::getenv("SERIESLINK_FAULT_POINT");
  if (value == nullptr) return armed;
  const std::string text = value;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &armed.passages_left)) {
    return Armed();
  }
  armed.name = text.substr(0, colon);
  return armed;
}

const Armed armed_point = ReadEnvironment();
std::atomic<std::int64_t> passages = 0;

}  // namespace

const bool fault_points_armed = !armed_point.name.empty();

void PassFaultPoint(std::string_view name) {
  if (name == armed_point.name && ++passages == armed_point.passages_left) raise(SIGKILL);
}

}  // namespace serieslink::internal

#endif
