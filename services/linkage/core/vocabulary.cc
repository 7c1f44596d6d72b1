#include "services/linkage/core/vocabulary.h"

#include <bit>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/vocabulary_spelling.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kMaxFieldBytes = 256;
constexpr absl::string_view kOther = "*";  // What is said to be something that no list has.

std::string Fold(absl::string_view as_written) {
  return FoldToAscii(as_written.substr(0, kMaxFieldBytes));
}

// The vocabulary of this process: what the first call wants, or the built-in one where that is
// null. Never deleted.
const std::shared_ptr<const Vocabulary>& Established(
    const std::shared_ptr<const Vocabulary>& wanted) {
  // A test reads the file that is built in, so that it is a vocabulary.
  static const auto* const first = new std::shared_ptr<const Vocabulary>(
      wanted != nullptr ? wanted : Vocabulary::Parse(DefaultVocabularyText()).value());
  return *first;
}

}  // namespace

const Vocabulary& VocabularyInUse() { return *Established(nullptr); }

absl::Status UseVocabulary(std::shared_ptr<const Vocabulary> vocabulary) {
  if (Established(vocabulary) == vocabulary) return absl::OkStatus();
  return absl::FailedPreconditionError("texts have been read by another vocabulary");
}

// A known spelling, with or without the point that inches begin with.
const CalibreId* Vocabulary::FindCalibre(const std::string& squeezed) const {
  auto found = calibres_.find(squeezed);
  if (found == calibres_.end() && !squeezed.empty() && IsDigit(squeezed[0])) {
    found = calibres_.find("." + squeezed);
  }
  // ".4" is what a spreadsheet leaves of .40.
  if (found == calibres_.end() && squeezed.size() == 2 && squeezed[0] == '.') {
    found = calibres_.find(squeezed + "0");
  }
  return found == calibres_.end() ? nullptr : &found->second;
}

// The make that begins a text of a make and a model: "GLOCK 17", "SMITH & WESSON MODEL 10",
// "TAURUS24". Null when none does.
const std::string* Vocabulary::FindLeadingMake(absl::string_view canonical) const {
  const auto known = [&](absl::string_view squeezed) -> const std::string* {
    const auto found = makes_.find(squeezed);
    const bool is_make = found != makes_.end() && !found->second.empty() && found->second != kOther;
    return is_make ? &found->second : nullptr;
  };
  std::vector<absl::string_view> words = absl::StrSplit(canonical, ' ', absl::SkipEmpty());
  for (; words.size() > 1; words.pop_back()) {
    std::string squeezed;
    for (size_t i = 0; i + 1 < words.size(); ++i) squeezed.append(words[i].data(), words[i].size());
    if (squeezed.size() < 4) break;
    if (const std::string* make = known(squeezed)) return make;
  }
  // The make and the model's number in one word, with at most two letters between.
  const absl::string_view word = words.empty() ? absl::string_view() : words[0];
  const size_t digit = word.find_first_of("0123456789");
  if (digit == absl::string_view::npos) return nullptr;
  for (size_t letters = 0; letters <= 2 && digit >= letters + 3; ++letters) {
    if (const std::string* make = known(word.substr(0, digit - letters))) return make;
  }
  return nullptr;
}

// What fills the field of a make and is no name: nothing but digits or one character over and over,
// or a calibre that went astray.
bool Vocabulary::NamesNobody(absl::string_view folded, absl::string_view squeezed) const {
  if (squeezed.find_first_not_of(squeezed[0]) == absl::string_view::npos) return true;
  if (squeezed.find_first_not_of("0123456789") == absl::string_view::npos) return true;
  return (IsDigit(folded[0]) || folded[0] == '.') && ReadCalibre(folded) > kOtherCalibre;
}

Make Vocabulary::ReadMake(absl::string_view as_written) const {
  Make make;
  const std::string folded = Fold(as_written);
  const std::string canonical = CanonicalMakeText(folded);
  const std::string squeezed = SqueezeMake(canonical);
  if (squeezed.empty() || NamesNobody(folded, squeezed)) return make;
  auto found = makes_.find(squeezed);
  if (found == makes_.end()) {
    // "SMITH & WESSON" is found with and without its "&".
    found = makes_.find(Squeeze(canonical, ""));
  }
  if (found == makes_.end()) {
    const std::string* const leading = FindLeadingMake(canonical);
    make.canonical = leading == nullptr ? canonical : *leading;
  } else if (found->second == kOther) {
    make.key = kOtherMake;
    return make;
  } else if (found->second.empty()) {
    return make;
  } else {
    make.canonical = found->second;
  }
  make.key = HashTexts({"make", Squeeze(make.canonical, "")});
  return make;
}

uint64_t Vocabulary::ModelKey(absl::string_view as_written, uint64_t make) const {
  std::string squeezed = Squeeze(Fold(as_written), "");
  if (squeezed.empty()) return 0;
  const auto known = makes_.find(squeezed);
  if (known != makes_.end() && (known->second.empty() || known->second == kOther)) return 0;
  if (make > kOtherMake) {
    std::pair<uint64_t, std::string> written(make, std::move(squeezed));
    const auto named = models_.find(written);
    squeezed = named == models_.end() ? std::move(written.second) : named->second;
  }
  return HashTexts({"model", squeezed});
}

CalibreId Vocabulary::ReadCalibre(absl::string_view as_written) const {
  const std::string folded = Fold(as_written);
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

absl::string_view Vocabulary::CalibreName(CalibreId calibre) const {
  return calibre < calibre_names_.size() ? calibre_names_[calibre] : calibre_names_[kOtherCalibre];
}

bool Vocabulary::CompatibleCalibres(CalibreId a, CalibreId b) const {
  if (a == b || a <= kOtherCalibre || b <= kOtherCalibre) return true;
  return a < fits_.size() && b < fits_.size() && fits_[a][b];
}

TypeSet Vocabulary::ReadTypes(absl::string_view as_written) const {
  const auto found = types_.find(Squeeze(Fold(as_written), ""));
  return found == types_.end() ? 0 : found->second;
}

TypeAgreement Vocabulary::CompareTypes(TypeSet a, TypeSet b) const {
  a &= kTellingTypes;
  b &= kTellingTypes;
  if (a == 0 || b == 0) return TypeAgreement::kNotKnown;
  if (a == b) return TypeAgreement::kSame;
  TypeSet fits = a;
  for (TypeSet left = a; left != 0; left &= left - 1) {
    fits |= type_fits_[static_cast<size_t>(std::countr_zero(left))];
  }
  return (fits & b) != 0 ? TypeAgreement::kCompatible : TypeAgreement::kDifferent;
}

bool Vocabulary::IsMakeWord(absl::string_view letters) const {
  return make_words_.contains(letters);
}

}  // namespace serieslink::linkage
