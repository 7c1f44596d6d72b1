// Guns in the terms of INTERPOL's iARMS. INTERPOL publishes which records iARMS holds (lost,
// stolen, trafficked and smuggled firearms) and what identifies a firearm (serial number, make,
// model, calibre, country of origin or importer), but no layout of a file; the columns are those of
// ISACS 05.31, "Tracing illicit small arms and light weapons", on which its forms are based.
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/exchanged_gun.h"
#include "services/ingest/core/country_codes.h"

namespace serieslink::cli {
namespace {

using ::serieslink::record::v1::FirearmType;

constexpr int kBarrelLengthMaxMm = 5000;

std::string DayText(absl::CivilDay day) { return absl::FormatCivilTime(day); }

std::vector<std::string> ListOf(const std::string& cell) {
  if (cell.empty()) return {};
  return absl::StrSplit(cell, kListSeparator);
}

void ReadStatus(const std::string& status, ExchangedGun& gun) {
  using namespace record::v1;  // NOLINT(google-build-using-namespace)
  if (status.empty()) return;
  if (status == "STOLEN") {
    gun.kind = LOSS_KIND_STOLEN;
  } else if (status == "LOST") {
    gun.kind = LOSS_KIND_LOST;
  } else if (status == "SEIZED" || status == "RECOVERED" || status == "FOUND") {
    gun.is_recovery = true;
  } else {
    // Trafficked and smuggled guns among them: they are sought, and how they went is not said.
    gun.kind = LOSS_KIND_UNKNOWN;
  }
}

std::optional<absl::CivilDay> ReadDay(const ExchangeRow& row, const char* column,
                                      std::vector<RowProblem>& problems) {
  const std::string& text = CellOf(row, column);
  if (text.empty()) return std::nullopt;
  absl::CivilDay day;
  if (absl::ParseCivilTime(text, &day) && DayText(day) == text) return day;
  problems.push_back({column, "is no date: YYYY-MM-DD"});
  return std::nullopt;
}

}  // namespace

ExchangeRow IarmsRow(const ExchangedGun& gun) {
  ExchangeRow row;
  const auto set = [&row](const char* column, const std::string& text) {
    if (!text.empty()) row[column] = text;
  };
  if (gun.kind == record::v1::LOSS_KIND_STOLEN) row["status"] = "STOLEN";
  if (gun.kind == record::v1::LOSS_KIND_LOST) row["status"] = "LOST";
  set("owner_agency", gun.agency);
  set("national_reference", gun.reference);
  std::vector<std::string> types;
  for (const FirearmType type : gun.types) types.push_back(TypeWords(type));
  for (const std::string& type : gun.unknown_types) types.push_back(ListedText(type));
  set("firearm_type", absl::StrJoin(types, kListSeparator));
  set("make", gun.make);
  set("model", gun.model);
  set("calibre", gun.calibre);
  if (!gun.serials.empty()) row["serial_number"] = gun.serials[0];
  if (gun.serials.size() > 1) {
    row["other_serial_numbers"] =
        absl::StrJoin(gun.serials.begin() + 1, gun.serials.end(), kListSeparator);
  }
  set("country_of_manufacture", gun.country_of_origin);
  set("finish", gun.finish);
  if (gun.barrel_length_mm > 0) row["barrel_length_mm"] = absl::StrCat(gun.barrel_length_mm);
  set("markings", absl::StrJoin(gun.marks, kListSeparator));
  if (gun.from.has_value()) row["date_from"] = DayText(*gun.from);
  if (gun.until.has_value()) row["date_to"] = DayText(*gun.until);
  set("country", gun.country);
  set("place", gun.locality);
  set("part", gun.part);
  if (gun.quantity > 1) row["quantity"] = absl::StrCat(gun.quantity);
  set("exhibit", gun.exhibit_id);
  return row;
}

ExchangedGun ReadIarmsRow(const ExchangeRow& row, std::vector<RowProblem>& problems) {
  ExchangedGun gun;
  ReadStatus(absl::AsciiStrToUpper(CellOf(row, "status")), gun);
  gun.part = CellOf(row, "part");
  gun.quantity = QuantityOf(CellOf(row, "quantity"));
  for (const std::string& words : ListOf(CellOf(row, "firearm_type"))) {
    if (const auto type = TypeOfWords(words); type.has_value()) {
      gun.types.push_back(*type);
    } else if (absl::AsciiStrToUpper(words) == "SHOTGUN") {
      gun.types.push_back(record::v1::FIREARM_TYPE_SHOTGUN_LONG);
    } else if (!words.empty()) {
      gun.unknown_types.push_back(TextListed(words));
    }
  }
  gun.make = CellOf(row, "make");
  gun.model = CellOf(row, "model");
  gun.calibre = CellOf(row, "calibre");
  const auto add_serial = [&gun](const std::string& text) {
    if (!text.empty()) gun.serials.push_back(text);
  };
  add_serial(CellOf(row, "serial_number"));
  for (const std::string& text : ListOf(CellOf(row, "other_serial_numbers"))) add_serial(text);
  const auto country = [&row](const char* column) -> std::string {
    const std::string& code = CellOf(row, column);
    return ingest::IsCountryCode(code) && !ingest::IsLeftToUsers(code) ? code : "";
  };
  gun.country_of_origin = country("country_of_manufacture");
  gun.country = country("country");
  gun.locality = CellOf(row, "place");
  gun.finish = CellOf(row, "finish");
  if (!absl::SimpleAtoi(CellOf(row, "barrel_length_mm"), &gun.barrel_length_mm) ||
      gun.barrel_length_mm < 1 || gun.barrel_length_mm > kBarrelLengthMaxMm) {
    gun.barrel_length_mm = 0;
  }
  for (const std::string& mark : ListOf(CellOf(row, "markings"))) {
    if (!mark.empty()) gun.marks.push_back(mark);
  }
  gun.from = ReadDay(row, "date_from", problems);
  gun.until = ReadDay(row, "date_to", problems);
  if (gun.from.has_value() && gun.until.has_value() && *gun.until < *gun.from) {
    problems.push_back({"date_to", "lies before date_from"});
  }
  gun.KeepWhatPartsHave();
  return gun;
}

}  // namespace serieslink::cli
