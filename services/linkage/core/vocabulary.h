#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Makes, models, calibres and types as people write them, brought to one form. How a text is read
// is code; the words are data: a file in the text format of linkage.v1.GunVocabulary, in which each
// list has its source. Those by which serial numbers are read are of the same file
// (serial_vocabulary.h).
namespace serieslink::linkage {

struct SerialVocabulary;

// A make. "Unknown" (nobody said, or said that they could not tell) differs from "other" (said to
// be something that no list has).
struct Make {
  std::string canonical;  // Upper case, e.g. "SMITH & WESSON"; empty when unknown or other.
  uint64_t key = 0;       // kUnknownMake, kOtherMake, or a hash of `canonical`.
};
inline constexpr uint64_t kUnknownMake = 0;
inline constexpr uint64_t kOtherMake = 1;

// True when two makes are known and equal.
inline bool SameMake(uint64_t a, uint64_t b) { return a > kOtherMake && a == b; }
// True when two makes are known and differ.
inline bool DifferentMake(uint64_t a, uint64_t b) {
  return a > kOtherMake && b > kOtherMake && a != b;
}

// A calibre family, e.g. 9 mm Luger with all its names. Numbers are those of one vocabulary: store
// the text, not the number.
using CalibreId = uint16_t;
inline constexpr CalibreId kUnknownCalibre = 0;
inline constexpr CalibreId kOtherCalibre = 1;

// Types that a gun can be of: bit n for record.v1.FirearmType n.
using TypeSet = uint32_t;
// Bits 21 and 22, "other" and "unidentified", and 0, "not said", tell no guns apart.
inline constexpr TypeSet kTellingTypes = 0x1F'FFFE;

// What the types of two guns say together.
enum class TypeAgreement : uint8_t {
  kNotKnown = 0,    // Of one of them nothing that tells is known.
  kSame = 1,        // The same type, or the same several.
  kCompatible = 2,  // One gun can be said to be either.
  kDifferent = 3,
};

// A vocabulary that is ready for use. Immutable. Any bytes can be read.
class Vocabulary {
 public:
  // Reads a file's text. Errors: INVALID_ARGUMENT, which names every line that is wrong, with what
  // is wrong; where it stops being text format, the line of that.
  static absl::StatusOr<std::shared_ptr<const Vocabulary>> Parse(absl::string_view text);

  // As the functions of these names below.
  Make ReadMake(absl::string_view as_written) const;
  uint64_t ModelKey(absl::string_view as_written, uint64_t make = kUnknownMake) const;
  CalibreId ReadCalibre(absl::string_view as_written) const;
  absl::string_view CalibreName(CalibreId calibre) const;
  bool CompatibleCalibres(CalibreId a, CalibreId b) const;
  TypeSet ReadTypes(absl::string_view as_written) const;
  TypeAgreement CompareTypes(TypeSet a, TypeSet b) const;
  bool IsMakeWord(absl::string_view letters) const;
  // The words by which serial numbers are read. Never null.
  const SerialVocabulary& serials() const { return *serials_; }

  const std::string& version() const { return version_; }
  // Tells apart vocabularies that read anything differently; the same in every process.
  uint64_t digest() const { return digest_; }

 private:
  friend class VocabularyBuilder;

  Vocabulary() = default;
  const CalibreId* FindCalibre(const std::string& squeezed) const;
  const std::string* FindLeadingMake(absl::string_view canonical) const;
  bool NamesNobody(absl::string_view folded, absl::string_view squeezed) const;

  std::string version_;
  uint64_t digest_ = 0;
  // Squeezed spelling to name; "" for unknown, "*" for other.
  absl::flat_hash_map<std::string, std::string> makes_;
  absl::flat_hash_set<std::string> make_words_;
  // Key of a make, squeezed spelling; squeezed name.
  absl::flat_hash_map<std::pair<uint64_t, std::string>, std::string> models_;
  absl::flat_hash_map<std::string, CalibreId> calibres_;  // By squeezed spelling.
  std::vector<std::string> calibre_names_;                // By id.
  std::vector<std::vector<bool>> fits_;                   // By id and id; symmetric.
  absl::flat_hash_map<std::string, TypeSet> types_;       // By squeezed spelling.
  std::array<TypeSet, 32> type_fits_ = {};                // By type; symmetric.
  std::shared_ptr<const SerialVocabulary> serials_;
};

// The text of the vocabulary that is built in.
absl::string_view DefaultVocabularyText();

// The vocabulary that this process reads by: the one that it was told to use, otherwise the one
// that is built in. It never changes once anything was read, so what a process derives is of one
// vocabulary. Thread-safe.
const Vocabulary& VocabularyInUse();

// Makes this process read by `vocabulary`. Errors: FAILED_PRECONDITION (something has been read by
// another one).
absl::Status UseVocabulary(std::shared_ptr<const Vocabulary> vocabulary);

// Reads a make as written. A make that no list has is kept in its canonical text (upper case,
// accents folded, punctuation dropped, company words such as "LTDA" and "INC" dropped), so that
// equal spellings are equal. Idempotent on `canonical`.
inline Make ReadMake(absl::string_view as_written) {
  return VocabularyInUse().ReadMake(as_written);
}

// A model as written on a gun of `make` (Make.key), brought to a key: of its name where the make's
// list has it, otherwise of its letters and digits in upper case. 0: not said, or said not to be
// known; never 1.
inline uint64_t ModelKey(absl::string_view as_written, uint64_t make = kUnknownMake) {
  return VocabularyInUse().ModelKey(as_written, make);
}

// Reads a calibre as written ("9 MM LUGER (9X19MM)", ".38 SPL", "12 bore"). kOtherCalibre for a
// text that no list has; kUnknownCalibre for an empty text and for words that say that it is not
// known.
inline CalibreId ReadCalibre(absl::string_view as_written) {
  return VocabularyInUse().ReadCalibre(as_written);
}

// The family's name, e.g. "9x19 mm"; "unknown" and "other" for those. Lives as long as the process.
inline absl::string_view CalibreName(CalibreId calibre) {
  return VocabularyInUse().CalibreName(calibre);
}

// True when guns of the two calibres can be one gun: equal, one of them unknown or other, or two
// notations of which one can stand for the other (".38" for .38 Special; "9 mm class" for 9x19; .38
// Special fires in .357 Magnum). Symmetric; not transitive.
inline bool CompatibleCalibres(CalibreId a, CalibreId b) {
  return VocabularyInUse().CompatibleCalibres(a, b);
}

// Reads a type as written ("self-loading pistol", "espingarda", "SHOTGUN_LONG"): several where the
// word leaves open which ("handgun"). Empty for an empty text and for one that no list has.
inline TypeSet ReadTypes(absl::string_view as_written) {
  return VocabularyInUse().ReadTypes(as_written);
}

// What two sets of types say together. Symmetric.
inline TypeAgreement CompareTypes(TypeSet a, TypeSet b) {
  return VocabularyInUse().CompareTypes(a, b);
}

}  // namespace serieslink::linkage
