#include "services/alerts/alert_scan.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "services/alerts/enquiry_news.h"
#include "services/alerts/lead_news.h"
#include "services/alerts/set_news.h"
#include "services/view/component_evidence.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::alerts {
namespace {

// Parts of a revision that are read at once.
constexpr std::size_t kPartsAtOnce = 16;
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

// About what an alert takes in memory.
std::size_t BytesOf(const News& news) {
  constexpr std::size_t kBytesAnArea = 48;
  return sizeof(News) + 2 * news.alert.ByteSizeLong() + news.areas.size() * kBytesAnArea;
}

}  // namespace

AlertScan::Wants AlertScan::WantsOf(const AlertQuery& query, bool may_hear_of_leads) {
  Wants wants;
  wants.other_weapons =
      query.WantsAny({alert::v1::ALERT_KIND_SERIES_FORMED, alert::v1::ALERT_KIND_SERIES_GREW,
                      alert::v1::ALERT_KIND_SERIES_MERGED, alert::v1::ALERT_KIND_SERIES_SPLIT,
                      alert::v1::ALERT_KIND_SERIES_SHRANK, alert::v1::ALERT_KIND_SERIES_DISSOLVED,
                      alert::v1::ALERT_KIND_CONTRADICTION, alert::v1::ALERT_KIND_UNRESOLVED});
  wants.lost_guns =
      wants.other_weapons || query.WantsAny({alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED,
                                             alert::v1::ALERT_KIND_STOLEN_GUN_RECOVERED});
  wants.leads = may_hear_of_leads && query.WantsAny({alert::v1::ALERT_KIND_STOLEN_GUN_LEAD});
  wants.sets = query.WantsAny({alert::v1::ALERT_KIND_SET_COMPLETED});
  wants.enquiries =
      query.WantsAny({alert::v1::ALERT_KIND_QUERY_MATCHED, alert::v1::ALERT_KIND_TRACE_REQUESTED,
                      alert::v1::ALERT_KIND_TRACE_ANSWERED, alert::v1::ALERT_KIND_TRACE_COMMENTED,
                      alert::v1::ALERT_KIND_SAME_GUN_ASKED});
  return wants;
}

absl::StatusOr<NewsBatch> AlertScan::Next(view::Cut& cut, AlertPosition& at,
                                          const Between& between) {
  NewsBatch batch;
  std::size_t bytes = 0;
  for (int revisions = 0; revisions < bounds_.revisions_max; ++revisions) {
    SL_ASSIGN_OR_RETURN(const auto next,
                        graph::ScanNews(cut.reader.snapshot(), {at.revision, 0}, 1));
    // What is not derived in full cannot be told in full.
    if (next.empty() || next[0].key.revision > cut.derived) {
      if (at.revision <= cut.derived) at = {cut.derived + 1, 0};
      batch.is_all = true;
      return batch;
    }
    if (next[0].key.revision != at.revision) at = {next[0].key.revision, 0};
    SL_ASSIGN_OR_RETURN(const bool is_gathered, GatherRevision(cut, at, between));
    if (!is_gathered) return batch;
    for (auto& [id, one] : gathered_->news) {
      at.id = id;
      batch.news.push_back({std::move(one), at});
    }
    bytes += gathered_->bytes;
    if (gathered_->is_all) at = {at.revision + 1, 0};
    gathered_.reset();
    if (batch.news.size() >= bounds_.news_max || bytes >= bounds_.bytes_max) return batch;
    SL_ASSIGN_OR_RETURN(const bool goes_on, between());
    if (!goes_on) return batch;
  }
  return batch;
}

absl::StatusOr<bool> AlertScan::GatherRevision(view::Cut& cut, const AlertPosition& at,
                                               const Between& between) {
  if (!gathered_.has_value() || gathered_->revision != at.revision || gathered_->above != at.id) {
    SL_ASSIGN_OR_RETURN(const absl::Time time, cut.reader.Log().CommitTime(at.revision));
    gathered_.emplace();
    gathered_->revision = at.revision;
    gathered_->time = time;
    gathered_->above = at.id;
    gathered_->from = {at.revision, 0};
    done_.clear();
    too_large_.clear();
  }
  for (;;) {
    SL_ASSIGN_OR_RETURN(const auto rows,
                        graph::ScanNews(cut.reader.snapshot(), gathered_->from, kPartsAtOnce));
    for (const graph::NewsRow& row : rows) {
      if (row.key.revision != at.revision) return true;
      SL_ASSIGN_OR_RETURN(std::vector<News> found, NewsOf(cut, row, between));
      for (News& one : found) Keep(std::move(one));
      gathered_->from = {row.key.revision, row.key.part + 1};
      SL_ASSIGN_OR_RETURN(const bool goes_on, between());
      if (!goes_on) return false;
    }
    if (rows.size() < kPartsAtOnce) return true;
  }
}

void AlertScan::Keep(News one) {
  Gathered& kept = *gathered_;
  if (one.id <= kept.above) return;
  // What comes after one that had to go would be told before it.
  if (kept.dropped.has_value() && one.id >= *kept.dropped) return;
  const std::uint64_t id = one.id;
  const std::size_t bytes = BytesOf(one);
  if (kept.news.try_emplace(id, std::move(one)).second) kept.bytes += bytes;
  while (kept.news.size() > 1 &&
         (kept.news.size() > bounds_.news_max || kept.bytes > bounds_.bytes_max)) {
    const auto last = std::prev(kept.news.end());
    kept.bytes -= BytesOf(last->second);
    kept.dropped = last->first;
    kept.news.erase(last);
    kept.is_all = false;
  }
}

absl::StatusOr<std::vector<News>> AlertScan::NewsOf(view::Cut& cut, const graph::NewsRow& row,
                                                    const Between& between) {
  const NewsContext context{.revision = row.key.revision,
                            .time = gathered_->time,
                            .reader = cut.reader,
                            .ids = ids_,
                            .zone = zone_,
                            .locate = locate_,
                            .agency = viewer_.agency};
  std::vector<News> news;
  std::vector<graph::ExhibitNumber> exhibits;
  if (wants_.lost_guns) {
    exhibits.assign(row.news.lost_exhibits().begin(), row.news.lost_exhibits().end());
  }
  if (wants_.other_weapons) {
    exhibits.insert(exhibits.end(), row.news.exhibits().begin(), row.news.exhibits().end());
  }
  SL_RETURN_IF_ERROR(AddWeapons(cut, std::move(exhibits), context, news));
  if (wants_.leads) SL_RETURN_IF_ERROR(AddLeads(cut, row.news, context, news));
  if (wants_.sets && row.news.seizures_size() > 0) {
    const std::vector<graph::RecordNumber> seizures(row.news.seizures().begin(),
                                                    row.news.seizures().end());
    // Sets are many reads, and what is in a part is told as a whole.
    absl::Status given_up;
    const view::Patience patience(
        absl::InfiniteFuture(),
        [&] {
          given_up.Update(between().status());
          return !given_up.ok();
        },
        [] { return absl::InfinitePast(); });
    absl::StatusOr<std::vector<News>> found =
        NewsOfSets(cut, viewer_, trusted_, seizures, patience, context);
    SL_RETURN_IF_ERROR(given_up);
    SL_ASSIGN_OR_RETURN(std::vector<News> sets, std::move(found));
    std::move(sets.begin(), sets.end(), std::back_inserter(news));
  }
  if (!wants_.enquiries) return news;
  SL_ASSIGN_OR_RETURN(std::vector<News> enquiries,
                      NewsOfEnquiries(cut, viewer_, row.news, context, gathered_->matches));
  std::move(enquiries.begin(), enquiries.end(), std::back_inserter(news));
  return news;
}

absl::Status AlertScan::AddWeapons(view::Cut& cut, std::vector<graph::ExhibitNumber> exhibits,
                                   const NewsContext& context, std::vector<News>& news) {
  std::erase_if(exhibits, [this](graph::ExhibitNumber exhibit) { return done_.contains(exhibit); });
  if (exhibits.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const auto evidence,
                      view::ComponentEvidence::LoadAll(cut.reader, viewer_, exhibits, kBounds,
                                                       too_large_, {}, {.locate = &locate_}));
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
    SL_ASSIGN_OR_RETURN(const auto evidence, view::ComponentEvidence::LoadAll(
                                                 cut.reader, viewer_, {&exhibit, 1}, kBounds,
                                                 too_large_, {}, {.locate = &locate_}));
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
  SL_RETURN_IF_ERROR(AddLeadsOf(cut, row.lead_exhibits(), /*were_known=*/false, context, news));
  return AddLeadsOf(cut, row.known_lead_exhibits(), /*were_known=*/true, context, news);
}

absl::Status AlertScan::AddLeadsOf(view::Cut& cut,
                                   const google::protobuf::RepeatedField<std::uint64_t>& pairs,
                                   bool were_known, const NewsContext& context,
                                   std::vector<News>& news) {
  for (int i = 0; i + 1 < pairs.size(); i += 2) {
    const std::vector<graph::ExhibitNumber> pair = {pairs.Get(i), pairs.Get(i + 1)};
    std::vector<graph::RecordNumber> records;
    for (const graph::ExhibitNumber exhibit : pair) records.push_back(graph::RecordOf(exhibit));
    // Whoever does not see both is read nothing more for.
    SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(records));
    const bool sees_both = std::all_of(states.begin(), states.end(), [&](const auto& state) {
      return state.has_value() && view::MaySee(viewer_, *state);
    });
    if (!sees_both) continue;
    SL_ASSIGN_OR_RETURN(const auto evidence,
                        view::ComponentEvidence::LoadAll(cut.reader, viewer_, pair, kBounds, {}, {},
                                                         {.locate = &locate_}));
    if (evidence->is_too_large()) continue;
    std::vector<News> found = NewsOfLead(*evidence, pair[0], pair[1], were_known, context);
    std::move(found.begin(), found.end(), std::back_inserter(news));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::alerts
