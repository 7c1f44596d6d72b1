#include "services/firearm/clearance_service.h"

#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/firearm/clearance.h"
#include "services/firearm/life_story.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/rpc/process_log.h"
#include "services/view/asked_exhibit.h"
#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"

namespace serieslink::firearm {
namespace {

void CheckPurpose(v1::ClearancePurpose purpose, std::vector<rpc::BadField>& bad) {
  if (purpose == v1::CLEARANCE_PURPOSE_DESTRUCTION || purpose == v1::CLEARANCE_PURPOSE_RETURN) {
    return;
  }
  bad.push_back({"purpose",
                 purpose == v1::CLEARANCE_PURPOSE_UNSPECIFIED
                     ? type::v1::ERROR_REASON_FIELD_MISSING
                     : type::v1::ERROR_REASON_FIELD_INVALID,
                 "say what is to become of it: destruction or return"});
}

// Tells the process log that somebody asked: which agency and what for, not who, and not of which
// gun.
void LogAsked(std::string_view event, const view::Viewer& viewer, v1::ClearancePurpose purpose,
              std::string_view outcome, graph::Revision revision) {
  rpc::LogEvent(
      rpc::LogLevel::kInfo, event,
      {{"agency", viewer.agency},
       {"purpose", purpose == v1::CLEARANCE_PURPOSE_DESTRUCTION ? "destruction" : "return"},
       {"outcome", std::string(outcome)},
       {"revision", absl::StrCat(revision)}});
}

}  // namespace

ClearanceService::ClearanceService(const view::Source& source, const graph::IdKey* ids,
                                   std::string trust_domain, std::function<absl::Time()> now)
    : source_(source), ids_(ids), trust_domain_(std::move(trust_domain)), now_(std::move(now)) {
  AddUnary("/serieslink.firearm.v1.ClearanceService/ClearFirearm", this,
           &ClearanceService::ClearFirearm);
  AddUnary("/serieslink.firearm.v1.ClearanceService/CheckClearance", this,
           &ClearanceService::CheckClearance);
}

grpc::Status ClearanceService::ClearFirearm(grpc::ServerContext* context,
                                            const v1::ClearFirearmRequest* request,
                                            v1::ClearFirearmResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Clear(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status ClearanceService::CheckClearance(grpc::ServerContext* context,
                                              const v1::CheckClearanceRequest* request,
                                              v1::CheckClearanceResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Check(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

absl::Status ClearanceService::Clear(const view::Viewer& viewer,
                                     const v1::ClearFirearmRequest& request,
                                     const view::Patience& patience,
                                     v1::ClearFirearmResponse& response) const {
  std::vector<rpc::BadField> bad;
  CheckPurpose(request.purpose(), bad);
  if (request.min_revision() < 0) {
    bad.push_back(
        {"min_revision", type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  }
  view::ParseAsked(request.firearm_id(), "firearm_id", bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  series::v1::ViewSelector selector;
  selector.set_min_revision(request.min_revision());
  SL_ASSIGN_OR_RETURN(view::AskedView asked,
                      view::ViewAsked(source_, viewer, {{request.firearm_id(), "firearm_id"}},
                                      selector, now_(), patience, {}));
  const std::uint32_t weapon = asked.view.resolution.weapon_of[asked.places[0]];
  SL_ASSIGN_OR_RETURN(const v1::LifeStory story,
                      TellLife(asked.view, weapon, viewer, asked.cut.reader, *ids_));
  SL_ASSIGN_OR_RETURN(const ClearanceFacts facts,
                      GatherClearance(asked.view, weapon, viewer, asked.cut.reader));
  for (v1::ClearanceBlocker& one : BlockersOf(story, facts, request.purpose())) {
    *response.add_blockers() = std::move(one);
  }
  response.set_weapon_id(story.weapon_id());
  response.set_series_id(story.series_id());
  response.set_is_clear(response.blockers().empty());
  const std::uint32_t naming = asked.view.resolution.NamingExhibit(weapon);
  const absl::CivilMinute minute = MinuteOfAnswer(now_());
  const ClearanceAnswer answer{.agency = viewer.agency,
                               .purpose = request.purpose(),
                               .is_clear = response.is_clear(),
                               .revision = asked.cut.revision,
                               .answered = absl::CivilDay(minute),
                               .minute = minute};
  response.set_code(ClearanceCode(*ids_, asked.view.exhibit_facts[naming].public_id, answer));
  if (answer.is_clear) response.set_valid_until(absl::FormatCivilTime(answer.ValidUntil()));
  for (const v1::LifeEvent& event : story.events()) {
    if (event.event().kind() != record::v1::EVENT_KIND_DISPOSAL) continue;
    v1::ClearedDisposal& out = *response.add_disposals();
    out.set_event_id(event.event().event_id());
    out.set_kind(event.disposal());
    if (event.event().has_occurred()) *out.mutable_occurred() = event.event().occurred();
    out.set_has_clearance(event.has_clearance());
  }
  response.set_revision(static_cast<std::int64_t>(asked.cut.revision));
  LogAsked("clearance_answered", viewer, request.purpose(),
           response.is_clear() ? "clear" : "not clear", answer.revision);
  return absl::OkStatus();
}

absl::Status ClearanceService::Check(const view::Viewer& viewer,
                                     const v1::CheckClearanceRequest& request,
                                     const view::Patience& patience,
                                     v1::CheckClearanceResponse& response) const {
  std::vector<rpc::BadField> bad;
  CheckPurpose(request.purpose(), bad);
  if (request.code().empty()) {
    bad.push_back({"code", type::v1::ERROR_REASON_FIELD_MISSING, "give the code of an answer"});
  } else if (request.code().size() > kClearanceCodeBytesMax) {
    bad.push_back({"code", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("at most ", kClearanceCodeBytesMax, " bytes")});
  }
  view::ParseAsked(request.firearm_id(), "firearm_id", bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(view::AskedView asked,
                      view::ViewAsked(source_, viewer, {{request.firearm_id(), "firearm_id"}}, {},
                                      now_(), patience, {}));
  const std::uint32_t weapon = asked.view.resolution.weapon_of[asked.places[0]];
  if (asked.view.resolution.weapons[weapon].members.size() > kClearedExhibitsMax) {
    return view::EvidenceTooLarge();
  }
  const auto answer =
      FindClearance(*ids_, asked.view, weapon, viewer.agency, request.purpose(), request.code());
  if (answer.has_value()) {
    response.set_is_genuine(true);
    response.set_agency(answer->agency);
    response.set_is_clear(answer->is_clear);
    response.set_revision(static_cast<std::int64_t>(answer->revision));
    response.set_answered_on(absl::FormatCivilTime(answer->answered));
    if (answer->is_clear) {
      response.set_valid_until(absl::FormatCivilTime(answer->ValidUntil()));
      response.set_is_expired(DayOfAnswer(now_()) > answer->ValidUntil());
    }
  }
  LogAsked("clearance_checked", viewer, request.purpose(),
           !response.is_genuine()  ? "not genuine"
           : response.is_expired() ? "expired"
           : response.is_clear()   ? "clear"
                                   : "not clear",
           asked.cut.revision);
  return absl::OkStatus();
}

}  // namespace serieslink::firearm
