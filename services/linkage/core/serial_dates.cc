#include "services/linkage/core/serial_dates.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "services/linkage/core/characters.h"

namespace serieslink::linkage {
namespace {

bool IsMonth(absl::string_view word) {
  static const auto* const months = new WordSet(SetOf(
      "JAN JANUARY JANEIRO ENERO ENE JANVIER JANV JANUAR JAENNER JANNER GENNAIO GEN JANUARI "
      "FEB FEBRUARY FEV FEVEREIRO FEBRERO FEVRIER FEVR FEBRUAR FEBBRAIO FEBRUARI "
      "MAR MARCH MARCO MARZO MARS MARZ MAERZ MRZ MAART MRT APR APRIL ABR ABRIL AVR AVRIL APRILE "
      "MAY MAIO MAI MAYO MAGGIO MAG MEI JUN JUNE JUNHO JUNIO JUIN JUNI GIUGNO GIU "
      "JUL JULY JULHO JULIO JUIL JUILLET JULI LUGLIO LUG AUG AUGUST AGO AGOSTO AOUT AUGUSTUS "
      "SEP SEPT SEPTEMBER SET SETEMBRO SEPTIEMBRE SETIEMBRE SEPTEMBRE SETTEMBRE "
      "OCT OCTOBER OUT OUTUBRO OCTUBRE OCTOBRE OKT OKTOBER OTTOBRE OTT "
      "NOV NOVEMBER NOVEMBRO NOVIEMBRE NOVEMBRE "
      "DEC DECEMBER DEZ DEZEMBRO DIC DICIEMBRE DECEMBRE DEZEMBER DICEMBRE"));
  return months->contains(word);
}

bool IsRomanMonth(absl::string_view word) {
  static const auto* const months = new WordSet(SetOf("I II III IV V VI VII VIII IX X XI XII"));
  return months->contains(word);
}

// Words that only stand in dates beside the others.
bool IsDateFiller(absl::string_view word) {
  static const auto* const fillers = new WordSet(
      SetOf("DE DEL DO DU DEN THE OF ST ND RD TH ER MON TUE WED THU FRI SAT SUN MONDAY TUESDAY "
            "WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY SEG TER QUA QUI SEX SAB DOM LUN MIE JUE VIE "
            "MER JEU VEN SAM DIM DATE DATED DATA FECHA DATUM"));
  return fillers->contains(word);
}

bool IsWeek(absl::string_view word) {
  return word == "W" || word == "WK" || word == "WEEK" || word == "KW" || word == "WOCHE" ||
         word == "SEMANA" || word == "SEMAINE";
}

// A quarter, term or half of a year.
bool IsShareOfYear(absl::string_view word) {
  return word == "Q" || word == "QTR" || word == "T" || word == "H" || word == "S" ||
         word == "TRIMESTRE" || word == "SEMESTRE" || word == "QUARTER";
}

bool IsFinancialYear(absl::string_view word) {
  return word == "FY" || word == "YEAR" || word == "ANO" || word == "AN" || word == "JAHR" ||
         word == "EXERCICIO";
}

int Value(absl::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool Between(int value, int low, int high) { return value >= low && value <= high; }

bool IsYear(absl::string_view text) { return text.size() == 4 && Between(Value(text), 1900, 2099); }

// Runs of letters and of digits, fillers left out, and what they are: D a day or month's number, Y
// a year, y two digits that a year can have, N other digits, M a month, R a Roman one, W a week, Q
// a share of a year, F a financial year, ? anything else.
struct Items {
  std::vector<absl::string_view> texts;
  std::string kinds;
};

char KindOf(absl::string_view run) {
  if (IsDigit(run[0])) {
    if (IsYear(run)) return 'Y';
    if (run.size() > 2) return 'N';
    return Between(Value(run), 1, 31) ? 'D' : 'y';
  }
  if (IsMonth(run)) return 'M';
  if (IsWeek(run)) return 'W';
  if (IsShareOfYear(run)) return 'Q';
  if (IsFinancialYear(run)) return 'F';
  if (IsRomanMonth(run)) return 'R';
  return '?';
}

Items ItemsOf(absl::string_view body) {
  Items items;
  for (size_t i = 0; i < body.size();) {
    if (!IsDigit(body[i]) && !IsLetter(body[i])) {
      ++i;
      continue;
    }
    const bool digit = IsDigit(body[i]);
    const size_t begin = i;
    while (i < body.size() && (digit ? IsDigit(body[i]) : IsLetter(body[i]))) ++i;
    const absl::string_view run = body.substr(begin, i - begin);
    if (!digit && IsDateFiller(run)) continue;
    items.texts.push_back(run);
    items.kinds.push_back(KindOf(run));
  }
  return items;
}

bool IsDayAndMonth(absl::string_view a, absl::string_view b) {
  return (Between(Value(a), 1, 31) && Between(Value(b), 1, 12)) ||
         (Between(Value(a), 1, 12) && Between(Value(b), 1, 31));
}

// "2023/24", "2023-2024".
bool AreConsecutiveYears(absl::string_view first, absl::string_view second) {
  const int next = Value(first) + 1;
  return Value(second) == (second.size() == 4 ? next : next % 100);
}

// Takes a time off the end: "14:30", "T14:30:22Z", "2 PM". True when there is one.
bool DropTime(absl::string_view* body) {
  const size_t colon = body->find(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  size_t begin = colon;
  while (begin > 0 && IsDigit((*body)[begin - 1])) --begin;
  if (begin == colon || colon - begin > 2) return false;
  const absl::string_view time = body->substr(begin);
  const bool only_time = std::all_of(time.begin(), time.end(), [](char c) {
    return IsDigit(c) || absl::StrContains(":.,+- ZAPMH", c);
  });
  if (!only_time) return false;
  if (begin > 0 && (*body)[begin - 1] == 'T') --begin;
  *body = absl::StripAsciiWhitespace(body->substr(0, begin));
  return true;
}

bool HasSeparator(absl::string_view body) {
  return body.find_first_of("/.- ") != absl::string_view::npos;
}

}  // namespace

bool IsDate(absl::string_view body) {
  body = absl::StripAsciiWhitespace(body);
  if (DropTime(&body) && body.empty()) return true;
  const Items items = ItemsOf(body);
  const std::string& kinds = items.kinds;
  const auto& texts = items.texts;
  const auto is = [&](std::initializer_list<absl::string_view> forms) {
    return std::find(forms.begin(), forms.end(), kinds) != forms.end();
  };
  // A month in words.
  if (is({"MY", "YM", "DMY", "MDY", "DM", "MD", "YMD", "YDM", "My", "DMD", "DMy", "MDD", "MDy",
          "yMD", "M"})) {
    return true;
  }
  if (!HasSeparator(body) && kinds.find_first_of("WQF") == std::string::npos) return false;
  if (is({"DRY", "DRD", "DRy"})) return true;
  if (is({"YWD", "YWDD", "WDY", "DWY", "YWy", "WyY", "FY", "FYY", "FYD", "FYy", "FDD", "FyD", "FDy",
          "Fyy"})) {
    return true;
  }
  if (is({"YQD", "QDY", "QDD", "QDy", "DQY", "DQD", "DQy"})) {
    const size_t share = kinds[0] == 'D' ? 0 : kinds.find('Q') + 1;
    return Value(texts[share]) <= 4;
  }
  // Two numbers: a month of a year, or two years.
  if (is({"DY"})) return Value(texts[0]) <= 12;
  if (is({"YD", "Yy"})) return Value(texts[1]) <= 12 || AreConsecutiveYears(texts[0], texts[1]);
  if (is({"YY"})) return AreConsecutiveYears(texts[0], texts[1]);
  // Three numbers.
  if (is({"DDY", "DDD", "DDy"}) && IsDayAndMonth(texts[0], texts[1])) return true;
  if (is({"YDD", "DDD", "yDD"}) && IsDayAndMonth(texts[1], texts[2])) return true;
  return false;
}

bool IsRecentDay(absl::string_view digits) {
  if (digits.size() != 6 || !std::all_of(digits.begin(), digits.end(), IsDigit)) return false;
  const auto two = [&](size_t at) { return Value(digits.substr(at, 2)); };
  const auto is_recent = [](int year) { return Between(year, 20, 27); };
  return Between(two(2), 1, 12) && ((is_recent(two(4)) && Between(two(0), 1, 31)) ||
                                    (is_recent(two(0)) && Between(two(4), 1, 31)));
}

}  // namespace serieslink::linkage
