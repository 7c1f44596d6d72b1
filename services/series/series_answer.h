#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/view/component_evidence.h"
#include "storage/graph/log.h"

// From resolved views to answers.
namespace serieslink::series {

// The weapon at place `weapon` of `view` in outline: counts, agencies, span, events, exhibits,
// floor.
v1::Series OutlineOf(const view::ResolvedView& view, std::uint32_t weapon);

// Adds to `series` the findings and conflicts of the weapon. `time_of` gives the commit times of
// revisions.
absl::Status AddFindings(const view::ComponentEvidence& evidence, const view::Viewer& viewer,
                         const view::ResolvedView& view, std::uint32_t weapon,
                         const graph::LogReader& log, v1::Series& series);

// How the weapon of exhibit `root` came to be what it is at `revision`: the differences between the
// views of `viewer` at every revision that touched its component, oldest first. At most the latest
// kHistoryRevisionsMax of them are looked at.
inline constexpr std::size_t kHistoryRevisionsMax = 256;
absl::Status AddHistory(const view::ComponentEvidence& evidence, const view::Viewer& viewer,
                        graph::Revision revision, graph::ExhibitNumber root,
                        const graph::LogReader& log, v1::Series& series);

}  // namespace serieslink::series
