#include <string>

#include "services/ingest/core/feed_adapters.h"

namespace serieslink::ingest {
namespace {

constexpr int kMaxPartners = 64;
constexpr int kMaxMeetingActs = 100;

}  // namespace

std::string MeetingActionId(std::string_view name) { return "MEETING_ACTION " + std::string(name); }

// Its record is its agency's alone. Who else may see it is shown it by the service of meetings.
void AdaptMeetingAction(const feed::v1::MeetingActionFile& file, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  record.set_kind(record::v1::RECORD_KIND_MEETING_ACTION);
  record.set_visibility(type::v1::VISIBILITY_OWNER);
  reader->RequiredId("name", file.name(), kMaxIdBytes);
  reader->OwnSource("name", "", kLeadFileSystem, "name", MeetingActionId(file.name()));
  if (file.version() == 0) reader->Missing("version");
  record.set_source_version(file.version());
  if (file.meeting().empty()) reader->Missing("meeting");
  if (file.text().empty()) reader->Missing("text");
  reader->RequiredId("owner_agency", file.owner_agency(), kMaxIdBytes);
  reader->RequiredId("owner_unit", file.owner_unit(), kMaxIdBytes);
  if (file.four_p() != "PURSUE" && file.four_p() != "PREVENT" && file.four_p() != "PROTECT" &&
      file.four_p() != "PREPARE") {
    reader->Invalid("four_p", "must be PURSUE, PREVENT, PROTECT or PREPARE");
  }
  if (file.due_day().empty()) reader->Missing("due_day");
  if (file.status() != "OPEN" && file.status() != "DONE" && file.status() != "DROPPED") {
    reader->Invalid("status", "must be OPEN, DONE or DROPPED");
  }
  reader->ListFits("shared_with", file.shared_with_size(), kMaxPartners);
  if (file.acts().empty()) reader->Missing("acts");
  reader->ListFits("acts", file.acts_size(), kMaxMeetingActs);
}

}  // namespace serieslink::ingest
