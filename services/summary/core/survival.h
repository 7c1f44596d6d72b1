#pragma once

#include <cstdint>
#include <optional>
#include <vector>

// How long things last of which some have not ended yet. Pure.
namespace serieslink::summary {

// How long something lasted, or has lasted so far.
struct Duration {
  std::int64_t length_s = 0;
  bool has_ended = false;
};

// The estimate of E. L. Kaplan and P. Meier (Journal of the American Statistical Association 53,
// 1958) of the share that lasts longer than a time, with pointwise 95 % intervals: M. Greenwood's
// variance on the scale of log(-log), which stays within 0 and 1.
class Survival {
 public:
  struct Step {
    std::int64_t length_s = 0;  // from here on
    std::int64_t at_risk = 0;   // had lasted so long
    std::int64_t ended = 0;     // at this length
    double share = 1;           // that lasts longer
    double low = 0;
    double high = 1;
  };

  // Takes negative lengths for 0. Of equal lengths, those that ended come first.
  explicit Survival(std::vector<Duration> durations);

  // At each length at which some ended, in rising order.
  const std::vector<Step>& steps() const { return steps_; }

  // The length within which `share`, above 0 and below 1, have ended, with its interval (R.
  // Brookmeyer, J. Crowley, Biometrics 38, 1982, on the same scale). None: not so many have.
  struct Quantile {
    std::optional<std::int64_t> length_s;
    std::optional<std::int64_t> low_s;
    std::optional<std::int64_t> high_s;
  };
  Quantile Within(double share) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace serieslink::summary
