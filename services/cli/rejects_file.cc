#include "services/cli/rejects_file.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/cli/csv_reader.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

namespace fs = std::filesystem;

std::ios::openmode ModeOf(bool appends) {
  return std::ios::binary | (appends ? std::ios::app | std::ios::ate : std::ios::trunc);
}

bool HasContent(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && fs::file_size(path, error) > 0;
}

// Puts `text` in the place of a file, wholly or not at all.
absl::Status Replace(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(part, path, error);
  if (out && !error) return absl::OkStatus();
  fs::remove(part, error);
  return absl::InvalidArgumentError(
      absl::StrCat("cannot write ", path, "; check the folder and the disk"));
}

// "file:12" taken apart.
bool ParsePlace(const std::string& place, std::string& file, std::int64_t& line) {
  const std::size_t colon = place.rfind(':');
  if (colon == std::string::npos || !absl::SimpleAtoi(place.substr(colon + 1), &line)) return false;
  file = place.substr(0, colon);
  return true;
}

using IsTold = std::function<bool(const std::string& file, std::int64_t line)>;

absl::Status KeepLines(const std::string& path, const IsTold& is_told) {
  std::ifstream lines(path, std::ios::binary);
  std::ifstream problems(path + ".problems", std::ios::binary);
  std::string kept_lines;
  std::string kept_problems;
  std::int64_t count = 0;
  std::string line;
  for (std::string problem; std::getline(problems, problem) && std::getline(lines, line);) {
    google::protobuf::Struct object;
    std::string file;
    std::int64_t number = 0;
    // What cannot be read any more is the user's.
    if (google::protobuf::util::JsonStringToMessage(problem, &object).ok() &&
        ParsePlace(
            object.fields().contains("from") ? object.fields().at("from").string_value() : "", file,
            number) &&
        !is_told(file, number)) {
      continue;
    }
    absl::StrAppend(&kept_lines, line, "\n");
    const std::size_t comma = problem.find(',');
    absl::StrAppend(&kept_problems, "{\"line\":", ++count,
                    comma == std::string::npos ? "}" : problem.substr(comma), "\n");
  }
  SL_RETURN_IF_ERROR(Replace(path, kept_lines));
  if (!HasContent(path + ".problems")) return absl::OkStatus();
  return Replace(path + ".problems", kept_problems);
}

absl::Status KeepRows(const std::string& path, char separator, const IsTold& is_told) {
  std::ifstream in(path, std::ios::binary);
  std::string kept;
  std::optional<std::size_t> place_cell;
  CsvSink sink;
  sink.on_row = [&](CsvRow&& row) {
    if (!place_cell.has_value()) {
      place_cell = static_cast<std::size_t>(
          std::find(row.cells.begin(), row.cells.end(), kRejectLineColumn) - row.cells.begin());
    }
    std::string file;
    std::int64_t line = 0;
    const bool is_kept = row.number == 1 || *place_cell >= row.cells.size() ||
                         !ParsePlace(row.cells[*place_cell], file, line) || is_told(file, line);
    if (!is_kept) return absl::OkStatus();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (i > 0) kept.push_back(separator);
      kept += CsvCellOf(row.cells[i], separator);
    }
    kept.push_back('\n');
    return absl::OkStatus();
  };
  sink.on_spoiled = [&](SpoiledRow&& row) {
    absl::StrAppend(&kept, row.text, "\n");
    return absl::OkStatus();
  };
  SL_RETURN_IF_ERROR(ReadCsv(in, separator, sink));
  return Replace(path, kept);
}

}  // namespace

std::vector<std::string> RejectsFile::MoreFilesOf(const std::string& path) {
  std::vector<std::string> files;
  for (int i = 2; fs::exists(absl::StrCat(path, ".", i)); ++i) {
    files.push_back(absl::StrCat(path, ".", i));
  }
  return files;
}

absl::Status RejectsFile::Keep(const std::string& path, char separator, const IsTold& is_told) {
  if (separator == '\0') return HasContent(path) ? KeepLines(path, is_told) : absl::OkStatus();
  std::vector<std::string> files = MoreFilesOf(path);
  files.insert(files.begin(), path);
  for (const std::string& file : files) {
    if (HasContent(file)) SL_RETURN_IF_ERROR(KeepRows(file, separator, is_told));
  }
  return absl::OkStatus();
}

absl::Status RejectsFile::SetAside() {
  std::vector<std::string> files = MoreFilesOf(path_);
  files.insert(files.begin(), {path_, path_ + ".problems"});
  if (std::none_of(files.begin(), files.end(), HasContent)) return absl::OkStatus();
  int number = 1;
  while (fs::exists(absl::StrCat(path_, ".kept-", number)) ||
         fs::exists(absl::StrCat(path_, ".kept-", number, ".problems"))) {
    ++number;
  }
  kept_as_ = absl::StrCat(path_, ".kept-", number);
  for (const std::string& file : files) {
    std::error_code error;
    if (!fs::exists(file, error)) continue;
    fs::rename(file, kept_as_ + file.substr(path_.size()), error);
    if (error) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot keep what is in ", file, " under another name; check the folder"));
    }
  }
  return absl::OkStatus();
}

std::string RejectProblem::Text() const {
  std::string text = field;
  for (const std::string& part : {reason, description}) {
    if (!part.empty()) absl::StrAppend(&text, text.empty() ? "" : ": ", part);
  }
  return text;
}

absl::StatusOr<std::unique_ptr<RejectsFile>> RejectsFile::Open(const std::string& path,
                                                               bool appends) {
  std::unique_ptr<RejectsFile> file(new RejectsFile(path, appends));
  if (appends) {
    std::ifstream in(path, std::ios::binary);
    file->lines_count_ =
        std::count(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>(), '\n');
  } else {
    SL_RETURN_IF_ERROR(file->SetAside());
  }
  file->lines_.open(path, ModeOf(appends));
  if (!file->lines_) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot write ", path, "; check the folder and that you may write there"));
  }
  return file;
}

void RejectsFile::Header(const std::string& file, const std::string& header, char separator) {
  separator_ = separator;
  for (const auto& rows : rows_) {
    if (rows->header == header) {
      rows_of_file_[file] = rows.get();
      return;
    }
  }
  auto rows = std::make_unique<Rows>();
  rows->header = header;
  const std::string path = rows_.empty() ? path_ : absl::StrCat(path_, ".", rows_.size() + 1);
  rows->out.open(path, ModeOf(appends_));
  if (rows->out.tellp() == std::ofstream::pos_type(0)) {
    rows->out << header << separator << kRejectLineColumn << separator << kRejectProblemsColumn
              << '\n';
  }
  rows_of_file_[file] = rows.get();
  rows_.push_back(std::move(rows));
}

void RejectsFile::Add(const std::string& file, std::int64_t line, const std::string& text,
                      const std::vector<RejectProblem>& problems) {
  const std::string place = absl::StrCat(file, ":", line);
  if (const auto rows = rows_of_file_.find(file); rows != rows_of_file_.end()) {
    const std::string words = absl::StrJoin(
        problems, "; ",
        [](std::string* out, const RejectProblem& problem) { out->append(problem.Text()); });
    rows->second->out << text << separator_ << CsvCellOf(place, separator_) << separator_
                      << CsvCellOf(words, separator_) << '\n';
    return;
  }
  if (!problems_.is_open()) problems_.open(path_ + ".problems", ModeOf(appends_));
  lines_ << text << '\n';
  std::string listed;
  for (const RejectProblem& problem : problems) {
    absl::StrAppend(&listed, listed.empty() ? "" : ",", "{\"field\":", JsonString(problem.field),
                    ",\"reason\":", JsonString(problem.reason),
                    ",\"description\":", JsonString(problem.description), "}");
  }
  problems_ << "{\"line\":" << ++lines_count_ << ",\"from\":" << JsonString(place)
            << ",\"problems\":[" << listed << "]}\n";
}

void RejectsFile::Flush() {
  lines_.flush();
  if (problems_.is_open()) problems_.flush();
  for (const auto& rows : rows_) rows->out.flush();
}

absl::Status RejectsFile::Close() {
  const auto close = [this](std::ofstream& out) {
    if (!out.is_open()) return;
    out.close();
    ok_ = ok_ && !out.fail();
  };
  close(lines_);
  close(problems_);
  for (const auto& rows : rows_) close(rows->out);
  if (ok_) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path_, " is incomplete: it could not be written; is the disk full?"));
}

}  // namespace serieslink::cli
