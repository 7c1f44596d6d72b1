#include "services/summary/summary_service.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/external.h"
#include "services/summary/core/leads.h"
#include "services/summary/core/tally.h"
#include "services/summary/event_scan.h"
#include "services/summary/summary_request.h"
#include "services/summary/weapon_scan.h"
#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"

namespace serieslink::summary {
namespace {

// A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kAnswerBytesMax = std::size_t{7} << 19;
// A row takes 64 bytes or more in an answer (of a stock, in two periods with short labels): more
// rows need not be written to see that they do not fit.
constexpr std::size_t kRowsMax = kAnswerBytesMax / 64;

absl::Status TooManyRows() {
  return rpc::MakeBadRequest(
      {{"dimensions", type::v1::ERROR_REASON_FIELD_INVALID,
        "these dimensions make more rows than one answer holds; ask for one at a time"}});
}

}  // namespace

SummaryService::SummaryService(const view::Source& source, std::string trust_domain,
                               std::function<absl::Time()> now, absl::TimeZone zone,
                               std::shared_ptr<const Boundaries> boundaries, FigureKeeper* keeper)
    : source_(source),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      zone_(zone),
      boundaries_(std::move(boundaries)),
      keeper_(keeper) {
  AddUnary("/serieslink.summary.v1.SummaryService/GetSummary", this, &SummaryService::GetSummary);
  AddUnary("/serieslink.summary.v1.SummaryService/ListMeasures", this,
           &SummaryService::ListMeasures);
  AddUnary("/serieslink.summary.v1.SummaryService/GetMap", this, &SummaryService::GetMap);
}

grpc::Status SummaryService::GetSummary(grpc::ServerContext* context,
                                        const v1::GetSummaryRequest* request,
                                        v1::GetSummaryResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(SummariseFor(view::Viewer{caller->agency}, *request,
                                        view::PatienceOf(*context, now_), StopOf(*context, now_),
                                        *response));
}

grpc::Status SummaryService::ListMeasures(grpc::ServerContext* context,
                                          const v1::ListMeasuresRequest* /*request*/,
                                          v1::ListMeasuresResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  AddDefinitions(*response->mutable_measures());
  return grpc::Status::OK;
}

grpc::Status SummaryService::GetMap(grpc::ServerContext* context, const v1::GetMapRequest* request,
                                    v1::GetMapResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  if (!type::v1::AreaKind_IsValid(request->kind()) ||
      request->kind() == type::v1::AREA_KIND_UNSPECIFIED) {
    return rpc::ToGrpcStatus(rpc::MakeBadRequest(
        {{"kind", type::v1::ERROR_REASON_FIELD_INVALID, "this is no kind of areas"}}));
  }
  const BoundarySet* const found = boundaries_->Find(request->kind(), request->boundary_year());
  if (found == nullptr) {
    return rpc::ToGrpcStatus(rpc::MakeError(absl::StatusCode::kNotFound,
                                            type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                                            "no such boundaries are loaded"));
  }
  *response = found->Map();
  return grpc::Status::OK;
}

absl::Status SummaryService::SummariseFor(const view::Viewer& viewer,
                                          const v1::GetSummaryRequest& request,
                                          const view::Patience& patience,
                                          const std::function<absl::Status()>& should_stop,
                                          v1::GetSummaryResponse& response) const {
  std::vector<rpc::BadField> bad;
  CheckPeriod(request.has_period() ? &request.period() : nullptr, bad);
  const std::vector<v1::Dimension> dimensions = DimensionsOf(request.dimensions(), bad);
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  const std::vector<Window> windows = WindowsOf(request.period(), zone_);
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));

  Tally tally(windows, dimensions);
  ExternalTally external(windows, zone_);
  LeadTally leads(windows);
  graph::Revision revision = cut.revision;
  const bool is_latest = wish.as_at == 0 && !wish.as_at_time.has_value();
  std::optional<FigureKeeper::Known> kept;
  if (keeper_ != nullptr && is_latest && revision > 0) {
    kept = keeper_->Fill(viewer, windows, wish.min_revision, tally, leads, external);
  }
  if (kept.has_value()) {
    revision = kept->revision;
    *response.mutable_known_at() = kept->at;
  } else if (revision > 0) {  // before the first commit there was nothing
    WeaponScan weapons(cut, viewer, boundaries_->areas(), tally, &leads);
    EventScan events(cut, viewer, windows, boundaries_->areas(), tally, &external);
    SL_RETURN_IF_ERROR(ScanAll(events, should_stop));
    SL_RETURN_IF_ERROR(ScanAll(weapons, should_stop));
    SL_ASSIGN_OR_RETURN(*response.mutable_known_at(), KnownAt(cut, revision));
    response.set_unresolved_exhibits(weapons.unresolved_exhibits());
  }
  if (tally.rows() > kRowsMax) return TooManyRows();
  tally.Fill(response);
  leads.Fill(response);
  external.Fill(response);
  boundaries_->Describe(response);
  AddDefinitions(*response.mutable_definitions());
  response.set_revision(static_cast<std::int64_t>(revision));
  for (const v1::Dimension dimension : dimensions) {
    if (std::string note = NoteOf(dimension); !note.empty()) response.add_notes(std::move(note));
  }
  if (response.ByteSizeLong() > kAnswerBytesMax) return TooManyRows();
  return absl::OkStatus();
}

}  // namespace serieslink::summary
