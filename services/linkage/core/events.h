#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/linkage/core/facts.h"

// Which records tell of one event.
//
// Records become one event when they are of one kind, share a scoped reference that both go under,
// and their times and places are compatible: the intervals of all of its records have a common
// moment, and no two of its known boroughs, nor known force areas, differ. Several records can
// share a reference without all being compatible (a number mistyped, or reused); then they are
// several events that clash, which is reported and joins nothing.
//
// A recovery, a surrender, a seizure and a disposal are made under an inquiry, whose reference may
// have many of each: it makes records of one kind, time and place one event, and several events
// under it are no clash.
//
// A record that names a former id is the record that was known by it: the two are one event when
// they are of one kind, and the account under the present id is the one that counts, for a move to
// another system is also when dates and places are put right. So the time and place under the
// former id exclude nothing. Where several records name one former id, and none of them names all
// the others, at most one of them can be right: then the id only relates them, as a reference that
// all of them go under.
//
// A record that says that an exhibit of another record is one of its own, told twice, tells of that
// record's event, where the two are of one kind and compatible: as if both went under a reference
// that is the other record's id. Records that name one that is not among those passed are related
// by nothing. What was spent, a case or a bullet, comes of one event: accounts of it that time or
// place keeps apart clash. A gun, or anything else, can have been at several events, which then are
// no clash; and several crimes can be committed with it on one day, so that incidents and sightings
// that each have a reference, and none in common, stay apart.
//
// The choice is greedy and does not depend on the order of arrival: references in ascending order
// of key and kind; within one, records by (earliest, latest, public id), each to the first event of
// the reference, by order of appearance, that is compatible with the event it is already in. So
// then, in ascending order of the named id's key and kind, for spent items, and last for others.
namespace serieslink::linkage {

// Whether an event of this kind is made under an inquiry, whose reference it has.
bool IsMadeUnderInquiry(EventKind kind);

// Key of a place code ("E09000014", in any case). 0 for an empty one.
uint64_t PlaceKey(absl::string_view code);

// Key of a crime reference in the scope of the force that issued it and its year. 0 when the number
// has no letter or digit: an empty reference is never shared. `year` is 0 where it is not known;
// two digits are read as 1950 to 2049. `number` is compared by its runs of letters and of digits,
// without case and leading zeros.
uint64_t CrimeReferenceKey(absl::string_view issuing_force, int year, absl::string_view number);

// A crime reference as written ("MPS 2803303/17" or "2803303/2017"), in parts.
struct CrimeReferenceParts {
  std::string issuing_force;  // Lower case; the default force where none is written.
  int year = 0;               // Four digits; 0 where none is written.
  std::string number;         // Without its year.
};

// Reads a crime reference: an optional force in letters before the number, and an optional year of
// two or four digits after the last "/" or "-". Parts that are not there are left empty or 0.
CrimeReferenceParts ParseCrimeReference(absl::string_view text, absl::string_view default_force);

// One thing that happened.
struct Event {
  EventKind kind = EventKind::kUnspecified;
  // Indices into the records that were passed, by ascending record number. The first names it.
  std::vector<uint32_t> records;
  TimeInterval occurred;  // The moments that all of its records allow.
  uint64_t borough = 0;   // 0: none of its records knows.
  uint64_t force_area = 0;
};

// A reference that several events share. It relates them; it never makes them one.
struct SharedReference {
  uint64_t reference = 0;        // Or the key of a record's id that others name.
  std::vector<uint32_t> events;  // Indices into `events`, ascending, two or more.
  std::vector<uint32_t> under;   // Of them, those that go under it; the others only cite it.
  // True when two events of one kind go under it, which time or place keeps apart: a lead,
  // "reference clash". False when their kinds differ (a recovery and its crime), when one only
  // cites it, and for kinds that are made under an inquiry.
  bool clash = false;
};

struct EventResolution {
  std::vector<Event> events;            // By ascending record number of their first record.
  std::vector<uint32_t> event_of;       // For each record passed, its index in `events`.
  std::vector<SharedReference> shared;  // By ascending reference.
};

// Resolves `records` (in any order; public ids and record numbers unique) to events. Records of
// kUnspecified kind never join another. O(m log m + m c) for m references of all records and c
// events of one reference, kind and time that place keeps apart. Pure.
EventResolution ResolveEvents(absl::Span<const RecordEventFacts> records);

}  // namespace serieslink::linkage
