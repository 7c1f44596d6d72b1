#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/serial_words.h"

// The words by which serial numbers are read, to be looked up: those of a vocabulary's file
// (linkage.v1.SerialVocabulary) in folded text (latin_fold.h), ASCII capitals and digits. How they
// are used is said by serial_words.h, gun_words.h, other_things.h and makers_form.h.
namespace serieslink::linkage {

// What a word is that was read off a gun beside its number.
enum class GunWord : uint8_t {
  kNone = 0,
  kGun = 1,
  kCartridge = 2,  // Stands alone or behind digits.
  kMark = 3,
};

// What a word says that stands with a number of something else.
enum class OtherWord : uint8_t {
  kNone = 0,
  kLabel = 1,       // A label, for certain.
  kShortLabel = 2,  // A label that a maker's prefix can be too.
  kLabelApart = 3,  // The same, where it stands apart from the number.
  kUsualWord = 4,   // A word of records.
};

// A run of letters or of digits of a number's form.
struct FormRun {
  bool is_digits = false;
  uint8_t least = 0;
  uint8_t most = 0;
  std::string letters;  // Empty: any.
};
using NumberForm = std::vector<FormRun>;

// Made once, never changed.
struct SerialVocabulary {
  struct Stem {
    std::string text;
    WordMeaning meaning = WordMeaning::kNone;
  };
  using Meanings = absl::flat_hash_map<std::string, WordMeaning>;
  using Words = absl::flat_hash_set<std::string>;

  static constexpr size_t kStemKey = 4;       // Stems have that many characters or more.
  static constexpr size_t kWholePartMax = 5;  // Longer names of parts are stems.

  Meanings whole;
  absl::flat_hash_map<std::string, std::vector<Stem>> stems;  // By their first kStemKey characters.
  Meanings slashed;
  Meanings pointed;
  absl::flat_hash_map<std::string, SerialPart> parts;
  std::vector<std::pair<std::string, SerialPart>> part_stems;  // Longer ones before shorter ones.
  Words labels;
  absl::flat_hash_map<std::string, GunWord> gun_words;
  Words models;
  Words model_numbers;
  Words units;
  Words currencies;
  absl::flat_hash_map<std::string, OtherWord> other_words;
  std::vector<NumberForm> forms;
};

}  // namespace serieslink::linkage
