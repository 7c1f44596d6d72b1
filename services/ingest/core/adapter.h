#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "serieslink/record/v1/record.pb.h"

// Adapters turn one agency's message into a record in the terms that all agencies share.
namespace serieslink::ingest {

// What an adapter knows besides the message. The log keeps both for each record, so that reading
// the log again adapts with the very same values.
struct AdaptContext {
  // The sending agency in lower case. Must outlive the call.
  std::string_view agency;
  // When the message arrived.
  absl::Time received_time;
};

struct AdaptedMessage {
  // What the agency asserted. Complete when there are no violations, and otherwise to be thrown
  // away.
  record::v1::Record record;
  // Every field that cannot be accepted, in the order of the message; at most kMaxViolations. None
  // names a value of the message.
  std::vector<v1::FieldViolation> violations;
};

// Checks `message` and turns it into a record of the agency of `context`. Codes that no vocabulary
// knows are accepted and listed in record.unknown_codes, except where a guess would change what the
// message says (kinds of records and exhibits, channel, verdict, basis and stage of a comparison,
// kind of loss, classification). Deterministic: the same message and context give the same result.
// A build that refuses more than an earlier one makes the same record of what that one accepted, so
// that a message in the log always adapts again. Pure, given the time-zone database
// (CheckTimeZoneData in dates.h must have succeeded); thread-safe.
AdaptedMessage Adapt(const feed::v1::FeedMessage& message, const AdaptContext& context);

// The same into `record`, which is empty and may lie in an arena. Returns the violations.
std::vector<v1::FieldViolation> AdaptInto(const feed::v1::FeedMessage& message,
                                          const AdaptContext& context, record::v1::Record* record);

// The system of every record that this service makes itself: lead files, enquiries and replies to
// them, actions of meetings. Other feeds may call theirs the same: what is one of these is said by
// its message.
inline constexpr std::string_view kLeadFileSystem = "SERIESLINK";
// The id in that system of an agency's file of the pair "EX-…", "EX-…", the smaller first.
std::string LeadFileId(std::string_view first_exhibit, std::string_view second_exhibit);

// The ids in that system of an agency's enquiry, and of its reply to the enquiry "RC-…".
std::string EnquiryFileId(std::string_view name);
std::string EnquiryReplyId(std::string_view enquiry);
// The id in that system of an agency's action of a meeting.
std::string MeetingActionId(std::string_view name);

// The feed that `message` belongs to, as certificates' rights and the log name it: "mps", "nabis",
// "border_force", "licensing", "force", "analyst", "enquiry", "enquiry_reply", "statistics" or
// "meeting_action". Empty when it holds no message.
std::string_view FeedNameOf(const feed::v1::FeedMessage& message);

}  // namespace serieslink::ingest
