#include "tests/support/plausible_number.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace serieslink {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }

// Found anywhere in the text.
constexpr std::string_view kSaysWhyNone[] = {
    "RASP",     "SUPRIM",  "OBLIT",   "REMOV",   "LIXAD",    "PINAD",    "ADULT",  "ELIMIN",
    "APAGA",    "DANIFIC", "ILEG",    "N/C",     "NAO ",     "SEM ",     "S/N",    "NADA",
    "INEXIST",  "CONSTA",  "APAREN",  "UNKN",    "NONE",     "DEFAC",    "GROUND", "REMARK",
    "N/K",      "N/A",     "U/K",     "T.B.A",   "BORRAD",   "LIMAD",    "SIN ",   "NINGUN",
    "DESCONO",  "EFFAC",   "MEUL",    "ILLIS",   "INCONN",   "AUCUN",    "SANS",   "AUSGESCHL",
    "ENTFERNT", "UNLES",   "UNBEK",   "KEIN",    "OHNE",     "USUNI",    "SPILOW", "ZATART",
    "BRAK",     "NIEZNAN", "VERWIJD", "GEVIJL",  "ONBEKEND", "ONLEES",   "GEEN",   "ABRAS",
    "ILLEGG",   "CANCELL", "SENZA",   "IGNOT",   "SILIN",    "KAZIN",    "OKUNA",  "BILINM",
    "STERT",    "SPILEN",  "UDALEN",  "VYDALEN", "NEVIDOM",  "NEIZVEST", "FSHIR",  "PANJOH",
    "MAMSUH",   "MAJHUL",  "PROOF",   "NITRO",   "MADE IN",  "PATENT",   "IMPORT", "EXHIBIT",
    "DUMMY",    "TEST",    "SAMPLE",  "SPIłOW",  "KAZıN"};

// Runs of letters.
constexpr std::string_view kNotOfTheNumber[] = {
    "TBA",   "TBC",   "TBD",   "UNK",   "UKN",  "NKN",   "NIL",  "NVT",   "CAL",   "MM",
    "MMX",   "ACP",   "AUTO",  "LUGER", "PARA", "SPL",   "MAG",  "PTB",   "CIP",   "BNP",
    "BBM",   "MOD",   "MODEL", "MADE",  "IN",   "ITALY", "USA",  "GERMA", "GLOCK", "COLT",
    "RUGER", "BRUNI", "EKOL",  "SIG",   "STAR", "ROSSI", "PPK",  "USP",   "REM",   "WIN",
    "GAUGE", "PAT",   "DRGM",  "BREV",  "BLOW", "RETAY", "NULL", "BAR"};

bool Holds(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

// Initials, a slash and a number.
bool IsMarkOfExhibit(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash >= 2 && slash <= 4 && slash + 1 < text.size() &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), IsLetter) &&
         IsDigit(text[slash + 1]) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(slash), text.end(),
                     [](char c) { return IsDigit(c) || c == '/'; });
}

// Whether the steps between neighbours of a run of digits are few pairs over and over: "2222223"
// has 0 0 and 0 1, "12121212" has 1 -1 and -1 1.
bool IsMonotonous(std::string_view digits) {
  if (digits.size() < 4) return false;
  std::vector<int> steps;
  for (std::size_t i = 1; i < digits.size(); ++i) steps.push_back(digits[i] - digits[i - 1]);
  std::set<std::pair<int, int>> pairs;
  for (std::size_t i = 1; i < steps.size(); ++i) pairs.insert({steps[i - 1], steps[i]});
  return pairs.size() * 2 <= steps.size() - 1 || (digits.size() < 6 && pairs.size() == 1);
}

std::vector<std::string> Runs(std::string_view text) {
  std::vector<std::string> runs;
  char before = ' ';
  for (const char c : text) {
    if (IsDigit(c) || IsLetter(c)) {
      const bool same = (IsDigit(before) && IsDigit(c)) || (IsLetter(before) && IsLetter(c));
      if (!same) runs.emplace_back();
      runs.back().push_back(c);
    }
    before = c;
  }
  return runs;
}

}  // namespace

bool IsPlausibleNumber(std::string_view written) {
  for (const std::string_view word : kSaysWhyNone) {
    if (Holds(written, word)) return false;
  }
  if (IsMarkOfExhibit(written)) return false;
  std::size_t own = 0;
  bool any_word = false;
  std::string letters;
  std::string digits;
  for (const std::string& run : Runs(written)) {
    if (IsDigit(run[0])) {
      digits += run;
      own += run.size();
    } else if (std::find(std::begin(kNotOfTheNumber), std::end(kNotOfTheNumber), run) !=
               std::end(kNotOfTheNumber)) {
      any_word = true;
    } else {
      letters += run;
      own += run.size();
    }
  }
  if (digits.empty() || own < (any_word ? 6u : 4u)) return false;
  const bool says_nothing =
      letters.empty() ||
      (letters.size() > 1 && std::set<char>(letters.begin(), letters.end()).size() == 1);
  if (says_nothing) {
    const std::size_t nonzero = digits.find_first_not_of('0');
    return nonzero != std::string::npos && !IsMonotonous(digits) &&
           !IsMonotonous(digits.substr(nonzero));
  }
  return std::set<char>(digits.begin(), digits.end()).size() > 1 || digits.size() < 4;
}

}  // namespace serieslink
