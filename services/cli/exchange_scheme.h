#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"

// Lost and stolen guns in the terms of other registers, so that a national bureau can carry them on
// and back. docs/stolen_exchange.md says which field is which, and where the codes come from.
namespace serieslink::cli {

enum class ExchangeScheme {
  kNcic,   // the gun file of the FBI's National Crime Information Center
  kIarms,  // INTERPOL's Illicit Arms Records and tracing Management System
};

// "ncic" or "iarms".
std::string_view NameOf(ExchangeScheme scheme);
// Errors: INVALID_ARGUMENT (anything else).
absl::StatusOr<ExchangeScheme> ParseExchangeScheme(std::string_view name);

// What a register says of one gun, by column. A cell is never empty.
using ExchangeRow = std::map<std::string, std::string>;

// The columns that this service knows, in their order.
const std::vector<std::string>& ColumnsOf(ExchangeScheme scheme);

// Ends the time of the loss at `now` where it goes on after that, as that of one of which only the
// year is known can: nothing that is known happened later, and who reads a row refuses a date to
// come.
void EndBy(absl::Time now, stolen::v1::LossCase& one);

// A case as rows. Each report that came from the same scheme is a row as it came in, columns and
// codes that nobody here knows among it, whatever others say of the gun; equal ones are one. The
// other reports, if there are any, are one row before those: of each field what the first of them
// that has it says. So nobody's row takes the place of another's.
std::vector<ExchangeRow> RowsOf(const stolen::v1::LossCase& one, ExchangeScheme scheme);

// A row as a record of feed `force`: a loss, or a recovery where the row says that the gun was
// found. A cell that has no place in a record, or would not come out of one again as it is, is kept
// as a marker of the record, e.g. "ncic:ORI". `is_open`: every agency may see the record.
// Errors: INVALID_ARGUMENT naming every column that is wrong, and never what it says.
absl::StatusOr<feed::v1::ForceRecord> RecordOf(const ExchangeRow& row, ExchangeScheme scheme,
                                               bool is_open);

}  // namespace serieslink::cli
