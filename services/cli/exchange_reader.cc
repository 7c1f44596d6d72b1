#include "services/cli/exchange_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/cli/json_keys.h"
#include "services/cli/table.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

// Makes the records of one file.
class Records {
 public:
  explicit Records(const ExchangeInput& input) : input_(input) {}

  absl::Status Make(const ExchangeRow& row, std::int64_t line, feed::v1::FeedMessage& message) {
    SL_ASSIGN_OR_RETURN(feed::v1::ForceRecord record, RecordOf(row, input_.scheme, input_.is_open));
    // Two guns under one name would be two versions of one record, and the first would be lost.
    const auto [first, is_new] = line_of_.try_emplace(record.record_id(), line);
    if (!is_new) {
      return absl::InvalidArgumentError(
          absl::StrCat("names the same gun as line ", first->second,
                       "; where it is another one, give it a number of its own"));
    }
    *message.mutable_force() = std::move(record);
    return absl::OkStatus();
  }

 private:
  const ExchangeInput input_;
  absl::flat_hash_map<std::string, std::int64_t> line_of_;  // by the record's id
};

class Rows final : public RowMaker {
 public:
  explicit Rows(const ExchangeInput& input) : scheme_(input.scheme), records_(input) {}

  char separator() const override { return ','; }

  absl::Status BindHeader(const std::vector<std::string>& header) override {
    const std::vector<std::string>& known = ColumnsOf(scheme_);
    std::vector<std::string> repeated;
    bool is_of_scheme = false;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (!IsUtf8(header[i])) {
        return absl::InvalidArgumentError("its first row is not UTF-8; export the file as UTF-8");
      }
      columns_.emplace_back(CellWithoutGuard(header[i]));
      is_of_scheme |= std::find(known.begin(), known.end(), columns_[i]) != known.end();
      // Spreadsheets add columns without a name.
      if (!columns_[i].empty() &&
          std::find(columns_.begin(), columns_.end() - 1, columns_[i]) != columns_.end() - 1) {
        repeated.push_back(columns_[i]);
      }
    }
    if (!is_of_scheme) {
      return absl::InvalidArgumentError(absl::StrCat("its first row names no column of ",
                                                     AbslView(NameOf(scheme_)), ": ",
                                                     absl::StrJoin(known, ", ")));
    }
    if (repeated.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("its first row names columns twice: ", absl::StrJoin(repeated, ", ")));
  }

  absl::Status Make(const std::vector<std::string>& cells, std::int64_t row_number,
                    feed::v1::FeedMessage& message) override {
    if (cells.size() != columns_.size()) {
      return absl::InvalidArgumentError(absl::StrCat("the row has ", cells.size(),
                                                     " cells where the first row names ",
                                                     columns_.size(), " columns"));
    }
    ExchangeRow row;
    std::vector<std::string> bad;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      // What a rejects file has added.
      if (columns_[i] == kRejectLineColumn || columns_[i] == kRejectProblemsColumn) continue;
      if (!IsUtf8(cells[i])) bad.push_back(columns_[i]);
      const std::string_view cell = CellWithoutGuard(cells[i]);
      if (cell.empty()) continue;
      if (columns_[i].empty()) {
        bad.emplace_back("a cell without a column's name");
        continue;
      }
      row.emplace(columns_[i], cell);
    }
    if (!bad.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(absl::StrJoin(bad, ", "), ": cannot be read as text of a column in UTF-8"));
    }
    return records_.Make(row, row_number, message);
  }

 private:
  const ExchangeScheme scheme_;
  std::vector<std::string> columns_;
  Records records_;
};

// 2^53: the first whole number that JSON's readers make of another one as well, the next.
constexpr std::int64_t kExactEnd = 9007199254740992;

// A whole number as a person writes it; empty for one that JSON's readers do not keep to its last
// digit.
std::string NumberText(double number) {
  if (std::floor(number) != number || std::abs(number) >= static_cast<double>(kExactEnd)) return "";
  return absl::StrCat(static_cast<std::int64_t>(number));
}

absl::StatusOr<ExchangeRow> RowOfJson(std::string_view json) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(
           google::protobuf::StringPiece(json.data(), json.size()), &object)
           .ok()) {
    return absl::InvalidArgumentError("no object of JSON: {\"column\": \"cell\", …}");
  }
  SL_RETURN_IF_ERROR(CheckKeys(json, KeyNames::kTexts));
  ExchangeRow row;
  std::vector<std::string> bad;
  for (const auto& [column, value] : object.fields()) {
    std::string cell;
    switch (value.kind_case()) {
      case google::protobuf::Value::kStringValue:
        cell = value.string_value();
        break;
      case google::protobuf::Value::kNumberValue:
        cell = NumberText(value.number_value());
        if (cell.empty()) bad.push_back(column);
        break;
      case google::protobuf::Value::kBoolValue:
        cell = value.bool_value() ? "true" : "false";
        break;
      case google::protobuf::Value::kListValue:
      case google::protobuf::Value::kStructValue:
        bad.push_back(column);
        break;
      default:
        break;
    }
    if (column.empty() && !cell.empty()) bad.emplace_back("a key without a name");
    if (!cell.empty()) row.emplace(column, std::move(cell));
  }
  if (bad.empty()) return row;
  std::sort(bad.begin(), bad.end());
  return absl::InvalidArgumentError(absl::StrCat(absl::StrJoin(bad, ", "),
                                                 ": must be a text or a whole number below ",
                                                 kExactEnd, "; write a larger one as a text"));
}

}  // namespace

std::string ExchangeInput::Text() const {
  return absl::StrCat(AbslView(NameOf(scheme)), is_csv ? " csv" : " jsonl",
                      is_open ? " open" : " owner");
}

absl::StatusOr<ExchangeInput> ExchangeInput::Parse(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  if (words.size() != 3 || (words[1] != "csv" && words[1] != "jsonl") ||
      (words[2] != "open" && words[2] != "owner")) {
    return absl::InvalidArgumentError("no description of an imported file");
  }
  ExchangeInput input;
  SL_ASSIGN_OR_RETURN(input.scheme, ParseExchangeScheme(words[0]));
  input.is_csv = words[1] == "csv";
  input.is_open = words[2] == "open";
  return input;
}

absl::Status ReadExchange(std::istream& in, const ExchangeInput& input, const RecordSink& sink) {
  if (input.is_csv) {
    Rows rows(input);
    return ReadCsvRecords(in, rows, sink);
  }
  Records records(input);
  return ReadJsonLines(
      in,
      [&](std::string_view json, std::int64_t line,
          feed::v1::FeedMessage& message) -> absl::Status {
        SL_ASSIGN_OR_RETURN(const ExchangeRow row, RowOfJson(json));
        return records.Make(row, line, message);
      },
      sink);
}

absl::Status CheckExchange(std::istream& in, const ExchangeInput& input) {
  if (!input.is_csv) return CheckJsonLines(in);
  Rows rows(input);
  return CheckCsvHeader(in, rows);
}

}  // namespace serieslink::cli
