#include "services/alerts/alert_scan.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "services/alerts/enquiry_news.h"
#include "services/alerts/set_news.h"
#include "services/view/component_evidence.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::alerts {
namespace {

// Revisions that are told from one cut: a snapshot that is kept for long keeps the engine from
// reclaiming space.
constexpr int kRevisionsAtOnce = 16;
// Parts of a revision that are read at once.
constexpr std::size_t kPartsAtOnce = 16;
// Alerts of a revision that are held at once, some kilobytes each at most. Of a revision that has
// more, those with the lowest ids are told, and its parts are gone through again.
constexpr std::size_t kNewsHeldMax = 4096;
// Evidence that is held at once. A stream is one of many, and each commit that touches a weapon
// reads it again: what is larger is told of as unresolved.
constexpr view::EvidenceBounds kBounds{
    .exhibits_max = 10'000, .statements_max = 50'000, .versions_max = 40'000};
// Exhibits that are remembered as done with, and of what is too large: some megabytes a stream.
constexpr std::size_t kDoneMax = 100'000;

// Whether a version of the record of `state` came at `revision`, and the viewer could see it.
bool HasShownVersionAt(const view::Viewer& viewer, const stored::v1::RecordState& state,
                       graph::Revision revision) {
  return std::any_of(state.versions().begin(), state.versions().end(), [&](const auto& version) {
    return version.from_revision() == revision && version.to_revision() != revision &&
           view::MaySee(viewer, state.agency(), version.visibility());
  });
}

}  // namespace

absl::StatusOr<bool> AlertScan::Tell(view::Cut& cut, AlertPosition& at, const Emit& emit,
                                     const Between& between) {
  for (int told = 0; told < kRevisionsAtOnce; ++told) {
    SL_ASSIGN_OR_RETURN(const auto next,
                        graph::ScanNews(cut.reader.snapshot(), {at.revision, 0}, 1));
    // What is not derived in full cannot be told in full.
    if (next.empty() || next[0].key.revision > cut.derived) {
      if (at.revision <= cut.derived) at = {cut.derived + 1, 0};
      return true;
    }
    if (next[0].key.revision != at.revision) at = {next[0].key.revision, 0};
    SL_RETURN_IF_ERROR(TellRevision(cut, at, emit, between));
    SL_RETURN_IF_ERROR(between(at));
  }
  return false;
}

absl::Status AlertScan::TellRevision(view::Cut& cut, AlertPosition& at, const Emit& emit,
                                     const Between& between) {
  for (bool is_all = false; !is_all;) {
    NewsById news;
    SL_ASSIGN_OR_RETURN(is_all, GatherRevision(cut, at, between, news));
    for (const auto& [id, one] : news) {
      at.id = id;
      SL_RETURN_IF_ERROR(emit(one, at));
    }
  }
  at = {at.revision + 1, 0};
  return absl::OkStatus();
}

absl::StatusOr<bool> AlertScan::GatherRevision(view::Cut& cut, const AlertPosition& at,
                                               const Between& between, NewsById& news) {
  done_.clear();
  too_large_.clear();
  bool is_all = true;
  graph::NewsKey from{at.revision, 0};
  for (;;) {
    SL_ASSIGN_OR_RETURN(const auto rows,
                        graph::ScanNews(cut.reader.snapshot(), from, kPartsAtOnce));
    for (const graph::NewsRow& row : rows) {
      if (row.key.revision != at.revision) return is_all;
      SL_ASSIGN_OR_RETURN(std::vector<News> found, NewsOf(cut, row));
      for (News& one : found) {
        if (one.id <= at.id) continue;
        news.try_emplace(one.id, std::move(one));
        if (news.size() <= kNewsHeldMax) continue;
        news.erase(std::prev(news.end()));
        is_all = false;
      }
      from = {row.key.revision, row.key.part + 1};
      SL_RETURN_IF_ERROR(between(at));
    }
    if (rows.size() < kPartsAtOnce) return is_all;
  }
}

absl::StatusOr<std::vector<News>> AlertScan::NewsOf(view::Cut& cut, const graph::NewsRow& row) {
  const graph::LogReader log(&cut.reader.snapshot());
  SL_ASSIGN_OR_RETURN(const absl::Time time, log.CommitTime(row.key.revision));
  const NewsContext context{
      .revision = row.key.revision, .time = time, .reader = cut.reader, .ids = ids_, .zone = zone_};
  std::vector<News> news;
  SL_RETURN_IF_ERROR(
      AddWeapons(cut, {row.news.exhibits().begin(), row.news.exhibits().end()}, context, news));
  if (may_hear_of_leads_) SL_RETURN_IF_ERROR(AddLeads(cut, row.news, context, news));
  if (row.news.seizures_size() > 0) {
    const std::vector<graph::RecordNumber> seizures(row.news.seizures().begin(),
                                                    row.news.seizures().end());
    SL_ASSIGN_OR_RETURN(std::vector<News> sets,
                        NewsOfSets(cut, viewer_, trusted_, seizures, context));
    std::move(sets.begin(), sets.end(), std::back_inserter(news));
  }
  SL_ASSIGN_OR_RETURN(std::vector<News> enquiries,
                      NewsOfEnquiries(cut, viewer_, row.news, context));
  std::move(enquiries.begin(), enquiries.end(), std::back_inserter(news));
  return news;
}

absl::Status AlertScan::AddWeapons(view::Cut& cut, std::vector<graph::ExhibitNumber> exhibits,
                                   const NewsContext& context, std::vector<News>& news) {
  std::erase_if(exhibits, [this](graph::ExhibitNumber exhibit) { return done_.contains(exhibit); });
  if (exhibits.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const auto evidence, view::ComponentEvidence::LoadAll(
                                               cut.reader, viewer_, exhibits, kBounds, too_large_));
  if (evidence->is_too_large()) return AddOneByOne(cut, exhibits, context, news);
  SL_ASSIGN_OR_RETURN(std::vector<News> found, NewsOfWeapons(*evidence, context));
  std::move(found.begin(), found.end(), std::back_inserter(news));
  SetDone(evidence->members());
  return absl::OkStatus();
}

void AlertScan::SetDone(const std::vector<graph::ExhibitNumber>& members) {
  if (done_.size() + members.size() > kDoneMax) done_.clear();
  done_.insert(members.begin(), members.end());
}

absl::Status AlertScan::AddOneByOne(view::Cut& cut,
                                    const std::vector<graph::ExhibitNumber>& exhibits,
                                    const NewsContext& context, std::vector<News>& news) {
  if (too_large_.size() > kDoneMax) too_large_.clear();
  for (const graph::ExhibitNumber exhibit : exhibits) {
    if (done_.contains(exhibit) || too_large_.contains(exhibit)) continue;
    SL_ASSIGN_OR_RETURN(
        const auto evidence,
        view::ComponentEvidence::Load(cut.reader, viewer_, exhibit, kBounds, too_large_));
    if (!evidence->is_too_large()) {
      SL_ASSIGN_OR_RETURN(std::vector<News> found, NewsOfWeapons(*evidence, context));
      std::move(found.begin(), found.end(), std::back_inserter(news));
      SetDone(evidence->members());
      continue;
    }
    too_large_.insert(evidence->members().begin(), evidence->members().end());
  }
  // Of those that are too large, exhibits whose own record changed: what else touched them may be
  // hidden.
  for (const graph::ExhibitNumber exhibit : exhibits) {
    if (!too_large_.contains(exhibit)) continue;
    SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records({graph::RecordOf(exhibit)}));
    if (!states[0].has_value() || !view::MaySee(viewer_, *states[0]) ||
        !HasShownVersionAt(viewer_, *states[0], context.revision)) {
      continue;
    }
    const auto& of_record = states[0]->exhibits(static_cast<int>(graph::OrdinalOf(exhibit)));
    news.push_back(
        Unresolved(of_record.public_id(), states[0]->public_id(), states[0]->agency(), context));
  }
  return absl::OkStatus();
}

absl::Status AlertScan::AddLeads(view::Cut& cut, const stored::v1::RevisionNews& row,
                                 const NewsContext& context, std::vector<News>& news) {
  for (int i = 0; i + 1 < row.lead_exhibits_size(); i += 2) {
    const std::vector<graph::ExhibitNumber> pair = {row.lead_exhibits(i), row.lead_exhibits(i + 1)};
    std::vector<graph::RecordNumber> records;
    for (const graph::ExhibitNumber exhibit : pair) records.push_back(graph::RecordOf(exhibit));
    // Whoever does not see both is read nothing more for.
    SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(records));
    const bool sees_both = std::all_of(states.begin(), states.end(), [&](const auto& state) {
      return state.has_value() && view::MaySee(viewer_, *state);
    });
    if (!sees_both) continue;
    SL_ASSIGN_OR_RETURN(const auto evidence,
                        view::ComponentEvidence::LoadAll(cut.reader, viewer_, pair, kBounds));
    if (evidence->is_too_large()) continue;
    std::vector<News> found = NewsOfLead(*evidence, pair[0], pair[1], context);
    std::move(found.begin(), found.end(), std::back_inserter(news));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::alerts
