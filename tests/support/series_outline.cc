#include "tests/support/series_outline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace serieslink {

std::string SourceIdOf(const feed::v1::FeedMessage& message) {
  switch (message.message_case()) {
    case feed::v1::FeedMessage::kMps:
      return message.mps().report_number();
    case feed::v1::FeedMessage::kNabis:
      return message.nabis().entry_id();
    case feed::v1::FeedMessage::kBorderForce:
      return message.border_force().seizure_number();
    case feed::v1::FeedMessage::kLicensing:
      return message.licensing().report_id();
    case feed::v1::FeedMessage::kForce:
      return message.force().record_id();
    case feed::v1::FeedMessage::kStatistics:
      return message.statistics().record_id();
    // Made by the server, and not named by a source.
    case feed::v1::FeedMessage::kAnalyst:
    case feed::v1::FeedMessage::kEnquiry:
    case feed::v1::FeedMessage::kEnquiryReply:
    case feed::v1::FeedMessage::kMeetingAction:
    case feed::v1::FeedMessage::MESSAGE_NOT_SET:
      break;
  }
  return {};
}

void RecordNames::Learn(const std::string& agency,
                        const std::vector<feed::v1::FeedMessage>& messages,
                        const ingest::v1::BatchResult& result) {
  const int count = std::min(static_cast<int>(messages.size()), result.acknowledgements_size());
  for (int i = 0; i < count; ++i) {
    if (result.acknowledgements(i).record_id().empty()) continue;
    Learn(agency, messages[static_cast<std::size_t>(i)], result.acknowledgements(i).record_id());
  }
}

void RecordNames::Learn(const std::string& agency, const feed::v1::FeedMessage& message,
                        const std::string& record_id) {
  const std::lock_guard lock(mutex_);
  std::string name = absl::StrCat(agency, ":", SourceIdOf(message));
  ids_[name] = record_id;
  names_[record_id] = std::move(name);
}

std::string RecordNames::NameOf(const std::string& record_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(record_id);
  return found == names_.end() ? "?" : found->second;
}

std::string RecordNames::IdOf(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = ids_.find(name);
  return found == ids_.end() ? "" : found->second;
}

std::map<std::string, std::string> RecordNames::All() const {
  const std::lock_guard lock(mutex_);
  return names_;
}

std::string OutlineOf(const series::v1::Series& series, const RecordNames& names) {
  std::vector<std::string> members;
  for (const series::v1::Exhibit& exhibit : series.exhibits()) {
    members.push_back(absl::StrCat(names.NameOf(exhibit.record_id()), "#",
                                   exhibit.exhibit().exhibit_reference()));
  }
  std::sort(members.begin(), members.end());
  return absl::StrCat(series::v1::SeriesStatus_Name(series.status()), " ", series.incident_count(),
                      " incidents, ", series.event_count(),
                      " events: ", absl::StrJoin(members, " "));
}

std::multiset<std::string> OutlinesOf(const series::v1::ListSeriesResponse& list,
                                      const RecordNames& names) {
  std::multiset<std::string> outlines;
  for (const series::v1::Series& series : list.series()) outlines.insert(OutlineOf(series, names));
  return outlines;
}

}  // namespace serieslink
