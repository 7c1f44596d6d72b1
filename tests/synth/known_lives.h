#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/synth/calendar.h"
#include "tests/synth/story.h"
#include "tests/synth/synthetic_record.h"

// Lives of guns of which the whole truth is known: not only which gun each exhibit is, but what all
// records of it together tell. No dirt falls on them, and everybody sees them.
//
// The truth is told by whoever made the records, from the days that it drew: nothing here knows how
// a life is put together from records, so that it cannot make what a test expects.
namespace serieslink::synth {

// The lives that there are. What varies between lives of a kind follows from their numbers: whether
// the gun was used once more, whether a laboratory had it, which forces had to do with it.
enum class LifeKind : std::uint8_t {
  kStolenUsedTwiceRecovered,
  kTheftReportedLate,
  kSameSerialOtherMake,
  kShortenedShotgun,
  kFoundAgainAndStolenAgain,
  kPartsFromTwoParcels,
  kReturnedByMistakeAndUsedAgain,
};
inline constexpr LifeKind kLifeKinds[] = {
    LifeKind::kStolenUsedTwiceRecovered,      LifeKind::kTheftReportedLate,
    LifeKind::kSameSerialOtherMake,           LifeKind::kShortenedShotgun,
    LifeKind::kFoundAgainAndStolenAgain,      LifeKind::kPartsFromTwoParcels,
    LifeKind::kReturnedByMistakeAndUsedAgain,
};
// As the truth and the documentation name it.
const char* LifeKindName(LifeKind kind);

// Lives of one kind that a world can have.
inline constexpr std::uint64_t kKnownLivesMax = 1'000;

// Days since 1970-01-01, local time.
using Day = std::int64_t;

// From the beginning of `first` to the end of `last`.
struct Days {
  std::optional<Day> first;  // none: any day up to `last`
  Day last = 0;

  friend bool operator==(const Days&, const Days&) = default;
};

// Words below are those of the answer: record.v1.EventKind and LossKind, firearm.v1.FirearmState,
// MeasureKind and so on, without what the names of one enumeration begin with.

// Something that happened to a gun, as its records together tell it.
struct KnownEvent {
  std::uint64_t number = 0;  // as in the truth of its records
  const char* kind = "";
  const char* what = "";  // of a loss its kind, of a disposal what became of the gun
  bool is_cancelled = false;
  Days told;                          // the days that all of its records allow
  std::vector<std::string> agencies;  // whose records tell of it, in order
};

// A change of the state of a loss.
struct KnownStep {
  const char* state = "";
  std::optional<Day> found = std::nullopt;  // its holder found the gun again then
  bool is_uncertain = false;
};

struct KnownLoss {
  const char* kind = "";
  int events = 1;  // that its reports tell of
  bool is_cancelled = false;
  bool is_uncertain = false;  // something counts as after it that can have been before
  std::vector<KnownStep> steps;
  std::vector<const char*> contradictions;
};

// A time between two events, or two stages of an exhibit.
struct KnownMeasure {
  const char* kind = "";
  Day minimum_days = 0;  // as its records tell it
  Day maximum_days = 0;
  bool is_uncertain = false;
  Minute truly = 0;  // how long it was
};

// A parcel that a seizure of the gun's names, and that brought nothing of that number.
struct KnownSister {
  Day day = 0;
  const char* part = "";
};

// What is true of one gun.
struct KnownStory {
  LifeKind kind = LifeKind::kStolenUsedTwiceRecovered;
  std::uint64_t gun = 0;
  // A record that shows it: its first exhibit is the gun, or a part of it.
  std::string agency;
  std::string system;
  std::string source_id;
  const char* state = "";          // where it is after all
  std::vector<KnownEvent> events;  // in order of time
  std::vector<KnownLoss> losses;   // in order of time
  std::vector<KnownMeasure> measures;
  std::vector<const char*> alterations;
  std::vector<const char*> legal_classes;  // by the day for which they hold
  std::vector<KnownSister> sisters;
  std::vector<const char*> contradictions;  // that must be said
  std::vector<const char*> missing;         // that must be said to be missing, each as often
};

struct KnownLife {
  std::vector<SyntheticRecord> records;  // in the order in which they are sent
  std::vector<KnownStory> stories;       // of each of its guns
};

// Whether `world` has the agencies that lives of all kinds need: NABIS, Border Force and a force
// that licenses guns.
bool CanTellKnownLives(const World& world);

// Tells life `number` of `kind`, below kKnownLivesMax, somewhere in the ten years after
// `first_day`. Its guns, ids and references are those of no other life of the world, known or not.
// `world` can tell known lives. Deterministic; no shared state.
KnownLife TellKnownLife(const World& world, LifeKind kind, std::uint64_t number, Minute first_day);

// "2017-03-18".
std::string TextOfDay(Day day);

}  // namespace serieslink::synth
