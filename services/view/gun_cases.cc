#include "services/view/gun_cases.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "services/linkage/core/exhibit_loss.h"
#include "services/linkage/core/forces.h"
#include "services/linkage/core/serial.h"
#include "services/stolen/core/loss_case.h"
#include "services/view/event_answer.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/loss_reports.h"
#include "services/view/loss_terms.h"
#include "services/view/weapon_life.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {
namespace {

using ::serieslink::graph::IdOf;

// A shorter text is no number by which two entries of a record are compared.
constexpr std::size_t kTellingCharactersMin = 4;

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
    reports_ = GatherLossReports(view_, weapon_, life_, canonical_);
    std::vector<ToldCase> cases;
    if (reports_.facts.empty()) return cases;
    firearm::AddRecoveriesShown(life_.facts);
    const firearm::LossCases losses = firearm::FollowLosses(
        life_.facts.events, stolen::AsLossReports(reports_.facts), life_.facts.released);
    for (const stolen::CaseFacts& facts : stolen::CompareReports(losses, reports_.facts)) {
      cases.push_back(TellCase(facts));
    }
    return cases;
  }

 private:
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
    const firearm::LossCaseFacts& followed = facts.followed;
    told.set_state(stolen::StateOf(followed.steps.back()));
    told.set_is_lost_again(followed.is_lost_again);
    told.set_order_is_uncertain(followed.order_is_uncertain);
    if (followed.lost != linkage::TimeInterval()) {
      SetInterval(followed.lost, *told.mutable_lost());
    }
    told.set_completeness(facts.completeness);
    told.set_quantity(facts.quantity);
    told.set_reconciliation(facts.reconciliation);
    for (const stolen::v1::ReportSource source : facts.sources) told.add_sources(source);
    for (const std::uint32_t i : followed.reports) AddReport(i, one);
    SetPlace(followed.reports, told);
    for (const firearm::LossCaseFacts::Step& step : followed.steps) AddStep(step, told);
    for (const firearm::LossCaseFacts::Use& use : followed.uses) {
      const series::v1::Event event = EventOf(use.event);
      stolen::v1::LaterUse& out = one.uses.emplace_back();
      out.set_event_id(event.event_id());
      if (event.has_occurred()) *out.mutable_occurred() = event.occurred();
      if (event.has_place()) *out.mutable_place() = event.place();
      out.set_order_is_uncertain(use.order_is_uncertain);
      if (told.uses_size() < kCaseListMax) *told.add_uses() = out;
    }
    for (const firearm::LossCaseFacts::Use& part : followed.parts) {
      one.parts.push_back(EventId(view_, view_.histories[weapon_].events[part.event]));
    }
    const stolen::NoticeFacts notice = stolen::JudgeNotice(reports_.facts, followed.reports, zone_);
    told.mutable_notice()->set_verdict(notice.verdict);
    told.mutable_notice()->set_doubt(notice.doubt);
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
    const bool is_issuer_unknown = std::any_of(
        facts.followed.reports.begin(), facts.followed.reports.end(), [&](std::uint32_t i) {
          const ResolvedView::Exhibit& seen = view_.exhibits[reports_.members[i]];
          return reports_.facts[i].source == stolen::v1::REPORT_SOURCE_LICENSING &&
                 IsIssuerNotKnown(canonical_.at(seen.version)->event().loss(), seen.record->agency);
        });
    const auto add = [&told](stolen::v1::CaseRemarkKind kind) {
      stolen::v1::CaseRemark& out = *told.add_remarks();
      out.set_kind(kind);
      out.set_explanation(stolen::WordsOf(kind));
    };
    if (is_issuer_unknown) add(stolen::v1::CASE_REMARK_KIND_CERTIFICATE_FORCE_NOT_KNOWN);
    if (!facts.followed.parts.empty() && (told.state() == stolen::v1::LOSS_CASE_STATE_OUTSTANDING ||
                                          told.state() == stolen::v1::LOSS_CASE_STATE_SIGHTED)) {
      add(stolen::v1::CASE_REMARK_KIND_PART_IN_HAND);
    }
    const auto& reports = facts.followed.reports;
    const std::size_t looked_at = std::min<std::size_t>(reports.size(), kCaseListMax);
    if (std::any_of(reports.begin(), reports.begin() + static_cast<std::ptrdiff_t>(looked_at),
                    [&](std::uint32_t i) { return MayBeReportedTwice(i); })) {
      add(stolen::v1::CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE);
    }
    if (std::any_of(reports.begin(), reports.begin() + static_cast<std::ptrdiff_t>(looked_at),
                    [&](std::uint32_t i) { return IsNumberListedTwice(i); })) {
      add(stolen::v1::CASE_REMARK_KIND_NUMBER_LISTED_TWICE);
    }
  }

  // Whether another record of the loss event lists something that is matched with nothing of the
  // record of this report, and that can be what this report is of, which is matched with nothing
  // there. Of matches with other guns numbers alone tell here, which is how reports are matched as
  // a rule: so the answer is the same whatever else is looked at.
  bool MayBeReportedTwice(std::uint32_t i) const {
    const ResolvedView::Exhibit& seen = view_.exhibits[reports_.members[i]];
    const record::v1::Record& record = *canonical_.at(seen.version);
    const record::v1::Exhibit& mine = record.exhibits(seen.place);
    const std::uint32_t event = view_.histories[weapon_].events[reports_.facts[i].event];
    const auto& places = view_.events.events[event].records;
    const std::size_t looked_at = std::min<std::size_t>(places.size(), kCaseListMax);
    std::set<std::string> my_serials;
    AddSerials(mine, my_serials);
    const bool is_numbered = !my_serials.empty();
    AddSerials(record, my_serials);
    for (std::size_t at = 0; at < looked_at; ++at) {
      const std::uint64_t number = view_.event_facts[places[at]].record_number;
      // What has this weapon is matched with it.
      if (life_.own_records.contains(number)) continue;
      const record::v1::Record& other = *canonical_.at(view_.events_of_records[places[at]].version);
      for (const record::v1::Exhibit& one : other.exhibits()) {
        if (!IsReportedLost(other, one) || !CanBeOneGun(mine, one)) continue;
        std::set<std::string> serials;
        AddSerials(one, serials);
        // One agency lists no gun under two numbers.
        if (is_numbered && !serials.empty() &&
            view_.events_of_records[places[at]].record->agency == seen.record->agency) {
          continue;
        }
        if (std::none_of(serials.begin(), serials.end(),
                         [&](const std::string& serial) { return my_serials.contains(serial); })) {
          return true;
        }
      }
    }
    return false;
  }

  // Whether the record of this report lists something else that is lost, of the same number, whose
  // make can be the same.
  bool IsNumberListedTwice(std::uint32_t i) const {
    const ResolvedView::Exhibit& seen = view_.exhibits[reports_.members[i]];
    const record::v1::Record& record = *canonical_.at(seen.version);
    std::set<std::string> serials;
    AddSerials(record.exhibits(seen.place), serials);
    // Such a text is no number that tells of anything.
    std::erase_if(serials, [](const std::string& serial) {
      return serial.size() < kTellingCharactersMin ||
             std::none_of(serial.begin(), serial.end(),
                          [](char c) { return c >= '0' && c <= '9'; });
    });
    if (serials.empty()) return false;
    for (int place = 0; place < record.exhibits_size(); ++place) {
      const record::v1::Exhibit& other = record.exhibits(place);
      if (place == static_cast<int>(seen.place) || !IsReportedLost(record, other)) continue;
      const std::string mine = MakeTerm(record.exhibits(seen.place).firearm().make());
      const std::string make = MakeTerm(other.firearm().make());
      if (!mine.empty() && !make.empty() && mine != make) continue;
      std::set<std::string> others;
      AddSerials(other, others);
      if (std::any_of(others.begin(), others.end(),
                      [&](const std::string& serial) { return serials.contains(serial); })) {
        return true;
      }
    }
    return false;
  }

  static void AddSerials(const record::v1::Exhibit& exhibit, std::set<std::string>& serials) {
    for (const record::v1::SerialNumber& serial : exhibit.firearm().serials()) {
      std::string text(linkage::CanonicalSerial(serial.text()));
      if (!text.empty()) serials.insert(std::move(text));
    }
  }
  static void AddSerials(const record::v1::Record& record, std::set<std::string>& serials) {
    for (const record::v1::Exhibit& exhibit : record.exhibits()) AddSerials(exhibit, serials);
  }

  // Whether two exhibits that are not matched by their numbers can be one by what is said of them.
  static bool CanBeOneGun(const record::v1::Exhibit& one, const record::v1::Exhibit& other) {
    const auto agree = [](const std::string& a, const std::string& b) {
      return a.empty() || b.empty() || a == b;
    };
    return IsLoosePart(one) == IsLoosePart(other) &&
           agree(MakeTerm(one.firearm().make()), MakeTerm(other.firearm().make())) &&
           agree(CalibreTerm(one.firearm().calibre()), CalibreTerm(other.firearm().calibre()));
  }

  // Of an event that a record tells of.
  series::v1::Event EventOf(std::uint32_t event) const {
    return view::EventOf(view_, view_.histories[weapon_].events[event], canonical_);
  }

  // The place by the source whose word counts; of several of its reports the fullest one, of
  // equally full ones the first.
  void SetPlace(const std::vector<std::uint32_t>& reports, stolen::v1::LossCase& told) const {
    int rank = 0;
    for (const std::uint32_t i : reports) {
      const record::v1::Event& event =
          canonical_.at(view_.exhibits[reports_.members[i]].version)->event();
      // One that is said not to be known is none.
      if (!event.has_place() || event.place().is_unknown()) continue;
      const int other = stolen::PlaceRank(reports_.facts[i].source);
      if (told.has_place() &&
          (rank < other ||
           (rank == other && event.place().ByteSizeLong() <= told.place().ByteSizeLong()))) {
        continue;
      }
      *told.mutable_place() = event.place();
      rank = other;
    }
  }

  void AddReport(std::uint32_t i, ToldCase& one) const {
    const ResolvedView::Exhibit& seen = view_.exhibits[reports_.members[i]];
    const auto& record = canonical_.at(seen.version);
    one.reports.push_back(
        {seen.number, record, seen.place, reports_.facts[i].source,
         EventId(view_, view_.histories[weapon_].events[reports_.facts[i].event])});
    const type::v1::Place& place = record->event().place();
    if (one.told.reports_size() == kCaseListMax) return;
    const record::v1::Exhibit& exhibit = record->exhibits(seen.place);
    stolen::v1::LossReport& out = *one.told.add_reports();
    out.set_record_id(IdOf(graph::IdKind::kRecord, seen.record->public_id));
    out.set_exhibit_id(IdOf(graph::IdKind::kExhibit, reports_.facts[i].public_id));
    out.set_agency(seen.record->agency);
    out.set_source(reports_.facts[i].source);
    out.set_event_id(one.reports.back().event_id);
    if (record->event().has_occurred()) *out.mutable_occurred() = record->event().occurred();
    if (record->event().has_loss()) {
      *out.mutable_loss() = linkage::LossOfExhibit(*record, exhibit);
    }
    if (record->event().has_place()) *out.mutable_place() = place;
    *out.mutable_crime_references() = record->event().crime_references();
    *out.mutable_firearm() = exhibit.firearm();
    out.set_kind(exhibit.kind());
    out.set_part_kind(exhibit.part_kind());
    out.set_quantity(reports_.facts[i].quantity);
    const auto count = std::count_if(
        record->exhibits().begin(), record->exhibits().end(),
        [&](const record::v1::Exhibit& other) { return IsReportedLost(*record, other); });
    out.set_exhibits_reported(static_cast<std::int32_t>(count));
    *out.mutable_flags() = record->flags();
  }

  void AddStep(const firearm::LossCaseFacts::Step& step, stolen::v1::LossCase& told) const {
    stolen::v1::LossCaseStep& out = *told.add_steps();
    out.set_state(stolen::StateOf(step));
    out.set_order_is_uncertain(step.order_is_uncertain);
    const firearm::LifeEventFacts& event = life_.facts.events[step.event];
    if (event.shown_by.has_value()) {
      const std::uint64_t shown_by = life_.facts.exhibits[*event.shown_by].public_id;
      out.set_exhibit_id(IdOf(graph::IdKind::kExhibit, shown_by));
    } else {
      out.set_event_id(EventId(view_, view_.histories[weapon_].events[step.event]));
    }
    const linkage::TimeInterval occurred =
        step.is_found ? step.found.value_or(linkage::TimeInterval()) : event.occurred;
    if (occurred != linkage::TimeInterval()) SetInterval(occurred, *out.mutable_occurred());
  }

  const ResolvedView& view_;
  const std::uint32_t weapon_;
  const CanonicalVersions& canonical_;
  const absl::TimeZone& zone_;
  WeaponLife life_;
  LossReports reports_;
};

}  // namespace

absl::StatusOr<CanonicalVersions> ReadLives(const ResolvedView& view,
                                            absl::Span<const std::uint32_t> weapons,
                                            const graph::GraphReader& reader) {
  CanonicalVersions canonical;
  std::vector<const LoadedVersion*> versions;
  for (const std::uint32_t weapon : weapons) {
    for (const LoadedVersion* const version : VersionsOfLife(view, weapon)) {
      if (canonical.try_emplace(version).second) versions.push_back(version);
    }
  }
  SL_ASSIGN_OR_RETURN(const auto records, CanonicalRecords(reader, versions));
  for (std::size_t i = 0; i < versions.size(); ++i) canonical[versions[i]] = records[i];
  return canonical;
}

std::vector<ToldCase> CasesOf(const ResolvedView& view, std::uint32_t weapon,
                              const CanonicalVersions& canonical, const absl::TimeZone& zone) {
  return Teller(view, weapon, canonical, zone).Tell();
}

absl::StatusOr<std::vector<std::vector<ToldCase>>> CasesOf(const ResolvedView& view,
                                                           absl::Span<const std::uint32_t> weapons,
                                                           const graph::GraphReader& reader,
                                                           const absl::TimeZone& zone) {
  SL_ASSIGN_OR_RETURN(const CanonicalVersions canonical, ReadLives(view, weapons, reader));
  std::vector<std::vector<ToldCase>> cases;
  for (const std::uint32_t weapon : weapons) {
    cases.push_back(CasesOf(view, weapon, canonical, zone));
  }
  return cases;
}

}  // namespace serieslink::view
