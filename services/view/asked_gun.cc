#include "services/view/asked_gun.h"

#include <string_view>

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
      number_(NumberOf(query_, filter.serial())),
      make_(filter.make()),
      calibre_(filter.calibre()) {}

bool AskedGun::IsOneGunWith(const AskedGun& other) const {
  if (number_.empty() || number_ != other.number_) return false;
  // One that the vocabulary does not know may be another word for the other one.
  if (linkage::DifferentMake(linkage::ReadMake(AbslView(make_)).key,
                             linkage::ReadMake(AbslView(other.make_)).key)) {
    return false;
  }
  return linkage::CompatibleCalibres(linkage::ReadCalibre(AbslView(calibre_)),
                                     linkage::ReadCalibre(AbslView(other.calibre_)));
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
