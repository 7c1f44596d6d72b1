#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/graph/graph_reader.h"

// Where actions of meetings are found. Their records are their agency's alone, as every record that
// is not open; who else is shown an action is decided by whoever reads it.
namespace serieslink::view {

// Groups of graph::EdgeType::kMeetingAction, whose members are numbers of records: the actions that
// `agency` recorded or, at some version, was to see; and those that every agency was to see.
// Stored: they never change.
std::uint64_t MeetingActionsFor(std::string_view agency);
std::uint64_t MeetingActionsForAll();

// The groups that an action is in whose record is of `agency`.
std::vector<std::uint64_t> MeetingActionGroupsOf(std::string_view agency,
                                                 const feed::v1::MeetingActionFile& file);

// Whether `agency` may see the action `file` of `recorder`.
bool MaySeeAction(const feed::v1::MeetingActionFile& file, std::string_view recorder,
                  std::string_view agency);

// An action as it stood.
struct MeetingActionVersion {
  graph::RecordNumber number = 0;
  std::shared_ptr<const stored::v1::RecordState> state;  // null: no such record
  std::shared_ptr<const feed::v1::FeedMessage> message;  // null: no action stood
  // Null: none.
  const feed::v1::MeetingActionFile* file() const {
    return message != nullptr ? &message->meeting_action() : nullptr;
  }
};

// What stood of `records` at `revision`, in their order, for everybody: see above.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<MeetingActionVersion>> MeetingActionsAt(
    const graph::GraphReader& reader, absl::Span<const graph::RecordNumber> records,
    graph::Revision revision);

}  // namespace serieslink::view
