#pragma once

#include <atomic>
#include <string_view>

// Named points at which a test may kill the process: SERIESLINK_FAULT_POINT=<name>:<n> in the
// environment makes the n-th passage of that point end the process as SIGKILL does. Builds without
// SERIESLINK_FAULT_POINTS (release) contain none of it.
namespace serieslink {

#if defined(SERIESLINK_FAULT_POINTS)
namespace internal {
// Whether any point is armed in this process.
extern const bool fault_points_armed;
void PassFaultPoint(std::string_view name);
}  // namespace internal

#define SL_FAULT_POINT(name)                                                                      \
  do {                                                                                            \
    if (::serieslink::internal::fault_points_armed) ::serieslink::internal::PassFaultPoint(name); \
  } while (false)
#else
#define SL_FAULT_POINT(name) static_cast<void>(0)
#endif

}  // namespace serieslink
