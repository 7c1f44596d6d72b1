#include "services/summary/meeting_service.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/error.h"
#include "services/summary/core/tally.h"
#include "services/summary/core/trait_tally.h"
#include "services/summary/event_scan.h"
#include "services/summary/meeting_acts.h"
#include "services/summary/meeting_check.h"
#include "services/summary/meeting_reader.h"
#include "services/summary/weapon_scan.h"
#include "services/view/asked_exhibit.h"
#include "services/view/index_page.h"
#include "services/view/shared_view.h"
#include "services/view/view_selector.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::summary {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 200;
// A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPageBytesMax = 2u << 20;
constexpr std::size_t kPackBytesMax = std::size_t{15} << 18;
// How long a page is filled, at most half of what the call has left.
constexpr absl::Duration kPageTimeMax = absl::Seconds(1);

absl::Status Changed() {
  return rpc::MakeError(absl::StatusCode::kAborted, type::v1::ERROR_REASON_MEETING_ACTION_CHANGED,
                        "somebody of your agency acted on this action meanwhile; look at it again");
}

absl::Status StatusOfRefusal(MeetingRefusal refusal) {
  const auto nothing_to_do = [](const char* words) {
    return rpc::MakeError(absl::StatusCode::kFailedPrecondition,
                          type::v1::ERROR_REASON_NOTHING_TO_DO, words);
  };
  switch (refusal) {
    case MeetingRefusal::kNone:
      return absl::OkStatus();
    case MeetingRefusal::kClosed:
      return nothing_to_do("this action is closed; open it again first");
    case MeetingRefusal::kNotClosed:
      return nothing_to_do("this action is open already");
    case MeetingRefusal::kFull:
      return nothing_to_do("this action was acted on as often as one may be; record another");
    case MeetingRefusal::kSharedFull:
      return rpc::MakeBadRequest({{"also_shared_with", type::v1::ERROR_REASON_FIELD_TOO_LONG,
                                   "it would be shared with more agencies than it may: 64"}});
  }
  return absl::InternalError("an act was refused for no known reason");
}

// Everything that ever was, and is to come.
Window AllTime(const Window& like) {
  Window window = like;
  window.from_s = std::numeric_limits<std::int64_t>::min();
  window.before_s = std::numeric_limits<std::int64_t>::max();
  return window;
}

// The quarters before `quarter` that it is compared with, the oldest first.
std::vector<Window> BaselineOf(const Window& quarter, const absl::TimeZone& zone) {
  std::vector<Window> baseline;
  const absl::CivilMonth month(quarter.first_day);
  for (int i = TraitTally::kBaselineQuarters; i > 0; --i) {
    const absl::CivilMonth first = month - 3 * i;
    v1::Period period;
    period.set_kind(v1::PERIOD_KIND_QUARTER);
    period.set_year(static_cast<std::int32_t>(first.year()));
    period.set_quarter((first.month() - 1) / 3 + 1);
    baseline.push_back(WindowOf(period, zone));
  }
  return baseline;
}

}  // namespace

MeetingService::MeetingService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                               MeetingOptions options, std::shared_ptr<const Boundaries> boundaries,
                               WriteAction write)
    : source_(source),
      tokens_(tokens),
      options_(std::move(options)),
      boundaries_(std::move(boundaries)),
      write_(std::move(write)),
      summary_(source, options_.trust_domain, options_.now, options_.zone, boundaries_) {
  AddUnary("/serieslink.meeting.v1.MeetingService/GetMeetingPack", this,
           &MeetingService::GetMeetingPack);
  AddUnary("/serieslink.meeting.v1.MeetingService/CreateMeetingAction", this,
           &MeetingService::CreateMeetingAction);
  AddUnary("/serieslink.meeting.v1.MeetingService/GetMeetingAction", this,
           &MeetingService::GetMeetingAction);
  AddUnary("/serieslink.meeting.v1.MeetingService/ListMeetingActions", this,
           &MeetingService::ListMeetingActions);
  AddUnary("/serieslink.meeting.v1.MeetingService/UpdateMeetingAction", this,
           &MeetingService::UpdateMeetingAction);
}

grpc::Status MeetingService::GetMeetingPack(grpc::ServerContext* context,
                                            const meeting::v1::GetMeetingPackRequest* request,
                                            meeting::v1::GetMeetingPackResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, options_.trust_domain);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Pack(*caller, *request, view::PatienceOf(*context, options_.now),
                                StopOf(*context, options_.now), *response));
}

grpc::Status MeetingService::CreateMeetingAction(
    grpc::ServerContext* context, const meeting::v1::CreateMeetingActionRequest* request,
    meeting::v1::CreateMeetingActionResponse* response) {
  return Reply(context, *request, *response, &MeetingService::Create);
}

grpc::Status MeetingService::GetMeetingAction(grpc::ServerContext* context,
                                              const meeting::v1::GetMeetingActionRequest* request,
                                              meeting::v1::GetMeetingActionResponse* response) {
  return Reply(context, *request, *response, &MeetingService::Get);
}

grpc::Status MeetingService::ListMeetingActions(
    grpc::ServerContext* context, const meeting::v1::ListMeetingActionsRequest* request,
    meeting::v1::ListMeetingActionsResponse* response) {
  return Reply(context, *request, *response, &MeetingService::List);
}

grpc::Status MeetingService::UpdateMeetingAction(
    grpc::ServerContext* context, const meeting::v1::UpdateMeetingActionRequest* request,
    meeting::v1::UpdateMeetingActionResponse* response) {
  return Reply(context, *request, *response, &MeetingService::Update);
}

absl::Status MeetingService::Pack(const rpc::Identity& caller,
                                  const meeting::v1::GetMeetingPackRequest& request,
                                  const view::Patience& patience, const ShouldStop& should_stop,
                                  meeting::v1::GetMeetingPackResponse& response) const {
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), options_.now(), CheckPack(request)));
  const view::Viewer viewer = view::ShownTo(view::Viewer{caller.agency}, request.partner());
  const std::string& partner = request.partner().empty() ? caller.agency : request.partner();
  const Window quarter = WindowOf(request.quarter(), options_.zone);
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));

  // All of one revision.
  v1::GetSummaryRequest asked;
  *asked.mutable_period() = request.quarter();
  *asked.mutable_dimensions() = request.dimensions();
  if (cut.revision > 0) {
    asked.mutable_view()->set_revision(static_cast<std::int64_t>(cut.revision));
  }
  v1::GetSummaryResponse& summary = *response.mutable_summary();
  SL_RETURN_IF_ERROR(summary_.SummariseFor(viewer, asked, patience, should_stop, summary));

  const std::vector<Window> baseline = BaselineOf(quarter, options_.zone);
  TraitTally tally(quarter, baseline.front().from_s);
  const std::vector<Window> windows = {AllTime(quarter)};
  WeaponScan weapons(cut, viewer, boundaries_->areas(), tally);
  if (cut.revision > 0) {
    EventScan events(cut, viewer, windows, boundaries_->areas(), tally);
    SL_RETURN_IF_ERROR(ScanAll(events, should_stop));
    SL_RETURN_IF_ERROR(ScanAll(weapons, should_stop));
  }
  meeting::v1::TraitSearch& traits = *response.mutable_traits();
  tally.Fill(traits);
  traits.set_unresolved_exhibits(weapons.unresolved_exhibits());
  for (const Window& one : baseline) traits.add_baseline(LabelOf(one.period));

  absl::CivilDay day = Today();
  const bool is_of_now = request.view().as_at_case() == series::v1::ViewSelector::AS_AT_NOT_SET;
  if (!is_of_now && summary.has_known_at()) {
    day = absl::ToCivilDay(
        absl::FromUnixMicros(
            google::protobuf::util::TimeUtil::TimestampToMicroseconds(summary.known_at())),
        options_.zone);
  }
  SL_RETURN_IF_ERROR(
      AddActions(cut, caller.agency, partner, quarter, day, options_.zone, response));
  response.set_partner(partner);
  response.set_made_by(caller.agency);
  *response.mutable_quarter() = SpanOf(quarter);
  response.set_state_day(absl::FormatCivilTime(day));
  if (response.ByteSizeLong() > kPackBytesMax) {
    return rpc::MakeBadRequest(
        {{"dimensions", type::v1::ERROR_REASON_FIELD_INVALID,
          "these dimensions make more rows than one answer holds; ask for one at a time"}});
  }
  return absl::OkStatus();
}

absl::StatusOr<MeetingService::Seen> MeetingService::Find(const rpc::Identity& caller,
                                                          const std::string& id,
                                                          graph::Revision min_revision,
                                                          const view::Patience& patience) const {
  std::vector<rpc::BadField> bad;
  const graph::ParsedId parsed = view::ParseAsked(id, "action_id", bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  view::RevisionWish wish;
  wish.min_revision = min_revision;
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  SL_ASSIGN_OR_RETURN(const auto targets, cut.reader.LookUpIds({parsed.id}));
  if (!targets[0].has_value() || targets[0]->ordinal.has_value()) return view::AskedNotFound();
  // Who may not see an action has nothing of any record read.
  SL_ASSIGN_OR_RETURN(const auto numbers, ActionsFor(cut, caller.agency));
  if (!std::binary_search(numbers.begin(), numbers.end(), targets[0]->record)) {
    return view::AskedNotFound();
  }
  SL_ASSIGN_OR_RETURN(auto seen, SeeActions(cut, caller.agency, {targets[0]->record}));
  if (seen.empty()) return view::AskedNotFound();
  return Seen{std::move(cut), std::move(seen[0])};
}

template <typename Response>
absl::Status MeetingService::Tell(const rpc::Identity& caller, const std::string& id,
                                  graph::Revision min_revision, const view::Patience& patience,
                                  Response& response) const {
  SL_ASSIGN_OR_RETURN(const Seen seen, Find(caller, id, min_revision, patience));
  *response.mutable_action() = TellAction(seen.action, caller.agency, Today());
  response.set_revision(static_cast<std::int64_t>(seen.cut.revision));
  return absl::OkStatus();
}

template <typename Response>
absl::Status MeetingService::WriteAndTell(const rpc::Identity& caller,
                                          const feed::v1::FeedMessage& message,
                                          const view::Patience& patience,
                                          Response& response) const {
  SL_ASSIGN_OR_RETURN(const WrittenAction written, write_(caller, message));
  if (written.revision == 0) return Changed();
  return Tell(caller, written.record_id, written.revision, patience, response);
}

absl::Status MeetingService::Create(const rpc::Identity& caller,
                                    const meeting::v1::CreateMeetingActionRequest& request,
                                    const view::Patience& patience,
                                    meeting::v1::CreateMeetingActionResponse& response) const {
  const std::vector<rpc::BadField> bad = CheckCreateAction(request, caller.agency, Today());
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  std::string name = request.request_id();
  {
    SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, {}, patience));
    if (!name.empty()) {
      SL_ASSIGN_OR_RETURN(const auto known, FindActionNamed(cut, caller.agency, name));
      if (known.has_value()) {
        *response.mutable_action() = TellAction(*known, caller.agency, Today());
        response.set_revision(static_cast<std::int64_t>(cut.revision));
        return absl::OkStatus();
      }
    }
    SL_ASSIGN_OR_RETURN(const int open,
                        CountOpenActions(cut, caller.agency, options_.open_per_agency_max));
    if (open >= options_.open_per_agency_max) {
      return rpc::MakeError(
          absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_OVERLOADED,
          absl::StrCat("your agency has ", open, " open actions already; close one that is done"),
          {{"open_max", absl::StrCat(options_.open_per_agency_max)}});
    }
  }
  if (name.empty()) {
    SL_ASSIGN_OR_RETURN(name, options_.new_name());
  }
  feed::v1::FeedMessage message;
  *message.mutable_meeting_action() =
      RecordAction(request, name, {caller.agency, caller.principal, options_.now()});
  return WriteAndTell(caller, message, patience, response);
}

absl::Status MeetingService::Get(const rpc::Identity& caller,
                                 const meeting::v1::GetMeetingActionRequest& request,
                                 const view::Patience& patience,
                                 meeting::v1::GetMeetingActionResponse& response) const {
  std::vector<rpc::BadField> bad;
  view::ParseAsked(request.action_id(), "action_id", bad);
  if (request.min_revision() < 0) {
    bad.push_back(
        {"min_revision", type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  return Tell(caller, request.action_id(), static_cast<graph::Revision>(request.min_revision()),
              patience, response);
}

absl::Status MeetingService::List(const rpc::Identity& caller,
                                  const meeting::v1::ListMeetingActionsRequest& request,
                                  const view::Patience& patience,
                                  meeting::v1::ListMeetingActionsResponse& response) const {
  std::vector<rpc::BadField> bad = CheckListActions(request);
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  std::string binding = absl::StrCat("ListMeetingActions\n", caller.agency, "\n",
                                     request.owner_agency(), "\n", request.owner_unit(), "\n",
                                     request.has_meeting() ? LabelOf(request.meeting()) : "");
  for (const int status : request.statuses()) absl::StrAppend(&binding, "\n", status);
  graph::RecordNumber before = 0;  // 0: from the latest
  if (!request.page_token().empty()) {
    SL_ASSIGN_OR_RETURN(const std::string content, tokens_->Open(request.page_token(), binding));
    base::KeyReader reader(content);
    SL_ASSIGN_OR_RETURN(before, reader.ReadBe64());
  }
  view::RevisionWish wish;
  wish.min_revision = static_cast<graph::Revision>(request.min_revision());
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));

  const absl::Time now = options_.now();
  const absl::CivilDay today = Today();
  const absl::Time enough = now + std::min((patience.deadline - now) / 2, kPageTimeMax);
  std::set<int> statuses(request.statuses().begin(), request.statuses().end());
  if (statuses.empty()) {
    statuses = {meeting::v1::ACTION_STATUS_OPEN, meeting::v1::ACTION_STATUS_OVERDUE};
  }
  const std::string meeting = request.has_meeting() ? LabelOf(request.meeting()) : std::string();
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();
  SL_ASSIGN_OR_RETURN(const auto numbers, ActionsFor(cut, caller.agency));
  std::size_t bytes = 0;
  bool is_begun = false;  // each page looks at one at least, or it would never end
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    if (before != 0 && *number >= before) continue;
    if (is_begun && (response.actions_size() == page_size || bytes > kPageBytesMax ||
                     options_.now() >= enough)) {
      // Behind the last one that was looked at.
      std::string content;
      base::AppendBe64(&content, *number + 1);
      SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(), tokens_->Seal(content, binding));
      return absl::OkStatus();
    }
    is_begun = true;
    SL_ASSIGN_OR_RETURN(const auto seen, SeeActions(cut, caller.agency, {*number}));
    if (seen.empty()) continue;
    meeting::v1::MeetingAction told = TellAction(seen[0], caller.agency, today);
    const bool is_asked_for =
        statuses.contains(told.status()) && (meeting.empty() || told.meeting() == meeting) &&
        (request.owner_agency().empty() || told.owner_agency() == request.owner_agency()) &&
        (request.owner_unit().empty() || told.owner_unit() == request.owner_unit());
    if (!is_asked_for) continue;
    bytes += told.ByteSizeLong();
    *response.add_actions() = std::move(told);
  }
  return absl::OkStatus();
}

absl::Status MeetingService::Update(const rpc::Identity& caller,
                                    const meeting::v1::UpdateMeetingActionRequest& request,
                                    const view::Patience& patience,
                                    meeting::v1::UpdateMeetingActionResponse& response) const {
  const std::vector<rpc::BadField> bad = CheckUpdateAction(request, Today());
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(const Seen seen, Find(caller, request.action_id(), 0, patience));
  if (seen.action.state->agency() != caller.agency) {
    return rpc::MakeError(absl::StatusCode::kPermissionDenied,
                          type::v1::ERROR_REASON_NOT_YOURS_TO_CHANGE,
                          "only the agency that recorded an action may change it; tell that one");
  }
  feed::v1::FeedMessage message;
  feed::v1::MeetingActionFile& file = *message.mutable_meeting_action();
  file = *seen.action.file();
  if (request.version() != 0 && static_cast<std::uint64_t>(request.version()) != file.version()) {
    return Changed();
  }
  if (file.is_shared_with_all() && !request.also_shared_with().empty()) {
    return rpc::MakeBadRequest({{"also_shared_with", type::v1::ERROR_REASON_FIELD_INVALID,
                                 "every agency may see it already; leave it out"}});
  }
  SL_RETURN_IF_ERROR(StatusOfRefusal(
      UpdateAction(request, {caller.agency, caller.principal, options_.now()}, file)));
  return WriteAndTell(caller, message, patience, response);
}

}  // namespace serieslink::summary
