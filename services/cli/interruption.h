#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace serieslink::cli {

// Makes SIGINT and SIGTERM an orderly end for as long as it lives: the first one is noted, a second
// ends the program. To be made before any other thread is started, for those inherit which signals
// are held back. At most one at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  bool has_happened() const { return has_happened_.load(); }

  // `call` is called once, on a thread of its own, when it happens. Null: no longer.
  void Call(std::function<void()> call);

  // Waits that long, or until it happens.
  void Wait(std::chrono::milliseconds time);

 private:
  void Watch();

  std::atomic<bool> has_happened_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> call_;  // guarded by mutex_
  std::thread watcher_;
};

}  // namespace serieslink::cli
