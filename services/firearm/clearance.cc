#include "services/firearm/clearance.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/firearm/core/life.h"
#include "services/linkage/core/flags.h"
#include "services/view/asked_exhibit.h"
#include "services/view/event_answer.h"
#include "services/view/extract.h"
#include "services/view/leads_of_exhibits.h"
#include "services/view/weapon_life.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::view::ResolvedView;

using ::serieslink::graph::IdOf;

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

absl::Status GatherLeads(const ResolvedView& view, std::uint32_t weapon, const view::Viewer& viewer,
                         graph::GraphReader& reader, ClearanceFacts& facts) {
  SL_ASSIGN_OR_RETURN(
      const auto found,
      view::LeadsOfExhibits(view, view.resolution.weapons[weapon].members, viewer, reader));
  std::set<std::string> leads;
  for (const view::LeadOfExhibit& lead : found) {
    leads.insert(IdOf(graph::IdKind::kExhibit, lead.other_public_id));
  }
  facts.leads.assign(leads.begin(), leads.end());
  return absl::OkStatus();
}

void GatherContradictions(const ResolvedView& view, std::uint32_t weapon, ClearanceFacts& facts) {
  const std::vector<std::vector<linkage::WeaponFlag>> flags = view.Flags();
  for (const linkage::WeaponFlag& flag : flags[weapon]) {
    if (!linkage::IsContradiction(flag.kind)) continue;
    for (const std::uint32_t exhibit : flag.exhibits) {
      facts.contradictions.push_back(
          IdOf(graph::IdKind::kExhibit, view.exhibit_facts[exhibit].public_id));
    }
    for (const std::uint32_t event : flag.events) {
      facts.contradictions.push_back(view::EventId(view, event));
    }
  }
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
  GatherContradictions(view, weapon, facts);
  return facts;
}

absl::CivilMinute MinuteOfAnswer(absl::Time time) {
  return absl::ToCivilMinute(time, absl::UTCTimeZone());
}

absl::CivilDay DayOfAnswer(absl::Time time) { return absl::CivilDay(MinuteOfAnswer(time)); }

bool Clears(const ClearanceAnswer& answer, const linkage::TimeInterval& occurred) {
  const auto begin_of = [](absl::CivilSecond moment) {
    return absl::ToUnixSeconds(absl::FromCivil(moment, absl::UTCTimeZone()));
  };
  const absl::CivilSecond since = answer.minute.has_value() ? absl::CivilSecond(*answer.minute)
                                                            : absl::CivilSecond(answer.answered);
  const linkage::TimeInterval held{begin_of(since),
                                   begin_of(absl::CivilSecond(answer.ValidUntil() + 1)) - 1};
  return answer.is_clear && linkage::Overlap(held, occurred);
}

std::string ClearanceCode(const graph::IdKey& ids, std::uint64_t name,
                          const ClearanceAnswer& answer) {
  const std::string weapon = absl::StrCat(name);
  const std::string purpose = absl::StrCat(static_cast<int>(answer.purpose));
  const std::string revision = absl::StrCat(answer.revision);
  const absl::TimeZone utc = absl::UTCTimeZone();
  const std::string day =
      answer.minute.has_value()
          ? absl::FormatTime("%Y%m%dT%H%M", absl::FromCivil(*answer.minute, utc), utc)
          : absl::FormatTime("%Y%m%d", absl::FromCivil(answer.answered, utc), utc);
  const graph::PublicId mark = ids.ForFields({"clearance", answer.agency, weapon, purpose, revision,
                                              answer.is_clear ? "clear" : "not", day});
  // Read as ids are, without a kind's two letters.
  return absl::StrCat(answer.is_clear ? "CL-" : "NC-", revision, "-", day,
                      graph::FormatPublicId(graph::IdKind::kWeapon, mark).substr(2));
}

namespace {

// Reads the day, and the minute where there is one, of a code: "20261127T1405" or "20261127". False
// when it is neither. What no calendar has makes another code than the one that was read.
bool ReadAnswered(absl::string_view text, ClearanceAnswer& answer) {
  int day = 0;
  int minute = 0;
  const bool has_minute = text.size() == 13;
  if ((text.size() != 8 && !has_minute) || !absl::SimpleAtoi(text.substr(0, 8), &day)) return false;
  if (has_minute && (text[8] != 'T' || !absl::SimpleAtoi(text.substr(9), &minute))) return false;
  answer.answered = absl::CivilDay(day / 10'000, day / 100 % 100, day % 100);
  if (has_minute) {
    answer.minute =
        absl::CivilMinute(day / 10'000, day / 100 % 100, day % 100, minute / 100, minute % 100);
    answer.answered = absl::CivilDay(*answer.minute);
  }
  return true;
}

}  // namespace

std::vector<ClearanceAnswer> FindClearances(const graph::IdKey& ids, const ResolvedView& view,
                                            std::uint32_t weapon, std::string_view agency,
                                            v1::ClearancePurpose purpose, std::string_view text) {
  std::vector<ClearanceAnswer> answers;
  int looked_at = 0;
  const std::string capitals = absl::AsciiStrToUpper(AbslView(text));
  for (const absl::string_view word :
       absl::StrSplit(capitals, absl::ByAnyChar(" \t\r\n,;.()[]:"), absl::SkipEmpty())) {
    if (word.size() > kClearanceCodeBytesMax) continue;
    ClearanceAnswer answer;
    answer.agency = std::string(agency);
    answer.purpose = purpose;
    answer.is_clear = word.substr(0, 3) == "CL-";
    if (!answer.is_clear && word.substr(0, 3) != "NC-") continue;
    const std::vector<absl::string_view> parts = absl::StrSplit(word, absl::MaxSplits('-', 3));
    if (parts.size() < 4 || !absl::SimpleAtoi(parts[1], &answer.revision) ||
        !ReadAnswered(parts[2], answer)) {
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
                                             std::uint32_t weapon, const std::string& own,
                                             v1::ClearancePurpose purpose, std::string_view text) {
  std::vector<std::string> agencies = {own};
  std::set<std::string> others;
  for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
    others.insert(view.exhibits[member].record->agency);
  }
  others.erase(own);
  agencies.insert(agencies.end(), others.begin(), others.end());
  std::optional<ClearanceAnswer> first;
  for (const std::string& agency : agencies) {
    for (ClearanceAnswer& answer : FindClearances(ids, view, weapon, agency, purpose, text)) {
      if (answer.is_clear) return std::move(answer);
      if (!first.has_value()) first = std::move(answer);
    }
  }
  return first;
}

namespace {

// What a disposal is to have been cleared for, any of these; nothing where none is asked before it:
// what is kept can be asked about when it goes. Of one that was handed over, and where it is not
// known what became of the gun, either will do.
std::vector<v1::ClearancePurpose> PurposesOf(record::v1::DisposalKind disposal) {
  switch (disposal) {
    case record::v1::DISPOSAL_KIND_DESTROYED:
      return {v1::CLEARANCE_PURPOSE_DESTRUCTION};
    case record::v1::DISPOSAL_KIND_RETURNED:
      return {v1::CLEARANCE_PURPOSE_RETURN};
    case record::v1::DISPOSAL_KIND_RETAINED:
      return {};
    default:
      return {v1::CLEARANCE_PURPOSE_DESTRUCTION, v1::CLEARANCE_PURPOSE_RETURN};
  }
}

// How a disposal that was not cleared is remarked upon.
const char* WordsOfNotCleared(record::v1::DisposalKind disposal) {
  if (disposal == record::v1::DISPOSAL_KIND_DESTROYED ||
      disposal == record::v1::DISPOSAL_KIND_RETURNED) {
    return "the gun was destroyed or given back, and the authority has no code of an answer that "
           "cleared it then and was given to the agency that records it: that agency is not known "
           "to have asked what stands against it";
  }
  return "the gun was disposed of, and the authority has no code of an answer that cleared it then "
         "and was given to the agency that records it: that agency is not known to have asked what "
         "stands against it";
}

constexpr char kOvertakenWords[] =
    "the disposal was cleared, and a use or a loss of the gun that can have been before it stands "
    "against it: that came in after the answer, or the agency that asked may not see it";

// Remarks on a disposal that has a clearance, of an answer that knew of no use and of no loss that
// was open, when the story has one now which is not certainly later than the disposal.
void RemarkOnWhatCameSince(const v1::LifeEvent& disposal, const linkage::TimeInterval& occurred,
                           v1::LifeStory& story) {
  const std::string& id = disposal.event().event_id();
  std::set<std::string> open_losses;
  for (const v1::LossCase& one : story.loss_cases()) {
    if (one.is_cancelled()) continue;
    // What the case was when the gun went.
    v1::FirearmState before = v1::FIREARM_STATE_UNSPECIFIED;
    for (const v1::LossStep& step : one.steps()) {
      if (step.event_id() == id) break;
      before = step.state();
    }
    const bool is_gone =
        before == v1::FIREARM_STATE_OUTSTANDING || before == v1::FIREARM_STATE_SIGHTED;
    const bool waits_for_holder =
        before == v1::FIREARM_STATE_RECOVERED || before == v1::FIREARM_STATE_RETAINED;
    if (is_gone ||
        (waits_for_holder && disposal.disposal() == record::v1::DISPOSAL_KIND_DESTROYED)) {
      open_losses.insert(one.loss_events().begin(), one.loss_events().end());
    }
  }
  std::vector<std::string> since;
  for (const v1::LifeEvent& event : story.events()) {
    const bool stands = event.event().kind() == record::v1::EVENT_KIND_INCIDENT ||
                        open_losses.contains(event.event().event_id());
    if (stands && !linkage::Before(occurred, view::IntervalOf(event.event().occurred()))) {
      since.push_back(event.event().event_id());
    }
  }
  if (since.empty()) return;
  v1::LifeRemark& remark = *story.add_remarks();
  remark.set_kind(v1::REMARK_KIND_CLEARANCE_OVERTAKEN);
  remark.add_events(id);
  for (const std::string& event : since) remark.add_events(event);
  remark.set_explanation(kOvertakenWords);
}

}  // namespace

void MarkClearances(const graph::IdKey& ids, const ResolvedView& view, std::uint32_t weapon,
                    absl::Span<const std::vector<DisposalAuthority>> authorities,
                    v1::LifeStory& story) {
  std::set<std::tuple<std::string, int, graph::Revision, absl::CivilDay,
                      std::optional<absl::CivilMinute>>>
      used;
  for (int i = 0; i < story.events_size(); ++i) {
    v1::LifeEvent& event = *story.mutable_events(i);
    if (event.event().kind() != record::v1::EVENT_KIND_DISPOSAL) continue;
    const std::vector<v1::ClearancePurpose> purposes = PurposesOf(event.disposal());
    if (purposes.empty()) continue;
    const linkage::TimeInterval occurred = view::IntervalOf(event.event().occurred());
    for (const DisposalAuthority& authority : authorities[static_cast<std::size_t>(i)]) {
      for (const v1::ClearancePurpose purpose : purposes) {
        for (const ClearanceAnswer& answer :
             FindClearances(ids, view, weapon, authority.agency, purpose, authority.text)) {
          const bool is_first = Clears(answer, occurred) &&
                                used.emplace(answer.agency, static_cast<int>(purpose),
                                             answer.revision, answer.answered, answer.minute)
                                    .second;
          if (is_first) event.set_has_clearance(true);
        }
      }
    }
    if (event.has_clearance()) {
      RemarkOnWhatCameSince(event, occurred, story);
      continue;
    }
    v1::LifeRemark& remark = *story.add_remarks();
    remark.set_kind(v1::REMARK_KIND_CLEARANCE_NOT_RECORDED);
    remark.add_events(event.event().event_id());
    remark.set_explanation(WordsOfNotCleared(event.disposal()));
  }
}

}  // namespace serieslink::firearm
