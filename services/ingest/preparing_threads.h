#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace serieslink::ingest {

// Threads that take batches apart for the calls that brought them. They give way to other threads,
// which those of calls must not, for these carry everybody's bytes; and there are no more of them
// than processors, however many streams come. Thread-safe.
class PreparingThreads {
 public:
  PreparingThreads();
  // No call of Run may be under way.
  ~PreparingThreads();
  PreparingThreads(const PreparingThreads&) = delete;
  PreparingThreads& operator=(const PreparingThreads&) = delete;

  // Runs `work` on one of the threads, in turn, and waits until it is done.
  void Run(const std::function<void()>& work);

 private:
  struct Job {
    const std::function<void()>* work = nullptr;
    bool is_done = false;
    std::condition_variable done;
  };

  void Serve();

  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Job*> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace serieslink::ingest
