// What is noted for the index of losses of what others tell of a gun that is reported lost. Viewers
// see other weapons than the base view, but none that goes beyond a component: so what any of a
// component's exhibits tells, each of its reports is found by. What a list has by such a part is
// then told exactly, for whoever asks.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "services/linkage/derivation.h"
#include "services/view/loss_terms.h"

namespace serieslink::linkage {
namespace {

// Areas of use that are noted one by one. Of a gun that was used in more, all that is noted is that
// there are many: what is noted grows no faster than its reports.
constexpr std::size_t kAreasMax = 32;

bool IsGunOrPart(ExhibitKind kind) {
  return kind == ExhibitKind::kDescribedGun || kind == ExhibitKind::kGun ||
         kind == ExhibitKind::kGunPart;
}

// Of what a laboratory or a store has: see firearm::AddRecoveriesShown.
bool CanBeInHand(ExhibitKind kind) {
  return kind == ExhibitKind::kGun || kind == ExhibitKind::kTestFireCases ||
         kind == ExhibitKind::kTestFireBullets;
}

bool ComesIntoHand(EventKind kind) {
  return kind == EventKind::kRecovery || kind == EventKind::kSurrender ||
         kind == EventKind::kBorderSeizure;
}

}  // namespace

std::optional<graph::SequenceNumber> Derivation::LossOf(const ExhibitNode& node) const {
  const auto loss = standing_losses_.find(node.record);
  if (loss == standing_losses_.end() || !node.active ||
      !IsGunOrPart(descriptions_[node.description].kind)) {
    return std::nullopt;
  }
  return loss->second;
}

template <typename Tell>
void Derivation::TellOfLosses(std::uint64_t component, const Tell& tell) const {
  using view::LossField;
  std::vector<ExhibitIndex> lost;
  for (const ExhibitIndex member : exhibit_components_.Members(component)) {
    if (LossOf(exhibits_[member]).has_value()) lost.push_back(member);
  }
  if (lost.empty()) return;
  std::set<std::uint64_t> areas;  // of use; 0 among them: others that have no name here
  bool is_back = false;
  bool is_left = false;
  bool is_used = false;
  // The earliest moment of a use, and of what came into hand, as far as it is known to be none
  // before.
  std::int64_t used_s = TimeInterval::kUnknownLatest;
  std::int64_t back_s = TimeInterval::kUnknownLatest;
  for (const ExhibitIndex member : exhibit_components_.Members(component)) {
    const ExhibitNode& node = exhibits_[member];
    if (!node.active) continue;
    const RecordNode& record = records_[node.record];
    const Scene* const scene = record.has_event ? &scenes_[record.scene] : nullptr;
    const EventKind kind = scene == nullptr ? EventKind::kUnspecified : scene->kind;
    // An account of the event under another id can say that it was at another time and elsewhere.
    const bool is_renamed =
        record.has_event &&
        ((record.relations != kNone && !EventFactsOf(node.record).former_sources.empty()) ||
         claimants_.lower_bound({record.source_hash, 0}) !=
             claimants_.lower_bound({record.source_hash, kNone}));
    const std::int64_t earliest_s =
        is_renamed ? TimeInterval::kUnknownEarliest : record.occurred.earliest_s;
    const ExhibitKind of_exhibit = descriptions_[node.description].kind;
    // A part can be what was lost. Of one that is alone in this its own terms tell.
    const bool is_part_elsewhere =
        of_exhibit == ExhibitKind::kGunPart && (kind != EventKind::kLoss || lost.size() > 1);
    if (ComesIntoHand(kind)) {
      is_back = true;
      back_s = std::min(back_s, earliest_s);
    } else if (node.has_custody || CanBeInHand(of_exhibit) || is_part_elsewhere) {
      // Since when it was in hand is not known here.
      is_back = true;
      back_s = TimeInterval::kUnknownEarliest;
    }
    is_left |= kind == EventKind::kDisposal;
    if (kind != EventKind::kIncident) continue;
    is_used = true;
    used_s = std::min(used_s, earliest_s);
    if (scene->borough == 0 || scene->force_area == 0 || is_renamed) areas.insert(0);
    if (scene->borough != 0) areas.insert(scene->borough);
    if (scene->force_area != 0) areas.insert(scene->force_area);
  }
  if (areas.size() > kAreasMax) areas = {0};
  std::vector<std::string> shared;
  const auto add = [&shared](LossField field, std::string_view value) {
    shared.push_back(view::LossPart(field, value));
  };
  if (is_back) add(LossField::kBack, {});
  if (is_left) add(LossField::kLeft, {});
  if (is_used) add(LossField::kUsed, {});
  if (lost.size() > 1) add(LossField::kReported, {});
  for (const std::uint64_t area : areas) add(LossField::kUsed, view::UsedAreaTerm(area));
  for (const ExhibitIndex report : lost) {
    const ExhibitNode& node = exhibits_[report];
    std::vector<std::string> parts = shared;
    const std::int64_t latest_s = records_[node.record].occurred.latest_s;
    if (lost.size() > 1 || (is_used && (is_back || is_left)) || (is_used && used_s < latest_s) ||
        (is_back && back_s < latest_s)) {
      parts.push_back(view::LossPart(LossField::kDoubt, {}));
    }
    std::sort(parts.begin(), parts.end());
    tell(report, *LossOf(node), std::move(parts));
  }
}

void Derivation::NoteLosses(std::uint64_t component) {
  TellOfLosses(component, [this](ExhibitIndex exhibit, graph::SequenceNumber sequence,
                                 std::vector<std::string> parts) {
    NotedLoss& noted = noted_losses_[exhibit];
    std::vector<std::string> added;
    const std::vector<std::string> none;
    const auto& before = noted.sequence == sequence ? noted.parts : none;
    std::set_difference(parts.begin(), parts.end(), before.begin(), before.end(),
                        std::back_inserter(added));
    const ExhibitNode& node = exhibits_[exhibit];
    for (const std::string& part : added) {
      view::AddDerivedLoss(part, records_[node.record].occurred, NumberOf(node), sequence,
                           changes_->firearms);
    }
    noted = {sequence, std::move(parts)};
  });
}

void Derivation::NoteRenamed(RecordIndex record) {
  for (const ExhibitIndex exhibit : records_[record].exhibits) to_note_.push_back(exhibit);
}

void Derivation::RestoreLosses() {
  std::set<std::uint64_t> components;
  for (const auto& [record, sequence] : standing_losses_) {
    for (const ExhibitIndex exhibit : records_[record].exhibits) {
      if (exhibits_[exhibit].component != 0) components.insert(exhibits_[exhibit].component);
    }
  }
  for (const std::uint64_t component : components) {
    TellOfLosses(component, [this](ExhibitIndex exhibit, graph::SequenceNumber sequence,
                                   std::vector<std::string> parts) {
      noted_losses_[exhibit] = {sequence, std::move(parts)};
    });
  }
}

void Derivation::NoteMoreOfLoss(ExhibitIndex exhibit) {
  const ExhibitNode& node = exhibits_[exhibit];
  const std::optional<graph::SequenceNumber> loss = LossOf(node);
  if (!loss.has_value()) return;
  view::AddMoreOfLoss(records_[node.record].occurred, NumberOf(node), *loss, changes_->firearms);
}

}  // namespace serieslink::linkage
