#include "services/summary/core/facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/exhibit_loss.h"
#include "services/summary/core/boroughs.h"
#include "storage/base/text.h"

namespace serieslink::summary {
namespace {

using ::serieslink::record::v1::Record;

Answer AnswerOf(int tristate) {
  switch (tristate) {
    case record::v1::TRISTATE_YES:
      return Answer::kYes;
    case record::v1::TRISTATE_NO:
      return Answer::kNo;
    case record::v1::TRISTATE_UNKNOWN:
      return Answer::kUnknown;
    default:
      return Answer::kNotSaid;
  }
}

void Join(Answer one, Answer& all) { all = std::max(one, all); }

void Join(int enumerator, BitSet& all) {
  if (enumerator > 0 && enumerator < 32) all |= Bit(enumerator);
}

// The first in order of those that are known.
void Join(const std::string& one, std::string& all) {
  if (!one.empty() && (all.empty() || one < all)) all = one;
}

void JoinTo(const std::string& one, std::vector<std::string>& all) {
  if (one.empty()) return;
  const auto at = std::lower_bound(all.begin(), all.end(), one);
  if (at == all.end() || *at != one) all.insert(at, one);
}

// From the gravest: fatal, serious, slight, none; unknown before what is not said.
int GravityOf(int injury) {
  static constexpr std::array<int, 6> kOrder = {0, 5, 4, 3, 2, 1};
  return injury >= 0 && injury < 6 ? kOrder[static_cast<std::size_t>(injury)] : 0;
}

void JoinInjury(int one, int& all) {
  if (GravityOf(one) > GravityOf(all)) all = one;
}

bool IsTestFire(const ExhibitFact& exhibit) {
  return exhibit.kind == record::v1::EXHIBIT_KIND_TEST_FIRE_CASES ||
         exhibit.kind == record::v1::EXHIBIT_KIND_TEST_FIRE_BULLETS;
}

// When a gun was first at a laboratory or in custody, of what its record says; open where that has
// no date.
Moments FirstInHand(const record::v1::Exhibit& exhibit) {
  Moments first;
  // What is not there has no dates, and is never the first.
  const auto take = [&](const type::v1::DateInterval& date) {
    const Moments one = MomentsOf(date);
    if (one.latest_s < first.latest_s) first = one;
  };
  take(exhibit.examination().submitted());
  take(exhibit.examination().received());
  take(exhibit.examination().examined());
  for (const record::v1::Custody& custody : exhibit.custody()) take(custody.from());
  return first;
}

}  // namespace

Moments MomentsOf(const type::v1::DateInterval& date) {
  Moments moments;
  if (date.has_earliest()) moments.earliest_s = date.earliest().seconds();
  if (date.has_latest()) moments.latest_s = date.latest().seconds();
  return moments;
}

ExhibitFact ExhibitFactOf(const Record& record, const record::v1::Exhibit& exhibit) {
  ExhibitFact fact;
  fact.kind = exhibit.kind();
  if (exhibit.has_quantity()) fact.quantity = exhibit.quantity();
  for (const int type : exhibit.firearm().apparent_types()) Join(type, fact.apparent_types);
  for (const int type : exhibit.firearm().confirmed_types()) Join(type, fact.confirmed_types);
  fact.is_incomplete = exhibit.firearm().has_is_complete() && !exhibit.firearm().is_complete();
  fact.is_found_again = linkage::FoundAgainOf(record, exhibit).is_found;
  // The latest assessment; of equal dates, the one that the record lists last.
  Moments latest;
  for (const record::v1::LegalClassAssessment& assessment : exhibit.legal_classes()) {
    const Moments as_of = MomentsOf(assessment.as_of());
    if (fact.legal_class != 0 && as_of.earliest_s < latest.earliest_s) continue;
    latest = as_of;
    fact.legal_class = assessment.legal_class();
  }
  fact.has_examination = exhibit.has_examination();
  if (fact.has_examination) {
    const record::v1::Examination& examination = exhibit.examination();
    fact.received =
        MomentsOf(examination.has_received() ? examination.received() : examination.submitted());
    fact.examined = MomentsOf(examination.examined());
  }
  // A laboratory fires only what it has.
  if (IsTestFire(fact)) {
    fact.is_in_hand = true;
    fact.in_hand_at = exhibit.has_test_fired() ? MomentsOf(exhibit.test_fired()) : fact.received;
  } else if (fact.kind == record::v1::EXHIBIT_KIND_GUN) {
    fact.is_in_hand = fact.has_examination || exhibit.custody_size() > 0 ||
                      record.kind() == record::v1::RECORD_KIND_LABORATORY_ITEM;
    fact.in_hand_at = FirstInHand(exhibit);
  }
  return fact;
}

void SetTraits(const Record& record, const record::v1::Exhibit& exhibit, ExhibitFact& fact) {
  GunTraits traits = TraitsOf(record, exhibit);
  if (!traits.values.empty()) fact.traits = std::make_shared<const GunTraits>(std::move(traits));
}

void EventGatherer::Add(const Record& record, std::string_view agency) {
  const record::v1::Event& event = record.event();
  facts_.kind = event.kind();
  const type::v1::Place& place = event.place();
  Join(place.police_force(), facts_.police_force);
  Join(place.borough_code(), facts_.borough);
  Join(place.investigating_borough_code(), facts_.investigating_borough);
  Join(place.lsoa_code(), facts_.lsoa);
  if (!place.ward_code().empty()) {
    Join(WardKey(place.ward_code(), place.boundary_year()), facts_.ward);
  }
  const std::array<PointArea, kAreaKinds> by_point = AreasOfPoint(place, areas_);
  for (std::size_t kind = 0; kind < kAreaKinds; ++kind) {
    Join(by_point[kind].key, by_point_[kind]);
    if (by_point[kind].is_contradicted) {
      Join(static_cast<int>(kind) + 1, facts_.areas_contradicted);
    }
  }
  JoinTo(std::string(agency), facts_.agencies);
  JoinTo(record.owning_unit(), facts_.owning_units);
  JoinTo(record.operation(), facts_.operations);
  for (const int use : event.firearm_uses()) Join(use, facts_.uses);
  Join(AnswerOf(event.discharge().discharged()), facts_.discharged);
  Join(AnswerOf(event.discharge().lethal_barrelled()), facts_.lethal_barrelled);
  for (const int target : event.discharge().targets()) Join(target, facts_.targets);
  JoinInjury(event.injury(), facts_.injury);
  OffenceCounts listed{};
  for (const record::v1::Offence& offence : event.offences()) {
    facts_.has_offences = true;
    const bool is_live = offence.status() != record::v1::OFFENCE_STATUS_CANCELLED &&
                         offence.status() != record::v1::OFFENCE_STATUS_TRANSFERRED;
    const int one = offence.offence_class();
    if (is_live && one >= 0 && one < kOffenceClasses) ++listed[static_cast<std::size_t>(one)];
  }
  for (std::size_t one = 0; one < listed.size(); ++one) {
    facts_.offences[one] = std::max(facts_.offences[one], listed[one]);
  }
  Join(AnswerOf(event.recovery().is_criminal()), facts_.is_criminal);
  if (event.has_loss()) {
    Join(event.loss().kind(), facts_.loss_kinds);
    facts_.is_cancelled = facts_.is_cancelled || event.loss().cancelled_as_found();
    facts_.is_licensing_loss = facts_.is_licensing_loss || !event.loss().certificate_kind().empty();
    // Where several say, the first time that the force was told.
    if (event.loss().has_notified()) {
      const Moments notified = MomentsOf(event.loss().notified());
      const bool is_first = !facts_.has_notified || notified.latest_s < facts_.notified.latest_s;
      if (is_first) facts_.notified = notified;
      facts_.has_notified = true;
    }
  }
  Join(event.consignment().mode(), facts_.modes);
  Join(event.consignment().declared_origin(), facts_.declared_origin);
  Join(event.consignment().true_origin(), facts_.true_origin);
  Join(event.disposal().kind(), facts_.disposals);
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    facts_.exhibits.push_back(ExhibitFactOf(record, exhibit));
  }
  for (const record::v1::PersonReference& person : record.persons()) {
    // Two agencies may give one token to two persons.
    std::string token = person.person_token();
    if (!token.empty()) token = absl::StrCat(AbslView(agency), "\n", token);
    facts_.persons.push_back({std::move(token), person.category(), person.age_band()});
    if (person.category() == record::v1::PERSON_CATEGORY_VICTIM) {
      JoinInjury(person.injury(), facts_.injury);
    }
  }
}

EventFacts EventGatherer::Take(const Moments& occurred) {
  facts_.occurred = occurred;
  const auto place_by_point = [&](type::v1::AreaKind kind, std::string& area) {
    std::string& found = by_point_[IndexOf(kind)];
    if (!area.empty() || found.empty()) return;
    area = std::move(found);
    Join(kind, facts_.areas_by_point);
  };
  place_by_point(type::v1::AREA_KIND_BOROUGH, facts_.borough);
  place_by_point(type::v1::AREA_KIND_WARD, facts_.ward);
  place_by_point(type::v1::AREA_KIND_OUTPUT_AREA, facts_.lsoa);
  place_by_point(type::v1::AREA_KIND_FORCE, facts_.police_force);
  if (facts_.police_force.empty()) facts_.police_force = LondonForceOf(facts_.borough);
  return std::move(facts_);
}

void WeaponFacts::Add(const ExhibitFact& exhibit, const EventFacts* event) {
  exhibits.push_back({exhibit, event});
  if (event == nullptr || IsTestFire(exhibit)) return;
  auto at = std::find_if(events.begin(), events.end(),
                         [&](const AtEvent& one) { return one.event == event; });
  if (at == events.end()) at = events.insert(events.end(), AtEvent{.event = event});
  Join(exhibit.kind, at->kinds);
  at->is_incomplete = at->is_incomplete || exhibit.is_incomplete;
  at->is_found_again = at->is_found_again || exhibit.is_found_again;
}

}  // namespace serieslink::summary
