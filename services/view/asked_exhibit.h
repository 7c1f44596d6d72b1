#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/rpc/error.h"
#include "services/view/component_evidence.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "services/view/visible_component.h"
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
// FindAsked. The id of a weapon or series stands for the exhibit that bears it. When an exhibit is
// in the view no more (its record was withdrawn, or has it no more), the id leads to the exhibit of
// the record that names this one's id as its former one; else that of a weapon or series leads to
// what is left of the weapon that it named last: to the first of its exhibits that is still there.
// Errors: NOT_FOUND (the view has none), INVALID_ARGUMENT naming `field` (a record with several
// exhibits), those of the store.
absl::StatusOr<std::uint32_t> PlaceOfAsked(const ComponentEvidence& evidence,
                                           const ResolvedView& view, graph::ExhibitNumber asked,
                                           const graph::ParsedId& id, const char* field,
                                           const graph::GraphReader& reader);

// What a caller may know around the exhibits that it asks about.
struct AskedEvidence {
  std::vector<graph::ExhibitNumber> asked;  // for each id, in their order
  std::unique_ptr<ComponentEvidence> evidence;
};

// What `viewer` may see around the exhibits that `ids` stand for. One that it may not see reads as
// one that is not there, however much there is around the others.
// Errors: NOT_FOUND (one stands for nothing that the viewer may see), RESOURCE_EXHAUSTED with
// EVIDENCE_TOO_LARGE (more than `bounds`), those of the store; DATA_LOSS.
absl::StatusOr<AskedEvidence> LoadAsked(graph::GraphReader& reader, const Viewer& viewer,
                                        const std::vector<graph::ParsedId>& ids,
                                        const EvidenceBounds& bounds);

// An id as the request's field `field` gives it.
struct AskedField {
  const std::string& text;
  const char* field;
};

// What a call asks about, resolved for its caller.
struct AskedView {
  Cut cut;
  std::unique_ptr<ComponentEvidence> evidence;
  ResolvedView view;                  // at the revision of `cut`; points into `evidence`
  std::vector<std::uint32_t> places;  // in `view`, of the exhibit of each field, in their order
};

// The weapons around what `fields` name, as `viewer` may know them at the state of knowledge that
// `selector`, the request's field "view", asks for at `now`.
// `bad`: what else is wrong with the request.
// Errors: INVALID_ARGUMENT (naming every field that is wrong; a record with several exhibits; a
// revision after the latest), those of LoadAsked and TakeCut.
absl::StatusOr<AskedView> ViewAsked(const Source& source, const Viewer& viewer,
                                    const std::vector<AskedField>& fields,
                                    const series::v1::ViewSelector& selector, absl::Time now,
                                    const Patience& patience, const EvidenceBounds& bounds,
                                    std::vector<rpc::BadField> bad = {});

}  // namespace serieslink::view
