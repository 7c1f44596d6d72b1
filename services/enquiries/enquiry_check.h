#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "serieslink/enquiry/v1/enquiry_service.pb.h"
#include "services/rpc/error.h"

// What is wrong with requests about enquiries. Pure.
namespace serieslink::enquiries {

namespace v1 = ::serieslink::enquiry::v1;

// How long something is asked at most, from now.
inline constexpr absl::Duration kAskedMax = absl::Hours(24 * 366);

// Whether others are told where a request does not say: what is configured for its agency.
struct AskingPolicy {
  bool tells_others = false;
};

// Everything that is wrong with `request`, which `agency` makes at `now`.
std::vector<rpc::BadField> CheckCreate(const v1::CreateEnquiryRequest& request,
                                       const std::string& agency, const AskingPolicy& policy,
                                       absl::Time now);
std::vector<rpc::BadField> CheckAct(const v1::ActOnEnquiryRequest& request, absl::Time now);
std::vector<rpc::BadField> CheckAnswer(const v1::AnswerTraceRequestRequest& request);
std::vector<rpc::BadField> CheckList(const v1::ListEnquiriesRequest& request);

// Whether another unit may be told, as `request` says, or else as is configured.
bool TellsOthers(const v1::CreateEnquiryRequest& request, const AskingPolicy& policy);

}  // namespace serieslink::enquiries
