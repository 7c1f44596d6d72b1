#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "serieslink/record/v1/event.pb.h"
#include "serieslink/record/v1/exhibit.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"
#include "services/cli/exchange_scheme.h"

// What lies between a record of this service and a row of another register.
namespace serieslink::cli {

// Names of a part that both ways take for a gun which is not whole, and for a part that nobody
// names.
inline constexpr char kIncompleteGun[] = "incomplete gun";
inline constexpr char kUnnamedPart[] = "part";

// One gun or part that is gone, in the terms that all schemes share. Empty: not said.
struct ExchangedGun {
  // Whose it is, and under which reference; empty where it comes from a row.
  std::string agency;
  std::string reference;
  std::string exhibit_id;
  record::v1::LossKind kind = record::v1::LOSS_KIND_UNSPECIFIED;
  bool is_recovery = false;  // of a row: the gun was found
  // Days on which it can have happened, in London.
  std::optional<absl::CivilDay> from;
  std::optional<absl::CivilDay> until;
  std::string part;                  // empty: a whole gun
  int quantity = 0;                  // of a part, in pieces; 0: not said, which is one
  std::vector<std::string> serials;  // the frame's or receiver's first
  std::string make;
  std::string make_code;  // of NCIC
  std::string model;
  std::string calibre;
  std::vector<record::v1::FirearmType> types;
  std::vector<std::string> unknown_types;  // words that are no type here, as written
  std::string finish;
  int barrel_length_mm = 0;
  std::string country_of_origin;
  std::vector<std::string> marks;
  std::string country;
  std::string locality;

  // Of a part a record has make, calibre, numbers and quantity alone; and a gun is always one.
  void KeepWhatPartsHave();
};

// What the reports of a case say together.
ExchangedGun GunOf(const stolen::v1::LossCase& one);

// What is wrong with a row: a column, and in words what it must be.
struct RowProblem {
  std::string column;
  std::string text;
};

// The schemes. A row is derived from a gun, and a gun read from a row; what reading does not
// understand is left out, and so is not derived again.
ExchangeRow NcicRow(const ExchangedGun& gun);
ExchangedGun ReadNcicRow(const ExchangeRow& row, std::vector<RowProblem>& problems);
ExchangeRow IarmsRow(const ExchangedGun& gun);
ExchangedGun ReadIarmsRow(const ExchangeRow& row, std::vector<RowProblem>& problems);

// "SUB MACHINE GUN" for FIREARM_TYPE_SUB_MACHINE_GUN, and back; none for any other word.
std::string TypeWords(record::v1::FirearmType type);
std::optional<record::v1::FirearmType> TypeOfWords(std::string_view words);

// The cell of `column`; empty where there is none.
const std::string& CellOf(const ExchangeRow& row, const std::string& column);
// The cell as a quantity of pieces; 0 where it is none that a record can have.
int QuantityOf(std::string_view cell);
// Several texts in one cell, and back.
inline constexpr char kListSeparator[] = "; ";
// A text as one of them, whatever stands in it, and back.
std::string ListedText(std::string_view text);
std::string TextListed(std::string_view listed);

}  // namespace serieslink::cli
