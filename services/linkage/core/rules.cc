#include "services/linkage/core/rules.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/one_edit.h"
#include "services/linkage/core/serial_agreement.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

bool IsOnFrame(const SerialFact& serial) {
  return serial.part == SerialPart::kFrame || serial.part == SerialPart::kReceiver;
}

// A number that stands for the whole gun.
bool IsPrimary(const ExhibitFacts& exhibit, const SerialFact& serial) {
  if (exhibit.kind == ExhibitKind::kSightedGun) return false;
  if (serial.part == SerialPart::kUnspecified) return exhibit.kind != ExhibitKind::kGunPart;
  return IsOnFrame(serial);
}

// Whether each number can stand for the whole of a part that is an item of its own. People write
// the part that they have a number of, "other", or nothing.
bool StandForOnePart(const ExhibitFacts& a, const SerialFact& x, const ExhibitFacts& b,
                     const SerialFact& y) {
  if (a.kind != ExhibitKind::kGunPart || b.kind != ExhibitKind::kGunPart) return false;
  if (a.part_kind == 0 || a.part_kind != b.part_kind) return false;
  if (x.part == y.part) return true;
  if (x.part == SerialPart::kUnspecified || y.part == SerialPart::kUnspecified) return true;
  return (x.part == SerialPart::kOther && !IsOnFrame(y)) ||
         (y.part == SerialPart::kOther && !IsOnFrame(x));
}

// Whether two equal numbers say that what bears them is one.
bool ArePrimary(const ExhibitFacts& a, const SerialFact& x, const ExhibitFacts& b,
                const SerialFact& y) {
  return (IsPrimary(a, x) && IsPrimary(b, y)) || StandForOnePart(a, x, b, y);
}

// Whether a number can be primary beside one of somebody else.
bool CanBePrimary(const ExhibitFacts& exhibit, const SerialFact& serial) {
  return IsPrimary(exhibit, serial) ||
         (exhibit.kind == ExhibitKind::kGunPart && exhibit.part_kind != 0);
}

// The block that a serial belongs to.
uint64_t BlockOf(const SerialFact& serial, const RuleSet& rules) {
  return rules.likeness ? serial.likeness : serial.key;
}

bool KnownCalibre(CalibreId calibre) { return calibre > kOtherCalibre; }

// What two exhibits say beside their numbers.
struct Description {
  bool makes_known = false;
  bool makes_differ = false;
  bool calibres_fit = true;
  double weight_log2 = 0;  // Prior, make, calibre, model and type together.
  // Make, calibre, model, type; null weighs nothing.
  std::array<const ModelWeight*, 4> terms = {};
};

// Types that are the same, that one gun can be said to be, or neither.
const ModelWeight* TypeTerm(TypeSet a, TypeSet b, const Model& model) {
  if (!model.weighs_types || a == 0 || b == 0) return nullptr;
  switch (CompareTypes(a, b)) {
    case TypeAgreement::kNotKnown:
      return nullptr;
    case TypeAgreement::kSame:
      return &model.type.Same(a);
    case TypeAgreement::kCompatible:
      return &model.type.compatible;
    case TypeAgreement::kDifferent:
      return &model.type.different;
  }
  return nullptr;
}

Description Describe(const ExhibitFacts& a, const ExhibitFacts& b, const RuleSet& rules) {
  const Model& model = *rules.model;
  Description out;
  if (SameMake(a.make, b.make)) {
    out.makes_known = true;
    out.terms[0] = &model.make.Same(a.make);
  } else if (DifferentMake(a.make, b.make)) {
    out.makes_differ = true;
    out.terms[0] = &model.make.different;
  }
  if (rules.calibre_matters && KnownCalibre(a.calibre) && KnownCalibre(b.calibre)) {
    out.calibres_fit = CompatibleCalibres(a.calibre, b.calibre);
    out.terms[1] = a.calibre == b.calibre ? &model.calibre.Same(a.calibre)
                   : out.calibres_fit     ? &model.calibre.compatible
                                          : &model.calibre.different;
  }
  if (a.model != 0 && b.model != 0) {
    out.terms[2] = a.model == b.model ? &model.model.Same(a.model) : &model.model.different;
  }
  out.terms[3] = TypeTerm(a.types, b.types, model);
  out.weight_log2 = model.prior.log2;
  for (const ModelWeight* const term : out.terms)
    out.weight_log2 += term == nullptr ? 0 : term->log2;
  return out;
}

struct Match {
  SerialComparison serials;
  uint8_t length = 0;     // Of the longer number.
  bool primary = false;   // As ArePrimary.
  bool doubtful = false;  // To either.
  bool doubtful_to_both = false;
  double weight_log2 = 0;
  Verdict verdict = Verdict::kUnspecified;
};

// The verdict of the serial rule, kUnspecified for none.
Verdict SerialVerdict(const Match& match, const Description& described, const RuleSet& rules) {
  const bool agree = match.primary && described.makes_known && described.calibres_fit;
  const bool long_enough = match.length >= rules.confirm_length;
  const Verdict lead = rules.leads ? Verdict::kLead : Verdict::kUnspecified;
  const bool doubtful = match.doubtful && rules.doubts_matter;
  if (match.serials.agreement != SerialAgreement::kEqual) {
    // A slip takes a number out of its maker's form, so one may be in doubt; a letter that was put
    // between the digits of both takes both out of it.
    const bool too_doubtful =
        match.doubtful_to_both && match.serials.agreement != SerialAgreement::kEmbedded;
    // Of a pattern the characters that were read count, not its length.
    const bool tells_enough = long_enough || match.serials.agreement == SerialAgreement::kPattern;
    const bool worth_a_look =
        agree && tells_enough && !too_doubtful && match.weight_log2 >= rules.model->lead_log2;
    return worth_a_look ? lead : Verdict::kUnspecified;
  }
  if (doubtful || !long_enough) {
    return agree && long_enough == doubtful ? lead : Verdict::kUnspecified;
  }
  const bool made_up_for = rules.make_can_miss && match.primary && !described.makes_differ &&
                           described.calibres_fit && match.weight_log2 >= rules.model->confirm_log2;
  if (!agree && !made_up_for) return lead;
  return rules.confirms ? Verdict::kConfirmed : Verdict::kLead;
}

// Whether two numbers share a block on which findings stand.
bool Meet(const ExhibitFacts& a, const SerialFact& x, const ExhibitFacts& b, const SerialFact& y,
          const RuleSet& rules, const absl::flat_hash_set<uint64_t>* guarded) {
  const auto stands = [&](uint64_t key) { return guarded == nullptr || !guarded->contains(key); };
  if (!x.partial && !y.partial && BlockOf(x, rules) == BlockOf(y, rules)) {
    return stands(BlockOf(x, rules));
  }
  if (!rules.neighbours) return false;
  const auto theirs = NeighbourKeys(y, b.make);
  for (const uint64_t key : NeighbourKeys(x, a.make)) {
    if (std::find(theirs.begin(), theirs.end(), key) != theirs.end() && stands(key)) return true;
  }
  return false;
}

// The best that the numbers of two exhibits say together: by what it lets the rule say, then equal
// numbers before others, then one of both frames, then by weight. Nothing when the rule says
// nothing. `weight_log2`: only what weighs so much; may be null.
std::optional<Match> BestMatch(const ExhibitFacts& a, const ExhibitFacts& b,
                               const Description& described, const RuleSet& rules,
                               const absl::flat_hash_set<uint64_t>* guarded,
                               const double* weight_log2 = nullptr) {
  std::optional<Match> best;
  const auto worth = [](const Match& m) {
    return std::make_tuple(m.verdict == Verdict::kConfirmed,
                           m.serials.agreement == SerialAgreement::kEqual, m.primary, m.weight_log2,
                           -static_cast<int>(m.serials.agreement));
  };
  // Numbers that are not equal need everything else to agree.
  const bool may_lead = rules.leads && described.makes_known && described.calibres_fit;
  for (const SerialFact& x : a.serials) {
    if (x.length < rules.lead_length) continue;
    for (const SerialFact& y : b.serials) {
      if (y.length < rules.lead_length) continue;
      const bool equal = x.key == y.key && !x.partial && !y.partial;
      if (!equal && !may_lead) continue;
      Match match;
      match.serials = CompareSerials(x, y);
      if (match.serials.agreement == SerialAgreement::kNone || !Meet(a, x, b, y, rules, guarded)) {
        continue;
      }
      match.length = std::max(x.length, y.length);
      match.primary = ArePrimary(a, x, b, y);
      match.doubtful = x.doubtful || y.doubtful;
      match.doubtful_to_both = x.doubtful && y.doubtful;
      match.weight_log2 =
          described.weight_log2 +
          rules.model->Serial(match.serials.agreement, match.serials.characters).log2;
      if (weight_log2 != nullptr && match.weight_log2 != *weight_log2) continue;
      match.verdict = SerialVerdict(match, described, rules);
      if (match.verdict == Verdict::kUnspecified) continue;
      if (!best.has_value() || worth(match) > worth(*best)) best = match;
    }
  }
  return best;
}

// Whether the two are asked about at all.
bool AreCompared(const ExhibitFacts& a, const ExhibitFacts& b) {
  return a.public_id != b.public_id && BearsNumber(a.kind) && BearsNumber(b.kind) &&
         (a.apart_key == 0 || a.apart_key != b.apart_key);
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

RuleSet RuleSet::Serving(std::shared_ptr<const Model> model) {
  RuleSet rules;
  rules.confirm_length = model->confirm_characters;
  rules.lead_length = model->lead_characters;
  rules.guard = model->guard_exhibits;
  rules.model = std::move(model);
  return rules;
}

RuleSet RuleSet::BenchmarkXT() {
  RuleSet rules;
  rules.id = "benchmark-xt/1";
  rules.lead_length = rules.confirm_length;
  rules.guard = 0;
  rules.leads = false;
  rules.calibre_matters = false;
  rules.doubts_matter = false;
  rules.likeness = false;
  rules.neighbours = false;
  rules.make_can_miss = false;
  rules.one_edit_confirms = true;
  return rules;
}

std::string RuleName(const RuleSet& rules) {
  return absl::StrCat(rules.id, ", model ", rules.model->version);
}

BlockPlaces BlockPlacesOf(const ExhibitFacts& exhibit, const RuleSet& rules) {
  BlockPlaces places;
  if (!BearsNumber(exhibit.kind)) return places;
  for (const SerialFact& serial : exhibit.serials) {
    if (serial.length < rules.lead_length) continue;
    // Who is equal or alike is judged whatever the number.
    if (!serial.partial) places.push_back({BlockOf(serial, rules), {}});
    if (!rules.neighbours || !CanBePrimary(exhibit, serial)) continue;
    const SerialGlance glance = rules.likeness ? GlanceOf(serial) : SerialGlance();
    for (const uint64_t key : NeighbourKeys(serial, exhibit.make)) places.push_back({key, glance});
  }
  if (rules.one_edit_confirms) {
    for (const uint64_t key : OneEditKeys(exhibit, rules.confirm_length)) {
      places.push_back({key, {}});
    }
  }
  std::sort(places.begin(), places.end(),
            [](const BlockPlace& a, const BlockPlace& b) { return a.key < b.key; });
  size_t kept = 0;
  for (const BlockPlace& place : places) {
    if (kept > 0 && places[kept - 1].key == place.key) {
      places[kept - 1].glance = {};
    } else {
      places[kept++] = place;
    }
  }
  places.resize(kept);
  return places;
}

absl::InlinedVector<uint64_t, 1> BlockKeys(const ExhibitFacts& exhibit, const RuleSet& rules) {
  absl::InlinedVector<uint64_t, 1> keys;
  for (const BlockPlace& place : BlockPlacesOf(exhibit, rules)) keys.push_back(place.key);
  return keys;
}

std::optional<Statement> JudgePair(const ExhibitFacts& a, const ExhibitFacts& b,
                                   const RuleSet& rules,
                                   const absl::flat_hash_set<uint64_t>* guarded) {
  if (!AreCompared(a, b)) return std::nullopt;
  const std::optional<Match> match = BestMatch(a, b, Describe(a, b, rules), rules, guarded);
  const bool by_one_edit =
      !match.has_value() && rules.one_edit_confirms && JoinsByOneEdit(a, b, rules.confirm_length);
  if (!match.has_value() && !by_one_edit) return std::nullopt;
  Statement statement;
  statement.SetPair(a.public_id, b.public_id);
  statement.channel = Channel::kSerial;
  statement.verdict = by_one_edit ? Verdict::kConfirmed : match->verdict;
  statement.basis = Basis::kRule;
  statement.weight_log2 = by_one_edit ? 0 : match->weight_log2;
  statement.name = RuleFindingName(statement.first, statement.second, rules);
  return statement;
}

std::vector<WeightTerm> ExplainPair(const ExhibitFacts& a, const ExhibitFacts& b,
                                    const RuleSet& rules, double weight_log2) {
  if (!AreCompared(a, b)) return {};
  const Description described = Describe(a, b, rules);
  const std::optional<Match> match = BestMatch(a, b, described, rules, nullptr, &weight_log2);
  if (!match.has_value()) return {};
  const Model& model = *rules.model;
  const ModelWeight& serial = model.Serial(match->serials.agreement, match->serials.characters);
  std::vector<WeightTerm> terms = {{"prior", model.prior.log2, model.prior.source},
                                   {"serial", serial.log2, serial.source}};
  static constexpr std::array<absl::string_view, 4> kNames = {"make", "calibre", "model", "type"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    const ModelWeight* const term = described.terms[i];
    if (term == nullptr) {
      const bool is_weighed = kNames[i] != "type" || model.weighs_types;
      terms.push_back(
          {kNames[i], 0,
           is_weighed ? "not known of both: weighs nothing" : "not in the model: weighs nothing"});
    } else {
      terms.push_back({kNames[i], term->log2, term->source});
    }
  }
  return terms;
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
