#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>

#include "services/cli/feed_reader.h"
#include "services/cli/push_stream.h"
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
  std::int64_t unreadable = 0;  // lines or rows of which no record could be made
  std::int64_t revision = 0;    // the latest acknowledged; 0: none

  std::int64_t acknowledged() const { return created + superseded + unchanged + stale + rejected; }
  friend bool operator==(const PushCounts&, const PushCounts&) = default;
};

// A line such as "12,345 read · 12,000 acknowledged · 3 rejected · 20,100/s".
std::string ProgressText(const PushCounts& counts, double seconds);

// Writes the counts, with the time that they took, in `format`.
void WriteSummary(const PushCounts& counts, double seconds, Format format, std::ostream& out);

// Counts a push, tells the terminal of its progress about five times a second, and reports what was
// refused: the first few in words, all of it as JSON lines. Thread-safe.
class PushReport {
 public:
  // Refused records are told in words up to this many.
  static constexpr std::int64_t kToldMax = 20;

  struct Outputs {
    std::ostream* words = nullptr;    // required: where people read
    bool shows_progress = false;      // `words` is a terminal
    std::ostream* rejects = nullptr;  // JSON lines, or none
  };

  // `elapsed_seconds` is the time since the push began; any thread calls it.
  PushReport(Outputs outputs, std::function<double()> elapsed_seconds);

  // A record was read.
  void Read();
  // A line of `file` could not be read.
  void Unreadable(const std::string& file, const UnreadableLine& line);
  // Says something about `file` as a whole that counts as one unreadable line.
  void Broken(const std::string& file, const std::string& problem);
  // A batch was answered.
  void Answered(const OutgoingBatch& batch, const ingest::v1::BatchResult& result);
  // Takes the progress line away.
  void EndProgress();

  PushCounts counts() const;

 private:
  void Count(const ingest::v1::Acknowledgement& acknowledgement);
  void Rejected(const Origin& origin, const feed::v1::FeedMessage& message,
                const ingest::v1::Acknowledgement& acknowledgement);
  void Tell(const std::string& text);
  void ShowProgress();
  void ClearProgress();

  const Outputs outputs_;
  const std::function<double()> elapsed_seconds_;
  mutable std::mutex mutex_;  // guards everything below, and the outputs
  PushCounts counts_;
  std::int64_t told_ = 0;
  double progress_seconds_ = -1;
  bool progress_is_shown_ = false;
};

}  // namespace serieslink::cli
