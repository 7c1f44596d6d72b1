#include "services/firearm/core/clearance.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "services/firearm/core/life.h"

namespace serieslink::firearm {
namespace {

const char* WordsOf(v1::ClearanceBlockerKind kind) {
  switch (kind) {
    case v1::CLEARANCE_BLOCKER_KIND_LEGAL_HOLD:
      return "a record marks it as held for a court or an inquiry";
    case v1::CLEARANCE_BLOCKER_KIND_SERIES:
      return "it was used in two or more incidents: it is evidence of a linked series";
    case v1::CLEARANCE_BLOCKER_KIND_USED:
      return "it was used in an incident: ask whoever inquires into that";
    case v1::CLEARANCE_BLOCKER_KIND_OPEN_LEAD:
      return "it may be one weapon with other exhibits, and nobody has decided";
    case v1::CLEARANCE_BLOCKER_KIND_NOT_EXAMINED:
      return "no record of an examination is known: once it is gone it cannot be compared";
    case v1::CLEARANCE_BLOCKER_KIND_OUTSTANDING_LOSS:
      return "it is reported lost or stolen and not given back: ask its lawful holder first";
    case v1::CLEARANCE_BLOCKER_KIND_NOT_IN_HAND:
      return "no record has the gun in hand, or none certainly since it left: this may be another "
             "gun";
    case v1::CLEARANCE_BLOCKER_KIND_CONTRADICTION:
      return "records of its life, or findings about it, contradict each other: these may be two "
             "guns, or one with what was kept apart";
    default:
      return "";
  }
}

// Letters of `text` in lower case.
std::string Letters(const std::string& text) {
  std::string letters;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalpha(byte)) letters.push_back(absl::ascii_tolower(byte));
  }
  return letters;
}

class Blockers {
 public:
  void Add(v1::ClearanceBlockerKind kind, const std::vector<std::string>& ids = {}) {
    v1::ClearanceBlocker& one = blockers_.emplace_back();
    one.set_kind(kind);
    one.set_explanation(WordsOf(kind));
    std::set<std::string> named;
    for (const std::string& id : ids) {
      if (one.ids_size() < kBlockerIdsMax && named.insert(id).second) one.add_ids(id);
    }
  }
  void AddIfAny(v1::ClearanceBlockerKind kind, const std::vector<std::string>& ids) {
    if (!ids.empty()) Add(kind, ids);
  }
  std::vector<v1::ClearanceBlocker> Take() { return std::move(blockers_); }

 private:
  std::vector<v1::ClearanceBlocker> blockers_;
};

}  // namespace

bool IsLegalHold(const std::string& name, const std::string& value) {
  if (Letters(name) != "legalhold") return false;
  const std::string letters = Letters(value);
  for (const char* const ended : {"lifted", "released", "ended"}) {
    if (letters == ended) return false;
  }
  // "No. 4471/2020" is the number of a case.
  const bool has_digit = std::any_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  return has_digit || (letters != "n" && letters != "no" && letters != "false");
}

std::vector<v1::ClearanceBlocker> BlockersOf(const v1::LifeStory& story,
                                             const ClearanceFacts& facts,
                                             v1::ClearancePurpose purpose) {
  Blockers blockers;
  blockers.AddIfAny(v1::CLEARANCE_BLOCKER_KIND_LEGAL_HOLD, facts.legal_holds);
  std::vector<std::string> uses;
  for (const v1::LifeEvent& event : story.events()) {
    if (event.event().kind() == record::v1::EVENT_KIND_INCIDENT) {
      uses.push_back(event.event().event_id());
    }
  }
  blockers.AddIfAny(story.series_id().empty() ? v1::CLEARANCE_BLOCKER_KIND_USED
                                              : v1::CLEARANCE_BLOCKER_KIND_SERIES,
                    uses);
  blockers.AddIfAny(v1::CLEARANCE_BLOCKER_KIND_OPEN_LEAD, facts.leads);
  std::vector<std::string> contradictions;
  bool is_contradicted = !facts.contradictions.empty();
  bool is_examined = true;
  for (const v1::LifeRemark& remark : story.remarks()) {
    is_examined &= remark.kind() != v1::REMARK_KIND_NOT_EXAMINED;
    if (!remark.is_contradiction()) continue;
    is_contradicted = true;
    contradictions.insert(contradictions.end(), remark.events().begin(), remark.events().end());
    contradictions.insert(contradictions.end(), remark.exhibits().begin(), remark.exhibits().end());
  }
  if (!is_examined) blockers.Add(v1::CLEARANCE_BLOCKER_KIND_NOT_EXAMINED);
  // What was kept, for a collection or for training, can go later.
  const bool is_in_hand =
      story.state() == v1::FIREARM_STATE_RECOVERED || story.state() == v1::FIREARM_STATE_RETAINED;
  const bool is_return = purpose == v1::CLEARANCE_PURPOSE_RETURN;
  std::vector<std::string> losses;
  for (const v1::LossCase& one : story.loss_cases()) {
    const bool is_gone =
        one.state() == v1::FIREARM_STATE_OUTSTANDING || one.state() == v1::FIREARM_STATE_SIGHTED;
    const bool waits_for_holder =
        one.state() == v1::FIREARM_STATE_RECOVERED || one.state() == v1::FIREARM_STATE_RETAINED;
    // Of two losses that one recovery ended, only the later case shows that it did.
    const bool stands = is_return ? is_gone && !is_in_hand : is_gone || waits_for_holder;
    if (!one.is_cancelled() && stands) losses.push_back(one.loss_event());
    for (const stolen::v1::CaseContradiction& contradiction : one.contradictions()) {
      if (!IsToBeSeen(contradiction.kind())) continue;
      is_contradicted = true;
      contradictions.insert(contradictions.end(), one.loss_events().begin(),
                            one.loss_events().end());
    }
  }
  blockers.AddIfAny(v1::CLEARANCE_BLOCKER_KIND_OUTSTANDING_LOSS, losses);
  if (!is_in_hand || facts.may_have_left) {
    blockers.Add(v1::CLEARANCE_BLOCKER_KIND_NOT_IN_HAND);
  }
  contradictions.insert(contradictions.end(), facts.contradictions.begin(),
                        facts.contradictions.end());
  if (is_contradicted) blockers.Add(v1::CLEARANCE_BLOCKER_KIND_CONTRADICTION, contradictions);
  return blockers.Take();
}

}  // namespace serieslink::firearm
