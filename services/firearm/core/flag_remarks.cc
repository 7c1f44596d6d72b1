#include "services/firearm/core/flag_remarks.h"

#include <map>
#include <set>

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

}  // namespace serieslink::firearm
