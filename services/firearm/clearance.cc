#include "services/firearm/clearance.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/firearm/core/life.h"
#include "services/linkage/core/lead_pair.h"
#include "services/view/asked_exhibit.h"
#include "services/view/event_answer.h"
#include "services/view/extract.h"
#include "services/view/weapon_life.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::view::ResolvedView;

std::string IdOf(graph::IdKind kind, std::uint64_t public_id) {
  return graph::FormatPublicId(kind, graph::PublicId(public_id));
}

// Legal holds, and whether the gun may have left.
absl::Status GatherRecords(const ResolvedView& view, std::uint32_t weapon,
                           const graph::GraphReader& reader, ClearanceFacts& facts) {
  std::map<const view::LoadedVersion*, std::uint64_t> record_of;
  for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
    record_of[view.exhibits[member].version] = view.exhibits[member].record->public_id;
  }
  for (const ResolvedView::Event& event : view.events_of_records) {
    record_of[event.version] = event.record->public_id;
  }
  const std::vector<const view::LoadedVersion*> versions = view::VersionsOfLife(view, weapon);
  SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(reader, versions));
  std::set<std::string> holds;
  view::CanonicalVersions canonical;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    canonical[versions[i]] = records[i];
    for (const record::v1::Flag& flag : records[i]->flags()) {
      if (IsLegalHold(flag.name(), flag.value())) {
        holds.insert(IdOf(graph::IdKind::kRecord, record_of.at(versions[i])));
      }
    }
  }
  facts.legal_holds.assign(holds.begin(), holds.end());
  LifeFacts life = view::GatherLife(view, weapon, canonical).facts;
  AddRecoveriesShown(life);
  facts.may_have_left = MayHaveLeft(life.events);
  return absl::OkStatus();
}

// An exhibit outside the weapon, and what is stated about it and one of the weapon's.
struct Pair {
  std::uint32_t member = 0;  // place in the view
  graph::ExhibitNumber other = 0;
  std::vector<linkage::Statement> statements;
};

absl::Status GatherLeads(const ResolvedView& view, std::uint32_t weapon, const view::Viewer& viewer,
                         graph::GraphReader& reader, ClearanceFacts& facts) {
  const std::vector<std::uint32_t>& members = view.resolution.weapons[weapon].members;
  std::set<graph::ExhibitNumber> own;
  for (const std::uint32_t member : members) own.insert(view.exhibits[member].number);
  std::map<std::pair<graph::ExhibitNumber, graph::ExhibitNumber>, Pair> pairs;
  std::vector<graph::RecordNumber> numbers;
  for (const std::uint32_t member : members) {
    const graph::ExhibitNumber number = view.exhibits[member].number;
    SL_ASSIGN_OR_RETURN(const auto statements, reader.StatementsAbout(number));
    for (const stored::v1::Statement& statement : statements) {
      const graph::RevisionInterval held{statement.from_revision(),
                                         graph::FromStoredEnd(statement.to_revision())};
      const graph::ExhibitNumber other = statement.newer_exhibit() == number
                                             ? statement.older_exhibit()
                                             : statement.newer_exhibit();
      if (!held.Contains(view.revision) || own.contains(other)) continue;
      Pair& pair = pairs[{number, other}];
      pair.member = member;
      pair.other = other;
      pair.statements.push_back(view::StatementOf(statement));
      numbers.push_back(graph::RecordOf(other));
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  SL_ASSIGN_OR_RETURN(const auto states, reader.Records(numbers));
  std::map<graph::ExhibitNumber, linkage::ExhibitFacts> others;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!states[i].has_value() || !view::MaySee(viewer, *states[i])) continue;
    for (linkage::ExhibitFacts& one : view::StandingExhibits(*states[i], numbers[i])) {
      others.emplace(one.exhibit_number, std::move(one));
    }
  }
  std::set<std::string> leads;
  for (const auto& [key, pair] : pairs) {
    const auto other = others.find(pair.other);
    if (other == others.end()) continue;
    const linkage::PairBounds bounds =
        linkage::BoundsOf(view.exhibit_facts[pair.member], other->second);
    if (linkage::StateOfPair(pair.statements, bounds).is_candidate()) {
      leads.insert(IdOf(graph::IdKind::kExhibit, other->second.public_id));
    }
  }
  facts.leads.assign(leads.begin(), leads.end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ClearanceFacts> GatherClearance(const ResolvedView& view, std::uint32_t weapon,
                                               const view::Viewer& viewer,
                                               graph::GraphReader& reader) {
  if (view.resolution.weapons[weapon].members.size() > kClearedExhibitsMax) {
    return view::EvidenceTooLarge();
  }
  ClearanceFacts facts;
  SL_RETURN_IF_ERROR(GatherRecords(view, weapon, reader, facts));
  SL_RETURN_IF_ERROR(GatherLeads(view, weapon, viewer, reader, facts));
  return facts;
}

std::string ClearanceCode(const graph::IdKey& ids, std::uint64_t name,
                          const ClearanceAnswer& answer) {
  const std::string weapon = absl::StrCat(name);
  const std::string purpose = absl::StrCat(static_cast<int>(answer.purpose));
  const std::string revision = absl::StrCat(answer.revision);
  const graph::PublicId mark =
      ids.ForFields({"clearance", weapon, purpose, revision, answer.is_clear ? "clear" : "not"});
  // Read as ids are, without a kind's two letters.
  return absl::StrCat(answer.is_clear ? "CL-" : "NC-", revision,
                      graph::FormatPublicId(graph::IdKind::kWeapon, mark).substr(2));
}

std::vector<ClearanceAnswer> FindClearances(const graph::IdKey& ids, const ResolvedView& view,
                                            std::uint32_t weapon, v1::ClearancePurpose purpose,
                                            std::string_view text) {
  std::vector<ClearanceAnswer> answers;
  int looked_at = 0;
  const std::string capitals = absl::AsciiStrToUpper(AbslView(text));
  for (const absl::string_view word :
       absl::StrSplit(capitals, absl::ByAnyChar(" \t\r\n,;()[]:"), absl::SkipEmpty())) {
    if (word.size() > kClearanceCodeBytesMax) continue;
    ClearanceAnswer answer;
    answer.purpose = purpose;
    answer.is_clear = word.substr(0, 3) == "CL-";
    if (!answer.is_clear && word.substr(0, 3) != "NC-") continue;
    const std::size_t end = word.find('-', 3);
    if (end == absl::string_view::npos ||
        !absl::SimpleAtoi(word.substr(3, end - 3), &answer.revision)) {
      continue;
    }
    if (++looked_at > kClearanceCodesMax) break;
    const std::vector<std::uint32_t>& members = view.resolution.weapons[weapon].members;
    if (std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
          return ClearanceCode(ids, view.exhibit_facts[member].public_id, answer) == word;
        })) {
      answers.push_back(answer);
    }
  }
  return answers;
}

std::optional<ClearanceAnswer> FindClearance(const graph::IdKey& ids, const ResolvedView& view,
                                             std::uint32_t weapon, v1::ClearancePurpose purpose,
                                             std::string_view text) {
  const std::vector<ClearanceAnswer> answers = FindClearances(ids, view, weapon, purpose, text);
  for (const ClearanceAnswer& answer : answers) {
    if (answer.is_clear) return answer;
  }
  if (answers.empty()) return std::nullopt;
  return answers.front();
}

}  // namespace serieslink::firearm
