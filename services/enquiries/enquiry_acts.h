#pragma once

#include <string>

#include "absl/time/time.h"
#include "serieslink/enquiry/v1/enquiry_service.pb.h"
#include "serieslink/feed/v1/enquiry.pb.h"

// What acts make of the file of an enquiry, or of a reply to one: each makes the next version of
// it, or says why it cannot; then the file is as it was. Requests are well formed. Pure.
namespace serieslink::enquiries {

namespace v1 = ::serieslink::enquiry::v1;

// Comments that a file holds.
inline constexpr int kCommentsMax = 100;

// Who acts, and when.
struct Actor {
  std::string principal;  // of the certificate
  absl::Time time;
};

// Why an act is refused.
enum class Refusal {
  kNone,
  kEnded,  // it was ended
  kFull,   // it holds as many comments as it may
};

// The first version of what is asked under `name`.
feed::v1::EnquiryFile Ask(const v1::CreateEnquiryRequest& request, const std::string& name,
                          bool tells_others, const Actor& actor);
// What whoever asks does about it. Errors: kEnded (of all but a comment), kFull.
Refusal Act(const v1::ActOnEnquiryRequest& request, const Actor& actor,
            feed::v1::EnquiryFile& file);

// The reply of an agency to the enquiry `enquiry`, "RC-…", before its first act.
feed::v1::EnquiryReply EmptyReply(const std::string& enquiry);
// Answers; an answer before is replaced.
void Answer(const v1::AnswerTraceRequestRequest& request, const Actor& actor,
            feed::v1::EnquiryReply& reply);
// Errors: kFull.
Refusal Comment(const std::string& text, const Actor& actor, feed::v1::EnquiryReply& reply);

}  // namespace serieslink::enquiries
