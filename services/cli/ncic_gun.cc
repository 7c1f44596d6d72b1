// Guns in the terms of NCIC's gun file. Fields: "Glossary of NCIC Gun Field Codes" and "Enter
// Stolen/Lost/Missing/Felony Gun" (Wisconsin Department of Justice, TIME System manual). Codes of
// TYP: NIEM 4.0, codes/fbi_ncic, GTYPCodeType (weapon type) and GTYP2CodeType (action).
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/exchanged_gun.h"

namespace serieslink::cli {
namespace {

using ::serieslink::record::v1::FirearmType;

constexpr char kOtherMake[] = "ZZZ";
constexpr char kOtherType[] = "Z";
constexpr char kModerator[] = "sound moderator";
// What MIS says where no field of NCIC's does, each behind its own word.
constexpr absl::string_view kMakeWord = "MAK/";
constexpr absl::string_view kTypeWord = "TYP/";
constexpr absl::string_view kWrittenTypeWord = "TYP/AS WRITTEN ";
constexpr absl::string_view kSerialWord = "SER/";
constexpr absl::string_view kQuantityWord = "QTY/";
constexpr absl::string_view kFromWord = "DOT/FROM ";
constexpr absl::string_view kOrAfter = "DOT/OR AFTER";
constexpr absl::string_view kOrBefore = "DOT/OR BEFORE";

// Makers whose code public sources spell out: HL7's VDOR guide after the FBI's code manual, which
// tells Glock's Austrian guns from its American ones, and the Michigan State Police's firearms
// identification guide. Any other code stands for itself.
struct Maker {
  absl::string_view code;
  absl::string_view name;
};
constexpr Maker kMakers[] = {
    {"GLC", "Glock"}, {"GLD", "Glock"}, {"AEI", "Bersa"}, {"STA", "Star"}, {"MDI", "Helwan"}};

struct TypeCode {
  absl::string_view code;
  std::vector<FirearmType> types;
  bool is_written = true;  // false: it says more than its types do, and is only read
};

const std::vector<TypeCode>& TypeCodes() {
  using namespace record::v1;  // NOLINT(google-build-using-namespace): values of one list
  static const auto* const codes = new std::vector<TypeCode>{
      {"P", {FIREARM_TYPE_PISTOL}},
      {"PR", {FIREARM_TYPE_REVOLVER}},
      {"PK", {FIREARM_TYPE_BLANK_FIRER}},
      {"S", {FIREARM_TYPE_SHOTGUN_LONG}},
      {"R", {FIREARM_TYPE_RIFLE}},
      {"C", {FIREARM_TYPE_RIFLE, FIREARM_TYPE_SHOTGUN_LONG}},
      {"B", {FIREARM_TYPE_SUB_MACHINE_GUN}},
      {"M", {FIREARM_TYPE_MACHINE_GUN}},
      {"E", {FIREARM_TYPE_STUN_GUN}},
      {"D", {FIREARM_TYPE_DISGUISED}},
      {kOtherType, {FIREARM_TYPE_OTHER}},
      {"PG", {FIREARM_TYPE_AIR_WEAPON}, false},
      {"RG", {FIREARM_TYPE_AIR_WEAPON}, false},
      {"PV", {FIREARM_TYPE_NOXIOUS_SPRAY}, false},
      {"PF", {FIREARM_TYPE_LAUNCHER}, false},
      {"PN", {FIREARM_TYPE_LAUNCHER}, false},
      {"RN", {FIREARM_TYPE_LAUNCHER}, false},
  };
  return *codes;
}

// Weapon types whose second character, the action, does not change what they are here. What
// explodes or is no weapon is kept as it is.
constexpr absl::string_view kGunTypes = "PSRCBMD";

std::vector<FirearmType> TypesOf(const std::string& code) {
  const auto find = [](absl::string_view wanted) -> std::vector<FirearmType> {
    for (const TypeCode& known : TypeCodes()) {
      if (known.code == wanted) return known.types;
    }
    return {};
  };
  if (std::vector<FirearmType> types = find(code); !types.empty()) return types;
  if (code.size() == 2 && absl::StrContains(kGunTypes, code.substr(0, 1))) {
    return find(code.substr(0, 1));
  }
  return {};
}

std::string CodeOf(const std::vector<FirearmType>& types) {
  for (const TypeCode& known : TypeCodes()) {
    if (known.is_written && known.types == types) return std::string(known.code);
  }
  return types.empty() ? "" : kOtherType;
}

bool IsModerator(const std::string& part) {
  const std::string folded = absl::AsciiStrToLower(part);
  return absl::StrContains(folded, "moderator") || absl::StrContains(folded, "silencer") ||
         absl::StrContains(folded, "suppressor");
}

std::string DayText(absl::CivilDay day) {
  return absl::StrFormat("%04d%02d%02d", day.year(), day.month(), day.day());
}

std::optional<absl::CivilDay> ParseDay(absl::string_view text) {
  int number = 0;
  if (text.size() != 8 || !std::all_of(text.begin(), text.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(text, &number)) {
    return std::nullopt;
  }
  const absl::CivilDay day(number / 10000, number / 100 % 100, number % 100);
  // CivilDay turns the 31st of February into a day of March.
  if (number < 10000000 || DayText(day) != text) return std::nullopt;
  return day;
}

// What reads the segments of MIS.
void ReadRemark(absl::string_view segment, const ExchangeRow& row, ExchangedGun& gun) {
  if (absl::ConsumePrefix(&segment, kMakeWord)) {
    if (CellOf(row, "MAK") == kOtherMake && gun.make.empty()) gun.make = std::string(segment);
  } else if (absl::ConsumePrefix(&segment, kWrittenTypeWord)) {
    if (segment.empty()) return;
    // Of a gun that has no other type, as TYP must say something; types that are known follow.
    if (CellOf(row, "TYP") == kOtherType) gun.types.clear();
    gun.unknown_types.push_back(TextListed({segment.data(), segment.size()}));
  } else if (absl::ConsumePrefix(&segment, kTypeWord)) {
    std::vector<FirearmType> types;
    for (const absl::string_view word : absl::StrSplit(segment, ", ")) {
      const auto type = TypeOfWords({word.data(), word.size()});
      if (!type.has_value()) return;
      types.push_back(*type);
    }
    gun.types = std::move(types);
  } else if (absl::ConsumePrefix(&segment, kSerialWord)) {
    if (!segment.empty()) gun.serials.emplace_back(segment);
  } else if (absl::ConsumePrefix(&segment, kQuantityWord)) {
    gun.quantity = QuantityOf({segment.data(), segment.size()});
  } else if (absl::ConsumePrefix(&segment, kFromWord)) {
    const auto from = ParseDay(segment);
    if (from.has_value() && gun.until.has_value() && *from <= *gun.until) gun.from = from;
  } else if (segment == kOrAfter) {
    gun.until.reset();
  } else if (segment == kOrBefore) {
    gun.from.reset();
  }
}

void ReadKind(const std::string& key, ExchangedGun& gun, std::vector<RowProblem>& problems) {
  using namespace record::v1;  // NOLINT(google-build-using-namespace)
  if (key.empty()) return;
  // "EG-P" is an entry as "EG" is, with a word of caution.
  const std::string entry = key.substr(0, key.find('-'));
  if (entry == "EG") {
    gun.kind = LOSS_KIND_STOLEN;
  } else if (entry == "ELG") {
    gun.kind = LOSS_KIND_LOST;
  } else if (entry == "ERG") {
    gun.is_recovery = true;
  } else if (entry == "EFG") {
    // A gun that is sought for a felony: how it went from whom is not said.
    gun.kind = LOSS_KIND_UNKNOWN;
  } else {
    // NCIC has entries for vehicles, boats, articles and more, whose keys begin with E too. The
    // gun file has these four: a stolen, lost or missing, felony and recovered gun.
    problems.push_back({"MKE", "is no key by which a gun is entered: EG, ELG, EFG or ERG"});
  }
}

}  // namespace

ExchangeRow NcicRow(const ExchangedGun& gun) {
  ExchangeRow row;
  std::vector<std::string> remarks;
  const auto set = [&row](const char* column, const std::string& text) {
    if (!text.empty()) row[column] = text;
  };
  if (gun.kind == record::v1::LOSS_KIND_STOLEN) row["MKE"] = "EG";
  if (gun.kind == record::v1::LOSS_KIND_LOST) row["MKE"] = "ELG";
  set("ORI", gun.agency);
  set("OCA", gun.reference);
  for (std::size_t i = 0; i < gun.serials.size(); ++i) {
    if (i == 0) {
      row["SER"] = gun.serials[0];
    } else {
      remarks.push_back(absl::StrCat(kSerialWord, gun.serials[i]));
    }
  }
  if (!gun.make_code.empty()) {
    row["MAK"] = gun.make_code;
  } else if (!gun.make.empty()) {
    row["MAK"] = kOtherMake;
    remarks.push_back(absl::StrCat(kMakeWord, gun.make));
  }
  set("MOD", gun.model);
  set("CAL", gun.calibre);
  if (!gun.part.empty() && gun.part != kIncompleteGun) {
    row["TYP"] = IsModerator(gun.part) ? "V" : kOtherType;
    if (gun.quantity > 1) remarks.push_back(absl::StrCat(kQuantityWord, gun.quantity));
  } else {
    std::string code = CodeOf(gun.types);
    if (code.empty() && !gun.unknown_types.empty()) code = kOtherType;
    set("TYP", code);
    for (const std::string& type : gun.unknown_types) {
      remarks.push_back(absl::StrCat(kWrittenTypeWord, ListedText(type)));
    }
    const bool says_less = !gun.unknown_types.empty() && code == kOtherType;
    if (!gun.types.empty() && (says_less || TypesOf(code) != gun.types)) {
      remarks.push_back(absl::StrCat(
          kTypeWord, absl::StrJoin(gun.types, ", ", [](std::string* out, FirearmType type) {
            absl::StrAppend(out, TypeWords(type));
          })));
    }
  }
  if (gun.until.has_value()) {
    row["DOT"] = DayText(*gun.until);
    if (!gun.from.has_value()) remarks.emplace_back(kOrBefore);
    if (gun.from.has_value() && *gun.from != *gun.until) {
      remarks.push_back(absl::StrCat(kFromWord, DayText(*gun.from)));
    }
  } else if (gun.from.has_value()) {
    row["DOT"] = DayText(*gun.from);
    remarks.emplace_back(kOrAfter);
  }
  set("MIS", absl::StrJoin(remarks, kListSeparator));
  set("PART", gun.part);
  set("EXHIBIT", gun.exhibit_id);
  return row;
}

ExchangedGun ReadNcicRow(const ExchangeRow& row, std::vector<RowProblem>& problems) {
  ExchangedGun gun;
  ReadKind(absl::AsciiStrToUpper(CellOf(row, "MKE")), gun, problems);
  gun.part = CellOf(row, "PART");
  if (gun.part.empty() && CellOf(row, "TYP") == "V") gun.part = kModerator;
  if (const std::string& serial = CellOf(row, "SER"); !serial.empty()) {
    gun.serials.push_back(serial);
  }
  if (const std::string& code = CellOf(row, "MAK"); !code.empty() && code != kOtherMake) {
    gun.make_code = code;
    for (const Maker& maker : kMakers) {
      if (maker.code == code) gun.make = std::string(maker.name);
    }
  }
  gun.model = CellOf(row, "MOD");
  gun.calibre = CellOf(row, "CAL");
  gun.types = TypesOf(CellOf(row, "TYP"));
  if (gun.types.empty() && gun.part.empty() && !CellOf(row, "TYP").empty()) {
    gun.unknown_types.push_back(CellOf(row, "TYP"));
  }
  // Of a recovery the date is DOR, and DOT where the sender has but one column.
  const char* const column = gun.is_recovery && row.contains("DOR") ? "DOR" : "DOT";
  if (const std::string& date = CellOf(row, column); !date.empty()) {
    gun.until = ParseDay(date);
    gun.from = gun.until;
    if (!gun.until.has_value()) {
      problems.push_back({column, "is no date as NCIC writes it: year, month and day, YYYYMMDD"});
    }
  }
  for (const absl::string_view segment : absl::StrSplit(CellOf(row, "MIS"), kListSeparator)) {
    ReadRemark(segment, row, gun);
  }
  gun.KeepWhatPartsHave();
  return gun;
}

}  // namespace serieslink::cli
