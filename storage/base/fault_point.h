#pragma once

#include <string_view>

// Named points at which a test may kill the process: SERIESLINK_FAULT_POINT=<name>:<n> in the
// environment makes the n-th passage of that point end the process as SIGKILL does. A value of
// another form ends the process at start with exit code 2, so that no test passes by a typing
// error. A point that is not armed costs one load. Builds without SERIESLINK_FAULT_POINTS (release)
// contain none of it. Thread-safe.
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
