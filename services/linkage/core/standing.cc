#include "services/linkage/core/standing.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace serieslink::linkage {
namespace {

// A NaN would break the order that everything rests on.
double Comparable(double weight_log2) { return std::isnan(weight_log2) ? 0.0 : weight_log2; }

// What an asserter who may not decide can say at most.
Verdict Undeciding(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConfirmed:
      return Verdict::kLead;
    case Verdict::kEliminated:
      return Verdict::kInconclusive;
    default:
      return verdict;
  }
}

// Caution: which of two statements of one stage and date is the safer to let stand.
int Caution(Verdict verdict) {
  switch (verdict) {
    case Verdict::kEliminated:
      return 5;
    case Verdict::kWithdrawn:
      return 4;
    case Verdict::kInconclusive:
      return 3;
    case Verdict::kConfirmed:
      return 2;
    case Verdict::kLead:
      return 1;
    case Verdict::kUnspecified:
      break;
  }
  return 0;
}

bool Opposed(Verdict a, Verdict b) {
  return (a == Verdict::kConfirmed && b == Verdict::kEliminated) ||
         (a == Verdict::kEliminated && b == Verdict::kConfirmed);
}

// At one stage and date, whatever takes back or doubts a confirmation disagrees with it too.
bool DisagreeAtOneStage(Verdict a, Verdict b) {
  const auto doubts = [](Verdict v) {
    return v == Verdict::kInconclusive || v == Verdict::kWithdrawn || v == Verdict::kEliminated;
  };
  return a != b &&
         (Opposed(a, b) || (a == Verdict::kConfirmed && doubts(b)) ||
          (b == Verdict::kConfirmed && doubts(a)) || (a == Verdict::kEliminated && doubts(b)) ||
          (b == Verdict::kEliminated && doubts(a)));
}

// Rank of a basis on the channels that are not the examiner's; the smaller stands.
int OpenChannelRank(const Statement& s) {
  switch (s.basis) {
    case Basis::kAnalyst:
      return 0;
    case Basis::kExaminer:
      return 1;
    case Basis::kSourceReference:
      return 2;
    case Basis::kRule:
    case Basis::kSupposed:
    case Basis::kUnspecified:
      break;
  }
  return 3;
}

// A total order of everything that a statement says, so that no choice is left to chance.
auto Everything(const Statement& s) {
  return std::make_tuple(s.stated_at_s, s.name, Caution(s.verdict), static_cast<int>(s.basis),
                         static_cast<int>(s.stage), static_cast<int>(s.relation), s.trusted,
                         static_cast<int>(s.alone), s.author_agency, s.author_person,
                         s.examined.earliest_s, s.examined.latest_s, Comparable(s.weight_log2),
                         s.asserting_record);
}

auto PairAndChannel(const Statement& s) { return std::make_tuple(s.first, s.second, s.channel); }

using Group = absl::Span<const Statement>;

void AddAgainst(const Statement& s, StandingFinding* finding) {
  if (s.name != finding->statement.name) finding->against.push_back(s.name);
}

// Takes `s` when it is later by its own time, then by name.
void KeepLater(const Statement& s, const Statement** best) {
  if (*best == nullptr || Everything(**best) < Everything(s)) *best = &s;
}

bool Decides(const Statement& s) { return s.basis == Basis::kExaminer && s.trusted; }

// The examiners' statements of one ballistic pair. False when there are none.
bool ResolveExaminers(Group group, StandingFinding* finding) {
  Stage highest = Stage::kUnspecified;
  bool any = false;
  for (const Statement& s : group) {
    if (!Decides(s)) continue;
    any = true;
    highest = std::max(highest, s.stage);
  }
  if (!any) return false;

  // Those of the highest stage that no other of it lies wholly after. All contain the latest start,
  // so any two of them overlap.
  int64_t latest_start_s = TimeInterval::kUnknownEarliest;
  for (const Statement& s : group) {
    if (Decides(s) && s.stage == highest) {
      latest_start_s = std::max(latest_start_s, s.examined.earliest_s);
    }
  }
  std::vector<const Statement*> deciding;
  for (const Statement& s : group) {
    if (Decides(s) && s.stage == highest && s.examined.latest_s >= latest_start_s) {
      deciding.push_back(&s);
    }
  }

  const Statement* stands = nullptr;
  for (const Statement* s : deciding) {
    if (stands == nullptr || std::make_tuple(Caution(stands->verdict), Everything(*stands)) <
                                 std::make_tuple(Caution(s->verdict), Everything(*s))) {
      stands = s;
    }
  }
  // A lower stage of equal date that confirms what this one eliminates, or the reverse.
  std::vector<const Statement*> opposed_below;
  const Statement* eliminated_below = nullptr;
  for (const Statement& s : group) {
    if (!Decides(s) || s.stage == highest) continue;
    const bool opposed = std::any_of(deciding.begin(), deciding.end(), [&](const Statement* d) {
      return Opposed(d->verdict, s.verdict) && Overlap(d->examined, s.examined);
    });
    if (!opposed) continue;
    opposed_below.push_back(&s);
    if (s.verdict == Verdict::kEliminated) KeepLater(s, &eliminated_below);
  }
  if (eliminated_below != nullptr && stands->verdict != Verdict::kEliminated) {
    stands = eliminated_below;
  }
  finding->statement = *stands;
  finding->verdict = stands->verdict;
  for (const Statement* s : opposed_below) {
    finding->conflicting = true;
    AddAgainst(*s, finding);
  }
  for (const Statement* s : deciding) {
    if (DisagreeAtOneStage(s->verdict, stands->verdict)) {
      finding->conflicting = true;
      AddAgainst(*s, finding);
    }
  }
  return true;
}

void ResolveBallistic(Group group, StandingFinding* finding) {
  if (ResolveExaminers(group, finding)) {
    for (const Statement& s : group) {
      if (s.basis != Basis::kAnalyst) continue;
      const bool doubts_it =
          finding->verdict == Verdict::kConfirmed &&
          (s.verdict == Verdict::kEliminated || s.verdict == Verdict::kInconclusive);
      if (doubts_it || Opposed(s.verdict, finding->verdict)) {
        finding->disputed = true;
        AddAgainst(s, finding);
      }
    }
    return;
  }
  const Statement* stands = nullptr;
  for (const Statement& s : group) {
    if (stands == nullptr || std::make_tuple(-OpenChannelRank(*stands), Everything(*stands)) <
                                 std::make_tuple(-OpenChannelRank(s), Everything(s))) {
      stands = &s;
    }
  }
  finding->statement = *stands;
  finding->verdict = Undeciding(stands->verdict);
}

// An asserter without policy's trust cannot take a trusted one's place, nor what waits for a second
// person that of what decides.
auto OpenKey(const Statement& s, bool waits) {
  return std::make_tuple(s.trusted, !waits, -OpenChannelRank(s), Everything(s));
}

bool IsDecision(Verdict verdict) {
  return verdict == Verdict::kConfirmed || verdict == Verdict::kEliminated ||
         verdict == Verdict::kInconclusive;
}

// The analysts' statements of one pair that wait for a second person.
std::vector<const Statement*> Waiting(Group group) {
  std::vector<const Statement*> waiting;
  if (std::all_of(group.begin(), group.end(),
                  [](const Statement& s) { return s.alone == Alone::kDecides; })) {
    return waiting;
  }
  std::vector<const Statement*> by_time;
  for (const Statement& s : group) {
    if (s.basis == Basis::kAnalyst && s.trusted) by_time.push_back(&s);
  }
  std::sort(by_time.begin(), by_time.end(),
            [](const Statement* a, const Statement* b) { return Everything(*a) < Everything(*b); });
  // What each person of each agency said last, of how many people that is so, and what is decided
  // (kUnspecified: nothing): as far as it was stated.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, Verdict> last_words;
  absl::flat_hash_map<std::pair<uint32_t, Verdict>, uint32_t> people;
  Verdict decided = Verdict::kUnspecified;
  for (const Statement* s : by_time) {
    bool is_seconded = false;
    if (s->author_agency != 0 && s->author_person != 0) {
      const std::pair<uint32_t, uint32_t> person(s->author_agency, s->author_person);
      const auto [word, is_first] = last_words.try_emplace(person, s->verdict);
      if (!is_first) --people[{s->author_agency, word->second}];
      word->second = s->verdict;
      is_seconded = ++people[{s->author_agency, s->verdict}] >= 2;
    }
    const bool replaces = decided != Verdict::kUnspecified && decided != s->verdict;
    if (is_seconded || s->alone == Alone::kDecides ||
        (s->alone == Alone::kReplacesNothing && !replaces)) {
      decided = IsDecision(s->verdict) ? s->verdict : Verdict::kUnspecified;
    } else {
      waiting.push_back(s);
    }
  }
  return waiting;
}

void ResolveOpen(Group group, StandingFinding* finding) {
  const std::vector<const Statement*> waiting = Waiting(group);
  const absl::flat_hash_set<const Statement*> set(waiting.begin(), waiting.end());
  const auto waits = [&](const Statement* s) { return !set.empty() && set.contains(s); };
  const Statement* stands = nullptr;
  for (const Statement& s : group) {
    if (stands == nullptr || OpenKey(*stands, waits(stands)) < OpenKey(s, waits(&s))) stands = &s;
  }
  finding->statement = *stands;
  finding->awaits_second = waits(stands);
  const bool decides = stands->trusted && !finding->awaits_second;
  finding->verdict = decides ? stands->verdict : Undeciding(stands->verdict);
  for (const Statement* s : waiting) {
    // One more who says what is decided proposes nothing.
    if (decides && stands->basis == Basis::kAnalyst && s->verdict == stands->verdict) continue;
    if (OpenKey(*s, false) < OpenKey(*stands, false)) continue;
    finding->proposed.push_back(s->verdict);
  }
  std::sort(finding->proposed.begin(), finding->proposed.end());
  finding->proposed.erase(std::unique(finding->proposed.begin(), finding->proposed.end()),
                          finding->proposed.end());
}

bool SaysSomething(const Statement& s) {
  return s.channel != Channel::kUnspecified && s.verdict != Verdict::kUnspecified &&
         s.basis != Basis::kUnspecified && s.first != s.second;
}

}  // namespace

std::vector<uint64_t> WaitingForSecond(absl::Span<const Statement> statements) {
  std::vector<uint64_t> names;
  for (const Statement* s : Waiting(statements)) names.push_back(s->name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<StandingFinding> ResolveStanding(absl::Span<const Statement> statements) {
  std::vector<Statement> sorted;
  sorted.reserve(statements.size());
  for (const Statement& s : statements) {
    if (!SaysSomething(s)) continue;
    sorted.push_back(s);
    sorted.back().SetPair(s.first, s.second);
    sorted.back().weight_log2 = Comparable(s.weight_log2);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Statement& a, const Statement& b) {
    return PairAndChannel(a) < PairAndChannel(b);
  });

  std::vector<StandingFinding> standing;
  for (size_t begin = 0; begin < sorted.size();) {
    size_t end = begin + 1;
    while (end < sorted.size() && PairAndChannel(sorted[end]) == PairAndChannel(sorted[begin])) {
      ++end;
    }
    const Group group = absl::MakeConstSpan(sorted).subspan(begin, end - begin);
    StandingFinding& finding = standing.emplace_back();
    if (IsBallistic(group.front().channel)) {
      ResolveBallistic(group, &finding);
    } else {
      ResolveOpen(group, &finding);
    }
    std::sort(finding.against.begin(), finding.against.end());
    finding.against.erase(std::unique(finding.against.begin(), finding.against.end()),
                          finding.against.end());
    begin = end;
  }
  return standing;
}

}  // namespace serieslink::linkage
