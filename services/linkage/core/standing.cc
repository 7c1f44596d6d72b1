#include "services/linkage/core/standing.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

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

// What an asserter without policy's trust says, or one who may not say it alone, cannot take the
// place of what decides.
auto OpenKey(const Statement& s, bool decides) {
  return std::make_tuple(decides, -OpenChannelRank(s), Everything(s));
}

// Whether an analyst's statement waits for a second person, who would make it decide.
bool Waits(const Statement& s, Group group) {
  return s.trusted && s.alone == Alone::kDecidesNothing && !IsSeconded(s, group);
}

// The analysts' statements of one pair that decide nothing, each for want of a second person.
std::vector<const Statement*> Undecided(Group group) {
  std::vector<const Statement*> by_time;
  std::vector<const Statement*> undecided;
  if (std::all_of(group.begin(), group.end(),
                  [](const Statement& s) { return s.alone == Alone::kDecides; })) {
    return undecided;
  }
  for (const Statement& s : group) {
    if (s.basis != Basis::kAnalyst || !s.trusted) continue;
    if (Waits(s, group)) {
      undecided.push_back(&s);
    } else {
      by_time.push_back(&s);
    }
  }
  std::sort(by_time.begin(), by_time.end(), [](const Statement* a, const Statement* b) {
    return Everything(*a) < Everything(*b);
  });
  const Statement* decided = nullptr;
  for (const Statement* s : by_time) {
    if (decided != nullptr && decided->verdict != s->verdict &&
        s->alone == Alone::kReplacesNothing && !IsSeconded(*s, group)) {
      undecided.push_back(s);
    } else {
      decided = s;
    }
  }
  return undecided;
}

void ResolveOpen(Group group, StandingFinding* finding) {
  const std::vector<const Statement*> undecided = Undecided(group);
  const auto is_undecided = [&](const Statement& s) {
    return std::find(undecided.begin(), undecided.end(), &s) != undecided.end();
  };
  const Statement* stands = nullptr;
  bool decides = false;
  for (const Statement& s : group) {
    const bool s_decides = s.trusted && !is_undecided(s);
    if (stands == nullptr || OpenKey(*stands, decides) < OpenKey(s, s_decides)) {
      stands = &s;
      decides = s_decides;
    }
  }
  finding->statement = *stands;
  finding->verdict = decides ? stands->verdict : Undeciding(stands->verdict);
  finding->awaits_second = stands->trusted && !decides;
  finding->has_proposal = std::any_of(undecided.begin(), undecided.end(), [&](const Statement* s) {
    return OpenKey(*stands, stands->trusted) <= OpenKey(*s, true);
  });
}

bool SaysSomething(const Statement& s) {
  return s.channel != Channel::kUnspecified && s.verdict != Verdict::kUnspecified &&
         s.basis != Basis::kUnspecified && s.first != s.second;
}

}  // namespace

bool IsSeconded(const Statement& statement, absl::Span<const Statement> group) {
  if (statement.alone == Alone::kDecides) return true;
  if (statement.author_agency == 0 || statement.author_person == 0) return false;
  return std::any_of(group.begin(), group.end(), [&](const Statement& other) {
    return other.basis == Basis::kAnalyst && other.trusted && other.alone != Alone::kDecides &&
           other.channel == statement.channel && other.verdict == statement.verdict &&
           other.author_agency == statement.author_agency && other.author_person != 0 &&
           other.author_person != statement.author_person;
  });
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
