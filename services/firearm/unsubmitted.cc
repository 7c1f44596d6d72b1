#include "services/firearm/unsubmitted.h"

#include <algorithm>
#include <map>
#include <utility>

#include "google/protobuf/util/time_util.h"
#include "services/firearm/firearm_search.h"
#include "services/firearm/laboratory_check.h"
#include "services/view/extract.h"
#include "services/view/firearm_query.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {
namespace {

using ::google::protobuf::util::TimeUtil;

constexpr record::v1::ExhibitKind kKinds[] = {
    record::v1::EXHIBIT_KIND_GUN, record::v1::EXHIBIT_KIND_GUN_PART,
    record::v1::EXHIBIT_KIND_CASE_GROUP, record::v1::EXHIBIT_KIND_BULLET_GROUP};
// Items that are looked into at once.
constexpr std::size_t kItemsAtOnce = 64;
// Bytes of items on a page. A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPageBytesMax = 2u << 20;

view::FirearmQuery QueryOf(const view::Viewer& viewer, const UnsubmittedQuery& query) {
  v1::FirearmFilter filter;
  filter.set_agency(viewer.agency);
  for (const record::v1::ExhibitKind kind : kKinds) {
    if (query.kinds.empty() ||
        std::find(query.kinds.begin(), query.kinds.end(), kind) != query.kinds.end()) {
      filter.add_kinds(kind);
    }
  }
  // The day after the last one that is so many days ago.
  *filter.mutable_occurred_before() = TimeUtil::SecondsToTimestamp(
      absl::ToUnixSeconds(absl::FromCivil(query.today - query.days + 1, query.zone)));
  return view::FirearmQuery(filter);
}

// Whether the record tells of having the item: not of its loss, and not of its end. A gun at an
// incident was seen, unless somebody is named who held it; cases, bullets and parts were collected.
bool HasInHand(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  const record::v1::EventKind kind = record.event().kind();
  if (kind == record::v1::EVENT_KIND_INCIDENT && exhibit.kind() == record::v1::EXHIBIT_KIND_GUN &&
      !view::WasInHand(record, exhibit)) {
    return false;
  }
  return kind != record::v1::EVENT_KIND_LOSS && kind != record::v1::EVENT_KIND_DISPOSAL &&
         kind != record::v1::EVENT_KIND_SIGHTING &&
         record.kind() != record::v1::RECORD_KIND_LABORATORY_ITEM;
}

v1::UnsubmittedItem ItemOf(const FoundFirearm& found, absl::Time first_recorded, int days) {
  v1::UnsubmittedItem out;
  out.set_exhibit_id(
      graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(found.public_id)));
  out.set_record_id(
      graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(found.record_public_id)));
  const record::v1::Exhibit& exhibit = found.record->exhibits(found.place);
  out.set_kind(exhibit.kind());
  *out.mutable_source() = found.record->source();
  out.mutable_source()->set_exhibit_reference(exhibit.exhibit_reference());
  out.set_exhibit_mark(exhibit.exhibit_mark());
  const record::v1::Event& event = found.record->event();
  *out.mutable_crime_references() = event.crime_references();
  out.set_event_kind(event.kind());
  if (event.has_occurred()) *out.mutable_occurred() = event.occurred();
  *out.mutable_first_recorded() =
      TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(first_recorded));
  out.set_days(days);
  return out;
}

// When records were first committed.
class FirstCommits {
 public:
  explicit FirstCommits(view::Cut& cut) : cut_(cut), log_(cut.reader.Log()) {}

  // One for each of `items`.
  absl::StatusOr<std::vector<absl::Time>> Of(const std::vector<FoundFirearm>& items) {
    std::vector<graph::RecordNumber> numbers;
    for (const FoundFirearm& item : items) numbers.push_back(graph::RecordOf(item.number));
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(numbers));
    std::vector<absl::Time> times;
    for (const FoundFirearm& item : items) {
      const auto at =
          std::lower_bound(numbers.begin(), numbers.end(), graph::RecordOf(item.number));
      const auto& state = states[static_cast<std::size_t>(at - numbers.begin())];
      if (!state.has_value() || state->versions().empty()) {
        return absl::DataLossError("the state of a record that was found is missing");
      }
      graph::Revision first = state->versions(0).from_revision();
      for (const stored::v1::RecordVersion& version : state->versions()) {
        first = std::min<graph::Revision>(first, version.from_revision());
      }
      const auto [known, is_new] = times_.try_emplace(first);
      if (is_new) {
        SL_ASSIGN_OR_RETURN(known->second, log_.CommitTime(first));
      }
      times.push_back(known->second);
    }
    return times;
  }

 private:
  view::Cut& cut_;
  const graph::LogReader log_;
  std::map<graph::Revision, absl::Time> times_;
};

}  // namespace

bool IsForLaboratory(record::v1::ExhibitKind kind) {
  return std::find(std::begin(kKinds), std::end(kKinds), kind) != std::end(kKinds);
}

absl::StatusOr<UnsubmittedPage> FindUnsubmitted(view::Cut& cut, const view::Viewer& viewer,
                                                const UnsubmittedQuery& query,
                                                const std::string& after, std::size_t items_max,
                                                const std::function<bool()>& is_enough) {
  const view::FirearmQuery firearms = QueryOf(viewer, query);
  LaboratoryCheck laboratory(cut, viewer);
  FirstCommits first_commits(cut);
  UnsubmittedPage page;
  std::size_t bytes = 0;
  std::string at = after;
  for (;;) {
    SL_ASSIGN_OR_RETURN(SearchPage found,
                        Search(cut, viewer, firearms, at, kItemsAtOnce, is_enough));
    std::erase_if(found.found, [](const FoundFirearm& one) {
      return !HasInHand(*one.record, one.record->exhibits(one.place));
    });
    SL_ASSIGN_OR_RETURN(const std::vector<absl::Time> recorded, first_commits.Of(found.found));
    std::vector<FoundFirearm> old_enough;
    std::vector<std::pair<absl::Time, int>> facts;  // of those
    for (std::size_t i = 0; i < found.found.size(); ++i) {
      const std::int64_t latest_s = found.found[i].terms.occurred.latest_s;
      const absl::Time since = latest_s == linkage::TimeInterval::kUnknownLatest
                                   ? recorded[i]
                                   : absl::FromUnixSeconds(latest_s);
      const absl::civil_diff_t days = query.today - absl::ToCivilDay(since, query.zone);
      if (days < query.days) continue;
      facts.emplace_back(recorded[i], static_cast<int>(days));
      old_enough.push_back(std::move(found.found[i]));
    }
    SL_ASSIGN_OR_RETURN(const auto seen, laboratory.Check(old_enough));
    for (std::size_t i = 0; i < old_enough.size(); ++i) {
      if (seen[i] == SeenByLaboratory::kYes) continue;
      const bool is_gone = seen[i] == SeenByLaboratory::kGone;
      if (is_gone != query.gone) {
        // Behind it, so that it is counted on this page alone.
        at = old_enough[i].key;
        page.gone_count += is_gone;
        continue;
      }
      v1::UnsubmittedItem item = ItemOf(old_enough[i], facts[i].first, facts[i].second);
      item.set_is_unresolved(seen[i] == SeenByLaboratory::kUnresolved);
      bytes += item.ByteSizeLong();
      if (page.items.size() == items_max || (!page.items.empty() && bytes > kPageBytesMax)) {
        page.resume = at;
        return page;
      }
      page.items.push_back(std::move(item));
      at = old_enough[i].key;
    }
    if (!found.resume.has_value()) return page;
    at = *std::move(found.resume);
    if (is_enough()) {
      page.resume = at;
      return page;
    }
  }
}

}  // namespace serieslink::firearm
