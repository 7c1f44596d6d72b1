#include "services/firearm/submission_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/firearm/unsubmitted.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/view/index_page.h"
#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"

namespace serieslink::firearm {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1000;
constexpr int kDaysMax = 36'500;
// How long a page is filled, at most half of what the call has left.
constexpr absl::Duration kPageTimeMax = absl::Seconds(1);

std::vector<rpc::BadField> CheckRequest(const v1::ListUnsubmittedRequest& request) {
  std::vector<rpc::BadField> bad;
  if (request.days() < 0 || request.days() > kDaysMax) {
    bad.push_back({"days", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("give 0 to ", kDaysMax, " days")});
  }
  for (int i = 0; i < request.kinds_size(); ++i) {
    if (IsForLaboratory(request.kinds(i))) continue;
    bad.push_back({absl::StrCat("kinds[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   "a laboratory looks at GUN, GUN_PART, CASE_GROUP and BULLET_GROUP"});
  }
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  return bad;
}

}  // namespace

SubmissionService::SubmissionService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                                     std::string trust_domain, std::function<absl::Time()> now,
                                     absl::TimeZone zone)
    : source_(source),
      tokens_(tokens),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      zone_(zone) {
  AddUnary("/serieslink.firearm.v1.SubmissionService/ListUnsubmitted", this,
           &SubmissionService::ListUnsubmitted);
}

grpc::Status SubmissionService::ListUnsubmitted(grpc::ServerContext* context,
                                                const v1::ListUnsubmittedRequest* request,
                                                v1::ListUnsubmittedResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      List(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

absl::Status SubmissionService::List(const view::Viewer& viewer,
                                     const v1::ListUnsubmittedRequest& request,
                                     const view::Patience& patience,
                                     v1::ListUnsubmittedResponse& response) const {
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), CheckRequest(request)));
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();
  std::string binding = absl::StrCat("ListUnsubmitted\n", viewer.agency, "\n", request.days(), "\n",
                                     request.view().SerializeAsString(), "\n", request.gone());
  UnsubmittedQuery query{.days = request.days(),
                         .kinds = {},
                         .gone = request.gone(),
                         .today = absl::ToCivilDay(now_(), zone_),
                         .zone = zone_};
  for (const int kind : request.kinds()) {
    query.kinds.push_back(static_cast<record::v1::ExhibitKind>(kind));
    absl::StrAppend(&binding, "\n", kind);
  }
  std::string after;
  SL_RETURN_IF_ERROR(view::OpenIndexPage(*tokens_, request.page_token(), binding, wish, after));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  // Before the first commit there was nothing.
  if (cut.revision == 0) return absl::OkStatus();
  const absl::Time start = now_();
  const absl::Time enough = start + std::min((patience.deadline - start) / 2, kPageTimeMax);
  SL_ASSIGN_OR_RETURN(UnsubmittedPage page, FindUnsubmitted(cut, viewer, query, after,
                                                            static_cast<std::size_t>(page_size),
                                                            [&] { return now_() >= enough; }));
  for (v1::UnsubmittedItem& item : page.items) *response.add_items() = std::move(item);
  response.set_gone_count(page.gone_count);
  if (!page.resume.has_value()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                      view::SealIndexPage(*tokens_, cut.revision, *page.resume, binding));
  return absl::OkStatus();
}

}  // namespace serieslink::firearm
