#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cli/feed_reader.h"

namespace serieslink::cli {

// One thing that is wrong with a record, in words.
struct RejectProblem {
  std::string field;   // empty: the line as a whole
  std::string reason;  // empty: it could not be read at all
  std::string description;

  // "field: REASON: description"
  std::string Text() const;
};

// Where everything goes that a push refused, in the form of its input, so that it can be mended and
// pushed again as it is:
//   - lines of JSON go as they were to FILE, and what is wrong with them to FILE.problems, one line
//     of JSON each that names the line of FILE and where it came from;
//   - rows of CSV go to FILE with the columns serieslink_line and serieslink_problems behind their
//     own, which a push passes over. A file whose header differs from that of the first goes to
//     FILE.2, FILE.3 and so on.
// Not thread-safe.
class RejectsFile {
 public:
  // What is there, perhaps mended, is kept under another name (see kept_as). `appends`: goes on
  // with files that an earlier run of the push began. Errors: INVALID_ARGUMENT (it cannot be
  // written).
  static absl::StatusOr<std::unique_ptr<RejectsFile>> Open(const std::string& path, bool appends);

  // Where an earlier FILE went, and what belongs to it likewise: FILE.kept-1, FILE.kept-1.problems.
  // Empty: there was none.
  const std::string& kept_as() const { return kept_as_; }

  // Takes out of the files that an earlier run of a push wrote what its next run will tell again:
  // where `is_told` is false of a file and its line or row. `separator` is that of CSV, NUL of JSON
  // lines. Errors: INVALID_ARGUMENT (a file cannot be written; it is as it was then).
  static absl::Status Keep(
      const std::string& path, char separator,
      const std::function<bool(const std::string& file, std::int64_t line)>& is_told);

  // `file` is CSV with this header.
  void Header(const std::string& file, const std::string& header, char separator);
  void Add(const std::string& file, std::int64_t line, const std::string& text,
           const std::vector<RejectProblem>& problems);

  // Hands what was added to the operating system, so that it outlives this process.
  void Flush();

  // Errors: INVALID_ARGUMENT (something could not be written; names the file).
  absl::Status Close();

 private:
  // One file of rows.
  struct Rows {
    std::string header;
    std::ofstream out;
  };

  RejectsFile(std::string path, bool appends) : path_(std::move(path)), appends_(appends) {}

  // FILE.2 and so on, in order, as far as they are there.
  static std::vector<std::string> MoreFilesOf(const std::string& path);
  // Renames what is there.
  absl::Status SetAside();

  const std::string path_;
  const bool appends_;
  std::string kept_as_;
  std::ofstream lines_;     // of JSON
  std::ofstream problems_;  // of lines of JSON
  std::int64_t lines_count_ = 0;
  char separator_ = '\0';                    // of CSV; NUL for JSON lines
  std::vector<std::unique_ptr<Rows>> rows_;  // FILE, FILE.2, …
  std::map<std::string, Rows*> rows_of_file_;
  bool ok_ = true;
};

}  // namespace serieslink::cli
