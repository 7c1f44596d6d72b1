#include "services/linkage/core/one_edit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/serial_agreement.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kSharedBeginning = 4;
constexpr size_t kSharedEnd = 5;

absl::string_view BeginningOf(absl::string_view number) {
  return number.substr(0, kSharedBeginning);
}
absl::string_view EndOf(absl::string_view number) {
  return number.substr(number.size() - std::min(number.size(), kSharedEnd));
}

bool LookAlike(const ExhibitFacts& a, const ExhibitFacts& b) {
  return SameMake(a.make, b.make) && a.model != 0 && a.model == b.model &&
         a.calibre > kOtherCalibre && a.calibre == b.calibre && a.borough != 0 &&
         a.borough == b.borough;
}

// The number that the rule compares; empty for none.
std::string ComparedNumber(const SerialFact& serial, uint8_t length_min) {
  return serial.partial || serial.length < length_min ? std::string() : SerialOfKey(serial);
}

}  // namespace

bool AreOneEditApart(absl::string_view a, absl::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto [first_a, first_b] = std::mismatch(a.begin(), a.end(), b.begin());
  if (a.size() < b.size()) return std::equal(first_a, a.end(), first_b + 1);
  return first_a != a.end() && std::equal(first_a + 1, a.end(), first_b + 1);
}

bool JoinsByOneEdit(const ExhibitFacts& a, const ExhibitFacts& b, uint8_t length_min) {
  if (!LookAlike(a, b)) return false;
  for (const SerialFact& x : a.serials) {
    const std::string number = ComparedNumber(x, length_min);
    if (number.empty()) continue;
    for (const SerialFact& y : b.serials) {
      const std::string other = ComparedNumber(y, length_min);
      if (other.empty() || !AreOneEditApart(number, other)) continue;
      if (BeginningOf(number) == BeginningOf(other) || EndOf(number) == EndOf(other)) return true;
    }
  }
  return false;
}

absl::InlinedVector<uint64_t, 2> OneEditKeys(const ExhibitFacts& exhibit, uint8_t length_min) {
  absl::InlinedVector<uint64_t, 2> keys;
  if (!LookAlike(exhibit, exhibit)) return keys;
  const uint64_t look = MixBits(MixBits(MixBits(exhibit.make) ^ exhibit.model) ^
                                (uint64_t{exhibit.borough} << 16 | exhibit.calibre));
  for (const SerialFact& serial : exhibit.serials) {
    const std::string number = ComparedNumber(serial, length_min);
    if (number.empty()) continue;
    keys.push_back(MixBits(look ^ SerialKey(BeginningOf(number))));
    keys.push_back(MixBits(~look ^ SerialKey(EndOf(number))));
  }
  return keys;
}

}  // namespace serieslink::linkage
