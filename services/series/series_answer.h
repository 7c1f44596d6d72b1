#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"

// From resolved views to answers. An answer holds so much at most, and names the lists that are cut
// (Series.abridged).
namespace serieslink::series {

// How many of each list an answer holds.
struct AnswerBounds {
  std::size_t exhibits_max = 1'000;
  std::size_t events_max = 1'000;
  std::size_t findings_max = 2'000;
  std::size_t conflicts_max = 1'000;
};
// In a list of series.
inline constexpr AnswerBounds kListBounds{.exhibits_max = 100, .events_max = 100};

// The weapon at place `weapon` of `view` in outline: counts, agencies, span, events, exhibits,
// floor. Errors: those of the store; DATA_LOSS.
absl::StatusOr<v1::Series> OutlineOf(const view::ResolvedView& view, std::uint32_t weapon,
                                     const graph::GraphReader& reader, const AnswerBounds& bounds);

// Adds to `series` the findings and conflicts of the weapon. `log` gives the commit times of
// revisions.
absl::Status AddFindings(const view::ComponentEvidence& evidence, const view::ResolvedView& view,
                         std::uint32_t weapon, const graph::LogReader& log,
                         const AnswerBounds& bounds, v1::Series& series);

// How the weapon of exhibit `root` came to be what it is at `revision`: the differences between the
// views at every revision that changed what the viewer may see of its component, oldest first. At
// most the latest kHistoryRevisionsMax of them are looked at, and no more than
// kHistoryExhibitsMax exhibits at all of them together, but at least two of them.
inline constexpr std::size_t kHistoryRevisionsMax = 256;
inline constexpr std::size_t kHistoryExhibitsMax = 1'000'000;
absl::Status AddHistory(const view::ComponentEvidence& evidence, graph::Revision revision,
                        graph::ExhibitNumber root, const graph::LogReader& log, v1::Series& series);

}  // namespace serieslink::series
