#include "services/series/explanation.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/cohesion.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/shortfall.h"
#include "services/rpc/error.h"
#include "services/series/series_answer.h"
#include "services/view/generations.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::series {
namespace {

using ::serieslink::linkage::Basis;
using ::serieslink::linkage::Verdict;
using ::serieslink::view::ResolvedView;

using ::serieslink::graph::IdOf;

const char* WordsOf(linkage::v1::ShortfallKind kind) {
  switch (kind) {
    case linkage::v1::SHORTFALL_KIND_NO_NUMBER_ON_KIND:
      return "one of them is of a kind that bears no number; only an examination can join them";
    case linkage::v1::SHORTFALL_KIND_LISTED_APART:
      return "one record lists them as different guns, which nothing overrides";
    case linkage::v1::SHORTFALL_KIND_NO_USABLE_NUMBER:
      return "no number of one of them can be used: none was read, it is a reading with too few "
             "known characters (fewer than four), removed or a placeholder";
    case linkage::v1::SHORTFALL_KIND_NUMBERS_DIFFER:
      return "no number is on both";
    case linkage::v1::SHORTFALL_KIND_NUMBER_TOO_SHORT:
      return "the number on both is too short: short numbers recur within a maker";
    case linkage::v1::SHORTFALL_KIND_MAKE_UNKNOWN:
      return "the make of one of them is not known, and a number is unique only within a maker";
    case linkage::v1::SHORTFALL_KIND_MAKES_DIFFER:
      return "their makes differ, and a number is unique only within a maker";
    case linkage::v1::SHORTFALL_KIND_CALIBRES_DIFFER:
      return "their calibres cannot be those of one gun";
    case linkage::v1::SHORTFALL_KIND_NUMBER_NOT_OF_FRAME:
      return "the number is not known to be that of the frame or receiver of both, they are not "
             "two items that are parts of one kind, or one gun was only seen";
    case linkage::v1::SHORTFALL_KIND_RULE_MAY_NOT_CONFIRM:
      return "policy lets no rule confirm";
    case linkage::v1::SHORTFALL_KIND_NUMBER_IN_DOUBT:
      return "the number may be none of a gun's: it looks typed to fill the field, is written as "
             "exhibits are marked, or stands with a word for a gun or for no number";
    case linkage::v1::SHORTFALL_KIND_NUMBER_TOO_FREQUENT:
      return "so many exhibits bear the number that it identifies none of them";
    default:
      return "";
  }
}

constexpr char kReadInPart[] =
    "the number of one of them was read only in part: that is never more than a lead, which needs "
    "four known characters that agree, with make and calibre; a reading with too few known "
    "characters finds nothing";

void AddShortfall(linkage::v1::ShortfallKind kind, linkage::v1::LinkExplanation& explanation) {
  linkage::v1::Shortfall& shortfall = *explanation.add_shortfalls();
  shortfall.set_kind(kind);
  shortfall.set_explanation(WordsOf(kind));
}

void AddShortfalls(const linkage::ExhibitFacts& first, const linkage::ExhibitFacts& second,
                   const std::vector<linkage::Shortfall>& shortfalls,
                   linkage::v1::LinkExplanation& explanation) {
  const bool has_reading = linkage::IsReadInPart(first) || linkage::IsReadInPart(second);
  for (const linkage::Shortfall shortfall : shortfalls) {
    AddShortfall(static_cast<linkage::v1::ShortfallKind>(shortfall), explanation);
    if (shortfall == linkage::Shortfall::kNoUsableNumber && has_reading && !first.serials.empty() &&
        !second.serials.empty()) {
      explanation.mutable_shortfalls()->rbegin()->set_explanation(kReadInPart);
    }
  }
}

void SummariseChain(const ResolvedView& view, const std::vector<std::uint32_t>& chain,
                    linkage::v1::LinkExplanation& explanation) {
  if (chain.empty()) {
    explanation.add_summary("This is one exhibit.");
    return;
  }
  Basis weakest = Basis::kUnspecified;
  for (const std::uint32_t f : chain) {
    const linkage::Statement& statement = view.resolution.standing[f].statement;
    if (!linkage::IsTestFire(statement)) weakest = std::max(weakest, linkage::BasisOf(statement));
  }
  explanation.set_weakest_basis(static_cast<record::v1::Basis>(weakest));
  explanation.add_summary(absl::StrCat("They are one weapon: ", chain.size(),
                                       chain.size() == 1 ? " confirmed finding connects them."
                                                         : " confirmed findings connect them."));
  explanation.add_summary(absl::StrCat("The weakest link rests on ", BasisWords(weakest), "."));
}

// A court hears what speaks against a link as well as what speaks for it.
void SummariseContrary(linkage::v1::LinkExplanation& explanation) {
  int within = 0;
  int refused = 0;
  for (const linkage::v1::Conflict& conflict : explanation.conflicts()) {
    (IsRefusal(static_cast<linkage::ConflictKind>(conflict.kind())) ? refused : within) += 1;
  }
  for (std::string& sentence : ContrarySentences(within, refused)) {
    explanation.add_summary(std::move(sentence));
  }
}

void SummariseApart(const linkage::v1::LinkExplanation& explanation, bool is_vetoed,
                    std::vector<std::string>& summary) {
  summary.push_back("They are not one weapon: no chain of confirmed findings connects them.");
  if (is_vetoed) {
    summary.push_back(
        "A confirmed finding would have joined their weapons, and was refused: see the conflicts.");
  }
  for (const linkage::v1::Finding& finding : explanation.direct_findings()) {
    switch (finding.verdict()) {
      case record::v1::VERDICT_ELIMINATED:
        summary.push_back("A finding says that they are not one weapon.");
        break;
      case record::v1::VERDICT_LEAD:
        summary.push_back("A finding about them is a lead: a person has to decide.");
        break;
      case record::v1::VERDICT_INCONCLUSIVE:
        summary.push_back("They were compared, and the result is inconclusive.");
        break;
      case record::v1::VERDICT_WITHDRAWN:
        summary.push_back("A finding about them was withdrawn.");
        break;
      default:
        break;
    }
  }
  if (explanation.direct_findings_size() == 0) {
    summary.push_back("No finding is about this very pair.");
  }
  const bool is_held_back =
      std::any_of(explanation.direct_findings().begin(), explanation.direct_findings().end(),
                  [](const linkage::v1::Finding& finding) { return finding.is_untrusted(); });
  if (is_held_back) {
    summary.push_back(
        "Policy does not let whoever stated one of these findings confirm or eliminate.");
  }
}

void SummariseWaiting(linkage::v1::LinkExplanation& explanation) {
  const auto waits = [](const linkage::v1::Finding& finding) {
    return finding.proposed_verdicts_size() != 0;
  };
  if (std::any_of(explanation.direct_findings().begin(), explanation.direct_findings().end(),
                  waits) ||
      std::any_of(explanation.chain().begin(), explanation.chain().end(),
                  [&](const auto& link) { return waits(link.finding()); })) {
    explanation.add_summary(kWaitingSentence);
  }
}

}  // namespace

linkage::v1::ExhibitVersion ExhibitVersionOf(const ResolvedView& view, std::uint32_t place) {
  const ResolvedView::Exhibit& exhibit = view.exhibits[place];
  linkage::v1::ExhibitVersion version;
  version.set_exhibit_id(IdOf(graph::IdKind::kExhibit, view.exhibit_facts[place].public_id));
  version.set_record_id(IdOf(graph::IdKind::kRecord, exhibit.record->public_id));
  version.set_agency(exhibit.record->agency);
  if (exhibit.version->source_version.has_value()) {
    version.set_source_version(*exhibit.version->source_version);
  }
  version.set_from_revision(static_cast<std::int64_t>(exhibit.version->from));
  return version;
}

const char* BasisWords(Basis basis) {
  switch (basis) {
    case Basis::kExaminer:
      return "examiners' findings";
    case Basis::kAnalyst:
      return "an analyst's decision";
    case Basis::kSourceReference:
      return "a reference that an agency gave";
    case Basis::kRule:
      return "the serial rule: the same number, not examined";
    case Basis::kSupposed:
      return "what is only supposed: nobody confirmed it";
    default:
      return "test-fires";
  }
}

bool IsRefusal(linkage::ConflictKind kind) {
  return kind == linkage::ConflictKind::kJoinRefused ||
         kind == linkage::ConflictKind::kListedApart ||
         kind == linkage::ConflictKind::kInCustodyApart;
}

std::vector<std::string> ContrarySentences(int within, int refused) {
  std::vector<std::string> sentences;
  if (within > 0) {
    sentences.push_back(absl::StrCat("Evidence speaks against this weapon: ", within,
                                     within == 1 ? " contradiction" : " contradictions",
                                     " in what is stated of it; see the conflicts."));
  }
  if (refused > 0) {
    sentences.push_back(
        absl::StrCat(refused,
                     refused == 1 ? " finding that would have joined more to this weapon was"
                                  : " findings that would have joined more to this weapon were",
                     " refused; see the conflicts."));
  }
  return sentences;
}

absl::StatusOr<ExplainedLink> Explain(const view::ComponentEvidence& evidence,
                                      const ResolvedView& view, std::uint32_t first,
                                      std::uint32_t second, const graph::GraphReader& reader) {
  const graph::LogReader log = reader.Log();
  SL_ASSIGN_OR_RETURN(const stored::v1::DeriverPosition position, reader.Position());
  SL_ASSIGN_OR_RETURN(const linkage::v1::Generation generation,
                      view::WholeGenerationAt(position, view.revision, log));
  SL_ASSIGN_OR_RETURN(const linkage::RuleSet rules, view::RulesOf(generation.rules()));
  CommitTimes times(log);
  FindingAnswers findings(evidence, view, times, position);
  const std::uint32_t first_weapon = view.resolution.weapon_of[first];
  const std::uint32_t second_weapon = view.resolution.weapon_of[second];

  const std::vector<std::uint32_t> chain =
      linkage::ChainBetween(view.exhibit_facts, view.resolution, first, second);
  if (chain.size() > kChainLinksMax) {
    return rpc::MakeError(
        absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_EVIDENCE_TOO_LARGE,
        "the chain between the two is longer than one answer holds; ask about two "
        "exhibits that are nearer to each other");
  }
  ExplainedLink explained;
  linkage::v1::LinkExplanation& explanation = explained.explanation;
  // Exhibits along the chain.
  std::vector<std::uint32_t>& places = explained.places;
  places.push_back(first);
  const std::uint64_t first_id = view.exhibit_facts[first].public_id;
  const std::uint64_t second_id = view.exhibit_facts[second].public_id;
  std::uint64_t at = first_id;
  for (const std::uint32_t f : chain) {
    const linkage::Statement& statement = view.resolution.standing[f].statement;
    at = statement.first == at ? statement.second : statement.first;
    places.push_back(*findings.PlaceOf(at));
  }
  if (chain.empty() && first != second) places.push_back(second);

  *explanation.mutable_first() = ExhibitVersionOf(view, first);
  *explanation.mutable_second() = ExhibitVersionOf(view, second);
  const auto weapon_id = [&](std::uint32_t weapon) {
    return IdOf(graph::IdKind::kWeapon,
                view.exhibit_facts[view.resolution.NamingExhibit(weapon)].public_id);
  };
  explanation.set_first_weapon(weapon_id(first_weapon));
  explanation.set_second_weapon(weapon_id(second_weapon));
  explanation.set_is_one_weapon(first_weapon == second_weapon);
  const auto is_pair = [&](const linkage::Statement& statement) {
    return std::minmax(first_id, second_id) == std::minmax(statement.first, statement.second);
  };
  std::vector<std::uint32_t> direct;
  for (std::uint32_t f = 0; f < view.resolution.standing.size(); ++f) {
    if (is_pair(view.resolution.standing[f].statement)) direct.push_back(f);
  }
  SL_RETURN_IF_ERROR(findings.ReadSources(chain));
  SL_RETURN_IF_ERROR(findings.ReadSources(direct));
  for (std::size_t i = 0; i < chain.size(); ++i) {
    linkage::v1::ChainLink& link = *explanation.add_chain();
    *link.mutable_from() = ExhibitVersionOf(view, places[i]);
    *link.mutable_to() = ExhibitVersionOf(view, places[i + 1]);
    SL_ASSIGN_OR_RETURN(*link.mutable_finding(), findings.FindingOf(chain[i]));
  }
  bool is_confirmed_by_rule = false;
  for (const std::uint32_t f : direct) {
    SL_ASSIGN_OR_RETURN(*explanation.add_direct_findings(), findings.FindingOf(f));
  }
  for (const view::LoadedStatement* one : view.statements) {
    is_confirmed_by_rule |= !one->rule.empty() && is_pair(one->statement) &&
                            one->statement.verdict == Verdict::kConfirmed;
  }

  if (first != second) {
    const auto shortfalls =
        linkage::ShortfallsOf(view.exhibit_facts[first], view.exhibit_facts[second], rules);
    AddShortfalls(view.exhibit_facts[first], view.exhibit_facts[second], shortfalls, explanation);
    // What would be confirmed by its fields, and is not, the frequency guard holds back.
    if (shortfalls.empty() && !is_confirmed_by_rule) {
      AddShortfall(linkage::v1::SHORTFALL_KIND_NUMBER_TOO_FREQUENT, explanation);
    }
  }
  for (const linkage::Conflict& conflict : view.resolution.conflicts) {
    const auto& weapons = conflict.weapons;
    // Of the one weapon, or between the two.
    const bool is_told =
        first_weapon == second_weapon
            ? std::find(weapons.begin(), weapons.end(), first_weapon) != weapons.end()
            : weapons.size() == 2 &&
                  std::minmax(weapons[0], weapons[1]) == std::minmax(first_weapon, second_weapon);
    if (!is_told) continue;
    if (explanation.conflicts_size() == kConflictsMax) break;
    *explanation.add_conflicts() = ConflictOf(view, conflict);
  }
  if (explanation.is_one_weapon()) {
    SummariseChain(view, chain, explanation);
    SummariseContrary(explanation);
    SummariseWaiting(explanation);
    return explained;
  }
  const bool is_vetoed = std::any_of(
      explanation.conflicts().begin(), explanation.conflicts().end(), [](const auto& conflict) {
        return IsRefusal(static_cast<linkage::ConflictKind>(conflict.kind()));
      });
  std::vector<std::string> summary;
  SummariseApart(explanation, is_vetoed, summary);
  for (std::string& sentence : summary) explanation.add_summary(std::move(sentence));
  SummariseWaiting(explanation);
  return explained;
}

}  // namespace serieslink::series
