#include "tests/synth/calendar.h"

#include "absl/time/civil_time.h"

namespace serieslink::synth {
namespace {

absl::CivilMinute CivilOf(Minute at) { return absl::CivilMinute(1970) + at; }

void AppendTwo(int value, std::string* text) {
  text->push_back(static_cast<char>('0' + value / 10));
  text->push_back(static_cast<char>('0' + value % 10));
}

void AppendMonth(absl::CivilMinute civil, std::string* text) {
  const int year = static_cast<int>(civil.year());
  AppendTwo(year / 100, text);
  AppendTwo(year % 100, text);
  text->push_back('-');
  AppendTwo(civil.month(), text);
}

void AppendDay(absl::CivilMinute civil, std::string* text) {
  AppendMonth(civil, text);
  text->push_back('-');
  AppendTwo(civil.day(), text);
}

}  // namespace

Minute MidnightOf(int year, int month, int day) {
  return absl::CivilMinute(year, month, day) - absl::CivilMinute(1970);
}

int YearOf(Minute at) { return static_cast<int>(CivilOf(at).year()); }

std::string DayText(Minute at) {
  std::string text;
  AppendDay(CivilOf(at), &text);
  return text;
}

std::string MinuteText(Minute at) {
  const absl::CivilMinute civil = CivilOf(at);
  std::string text;
  text.reserve(16);
  AppendDay(civil, &text);
  text.push_back('T');
  AppendTwo(civil.hour(), &text);
  text.push_back(':');
  AppendTwo(civil.minute(), &text);
  return text;
}

std::string MonthText(Minute at) {
  std::string text;
  AppendMonth(CivilOf(at), &text);
  return text;
}

}  // namespace serieslink::synth
