#include "services/cli/push_report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr double kProgressEverySeconds = 0.2;

std::int64_t RateOf(std::int64_t records, double seconds) {
  return seconds > 0 ? std::llround(static_cast<double>(records) / seconds) : 0;
}

// A reason without the prefix that all of them have.
std::string ReasonWord(type::v1::ErrorReason reason) {
  constexpr std::string_view kPrefix = "ERROR_REASON_";
  const std::string name = type::v1::ErrorReason_Name(reason);
  return name.compare(0, kPrefix.size(), kPrefix) == 0 ? name.substr(kPrefix.size()) : name;
}

// The agency's own message within a FeedMessage, as JSON.
std::string InnerJson(const feed::v1::FeedMessage& message) {
  const auto& reflection = *message.GetReflection();
  const auto* field = reflection.GetOneofFieldDescriptor(
      message, feed::v1::FeedMessage::descriptor()->oneof_decl(0));
  return field == nullptr ? "null" : JsonOf(reflection.GetMessage(message, field), false);
}

}  // namespace

std::string ProgressText(const PushCounts& counts, double seconds) {
  std::string text = absl::StrCat(Grouped(counts.read), " read · ", Grouped(counts.acknowledged()),
                                  " acknowledged");
  if (counts.rejected > 0) absl::StrAppend(&text, " · ", Grouped(counts.rejected), " rejected");
  if (counts.unreadable > 0) {
    absl::StrAppend(&text, " · ", Grouped(counts.unreadable), " unreadable");
  }
  return absl::StrCat(text, " · ", Grouped(RateOf(counts.acknowledged(), seconds)), "/s");
}

void WriteSummary(const PushCounts& counts, double seconds, Format format, std::ostream& out) {
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
        << ",\"revision\":" << counts.revision << "}\n";
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
  out << Grouped(counts.acknowledged()) << " records acknowledged in "
      << absl::StrFormat("%.1f", seconds) << " s (" << Grouped(rate) << "/s)";
  if (counts.revision > 0) out << ", known from revision " << counts.revision;
  out << '\n';
}

PushReport::PushReport(Outputs outputs, std::function<double()> elapsed_seconds)
    : outputs_(outputs), elapsed_seconds_(std::move(elapsed_seconds)) {}

void PushReport::Read() {
  const std::lock_guard lock(mutex_);
  ++counts_.read;
  ShowProgress();
}

void PushReport::Unreadable(const std::string& file, const UnreadableLine& line) {
  const std::lock_guard lock(mutex_);
  ++counts_.unreadable;
  Tell(absl::StrCat(file, ":", line.line, ": ", line.problem));
  if (outputs_.rejects != nullptr) {
    *outputs_.rejects << "{\"file\":" << JsonString(file) << ",\"line\":" << line.line
                      << ",\"problem\":" << JsonString(line.problem)
                      << ",\"text\":" << JsonString(line.text) << "}\n";
  }
  ShowProgress();
}

void PushReport::Broken(const std::string& file, const std::string& problem) {
  const std::lock_guard lock(mutex_);
  ++counts_.unreadable;
  ClearProgress();
  *outputs_.words << file << ": " << problem << '\n';
  if (outputs_.rejects != nullptr) {
    *outputs_.rejects << "{\"file\":" << JsonString(file) << ",\"problem\":" << JsonString(problem)
                      << "}\n";
  }
}

void PushReport::Answered(const OutgoingBatch& batch, const ingest::v1::BatchResult& result) {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < result.acknowledgements_size(); ++i) {
    const ingest::v1::Acknowledgement& acknowledgement = result.acknowledgements(i);
    Count(acknowledgement);
    if (acknowledgement.outcome() == ingest::v1::OUTCOME_REJECTED) {
      Rejected(batch.origins[static_cast<std::size_t>(i)], batch.request.batch().messages(i),
               acknowledgement);
    }
  }
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

void PushReport::Rejected(const Origin& origin, const feed::v1::FeedMessage& message,
                          const ingest::v1::Acknowledgement& acknowledgement) {
  std::string violations;
  for (const auto& violation : acknowledgement.violations()) {
    const std::string reason = ReasonWord(violation.reason());
    Tell(absl::StrCat(origin.file, ":", origin.line, ": ", violation.field(), ": ", reason, ": ",
                      violation.description()));
    absl::StrAppend(&violations, violations.empty() ? "" : ",",
                    "{\"field\":", JsonString(violation.field()),
                    ",\"reason\":", JsonString(reason),
                    ",\"description\":", JsonString(violation.description()), "}");
  }
  if (outputs_.rejects == nullptr) return;
  *outputs_.rejects << "{\"file\":" << JsonString(origin.file) << ",\"line\":" << origin.line
                    << ",\"violations\":[" << violations << "],\"message\":" << InnerJson(message);
  if (!origin.row_json.empty()) *outputs_.rejects << ",\"row\":" << origin.row_json;
  *outputs_.rejects << "}\n";
}

void PushReport::Tell(const std::string& text) {
  if (++told_ > kToldMax + 1) return;
  ClearProgress();
  if (told_ == kToldMax + 1) {
    *outputs_.words << "… and more, which are counted"
                    << (outputs_.rejects == nullptr ? "; --rejects FILE keeps all of them" : "")
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
  if (!outputs_.shows_progress) return;
  const double seconds = elapsed_seconds_();
  if (progress_seconds_ >= 0 && seconds - progress_seconds_ < kProgressEverySeconds) return;
  progress_seconds_ = seconds;
  progress_is_shown_ = true;
  *outputs_.words << "\r\x1B[K" << ProgressText(counts_, seconds) << std::flush;
}

void PushReport::ClearProgress() {
  if (!std::exchange(progress_is_shown_, false)) return;
  *outputs_.words << "\r\x1B[K";
}

void PushReport::EndProgress() {
  const std::lock_guard lock(mutex_);
  ClearProgress();
  outputs_.words->flush();
}

PushCounts PushReport::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace serieslink::cli
