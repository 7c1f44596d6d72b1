#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "serieslink/firearm/v1/life_story.pb.h"
#include "serieslink/record/v1/event.pb.h"
#include "serieslink/record/v1/exhibit.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"
#include "services/linkage/core/facts.h"

// The life of one gun as the events of its weapon tell it: their order, what became of each loss,
// the times between them, what is missing and what cannot be. Dates are intervals: a time has a
// minimum and a maximum, and a contradiction is one only when no moment of the intervals avoids it.
namespace serieslink::firearm {

// Exhibits of a weapon whose life is told: all of them are read.
inline constexpr std::size_t kLifeExhibitsMax = 5'000;

// An event of the weapon, put together from its records.
struct LifeEventFacts {
  // Unique among the events of a life, and the same whatever arrived first; breaks ties.
  std::uint64_t public_id = 0;
  linkage::EventKind kind = linkage::EventKind::kUnspecified;
  linkage::TimeInterval occurred;
  // No record tells of it: this exhibit (index) was in hand, which shows that the gun came there.
  std::optional<std::uint32_t> shown_by;
  // A whole gun of the weapon was in hand there: no part, no description, no cases.
  bool has_gun = false;
  // A part of it was.
  bool has_part = false;
  // A part was in hand there that is itself what was lost: a sound moderator, stolen by itself.
  bool has_lost_part = false;
  // Of a loss.
  record::v1::LossKind loss = record::v1::LOSS_KIND_UNSPECIFIED;
  bool loss_kinds_differ = false;
  bool is_cancelled = false;
  std::optional<linkage::TimeInterval> notified;
  // Of a disposal.
  record::v1::DisposalKind disposal = record::v1::DISPOSAL_KIND_UNSPECIFIED;
  bool disposals_differ = false;
};

// An exhibit of the weapon.
struct LifeExhibitFacts {
  std::uint64_t public_id = 0;  // breaks ties
  linkage::ExhibitKind kind = linkage::ExhibitKind::kUnspecified;
  std::optional<std::uint32_t> event;  // index into the events
  // Where its record tells of none: the event (index) at which another record has what a reference
  // says is the same item.
  std::optional<std::uint32_t> same_item_event;
  // The gun, or the part that is itself what was lost, was in hand, whatever the event: at a
  // laboratory or in custody, first at this time.
  std::optional<linkage::TimeInterval> in_hand;
  // A laboratory or an examiner had it: an examination, test-fires, an examiner's finding.
  bool is_examined = false;
  // Its record has it as a whole gun, and assesses it as a component part.
  bool is_whole_and_part = false;
  std::optional<linkage::TimeInterval> submitted;
  std::optional<linkage::TimeInterval> received;
  std::optional<linkage::TimeInterval> examined;
  std::uint16_t calibre = 0;           // CalibreId of linkage/core/vocabulary.h
  std::uint16_t original_calibre = 0;  // before a conversion; 0 where none is told
  std::optional<std::int32_t> barrel_length_mm;
  std::vector<record::v1::FirearmType> types;  // confirmed ones, else apparent ones
};

// Somebody held an exhibit.
struct LifeCustodyFacts {
  std::uint32_t exhibit = 0;     // index into the exhibits
  std::uint64_t holder_key = 0;  // equal keys are one holder; 0: not said
  linkage::TimeInterval from;
  linkage::TimeInterval until;  // unknown: still held, or not known
  // Nobody says that it ended, nor to whom the gun was released.
  bool is_open = false;
};

// Somebody assessed an exhibit.
struct LifeLegalClassFacts {
  std::uint32_t exhibit = 0;
  record::v1::LegalClass legal_class = record::v1::LEGAL_CLASS_UNSPECIFIED;
  linkage::TimeInterval as_of;
};

// A border seizure that brought nothing of the weapon, and that one of the weapon's names as its
// sister.
struct LifeSisterFacts {
  std::uint32_t named_by = 0;  // index into the events
  linkage::TimeInterval occurred;
};

struct LifeFacts {
  std::vector<LifeEventFacts> events;
  std::vector<LifeExhibitFacts> exhibits;
  // When custody of the gun ended, as records of others than laboratories say. A laboratory gives a
  // gun back to the force whose it is.
  std::vector<linkage::TimeInterval> released;
  std::vector<LifeCustodyFacts> custody;
  std::vector<LifeLegalClassFacts> legal_classes;
  std::vector<LifeSisterFacts> sisters;
};

// Whether the gun came into hand there, or the part that is itself what was lost.
bool ComesIntoHand(const LifeEventFacts& event);

// Whether a part of the gun came into hand there, and neither the gun nor what was lost did.
bool BringsPart(const LifeEventFacts& event);

// Whether the gun may have left since it last came into hand: there is a disposal, and nothing that
// came into hand is certainly after it. A gun that was kept is still there: that is none, unless
// its records disagree. Pure; O(disposals * events).
bool MayHaveLeft(absl::Span<const LifeEventFacts> events);

// Whether `event` is a disposal that can be the record of a destruction: one that says so, or not
// how the gun left, or of which records disagree.
bool CanBeDestruction(const LifeEventFacts& event);

// Adds an event for each exhibit that was in hand without one: a recovery that no record tells of.
// None is added where another recovery can have come before, and neither a use, a loss nor a
// disposal by which it left certainly lies between: the exhibit is then that recovery's. O(exhibits
// * events).
void AddRecoveriesShown(LifeFacts& life);

// Indices of `events` in the order in which a life is told: by the first moment that is possible,
// or the last where the first is not known, those without either last; of one moment losses first,
// then uses, then what brought the gun into hand, then disposals; then by public id. Whatever
// certainly happened before something else comes before it. Pure.
std::vector<std::uint32_t> OrderOfEvents(absl::Span<const LifeEventFacts> events);

// Indices of the exhibits in the order of their events, as `order` of OrderOfEvents has it, those
// without one last; then by public id. Pure.
std::vector<std::uint32_t> OrderOfExhibits(const LifeFacts& life,
                                           absl::Span<const std::uint32_t> order);

// One report of a loss of the gun, which is one exhibit of one record: what decides of which loss
// it is, and when that ended.
struct LossReportFacts {
  std::uint64_t public_id = 0;  // of the exhibit; breaks ties
  std::uint32_t event = 0;      // index into the life's events, a loss
  stolen::v1::ReportSource source = stolen::v1::REPORT_SOURCE_UNSPECIFIED;
  linkage::TimeInterval lost;  // as this report has it
  bool is_cancelled = false;
  std::optional<linkage::TimeInterval> found;  // of a cancelled one, when the gun was found again
  bool is_loose_part = false;                  // a part by itself, and no gun that lacks one
};

// A loss and what became of it.
struct LossCaseFacts {
  struct Step {
    std::uint32_t event = 0;  // of a step that is_found the loss whose report says so
    v1::FirearmState state = v1::FIREARM_STATE_UNSPECIFIED;
    // Its holder found the gun again, as a report that cancels the loss says; `found` where that
    // says when.
    bool is_found = false;
    std::optional<linkage::TimeInterval> found = std::nullopt;
    bool order_is_uncertain = false;  // it can have been before the loss
  };
  struct Use {
    std::uint32_t event = 0;
    bool order_is_uncertain = false;  // it can have been before the loss
  };
  // Of a gun that was lost, what brought a part of it into hand, and counts as after the loss and
  // before the gun was back, in order. It changes no state.
  std::vector<Use> parts;
  // Uses that contradict that it was lost only then, as indices, ascending.
  std::vector<std::uint32_t> used_before;
  // What brought it into hand, or kept it there, before the loss, with nothing that gave it back.
  std::optional<std::uint32_t> held_before;
  std::vector<std::uint32_t> reports;  // indices, by their first moment, then by public id
  std::vector<std::uint32_t> losses;   // the events of the reports, as OrderOfEvents has them
  linkage::TimeInterval lost;          // what all reports allow, else all that any allows
  v1::FirearmState state = v1::FIREARM_STATE_UNSPECIFIED;
  bool is_cancelled = false;   // by a report of it
  bool is_lost_again = false;  // another case follows
  std::vector<Step> steps;     // the loss first, then every change
  std::vector<Use> uses;       // incidents that count as after the loss, in order
  // Something counts as after this loss that can have been before, or the other way round.
  bool order_is_uncertain = false;
  // What its course contradicts, each once; not what its reports do not agree on.
  std::vector<stolen::v1::CaseContradictionKind> contradictions;
};

struct LossCases {
  std::vector<LossCaseFacts> cases;                      // in order of time
  v1::FirearmState state = v1::FIREARM_STATE_NOT_KNOWN;  // of the gun, after all
};

// Two losses by different sources whose dates exclude each other are one loss, with a
// contradiction, when no more than this lies between them; further apart they are two. The time
// within which a late notice and a mistaken date are likelier than a second loss of the same gun is
// a choice.
inline constexpr std::int64_t kDatesApartMaxS = 31 * 86'400;

// What the dates of some reports (indices) of one loss allow: all of them, else any.
linkage::TimeInterval LostOf(absl::Span<const LossReportFacts> reports,
                             absl::Span<const std::uint32_t> some);

// Follows a gun through `events`, of which `reports` report the losses: the one rule by which
// everything here tells which reports are of one loss and what became of the gun. Losses that no
// report is of make no case.
//
// Losses are one case when nothing had the gun back in between and
//  * their dates can be the same moment, or
//  * they come from different sources, are at most kDatesApartMaxS apart, and both or neither are
//    cancelled.
// Reports of one event are one case.
//
// A gun is outstanding, then sighted when it is used in an incident, recovered when it comes into
// hand, returned or destroyed as a disposal says, returned when its holder found it again: at the
// loss where nobody says when.
//
// Events are taken as OrderOfEvents has them, but where the dates of two leave open which came
// first: a use, or what brings a gun into hand, counts as after a loss, unless an earlier loss was
// still open, which it then ends, and a use as before what brought the gun into hand. What is so
// counted, and can have been the other way round, is marked; it contradicts nothing.
//
// A gun is its lawful holder's before its first loss, unless it had been in other hands: what it
// was used in before contradicts the loss. So does that it was in hand, when neither a disposal, a
// use after another loss nor the end of custody, `released`, can have given it back in between.
//
// Pure; what the order of `events`, `reports` or `released` is decides nothing. O(events squared).
LossCases FollowLosses(absl::Span<const LifeEventFacts> events,
                       absl::Span<const LossReportFacts> reports,
                       absl::Span<const linkage::TimeInterval> released);

// Whether what cannot be in a case of a loss says that the gun's story is wrong, or may be that of
// two guns, and is to be seen before it goes: alerts tell it, and it stands against a clearance.
// The others are told beside the case: of those of a use or a disposal after the gun was in hand
// the life tells, and those between reports, but for lost or stolen, say nothing of what became of
// the gun.
bool IsToBeSeen(stolen::v1::CaseContradictionKind kind);

// A use in an incident after a disposal that returned the gun to its holder, or, where `returned`
// is a loss, after its holder found it again.
struct UseAfterReturn {
  std::uint32_t returned = 0;  // index into the events
  std::uint32_t use = 0;
};

// Of each return the first use that is certainly after it, with nothing between, as far as dates
// tell, by which the gun can have left its holder or been dealt with anew: no loss, nothing that
// brought it into hand, no other disposal. In the order of `order`. Pure; O(events squared).
std::vector<UseAfterReturn> UsesAfterReturn(absl::Span<const LifeEventFacts> events,
                                            absl::Span<const std::uint32_t> order,
                                            const LossCases& losses);

// A time between two events, or two stages of one exhibit.
struct MeasureFacts {
  v1::MeasureKind kind = v1::MEASURE_KIND_UNSPECIFIED;
  std::int64_t minimum_s = 0;
  std::optional<std::int64_t> maximum_s;
  std::optional<std::uint32_t> from_event;
  std::optional<std::uint32_t> to_event;
  std::optional<std::uint32_t> exhibit;
  std::optional<std::uint32_t> to_sister;  // index into the sisters
  bool order_is_uncertain = false;
};

// The times of a life: of `losses`, which FollowLosses made of it, between uses, between seizures,
// and of exhibits, those in the order of OrderOfExhibits. A measure whose two ends cannot lie in
// its order is left out: a remark tells of it. Pure.
std::vector<MeasureFacts> MeasureLife(const LifeFacts& life, absl::Span<const std::uint32_t> order,
                                      const LossCases& losses);

// A change of the gun.
struct AlterationFacts {
  v1::AlterationKind kind = v1::ALTERATION_KIND_UNSPECIFIED;
  std::optional<std::uint32_t> before;  // index into the exhibits
  std::uint32_t after = 0;
};

// What changed between an exhibit and the next one that tells of it, in the order of their events.
// Exhibits without an event tell of nothing but a conversion of their own. Conversions that one
// exhibit tells of come last, in the order of OrderOfExhibits. Pure.
std::vector<AlterationFacts> FindAlterations(const LifeFacts& life,
                                             absl::Span<const std::uint32_t> order);

// What is missing, or cannot be.
struct RemarkFacts {
  v1::RemarkKind kind = v1::REMARK_KIND_UNSPECIFIED;
  bool is_contradiction = false;
  std::vector<std::uint32_t> events;  // in the order of the life
  std::vector<std::uint32_t> exhibits;
};

// Of each kind at most so many.
inline constexpr std::size_t kRemarksOfKindMax = 1'001;

// Contradictions first, each in the order of the enumeration, then in that of the life. Pure;
// O(events squared + custody squared) for the events and custody of one weapon.
std::vector<RemarkFacts> RemarkOnLife(const LifeFacts& life, absl::Span<const std::uint32_t> order,
                                      const LossCases& losses);

}  // namespace serieslink::firearm
