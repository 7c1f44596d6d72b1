#include "services/linkage/fit/mixture.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace serieslink::linkage {
namespace {

constexpr double kMixtureShareMin = 1e-9;

// Adds up to 1, and nothing is impossible.
void Normalise(std::vector<double>* shares) {
  double sum = 0;
  for (const double share : *shares) sum += share;
  for (double& share : *shares) share = std::max(sum > 0 ? share / sum : 0, kMixtureShareMin);
}

double Likelihood(const std::vector<std::vector<double>>& shares, const Outcomes& outcomes) {
  double product = 1;
  for (std::size_t c = 0; c < outcomes.size(); ++c) {
    if (outcomes[c] != kNotCompared) product *= shares[c][static_cast<std::size_t>(outcomes[c])];
  }
  return product;
}

double LargestChange(const Mixture& a, const Mixture& b) {
  double change = std::abs(a.match_share - b.match_share);
  for (std::size_t c = 0; c < a.m.size(); ++c) {
    for (std::size_t o = 0; o < a.m[c].size(); ++o) {
      change = std::max({change, std::abs(a.m[c][o] - b.m[c][o]), std::abs(a.u[c][o] - b.u[c][o])});
    }
  }
  return change;
}

}  // namespace

MixtureFit FitMixture(const OutcomeCounts& counts, Mixture start, const MixtureOptions& options) {
  MixtureFit fit;
  fit.mixture = std::move(start);
  const std::size_t fields = fit.mixture.m.size();
  for (int round = 0; round < options.rounds_max && !fit.converged; ++round) {
    const Mixture& now = fit.mixture;
    double pairs = 0;
    double matches = 0;
    double log_likelihood = 0;
    Mixture sums = now;
    for (auto* const side : {&sums.m, &sums.u}) {
      for (std::vector<double>& shares : *side) std::fill(shares.begin(), shares.end(), 0.0);
    }
    for (const auto& [outcomes, count] : counts) {
      const double match = now.match_share * Likelihood(now.m, outcomes);
      const double other = (1 - now.match_share) * Likelihood(now.u, outcomes);
      const double probability = match / (match + other);
      pairs += count;
      matches += count * probability;
      log_likelihood += count * std::log(match + other);
      for (std::size_t c = 0; c < fields; ++c) {
        if (outcomes[c] == kNotCompared) continue;
        const auto o = static_cast<std::size_t>(outcomes[c]);
        sums.m[c][o] += count * probability;
        sums.u[c][o] += count * (1 - probability);
      }
    }
    fit.log_likelihoods.push_back(log_likelihood);
    Mixture next = now;
    next.match_share = std::clamp(matches / pairs, kMixtureShareMin, 1 - kMixtureShareMin);
    for (std::size_t c = 0; c < fields; ++c) {
      const bool kept =
          std::find(options.kept.begin(), options.kept.end(), c) != options.kept.end();
      // A comparison that no pair of the side could be asked about keeps what it had.
      const auto any = [](const std::vector<double>& s) {
        return std::any_of(s.begin(), s.end(), [](double share) { return share > 0; });
      };
      if (!kept && any(sums.m[c])) {
        Normalise(&sums.m[c]);
        next.m[c] = sums.m[c];
      }
      if (!options.keeps_u && any(sums.u[c])) {
        Normalise(&sums.u[c]);
        next.u[c] = sums.u[c];
      }
    }
    fit.converged = LargestChange(now, next) < options.tolerance;
    fit.mixture = std::move(next);
  }
  return fit;
}

std::vector<std::vector<double>> SharesOf(const std::vector<ComparedField>& fields,
                                          const OutcomeCounts& counts, double added) {
  std::vector<std::vector<double>> shares;
  for (std::size_t c = 0; c < fields.size(); ++c) {
    std::vector<double>& of = shares.emplace_back(fields[c].outcomes.size(), added);
    for (const auto& [outcomes, count] : counts) {
      if (outcomes[c] != kNotCompared) of[static_cast<std::size_t>(outcomes[c])] += count;
    }
    Normalise(&of);
  }
  return shares;
}

double WeightOf(const Mixture& mixture, const Outcomes& outcomes) {
  double weight = 0;
  for (std::size_t c = 0; c < outcomes.size(); ++c) {
    if (outcomes[c] == kNotCompared) continue;
    const auto o = static_cast<std::size_t>(outcomes[c]);
    weight += std::log2(mixture.m[c][o] / mixture.u[c][o]);
  }
  return weight;
}

double MatchProbability(const Mixture& mixture, const Outcomes& outcomes) {
  const double match = mixture.match_share * Likelihood(mixture.m, outcomes);
  const double other = (1 - mixture.match_share) * Likelihood(mixture.u, outcomes);
  return match / (match + other);
}

}  // namespace serieslink::linkage
