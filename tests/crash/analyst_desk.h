#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "serieslink/record/v1/finding.pb.h"
#include "tests/crash/agency_push.h"
#include "tests/crash/killed_server.h"
#include "tests/support/series_outline.h"

namespace serieslink {

// What analysts of "mps" decide on pairs of guns, and an administrator on rules, one after the
// other.
class AnalystDesk {
 public:
  // Picks `count` pairs of what MakeGunPushes made: of equal and of different numbers. In the midst
  // of them other rules are adopted.
  AnalystDesk(Random& random, int count, const std::vector<Push>& pushes);

  // Goes on where it was, until all is acknowledged, which it returns, or the server dies.
  bool WorkOn(const std::string& address, const RecordNames& names, const Moved& moved);
  std::size_t acknowledged() const { return acknowledged_; }

  // What stands of each pair of which all was acknowledged, or of all pairs, and of the rules, once
  // `min_revision` is derived: in a form that is the same for every store.
  std::vector<std::string> WhatStands(const std::string& address, const RecordNames& names,
                                      std::int64_t min_revision) const;
  // Checks that what was acknowledged stands.
  void ExpectAcknowledged(const std::string& address, const RecordNames& names,
                          std::int64_t min_revision) const;

 private:
  // Absent verdict: adopts rules.
  struct Decision {
    std::string first;  // by RecordNames
    std::string second;
    std::optional<record::v1::Verdict> verdict;
  };

  std::vector<Decision> decisions_;
  std::size_t acknowledged_ = 0;  // the first so many
};

}  // namespace serieslink
