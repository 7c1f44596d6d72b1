#include "services/view/report_source.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "serieslink/feed/v1/feed.pb.h"

namespace serieslink::view {
namespace {

using ::google::protobuf::internal::WireFormatLite;

// Systems of records that a force has of another register: `serieslink stolen import` names them.
// What such a register holds is neither the force's own report nor that of its licensing unit.
constexpr std::string_view kRegisters[] = {"NCIC", "IARMS"};

// Sets whether a message of feed `force`, of which `in` stands at the beginning, is of a register;
// where it names no system it stays as it is. False: it is malformed.
bool ReadSystem(google::protobuf::io::CodedInputStream& in, bool& is_of_register) {
  int size = 0;
  if (!in.ReadVarintSizeAsInt(&size)) return false;
  const auto limit = in.PushLimit(size);
  while (const std::uint32_t tag = in.ReadTag()) {
    const bool is_system =
        WireFormatLite::GetTagFieldNumber(tag) == feed::v1::ForceRecord::kSystemFieldNumber &&
        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (!is_system) {
      if (!WireFormatLite::SkipField(&in, tag)) return false;
      continue;
    }
    std::string system;
    if (!WireFormatLite::ReadString(&in, &system)) return false;
    is_of_register =
        std::find(std::begin(kRegisters), std::end(kRegisters), system) != std::end(kRegisters);
  }
  if (!in.ConsumedEntireMessage()) return false;
  in.PopLimit(limit);
  return true;
}

}  // namespace

absl::StatusOr<stolen::v1::ReportSource> ReportSourceOf(std::string_view feed_message) {
  google::protobuf::io::CodedInputStream in(
      reinterpret_cast<const std::uint8_t*>(feed_message.data()),
      static_cast<int>(feed_message.size()));
  stolen::v1::ReportSource source = stolen::v1::REPORT_SOURCE_OTHER;
  bool is_of_register = false;
  // Of a choice that was sent twice the last counts, as for every reader of the protocol.
  while (const std::uint32_t tag = in.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (field == feed::v1::FeedMessage::kForceFieldNumber &&
        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!ReadSystem(in, is_of_register)) {
        return absl::DataLossError("a message in the log is malformed");
      }
      source = is_of_register ? stolen::v1::REPORT_SOURCE_OTHER : stolen::v1::REPORT_SOURCE_POLICE;
      continue;
    }
    switch (field) {
      case feed::v1::FeedMessage::kLicensingFieldNumber:
        source = stolen::v1::REPORT_SOURCE_LICENSING;
        break;
      case feed::v1::FeedMessage::kMpsFieldNumber:
        source = stolen::v1::REPORT_SOURCE_POLICE;
        break;
      case feed::v1::FeedMessage::kNabisFieldNumber:
        source = stolen::v1::REPORT_SOURCE_NABIS;
        break;
      case feed::v1::FeedMessage::kBorderForceFieldNumber:
      case feed::v1::FeedMessage::kAnalystFieldNumber:
      case feed::v1::FeedMessage::kEnquiryFieldNumber:
      case feed::v1::FeedMessage::kEnquiryReplyFieldNumber:
      case feed::v1::FeedMessage::kStatisticsFieldNumber:
      case feed::v1::FeedMessage::kMeetingActionFieldNumber:
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
