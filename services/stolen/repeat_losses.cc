#include "services/stolen/repeat_losses.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/firearm/core/life.h"
#include "services/linkage/core/exhibit_loss.h"
#include "services/stolen/case_scan.h"
#include "services/view/component_evidence.h"
#include "services/view/gun_cases.h"
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

// Reports, by their places in a group, put together by what they are of.
class SameLosses {
 public:
  explicit SameLosses(std::size_t reports) : parents_(reports) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }

  void Join(std::size_t a, std::size_t b) { parents_[Of(a)] = Of(b); }
  // The report that stands for the loss of `report`.
  std::size_t Of(std::size_t report) {
    while (parents_[report] != report) {
      parents_[report] = parents_[parents_[report]];
      report = parents_[report];
    }
    return report;
  }
  std::size_t Count() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < parents_.size(); ++i) count += parents_[i] == i;
    return count;
  }

 private:
  std::vector<std::size_t> parents_;
};

// Joins reports of one event. What is around more records than one call holds makes each record an
// event of its own.
absl::Status JoinByEvents(const Group& group, view::Cut& cut, const view::Viewer& viewer,
                          SameLosses& losses) {
  std::set<graph::RecordNumber> records;
  for (const FoundReport& report : group.reports) records.insert(graph::RecordOf(report.number));
  const std::vector<graph::RecordNumber> numbers(records.begin(), records.end());
  SL_ASSIGN_OR_RETURN(const auto evidence,
                      view::ComponentEvidence::LoadAll(cut.reader, viewer, {}, {}, {}, numbers));
  const view::ResolvedView view = evidence->At(cut.revision);
  std::map<graph::RecordNumber, std::uint64_t> event_of;
  for (std::size_t i = 0; i < view.events_of_records.size(); ++i) {
    event_of[view.events_of_records[i].record->number] = view.events.event_of[i];
  }
  std::map<std::uint64_t, std::size_t> first_of;  // of each event, by place
  for (std::size_t i = 0; i < group.reports.size(); ++i) {
    const graph::RecordNumber number = graph::RecordOf(group.reports[i].number);
    const auto found = event_of.find(number);
    // No index of an event is as large as a record's number with this bit.
    const std::uint64_t event =
        found != event_of.end() ? found->second : (std::uint64_t{1} << 63 | number);
    losses.Join(i, first_of.try_emplace(event, i).first->second);
  }
  return absl::OkStatus();
}

// What reports tell of together.
struct Gone {
  std::int32_t guns = 0;   // and listed parts
  std::int32_t parts = 0;  // of those
  std::int64_t pieces = 0;
};

// Counts what the reports of `group` tell of: those of one `key_of(i)` once.
template <typename KeyOf>
Gone CountGone(const Group& group, const KeyOf& key_of) {
  struct One {
    std::int32_t pieces = 0;  // the most that a report says
    bool is_part = false;     // as a report says
  };
  std::map<std::pair<std::size_t, std::uint64_t>, One> guns;
  for (std::size_t i = 0; i < group.reports.size(); ++i) {
    const FoundReport& report = group.reports[i];
    const record::v1::Exhibit& exhibit = report.record->exhibits(report.place);
    One& one = guns[key_of(i)];
    one.pieces = std::max(one.pieces, view::PiecesOf(exhibit));
    one.is_part |= view::IsReportedAsPart(exhibit);
  }
  Gone gone;
  for (const auto& [key, one] : guns) {
    ++gone.guns;
    gone.parts += one.is_part;
    gone.pieces += one.pieces;
  }
  return gone;
}

// Joins reports of one case, which need not share a reference, and returns what all tell of: one
// weapon at one loss once. Those that cannot be followed, for what is around them is more than one
// call holds, count each report.
absl::StatusOr<Gone> JoinByCases(const Group& group, view::Cut& cut, const view::Viewer& viewer,
                                 const absl::TimeZone& zone, SameLosses& losses) {
  std::vector<graph::ExhibitNumber> exhibits;
  absl::flat_hash_map<graph::ExhibitNumber, std::size_t> place_of;
  for (std::size_t i = 0; i < group.reports.size(); ++i) {
    exhibits.push_back(group.reports[i].number);
    place_of[exhibits.back()] = i;
  }
  SL_ASSIGN_OR_RETURN(const auto evidence,
                      view::ComponentEvidence::LoadAll(cut.reader, viewer, exhibits, {}));
  if (evidence->is_too_large()) {
    return CountGone(group, [](std::size_t i) { return std::pair(i, std::uint64_t{0}); });
  }
  const view::ResolvedView view = evidence->At(cut.revision);
  std::vector<std::optional<std::uint32_t>> weapon_of;
  std::set<std::uint32_t> followed;
  for (const graph::ExhibitNumber exhibit : exhibits) {
    const std::optional<std::uint32_t> place = view.Find(exhibit);
    weapon_of.push_back(std::nullopt);
    if (!place.has_value()) continue;
    weapon_of.back() = view.resolution.weapon_of[*place];
    const auto& members = view.resolution.weapons[*weapon_of.back()].members;
    if (members.size() <= firearm::kLifeExhibitsMax) followed.insert(*weapon_of.back());
  }
  const std::vector<std::uint32_t> weapons(followed.begin(), followed.end());
  SL_ASSIGN_OR_RETURN(const auto cases, view::CasesOf(view, weapons, cut.reader, zone));
  for (const std::vector<view::ToldCase>& gun : cases) {
    for (const view::ToldCase& one : gun) {
      std::optional<std::size_t> first;
      for (const view::ReportOfCase& report : one.reports) {
        const auto found = place_of.find(report.number);
        if (found == place_of.end()) continue;
        if (first.has_value()) losses.Join(found->second, *first);
        first = found->second;
      }
    }
  }
  return CountGone(group, [&](std::size_t i) {
    // No weapon's index is as large as an exhibit's number with this bit.
    const std::uint64_t gun = weapon_of[i].has_value() ? std::uint64_t{*weapon_of[i]}
                                                       : (std::uint64_t{1} << 63 | exhibits[i]);
    return std::pair(losses.Of(i), gun);
  });
}

// The losses of `group`, and what they add up to; nothing for fewer than two.
absl::StatusOr<std::optional<v1::RepeatLosses>> Resolve(const Group& group,
                                                        const std::string& agency, view::Cut& cut,
                                                        const view::Viewer& viewer,
                                                        const absl::TimeZone& zone) {
  const graph::RecordNumber first = graph::RecordOf(group.reports.front().number);
  if (std::all_of(group.reports.begin(), group.reports.end(), [&](const FoundReport& report) {
        return graph::RecordOf(report.number) == first;
      })) {
    return std::nullopt;
  }
  SameLosses losses(group.reports.size());
  SL_RETURN_IF_ERROR(JoinByEvents(group, cut, viewer, losses));
  if (losses.Count() < 2) return std::nullopt;
  SL_ASSIGN_OR_RETURN(const Gone gone, JoinByCases(group, cut, viewer, zone, losses));
  if (losses.Count() < 2) return std::nullopt;
  v1::RepeatLosses out;
  std::set<graph::RecordNumber> named;
  std::set<std::size_t> cancelled;
  for (std::size_t i = 0; i < group.reports.size(); ++i) {
    const FoundReport& report = group.reports[i];
    if (linkage::IsWholeLossFoundAgain(*report.record)) cancelled.insert(losses.Of(i));
    if (named.insert(graph::RecordOf(report.number)).second &&
        out.records_size() < kRepeatRecordsMax) {
      out.add_records(
          graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(report.record_public_id)));
    }
  }
  out.set_token(group.token);
  out.set_agency(agency);
  out.set_loss_events(static_cast<std::int32_t>(losses.Count()));
  out.set_guns(gone.guns);
  out.set_pieces(gone.pieces);
  out.set_parts(gone.parts);
  out.set_cancelled_events(static_cast<std::int32_t>(cancelled.size()));
  return out;
}

}  // namespace

absl::StatusOr<RepeatPage> FindRepeats(view::Cut& cut, const view::Viewer& viewer, v1::RepeatKey by,
                                       const absl::TimeZone& zone, const std::string& after,
                                       std::size_t groups_max,
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
      SL_ASSIGN_OR_RETURN(auto one, Resolve(group, key.second, cut, viewer, zone));
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
