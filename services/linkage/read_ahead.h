#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/status/status.h"

namespace serieslink::linkage {

// Pages that one thread reads ahead of another that uses them, in order. Only so many wait at a
// time, so memory does not grow with what is read.
class ReadAhead {
 public:
  using UsePage = std::function<absl::Status()>;
  // What is to be done with a page that was read.
  struct Page {
    // Before it is used, once, on either thread; may be empty. The reader does it where it would
    // only wait otherwise, so that both have about as much to do, however dear reading is.
    std::function<void()> prepare;
    UsePage use;
  };
  // Hands on a page. False: nothing more is wanted.
  using Hand = std::function<bool(Page)>;

  // Runs `read` on a thread of its own, and on the caller's what it hands on, until `read` has
  // returned and everything that it handed on is done, or something fails. Returns the first error.
  static absl::Status Run(const std::function<absl::Status(const Hand&)>& read) {
    ReadAhead pages;
    absl::Status read_status;
    std::thread reader([&] {
      read_status = read([&](Page page) { return pages.Put(std::move(page)); });
      pages.End(pages.has_ended_);
    });
    const absl::Status used = pages.UseAll();
    reader.join();
    return used.ok() ? read_status : used;
  }

 private:
  static constexpr std::size_t kWaitingMax = 4;

  bool Put(Page page) {
    std::unique_lock lock(mutex_);
    if (waiting_.size() == kWaitingMax && !is_unwanted_ && page.prepare) {
      lock.unlock();
      std::exchange(page.prepare, nullptr)();
      lock.lock();
    }
    changed_.wait(lock, [&] { return is_unwanted_ || waiting_.size() < kWaitingMax; });
    if (is_unwanted_) return false;
    waiting_.push_back(std::move(page));
    changed_.notify_all();
    return true;
  }

  void End(bool& flag) {
    const std::lock_guard lock(mutex_);
    flag = true;
    changed_.notify_all();
  }

  absl::Status UseAll() {
    for (;;) {
      Page page;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return has_ended_ || !waiting_.empty(); });
        if (waiting_.empty()) return absl::OkStatus();
        page = std::move(waiting_.front());
        waiting_.pop_front();
        changed_.notify_all();
      }
      if (page.prepare) page.prepare();
      if (absl::Status status = page.use(); !status.ok()) {
        End(is_unwanted_);
        return status;
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Page> waiting_;
  bool has_ended_ = false;    // everything is read
  bool is_unwanted_ = false;  // using failed
};

}  // namespace serieslink::linkage
