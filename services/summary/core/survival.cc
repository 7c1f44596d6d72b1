#include "services/summary/core/survival.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/summary/core/tails.h"

namespace serieslink::summary {

Survival::Survival(std::vector<Duration> durations) {
  for (Duration& one : durations) one.length_s = std::max<std::int64_t>(one.length_s, 0);
  std::sort(durations.begin(), durations.end(), [](const Duration& a, const Duration& b) {
    return std::pair(a.length_s, !a.has_ended) < std::pair(b.length_s, !b.has_ended);
  });
  double share = 1;
  double greenwood = 0;  // sum of d / (n (n - d))
  for (std::size_t at = 0; at < durations.size();) {
    const std::int64_t length_s = durations[at].length_s;
    const auto at_risk = static_cast<std::int64_t>(durations.size() - at);
    std::int64_t ended = 0;
    for (; at < durations.size() && durations[at].length_s == length_s; ++at) {
      ended += durations[at].has_ended;
    }
    if (ended == 0) continue;
    const double n = static_cast<double>(at_risk);
    const double d = static_cast<double>(ended);
    share *= 1 - d / n;
    Step step{.length_s = length_s, .at_risk = at_risk, .ended = ended, .share = share};
    if (ended == at_risk) {
      step.share = 0;
      step.low = 0;
      step.high = steps_.empty() ? 1 : steps_.back().high;
    } else {
      greenwood += d / (n * (n - d));
      const double log_share = std::log(share);
      const double factor = std::exp(kNormal975 * std::sqrt(greenwood) / -log_share);
      step.low = std::exp(log_share * factor);
      step.high = std::exp(log_share / factor);
    }
    steps_.push_back(step);
  }
}

Survival::Quantile Survival::Within(double share) const {
  const auto first = [&](auto&& value) -> std::optional<std::int64_t> {
    for (const Step& step : steps_) {
      if (value(step) <= 1 - share + 1e-12) return step.length_s;
    }
    return std::nullopt;
  };
  return {.length_s = first([](const Step& step) { return step.share; }),
          .low_s = first([](const Step& step) { return step.low; }),
          .high_s = first([](const Step& step) { return step.high; })};
}

}  // namespace serieslink::summary
