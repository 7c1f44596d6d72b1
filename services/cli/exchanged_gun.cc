#include "services/cli/exchanged_gun.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/cli/wording.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

constexpr char kTypePrefix[] = "FIREARM_TYPE_";
// What feeds take at most.
constexpr int kQuantityMax = 1'000'000;

void SetOnce(std::string& field, const std::string& text) {
  if (field.empty()) field = text;
}

std::string PartOf(const stolen::v1::LossReport& report) {
  if (report.kind() == record::v1::EXHIBIT_KIND_GUN_PART) {
    return report.part_kind().empty() ? kUnnamedPart : report.part_kind();
  }
  const record::v1::Firearm& gun = report.firearm();
  return gun.has_is_complete() && !gun.is_complete() ? kIncompleteGun : "";
}

void AddReport(const stolen::v1::LossReport& report, ExchangedGun& gun) {
  const record::v1::Firearm& told = report.firearm();
  if (gun.reference.empty() && report.crime_references_size() > 0) {
    const type::v1::CrimeReference& reference = report.crime_references(0);
    gun.agency = reference.issuing_force();
    gun.reference = reference.year() == 0 ? reference.number()
                                          : absl::StrCat(reference.number(), "/", reference.year());
  }
  SetOnce(gun.part, PartOf(report));
  // What went is the most that a report says, as it is of a case.
  if (report.quantity() > 1) gun.quantity = std::max(gun.quantity, report.quantity());
  if (gun.serials.empty()) {
    for (const record::v1::SerialNumber& serial : told.serials()) {
      if (!serial.text().empty()) gun.serials.push_back(serial.text());
    }
  }
  SetOnce(gun.make, told.make());
  if (absl::EqualsIgnoreCase(told.make_code_scheme(), "NCIC")) {
    SetOnce(gun.make_code, told.make_code());
  }
  SetOnce(gun.model, told.model());
  SetOnce(gun.calibre, told.calibre());
  if (gun.types.empty() && gun.unknown_types.empty()) {
    const auto& types =
        told.confirmed_types_size() > 0 ? told.confirmed_types() : told.apparent_types();
    for (const int type : types) {
      if (type == record::v1::FIREARM_TYPE_UNSPECIFIED) continue;
      gun.types.push_back(static_cast<record::v1::FirearmType>(type));
    }
    gun.unknown_types.assign(told.unknown_types().begin(), told.unknown_types().end());
  }
  SetOnce(gun.finish, told.finish());
  if (gun.barrel_length_mm == 0) gun.barrel_length_mm = told.barrel_length_mm();
  SetOnce(gun.country_of_origin, told.country_of_origin());
  if (gun.marks.empty()) gun.marks.assign(told.marks().begin(), told.marks().end());
}

}  // namespace

void ExchangedGun::KeepWhatPartsHave() {
  if (part.empty() || part == kIncompleteGun) {
    quantity = 0;
    return;
  }
  make_code.clear();
  model.clear();
  types.clear();
  unknown_types.clear();
  finish.clear();
  barrel_length_mm = 0;
  country_of_origin.clear();
  marks.clear();
}

ExchangedGun GunOf(const stolen::v1::LossCase& one) {
  ExchangedGun gun;
  gun.kind = one.kind();
  if (one.lost().has_earliest()) gun.from = LondonDayOf(one.lost().earliest());
  if (one.lost().has_latest()) gun.until = LondonDayOf(one.lost().latest());
  gun.country = one.place().country_code();
  gun.locality = one.place().locality();
  for (const stolen::v1::LossReport& report : one.reports()) AddReport(report, gun);
  if (one.reports_size() > 0) {
    gun.exhibit_id = one.reports(0).exhibit_id();
    if (gun.reference.empty()) gun.reference = one.reports(0).record_id();
    SetOnce(gun.agency, one.reports(0).agency());
  }
  gun.KeepWhatPartsHave();
  return gun;
}

std::string TypeWords(record::v1::FirearmType type) {
  const std::string& name = record::v1::FirearmType_Name(type);
  return absl::StrReplaceAll(absl::StripPrefix(name, kTypePrefix), {{"_", " "}});
}

std::optional<record::v1::FirearmType> TypeOfWords(std::string_view words) {
  const std::string name = absl::StrCat(
      kTypePrefix,
      absl::StrReplaceAll(absl::AsciiStrToUpper(absl::StripAsciiWhitespace(AbslView(words))),
                          {{" ", "_"}, {"-", "_"}}));
  record::v1::FirearmType type = record::v1::FIREARM_TYPE_UNSPECIFIED;
  if (!record::v1::FirearmType_Parse(name, &type) || type == record::v1::FIREARM_TYPE_UNSPECIFIED) {
    return std::nullopt;
  }
  return type;
}

int QuantityOf(std::string_view cell) {
  int quantity = 0;
  if (!absl::SimpleAtoi(AbslView(cell), &quantity) || quantity < 1 || quantity > kQuantityMax) {
    return 0;
  }
  return quantity;
}

std::string ListedText(std::string_view text) {
  return absl::StrReplaceAll(AbslView(text), {{"%", "%25"}, {";", "%3B"}});
}

std::string TextListed(std::string_view listed) {
  return absl::StrReplaceAll(AbslView(listed), {{"%25", "%"}, {"%3B", ";"}});
}

const std::string& CellOf(const ExchangeRow& row, const std::string& column) {
  static const auto* const nothing = new std::string;
  const auto found = row.find(column);
  return found == row.end() ? *nothing : found->second;
}

}  // namespace serieslink::cli
