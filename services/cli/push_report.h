#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <ostream>
#include <string>

#include "services/cli/feed_reader.h"
#include "services/cli/push_stream.h"
#include "services/cli/rejects_file.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// What became of the records of a push.
struct PushCounts {
  std::int64_t read = 0;  // records made of lines or rows
  std::int64_t created = 0;
  std::int64_t superseded = 0;
  std::int64_t unchanged = 0;
  std::int64_t stale = 0;
  std::int64_t rejected = 0;
  std::int64_t unreadable = 0;    // lines or rows of which no record could be made
  std::int64_t revision = 0;      // the latest acknowledged; 0: none
  std::int64_t broken_files = 0;  // files that could not be read, or not to their end
  // Codes that no vocabulary of the server knows, in what it accepted, by feed and field.
  std::map<std::string, std::int64_t> unknown_codes;

  std::int64_t acknowledged() const { return created + superseded + unchanged + stale + rejected; }
  friend bool operator==(const PushCounts&, const PushCounts&) = default;
};

// How far a push is. `done` is the part of its input that was read, 0 to 1; below 0: not known.
struct PushProgress {
  PushCounts counts;
  double seconds = 0;
  double done = -1;
};

// A line such as "12,345 read · 12,000 acknowledged · 3 rejected · 20,100/s · 43% · 0:21 left".
std::string ProgressText(const PushProgress& progress);

// The same behind a bar, in at most `width_columns`.
std::string ProgressBar(const PushProgress& progress, int width_columns);

// What is said with a summary.
struct SummaryWords {
  std::string push_id;      // empty: the push has none
  bool is_dry_run = false;  // nothing was written
};

// Writes the counts, with the time that they took, in `format`.
void WriteSummary(const PushCounts& counts, double seconds, const SummaryWords& words,
                  Format format, std::ostream& out);

// Counts a push, shows its progress about five times a second where people read on a terminal, and
// reports what was refused: the first few in words, all of it to a file. Thread-safe.
class PushReport {
 public:
  // Refused records are told in words up to this many.
  static constexpr std::int64_t kToldMax = 20;

  struct Outputs {
    std::ostream* words = nullptr;   // required: where people read
    int bar_columns = 0;             // `words` is a terminal so wide; 0: it is none
    RejectsFile* rejects = nullptr;  // or none
    // Where all of them are, when more were refused than are told.
    const char* more = "'serieslink rejects list' shows those that the server refused";
  };

  // `elapsed_seconds` is the time since the push began, `done` as in PushProgress; any thread calls
  // them.
  PushReport(
      Outputs outputs, std::function<double()> elapsed_seconds,
      std::function<double()> done = [] { return -1.0; });

  // `file` is CSV with this header.
  void Header(const std::string& file, const std::string& header, char separator);
  // Says something that is no refusal.
  void Say(const std::string& text);

  // A record was read.
  void Read();
  // A line of `file`, the push's file of that number, could not be read. It is written to the
  // rejects file behind what is refused of the lines before it.
  void Unreadable(const std::string& file, int file_number, const UnreadableLine& line);
  // `file` could not be read, or not to its end: says so, and counts it.
  void Broken(const std::string& file, const std::string& problem);
  // A batch was answered. What was refused up to it outlives this process on return.
  void Answered(const OutgoingBatch& batch, const ingest::v1::BatchResult& result);
  // Nothing more comes: writes what is left to write, takes the progress line away, and says which
  // codes the server does not know.
  void End();

  PushCounts counts() const;

 private:
  // A line that could not be read, for the rejects file.
  struct RejectedLine {
    Origin origin;
    std::string problem;
  };

  void Count(const ingest::v1::Acknowledgement& acknowledgement);
  void Rejected(const Origin& origin, const ingest::v1::Acknowledgement& acknowledgement);
  // Writes those of unwritten_ that `is_due`, the first first.
  void WriteUnreadable(const std::function<bool(const Origin&)>& is_due);
  void Tell(const std::string& text);
  void ShowProgress();
  void ClearProgress();

  const Outputs outputs_;
  const std::function<double()> elapsed_seconds_;
  const std::function<double()> done_;
  mutable std::mutex mutex_;  // guards everything below, and the outputs
  PushCounts counts_;
  // Lines that could not be read and that wait for the answers to what was read before them.
  std::deque<RejectedLine> unwritten_;
  std::size_t unwritten_bytes_ = 0;
  std::int64_t told_ = 0;
  double progress_seconds_ = -1;
  bool progress_is_shown_ = false;
};

}  // namespace serieslink::cli
