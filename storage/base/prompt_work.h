#pragma once

#include <ctime>
#include <list>

namespace serieslink::base {

// What a thread that comes first (thread_priority.h) does for one caller, for as long as this
// lives. Whoever comes first could keep all others of the machine from their processors, so this is
// bounded:
// - work that goes on for longer than 20 ms is gone on with at the ordinary priority;
// - while such work takes more than half of the machine's processors, what is begun is done at the
//   ordinary priority from the beginning.
// Afterwards the thread comes first again. On a thread that does not come first nothing is done.
// One at a time on a thread.
class PromptWork {
 public:
  enum class Length { kShort, kLong };  // long: at the ordinary priority from the beginning

  explicit PromptWork(Length expected);
  ~PromptWork();
  PromptWork(const PromptWork&) = delete;
  PromptWork& operator=(const PromptWork&) = delete;

 private:
  friend class PromptWorkWatch;

  const bool is_watched_;  // the thread comes first
  bool is_ordinary_ = false;
  timespec cpu_at_begin_{};
  int thread_ = 0;
  std::list<PromptWork*>::iterator place_;  // among those under way that come first
  long long begun_ns_ = 0;
};

}  // namespace serieslink::base
