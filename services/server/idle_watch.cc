#include "services/server/idle_watch.h"

#include <sys/resource.h>

namespace serieslink::server {
namespace {

constexpr absl::Duration kQuiet = absl::Milliseconds(100);
constexpr int kQuietLooks = 2;

}  // namespace

absl::Duration ProcessorTime() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

bool IdleWatch::IsIdle(absl::Duration processor_time) {
  quiet_looks_ = processor_time - last_ < kQuiet ? quiet_looks_ + 1 : 0;
  last_ = processor_time;
  return quiet_looks_ >= kQuietLooks;
}

}  // namespace serieslink::server
