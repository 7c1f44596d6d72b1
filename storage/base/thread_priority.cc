#include "storage/base/thread_priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace serieslink::base {

void GiveWay() {
  // On Linux the priority is the thread's. Failing changes nothing but waiting times.
  constexpr int kSteps = 5;  // each is worth a quarter more or less of the processor
  const auto thread = static_cast<id_t>(syscall(SYS_gettid));
  setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + kSteps);
}

}  // namespace serieslink::base
