#include "services/border/border_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/border/consignment_query.h"
#include "services/border/core/route_counts.h"
#include "services/border/inland.h"
#include "services/firearm/core/life.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/view/asked_exhibit.h"
#include "services/view/border_terms.h"
#include "services/view/consignment_scan.h"
#include "services/view/extract.h"
#include "services/view/index_page.h"
#include "services/view/view_selector.h"
#include "services/view/weapon_supply.h"
#include "services/view/weapons_of_exhibits.h"
#include "storage/base/status_macros.h"

namespace serieslink::border {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1000;
constexpr int kSetPageSizeMax = 200;
// Bytes of a page. A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPageBytesMax = 2u << 20;
// How long a page is filled, at most half of what the call has left.
constexpr absl::Duration kPageTimeMax = absl::Seconds(1);
// Entries of the index read at once: few for a page, more the longer it looks.
constexpr std::size_t kEntriesMin = 16;
constexpr std::size_t kEntriesMax = 512;
// Items that a consignment alone tells, and each consignment of a set.
constexpr int kToldItemsMax = 1'000;
constexpr int kSetItemsMax = 10;

std::size_t PageSizeOf(int asked) {
  return static_cast<std::size_t>(asked == 0 ? kPageSizeDefault : asked);
}

// A consignment as a call names it.
graph::ParsedId ParseConsignmentId(const std::string& text, std::vector<rpc::BadField>& bad) {
  graph::ParsedId id = view::ParseAsked(text, "consignment_id", bad);
  if (bad.empty() && id.kind != graph::IdKind::kRecord && id.kind != graph::IdKind::kExhibit) {
    bad.push_back({"consignment_id", type::v1::ERROR_REASON_FIELD_INVALID,
                   "give the id of a record, RC-…, or of an item, EX-…"});
  }
  return id;
}

// The border seizure that `id` stands for.
// Errors: NOT_FOUND (none that the viewer may see), those of the store; DATA_LOSS.
absl::StatusOr<view::FoundConsignment> FindConsignment(view::Cut& cut, const view::Viewer& viewer,
                                                       const graph::ParsedId& id) {
  SL_ASSIGN_OR_RETURN(const auto targets, cut.reader.LookUpIds({id.id}));
  if (!targets[0].has_value()) return view::AskedNotFound();
  SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records({targets[0]->record}));
  if (!states[0].has_value()) return view::AskedNotFound();
  SL_ASSIGN_OR_RETURN(std::vector<view::FoundConsignment> found,
                      view::FindVersions(cut, viewer,
                                         {view::VersionOfRecord{
                                             targets[0]->record,
                                             view::StandingSequence(*states[0], cut.revision)}}));
  view::FoundConsignment& one = found[0];
  if (one.record == nullptr ||
      one.record->event().kind() != record::v1::EVENT_KIND_BORDER_SEIZURE) {
    return view::AskedNotFound();
  }
  if (id.kind == graph::IdKind::kExhibit) {
    const std::vector<view::FoundItem> items = view::ItemsOf(one);
    if (std::none_of(items.begin(), items.end(), [&](const view::FoundItem& item) {
          return graph::PublicId(item.public_id) == id.id;
        })) {
      return view::AskedNotFound();
    }
  }
  return std::move(one);
}

// With those of its items that `query` asks for.
CountedConsignment CountedOf(const view::FoundConsignment& one, const ConsignmentQuery& query,
                             view::TermCache& cache) {
  CountedConsignment counted;
  counted.details = one.record->event().consignment();
  counted.seized = view::IntervalOf(one.record->event().occurred());
  counted.port = view::CountedPort(counted.details.port_code());
  counted.origin = view::OriginOf(counted.details);
  for (const record::v1::Exhibit& exhibit : one.record->exhibits()) {
    ItemCounts items;
    if (view::IsPartOfGun(exhibit)) {
      items.parts = exhibit.has_quantity() ? exhibit.quantity() : 1;
    } else if (view::IsWholeGun(exhibit)) {
      items.guns = 1;
    } else {
      continue;
    }
    if (!query.MatchesItem(exhibit, cache)) continue;
    std::string make;
    if (!exhibit.firearm().make().empty()) make = cache.Make(exhibit.firearm().make());
    for (ItemCounts* const to : {&counted.items, &counted.by_make[make]}) {
      to->guns += items.guns;
      to->parts += items.parts;
    }
  }
  return counted;
}

bool IsAsked(const view::FoundSet& set, const google::protobuf::RepeatedField<int>& states) {
  return std::any_of(set.links.begin(), set.links.end(), [&](const view::FoundLink& link) {
    return states.empty() || std::find(states.begin(), states.end(), link.state) != states.end();
  });
}

// Whether `one` is the first consignment of `set` that satisfies `query`, as the index orders them.
bool IsFirst(const view::FoundConsignment& one, const view::FoundSet& set,
             const ConsignmentQuery& query, view::TermCache& cache) {
  const auto place = [](const view::FoundConsignment& of) {
    return std::pair(view::BorderDayPart(view::IntervalOf(of.record->event().occurred()).latest_s),
                     of.number);
  };
  return std::none_of(set.consignments.begin(), set.consignments.end(),
                      [&](const view::FoundConsignment& other) {
                        return other.number != one.number && place(other) < place(one) &&
                               query.Matches(*other.record, cache);
                      });
}

}  // namespace

BorderService::BorderService(const view::Source& source, const graph::IdKey* ids,
                             const rpc::PageTokenSealer* tokens, std::string trust_domain,
                             std::function<absl::Time()> now, absl::TimeZone zone,
                             view::TrustedAgencies trusted)
    : source_(source),
      ids_(ids),
      tokens_(tokens),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      zone_(zone),
      trusted_(std::move(trusted)) {
  AddUnary("/serieslink.border.v1.BorderService/ListConsignments", this,
           &BorderService::ListConsignments);
  AddUnary("/serieslink.border.v1.BorderService/GetConsignment", this,
           &BorderService::GetConsignment);
  AddUnary("/serieslink.border.v1.BorderService/ListPartSets", this, &BorderService::ListPartSets);
  AddUnary("/serieslink.border.v1.BorderService/GetPartSet", this, &BorderService::GetPartSet);
  AddUnary("/serieslink.border.v1.BorderService/GetWeaponSupply", this,
           &BorderService::GetWeaponSupply);
  AddUnary("/serieslink.border.v1.BorderService/CountConsignments", this,
           &BorderService::CountConsignments);
  AddUnary("/serieslink.border.v1.BorderService/ListPorts", this, &BorderService::ListPorts);
}

grpc::Status BorderService::ListConsignments(grpc::ServerContext* context,
                                             const v1::ListConsignmentsRequest* request,
                                             v1::ListConsignmentsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      List(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status BorderService::GetConsignment(grpc::ServerContext* context,
                                           const v1::GetConsignmentRequest* request,
                                           v1::GetConsignmentResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Get(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status BorderService::ListPartSets(grpc::ServerContext* context,
                                         const v1::ListPartSetsRequest* request,
                                         v1::ListPartSetsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(ListSets(view::Viewer{caller->agency}, *request,
                                    view::PatienceOf(*context, now_), *response));
}

grpc::Status BorderService::GetPartSet(grpc::ServerContext* context,
                                       const v1::GetPartSetRequest* request,
                                       v1::GetPartSetResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      GetSet(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status BorderService::GetWeaponSupply(grpc::ServerContext* context,
                                            const v1::GetWeaponSupplyRequest* request,
                                            v1::GetWeaponSupplyResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Supply(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status BorderService::CountConsignments(grpc::ServerContext* context,
                                              const v1::CountConsignmentsRequest* request,
                                              v1::CountConsignmentsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  const absl::Time deadline = absl::FromChrono(context->deadline());
  const auto should_stop = [&]() -> absl::Status {
    if (context->IsCancelled()) return absl::CancelledError("nobody waits for the answer");
    if (now_() < deadline) return absl::OkStatus();
    return rpc::MakeError(absl::StatusCode::kDeadlineExceeded,
                          type::v1::ERROR_REASON_DEADLINE_EXCEEDED,
                          "the records could not be read in time; ask for a shorter period, or "
                          "allow the call more time");
  };
  return rpc::ToGrpcStatus(Count(view::Viewer{caller->agency}, *request,
                                 view::PatienceOf(*context, now_), should_stop, *response));
}

grpc::Status BorderService::ListPorts(grpc::ServerContext* context,
                                      const v1::ListPortsRequest* request,
                                      v1::ListPortsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Ports(view::Viewer{caller->agency}, PortsInUse(), *request, *response));
}

absl::Status BorderService::List(const view::Viewer& viewer,
                                 const v1::ListConsignmentsRequest& request,
                                 const view::Patience& patience,
                                 v1::ListConsignmentsResponse& response) const {
  std::vector<rpc::BadField> bad = CheckFilter(request.filter());
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  const std::size_t page_size = PageSizeOf(request.page_size());
  // A token is good for its caller, and for the same filter and view.
  const std::string binding =
      absl::StrCat("ListConsignments\n", viewer.agency, "\n", request.filter().SerializeAsString(),
                   "\n", request.view().SerializeAsString());
  std::string after;
  SL_RETURN_IF_ERROR(view::OpenIndexPage(*tokens_, request.page_token(), binding, wish, after));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  // Before the first commit there was nothing.
  if (cut.revision == 0) return absl::OkStatus();

  const absl::Time start = now_();
  const absl::Time enough = start + std::min((patience.deadline - start) / 2, kPageTimeMax);
  const ConsignmentQuery query(request.filter());
  view::ConsignmentScan scan(cut, viewer, &query, view::RangeOfPart(query.part(), after));
  const auto end_at = [&](const std::string& key) -> absl::Status {
    SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                        view::SealIndexPage(*tokens_, cut.revision, key, binding));
    return absl::OkStatus();
  };
  std::string last = after;  // the key of what was told last
  std::size_t bytes = 0;
  std::size_t entries_max = std::clamp(page_size + 1, kEntriesMin, kEntriesMax);
  while (!scan.is_at_end()) {
    SL_ASSIGN_OR_RETURN(std::vector<view::ConsignmentScan::Found> found, scan.Next(entries_max));
    for (view::ConsignmentScan::Found& one : found) {
      v1::Consignment told = view::TellConsignment(one.consignment, view::kListedItemsMax);
      bytes += told.ByteSizeLong();
      // There is a next page only where there is something to put on it.
      const auto count = static_cast<std::size_t>(response.consignments_size());
      if (count == page_size || (count > 0 && bytes > kPageBytesMax)) return end_at(last);
      *response.add_consignments() = std::move(told);
      last = std::move(one.key);
    }
    entries_max = std::min(entries_max * 2, kEntriesMax);
    if (!scan.is_at_end() && now_() >= enough) return end_at(scan.looked_at());
  }
  return absl::OkStatus();
}

absl::Status BorderService::Get(const view::Viewer& viewer,
                                const v1::GetConsignmentRequest& request,
                                const view::Patience& patience,
                                v1::GetConsignmentResponse& response) const {
  std::vector<rpc::BadField> bad;
  const graph::ParsedId id = ParseConsignmentId(request.consignment_id(), bad);
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  SL_ASSIGN_OR_RETURN(const view::FoundConsignment one, FindConsignment(cut, viewer, id));
  v1::Consignment& told = *response.mutable_consignment();
  told = view::TellConsignment(one, kToldItemsMax);
  std::vector<view::SeenExhibit> seen;
  for (const view::FoundItem& item : view::ItemsOf(one)) {
    if (static_cast<int>(seen.size()) == told.items_size()) break;
    seen.push_back({item.number, item.public_id});
  }
  SL_ASSIGN_OR_RETURN(const auto weapons,
                      view::WeaponsOfExhibits(cut.reader, viewer, cut.revision, seen));
  for (std::size_t i = 0; i < weapons.size(); ++i) {
    v1::ConsignmentItem& item = *told.mutable_items(static_cast<int>(i));
    item.set_weapon_id(weapons[i].weapon_id);
    item.set_series_id(weapons[i].series_id);
  }
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  return absl::OkStatus();
}

absl::Status BorderService::ListSets(const view::Viewer& viewer,
                                     const v1::ListPartSetsRequest& request,
                                     const view::Patience& patience,
                                     v1::ListPartSetsResponse& response) const {
  std::vector<rpc::BadField> bad = CheckFilter(request.filter());
  for (const int state : request.states()) {
    if (state != 0 && v1::SetLinkState_IsValid(state)) continue;
    bad.push_back({"states", type::v1::ERROR_REASON_FIELD_INVALID,
                   "this is no state that this service knows"});
    break;
  }
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kSetPageSizeMax, bad);
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  const std::size_t page_size = PageSizeOf(request.page_size());
  std::string binding =
      absl::StrCat("ListPartSets\n", viewer.agency, "\n", request.filter().SerializeAsString(),
                   "\n", request.view().SerializeAsString());
  for (const int state : request.states()) absl::StrAppend(&binding, "\n", state);
  std::string after;
  SL_RETURN_IF_ERROR(view::OpenIndexPage(*tokens_, request.page_token(), binding, wish, after));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  if (cut.revision == 0) return absl::OkStatus();

  const absl::Time start = now_();
  const absl::Time enough = start + std::min((patience.deadline - start) / 2, kPageTimeMax);
  const ConsignmentQuery query(request.filter());
  view::ConsignmentScan scan(cut, viewer, &query, view::RangeOfPart(query.part(), after));
  view::SetFinder sets(cut, viewer, *ids_, trusted_, patience);
  view::TermCache cache;
  const auto end_at = [&](const std::string& key) -> absl::Status {
    SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                        view::SealIndexPage(*tokens_, cut.revision, key, binding));
    return absl::OkStatus();
  };
  std::size_t bytes = 0;
  while (!scan.is_at_end()) {
    SL_ASSIGN_OR_RETURN(std::vector<view::ConsignmentScan::Found> found, scan.Next(kEntriesMin));
    std::string looked_at;
    for (view::ConsignmentScan::Found& one : found) {
      SL_ASSIGN_OR_RETURN(const auto set, sets.Find(one.consignment));
      if (IsAsked(*set, request.states()) && IsFirst(one.consignment, *set, query, cache)) {
        v1::PartSet told = view::TellSet(*set, kSetItemsMax);
        bytes += told.ByteSizeLong();
        const auto count = static_cast<std::size_t>(response.sets_size());
        if (count == page_size || (count > 0 && bytes > kPageBytesMax)) {
          return end_at(looked_at.empty() ? after : looked_at);
        }
        *response.add_sets() = std::move(told);
      }
      looked_at = std::move(one.key);
      // A set can take long: the time is looked at after each.
      if (now_() >= enough) return end_at(looked_at);
    }
    after = scan.looked_at();
    if (!scan.is_at_end() && now_() >= enough) return end_at(after);
  }
  return absl::OkStatus();
}

absl::Status BorderService::GetSet(const view::Viewer& viewer, const v1::GetPartSetRequest& request,
                                   const view::Patience& patience,
                                   v1::GetPartSetResponse& response) const {
  std::vector<rpc::BadField> bad;
  const graph::ParsedId id = ParseConsignmentId(request.consignment_id(), bad);
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  SL_ASSIGN_OR_RETURN(const view::FoundConsignment one, FindConsignment(cut, viewer, id));
  view::SetFinder sets(cut, viewer, *ids_, trusted_, patience);
  SL_ASSIGN_OR_RETURN(const auto set, sets.Find(one));
  *response.mutable_set() = view::TellSet(*set, kSetItemsMax);
  SL_ASSIGN_OR_RETURN(auto appearances, FindAppearances(cut, viewer, *set));
  response.set_appearance_count(static_cast<int>(appearances.size()));
  for (v1::InlandAppearance& appearance : appearances) {
    if (response.appearances_size() == kAppearancesMax) break;
    *response.add_appearances() = std::move(appearance);
  }
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  return absl::OkStatus();
}

absl::Status BorderService::Supply(const view::Viewer& viewer,
                                   const v1::GetWeaponSupplyRequest& request,
                                   const view::Patience& patience,
                                   v1::GetWeaponSupplyResponse& response) const {
  SL_ASSIGN_OR_RETURN(view::AskedView asked,
                      view::ViewAsked(source_, viewer, {{request.weapon_id(), "weapon_id"}},
                                      request.view(), now_(), patience, {}));
  const std::uint32_t weapon = asked.view.resolution.weapon_of[asked.places[0]];
  if (asked.view.resolution.weapons[weapon].members.size() > firearm::kLifeExhibitsMax) {
    return view::EvidenceTooLarge();
  }
  const graph::PublicId name(
      asked.view.exhibit_facts[asked.view.resolution.NamingExhibit(weapon)].public_id);
  response.set_weapon_id(graph::FormatPublicId(graph::IdKind::kWeapon, name));
  if (asked.view.histories[weapon].is_series) {
    response.set_series_id(graph::FormatPublicId(graph::IdKind::kSeries, name));
  }
  SL_ASSIGN_OR_RETURN(*response.mutable_supply(),
                      view::ReadSupply(asked.view, weapon, asked.cut.reader));
  response.set_revision(static_cast<std::int64_t>(asked.cut.revision));
  return absl::OkStatus();
}

absl::Status BorderService::Count(const view::Viewer& viewer,
                                  const v1::CountConsignmentsRequest& request,
                                  const view::Patience& patience,
                                  const std::function<absl::Status()>& should_stop,
                                  v1::CountConsignmentsResponse& response) const {
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), CheckFilter(request.filter())));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  RouteCounts counts(zone_);
  const ConsignmentQuery query(request.filter());
  if (cut.revision > 0) {
    view::TermCache cache;
    view::ConsignmentScan scan(cut, viewer, &query, view::RangeOfPart(query.part(), {}));
    while (!scan.is_at_end()) {
      SL_RETURN_IF_ERROR(should_stop());
      SL_ASSIGN_OR_RETURN(const std::vector<view::ConsignmentScan::Found> found,
                          scan.Next(kEntriesMax));
      for (const view::ConsignmentScan::Found& one : found) {
        counts.AddConsignment(CountedOf(one.consignment, query, cache));
      }
    }
    if (query.may_ask_of_inland()) {
      SL_ASSIGN_OR_RETURN(const std::int64_t unresolved,
                          CountInland(cut, viewer, query, should_stop, counts));
      response.set_unresolved_exhibits(unresolved);
    }
  }
  for (v1::RouteTable& table : counts.Tables(query.may_ask_of_inland())) {
    *response.add_tables() = std::move(table);
  }
  return absl::OkStatus();
}

}  // namespace serieslink::border
