#include "services/firearm/firearm_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/firearm/firearm_search.h"
#include "services/firearm/life_story.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/view/asked_exhibit.h"
#include "services/view/firearm_query.h"
#include "services/view/index_page.h"
#include "services/view/view_selector.h"
#include "services/view/weapons_of_exhibits.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1000;
// Bytes of exhibits on a page. A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPageBytesMax = 2u << 20;
// How long a page is filled, at most half of what the call has left. It ends by time and by nothing
// else that hidden records have a part in: how many of them were passed over stays as vague as how
// long that took.
constexpr absl::Duration kPageTimeMax = absl::Seconds(1);

v1::FoundExhibit ExhibitOf(const FoundFirearm& found, const view::WeaponNames& weapon) {
  v1::FoundExhibit out;
  out.set_exhibit_id(
      graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(found.public_id)));
  out.set_record_id(
      graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(found.record_public_id)));
  out.set_weapon_id(weapon.weapon_id);
  out.set_series_id(weapon.series_id);
  out.set_agency(found.agency);
  const record::v1::Exhibit& exhibit = found.record->exhibits(found.place);
  const record::v1::Firearm& firearm = exhibit.firearm();
  out.set_kind(exhibit.kind());
  *out.mutable_serials() = firearm.serials();
  out.set_make(firearm.make());
  out.set_model(firearm.model());
  out.set_calibre(firearm.calibre().empty() ? exhibit.ammunition().calibre() : firearm.calibre());
  for (int type = 1; type < 32; ++type) {
    if ((found.terms.types >> type & 1) != 0) {
      out.add_types(static_cast<record::v1::FirearmType>(type));
    }
  }
  if (!found.record->has_event()) return out;
  const record::v1::Event& event = found.record->event();
  out.set_event_kind(event.kind());
  if (event.has_occurred()) *out.mutable_occurred() = event.occurred();
  out.set_borough_code(event.place().borough_code());
  out.set_ward_code(event.place().ward_code());
  out.set_police_force(event.place().police_force());
  return out;
}

}  // namespace

FirearmService::FirearmService(const view::Source& source, const graph::IdKey* ids,
                               const rpc::PageTokenSealer* tokens, std::string trust_domain,
                               std::function<absl::Time()> now, const view::EvidenceBounds& bounds)
    : source_(source),
      ids_(ids),
      tokens_(tokens),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      bounds_(bounds) {
  AddUnary("/serieslink.firearm.v1.FirearmService/SearchFirearms", this,
           &FirearmService::SearchFirearms);
  AddUnary("/serieslink.firearm.v1.FirearmService/TraceFirearm", this,
           &FirearmService::TraceFirearm);
}

grpc::Status FirearmService::SearchFirearms(grpc::ServerContext* context,
                                            const v1::SearchFirearmsRequest* request,
                                            v1::SearchFirearmsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(SearchFor(view::Viewer{caller->agency}, *request,
                                     view::PatienceOf(*context, now_), *response));
}

grpc::Status FirearmService::TraceFirearm(grpc::ServerContext* context,
                                          const v1::TraceFirearmRequest* request,
                                          v1::TraceFirearmResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Trace(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

absl::Status FirearmService::Trace(const view::Viewer& viewer,
                                   const v1::TraceFirearmRequest& request,
                                   const view::Patience& patience,
                                   v1::TraceFirearmResponse& response) const {
  SL_ASSIGN_OR_RETURN(view::AskedView asked,
                      view::ViewAsked(source_, viewer, {{request.firearm_id(), "firearm_id"}},
                                      request.view(), now_(), patience, bounds_));
  const std::uint32_t weapon = asked.view.resolution.weapon_of[asked.places[0]];
  SL_ASSIGN_OR_RETURN(*response.mutable_story(),
                      TellLife(asked.view, weapon, viewer, asked.cut.reader, *ids_));
  response.set_revision(static_cast<std::int64_t>(asked.cut.revision));
  return absl::OkStatus();
}

absl::Status FirearmService::SearchFor(const view::Viewer& viewer,
                                       const v1::SearchFirearmsRequest& request,
                                       const view::Patience& patience,
                                       v1::SearchFirearmsResponse& response) const {
  std::vector<rpc::BadField> bad = view::CheckFirearmFilter(request.filter());
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();

  // A token is good for its caller, and for the same filter and view.
  const std::string binding =
      absl::StrCat("SearchFirearms\n", viewer.agency, "\n", request.filter().SerializeAsString(),
                   "\n", request.view().SerializeAsString());
  std::string after;
  SL_RETURN_IF_ERROR(view::OpenIndexPage(*tokens_, request.page_token(), binding, wish, after));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  // Before the first commit there was nothing.
  if (cut.revision == 0) return absl::OkStatus();

  const absl::Time start = now_();
  const absl::Time enough = start + std::min((patience.deadline - start) / 2, kPageTimeMax);
  const view::FirearmQuery query(request.filter());
  if (query.after_revision() > graph::LogReader(&cut.reader.snapshot()).latest()) {
    return rpc::MakeBadRequest({{"filter.after_revision", type::v1::ERROR_REASON_REVISION_UNKNOWN,
                                 "it lies after the end of the log: the store may have been put "
                                 "back to an earlier state"}});
  }
  SL_ASSIGN_OR_RETURN(SearchPage page,
                      Search(cut, viewer, query, after, static_cast<std::size_t>(page_size),
                             [&] { return now_() >= enough; }));
  std::vector<view::SeenExhibit> exhibits;
  for (const FoundFirearm& found : page.found) {
    exhibits.push_back({found.number, found.public_id});
  }
  SL_ASSIGN_OR_RETURN(const auto weapons,
                      view::WeaponsOfExhibits(cut.reader, viewer, cut.revision, exhibits));
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < page.found.size(); ++i) {
    v1::FoundExhibit exhibit = ExhibitOf(page.found[i], weapons[i]);
    bytes += exhibit.ByteSizeLong();
    if (i > 0 && bytes > kPageBytesMax) {
      page.resume = page.found[i - 1].key;
      break;
    }
    *response.add_exhibits() = std::move(exhibit);
  }
  if (!page.resume.has_value()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                      view::SealIndexPage(*tokens_, cut.revision, *page.resume, binding));
  return absl::OkStatus();
}

}  // namespace serieslink::firearm
