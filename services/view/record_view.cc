#include "services/view/record_view.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/util/time_util.h"
#include "services/ingest/core/adapter.h"
#include "services/rpc/error.h"
#include "services/view/canonical.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {
namespace {

absl::Status NotFound() {
  return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is no such record that you may see; check the id");
}

// Whether `viewer` may see both exhibits that a lead file is about. It says something of both, and
// one can have been marked otherwise since.
absl::StatusOr<bool> MaySeeSubjects(Cut& cut, const Viewer& viewer,
                                    const record::v1::Record& file) {
  std::vector<graph::PublicId> ids;
  for (const type::v1::SourceReference* end :
       {&file.findings(0).first(), &file.findings(0).second()}) {
    const auto id = graph::ParsePublicId(end->source_id());
    if (!id.ok()) return false;
    ids.push_back(id->id);
  }
  SL_ASSIGN_OR_RETURN(const auto targets, cut.reader.LookUpIds(ids));
  std::vector<graph::RecordNumber> records;
  for (const auto& target : targets) {
    if (!target.has_value()) return false;
    records.push_back(target->record);
  }
  SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(records));
  return std::all_of(states.begin(), states.end(), [&](const auto& state) {
    return state.has_value() && MaySee(viewer, *state);
  });
}

}  // namespace

absl::Status RecordViews::Get(const Viewer& viewer, graph::PublicId id, RevisionWish wish,
                              const Patience& patience,
                              ingest::v1::GetRecordResponse& response) const {
  SL_ASSIGN_OR_RETURN(Cut cut, TakeCut(source_, wish, patience));
  const graph::Revision latest = graph::LogReader(&cut.reader.snapshot()).latest();
  absl::Status status = GetFrom(cut, viewer, id, response);
  const bool is_latest = wish.as_at == 0 && !wish.as_at_time.has_value();
  if (!absl::IsNotFound(status) || !is_latest || cut.derived >= latest) return status;
  // It may be one that was acknowledged and is not derived yet.
  wish.min_revision = latest;
  SL_ASSIGN_OR_RETURN(cut, TakeCut(source_, wish, patience));
  return GetFrom(cut, viewer, id, response);
}

absl::Status RecordViews::GetFrom(Cut& cut, const Viewer& viewer, graph::PublicId id,
                                  ingest::v1::GetRecordResponse& response) const {
  SL_ASSIGN_OR_RETURN(const auto targets, cut.reader.LookUpIds({id}));
  if (!targets[0].has_value()) return NotFound();
  SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records({targets[0]->record}));
  if (!states[0].has_value() || states[0]->public_id() != id.value()) return NotFound();
  const stored::v1::RecordState& state = *states[0];

  if (!MaySee(viewer, state)) return NotFound();
  std::vector<graph::SequenceNumber> sequences;
  std::vector<const stored::v1::RecordVersion*> versions;
  for (const stored::v1::RecordVersion& version : state.versions()) {
    if (version.from_revision() > cut.revision) continue;
    versions.push_back(&version);
    sequences.push_back(version.sequence());
  }
  if (versions.empty()) return NotFound();

  SL_ASSIGN_OR_RETURN(const auto entries,
                      graph::LogReader(&cut.reader.snapshot()).Entries(sequences));
  if (viewer.agency != state.agency() && state.source_system() == ingest::kLeadFileSystem) {
    SL_ASSIGN_OR_RETURN(const auto file, CanonicalOf(entries.back()));
    if (file != nullptr && file->kind() == record::v1::RECORD_KIND_LEAD_FILE) {
      SL_ASSIGN_OR_RETURN(const bool may_see, MaySeeSubjects(cut, viewer, *file));
      if (!may_see) return NotFound();
    }
  }
  response.set_record_id(graph::FormatPublicId(graph::IdKind::kRecord, id));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const stored::v1::RecordVersion& version = *versions[i];
    ingest::v1::RecordVersion& out = *response.add_versions();
    if (entries[i].has_source_version()) out.set_source_version(entries[i].source_version());
    out.set_from_revision(static_cast<std::int64_t>(version.from_revision()));
    if (version.to_revision() <= cut.revision) {
      out.set_to_revision(static_cast<std::int64_t>(version.to_revision()));
    }
    *out.mutable_received_time() =
        google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(entries[i].received_time_us());
    out.set_is_withdrawal(version.is_withdrawal());
    out.set_withdrawal_reason(entries[i].withdrawal().reason());
    out.set_is_undo(entries[i].undoes_sequence() != 0);
    const graph::Revision to = graph::FromStoredEnd(version.to_revision());
    if (version.from_revision() <= cut.revision && cut.revision < to) {
      SL_ASSIGN_OR_RETURN(const auto record, CanonicalOf(entries[i]));
      if (record != nullptr) *response.mutable_record() = *record;
    }
  }
  absl::flat_hash_map<std::string_view, std::uint64_t> id_of_reference;
  for (const stored::v1::ExhibitState& known : state.exhibits()) {
    id_of_reference.emplace(known.reference(), known.public_id());
  }
  for (const record::v1::Exhibit& exhibit : response.record().exhibits()) {
    const auto known = id_of_reference.find(exhibit.exhibit_reference());
    if (known == id_of_reference.end()) continue;
    response.add_exhibit_ids(
        graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(known->second)));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::view
