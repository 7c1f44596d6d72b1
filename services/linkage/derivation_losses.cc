// What is noted for the index of losses of what others tell of a gun that is reported lost. Viewers
// see other weapons than the base view, but none that goes beyond a component: so what any of a
// component's exhibits tells, each of its reports is found by. What a list has by such a part is
// then told exactly, for whoever asks.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/linkage/core/forces.h"
#include "services/linkage/derivation.h"
#include "services/view/loss_terms.h"
#include "services/view/loss_words.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {
namespace {

// Areas of use that are noted one by one. Of a gun that was used in more, all that is noted is that
// there are many: what is noted grows no faster than its reports.
constexpr std::size_t kAreasMax = 32;
// Records of which one may tell more of the event of another. Of more together, any may tell
// anything: what is looked at for each grows no faster than that.
constexpr std::size_t kAlikeMax = 64;
// Reports of one gun of which each choice is looked at as the reports of one case. Of more, any may
// be one.
constexpr std::size_t kComparedMax = 6;
// Records that are read at once.
constexpr std::size_t kReadAtOnce = 512;

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
  if (!node.active || KindOf(node.record) != EventKind::kLoss ||
      !IsGunOrPart(descriptions_[node.description].kind)) {
    return std::nullopt;
  }
  const auto loss = standing_losses_.find(node.record);
  if (loss == standing_losses_.end()) return std::nullopt;
  return loss->second.sequence;
}

EventKind Derivation::KindOf(RecordIndex record) const {
  const RecordNode& node = records_[record];
  return node.has_event ? scenes_[node.scene].kind : EventKind::kUnspecified;
}

bool Derivation::IsUseOrDisposal(RecordIndex record) const {
  const EventKind kind = KindOf(record);
  return kind == EventKind::kIncident || kind == EventKind::kDisposal;
}

const FewIndexes* Derivation::AlikeOf(RecordIndex record) const {
  static const auto* const none = new FewIndexes();
  const std::uint64_t component = ComponentOf(record);
  if (component == 0) return none;
  const FewIndexes& members = record_components_.Members(component);
  return members.size() > kAlikeMax ? nullptr : &members;
}

void Derivation::KeepTold(RecordIndex record, const record::v1::Record& told,
                          stolen::v1::ReportSource source) {
  if (KindOf(record) == EventKind::kLoss) {
    StandingLoss& loss = standing_losses_[record];
    loss.told = view::LossToldOf(told, source, told.source().agency());
    loss.words = loss_words_.PlaceOf(view::JoinedWords(view::LossWordsOf(told.event())));
    return;
  }
  Scene scene = scenes_[records_[record].scene];
  scene.is_read = true;
  scene.disposal = static_cast<std::uint8_t>(told.event().disposal().kind());
  scene.ward = PlaceKey(told.event().place().ward_code());
  records_[record].scene = scenes_.PlaceOf(scene);
}

void Derivation::SetTold(RecordIndex record, const record::v1::Record* told,
                         stolen::v1::ReportSource source) {
  if (told == nullptr || (KindOf(record) != EventKind::kLoss && !IsUseOrDisposal(record))) return;
  const std::uint32_t before = records_[record].scene;
  KeepTold(record, *told, source);
  if (records_[record].scene == before) return;
  const FewIndexes* const alike = AlikeOf(record);
  if (alike == nullptr) return;
  for (const RecordIndex other : *alike) NoteRenamed(other);
}

void Derivation::NoteJoined(absl::Span<const Components::Move> moves) {
  if (moves.empty()) return;
  // Each record moves a few times at most, however many come. Those who were there before are few,
  // or so many that all is told of them already.
  for (const Components::Move& move : moves) {
    if (IsUseOrDisposal(move.member)) NoteRenamed(move.member);
  }
  const FewIndexes& members = record_components_.Members(moves.front().component);
  if (members.size() - moves.size() > kAlikeMax) return;
  for (const RecordIndex member : members) {
    if (IsUseOrDisposal(member)) NoteRenamed(member);
  }
}

absl::Status Derivation::ReadTold(absl::Span<const std::uint64_t> components) {
  std::set<RecordIndex> unread;
  for (const std::uint64_t component : components) {
    std::vector<RecordIndex> losses;
    for (const ExhibitIndex member : exhibit_components_.Members(component)) {
      if (LossOf(exhibits_[member]).has_value()) losses.push_back(exhibits_[member].record);
    }
    if (losses.empty()) continue;
    for (const RecordIndex loss : losses) {
      if (losses.size() > 1 && !standing_losses_.at(loss).told.is_read) unread.insert(loss);
    }
    const auto look_at = [&](RecordIndex record) {
      if (IsUseOrDisposal(record) && !scenes_[records_[record].scene].is_read) {
        unread.insert(record);
      }
    };
    for (const ExhibitIndex member : exhibit_components_.Members(component)) {
      const ExhibitNode& node = exhibits_[member];
      if (!node.active || !IsUseOrDisposal(node.record)) continue;
      look_at(node.record);
      const FewIndexes* const alike = AlikeOf(node.record);
      if (alike == nullptr) continue;
      for (const RecordIndex other : *alike) look_at(other);
    }
  }
  const std::vector<RecordIndex> records(unread.begin(), unread.end());
  for (std::size_t at = 0; at < records.size(); at += kReadAtOnce) {
    const auto some = absl::MakeConstSpan(records).subspan(at, kReadAtOnce);
    std::vector<std::uint64_t> numbers;
    for (const RecordIndex record : some) numbers.push_back(NumberOf(record));
    SL_ASSIGN_OR_RETURN(const std::vector<view::ReadEntry> standing, load_standing_(numbers));
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (standing[i].record == nullptr) {
        return absl::DataLossError("the log lacks the version of a record that stands");
      }
      KeepTold(some[i], *standing[i].record, standing[i].source);
    }
  }
  return absl::OkStatus();
}

std::set<int> Derivation::NoticeVerdictsOf(absl::Span<const ExhibitIndex> reports) const {
  if (reports.size() > kComparedMax) {
    return {stolen::v1::NOTICE_VERDICT_IN_TIME, stolen::v1::NOTICE_VERDICT_LATE,
            stolen::v1::NOTICE_VERDICT_UNDECIDABLE};
  }
  // One report can say when it was lost, and another when notice was given. Who sees some of them,
  // and of a gun that was lost again each of its cases, has any choice of them.
  std::set<int> verdicts;
  for (std::uint32_t choice = 1; choice < 1u << reports.size(); ++choice) {
    // As stolen::JudgeNotice: by the earliest notice, and from the loss as all allow it.
    TimeInterval lost;
    std::optional<std::pair<std::int64_t, std::int64_t>> earliest;
    const auto each = [&](const auto& look_at) {
      for (std::size_t i = 0; i < reports.size(); ++i) {
        if ((choice >> i & 1) == 0) continue;
        const RecordIndex record = exhibits_[reports[i]].record;
        look_at(standing_losses_.at(record).told, records_[record].occurred);
      }
    };
    const auto moment_of = [](const TimeInterval& notified) {
      return std::pair(notified.latest_s, notified.earliest_s);
    };
    each([&](const view::LossTold& told, const TimeInterval& occurred) {
      lost.earliest_s = std::max(lost.earliest_s, occurred.earliest_s);
      lost.latest_s = std::min(lost.latest_s, occurred.latest_s);
      if (!told.has_notified) return;
      const auto moment = moment_of(told.notified);
      if (!earliest.has_value() || moment < *earliest) earliest = moment;
    });
    each([&](const view::LossTold& told, const TimeInterval& occurred) {
      if (!told.has_notified || moment_of(told.notified) != *earliest) return;
      const bool is_any = lost.latest_s < lost.earliest_s;
      for (const int verdict :
           view::NoticeVerdictsAllowed(is_any ? occurred : lost, told.notified)) {
        verdicts.insert(verdict);
        // What is late may need no notice, where it is not known who held the gun.
        if (verdict == stolen::v1::NOTICE_VERDICT_LATE && told.holder == 0) {
          verdicts.insert(stolen::v1::NOTICE_VERDICT_UNDECIDABLE);
        }
      }
    });
  }
  return verdicts;
}

Derivation::ReportsTogether Derivation::CompareReports(absl::Span<const ExhibitIndex> reports,
                                                       std::vector<std::string>& parts) const {
  using view::LossField;
  view::LossTold any;
  std::set<std::uint8_t> sources;
  std::set<std::uint8_t> holders;
  std::set<std::uint32_t> words;
  TimeInterval common;
  for (const ExhibitIndex report : reports) {
    const RecordIndex record = exhibits_[report].record;
    const StandingLoss& loss = standing_losses_.at(record);
    any.is_lost |= loss.told.is_lost;
    any.is_stolen |= loss.told.is_stolen;
    any.has_cancelled |= loss.told.has_cancelled;
    any.has_kept |= loss.told.has_kept;
    any.has_part |= loss.told.has_part;
    any.has_loose_part |= loss.told.has_loose_part;
    any.has_gun |= loss.told.has_gun;
    any.says_complete |= loss.told.says_complete;
    any.is_of_other_force |= loss.told.is_of_other_force;
    any.has_notified |= loss.told.has_notified;
    any.is_without_notice |= loss.told.is_without_notice;
    sources.insert(loss.told.source);
    if (loss.told.holder != 0) holders.insert(loss.told.holder);
    words.insert(loss.words);
    const TimeInterval& lost = records_[record].occurred;
    common.earliest_s = std::max(common.earliest_s, lost.earliest_s);
    common.latest_s = std::min(common.latest_s, lost.latest_s);
  }
  const auto add = [&parts](bool is_so, LossField field, std::string_view value) {
    if (is_so) parts.push_back(view::LossPart(field, value));
  };
  const bool can_be_whole =
      (any.has_part && any.says_complete) || (any.has_loose_part && any.has_gun);
  add(sources.size() > 1, LossField::kReported, {});
  add(any.has_cancelled, LossField::kCancelled, {});
  add(any.has_part, LossField::kPart, {});
  add(can_be_whole, LossField::kPart, view::kDiffering);
  if (any.has_notified) {
    for (const int verdict : NoticeVerdictsOf(reports)) {
      add(true, LossField::kNotified, view::NoticeTerm(verdict));
    }
  }
  add(any.is_without_notice, LossField::kNotified,
      view::NoticeTerm(stolen::v1::NOTICE_VERDICT_NOT_APPLICABLE));
  std::vector<view::LossWords> said;
  for (const std::uint32_t one : words) said.push_back(view::SplitWords(loss_words_[one]));
  // Of more, any may differ.
  bool do_words_differ = said.size() > kComparedMax;
  for (std::size_t i = 0; i < said.size() && !do_words_differ; ++i) {
    for (std::size_t k = 0; k < i; ++k) do_words_differ |= view::DoWordsDiffer(said[i], said[k]);
  }
  const bool can_differ = (any.is_lost && any.is_stolen) || (any.has_cancelled && any.has_kept) ||
                          can_be_whole || holders.size() > 1 || do_words_differ ||
                          common.earliest_s > common.latest_s;
  return {.can_differ = can_differ, .has_doubtful = any.has_cancelled || any.is_of_other_force};
}

std::vector<std::vector<ExhibitIndex>> Derivation::LossesApart(
    absl::Span<const ExhibitIndex> lost) const {
  // Reports of one event are of one loss whatever their dates, and what else is of it is near any
  // moment that these have between them.
  struct Event {
    TimeInterval when;  // any moment of its reports
    std::vector<ExhibitIndex> reports;
  };
  std::vector<Event> told;
  absl::flat_hash_map<std::uint64_t, std::size_t> place_of;
  for (const ExhibitIndex report : lost) {
    const RecordIndex record = exhibits_[report].record;
    const TimeInterval& when = records_[record].occurred;
    const std::uint64_t event = ComponentOf(record);
    std::size_t place = told.size();
    if (event != 0) place = place_of.try_emplace(event, place).first->second;
    if (place == told.size()) {
      told.push_back({when, {report}});
      continue;
    }
    Event& one = told[place];
    one.when.earliest_s = std::min(one.when.earliest_s, when.earliest_s);
    one.when.latest_s = std::max(one.when.latest_s, when.latest_s);
    one.reports.push_back(report);
  }
  std::sort(told.begin(), told.end(), [](const Event& a, const Event& b) {
    return std::pair(a.when.earliest_s, a.reports.front()) <
           std::pair(b.when.earliest_s, b.reports.front());
  });
  std::vector<std::vector<ExhibitIndex>> losses;
  TimeInterval until;  // from the first to the last moment of the last of `losses`
  for (const Event& one : told) {
    if (losses.empty() || !view::CanBeOneLoss(until, one.when)) {
      losses.emplace_back();
      until = one.when;
    }
    until.latest_s = std::max(until.latest_s, one.when.latest_s);
    losses.back().insert(losses.back().end(), one.reports.begin(), one.reports.end());
  }
  return losses;
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
  std::set<std::uint64_t> wards;
  std::set<int> disposals;  // kinds
  bool has_any_ward = false;
  bool has_any_disposal = false;
  bool is_back = false;
  bool is_left = false;
  bool is_used = false;
  // The earliest moment of a use, and of what came into hand, as far as it is known to be none
  // before.
  std::int64_t used_s = TimeInterval::kUnknownLatest;
  std::int64_t back_s = TimeInterval::kUnknownLatest;
  // The last moment from which something can have come into hand, and the first by which the gun
  // can have been disposed of; how many records say that it was.
  std::int64_t last_back_s = TimeInterval::kUnknownEarliest;
  std::int64_t left_s = TimeInterval::kUnknownLatest;
  std::size_t disposal_count = 0;
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
      last_back_s = std::max(last_back_s, is_renamed ? TimeInterval::kUnknownLatest : earliest_s);
    } else if (node.has_custody || CanBeInHand(of_exhibit) || is_part_elsewhere) {
      // Since when it was in hand is not known here.
      is_back = true;
      back_s = TimeInterval::kUnknownEarliest;
      last_back_s = TimeInterval::kUnknownLatest;
    }
    if (kind == EventKind::kDisposal) {
      is_left = true;
      ++disposal_count;
      left_s =
          std::min(left_s, is_renamed ? TimeInterval::kUnknownEarliest : record.occurred.latest_s);
    }
    const bool is_use = kind == EventKind::kIncident;
    if (!is_use && kind != EventKind::kDisposal) continue;
    // Any account of the event can be the one that says where it was, or how the gun left.
    const auto add_scene = [&](const Scene& one) {
      if (one.kind != kind) return;
      if (is_use && one.ward != 0) wards.insert(one.ward);
      if (!is_use && one.disposal != 0) disposals.insert(one.disposal);
    };
    add_scene(*scene);
    const FewIndexes* const alike = is_renamed ? nullptr : AlikeOf(node.record);
    if (alike == nullptr) {
      (is_use ? has_any_ward : has_any_disposal) = true;
    } else {
      for (const RecordIndex other : *alike) {
        if (records_[other].has_event) add_scene(scenes_[records_[other].scene]);
      }
    }
    if (!is_use) continue;
    is_used = true;
    used_s = std::min(used_s, earliest_s);
    // Of which force's area it is can be told of a place that names it by its name here.
    if (scene->borough == 0 || is_renamed || !IsNameOfForce(scene->force_area)) areas.insert(0);
    if (scene->borough != 0) areas.insert(scene->borough);
    if (scene->force_area != 0) areas.insert(scene->force_area);
  }
  if (areas.size() > kAreasMax) areas = {0};
  if (wards.size() > kAreasMax || has_any_ward) wards = {0};
  if (has_any_disposal) disposals = {0};
  std::vector<std::string> shared;
  const auto add = [&shared](LossField field, std::string_view value) {
    shared.push_back(view::LossPart(field, value));
  };
  if (is_back) add(LossField::kBack, {});
  if (is_left) add(LossField::kLeft, {});
  if (is_used) add(LossField::kUsed, {});
  for (const std::uint64_t area : areas) add(LossField::kUsed, view::UsedAreaTerm(area));
  for (const std::uint64_t ward : wards) add(LossField::kUsed, view::UsedWardTerm(ward));
  for (const int kind : disposals) add(LossField::kLeft, view::DisposalTerm(kind));
  const std::vector<std::vector<ExhibitIndex>> losses = LossesApart(lost);
  // Reports that agree, of a gun of which nothing else is told, contradict nothing.
  const bool has_life = is_used || is_back || is_left;
  const bool is_life_doubtful =
      losses.size() > 1 || (lost.size() > 1 && has_life) || (is_used && (is_back || is_left)) ||
      (is_left &&
       (left_s < last_back_s || disposal_count > 1 || disposals.size() > 1 || has_any_disposal));
  for (const std::vector<ExhibitIndex>& reports : losses) {
    std::vector<std::string> of_loss = shared;
    ReportsTogether together;
    // Of one that is alone in this its own terms tell.
    if (reports.size() > 1) together = CompareReports(reports, of_loss);
    const bool is_doubtful = is_life_doubtful || together.can_differ || together.has_doubtful;
    for (const ExhibitIndex report : reports) {
      const ExhibitNode& node = exhibits_[report];
      std::vector<std::string> parts = of_loss;
      const std::int64_t latest_s = records_[node.record].occurred.latest_s;
      if (is_doubtful || (is_used && used_s < latest_s) || (is_back && back_s < latest_s) ||
          (is_left && left_s < latest_s)) {
        parts.push_back(view::LossPart(LossField::kDoubt, {}));
      }
      if (together.can_differ) parts.push_back(view::LossPart(LossField::kDoubt, view::kDiffering));
      std::sort(parts.begin(), parts.end());
      tell(report, *LossOf(node), std::move(parts));
    }
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

absl::Status Derivation::NoteLossesTouched() {
  SL_RETURN_IF_ERROR(ReadTold(components_to_note_));
  for (const std::uint64_t component : components_to_note_) NoteLosses(component);
  components_to_note_.clear();
  return absl::OkStatus();
}

void Derivation::NoteRenamed(RecordIndex record) {
  for (const ExhibitIndex exhibit : records_[record].exhibits) to_note_.push_back(exhibit);
}

void Derivation::NoteMoreOfLoss(ExhibitIndex exhibit) {
  const ExhibitNode& node = exhibits_[exhibit];
  const std::optional<graph::SequenceNumber> loss = LossOf(node);
  if (!loss.has_value()) return;
  view::AddMoreOfLoss(records_[node.record].occurred, NumberOf(node), *loss, changes_->firearms);
}

}  // namespace serieslink::linkage
