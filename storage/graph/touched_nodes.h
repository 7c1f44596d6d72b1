#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "storage/graph/keys.h"

namespace serieslink::graph {

// What of records and exhibits some commits of the deriver changed: their states, their components,
// or what is stated about them. What else differs between two states of what is derived, follows
// from these. May name one more than once.
struct Touched {
  std::vector<RecordNumber> records;
  std::vector<ExhibitNumber> exhibits;

  std::size_t size() const { return records.size() + exhibits.size(); }
};

// Hands on, within one process, what the deriver's commits changed to the one that keeps something
// up to date by it. Nothing is kept while nobody follows; eight bytes for each node otherwise, and
// no more than a bound: then the one that follows begins anew. Thread-safe.
class TouchedNodes {
 public:
  static constexpr std::size_t kKeptMax = std::size_t{1} << 23;

  explicit TouchedNodes(std::size_t kept_max = kKeptMax) : kept_max_(kept_max) {}

  // Whether what is added is kept.
  bool is_followed() const { return is_followed_.load(); }

  // Begins to keep what is added. False: somebody follows already.
  bool Follow() {
    const std::lock_guard lock(mutex_);
    return !is_followed_.exchange(true);
  }
  // The reverse, by the one that follows.
  void Leave() {
    const std::lock_guard lock(mutex_);
    is_followed_.store(false);
    Forget();
  }

  // What the commit that will cover `reached` changes; called before it, so that whoever finds the
  // commit finds this. Of a commit that is tried again, again. None: it was not gathered.
  void Add(Revision reached, std::optional<Touched> touched) {
    const std::lock_guard lock(mutex_);
    if (reached > newest_) newest_ = reached;
    if (!is_followed_.load() || !touched.has_value() || kept_ + touched->size() > kept_max_) {
      return Forget();
    }
    kept_ += touched->size();
    steps_.emplace_back(reached, *std::move(touched));
  }

  // Adds to `touched` what changed between what was derived up to `after` and up to `upto`, which
  // is committed, and keeps none of that any longer. False: not all of it was kept.
  bool Take(Revision after, Revision upto, Touched& touched) {
    const std::lock_guard lock(mutex_);
    if (lost_ > after) return false;
    // After a failure the same revisions come again, in other steps.
    std::erase_if(steps_, [&](const auto& step) {
      if (step.first > upto) return false;
      const Touched& one = step.second;
      kept_ -= one.size();
      touched.records.insert(touched.records.end(), one.records.begin(), one.records.end());
      touched.exhibits.insert(touched.exhibits.end(), one.exhibits.begin(), one.exhibits.end());
      return true;
    });
    return true;
  }

  // Up to which revision it is not known what changed.
  Revision lost() const {
    const std::lock_guard lock(mutex_);
    return lost_;
  }

  // How much is kept.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return kept_;
  }

 private:
  void Forget() {
    steps_.clear();
    kept_ = 0;
    lost_ = newest_;
  }

  const std::size_t kept_max_;
  std::atomic<bool> is_followed_ = false;  // changed under the mutex
  mutable std::mutex mutex_;
  std::deque<std::pair<Revision, Touched>> steps_;
  std::size_t kept_ = 0;
  Revision newest_ = 0;  // up to which something was added
  Revision lost_ = 0;    // up to which it is not kept
};

}  // namespace serieslink::graph
