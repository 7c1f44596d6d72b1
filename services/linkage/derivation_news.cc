// Which exhibits a revision touched that somebody may wait to hear of. Who sees less than
// everything can see a weapon change where the base view does not (what a hidden record had joined,
// a visible one now joins), so what counts here is what the revision touched, and not what came of
// it.
#include <algorithm>
#include <utility>

#include "services/linkage/derivation.h"

namespace serieslink::linkage {
namespace {

// Records that share references, up to which those of one event are told when another one's date or
// place becomes known. A crime reference seldom has more than a few.
constexpr std::size_t kRelatedMax = 64;
// Exhibits of a gun up to which leads to it that were known are told when its loss comes, and how
// many of these are.
constexpr std::size_t kLeadsAroundExhibitsMax = 256;
constexpr std::size_t kLeadsAroundMax = 64;

bool ComesIntoHandOrLeavesIt(EventKind kind) {
  return kind == EventKind::kRecovery || kind == EventKind::kSurrender ||
         kind == EventKind::kBorderSeizure || kind == EventKind::kDisposal;
}

}  // namespace

void Derivation::NoteVersion(RecordIndex record, const Ordinals& ordinals) {
  for (const std::uint32_t ordinal : ordinals) {
    related_exhibits_.push_back(records_[record].exhibits[ordinal]);
  }
  if (records_[record].has_event) versioned_records_.push_back(record);
}

void Derivation::NoteRelated(absl::Span<const RecordIndex> records) {
  if (records.size() < 2 || records.size() > kRelatedMax) return;
  for (const RecordIndex record : records) {
    for (const ExhibitIndex exhibit : records_[record].exhibits) {
      if (exhibits_[exhibit].component != 0) related_exhibits_.push_back(exhibit);
    }
  }
}

// Whether a weapon of the component can be, or before this revision have been, a series, or a gun
// that was lost, or one of which something contradicts its custody or its end: as anybody may see
// it. A viewer can tell two events where the base view tells one, never two where there is one
// record. Members come in an order that a restart changes, so nothing here may depend on it.
Derivation::Matter Derivation::MatterOf(std::uint64_t component) const {
  RecordIndex used = kNone;
  RecordIndex in_custody = kNone;
  RecordIndex any = kNone;
  bool is_held = false;
  bool is_lost = false;
  bool is_disposed = false;
  bool has_two = false;
  Matter matter;
  for (const ExhibitIndex member : exhibit_components_.Members(component)) {
    const ExhibitNode& node = exhibits_[member];
    const RecordNode& record = records_[node.record];
    // What stood before this revision is no longer known here: it may have been an incident.
    const bool has_changed = !node.active || (record.touched && node.record < first_new_record_);
    const EventKind kind = record.has_event ? scenes_[record.scene].kind : EventKind::kUnspecified;
    if (has_changed || kind == EventKind::kIncident) {
      matter.is_any |= used != kNone && used != node.record;
      used = node.record;
    }
    if (node.has_custody) {
      matter.is_any |= in_custody != kNone && in_custody != node.record;
      in_custody = node.record;
    }
    is_held |= node.has_custody || ComesIntoHandOrLeavesIt(kind);
    matter.is_lost |= has_changed || kind == EventKind::kLoss;
    is_lost |= kind == EventKind::kLoss;
    is_disposed |= kind == EventKind::kDisposal;
    has_two |= any != kNone && any != node.record;
    any = node.record;
    matter.is_any |= has_two && (is_lost || is_disposed || (used != kNone && is_held));
    if (matter.is_any && matter.is_lost) break;
  }
  return matter;
}

void Derivation::NoteNews() {
  absl::flat_hash_set<std::uint64_t> done;
  for (const RecordIndex record : versioned_records_) {
    const std::uint64_t component = ComponentOf(record);
    if (component == 0 || !done.insert(component).second) continue;
    const FewIndexes& members = record_components_.Members(component);
    if (members.size() > kRelatedMax) continue;
    NoteRelated(std::vector<RecordIndex>(members.begin(), members.end()));
  }
  versioned_records_.clear();
  std::vector<ExhibitIndex> touched = std::move(touched_exhibits_);
  for (const ExhibitIndex exhibit : touched) exhibits_[exhibit].touched = false;
  touched.insert(touched.end(), related_exhibits_.begin(), related_exhibits_.end());
  touched_exhibits_.clear();
  related_exhibits_.clear();
  std::vector<std::uint64_t> numbers;
  std::vector<std::uint64_t> lost;
  absl::flat_hash_map<std::uint64_t, Matter> matters;
  std::vector<ExhibitIndex> of_lost_guns;  // one of each component
  for (const ExhibitIndex exhibit : touched) {
    const ExhibitNode& node = exhibits_[exhibit];
    if (node.component == 0) {
      if (KindOf(node.record) == EventKind::kLoss) of_lost_guns.push_back(exhibit);
      continue;
    }
    const auto [known, is_new] = matters.try_emplace(node.component);
    if (is_new) known->second = MatterOf(node.component);
    if (is_new && known->second.is_lost) of_lost_guns.push_back(exhibit);
    if (!known->second.is_any) continue;
    (known->second.is_lost ? lost : numbers).push_back(NumberOf(node));
  }
  for (const RecordIndex record : touched_records_) records_[record].touched = false;
  touched_records_.clear();
  const auto add = [this](std::vector<std::uint64_t>& some, auto list) {
    if (some.empty()) return;
    std::sort(some.begin(), some.end());
    some.erase(std::unique(some.begin(), some.end()), some.end());
    (changes_->news[revision_].*list)()->Add(some.begin(), some.end());
  };
  add(numbers, &stored::v1::RevisionNews::mutable_exhibits);
  add(lost, &stored::v1::RevisionNews::mutable_lost_exhibits);
  add(seizures_, &stored::v1::RevisionNews::mutable_seizures);
  seizures_.clear();
  NoteLeadsOfLosses(of_lost_guns);
}

std::vector<std::pair<ExhibitIndex, ExhibitIndex>> Derivation::LeadsAround(
    ExhibitIndex exhibit) const {
  const std::uint64_t component = exhibits_[exhibit].component;
  std::vector<ExhibitIndex> members = {exhibit};
  if (component != 0) {
    const FewIndexes& all = exhibit_components_.Members(component);
    if (all.size() > kLeadsAroundExhibitsMax) return {};
    members.assign(all.begin(), all.end());
  }
  std::vector<std::pair<ExhibitIndex, ExhibitIndex>> pairs;
  for (const ExhibitIndex member : members) {
    for (const StatementIndex index : exhibits_[member].statements) {
      const StatementNode& node = statements_[index];
      // Most are rules' confirmations, which are no leads.
      if (node.by_rule && node.can_join()) continue;
      if (leads_.contains(
              PairKey(NumberOf(exhibits_[node.newer]), NumberOf(exhibits_[node.older])))) {
        pairs.emplace_back(node.newer, node.older);
      }
    }
  }
  return pairs;
}

void Derivation::NoteLeadsOfLosses(absl::Span<const ExhibitIndex> lost) {
  // What the gun of an exhibit went through: its component is that of confirmed statements.
  struct Course {
    bool is_lost = false;
    bool is_seen = false;  // used, or in hand
  };
  const auto add_kind = [this](ExhibitIndex exhibit, Course& course) {
    const RecordNode& record = records_[exhibits_[exhibit].record];
    if (!exhibits_[exhibit].active || !record.has_event) return;
    const EventKind kind = scenes_[record.scene].kind;
    course.is_lost |= kind == EventKind::kLoss;
    course.is_seen |= kind == EventKind::kIncident || kind == EventKind::kRecovery ||
                      kind == EventKind::kSurrender || kind == EventKind::kBorderSeizure;
  };
  absl::flat_hash_map<std::uint64_t, Course> of_components;
  const auto course_of = [&](ExhibitIndex exhibit) {
    Course course;
    const std::uint64_t component = exhibits_[exhibit].component;
    if (component == 0) {
      add_kind(exhibit, course);
      return course;
    }
    const auto [known, is_new] = of_components.try_emplace(component);
    if (!is_new) return known->second;
    for (const ExhibitIndex member : exhibit_components_.Members(component)) {
      add_kind(member, known->second);
    }
    return known->second;
  };
  using Numbers = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
  const auto numbers_of = [&](absl::Span<const std::pair<ExhibitIndex, ExhibitIndex>> pairs) {
    Numbers numbers;
    for (const auto& [newer, older] : pairs) {
      const Course one = course_of(newer);
      const Course other = course_of(older);
      if ((one.is_lost && other.is_seen) || (other.is_lost && one.is_seen)) {
        numbers.emplace_back(NumberOf(exhibits_[newer]), NumberOf(exhibits_[older]));
      }
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
  };
  const Numbers added = numbers_of(new_leads_);
  new_leads_.clear();
  Numbers known;
  for (const ExhibitIndex exhibit : lost) {
    Numbers around = numbers_of(LeadsAround(exhibit));
    std::erase_if(around, [&added](const auto& pair) {
      return std::binary_search(added.begin(), added.end(), pair);
    });
    // Those with the lowest numbers, in whatever order its exhibits are kept.
    if (around.size() > kLeadsAroundMax) around.resize(kLeadsAroundMax);
    known.insert(known.end(), around.begin(), around.end());
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const auto note = [this](const Numbers& pairs, auto list) {
    if (pairs.empty()) return;
    google::protobuf::RepeatedField<std::uint64_t>& noted = *(changes_->news[revision_].*list)();
    for (const auto& [newer, older] : pairs) {
      noted.Add(newer);
      noted.Add(older);
    }
  };
  note(added, &stored::v1::RevisionNews::mutable_lead_exhibits);
  note(known, &stored::v1::RevisionNews::mutable_known_lead_exhibits);
}

void Derivation::NoteLeadNews(ExhibitIndex newer, ExhibitIndex older) {
  new_leads_.emplace_back(newer, older);
}

}  // namespace serieslink::linkage
