#include "services/ingest/core/adapter.h"

#include "services/ingest/core/feed_adapters.h"
#include "services/ingest/core/field_reader.h"
#include "services/ingest/core/violation_collector.h"

namespace serieslink::ingest {

using feed::v1::FeedMessage;

std::string_view FeedNameOf(const FeedMessage& message) {
  switch (message.message_case()) {
    case FeedMessage::kMps:
      return "mps";
    case FeedMessage::kNabis:
      return "nabis";
    case FeedMessage::kBorderForce:
      return "border_force";
    case FeedMessage::kLicensing:
      return "licensing";
    case FeedMessage::kForce:
      return "force";
    case FeedMessage::kAnalyst:
      return "analyst";
    case FeedMessage::kEnquiry:
      return "enquiry";
    case FeedMessage::kEnquiryReply:
      return "enquiry_reply";
    case FeedMessage::kStatistics:
      return "statistics";
    case FeedMessage::kMeetingAction:
      return "meeting_action";
    case FeedMessage::MESSAGE_NOT_SET:
      break;
  }
  return {};
}

AdaptedMessage Adapt(const FeedMessage& message, const AdaptContext& context) {
  AdaptedMessage adapted;
  adapted.violations = AdaptInto(message, context, &adapted.record);
  return adapted;
}

std::vector<v1::FieldViolation> AdaptInto(const FeedMessage& message, const AdaptContext& context,
                                          record::v1::Record* record) {
  ViolationCollector violations;
  FieldReader reader(context, record, &violations);
  if (message.message_case() == FeedMessage::MESSAGE_NOT_SET) {
    violations.Add(
        "message", type::v1::ERROR_REASON_FIELD_MISSING,
        "one of mps, nabis, border_force, licensing, force and statistics must be given");
  } else {
    // A feed is named after its field.
    const auto scope = reader.Enter(FeedNameOf(message));
    switch (message.message_case()) {
      case FeedMessage::kMps:
        AdaptMps(message.mps(), &reader);
        break;
      case FeedMessage::kNabis:
        AdaptNabis(message.nabis(), &reader);
        break;
      case FeedMessage::kBorderForce:
        AdaptBorderForce(message.border_force(), &reader);
        break;
      case FeedMessage::kLicensing:
        AdaptLicensing(message.licensing(), &reader);
        break;
      case FeedMessage::kForce:
        AdaptForce(message.force(), &reader);
        break;
      case FeedMessage::kAnalyst:
        AdaptAnalyst(message.analyst(), &reader);
        break;
      case FeedMessage::kEnquiry:
        AdaptEnquiry(message.enquiry(), &reader);
        break;
      case FeedMessage::kEnquiryReply:
        AdaptEnquiryReply(message.enquiry_reply(), &reader);
        break;
      case FeedMessage::kStatistics:
        AdaptStatistics(message.statistics(), &reader);
        break;
      case FeedMessage::kMeetingAction:
        AdaptMeetingAction(message.meeting_action(), &reader);
        break;
      case FeedMessage::MESSAGE_NOT_SET:
        break;
    }
  }
  return violations.Take();
}

}  // namespace serieslink::ingest
