#include "services/linkage/core/gun_words.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/serial_shape.h"
#include "services/linkage/core/serial_vocabulary.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kShortestWord = 3;  // Shorter runs of letters are prefixes of numbers.
constexpr size_t kShortestNumber = 4;

bool IsKnownCalibre(absl::string_view text) { return ReadCalibre(text) > kOtherCalibre; }

bool IsModelNumber(absl::string_view text) {
  return VocabularyInUse().serials().model_numbers.contains(text);
}

GunWord MeaningOf(absl::string_view letters) {
  const Vocabulary& vocabulary = VocabularyInUse();
  const auto found = vocabulary.serials().gun_words.find(letters);
  if (found != vocabulary.serials().gun_words.end()) return found->second;
  const bool names_make = letters.size() >= kShortestWord && vocabulary.IsMakeWord(letters);
  return names_make ? GunWord::kGun : GunWord::kNone;
}

// Calls `use` with each run of letters and each run of digits of a token.
template <typename Use>
void ForEachRun(absl::string_view token, const Use& use) {
  for (size_t begin = 0; begin < token.size();) {
    size_t end = begin + 1;
    while (end < token.size() && IsDigit(token[end]) == IsDigit(token[begin])) ++end;
    use(token.substr(begin, end - begin));
    begin = end;
  }
}

// "KAL48217": a prefix of three letters and its digits.
bool IsPrefixedNumber(absl::string_view token) {
  constexpr size_t kDigits = 5;
  return token.size() >= kShortestWord + kDigits && !IsDigit(token[kShortestWord - 1]) &&
         std::all_of(token.begin() + kShortestWord, token.end(), IsDigit);
}

// What a run of letters of a token means.
GunWord MeaningInToken(absl::string_view run, absl::string_view token) {
  if (IsDigit(run[0])) return GunWord::kNone;
  const bool begins = run.begin() == token.begin();
  // "9MM": the unit is no prefix of a number.
  if (run == "MM") return begins ? GunWord::kNone : GunWord::kCartridge;
  if (run.size() < kShortestWord) return GunWord::kNone;
  const GunWord word = MeaningOf(run);
  // "38SPL", but "SPL45781" is a number.
  const bool before_digits = begins && run.size() < token.size();
  return word == GunWord::kCartridge && before_digits ? GunWord::kNone : word;
}

// What a body says from one token to another, with a point in front of it (".45 ACP").
absl::string_view Between(absl::string_view body, absl::string_view first, absl::string_view last) {
  const char* begin = first.data();
  if (begin != body.data() && *(begin - 1) == '.') --begin;
  return {begin, static_cast<size_t>(last.data() + last.size() - begin)};
}

// Whether a run of tokens is one model or calibre: "PT 92 AF", "38 SPL", "7.62", "12/70". Digits
// alone can be anything.
bool IsModelOrCalibre(absl::string_view text) {
  // A letter apart ("16 G 04417") belongs to the number more often than it means a gauge.
  if (text.size() > 2 && text[text.size() - 2] == ' ') return false;
  std::string joined;
  bool only_digits = true;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) joined.push_back(c);
    only_digits &= IsDigit(c) || c == ' ' || c == '-';
  }
  if (only_digits) return false;
  return IsModel(joined) || LooksLikeCalibre(joined) || IsKnownCalibre(text) ||
         IsKnownCalibre(joined);
}

// Whether what is left of a token behind a word only says which of its kind: "GLOCK 17", "GEN4",
// "3IN".
bool IsDesignator(absl::string_view left) {
  return left.size() <= kShortestWord && std::any_of(left.begin(), left.end(), IsDigit);
}

bool IsYearOfMake(absl::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), IsDigit) &&
         (absl::StartsWith(text, "18") || absl::StartsWith(text, "19") ||
          absl::StartsWith(text, "20"));
}

// Words of which the next is a model or a calibre.
bool Introduces(absl::string_view word) {
  static constexpr absl::string_view kWords[] = {"MOD", "MODEL", "TYP",   "TYPE",  "TIPO",
                                                 "CAL", "KAL",   "CALIB", "KALIB", "SERIES",
                                                 "GEN", "MARK",  "SERIE"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// What is left of one token when words are taken out.
std::string LeftOf(absl::string_view token, bool is_alone, OwnNumber* result) {
  if (is_alone && IsPrefixedNumber(token)) return std::string(token);
  std::string left;
  ForEachRun(token, [&](absl::string_view run) {
    const GunWord word = MeaningInToken(run, token);
    if (word == GunWord::kNone) {
      left.append(run.data(), run.size());
      return;
    }
    result->beside_words = true;
    result->all_of_it &= run.size() > kShortestWord || run == "MM";
    result->scattered |= run.size() == token.size() && Introduces(run);
    const bool mark_apart = word == GunWord::kMark && run.size() == token.size();
    result->beside_mark |= mark_apart && run.size() > kShortestWord;
    result->beside_short_mark |= mark_apart && run.size() == kShortestWord;
  });
  return left;
}

}  // namespace

bool IsGunWord(absl::string_view letters) { return MeaningOf(letters) != GunWord::kNone; }

bool IsModel(absl::string_view joined) {
  if (VocabularyInUse().serials().models.contains(joined)) return true;
  const size_t mod = joined.find("MOD");
  if (mod == absl::string_view::npos) return false;
  const bool digit_before = mod == 0 || IsDigit(joined[mod - 1]);
  const bool digit_after = mod + 3 == joined.size() || IsDigit(joined[mod + 3]);
  return digit_before && digit_after;
}

bool CanBePrefixedByMod(absl::string_view token) {
  return absl::StartsWith(token, "MOD") && IsPrefixedNumber(token) &&
         !VocabularyInUse().serials().models.contains(token);
}

OwnNumber OwnNumberOf(absl::string_view body, const std::vector<absl::string_view>& tokens) {
  constexpr size_t kLongestName = 5;  // Tokens of a model or calibre.
  OwnNumber result;
  std::vector<std::string> left(tokens.size());  // Of each token; empty where it is a word.
  bool behind_word = false;
  for (size_t i = 0; i < tokens.size();) {
    size_t end = tokens.size() == 1 ? i : std::min(tokens.size(), i + kLongestName);
    while (end > i && !IsModelOrCalibre(Between(body, tokens[i], tokens[end - 1]))) --end;
    if (end > i) {
      result.beside_words = behind_word = true;
      i = end;
      continue;
    }
    const absl::string_view token = tokens[i];
    left[i] = LeftOf(token, tokens.size() == 1, &result);
    behind_word |= left[i].size() < token.size();
    const bool is_model_number = IsYearOfMake(left[i]) || IsModelNumber(left[i]);
    if (behind_word && (IsDesignator(left[i]) || (is_model_number && i + 1 < tokens.size()))) {
      left[i].clear();
    }
    behind_word = left[i].empty();
    ++i;
  }
  if (!result.beside_words) return result;
  // Of one token the canonical form has no seams.
  if (tokens.size() == 1) result.all_of_it = false;
  // The longest piece of neighbours.
  std::string piece;
  int pieces = 0;
  for (size_t i = 0; i <= left.size(); ++i) {
    if (i < left.size() && !left[i].empty()) {
      piece += left[i];
      continue;
    }
    pieces += piece.empty() ? 0 : 1;
    if (piece.size() > result.own.size()) result.own = piece;
    piece.clear();
  }
  result.scattered |= pieces > 1;
  const bool no_number = result.own.size() < kShortestNumber || IsModel(result.own) ||
                         LooksLikeCalibre(result.own) || IsKnownCalibre(result.own) ||
                         IsModelNumber(result.own) || IsYearOfMake(result.own);
  if (no_number) result.own.clear();
  return result;
}

}  // namespace serieslink::linkage
