#include "services/cli/exchange_scheme.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/cli/exchanged_gun.h"
#include "services/ingest/core/crime_reference.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

// What there is to know of a scheme.
struct Scheme {
  std::string_view name;
  const char* system;  // of the records that its rows become
  // By column: the register's own number, the agency, its reference, the number, and where the row
  // comes from a store like this one, the exhibit in it.
  const char* number;
  const char* agency;
  const char* reference;
  const char* serial;
  const char* exhibit;
  // Those by which it says of what type the gun is.
  std::vector<std::string> types;
  ExchangeRow (*write)(const ExchangedGun&);
  ExchangedGun (*read)(const ExchangeRow&, std::vector<RowProblem>&);
  std::vector<std::string> columns;
};

const Scheme& Of(ExchangeScheme scheme) {
  static const auto* const schemes =
      new std::array<Scheme, 2>{Scheme{"ncic",
                                       "NCIC",
                                       "NIC",
                                       "ORI",
                                       "OCA",
                                       "SER",
                                       "EXHIBIT",
                                       {"TYP", "MIS"},
                                       NcicRow,
                                       ReadNcicRow,
                                       {"MKE", "ORI", "OCA", "NIC", "SER", "MAK", "MOD", "CAL",
                                        "TYP", "DOT", "MIS", "PART", "EXHIBIT"}},
                                Scheme{"iarms",
                                       "IARMS",
                                       "record_number",
                                       "owner_agency",
                                       "national_reference",
                                       "serial_number",
                                       "exhibit",
                                       {"firearm_type"},
                                       IarmsRow,
                                       ReadIarmsRow,
                                       {"record_number",
                                        "status",
                                        "owner_country",
                                        "owner_agency",
                                        "national_reference",
                                        "firearm_type",
                                        "make",
                                        "model",
                                        "calibre",
                                        "serial_number",
                                        "other_serial_numbers",
                                        "country_of_manufacture",
                                        "finish",
                                        "barrel_length_mm",
                                        "markings",
                                        "date_from",
                                        "date_to",
                                        "country",
                                        "place",
                                        "remarks",
                                        "part",
                                        "quantity",
                                        "exhibit"}}};
  return (*schemes)[static_cast<std::size_t>(scheme)];
}

// What the record of a recovery is called behind the name of the gun's entry.
constexpr char kRecoverySuffix[] = "/RECOVERY";

std::string MarkerPrefix(const Scheme& scheme) { return absl::StrCat(AbslView(scheme.name), ":"); }

// Whether the report came from the scheme's register, and so is a row of it.
bool IsRow(const stolen::v1::LossReport& report, const std::string& prefix) {
  return std::any_of(
      report.flags().begin(), report.flags().end(),
      [&](const record::v1::Flag& flag) { return absl::StartsWith(flag.name(), prefix); });
}

// The row that the report came from.
ExchangeRow RowAsItCame(const stolen::v1::LossReport& report, const Scheme& scheme) {
  stolen::v1::LossCase alone;
  alone.set_kind(report.loss().kind());
  if (report.has_occurred()) *alone.mutable_lost() = report.occurred();
  if (report.has_place()) *alone.mutable_place() = report.place();
  *alone.add_reports() = report;
  ExchangeRow row = scheme.write(GunOf(alone));
  const std::string prefix = MarkerPrefix(scheme);
  for (const record::v1::Flag& flag : report.flags()) {
    if (!absl::StartsWith(flag.name(), prefix) || flag.name() == prefix) continue;
    const std::string column = flag.name().substr(prefix.size());
    if (flag.value().empty()) {
      row.erase(column);
    } else {
      row[column] = flag.value();
    }
  }
  return row;
}

// A name without the slashes that stand between names, and with what stands for one.
std::string WithoutSlashes(const std::string& text) {
  return absl::StrReplaceAll(text, {{"%", "%25"}, {"/", "%2F"}});
}

// What a record is called whose row has no number of its register's own.
std::string IdOf(const Scheme& scheme, const ExchangeRow& row, std::vector<RowProblem>& problems) {
  for (const char* const column : {scheme.number, scheme.exhibit}) {
    if (const std::string& id = CellOf(row, column); !id.empty()) return id;
  }
  for (const char* const column : {scheme.reference, scheme.serial}) {
    if (!CellOf(row, column).empty()) continue;
    problems.push_back({column, absl::StrCat("must be given, or ", scheme.number, " or ",
                                             scheme.exhibit, ": nothing else names the gun")});
  }
  // References have slashes of their own. With none in the others, no two guns have one name.
  return absl::StrCat(WithoutSlashes(CellOf(row, scheme.agency)), "/",
                      CellOf(row, scheme.reference), "/",
                      WithoutSlashes(CellOf(row, scheme.serial)));
}

// "2018-03-10/2018-03-14", with ".." for an end that is not known.
std::string DateOf(const ExchangedGun& gun) {
  if (!gun.from.has_value() && !gun.until.has_value()) return "";
  if (gun.from == gun.until) return absl::FormatCivilTime(*gun.from);
  const auto end = [](const std::optional<absl::CivilDay>& day) {
    return day.has_value() ? absl::FormatCivilTime(*day) : "..";
  };
  return absl::StrCat(end(gun.from), "/", end(gun.until));
}

void AddGun(const ExchangedGun& gun, feed::v1::ForceRecord& record) {
  const auto add_serials = [&gun](auto& entry) {
    for (const std::string& serial : gun.serials) entry.add_serials()->set_text(serial);
  };
  if (!gun.part.empty() && gun.part != kIncompleteGun) {
    feed::v1::ItemEntry& item = *record.add_items();
    item.set_kind("GUN_PART");
    item.set_part_kind(gun.part);
    item.set_make(gun.make);
    item.set_calibre(gun.calibre);
    if (gun.quantity > 0) item.set_quantity(gun.quantity);
    add_serials(item);
    return;
  }
  feed::v1::GunEntry& entry = *record.add_guns();
  add_serials(entry);
  entry.set_make(gun.make);
  if (!gun.make_code.empty()) {
    entry.set_make_code(gun.make_code);
    entry.set_make_code_scheme("NCIC");
  }
  entry.set_model(gun.model);
  entry.set_calibre(gun.calibre);
  for (const record::v1::FirearmType type : gun.types) {
    entry.add_apparent_types(
        std::string(absl::StripPrefix(record::v1::FirearmType_Name(type), "FIREARM_TYPE_")));
  }
  for (const std::string& type : gun.unknown_types) entry.add_apparent_types(type);
  entry.set_finish(gun.finish);
  if (gun.barrel_length_mm > 0) entry.set_barrel_length_mm(gun.barrel_length_mm);
  entry.set_country_of_origin(gun.country_of_origin);
  for (const std::string& mark : gun.marks) entry.add_marks(mark);
  if (gun.part == kIncompleteGun) entry.set_is_complete(false);
}

// The reference, where it can be read as one that another force gave.
void AddReference(const std::string& agency, const std::string& reference,
                  feed::v1::ForceRecord& record) {
  // Otherwise the first word of the reference would be taken for the force.
  if (agency.empty()) return;
  const std::string text = absl::StrCat(agency, " ", reference);
  type::v1::CrimeReference read;
  constexpr int kAnyYear = 2000;  // the century of a short year is for the server to say
  if (!ingest::ParseCrimeReference(text, "", ingest::IssuingForce::kNamed, kAnyYear, &read)) {
    record.add_other_references(text);
  }
}

}  // namespace

std::string_view NameOf(ExchangeScheme scheme) { return Of(scheme).name; }

absl::StatusOr<ExchangeScheme> ParseExchangeScheme(std::string_view name) {
  for (const ExchangeScheme scheme : {ExchangeScheme::kNcic, ExchangeScheme::kIarms}) {
    if (NameOf(scheme) == name) return scheme;
  }
  return absl::InvalidArgumentError("there is no such scheme: ncic or iarms");
}

const std::vector<std::string>& ColumnsOf(ExchangeScheme scheme) { return Of(scheme).columns; }

void EndBy(absl::Time now, stolen::v1::LossCase& one) {
  const std::int64_t now_s = absl::ToUnixSeconds(now);
  if (!one.lost().has_latest() || one.lost().latest().seconds() <= now_s ||
      (one.lost().has_earliest() && one.lost().earliest().seconds() > now_s)) {
    return;
  }
  google::protobuf::Timestamp& latest = *one.mutable_lost()->mutable_latest();
  latest.set_seconds(now_s);
  latest.clear_nanos();
}

std::vector<ExchangeRow> RowsOf(const stolen::v1::LossCase& one, ExchangeScheme scheme) {
  const Scheme& of = Of(scheme);
  const std::string prefix = MarkerPrefix(of);
  std::vector<ExchangeRow> rows;
  stolen::v1::LossCase others = one;
  others.clear_reports();
  for (const stolen::v1::LossReport& report : one.reports()) {
    if (!IsRow(report, prefix)) {
      *others.add_reports() = report;
      continue;
    }
    ExchangeRow row = RowAsItCame(report, of);
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(std::move(row));
  }
  if (others.reports_size() > 0) rows.insert(rows.begin(), of.write(GunOf(others)));
  return rows;
}

absl::StatusOr<feed::v1::ForceRecord> RecordOf(const ExchangeRow& row, ExchangeScheme scheme,
                                               bool is_open) {
  const Scheme& of = Of(scheme);
  std::vector<RowProblem> problems;
  const ExchangedGun gun = of.read(row, problems);
  feed::v1::ForceRecord record;
  record.set_system(of.system);
  record.set_record_id(IdOf(of, row, problems));
  if (gun.is_recovery) {
    // That a gun was found is no correction of its loss: both are records of one gun, and both
    // stand.
    record.add_same_weapon_as()->set_source_id(record.record_id());
    record.mutable_record_id()->append(kRecoverySuffix);
  }
  if (!problems.empty()) {
    return absl::InvalidArgumentError(
        absl::StrJoin(problems, "; ", [](std::string* out, const RowProblem& problem) {
          absl::StrAppend(out, problem.column, " ", problem.text);
        }));
  }
  record.set_record_type(gun.is_recovery ? "RECOVERY" : "LOSS");
  if (!gun.is_recovery) {
    // A row that does not say how the gun went does not know.
    const record::v1::LossKind kind =
        gun.kind == record::v1::LOSS_KIND_UNSPECIFIED ? record::v1::LOSS_KIND_UNKNOWN : gun.kind;
    record.set_loss_kind(
        std::string(absl::StripPrefix(record::v1::LossKind_Name(kind), "LOSS_KIND_")));
  }
  record.set_occurred(DateOf(gun));
  if (!gun.country.empty()) record.mutable_place()->set_country_code(gun.country);
  if (!gun.locality.empty()) record.mutable_place()->set_locality(gun.locality);
  AddReference(CellOf(row, of.agency), CellOf(row, of.reference), record);
  AddGun(gun, record);
  record.mutable_marking()->set_visibility(is_open ? "OPEN" : "OWNER");
  // Of a record that says whose row it was, the row comes out whole: what reading it did not take
  // is kept, and so is what it does not say where this service would say something of its own.
  const ExchangeRow derived = of.write(gun);
  std::set<std::string> always_kept{of.agency, of.reference, of.exhibit};
  // The vocabulary of the server may know a word for a type that nobody knows here.
  if (!gun.unknown_types.empty()) always_kept.insert(of.types.begin(), of.types.end());
  std::set<std::string> columns = always_kept;
  for (const auto& [column, cell] : row) columns.insert(column);
  for (const auto& [column, cell] : derived) columns.insert(column);
  for (const std::string& column : columns) {
    if (!always_kept.contains(column) && CellOf(row, column) == CellOf(derived, column)) continue;
    feed::v1::FlagEntry& kept = *record.mutable_inquiry()->add_flags();
    kept.set_name(MarkerPrefix(of) + column);
    kept.set_value(CellOf(row, column));
  }
  return record;
}

}  // namespace serieslink::cli
