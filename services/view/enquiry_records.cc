#include "services/view/enquiry_records.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/ingest/core/adapter.h"
#include "services/view/found_versions.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/graph/edges.h"
#include "storage/graph/log.h"

namespace serieslink::view {

std::uint64_t EnquiriesOf(std::string_view agency) {
  return base::StableHash64(absl::StrCat("enquiries of\n", AbslView(agency)));
}
std::uint64_t EnquiriesTo(std::string_view agency) {
  return base::StableHash64(absl::StrCat("enquiries to\n", AbslView(agency)));
}
std::uint64_t EnquiriesToAll() { return base::StableHash64("enquiries to all"); }
std::uint64_t RepliesTo(std::uint64_t enquiry) {
  return base::StableHash64(absl::StrCat("replies to\n", enquiry));
}

std::vector<std::uint64_t> EnquiryGroupsOf(std::string_view agency,
                                           const feed::v1::FeedMessage& message) {
  std::vector<std::uint64_t> groups;
  if (message.has_enquiry()) {
    groups.push_back(EnquiriesOf(agency));
    for (const std::string& asked : message.enquiry().asked_agencies()) {
      groups.push_back(EnquiriesTo(asked));
    }
    if (message.enquiry().asks_all()) groups.push_back(EnquiriesToAll());
  } else if (message.has_enquiry_reply()) {
    const absl::StatusOr<graph::ParsedId> id =
        graph::ParsePublicId(message.enquiry_reply().enquiry());
    if (id.ok()) groups.push_back(RepliesTo(id->id.value()));
  }
  return groups;
}

bool IsAskedOf(const feed::v1::EnquiryFile& file, std::string_view asking,
               std::string_view agency) {
  if (agency == asking) return false;
  const auto& asked = file.asked_agencies();
  return file.asks_all() || std::find(asked.begin(), asked.end(), agency) != asked.end();
}

absl::StatusOr<graph::RecordNumber> FindEnquiry(graph::GraphReader& reader, graph::PublicId id) {
  SL_ASSIGN_OR_RETURN(const auto targets, reader.LookUpIds({id}));
  return targets[0].has_value() && !targets[0]->ordinal.has_value() ? targets[0]->record : 0;
}

absl::StatusOr<std::vector<graph::RecordNumber>> EnquiriesThatConcern(
    graph::GraphReader& reader, std::string_view agency,
    absl::Span<const graph::RecordNumber> records) {
  SL_ASSIGN_OR_RETURN(const auto states, reader.Records(records));
  std::vector<bool> concerns(records.size(), false);
  std::vector<std::size_t> of_others;  // places of what may be asked of it
  std::vector<std::size_t> replies;
  std::vector<graph::PublicId> answered;  // the enquiry of each reply
  const std::string reply_prefix = ingest::EnquiryReplyId({});
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!states[i].has_value()) continue;
    concerns[i] = states[i]->agency() == agency;
    if (concerns[i]) continue;
    if (!states[i]->source_id().starts_with(reply_prefix)) {
      of_others.push_back(i);
      continue;
    }
    const auto id = graph::ParsePublicId(states[i]->source_id().substr(reply_prefix.size()));
    if (!id.ok()) continue;
    replies.push_back(i);
    answered.push_back(id->id);
  }
  if (!of_others.empty()) {
    SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, reader.Edges());
    for (const std::uint64_t group : {EnquiriesTo(agency), EnquiriesToAll()}) {
      SL_ASSIGN_OR_RETURN(const auto members, edges.Members(graph::EdgeType::kEnquiry, group));
      for (const std::size_t i : of_others) {
        if (std::binary_search(members.begin(), members.end(), records[i])) concerns[i] = true;
      }
    }
  }
  if (!replies.empty()) {
    SL_ASSIGN_OR_RETURN(const auto targets, reader.LookUpIds(answered));
    std::vector<graph::RecordNumber> asked;
    for (const auto& target : targets) asked.push_back(target.has_value() ? target->record : 0);
    SL_ASSIGN_OR_RETURN(const auto askers, reader.Records(asked));
    for (std::size_t i = 0; i < replies.size(); ++i) {
      concerns[replies[i]] = askers[i].has_value() && askers[i]->agency() == agency;
    }
  }
  std::vector<graph::RecordNumber> concerning;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (concerns[i]) concerning.push_back(records[i]);
  }
  return concerning;
}

absl::StatusOr<std::vector<EnquiryVersion>> EnquiryVersionsAt(
    const graph::GraphReader& reader, absl::Span<const graph::RecordNumber> records,
    graph::Revision revision) {
  SL_ASSIGN_OR_RETURN(auto states, reader.Records(records));
  std::vector<EnquiryVersion> versions(records.size());
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
  for (EnquiryVersion& version : versions) {
    if (version.state == nullptr || StandingSequence(*version.state, revision) == 0) continue;
    auto message = std::make_shared<feed::v1::FeedMessage>();
    if (!message->ParseFromString((entry++)->feed_message())) {
      return absl::DataLossError("a message in the log is malformed");
    }
    version.message = std::move(message);
  }
  return versions;
}

}  // namespace serieslink::view
