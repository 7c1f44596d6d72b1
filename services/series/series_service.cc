#include "services/series/series_service.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/arena.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/series/answer_mark.h"
#include "services/series/evidence_ahead.h"
#include "services/series/explanation.h"
#include "services/series/series_answer.h"
#include "services/series/series_explanation.h"
#include "services/series/series_filter.h"
#include "services/view/asked_exhibit.h"
#include "services/view/component_evidence.h"
#include "services/view/index_page.h"
#include "services/view/revision_gate.h"
#include "services/view/shared_view.h"
#include "services/view/view_selector.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::series {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1000;
// Exhibits that the caller may see and one page looks at, so that a filter that nothing satisfies
// cannot keep a call for long; an early end of a page only means that there is another one.
constexpr std::size_t kExaminedMax = 20000;
constexpr std::size_t kExaminedAtOnce = 512;
// Exhibits of which the evidence is read at once: few of them where the page is nearly full, since
// what does not go on it is read in vain.
constexpr std::size_t kAheadMin = 8;
constexpr std::size_t kAheadMax = 32;
// Bytes of series on a page. A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPageBytesMax = 2u << 20;

// What a page token holds: the revision that all pages answer for, and the last exhibit looked at.
std::string EncodePosition(graph::Revision revision, graph::ExhibitNumber after) {
  std::string content;
  base::AppendBe64(&content, revision);
  base::AppendBe64(&content, after);
  return content;
}

}  // namespace

SeriesService::SeriesService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                             std::string trust_domain, std::function<absl::Time()> now,
                             const view::EvidenceBounds& bounds)
    : source_(source),
      tokens_(tokens),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      bounds_(bounds) {
  AddUnary("/serieslink.series.v1.SeriesService/GetSeries", this, &SeriesService::GetSeries);
  AddUnary("/serieslink.series.v1.SeriesService/ListSeries", this, &SeriesService::ListSeries);
  AddUnary("/serieslink.series.v1.SeriesService/ExplainLink", this, &SeriesService::ExplainLink);
  AddUnary("/serieslink.series.v1.SeriesService/ExplainSeries", this,
           &SeriesService::ExplainSeries);
}

grpc::Status SeriesService::GetSeries(grpc::ServerContext* context,
                                      const v1::GetSeriesRequest* request,
                                      v1::GetSeriesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Get(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status SeriesService::ExplainLink(grpc::ServerContext* context,
                                        const v1::ExplainLinkRequest* request,
                                        v1::ExplainLinkResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Explain(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status SeriesService::ExplainSeries(grpc::ServerContext* context,
                                          const v1::ExplainSeriesRequest* request,
                                          v1::ExplainSeriesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      Explain(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status SeriesService::ListSeries(grpc::ServerContext* context,
                                       const v1::ListSeriesRequest* request,
                                       v1::ListSeriesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(
      List(view::Viewer{caller->agency}, *request, view::PatienceOf(*context, now_), *response));
}

absl::Status SeriesService::Get(const view::Viewer& viewer, const v1::GetSeriesRequest& request,
                                const view::Patience& patience,
                                v1::GetSeriesResponse& response) const {
  std::vector<rpc::BadField> bad;
  view::CheckPartner(request.partner(), bad);
  SL_ASSIGN_OR_RETURN(const view::AskedView asked,
                      view::ViewAsked(source_, view::ShownTo(viewer, request.partner()),
                                      {{request.series_id(), "series_id"}}, request.view(), now_(),
                                      patience, bounds_, std::move(bad)));
  const view::ResolvedView& view = asked.view;
  const graph::GraphReader& reader = asked.cut.reader;
  const std::uint32_t weapon = view.resolution.weapon_of[asked.places[0]];
  const graph::LogReader log = reader.Log();
  v1::Series& series = *response.mutable_series();
  SL_ASSIGN_OR_RETURN(series,
                      OutlineOf(view, weapon, view.Flags()[weapon], reader, AnswerBounds()));
  const stored::v1::DeriverPosition& position = asked.cut.position;
  CommitTimes times(log);
  // The revisions at which it changed are nearly always those of its findings too.
  const graph::ExhibitNumber root = view.exhibits[view.resolution.NamingExhibit(weapon)].number;
  SL_RETURN_IF_ERROR(AddHistory(*asked.evidence, view, root, times, position, series));
  SL_RETURN_IF_ERROR(
      AddFindings(*asked.evidence, view, weapon, times, position, AnswerBounds(), series));
  response.set_revision(static_cast<std::int64_t>(view.revision));
  return absl::OkStatus();
}

absl::Status SeriesService::Explain(const view::Viewer& viewer,
                                    const v1::ExplainLinkRequest& request,
                                    const view::Patience& patience,
                                    v1::ExplainLinkResponse& response) const {
  SL_ASSIGN_OR_RETURN(
      const view::AskedView asked,
      view::ViewAsked(source_, viewer,
                      {{request.first_id(), "first_id"}, {request.second_id(), "second_id"}},
                      request.view(), now_(), patience, bounds_));
  SL_ASSIGN_OR_RETURN(ExplainedLink explained,
                      series::Explain(*asked.evidence, asked.view, asked.places[0], asked.places[1],
                                      asked.cut.reader));
  *response.mutable_explanation() = std::move(explained.explanation);
  SL_ASSIGN_OR_RETURN(std::vector<v1::Exhibit> exhibits,
                      ExhibitsAt(asked.view, explained.places, asked.cut.reader));
  for (v1::Exhibit& exhibit : exhibits) *response.add_exhibits() = std::move(exhibit);
  response.set_revision(static_cast<std::int64_t>(asked.cut.revision));
  const graph::LogReader log = asked.cut.reader.Log();
  CommitTimes times(log);
  SL_RETURN_IF_ERROR(times.Read({asked.cut.revision}));
  SetMark(times.Of(asked.cut.revision), viewer.agency, response);
  return absl::OkStatus();
}

absl::Status SeriesService::Explain(const view::Viewer& viewer,
                                    const v1::ExplainSeriesRequest& request,
                                    const view::Patience& patience,
                                    v1::ExplainSeriesResponse& response) const {
  std::vector<rpc::BadField> bad;
  view::CheckPartner(request.partner(), bad);
  SL_ASSIGN_OR_RETURN(const view::AskedView asked,
                      view::ViewAsked(source_, view::ShownTo(viewer, request.partner()),
                                      {{request.series_id(), "series_id"}}, request.view(), now_(),
                                      patience, bounds_, std::move(bad)));
  const view::ResolvedView& view = asked.view;
  const std::uint32_t weapon = view.resolution.weapon_of[asked.places[0]];
  SL_ASSIGN_OR_RETURN(*response.mutable_series(), OutlineOf(view, weapon, view.Flags()[weapon],
                                                            asked.cut.reader, AnswerBounds()));
  const graph::LogReader log = asked.cut.reader.Log();
  CommitTimes times(log);
  SL_ASSIGN_OR_RETURN(*response.mutable_explanation(),
                      ExplainWeapon(*asked.evidence, view, weapon, times, asked.cut.position));
  response.set_revision(static_cast<std::int64_t>(asked.cut.revision));
  SL_RETURN_IF_ERROR(times.Read({asked.cut.revision}));
  SetMark(times.Of(asked.cut.revision), viewer.agency, response);
  return absl::OkStatus();
}

absl::Status SeriesService::List(const view::Viewer& viewer, const v1::ListSeriesRequest& request,
                                 const view::Patience& patience,
                                 v1::ListSeriesResponse& response) const {
  std::vector<rpc::BadField> bad = CheckFilter(request.filter());
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  SL_ASSIGN_OR_RETURN(view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
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
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));

  // Before the first commit there was nothing.
  if (cut.revision == 0) return absl::OkStatus();

  return ListFrom(viewer, request.filter(), page_size, binding, patience.deadline, after, cut,
                  response);
}

absl::Status SeriesService::ListFrom(const view::Viewer& viewer, const v1::SeriesFilter& filter,
                                     int page_size, const std::string& binding, absl::Time deadline,
                                     graph::ExhibitNumber after, view::Cut& cut,
                                     v1::ListSeriesResponse& response) const {
  // A series is met at the exhibit that it is named after, so every one is met once, in the order
  // in which those arrived; exhibits never leave their place, so pages are stable. What the caller
  // may not see is passed over and counts for nothing.
  const graph::ExhibitNumber begin = after;
  const absl::Time enough = now_() + (deadline - now_()) / 2;
  absl::flat_hash_set<graph::ExhibitNumber> known;      // of what was resolved for this page
  absl::flat_hash_set<graph::ExhibitNumber> too_large;  // of what could not be
  // Series that were met before the exhibits that they are named after.
  absl::flat_hash_map<graph::ExhibitNumber, v1::Series> ahead;
  EvidenceAhead evidence_ahead(cut.reader, viewer, bounds_);
  std::size_t examined = 0;
  std::size_t bytes = 0;
  for (graph::ExhibitNumber scanned = after;;) {
    SL_ASSIGN_OR_RETURN(const auto nodes, cut.reader.ScanComponents(graph::NodeType::kExhibit,
                                                                    scanned, kExaminedAtOnce));
    if (nodes.empty()) return absl::OkStatus();
    std::vector<graph::RecordNumber> records;
    for (const auto& [exhibit, component] : nodes) records.push_back(graph::RecordOf(exhibit));
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(records, &arena));
    const auto may_see = [&](std::size_t i) {
      return states[i] != nullptr && view::MaySee(viewer, *states[i]);
    };
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const graph::ExhibitNumber exhibit = nodes[i].first;
      scanned = exhibit;
      if (!may_see(i)) continue;
      ++examined;
      if (!known.contains(exhibit)) {
        // With it goes what comes next, as far as the page may have room for it.
        std::vector<graph::ExhibitNumber> next = {exhibit};
        const std::size_t next_max = std::clamp<std::size_t>(
            static_cast<std::size_t>(page_size - response.series_size()) + 1, kAheadMin, kAheadMax);
        for (std::size_t j = i + 1;
             j < nodes.size() && next.size() < next_max && !evidence_ahead.Has(exhibit); ++j) {
          if (!known.contains(nodes[j].first) && may_see(j)) next.push_back(nodes[j].first);
        }
        SL_ASSIGN_OR_RETURN(const auto evidence, evidence_ahead.Take(next, too_large));
        known.insert(evidence->members().begin(), evidence->members().end());
        if (evidence->is_too_large()) {
          const bool is_told =
              std::any_of(evidence->members().begin(), evidence->members().end(),
                          [&](graph::ExhibitNumber member) { return too_large.contains(member); });
          too_large.insert(evidence->members().begin(), evidence->members().end());
          if (!is_told) {
            const std::uint64_t id =
                states[i]->exhibits(static_cast<int>(graph::OrdinalOf(exhibit))).public_id();
            response.add_unresolved_exhibits(
                graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(id)));
          }
        } else {
          const view::ResolvedView view = evidence->At(cut.revision);
          const auto flags = view.Flags();
          for (std::uint32_t weapon = 0; weapon < view.histories.size(); ++weapon) {
            const graph::ExhibitNumber root =
                view.exhibits[view.resolution.NamingExhibit(weapon)].number;
            // One that is named before this page began was on an earlier page.
            if (root <= begin || !Satisfies(view, weapon, flags[weapon], filter)) continue;
            SL_ASSIGN_OR_RETURN(ahead[root],
                                OutlineOf(view, weapon, flags[weapon], cut.reader, kListBounds));
          }
        }
      }
      if (const auto found = ahead.find(exhibit); found != ahead.end()) {
        bytes += found->second.ByteSizeLong();
        // There is a next page only where there is something to put on it.
        if (response.series_size() == page_size ||
            (bytes > kPageBytesMax && response.series_size() > 0)) {
          SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                              tokens_->Seal(EncodePosition(cut.revision, after), binding));
          return absl::OkStatus();
        }
        *response.add_series() = std::move(found->second);
        ahead.erase(found);
      }
      after = exhibit;
      if (examined == kExaminedMax || now_() >= enough) break;
    }
    if (examined == kExaminedMax || now_() >= enough) {
      SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                          tokens_->Seal(EncodePosition(cut.revision, scanned), binding));
      return absl::OkStatus();
    }
  }
}

}  // namespace serieslink::series
