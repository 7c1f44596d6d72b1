#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/lead/v1/lead_service.pb.h"
#include "services/leads/lead_answer.h"
#include "services/leads/queue_scan.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/view/revision_gate.h"

// What is read of the queues as a whole. The requests have been checked.
namespace serieslink::leads {

// Bytes of a page of pairs, beyond which it ends early.
inline constexpr std::size_t kPairsPageBytesMax = 2u << 20;

// Whom it is for, how it is worked through, and when the call is to have enough.
struct QueueCall {
  const rpc::Identity& caller;
  const LeadPolicy& policy;
  absl::Time now;
  std::function<bool()> has_enough;
};

// Everything that is wrong with a filter.
std::vector<rpc::BadField> CheckFilter(const v1::LeadFilter& filter);

// Fills a page of the queue behind `after` (null: the first page, with its line). Sets `resume`
// where there may be more: the place behind which the next page begins.
// Errors: those of the store; DATA_LOSS.
absl::Status FillLeads(const QueueCall& call, const v1::LeadFilter& filter, int page_size,
                       const graph::RankedEdge* after, view::Cut& cut,
                       v1::ListLeadsResponse& response, std::optional<graph::RankedEdge>& resume);

// The same of what is to be looked at again.
absl::Status FillReexaminations(const QueueCall& call, int page_size,
                                const graph::RankedEdge* after, view::Cut& cut,
                                v1::ListReexaminationsResponse& response,
                                std::optional<graph::RankedEdge>& resume);

// What to examine, by the first leads of the queue.
absl::Status FillExaminations(const QueueCall& call, int count_max, view::Cut& cut,
                              v1::ListExaminationsResponse& response);

}  // namespace serieslink::leads
