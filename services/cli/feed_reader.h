#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/cli/mapping.h"

// Makes feed messages of an agency's files, one record at a time, so that memory stays bounded
// however large the file is.
namespace serieslink::cli {

// A single record may have this many bytes; the server accepts no more either.
inline constexpr std::size_t kMessageBytesMax = 1 << 20;

// Prototype of the message of feed mps, nabis, border_force, licensing, force or statistics; null
// for any other name.
const google::protobuf::Message* MessageOfFeed(std::string_view feed);

// One record of a file.
struct InputRecord {
  std::int64_t line = 0;  // JSON lines: line of the file; CSV: row, the header being row 1
  feed::v1::FeedMessage message;
  // Where asked for, what it was made of: the line, or the row as one line of CSV without the
  // columns that a rejects file adds.
  std::string text;
};

// A line or row of which no message can be made.
struct UnreadableLine {
  std::int64_t line = 0;
  std::string problem;  // what is wrong; never what the line says
  std::string text;     // as in InputRecord
};

// Where the records of a file go, in the file's order.
struct RecordSink {
  // An error ends the reading and comes back from it.
  std::function<absl::Status(InputRecord&&)> on_record;
  std::function<void(UnreadableLine&&)> on_unreadable;
  // Told of what is wrong with no record and yet worth a look: a file without records.
  std::function<void(const std::string& note)> on_note = [](const std::string&) {};
  // CSV: a last row that has all its cells and no line end is whole, and not cut off.
  bool last_row_is_complete = false;
  // Keep rows and lines for a rejects file.
  bool keep_text = false;
  // CSV, and text is kept: told of the header, as one line of CSV, before the first row.
  std::function<void(const std::string& header, char separator)> on_header;
};

// The columns that a rejects file adds to a CSV file's own: where the row stood, and what is wrong
// with it. They are passed over when such a file is pushed.
inline constexpr std::string_view kRejectLineColumn = "serieslink_line";
inline constexpr std::string_view kRejectProblemsColumn = "serieslink_problems";

// `text` as a cell of a CSV line.
std::string CsvCellOf(std::string_view text, char separator);

// Makes `message`, which is empty, of JSON. Errors: INVALID_ARGUMENT (it is none of this type, or
// gives a field twice; says what is wrong and which field, never what the JSON says).
absl::Status MessageOfJson(std::string_view json, google::protobuf::Message& message);

// Makes a message of one line of JSON, by its number. Errors: INVALID_ARGUMENT (says what is wrong,
// never what the line says).
using LineMaker =
    std::function<absl::Status(std::string_view json, std::int64_t line, feed::v1::FeedMessage&)>;

// Makes messages of the rows of one CSV file.
class RowMaker {
 public:
  virtual ~RowMaker() = default;
  virtual char separator() const = 0;
  // Told of the first row before any other. Errors: INVALID_ARGUMENT (it names no columns that this
  // can be made of).
  virtual absl::Status BindHeader(const std::vector<std::string>& header) = 0;
  // `row` is the number of the row. Errors: INVALID_ARGUMENT (as LineMaker).
  virtual absl::Status Make(const std::vector<std::string>& cells, std::int64_t row,
                            feed::v1::FeedMessage& message) = 0;
};

// Each line is `feed`'s message as protobuf JSON. Empty lines are passed over; a line that is no
// such message, has an unknown field, or is too long is unreadable and does not stop the others.
// Errors: INVALID_ARGUMENT (unknown feed; as CheckJsonLines), DATA_LOSS (`in` fails; the message
// names the last line that was read), and what the sink returned.
absl::Status ReadJsonLines(std::istream& in, std::string_view feed, const RecordSink& sink);
// The same with what `make` makes of each line.
absl::Status ReadJsonLines(std::istream& in, const LineMaker& make, const RecordSink& sink);

// Each row becomes `mapping`'s message. A row that does not fit, or that a quote spoils (see
// csv_reader.h), is unreadable and does not stop the others. So is a last row without a line end,
// for its last cell may have been cut, unless the sink says that it is complete. Errors:
// INVALID_ARGUMENT (as CheckCsvHeader: nothing was handed on), DATA_LOSS (`in` fails; the message
// names the last row that was read), and what the sink returned.
absl::Status ReadCsvRecords(std::istream& in, Mapping mapping, const RecordSink& sink);
// The same with what `rows` makes of each row.
absl::Status ReadCsvRecords(std::istream& in, RowMaker& rows, const RecordSink& sink);

// Whether `in` begins as ReadJsonLines needs it. Errors: INVALID_ARGUMENT (UTF-16, or no text but a
// compressed file or a spreadsheet; says what to do), DATA_LOSS (`in` fails).
absl::Status CheckJsonLines(std::istream& in);

// Whether `in` begins with a header that fits `mapping`. Errors: INVALID_ARGUMENT (as
// CheckJsonLines; the file is empty; its first row is no CSV, or Mapping::BindHeader refuses it),
// DATA_LOSS (`in` fails).
absl::Status CheckCsvHeader(std::istream& in, Mapping mapping);
absl::Status CheckCsvHeader(std::istream& in, RowMaker& rows);

}  // namespace serieslink::cli
