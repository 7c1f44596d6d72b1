#include "storage/base/thread_priority.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace serieslink::base {
namespace {

// What sched_setattr(2) takes; the C library of Debian 12 does not declare it.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};

// A third of the ordinary share. With nineteen, a seventieth, linkage would stand still while
// anything else computes.
constexpr int kStepsNicer = 5;

}  // namespace

void MakeOrdinary(int thread) {
  SchedulingAttributes attributes;
  attributes.nice = getpriority(PRIO_PROCESS, static_cast<id_t>(thread));
  attributes.runtime_ns = 100'000;  // the least that Linux takes
  syscall(SYS_sched_setattr, thread, &attributes, 0);
}

void ComeFirst() {
  SchedulingAttributes attributes;
  attributes.policy = SCHED_RR;
  attributes.priority = 1;
  if (syscall(SYS_sched_setattr, 0, &attributes, 0) == 0) return;
  MakeOrdinary(0);
}

bool IsFirst() { return sched_getscheduler(0) == SCHED_RR; }

void GiveWay() {
  thread_local bool has_given_way = false;
  if (has_given_way || sched_getscheduler(0) == SCHED_BATCH) return;  // the latter is inherited
  has_given_way = true;
  // On Linux all this is the thread's. Failing changes nothing but waiting times.
  const auto thread = static_cast<id_t>(syscall(SYS_gettid));
  SchedulingAttributes attributes;
  attributes.policy = SCHED_BATCH;
  attributes.nice = getpriority(PRIO_PROCESS, thread) + kStepsNicer;
  // Long slices are a debt that Linux pays: a thread that waited for one is owed it, and until it
  // has had it those of ordinary priority that have had more than their share wait, up to 20 ms
  // with 50 ms slices.
  attributes.runtime_ns = 3'000'000;
  if (syscall(SYS_sched_setattr, 0, &attributes, 0) != 0) {
    setpriority(PRIO_PROCESS, thread, attributes.nice);
  }
}

}  // namespace serieslink::base
