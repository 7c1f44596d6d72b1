#include <algorithm>
#include <initializer_list>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "services/summary/core/measures.h"

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

constexpr int kNotSaidOrder = 1000;

// "LEGAL_CLASS_SECTION_1" without its prefix becomes "section 1".
std::string WordsOf(const std::string& name, std::size_t prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name.substr(prefix)), {{"_", " "}});
}

Category NotSaid() { return {kNotSaidOrder, "not known"}; }

Truth And(Truth a, Truth b) { return std::min(a, b); }

Truth IsKind(const EventFacts& event, EventKind kind) {
  return event.kind == kind ? Truth::kYes : Truth::kNo;
}

constexpr BitSet kUsed =
    Bit(FIREARM_USE_FIRED) | Bit(FIREARM_USE_BLUNT_INSTRUMENT) | Bit(FIREARM_USE_THREAT);

// Whether shots were fired. A use as fired says so too.
Truth IsDischarge(const EventFacts& event) {
  if (event.kind != EVENT_KIND_INCIDENT) return Truth::kNo;
  if (event.discharged == Answer::kYes || (event.uses & Bit(FIREARM_USE_FIRED)) != 0) {
    return Truth::kYes;
  }
  return event.discharged == Answer::kNo ? Truth::kNo : Truth::kUnknown;
}

Truth IsLethalDischarge(const EventFacts& event) {
  if (event.lethal_barrelled == Answer::kNo) return Truth::kNo;
  return And(IsDischarge(event),
             event.lethal_barrelled == Answer::kYes ? Truth::kYes : Truth::kUnknown);
}

// Whether something other than property was shot at.
Truth IsBeyondProperty(const EventFacts& event) {
  constexpr BitSet kSilent = Bit(DISCHARGE_TARGET_UNKNOWN);
  if ((event.targets & ~kSilent) == 0) return Truth::kUnknown;
  if ((event.targets & ~kSilent & ~Bit(DISCHARGE_TARGET_PROPERTY)) != 0) return Truth::kYes;
  return (event.targets & kSilent) != 0 ? Truth::kUnknown : Truth::kNo;
}

void AddIf(Truth truth, std::vector<Contribution>& out) {
  if (truth != Truth::kNo) out.push_back({.truth = truth});
}

void GunCrimeIncidents(const EventFacts& event, std::vector<Contribution>& out) {
  const Truth truth = IsGunCrime(event);
  if (truth == Truth::kNo) return;
  Contribution one{.truth = truth};
  // The most serious use.
  if (IsDischarge(event) == Truth::kYes) {
    one.categories.push_back({1, "fired"});
  } else if ((event.uses & Bit(FIREARM_USE_BLUNT_INSTRUMENT)) != 0) {
    one.categories.push_back({2, "used to strike"});
  } else if ((event.uses & Bit(FIREARM_USE_THREAT)) != 0) {
    one.categories.push_back({3, "used to threaten"});
  } else {
    one.categories.push_back(NotSaid());
  }
  out.push_back(std::move(one));
}

// Offences of some classes, at incidents of gun crime.
void Offences(const EventFacts& event, std::initializer_list<int> classes, bool are_left_out,
              std::vector<Contribution>& out) {
  const Truth truth = IsGunCrime(event);
  if (truth == Truth::kNo) return;
  if (!event.has_offences) {
    out.push_back({.truth = Truth::kUnknown, .categories = {NotSaid()}});
    return;
  }
  for (int one = 0; one < kOffenceClasses; ++one) {
    const std::int32_t count = event.offences[static_cast<std::size_t>(one)];
    if (count == 0) continue;
    const bool is_known = one != OFFENCE_CLASS_UNSPECIFIED && one != OFFENCE_CLASS_UNKNOWN;
    const bool is_listed = std::find(classes.begin(), classes.end(), one) != classes.end();
    if (is_known && is_listed == are_left_out) continue;
    static constexpr std::size_t kPrefix = sizeof("OFFENCE_CLASS_") - 1;
    out.push_back({.truth = And(truth, is_known ? Truth::kYes : Truth::kUnknown),
                   .amount = count,
                   .categories = {is_known ? Category{one, WordsOf(OffenceClass_Name(one), kPrefix)}
                                           : NotSaid()}});
  }
}

void GunCrimeOffences(const EventFacts& event, std::vector<Contribution>& out) {
  Offences(event,
           {OFFENCE_CLASS_POSSESSION_OF_WEAPONS, OFFENCE_CLASS_DRUGS,
            OFFENCE_CLASS_TRAFFICKING_OF_FIREARMS},
           true, out);
}

void RobberyOffences(const EventFacts& event, std::vector<Contribution>& out) {
  Offences(event, {OFFENCE_CLASS_ROBBERY_PERSONAL, OFFENCE_CLASS_ROBBERY_BUSINESS}, false, out);
}

void PossessionOffences(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_INCIDENT) return;
  const std::int32_t count = event.offences[OFFENCE_CLASS_POSSESSION_OF_WEAPONS];
  if (count > 0) out.push_back({.amount = count});
}

void Discharges(const EventFacts& event, std::vector<Contribution>& out) {
  AddIf(IsDischarge(event), out);
}

void DischargesByLaboratory(const EventFacts& event, std::vector<Contribution>& out) {
  const Truth truth = IsDischarge(event);
  if (truth == Truth::kNo) return;
  Category how{3, "no laboratory's record"};
  for (const ExhibitFact& exhibit : event.exhibits) {
    if (!exhibit.has_examination) continue;
    if (!exhibit.examined.is_open()) {
      how = {1, "examined"};
      break;
    }
    how = {2, "at a laboratory, not examined"};
  }
  out.push_back({.truth = truth, .categories = {std::move(how)}});
}

void LethalDischarges(const EventFacts& event, std::vector<Contribution>& out) {
  AddIf(IsLethalDischarge(event), out);
}

void LethalDischargesBeyondProperty(const EventFacts& event, std::vector<Contribution>& out) {
  AddIf(And(IsLethalDischarge(event), IsBeyondProperty(event)), out);
}

void InjuryIncidents(const EventFacts& event, std::vector<Contribution>& out) {
  const Truth truth = IsGunCrime(event);
  if (truth == Truth::kNo || event.injury == INJURY_NONE) return;
  if (event.injury == INJURY_UNSPECIFIED || event.injury == INJURY_UNKNOWN) {
    out.push_back({.truth = Truth::kUnknown, .categories = {NotSaid()}});
    return;
  }
  static constexpr std::size_t kPrefix = sizeof("INJURY_") - 1;
  out.push_back({.truth = truth,
                 .categories = {{event.injury, WordsOf(Injury_Name(event.injury), kPrefix)}}});
}

bool IsGunSeen(const ExhibitFact& exhibit) {
  return exhibit.kind == EXHIBIT_KIND_GUN || exhibit.kind == EXHIBIT_KIND_DESCRIBED_GUN ||
         exhibit.kind == EXHIBIT_KIND_SIGHTED_GUN;
}

void ApparentTypes(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_INCIDENT) return;
  for (const ExhibitFact& exhibit : event.exhibits) {
    if (IsGunSeen(exhibit)) out.push_back({.categories = {TypeCategory(exhibit.apparent_types)}});
  }
}

void ConfirmedTypes(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_INCIDENT) return;
  for (const ExhibitFact& exhibit : event.exhibits) {
    if (!IsGunSeen(exhibit)) continue;
    out.push_back({.truth = exhibit.confirmed_types != 0 ? Truth::kYes : Truth::kUnknown,
                   .categories = {TypeCategory(exhibit.confirmed_types)}});
  }
}

void Victims(const EventFacts& event, std::vector<Contribution>& out) {
  const Truth truth = IsGunCrime(event);
  if (truth == Truth::kNo) return;
  for (const PersonFact* const person : VictimsOf(event)) {
    out.push_back(
        {.truth = truth,
         .categories = {person->age_band.empty() ? NotSaid() : Category{1, person->age_band}}});
  }
}

void Recoveries(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_RECOVERY) return;
  Category how{3, "circumstances not known"};
  if (event.is_criminal == Answer::kYes) how = {1, "criminal circumstances"};
  if (event.is_criminal == Answer::kNo) how = {2, "no criminal circumstances"};
  out.push_back({.categories = {std::move(how)}});
}

void Surrenders(const EventFacts& event, std::vector<Contribution>& out) {
  AddIf(IsKind(event, EVENT_KIND_SURRENDER), out);
}

void BorderSeizures(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_BORDER_SEIZURE) return;
  static constexpr std::size_t kPrefix = sizeof("TRANSPORT_MODE_") - 1;
  const BitSet known = event.modes & ~Bit(TRANSPORT_MODE_UNKNOWN);
  Category how = NotSaid();
  for (int mode = 1; mode <= TransportMode_MAX; ++mode) {
    if (known == Bit(mode)) how = {mode, WordsOf(TransportMode_Name(mode), kPrefix)};
  }
  if ((known & (known - 1)) != 0) how = {kNotSaidOrder - 1, "several ways"};
  out.push_back({.categories = {std::move(how)}});
}

void BorderOrigins(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_BORDER_SEIZURE) return;
  Category origin = NotSaid();
  if (!event.declared_origin.empty()) origin = {2, event.declared_origin + " as declared"};
  if (!event.true_origin.empty()) origin = {1, event.true_origin + " as found"};
  out.push_back({.categories = {std::move(origin)}});
}

void BorderItems(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_BORDER_SEIZURE) return;
  static constexpr std::size_t kPrefix = sizeof("EXHIBIT_KIND_") - 1;
  for (const ExhibitFact& exhibit : event.exhibits) {
    out.push_back(
        {.categories = {
             exhibit.kind == EXHIBIT_KIND_UNSPECIFIED
                 ? NotSaid()
                 : Category{exhibit.kind, WordsOf(ExhibitKind_Name(exhibit.kind), kPrefix)}}});
  }
}

// Whether all that went was found again, together or one by one.
bool IsNoLoss(const EventFacts& event) {
  return event.is_cancelled ||
         (!event.exhibits.empty() &&
          std::all_of(event.exhibits.begin(), event.exhibits.end(),
                      [](const ExhibitFact& exhibit) { return exhibit.is_found_again; }));
}

void NotifiedInTime(const EventFacts& event, std::vector<Contribution>& out) {
  if (event.kind != EVENT_KIND_LOSS || !event.is_licensing_loss || IsNoLoss(event)) return;
  constexpr std::int64_t kSevenDaysS = std::int64_t{7} * 24 * 3600;
  Category how = NotSaid();
  if (event.has_notified && !event.occurred.is_open() && !event.notified.is_open()) {
    if (event.notified.latest_s - event.occurred.earliest_s <= kSevenDaysS) {
      how = {1, "within seven days"};
    } else if (event.notified.earliest_s - event.occurred.latest_s > kSevenDaysS) {
      how = {2, "later"};
    }
  }
  out.push_back({.categories = {std::move(how)}});
}

// Of any kind of event: the kinds of areas in `kinds`, and the event once.
void AddAreas(BitSet kinds, std::vector<Contribution>& out) {
  if (kinds == 0) return;
  Contribution one;
  for (int kind = 1; kind <= static_cast<int>(kAreaKinds); ++kind) {
    if ((kinds & Bit(kind)) == 0) continue;
    one.categories.push_back(
        {kind, WordsOf(type::v1::AreaKind_Name(static_cast<type::v1::AreaKind>(kind)),
                       sizeof("AREA_KIND_") - 1)});
  }
  out.push_back(std::move(one));
}

void PlacedByPoint(const EventFacts& event, std::vector<Contribution>& out) {
  AddAreas(event.areas_by_point, out);
}

void PlaceContradicted(const EventFacts& event, std::vector<Contribution>& out) {
  AddAreas(event.areas_contradicted, out);
}

constexpr char kOccurred[] = "when it happened";
constexpr char kGunCrimeSource[] =
    "Office for National Statistics, offences involving the use of firearms: fired, blunt "
    "instrument or threat; possession alone is outside";
constexpr char kLethalSource[] =
    "Metropolitan Police, lethal-barrelled discharge: air weapons, BB guns and starting pistols "
    "are outside";

constexpr Measure kEventMeasures[] = {
    {"gun_crime.incidents", 1, v1::UNIT_EVENT, "Gun crime, incidents",
     "Incidents at which a firearm of any type was fired, used to strike or used to threaten, by "
     "the most serious use.",
     kOccurred,
     "Real, imitation and air weapons alike: which it was is often not known. An incident is one "
     "however many guns, offences or records it has.",
     kGunCrimeSource, &GunCrimeIncidents},
    {"gun_crime.offences", 1, v1::UNIT_OFFENCE, "Gun crime, offences",
     "Live offences of incidents of gun crime, without possession of weapons, drugs and "
     "trafficking, by class. Cancelled and transferred ones do not count.",
     kOccurred,
     "By when the incident happened; published counts go by when an offence was recorded. Where "
     "several records of an incident list offences of one class, the largest list counts.",
     kGunCrimeSource, &GunCrimeOffences},
    {"gun_crime.robbery", 1, v1::UNIT_OFFENCE, "Gun-enabled robbery",
     "Live robberies of persons and of businesses at incidents of gun crime.", kOccurred,
     "As gun crime, offences.", "Home Office Counting Rules, robbery; use as for gun crime",
     &RobberyOffences},
    {"possession.offences", 1, v1::UNIT_OFFENCE, "Possession of weapons",
     "Live offences of possession of weapons at incidents, whatever else happened there.",
     kOccurred,
     "By when the incident happened; published counts go by when an offence was recorded. Not part "
     "of gun crime.",
     "Home Office Counting Rules, possession of weapons", &PossessionOffences},
    {"discharge.incidents", 1, v1::UNIT_EVENT, "Discharges",
     "Incidents at which shots were fired, from a firearm of any type and at anything.", kOccurred,
     "Not determined where no record says whether shots were fired: cases that a laboratory "
     "received from a scene do not say when they were fired.",
     "defined here", &Discharges},
    {"discharge.coverage", 1, v1::UNIT_EVENT, "Discharges, by what a laboratory has of them",
     "Discharges by whether anything from them was examined, is at a laboratory, or is in no "
     "laboratory's record that the caller may see.",
     kOccurred,
     "Where little is submitted, few links are found: figures of series mean less. Not every "
     "discharge leaves something to submit; revolvers keep their cases.",
     "Her Majesty's Inspectorate of Constabulary, 2013: items that nobody submits are missed; "
     "defined here",
     &DischargesByLaboratory},
    {"discharge.lethal", 1, v1::UNIT_EVENT, "Lethal-barrelled discharges",
     "Discharges from a lethal barrel, shots at property only included.", kOccurred,
     "Not determined where no record says whether the barrel was lethal.", kLethalSource,
     &LethalDischarges},
    {"discharge.lethal_beyond_property", 1, v1::UNIT_EVENT,
     "Lethal-barrelled discharges, not at property only",
     "Discharges from a lethal barrel, without those at property alone.", kOccurred,
     "Not determined where no record says what was shot at.",
     "Metropolitan Police discharge count of 2011, which left out shots at property without a "
     "victim",
     &LethalDischargesBeyondProperty},
    {"injury.incidents", 1, v1::UNIT_EVENT, "Injuries",
     "Incidents of gun crime at which somebody was injured, by the gravest injury.", kOccurred,
     "An incident counts once, by its gravest injury, however many were injured.",
     "Home Office, offences by injury: fatal, serious, slight", &InjuryIncidents},
    {"victims.age_band", 2, v1::UNIT_PERSON, "Victims by age band",
     "Victims of incidents of gun crime, by age band as agencies write it. A pseudonymous "
     "reference of one agency counts once an incident.",
     kOccurred, "A victim without a reference counts once for each record that lists one.",
     "defined here", &Victims},
    {"guns.apparent_type", 1, v1::UNIT_EXHIBIT, "Guns at incidents, by apparent type",
     "Guns seen, described or found at incidents, by what they looked like.", kOccurred,
     "One gun that two records describe is two exhibits. Real or imitation is often not known "
     "from looks.",
     "Home Office, principal weapon rows; all guns are counted here, not the principal one",
     &ApparentTypes},
    {"guns.confirmed_type", 1, v1::UNIT_EXHIBIT, "Guns at incidents, by confirmed type",
     "The same guns, by the type that an examination confirmed.", kOccurred,
     "Not determined where nobody examined the gun.", "as above", &ConfirmedTypes},
    {"recovery.events", 1, v1::UNIT_EVENT, "Recoveries",
     "Occasions on which guns or ballistic items came into police hands, by whether the "
     "circumstances were criminal.",
     "when it was recovered", "", "National Ballistics Intelligence Service, quarterly figures",
     &Recoveries},
    {"surrender.events", 1, v1::UNIT_EVENT, "Surrenders", "Occasions on which guns were handed in.",
     "when they were handed in", "", "defined here", &Surrenders},
    {"border.seizures", 1, v1::UNIT_EVENT, "Border seizures, by way of transport",
     "Seizures at a border, by how the consignment travelled.", "when it was seized", "",
     "Border Force", &BorderSeizures},
    {"border.origin", 1, v1::UNIT_EVENT, "Border seizures, by origin",
     "The same seizures by country of origin: as found, otherwise as declared.",
     "when it was seized", "A declared origin is what a sender wrote.", "Border Force",
     &BorderOrigins},
    {"border.items", 1, v1::UNIT_EXHIBIT, "Items seized at borders",
     "Items of border seizures, by what they are.", "when they were seized",
     "Border Force moved parts of guns from lethal to non-lethal in March 2021; here they are rows "
     "of their own.",
     "Border Force", &BorderItems},
    {"licensing.notified", 1, v1::UNIT_EVENT, "Losses told to the force within seven days",
     "Losses and thefts of certificate guns, by whether the holder told the force within seven "
     "days.",
     "when they were lost", "Not known where the dates, which are intervals, allow both.",
     "Firearms (Amendment) Act 1997, section 34", &NotifiedInTime},
    {"quality.placed_by_point", 1, v1::UNIT_EVENT, "Placed by point",
     "Events of any kind of which no record says an area and the point of one lies in it, by "
     "loaded boundaries: by the kind of area.",
     kOccurred,
     "An event can be of several kinds of areas. Published points are often moved to hide who "
     "lives there, so close to a border they can lie on the wrong side.",
     "defined here", &PlacedByPoint},
    {"quality.place_contradicted", 1, v1::UNIT_EVENT, "Point outside the area said",
     "Events of any kind of which a record says an area and its point lies outside, by loaded "
     "boundaries of the same year: by the kind of area. The area said counts.",
     kOccurred,
     "An event can be of several kinds of areas. Codes that no loaded file has are not checked.",
     "defined here", &PlaceContradicted},
};

}  // namespace

std::vector<const PersonFact*> VictimsOf(const EventFacts& event) {
  std::vector<const PersonFact*> victims;
  for (const PersonFact& person : event.persons) {
    if (person.category != PERSON_CATEGORY_VICTIM) continue;
    const bool is_met = !person.token.empty() &&
                        std::any_of(victims.begin(), victims.end(), [&](const PersonFact* one) {
                          return one->token == person.token;
                        });
    if (!is_met) victims.push_back(&person);
  }
  return victims;
}

Truth IsGunCrime(const EventFacts& event) {
  if (event.kind != EVENT_KIND_INCIDENT) return Truth::kNo;
  if ((event.uses & kUsed) != 0 || event.discharged == Answer::kYes) return Truth::kYes;
  return event.uses == Bit(FIREARM_USE_POSSESSION) ? Truth::kNo : Truth::kUnknown;
}

Category TypeCategory(BitSet types) {
  static constexpr std::size_t kPrefix = sizeof("FIREARM_TYPE_") - 1;
  if (types == 0) return NotSaid();
  for (int type = 1; type <= FirearmType_MAX; ++type) {
    if (types == Bit(type)) return {type, WordsOf(FirearmType_Name(type), kPrefix)};
  }
  return {kNotSaidOrder - 1, "several possible"};
}

Category LegalClassCategory(int legal_class) {
  static constexpr std::size_t kPrefix = sizeof("LEGAL_CLASS_") - 1;
  if (legal_class == LEGAL_CLASS_UNSPECIFIED || legal_class == LEGAL_CLASS_UNKNOWN ||
      !LegalClass_IsValid(legal_class)) {
    return NotSaid();
  }
  return {legal_class, WordsOf(LegalClass_Name(static_cast<LegalClass>(legal_class)), kPrefix)};
}

absl::Span<const Measure> EventMeasures() { return kEventMeasures; }

}  // namespace serieslink::summary
