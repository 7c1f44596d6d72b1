#include "services/ingest/preparing_threads.h"

#include <algorithm>

#include "storage/base/thread_priority.h"

namespace serieslink::ingest {

PreparingThreads::PreparingThreads() {
  const unsigned count = std::max(1u, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this] { Serve(); });
}

PreparingThreads::~PreparingThreads() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    came_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void PreparingThreads::Run(const std::function<void()>& work) {
  Job job;
  job.work = &work;
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  came_.notify_one();
  job.done.wait(lock, [&] { return job.is_done; });
}

void PreparingThreads::Serve() {
  base::GiveWay();
  std::unique_lock lock(mutex_);
  for (;;) {
    came_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Job* const job = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    (*job->work)();
    lock.lock();
    job->is_done = true;
    job->done.notify_one();  // with the lock: the job ends as soon as it is let go
  }
}

}  // namespace serieslink::ingest
