#pragma once

#include <cstddef>
#include <cstdint>

// How much one feed message may hold. A record is at most 1 MiB; these limits keep any one part of
// it from growing beyond what a person or a linking step could use, and bound what a rejection
// says. Raising a limit is always safe. Lowering one is not: the log re-reads every accepted
// message.
namespace serieslink::ingest {

// Ids are keys and are read over the telephone; CRIS and NICHE numbers have fewer than 40
// characters.
inline constexpr std::size_t kMaxIdBytes = 256;
inline constexpr std::size_t kMaxSystemBytes = 64;
inline constexpr std::size_t kMaxAgencyBytes = 64;
// Codes, tokens, marks and numbers.
inline constexpr std::size_t kMaxCodeBytes = 256;
// Anything a person wrote.
inline constexpr std::size_t kMaxTextBytes = 4096;
// feed.v1.InquiryEntry states it.
inline constexpr std::size_t kMaxSummaryBytes = 4000;
// type.v1.Handling states these two.
inline constexpr std::size_t kMaxConditionBytes = 1000;
inline constexpr int kMaxHandlingConditions = 16;
inline constexpr int kMaxCaveats = 16;
// The longest date text that means anything is an interval of two times with seconds and zones.
inline constexpr std::size_t kMaxDateBytes = 80;

// Exhibits are numbered within a record by 16 bits; each list of guns and items stays far below.
inline constexpr int kMaxGuns = 1000;
inline constexpr int kMaxItems = 1000;
// feed.v1.GunEntry states it.
inline constexpr int kMaxSerials = 16;
inline constexpr int kMaxMarks = 64;
// Every type once, and room for types that this build does not know.
inline constexpr int kMaxTypes = 32;
inline constexpr int kMaxCustody = 256;
inline constexpr int kMaxLegalClasses = 64;
inline constexpr int kMaxSameItems = 64;
// A statement of each costs a finding.
inline constexpr int kMaxSameWeaponAs = 64;
inline constexpr int kMaxFormerSources = 16;
// feed.v1.NabisInferredWeapon states it.
inline constexpr int kMaxMembers = 1000;
// Sets of parts have been sent in dozens of parcels.
inline constexpr int kMaxSisterSeizures = 1000;
inline constexpr int kMaxTransit = 64;
// A shared reference relates records, so that each reference is an edge of the event graph.
inline constexpr int kMaxCrimeReferences = 100;
inline constexpr int kMaxOffences = 100;
inline constexpr int kMaxFirearmUses = 16;
inline constexpr int kMaxDischargeTargets = 16;
inline constexpr int kMaxPersons = 1000;
inline constexpr int kMaxOutcomes = 1000;
inline constexpr int kMaxFlags = 64;

inline constexpr std::int32_t kMaxQuantity = 1'000'000;
inline constexpr std::int32_t kMaxBarrelLengthMm = 5'000;
inline constexpr std::int32_t kMaxShots = 10'000;
// A hundred years.
inline constexpr std::int32_t kMaxCustodyMonths = 1'200;
inline constexpr std::int32_t kMinBoundaryYear = 1900;
inline constexpr std::int32_t kMaxBoundaryYear = 2100;

// A rejection names this many fields at most: a message of nothing but mistakes must not become an
// answer of many megabytes.
inline constexpr std::size_t kMaxViolations = 100;

}  // namespace serieslink::ingest
