#include "services/cli/feed_reader.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "services/cli/csv_reader.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
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

// Reads a line of at most kLineBytesMax bytes; a longer one is read to its end and comes back
// empty, with `too_long`. False at the end of the file.
bool ReadLine(std::istream& in, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  std::streambuf& buffer = *in.rdbuf();
  bool any = false;
  for (int c = buffer.sbumpc();; c = buffer.sbumpc()) {
    if (c == std::char_traits<char>::eof()) {
      if (!any) in.setstate(std::ios::eofbit);
      return any;
    }
    any = true;
    if (c == '\n') return true;
    if (too_long) continue;
    line.push_back(static_cast<char>(c));
    if (line.size() > kLineBytesMax) {
      too_long = true;
      std::string().swap(line);
    }
  }
}

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

absl::Status ReadJsonLines(std::istream& in, std::string_view feed, const RecordSink& sink) {
  const FieldDescriptor* field = FieldOfFeed(feed);
  if (field == nullptr) {
    return absl::InvalidArgumentError("there is no such feed");
  }
  std::string line;
  bool too_long = false;
  for (std::int64_t number = 1; ReadLine(in, line, too_long); ++number) {
    if (too_long) {
      sink.on_unreadable({number, "the line is longer than 16 MiB", ""});
      continue;
    }
    std::string_view text = line;
    if (number == 1 && text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      text.remove_prefix(kByteOrderMark.size());
    }
    const absl::string_view stripped = absl::StripAsciiWhitespace(AbslView(text));
    if (stripped.empty()) continue;
    InputRecord record;
    record.line = number;
    const auto parsed = google::protobuf::util::JsonStringToMessage(
        google::protobuf::StringPiece(stripped.data(), stripped.size()),
        &Inner(record.message, *field));
    if (!parsed.ok()) {
      const auto complaint = parsed.message();
      sink.on_unreadable({number, ProblemOf({complaint.data(), complaint.size()}),
                          sink.keep_text ? std::string(stripped) : ""});
      continue;
    }
    if (sink.keep_text) record.text = std::string(stripped);
    SL_RETURN_IF_ERROR(HandOn(std::move(record), sink));
  }
  if (in.bad()) return absl::DataLossError("the file cannot be read to its end");
  return absl::OkStatus();
}

absl::Status ReadCsvRecords(std::istream& in, Mapping mapping, const RecordSink& sink) {
  const FieldDescriptor* field = FieldOfFeed(mapping.feed());
  if (field == nullptr) {
    return absl::InvalidArgumentError("there is no such feed");
  }
  std::vector<std::string> header;
  SL_RETURN_IF_ERROR(ReadCsv(in, mapping.separator(), [&](CsvRow&& row) -> absl::Status {
    if (header.empty()) {
      header = std::move(row.cells);
      SL_RETURN_IF_ERROR(mapping.BindHeader(header));
      if (sink.keep_text && sink.on_header) {
        sink.on_header(RowText(header, header, mapping.separator()), mapping.separator());
      }
      return absl::OkStatus();
    }
    InputRecord record;
    record.line = row.number;
    if (sink.keep_text) record.text = RowText(header, row.cells, mapping.separator());
    if (const absl::Status status = mapping.Apply(row.cells, Inner(record.message, *field));
        !status.ok()) {
      sink.on_unreadable({row.number, std::string(status.message()), std::move(record.text)});
      return absl::OkStatus();
    }
    return HandOn(std::move(record), sink);
  }));
  if (header.empty()) {
    return absl::InvalidArgumentError("the file is empty; its first row must name its columns");
  }
  return absl::OkStatus();
}

}  // namespace serieslink::cli
