#include "services/view/asked_gun.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"
#include "storage/base/text.h"

namespace serieslink::view {
namespace {

// What a number is looked up by where only its beginning or end is asked for.
constexpr std::size_t kEndBytes = 3;

constexpr char kSerial = 's';
constexpr char kStart = 'b';
constexpr char kEnd = 'e';
constexpr char kMake = 'm';
constexpr char kModel = 'd';
constexpr char kCalibre = 'c';
constexpr char kArea = 'a';
constexpr char kAgency = 'g';
constexpr char kAny[] = "*";

std::string Term(char kind, std::string_view text) {
  std::string term(1, kind);
  term.append(text);
  return term;
}

constexpr char kWhole = 'w';
constexpr char kFromStart = 'f';
constexpr char kFromEnd = 'l';
constexpr char kUnread = '?';

// That the character stands at this place, of a whole number with its length.
std::string PlaceTerm(char kind, std::size_t length, std::size_t place, char character) {
  return absl::StrCat(std::string(1, kind), length, ".", place, std::string(1, character));
}

// Of each character that is known, its place in a number of this length.
std::vector<std::string> PlacesOf(std::string_view number) {
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (number[i] != kUnread) terms.push_back(PlaceTerm(kWhole, number.size(), i, number[i]));
  }
  return terms;
}

std::vector<std::string> PlaceTermsOfQuery(const FirearmQuery& query) {
  if (!query.serial().has_value()) return {};
  const TextPattern& serial = *query.serial();
  if (!serial.has_wildcards()) return PlacesOf(serial.text());
  std::vector<std::string> terms;
  const std::string_view start = serial.literal_start();
  const std::string_view end = serial.literal_end();
  for (std::size_t i = 0; i < kEndBytes && start.size() >= kEndBytes; ++i) {
    terms.push_back(PlaceTerm(kFromStart, 0, i, start[i]));
  }
  for (std::size_t i = 0; i < kEndBytes && end.size() >= kEndBytes; ++i) {
    terms.push_back(PlaceTerm(kFromEnd, 0, i, end[end.size() - 1 - i]));
  }
  return terms;
}

std::vector<std::string> TermsOfQuery(const FirearmQuery& query) {
  if (query.serial().has_value()) {
    const TextPattern& serial = *query.serial();
    if (!serial.has_wildcards()) return {Term(kSerial, serial.text())};
    const std::string_view start = serial.literal_start();
    const std::string_view end = serial.literal_end();
    if (start.size() >= kEndBytes) return {Term(kStart, start.substr(0, kEndBytes))};
    if (end.size() >= kEndBytes) return {Term(kEnd, end.substr(end.size() - kEndBytes))};
  }
  if (!query.make().empty()) return {Term(kMake, query.make())};
  if (query.model().has_value() && !query.model()->has_wildcards()) {
    return {Term(kModel, query.model()->text())};
  }
  if (!query.area().empty()) return {Term(kArea, query.area())};
  if (!query.calibres().empty()) {
    std::vector<std::string> terms;
    for (const std::string& calibre : query.calibres()) terms.push_back(Term(kCalibre, calibre));
    return terms;
  }
  if (!query.agency().empty()) return {Term(kAgency, query.agency())};
  return {kAny};
}

// A whole number must be one that linkage would compare: "unknown" is on many guns.
std::string NumberOf(const FirearmQuery& query, std::string_view as_written) {
  if (!query.serial().has_value()) return "";
  const TextPattern& serial = *query.serial();
  if (serial.has_wildcards()) {
    return serial.literal_count() < linkage::kMinSerialLength ? "" : serial.text();
  }
  const std::vector<linkage::SerialReading> readings = linkage::ReadSerials(AbslView(as_written));
  return readings.size() == 1 && readings[0].usable() ? readings[0].canonical : "";
}

}  // namespace

AskedGun::AskedGun(const firearm::v1::FirearmFilter& filter)
    : query_(filter),
      terms_(TermsOfQuery(query_)),
      place_terms_(PlaceTermsOfQuery(query_)),
      number_(NumberOf(query_, filter.serial())),
      make_(filter.make()),
      calibre_(filter.calibre()) {}

bool AskedGun::IsOneGunWith(const AskedGun& other) const {
  return !number_.empty() && number_ == other.number_ && IsLike(other);
}

bool AskedGun::MayBeOneGunWith(const AskedGun& other) const {
  if (number_ == other.number_ || number_.size() != other.number_.size() ||
      (!is_partly_known() && !other.is_partly_known())) {
    return false;
  }
  std::size_t common = 0;
  for (std::size_t i = 0; i < number_.size(); ++i) {
    const char a = number_[i];
    const char b = other.number_[i];
    if (a == '*' || b == '*') return false;
    if (a == kUnread || b == kUnread) continue;
    if (a != b) return false;
    ++common;
  }
  return common >= linkage::kMinSerialLength && IsLike(other);
}

bool AskedGun::is_partly_known() const {
  return number_.find(kUnread) != std::string::npos && number_.find('*') == std::string::npos;
}

std::vector<std::string> AskedGun::number_places() const {
  return number_.find('*') == std::string::npos ? PlacesOf(number_) : std::vector<std::string>();
}

bool AskedGun::IsLike(const AskedGun& other) const {
  // One that the vocabulary does not know may be another word for the other one.
  if (linkage::DifferentMake(linkage::ReadMake(AbslView(make_)).key,
                             linkage::ReadMake(AbslView(other.make_)).key)) {
    return false;
  }
  return linkage::CompatibleCalibres(linkage::ReadCalibre(AbslView(calibre_)),
                                     linkage::ReadCalibre(AbslView(other.calibre_)));
}

std::vector<std::vector<std::string>> PlaceTermsOf(std::string_view partly_read) {
  std::vector<std::vector<std::string>> groups = {PlacesOf(partly_read), {}, {}};
  for (std::size_t i = 0; i < std::min(kEndBytes, partly_read.size()); ++i) {
    const char first = partly_read[i];
    const char last = partly_read[partly_read.size() - 1 - i];
    if (first != kUnread) groups[1].push_back(PlaceTerm(kFromStart, 0, i, first));
    if (last != kUnread) groups[2].push_back(PlaceTerm(kFromEnd, 0, i, last));
  }
  return groups;
}

std::vector<std::string> TermsOf(const FirearmTerms& exhibit) {
  std::vector<std::string> terms = {kAny, Term(kAgency, exhibit.agency)};
  for (const std::string& serial : exhibit.serials) {
    terms.push_back(Term(kSerial, serial));
    const std::string_view text = serial;
    if (text.size() < kEndBytes) continue;
    terms.push_back(Term(kStart, text.substr(0, kEndBytes)));
    terms.push_back(Term(kEnd, text.substr(text.size() - kEndBytes)));
  }
  const auto add = [&](char kind, const std::string& text) {
    if (!text.empty()) terms.push_back(Term(kind, text));
  };
  add(kMake, exhibit.make);
  add(kModel, exhibit.model);
  add(kCalibre, exhibit.calibre);
  add(kArea, exhibit.borough);
  add(kArea, exhibit.ward);
  add(kArea, exhibit.police_force);
  return terms;
}

}  // namespace serieslink::view
