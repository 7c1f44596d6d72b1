#include "services/cli/feed_reader.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "services/cli/csv_reader.h"
#include "services/cli/json_keys.h"
#include "services/cli/line_reader.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

constexpr std::size_t kProblemBytesMax = 200;

const FieldDescriptor* FieldOfFeed(std::string_view feed) {
  return feed::v1::FeedMessage::descriptor()->FindFieldByName(std::string(feed));
}

// The feed's own message within `message`.
Message& Inner(feed::v1::FeedMessage& message, const FieldDescriptor& field) {
  return *message.GetReflection()->MutableMessage(&message, &field);
}

// The parser's complaint without the text that it complains of.
std::string ProblemOf(std::string_view complaint) {
  std::string problem(complaint.substr(0, complaint.find('\n')));
  constexpr std::string_view kValue = "invalid value ";
  if (const std::size_t value = problem.find(kValue); value != std::string::npos) {
    const std::size_t type = problem.rfind(" for type ");
    const std::size_t end = value + kValue.size() - 1;
    problem.erase(end, type == std::string::npos || type < end ? std::string::npos : type - end);
  }
  if (problem.size() > kProblemBytesMax) problem.resize(kProblemBytesMax);
  return absl::StrCat("not a message of this feed: ", problem);
}

// Refuses what is no text in an encoding that files come in; `start` is the beginning of a file.
absl::Status CheckIsText(std::string_view start) {
  const auto begins = [start](std::string_view bytes) {
    return start.substr(0, bytes.size()) == bytes;
  };
  using namespace std::string_view_literals;
  if (begins("\xFF\xFE"sv) || begins("\xFE\xFF"sv)) {
    return absl::InvalidArgumentError(
        "the file is UTF-16; export it as UTF-8, or turn it with: iconv -f UTF-16 -t UTF-8");
  }
  if (begins("\x1F\x8B"sv)) {
    return absl::InvalidArgumentError(
        "the file is compressed; push what zcat makes of it as standard input");
  }
  if (begins("PK\x03\x04"sv)) {
    return absl::InvalidArgumentError(
        "the file is a spreadsheet or a ZIP archive; export its table as CSV in UTF-8");
  }
  if (start.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError(
        "the file holds zero bytes, so it is UTF-16 or no text; export it as UTF-8");
  }
  return absl::OkStatus();
}

// A lone return is white space within JSON.
constexpr bool kReturnEndsLine = false;

constexpr std::string_view kMayBeCutOff =
    "the file ends there without a line end, so it may have been cut off";

// Rows by a mapping.
class MappedRows final : public RowMaker {
 public:
  MappedRows(Mapping mapping, const FieldDescriptor* field)
      : mapping_(std::move(mapping)), field_(field) {}

  char separator() const override { return mapping_.separator(); }
  absl::Status BindHeader(const std::vector<std::string>& header) override {
    return mapping_.BindHeader(header);
  }
  absl::Status Make(const std::vector<std::string>& cells, std::int64_t /*row*/,
                    feed::v1::FeedMessage& message) override {
    return mapping_.Apply(cells, Inner(message, *field_));
  }

 private:
  Mapping mapping_;
  const FieldDescriptor* const field_;
};

// Reads the header of a CSV file from its first row.
class Header {
 public:
  explicit Header(RowMaker& rows) : rows_(rows) {}

  bool is_read() const { return !names_.empty(); }
  const std::vector<std::string>& names() const { return names_; }

  absl::Status Take(CsvRow&& row) {
    for (const std::string& name : row.cells) SL_RETURN_IF_ERROR(CheckIsText(name));
    SL_RETURN_IF_ERROR(rows_.BindHeader(row.cells));
    names_ = std::move(row.cells);
    return absl::OkStatus();
  }

  // The row is spoiled.
  static absl::Status Refuse(const SpoiledRow& row) {
    SL_RETURN_IF_ERROR(CheckIsText(row.text));
    return absl::InvalidArgumentError(
        absl::StrCat("its first row must name its columns, and cannot be read: ", row.problem));
  }

  static absl::Status Missing() {
    return absl::InvalidArgumentError("the file is empty; its first row must name its columns");
  }

 private:
  RowMaker& rows_;
  std::vector<std::string> names_;
};

// The row as it would stand in a file, without the columns that a rejects file has added.
std::string RowText(const std::vector<std::string>& header, const std::vector<std::string>& cells,
                    char separator) {
  std::string text;
  bool is_first = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i < header.size() &&
        (header[i] == kRejectLineColumn || header[i] == kRejectProblemsColumn)) {
      continue;
    }
    if (!std::exchange(is_first, false)) text.push_back(separator);
    text += CsvCellOf(cells[i], separator);
  }
  return text;
}

absl::Status HandOn(InputRecord&& record, const RecordSink& sink) {
  if (record.message.ByteSizeLong() > kMessageBytesMax) {
    sink.on_unreadable({record.line, "the record is larger than 1 MiB", std::move(record.text)});
    return absl::OkStatus();
  }
  return sink.on_record(std::move(record));
}

}  // namespace

std::string CsvCellOf(std::string_view text, char separator) {
  if (text.find_first_of("\"\r\n") == std::string_view::npos &&
      text.find(separator) == std::string_view::npos) {
    return std::string(text);
  }
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell.push_back('"');
    cell.push_back(c);
  }
  cell.push_back('"');
  return cell;
}

const Message* MessageOfFeed(std::string_view feed) {
  const FieldDescriptor* field = FieldOfFeed(feed);
  if (field == nullptr) return nullptr;
  const feed::v1::FeedMessage& message = feed::v1::FeedMessage::default_instance();
  return &message.GetReflection()->GetMessage(message, field);
}

absl::Status MessageOfJson(std::string_view json, Message& message) {
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &message);
  if (parsed.ok()) return CheckKeys(json, KeyNames::kFields);
  const auto complaint = parsed.message();
  return absl::InvalidArgumentError(ProblemOf({complaint.data(), complaint.size()}));
}

absl::Status ReadJsonLines(std::istream& in, std::string_view feed, const RecordSink& sink) {
  const FieldDescriptor* field = FieldOfFeed(feed);
  if (field == nullptr) {
    return absl::InvalidArgumentError("there is no such feed");
  }
  return ReadJsonLines(
      in,
      [field](std::string_view json, std::int64_t /*line*/, feed::v1::FeedMessage& message)
          -> absl::Status { return MessageOfJson(json, Inner(message, *field)); },
      sink);
}

absl::Status ReadJsonLines(std::istream& in, const LineMaker& make, const RecordSink& sink) {
  LineReader lines(in, kReturnEndsLine);
  Line line;
  std::int64_t number = 0;
  bool has_records = false;
  while (lines.Next(line)) {
    ++number;
    if (number == 1) SL_RETURN_IF_ERROR(CheckIsText(line.text));
    if (line.is_too_long) {
      sink.on_unreadable({number, "the line is longer than 16 MiB", ""});
      has_records = true;
      continue;
    }
    std::string_view text = line.text;
    if (number == 1 && text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      text.remove_prefix(kByteOrderMark.size());
    }
    const absl::string_view stripped = absl::StripAsciiWhitespace(AbslView(text));
    if (stripped.empty()) continue;
    has_records = true;
    InputRecord record;
    record.line = number;
    const auto refuse = [&](std::string problem) {
      if (!line.has_end) absl::StrAppend(&problem, "; ", AbslView(kMayBeCutOff));
      sink.on_unreadable({number, std::move(problem), sink.keep_text ? std::string(stripped) : ""});
    };
    const std::string_view json(stripped.data(), stripped.size());
    if (const std::size_t bytes = Utf8Bytes(json); bytes < json.size()) {
      refuse(absl::StrCat("byte ", bytes + 1, " of the line is not UTF-8"));
      continue;
    }
    if (json.front() != '{') {
      refuse("not a message of this feed: a record is a JSON object, in braces, on one line");
      continue;
    }
    if (const absl::Status made = make(json, number, record.message); !made.ok()) {
      refuse(std::string(made.message()));
      continue;
    }
    if (sink.keep_text) record.text = std::string(stripped);
    SL_RETURN_IF_ERROR(HandOn(std::move(record), sink));
  }
  if (lines.failed()) {
    return absl::DataLossError(absl::StrCat("what follows line ", number,
                                            " was not read: the system cannot read the file"));
  }
  if (!has_records) sink.on_note("the file has no records");
  return absl::OkStatus();
}

absl::Status ReadCsvRecords(std::istream& in, Mapping mapping, const RecordSink& sink) {
  const FieldDescriptor* field = FieldOfFeed(mapping.feed());
  if (field == nullptr) {
    return absl::InvalidArgumentError("there is no such feed");
  }
  MappedRows rows(std::move(mapping), field);
  return ReadCsvRecords(in, rows, sink);
}

absl::Status ReadCsvRecords(std::istream& in, RowMaker& rows, const RecordSink& sink) {
  Header header(rows);
  bool has_records = false;
  CsvSink csv;
  csv.on_row = [&](CsvRow&& row) -> absl::Status {
    if (!header.is_read()) {
      SL_RETURN_IF_ERROR(header.Take(std::move(row)));
      if (sink.keep_text && sink.on_header) {
        sink.on_header(RowText(header.names(), header.names(), rows.separator()), rows.separator());
      }
      return absl::OkStatus();
    }
    has_records = true;
    InputRecord record;
    record.line = row.number;
    if (sink.keep_text) record.text = RowText(header.names(), row.cells, rows.separator());
    if (const absl::Status status = rows.Make(row.cells, row.number, record.message);
        !status.ok()) {
      std::string problem(status.message());
      if (!row.has_line_end) absl::StrAppend(&problem, "; ", AbslView(kMayBeCutOff));
      sink.on_unreadable({row.number, std::move(problem), std::move(record.text)});
      return absl::OkStatus();
    }
    if (!row.has_line_end && !sink.last_row_is_complete) {
      sink.on_unreadable({row.number,
                          absl::StrCat(AbslView(kMayBeCutOff),
                                       ": look at this row; where it is whole, end its line, or "
                                       "give --last-row-complete"),
                          std::move(record.text)});
      return absl::OkStatus();
    }
    return HandOn(std::move(record), sink);
  };
  csv.on_spoiled = [&](SpoiledRow&& row) -> absl::Status {
    if (!header.is_read()) return Header::Refuse(row);
    has_records = true;
    sink.on_unreadable(
        {row.number, std::move(row.problem), sink.keep_text ? std::move(row.text) : ""});
    return absl::OkStatus();
  };
  SL_RETURN_IF_ERROR(ReadCsv(in, rows.separator(), csv));
  if (!header.is_read()) return Header::Missing();
  if (!has_records) sink.on_note("the file has no records: only its first row, the header");
  return absl::OkStatus();
}

absl::Status CheckJsonLines(std::istream& in) {
  LineReader lines(in, kReturnEndsLine);
  Line line;
  if (lines.Next(line)) return CheckIsText(line.text);
  return lines.failed() ? absl::DataLossError("the system cannot read the file") : absl::OkStatus();
}

absl::Status CheckCsvHeader(std::istream& in, Mapping mapping) {
  MappedRows rows(std::move(mapping), nullptr);
  return CheckCsvHeader(in, rows);
}

absl::Status CheckCsvHeader(std::istream& in, RowMaker& rows) {
  Header header(rows);
  CsvSink csv;
  csv.on_row = [&](CsvRow&& row) -> absl::Status {
    SL_RETURN_IF_ERROR(header.Take(std::move(row)));
    return absl::CancelledError();  // that is enough
  };
  csv.on_spoiled = [](SpoiledRow&& row) { return Header::Refuse(row); };
  const absl::Status status = ReadCsv(in, rows.separator(), csv);
  if (absl::IsCancelled(status)) return absl::OkStatus();
  return status.ok() ? Header::Missing() : status;
}

}  // namespace serieslink::cli
