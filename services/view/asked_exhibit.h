#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/rpc/error.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

// What the calls that ask about a weapon have in common: they name it by any id of it.
namespace serieslink::view {

// An id that a call asks about: "SL-…", "WP-…", "EX-…" or "RC-…". Adds to `bad` when `text` cannot
// be one.
graph::ParsedId ParseAsked(const std::string& text, const char* field,
                           std::vector<rpc::BadField>& bad);

// There is nothing of this id that the caller may see. Says nothing of whether there is anything.
absl::Status AskedNotFound();

// What the caller may see around it is more than one call holds.
absl::Status EvidenceTooLarge();

// The exhibits that ids stand for, whoever may see them.
// Errors: NOT_FOUND (one stands for none), those of the store.
absl::StatusOr<std::vector<graph::ExhibitNumber>> FindAsked(
    graph::GraphReader& reader, const std::vector<graph::ParsedId>& ids);

// Place in `view`, one of `evidence`, of the exhibit that `id` stands for, `asked` among those of
// FindAsked. The id of a weapon or series stands for the exhibit that bears it. When that exhibit
// is in the view no more (its record was withdrawn, or has it no more), the id leads to what is
// left of the weapon that it named last: to the first of its exhibits that is still there.
// Errors: NOT_FOUND (the view has none), INVALID_ARGUMENT naming `field` (a record with several
// exhibits), those of the store.
absl::StatusOr<std::uint32_t> PlaceOfAsked(const ComponentEvidence& evidence,
                                           const ResolvedView& view, graph::ExhibitNumber asked,
                                           const graph::ParsedId& id, const char* field,
                                           const graph::GraphReader& reader);

}  // namespace serieslink::view
