#pragma once

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "tests/synth/random.h"

// The guns of a synthetic world. Makes and calibres are those that linkage knows
// (services/linkage/core/default_vocabulary.textproto); the shapes of serial numbers are makers'
// own, with invented numbers in them.
namespace serieslink::synth {

// What kind of gun, as records tell of it. The numbers index tables.
enum class GunSort : std::uint8_t {
  kPistol = 0,
  kRevolver = 1,
  kShotgun = 2,
  kRifle = 3,
  kSubMachineGun = 4,
  kBlankFirer = 5,  // converted or not: see Gun::converted
};

// A calibre in the notations that people write for it. The first is the plain one.
struct Calibre {
  absl::Span<const char* const> notations;
  const char* class_notation;  // what a bullet or case alone lets say; may be the plain one
};

// A make in the spellings that people write for it. The first is the plain one.
struct Make {
  absl::Span<const char* const> spellings;
};

struct Model {
  std::uint8_t make;  // index of Makes()
  const char* name;
  std::uint8_t calibre;  // index of Calibres()
  GunSort sort;
  // Shape of its serial numbers: "A" stands for a letter, "9" for a digit, anything else for
  // itself.
  const char* serial_shape;
  bool old;  // made before serials were regulated; many are of obsolete calibre
  std::uint32_t weight;
};

absl::Span<const Make> Makes();
absl::Span<const Calibre> Calibres();
absl::Span<const Model> Models();
// Index of a calibre as which a converted blank-firer fires.
std::uint8_t ConvertedCalibre(const Model& model);

// How many numbers have the shape.
std::uint64_t NumbersOfShape(const char* shape);
// Number `number` modulo their count of those that have the shape.
std::string SerialOfShape(const char* shape, std::uint64_t number);
// The number whose serial it is: SerialOfShape the other way round.
std::uint64_t NumberOfSerial(const char* shape, const std::string& serial);

// One physical gun.
struct Gun {
  std::uint64_t number = 0;  // its name in the truth
  std::uint8_t model = 0;    // index of Models()
  std::uint8_t calibre = 0;  // index of Calibres(): what it fires now
  bool converted = false;    // a blank-firer made to fire bullets
  bool shortened = false;    // a shotgun sawn off
  std::string serial;        // as stamped
};

// A gun of the model, with a serial number that no other gun of its shape has (as long as there are
// fewer guns than numbers). Deterministic.
Gun MakeGun(std::uint64_t seed, std::uint64_t number, std::uint8_t model);

// A model of one of `sorts` (all when empty), each as often as its weight says.
std::uint8_t PickModel(absl::Span<const GunSort> sorts, Random& random);

}  // namespace serieslink::synth
