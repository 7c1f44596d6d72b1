#pragma once

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "serieslink/meeting/v1/meeting_service.pb.h"
#include "services/rpc/error.h"

// What is wrong with requests about meetings: every field. Pure.
namespace serieslink::summary {

// `agency` is the caller's, `today` the day in London.
std::vector<rpc::BadField> CheckCreateAction(const meeting::v1::CreateMeetingActionRequest& request,
                                             const std::string& agency, absl::CivilDay today);
std::vector<rpc::BadField> CheckUpdateAction(const meeting::v1::UpdateMeetingActionRequest& request,
                                             absl::CivilDay today);
std::vector<rpc::BadField> CheckListActions(const meeting::v1::ListMeetingActionsRequest& request);
// All but the view.
std::vector<rpc::BadField> CheckPack(const meeting::v1::GetMeetingPackRequest& request);

}  // namespace serieslink::summary
