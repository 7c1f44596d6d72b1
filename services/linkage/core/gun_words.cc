#include "services/linkage/core/gun_words.h"

#include <algorithm>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/gun_word_tables.h"
#include "services/linkage/core/serial_shape.h"
#include "services/linkage/core/vocabulary.h"
#include "services/linkage/core/vocabulary_tables.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kShortestWord = 3;   // Shorter runs of letters are prefixes of numbers.
constexpr size_t kLongestModel = 10;  // Of the table.
constexpr size_t kShortestNumber = 4;

enum class GunWord : uint8_t {
  kNone,
  kGun,
  kCartridge,  // Stands alone or behind digits.
  kMark,
};

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

bool IsKnownCalibre(absl::string_view text) { return ReadCalibre(text) > kOtherCalibre; }

struct Index {
  absl::flat_hash_map<absl::string_view, GunWord> words;
  absl::flat_hash_set<absl::string_view> models;
  absl::flat_hash_set<absl::string_view> model_numbers;
};

const Index& Tables() {
  static const auto* const index = [] {
    auto* made = new Index();
    const auto each = [](absl::string_view words, const auto& use) {
      for (const absl::string_view word : absl::StrSplit(words, ' ', absl::SkipEmpty())) use(word);
    };
    each(MarkWords(), [&](absl::string_view w) { made->words.emplace(w, GunWord::kMark); });
    each(GunDescriptionWords(),
         [&](absl::string_view w) { made->words.emplace(w, GunWord::kGun); });
    each(CartridgeWords(),
         [&](absl::string_view w) { made->words.emplace(w, GunWord::kCartridge); });
    for (const MakeAliases& make : MakeTable()) {
      const auto add = [&](absl::string_view name) {
        if (name.size() >= kShortestWord) made->words.emplace(name, GunWord::kGun);
      };
      add(make.canonical);
      each(make.aliases, add);
    }
    each(ModelNames(), [&](absl::string_view w) { made->models.insert(w); });
    each(ModelNumbers(), [&](absl::string_view w) { made->model_numbers.insert(w); });
    return made;
  }();
  return *index;
}

GunWord MeaningOf(absl::string_view letters) {
  const auto found = Tables().words.find(letters);
  return found == Tables().words.end() ? GunWord::kNone : found->second;
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

// Whether any word of a gun stands in the text: what most texts are asked, and few are.
bool HasGunWord(const std::vector<absl::string_view>& tokens) {
  for (const absl::string_view token : tokens) {
    bool found = false;
    ForEachRun(token, [&](absl::string_view run) {
      found |= MeaningInToken(run, token) != GunWord::kNone;
    });
    if (found) return true;
    const bool may_be_model = tokens.size() > 1 && token.size() <= kLongestModel;
    if (may_be_model && Tables().models.contains(token)) return true;
  }
  return false;
}

std::string Join(const std::vector<absl::string_view>& tokens, size_t begin, size_t end) {
  std::string joined;
  for (size_t i = begin; i < end; ++i) joined.append(tokens[i].data(), tokens[i].size());
  return joined;
}

}  // namespace

bool IsModel(absl::string_view joined) {
  if (joined.size() <= kLongestModel && Tables().models.contains(joined)) return true;
  const size_t mod = joined.find("MOD");
  if (mod == absl::string_view::npos) return false;
  const bool digit_before = mod == 0 || IsDigit(joined[mod - 1]);
  const bool digit_after = mod + 3 == joined.size() || IsDigit(joined[mod + 3]);
  return digit_before && digit_after;
}

OwnNumber OwnNumberOf(const std::vector<absl::string_view>& tokens) {
  OwnNumber result;
  result.beside_words = HasGunWord(tokens);
  if (!result.beside_words) return result;
  for (size_t i = 0; i < tokens.size();) {
    // The longest run of tokens that is one model or calibre: "PT 92 AF", "38 SPL".
    size_t end = tokens.size();
    for (; end > i; --end) {
      const std::string joined = Join(tokens, i, end);
      const bool has_letter = !std::all_of(joined.begin(), joined.end(), IsDigit);
      if (has_letter && (IsModel(joined) || LooksLikeCalibre(joined) || IsKnownCalibre(joined))) {
        break;
      }
    }
    if (end > i) {
      i = end;
      continue;
    }
    const absl::string_view token = tokens[i++];
    ForEachRun(token, [&](absl::string_view run) {
      const GunWord word = MeaningInToken(run, token);
      if (word == GunWord::kNone) {
        result.own.append(run.data(), run.size());
        return;
      }
      const bool mark_apart = word == GunWord::kMark && run.size() == token.size();
      result.beside_mark |= mark_apart && run.size() > kShortestWord;
      result.beside_short_mark |= mark_apart && run.size() == kShortestWord;
    });
  }
  const bool no_number = result.own.size() < kShortestNumber || LooksLikeCalibre(result.own) ||
                         IsKnownCalibre(result.own) || Tables().model_numbers.contains(result.own);
  if (no_number) result.own.clear();
  return result;
}

}  // namespace serieslink::linkage
