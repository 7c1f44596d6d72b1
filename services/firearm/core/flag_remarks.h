#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "serieslink/firearm/v1/life_story.pb.h"
#include "services/firearm/core/life.h"
#include "services/linkage/core/flags.h"

namespace serieslink::firearm {

// A contradiction of a life that linkage flags. Exhibits and events are indices as flags have them,
// ascending; the exhibits can be of other weapons.
struct FlagRemark {
  v1::RemarkKind kind = v1::REMARK_KIND_UNSPECIFIED;
  std::vector<std::uint32_t> exhibits;
  std::vector<std::uint32_t> events;
};

// What `flags`, which are those of one weapon, say that its events alone do not: one of each kind
// at most, in the order of the enumeration. What happened while the gun was in custody is none of
// them: RemarkOnHeld tells of that. Pure.
std::vector<FlagRemark> RemarksOfFlags(absl::Span<const linkage::WeaponFlag> flags);

// Adds to the `remarks` of RemarkOnLife that the gun was used, or lost, in custody at each of the
// events `held` (indices, in the order of the life), but for those of which one of `remarks` says
// so already: an entry of custody tells. They stay in their order. Pure.
void RemarkOnHeld(const LifeFacts& life, absl::Span<const std::uint32_t> held,
                  std::vector<RemarkFacts>& remarks);

}  // namespace serieslink::firearm
