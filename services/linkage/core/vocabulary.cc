#include "services/linkage/core/vocabulary.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/vocabulary_tables.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kMaxFieldBytes = 256;

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Letters, digits and the characters of `kept` only.
std::string Squeeze(absl::string_view folded, absl::string_view kept) {
  std::string out;
  out.reserve(folded.size());
  for (const char c : folded) {
    if (IsAlnum(c) || absl::StrContains(kept, c)) out.push_back(c);
  }
  return out;
}

using Words = std::vector<absl::string_view>;

Words SplitWords(absl::string_view words) { return absl::StrSplit(words, ' ', absl::SkipEmpty()); }

// Squeezed spelling to canonical make; "" for unknown, "*" for other. Built once, never changed.
const absl::flat_hash_map<std::string, absl::string_view>& MakeIndex() {
  static const auto* const index = [] {
    auto* made = new absl::flat_hash_map<std::string, absl::string_view>();
    for (const MakeAliases& make : MakeTable()) {
      made->emplace(Squeeze(make.canonical, "&"), make.canonical);
      for (const absl::string_view alias : SplitWords(make.aliases)) {
        made->emplace(alias, make.canonical);
      }
    }
    for (const absl::string_view word : SplitWords(UnknownMakeWords())) made->emplace(word, "");
    for (const absl::string_view word : SplitWords(OtherMakeWords())) made->emplace(word, "*");
    return made;
  }();
  return *index;
}

// Company forms and fillers at the end of a maker's name.
bool IsCompanyWord(absl::string_view word) {
  static constexpr absl::string_view kWords[] = {
      "INC", "LTD", "LTDA", "LLC", "CORP", "CO", "SA", "SPA", "GMBH", "AG",
      "PLC", "BV",  "KG",   "SRL", "AS",   "OY", "AB", "DOO", "CIA",  "COMPANY"};
  for (const absl::string_view w : kWords) {
    if (word == w) return true;
  }
  return false;
}

// Words of a make: upper case, no punctuation but "&", company words at the end dropped.
std::string CanonicalMakeText(absl::string_view folded) {
  std::string spaced;
  for (const char c : folded) {
    if (c == '.' || c == '\'' || c == kOrdinalMark) continue;  // "S.A." and "COLT'S" stay together.
    spaced.push_back(IsAlnum(c) || c == '&' ? c : ' ');
  }
  Words words = SplitWords(spaced);
  while (words.size() > 1 && IsCompanyWord(words.back())) words.pop_back();
  std::string out;
  for (const absl::string_view word : words) {
    if (!out.empty()) out.push_back(' ');
    out.append(word.data(), word.size());
  }
  return out;
}

struct Calibres {
  absl::flat_hash_map<std::string, CalibreId> by_spelling;
  std::vector<absl::string_view> names;  // By id.
  std::vector<std::vector<bool>> fits;   // By id and id; symmetric.
};

std::string SqueezeCalibre(absl::string_view folded);

const Calibres& CalibreIndex() {
  static const auto* const index = [] {
    auto* made = new Calibres();
    made->names = {"unknown", "other"};
    absl::flat_hash_map<absl::string_view, CalibreId> by_name;
    for (const CalibreFamily& family : CalibreTable()) {
      const CalibreId id = static_cast<CalibreId>(made->names.size());
      made->names.push_back(family.name);
      by_name.emplace(family.name, id);
      for (const absl::string_view alias : SplitWords(family.aliases)) {
        made->by_spelling.emplace(alias, id);
      }
      // A family's own name is read as any other, unless it is another's alias.
      made->by_spelling.emplace(SqueezeCalibre(FoldToAscii(family.name)), id);
    }
    made->fits.assign(made->names.size(), std::vector<bool>(made->names.size(), false));
    for (const CalibreFamily& family : CalibreTable()) {
      const CalibreId id = by_name.at(family.name);
      for (const absl::string_view name : absl::StrSplit(family.fits, ';', absl::SkipEmpty())) {
        const auto other = by_name.find(name);
        if (other == by_name.end()) continue;
        made->fits[id][other->second] = true;
        made->fits[other->second][id] = true;
      }
    }
    for (const absl::string_view word : SplitWords(UnknownCalibreWords())) {
      made->by_spelling.emplace(word, kUnknownCalibre);
    }
    return made;
  }();
  return *index;
}

// Squeezed spelling of a calibre: "MM" dropped, a comma between digits read as a point.
std::string SqueezeCalibre(absl::string_view folded) {
  std::string text(folded);
  for (size_t i = 0; i < text.size(); ++i) {
    const bool between_digits =
        i > 0 && i + 1 < text.size() && IsDigit(text[i - 1]) && IsDigit(text[i + 1]);
    if (text[i] == ',' && between_digits) text[i] = '.';
    if (text[i] == '*' && between_digits) text[i] = 'X';
  }
  std::string squeezed = Squeeze(text, "./&+");
  for (const absl::string_view word : {"CALIBRE", "CALIBER", "CAL."}) {
    if (absl::StartsWith(squeezed, word)) squeezed.erase(0, word.size());
  }
  if (absl::StartsWith(squeezed, "CAL")) squeezed.erase(0, 3);
  for (size_t i = 1; i + 1 < squeezed.size();) {
    const bool unit = (IsDigit(squeezed[i - 1]) || squeezed[i - 1] == '.') && squeezed[i] == 'M' &&
                      squeezed[i + 1] == 'M';
    if (unit) {
      squeezed.erase(i, 2);
    } else {
      ++i;
    }
  }
  while (absl::EndsWith(squeezed, ".")) squeezed.pop_back();
  // A spreadsheet's 0.40 is .40.
  if (absl::StartsWith(squeezed, "0.")) squeezed.erase(0, 1);
  return squeezed;
}

// A known spelling, with or without the point that inches begin with.
const CalibreId* FindCalibre(const std::string& squeezed) {
  const auto& by_spelling = CalibreIndex().by_spelling;
  auto found = by_spelling.find(squeezed);
  if (found == by_spelling.end() && !squeezed.empty() && IsDigit(squeezed[0])) {
    found = by_spelling.find("." + squeezed);
  }
  // ".4" is what a spreadsheet leaves of .40.
  if (found == by_spelling.end() && squeezed.size() == 2 && squeezed[0] == '.') {
    found = by_spelling.find(squeezed + "0");
  }
  return found == by_spelling.end() ? nullptr : &found->second;
}

// The make that begins a text of a make and a model: "GLOCK 17", "SMITH & WESSON MODEL 10",
// "TAURUS24". Null when none does.
const absl::string_view* FindLeadingMake(absl::string_view canonical) {
  const auto& index = MakeIndex();
  const auto known = [&](absl::string_view squeezed) -> const absl::string_view* {
    const auto found = index.find(squeezed);
    const bool is_make = found != index.end() && !found->second.empty() && found->second != "*";
    return is_make ? &found->second : nullptr;
  };
  Words words = SplitWords(canonical);
  for (; words.size() > 1; words.pop_back()) {
    std::string squeezed;
    for (size_t i = 0; i + 1 < words.size(); ++i) squeezed.append(words[i].data(), words[i].size());
    if (squeezed.size() < 4) break;
    if (const absl::string_view* make = known(squeezed)) return make;
  }
  // The make and the model's number in one word, with at most two letters between.
  const absl::string_view word = words.empty() ? absl::string_view() : words[0];
  const size_t digit = word.find_first_of("0123456789");
  if (digit == absl::string_view::npos) return nullptr;
  for (size_t letters = 0; letters <= 2 && digit >= letters + 3; ++letters) {
    if (const absl::string_view* make = known(word.substr(0, digit - letters))) return make;
  }
  return nullptr;
}

// What fills the field of a make and is no name: nothing but digits or one character over and over,
// or a calibre that went astray.
bool NamesNobody(absl::string_view folded, absl::string_view squeezed) {
  if (squeezed.find_first_not_of(squeezed[0]) == absl::string_view::npos) return true;
  if (squeezed.find_first_not_of("0123456789") == absl::string_view::npos) return true;
  return (IsDigit(folded[0]) || folded[0] == '.') && ReadCalibre(folded) > kOtherCalibre;
}

}  // namespace

Make ReadMake(absl::string_view as_written) {
  Make make;
  const std::string folded = FoldToAscii(as_written.substr(0, kMaxFieldBytes));
  const std::string canonical = CanonicalMakeText(folded);
  const std::string squeezed = Squeeze(canonical, "&");
  if (squeezed.empty() || NamesNobody(folded, squeezed)) return make;
  const auto& index = MakeIndex();
  auto found = index.find(squeezed);
  if (found == index.end()) {
    // "SMITH & WESSON" is found with and without its "&".
    found = index.find(Squeeze(canonical, ""));
  }
  if (found == index.end()) {
    const absl::string_view* const leading = FindLeadingMake(canonical);
    make.canonical = leading == nullptr ? canonical : std::string(*leading);
  } else if (found->second == "*") {
    make.key = kOtherMake;
    return make;
  } else if (found->second.empty()) {
    return make;
  } else {
    make.canonical = std::string(found->second);
  }
  make.key = HashTexts({"make", Squeeze(make.canonical, "")});
  return make;
}

uint64_t ModelKey(absl::string_view as_written) {
  const std::string squeezed = Squeeze(FoldToAscii(as_written.substr(0, kMaxFieldBytes)), "");
  if (squeezed.empty()) return 0;
  const auto known = MakeIndex().find(squeezed);
  if (known != MakeIndex().end() && (known->second.empty() || known->second == "*")) return 0;
  return HashTexts({"model", squeezed});
}

CalibreId ReadCalibre(absl::string_view as_written) {
  const std::string folded = FoldToAscii(as_written.substr(0, kMaxFieldBytes));
  const std::string whole = SqueezeCalibre(folded);
  if (whole.empty() || whole.find_first_not_of("./&+") == std::string::npos) {
    return kUnknownCalibre;
  }
  if (const CalibreId* found = FindCalibre(whole)) return *found;
  // "9 MM LUGER (9X19MM)": what stands before the brackets, then what stands in them.
  const size_t open = folded.find('(');
  if (open != std::string::npos) {
    if (const CalibreId* found = FindCalibre(SqueezeCalibre(folded.substr(0, open)))) return *found;
    const size_t close = folded.find(')', open);
    if (const CalibreId* found =
            FindCalibre(SqueezeCalibre(folded.substr(open + 1, close - open - 1)))) {
      return *found;
    }
  }
  return kOtherCalibre;
}

absl::string_view CalibreName(CalibreId calibre) {
  const auto& names = CalibreIndex().names;
  return calibre < names.size() ? names[calibre] : names[kOtherCalibre];
}

bool CompatibleCalibres(CalibreId a, CalibreId b) {
  if (a == b || a <= kOtherCalibre || b <= kOtherCalibre) return true;
  const auto& fits = CalibreIndex().fits;
  return a < fits.size() && b < fits.size() && fits[a][b];
}

}  // namespace serieslink::linkage
