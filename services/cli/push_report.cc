#include "services/cli/push_report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr double kBarEverySeconds = 0.2;
constexpr int kBarColumnsMax = 24;
// Unreadable lines that wait for what was read before them, and their bytes: a line may have 16
// MiB. Beyond, the order gives way.
constexpr std::size_t kUnwrittenMax = 10'000;
constexpr std::size_t kUnwrittenBytesMax = 64 << 20;

// Whether `a` was read before `b`.
bool IsBefore(const Origin& a, const Origin& b) {
  return std::pair(a.file_number, a.line) < std::pair(b.file_number, b.line);
}

std::int64_t RateOf(std::int64_t records, double seconds) {
  return seconds > 0 ? std::llround(static_cast<double>(records) / seconds) : 0;
}

// A reason without the prefix that all of them have.
std::string ReasonWord(type::v1::ErrorReason reason) {
  constexpr std::string_view kPrefix = "ERROR_REASON_";
  const std::string name = type::v1::ErrorReason_Name(reason);
  return name.compare(0, kPrefix.size(), kPrefix) == 0 ? name.substr(kPrefix.size()) : name;
}

// "1:05", "2:00:09".
std::string TimeText(double seconds) {
  const auto whole = std::max<std::int64_t>(0, std::llround(seconds));
  if (whole >= 3600) {
    return absl::StrFormat("%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return absl::StrFormat("%d:%02d", whole / 60, whole % 60);
}

}  // namespace

std::string ProgressText(const PushProgress& progress) {
  const PushCounts& counts = progress.counts;
  std::string text = absl::StrCat(Grouped(counts.read), " read · ", Grouped(counts.acknowledged()),
                                  " acknowledged");
  if (counts.rejected > 0) absl::StrAppend(&text, " · ", Grouped(counts.rejected), " rejected");
  if (counts.unreadable > 0) {
    absl::StrAppend(&text, " · ", Grouped(counts.unreadable), " unreadable");
  }
  absl::StrAppend(&text, " · ", Grouped(RateOf(counts.acknowledged(), progress.seconds)), "/s");
  if (progress.done > 0) {
    absl::StrAppend(&text, " · ", std::llround(progress.done * 100), "% · ",
                    TimeText(progress.seconds * (1 - progress.done) / progress.done), " left");
  }
  return text;
}

std::string ProgressBar(const PushProgress& progress, int width_columns) {
  const std::string text = ProgressText(progress);
  // Code points, not bytes: the dots between the parts have two.
  const auto text_columns = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  const int bar = std::min(kBarColumnsMax, width_columns - static_cast<int>(text_columns) - 4);
  if (progress.done < 0 || bar < 4) {
    if (text_columns < width_columns) return text;
    return absl::StrCat(Grouped(progress.counts.acknowledged()), " acknowledged");
  }
  const int full = static_cast<int>(std::clamp(progress.done, 0.0, 1.0) * bar);
  return absl::StrCat("[", std::string(static_cast<std::size_t>(full), '#'),
                      std::string(static_cast<std::size_t>(bar - full), '.'), "] ", text);
}

void WriteSummary(const PushCounts& counts, double seconds, const SummaryWords& words,
                  Format format, std::ostream& out) {
  const std::pair<const char*, std::int64_t> rows[] = {
      {"created", counts.created},     {"superseded", counts.superseded},
      {"unchanged", counts.unchanged}, {"stale", counts.stale},
      {"rejected", counts.rejected},   {"unreadable", counts.unreadable},
  };
  const std::int64_t rate = RateOf(counts.acknowledged(), seconds);
  if (format == Format::kJson) {
    out << '{';
    for (const auto& [name, count] : rows) out << '"' << name << "\":" << count << ',';
    out << "\"acknowledged\":" << counts.acknowledged()
        << ",\"seconds\":" << absl::StrFormat("%.3f", seconds) << ",\"records_per_second\":" << rate
        << ",\"revision\":" << counts.revision << ",\"broken_files\":" << counts.broken_files
        << ",\"unknown_codes\":{";
    const char* between = "";
    for (const auto& [field, count] : counts.unknown_codes) {
      out << std::exchange(between, ",") << JsonString(field) << ':' << count;
    }
    out << '}';
    if (!words.push_id.empty()) out << ",\"push\":" << JsonString(words.push_id);
    if (words.is_dry_run) out << ",\"dry_run\":true";
    out << "}\n";
    return;
  }
  Table table{{"outcome", "records"}, {}};
  for (const auto& [name, count] : rows) {
    table.rows.push_back({name, format == Format::kCsv ? absl::StrCat(count) : Grouped(count)});
  }
  if (format == Format::kCsv) {
    WriteCsv(table, out);
    return;
  }
  WriteTable(table, TerminalWidthColumns(), out);
  if (words.is_dry_run) {
    out << "dry run: " << Grouped(counts.acknowledged())
        << " records checked as if they were sent now; nothing was written\n";
    return;
  }
  // A refused record is answered too, and is not what somebody who pushes calls acknowledged.
  out << Grouped(counts.acknowledged() - counts.rejected) << " records acknowledged";
  if (counts.rejected > 0) out << ", " << Grouped(counts.rejected) << " rejected,";
  out << " in " << absl::StrFormat("%.1f", seconds) << " s (" << Grouped(rate) << "/s)";
  if (counts.revision > 0) out << ", known from revision " << counts.revision;
  out << '\n';
  if (counts.broken_files > 0) {
    out << Grouped(counts.broken_files) << (counts.broken_files == 1 ? " file was" : " files were")
        << " not read to the end\n";
  }
  if (!words.push_id.empty() && counts.created + counts.superseded > 0) {
    out << "to take it back: serieslink push undo " << words.push_id << '\n';
  }
}

PushReport::PushReport(Outputs outputs, std::function<double()> elapsed_seconds,
                       std::function<double()> done)
    : outputs_(outputs), elapsed_seconds_(std::move(elapsed_seconds)), done_(std::move(done)) {}

void PushReport::Header(const std::string& file, const std::string& header, char separator) {
  const std::lock_guard lock(mutex_);
  if (outputs_.rejects != nullptr) outputs_.rejects->Header(file, header, separator);
}

void PushReport::Say(const std::string& text) {
  const std::lock_guard lock(mutex_);
  ClearProgress();
  *outputs_.words << text << std::endl;
}

void PushReport::Read() {
  const std::lock_guard lock(mutex_);
  ++counts_.read;
  ShowProgress();
}

void PushReport::Unreadable(const std::string& file, int file_number, const UnreadableLine& line) {
  const std::lock_guard lock(mutex_);
  ++counts_.unreadable;
  Tell(absl::StrCat(file, ":", line.line, ": ", line.problem));
  if (outputs_.rejects != nullptr) {
    unwritten_.push_back({{file, file_number, line.line, line.text}, line.problem});
    const bool nothing_is_unanswered = counts_.acknowledged() >= counts_.read;
    unwritten_bytes_ += line.text.size();
    WriteUnreadable([&](const Origin&) {
      return nothing_is_unanswered || unwritten_.size() > kUnwrittenMax ||
             unwritten_bytes_ > kUnwrittenBytesMax;
    });
  }
  ShowProgress();
}

void PushReport::WriteUnreadable(const std::function<bool(const Origin&)>& is_due) {
  while (!unwritten_.empty() && is_due(unwritten_.front().origin)) {
    const RejectedLine& line = unwritten_.front();
    outputs_.rejects->Add(line.origin.file, line.origin.line, line.origin.text,
                          {{.field = "", .reason = "", .description = line.problem}});
    unwritten_bytes_ -= line.origin.text.size();
    unwritten_.pop_front();
  }
}

void PushReport::Broken(const std::string& file, const std::string& problem) {
  const std::lock_guard lock(mutex_);
  ++counts_.broken_files;
  ClearProgress();
  *outputs_.words << file << ": " << problem << '\n';
}

void PushReport::Answered(const OutgoingBatch& batch, const ingest::v1::BatchResult& result) {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < result.acknowledgements_size(); ++i) {
    const ingest::v1::Acknowledgement& acknowledgement = result.acknowledgements(i);
    Count(acknowledgement);
    const Origin& answered = batch.origins[static_cast<std::size_t>(i)];
    WriteUnreadable([&](const Origin& unreadable) { return IsBefore(unreadable, answered); });
    if (acknowledgement.outcome() == ingest::v1::OUTCOME_REJECTED) {
      Rejected(answered, acknowledgement);
    }
  }
  for (const ingest::v1::UnknownCodeCount& unknown : result.unknown_codes()) {
    counts_.unknown_codes[unknown.field()] += unknown.count();
  }
  if (outputs_.rejects != nullptr) outputs_.rejects->Flush();
  ShowProgress();
}

void PushReport::Count(const ingest::v1::Acknowledgement& acknowledgement) {
  counts_.revision = std::max<std::int64_t>(counts_.revision, acknowledgement.revision());
  switch (acknowledgement.outcome()) {
    case ingest::v1::OUTCOME_CREATED:
      ++counts_.created;
      return;
    case ingest::v1::OUTCOME_SUPERSEDED:
      ++counts_.superseded;
      return;
    case ingest::v1::OUTCOME_UNCHANGED:
      ++counts_.unchanged;
      return;
    case ingest::v1::OUTCOME_STALE:
      ++counts_.stale;
      return;
    default:
      ++counts_.rejected;
  }
}

void PushReport::Rejected(const Origin& origin,
                          const ingest::v1::Acknowledgement& acknowledgement) {
  std::vector<RejectProblem> problems;
  for (const auto& violation : acknowledgement.violations()) {
    problems.push_back(
        {violation.field(), ReasonWord(violation.reason()), violation.description()});
    Tell(absl::StrCat(origin.file, ":", origin.line, ": ", problems.back().Text()));
  }
  if (outputs_.rejects != nullptr) {
    outputs_.rejects->Add(origin.file, origin.line, origin.text, problems);
  }
}

void PushReport::Tell(const std::string& text) {
  if (++told_ > kToldMax + 1) return;
  ClearProgress();
  if (told_ == kToldMax + 1) {
    *outputs_.words << "… and more, which are counted"
                    << (outputs_.rejects == nullptr ? absl::StrCat("; ", outputs_.more)
                                                    : ", and written to the rejects file")
                    << '\n';
    return;
  }
  // What was refused may hold anything; a terminal is not steered by it.
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    *outputs_.words << (is_control ? '?' : c);
  }
  *outputs_.words << '\n';
}

void PushReport::ShowProgress() {
  if (outputs_.bar_columns == 0) return;
  const double seconds = elapsed_seconds_();
  if (progress_seconds_ >= 0 && seconds - progress_seconds_ < kBarEverySeconds) return;
  progress_seconds_ = seconds;
  progress_is_shown_ = true;
  *outputs_.words << "\r\x1B[K"
                  << ProgressBar({.counts = counts_, .seconds = seconds, .done = done_()},
                                 outputs_.bar_columns)
                  << std::flush;
}

void PushReport::ClearProgress() {
  if (!std::exchange(progress_is_shown_, false)) return;
  *outputs_.words << "\r\x1B[K";
}

void PushReport::End() {
  const std::lock_guard lock(mutex_);
  WriteUnreadable([](const Origin&) { return true; });
  ClearProgress();
  for (const auto& [field, count] : counts_.unknown_codes) {
    *outputs_.words << Grouped(count) << (count == 1 ? " code" : " codes") << " in " << field
                    << " unknown to the server: kept as written, and without effect until mapped\n";
  }
  outputs_.words->flush();
}

PushCounts PushReport::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace serieslink::cli
