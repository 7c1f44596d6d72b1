#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/type/v1/date_interval.pb.h"
#include "serieslink/type/v1/reference.pb.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {

// A border seizure whose record another one names as belonging to one set with it.
struct SisterSeizure {
  graph::RecordNumber number = 0;
  std::uint64_t public_id = 0;
  std::string agency;
  std::optional<type::v1::DateInterval> occurred;
  std::vector<std::string> part_kinds;  // as written, each once, in order
};

// The border seizures that `names` stand for, in their order, as they stood at `revision`; nullopt
// where there is none that `viewer` may see. A name whose own record was here with an exhibit, and
// is withdrawn or hidden, stands for the record that has it as a former id. Reads all of them at
// once. Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<std::optional<SisterSeizure>>> FindSeizures(
    graph::GraphReader& reader, const view::Viewer& viewer, graph::Revision revision,
    const graph::IdKey& ids, absl::Span<const type::v1::SourceReference> names);

}  // namespace serieslink::firearm
