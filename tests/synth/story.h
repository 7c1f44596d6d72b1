#pragma once

#include <cstdint>
#include <vector>

#include "tests/synth/agencies.h"
#include "tests/synth/armoury.h"
#include "tests/synth/calendar.h"
#include "tests/synth/dirt.h"

// What happened in a synthetic world, and which agency sends which record of it when.
//
// A world is a sequence of *lives*, each told by itself from the seed and its number: a gun with
// its companions and twins, from its theft or import through its uses to its destruction; a crime
// of which no gun is known; a consignment. So a world of any size can be told piece by piece.
namespace serieslink::synth {

enum class HappeningSort : std::uint8_t {
  kIncident,
  kRecovery,
  kSurrender,
  kLoss,
  kSeizure,
  kDisposal,
  kSighting,
};

// Something that happened: an event of the truth.
struct Happening {
  std::uint64_t number = 0;  // its name in the truth
  HappeningSort sort = HappeningSort::kIncident;
  Minute at = 0;
  std::uint8_t force = 0;    // index of the world's forces: whose crime it is
  std::uint8_t borough = 0;  // index of its force's boroughs
  bool fired = false;
  std::uint8_t flavour = 0;           // of an incident its offence, of a seizure its goods
  std::uint8_t cited = kNoHappening;  // the crime under which it was made, of the same life

  static constexpr std::uint8_t kNoHappening = 255;
};

enum class RecordSort : std::uint8_t {
  kPolice,         // a police report of the happening's sort
  kLicensingLoss,  // a licensing unit's report of a loss
  kSeizure,        // Border Force's
  kNabisEvent,
  kNabisGun,
  kNabisCases,
  kNabisBullets,
  kTestFireCases,
  kTestFireBullets,
  kComparison,
  kInferredWeapon,
  kWithdrawal,  // no record: an earlier one is withdrawn
};

// Whom a comparison compares with.
enum class Partner : std::uint8_t {
  kOwn,           // `second` of the same life
  kStranger,      // cases that another gun left, chosen when it is sent
  kSameStranger,  // the one that the record numbered `second` chose
};

inline constexpr std::uint8_t kNoPlan = 255;
inline constexpr std::uint8_t kPlansMax = 250;  // of one life

// A record that will be sent.
struct Plan {
  Minute arrival = 0;  // when it is sent
  RecordSort sort = RecordSort::kPolice;
  std::uint8_t agency = 0;      // index of the world's forces, for what forces send
  std::uint8_t happening = 0;   // index of the life's
  std::uint8_t gun = 0;         // index of the life's: the first that the record shows
  std::uint8_t gun_count = 0;   // how many from there on
  std::uint8_t id_of = 0;       // index of the plan whose source id it has: itself, or earlier
  std::uint8_t content_of = 0;  // index of the plan whose content it has: itself, or earlier
  std::uint8_t version = 1;
  // Indices of other plans: the ends of a comparison; or `first`, of which a test-fire is, a gun
  // was received, a handed-over gun was seized, a consignment is the sister.
  std::uint8_t first = kNoPlan;
  std::uint8_t second = kNoPlan;
  Partner partner = Partner::kOwn;
  const char* channel = nullptr;  // of a comparison, in the words of the feed
  const char* verdict = nullptr;
  const char* stage = nullptr;
  bool number_removed = false;  // the gun's number is gone by now
  bool restored = false;        // and the laboratory has made it readable
  bool seen_only = false;       // nobody had the gun in hand: no number, a rough description
  DirtSet dirt;                 // as far as the plan decides it
};

struct Life {
  std::uint64_t number = 0;
  std::vector<Gun> guns;
  std::vector<Happening> happenings;
  std::vector<Plan> plans;  // not in order of arrival
};

// Who is there to report.
struct World {
  std::uint64_t seed = 1;
  DirtRates rates{DirtLevel::kTypical};
  std::vector<Force> forces;  // at least one
  bool has_nabis = true;
  bool has_border_force = true;
  // Source ids and crime references are numbers of this many bits, in an order that tells nothing
  // of the lives that they belong to.
  int number_bits = 32;
};

// Flavours of seizures.
inline constexpr std::uint8_t kGoodsGuns = 0;
inline constexpr std::uint8_t kGoodsImitations = 1;
inline constexpr std::uint8_t kGoodsParts = 2;
// Flavours of incidents, beginning with the gravest.
inline constexpr std::uint8_t kOffenceCount = 6;

inline constexpr std::uint64_t kGunsPerLife = 16;
inline constexpr std::uint64_t kHappeningsPerLife = 128;

// Tells life `number`, which begins at `start`. Deterministic; no shared state.
Life TellLife(const World& world, std::uint64_t number, Minute start);

}  // namespace serieslink::synth
