#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// The model of I. P. Fellegi and A. B. Sunter, "A theory for record linkage" (Journal of the
// American Statistical Association 64, 1969): pairs are a mixture of matches and others, in each of
// which every comparison has its own shares of outcomes, independent of the other comparisons.
namespace serieslink::linkage {

// One comparison of a pair and its outcomes.
struct ComparedField {
  std::string name;
  std::vector<std::string> outcomes;
};

// Outcome of each comparison, or kNotCompared where one of the two says nothing.
using Outcomes = std::vector<std::int8_t>;
inline constexpr std::int8_t kNotCompared = -1;

// Pairs by their outcomes: how many there are of each.
using OutcomeCounts = std::map<Outcomes, double>;

struct Mixture {
  double match_share = 0.1;
  std::vector<std::vector<double>> m;  // by comparison and outcome: share among matches
  std::vector<std::vector<double>> u;  // share among the others
};

struct MixtureFit {
  Mixture mixture;
  std::vector<double> log_likelihoods;  // natural, after each round; never falls
  bool converged = false;
};

// How the expectation maximisation of A. P. Dempster, N. M. Laird and D. B. Rubin (Journal of the
// Royal Statistical Society B 39, 1977) goes.
struct MixtureOptions {
  bool keeps_u = false;  // u is known, from pairs drawn at random
  // Comparisons of which m is kept too: those by which the pairs were chosen.
  std::vector<std::size_t> kept;
  int rounds_max = 500;
  double tolerance = 1e-6;  // largest change of a share at which it ends
};

// Estimates from `start`. Shares never become 0. Deterministic. `counts` holds at least one pair.
MixtureFit FitMixture(const OutcomeCounts& counts, Mixture start, const MixtureOptions& options);

// Shares of outcomes among pairs, each comparison for itself, where each outcome was seen
// `added` times more.
std::vector<std::vector<double>> SharesOf(const std::vector<ComparedField>& fields,
                                          const OutcomeCounts& counts, double added);

// log2 of how many times likelier `outcomes` are of a match than of another pair.
double WeightOf(const Mixture& mixture, const Outcomes& outcomes);

// Probability that a pair with `outcomes` is a match.
double MatchProbability(const Mixture& mixture, const Outcomes& outcomes);

}  // namespace serieslink::linkage
