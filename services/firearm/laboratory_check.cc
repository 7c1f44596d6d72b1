#include "services/firearm/laboratory_check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "services/firearm/core/life.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/found_versions.h"
#include "services/view/weapon_life.h"
#include "storage/base/status_macros.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::view::ResolvedView;

bool IsExamined(const record::v1::Exhibit& exhibit) {
  const record::v1::Examination& examination = exhibit.examination();
  return examination.has_submitted() || examination.has_received() || examination.has_examined() ||
         examination.stage() != record::v1::EXAMINATION_STAGE_UNSPECIFIED;
}

bool IsTestFire(record::v1::ExhibitKind kind) {
  return kind == record::v1::EXHIBIT_KIND_TEST_FIRE_CASES ||
         kind == record::v1::EXHIBIT_KIND_TEST_FIRE_BULLETS;
}

bool IsLaboratorys(const record::v1::Record& record) {
  return record.kind() == record::v1::RECORD_KIND_LABORATORY_ITEM;
}

// The last moment at which the exhibit's record has it at a laboratory; unknown where it gives
// none.
linkage::TimeInterval AtLaboratory(const record::v1::Exhibit& exhibit) {
  const record::v1::Examination& examination = exhibit.examination();
  linkage::TimeInterval last;
  const auto add = [&](bool is_given, const type::v1::DateInterval& date) {
    const auto moment = view::IntervalGiven(is_given, date);
    if (moment.has_value()) last = *moment;
  };
  add(examination.has_submitted(), examination.submitted());
  add(examination.has_received(), examination.received());
  add(exhibit.has_test_fired(), exhibit.test_fired());
  add(examination.has_examined(), examination.examined());
  return last;
}

// A laboratory's record of the item's event that has an item of the same exhibit mark.
bool HasMarkInEvent(const ResolvedView& view, std::uint32_t weapon, const FoundFirearm& item,
                    const view::CanonicalVersions& canonical) {
  const std::string mark = view::FoldText(item.record->exhibits(item.place).exhibit_mark());
  if (mark.empty()) return false;
  const auto record_of = [&](std::uint32_t record) -> const ResolvedView::Event& {
    return view.events_of_records[record];
  };
  for (const std::uint32_t event : view.histories[weapon].events) {
    const auto& records = view.events.events[event].records;
    const bool is_items = std::any_of(records.begin(), records.end(), [&](std::uint32_t record) {
      return record_of(record).record->number == graph::RecordOf(item.number);
    });
    if (!is_items) continue;
    for (const std::uint32_t record : records) {
      const auto found = canonical.find(record_of(record).version);
      if (found == canonical.end() || !IsLaboratorys(*found->second)) continue;
      for (const record::v1::Exhibit& exhibit : found->second->exhibits()) {
        if (view::FoldText(exhibit.exhibit_mark()) == mark) return true;
      }
    }
  }
  return false;
}

// A laboratory had a gun of the weapon, and not certainly before the item's event.
bool HasGunAtLaboratory(const ResolvedView& view, std::uint32_t weapon, const FoundFirearm& item,
                        const view::CanonicalVersions& canonical) {
  if (item.terms.kind != record::v1::EXHIBIT_KIND_GUN) return false;
  const auto& members = view.resolution.weapons[weapon].members;
  return std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
    const ResolvedView::Exhibit& seen = view.exhibits[member];
    const record::v1::Record& record = *canonical.at(seen.version);
    const record::v1::Exhibit& exhibit = record.exhibits(seen.place);
    const bool is_gun = exhibit.kind() == record::v1::EXHIBIT_KIND_GUN;
    const bool was_there =
        IsTestFire(exhibit.kind()) || (is_gun && (IsLaboratorys(record) || IsExamined(exhibit)));
    return was_there && !linkage::Before(AtLaboratory(exhibit), item.terms.occurred);
  });
}

// A record says that the gun was destroyed or given back, certainly after the item's event.
bool IsGone(const ResolvedView& view, std::uint32_t weapon, const FoundFirearm& item,
            const view::CanonicalVersions& canonical) {
  if (item.terms.kind != record::v1::EXHIBIT_KIND_GUN) return false;
  const view::WeaponLife life = view::GatherLife(view, weapon, canonical);
  return std::any_of(life.facts.events.begin(), life.facts.events.end(),
                     [&](const LifeEventFacts& event) {
                       return !event.disposals_differ &&
                              (event.disposal == record::v1::DISPOSAL_KIND_DESTROYED ||
                               event.disposal == record::v1::DISPOSAL_KIND_RETURNED) &&
                              linkage::Before(item.terms.occurred, event.occurred);
                     });
}

}  // namespace

absl::StatusOr<std::vector<SeenByLaboratory>> LaboratoryCheck::Check(
    absl::Span<const FoundFirearm> items) {
  std::vector<SeenByLaboratory> seen(items.size(), SeenByLaboratory::kNo);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (IsExamined(items[i].record->exhibits(items[i].place))) seen[i] = SeenByLaboratory::kYes;
  }
  SL_RETURN_IF_ERROR(CheckStatements(items, seen));
  SL_RETURN_IF_ERROR(CheckWeapons(items, seen));
  return seen;
}

absl::Status LaboratoryCheck::CheckStatements(absl::Span<const FoundFirearm> items,
                                              std::vector<SeenByLaboratory>& seen) {
  // Of each statement that counts where the viewer may see its other end.
  struct Said {
    std::size_t item = 0;
    graph::RecordNumber other = 0;
    bool is_comparison = false;
  };
  std::vector<Said> said;
  std::vector<graph::RecordNumber> numbers;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (seen[i] != SeenByLaboratory::kNo) continue;
    SL_ASSIGN_OR_RETURN(const auto statements, cut_.reader.StatementsAbout(items[i].number));
    for (const stored::v1::Statement& stored : statements) {
      const graph::RevisionInterval held{stored.from_revision(),
                                         graph::FromStoredEnd(stored.to_revision())};
      if (!held.Contains(cut_.revision)) continue;
      const linkage::Statement statement = view::StatementOf(stored);
      const bool is_comparison = statement.basis == linkage::Basis::kExaminer;
      const bool is_relation = statement.verdict == linkage::Verdict::kConfirmed &&
                               (linkage::IsOneItem(statement) || linkage::IsTestFire(statement));
      if (!is_comparison && !is_relation) continue;
      const graph::ExhibitNumber other = stored.newer_exhibit() == items[i].number
                                             ? stored.older_exhibit()
                                             : stored.newer_exhibit();
      said.push_back({i, graph::RecordOf(other), is_comparison});
      numbers.push_back(graph::RecordOf(other));
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(numbers));
  std::vector<view::VersionOfRecord> versions;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const graph::SequenceNumber sequence =
        states[i].has_value() ? view::StandingSequence(*states[i], cut_.revision) : 0;
    if (sequence != 0) versions.push_back({numbers[i], sequence});
  }
  SL_ASSIGN_OR_RETURN(const auto found, view::FindVersions(cut_, viewer_, versions));
  absl::flat_hash_map<graph::RecordNumber, const record::v1::Record*> standing;
  for (const view::FoundVersion& one : found) {
    if (one.record != nullptr) standing[one.number] = one.record.get();
  }
  for (const Said& one : said) {
    const auto other = standing.find(one.other);
    if (other == standing.end()) continue;
    if (one.is_comparison || IsLaboratorys(*other->second)) seen[one.item] = SeenByLaboratory::kYes;
  }
  return absl::OkStatus();
}

absl::Status LaboratoryCheck::CheckWeapons(absl::Span<const FoundFirearm> items,
                                           std::vector<SeenByLaboratory>& seen) {
  std::vector<graph::ExhibitNumber> numbers;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (seen[i] == SeenByLaboratory::kNo) numbers.push_back(items[i].number);
  }
  if (numbers.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const auto evidence,
                      view::ComponentEvidence::LoadAll(cut_.reader, viewer_, numbers, {}));
  if (!evidence->is_too_large()) return CheckIn(*evidence, items, seen);
  absl::flat_hash_set<graph::ExhibitNumber> too_large;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (seen[i] != SeenByLaboratory::kNo) continue;
    SL_ASSIGN_OR_RETURN(const auto one, view::ComponentEvidence::Load(
                                            cut_.reader, viewer_, items[i].number, {}, too_large));
    if (one->is_too_large()) {
      too_large.insert(one->members().begin(), one->members().end());
      seen[i] = SeenByLaboratory::kUnresolved;
      continue;
    }
    SL_RETURN_IF_ERROR(CheckIn(*one, items, seen));
  }
  return absl::OkStatus();
}

absl::Status LaboratoryCheck::CheckIn(const view::ComponentEvidence& evidence,
                                      absl::Span<const FoundFirearm> items,
                                      std::vector<SeenByLaboratory>& seen) {
  const ResolvedView view = evidence.At(cut_.revision);
  view::CanonicalVersions canonical;
  std::vector<const view::LoadedVersion*> versions;
  std::vector<std::pair<std::size_t, std::uint32_t>> weapons;  // of items
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (seen[i] != SeenByLaboratory::kNo) continue;
    const auto place = view.Find(items[i].number);
    if (!place.has_value()) continue;
    const std::uint32_t weapon = view.resolution.weapon_of[*place];
    // As everywhere: the life of such a gun is more than one call reads.
    if (view.resolution.weapons[weapon].members.size() > kLifeExhibitsMax) {
      seen[i] = SeenByLaboratory::kUnresolved;
      continue;
    }
    weapons.emplace_back(i, weapon);
    for (const view::LoadedVersion* const version : view::VersionsOfLife(view, weapon)) {
      if (canonical.try_emplace(version).second) versions.push_back(version);
    }
  }
  SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(cut_.reader, versions));
  for (std::size_t i = 0; i < versions.size(); ++i) canonical[versions[i]] = records[i];
  for (const auto& [item, weapon] : weapons) {
    if (HasMarkInEvent(view, weapon, items[item], canonical) ||
        HasGunAtLaboratory(view, weapon, items[item], canonical)) {
      seen[item] = SeenByLaboratory::kYes;
    } else if (IsGone(view, weapon, items[item], canonical)) {
      seen[item] = SeenByLaboratory::kGone;
    }
  }
  return absl::OkStatus();
}

}  // namespace serieslink::firearm
