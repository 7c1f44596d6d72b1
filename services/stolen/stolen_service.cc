#include "services/stolen/stolen_service.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/firearm/core/life.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/stolen/case_scan.h"
#include "services/stolen/core/case_counts.h"
#include "services/stolen/loss_query.h"
#include "services/stolen/repeat_losses.h"
#include "services/view/asked_exhibit.h"
#include "services/view/gun_cases.h"
#include "services/view/index_page.h"
#include "services/view/loss_terms.h"
#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::stolen {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1000;
// Bytes of cases on a page. A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPageBytesMax = 2u << 20;
// How long a page is filled, at most half of what the call has left.
constexpr absl::Duration kPageTimeMax = absl::Seconds(1);
// Reports looked at at once: few for a page, more the longer it looks.
constexpr std::size_t kReportsMin = 16;
constexpr std::size_t kReportsMax = 512;

std::size_t PageSizeOf(int asked) {
  return static_cast<std::size_t>(asked == 0 ? kPageSizeDefault : asked);
}

}  // namespace

StolenService::StolenService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                             std::string trust_domain, std::function<absl::Time()> now,
                             absl::TimeZone zone, linkage::LocatePlace locate)
    : source_(source),
      tokens_(tokens),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      zone_(zone),
      locate_(std::move(locate)) {
  AddUnary("/serieslink.stolen.v1.StolenService/ListLossCases", this,
           &StolenService::ListLossCases);
  AddUnary("/serieslink.stolen.v1.StolenService/GetLossCases", this, &StolenService::GetLossCases);
  AddUnary("/serieslink.stolen.v1.StolenService/CountLossCases", this,
           &StolenService::CountLossCases);
  AddUnary("/serieslink.stolen.v1.StolenService/ListRepeatLosses", this,
           &StolenService::ListRepeatLosses);
}

grpc::Status StolenService::ListLossCases(grpc::ServerContext* context,
                                          const v1::ListLossCasesRequest* request,
                                          v1::ListLossCasesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      List(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status StolenService::GetLossCases(grpc::ServerContext* context,
                                         const v1::GetLossCasesRequest* request,
                                         v1::GetLossCasesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Get(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status StolenService::CountLossCases(grpc::ServerContext* context,
                                           const v1::CountLossCasesRequest* request,
                                           v1::CountLossCasesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  const absl::Time deadline = absl::FromChrono(context->deadline());
  const auto should_stop = [&]() -> absl::Status {
    if (context->IsCancelled()) return absl::CancelledError("nobody waits for the answer");
    if (now_() < deadline) return absl::OkStatus();
    return rpc::MakeError(absl::StatusCode::kDeadlineExceeded,
                          type::v1::ERROR_REASON_DEADLINE_EXCEEDED,
                          "the reports could not be read in time; ask for a shorter period, or "
                          "allow the call more time");
  };
  return rpc::ToGrpcStatus(Count(view::Viewer{caller->agency}, *request,
                                 view::PatienceOf(*context, now_), should_stop, *response));
}

grpc::Status StolenService::ListRepeatLosses(grpc::ServerContext* context,
                                             const v1::ListRepeatLossesRequest* request,
                                             v1::ListRepeatLossesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(ListRepeats(view::Viewer{caller->agency}, *request,
                                       view::PatienceOf(*context, now_), *response));
}

absl::Status StolenService::List(const view::Viewer& viewer,
                                 const v1::ListLossCasesRequest& request,
                                 const view::Patience& patience,
                                 v1::ListLossCasesResponse& response) const {
  std::vector<rpc::BadField> bad = CheckFilter(request.filter());
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  const std::size_t page_size = PageSizeOf(request.page_size());
  // A token is good for its caller, and for the same filter and view.
  const std::string binding =
      absl::StrCat("ListLossCases\n", viewer.agency, "\n", request.filter().SerializeAsString(),
                   "\n", request.view().SerializeAsString());
  std::string after;
  SL_RETURN_IF_ERROR(view::OpenIndexPage(*tokens_, request.page_token(), binding, wish, after));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  // Before the first commit there was nothing.
  if (cut.revision == 0) return absl::OkStatus();

  const absl::Time start = now_();
  const absl::Time enough = start + std::min((patience.deadline - start) / 2, kPageTimeMax);
  const LossQuery query(request.filter(), locate_);
  CaseScan scan(cut, viewer, query, zone_, after);
  const auto end_at = [&](const std::string& key) -> absl::Status {
    SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                        view::SealIndexPage(*tokens_, cut.revision, key, binding));
    return absl::OkStatus();
  };
  std::string last = after;  // the key of what was told last
  int unresolved = 0;        // how many were told until then
  std::size_t bytes = 0;
  std::size_t looked_at = 0;  // reports
  std::size_t reports_max = std::clamp(page_size + 1, kReportsMin, kReportsMax);
  while (!scan.is_at_end()) {
    SL_ASSIGN_OR_RETURN(std::vector<ListedReport> listed, scan.Next(reports_max));
    looked_at += listed.size();
    for (ListedReport& one : listed) {
      if (one.is_unresolved) {
        response.add_unresolved_exhibits(
            graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(one.report.public_id)));
      }
      if (!one.one.has_value()) continue;
      v1::LossCase& told = one.one->told;
      bytes += told.ByteSizeLong();
      // There is a next page only where there is something to put on it.
      const auto count = static_cast<std::size_t>(response.cases_size());
      if (count == page_size || (count > 0 && bytes > kPageBytesMax)) {
        // What lies behind the last case told is the next page's.
        auto& exhibits = *response.mutable_unresolved_exhibits();
        exhibits.DeleteSubrange(unresolved, exhibits.size() - unresolved);
        return end_at(last);
      }
      *response.add_cases() = std::move(told);
      last = one.report.key;
      unresolved = response.unresolved_exhibits_size();
    }
    // As many as have what is missing, if cases come on as they came.
    const auto told = static_cast<std::size_t>(response.cases_size());
    const std::size_t wanted =
        told == 0 ? reports_max * 2
                  : (page_size + 1 - told) * (looked_at + looked_at / 4) / told + 1;
    reports_max = std::clamp(wanted, kReportsMin, std::min(reports_max * 2, kReportsMax));
    if (!scan.is_at_end() && now_() >= enough) return end_at(scan.looked_at());
  }
  return absl::OkStatus();
}

absl::Status StolenService::Get(const view::Viewer& viewer, const v1::GetLossCasesRequest& request,
                                const view::Patience& patience,
                                v1::GetLossCasesResponse& response) const {
  SL_ASSIGN_OR_RETURN(view::AskedView asked,
                      view::ViewAsked(source_, viewer, {{request.firearm_id(), "firearm_id"}},
                                      request.view(), now_(), patience, {}));
  const std::uint32_t weapon = asked.view.resolution.weapon_of[asked.places[0]];
  if (asked.view.resolution.weapons[weapon].members.size() > firearm::kLifeExhibitsMax) {
    return view::EvidenceTooLarge();
  }
  SL_ASSIGN_OR_RETURN(auto cases, view::CasesOf(asked.view, {weapon}, asked.cut.reader, zone_));
  for (view::ToldCase& one : cases[0]) *response.add_cases() = std::move(one.told);
  response.set_revision(static_cast<std::int64_t>(asked.cut.revision));
  return absl::OkStatus();
}

absl::Status StolenService::Count(const view::Viewer& viewer,
                                  const v1::CountLossCasesRequest& request,
                                  const view::Patience& patience,
                                  const std::function<absl::Status()>& should_stop,
                                  v1::CountLossCasesResponse& response) const {
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), CheckFilter(request.filter())));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  CaseCounts counts(locate_);
  const LossQuery query(request.filter(), locate_);
  CaseScan scan(cut, viewer, query, zone_, {});
  std::int64_t unresolved = 0;
  while (cut.revision > 0 && !scan.is_at_end()) {
    SL_RETURN_IF_ERROR(should_stop());
    SL_ASSIGN_OR_RETURN(const std::vector<ListedReport> listed, scan.Next(kReportsMax));
    for (const ListedReport& one : listed) {
      unresolved += one.is_unresolved;
      if (one.is_counted || one.is_unresolved) {
        const record::v1::Record& record = *one.report.record;
        counts.AddReport(one.report.source, record.event().loss().kind(),
                         view::PiecesOf(record.exhibits(one.report.place)), one.event_id);
      }
      if (!one.one.has_value()) continue;
      const v1::LossCase& told = one.one->told;
      const std::vector<v1::LaterUse>& uses = one.one->uses;
      if (uses.size() == static_cast<std::size_t>(told.uses_size())) {
        counts.AddCase(told);
        continue;
      }
      // All uses count, also those that an answer would not have.
      v1::LossCase whole = told;
      whole.clear_uses();
      for (const v1::LaterUse& use : uses) *whole.add_uses() = use;
      counts.AddCase(whole);
    }
  }
  for (v1::CountTable& table : counts.Tables()) *response.add_tables() = std::move(table);
  response.set_unresolved_reports(unresolved);
  return absl::OkStatus();
}

absl::Status StolenService::ListRepeats(const view::Viewer& viewer,
                                        const v1::ListRepeatLossesRequest& request,
                                        const view::Patience& patience,
                                        v1::ListRepeatLossesResponse& response) const {
  std::vector<rpc::BadField> bad;
  if (request.by() == v1::REPEAT_KEY_UNSPECIFIED) {
    bad.push_back({"by", type::v1::ERROR_REASON_FIELD_MISSING, "say by what: holder or premises"});
  } else if (!v1::RepeatKey_IsValid(request.by())) {
    bad.push_back(
        {"by", type::v1::ERROR_REASON_FIELD_INVALID, "this is no key that this service knows"});
  }
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  const std::string binding = absl::StrCat("ListRepeatLosses\n", viewer.agency, "\n", request.by(),
                                           "\n", request.view().SerializeAsString());
  std::string after;
  SL_RETURN_IF_ERROR(view::OpenIndexPage(*tokens_, request.page_token(), binding, wish, after));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  if (cut.revision == 0) return absl::OkStatus();
  const absl::Time start = now_();
  const absl::Time enough = start + std::min((patience.deadline - start) / 2, kPageTimeMax);
  SL_ASSIGN_OR_RETURN(RepeatPage page, FindRepeats(cut, viewer, request.by(), zone_, after,
                                                   PageSizeOf(request.page_size()),
                                                   [&] { return now_() >= enough; }));
  for (v1::RepeatLosses& group : page.groups) *response.add_groups() = std::move(group);
  if (!page.resume.has_value()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                      view::SealIndexPage(*tokens_, cut.revision, *page.resume, binding));
  return absl::OkStatus();
}

}  // namespace serieslink::stolen
