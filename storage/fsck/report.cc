#include "storage/fsck/report.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace serieslink::fsck {
namespace {

constexpr std::uint64_t kProgressEvery = 500'000;

}  // namespace

void Report::Begin(std::string_view name, std::string_view subject) {
  Check& check = checks_.emplace_back();
  check.name = name;
  check.subject = subject;
  told_ = 0;
  if (on_progress_) on_progress_(check);
}

void Report::LookedAt(std::uint64_t count) {
  Check& check = checks_.back();
  check.looked_at += count;
  if (check.looked_at - told_ < kProgressEvery) return;
  told_ = check.looked_at;
  if (on_progress_) on_progress_(check);
}

void Report::Add(std::string finding) {
  Check& check = checks_.back();
  ++check.found;
  if (check.kept.size() < kept_max_) check.kept.push_back(std::move(finding));
}

absl::Status AsFinding(const absl::Status& status, Report& report) {
  if (!absl::IsDataLoss(status)) return status;
  report.Add(absl::StrCat("this check could not go on: ", status.message()));
  return absl::OkStatus();
}

std::uint64_t Report::found() const {
  std::uint64_t found = 0;
  for (const Check& check : checks_) found += check.found;
  return found;
}

}  // namespace serieslink::fsck
