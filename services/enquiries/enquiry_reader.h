#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/enquiry/v1/enquiry_service.pb.h"
#include "services/view/enquiry_records.h"
#include "services/view/revision_gate.h"

namespace serieslink::enquiries {

namespace v1 = ::serieslink::enquiry::v1;

// An enquiry with the replies that one agency is shown: all where it asks, its own where it is
// asked.
struct SeenEnquiry {
  view::EnquiryVersion enquiry;               // with a file
  std::vector<view::EnquiryVersion> replies;  // each with a reply; by when they began
  bool is_own = false;                        // the agency asks it
  // Answers of agencies that were asked, of which no more is told.
  int answers = 0;

  // The reply of `agency`, or null.
  const view::EnquiryVersion* ReplyOf(std::string_view agency) const;
};
// "RC-…" of its record.
std::string IdOf(const SeenEnquiry& seen);

// What `agency` may see of the enquiry whose record is number `record`, at the cut's revision; none
// where it neither asks it nor is asked. Whether the record concerns the agency is known before
// (EnquiriesFor, view::EnquiriesThatConcern): here it is read.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::optional<SeenEnquiry>> SeeEnquiry(view::Cut& cut, const std::string& agency,
                                                      graph::RecordNumber record);

// How it stands with `seen` at `now`.
v1::EnquiryStatus StatusOf(const SeenEnquiry& seen, absl::Time now);

// `seen` as `agency` is told of it at `now`, in 2 MiB at most: where comments have no room, the
// latest ones of each side.
v1::Enquiry TellEnquiry(const SeenEnquiry& seen, const std::string& agency, absl::Time now);

// Numbers of the records of enquiries that `agency` asks, or that it is asked, in rising order.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<graph::RecordNumber>> EnquiriesFor(view::Cut& cut,
                                                              const std::string& agency,
                                                              bool to_me);

// Number of what `agency` asks at `now`, at most `max`. Errors: those of the store; DATA_LOSS.
absl::StatusOr<int> CountOpen(view::Cut& cut, const std::string& agency, absl::Time now, int max);

}  // namespace serieslink::enquiries
