#include "services/summary/meeting_acts.h"

#include <algorithm>
#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "services/summary/core/calendar.h"

namespace serieslink::summary {
namespace {

using feed::v1::MeetingActionFile;

constexpr char kOpen[] = "OPEN";
constexpr char kDone[] = "DONE";
constexpr char kDropped[] = "DROPPED";

// The word of an enumerator, "PURSUE" of FOUR_P_PURSUE.
std::string WordOf(meeting::v1::FourP four_p) {
  return meeting::v1::FourP_Name(four_p).substr(sizeof("FOUR_P_") - 1);
}

// The next version of `file`, made by an act of `kind`.
void Make(const char* kind, const std::string& text, const MeetingActor& actor,
          MeetingActionFile& file) {
  feed::v1::MeetingAct& act = *file.add_acts();
  act.set_kind(kind);
  act.set_principal(actor.principal);
  *act.mutable_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(actor.time));
  act.set_text(text);
  file.set_version(file.version() + 1);
}

// Those of `agencies` that may not see it yet.
std::vector<std::string> NewShares(
    const MeetingActionFile& file, const std::string& recorder,
    const google::protobuf::RepeatedPtrField<std::string>& agencies) {
  std::vector<std::string> added;
  for (const std::string& agency : agencies) {
    const auto& known = file.shared_with();
    if (agency != recorder && std::find(known.begin(), known.end(), agency) == known.end()) {
      added.push_back(agency);
    }
  }
  return added;
}

}  // namespace

MeetingActionFile RecordAction(const meeting::v1::CreateMeetingActionRequest& request,
                               const std::string& name, const MeetingActor& actor) {
  MeetingActionFile file;
  file.set_name(name);
  file.set_meeting(LabelOf(request.meeting()));
  file.set_text(request.text());
  file.set_owner_agency(request.owner_agency().empty() ? actor.agency : request.owner_agency());
  file.set_owner_unit(request.owner_unit());
  file.set_four_p(WordOf(request.four_p()));
  file.set_due_day(request.due_day());
  file.set_status(kOpen);
  *file.mutable_shared_with() = request.shared_with();
  file.set_is_shared_with_all(request.is_shared_with_all());
  Make("RECORD", "", actor, file);
  return file;
}

MeetingRefusal UpdateAction(const meeting::v1::UpdateMeetingActionRequest& request,
                            const MeetingActor& actor, MeetingActionFile& file) {
  if (file.acts_size() >= kMeetingActsMax) return MeetingRefusal::kFull;
  const bool reopens = request.status() == meeting::v1::ACTION_STATUS_OPEN;
  const bool is_open = file.status() == kOpen;
  if (reopens && is_open) return MeetingRefusal::kNotClosed;
  if (!reopens && !is_open) return MeetingRefusal::kClosed;
  const std::vector<std::string> shares = NewShares(file, actor.agency, request.also_shared_with());
  if (file.shared_with_size() + static_cast<int>(shares.size()) > kMeetingSharesMax) {
    return MeetingRefusal::kSharedFull;
  }
  bool is_changed = false;
  if (!request.due_day().empty()) {
    file.set_due_day(request.due_day());
    is_changed = true;
  }
  if (!request.owner_unit().empty()) {
    file.set_owner_agency(request.owner_agency().empty() ? actor.agency : request.owner_agency());
    file.set_owner_unit(request.owner_unit());
    is_changed = true;
  }
  if (request.four_p() != meeting::v1::FOUR_P_UNSPECIFIED) {
    file.set_four_p(WordOf(request.four_p()));
    is_changed = true;
  }
  for (const std::string& agency : shares) file.add_shared_with(agency);
  is_changed = is_changed || !shares.empty();
  const char* kind = is_changed ? "CHANGE" : "NOTE";
  if (reopens) {
    file.set_status(kOpen);
    kind = "REOPEN";
  } else if (request.status() == meeting::v1::ACTION_STATUS_DONE) {
    file.set_status(kDone);
    kind = "DONE";
  } else if (request.status() == meeting::v1::ACTION_STATUS_DROPPED) {
    file.set_status(kDropped);
    kind = "DROP";
  }
  Make(kind, request.note(), actor, file);
  return MeetingRefusal::kNone;
}

meeting::v1::ActionStatus StatusOn(const MeetingActionFile& file, absl::CivilDay day) {
  if (file.status() == kDone) return meeting::v1::ACTION_STATUS_DONE;
  if (file.status() == kDropped) return meeting::v1::ACTION_STATUS_DROPPED;
  absl::CivilDay due;
  const bool is_overdue = absl::ParseCivilTime(file.due_day(), &due) && due < day;
  return is_overdue ? meeting::v1::ACTION_STATUS_OVERDUE : meeting::v1::ACTION_STATUS_OPEN;
}

const feed::v1::MeetingAct* ClosingAct(const MeetingActionFile& file) {
  if (file.status() == kOpen) return nullptr;
  for (auto act = file.acts().rbegin(); act != file.acts().rend(); ++act) {
    if (act->kind() == "DONE" || act->kind() == "DROP") return &*act;
  }
  return nullptr;
}

}  // namespace serieslink::summary
