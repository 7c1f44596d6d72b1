#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace serieslink::fsck {

// What the checks found. A finding names kinds of rows, dense numbers and public ids, never
// anything that an agency wrote. Not thread-safe.
class Report {
 public:
  struct Check {
    std::string name;
    std::string subject;  // what is wrong when it finds something: "store", "log" or "derived"
    std::uint64_t looked_at = 0;  // rows or entries
    std::uint64_t found = 0;
    std::vector<std::string> kept;  // the first findings, in words
  };

  // Keeps the words of `kept_max` findings a check. `on_progress` is told when a check begins and,
  // in a long one, every now and then.
  explicit Report(std::size_t kept_max, std::function<void(const Check&)> on_progress = {})
      : kept_max_(kept_max), on_progress_(std::move(on_progress)) {}

  void Begin(std::string_view name, std::string_view subject);
  // Of the check that began last.
  void LookedAt(std::uint64_t count);
  void Add(std::string finding);

  const std::vector<Check>& checks() const { return checks_; }
  std::uint64_t found() const;

 private:
  const std::size_t kept_max_;
  const std::function<void(const Check&)> on_progress_;
  std::vector<Check> checks_;
  std::uint64_t told_ = 0;  // rows of the check when progress was told last
};

// Lets a check that met bytes which nobody can read say so instead of ending the run: DATA_LOSS
// becomes a finding of the check that began last, other statuses are returned as they are.
absl::Status AsFinding(const absl::Status& status, Report& report);

}  // namespace serieslink::fsck
