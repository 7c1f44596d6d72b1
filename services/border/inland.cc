#include "services/border/inland.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/view/asked_exhibit.h"
#include "services/view/border_terms.h"
#include "services/view/component_evidence.h"
#include "services/view/event_answer.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/found_versions.h"
#include "services/view/leads_of_exhibits.h"
#include "services/view/weapon_life.h"
#include "services/view/weapons_of_exhibits.h"
#include "storage/base/status_macros.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/public_id.h"

namespace serieslink::border {
namespace {

using ::serieslink::linkage::TimeInterval;
using ::serieslink::view::ResolvedView;

constexpr std::size_t kEntriesAtOnce = 256;

// A gun or part of the set.
struct Followed {
  std::uint64_t public_id = 0;
  TimeInterval seized;
};

// An item, and the exhibit whose weapon is told for it.
struct Lead {
  Followed item;
  graph::ExhibitNumber exhibit = 0;
};

bool IsInland(linkage::EventKind kind) {
  return kind == linkage::EventKind::kIncident || kind == linkage::EventKind::kRecovery ||
         kind == linkage::EventKind::kSurrender || kind == linkage::EventKind::kLoss ||
         kind == linkage::EventKind::kSighting;
}

v1::AppearanceOrder OrderOf(const TimeInterval& event, const TimeInterval& seized) {
  if (linkage::Before(seized, event)) return v1::APPEARANCE_ORDER_AFTER;
  if (linkage::Before(event, seized)) return v1::APPEARANCE_ORDER_BEFORE;
  return v1::APPEARANCE_ORDER_NOT_CERTAIN;
}

// Tells what the weapons of `leads` were at, once each.
class AppearanceTeller {
 public:
  explicit AppearanceTeller(const graph::GraphReader& reader) : reader_(reader) {}

  absl::Status Tell(const ResolvedView& view, absl::Span<const Lead> leads,
                    v1::SetLinkState state) {
    std::map<std::uint32_t, std::vector<Followed>> items_of;  // by weapon
    for (const Lead& lead : leads) {
      const auto place = view.Find(lead.exhibit);
      if (!place.has_value()) continue;
      items_of[view.resolution.weapon_of[*place]].push_back(lead.item);
    }
    // Records of all weapons are read at once.
    std::set<const view::LoadedVersion*> wanted;
    for (const auto& [weapon, items] : items_of) {
      for (const view::LoadedVersion* version : view::VersionsOfLife(view, weapon)) {
        wanted.insert(version);
      }
    }
    const std::vector<const view::LoadedVersion*> versions(wanted.begin(), wanted.end());
    SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(reader_, versions));
    view::CanonicalVersions canonical;
    for (std::size_t i = 0; i < versions.size(); ++i) canonical[versions[i]] = records[i];
    for (const auto& [weapon, items] : items_of) {
      // Of several items the one with the smallest id leads to the weapon, whatever came first.
      const Followed& item = *std::min_element(
          items.begin(), items.end(),
          [](const Followed& a, const Followed& b) { return a.public_id < b.public_id; });
      for (const std::uint32_t event : view.histories[weapon].events) {
        if (IsInland(view.events.events[event].kind)) {
          AddEvent(view, weapon, event, item, state, canonical);
        }
      }
    }
    return absl::OkStatus();
  }

  std::vector<v1::InlandAppearance> Take() {
    std::vector<v1::InlandAppearance> appearances;
    for (auto& [order, appearance] : told_) appearances.push_back(std::move(appearance));
    return appearances;
  }

 private:
  void AddEvent(const ResolvedView& view, std::uint32_t weapon, std::uint32_t event,
                const Followed& item, v1::SetLinkState state,
                const view::CanonicalVersions& canonical) {
    const graph::PublicId name(view.exhibit_facts[view.resolution.NamingExhibit(weapon)].public_id);
    v1::InlandAppearance out;
    *out.mutable_event() = view::EventOf(view, event, canonical);
    out.set_weapon_id(graph::FormatPublicId(graph::IdKind::kWeapon, name));
    if (!known_.emplace(out.event().event_id(), out.weapon_id()).second) return;
    if (view.histories[weapon].is_series) {
      out.set_series_id(graph::FormatPublicId(graph::IdKind::kSeries, name));
    }
    out.set_item_id(
        graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(item.public_id)));
    out.set_state(state);
    const TimeInterval& occurred = view.events.events[event].occurred;
    out.set_order(OrderOf(occurred, item.seized));
    told_.emplace(
        std::tuple(occurred.earliest_s, occurred.latest_s, out.event().event_id(), out.weapon_id()),
        std::move(out));
  }

  const graph::GraphReader& reader_;
  std::set<std::pair<std::string, std::string>> known_;  // events and weapons
  std::map<std::tuple<std::int64_t, std::int64_t, std::string, std::string>, v1::InlandAppearance>
      told_;
};

}  // namespace

absl::StatusOr<std::vector<v1::InlandAppearance>> FindAppearances(view::Cut& cut,
                                                                  const view::Viewer& viewer,
                                                                  const view::FoundSet& set) {
  std::vector<Lead> items;
  std::vector<graph::ExhibitNumber> exhibits;
  absl::flat_hash_map<graph::ExhibitNumber, Followed> item_of;
  for (const view::FoundConsignment& one : set.consignments) {
    const TimeInterval seized = view::IntervalOf(one.record->event().occurred());
    for (const view::FoundItem& item : view::ItemsOf(one)) {
      const record::v1::Exhibit& exhibit = one.record->exhibits(item.place);
      if (!view::IsPartOfGun(exhibit) && !view::IsWholeGun(exhibit)) continue;
      if (items.size() == kFollowedItemsMax) return view::EvidenceTooLarge();
      items.push_back({{item.public_id, seized}, item.number});
      item_of[item.number] = items.back().item;
      exhibits.push_back(item.number);
    }
  }
  AppearanceTeller teller(cut.reader);
  if (items.empty()) return teller.Take();
  SL_ASSIGN_OR_RETURN(const auto evidence,
                      view::ComponentEvidence::LoadAll(cut.reader, viewer, exhibits, {}));
  if (evidence->is_too_large()) return view::EvidenceTooLarge();
  const ResolvedView view = evidence->At(cut.revision);
  SL_RETURN_IF_ERROR(teller.Tell(view, items, v1::SET_LINK_STATE_CONFIRMED));

  std::vector<std::uint32_t> places;
  for (const graph::ExhibitNumber exhibit : exhibits) {
    if (const auto place = view.Find(exhibit); place.has_value()) places.push_back(*place);
  }
  SL_ASSIGN_OR_RETURN(const auto leads, view::LeadsOfExhibits(view, places, viewer, cut.reader));
  std::vector<Lead> others;
  exhibits.clear();
  for (const view::LeadOfExhibit& lead : leads) {
    others.push_back({item_of.at(view.exhibits[lead.place].number), lead.other});
    exhibits.push_back(lead.other);
  }
  if (others.empty()) return teller.Take();
  SL_ASSIGN_OR_RETURN(const auto around,
                      view::ComponentEvidence::LoadAll(cut.reader, viewer, exhibits, {}));
  if (around->is_too_large()) return view::EvidenceTooLarge();
  const ResolvedView view_of_leads = around->At(cut.revision);
  SL_RETURN_IF_ERROR(teller.Tell(view_of_leads, others, v1::SET_LINK_STATE_LEAD));
  return teller.Take();
}

absl::StatusOr<std::int64_t> CountInland(view::Cut& cut, const view::Viewer& viewer,
                                         const ConsignmentQuery& query,
                                         const std::function<absl::Status()>& should_stop,
                                         RouteCounts& counts) {
  // What the records of each weapon that was met say, however far apart they stand.
  struct Told {
    std::set<std::string> countries;
    std::set<std::string> makes;
  };
  std::map<std::string, Told> weapons;
  std::int64_t unresolved = 0;
  view::TermCache cache;
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView* const index, cut.reader.Firearms());
  storage::KeyRange range =
      view::RangeOfPart(view::BorderPart(view::BorderField::kInland, {}), std::string());
  for (bool is_at_end = false; !is_at_end;) {
    SL_RETURN_IF_ERROR(should_stop());
    SL_ASSIGN_OR_RETURN(graph::IndexPage read, index->Scan(range, kEntriesAtOnce));
    std::vector<graph::ExhibitNumber> exhibits;
    std::vector<view::VersionOfRecord> versions;
    for (const storage::Row& entry : read.entries) {
      SL_ASSIGN_OR_RETURN(const auto facets, graph::ParseFirearmFacets(entry.value));
      if (!query.MayMatch(facets)) continue;
      SL_ASSIGN_OR_RETURN(const graph::FirearmKey parsed, graph::ParseFirearmKey(entry.key));
      exhibits.push_back(parsed.exhibit);
      versions.push_back({graph::RecordOf(parsed.exhibit), parsed.sequence});
    }
    SL_ASSIGN_OR_RETURN(const auto found, view::FindVersions(cut, viewer, versions));
    std::vector<view::SeenExhibit> seen;
    std::vector<const record::v1::Exhibit*> guns;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto ordinal = static_cast<int>(graph::OrdinalOf(exhibits[i]));
      if (found[i].record == nullptr || ordinal >= found[i].state->exhibits_size()) continue;
      const stored::v1::ExhibitState& known = found[i].state->exhibits(ordinal);
      for (const record::v1::Exhibit& exhibit : found[i].record->exhibits()) {
        if (exhibit.exhibit_reference() != known.reference()) continue;
        if (query.MatchesInland(view::FirearmTermsOf(*found[i].record, exhibit, cache))) {
          seen.push_back({exhibits[i], known.public_id()});
          guns.push_back(&exhibit);
        }
        break;
      }
    }
    SL_ASSIGN_OR_RETURN(const auto names,
                        view::WeaponsOfExhibits(cut.reader, viewer, cut.revision, seen));
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i].weapon_id.empty()) {
        ++unresolved;
        continue;
      }
      Told& told = weapons[names[i].weapon_id];
      const record::v1::Firearm& firearm = guns[i]->firearm();
      if (!firearm.country_of_origin().empty()) told.countries.insert(firearm.country_of_origin());
      if (firearm.make().empty()) continue;
      if (const std::string& make = cache.Make(firearm.make()); !make.empty()) {
        told.makes.insert(make);
      }
    }
    is_at_end = !read.resume.has_value();
    if (!is_at_end) range.start = *std::move(read.resume);
  }
  for (const auto& [id, told] : weapons) {
    counts.AddInland(
        {{told.countries.begin(), told.countries.end()}, {told.makes.begin(), told.makes.end()}});
  }
  return unresolved;
}

}  // namespace serieslink::border
