#pragma once

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "serieslink/feed/v1/meeting.pb.h"
#include "serieslink/meeting/v1/meeting_service.pb.h"

// What acts make of the file of a meeting's action: each makes the next version of it, or says why
// it cannot; then the file is as it was. Requests are well formed. Pure.
namespace serieslink::summary {

// Acts that a file holds.
inline constexpr int kMeetingActsMax = 100;
// Agencies that one is shared with.
inline constexpr int kMeetingSharesMax = 64;

// Who acts, and when.
struct MeetingActor {
  std::string agency;     // of the certificate
  std::string principal;  // likewise
  absl::Time time;
};

// Why an act is refused.
enum class MeetingRefusal {
  kNone,
  kClosed,      // it is closed, and not to be opened again
  kNotClosed,   // it is to be opened again, and is open
  kFull,        // it was acted on as often as it may be
  kSharedFull,  // it would be shared with more agencies than it may
};

// The first version of what is recorded under `name`.
feed::v1::MeetingActionFile RecordAction(const meeting::v1::CreateMeetingActionRequest& request,
                                         const std::string& name, const MeetingActor& actor);

// What somebody of the agency that recorded it does about it.
MeetingRefusal UpdateAction(const meeting::v1::UpdateMeetingActionRequest& request,
                            const MeetingActor& actor, feed::v1::MeetingActionFile& file);

// How it stands with `file` on `day`.
meeting::v1::ActionStatus StatusOn(const feed::v1::MeetingActionFile& file, absl::CivilDay day);

// The act by which `file` was closed; null: it is open.
const feed::v1::MeetingAct* ClosingAct(const feed::v1::MeetingActionFile& file);

}  // namespace serieslink::summary
