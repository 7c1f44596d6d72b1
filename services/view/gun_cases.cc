#include "services/view/gun_cases.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/linkage/core/forces.h"
#include "services/stolen/core/loss_case.h"
#include "services/view/event_answer.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/loss_terms.h"
#include "services/view/weapon_life.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {
namespace {

std::string IdOf(graph::IdKind kind, std::uint64_t public_id) {
  return graph::FormatPublicId(kind, graph::PublicId(public_id));
}

std::uint64_t WordKey(const std::string& word) {
  const std::string folded(absl::StripAsciiWhitespace(absl::AsciiStrToLower(word)));
  return folded.empty() ? 0 : absl::HashOf(folded) | 1;
}

constexpr char kForceNotKnownWords[] =
    "a licensing unit names who issued the certificate, and that or the unit's own agency is no "
    "force that is known here: whether another force issued it cannot be told";

// Whether it cannot be told, by the names, if another force than that of `agency` issued the
// certificate of `loss`.
bool IsIssuerNotKnown(const record::v1::Loss& loss, const std::string& agency) {
  return !loss.certificate_force().empty() &&
         AreaTerm(loss.certificate_force()) != AreaTerm(agency) &&
         (linkage::FindForce(loss.certificate_force()) == nullptr ||
          linkage::FindForce(agency) == nullptr);
}

// Tells the cases of one weapon.
class Teller {
 public:
  Teller(const ResolvedView& view, std::uint32_t weapon, const CanonicalVersions& canonical,
         const absl::TimeZone& zone)
      : view_(view), weapon_(weapon), canonical_(canonical), zone_(zone) {}

  std::vector<ToldCase> Tell() {
    life_ = GatherLife(view_, weapon_, canonical_);
    GatherReports();
    std::vector<ToldCase> cases;
    if (reports_.empty()) return cases;
    firearm::AddRecoveriesShown(life_.facts);
    const auto order = firearm::OrderOfEvents(life_.facts.events);
    for (const stolen::CaseFacts& facts :
         stolen::FollowCases(life_.facts.events, order, reports_)) {
      cases.push_back(TellCase(facts));
    }
    return cases;
  }

 private:
  const std::vector<std::uint32_t>& Members() const {
    return view_.resolution.weapons[weapon_].members;
  }

  void GatherReports() {
    for (const std::uint32_t member : Members()) {
      const ResolvedView::Exhibit& seen = view_.exhibits[member];
      const auto& record = canonical_.at(seen.version);
      const record::v1::Exhibit& exhibit = record->exhibits(seen.place);
      if (!IsReportedLost(*record, exhibit)) continue;
      const auto event = life_.event_of_record.find(seen.record->number);
      if (event == life_.event_of_record.end()) continue;
      const record::v1::Loss& loss = record->event().loss();
      stolen::ReportFacts& facts = reports_.emplace_back();
      facts.public_id = view_.exhibit_facts[member].public_id;
      facts.event = event->second;
      facts.source = seen.version->source;
      facts.lost = IntervalOf(record->event().occurred());
      facts.kind = loss.kind();
      facts.holder = loss.holder_kind();
      facts.certificate_kind_key = WordKey(loss.certificate_kind());
      facts.notified = IntervalGiven(loss.has_notified(), loss.notified());
      facts.is_cancelled = loss.cancelled_as_found();
      const record::v1::Firearm& firearm = exhibit.firearm();
      facts.is_loose_part = exhibit.kind() == record::v1::EXHIBIT_KIND_GUN_PART;
      facts.is_part = facts.is_loose_part || (firearm.has_is_complete() && !firearm.is_complete());
      facts.says_complete = firearm.has_is_complete() && firearm.is_complete();
      facts.has_other_force =
          facts.source == stolen::v1::REPORT_SOURCE_LICENSING &&
          linkage::AreOtherForces(loss.certificate_force(), seen.record->agency);
      members_of_reports_.push_back(member);
    }
    FindCopies();
  }

  // A row that was exported here and imported again names the exhibit of the report that it was
  // made from.
  void FindCopies() {
    if (reports_.size() < 2) return;
    absl::flat_hash_map<std::string, std::uint32_t> report_of;
    for (std::uint32_t i = 0; i < reports_.size(); ++i) {
      report_of[IdOf(graph::IdKind::kExhibit, reports_[i].public_id)] = i;
    }
    for (std::uint32_t i = 0; i < reports_.size(); ++i) {
      if (reports_[i].source != stolen::v1::REPORT_SOURCE_OTHER) continue;
      const auto& record = canonical_.at(view_.exhibits[members_of_reports_[i]].version);
      for (const record::v1::Flag& flag : record->flags()) {
        if (!absl::EndsWithIgnoreCase(flag.name(), ":exhibit")) continue;
        const auto found = report_of.find(flag.value());
        if (found != report_of.end() && found->second != i) reports_[i].copy_of = found->second;
      }
    }
  }

  ToldCase TellCase(const stolen::CaseFacts& facts) const {
    ToldCase one;
    stolen::v1::LossCase& told = one.told;
    const std::uint64_t name =
        view_.exhibit_facts[view_.resolution.NamingExhibit(weapon_)].public_id;
    told.set_weapon_id(IdOf(graph::IdKind::kWeapon, name));
    if (view_.histories[weapon_].is_series) {
      told.set_series_id(IdOf(graph::IdKind::kSeries, name));
    }
    told.set_kind(facts.kind);
    told.set_state(facts.state);
    told.set_is_lost_again(facts.is_lost_again);
    if (facts.lost != linkage::TimeInterval()) SetInterval(facts.lost, *told.mutable_lost());
    told.set_completeness(facts.completeness);
    told.set_reconciliation(facts.reconciliation);
    for (const stolen::v1::ReportSource source : facts.sources) told.add_sources(source);
    for (const std::uint32_t i : facts.reports) AddReport(i, one);
    for (const stolen::CaseFacts::Step& step : facts.steps) AddStep(step, told);
    for (const std::uint32_t use : facts.uses) {
      const series::v1::Event event = EventOf(use);
      stolen::v1::LaterUse& out = one.uses.emplace_back();
      out.set_event_id(event.event_id());
      if (event.has_occurred()) *out.mutable_occurred() = event.occurred();
      if (event.has_place()) *out.mutable_place() = event.place();
      if (told.uses_size() < kCaseListMax) *told.add_uses() = out;
    }
    const stolen::NoticeFacts notice = stolen::JudgeNotice(reports_, facts.reports, zone_);
    told.mutable_notice()->set_verdict(notice.verdict);
    if (notice.minimum_days.has_value()) {
      told.mutable_notice()->set_minimum_days(*notice.minimum_days);
    }
    if (notice.maximum_days.has_value()) {
      told.mutable_notice()->set_maximum_days(*notice.maximum_days);
    }
    for (const stolen::v1::CaseContradictionKind kind : facts.contradictions) {
      stolen::v1::CaseContradiction& out = *told.add_contradictions();
      out.set_kind(kind);
      out.set_explanation(stolen::WordsOf(kind));
    }
    AddRemarks(facts, told);
    return one;
  }

  void AddRemarks(const stolen::CaseFacts& facts, stolen::v1::LossCase& told) const {
    const bool is_issuer_unknown =
        std::any_of(facts.reports.begin(), facts.reports.end(), [&](std::uint32_t i) {
          const ResolvedView::Exhibit& seen = view_.exhibits[members_of_reports_[i]];
          return reports_[i].source == stolen::v1::REPORT_SOURCE_LICENSING &&
                 IsIssuerNotKnown(canonical_.at(seen.version)->event().loss(), seen.record->agency);
        });
    if (!is_issuer_unknown) return;
    stolen::v1::CaseRemark& out = *told.add_remarks();
    out.set_kind(stolen::v1::CASE_REMARK_KIND_CERTIFICATE_FORCE_NOT_KNOWN);
    out.set_explanation(kForceNotKnownWords);
  }

  // Of an event that a record tells of.
  series::v1::Event EventOf(std::uint32_t event) const {
    return view::EventOf(view_, view_.histories[weapon_].events[event], canonical_);
  }

  void AddReport(std::uint32_t i, ToldCase& one) const {
    const ResolvedView::Exhibit& seen = view_.exhibits[members_of_reports_[i]];
    const auto& record = canonical_.at(seen.version);
    one.reports.push_back({seen.number, record, seen.place, reports_[i].source,
                           EventId(view_, view_.histories[weapon_].events[reports_[i].event])});
    // The fullest place; of equally full ones the first.
    const type::v1::Place& place = record->event().place();
    if (record->event().has_place() &&
        (!one.told.has_place() || one.told.place().ByteSizeLong() < place.ByteSizeLong())) {
      *one.told.mutable_place() = place;
    }
    if (one.told.reports_size() == kCaseListMax) return;
    const record::v1::Exhibit& exhibit = record->exhibits(seen.place);
    stolen::v1::LossReport& out = *one.told.add_reports();
    out.set_record_id(IdOf(graph::IdKind::kRecord, seen.record->public_id));
    out.set_exhibit_id(IdOf(graph::IdKind::kExhibit, reports_[i].public_id));
    out.set_agency(seen.record->agency);
    out.set_source(reports_[i].source);
    out.set_event_id(one.reports.back().event_id);
    if (record->event().has_occurred()) *out.mutable_occurred() = record->event().occurred();
    if (record->event().has_loss()) *out.mutable_loss() = record->event().loss();
    if (record->event().has_place()) *out.mutable_place() = place;
    *out.mutable_crime_references() = record->event().crime_references();
    *out.mutable_firearm() = exhibit.firearm();
    out.set_kind(exhibit.kind());
    out.set_part_kind(exhibit.part_kind());
    const auto count = std::count_if(
        record->exhibits().begin(), record->exhibits().end(),
        [&](const record::v1::Exhibit& other) { return IsReportedLost(*record, other); });
    out.set_exhibits_reported(static_cast<std::int32_t>(count));
    *out.mutable_flags() = record->flags();
  }

  void AddStep(const stolen::CaseFacts::Step& step, stolen::v1::LossCase& told) const {
    stolen::v1::LossCaseStep& out = *told.add_steps();
    out.set_state(step.state);
    const firearm::LifeEventFacts& event = life_.facts.events[step.event];
    if (event.shown_by.has_value()) {
      const std::uint64_t shown_by = life_.facts.exhibits[*event.shown_by].public_id;
      out.set_exhibit_id(IdOf(graph::IdKind::kExhibit, shown_by));
    } else {
      out.set_event_id(EventId(view_, view_.histories[weapon_].events[step.event]));
    }
    if (event.occurred != linkage::TimeInterval()) {
      SetInterval(event.occurred, *out.mutable_occurred());
    }
  }

  const ResolvedView& view_;
  const std::uint32_t weapon_;
  const CanonicalVersions& canonical_;
  const absl::TimeZone& zone_;
  WeaponLife life_;
  std::vector<stolen::ReportFacts> reports_;
  std::vector<std::uint32_t> members_of_reports_;  // of each report, its place in the view
};

}  // namespace

absl::StatusOr<std::vector<std::vector<ToldCase>>> CasesOf(const ResolvedView& view,
                                                           absl::Span<const std::uint32_t> weapons,
                                                           const graph::GraphReader& reader,
                                                           const absl::TimeZone& zone) {
  CanonicalVersions canonical;
  std::vector<const LoadedVersion*> versions;
  for (const std::uint32_t weapon : weapons) {
    for (const LoadedVersion* const version : VersionsOfLife(view, weapon)) {
      if (canonical.try_emplace(version).second) versions.push_back(version);
    }
  }
  SL_ASSIGN_OR_RETURN(const auto records, CanonicalRecords(reader, versions));
  for (std::size_t i = 0; i < versions.size(); ++i) canonical[versions[i]] = records[i];
  std::vector<std::vector<ToldCase>> cases;
  for (const std::uint32_t weapon : weapons) {
    cases.push_back(Teller(view, weapon, canonical, zone).Tell());
  }
  return cases;
}

}  // namespace serieslink::view
