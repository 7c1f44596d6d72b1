#include "services/alerts/set_news.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "services/alerts/cut_as_shown.h"
#include "services/linkage/core/events.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"

namespace serieslink::alerts {
namespace {

using ::serieslink::view::FoundConsignment;
using ::serieslink::view::SetMembers;

constexpr char kCompletedWords[] = "each consignment that one of the set names is here";

// Finds sets as the viewer was shown them at one revision.
class SetsAt {
 public:
  SetsAt(view::Cut& cut, graph::Revision revision, const view::Viewer& viewer,
         const view::TrustedAgencies& trusted, const view::Patience& patience,
         const NewsContext& context)
      : cut_(cut), revision_(revision), finder_(cut, viewer, context.ids, trusted, patience) {}

  absl::StatusOr<std::shared_ptr<const SetMembers>> Members(graph::RecordNumber start) {
    cut_.revision = revision_;
    return finder_.Members(start);
  }
  const FoundConsignment& Seen(graph::RecordNumber member) const { return finder_.Seen(member); }

 private:
  view::Cut& cut_;
  const graph::Revision revision_;
  view::SetFinder finder_;
};

std::string RecordId(const FoundConsignment& one) {
  return graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(one.state->public_id()));
}

News NewsOf(const SetMembers& set, const SetsAt& after, const NewsContext& context) {
  std::vector<const FoundConsignment*> members;
  for (const graph::RecordNumber member : set.members) members.push_back(&after.Seen(member));
  const auto place = [](const FoundConsignment* one) {
    return std::pair(view::IntervalOf(one->record->event().occurred()).latest_s,
                     one->state->public_id());
  };
  std::sort(members.begin(), members.end(),
            [&](const auto* a, const auto* b) { return place(a) < place(b); });
  News news = NewNews(alert::v1::ALERT_KIND_SET_COMPLETED, members.front()->state->public_id(), "",
                      context);
  alert::v1::Alert& alert = news.alert;
  alert.set_set_id(RecordId(*members.front()));
  alert.set_consignment_count(static_cast<std::int32_t>(members.size()));
  alert.set_explanation(kCompletedWords);
  std::set<std::string> agencies;
  for (const FoundConsignment* const one : members) {
    if (alert.consignments_size() < kAlertListMax) alert.add_consignments(RecordId(*one));
    const auto& versions = one->state->versions();
    const bool is_cause = std::any_of(versions.begin(), versions.end(), [&](const auto& version) {
      return version.from_revision() == context.revision &&
             view::StoodAt(*one->state, version.sequence(), context.revision);
    });
    if (is_cause && alert.causes_size() < kAlertListMax) alert.add_causes(RecordId(*one));
    agencies.insert(one->state->agency());
    AddAreas(linkage::AreaKeysOf(one->record->event().place(), context.locate), news);
  }
  for (const std::string& agency : agencies) {
    if (alert.agencies_size() < kAlertListMax) alert.add_agencies(agency);
  }
  return news;
}

}  // namespace

absl::StatusOr<std::vector<News>> NewsOfSets(view::Cut& cut, const view::Viewer& viewer,
                                             const view::TrustedAgencies& trusted,
                                             absl::Span<const graph::RecordNumber> touched,
                                             const view::Patience& patience,
                                             const NewsContext& context) {
  const CutAsShown as_shown(cut);
  SetsAt before(cut, context.revision - 1, viewer, trusted, patience, context);
  SetsAt after(cut, context.revision, viewer, trusted, patience, context);
  // What was in one set with a record that is gone, or names others now, may have become another
  // set without being touched itself.
  std::set<graph::RecordNumber> starts;
  for (const graph::RecordNumber record : touched) {
    SL_ASSIGN_OR_RETURN(const auto set, after.Members(record));
    if (!set->members.empty()) starts.insert(record);
    SL_ASSIGN_OR_RETURN(const auto was, before.Members(record));
    if (was->is_complete()) continue;
    starts.insert(was->members.begin(), was->members.end());
  }
  std::vector<News> news;
  std::set<graph::RecordNumber> done;
  for (const graph::RecordNumber start : starts) {
    SL_ASSIGN_OR_RETURN(const auto set, after.Members(start));
    if (!set->is_complete() || !done.insert(*set->members.begin()).second) continue;
    SL_ASSIGN_OR_RETURN(const auto was, before.Members(*set->members.begin()));
    const bool was_complete =
        was->is_complete() && std::includes(was->members.begin(), was->members.end(),
                                            set->members.begin(), set->members.end());
    if (!was_complete) news.push_back(NewsOf(*set, after, context));
  }
  return news;
}

}  // namespace serieslink::alerts
