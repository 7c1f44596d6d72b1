#include "services/network/network_service.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/network/surroundings.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::network {
namespace {

constexpr int kHopsDefault = 2;
constexpr int kHopsMax = 8;
constexpr int kNodesDefault = 500;
constexpr int kNodesMax = 5'000;
constexpr int kPathNodesDefault = 5'000;
constexpr int kPathNodesMax = 20'000;
// Exhibits that a list of weapons looks at, and weapons that it holds.
constexpr std::size_t kCoOccurringExhibitsMax = 20'000;
constexpr std::size_t kCoOccurringWeaponsMax = 1'000;
// An answer takes at most this part of what the call has left: the rest is for sending it.
constexpr double kPartOfDeadline = 0.8;
// Evidence around one node. A network is of many; one giant weapon may not fill it.
constexpr view::EvidenceBounds kBounds{
    .exhibits_max = 10'000, .statements_max = 50'000, .versions_max = 40'000};

absl::Status NotFound() {
  return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is nothing of this id that you may see; check the id");
}

graph::ParsedId ParseId(const std::string& text, const char* field, bool of_weapon,
                        std::vector<rpc::BadField>& bad) {
  const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(text);
  const bool is_of_weapon =
      id.ok() && (id->kind == graph::IdKind::kExhibit || id->kind == graph::IdKind::kWeapon ||
                  id->kind == graph::IdKind::kSeries);
  if (id.ok() && id->kind != graph::IdKind::kFinding && (is_of_weapon || !of_weapon)) return *id;
  bad.push_back(
      {field, type::v1::ERROR_REASON_NAME_MALFORMED,
       absl::StrCat("give an id ", of_weapon ? "SL-, WP- or EX-" : "RC-, EX-, EV-, WP- or SL-",
                    " with its 13 characters; one of them may be mistyped")});
  return graph::ParsedId{};
}

// `value`, or `otherwise` for 0.
int InRange(int value, int max, int otherwise, const char* field, std::vector<rpc::BadField>& bad) {
  if (value < 0 || value > max) {
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("0 (", otherwise, ") to ", max)});
  }
  return value == 0 ? otherwise : value;
}

StepFilter FilterOf(const v1::NetworkFilter& filter, std::vector<rpc::BadField>& bad) {
  StepFilter out;
  for (int i = 0; i < filter.node_kinds_size(); ++i) {
    const int kind = filter.node_kinds(i);
    out.node_kinds.insert(kind);
    if (kind != v1::NODE_KIND_UNSPECIFIED && v1::NodeKind_IsValid(kind)) continue;
    bad.push_back({absl::StrCat("filter.node_kinds[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   "give RECORD, EXHIBIT, EVENT or WEAPON"});
  }
  for (int i = 0; i < filter.verdicts_size(); ++i) {
    const int verdict = filter.verdicts(i);
    out.verdicts.insert(verdict);
    if (verdict != record::v1::VERDICT_UNSPECIFIED && record::v1::Verdict_IsValid(verdict)) {
      continue;
    }
    bad.push_back({absl::StrCat("filter.verdicts[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   "give CONFIRMED, LEAD, INCONCLUSIVE, ELIMINATED or WITHDRAWN"});
  }
  if (out.node_kinds.empty()) {
    out.node_kinds = {v1::NODE_KIND_RECORD, v1::NODE_KIND_EXHIBIT, v1::NODE_KIND_EVENT,
                      v1::NODE_KIND_WEAPON};
  }
  if (out.verdicts.empty()) {
    out.verdicts = {record::v1::VERDICT_CONFIRMED, record::v1::VERDICT_LEAD};
  }
  view::CheckPeriod(filter.has_occurred_from() ? &filter.occurred_from() : nullptr,
                    filter.has_occurred_before() ? &filter.occurred_before() : nullptr, "filter",
                    bad);
  if (filter.has_occurred_from()) out.period.earliest_s = filter.occurred_from().seconds();
  // The last whole second before it.
  if (filter.has_occurred_before()) {
    out.period.latest_s =
        filter.occurred_before().seconds() - (filter.occurred_before().nanos() > 0 ? 0 : 1);
  }
  return out;
}

}  // namespace

NetworkService::NetworkService(const view::Source& source, std::string trust_domain,
                               std::function<absl::Time()> now)
    : source_(source), trust_domain_(std::move(trust_domain)), now_(std::move(now)) {
  AddAnswerStream("/serieslink.network.v1.NetworkService/Expand", this, &NetworkService::Expand);
  AddUnary("/serieslink.network.v1.NetworkService/FindPath", this, &NetworkService::FindPath);
  AddUnary("/serieslink.network.v1.NetworkService/ListCoOccurringWeapons", this,
           &NetworkService::ListCoOccurringWeapons);
}

WalkBounds NetworkService::BoundsWithin(const view::Patience& patience,
                                        std::size_t nodes_max) const {
  const absl::Time start = now_();
  const absl::Time enough = start + (patience.deadline - start) * kPartOfDeadline;
  return {nodes_max, [this, enough, &patience] {
            return now_() >= enough || (patience.is_given_up && patience.is_given_up());
          }};
}

absl::Status NetworkService::Expand(grpc::ServerContext* context, const v1::ExpandRequest& request,
                                    rpc::Stream* stream) {
  SL_ASSIGN_OR_RETURN(const rpc::Identity caller, rpc::IdentityOf(*context, trust_domain_));
  return ExpandFor(view::Viewer{caller.agency}, request, view::PatienceOf(*context, now_),
                   [stream](const v1::ExpandResponse& message) {
                     return stream->Write(message)
                                ? absl::OkStatus()
                                : absl::CancelledError("the client takes no more of the answer");
                   });
}

grpc::Status NetworkService::FindPath(grpc::ServerContext* context,
                                      const v1::FindPathRequest* request,
                                      v1::FindPathResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      PathFor(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status NetworkService::ListCoOccurringWeapons(
    grpc::ServerContext* context, const v1::ListCoOccurringWeaponsRequest* request,
    v1::ListCoOccurringWeaponsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(CoOccurringFor(view::Viewer{caller->agency}, *request,
                                          view::PatienceOf(*context, now_), *response));
}

absl::Status NetworkService::ExpandFor(const view::Viewer& viewer, const v1::ExpandRequest& request,
                                       const view::Patience& patience, const Emit& emit) const {
  std::vector<rpc::BadField> bad;
  const graph::ParsedId id = ParseId(request.node_id(), "node_id", false, bad);
  const int hops = InRange(request.hops(), kHopsMax, kHopsDefault, "hops", bad);
  const int nodes_max = InRange(request.nodes_max(), kNodesMax, kNodesDefault, "nodes_max", bad);
  const StepFilter filter = FilterOf(request.filter(), bad);
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));

  Surroundings surroundings(&cut.reader, viewer, cut.revision, kBounds);
  SL_ASSIGN_OR_RETURN(const auto start, surroundings.Find(id));
  if (!start.has_value()) return NotFound();
  const auto emit_with_revision = [&](v1::ExpandResponse message) {
    message.set_revision(static_cast<std::int64_t>(cut.revision));
    return emit(std::move(message));
  };
  SL_ASSIGN_OR_RETURN(
      const v1::Completion completion,
      ExpandFrom(surroundings, *start, hops, filter,
                 BoundsWithin(patience, static_cast<std::size_t>(nodes_max)), emit_with_revision));
  v1::ExpandResponse last;
  last.set_completion(completion);
  return emit_with_revision(std::move(last));
}

absl::Status NetworkService::PathFor(const view::Viewer& viewer, const v1::FindPathRequest& request,
                                     const view::Patience& patience,
                                     v1::FindPathResponse& response) const {
  std::vector<rpc::BadField> bad;
  const graph::ParsedId from_id = ParseId(request.from_id(), "from_id", false, bad);
  const graph::ParsedId to_id = ParseId(request.to_id(), "to_id", false, bad);
  const int nodes_max =
      InRange(request.nodes_max(), kPathNodesMax, kPathNodesDefault, "nodes_max", bad);
  const StepFilter filter = FilterOf(request.filter(), bad);
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));

  Surroundings surroundings(&cut.reader, viewer, cut.revision, kBounds);
  SL_ASSIGN_OR_RETURN(const auto from, surroundings.Find(from_id));
  SL_ASSIGN_OR_RETURN(const auto to, surroundings.Find(to_id));
  if (!from.has_value() || !to.has_value()) return NotFound();
  SL_ASSIGN_OR_RETURN(response,
                      PathBetween(surroundings, *from, *to, filter,
                                  BoundsWithin(patience, static_cast<std::size_t>(nodes_max))));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  return absl::OkStatus();
}

absl::Status NetworkService::CoOccurringFor(const view::Viewer& viewer,
                                            const v1::ListCoOccurringWeaponsRequest& request,
                                            const view::Patience& patience,
                                            v1::ListCoOccurringWeaponsResponse& response) const {
  std::vector<rpc::BadField> bad;
  graph::ParsedId id = ParseId(request.weapon_id(), "weapon_id", true, bad);
  const StepFilter filter = FilterOf(request.filter(), bad);
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));

  Surroundings surroundings(&cut.reader, viewer, cut.revision, kBounds);
  // Any exhibit leads to its weapon.
  id.kind = graph::IdKind::kWeapon;
  SL_ASSIGN_OR_RETURN(const auto weapon, surroundings.Find(id));
  if (!weapon.has_value()) return NotFound();
  SL_ASSIGN_OR_RETURN(response,
                      CoOccurringWith(surroundings, *weapon, filter, kCoOccurringWeaponsMax,
                                      BoundsWithin(patience, kCoOccurringExhibitsMax)));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  return absl::OkStatus();
}

}  // namespace serieslink::network
