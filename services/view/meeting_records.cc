#include "services/view/meeting_records.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/view/found_versions.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/graph/log.h"

namespace serieslink::view {

std::uint64_t MeetingActionsFor(std::string_view agency) {
  return base::StableHash64(absl::StrCat("meeting actions for\n", AbslView(agency)));
}
std::uint64_t MeetingActionsForAll() { return base::StableHash64("meeting actions for all"); }

std::vector<std::uint64_t> MeetingActionGroupsOf(std::string_view agency,
                                                 const feed::v1::MeetingActionFile& file) {
  std::vector<std::uint64_t> groups = {MeetingActionsFor(agency)};
  if (file.owner_agency() != agency) groups.push_back(MeetingActionsFor(file.owner_agency()));
  for (const std::string& shared : file.shared_with()) groups.push_back(MeetingActionsFor(shared));
  if (file.is_shared_with_all()) groups.push_back(MeetingActionsForAll());
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

bool MaySeeAction(const feed::v1::MeetingActionFile& file, std::string_view recorder,
                  std::string_view agency) {
  const auto& shared = file.shared_with();
  return agency == recorder || agency == file.owner_agency() || file.is_shared_with_all() ||
         std::find(shared.begin(), shared.end(), agency) != shared.end();
}

absl::StatusOr<std::vector<MeetingActionVersion>> MeetingActionsAt(
    const graph::GraphReader& reader, absl::Span<const graph::RecordNumber> records,
    graph::Revision revision) {
  SL_ASSIGN_OR_RETURN(auto states, reader.Records(records));
  std::vector<MeetingActionVersion> versions(records.size());
  std::vector<graph::SequenceNumber> sequences;
  for (std::size_t i = 0; i < records.size(); ++i) {
    versions[i].number = records[i];
    if (!states[i].has_value()) continue;
    versions[i].state = std::make_shared<const stored::v1::RecordState>(*std::move(states[i]));
    const graph::SequenceNumber standing = StandingSequence(*versions[i].state, revision);
    if (standing != 0) sequences.push_back(standing);
  }
  SL_ASSIGN_OR_RETURN(const auto entries, graph::LogReader(&reader.snapshot()).Entries(sequences));
  auto entry = entries.begin();
  for (MeetingActionVersion& version : versions) {
    if (version.state == nullptr || StandingSequence(*version.state, revision) == 0) continue;
    auto message = std::make_shared<feed::v1::FeedMessage>();
    if (!message->ParseFromString((entry++)->feed_message())) {
      return absl::DataLossError("a message in the log is malformed");
    }
    // Of a record that is something else, no action stands.
    if (message->has_meeting_action()) version.message = std::move(message);
  }
  return versions;
}

}  // namespace serieslink::view
