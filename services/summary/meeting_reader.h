#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "serieslink/meeting/v1/meeting_service.pb.h"
#include "services/summary/core/calendar.h"
#include "services/view/meeting_records.h"
#include "services/view/revision_gate.h"

namespace serieslink::summary {

// Numbers of the records of actions that `agency` may see or once was to, in rising order: whether
// it may is looked at where one is read. Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<graph::RecordNumber>> ActionsFor(view::Cut& cut,
                                                            const std::string& agency);

// The actions of `numbers` that `agency` may see at the cut's revision, in their order.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<view::MeetingActionVersion>> SeeActions(
    view::Cut& cut, const std::string& agency, const std::vector<graph::RecordNumber>& numbers);

// The action of `agency` that it recorded under `name`. Errors: as SeeActions.
absl::StatusOr<std::optional<view::MeetingActionVersion>> FindActionNamed(view::Cut& cut,
                                                                          const std::string& agency,
                                                                          const std::string& name);

// Number of actions of `agency` that are open, at most `max`. Errors: as SeeActions.
absl::StatusOr<int> CountOpenActions(view::Cut& cut, const std::string& agency, int max);

// `action` as `agency` is told of it on `day`. Empty: as everybody is who may see it.
meeting::v1::MeetingAction TellAction(const view::MeetingActionVersion& action,
                                      std::string_view agency, absl::CivilDay day);

// Puts into `pack` the actions that both `caller` and `partner` may see, of the meeting about
// `quarter` and of earlier ones, as they stand on `day`. Closing days are those of `zone`.
// Errors: as SeeActions.
absl::Status AddActions(view::Cut& cut, const std::string& caller, const std::string& partner,
                        const Window& quarter, absl::CivilDay day, const absl::TimeZone& zone,
                        meeting::v1::GetMeetingPackResponse& pack);

}  // namespace serieslink::summary
