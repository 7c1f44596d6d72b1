#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/keys.h"
#include "storage/graph/public_id.h"

// Where enquiries and replies to them are found. Their records are their agency's alone, as every
// record that is not open; who else is shown what of them is decided by whoever reads them.
namespace serieslink::view {

// Groups of graph::EdgeType::kEnquiry, whose members are numbers of records: the enquiries that
// `agency` asks, the trace requests that it is asked by name, those that everybody is asked, and
// the replies to the enquiry of that 60-bit public id. Stored: they never change.
std::uint64_t EnquiriesOf(std::string_view agency);
std::uint64_t EnquiriesTo(std::string_view agency);
std::uint64_t EnquiriesToAll();
std::uint64_t RepliesTo(std::uint64_t enquiry);

// The groups that a record is in whose agency is `agency` and whose message is `message`; none
// where that is neither an enquiry nor a reply.
std::vector<std::uint64_t> EnquiryGroupsOf(std::string_view agency,
                                           const feed::v1::FeedMessage& message);

// Guns of one revision that a standing query is told of, of those that its agency may see. Where
// there are more, it is told that there are.
inline constexpr std::size_t kQueryMatchesMax = 64;

// Whether `agency` is asked by the trace request `file` of `asking`.
bool IsAskedOf(const feed::v1::EnquiryFile& file, std::string_view asking, std::string_view agency);

// The record of the enquiry or reply of the public id `id`, whoever may see it; 0: there is no
// record of that id.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<graph::RecordNumber> FindEnquiry(graph::GraphReader& reader, graph::PublicId id);

// Of `records`, enquiries and replies, those that concern `agency`: those of its own, enquiries
// that it is asked, and replies to what it asks; in their order. Nothing of what others asked is
// read. Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<graph::RecordNumber>> EnquiriesThatConcern(
    graph::GraphReader& reader, std::string_view agency,
    absl::Span<const graph::RecordNumber> records);

// A record, and what stood of it.
struct EnquiryVersion {
  graph::RecordNumber number = 0;
  std::shared_ptr<const stored::v1::RecordState> state;  // null: no such record
  std::shared_ptr<const feed::v1::FeedMessage> message;  // null: nothing stood
  const feed::v1::EnquiryFile* file() const {
    return message != nullptr && message->has_enquiry() ? &message->enquiry() : nullptr;
  }
  const feed::v1::EnquiryReply* reply() const {
    return message != nullptr && message->has_enquiry_reply() ? &message->enquiry_reply() : nullptr;
  }
};

// What stood of `records` at `revision`, in their order, for everybody: see above.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<EnquiryVersion>> EnquiryVersionsAt(
    const graph::GraphReader& reader, absl::Span<const graph::RecordNumber> records,
    graph::Revision revision);

}  // namespace serieslink::view
