#include "services/linkage/fit/model_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/serial_agreement.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {
namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

constexpr std::size_t kExhibitsMin = 200;
constexpr std::size_t kPairsMin = 50;
constexpr std::size_t kDrawnPairs = 500'000;
constexpr std::size_t kCrowd = 64;
constexpr double kShareMin = 0.0005;  // Nothing is ruled out by a sample.
constexpr double kDecisionsOfRecords =
    10;                            // What the estimate from records weighs beside decisions.
constexpr double kMatchesMin = 1;  // Of fewer an estimate tells nothing.
constexpr double kFrequencyMin = 0.005;
constexpr std::size_t kNumbersOfLengthMin = 200;

OutcomeCounts CountOutcomes(const TrainingSet& training, const Pairs& pairs) {
  OutcomeCounts counts;
  for (const auto& [a, b] : pairs) {
    counts[Compare(training.exhibits()[a], training.exhibits()[b])] += 1;
  }
  return counts;
}

// Pairs spread evenly over all.
Pairs DrawPairs(std::size_t exhibits) {
  Pairs pairs;
  const std::size_t strides = std::max<std::size_t>(1, kDrawnPairs / exhibits);
  for (std::size_t s = 1; s <= strides; ++s) {
    const std::size_t stride = 1 + s * (exhibits - 1) / (strides + 1);
    for (std::size_t i = 0; i + stride < exhibits; ++i) pairs.emplace_back(i, i + stride);
  }
  return pairs;
}

// Where the estimation begins: matches mostly agree.
Mixture Start(std::vector<std::vector<double>> u, double match_share) {
  Mixture start;
  start.match_share = match_share;
  // Two guns of one event seldom have numbers that agree in any way.
  u[kSerialField] = {0.994, 0.0005, 0.0005, 0.0005, 0.0005, 0.001, 0.003};
  start.u = std::move(u);
  start.m = {{0.1, 0.7, 0.04, 0.04, 0.04, 0.04, 0.04},
             {0.9, 0.1},
             {0.85, 0.1, 0.05},
             {0.7, 0.3},
             {0.85, 0.1, 0.05}};
  return start;
}

FitSession Estimate(std::string name, OutcomeCounts counts, const Mixture& start,
                    std::vector<std::size_t> kept) {
  FitSession session;
  session.name = std::move(name);
  for (const auto& [outcomes, count] : counts) session.pairs += count;
  MixtureOptions options;
  options.keeps_u = true;
  options.kept = std::move(kept);
  session.fit = FitMixture(counts, start, options);
  session.counts = std::move(counts);
  return session;
}

// Matches that a session found of which a comparison could be made.
double MatchesOf(const FitSession& session, std::size_t field) {
  double matches = 0;
  for (const auto& [outcomes, count] : session.counts) {
    if (outcomes[field] == kNotCompared) continue;
    matches += count * MatchProbability(session.fit.mixture, outcomes);
  }
  return matches;
}

// m of one comparison from all that tells of it, with where it comes from.
struct Estimated {
  std::vector<double> m;
  std::string source;
  double matches = 0;  // that compare it, decisions of analysts among them
};

Estimated Combine(const std::vector<const FitSession*>& sessions, std::size_t field,
                  const OutcomeCounts& decided_same) {
  Estimated out;
  out.m.assign(ComparedFields()[field].outcomes.size(), 0);
  double matches = 0;
  std::string from;
  for (const FitSession* const session : sessions) {
    const double of_session = MatchesOf(*session, field);
    for (std::size_t o = 0; o < out.m.size(); ++o) {
      out.m[o] += of_session * session->fit.mixture.m[field][o];
    }
    matches += of_session;
    from += absl::StrFormat("%s%.0f matches among %s", from.empty() ? "" : " and ", of_session,
                            session->name);
  }
  for (double& share : out.m) share /= std::max(matches, 1e-9);
  out.source = "expectation maximisation: " + from;
  double decided = 0;
  std::vector<double> seen(out.m.size(), 0);
  for (const auto& [outcomes, count] : decided_same) {
    if (outcomes[field] == kNotCompared) continue;
    seen[static_cast<std::size_t>(outcomes[field])] += count;
    decided += count;
  }
  if (decided > 0) {
    for (std::size_t o = 0; o < out.m.size(); ++o) {
      out.m[o] = (seen[o] + kDecisionsOfRecords * out.m[o]) / (decided + kDecisionsOfRecords);
    }
    out.source += absl::StrFormat("; and %.0f decisions of analysts", decided);
  }
  for (double& share : out.m) share = std::clamp(share, kShareMin, 1.0);
  out.matches = matches + decided;
  return out;
}

void SetLevel(double m, double u, const std::string& source, v1::AttributeLevel* level) {
  level->set_m(m);
  level->set_u(std::clamp(u, kShareMin, 1.0));
  level->set_source(source);
}

void SetFrequencies(const std::map<std::string, std::uint64_t>& counts,
                    v1::AttributeComparison* attribute) {
  std::uint64_t all = 0;
  for (const auto& [value, count] : counts) all += count;
  attribute->clear_frequencies();
  for (const auto& [value, count] : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(all);
    if (share < kFrequencyMin) continue;
    v1::TermFrequency* term = attribute->add_frequencies();
    term->set_value(value);
    term->set_share(share);
    term->set_source(absl::StrCat(count, " of ", all, " guns of the records"));
  }
}

// Mean entropy of a place of whole numbers of one length, over the lengths that are there often.
double BitsPerCharacter(const TrainingSet& training, std::uint64_t* numbers) {
  std::map<std::size_t, std::vector<std::map<char, std::uint64_t>>> places;
  for (const TrainingExhibit& exhibit : training.exhibits()) {
    for (const SerialFact& serial : exhibit.facts.serials) {
      const std::string text = SerialOfKey(serial);
      if (serial.partial || serial.doubtful || text.empty()) continue;
      auto& of_length = places[text.size()];
      of_length.resize(text.size());
      for (std::size_t i = 0; i < text.size(); ++i) ++of_length[i][text[i]];
    }
  }
  double bits = 0;
  double characters = 0;
  for (const auto& [length, of_length] : places) {
    std::uint64_t all = 0;
    for (const auto& [c, count] : of_length[0]) all += count;
    if (all < kNumbersOfLengthMin) continue;
    *numbers += all;
    for (const auto& at : of_length) {
      for (const auto& [c, count] : at) {
        const double share = static_cast<double>(count) / static_cast<double>(all);
        bits -= share * std::log2(share) * static_cast<double>(all);
      }
      characters += static_cast<double>(all);
    }
  }
  return characters == 0 ? 0 : bits / characters;
}

void SetSerial(const TrainingSet& training, const Estimated& estimated, v1::LinkageModel* file) {
  v1::SerialComparison* serial = file->mutable_serial();
  std::uint64_t numbers = 0;
  const double bits = BitsPerCharacter(training, &numbers);
  if (numbers > 0) {
    serial->set_bits_per_character(std::clamp(bits, 0.5, 6.0));
    serial->set_source(absl::StrCat("mean entropy of the places of ", numbers,
                                    " numbers; silent and telling characters as before"));
  }
  for (v1::SerialLevel& level : *serial->mutable_levels()) {
    level.set_m(estimated.m[static_cast<std::size_t>(level.agreement())]);
    level.set_source(absl::StrCat(estimated.source, "; spread as before"));
  }
}

// log2 of the odds that two exhibits drawn at random are one gun.
double PriorOf(const std::vector<FitSession>& sessions, std::size_t exhibits) {
  // Most pairs of one gun share a number or a reference; what shares both is counted once by taking
  // the larger.
  double matches = 1;
  for (const FitSession& session : sessions) {
    matches = std::max(matches, session.fit.mixture.match_share * session.pairs);
  }
  const double pairs = 0.5 * static_cast<double>(exhibits) * static_cast<double>(exhibits - 1);
  return std::clamp(std::log2(matches / std::max(pairs - matches, 1.0)), -60.0, 0.0);
}

}  // namespace

absl::StatusOr<ModelFit> FitModel(const TrainingSet& training,
                                  const std::vector<DecidedPair>& decided,
                                  const v1::LinkageModel& base, const std::string& version) {
  const std::vector<TrainingExhibit>& exhibits = training.exhibits();
  ModelFit fit;
  fit.records = training.records();
  fit.exhibits = exhibits.size();
  if (exhibits.size() < kExhibitsMin) {
    return absl::InvalidArgumentError(absl::StrCat("too few records: they describe ",
                                                   exhibits.size(), " guns, and a fit needs ",
                                                   kExhibitsMin));
  }
  std::vector<std::vector<std::uint64_t>> numbers;
  std::vector<std::vector<std::uint64_t>> references;
  for (const TrainingExhibit& exhibit : exhibits) {
    auto& keys = numbers.emplace_back();
    for (const SerialFact& serial : exhibit.facts.serials) {
      if (!serial.partial && !serial.doubtful) keys.push_back(serial.likeness);
    }
    references.push_back(exhibit.references);
  }
  const Pairs by_number = PairsThatShare(numbers, exhibits, kCrowd);
  const Pairs by_reference = PairsThatShare(references, exhibits, kCrowd);
  if (std::min(by_number.size(), by_reference.size()) < kPairsMin) {
    return absl::InvalidArgumentError(absl::StrCat(
        "too few pairs: ", by_number.size(), " share a number and ", by_reference.size(),
        " a crime reference, and a fit needs ", kPairsMin, " of each"));
  }
  const std::vector<std::vector<double>> u =
      SharesOf(ComparedFields(), CountOutcomes(training, DrawPairs(exhibits.size())), 1);
  fit.sessions.push_back(Estimate("pairs that share a number", CountOutcomes(training, by_number),
                                  Start(u, 0.9), {kSerialField}));
  fit.sessions.push_back(Estimate("pairs that share a crime reference",
                                  CountOutcomes(training, by_reference), Start(u, 0.5), {}));
  OutcomeCounts same;
  Pairs decided_pairs;
  for (const DecidedPair& pair : decided) {
    const auto a = training.Find(pair.first);
    const auto b = training.Find(pair.second);
    if (!a.has_value() || !b.has_value()) {
      ++fit.decided_unknown;
      continue;
    }
    ++(pair.is_one_gun ? fit.decided_same : fit.decided_different);
    if (pair.is_one_gun) same[Compare(exhibits[*a], exhibits[*b])] += 1;
  }

  v1::LinkageModel& file = fit.file;
  file = base;
  file.set_version(version);
  file.set_description(absl::StrCat("Fitted on ", fit.exhibits, " guns of ", fit.records,
                                    " records, from model ", base.version(), "."));
  const std::vector<const FitSession*> both = {&fit.sessions[0], &fit.sessions[1]};
  SetSerial(training, Combine({&fit.sessions[1]}, kSerialField, same), &file);
  using Attribute = v1::AttributeComparison* (v1::LinkageModel::*)();
  const std::array<std::pair<std::size_t, Attribute>, 4> attributes = {
      {{kMakeField, &v1::LinkageModel::mutable_make},
       {kCalibreField, &v1::LinkageModel::mutable_calibre},
       {kModelField, &v1::LinkageModel::mutable_model},
       {kTypeField, &v1::LinkageModel::mutable_type}}};
  for (const auto& [field, mutable_attribute] : attributes) {
    const Estimated estimated = Combine(both, field, same);
    if (estimated.matches < kMatchesMin) continue;
    v1::AttributeComparison* const attribute = (file.*mutable_attribute)();
    const std::string source = estimated.source + "; u of pairs drawn evenly";
    const std::size_t last = estimated.m.size() - 1;
    SetLevel(estimated.m[0], u[field][0], source, attribute->mutable_same());
    SetLevel(estimated.m[last], u[field][last], source, attribute->mutable_different());
    if (last == 2) SetLevel(estimated.m[1], u[field][1], source, attribute->mutable_compatible());
  }
  std::map<std::string, std::uint64_t> makes;
  std::map<std::string, std::uint64_t> calibres;
  std::map<std::string, std::uint64_t> types;
  for (const TrainingExhibit& exhibit : exhibits) {
    if (!exhibit.make.empty()) ++makes[exhibit.make];
    if (!exhibit.calibre.empty()) ++calibres[exhibit.calibre];
    if (!exhibit.type.empty()) ++types[exhibit.type];
  }
  SetFrequencies(makes, file.mutable_make());
  SetFrequencies(calibres, file.mutable_calibre());
  if (file.has_type()) SetFrequencies(types, file.mutable_type());
  file.mutable_prior()->set_log2_odds(PriorOf(fit.sessions, exhibits.size()));
  file.mutable_prior()->set_source(absl::StrCat("matches that were found, of all pairs of ",
                                                exhibits.size(), " guns of the records"));

  SL_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model, MakeModel(file));
  const RuleSet rules = RuleSet::Serving(model);
  for (const DecidedPair& pair : decided) {
    const auto a = training.Find(pair.first);
    const auto b = training.Find(pair.second);
    if (!a.has_value() || !b.has_value()) continue;
    const auto judged = JudgePair(exhibits[*a].facts, exhibits[*b].facts, rules);
    if (!judged.has_value()) continue;
    (pair.is_one_gun ? fit.weights_decided_same : fit.weights_decided_different)
        .push_back(judged->weight_log2);
  }
  return fit;
}

}  // namespace serieslink::linkage
