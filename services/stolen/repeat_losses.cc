#include "services/stolen/repeat_losses.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "services/stolen/case_scan.h"
#include "services/view/component_evidence.h"
#include "services/view/loss_terms.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::stolen {
namespace {

constexpr std::size_t kReportsAtOnce = 512;

// Reports of one token by one agency, the latest loss first.
struct Group {
  std::string token;  // as the latest report has it
  std::vector<FoundReport> reports;
};

// How many guns and parts the reports of `group` tell of: one weapon at one event once, by
// `event_of` of each report. Those that cannot be followed, for what is around them is more than
// one call holds, count each report.
absl::StatusOr<std::int32_t> CountGuns(const Group& group,
                                       const std::vector<std::uint64_t>& event_of, view::Cut& cut,
                                       const view::Viewer& viewer) {
  std::vector<graph::ExhibitNumber> exhibits;
  for (const FoundReport& report : group.reports) exhibits.push_back(report.number);
  SL_ASSIGN_OR_RETURN(const auto evidence,
                      view::ComponentEvidence::LoadAll(cut.reader, viewer, exhibits, {}));
  if (evidence->is_too_large()) return static_cast<std::int32_t>(group.reports.size());
  const view::ResolvedView view = evidence->At(cut.revision);
  std::set<std::pair<std::uint64_t, std::uint64_t>> guns;
  for (std::size_t i = 0; i < group.reports.size(); ++i) {
    const graph::ExhibitNumber number = group.reports[i].number;
    const std::optional<std::uint32_t> place = view.Find(number);
    // No weapon's index is as large as an exhibit's number with this bit.
    guns.emplace(event_of[i], place.has_value() ? view.resolution.weapon_of[*place]
                                                : (std::uint64_t{1} << 63 | number));
  }
  return static_cast<std::int32_t>(guns.size());
}

// The loss events of `group`, and what they add up to; nothing for fewer than two. What is around
// more records than one call holds counts each record as an event of its own.
absl::StatusOr<std::optional<v1::RepeatLosses>> Resolve(const Group& group,
                                                        const std::string& agency, view::Cut& cut,
                                                        const view::Viewer& viewer) {
  std::set<graph::RecordNumber> records;
  for (const FoundReport& report : group.reports) records.insert(graph::RecordOf(report.number));
  if (records.size() < 2) return std::nullopt;
  const std::vector<graph::RecordNumber> numbers(records.begin(), records.end());
  SL_ASSIGN_OR_RETURN(const auto evidence,
                      view::ComponentEvidence::LoadAll(cut.reader, viewer, {}, {}, {}, numbers));
  const view::ResolvedView view = evidence->At(cut.revision);
  std::map<graph::RecordNumber, std::uint64_t> event_of;
  for (std::size_t i = 0; i < view.events_of_records.size(); ++i) {
    event_of[view.events_of_records[i].record->number] = view.events.event_of[i];
  }
  std::map<std::uint64_t, bool> events;  // whether it is cancelled
  std::vector<std::uint64_t> event_of_report;
  v1::RepeatLosses out;
  std::set<graph::RecordNumber> named;
  for (const FoundReport& report : group.reports) {
    const graph::RecordNumber number = graph::RecordOf(report.number);
    const auto found = event_of.find(number);
    // No index of an event is as large as a record's number with this bit.
    const std::uint64_t event =
        found != event_of.end() ? found->second : (std::uint64_t{1} << 63 | number);
    event_of_report.push_back(event);
    events[event] |= report.record->event().loss().cancelled_as_found();
    if (named.insert(number).second && out.records_size() < kRepeatRecordsMax) {
      out.add_records(
          graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(report.record_public_id)));
    }
  }
  if (events.size() < 2) return std::nullopt;
  out.set_token(group.token);
  out.set_agency(agency);
  out.set_loss_events(static_cast<std::int32_t>(events.size()));
  SL_ASSIGN_OR_RETURN(const std::int32_t guns, CountGuns(group, event_of_report, cut, viewer));
  out.set_guns(guns);
  out.set_cancelled_events(static_cast<std::int32_t>(
      std::count_if(events.begin(), events.end(), [](const auto& one) { return one.second; })));
  return out;
}

}  // namespace

absl::StatusOr<RepeatPage> FindRepeats(view::Cut& cut, const view::Viewer& viewer, v1::RepeatKey by,
                                       const std::string& after, std::size_t groups_max,
                                       const std::function<bool()>& is_enough) {
  const bool is_holder = by == v1::REPEAT_KEY_HOLDER;
  const auto token_of = [&](const FoundReport& report) -> const std::string& {
    const record::v1::Loss& loss = report.record->event().loss();
    return is_holder ? loss.holder_token() : loss.premises_token();
  };
  ReportScan scan(
      cut, viewer,
      RangeOfField(is_holder ? view::LossField::kHolder : view::LossField::kPremises, after));
  RepeatPage page;
  std::map<std::pair<std::string, std::string>, Group> groups;  // of one part, by token and agency
  std::string part;
  std::string done = after;  // the last key of the parts that were told
  std::string last = after;
  const auto tell = [&]() -> absl::Status {
    for (const auto& [key, group] : groups) {
      SL_ASSIGN_OR_RETURN(auto one, Resolve(group, key.second, cut, viewer));
      if (one.has_value()) page.groups.push_back(*std::move(one));
    }
    groups.clear();
    done = last;
    return absl::OkStatus();
  };
  while (!scan.is_at_end()) {
    SL_ASSIGN_OR_RETURN(std::vector<FoundReport> found, scan.Next(kReportsAtOnce));
    for (FoundReport& report : found) {
      SL_ASSIGN_OR_RETURN(const graph::FirearmKey key, graph::ParseFirearmKey(report.key));
      if (key.parts[0] != part) {
        SL_RETURN_IF_ERROR(tell());
        if (page.groups.size() >= groups_max || (done != after && is_enough())) {
          page.resume = done;
          return page;
        }
        part = key.parts[0];
      }
      last = report.key;
      Group& group = groups[{view::TokenTerm(token_of(report)), report.agency}];
      if (group.reports.empty()) group.token = token_of(report);
      group.reports.push_back(std::move(report));
    }
    if (scan.is_at_end() || scan.looked_at().empty() || !is_enough()) continue;
    // A part that is under way is told whole.
    SL_ASSIGN_OR_RETURN(const graph::FirearmKey at, graph::ParseFirearmKey(scan.looked_at()));
    if (groups.empty() || at.parts[0] != part) {
      SL_RETURN_IF_ERROR(tell());
      page.resume = scan.looked_at();
      return page;
    }
  }
  SL_RETURN_IF_ERROR(tell());
  return page;
}

}  // namespace serieslink::stolen
