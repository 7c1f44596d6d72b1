#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "tests/synth/random.h"

// What makes real records hard to link, by kind, with the rate of each kind at each level.
// README.md in this folder says of each why it is there and where its rate comes from.
namespace serieslink::synth {

enum class DirtLevel : std::uint8_t { kNone = 0, kTypical = 1, kHeavy = 2 };
inline constexpr DirtLevel kDirtLevels[] = {DirtLevel::kNone, DirtLevel::kTypical,
                                            DirtLevel::kHeavy};

// "none", "typical" or "heavy". Static storage.
const char* DirtLevelName(DirtLevel level);
std::optional<DirtLevel> DirtLevelOf(std::string_view name);

enum class DirtKind : std::uint8_t {
  // Of serial numbers, each time that one is written.
  kSerialTyping,
  kSerialConfusable,
  kSerialTruncated,
  kSerialFormat,
  kSerialMissing,
  kSerialPlaceholder,
  // Of descriptions, each time that a gun is written.
  kMakeMissing,
  kMakeConflicting,
  kMakeVariant,
  kCalibreMissing,
  kCalibreConflicting,
  kCalibreVariant,
  // Of guns.
  kSerialObliterated,
  kSerialsInSequence,
  kSerialUnderTwoMakes,
  kSerialTwin,
  // Of records.
  kReferenceMissing,
  kReferenceTyping,
  kPlaceConflicting,
  kDateVague,
  kDateWrong,
  kItemLinkMissing,
  kCopiedRow,
  kLate,
  kCorrected,
  kWithdrawn,
  // Of examiners' findings.
  kFindingMissing,
  kFindingWrong,
  kFindingWrongStands,
};
inline constexpr std::size_t kDirtKindCount =
    static_cast<std::size_t>(DirtKind::kFindingWrongStands) + 1;

struct DirtRow {
  DirtKind kind;
  const char* name;  // as the truth and the documentation name it
  const char* of;    // what the rate is a share of
  // In ten-thousandths, by level.
  std::uint16_t rates_per_10000[3];
};

// Every kind, in the order of its number.
absl::Span<const DirtRow> DirtTable();

// The kinds that one record shows.
using DirtSet = std::bitset<kDirtKindCount>;
inline void Mark(DirtKind kind, DirtSet* set) { set->set(static_cast<std::size_t>(kind)); }
inline bool Has(DirtKind kind, const DirtSet& set) {
  return set.test(static_cast<std::size_t>(kind));
}

// The rates of one level.
class DirtRates {
 public:
  explicit DirtRates(DirtLevel level) : level_(level) {}
  DirtLevel level() const { return level_; }
  std::uint32_t Of(DirtKind kind) const {
    return DirtTable()[static_cast<std::size_t>(kind)]
        .rates_per_10000[static_cast<std::size_t>(level_)];
  }
  // Whether dirt of the kind falls on something now.
  bool Falls(DirtKind kind, Random& random) const { return random.Chance(Of(kind)); }

 private:
  DirtLevel level_;
};

// One slip of the keyboard: a character replaced, left out, doubled, or exchanged with the next.
std::string WithTypingError(std::string text, Random& random);
// One character taken for another that looks like it (O and 0, I and 1, S and 5, B and 8, Z and 2,
// G and 6). A text without any is unchanged.
bool HasConfusableCharacter(std::string_view text);
std::string WithConfusableCharacter(std::string text, Random& random);
// The last one to four characters are lost.
std::string Truncated(std::string text, Random& random);
// The same number, written otherwise: blanks, hyphens, small letters, a label.
std::string WrittenOtherwise(std::string text, Random& random);
// What stands in the place of a number that was removed, and of one that nobody read.
const char* RemovalWord(Random& random);
const char* Placeholder(Random& random);

}  // namespace serieslink::synth
