#include "services/ingest/core/entries.h"
#include "services/ingest/core/feed_adapters.h"
#include "services/ingest/core/police_report.h"

namespace serieslink::ingest {

void AdaptMps(const feed::v1::MpsReport& report, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  reader->OwnSource("system", report.system(), "CRIS", "report_number", report.report_number());
  if (report.has_version()) record.set_source_version(report.version());
  reader->FormerSources("former_numbers", report.former_numbers());
  record.set_kind(
      reader->RequiredCode("report_type", report.report_type(), Vocabulary(kMpsReportTypes)));

  record::v1::Event* event = record.mutable_event();
  if (!report.crime_number().empty()) {
    // A crime's own number; any other report cites the crime that it was made under, and stays an
    // event of its own.
    const bool own = record.kind() == record::v1::RECORD_KIND_INCIDENT;
    reader->CrimeReference(
        "crime_number", ViolationCollector::kNoIndex, report.crime_number(),
        own ? IssuingForce::kOwn : IssuingForce::kNamedOrOwn,
        own ? event->mutable_crime_references() : event->mutable_inquiry_references());
  }
  reader->CrimeReferences("other_references", report.other_references(), IssuingForce::kNamed,
                          event->mutable_crime_references());
  ReadPoliceReport({.occurred_field = "committed",
                    .occurred = report.committed(),
                    .reported = report.reported(),
                    .recorded = report.recorded(),
                    .place_field = "venue",
                    .place = report.has_venue() ? &report.venue() : nullptr,
                    .offences_field = "classifications",
                    .offences = report.classifications(),
                    .firearm_uses_field = "firearm_features",
                    .firearm_uses = report.firearm_features(),
                    .shots = report.has_shots() ? &report.shots() : nullptr,
                    .injury = report.injury(),
                    .guns = report.guns(),
                    .items = report.items(),
                    .circumstances = report.circumstances(),
                    .criminal_circumstances = report.criminal_circumstances(),
                    .campaign = report.campaign(),
                    .loss_kind = report.loss_kind(),
                    .cancelled_as_found = report.cancelled_as_found(),
                    .found = report.found(),
                    .loss = report.has_loss() ? &report.loss() : nullptr,
                    .disposal_kind = report.disposal_kind(),
                    .disposal_authority = report.disposal_authority()},
                   record.kind(), reader);
  if (report.has_inquiry()) ReadInquiry("inquiry", report.inquiry(), reader);
  ReadMarking("marking", report.marking(), reader);
}

}  // namespace serieslink::ingest
