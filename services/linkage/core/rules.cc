#include "services/linkage/core/rules.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

// Weights of the serial rule, version 1. They order joins and tell an analyst how strong an
// agreement is; whether a finding confirms is decided by the rule's conditions, not by a threshold.
constexpr double kPriorLog2 = -20.0;
constexpr absl::string_view kPriorSource =
    "assumed: one pair in a million of a store's exhibits is one gun";
// Of a serial's characters one is taken to say nothing (the letter of a model or year), the others
// to be even digits; beyond ten characters makers repeat model codes.
constexpr double kBitsPerCharacter = 3.3219280948873626;
constexpr int kInformativeCharacters = 9;
constexpr absl::string_view kSerialSource =
    "assumed: every character but one, up to nine, is an even decimal digit";
// Where they differ in what is taken for each other.
constexpr double kLikenessLog2 = -6.0;
constexpr absl::string_view kLikenessSource =
    "assumed: as for an equal serial; one in 64 is entered with a character taken for another";
constexpr double kSameMakeLog2 = 2.0;
constexpr double kDifferentMakeLog2 = -4.0;
constexpr absl::string_view kMakeSource =
    "assumed: two guns share a make once in four; one gun's make is entered wrongly once in 16";
constexpr double kSameCalibreLog2 = 1.5;
constexpr double kDifferentCalibreLog2 = -3.0;
constexpr absl::string_view kCalibreSource =
    "assumed: two guns share a calibre once in three; one gun's is entered wrongly once in eight";

// A number that stands for the whole gun.
bool IsPrimary(const ExhibitFacts& exhibit, const SerialFact& serial) {
  if (exhibit.kind == ExhibitKind::kSightedGun) return false;
  if (serial.part == SerialPart::kUnspecified) return exhibit.kind != ExhibitKind::kGunPart;
  return serial.part == SerialPart::kFrame || serial.part == SerialPart::kReceiver;
}

// The block that a serial belongs to.
uint64_t BlockOf(const SerialFact& serial, const RuleSet& rules) {
  return rules.likeness ? serial.likeness : serial.key;
}

struct Match {
  uint64_t key = 0;    // Of the block.
  bool equal = false;  // Or only alike.
  uint8_t length = 0;
  bool primary = false;   // On frame or receiver of both.
  bool doubtful = false;  // To either.
  bool doubtful_to_both = false;
  Verdict verdict = Verdict::kUnspecified;
};

bool KnownCalibre(CalibreId calibre) { return calibre > kOtherCalibre; }

// The verdict of the serial rule, kUnspecified for none.
Verdict SerialVerdict(const ExhibitFacts& a, const ExhibitFacts& b, const Match& match,
                      const RuleSet& rules) {
  const bool agree = match.primary && SameMake(a.make, b.make) &&
                     (!rules.calibre_matters || CompatibleCalibres(a.calibre, b.calibre));
  if (!match.equal || (match.doubtful && rules.doubts_matter)) {
    // A character taken for another takes a number out of its maker's form, so one may be in doubt.
    if (!match.equal && match.doubtful_to_both) return Verdict::kUnspecified;
    const bool lead = agree && rules.leads && match.length >= rules.confirm_length;
    return lead ? Verdict::kLead : Verdict::kUnspecified;
  }
  if (match.length >= rules.confirm_length) {
    if (agree && rules.confirms) return Verdict::kConfirmed;
    return rules.leads || agree ? Verdict::kLead : Verdict::kUnspecified;
  }
  return agree && rules.leads ? Verdict::kLead : Verdict::kUnspecified;
}

// The best serial that two exhibits share: by what it lets the rule say, then one of both frames
// before others, then the longest. Nothing when the rule says nothing.
std::optional<Match> BestMatch(const ExhibitFacts& a, const ExhibitFacts& b, const RuleSet& rules,
                               const absl::flat_hash_set<uint64_t>* guarded) {
  std::optional<Match> best;
  const auto worth = [](const Match& m) {
    return std::make_tuple(m.verdict == Verdict::kConfirmed, m.equal, m.primary, m.length, ~m.key);
  };
  for (const SerialFact& x : a.serials) {
    const uint64_t block = BlockOf(x, rules);
    if (x.length < rules.lead_length || (guarded != nullptr && guarded->contains(block))) continue;
    for (const SerialFact& y : b.serials) {
      if (block != BlockOf(y, rules)) continue;
      Match match;
      match.key = block;
      match.equal = x.key == y.key;
      match.length = x.length;
      match.primary = IsPrimary(a, x) && IsPrimary(b, y);
      match.doubtful = x.doubtful || y.doubtful;
      match.doubtful_to_both = x.doubtful && y.doubtful;
      match.verdict = SerialVerdict(a, b, match, rules);
      if (match.verdict == Verdict::kUnspecified) continue;
      if (!best.has_value() || worth(match) > worth(*best)) best = match;
    }
  }
  return best;
}

struct Judgement {
  Verdict verdict = Verdict::kUnspecified;
  std::array<WeightTerm, 4> terms;
};

std::optional<Judgement> Judge(const ExhibitFacts& a, const ExhibitFacts& b, const RuleSet& rules,
                               const absl::flat_hash_set<uint64_t>* guarded) {
  if (a.public_id == b.public_id || !BearsNumber(a.kind) || !BearsNumber(b.kind))
    return std::nullopt;
  if (a.apart_key != 0 && a.apart_key == b.apart_key) return std::nullopt;
  const std::optional<Match> match = BestMatch(a, b, rules, guarded);
  if (!match.has_value()) return std::nullopt;
  Judgement judgement;
  judgement.verdict = match->verdict;
  const int informative = std::min<int>(match->length - 1, kInformativeCharacters);
  const double make = SameMake(a.make, b.make)        ? kSameMakeLog2
                      : DifferentMake(a.make, b.make) ? kDifferentMakeLog2
                                                      : 0.0;
  double calibre = 0;
  if (rules.calibre_matters && KnownCalibre(a.calibre) && KnownCalibre(b.calibre)) {
    calibre = CompatibleCalibres(a.calibre, b.calibre) ? kSameCalibreLog2 : kDifferentCalibreLog2;
  }
  judgement.terms = {
      WeightTerm{"prior", kPriorLog2, kPriorSource},
      WeightTerm{"serial", kBitsPerCharacter * informative + (match->equal ? 0 : kLikenessLog2),
                 match->equal ? kSerialSource : kLikenessSource},
      WeightTerm{"make", make, kMakeSource}, WeightTerm{"calibre", calibre, kCalibreSource}};
  return judgement;
}

// Name of a rule finding: the same anywhere for the same pair and rule.
uint64_t RuleFindingName(uint64_t first, uint64_t second, const RuleSet& rules) {
  uint64_t h = MixBits(first);
  h = MixBits(h ^ second);
  for (const char c : rules.id) h = MixBits(h ^ static_cast<unsigned char>(c));
  return h & ((uint64_t{1} << 60) - 1);
}

}  // namespace

bool BearsNumber(ExhibitKind kind) {
  switch (kind) {
    case ExhibitKind::kGun:
    case ExhibitKind::kGunPart:
    case ExhibitKind::kDescribedGun:
    case ExhibitKind::kSightedGun:
    case ExhibitKind::kUnspecified:
      return true;
    default:
      return false;
  }
}

RuleSet RuleSet::BenchmarkX() {
  RuleSet rules;
  rules.id = "benchmark-x/1";
  rules.lead_length = rules.confirm_length;
  rules.guard = 0;
  rules.leads = false;
  rules.calibre_matters = false;
  rules.doubts_matter = false;
  rules.likeness = false;
  return rules;
}

absl::InlinedVector<uint64_t, 1> BlockKeys(const ExhibitFacts& exhibit, const RuleSet& rules) {
  absl::InlinedVector<uint64_t, 1> keys;
  if (!BearsNumber(exhibit.kind)) return keys;
  for (const SerialFact& serial : exhibit.serials) {
    if (serial.length >= rules.lead_length) keys.push_back(BlockOf(serial, rules));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::optional<Statement> JudgePair(const ExhibitFacts& a, const ExhibitFacts& b,
                                   const RuleSet& rules,
                                   const absl::flat_hash_set<uint64_t>* guarded) {
  const std::optional<Judgement> judgement = Judge(a, b, rules, guarded);
  if (!judgement.has_value()) return std::nullopt;
  Statement statement;
  statement.SetPair(a.public_id, b.public_id);
  statement.channel = Channel::kSerial;
  statement.verdict = judgement->verdict;
  statement.basis = Basis::kRule;
  for (const WeightTerm& term : judgement->terms) statement.weight_log2 += term.weight_log2;
  statement.name = RuleFindingName(statement.first, statement.second, rules);
  return statement;
}

std::vector<WeightTerm> ExplainPair(const ExhibitFacts& a, const ExhibitFacts& b,
                                    const RuleSet& rules,
                                    const absl::flat_hash_set<uint64_t>* guarded) {
  const std::optional<Judgement> judgement = Judge(a, b, rules, guarded);
  if (!judgement.has_value()) return {};
  return std::vector<WeightTerm>(judgement->terms.begin(), judgement->terms.end());
}

std::vector<Statement> RuleStatements(absl::Span<const ExhibitFacts> exhibits,
                                      const RuleSet& rules) {
  std::vector<std::pair<uint64_t, uint32_t>> entries;
  for (uint32_t i = 0; i < exhibits.size(); ++i) {
    for (const uint64_t key : BlockKeys(exhibits[i], rules)) entries.emplace_back(key, i);
  }
  std::sort(entries.begin(), entries.end());

  absl::flat_hash_set<uint64_t> guarded;
  const auto for_each_block = [&](auto&& visit) {
    for (size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
      while (end < entries.size() && entries[end].first == entries[begin].first) ++end;
      visit(begin, end);
    }
  };
  for_each_block([&](size_t begin, size_t end) {
    if (rules.guard != 0 && end - begin > rules.guard) guarded.insert(entries[begin].first);
  });

  std::vector<Statement> statements;
  for_each_block([&](size_t begin, size_t end) {
    if (guarded.contains(entries[begin].first)) return;
    for (size_t i = begin; i < end; ++i) {
      for (size_t j = i + 1; j < end; ++j) {
        std::optional<Statement> statement =
            JudgePair(exhibits[entries[i].second], exhibits[entries[j].second], rules, &guarded);
        if (statement.has_value()) statements.push_back(*statement);
      }
    }
  });
  // Two exhibits that share several serials were judged once for each, with one result.
  const auto pair = [](const Statement& s) { return std::make_pair(s.first, s.second); };
  std::sort(statements.begin(), statements.end(),
            [&](const Statement& a, const Statement& b) { return pair(a) < pair(b); });
  statements.erase(
      std::unique(statements.begin(), statements.end(),
                  [&](const Statement& a, const Statement& b) { return pair(a) == pair(b); }),
      statements.end());
  return statements;
}

}  // namespace serieslink::linkage
