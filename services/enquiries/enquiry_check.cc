#include "services/enquiries/enquiry_check.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/identity.h"
#include "services/view/asked_exhibit.h"
#include "services/view/firearm_query.h"
#include "services/view/view_selector.h"

namespace serieslink::enquiries {
namespace {

using type::v1::ERROR_REASON_DUPLICATE;
using type::v1::ERROR_REASON_FIELD_INVALID;
using type::v1::ERROR_REASON_FIELD_MISSING;
using type::v1::ERROR_REASON_FIELD_TOO_LONG;

constexpr std::size_t kWordBytesMax = 128;
constexpr std::size_t kPurposeBytesMax = 1000;
constexpr std::size_t kTextBytesMax = 4000;
constexpr std::size_t kRequestIdBytesMax = 64;
constexpr int kAgenciesMax = 64;
constexpr int kAboutMax = 100;

using BadFields = std::vector<rpc::BadField>;

bool IsBlank(const std::string& text) { return absl::StripAsciiWhitespace(text).empty(); }

// A word on one line: a unit, a telephone.
void CheckWord(const std::string& text, const char* field, const char* missing, BadFields& bad) {
  if (text.empty() && missing == nullptr) return;
  if (IsBlank(text)) {
    bad.push_back({field,
                   missing == nullptr ? ERROR_REASON_FIELD_INVALID : ERROR_REASON_FIELD_MISSING,
                   missing == nullptr ? "it is blank; leave it out" : missing});
  } else if (text.size() > kWordBytesMax) {
    bad.push_back({field, ERROR_REASON_FIELD_TOO_LONG, "at most 128 bytes"});
  } else if (std::any_of(text.begin(), text.end(),
                         [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
    bad.push_back({field, ERROR_REASON_FIELD_INVALID, "it has a control character"});
  }
}

void CheckText(const std::string& text, std::size_t max, const char* field, const char* missing,
               BadFields& bad) {
  if (missing != nullptr && IsBlank(text)) {
    bad.push_back({field, ERROR_REASON_FIELD_MISSING, missing});
  } else if (text.size() > max) {
    bad.push_back({field, ERROR_REASON_FIELD_TOO_LONG, absl::StrCat("at most ", max, " bytes")});
  }
}

void CheckUntil(const google::protobuf::Timestamp& time, const char* field, absl::Time now,
                BadFields& bad) {
  if (!view::IsTime(time)) {
    bad.push_back({field, ERROR_REASON_FIELD_INVALID, view::kTimeWords});
    return;
  }
  const absl::Time until =
      absl::FromUnixMicros(google::protobuf::util::TimeUtil::TimestampToMicroseconds(time));
  if (until <= now || until > now + kAskedMax) {
    bad.push_back({field, ERROR_REASON_FIELD_INVALID, "give a time within the next 366 days"});
  }
}

bool IsEmpty(firearm::v1::FirearmFilter gun) {
  gun.clear_after_revision();
  return gun.ByteSizeLong() == 0;
}

// Whether a trace request says enough that somebody can know the gun.
bool SaysWhichGun(const firearm::v1::FirearmFilter& gun) {
  if (!gun.serial().empty()) return true;
  firearm::v1::FirearmFilter rest = gun;
  rest.clear_make();
  rest.clear_calibre();
  const bool has_both = !gun.make().empty() && !gun.calibre().empty();
  const bool has_one = !gun.make().empty() || !gun.calibre().empty();
  return has_both || (has_one && !IsEmpty(rest));
}

void CheckGun(const v1::CreateEnquiryRequest& request, BadFields& bad) {
  const firearm::v1::FirearmFilter& gun = request.gun();
  for (rpc::BadField& one : view::CheckFirearmFilter(gun)) {
    // It names them below "filter".
    one.field.replace(0, sizeof("filter") - 1, "gun");
    bad.push_back(std::move(one));
  }
  if (gun.after_revision() != 0) {
    bad.push_back({"gun.after_revision", ERROR_REASON_FIELD_INVALID,
                   "leave it out: what comes after the answer's revision is told"});
  }
  if (IsEmpty(gun)) {
    bad.push_back({"gun", ERROR_REASON_FIELD_MISSING, "say what gun"});
  } else if (request.kind() == v1::ENQUIRY_KIND_TRACE_REQUEST && !SaysWhichGun(gun)) {
    bad.push_back({"gun", ERROR_REASON_FIELD_INVALID,
                   "give a serial, or a make or calibre and something more"});
  }
}

void CheckAsked(const v1::CreateEnquiryRequest& request, const std::string& agency,
                BadFields& bad) {
  const auto& asked = request.asked_agencies();
  if (request.kind() == v1::ENQUIRY_KIND_STANDING_QUERY) {
    if (!asked.empty() || request.asks_all()) {
      bad.push_back({asked.empty() ? "asks_all" : "asked_agencies", ERROR_REASON_FIELD_INVALID,
                     "a standing query asks nobody; leave it out"});
    }
    return;
  }
  if (request.kind() != v1::ENQUIRY_KIND_TRACE_REQUEST) return;
  if (asked.empty() && !request.asks_all()) {
    bad.push_back({"asked_agencies", ERROR_REASON_FIELD_MISSING,
                   "name the agencies that are asked, or ask all (asks_all)"});
  }
  if (!asked.empty() && request.asks_all()) {
    bad.push_back({"asks_all", ERROR_REASON_FIELD_INVALID,
                   "either all are asked, or those in asked_agencies"});
  }
  if (asked.size() > kAgenciesMax) {
    bad.push_back({"asked_agencies", ERROR_REASON_FIELD_TOO_LONG, "at most 64"});
    return;
  }
  std::set<std::string> seen;
  for (int i = 0; i < asked.size(); ++i) {
    const std::string field = absl::StrCat("asked_agencies[", i, "]");
    if (!rpc::IsIdentitySegment(asked[i])) {
      bad.push_back({field, ERROR_REASON_FIELD_INVALID,
                     "name an agency in lower case, as in its certificates"});
    } else if (asked[i] == agency) {
      bad.push_back({field, ERROR_REASON_FIELD_INVALID, "this is your own agency"});
    } else if (!seen.insert(asked[i]).second) {
      bad.push_back({field, ERROR_REASON_DUPLICATE, "it is named already"});
    }
  }
}

}  // namespace

bool TellsOthers(const v1::CreateEnquiryRequest& request, const AskingPolicy& policy) {
  if (request.deconfliction() == v1::DECONFLICTION_UNSPECIFIED) return policy.tells_others;
  return request.deconfliction() == v1::DECONFLICTION_ALLOWED;
}

BadFields CheckCreate(const v1::CreateEnquiryRequest& request, const std::string& agency,
                      const AskingPolicy& policy, absl::Time now) {
  BadFields bad;
  if (request.kind() != v1::ENQUIRY_KIND_STANDING_QUERY &&
      request.kind() != v1::ENQUIRY_KIND_TRACE_REQUEST) {
    bad.push_back({"kind", ERROR_REASON_FIELD_MISSING, "a standing query or a trace request"});
  }
  CheckWord(request.unit(), "unit", "name the unit that asks", bad);
  const bool tells = TellsOthers(request, policy);
  CheckWord(request.contact(), "contact",
            tells ? "say how the unit is reached, or refuse that others are told (deconfliction)"
                  : nullptr,
            bad);
  CheckText(request.purpose(), kPurposeBytesMax, "purpose", "say why it is asked, without names",
            bad);
  CheckGun(request, bad);
  CheckAsked(request, agency, bad);
  if (!request.has_expire_time()) {
    bad.push_back({"expire_time", ERROR_REASON_FIELD_MISSING, "say until when it is asked"});
  } else {
    CheckUntil(request.expire_time(), "expire_time", now, bad);
  }
  if (!v1::Deconfliction_IsValid(request.deconfliction())) {
    bad.push_back({"deconfliction", ERROR_REASON_FIELD_INVALID, "ALLOWED or REFUSED"});
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

BadFields CheckAct(const v1::ActOnEnquiryRequest& request, absl::Time now) {
  BadFields bad;
  view::ParseAsked(request.enquiry_id(), "enquiry_id", bad);
  switch (request.act_case()) {
    case v1::ActOnEnquiryRequest::kRenewUntil:
      CheckUntil(request.renew_until(), "renew_until", now, bad);
      break;
    case v1::ActOnEnquiryRequest::kComment:
      CheckText(request.comment(), kTextBytesMax, "comment", "say something, without names", bad);
      break;
    case v1::ActOnEnquiryRequest::kEndReason:
      CheckText(request.end_reason(), kTextBytesMax, "end_reason", "say why, without names", bad);
      break;
    case v1::ActOnEnquiryRequest::ACT_NOT_SET:
      bad.push_back(
          {"act", ERROR_REASON_FIELD_MISSING, "give one of renew_until, comment and end_reason"});
      break;
  }
  if (request.version() < 0) {
    bad.push_back({"version", ERROR_REASON_FIELD_INVALID, "a version is 0 (any) or more"});
  }
  return bad;
}

BadFields CheckAnswer(const v1::AnswerTraceRequestRequest& request) {
  BadFields bad;
  view::ParseAsked(request.enquiry_id(), "enquiry_id", bad);
  if (request.answer() != v1::TRACE_ANSWER_KNOWN &&
      request.answer() != v1::TRACE_ANSWER_NOT_KNOWN &&
      request.answer() != v1::TRACE_ANSWER_REFER) {
    bad.push_back({"answer", ERROR_REASON_FIELD_MISSING, "KNOWN, NOT_KNOWN or REFER"});
  }
  CheckText(request.text(), kTextBytesMax, "text",
            request.answer() == v1::TRACE_ANSWER_REFER ? "say who is to be asked" : nullptr, bad);
  CheckWord(request.unit(), "unit", nullptr, bad);
  if (request.about_size() > kAboutMax) {
    bad.push_back({"about", ERROR_REASON_FIELD_TOO_LONG, "at most 100"});
    return bad;
  }
  for (int i = 0; i < request.about_size(); ++i) {
    const std::string field = absl::StrCat("about[", i, "]");
    const std::size_t before = bad.size();
    const graph::ParsedId id = view::ParseAsked(request.about(i), field.c_str(), bad);
    if (bad.size() == before && id.kind != graph::IdKind::kExhibit &&
        id.kind != graph::IdKind::kRecord) {
      bad.push_back({field, type::v1::ERROR_REASON_NAME_MALFORMED,
                     "give the id of an exhibit (EX-) or a record (RC-)"});
    }
  }
  return bad;
}

BadFields CheckList(const v1::ListEnquiriesRequest& request) {
  BadFields bad;
  if (!v1::EnquiryKind_IsValid(request.kind())) {
    bad.push_back({"kind", ERROR_REASON_FIELD_INVALID, "a standing query or a trace request"});
  }
  for (const int status : request.statuses()) {
    if (v1::EnquiryStatus_IsValid(status) && status != v1::ENQUIRY_STATUS_UNSPECIFIED) continue;
    bad.push_back({"statuses", ERROR_REASON_FIELD_INVALID, "OPEN, ANSWERED, EXPIRED or ENDED"});
    break;
  }
  if (request.min_revision() < 0) {
    bad.push_back({"min_revision", ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  }
  return bad;
}

}  // namespace serieslink::enquiries
