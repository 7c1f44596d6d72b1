// What is asked of guns, and what a revision brings for those who ask; where actions of meetings
// are found.
#include <algorithm>
#include <utility>

#include "services/linkage/derivation.h"
#include "services/view/enquiry_records.h"
#include "services/view/meeting_records.h"

namespace serieslink::linkage {
namespace {

using Matches = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // query, exhibit

// Guns of one revision that are kept for a query, of those that its agency may see: those with the
// lowest numbers, which does not depend on the order in which they are looked at. A commit can
// bring thousands that a wide query asks for, and agencies can ask thousands of those. One more
// than is told of, which says that there are more.
constexpr std::size_t kMatchesMax = view::kQueryMatchesMax + 1;
// Matches that are gathered before what is too much is dropped.
constexpr std::size_t kGatheredMax = 1u << 20;

void KeepFewOfEach(Matches& matches) {
  std::sort(matches.begin(), matches.end());
  matches.erase(std::unique(matches.begin(), matches.end()), matches.end());
  std::size_t kept = 0;
  std::size_t of_query = 0;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    of_query = i > 0 && matches[i].first == matches[i - 1].first ? of_query + 1 : 1;
    if (of_query <= kMatchesMax) matches[kept++] = matches[i];
  }
  matches.resize(kept);
}

}  // namespace

void Derivation::RestoreEnquiry(std::uint64_t record_number, const std::string& agency,
                                const feed::v1::EnquiryFile& file) {
  enquiries_.Set(record_number, agency, &file);
}

absl::Status Derivation::NoteEnquiry(std::uint64_t record_number,
                                     const stored::v1::LogEntry& entry) {
  NewEnquiry one{.record = record_number, .agency = entry.agency(), .message = {}};
  if (!one.message.ParseFromString(entry.feed_message())) {
    return absl::DataLossError("a message in the log is malformed");
  }
  new_enquiries_.push_back(std::move(one));
  return absl::OkStatus();
}

void Derivation::NoteQueriesFor(std::uint64_t exhibit_number, const view::FirearmTerms& terms,
                                int visibility) {
  for (const std::uint64_t query : enquiries_.QueriesFor(terms, visibility)) {
    query_matches_.emplace_back(query, exhibit_number);
    if (query_matches_.size() % kGatheredMax == 0) KeepFewOfEach(query_matches_);
  }
}

void Derivation::SetEnquiries() {
  if (!query_matches_.empty()) {
    KeepFewOfEach(query_matches_);
    stored::v1::RevisionNews& news = changes_->news[revision_];
    for (const auto& [query, exhibit] : query_matches_) {
      news.add_query_matches(query);
      news.add_query_matches(exhibit);
    }
    query_matches_.clear();
  }
  if (new_enquiries_.empty()) return;
  stored::v1::RevisionNews& news = changes_->news[revision_];
  std::vector<std::uint64_t> touched;
  for (const NewEnquiry& one : new_enquiries_) {
    touched.push_back(one.record);
    for (const std::uint64_t group : view::EnquiryGroupsOf(one.agency, one.message)) {
      changes_->enquiries.emplace_back(group, one.record);
    }
    if (!one.message.has_enquiry()) continue;
    const bool was_asked = enquiries_.Has(one.record);
    enquiries_.Set(one.record, one.agency, &one.message.enquiry());
    enquiries_.DropExpired(commit_time_us_);
    if (was_asked || !enquiries_.Has(one.record)) continue;
    for (const std::uint64_t other : enquiries_.OthersAbout(one.record)) {
      news.add_same_guns(one.record);
      news.add_same_guns(other);
    }
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  news.mutable_enquiries()->Add(touched.begin(), touched.end());
  new_enquiries_.clear();
}

absl::Status Derivation::NoteMeetingAction(std::uint64_t record_number,
                                           const stored::v1::LogEntry& entry) {
  feed::v1::FeedMessage message;
  if (!message.ParseFromString(entry.feed_message())) {
    return absl::DataLossError("a message in the log is malformed");
  }
  for (const std::uint64_t group :
       view::MeetingActionGroupsOf(entry.agency(), message.meeting_action())) {
    changes_->meeting_actions.emplace_back(group, record_number);
  }
  return absl::OkStatus();
}

}  // namespace serieslink::linkage
