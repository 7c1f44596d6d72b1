#include "services/linkage/core/serial_words.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "services/linkage/core/serial_vocabulary.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

const SerialVocabulary& Words() { return VocabularyInUse().serials(); }

WordMeaning Find(const SerialVocabulary::Meanings& meanings, absl::string_view word) {
  const auto found = meanings.find(word);
  return found == meanings.end() ? WordMeaning::kNone : found->second;
}

// What a digit among letters was meant for.
char TypedFor(char c) {
  switch (c) {
    case '0':
      return 'O';
    case '1':
      return 'I';
    case '3':
      return 'E';
    case '4':
      return 'A';
    case '5':
      return 'S';
    default:
      return c;
  }
}

WordMeaning Lookup(absl::string_view token) {
  const SerialVocabulary& words = Words();
  const WordMeaning whole = Find(words.whole, token);
  constexpr size_t kKey = SerialVocabulary::kStemKey;
  if (whole != WordMeaning::kNone || token.size() < kKey) return whole;
  const auto stems = words.stems.find(token.substr(0, kKey));
  if (stems == words.stems.end()) return WordMeaning::kNone;
  for (const SerialVocabulary::Stem& stem : stems->second) {
    if (absl::StartsWith(token, stem.text) || absl::StartsWith(stem.text, token)) {
      return stem.meaning;
    }
  }
  return WordMeaning::kNone;
}

}  // namespace

WordMeaning MeaningOfWord(absl::string_view token) {
  const size_t digits = static_cast<size_t>(
      std::count_if(token.begin(), token.end(), [](unsigned char c) { return c <= '9'; }));
  if (digits == 0) return Lookup(token);
  // A word in which a few letters were typed as digits, and not a number with a few letters.
  if (token.size() < 4 || digits * 3 > token.size()) return WordMeaning::kNone;
  std::string typed(token);
  std::transform(typed.begin(), typed.end(), typed.begin(), TypedFor);
  return Lookup(typed);
}

WordMeaning MeaningOfInitials(absl::string_view letters, char separator) {
  return Find(separator == '/' ? Words().slashed : Words().pointed, letters);
}

SerialPart PartOfWord(absl::string_view token) {
  const SerialVocabulary& words = Words();
  // Short names only whole: "CANO" is a barrel, "CANOAS" a town.
  if (token.size() <= SerialVocabulary::kWholePartMax) {
    const auto found = words.parts.find(token);
    return found == words.parts.end() ? SerialPart::kUnspecified : found->second;
  }
  for (const auto& [stem, part] : words.part_stems) {
    if (absl::StartsWith(token, stem)) return part;
  }
  return SerialPart::kUnspecified;
}

bool IsSerialLabel(absl::string_view token) { return Words().labels.contains(token); }

}  // namespace serieslink::linkage
