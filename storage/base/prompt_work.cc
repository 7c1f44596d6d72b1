#include "storage/base/prompt_work.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "storage/base/thread_priority.h"

namespace serieslink::base {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr nanoseconds kShortMax = std::chrono::milliseconds(20);
// Of a processor's time, what was not used lately may be used at once.
constexpr nanoseconds kSavedMax = std::chrono::milliseconds(200);

nanoseconds CpuTimeSince(const timespec& begin) {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec - begin.tv_sec) + nanoseconds(now.tv_nsec - begin.tv_nsec);
}

}  // namespace

// Of the process; never destroyed, for threads may outlive main.
class PromptWorkWatch {
 public:
  static PromptWorkWatch& Get() {
    static auto* const watch = new PromptWorkWatch();
    return *watch;
  }

  void Begin(PromptWork& work, bool is_short) {
    const std::lock_guard lock(mutex_);
    if (!is_short || !HasTimeLeft()) {
      work.is_ordinary_ = true;
      MakeOrdinary(work.thread_);
      return;
    }
    // Beforehand, so that many that begin together do not all come first.
    left_ -= kShortMax;
    work.begun_ns_ = Clock::now().time_since_epoch().count();
    work.place_ = under_way_.insert(under_way_.end(), &work);
    if (under_way_.size() == 1) came_.notify_one();
  }

  void End(PromptWork& work) {
    const nanoseconds used = CpuTimeSince(work.cpu_at_begin_);
    const std::lock_guard lock(mutex_);
    // Of work that turned out long, what it had before is taken to be all that it might.
    if (work.is_ordinary_) return;
    under_way_.erase(work.place_);
    left_ += kShortMax - std::min(used, kShortMax);
  }

 private:
  PromptWorkWatch() {
    std::thread([this] { Watch(); }).detach();
  }

  // Half of the processors' time.
  bool HasTimeLeft() {
    const Clock::time_point now = Clock::now();
    left_ = std::min(left_ + (now - counted_) * processors_ / 2, kSavedMax * processors_);
    counted_ = now;
    return left_ > nanoseconds::zero();
  }

  void Watch() {
    std::unique_lock lock(mutex_);
    for (;;) {
      came_.wait(lock, [&] { return !under_way_.empty(); });
      PromptWork& oldest = *under_way_.front();
      const Clock::time_point end(nanoseconds(oldest.begun_ns_) + kShortMax);
      if (Clock::now() < end) {
        // Nobody needs to be looked at earlier, whoever comes or ends meanwhile.
        lock.unlock();
        std::this_thread::sleep_until(end);
        lock.lock();
        continue;
      }
      oldest.is_ordinary_ = true;
      MakeOrdinary(oldest.thread_);
      under_way_.pop_front();
    }
  }

  const int processors_ = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::mutex mutex_;
  std::condition_variable came_;
  std::list<PromptWork*> under_way_;  // those that come first, the oldest first
  Clock::time_point counted_ = Clock::now();
  nanoseconds left_ = kSavedMax;
};

PromptWork::PromptWork(Length expected) : is_watched_(IsFirst()) {
  if (!is_watched_) return;
  thread_ = static_cast<int>(syscall(SYS_gettid));
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu_at_begin_);
  PromptWorkWatch::Get().Begin(*this, expected == Length::kShort);
}

PromptWork::~PromptWork() {
  if (!is_watched_) return;
  PromptWorkWatch::Get().End(*this);
  if (is_ordinary_) ComeFirst();
}

}  // namespace serieslink::base
