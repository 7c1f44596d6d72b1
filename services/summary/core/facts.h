#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/record/v1/record.pb.h"
#include "services/summary/core/areas.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/gun_traits.h"

// What measures are counted from: events and weapons, as all records together tell of them. This is
// the contract between counting and whatever holds the records: a table of facts kept ahead of time
// would give the same. Pure.
namespace serieslink::summary {

// Enumerators of record.v1 as bits: 1 << number. Unspecified ones set none.
using BitSet = std::uint32_t;
inline constexpr BitSet Bit(int enumerator) { return BitSet{1} << enumerator; }

// What several records answer to one question with yes or no.
enum class Answer : std::uint8_t { kNotSaid = 0, kUnknown = 1, kNo = 2, kYes = 3 };

// Live offences of an event, by record.v1.OffenceClass.
inline constexpr int kOffenceClasses = 14;
using OffenceCounts = std::array<std::int32_t, kOffenceClasses>;

// One exhibit, as its record saw it.
struct ExhibitFact {
  int kind = 0;  // record.v1.ExhibitKind
  std::int32_t quantity = 1;
  BitSet apparent_types = 0;
  BitSet confirmed_types = 0;
  int legal_class = 0;          // latest assessment; record.v1.LegalClass
  bool is_incomplete = false;   // said to be no complete gun
  bool is_found_again = false;  // of a loss, which so was none
  bool has_examination = false;
  Moments received{};  // at the laboratory; only with has_examination
  Moments examined{};  // likewise
  // What its gun is told by; null where nothing is, or nobody asks (FactSink::wants_traits).
  std::shared_ptr<const GunTraits> traits{};
  // Its gun was in somebody's custody, whatever the event: at a moment of in_hand_at.
  bool is_in_hand = false;
  Moments in_hand_at{};  // the first of those that its record gives
};

struct PersonFact {
  std::string token;  // the agency, '\n' and its reference; empty: none was given
  int category = 0;   // record.v1.PersonCategory
  std::string age_band;
};

// An event, as all of its records together tell of it.
struct EventFacts {
  // Number of the first of its records that are in the view: the same wherever it is met. 0: not
  // set.
  std::uint64_t first_record = 0;
  int kind = 0;  // record.v1.EventKind
  Moments occurred;
  // Where. Of records that differ, the first in order of code; empty: none says.
  std::string police_force;
  std::string borough;
  std::string investigating_borough;
  std::string ward;  // with the year of its boundaries behind '@', "E05000276@2018"
  std::string lsoa;
  // As bits of type.v1.AreaKind: no record says the area, the point of one does; and: the point
  // of a record lies outside the area that it says.
  BitSet areas_by_point = 0;
  BitSet areas_contradicted = 0;
  // Without repeats, in order.
  std::vector<std::string> agencies;
  std::vector<std::string> owning_units;
  std::vector<std::string> operations;
  BitSet uses = 0;  // record.v1.FirearmUse
  Answer discharged = Answer::kNotSaid;
  Answer lethal_barrelled = Answer::kNotSaid;
  BitSet targets = 0;                     // record.v1.DischargeTarget
  int injury = 0;                         // the gravest; record.v1.Injury
  OffenceCounts offences{};               // live ones
  bool has_offences = false;              // any were given, live or not
  Answer is_criminal = Answer::kNotSaid;  // of a recovery
  BitSet loss_kinds = 0;                  // record.v1.LossKind
  bool is_cancelled = false;              // a loss of which a record says: all was found again
  bool is_licensing_loss = false;         // a loss of a certificate gun
  bool has_notified = false;
  Moments notified;  // of a loss; only with has_notified
  BitSet modes = 0;  // record.v1.TransportMode
  std::string declared_origin;
  std::string true_origin;
  BitSet disposals = 0;  // record.v1.DisposalKind
  std::vector<ExhibitFact> exhibits;
  std::vector<PersonFact> persons;
};

// What `record` says of one of its exhibits.
ExhibitFact ExhibitFactOf(const record::v1::Record& record, const record::v1::Exhibit& exhibit);

// Gives `fact`, of the same exhibit, what its gun is told by.
void SetTraits(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
               ExhibitFact& fact);

// The moments between which `date` can lie.
Moments MomentsOf(const type::v1::DateInterval& date);

// Gathers the records of one event, in whatever order: the result is the same.
//  * A use, target, kind or way that any of them says holds.
//  * To a question with yes or no, yes goes before no, no before unknown.
//  * Where no record says an area, the point of one does, by the newest boundaries.
//  * A London borough says whose police force area it lies in, where nothing else does.
//  * Offences of one class that two of them list are the same; those of one record are several.
class EventGatherer {
 public:
  // Without boundaries a point says nothing.
  EventGatherer() = default;
  explicit EventGatherer(const Areas& areas) : areas_(areas) {}

  void Add(const record::v1::Record& record, std::string_view agency);
  // The event, which happened within `occurred`.
  EventFacts Take(const Moments& occurred);

 private:
  const Areas areas_;
  EventFacts facts_;
  std::array<std::string, kAreaKinds> by_point_;
};

// A weapon with its history.
struct WeaponFacts {
  // An event of the weapon, and as what it was there.
  struct AtEvent {
    const EventFacts* event = nullptr;
    BitSet kinds = 0;             // record.v1.ExhibitKind
    bool is_incomplete = false;   // a gun there is said to be no complete one
    bool is_found_again = false;  // it was lost there, and found again
  };
  // One of its exhibits, and the event that its record tells of; null: none.
  struct Seen {
    ExhibitFact exhibit;
    const EventFacts* event = nullptr;
  };

  std::vector<AtEvent> events;
  std::vector<Seen> exhibits;
  // As linkage::WeaponHistory has it, with all that is known: whatever its incidents, no series.
  bool is_police_issue = false;

  // Adds an exhibit and what it makes of its event; a test-fire makes nothing of any.
  void Add(const ExhibitFact& exhibit, const EventFacts* event);
};

}  // namespace serieslink::summary
