#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "serieslink/firearm/v1/life_story.pb.h"
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
// at most, in the order of the enumeration. A use while the gun was in custody is none of them: the
// remarks on its events tell of that. Pure.
std::vector<FlagRemark> RemarksOfFlags(absl::Span<const linkage::WeaponFlag> flags);

}  // namespace serieslink::firearm
