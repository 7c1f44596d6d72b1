#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"

// What linkage compares of the numbers that serial.cc reads.
namespace serieslink::linkage {
namespace {

// Whether a number is nothing but the gun's model, perhaps with its make or calibre.
bool IsTheGunItself(absl::string_view canonical, absl::string_view model, const GunAsWritten& gun) {
  if (model.empty() || !absl::StrContains(canonical, model)) return false;
  const std::string make = CanonicalSerial(gun.make);
  const std::string calibre = CanonicalSerial(gun.calibre);
  absl::string_view rest = canonical;
  const auto take = [&](absl::string_view word) {
    return !word.empty() && (absl::ConsumePrefix(&rest, word) || absl::ConsumeSuffix(&rest, word));
  };
  bool took_model = false;
  for (bool taken = true; taken && !rest.empty();) {
    const bool here = take(model);
    took_model |= here;
    taken = take(make) || take(calibre) || here;
  }
  return took_model && (rest.empty() || ReadCalibre(rest) > kOtherCalibre);
}

}  // namespace

uint64_t SerialKey(absl::string_view canonical) {
  constexpr size_t kExactLength = 12;  // 37^12 < 2^63.
  constexpr uint64_t kHashed = uint64_t{1} << 63;
  if (canonical.size() > kExactLength) return HashTexts({"serial", canonical}) | kHashed;
  uint64_t key = 0;
  for (const char c : canonical) {
    // Digits of 1 to 36, so that leading zeros count; 0 is what was not read.
    key =
        key * 37 + (c == '?' ? 0 : static_cast<uint64_t>(IsDigit(c) ? c - '0' + 1 : c - 'A' + 11));
  }
  return key;
}

std::string SerialLikeness(absl::string_view canonical) {
  constexpr absl::string_view kTaken = "DQILZSGBV";
  constexpr absl::string_view kFor = "00112568U";
  std::string likeness(canonical);
  for (char& c : likeness) {
    const size_t place = kTaken.find(c);
    if (place != absl::string_view::npos) c = kFor[place];
  }
  return likeness;
}

uint64_t LikenessKey(absl::string_view canonical) { return SerialKey(SerialLikeness(canonical)); }

namespace {

// A number of which characters were not read. Nothing where too few were, or where it is longer
// than a key can hold.
std::optional<SerialFact> PatternOf(const SerialReading& reading) {
  constexpr ptrdiff_t kReadMin = 4;
  constexpr size_t kLengthMax = 12;
  const std::string& number = reading.canonical;
  const ptrdiff_t unread = std::count(number.begin(), number.end(), '?');
  const bool plain = std::all_of(number.begin(), number.end(), [](char c) {
    return c == '?' || IsDigit(c) || absl::ascii_isupper(static_cast<unsigned char>(c));
  });
  if (!plain || number.size() > kLengthMax ||
      static_cast<ptrdiff_t>(number.size()) - unread < kReadMin) {
    return std::nullopt;
  }
  SerialFact fact;
  fact.key = SerialKey(number);
  fact.length = static_cast<uint8_t>(number.size());
  fact.doubtful = reading.doubt != SerialDoubt::kNone;
  fact.partial = true;
  return fact;
}

}  // namespace

void AddSerialFacts(absl::string_view as_written, SerialPart stated_part,
                    StatedLegibility legibility, absl::InlinedVector<SerialFact, 1>* facts,
                    const GunAsWritten& gun) {
  switch (legibility) {
    case StatedLegibility::kObliterated:
    case StatedLegibility::kNone:
    case StatedLegibility::kUnread:
      return;
    default:
      break;
  }
  const std::string model = CanonicalSerial(gun.model);
  for (const SerialReading& reading : ReadSerials(as_written)) {
    const bool in_part = reading.serial_class == SerialClass::kPartial ||
                         (reading.usable() && legibility == StatedLegibility::kPartial);
    if (!(reading.usable() || in_part) || IsTheGunItself(reading.canonical, model, gun)) continue;
    if (in_part) {
      std::optional<SerialFact> pattern = PatternOf(reading);
      if (!pattern.has_value()) continue;
      pattern->part = reading.part == SerialPart::kUnspecified ? stated_part : reading.part;
      if (std::find(facts->begin(), facts->end(), *pattern) == facts->end()) {
        facts->push_back(*pattern);
      }
      continue;
    }
    SerialFact fact;
    fact.key = SerialKey(reading.canonical);
    fact.likeness = LikenessKey(reading.canonical);
    fact.length = static_cast<uint8_t>(reading.canonical.size());
    fact.part = reading.part == SerialPart::kUnspecified ? stated_part : reading.part;
    fact.doubtful = reading.doubt != SerialDoubt::kNone;
    if (std::find(facts->begin(), facts->end(), fact) == facts->end()) facts->push_back(fact);
  }
  const auto rank = [](const SerialFact& f) {
    return f.part == SerialPart::kUnspecified ? static_cast<int>(SerialPart::kReceiver)
                                              : static_cast<int>(f.part);
  };
  std::stable_sort(facts->begin(), facts->end(),
                   [&](const SerialFact& a, const SerialFact& b) { return rank(a) < rank(b); });
}

}  // namespace serieslink::linkage
