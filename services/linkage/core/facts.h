#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "absl/container/inlined_vector.h"

// What the linkage core works on: plain values that the deriver and the views make from canonical
// records. Nothing here owns a resource, reads a clock or knows where a record is kept.
//
// Enumerators have the numbers of their namesakes in proto/serieslink/record/v1, so that a caller
// converts with a cast; a number that is not listed here reads as the zero enumerator's meaning.
//
// Ids: a *public id* is the 60 bits that leave the server; it does not depend on the order of
// arrival, so every order that decides a result is an order of public ids. *Record numbers* and
// *exhibit numbers* (record number << 16 | ordinal) follow arrival; they only choose the name of a
// weapon or event and the order in which members are listed.
namespace serieslink::linkage {

// By what two exhibits are compared.
enum class Channel : uint8_t {
  kUnspecified = 0,
  kCase = 1,
  kBullet = 2,
  kSerial = 3,
  kSourceReference = 4,
  kDescription = 5,
};
inline constexpr int kChannelCount = 6;  // Including kUnspecified, for tables by channel.

// True for the channels on which only an examiner decides.
inline constexpr bool IsBallistic(Channel channel) {
  return channel == Channel::kCase || channel == Channel::kBullet;
}

// What a statement says of its two exhibits.
enum class Verdict : uint8_t {
  kUnspecified = 0,
  kConfirmed = 1,
  kLead = 2,
  kInconclusive = 3,
  kEliminated = 4,
  kWithdrawn = 5,
};

// On what a statement rests.
enum class Basis : uint8_t {
  kUnspecified = 0,
  kExaminer = 1,
  kAnalyst = 2,
  kSourceReference = 3,
  kRule = 4,
  // Nobody: somebody supposes it. No statement has it; BasisOf tells it.
  kSupposed = 5,
};

// Stage of an examination, each outranking the one before.
enum class Stage : uint8_t { kUnspecified = 0, kOnScreen = 1, kMicroscope = 2, kVerified = 3 };

// What policy lets a single analyst decide with a statement on a channel that is not the
// examiner's, as long as no other person of the agency states the same of the pair there.
enum class Alone : uint8_t {
  kDecides = 0,
  // What takes the place of no decision that says otherwise.
  kReplacesNothing = 1,
  // Nothing: a confirmation is a lead, an elimination inconclusive, and it takes nobody's place.
  kDecidesNothing = 2,
};

// How two exhibits are related, where a record says so.
enum class Relation : uint8_t {
  kNone = 0,
  kTestFireOf = 1,
  kSameItem = 2,
  kPartOf = 3,
  // A laboratory infers one gun from what it left. No namesake: a record lists its members.
  kOneInferredWeapon = 100,
  // One exhibit of one record, under the id that the record has and under one that it had before.
  // No namesake: a record names its former ids.
  kOneRecord = 101,
};

enum class ExhibitKind : uint8_t {
  kUnspecified = 0,
  kGun = 1,
  kCaseGroup = 2,
  kBulletGroup = 3,
  kGunPart = 4,
  kDescribedGun = 5,
  kAmmunitionLot = 6,
  kTestFireCases = 7,
  kTestFireBullets = 8,
  kSightedGun = 9,
};

enum class EventKind : uint8_t {
  kUnspecified = 0,
  kIncident = 1,
  kRecovery = 2,
  kSurrender = 3,
  kLoss = 4,
  kBorderSeizure = 5,
  kDisposal = 6,
  kSighting = 7,
};

// Parts of a gun that bear numbers.
enum class SerialPart : uint8_t {
  kUnspecified = 0,
  kFrame = 1,
  kReceiver = 2,
  kSlide = 3,
  kBarrel = 4,
  kCylinder = 5,
  kBolt = 6,
  kStock = 7,
  kMagazine = 8,
  kOther = 9,
};

// What a record says of who a gun was issued to. No namesake: a record says true, false or nothing.
enum class PoliceIssue : uint8_t { kNotSaid = 0, kYes = 1, kNo = 2 };

// A closed interval of seconds since 1970-01-01 UTC in which something happened. Both ends are
// unknown until set, and an unknown end widens: it never excludes.
struct TimeInterval {
  static constexpr int64_t kUnknownEarliest = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kUnknownLatest = std::numeric_limits<int64_t>::max();

  int64_t earliest_s = kUnknownEarliest;
  int64_t latest_s = kUnknownLatest;

  friend bool operator==(const TimeInterval&, const TimeInterval&) = default;
};

// True when the two can be the same moment.
inline constexpr bool Overlap(const TimeInterval& a, const TimeInterval& b) {
  return a.earliest_s <= b.latest_s && b.earliest_s <= a.latest_s;
}

// True when all of `a` lies before all of `b`.
inline constexpr bool Before(const TimeInterval& a, const TimeInterval& b) {
  return a.latest_s < b.earliest_s;
}

// One usable number on a gun (serial.h decides what is usable and makes the key).
struct SerialFact {
  uint64_t key = 0;       // SerialKey() of the canonical serial; equal keys are equal serials.
  uint64_t likeness = 0;  // LikenessKey() of it; equal for numbers that are taken for each other.
  uint8_t length = 0;     // Characters of the canonical serial, 4 to 20.
  SerialPart part = SerialPart::kUnspecified;
  // It may be no number of this gun (a pattern, a mark, a word beside it): at most a lead.
  bool doubtful = false;
  // Characters were not read: the key holds their places. It equals no number and makes leads only.
  bool partial = false;

  friend bool operator==(const SerialFact&, const SerialFact&) = default;
};

// A time in which a gun was certainly held by somebody: seconds since 1970, from the latest moment
// at which it can have begun to the earliest at which it can have ended.
struct CustodyFact {
  uint64_t holder = 0;  // HolderKey of custody.h.
  // A laboratory, which holds a gun for somebody else.
  bool is_laboratory = false;
  int64_t from_s = 0;
  // TimeInterval::kUnknownLatest: nothing says that it ended. `from_s` then is all that is certain.
  int64_t until_s = 0;
  // By when it ended for certain, if it did; kUnknownLatest where nobody says.
  int64_t until_latest_s = TimeInterval::kUnknownLatest;

  friend bool operator==(const CustodyFact&, const CustodyFact&) = default;
};

// What one record tells of the custody of a gun.
struct CustodyAccount {
  std::vector<CustodyFact> held;
  uint64_t teller = 0;  // HolderKey of the record's agency.
  // HolderKeys of whoever held it or was given it by this account.
  std::vector<uint64_t> parties;
  // ReferenceKeys of the crimes that the record's event goes under or cites.
  std::vector<uint64_t> references;

  friend bool operator==(const CustodyAccount&, const CustodyAccount&) = default;
};

// One weapon as one record saw it.
struct ExhibitFacts {
  uint64_t public_id = 0;       // 60 bits, unique among the exhibits of a call.
  uint64_t exhibit_number = 0;  // record number << 16 | ordinal, unique.
  uint64_t record_number = 0;
  // Not zero: this gun is listed apart. Two exhibits of one value are different guns, whatever any
  // finding says. The record number serves, for guns that one record version lists apart.
  uint64_t apart_key = 0;
  // Record whose event this exhibit belongs to: its own record or the one that it was collected at.
  // 0: none (a test-fire, an exhibit of an unknown scene).
  uint64_t event_record_number = 0;
  ExhibitKind kind = ExhibitKind::kUnspecified;
  // A gun that its record had in hand, whatever its event: a laboratory's item, or held in custody.
  // Tells of a weapon's status, decides no join.
  bool in_hand = false;
  // Decides no join, but whether a weapon is a series (series.h).
  PoliceIssue police_issue = PoliceIssue::kNotSaid;
  uint16_t calibre = 0;  // CalibreId of vocabulary.h; 0 unknown, 1 other.
  uint32_t types = 0;    // TypeSet of vocabulary.h, of those that tell; 0 unknown.
  // 32 bits of the key of its record's borough; 0 unknown. Only the benchmarks' rule T asks.
  uint32_t borough = 0;
  uint64_t make = 0;   // MakeKey of vocabulary.h; 0 unknown, 1 other.
  uint64_t model = 0;  // ModelKey of vocabulary.h; 0 unknown.
  // PartKindKey of part_kind.h, of one part that is an item of its own; 0: no such part, or it is
  // not said which.
  uint64_t part_kind = 0;
  // Usable ones and those read in part, frame or receiver first.
  absl::InlinedVector<SerialFact, 1> serials;
  // Of a gun; null for the many of which nothing certain is told.
  std::shared_ptr<const CustodyAccount> custody;
};

// A statement about two exhibits: by an examiner, an analyst, an agency's reference or a rule.
struct Statement {
  uint64_t first = 0;  // Public ids, first < second (MakePair orders them).
  uint64_t second = 0;
  Channel channel = Channel::kUnspecified;
  Verdict verdict = Verdict::kUnspecified;
  Basis basis = Basis::kUnspecified;
  Stage stage = Stage::kUnspecified;  // Only on the case and bullet channels.
  Relation relation = Relation::kNone;
  // False: policy does not let this asserter confirm or eliminate. Its confirmation is a lead, its
  // elimination inconclusive, and as an examiner it decides nothing.
  bool trusted = true;
  Alone alone = Alone::kDecides;  // Of an analyst's statement that its agency pushed.
  // A lead that somebody supposes to be confirmed. Everything but what is told of its basis goes by
  // `basis`: who would have to confirm it.
  bool supposed = false;
  // Who states it, as keys of the agency and of the person; 0: not said, or nobody asks.
  uint32_t author_agency = 0;
  uint32_t author_person = 0;
  TimeInterval examined;          // When it was examined; unknown overlaps everything.
  int64_t stated_at_s = 0;        // The statement's own time, not that of its arrival.
  uint64_t name = 0;              // Public id of the statement; does not depend on arrival.
  double weight_log2 = 0;         // Bits. Finite; 0 where a person or agency stated it.
  uint64_t asserting_record = 0;  // Record number; 0 for a rule. Carried, never decides.

  // Puts the two public ids in order.
  void SetPair(uint64_t a, uint64_t b) {
    first = a < b ? a : b;
    second = a < b ? b : a;
  }
};

// On what `s` rests, as it is to be told.
inline Basis BasisOf(const Statement& s) { return s.supposed ? Basis::kSupposed : s.basis; }

// Whether `s` says that one exhibit was fired from the other by a laboratory.
inline bool IsTestFire(const Statement& s) {
  return s.relation == Relation::kTestFireOf && s.basis == Basis::kSourceReference &&
         s.channel == Channel::kSourceReference;
}

// Whether `s` is an agency's word that two references are one item, told twice.
inline bool IsOneItem(const Statement& s) {
  return (s.relation == Relation::kSameItem || s.relation == Relation::kOneRecord) &&
         s.basis == Basis::kSourceReference;
}

// False: `statement` joins nothing, whatever else is stated. What only such statements connect is
// connected by nothing.
inline bool CanJoin(const Statement& statement) {
  return statement.verdict == Verdict::kConfirmed && statement.trusted;
}

// Whether a finding about an exhibit of `kind` is at most a lead, whoever states it (resolve.h).
inline bool NeverConfirms(ExhibitKind kind) {
  return kind == ExhibitKind::kSightedGun || kind == ExhibitKind::kAmmunitionLot;
}

// What became of a gun that was disposed of.
enum class DisposalKind : uint8_t {
  kUnspecified = 0,
  kDestroyed = 1,
  kReturned = 2,
  kRetained = 3,
  kTransferred = 4,
  kUnknown = 5,
};

// What one record says of its event. Records without an event are not passed.
struct RecordEventFacts {
  uint64_t record_number = 0;
  uint64_t public_id = 0;  // 60 bits, unique among the records of a call.
  EventKind kind = EventKind::kUnspecified;
  // Of a disposal. Decides no event, but what its weapon is flagged for (flags.h).
  DisposalKind disposal = DisposalKind::kUnspecified;
  TimeInterval occurred;
  // Place codes as keys (PlaceKey of events.h); 0 unknown. Known and different excludes.
  uint64_t borough = 0;
  uint64_t force_area = 0;
  // Scoped references that the event goes under (ReferenceKey of events.h): its own, and those that
  // others gave to the same event.
  absl::InlinedVector<uint64_t, 1> references;
  // Scoped references that it only cites (an incident the inquiry that another one belongs to):
  // they relate, and never make one event.
  absl::InlinedVector<uint64_t, 1> cited_references;
  // Keys of the record's own id at its agency, and of the ids that it says it had before. 0: its
  // own is not known, and nobody's former one.
  uint64_t source = 0;
  absl::InlinedVector<uint64_t, 1> former_sources;
  // Keys of the ids of other records of which it says that an exhibit of theirs is one of its own,
  // told twice: by a spent case or bullet, which comes of one event alone; and, where none such
  // says so of the record, by a gun or anything else, which can have been at several.
  absl::InlinedVector<uint64_t, 1> spent_item_sources;
  absl::InlinedVector<uint64_t, 1> other_item_sources;
};

}  // namespace serieslink::linkage
