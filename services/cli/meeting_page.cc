#include "services/cli/meeting_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/summary_html.h"
#include "services/cli/summary_map.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using meeting::v1::GetMeetingPackResponse;
using meeting::v1::MeetingAction;
using Actions = google::protobuf::RepeatedPtrField<MeetingAction>;

std::string OwnerText(const MeetingAction& action) {
  return absl::StrCat(action.owner_agency(), "/", action.owner_unit());
}

// How many of `actions` stand so.
int CountWithStatus(const Actions& actions, meeting::v1::ActionStatus status) {
  int count = 0;
  for (const MeetingAction& action : actions) count += action.status() == status;
  return count;
}

// "3 open, 1 overdue, 2 done, 0 dropped".
std::string CountsText(const Actions& actions) {
  return absl::StrCat(CountWithStatus(actions, meeting::v1::ACTION_STATUS_OVERDUE), " overdue, ",
                      CountWithStatus(actions, meeting::v1::ACTION_STATUS_OPEN), " open, ",
                      CountWithStatus(actions, meeting::v1::ACTION_STATUS_DONE), " done, ",
                      CountWithStatus(actions, meeting::v1::ACTION_STATUS_DROPPED), " dropped");
}

Table ActionTable(const Actions& actions) {
  Table table{{"status", "due", "4P", "owner", "what", "meeting", "last said", "id"}, {}};
  for (const MeetingAction& action : actions) {
    table.rows.push_back({EnumWords(action, "status"), action.due_day(),
                          EnumWords(action, "four_p"), OwnerText(action), action.text(),
                          action.meeting(), action.last_note(), action.action_id()});
  }
  return table;
}

Table TraitTable(const meeting::v1::TraitSearch& traits) {
  Table table{{"", "trait", "value", "occasions", "before"}, {}};
  for (const meeting::v1::TraitFinding& one : traits.findings()) {
    table.rows.push_back({EnumWords(one, "change"), EnumWords(one, "trait"), one.value(),
                          absl::StrCat(one.occasions()), absl::StrCat(one.occasions_before())});
  }
  return table;
}

Table CoverageTable(const meeting::v1::TraitSearch& traits) {
  Table table{{"trait", "occasions", "before", "first seen, not listed", ""}, {}};
  for (const meeting::v1::TraitCoverage& one : traits.coverage()) {
    table.rows.push_back({EnumWords(one, "trait"), absl::StrCat(one.occasions()),
                          absl::StrCat(one.occasions_before()),
                          absl::StrCat(one.first_seen_left_out()),
                          one.is_too_few() ? "too few to say anything" : ""});
  }
  return table;
}

std::string TitleOf(const GetMeetingPackResponse& pack) {
  return absl::StrCat("Meeting pack ", pack.quarter().label(), " for ", pack.partner());
}

// What the pack holds, in a sentence.
std::string ScopeOf(const GetMeetingPackResponse& pack) {
  if (pack.partner() == pack.made_by()) {
    return absl::StrCat("It holds what ", pack.partner(), " may see.");
  }
  return absl::StrCat("It was made by ", pack.made_by(), " and holds what both ", pack.partner(),
                      " and ", pack.made_by(), " may see.");
}

std::string NotListed(const char* what, int count) {
  return count == 0 ? std::string() : absl::StrCat(count, " more ", what, " are not listed.");
}

std::string EarlierWords(const GetMeetingPackResponse& pack) {
  if (pack.earlier_actions().empty()) return "None of earlier meetings is open or newly closed.";
  return absl::StrCat("As they stood on ", pack.state_day(), ": ",
                      CountsText(pack.earlier_actions()), ".");
}

std::string MeetingWords(const GetMeetingPackResponse& pack) {
  if (pack.actions().empty()) return "None is recorded yet.";
  return absl::StrCat(CountsText(pack.actions()), ".");
}

std::string BaselineWords(const meeting::v1::TraitSearch& traits) {
  if (traits.baseline().empty()) return {};
  return absl::StrCat("Compared with ", traits.baseline(0), " to ",
                      traits.baseline(traits.baseline_size() - 1), ".");
}

std::string UnresolvedWords(const meeting::v1::TraitSearch& traits) {
  if (traits.unresolved_exhibits() == 0) return {};
  return absl::StrCat(Grouped(traits.unresolved_exhibits()),
                      " exhibits have more evidence than one call holds: their guns are missing.");
}

void WritePackTable(const std::string& caption, const Table& table, std::ostream& out) {
  if (table.rows.empty()) return;
  out << "<table><caption>" << EscapeHtml(caption) << "</caption><thead><tr>";
  for (const std::string& heading : table.headings) {
    out << "<th scope=\"col\" class=\"words\">" << EscapeHtml(heading) << "</th>";
  }
  out << "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    out << "<tr>";
    for (const std::string& cell : row) {
      out << "<td class=\"words\">" << EscapeHtml(cell) << "</td>";
    }
    out << "</tr>\n";
  }
  out << "</tbody></table>\n";
}

void WriteParagraphHtml(const std::string& text, std::ostream& out) {
  if (!text.empty()) out << "<p>" << EscapeHtml(text) << "</p>\n";
}

void WriteParagraph(const std::string& text, Page& page) {
  if (!text.empty()) page.Paragraph(text);
}

}  // namespace

void WritePackText(const GetMeetingPackResponse& pack, int width_columns, std::ostream& out) {
  Page page(width_columns, out);
  page.Title(TitleOf(pack));
  WriteParagraph(ScopeOf(pack), page);
  page.Heading("Actions of earlier meetings");
  WriteParagraph(EarlierWords(pack), page);
  page.Section("Earlier actions", ActionTable(pack.earlier_actions()));
  WriteParagraph(NotListed("earlier actions", pack.earlier_actions_left_out()), page);
  page.Heading("Actions of this meeting");
  WriteParagraph(MeetingWords(pack), page);
  page.Section("Actions", ActionTable(pack.actions()));
  WriteParagraph(NotListed("actions", pack.actions_left_out()), page);
  const meeting::v1::TraitSearch& traits = pack.traits();
  page.Heading("New and rising among guns");
  WriteParagraph(absl::StrCat("In words: ", traits.words(), ". ", BaselineWords(traits)), page);
  page.Section("Makes, models, conversions, calibres and origins", TraitTable(traits));
  page.Section("On how many occasions they are known", CoverageTable(traits));
  WriteParagraph(UnresolvedWords(traits), page);
  WriteParagraph(traits.rule(), page);
  out << '\n';
  WriteSummaryText(pack.summary(), width_columns, out);
}

void WritePackHtml(const GetMeetingPackResponse& pack,
                   const std::vector<summary::v1::GetMapResponse>& maps, std::ostream& out) {
  BeginReportHtml(TitleOf(pack), out);
  WriteParagraphHtml(ScopeOf(pack), out);
  out << "<h2>Actions of earlier meetings</h2>\n";
  WriteParagraphHtml(EarlierWords(pack), out);
  WritePackTable("Earlier actions", ActionTable(pack.earlier_actions()), out);
  WriteParagraphHtml(NotListed("earlier actions", pack.earlier_actions_left_out()), out);
  out << "<h2>Actions of this meeting</h2>\n";
  WriteParagraphHtml(MeetingWords(pack), out);
  WritePackTable("Actions", ActionTable(pack.actions()), out);
  WriteParagraphHtml(NotListed("actions", pack.actions_left_out()), out);
  const meeting::v1::TraitSearch& traits = pack.traits();
  out << "<h2>New and rising among guns</h2>\n<p class=\"say\">" << EscapeHtml(traits.words())
      << ".</p>\n";
  WriteParagraphHtml(BaselineWords(traits), out);
  for (const meeting::v1::TraitFinding& one : traits.findings()) {
    if (one.change() == meeting::v1::TRAIT_CHANGE_FIRST_SEEN) continue;
    out << "<p class=\"say\">" << EscapeHtml(one.words()) << ".</p>\n";
  }
  WritePackTable("Makes, models, conversions, calibres and origins", TraitTable(traits), out);
  WritePackTable("On how many occasions they are known", CoverageTable(traits), out);
  WriteParagraphHtml(UnresolvedWords(traits), out);
  WriteParagraphHtml(traits.rule(), out);
  out << "<h2>Summary of " << EscapeHtml(pack.quarter().label()) << "</h2>\n";
  WriteSummarySections(pack.summary(), maps, nullptr, out);
  EndReportHtml(out);
}

std::vector<std::string> ActionHeadings() {
  return {"action", "meeting", "status", "due", "4P", "owner", "recorded by", "version", "what"};
}

std::vector<std::string> ActionRow(const MeetingAction& action) {
  return {action.action_id(),
          action.meeting(),
          EnumWords(action, "status"),
          action.due_day(),
          EnumWords(action, "four_p"),
          OwnerText(action),
          action.agency(),
          absl::StrCat(action.version()),
          action.text()};
}

void WriteAction(const MeetingAction& action, std::int64_t revision, Format format,
                 int width_columns, std::ostream& out) {
  if (format == Format::kCsv) {
    WriteCsv({ActionHeadings(), {ActionRow(action)}}, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat(action.action_id(), ": ", EnumWords(action, "status"), ", due ",
                          action.due_day()));
  page.Fact("What", action.text());
  page.Fact("4P", EnumWords(action, "four_p"));
  page.Fact("Owner", OwnerText(action));
  page.Fact("Meeting", action.meeting());
  page.Fact("Recorded by", action.agency());
  page.Fact("Principal", action.principal());
  page.Fact("Recorded", TimestampText(action.create_time()));
  if (action.has_close_time()) page.Fact("Closed", TimestampText(action.close_time()));
  page.Fact("Shared with", action.is_shared_with_all() ? "all agencies"
                                                       : absl::StrJoin(action.shared_with(), ", "));
  page.Fact("Version", absl::StrCat(action.version()));
  page.Fact("Revision", absl::StrCat(revision));
  Table acts{{"when", "who", "what", "text"}, {}};
  for (const meeting::v1::ActionAct& act : action.acts()) {
    acts.rows.push_back({TimestampText(act.time()),
                         act.principal().empty() ? action.agency() : act.principal(),
                         EnumWords(act, "kind"), act.text()});
  }
  page.Section("What was done about it", acts);
}

}  // namespace serieslink::cli
