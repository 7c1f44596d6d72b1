#include "absl/strings/str_cat.h"
#include "services/ingest/core/entries.h"
#include "services/ingest/core/feed_adapters.h"
#include "services/ingest/core/police_report.h"

namespace serieslink::ingest {
namespace {

// What the force's own system says of weapons: a source reference, on nobody's comparison. The
// message names only the far end, so the near end must be the record's one exhibit.
void ReadSameWeaponAs(const ReferenceList& list, FieldReader* reader) {
  constexpr std::string_view kField = "same_weapon_as";
  record::v1::Record& record = reader->record();
  if (list.empty() || !reader->ListFits(kField, list.size(), kMaxSameWeaponAs)) return;
  if (record.exhibits_size() != 1) {
    reader->Invalid(kField, "needs a record with exactly one gun or item");
    return;
  }
  const type::v1::SourceReference own = NameOf(record, record.exhibits(0));
  for (int i = 0; i < list.size(); ++i) {
    record::v1::Finding* finding = record.add_findings();
    *finding->mutable_first() = own;
    if (!reader->Reference(kField, i, list.Get(i), finding->mutable_second())) continue;
    const type::v1::SourceReference& other = finding->second();
    if (SameReference(own, other)) {
      reader->violations().Add(kField, i, type::v1::ERROR_REASON_FIELD_INVALID,
                               "names the record's own exhibit");
    }
    for (int earlier = 0; earlier < i; ++earlier) {
      if (!SameReference(record.findings(earlier).second(), other)) continue;
      reader->violations().Add(kField, i, type::v1::ERROR_REASON_DUPLICATE,
                               "is the same as an earlier one");
      break;
    }
    // Named after the far end, so that it stays the same statement when the list changes around it.
    finding->set_finding_reference(absl::StrCat("same_weapon_as/", other.agency(), "/",
                                                other.source_system(), "/", other.source_id(), "/",
                                                other.exhibit_reference()));
    finding->set_channel(record::v1::CHANNEL_SOURCE_REFERENCE);
    finding->set_verdict(record::v1::VERDICT_CONFIRMED);
    finding->set_basis(record::v1::BASIS_SOURCE_REFERENCE);
  }
}

}  // namespace

void AdaptForce(const feed::v1::ForceRecord& message, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  reader->OwnSource("system", message.system(), {}, "record_id", message.record_id());
  if (message.has_version()) record.set_source_version(message.version());
  reader->FormerSources("former_ids", message.former_ids());
  record.set_kind(
      reader->RequiredCode("record_type", message.record_type(), Vocabulary(kForceRecordTypes)));

  record::v1::Event* event = record.mutable_event();
  reader->CrimeReferences("crime_references", message.crime_references(), IssuingForce::kOwn,
                          event->mutable_crime_references());
  reader->CrimeReferences("other_references", message.other_references(), IssuingForce::kNamed,
                          event->mutable_crime_references());
  reader->CrimeReferences("inquiry_references", message.inquiry_references(),
                          IssuingForce::kNamedOrOwn, event->mutable_inquiry_references());
  ReadPoliceReport({.occurred_field = "occurred",
                    .occurred = message.occurred(),
                    .reported = message.reported(),
                    .recorded = message.recorded(),
                    .place_field = "place",
                    .place = message.has_place() ? &message.place() : nullptr,
                    .offences_field = "offences",
                    .offences = message.offences(),
                    .firearm_uses_field = "firearm_uses",
                    .firearm_uses = message.firearm_uses(),
                    .shots = message.has_shots() ? &message.shots() : nullptr,
                    .injury = message.injury(),
                    .guns = message.guns(),
                    .items = message.items(),
                    .circumstances = message.circumstances(),
                    .criminal_circumstances = message.criminal_circumstances(),
                    .campaign = message.campaign(),
                    .loss_kind = message.loss_kind(),
                    .cancelled_as_found = message.cancelled_as_found(),
                    .found = message.found(),
                    .loss = message.has_loss() ? &message.loss() : nullptr,
                    .disposal_kind = message.disposal_kind(),
                    .disposal_authority = message.disposal_authority()},
                   record.kind(), reader);
  ReadSameWeaponAs(message.same_weapon_as(), reader);
  if (message.has_inquiry()) ReadInquiry("inquiry", message.inquiry(), reader);
  ReadMarking("marking", message.marking(), reader);
}

}  // namespace serieslink::ingest
