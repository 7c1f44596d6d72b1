#include "services/cli/rejects_file.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/wording.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

std::ios::openmode ModeOf(bool appends) {
  return std::ios::binary | (appends ? std::ios::app | std::ios::ate : std::ios::trunc);
}

}  // namespace

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
