#include "services/alerts/weapon_news.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/alerts/concerned.h"
#include "services/alerts/legal_class_news.h"
#include "services/alerts/named_forces.h"
#include "services/firearm/core/life.h"
#include "services/linkage/core/flags.h"
#include "services/linkage/core/series.h"
#include "services/stolen/core/loss_case.h"
#include "services/view/event_answer.h"
#include "services/view/gun_cases.h"
#include "services/view/loss_reports.h"
#include "services/view/weapon_history.h"
#include "services/view/weapon_life.h"
#include "storage/base/status_macros.h"

namespace serieslink::alerts {
namespace {

using ::google::protobuf::util::TimeUtil;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::FlagKind;
using ::serieslink::view::ResolvedView;

using ::serieslink::graph::IdOf;

alert::v1::AlertKind KindOf(series::v1::Change change) {
  switch (change) {
    case series::v1::CHANGE_FORMED:
      return alert::v1::ALERT_KIND_SERIES_FORMED;
    case series::v1::CHANGE_GREW:
      return alert::v1::ALERT_KIND_SERIES_GREW;
    case series::v1::CHANGE_MERGED:
      return alert::v1::ALERT_KIND_SERIES_MERGED;
    case series::v1::CHANGE_SPLIT:
      return alert::v1::ALERT_KIND_SERIES_SPLIT;
    case series::v1::CHANGE_SHRANK:
      return alert::v1::ALERT_KIND_SERIES_SHRANK;
    case series::v1::CHANGE_DISSOLVED:
      return alert::v1::ALERT_KIND_SERIES_DISSOLVED;
    default:
      return alert::v1::ALERT_KIND_UNSPECIFIED;
  }
}

// Of a flag that linkage::IsContradiction.
alert::v1::ContradictionKind ContradictionOf(FlagKind kind) {
  switch (kind) {
    case FlagKind::kCustodyContradiction:
      return alert::v1::CONTRADICTION_KIND_CUSTODY;
    case FlagKind::kConflict:
      return alert::v1::CONTRADICTION_KIND_FINDINGS;
    case FlagKind::kPartsExchange:
      return alert::v1::CONTRADICTION_KIND_PARTS_EXCHANGE;
    case FlagKind::kImpossibleTravel:
      return alert::v1::CONTRADICTION_KIND_IMPOSSIBLE_TRAVEL;
    default:
      return alert::v1::CONTRADICTION_KIND_UNSPECIFIED;
  }
}

// Of what cannot be in a case of loss, and is firearm::IsToBeSeen.
alert::v1::ContradictionKind ContradictionOf(stolen::v1::CaseContradictionKind kind) {
  switch (kind) {
    case stolen::v1::CASE_CONTRADICTION_KIND_USED_AFTER_RETURN:
      return alert::v1::CONTRADICTION_KIND_USED_AFTER_RETURN;
    case stolen::v1::CASE_CONTRADICTION_KIND_RECOVERED_BEFORE_LOSS:
    case stolen::v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS:
      return alert::v1::CONTRADICTION_KIND_BEFORE_LOSS;
    case stolen::v1::CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER:
      return alert::v1::CONTRADICTION_KIND_LOSS_KINDS_DIFFER;
    default:
      return alert::v1::CONTRADICTION_KIND_UNSPECIFIED;
  }
}

constexpr char kPartWords[] =
    "a part of it came into hand, and the gun itself is not known to have";
constexpr char kBeforeLossWords[] =
    "the gun was used, or came into hand, before it was lost, and nothing tells how it was with "
    "its holder again: a date is wrong, or the loss came earlier";
constexpr char kLegalClassesWords[] = "the gun is assessed as of two legal classes on one day";
constexpr char kLossKindsWords[] = "one report of its loss says lost and another stolen";
constexpr char kDestroyedWords[] =
    "a record tells of the gun after it was destroyed: another gun was destroyed, or these are two";
constexpr char kReturnedWords[] =
    "the gun was used after it was given back or found again, and no further loss is reported";

// A report of a loss, and what tells of the gun afterwards: a use or a recovery.
struct Tie {
  alert::v1::AlertKind kind = alert::v1::ALERT_KIND_UNSPECIFIED;
  bool is_part = false;  // a part of the gun came into hand, and the gun did not
  std::string report;    // "EX-…"
  std::string event;     // "EV-…", or "EX-…" of an exhibit that was in hand
  friend auto operator<=>(const Tie&, const Tie&) = default;
};

// Something that cannot be, by one event or exhibit that it is about.
struct Contradiction {
  alert::v1::ContradictionKind kind = alert::v1::CONTRADICTION_KIND_UNSPECIFIED;
  std::string about;  // "EV-…" or "EX-…"
  friend auto operator<=>(const Contradiction&, const Contradiction&) = default;
};

// What one view tells that alerts are about, by weapon.
struct Told {
  std::vector<std::map<Tie, Concerned>> ties;
  std::vector<std::set<Contradiction>> contradictions;
};

// Of each event of the weapon, and of each of its exhibits, the agencies whose records tell of it,
// and the forces that these name; by "EV-…" and "EX-…". `canonical` has all of VersionsOfLife.
std::map<std::string, Agencies> TellersOf(const ResolvedView& view, std::uint32_t weapon,
                                          const view::CanonicalVersions& canonical,
                                          const linkage::LocatePlace& locate) {
  std::map<std::string, Agencies> tellers;
  const auto add = [&](const view::LoadedVersion* version, const std::string& agency,
                       Agencies& agencies) {
    agencies.insert(agency);
    agencies.merge(ForcesNamed(canonical.at(version)->event(), agency, locate));
  };
  for (const std::uint32_t event : view.histories[weapon].events) {
    Agencies& agencies = tellers[view::EventId(view, event)];
    for (const std::uint32_t record : view.events.events[event].records) {
      const ResolvedView::Event& one = view.events_of_records[record];
      add(one.version, one.record->agency, agencies);
    }
  }
  for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
    const ResolvedView::Exhibit& seen = view.exhibits[member];
    add(seen.version, seen.record->agency,
        tellers[IdOf(graph::IdKind::kExhibit, view.exhibit_facts[member].public_id)]);
  }
  return tellers;
}

void TellLosses(const ResolvedView& view, std::uint32_t weapon,
                const view::CanonicalVersions& canonical, const NewsContext& context, Told& told) {
  const auto tellers = TellersOf(view, weapon, canonical, context.locate);
  const auto tellers_of = [&tellers](const std::string& id) {
    const auto found = tellers.find(id);
    return found == tellers.end() ? Agencies() : found->second;
  };
  for (const view::ToldCase& one : view::CasesOf(view, weapon, canonical, context.zone)) {
    const auto add = [&](alert::v1::AlertKind kind, bool is_part, const std::string& event) {
      const Agencies investigating = tellers_of(event);
      for (const stolen::v1::LossReport& report : one.told.reports()) {
        const Tie tie{kind, is_part, report.exhibit_id(), event};
        told.ties[weapon][tie] = {tellers_of(report.exhibit_id()), investigating};
      }
    };
    for (const stolen::v1::LaterUse& use : one.told.uses()) {
      add(alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED, false, use.event_id());
    }
    for (const stolen::v1::LossCaseStep& step : one.told.steps()) {
      if (step.state() != stolen::v1::LOSS_CASE_STATE_RECOVERED) continue;
      add(alert::v1::ALERT_KIND_STOLEN_GUN_RECOVERED, false,
          step.event_id().empty() ? step.exhibit_id() : step.event_id());
    }
    for (const std::string& part : one.parts) {
      add(alert::v1::ALERT_KIND_STOLEN_GUN_RECOVERED, true, part);
    }
    for (const stolen::v1::CaseContradiction& contradiction : one.told.contradictions()) {
      if (!firearm::IsToBeSeen(contradiction.kind())) continue;
      const alert::v1::ContradictionKind kind = ContradictionOf(contradiction.kind());
      for (const stolen::v1::LossReport& report : one.told.reports()) {
        told.contradictions[weapon].insert({kind, report.exhibit_id()});
      }
    }
  }
}

// "EV-…" of an event of the life of the weapon at place `weapon`, or "EX-…" of the exhibit that
// shows it.
std::string IdOfEvent(const ResolvedView& view, std::uint32_t weapon, const view::WeaponLife& life,
                      std::uint32_t event) {
  const std::optional<std::uint32_t>& shown_by = life.facts.events[event].shown_by;
  if (shown_by.has_value()) {
    return IdOf(graph::IdKind::kExhibit, life.facts.exhibits[*shown_by].public_id);
  }
  return view::EventId(view, view.histories[weapon].events[event]);
}

// What happened with a gun after it was destroyed, and in what it was used after it was given back:
// of any gun, whether or not it was ever lost.
void TellDisposals(const ResolvedView& view, std::uint32_t weapon,
                   const view::CanonicalVersions& canonical, Told& told) {
  view::WeaponLife life = view::GatherLife(view, weapon, canonical);
  const view::LossReports reports = view::GatherLossReports(view, weapon, life, canonical);
  firearm::AddRecoveriesShown(life.facts);
  const auto& events = life.facts.events;
  for (const firearm::LifeEventFacts& destroyed : events) {
    if (destroyed.disposal != record::v1::DISPOSAL_KIND_DESTROYED) continue;
    for (std::uint32_t i = 0; i < events.size(); ++i) {
      // Two agencies' records of one destruction are of different days, and one that says not how
      // the gun left can be of that too.
      if (firearm::CanBeDestruction(events[i]) ||
          !linkage::Before(destroyed.occurred, events[i].occurred)) {
        continue;
      }
      told.contradictions[weapon].insert(
          {alert::v1::CONTRADICTION_KIND_USED_AFTER_DESTRUCTION, IdOfEvent(view, weapon, life, i)});
    }
  }
  const firearm::LossCases losses =
      firearm::FollowLosses(events, stolen::AsLossReports(reports.facts), life.facts.released);
  for (const firearm::UseAfterReturn& one :
       firearm::UsesAfterReturn(events, firearm::OrderOfEvents(events), losses)) {
    told.contradictions[weapon].insert(
        {alert::v1::CONTRADICTION_KIND_USED_AFTER_RETURN, IdOfEvent(view, weapon, life, one.use)});
  }
}

void TellFlags(const ResolvedView& view, Told& told) {
  const auto flags = view.Flags();
  for (std::uint32_t weapon = 0; weapon < flags.size(); ++weapon) {
    for (const linkage::WeaponFlag& flag : flags[weapon]) {
      if (!linkage::IsContradiction(flag.kind)) continue;
      const alert::v1::ContradictionKind kind = ContradictionOf(flag.kind);
      auto& contradictions = told.contradictions[weapon];
      for (const std::uint32_t event : flag.events) {
        contradictions.insert({kind, view::EventId(view, event)});
      }
      for (const std::uint32_t exhibit : flag.exhibits) {
        contradictions.insert(
            {kind, IdOf(graph::IdKind::kExhibit, view.exhibit_facts[exhibit].public_id)});
      }
    }
  }
}

absl::StatusOr<Told> Tell(const ResolvedView& view, const NewsContext& context) {
  Told told;
  told.ties.resize(view.histories.size());
  told.contradictions.resize(view.histories.size());
  std::vector<std::uint32_t> weapons;
  for (std::uint32_t weapon = 0; weapon < view.histories.size(); ++weapon) {
    // A report, or a record of its end, that is alone is tied to nothing and contradicts nothing.
    if (view.resolution.weapons[weapon].members.size() < 2) continue;
    if (HasEvent(view, weapon, EventKind::kLoss) || HasEvent(view, weapon, EventKind::kDisposal)) {
      weapons.push_back(weapon);
    }
  }
  if (!weapons.empty()) {
    SL_ASSIGN_OR_RETURN(const view::CanonicalVersions canonical,
                        view::ReadLives(view, weapons, context.reader));
    for (const std::uint32_t weapon : weapons) {
      if (HasEvent(view, weapon, EventKind::kLoss)) {
        TellLosses(view, weapon, canonical, context, told);
      }
      if (HasEvent(view, weapon, EventKind::kDisposal)) {
        TellDisposals(view, weapon, canonical, told);
      }
    }
  }
  TellFlags(view, told);
  SL_ASSIGN_OR_RETURN(const auto of_two_classes, ExhibitsOfTwoClasses(view, context.reader));
  for (const auto& [weapon, exhibits] : of_two_classes) {
    for (const std::string& exhibit : exhibits) {
      told.contradictions[weapon].insert(
          {alert::v1::CONTRADICTION_KIND_LEGAL_CLASSES_DIFFER, exhibit});
    }
  }
  return told;
}

const char* WordsOf(alert::v1::ContradictionKind kind) {
  switch (kind) {
    case alert::v1::CONTRADICTION_KIND_CUSTODY:
      return linkage::WordsOf(FlagKind::kCustodyContradiction);
    case alert::v1::CONTRADICTION_KIND_FINDINGS:
      return linkage::WordsOf(FlagKind::kConflict);
    case alert::v1::CONTRADICTION_KIND_PARTS_EXCHANGE:
      return linkage::WordsOf(FlagKind::kPartsExchange);
    case alert::v1::CONTRADICTION_KIND_IMPOSSIBLE_TRAVEL:
      return linkage::WordsOf(FlagKind::kImpossibleTravel);
    case alert::v1::CONTRADICTION_KIND_USED_AFTER_DESTRUCTION:
      return kDestroyedWords;
    case alert::v1::CONTRADICTION_KIND_USED_AFTER_RETURN:
      return kReturnedWords;
    case alert::v1::CONTRADICTION_KIND_BEFORE_LOSS:
      return kBeforeLossWords;
    case alert::v1::CONTRADICTION_KIND_LOSS_KINDS_DIFFER:
      return kLossKindsWords;
    case alert::v1::CONTRADICTION_KIND_LEGAL_CLASSES_DIFFER:
      return kLegalClassesWords;
    default:
      return "";
  }
}

// Compares what the viewer of `evidence` could know before the commit and after it.
class Comparison {
 public:
  Comparison(const view::ComponentEvidence& evidence, const NewsContext& context)
      : evidence_(evidence),
        context_(context),
        before_(evidence.AsShownAt(context.revision - 1)),
        after_(evidence.AsShownAt(context.revision)) {}

  absl::StatusOr<std::vector<News>> Compare() {
    states_.push_back(view::WeaponsIn(before_));
    states_.push_back(view::WeaponsIn(after_));
    for (const ResolvedView* const view : {&before_, &after_}) {
      for (std::size_t i = 0; i < view->exhibits.size(); ++i) {
        public_ids_[view->exhibits[i].number] = view->exhibit_facts[i].public_id;
      }
    }
    CompareSeries();
    SL_ASSIGN_OR_RETURN(const Told was, Tell(before_, context_));
    SL_ASSIGN_OR_RETURN(const Told is, Tell(after_, context_));
    CompareTies(was, is);
    CompareContradictions(was, is);
    return std::move(news_);
  }

 private:
  static std::uint64_t NameOf(const ResolvedView& view, std::uint32_t weapon) {
    return view.exhibit_facts[view.resolution.NamingExhibit(weapon)].public_id;
  }

  // An alert about the weapon at place `weapon` of `view`, with what is said of each.
  News& About(const ResolvedView& view, std::uint32_t weapon, alert::v1::AlertKind kind,
              const std::string& detail) {
    const std::uint64_t name = NameOf(view, weapon);
    News& news = news_.emplace_back(NewNews(kind, name, detail, context_));
    alert::v1::Alert& alert = news.alert;
    alert.set_weapon_id(IdOf(graph::IdKind::kWeapon, name));
    const linkage::WeaponHistory& history = view.histories[weapon];
    if (history.is_series) alert.set_series_id(IdOf(graph::IdKind::kSeries, name));
    alert.set_exhibit_count(static_cast<std::int32_t>(history.exhibit_count));
    alert.set_incident_count(static_cast<std::int32_t>(history.incident_count));
    std::set<std::string> agencies;
    absl::flat_hash_set<graph::ExhibitNumber> exhibits;
    absl::flat_hash_set<graph::RecordNumber> event_records;
    for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
      agencies.insert(view.exhibits[member].record->agency);
      exhibits.insert(view.exhibits[member].number);
    }
    for (const std::uint32_t event : history.events) {
      for (const std::uint32_t record : view.events.events[event].records) {
        const ResolvedView::Event& one = view.events_of_records[record];
        agencies.insert(one.record->agency);
        event_records.insert(one.record->number);
        AddAreas(one.version->areas, news);
      }
    }
    SetList(agencies, alert.mutable_agencies());
    SetCauses(exhibits, event_records, alert);
    return news;
  }

  void SetCauses(const absl::flat_hash_set<graph::ExhibitNumber>& exhibits,
                 const absl::flat_hash_set<graph::RecordNumber>& event_records,
                 alert::v1::Alert& alert) const {
    alert.clear_causes();
    for (const std::uint64_t record :
         evidence_.CausesAt(context_.revision, exhibits, event_records).records) {
      if (alert.causes_size() == kAlertListMax) return;
      alert.add_causes(IdOf(graph::IdKind::kRecord, record));
    }
  }

  void AddChange(const view::WeaponChange& change, News& news) const {
    alert::v1::Alert& alert = news.alert;
    alert.set_change(change.change);
    alert.set_exhibit_count(static_cast<std::int32_t>(change.exhibit_count));
    alert.set_incident_count(static_cast<std::int32_t>(change.incident_count));
    for (const graph::ExhibitNumber other : change.other_weapons) {
      if (alert.other_weapons_size() == kAlertListMax) break;
      alert.add_other_weapons(IdOf(graph::IdKind::kWeapon, public_ids_.at(other)));
    }
    SetCauses({change.exhibits.begin(), change.exhibits.end()},
              {change.event_records.begin(), change.event_records.end()}, alert);
  }

  void CompareSeries() {
    absl::flat_hash_set<graph::ExhibitNumber> in_series;  // now
    for (std::uint32_t weapon = 0; weapon < after_.histories.size(); ++weapon) {
      if (!after_.histories[weapon].is_series) continue;
      for (const std::uint32_t member : after_.resolution.weapons[weapon].members) {
        in_series.insert(after_.exhibits[member].number);
      }
      const graph::ExhibitNumber root =
          after_.exhibits[after_.resolution.NamingExhibit(weapon)].number;
      for (const view::WeaponChange& change : view::ChangesOfWeapon(states_, root, true)) {
        AddChange(change, About(after_, weapon, KindOf(change.change), ""));
      }
    }
    for (std::uint32_t weapon = 0; weapon < before_.histories.size(); ++weapon) {
      if (!before_.histories[weapon].is_series) continue;
      const auto& members = before_.resolution.weapons[weapon].members;
      const bool goes_on = std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
        return in_series.contains(before_.exhibits[member].number);
      });
      if (goes_on) continue;
      News& news = About(before_, weapon, alert::v1::ALERT_KIND_SERIES_DISSOLVED, "");
      news.alert.set_change(series::v1::CHANGE_DISSOLVED);
      // What is left under its name.
      news.alert.set_exhibit_count(0);
      news.alert.set_incident_count(0);
      const auto left = after_.Find(before_.exhibits[members.front()].number);
      if (!left.has_value()) continue;
      const linkage::WeaponHistory& history = after_.histories[after_.resolution.weapon_of[*left]];
      news.alert.set_exhibit_count(static_cast<std::int32_t>(history.exhibit_count));
      news.alert.set_incident_count(static_cast<std::int32_t>(history.incident_count));
      if (history.is_police_issue && history.incident_count >= linkage::kSeriesIncidents) {
        ExplainPoliceIssue(weapon, history, news.alert);
      }
    }
  }

  // The series at place `weapon` before is none any more for what it is now. What came to it can be
  // what says so.
  void ExplainPoliceIssue(std::uint32_t weapon, const linkage::WeaponHistory& now,
                          alert::v1::Alert& alert) const {
    alert.set_explanation(linkage::WordsOf(FlagKind::kPoliceIssue));
    absl::flat_hash_set<graph::ExhibitNumber> exhibits;
    absl::flat_hash_set<graph::RecordNumber> event_records;
    const auto add = [&](const ResolvedView& view, std::uint32_t one) {
      for (const std::uint32_t member : view.resolution.weapons[one].members) {
        exhibits.insert(view.exhibits[member].number);
      }
      for (const std::uint32_t event : view.histories[one].events) {
        for (const std::uint32_t record : view.events.events[event].records) {
          event_records.insert(view.events_of_records[record].record->number);
        }
      }
    };
    add(before_, weapon);
    add(after_, now.weapon);
    SetCauses(exhibits, event_records, alert);
  }

  static void AddId(const std::string& id, std::set<std::string>& exhibits,
                    std::set<std::string>& events) {
    (id.starts_with(graph::IdPrefix(graph::IdKind::kEvent)) ? events : exhibits).insert(id);
  }

  template <typename Item>
  static std::set<Item> AllOf(const std::vector<std::set<Item>>& of_weapons) {
    std::set<Item> all;
    for (const std::set<Item>& one : of_weapons) all.insert(one.begin(), one.end());
    return all;
  }

  void CompareTies(const Told& was, const Told& is) {
    std::map<Tie, Concerned> known;
    for (const std::map<Tie, Concerned>& ties : was.ties) {
      for (const auto& [tie, concerned] : ties) known[tie] = concerned;
    }
    // What is known is news for whom it concerns only now.
    const auto is_news = [&](const Tie& tie, const Concerned& concerned) {
      const auto found = known.find(tie);
      return found == known.end() ||
             (concerned.Has(context_.agency) && !found->second.Has(context_.agency));
    };
    for (std::uint32_t weapon = 0; weapon < is.ties.size(); ++weapon) {
      // By kind, and whether a part alone.
      std::map<std::pair<alert::v1::AlertKind, bool>, std::vector<std::pair<Tie, Concerned>>> added;
      for (const auto& one : is.ties[weapon]) {
        if (!is_news(one.first, one.second)) continue;
        added[{one.first.kind, one.first.is_part}].push_back(one);
      }
      for (const auto& [key, ties] : added) {
        const auto& [kind, is_part] = key;
        std::set<std::string> exhibits;
        std::set<std::string> events;
        Concerned all;
        for (const auto& [tie, concerned] : ties) {
          AddId(tie.report, exhibits, events);
          AddId(tie.event, exhibits, events);
          all.losing.insert(concerned.losing.begin(), concerned.losing.end());
          all.investigating.insert(concerned.investigating.begin(), concerned.investigating.end());
        }
        alert::v1::Alert& alert = About(after_, weapon, kind, is_part ? "part" : "").alert;
        if (is_part) alert.set_explanation(kPartWords);
        SetList(exhibits, alert.mutable_exhibits());
        SetList(events, alert.mutable_events());
        SetConcerned(all, alert);
      }
    }
  }

  void CompareContradictions(const Told& was, const Told& is) {
    const std::set<Contradiction> known = AllOf(was.contradictions);
    for (std::uint32_t weapon = 0; weapon < is.contradictions.size(); ++weapon) {
      // One that has become about more is told in full.
      std::set<alert::v1::ContradictionKind> added;
      for (const Contradiction& one : is.contradictions[weapon]) {
        if (!known.contains(one)) added.insert(one.kind);
      }
      for (const alert::v1::ContradictionKind kind : added) {
        std::set<std::string> exhibits;
        std::set<std::string> events;
        for (const Contradiction& one : is.contradictions[weapon]) {
          if (one.kind == kind) AddId(one.about, exhibits, events);
        }
        alert::v1::Alert& alert = About(after_, weapon, alert::v1::ALERT_KIND_CONTRADICTION,
                                        absl::StrCat(static_cast<int>(kind)))
                                      .alert;
        alert.set_contradiction(kind);
        alert.set_explanation(WordsOf(kind));
        SetList(exhibits, alert.mutable_exhibits());
        SetList(events, alert.mutable_events());
      }
    }
  }

  const view::ComponentEvidence& evidence_;
  const NewsContext& context_;
  const ResolvedView before_;
  const ResolvedView after_;
  std::vector<view::WeaponsThen> states_;
  absl::flat_hash_map<graph::ExhibitNumber, std::uint64_t> public_ids_;
  std::vector<News> news_;
};

}  // namespace

void AddAreas(const linkage::AreaKeys& areas, News& news) {
  for (const std::uint64_t area : areas) {
    if (area != 0) news.areas.insert(area);
  }
}

News NewNews(alert::v1::AlertKind kind, std::uint64_t about, const std::string& detail,
             const NewsContext& context) {
  News news;
  const std::string number = absl::StrCat(static_cast<int>(kind));
  const std::string revision = absl::StrCat(context.revision);
  const std::string name = absl::StrCat(about);
  news.id = context.ids.ForFields({"alert", number, revision, name, detail}).value();
  alert::v1::Alert& alert = news.alert;
  // Alerts are in no table of ids: the prefix is theirs alone.
  alert.set_alert_id("AL" + IdOf(graph::IdKind::kRecord, news.id).substr(2));
  alert.set_kind(kind);
  alert.set_revision(static_cast<std::int64_t>(context.revision));
  *alert.mutable_time() = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(context.time));
  return news;
}

absl::StatusOr<std::vector<News>> NewsOfWeapons(const view::ComponentEvidence& evidence,
                                                const NewsContext& context) {
  return Comparison(evidence, context).Compare();
}

News Unresolved(std::uint64_t exhibit_public_id, std::uint64_t record_public_id,
                const std::string& agency, const NewsContext& context) {
  News news = NewNews(alert::v1::ALERT_KIND_UNRESOLVED, exhibit_public_id, "", context);
  news.alert.add_exhibits(IdOf(graph::IdKind::kExhibit, exhibit_public_id));
  news.alert.add_causes(IdOf(graph::IdKind::kRecord, record_public_id));
  news.alert.add_agencies(agency);
  return news;
}

}  // namespace serieslink::alerts
