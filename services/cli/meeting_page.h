#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "serieslink/meeting/v1/meeting_service.pb.h"
#include "services/cli/table.h"

// Packs of meetings and their actions. The same answer always gives the same bytes.
namespace serieslink::cli {

// A pack as a page for a person, at most `width_columns` wide.
void WritePackText(const meeting::v1::GetMeetingPackResponse& pack, int width_columns,
                   std::ostream& out);

// A pack as one HTML file that needs no other, as summaries are (summary_html.h); `maps` likewise.
void WritePackHtml(const meeting::v1::GetMeetingPackResponse& pack,
                   const std::vector<summary::v1::GetMapResponse>& maps, std::ostream& out);

// An action of a meeting, with what was done about it.
void WriteAction(const meeting::v1::MeetingAction& action, std::int64_t revision, Format format,
                 int width_columns, std::ostream& out);

// A row of a list of actions.
std::vector<std::string> ActionHeadings();
std::vector<std::string> ActionRow(const meeting::v1::MeetingAction& action);

}  // namespace serieslink::cli
