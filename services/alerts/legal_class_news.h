#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::alerts {

// By weapon of `view`, the exhibits ("EX-…") by which it is assessed as of two legal classes on one
// day: as firearm trace has it, of whole guns; of a weapon's assessments the first 1,000 are looked
// at. Weapons of which that cannot be said are left out. Reads the records of guns alone.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::map<std::uint32_t, std::set<std::string>>> ExhibitsOfTwoClasses(
    const view::ResolvedView& view, const graph::GraphReader& reader);

}  // namespace serieslink::alerts
