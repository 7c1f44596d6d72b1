#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/view/component_evidence.h"

// From resolved events to answers.
namespace serieslink::view {

// Canonical records of versions, those of one answer read at once.
using CanonicalVersions =
    absl::flat_hash_map<const LoadedVersion*, std::shared_ptr<const record::v1::Record>>;

// "EV-…" of the event at place `index` of `view`.
std::string EventId(const ResolvedView& view, std::uint32_t index);

// The event at place `index` of `view`: when, as all its records agree on; where, as the fullest of
// `canonical` has it, of several that are as full that of the smallest public id. A record that is
// not in `canonical` adds its agency and nothing else.
series::v1::Event EventOf(const ResolvedView& view, std::uint32_t index,
                          const CanonicalVersions& canonical);

}  // namespace serieslink::view
