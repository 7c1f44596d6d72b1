#include "services/view/weapon_life.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "services/linkage/core/custody.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/exhibit_loss.h"
#include "services/linkage/core/part_kind.h"
#include "services/linkage/core/vocabulary.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/loss_terms.h"

namespace serieslink::view {
namespace {

using ::serieslink::firearm::LifeEventFacts;
using ::serieslink::firearm::LifeExhibitFacts;
using ::serieslink::linkage::TimeInterval;

// When a gun was first at a laboratory or in custody, of what its record says; unknown where that
// has no date.
TimeInterval FirstInHand(const record::v1::Exhibit& exhibit) {
  const record::v1::Examination& examination = exhibit.examination();
  std::vector<std::optional<TimeInterval>> moments = {
      IntervalGiven(examination.has_submitted(), examination.submitted()),
      IntervalGiven(examination.has_received(), examination.received()),
      IntervalGiven(examination.has_examined(), examination.examined())};
  for (const record::v1::Custody& custody : exhibit.custody()) {
    moments.push_back(IntervalGiven(custody.has_from(), custody.from()));
  }
  TimeInterval first;
  for (const std::optional<TimeInterval>& moment : moments) {
    if (moment.has_value() && moment->latest_s < first.latest_s) first = *moment;
  }
  return first;
}

bool IsTestFire(linkage::ExhibitKind kind) {
  return kind == linkage::ExhibitKind::kTestFireCases ||
         kind == linkage::ExhibitKind::kTestFireBullets;
}

// Where records of one event differ, what is taken does not depend on which came first.
void GatherTold(const record::v1::Event& told, LifeEventFacts& facts) {
  if (told.has_loss()) {
    const record::v1::Loss& loss = told.loss();
    facts.is_cancelled |= loss.cancelled_as_found();
    if (const auto notified = IntervalGiven(loss.has_notified(), loss.notified());
        notified.has_value() &&
        (!facts.notified.has_value() ||
         std::pair(notified->earliest_s, notified->latest_s) <
             std::pair(facts.notified->earliest_s, facts.notified->latest_s))) {
      facts.notified = notified;
    }
    if (loss.kind() == record::v1::LOSS_KIND_LOST || loss.kind() == record::v1::LOSS_KIND_STOLEN) {
      facts.loss_kinds_differ |=
          facts.loss != record::v1::LOSS_KIND_UNSPECIFIED && facts.loss != loss.kind();
      facts.loss = loss.kind();
    }
  }
  const record::v1::DisposalKind disposal = told.disposal().kind();
  if (disposal == record::v1::DISPOSAL_KIND_UNSPECIFIED) return;
  const bool is_known = disposal != record::v1::DISPOSAL_KIND_UNKNOWN;
  if (facts.disposal == record::v1::DISPOSAL_KIND_UNSPECIFIED ||
      facts.disposal == record::v1::DISPOSAL_KIND_UNKNOWN) {
    facts.disposal = disposal;
  } else if (is_known && facts.disposal != disposal) {
    facts.disposals_differ = true;
    facts.disposal = std::min(facts.disposal, disposal);
  }
}

void GatherExamination(const record::v1::Exhibit& exhibit, LifeExhibitFacts& facts) {
  const record::v1::Examination& examination = exhibit.examination();
  facts.submitted = IntervalGiven(examination.has_submitted(), examination.submitted());
  facts.received = IntervalGiven(examination.has_received(), examination.received());
  facts.examined = IntervalGiven(examination.has_examined(), examination.examined());
  facts.is_examined = facts.examined.has_value() ||
                      examination.stage() != record::v1::EXAMINATION_STAGE_UNSPECIFIED;
}

// CrimeReferenceKeys of an event.
using References = std::set<std::uint64_t>;

void GatherReferences(const record::v1::Event& told, References& references) {
  for (const type::v1::CrimeReference& reference : told.crime_references()) {
    const std::uint64_t key =
        linkage::CrimeReferenceKey(reference.issuing_force(), reference.year(), reference.number());
    if (key != 0) references.insert(key);
  }
}

// Whether `record`, of an incident at which it has one gun alone, says that a shot was fired: by
// that gun then. Where it lists several nobody can tell which one. A threat or a blow says nothing:
// who takes guns by force brings a weapon of his own.
bool SaysItsGunFired(const record::v1::Record& record) {
  const auto guns = std::count_if(record.exhibits().begin(), record.exhibits().end(),
                                  [](const record::v1::Exhibit& one) {
                                    return one.kind() == record::v1::EXHIBIT_KIND_GUN ||
                                           one.kind() == record::v1::EXHIBIT_KIND_DESCRIBED_GUN;
                                  });
  const record::v1::Event& event = record.event();
  const auto& uses = event.firearm_uses();
  return guns == 1 &&
         (event.discharge().discharged() == record::v1::TRISTATE_YES ||
          std::find(uses.begin(), uses.end(), record::v1::FIREARM_USE_FIRED) != uses.end());
}

// By event, whether records say that the gun was fired there: cases or bullets of it were found, or
// a record that has it tells of shots. `event_of_record` as in WeaponLife.
std::vector<bool> FindShots(
    const ResolvedView& view, const std::vector<std::uint32_t>& members, std::size_t event_count,
    const absl::flat_hash_map<graph::RecordNumber, std::uint32_t>& event_of_record,
    const CanonicalVersions& canonical) {
  std::vector<bool> is_fired(event_count);
  for (const std::uint32_t member : members) {
    const linkage::ExhibitFacts& linked = view.exhibit_facts[member];
    const auto event = event_of_record.find(linked.event_record_number);
    if (event == event_of_record.end()) continue;
    if (linked.kind == linkage::ExhibitKind::kCaseGroup ||
        linked.kind == linkage::ExhibitKind::kBulletGroup) {
      is_fired[event->second] = true;
    } else if (linked.kind == linkage::ExhibitKind::kGun ||
               linked.kind == linkage::ExhibitKind::kDescribedGun) {
      const ResolvedView::Exhibit& seen = view.exhibits[member];
      if (SaysItsGunFired(*canonical.at(seen.version))) is_fired[event->second] = true;
    }
  }
  return is_fired;
}

// What police record as the crime by which the gun was lost is no use of it: an incident under a
// crime reference of a loss that can have been at the same time, unless the gun was fired there.
void JoinThefts(const std::vector<References>& references, const std::vector<bool>& is_fired,
                std::vector<LifeEventFacts>& events) {
  std::vector<std::size_t> losses;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind == linkage::EventKind::kLoss) losses.push_back(i);
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind != linkage::EventKind::kIncident || is_fired[i]) continue;
    const bool is_loss = std::any_of(losses.begin(), losses.end(), [&](std::size_t loss) {
      return linkage::Overlap(events[i].occurred, events[loss].occurred) &&
             std::any_of(references[i].begin(), references[i].end(),
                         [&](std::uint64_t key) { return references[loss].contains(key); });
    });
    if (is_loss) events[i].kind = linkage::EventKind::kLoss;
  }
}

// The part that a weapon is reported lost as, everywhere and by itself.
struct LostPart {
  bool is_one = false;
  bool is_of_any_kind = false;    // a report does not say which part
  std::set<std::uint64_t> kinds;  // PartKindKeys of what reports name

  // Whether `exhibit`, of that weapon, can be it.
  bool CanBe(const record::v1::Exhibit& exhibit) const {
    if (!is_one || exhibit.kind() != record::v1::EXHIBIT_KIND_GUN_PART) return false;
    const std::uint64_t kind = linkage::PartKindKey(exhibit.part_kind());
    return is_of_any_kind || kind == 0 || kinds.contains(kind);
  }
};

LostPart LostPartOf(const ResolvedView& view, const std::vector<std::uint32_t>& members,
                    const CanonicalVersions& canonical) {
  LostPart lost;
  for (const std::uint32_t member : members) {
    const ResolvedView::Exhibit& seen = view.exhibits[member];
    const record::v1::Record& record = *canonical.at(seen.version);
    const record::v1::Exhibit& exhibit = record.exhibits(seen.place);
    if (!IsReportedLost(record, exhibit)) continue;
    if (!IsLoosePart(exhibit)) return LostPart();
    lost.is_one = true;
    const std::uint64_t kind = linkage::PartKindKey(exhibit.part_kind());
    lost.is_of_any_kind |= kind == 0;
    lost.kinds.insert(kind);
  }
  return lost;
}

// Whether an exhibit of this kind is found somewhere, once: a gun comes and goes.
bool IsFoundOnce(linkage::ExhibitKind kind) {
  return kind == linkage::ExhibitKind::kCaseGroup || kind == linkage::ExhibitKind::kBulletGroup ||
         kind == linkage::ExhibitKind::kGunPart;
}

// Tells of cases, bullets and parts whose own record names no event that another record has them at
// one, where an agency's word that both are one item joins them.
void GatherSameItems(const ResolvedView& view, const std::vector<std::uint32_t>& members,
                     firearm::LifeFacts& life) {
  absl::flat_hash_map<std::uint64_t, std::uint32_t> place;  // of an exhibit in the life
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    place.emplace(view.exhibit_facts[members[i]].public_id, i);
  }
  const auto is_finding = [&](std::uint32_t event) {
    return life.events[event].kind != linkage::EventKind::kLoss &&
           life.events[event].kind != linkage::EventKind::kDisposal;
  };
  // Whatever came first, the event of the least name.
  const auto tell = [&](LifeExhibitFacts& of, const LifeExhibitFacts& other) {
    if (of.event.has_value() || !IsFoundOnce(of.kind) || !other.event.has_value() ||
        !is_finding(*other.event)) {
      return;
    }
    if (!of.same_item_event.has_value() ||
        life.events[*other.event].public_id < life.events[*of.same_item_event].public_id) {
      of.same_item_event = other.event;
    }
  };
  for (const linkage::StandingFinding& standing : view.resolution.standing) {
    if (!linkage::IsOneItem(standing.statement) ||
        standing.verdict != linkage::Verdict::kConfirmed) {
      continue;
    }
    const auto first = place.find(standing.statement.first);
    const auto second = place.find(standing.statement.second);
    if (first == place.end() || second == place.end()) continue;
    tell(life.exhibits[first->second], life.exhibits[second->second]);
    tell(life.exhibits[second->second], life.exhibits[first->second]);
  }
}

// When custody of a gun ended. Whoever holds a part of it, or what it left, does not hold the gun;
// what a laboratory has is somebody's who gets it back.
void GatherReleases(const record::v1::Exhibit& exhibit, linkage::ExhibitKind kind,
                    const std::string& agency, std::vector<TimeInterval>& released) {
  if (IsFoundOnce(kind) || IsTestFire(kind) || kind == linkage::ExhibitKind::kAmmunitionLot ||
      linkage::IsLaboratory(agency)) {
    return;
  }
  for (const record::v1::Custody& custody : exhibit.custody()) {
    const std::optional<TimeInterval> until = IntervalGiven(custody.has_until(), custody.until());
    if (until.has_value() && !linkage::IsLaboratory(custody.holder())) released.push_back(*until);
  }
}

// What an exhibit tells beside its event. `is_lost_part_in_hand`: it is no gun, and what was lost.
void GatherGun(const record::v1::Exhibit& exhibit, const linkage::ExhibitFacts& linked,
               bool is_lost_part_in_hand, LifeExhibitFacts& facts) {
  // A laboratory fires only what it has.
  const bool is_test_fire = IsTestFire(linked.kind);
  if (is_test_fire) {
    facts.in_hand =
        IntervalGiven(exhibit.has_test_fired(), exhibit.test_fired()).value_or(TimeInterval());
  } else if (linked.in_hand || is_lost_part_in_hand) {
    facts.in_hand = FirstInHand(exhibit);
  }
  GatherExamination(exhibit, facts);
  facts.is_examined |= is_test_fire;
  const record::v1::Firearm& firearm = exhibit.firearm();
  facts.calibre = linkage::ReadCalibre(firearm.calibre());
  facts.original_calibre = linkage::ReadCalibre(firearm.original_calibre());
  if (firearm.has_barrel_length_mm()) facts.barrel_length_mm = firearm.barrel_length_mm();
  const auto& types =
      firearm.confirmed_types().empty() ? firearm.apparent_types() : firearm.confirmed_types();
  for (const int type : types) facts.types.push_back(static_cast<record::v1::FirearmType>(type));
}

}  // namespace

std::optional<TimeInterval> IntervalGiven(bool is_given, const type::v1::DateInterval& date) {
  if (!is_given || date.precision() == type::v1::DATE_PRECISION_UNKNOWN) return std::nullopt;
  return IntervalOf(date);
}

std::vector<const LoadedVersion*> VersionsOfLife(const ResolvedView& view, std::uint32_t weapon) {
  absl::flat_hash_set<const LoadedVersion*> wanted;
  for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
    wanted.insert(view.exhibits[member].version);
  }
  for (const std::uint32_t event : view.histories[weapon].events) {
    for (const std::uint32_t place : view.events.events[event].records) {
      wanted.insert(view.events_of_records[place].version);
    }
  }
  return std::vector<const LoadedVersion*>(wanted.begin(), wanted.end());
}

bool TellsOfGun(const ResolvedView& view, std::uint32_t place, const WeaponLife& life,
                const CanonicalVersions& canonical) {
  return life.own_records.contains(view.event_facts[place].record_number) ||
         canonical.at(view.events_of_records[place].version)->exhibits().empty();
}

WeaponLife GatherLife(const ResolvedView& view, std::uint32_t weapon,
                      const CanonicalVersions& canonical) {
  WeaponLife life;
  const std::vector<std::uint32_t>& members = view.resolution.weapons[weapon].members;
  for (const std::uint32_t member : members) {
    life.own_records.insert(view.exhibits[member].record->number);
  }
  const std::vector<std::uint32_t>& events = view.histories[weapon].events;
  std::vector<References> references(events.size());
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    const linkage::Event& event = view.events.events[events[i]];
    LifeEventFacts& facts = life.facts.events.emplace_back();
    facts.public_id = std::numeric_limits<std::uint64_t>::max();
    facts.kind = event.kind;
    facts.occurred = event.occurred;
    for (const std::uint32_t place : event.records) {
      facts.public_id = std::min(facts.public_id, view.event_facts[place].public_id);
      life.event_of_record[view.event_facts[place].record_number] = i;
      if (!TellsOfGun(view, place, life, canonical)) continue;
      const record::v1::Event& told = canonical.at(view.events_of_records[place].version)->event();
      GatherTold(told, facts);
      GatherReferences(told, references[i]);
    }
  }
  JoinThefts(references, FindShots(view, members, events.size(), life.event_of_record, canonical),
             life.facts.events);
  absl::flat_hash_set<std::uint64_t> examined;
  for (const linkage::StandingFinding& standing : view.resolution.standing) {
    if (standing.statement.basis != linkage::Basis::kExaminer) continue;
    examined.insert(standing.statement.first);
    examined.insert(standing.statement.second);
  }
  const LostPart lost_part = LostPartOf(view, members, canonical);
  for (const std::uint32_t member : members) {
    const linkage::ExhibitFacts& linked = view.exhibit_facts[member];
    const ResolvedView::Exhibit& seen = view.exhibits[member];
    const record::v1::Record& record = *canonical.at(seen.version);
    const record::v1::Exhibit& exhibit = record.exhibits(seen.place);
    const bool is_lost_part = lost_part.CanBe(exhibit);
    LifeExhibitFacts& facts = life.facts.exhibits.emplace_back();
    facts.public_id = linked.public_id;
    facts.kind = linked.kind;
    // A test-fire is no event and no use.
    if (const auto event = life.event_of_record.find(linked.event_record_number);
        event != life.event_of_record.end() && !IsTestFire(linked.kind)) {
      facts.event = event->second;
      LifeEventFacts& there = life.facts.events[event->second];
      there.has_gun |= linked.kind == linkage::ExhibitKind::kGun;
      there.has_part |= linked.kind == linkage::ExhibitKind::kGunPart;
      there.has_lost_part |= is_lost_part;
    }
    // Of several guns that went at once, one can be found again.
    if (const auto told = life.event_of_record.find(seen.record->number);
        told != life.event_of_record.end() && IsReportedLost(record, exhibit)) {
      life.facts.events[told->second].is_cancelled |=
          linkage::FoundAgainOf(record, exhibit).is_found;
    }
    GatherGun(exhibit, linked, is_lost_part && IsPartInHand(record, exhibit), facts);
    GatherReleases(exhibit, linked.kind, seen.record->agency, life.facts.released);
    facts.is_examined |= examined.contains(linked.public_id);
    facts.is_whole_and_part = linked.kind == linkage::ExhibitKind::kGun &&
                              exhibit.firearm().is_complete() && IsLoosePart(exhibit);
  }
  GatherSameItems(view, members, life.facts);
  return life;
}

}  // namespace serieslink::view
