#include "services/linkage/core/shortfall.h"

#include <algorithm>
#include <optional>

#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

bool HasWholeNumber(const ExhibitFacts& exhibit) {
  return std::any_of(exhibit.serials.begin(), exhibit.serials.end(),
                     [](const SerialFact& serial) { return !serial.partial; });
}

}  // namespace

bool IsReadInPart(const ExhibitFacts& exhibit) {
  return !exhibit.serials.empty() && !HasWholeNumber(exhibit);
}

std::vector<Shortfall> ShortfallsOf(const ExhibitFacts& a, const ExhibitFacts& b,
                                    const RuleSet& rules) {
  const std::optional<Statement> judged = JudgePair(a, b, rules);
  if (judged.has_value() && judged->verdict == Verdict::kConfirmed) return {};
  if (!BearsNumber(a.kind) || !BearsNumber(b.kind)) return {Shortfall::kNoNumberOnKind};

  std::vector<Shortfall> shortfalls;
  if (a.apart_key != 0 && a.apart_key == b.apart_key) {
    shortfalls.push_back(Shortfall::kListedApart);
  }
  if (!HasWholeNumber(a) || !HasWholeNumber(b)) {
    shortfalls.push_back(Shortfall::kNoUsableNumber);
    return shortfalls;
  }
  int shared = 0;
  bool in_doubt = true;  // Every shared number that is long enough is.
  for (const SerialFact& x : a.serials) {
    for (const SerialFact& y : b.serials) {
      if (x.key != y.key || x.partial || y.partial) continue;
      shared = std::max<int>(shared, x.length);
      in_doubt &= x.doubtful || y.doubtful || x.length < rules.confirm_length;
    }
  }
  if (shared == 0) {
    shortfalls.push_back(Shortfall::kNumbersDiffer);
    return shortfalls;
  }
  if (shared < rules.confirm_length) {
    shortfalls.push_back(Shortfall::kNumberTooShort);
  } else if (in_doubt && rules.doubts_matter) {
    shortfalls.push_back(Shortfall::kNumberInDoubt);
  }
  if (DifferentMake(a.make, b.make)) {
    shortfalls.push_back(Shortfall::kMakesDiffer);
  } else if (!SameMake(a.make, b.make)) {
    shortfalls.push_back(Shortfall::kMakeUnknown);
  }
  if (rules.calibre_matters && !CompatibleCalibres(a.calibre, b.calibre)) {
    shortfalls.push_back(Shortfall::kCalibresDiffer);
  }
  RuleSet permitted = rules;
  permitted.confirms = true;
  const std::optional<Statement> permitted_judgement = JudgePair(a, b, permitted);
  if (permitted_judgement.has_value() && permitted_judgement->verdict == Verdict::kConfirmed) {
    shortfalls.push_back(Shortfall::kRuleMayNotConfirm);
  } else if (shortfalls.empty()) {
    // Every condition is told above but one.
    shortfalls.push_back(Shortfall::kNumberNotOfFrame);
  }
  std::sort(shortfalls.begin(), shortfalls.end());
  return shortfalls;
}

}  // namespace serieslink::linkage
