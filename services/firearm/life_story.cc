#include "services/firearm/life_story.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "services/firearm/clearance.h"
#include "services/firearm/core/flag_remarks.h"
#include "services/firearm/core/life.h"
#include "services/firearm/sister_seizures.h"
#include "services/linkage/core/cohesion.h"
#include "services/linkage/core/custody.h"
#include "services/linkage/core/flags.h"
#include "services/linkage/core/vocabulary.h"
#include "services/stolen/core/loss_case.h"
#include "services/view/asked_exhibit.h"
#include "services/view/event_answer.h"
#include "services/view/extract.h"
#include "services/view/loss_reports.h"
#include "services/view/weapon_life.h"
#include "services/view/weapon_supply.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::TimeInterval;
using ::serieslink::view::ResolvedView;

using ::serieslink::graph::IdOf;

const char* WordsOf(v1::AlterationKind kind) {
  switch (kind) {
    case v1::ALTERATION_KIND_SHORTENED:
      return "the barrel was shorter afterwards";
    case v1::ALTERATION_KIND_TYPE_CHANGED:
      return "it was of another type afterwards: sawn off, converted or reactivated";
    case v1::ALTERATION_KIND_CALIBRE_CHANGED:
      return "it was of another calibre before";
    default:
      return "";
  }
}

const char* WordsOf(v1::RemarkKind kind) {
  switch (kind) {
    case v1::REMARK_KIND_USED_AFTER_DESTRUCTION:
      return "a record says that the gun was destroyed, and another tells of it at a later time: "
             "another gun was destroyed, or these are two guns";
    case v1::REMARK_KIND_DESTROYED_TWICE:
      return "two records say that the gun was destroyed, at different times: one destruction told "
             "twice, or two guns";
    case v1::REMARK_KIND_USED_AFTER_RETURN:
      return "the gun was used after it was given back or found again, and no further loss is "
             "reported";
    case v1::REMARK_KIND_USED_IN_CUSTODY:
      return "the gun was in custody when the incident happened: a date is wrong, these are two "
             "guns, or it left custody";
    case v1::REMARK_KIND_LOST_IN_CUSTODY:
      return "the gun was in custody when it was lost or stolen, as the dates have it";
    case v1::REMARK_KIND_HELD_BY_TWO:
      return "two holders had the gun in custody at one time: a date is wrong, or these are two "
             "guns";
    case v1::REMARK_KIND_CUSTODY_NOT_ENDED:
      return "two holders have the gun in custody, and no record says when that of one of them "
             "ended: it was passed on, or these are two guns";
    case v1::REMARK_KIND_USED_BEFORE_LOSS:
      return "the gun was used before it was lost or stolen, and no record has it in other hands "
             "before: a date is wrong, the loss came earlier, or its holder knows more";
    case v1::REMARK_KIND_LEGAL_CLASSES_DIFFER:
      return "two assessments for one day give different legal classes";
    case v1::REMARK_KIND_LOSS_KINDS_DIFFER:
      return "one record says lost and another stolen";
    case v1::REMARK_KIND_RELEASE_NOT_RECORDED:
      return "the gun was used after it had come into hand, and no record says how it left";
    case v1::REMARK_KIND_PART_RELEASE_NOT_RECORDED:
      return "the gun was used after a part of it had come into hand, and no record says how that "
             "left: another part took its place, or these are two guns";
    case v1::REMARK_KIND_RETURN_NOT_RECORDED:
      return "the gun was lost after it had come into hand, and no record says that it was "
             "returned: a date is wrong, or nobody recorded how it was given back";
    case v1::REMARK_KIND_RECOVERY_NOT_RECORDED:
      return "the gun was lost twice, and no record has it back in between: perhaps two reports of "
             "one loss";
    case v1::REMARK_KIND_NOT_EXAMINED:
      return "the gun came into hand, and no record of an examination is known";
    case v1::REMARK_KIND_FATE_NOT_RECORDED:
      return "the gun came into hand, and no record says what became of it";
    case v1::REMARK_KIND_DATE_NOT_KNOWN:
      return "no date is known, so that the place in the order means nothing";
    case v1::REMARK_KIND_OUTSTANDING:
      return "the gun is outstanding: nothing has it in hand since it was lost or stolen";
    case v1::REMARK_KIND_ORDER_NOT_CERTAIN:
      return "the dates overlap: which of the two came first is not certain";
    case v1::REMARK_KIND_EVENT_NOT_RECORDED:
      return "no record tells where these cases, bullets or parts were found";
    case v1::REMARK_KIND_DISPOSALS_DIFFER:
      return "records of one disposal disagree on what became of the gun";
    case v1::REMARK_KIND_ARRIVAL_NOT_RECORDED:
      return "the gun was at a laboratory or in custody, and no record tells how it came there";
    case v1::REMARK_KIND_FINDINGS_CONTRADICT:
      return "findings about the gun contradict each other, or what is confirmed is not joined "
             "because another finding, a list or custody stands against it: somebody has to look "
             "again";
    case v1::REMARK_KIND_WHOLE_AND_PART:
      return "a record has it as a whole gun and assesses it as a component part";
    case v1::REMARK_KIND_PARTS_EXCHANGED:
      return linkage::WordsOf(linkage::FlagKind::kPartsExchange);
    case v1::REMARK_KIND_IMPOSSIBLE_TRAVEL:
      return linkage::WordsOf(linkage::FlagKind::kImpossibleTravel);
    default:
      return "";
  }
}

constexpr char kDisposedWords[] =
    "the gun was disposed of after it was lost, and no record tells how it came into hand";
constexpr char kOutByUseWords[] =
    "the gun is outstanding: it was used after it had been in hand, and nothing has it in hand "
    "since";

// Gathers what the records tell, and puts the answer together.
class Teller {
 public:
  Teller(const ResolvedView& view, std::uint32_t weapon, const view::Viewer& viewer,
         graph::GraphReader& reader, const graph::IdKey& ids)
      : view_(view), weapon_(weapon), viewer_(viewer), reader_(reader), ids_(ids) {}

  absl::StatusOr<v1::LifeStory> Tell() {
    if (Members().size() > kLifeExhibitsMax) return view::EvidenceTooLarge();
    SL_RETURN_IF_ERROR(ReadRecords());
    told_ = view::GatherLife(view_, weapon_, canonical_);
    GatherCustody();
    GatherLegalClasses();
    SL_RETURN_IF_ERROR(GatherSisters());
    const view::LossReports reports = view::GatherLossReports(view_, weapon_, told_, canonical_);
    AddRecoveriesShown(life_);
    const std::vector<std::uint32_t> order = OrderOfEvents(life_.events);
    const LossCases losses =
        FollowLosses(life_.events, stolen::AsLossReports(reports.facts), life_.released);
    AddOutline(losses);
    AddEvents(order);
    AddCustody();
    AddLegalClasses();
    AddAlterations(order);
    AddMeasures(order, losses);
    AddRemarks(order, losses);
    AddLossCases(losses, reports);
    MarkClearances(ids_, view_, weapon_, authorities_, story_);
    AddSisters();
    *story_.mutable_supply() = view::SupplyOf(view_, weapon_, canonical_, told_);
    return std::move(story_);
  }

 private:
  const std::vector<std::uint32_t>& Members() const {
    return view_.resolution.weapons[weapon_].members;
  }
  const std::vector<std::uint32_t>& Events() const { return view_.histories[weapon_].events; }
  const record::v1::Exhibit& ExhibitOf(std::uint32_t member) const {
    const ResolvedView::Exhibit& exhibit = view_.exhibits[member];
    return canonical_.at(exhibit.version)->exhibits(exhibit.place);
  }
  // Exhibits of the life are the members of the weapon, events its events, in their order.
  std::string ExhibitId(std::uint32_t exhibit) const {
    return IdOf(graph::IdKind::kExhibit, PublicIdOf(exhibit));
  }
  std::string RecordId(std::uint32_t exhibit) const {
    return IdOf(graph::IdKind::kRecord, view_.exhibits[Members()[exhibit]].record->public_id);
  }
  std::uint64_t PublicIdOf(std::uint32_t exhibit) const {
    return view_.exhibit_facts[Members()[exhibit]].public_id;
  }
  // Of an event that a record tells of.
  std::string EventId(std::uint32_t event) const { return view::EventId(view_, Events()[event]); }

  absl::Status ReadRecords() {
    const std::vector<const view::LoadedVersion*> versions = view::VersionsOfLife(view_, weapon_);
    if (versions.size() > kLifeRecordsMax) return view::EvidenceTooLarge();
    SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(reader_, versions));
    for (std::size_t i = 0; i < versions.size(); ++i) canonical_[versions[i]] = records[i];
    return absl::OkStatus();
  }

  // Puts `told` in the order of the intervals that `interval_of` gives, then of exhibits, and keeps
  // the first kLifeListMax.
  template <typename Told, typename IntervalOf>
  void KeepFirst(std::vector<std::pair<std::uint32_t, const Told*>>& told, const char* name,
                 const IntervalOf& interval_of) {
    std::stable_sort(told.begin(), told.end(), [&](const auto& a, const auto& b) {
      const TimeInterval x = interval_of(*a.second);
      const TimeInterval y = interval_of(*b.second);
      return std::tuple(x.earliest_s, x.latest_s, PublicIdOf(a.first)) <
             std::tuple(y.earliest_s, y.latest_s, PublicIdOf(b.first));
    });
    if (told.size() <= static_cast<std::size_t>(kLifeListMax)) return;
    told.resize(kLifeListMax);
    story_.add_abridged(name);
  }

  // Whether the exhibit is the gun or a part of it, and not what it left: whoever holds cases and
  // bullets does not hold the gun, nor are they in law what it is.
  bool IsOfGun(std::uint32_t exhibit) const {
    switch (life_.exhibits[exhibit].kind) {
      case linkage::ExhibitKind::kCaseGroup:
      case linkage::ExhibitKind::kBulletGroup:
      case linkage::ExhibitKind::kAmmunitionLot:
      case linkage::ExhibitKind::kTestFireCases:
      case linkage::ExhibitKind::kTestFireBullets:
        return false;
      default:
        return true;
    }
  }
  // Parts of one gun can lie in two places, and each is a thing of its own in law.
  bool IsWholeGun(std::uint32_t exhibit) const {
    return IsOfGun(exhibit) && life_.exhibits[exhibit].kind != linkage::ExhibitKind::kGunPart;
  }

  void GatherCustody() {
    for (std::uint32_t i = 0; i < Members().size(); ++i) {
      if (!IsOfGun(i)) continue;
      for (const record::v1::Custody& one : ExhibitOf(Members()[i]).custody()) {
        custody_.emplace_back(i, &one);
      }
    }
    KeepFirst(custody_, "custody",
              [](const record::v1::Custody& one) { return view::IntervalOf(one.from()); });
    for (const auto& [exhibit, custody] : custody_) {
      if (!IsWholeGun(exhibit)) continue;
      LifeCustodyFacts& facts = life_.custody.emplace_back();
      facts.exhibit = exhibit;
      const std::string& agency = view_.exhibits[Members()[exhibit]].record->agency;
      // A force goes on listing a gun that a laboratory has, as linkage takes it too.
      if (!absl::StripAsciiWhitespace(custody->holder()).empty() &&
          !linkage::IsLaboratory(custody->holder()) && !linkage::IsLaboratory(agency)) {
        facts.holder_key = linkage::HolderKey(custody->holder()) | 1;
      }
      facts.from = view::IntervalOf(custody->from());
      facts.until = view::IntervalOf(custody->until());
      facts.is_open = !custody->has_until() && custody->released_to().empty();
    }
  }

  void GatherLegalClasses() {
    for (std::uint32_t i = 0; i < Members().size(); ++i) {
      if (!IsOfGun(i)) continue;
      for (const record::v1::LegalClassAssessment& one : ExhibitOf(Members()[i]).legal_classes()) {
        legal_classes_.emplace_back(i, &one);
      }
    }
    KeepFirst(legal_classes_, "legal_classes", [](const record::v1::LegalClassAssessment& one) {
      return view::IntervalOf(one.as_of());
    });
    for (const auto& [exhibit, one] : legal_classes_) {
      if (!IsWholeGun(exhibit)) continue;
      life_.legal_classes.push_back({exhibit, one->legal_class(), view::IntervalOf(one->as_of())});
    }
  }

  // Consignments that the weapon's border seizures name as their sisters.
  absl::Status GatherSisters() {
    std::vector<type::v1::SourceReference> names;
    std::vector<std::uint32_t> named_by;
    for (const std::uint32_t i : OrderOfEvents(life_.events)) {
      for (const std::uint32_t place : view_.events.events[Events()[i]].records) {
        const auto& record = canonical_.at(view_.events_of_records[place].version);
        for (const type::v1::SourceReference& name :
             record->event().consignment().sister_consignments()) {
          if (!HasRoom(names.size(), "sister_seizures")) break;
          names.push_back(name);
          named_by.push_back(i);
        }
      }
    }
    if (names.empty()) return absl::OkStatus();
    SL_ASSIGN_OR_RETURN(auto found, FindSeizures(reader_, viewer_, view_.revision, ids_, names));
    std::vector<std::pair<std::uint32_t, SisterSeizure>> sisters;
    absl::flat_hash_set<graph::RecordNumber> told;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i].has_value() || told_.event_of_record.contains(found[i]->number) ||
          !told.insert(found[i]->number).second) {
        continue;
      }
      sisters.emplace_back(named_by[i], *std::move(found[i]));
    }
    const auto occurred_of = [](const SisterSeizure& one) {
      return one.occurred.has_value() ? view::IntervalOf(*one.occurred) : TimeInterval();
    };
    std::sort(sisters.begin(), sisters.end(), [&](const auto& a, const auto& b) {
      return std::pair(occurred_of(a.second).earliest_s, a.second.public_id) <
             std::pair(occurred_of(b.second).earliest_s, b.second.public_id);
    });
    for (auto& [event, sister] : sisters) {
      life_.sisters.push_back({event, occurred_of(sister)});
      sisters_.push_back(std::move(sister));
    }
    return absl::OkStatus();
  }

  void AddOutline(const LossCases& losses) {
    const linkage::Weapon& weapon = view_.resolution.weapons[weapon_];
    const std::uint64_t name = view_.exhibit_facts[Members().front()].public_id;
    story_.set_weapon_id(IdOf(graph::IdKind::kWeapon, name));
    if (view_.histories[weapon_].is_series) {
      story_.set_series_id(IdOf(graph::IdKind::kSeries, name));
    }
    story_.set_state(losses.state);
    story_.set_floor(static_cast<record::v1::Basis>(weapon.floor));
  }

  // Whether there is room for another one in the list `name`, which holds `count`; otherwise it is
  // named as abridged.
  bool HasRoom(std::size_t count, const char* name) {
    if (count < static_cast<std::size_t>(kLifeListMax)) return true;
    if (story_.abridged().empty() || story_.abridged().rbegin()[0] != name) {
      story_.add_abridged(name);
    }
    return false;
  }

  // The exhibits of each event.
  std::vector<std::vector<std::uint32_t>> ExhibitsAtEvents() const {
    std::vector<std::vector<std::uint32_t>> exhibits(life_.events.size());
    for (std::uint32_t i = 0; i < life_.exhibits.size(); ++i) {
      if (life_.exhibits[i].event.has_value()) exhibits[*life_.exhibits[i].event].push_back(i);
    }
    return exhibits;
  }

  // The exhibit that the weapon is known by: the gun that was in hand first, else the first of the
  // first event, else of all. Does not depend on what arrived first.
  std::uint32_t Anchor(const std::vector<std::uint32_t>& order,
                       const std::vector<std::vector<std::uint32_t>>& exhibits_at) const {
    const auto by_id = [&](std::uint32_t a, std::uint32_t b) {
      return PublicIdOf(a) < PublicIdOf(b);
    };
    for (const std::uint32_t i : order) {
      if (!ComesIntoHand(life_.events[i])) continue;
      if (life_.events[i].shown_by.has_value()) return *life_.events[i].shown_by;
      const linkage::ExhibitKind in_hand =
          life_.events[i].has_gun ? linkage::ExhibitKind::kGun : linkage::ExhibitKind::kGunPart;
      std::vector<std::uint32_t> guns = exhibits_at[i];
      std::erase_if(guns,
                    [&](std::uint32_t exhibit) { return life_.exhibits[exhibit].kind != in_hand; });
      return *std::min_element(guns.begin(), guns.end(), by_id);
    }
    std::vector<std::uint32_t> exhibits(life_.exhibits.size());
    std::iota(exhibits.begin(), exhibits.end(), 0u);
    if (!order.empty()) exhibits = exhibits_at[order.front()];
    return *std::min_element(exhibits.begin(), exhibits.end(), by_id);
  }

  void AddEvents(const std::vector<std::uint32_t>& order) {
    const std::vector<std::vector<std::uint32_t>> exhibits_at = ExhibitsAtEvents();
    const std::vector<linkage::Basis> bases = linkage::WeakestBases(
        view_.exhibit_facts, view_.resolution, weapon_, Members()[Anchor(order, exhibits_at)]);
    for (const std::uint32_t i : order) {
      if (life_.events[i].shown_by.has_value()) continue;
      if (!HasRoom(static_cast<std::size_t>(story_.events_size()), "events")) return;
      v1::LifeEvent& event = *story_.add_events();
      *event.mutable_event() = view::EventOf(view_, Events()[i], canonical_);
      const LifeEventFacts& facts = life_.events[i];
      if (!facts.loss_kinds_differ) event.set_loss(facts.loss);
      event.set_is_cancelled(facts.is_cancelled);
      if (!facts.disposals_differ) event.set_disposal(facts.disposal);
      // The best of its exhibits there.
      linkage::Basis tied_by = bases[exhibits_at[i].front()];
      v1::LifeSource* source = nullptr;
      for (const std::uint32_t exhibit : exhibits_at[i]) {
        tied_by = std::min(tied_by, bases[exhibit]);
        if (source == nullptr || source->record_id() != RecordId(exhibit)) {
          source = event.add_sources();
          const ResolvedView::Exhibit& seen = view_.exhibits[Members()[exhibit]];
          SetSource(*seen.record, *seen.version, *source);
        }
        source->add_exhibits(ExhibitId(exhibit));
      }
      AddTellers(i, event);
      event.set_tied_by(static_cast<record::v1::Basis>(tied_by));
      std::set<std::string> authorities;
      std::vector<DisposalAuthority>& by_agency = authorities_.emplace_back();
      for (const std::uint32_t place : view_.events.events[Events()[i]].records) {
        if (!view::TellsOfGun(view_, place, told_, canonical_)) continue;
        const ResolvedView::Event& told_by = view_.events_of_records[place];
        const std::string& authority =
            canonical_.at(told_by.version)->event().disposal().authority();
        if (authority.empty()) continue;
        authorities.insert(authority);
        by_agency.push_back({told_by.record->agency, authority});
      }
      event.set_authority(absl::StrJoin(authorities, "; "));
    }
  }

  // The records of an event that list nothing: what they say of it is said of this gun's.
  void AddTellers(std::uint32_t i, v1::LifeEvent& event) const {
    std::vector<const ResolvedView::Event*> tellers;
    for (const std::uint32_t place : view_.events.events[Events()[i]].records) {
      const ResolvedView::Event& one = view_.events_of_records[place];
      if (told_.own_records.contains(one.record->number) ||
          !canonical_.at(one.version)->exhibits().empty()) {
        continue;
      }
      tellers.push_back(&one);
    }
    std::sort(tellers.begin(), tellers.end(),
              [](const ResolvedView::Event* a, const ResolvedView::Event* b) {
                return a->record->public_id < b->record->public_id;
              });
    for (const ResolvedView::Event* const one : tellers) {
      SetSource(*one->record, *one->version, *event.add_sources());
    }
  }

  void SetSource(const view::LoadedRecord& of, const view::LoadedVersion& version,
                 v1::LifeSource& source) const {
    const record::v1::Record& record = *canonical_.at(&version);
    source.set_record_id(IdOf(graph::IdKind::kRecord, of.public_id));
    source.set_agency(of.agency);
    if (version.source_version.has_value()) source.set_source_version(*version.source_version);
    if (record.has_grading()) *source.mutable_grading() = record.grading();
    source.set_kind(record.kind());
  }

  void AddCustody() {
    for (const auto& [exhibit, custody] : custody_) {
      v1::LifeCustody& out = *story_.add_custody();
      out.set_exhibit_id(ExhibitId(exhibit));
      out.set_record_id(RecordId(exhibit));
      *out.mutable_custody() = *custody;
    }
  }

  void AddLegalClasses() {
    for (const auto& [exhibit, assessment] : legal_classes_) {
      v1::LifeLegalClass& out = *story_.add_legal_classes();
      out.set_exhibit_id(ExhibitId(exhibit));
      out.set_record_id(RecordId(exhibit));
      *out.mutable_assessment() = *assessment;
    }
  }

  void AddAlterations(const std::vector<std::uint32_t>& order) {
    for (const AlterationFacts& one : FindAlterations(life_, order)) {
      if (!HasRoom(static_cast<std::size_t>(story_.alterations_size()), "alterations")) return;
      v1::LifeAlteration& out = *story_.add_alterations();
      out.set_kind(one.kind);
      if (one.before.has_value()) out.set_before_exhibit(ExhibitId(*one.before));
      out.set_after_exhibit(ExhibitId(one.after));
      out.set_explanation(WordsOf(one.kind));
    }
  }

  void AddMeasures(const std::vector<std::uint32_t>& order, const LossCases& losses) {
    for (const MeasureFacts& one : MeasureLife(life_, order, losses)) {
      if (!HasRoom(static_cast<std::size_t>(story_.measures_size()), "measures")) return;
      v1::LifeMeasure& out = *story_.add_measures();
      out.set_kind(one.kind);
      out.set_minimum_s(one.minimum_s);
      if (one.maximum_s.has_value()) out.set_maximum_s(*one.maximum_s);
      if (one.from_event.has_value()) out.set_from_event(EventId(*one.from_event));
      if (one.to_event.has_value()) {
        const std::optional<std::uint32_t>& shown_by = life_.events[*one.to_event].shown_by;
        if (shown_by.has_value()) {
          out.set_exhibit_id(ExhibitId(*shown_by));
        } else {
          out.set_to_event(EventId(*one.to_event));
        }
      }
      if (one.exhibit.has_value()) out.set_exhibit_id(ExhibitId(*one.exhibit));
      if (one.to_sister.has_value()) {
        out.set_to_record(IdOf(graph::IdKind::kRecord, sisters_[*one.to_sister].public_id));
      }
      out.set_order_is_uncertain(one.order_is_uncertain);
    }
  }

  // Contradictions before what is missing.
  void AddRemarks(const std::vector<std::uint32_t>& order, const LossCases& losses) {
    const std::vector<std::vector<linkage::WeaponFlag>> flags = view_.Flags();
    std::vector<RemarkFacts> remarks = RemarkOnLife(life_, order, losses);
    RemarkOnHeld(life_, HeldAt(flags[weapon_], order), remarks);
    const auto missing = std::find_if(remarks.begin(), remarks.end(),
                                      [](const RemarkFacts& one) { return !one.is_contradiction; });
    const auto contradictions = static_cast<std::size_t>(missing - remarks.begin());
    AddRemarks(absl::MakeConstSpan(remarks).first(contradictions));
    AddFlagRemarks(flags[weapon_], order);
    AddRemarks(absl::MakeConstSpan(remarks).subspan(contradictions));
  }

  // The events of the life, in their order, that contradict the gun's custody, as alerts and
  // clearances have it too.
  std::vector<std::uint32_t> HeldAt(absl::Span<const linkage::WeaponFlag> flags,
                                    const std::vector<std::uint32_t>& order) const {
    std::vector<std::uint32_t> held;
    for (const linkage::WeaponFlag& flag : flags) {
      if (flag.kind != linkage::FlagKind::kCustodyContradiction) continue;
      for (const std::uint32_t event : order) {
        if (life_.events[event].shown_by.has_value()) continue;
        if (std::binary_search(flag.events.begin(), flag.events.end(), Events()[event])) {
          held.push_back(event);
        }
      }
    }
    return held;
  }

  // What is stated about the gun and contradicts itself, which its events alone do not tell.
  void AddFlagRemarks(absl::Span<const linkage::WeaponFlag> flags,
                      const std::vector<std::uint32_t>& order) {
    for (const FlagRemark& one : RemarksOfFlags(flags)) {
      if (!HasRoom(static_cast<std::size_t>(story_.remarks_size()), "remarks")) return;
      v1::LifeRemark& out = *story_.add_remarks();
      out.set_kind(one.kind);
      out.set_is_contradiction(true);
      for (const std::uint32_t event : order) {
        if (life_.events[event].shown_by.has_value()) continue;
        if (std::binary_search(one.events.begin(), one.events.end(), Events()[event])) {
          out.add_events(EventId(event));
        }
      }
      // In an order that does not depend on what arrived first.
      std::set<std::string> exhibits;
      for (const std::uint32_t exhibit : one.exhibits) {
        exhibits.insert(IdOf(graph::IdKind::kExhibit, view_.exhibit_facts[exhibit].public_id));
      }
      for (const std::string& exhibit : exhibits) out.add_exhibits(exhibit);
      out.set_explanation(WordsOf(one.kind));
    }
  }

  void AddRemarks(absl::Span<const RemarkFacts> remarks) {
    for (const RemarkFacts& one : remarks) {
      if (!HasRoom(static_cast<std::size_t>(story_.remarks_size()), "remarks")) return;
      v1::LifeRemark& out = *story_.add_remarks();
      out.set_kind(one.kind);
      out.set_is_contradiction(one.is_contradiction);
      for (const std::uint32_t event : one.events) {
        const std::optional<std::uint32_t>& shown_by = life_.events[event].shown_by;
        if (shown_by.has_value()) {
          out.add_exhibits(ExhibitId(*shown_by));
        } else {
          out.add_events(EventId(event));
        }
      }
      for (const std::uint32_t exhibit : one.exhibits) out.add_exhibits(ExhibitId(exhibit));
      out.set_explanation(WordsOfRemark(one));
    }
  }

  const char* WordsOfRemark(const RemarkFacts& remark) const {
    const auto is_about = [&](linkage::EventKind kind) {
      return !remark.events.empty() && life_.events[remark.events.front()].kind == kind;
    };
    if (remark.kind == v1::REMARK_KIND_OUTSTANDING && is_about(linkage::EventKind::kIncident)) {
      return kOutByUseWords;
    }
    if (remark.kind == v1::REMARK_KIND_ARRIVAL_NOT_RECORDED &&
        is_about(linkage::EventKind::kDisposal)) {
      return kDisposedWords;
    }
    return WordsOf(remark.kind);
  }

  void AddLossCases(const LossCases& losses, const view::LossReports& reports) {
    for (const stolen::CaseFacts& one : stolen::CompareReports(losses, reports.facts)) {
      if (!HasRoom(static_cast<std::size_t>(story_.loss_cases_size()), "loss_cases")) return;
      const LossCaseFacts& followed = one.followed;
      v1::LossCase& out = *story_.add_loss_cases();
      out.set_loss_event(EventId(followed.losses.front()));
      for (const std::uint32_t loss : followed.losses) out.add_loss_events(EventId(loss));
      out.set_kind(one.kind);
      out.set_state(followed.state);
      out.set_is_cancelled(followed.is_cancelled);
      out.set_order_is_uncertain(followed.order_is_uncertain);
      for (const LossCaseFacts::Step& step : followed.steps) {
        v1::LossStep& told = *out.add_steps();
        const std::optional<std::uint32_t>& shown_by = life_.events[step.event].shown_by;
        if (shown_by.has_value()) {
          told.set_exhibit_id(ExhibitId(*shown_by));
        } else {
          told.set_event_id(EventId(step.event));
        }
        told.set_state(step.state);
        told.set_order_is_uncertain(step.order_is_uncertain);
        told.set_is_found(step.is_found);
        if (step.found.has_value()) view::SetInterval(*step.found, *told.mutable_found());
      }
      for (const stolen::v1::CaseContradictionKind kind : one.contradictions) {
        stolen::v1::CaseContradiction& told = *out.add_contradictions();
        told.set_kind(kind);
        told.set_explanation(stolen::WordsOf(kind));
      }
    }
  }

  void AddSisters() {
    for (std::size_t i = 0; i < sisters_.size(); ++i) {
      v1::SisterSeizure& out = *story_.add_sister_seizures();
      out.set_named_by(EventId(life_.sisters[i].named_by));
      out.set_record_id(IdOf(graph::IdKind::kRecord, sisters_[i].public_id));
      out.set_agency(sisters_[i].agency);
      if (sisters_[i].occurred.has_value()) *out.mutable_occurred() = *sisters_[i].occurred;
      for (const std::string& kind : sisters_[i].part_kinds) out.add_part_kinds(kind);
    }
  }

  const ResolvedView& view_;
  const std::uint32_t weapon_;
  const view::Viewer& viewer_;
  graph::GraphReader& reader_;
  const graph::IdKey& ids_;
  view::CanonicalVersions canonical_;
  view::WeaponLife told_;
  LifeFacts& life_ = told_.facts;
  // As told, each with its exhibit (index), in the order of the facts. Point into `canonical_`.
  std::vector<std::pair<std::uint32_t, const record::v1::Custody*>> custody_;
  std::vector<std::pair<std::uint32_t, const record::v1::LegalClassAssessment*>> legal_classes_;
  std::vector<SisterSeizure> sisters_;                       // in the order of the facts
  std::vector<std::vector<DisposalAuthority>> authorities_;  // of each event of the story
  v1::LifeStory story_;
};

}  // namespace

absl::StatusOr<v1::LifeStory> TellLife(const ResolvedView& view, std::uint32_t weapon,
                                       const view::Viewer& viewer, graph::GraphReader& reader,
                                       const graph::IdKey& ids) {
  return Teller(view, weapon, viewer, reader, ids).Tell();
}

}  // namespace serieslink::firearm
