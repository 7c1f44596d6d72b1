#include <algorithm>
#include <tuple>

#include "absl/time/civil_time.h"
#include "services/stolen/core/loss_case.h"

namespace serieslink::stolen {
namespace {

using ::serieslink::linkage::TimeInterval;

// Days from one moment to another, 0 for an earlier one.
std::int32_t DaysBetween(std::int64_t from_s, std::int64_t to_s, const absl::TimeZone& zone) {
  const absl::CivilDay from = absl::ToCivilDay(absl::FromUnixSeconds(from_s), zone);
  const absl::CivilDay to = absl::ToCivilDay(absl::FromUnixSeconds(to_s), zone);
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(to - from, 0, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace

// Section 34 binds who holds under a certificate. A dealer is registered, a museum licensed, and
// the others hold without either.
bool HoldsUnderCertificate(record::v1::HolderKind holder) {
  switch (holder) {
    case record::v1::HOLDER_KIND_DEALER:
    case record::v1::HOLDER_KIND_MUSEUM:
    case record::v1::HOLDER_KIND_MILITARY:
    case record::v1::HOLDER_KIND_POLICE:
    case record::v1::HOLDER_KIND_CARRIER:
      return false;
    default:
      return true;
  }
}

NoticeFacts JudgeNotice(absl::Span<const ReportFacts> reports,
                        absl::Span<const std::uint32_t> of_case, const absl::TimeZone& zone) {
  NoticeFacts notice;
  notice.verdict = v1::NOTICE_VERDICT_NOT_SAID;
  const ReportFacts* told = nullptr;
  bool is_bound = false;    // a report says that it was held under a certificate
  bool is_unknown = false;  // one says that it is not known who held it
  const auto key = [](const ReportFacts& report) {
    return std::tuple(report.notified->latest_s, report.notified->earliest_s, report.public_id);
  };
  for (const std::uint32_t i : of_case) {
    if (!HoldsUnderCertificate(reports[i].holder)) {
      notice.verdict = v1::NOTICE_VERDICT_NOT_APPLICABLE;
      return notice;
    }
    is_bound |= IsHolderKnown(reports[i].holder) || reports[i].has_certificate;
    is_unknown |= reports[i].holder == record::v1::HOLDER_KIND_UNKNOWN;
    if (!reports[i].notified.has_value()) continue;
    if (told == nullptr || key(reports[i]) < key(*told)) told = &reports[i];
  }
  if (told == nullptr) return notice;
  TimeInterval lost = told->lost;
  for (const std::uint32_t i : of_case) {
    lost.earliest_s = std::max(lost.earliest_s, reports[i].lost.earliest_s);
    lost.latest_s = std::min(lost.latest_s, reports[i].lost.latest_s);
  }
  if (lost.latest_s < lost.earliest_s) lost = told->lost;
  const TimeInterval& notified = *told->notified;
  if (notified.earliest_s != TimeInterval::kUnknownEarliest &&
      lost.latest_s != TimeInterval::kUnknownLatest) {
    notice.minimum_days = DaysBetween(lost.latest_s, notified.earliest_s, zone);
  }
  if (notified.latest_s != TimeInterval::kUnknownLatest &&
      lost.earliest_s != TimeInterval::kUnknownEarliest) {
    notice.maximum_days = DaysBetween(lost.earliest_s, notified.latest_s, zone);
  }
  if (notice.maximum_days.has_value() && *notice.maximum_days <= kNoticeDays) {
    notice.verdict = v1::NOTICE_VERDICT_IN_TIME;
  } else if (!notice.minimum_days.has_value() || *notice.minimum_days <= kNoticeDays) {
    notice.verdict = v1::NOTICE_VERDICT_UNDECIDABLE;
    notice.doubt = v1::NOTICE_DOUBT_DATES;
  } else if (is_bound) {
    notice.verdict = v1::NOTICE_VERDICT_LATE;
  } else {
    notice.verdict = v1::NOTICE_VERDICT_UNDECIDABLE;
    notice.doubt =
        is_unknown ? v1::NOTICE_DOUBT_HOLDER_NOT_KNOWN : v1::NOTICE_DOUBT_HOLDER_NOT_SAID;
  }
  return notice;
}

}  // namespace serieslink::stolen
