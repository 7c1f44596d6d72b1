#include "services/summary/meeting_reader.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/types/span.h"
#include "google/protobuf/util/time_util.h"
#include "services/ingest/core/adapter.h"
#include "services/summary/meeting_acts.h"
#include "storage/base/status_macros.h"
#include "storage/graph/edges.h"
#include "storage/graph/public_id.h"

namespace serieslink::summary {
namespace {

using view::MeetingActionVersion;

// Files that are read at once.
constexpr std::size_t kFilesAtOnce = 256;
// Of each list of a pack.
constexpr int kListedMax = 500;
constexpr std::size_t kListedBytesMax = 256u << 10;

meeting::v1::FourP FourPOf(const std::string& word) {
  meeting::v1::FourP four_p = meeting::v1::FOUR_P_UNSPECIFIED;
  meeting::v1::FourP_Parse("FOUR_P_" + word, &four_p);
  return four_p;
}

meeting::v1::ActionActKind KindOf(const std::string& word) {
  meeting::v1::ActionActKind kind = meeting::v1::ACTION_ACT_KIND_UNSPECIFIED;
  meeting::v1::ActionActKind_Parse("ACTION_ACT_KIND_" + word, &kind);
  return kind;
}

// An action in a pack, in the order in which it is listed.
struct Listed {
  int rank = 0;  // overdue, open, closed
  std::string due_day;
  graph::RecordNumber number = 0;
  meeting::v1::MeetingAction told;

  auto Key() const { return std::tie(rank, due_day, number); }
};

int RankOf(meeting::v1::ActionStatus status) {
  switch (status) {
    case meeting::v1::ACTION_STATUS_OVERDUE:
      return 0;
    case meeting::v1::ACTION_STATUS_OPEN:
      return 1;
    default:
      return 2;
  }
}

// Lists as many as there is room for; returns how many are left out.
int List(std::vector<Listed> all,
         google::protobuf::RepeatedPtrField<meeting::v1::MeetingAction>& out) {
  std::sort(all.begin(), all.end(),
            [](const Listed& a, const Listed& b) { return a.Key() < b.Key(); });
  std::size_t bytes = 0;
  for (Listed& one : all) {
    bytes += one.told.ByteSizeLong();
    if (out.size() >= kListedMax || bytes > kListedBytesMax) break;
    *out.Add() = std::move(one.told);
  }
  return static_cast<int>(all.size()) - out.size();
}

}  // namespace

absl::StatusOr<std::vector<graph::RecordNumber>> ActionsFor(view::Cut& cut,
                                                            const std::string& agency) {
  SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, cut.reader.Edges());
  constexpr auto kType = graph::EdgeType::kMeetingAction;
  SL_ASSIGN_OR_RETURN(auto numbers, edges.Members(kType, view::MeetingActionsFor(agency)));
  SL_ASSIGN_OR_RETURN(const auto for_all, edges.Members(kType, view::MeetingActionsForAll()));
  numbers.insert(numbers.end(), for_all.begin(), for_all.end());
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

absl::StatusOr<std::vector<MeetingActionVersion>> SeeActions(
    view::Cut& cut, const std::string& agency, const std::vector<graph::RecordNumber>& numbers) {
  std::vector<MeetingActionVersion> seen;
  for (std::size_t from = 0; from < numbers.size(); from += kFilesAtOnce) {
    SL_ASSIGN_OR_RETURN(
        auto versions,
        view::MeetingActionsAt(cut.reader, absl::MakeConstSpan(numbers).subspan(from, kFilesAtOnce),
                               cut.revision));
    for (MeetingActionVersion& one : versions) {
      if (one.file() != nullptr && view::MaySeeAction(*one.file(), one.state->agency(), agency)) {
        seen.push_back(std::move(one));
      }
    }
  }
  return seen;
}

absl::StatusOr<std::optional<MeetingActionVersion>> FindActionNamed(view::Cut& cut,
                                                                    const std::string& agency,
                                                                    const std::string& name) {
  SL_ASSIGN_OR_RETURN(const auto numbers, ActionsFor(cut, agency));
  SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(numbers));
  const std::string source_id = ingest::MeetingActionId(name);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!states[i].has_value() || states[i]->agency() != agency ||
        states[i]->source_id() != source_id) {
      continue;
    }
    SL_ASSIGN_OR_RETURN(auto found, SeeActions(cut, agency, {numbers[i]}));
    if (!found.empty()) return std::move(found[0]);
  }
  return std::nullopt;
}

absl::StatusOr<int> CountOpenActions(view::Cut& cut, const std::string& agency, int max) {
  SL_ASSIGN_OR_RETURN(const auto numbers, ActionsFor(cut, agency));
  int open = 0;
  // The latest first: those are open.
  for (std::size_t end = numbers.size(); end > 0 && open < max;) {
    const std::size_t begin = end - std::min(end, kFilesAtOnce);
    const auto slice = absl::MakeConstSpan(numbers).subspan(begin, end - begin);
    SL_ASSIGN_OR_RETURN(const auto versions,
                        view::MeetingActionsAt(cut.reader, slice, cut.revision));
    for (const MeetingActionVersion& one : versions) {
      open += one.file() != nullptr && one.state->agency() == agency &&
              ClosingAct(*one.file()) == nullptr;
    }
    end = begin;
  }
  return std::min(open, max);
}

meeting::v1::MeetingAction TellAction(const MeetingActionVersion& action, std::string_view agency,
                                      absl::CivilDay day) {
  const feed::v1::MeetingActionFile& file = *action.file();
  const bool is_own = action.state->agency() == agency;
  meeting::v1::MeetingAction told;
  told.set_action_id(
      graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(action.state->public_id())));
  told.set_meeting(file.meeting());
  told.set_status(StatusOn(file, day));
  told.set_text(file.text());
  told.set_owner_agency(file.owner_agency());
  told.set_owner_unit(file.owner_unit());
  told.set_four_p(FourPOf(file.four_p()));
  told.set_due_day(file.due_day());
  told.set_agency(action.state->agency());
  if (const feed::v1::MeetingAct* const closing = ClosingAct(file)) {
    *told.mutable_close_time() = closing->time();
  }
  for (const std::string& shared : file.shared_with()) {
    if (is_own || shared == agency) told.add_shared_with(shared);
  }
  told.set_is_shared_with_all(file.is_shared_with_all());
  told.set_version(static_cast<std::int64_t>(file.version()));
  for (const feed::v1::MeetingAct& act : file.acts()) {
    meeting::v1::ActionAct& out = *told.add_acts();
    out.set_kind(KindOf(act.kind()));
    if (is_own) out.set_principal(act.principal());
    *out.mutable_time() = act.time();
    out.set_text(act.text());
    if (!act.text().empty()) told.set_last_note(act.text());
  }
  if (!file.acts().empty()) {
    *told.mutable_create_time() = file.acts(0).time();
    if (is_own) told.set_principal(file.acts(0).principal());
  }
  return told;
}

absl::Status AddActions(view::Cut& cut, const std::string& caller, const std::string& partner,
                        const Window& quarter, absl::CivilDay day, const absl::TimeZone& zone,
                        meeting::v1::GetMeetingPackResponse& pack) {
  const std::string label = LabelOf(quarter.period);
  const std::string label_before = LabelOf(ComparedPeriods(quarter.period)[1]);
  const bool is_own = caller == partner;
  SL_ASSIGN_OR_RETURN(const auto numbers, ActionsFor(cut, partner));
  SL_ASSIGN_OR_RETURN(const auto actions, SeeActions(cut, partner, numbers));
  std::vector<Listed> earlier;
  std::vector<Listed> of_meeting;
  for (const MeetingActionVersion& action : actions) {
    const feed::v1::MeetingActionFile& file = *action.file();
    if (!view::MaySeeAction(file, action.state->agency(), caller)) continue;
    // Labels of quarters are in order of time.
    if (file.meeting() > label) continue;
    const bool is_earlier = file.meeting() < label;
    const feed::v1::MeetingAct* const closing = ClosingAct(file);
    if (is_earlier && closing != nullptr && file.meeting() != label_before) {
      const absl::Time closed = absl::FromUnixMicros(
          google::protobuf::util::TimeUtil::TimestampToMicroseconds(closing->time()));
      if (absl::ToCivilDay(closed, zone) < quarter.first_day) continue;
    }
    Listed one;
    one.told = TellAction(action, is_own ? partner : std::string(), day);
    one.told.clear_acts();
    one.rank = RankOf(one.told.status());
    one.due_day = file.due_day();
    one.number = action.number;
    (is_earlier ? earlier : of_meeting).push_back(std::move(one));
  }
  pack.set_earlier_actions_left_out(List(std::move(earlier), *pack.mutable_earlier_actions()));
  pack.set_actions_left_out(List(std::move(of_meeting), *pack.mutable_actions()));
  return absl::OkStatus();
}

}  // namespace serieslink::summary
