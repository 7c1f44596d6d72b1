#include "services/view/view_selector.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "storage/base/text.h"

namespace serieslink::view {

using ::google::protobuf::util::TimeUtil;

Patience PatienceOf(const grpc::ServerContext& context, const std::function<absl::Time()>& now) {
  // A client that set no deadline must still get an answer.
  constexpr absl::Duration kWaitMax = absl::Seconds(30);
  // What the way back takes at most of a call's time, and of a short one's.
  constexpr absl::Duration kWayBackMax = absl::Milliseconds(500);
  constexpr int kWayBackShare = 10;
  const absl::Time begun = now();
  const absl::Duration left = absl::FromChrono(context.deadline()) - begun;
  const absl::Duration wait =
      std::min(left - std::min(left / kWayBackShare, kWayBackMax), kWaitMax);
  return Patience(
      begun + wait, [&context] { return context.IsCancelled(); }, now);
}

bool IsTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
         time.nanos() <= 999'999'999;
}

std::optional<absl::Time> PastTime(const google::protobuf::Timestamp& time, std::string_view path,
                                   absl::Time now, std::vector<rpc::BadField>& bad) {
  if (!IsTime(time)) {
    bad.push_back({std::string(path), type::v1::ERROR_REASON_FIELD_INVALID, kTimeWords});
    return std::nullopt;
  }
  const absl::Time asked = absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(time));
  if (asked <= now) return asked;
  bad.push_back({std::string(path), type::v1::ERROR_REASON_REVISION_UNKNOWN,
                 "nobody knows what will be known at a time that is yet to come by the server's "
                 "clock; ask without it for the latest"});
  return std::nullopt;
}

void CheckPeriod(const google::protobuf::Timestamp* from, const google::protobuf::Timestamp* before,
                 std::string_view path, std::vector<rpc::BadField>& bad) {
  const auto check = [&](const google::protobuf::Timestamp* time, const char* field) {
    if (time == nullptr || IsTime(*time)) return;
    bad.push_back({absl::StrCat(AbslView(path), ".", field), type::v1::ERROR_REASON_FIELD_INVALID,
                   kTimeWords});
  };
  check(from, "occurred_from");
  check(before, "occurred_before");
  if (from != nullptr && before != nullptr && *from >= *before) {
    bad.push_back({absl::StrCat(AbslView(path), ".occurred_before"),
                   type::v1::ERROR_REASON_DATE_ORDER, "the period must end after it begins"});
  }
}

void CheckOrigin(std::string_view agency, std::string_view area, bool knows_unknown,
                 std::string_view path, std::vector<rpc::BadField>& bad) {
  const auto any = [](std::string_view text, auto&& is) {
    return std::any_of(text.begin(), text.end(), [&](unsigned char c) { return is(c); });
  };
  const auto is_upper = [](unsigned char c) { return absl::ascii_isupper(c); };
  const auto is_lower = [](unsigned char c) { return absl::ascii_islower(c); };
  const auto is_digit = [](unsigned char c) { return absl::ascii_isdigit(c); };
  const auto is_blank = [](unsigned char c) { return c <= ' '; };
  if (any(agency, is_upper) || any(agency, is_blank)) {
    bad.push_back({absl::StrCat(AbslView(path), ".agency"), type::v1::ERROR_REASON_FIELD_INVALID,
                   "an agency's id is in lower case without blanks, such as btp"});
  }
  const bool is_name =
      any(area, is_blank) || (any(area, is_upper) && any(area, is_lower) && !any(area, is_digit));
  if (is_name) {
    bad.push_back(
        {absl::StrCat(AbslView(path), ".area"), type::v1::ERROR_REASON_FIELD_INVALID,
         absl::StrCat("give the code of a borough or ward, such as E09000022, or a police "
                      "force's short name, such as kent",
                      knows_unknown ? ", or unknown" : "", "; names are not known here")});
  }
}

absl::StatusOr<RevisionWish> WishOf(const series::v1::ViewSelector& selector, absl::Time now,
                                    std::vector<rpc::BadField> bad) {
  RevisionWish wish = WishOf(selector, "view", now, bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  return wish;
}

RevisionWish WishOf(const series::v1::ViewSelector& selector, std::string_view path, absl::Time now,
                    std::vector<rpc::BadField>& bad) {
  RevisionWish wish;
  wish.as_at_field = absl::StrCat(AbslView(path), ".revision");
  if (selector.revision() < 0 || (selector.has_revision() && selector.revision() == 0)) {
    bad.push_back(
        {wish.as_at_field, type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 1 or more"});
  }
  if (selector.min_revision() < 0) {
    bad.push_back({absl::StrCat(AbslView(path), ".min_revision"),
                   type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  }
  if (selector.has_time()) {
    wish.as_at_time = PastTime(selector.time(), std::string(path) + ".time", now, bad);
  }
  wish.as_at = static_cast<graph::Revision>(selector.revision());
  wish.min_revision = static_cast<graph::Revision>(selector.min_revision());
  return wish;
}

}  // namespace serieslink::view
