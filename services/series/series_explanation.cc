#include "services/series/series_explanation.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/linkage/core/resolve.h"
#include "services/series/explanation.h"
#include "services/series/series_answer.h"
#include "storage/base/status_macros.h"

namespace serieslink::series {
namespace {

using ::serieslink::linkage::Basis;
using ::serieslink::linkage::Verdict;
using ::serieslink::view::ResolvedView;

// Indices into what stands in a view: each in one list.
struct Findings {
  std::vector<std::uint32_t> joining;
  std::vector<std::uint32_t> supporting;
  std::vector<std::uint32_t> contrary;
  std::vector<std::uint32_t> undecided;
  std::vector<std::uint32_t> stale;
};

Findings Sort(const ResolvedView& view, std::uint32_t weapon,
              const std::vector<const linkage::Conflict*>& conflicts,
              const FindingAnswers& answers) {
  const linkage::Resolution& resolution = view.resolution;
  const linkage::Weapon& resolved = resolution.weapons[weapon];
  Findings found;
  found.joining = resolved.joining;
  // Both are in rising order.
  std::set_difference(resolved.confirmed.begin(), resolved.confirmed.end(),
                      resolved.joining.begin(), resolved.joining.end(),
                      std::back_inserter(found.supporting));
  linkage::SortInJoinOrder(resolution.standing, found.joining);
  linkage::SortInJoinOrder(resolution.standing, found.supporting);
  const auto is_inside = [&](std::uint32_t f) {
    const linkage::Statement& statement = resolution.standing[f].statement;
    return answers.WeaponOf(statement.first) == weapon &&
           answers.WeaponOf(statement.second) == weapon;
  };
  for (std::uint32_t f = 0; f < resolution.standing.size(); ++f) {
    const Verdict verdict = resolution.standing[f].verdict;
    if (verdict == Verdict::kConfirmed || !is_inside(f)) continue;
    (verdict == Verdict::kEliminated ? found.contrary : found.undecided).push_back(f);
  }
  // What a conflict is about inside the weapon is in a list already.
  absl::flat_hash_set<std::uint32_t> beyond;
  const auto add_beyond = [&](std::uint32_t f) {
    if (!is_inside(f) && beyond.insert(f).second) found.contrary.push_back(f);
  };
  for (const linkage::Conflict* conflict : conflicts) {
    add_beyond(conflict->finding);
    if (conflict->forbidden_by.has_value()) add_beyond(*conflict->forbidden_by);
  }
  std::sort(found.contrary.begin(), found.contrary.end());
  for (const std::uint32_t f : resolution.stale) {
    const linkage::StandingFinding& finding = resolution.standing[f];
    if (finding.verdict == Verdict::kConfirmed &&
        (answers.WeaponOf(finding.statement.first) == weapon ||
         answers.WeaponOf(finding.statement.second) == weapon)) {
      found.stale.push_back(f);
    }
  }
  return found;
}

// "1 finding", "2 findings".
std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
  const std::string_view noun = count == 1 ? one : many;
  return absl::StrCat(count, " ", absl::string_view(noun.data(), noun.size()));
}

// On what the findings rest, best first: "examiners' findings (2), the serial rule: … (1)".
std::string BasesText(const ResolvedView& view, const std::vector<std::uint32_t>& findings) {
  std::map<Basis, std::size_t> counts;
  for (const std::uint32_t f : findings) {
    const linkage::Statement& statement = view.resolution.standing[f].statement;
    ++counts[linkage::IsTestFire(statement) ? Basis::kUnspecified : statement.basis];
  }
  return absl::StrJoin(counts, ", ", [](std::string* out, const auto& one) {
    absl::StrAppend(out, BasisWords(one.first), " (", one.second, ")");
  });
}

void Summarise(const ResolvedView& view, std::uint32_t weapon, const Findings& found,
               const std::vector<const linkage::Conflict*>& conflicts,
               linkage::v1::SeriesExplanation& explanation) {
  const linkage::Weapon& resolved = view.resolution.weapons[weapon];
  if (found.joining.empty()) {
    explanation.add_summary("This weapon is one exhibit: nothing had to be joined.");
  } else {
    explanation.add_summary(absl::StrCat(
        Counted(resolved.members.size(), "exhibit is", "exhibits are"), " one weapon: ",
        Counted(found.joining.size(), "confirmed finding joins", "confirmed findings join"),
        " them. They rest on ", BasesText(view, found.joining), "."));
    if (resolved.floor != Basis::kUnspecified) {
      explanation.add_summary(absl::StrCat("The weakest basis that it cannot do without is ",
                                           BasisWords(resolved.floor), "."));
    }
  }
  if (!found.supporting.empty()) {
    explanation.add_summary(
        absl::StrCat(Counted(found.supporting.size(), "further confirmed finding supports",
                             "further confirmed findings support"),
                     " it. They rest on ", BasesText(view, found.supporting), "."));
  }
  int within = 0;
  int refused = 0;
  for (const linkage::Conflict* conflict : conflicts) {
    (IsRefusal(conflict->kind) ? refused : within) += 1;
  }
  for (std::string& sentence : ContrarySentences(within, refused)) {
    explanation.add_summary(std::move(sentence));
  }
  if (found.contrary.empty() && conflicts.empty()) {
    explanation.add_summary("No finding that the caller may see stands against it.");
  }
  if (!found.undecided.empty()) {
    explanation.add_summary(
        absl::StrCat(Counted(found.undecided.size(), "finding between its exhibits decides",
                             "findings between its exhibits decide"),
                     " nothing."));
  }
  const auto waits = [&](std::uint32_t f) { return !view.resolution.standing[f].proposed.empty(); };
  for (const auto* part : {&found.joining, &found.supporting, &found.contrary, &found.undecided}) {
    if (!std::any_of(part->begin(), part->end(), waits)) continue;
    explanation.add_summary(kWaitingSentence);
    break;
  }
  if (!found.stale.empty()) {
    explanation.add_summary(absl::StrCat(
        Counted(found.stale.size(), "confirmed finding is about an exhibit that its record",
                "confirmed findings are about exhibits that their records"),
        " no longer", found.stale.size() == 1 ? " has" : " have", ", and has to be stated again."));
  }
}

}  // namespace

absl::StatusOr<linkage::v1::SeriesExplanation> ExplainWeapon(
    const view::ComponentEvidence& evidence, const ResolvedView& view, std::uint32_t weapon,
    CommitTimes& times, const stored::v1::DeriverPosition& position,
    const ExplanationBounds& bounds) {
  FindingAnswers answers(evidence, view, times, position);
  std::vector<const linkage::Conflict*> conflicts;
  for (const linkage::Conflict& conflict : view.resolution.conflicts) {
    if (std::find(conflict.weapons.begin(), conflict.weapons.end(), weapon) !=
        conflict.weapons.end()) {
      conflicts.push_back(&conflict);
    }
  }
  Findings found = Sort(view, weapon, conflicts, answers);
  linkage::v1::SeriesExplanation explanation;
  Summarise(view, weapon, found, conflicts, explanation);

  explanation.set_joining_count(static_cast<int>(found.joining.size()));
  explanation.set_supporting_count(static_cast<int>(found.supporting.size()));
  explanation.set_contrary_count(static_cast<int>(found.contrary.size()));
  explanation.set_undecided_count(static_cast<int>(found.undecided.size()));
  explanation.set_stale_count(static_cast<int>(found.stale.size()));
  explanation.set_conflict_count(static_cast<int>(conflicts.size()));
  struct Part {
    std::vector<std::uint32_t>& findings;
    std::size_t most;
    const char* name;
    google::protobuf::RepeatedPtrField<linkage::v1::Finding>& out;
  };
  const std::array<Part, 5> parts = {
      Part{found.joining, bounds.joining_max, "joining", *explanation.mutable_joining()},
      Part{found.supporting, bounds.supporting_max, "supporting",
           *explanation.mutable_supporting()},
      Part{found.contrary, bounds.contrary_max, "contrary", *explanation.mutable_contrary()},
      Part{found.undecided, bounds.undecided_max, "undecided", *explanation.mutable_undecided()},
      Part{found.stale, bounds.stale_max, "stale", *explanation.mutable_stale()}};
  for (const Part& part : parts) {
    if (part.findings.size() <= part.most) continue;
    part.findings.resize(part.most);
    explanation.add_abridged(part.name);
  }
  std::vector<std::uint32_t> told;
  for (const Part& part : parts) {
    told.insert(told.end(), part.findings.begin(), part.findings.end());
  }
  SL_RETURN_IF_ERROR(answers.ReadSources(told));
  for (const Part& part : parts) {
    for (const std::uint32_t f : part.findings) {
      SL_ASSIGN_OR_RETURN(*part.out.Add(), answers.FindingOf(f));
    }
  }

  if (conflicts.size() > bounds.conflicts_max) {
    conflicts.resize(bounds.conflicts_max);
    explanation.add_abridged("conflicts");
  }
  for (const linkage::Conflict* conflict : conflicts) {
    *explanation.add_conflicts() = ConflictOf(view, *conflict);
  }

  // Members are in order of arrival.
  const std::vector<std::uint32_t>& members = view.resolution.weapons[weapon].members;
  const std::size_t own = std::min(members.size(), bounds.members_max);
  if (own < members.size()) explanation.add_abridged("exhibits");
  absl::flat_hash_set<std::uint32_t> named;
  for (std::size_t i = 0; i < own; ++i) {
    named.insert(members[i]);
    *explanation.add_exhibits() = ExhibitVersionOf(view, members[i]);
  }
  for (const std::uint32_t f : told) {
    const linkage::Statement& statement = view.resolution.standing[f].statement;
    for (const std::uint64_t end : {statement.first, statement.second}) {
      const std::optional<std::uint32_t> place = answers.PlaceOf(end);
      if (place.has_value() && named.insert(*place).second) {
        *explanation.add_exhibits() = ExhibitVersionOf(view, *place);
      }
    }
  }
  return explanation;
}

}  // namespace serieslink::series
