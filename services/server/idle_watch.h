#pragma once

#include "absl/time/time.h"

namespace serieslink::server {

// Processor time that all threads of this process have used.
absl::Duration ProcessorTime();

// Tells whether a program is idle, from looks at its processor time. Not thread-safe.
class IdleWatch {
 public:
  // Between two looks.
  static constexpr absl::Duration kInterval = absl::Seconds(2);

  // Takes the processor time that the program has used so far. True when it has used less than a
  // twentieth of one processor (0.1 s) since the last look, and between that and the one before.
  bool IsIdle(absl::Duration processor_time);

 private:
  absl::Duration last_;
  int quiet_looks_ = 0;
};

}  // namespace serieslink::server
