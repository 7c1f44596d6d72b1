#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "serieslink/firearm/v1/clearance_service.pb.h"
#include "serieslink/firearm/v1/life_story.pb.h"
#include "services/firearm/core/clearance.h"
#include "services/linkage/core/facts.h"
#include "services/view/component_evidence.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {

// Exhibits of a weapon whose leads are looked at: all of them.
inline constexpr std::size_t kClearedExhibitsMax = 1'000;
// A word that is longer is no code.
inline constexpr std::size_t kClearanceCodeBytesMax = 64;
// Codes of one text that are looked at.
inline constexpr int kClearanceCodesMax = 16;

// What the life of the weapon at place `weapon` of `view`, which is of now, does not tell: legal
// holds of its records, whether it may have left, leads to exhibits of other weapons that `viewer`
// may see, and what contradicts itself in what is stated about it.
// Errors: RESOURCE_EXHAUSTED with EVIDENCE_TOO_LARGE (more exhibits than kClearedExhibitsMax),
// those of the store; DATA_LOSS.
absl::StatusOr<ClearanceFacts> GatherClearance(const view::ResolvedView& view, std::uint32_t weapon,
                                               const view::Viewer& viewer,
                                               graph::GraphReader& reader);

// Days after that of the answer on which its code still clears a disposal. What is learned of a gun
// meanwhile is not in the answer: time enough to arrange a destruction, and no more. A choice
// (docs/decisions/0043).
inline constexpr int kClearanceDays = 28;

// What an answer was.
struct ClearanceAnswer {
  // Agency that asked, as its certificates have it: an answer holds what that agency may see.
  std::string agency;
  v1::ClearancePurpose purpose = v1::CLEARANCE_PURPOSE_UNSPECIFIED;
  bool is_clear = false;
  graph::Revision revision = 0;
  absl::CivilDay answered;  // in universal time
  // When on that day, to the minute. None: a code of before answers told.
  std::optional<absl::CivilMinute> minute = std::nullopt;

  absl::CivilDay ValidUntil() const { return answered + kClearanceDays; }
};

// The minute and the day of `time` as answers count them.
absl::CivilMinute MinuteOfAnswer(absl::Time time);
absl::CivilDay DayOfAnswer(absl::Time time);

// Whether `answer` clears a disposal that `occurred` then: it is clear, and the disposal can have
// happened between its minute (where that is not known, its day) and the last day on which it
// holds.
bool Clears(const ClearanceAnswer& answer, const linkage::TimeInterval& occurred);

// The code of an answer about the weapon that is named after the exhibit `name`:
// "CL-57-20261127T1405-…" of a clear one, "NC-57-20261127T1405-…" of another, with revision, day
// and minute (where that is known). Made under the store's secret.
std::string ClearanceCode(const graph::IdKey& ids, std::uint64_t name,
                          const ClearanceAnswer& answer);

// The answers that the genuine codes in `text` are of, in its order, to `agency`, for `purpose` and
// the weapon at place `weapon` of `view`, whichever of its exhibits in `view` it was named after
// then. No more than the first kClearanceCodesMax codes are looked at.
std::vector<ClearanceAnswer> FindClearances(const graph::IdKey& ids, const view::ResolvedView& view,
                                            std::uint32_t weapon, std::string_view agency,
                                            v1::ClearancePurpose purpose, std::string_view text);

// The first of those that is clear, else the first; nothing where there is none. Looked for as an
// answer to the viewer's agency, `own`, then to each that has a record of the weapon in `view`.
std::optional<ClearanceAnswer> FindClearance(const graph::IdKey& ids,
                                             const view::ResolvedView& view, std::uint32_t weapon,
                                             const std::string& own, v1::ClearancePurpose purpose,
                                             std::string_view text);

// On whose authority a record tells of a disposal.
struct DisposalAuthority {
  std::string agency;  // of the record
  std::string text;
};

// Says of each disposal of `story`, which is of the weapon at place `weapon` of `view`, whether it
// has a clearance, and remarks on one that was to have it, and on one whose answer did not know of
// a use or an open loss that the story has now. The losses of the story must be told already. A
// code clears the first disposal that it Clears and that shows it in a record of the agency that
// asked. `authorities`: of each event of the story, what its records say.
void MarkClearances(const graph::IdKey& ids, const view::ResolvedView& view, std::uint32_t weapon,
                    absl::Span<const std::vector<DisposalAuthority>> authorities,
                    v1::LifeStory& story);

}  // namespace serieslink::firearm
