#include "services/series/series_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/series/series_answer.h"
#include "services/series/series_filter.h"
#include "services/view/component_evidence.h"
#include "services/view/revision_gate.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::series {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1000;
// Exhibits that one page looks at, so that a filter that nothing satisfies cannot keep a call for
// long; an early end of a page only means that there is another one.
constexpr std::size_t kExaminedMax = 20000;
constexpr std::size_t kExaminedAtOnce = 512;

absl::Status NotFound() {
  return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is nothing of this id that you may see; check the id");
}

absl::Time DeadlineOf(const grpc::ServerContext& context, absl::Time now) {
  return std::min(absl::FromChrono(context.deadline()), now + absl::Seconds(30));
}

absl::StatusOr<view::RevisionWish> WishOf(const v1::ViewSelector& selector,
                                          std::vector<rpc::BadField>& bad) {
  view::RevisionWish wish;
  if (selector.revision() < 0 || (selector.has_revision() && selector.revision() == 0)) {
    bad.push_back(
        {"view.revision", type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 1 or more"});
  }
  if (selector.min_revision() < 0) {
    bad.push_back(
        {"view.min_revision", type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  }
  if (selector.has_time() && !IsTime(selector.time())) {
    bad.push_back({"view.time", type::v1::ERROR_REASON_FIELD_INVALID,
                   "a time lies in the years 1 to 9999, with 0 to 999,999,999 nanoseconds"});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  wish.as_at = static_cast<graph::Revision>(selector.revision());
  wish.min_revision = static_cast<graph::Revision>(selector.min_revision());
  if (selector.has_time()) {
    wish.as_at_time = absl::FromUnixMicros(
        google::protobuf::util::TimeUtil::TimestampToMicroseconds(selector.time()));
  }
  return wish;
}

// What a page token holds: the revision that all pages answer for, and the last exhibit looked at.
std::string EncodePosition(graph::Revision revision, graph::ExhibitNumber after) {
  std::string content;
  base::AppendBe64(&content, revision);
  base::AppendBe64(&content, after);
  return content;
}

}  // namespace

SeriesService::SeriesService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                             std::string trust_domain, std::function<absl::Time()> now)
    : source_(source),
      tokens_(tokens),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)) {
  AddUnary("/serieslink.series.v1.SeriesService/GetSeries", this, &SeriesService::GetSeries);
  AddUnary("/serieslink.series.v1.SeriesService/ListSeries", this, &SeriesService::ListSeries);
}

grpc::Status SeriesService::GetSeries(grpc::ServerContext* context,
                                      const v1::GetSeriesRequest* request,
                                      v1::GetSeriesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Get(view::Viewer{caller->agency}, *request, DeadlineOf(*context, now_()), *response));
}

grpc::Status SeriesService::ListSeries(grpc::ServerContext* context,
                                       const v1::ListSeriesRequest* request,
                                       v1::ListSeriesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      List(view::Viewer{caller->agency}, *request, DeadlineOf(*context, now_()), *response));
}

absl::Status SeriesService::Get(const view::Viewer& viewer, const v1::GetSeriesRequest& request,
                                absl::Time deadline, v1::GetSeriesResponse& response) const {
  std::vector<rpc::BadField> bad;
  const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(request.series_id());
  if (!id.ok() || id->kind == graph::IdKind::kEvent || id->kind == graph::IdKind::kFinding) {
    bad.push_back({"series_id", type::v1::ERROR_REASON_NAME_MALFORMED,
                   "give an id SL-, WP-, EX- or RC- with its 13 characters; one of them may be "
                   "mistyped"});
  }
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish, WishOf(request.view(), bad));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, deadline));

  SL_ASSIGN_OR_RETURN(const auto targets, cut.reader.LookUpIds({id->id}));
  const std::optional<graph::IdTarget>& target = targets[0];
  if (!target.has_value()) return NotFound();
  std::uint32_t ordinal = target->ordinal.value_or(0);
  if (id->kind == graph::IdKind::kRecord) {
    // A record's id means its exhibit, where it has one now.
    SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records({target->record}));
    for (int i = 0; states[0].has_value() && i < states[0]->exhibits_size(); ++i) {
      if (states[0]->exhibits(i).has_facts()) ordinal = static_cast<std::uint32_t>(i);
    }
  }
  const graph::ExhibitNumber asked = graph::MakeExhibitNumber(target->record, ordinal);
  SL_ASSIGN_OR_RETURN(const auto evidence, view::ComponentEvidence::Load(cut.reader, asked));
  const view::ResolvedView view = evidence->At(viewer, cut.revision);
  const std::optional<std::uint32_t> exhibit = view.Find(asked);
  if (id->kind == graph::IdKind::kRecord && exhibit.has_value() &&
      view.exhibits[*exhibit].version->exhibits_size() > 1) {
    return rpc::MakeBadRequest(
        {{"series_id", type::v1::ERROR_REASON_FIELD_INVALID,
          "this record has several exhibits; give the id of one of them (EX-)"}});
  }
  if (!exhibit.has_value()) return NotFound();
  const std::uint32_t weapon = view.resolution.weapon_of[*exhibit];
  const graph::LogReader log(&cut.reader.snapshot());
  v1::Series& series = *response.mutable_series();
  series = OutlineOf(view, weapon);
  SL_RETURN_IF_ERROR(AddFindings(*evidence, viewer, view, weapon, log, series));
  const graph::ExhibitNumber root =
      view.exhibits[view.resolution.weapons[weapon].members.front()].number;
  SL_RETURN_IF_ERROR(AddHistory(*evidence, viewer, cut.revision, root, log, series));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  return absl::OkStatus();
}

absl::Status SeriesService::List(const view::Viewer& viewer, const v1::ListSeriesRequest& request,
                                 absl::Time deadline, v1::ListSeriesResponse& response) const {
  std::vector<rpc::BadField> bad = CheckFilter(request.filter());
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    bad.push_back({"page_size", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("0 (", kPageSizeDefault, ") to ", kPageSizeMax)});
  }
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish, WishOf(request.view(), bad));
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();

  // A token is good for its caller, and for the same filter and view.
  const std::string binding =
      absl::StrCat("ListSeries\n", viewer.agency, "\n", request.filter().SerializeAsString(), "\n",
                   request.view().SerializeAsString());
  graph::ExhibitNumber after = 0;
  if (!request.page_token().empty()) {
    SL_ASSIGN_OR_RETURN(const std::string content, tokens_->Open(request.page_token(), binding));
    base::KeyReader position(content);
    SL_ASSIGN_OR_RETURN(wish.as_at, position.ReadBe64());
    SL_ASSIGN_OR_RETURN(after, position.ReadBe64());
    wish.as_at_time.reset();
  }
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, deadline));
  response.set_revision(static_cast<std::int64_t>(cut.revision));

  // Before the first commit there was nothing.
  if (cut.revision == 0) return absl::OkStatus();

  // A series is met at the exhibit that it is named after, so every one is met once, in the order
  // in which those arrived; exhibits never leave their place, so pages are stable.
  struct Resolved {
    std::unique_ptr<view::ComponentEvidence> evidence;
    view::ResolvedView view;
  };
  absl::flat_hash_map<std::uint64_t, Resolved> components;
  for (std::size_t examined = 0; examined < kExaminedMax;) {
    SL_ASSIGN_OR_RETURN(const auto nodes, cut.reader.ScanComponents(graph::NodeType::kExhibit,
                                                                    after, kExaminedAtOnce));
    if (nodes.empty()) return absl::OkStatus();
    for (const auto& [exhibit, component] : nodes) {
      after = exhibit;
      ++examined;
      auto found = components.find(component);
      if (found == components.end()) {
        Resolved resolved;
        SL_ASSIGN_OR_RETURN(resolved.evidence, view::ComponentEvidence::Load(cut.reader, exhibit));
        resolved.view = resolved.evidence->At(viewer, cut.revision);
        found = components.emplace(component, std::move(resolved)).first;
      }
      const view::ResolvedView& view = found->second.view;
      const std::optional<std::uint32_t> at = view.Find(exhibit);
      if (!at.has_value()) continue;
      const std::uint32_t weapon = view.resolution.weapon_of[*at];
      if (view.resolution.weapons[weapon].members.front() != *at ||
          !view.histories[weapon].is_series) {
        continue;
      }
      v1::Series outline = OutlineOf(view, weapon);
      if (!Satisfies(outline, request.filter())) continue;
      *response.add_series() = std::move(outline);
      if (response.series_size() == page_size) break;
    }
    if (response.series_size() == page_size) break;
    if (now_() >= deadline) break;
  }
  SL_ASSIGN_OR_RETURN(const auto rest,
                      cut.reader.ScanComponents(graph::NodeType::kExhibit, after, 1));
  if (rest.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                      tokens_->Seal(EncodePosition(cut.revision, after), binding));
  return absl::OkStatus();
}

}  // namespace serieslink::series
