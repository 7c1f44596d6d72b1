#include "services/summary/meeting_check.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/rpc/identity.h"
#include "services/summary/core/calendar.h"
#include "services/summary/meeting_acts.h"
#include "services/summary/summary_request.h"
#include "services/view/asked_exhibit.h"
#include "services/view/shared_view.h"

namespace serieslink::summary {
namespace {

using BadFields = std::vector<rpc::BadField>;
using type::v1::ERROR_REASON_DUPLICATE;
using type::v1::ERROR_REASON_FIELD_INVALID;
using type::v1::ERROR_REASON_FIELD_MISSING;
using type::v1::ERROR_REASON_FIELD_TOO_LONG;

constexpr std::size_t kTextBytesMax = 1'000;
constexpr std::size_t kUnitBytesMax = 128;
constexpr std::size_t kRequestIdBytesMax = 64;
constexpr int kYearsMax = 10;

bool HasControls(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_iscntrl(c); });
}

// `missing`: what to say where it is empty; null: it may be.
void CheckLine(const std::string& text, std::size_t bytes_max, const char* field,
               const char* missing, BadFields& bad) {
  if (absl::StripAsciiWhitespace(text).empty()) {
    if (missing != nullptr) {
      bad.push_back({field, ERROR_REASON_FIELD_MISSING, missing});
    } else if (!text.empty()) {
      bad.push_back({field, ERROR_REASON_FIELD_INVALID, "blanks alone say nothing"});
    }
  } else if (text.size() > bytes_max) {
    bad.push_back(
        {field, ERROR_REASON_FIELD_TOO_LONG, absl::StrCat("at most ", bytes_max, " bytes")});
  } else if (HasControls(text)) {
    bad.push_back({field, ERROR_REASON_FIELD_INVALID, "one line, without control characters"});
  }
}

void CheckQuarter(const v1::Period* period, const char* field, bool is_required, BadFields& bad) {
  if (period == nullptr) {
    if (is_required) {
      bad.push_back({field, ERROR_REASON_FIELD_MISSING, "say which quarter"});
    }
    return;
  }
  if (period->kind() != v1::PERIOD_KIND_QUARTER) {
    bad.push_back({field, ERROR_REASON_FIELD_INVALID,
                   "a meeting is about a quarter of a calendar year (kind QUARTER)"});
    return;
  }
  if (const std::string fault = FaultOf(*period); !fault.empty()) {
    bad.push_back({field, ERROR_REASON_FIELD_INVALID, fault});
  }
}

void CheckAgency(const std::string& agency, const std::string& field, BadFields& bad) {
  if (!rpc::IsIdentitySegment(agency)) {
    bad.push_back({field, ERROR_REASON_FIELD_INVALID,
                   "name an agency in lower case, as in its certificates"});
  }
}

void CheckShares(const google::protobuf::RepeatedPtrField<std::string>& agencies,
                 const std::string& name, BadFields& bad) {
  if (agencies.size() > kMeetingSharesMax) {
    bad.push_back({name, ERROR_REASON_FIELD_TOO_LONG, absl::StrCat("at most ", kMeetingSharesMax)});
    return;
  }
  std::set<std::string> seen;
  for (int i = 0; i < agencies.size(); ++i) {
    const std::string field = absl::StrCat(name, "[", i, "]");
    CheckAgency(agencies[i], field, bad);
    if (!seen.insert(agencies[i]).second) {
      bad.push_back({field, ERROR_REASON_DUPLICATE, "it is named already"});
    }
  }
}

void CheckDueDay(const std::string& text, absl::CivilDay today, BadFields& bad) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day) || absl::FormatCivilTime(day) != text) {
    bad.push_back({"due_day", ERROR_REASON_FIELD_INVALID, "a day, as \"2026-12-31\""});
  } else if (day < today || day > absl::CivilDay(today.year() + kYearsMax, 12, 31)) {
    bad.push_back({"due_day", ERROR_REASON_FIELD_INVALID, "today or later, within ten years"});
  }
}

void CheckFourP(meeting::v1::FourP four_p, bool is_required, BadFields& bad) {
  if (!meeting::v1::FourP_IsValid(four_p)) {
    bad.push_back({"four_p", ERROR_REASON_FIELD_INVALID, "PURSUE, PREVENT, PROTECT or PREPARE"});
  } else if (is_required && four_p == meeting::v1::FOUR_P_UNSPECIFIED) {
    bad.push_back({"four_p", ERROR_REASON_FIELD_MISSING, "PURSUE, PREVENT, PROTECT or PREPARE"});
  }
}

void CheckRevision(std::int64_t revision, BadFields& bad) {
  if (revision < 0) {
    bad.push_back({"min_revision", ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  }
}

}  // namespace

BadFields CheckCreateAction(const meeting::v1::CreateMeetingActionRequest& request,
                            const std::string& agency, absl::CivilDay today) {
  BadFields bad;
  CheckQuarter(request.has_meeting() ? &request.meeting() : nullptr, "meeting", true, bad);
  CheckLine(request.text(), kTextBytesMax, "text", "say what is to be done, without names", bad);
  if (!request.owner_agency().empty()) CheckAgency(request.owner_agency(), "owner_agency", bad);
  CheckLine(request.owner_unit(), kUnitBytesMax, "owner_unit", "name the unit that is to do it",
            bad);
  CheckFourP(request.four_p(), true, bad);
  if (request.due_day().empty()) {
    bad.push_back({"due_day", ERROR_REASON_FIELD_MISSING, "say by which day, as \"2026-12-31\""});
  } else {
    CheckDueDay(request.due_day(), today, bad);
  }
  CheckShares(request.shared_with(), "shared_with", bad);
  for (int i = 0; i < std::min(request.shared_with_size(), kMeetingSharesMax); ++i) {
    if (request.shared_with(i) == agency) {
      bad.push_back({absl::StrCat("shared_with[", i, "]"), ERROR_REASON_FIELD_INVALID,
                     "this is your own agency"});
    }
  }
  if (request.is_shared_with_all() && !request.shared_with().empty()) {
    bad.push_back({"is_shared_with_all", ERROR_REASON_FIELD_INVALID,
                   "either all may see it, or those in shared_with"});
  }
  const std::string& id = request.request_id();
  if (id.size() > kRequestIdBytesMax || !std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '-' || c == '_';
      })) {
    bad.push_back(
        {"request_id", ERROR_REASON_FIELD_INVALID, "letters, digits, \"-\" and \"_\", at most 64"});
  }
  return bad;
}

BadFields CheckUpdateAction(const meeting::v1::UpdateMeetingActionRequest& request,
                            absl::CivilDay today) {
  BadFields bad;
  view::ParseAsked(request.action_id(), "action_id", bad);
  if (request.version() < 0) {
    bad.push_back({"version", ERROR_REASON_FIELD_INVALID, "a version is 0 (any) or more"});
  }
  const auto status = request.status();
  if (!meeting::v1::ActionStatus_IsValid(status) || status == meeting::v1::ACTION_STATUS_OVERDUE) {
    bad.push_back({"status", ERROR_REASON_FIELD_INVALID, "OPEN, DONE or DROPPED"});
  }
  const bool needs_note =
      status != meeting::v1::ACTION_STATUS_UNSPECIFIED || !request.due_day().empty();
  CheckLine(request.note(), kTextBytesMax, "note", needs_note ? "say why, without names" : nullptr,
            bad);
  if (!request.due_day().empty()) CheckDueDay(request.due_day(), today, bad);
  if (!request.owner_agency().empty()) {
    CheckAgency(request.owner_agency(), "owner_agency", bad);
    if (request.owner_unit().empty()) {
      bad.push_back({"owner_unit", ERROR_REASON_FIELD_MISSING, "name the unit of the other owner"});
    }
  }
  CheckLine(request.owner_unit(), kUnitBytesMax, "owner_unit", nullptr, bad);
  CheckFourP(request.four_p(), false, bad);
  CheckShares(request.also_shared_with(), "also_shared_with", bad);
  const bool has_any = needs_note || !request.note().empty() || !request.owner_unit().empty() ||
                       !request.owner_agency().empty() ||
                       request.four_p() != meeting::v1::FOUR_P_UNSPECIFIED ||
                       !request.also_shared_with().empty();
  if (!has_any) {
    bad.push_back({"note", ERROR_REASON_FIELD_MISSING,
                   "give at least one of status, note, due_day, owner_unit, four_p and "
                   "also_shared_with"});
  }
  return bad;
}

BadFields CheckListActions(const meeting::v1::ListMeetingActionsRequest& request) {
  BadFields bad;
  for (const int status : request.statuses()) {
    if (meeting::v1::ActionStatus_IsValid(status) &&
        status != meeting::v1::ACTION_STATUS_UNSPECIFIED) {
      continue;
    }
    bad.push_back({"statuses", ERROR_REASON_FIELD_INVALID, "OPEN, OVERDUE, DONE or DROPPED"});
    break;
  }
  CheckQuarter(request.has_meeting() ? &request.meeting() : nullptr, "meeting", false, bad);
  if (!request.owner_agency().empty()) CheckAgency(request.owner_agency(), "owner_agency", bad);
  CheckLine(request.owner_unit(), kUnitBytesMax, "owner_unit", nullptr, bad);
  CheckRevision(request.min_revision(), bad);
  return bad;
}

BadFields CheckPack(const meeting::v1::GetMeetingPackRequest& request) {
  BadFields bad;
  CheckQuarter(request.has_quarter() ? &request.quarter() : nullptr, "quarter", true, bad);
  view::CheckPartner(request.partner(), bad);
  DimensionsOf(request.dimensions(), bad);
  return bad;
}

}  // namespace serieslink::summary
