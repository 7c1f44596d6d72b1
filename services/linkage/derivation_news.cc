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
  for (const ExhibitIndex exhibit : touched) {
    const ExhibitNode& node = exhibits_[exhibit];
    if (node.component == 0) continue;
    const auto [known, is_new] = matters.try_emplace(node.component);
    if (is_new) known->second = MatterOf(node.component);
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
  NoteLeadsOfLosses();
}

void Derivation::NoteLeadsOfLosses() {
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
  std::vector<std::pair<std::uint64_t, std::uint64_t>> leads;  // numbers
  for (const auto& [newer, older] : new_leads_) {
    const Course one = course_of(newer);
    const Course other = course_of(older);
    if ((one.is_lost && other.is_seen) || (other.is_lost && one.is_seen)) {
      leads.emplace_back(NumberOf(exhibits_[newer]), NumberOf(exhibits_[older]));
    }
  }
  new_leads_.clear();
  if (leads.empty()) return;
  std::sort(leads.begin(), leads.end());
  stored::v1::RevisionNews& news = changes_->news[revision_];
  for (const auto& [newer, older] : leads) {
    news.add_lead_exhibits(newer);
    news.add_lead_exhibits(older);
  }
}

void Derivation::NoteLeadNews(ExhibitIndex newer, ExhibitIndex older) {
  new_leads_.emplace_back(newer, older);
}

}  // namespace serieslink::linkage
