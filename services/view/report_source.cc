#include "services/view/report_source.h"

#include <cstdint>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "serieslink/feed/v1/feed.pb.h"

namespace serieslink::view {
namespace {

using ::google::protobuf::internal::WireFormatLite;

}  // namespace

absl::StatusOr<stolen::v1::ReportSource> ReportSourceOf(std::string_view feed_message) {
  google::protobuf::io::CodedInputStream in(
      reinterpret_cast<const std::uint8_t*>(feed_message.data()),
      static_cast<int>(feed_message.size()));
  stolen::v1::ReportSource source = stolen::v1::REPORT_SOURCE_OTHER;
  // Of a choice that was sent twice the last counts, as for every reader of the protocol.
  while (const std::uint32_t tag = in.ReadTag()) {
    switch (WireFormatLite::GetTagFieldNumber(tag)) {
      case feed::v1::FeedMessage::kLicensingFieldNumber:
        source = stolen::v1::REPORT_SOURCE_LICENSING;
        break;
      case feed::v1::FeedMessage::kMpsFieldNumber:
      case feed::v1::FeedMessage::kForceFieldNumber:
        source = stolen::v1::REPORT_SOURCE_POLICE;
        break;
      case feed::v1::FeedMessage::kNabisFieldNumber:
        source = stolen::v1::REPORT_SOURCE_NABIS;
        break;
      case feed::v1::FeedMessage::kBorderForceFieldNumber:
      case feed::v1::FeedMessage::kAnalystFieldNumber:
      case feed::v1::FeedMessage::kStatisticsFieldNumber:
        source = stolen::v1::REPORT_SOURCE_OTHER;
        break;
      default:
        break;
    }
    if (!WireFormatLite::SkipField(&in, tag)) {
      return absl::DataLossError("a message in the log is malformed");
    }
  }
  if (!in.ConsumedEntireMessage()) {
    return absl::DataLossError("a message in the log is malformed");
  }
  return source;
}

}  // namespace serieslink::view
