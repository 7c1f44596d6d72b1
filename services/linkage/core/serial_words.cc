#include "services/linkage/core/serial_words.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/serial_word_tables.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kStemKey = 4;  // Stems have that many characters or more.

struct Stem {
  absl::string_view text;
  WordMeaning meaning;
};

using Meanings = absl::flat_hash_map<absl::string_view, WordMeaning>;

// The tables, to be looked up. Made once, never changed.
struct Index {
  Meanings whole;
  absl::flat_hash_map<absl::string_view, std::vector<Stem>> stems;  // By their first characters.
  Meanings slashed;
  Meanings pointed;
  absl::flat_hash_map<absl::string_view, SerialPart> parts;
  std::vector<std::pair<absl::string_view, SerialPart>> part_stems;
  absl::flat_hash_set<absl::string_view> labels;
};

template <typename Use>
void ForEachWord(absl::string_view words, const Use& use) {
  for (const absl::string_view word : absl::StrSplit(words, ' ', absl::SkipEmpty())) use(word);
}

Meanings MeaningsOf(absl::Span<const WordList> lists) {
  Meanings meanings;
  for (const WordList& list : lists) {
    ForEachWord(list.words, [&](absl::string_view word) { meanings.emplace(word, list.meaning); });
  }
  return meanings;
}

const Index& Words() {
  static const auto* const index = [] {
    auto* made = new Index();
    made->whole = MeaningsOf(SerialWholeWords());
    made->slashed = MeaningsOf(SlashedInitials());
    made->pointed = MeaningsOf(PointedInitials());
    for (const WordList& list : SerialStems()) {
      ForEachWord(list.words, [&](absl::string_view stem) {
        made->stems[stem.substr(0, kStemKey)].push_back(Stem{stem, list.meaning});
      });
    }
    for (const PartList& list : PartWords()) {
      ForEachWord(list.words, [&](absl::string_view word) {
        // Short names only whole: "CANO" is a barrel, "CANOAS" a town.
        if (word.size() <= 5) {
          made->parts.emplace(word, list.part);
        } else {
          made->part_stems.emplace_back(word, list.part);
        }
      });
    }
    ForEachWord(SerialLabels(), [&](absl::string_view word) { made->labels.insert(word); });
    return made;
  }();
  return *index;
}

WordMeaning Find(const Meanings& meanings, absl::string_view word) {
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
  const Index& words = Words();
  const WordMeaning whole = Find(words.whole, token);
  if (whole != WordMeaning::kNone || token.size() < kStemKey) return whole;
  const auto stems = words.stems.find(token.substr(0, kStemKey));
  if (stems == words.stems.end()) return WordMeaning::kNone;
  for (const Stem& stem : stems->second) {
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
  const Index& words = Words();
  const auto found = words.parts.find(token);
  if (found != words.parts.end()) return found->second;
  if (token.size() <= 5) return SerialPart::kUnspecified;
  for (const auto& [stem, part] : words.part_stems) {
    if (absl::StartsWith(token, stem)) return part;
  }
  return SerialPart::kUnspecified;
}

bool IsSerialLabel(absl::string_view token) { return Words().labels.contains(token); }

}  // namespace serieslink::linkage
