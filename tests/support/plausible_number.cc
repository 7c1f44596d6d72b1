#include "tests/support/plausible_number.h"

#include <algorithm>
#include <regex>
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
    "DUMMY",    "TEST",    "SAMPLE",  "SPIłOW",  "KAZıN",    "VOID",     "LOST",   "RASP",
    "SUPR",     "TBC",     "NOT ",    "POSS",    "PROB",     "ENDS",     "ENDING", "PART",
    "MODEL ",   "WORN"};

// Runs of letters.
constexpr std::string_view kNotOfTheNumber[] = {
    "TBA",   "TBC",   "TBD",   "UNK",   "UKN", "NKN",   "NIL",    "NVT",   "CAL",   "MM",    "MMX",
    "ACP",   "AUTO",  "LUGER", "PARA",  "SPL", "MAG",   "PTB",    "CIP",   "BNP",   "BBM",   "MOD",
    "MODEL", "MADE",  "IN",    "ITALY", "USA", "GERMA", "GLOCK",  "COLT",  "RUGER", "BRUNI", "EKOL",
    "SIG",   "STAR",  "ROSSI", "PPK",   "USP", "REM",   "WIN",    "GAUGE", "PAT",   "DRGM",  "BREV",
    "BLOW",  "RETAY", "NULL",  "GAMO",  "GEN", "SSP",   "WALTHER"};

// What numbers other things, where it is the first run of letters.
constexpr std::string_view kLabelsOfOthers[] = {
    "ITEM", "EXH", "BAG",  "CAD",  "URN",   "PNC",  "CRIME", "CRIS", "LOG",  "PROP",  "PROPERTY",
    "SEAL", "LAB", "CASE", "CERT", "LACRE", "PROC", "INQ",   "TEL",  "REF",  "LAUDO", "CRN",
    "NC",   "NA",  "NI",   "NK",   "XX",    "NFI",  "ROOM",  "CPF",  "IMEI", "GBP",   "EUR"};
// Only apart from the digits.
constexpr std::string_view kLabelsApart[] = {"ID",  "BO",  "RO",  "SN",  "ND",  "EX",  "CR", "SUP",
                                             "TAG", "BOX", "FAC", "SGC", "AGE", "OCC", "NHS"};

bool Holds(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

bool Fits(std::string_view text, const std::regex& form) {
  return std::regex_match(text.begin(), text.end(), form);
}

// Forms in which makers number, without anything between the characters.
bool HasFormOfAMaker(std::string_view text) {
  static const std::regex forms(
      "\\d{4,10}|[A-Z]{1,3}\\d{3,8}|\\d{5}[A-Z]{2}\\d{3}|[A-Z]{4}\\d{3}|[A-Z]{2,4}\\d{3}US|"
      "[A-Z]{1,3}(\\d{4}[A-Z]|\\d{5,7}[A-Z]{1,2})|\\d{1,3}[A-Z]{1,3}\\d{4,7}|"
      "\\d\\d?[A-Z]{1,2}\\d{5,7}[A-Z]|\\d{3,8}[A-Z]{1,2}|T\\d{6}[A-Z]{1,2}\\d{5}|"
      "[A-Z]{1,3}\\d\\d?[A-Z]{1,2}\\d{4,6}");
  static const std::regex oh("O");
  std::string zeros(text);
  std::replace(zeros.begin(), zeros.end(), 'O', '0');
  return Fits(text, forms) || Fits(zeros, forms);
}

// What its shape says to be something else: dates, telephones, codes, amounts, references.
bool IsOfSomethingElse(std::string_view text) {
  static const std::regex symbols(".*[/\\\\:=@$%+<>?].*");
  static const std::regex groups("\\D*(\\d{1,4}[-. ,]+){2,}\\d{1,4}\\D*");
  static const std::regex thousands("\\d{1,3}([., ]\\d{3})+");
  static const std::regex fraction("-?\\d+[.,](\\d{1,2}|\\d{4,})");
  static const std::regex year(
      "(.*[^A-Z0-9])?(19|20)\\d\\d[^A-Z0-9]+.*\\d.*|.*\\d[^A-Z0-9]+(19|20)\\d\\d");
  static const std::regex year_before_digits("(19|20)\\d\\d[^A-Z0-9]+[A-Z]*\\d.*");
  static const std::regex month(
      "(\\d{1,2})?[-. "
      "]*(JAN|FE[BV]|MAR|A[BPV]R|MA[IY]|JU[LN]|A[GUO][GOU]|SE[PT]|O[CUK]T|NOV|DE[CZ]|"
      "ENE|DIC)[A-Z]*[-. ]*(\\d{1,2}|(\\d{1,2}[-. ]*)?((19|20)\\d\\d|'?\\d\\d))");
  static const std::regex postcode("[A-Z]{1,2}\\d[A-Z0-9]? \\d[A-Z]{2}");
  static const std::regex telephone("\\d{4,5}[- ]\\d{4}|9\\d{8}|\\d{11,}|0[\\d -]{10,}");
  static const std::regex codes(
      "[A-Z]{2}\\d{6}[A-D]|\\d\\d[A-Z]{2}\\d{7}|[EWSNKJLM]\\d\\d0\\d{5}|[A-Z]{3}-\\d{4}");
  static const std::regex measure("[\\d., ]+ ?(KG|KGS|LB|LBS|OZ|CM|FT|ML|KM|GBP|EUR|USD|BRL)");
  static const std::regex initials("([A-Z]\\.){2,}.*");
  if (Fits(text, symbols) || Fits(text, initials) || Fits(text, fraction) || Fits(text, year) ||
      Fits(text, year_before_digits) || Fits(text, month) || Fits(text, postcode) ||
      Fits(text, telephone) || Fits(text, codes) || Fits(text, measure)) {
    return true;
  }
  return Fits(text, groups) && !Fits(text, thousands);
}

// A day of the last years in six digits.
bool IsDayOfLateYears(std::string_view text) {
  static const std::regex day(
      "(0[1-9]|[12]\\d|3[01])(0[1-9]|1[0-2])2[0-7]|"
      "2[0-7](0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])");
  return Fits(text, day);
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

bool IsPlausibleNumber(std::string_view as_written) {
  const std::size_t first = as_written.find_first_not_of(" .,-");
  const std::size_t last = as_written.find_last_not_of(" .,-/");
  if (first == std::string_view::npos) return false;
  const std::string_view written = as_written.substr(first, last - first + 1);
  for (const std::string_view word : kSaysWhyNone) {
    if (Holds(written, word)) return false;
  }
  for (const std::string_view label : kLabelsApart) {
    if (written.substr(0, label.size()) == label && written.size() > label.size() &&
        Holds(" :.", written.substr(label.size(), 1))) {
      return false;
    }
  }
  if (Holds(written, "\u00a3") || IsOfSomethingElse(written)) return false;
  std::string own;
  bool any_word = false;
  std::string letters;
  std::string digits;
  for (const std::string& run : Runs(written)) {
    if (IsDigit(run[0])) {
      digits += run;
      own += run;
    } else if (std::find(std::begin(kNotOfTheNumber), std::end(kNotOfTheNumber), run) !=
               std::end(kNotOfTheNumber)) {
      any_word = true;
    } else {
      if (own.empty() && std::find(std::begin(kLabelsOfOthers), std::end(kLabelsOfOthers), run) !=
                             std::end(kLabelsOfOthers)) {
        return false;
      }
      letters += run;
      own += run;
    }
  }
  if (digits.empty() || own.size() < (any_word ? 6u : 4u)) return false;
  if (!HasFormOfAMaker(own) || IsDayOfLateYears(own)) return false;
  const bool says_nothing =
      letters.empty() ||
      (letters.size() > 1 && std::set<char>(letters.begin(), letters.end()).size() == 1);
  const std::size_t nonzero = digits.find_first_not_of('0');
  if (nonzero == std::string::npos) return false;
  const bool same_letters =
      letters.size() > 2 && std::set<char>(letters.begin(), letters.end()).size() == 1;
  if (same_letters && std::set<char>(digits.begin(), digits.end()).size() == 1) return false;
  const bool round =
      digits.size() >= 5 && letters.size() < 2 &&
      digits.substr(1, digits.size() - 2).find_first_not_of('0') == std::string::npos;
  if (round) return false;
  if (says_nothing) return !IsMonotonous(digits) && !IsMonotonous(digits.substr(nonzero));
  if (digits.size() < 4) return true;
  // Behind one letter as alone; behind more, makers count too.
  if (letters.size() > 1) return std::set<char>(digits.begin(), digits.end()).size() > 1;
  std::set<int> steps;
  for (std::size_t i = 1; i < digits.size(); ++i) steps.insert(digits[i] - digits[i - 1]);
  return steps.size() > 1;
}

}  // namespace serieslink
