#include "services/firearm/core/flag_remarks.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace serieslink::firearm {
namespace {

v1::RemarkKind RemarkKindOf(linkage::FlagKind kind) {
  switch (kind) {
    case linkage::FlagKind::kPartsExchange:
      return v1::REMARK_KIND_PARTS_EXCHANGED;
    case linkage::FlagKind::kImpossibleTravel:
      return v1::REMARK_KIND_IMPOSSIBLE_TRAVEL;
    default:
      return v1::REMARK_KIND_FINDINGS_CONTRADICT;
  }
}

}  // namespace

std::vector<FlagRemark> RemarksOfFlags(absl::Span<const linkage::WeaponFlag> flags) {
  struct About {
    std::set<std::uint32_t> exhibits;
    std::set<std::uint32_t> events;
  };
  std::map<v1::RemarkKind, About> about;
  for (const linkage::WeaponFlag& flag : flags) {
    if (!linkage::IsContradiction(flag.kind)) continue;
    const bool is_of_custody = flag.kind == linkage::FlagKind::kCustodyContradiction;
    // That custody refused a join is told by the exhibits of the finding that joins nothing.
    if (is_of_custody && flag.exhibits.empty()) continue;
    About& one = about[RemarkKindOf(flag.kind)];
    one.exhibits.insert(flag.exhibits.begin(), flag.exhibits.end());
    if (!is_of_custody) one.events.insert(flag.events.begin(), flag.events.end());
  }
  std::vector<FlagRemark> remarks;
  for (const auto& [kind, one] : about) {
    remarks.push_back(
        {kind, {one.exhibits.begin(), one.exhibits.end()}, {one.events.begin(), one.events.end()}});
  }
  return remarks;
}

void RemarkOnHeld(const LifeFacts& life, absl::Span<const std::uint32_t> held,
                  std::vector<RemarkFacts>& remarks) {
  std::set<std::uint32_t> told;
  for (const RemarkFacts& one : remarks) {
    if (one.kind == v1::REMARK_KIND_USED_IN_CUSTODY ||
        one.kind == v1::REMARK_KIND_LOST_IN_CUSTODY) {
      told.insert(one.events.begin(), one.events.end());
    }
  }
  for (const std::uint32_t event : held) {
    if (!told.insert(event).second) continue;
    RemarkFacts remark;
    remark.kind = life.events[event].kind == linkage::EventKind::kLoss
                      ? v1::REMARK_KIND_LOST_IN_CUSTODY
                      : v1::REMARK_KIND_USED_IN_CUSTODY;
    remark.is_contradiction = true;
    remark.events = {event};
    remarks.push_back(std::move(remark));
  }
  std::stable_sort(remarks.begin(), remarks.end(), [](const RemarkFacts& a, const RemarkFacts& b) {
    return std::pair(!a.is_contradiction, a.kind) < std::pair(!b.is_contradiction, b.kind);
  });
}

}  // namespace serieslink::firearm
