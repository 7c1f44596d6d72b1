#include "services/ingest/core/entries.h"
#include "services/ingest/core/feed_adapters.h"
#include "services/ingest/core/police_report.h"

namespace serieslink::ingest {

void AdaptLicensing(const feed::v1::LicensingLoss& report, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  reader->OwnSource("system", report.system(), "NFLMS", "report_id", report.report_id());
  if (report.has_version()) record.set_source_version(report.version());
  reader->FormerSources("former_ids", report.former_ids());
  record.set_kind(record::v1::RECORD_KIND_LOSS);

  using record::v1::Event;
  Event* event = record.mutable_event();
  event->set_kind(record::v1::EVENT_KIND_LOSS);
  record::v1::Loss* loss = event->mutable_loss();
  loss->set_kind(reader->RequiredCode("loss_kind", report.loss_kind(), Vocabulary(kLossKinds)));
  reader->Occurred("lost", report.lost(), event);
  const auto* notified = ReadHolding(report, reader, loss);
  const auto* recorded =
      reader->Date("recorded", report.recorded(), event, &Event::mutable_recorded);
  reader->Order("recorded", recorded, {reader->occurred(), {"notified", notified}});
  // The holder's notice is the report of the loss.
  if (notified != nullptr) *event->mutable_reported() = *notified;
  if (report.has_place()) ReadPlace("place", report.place(), reader, event->mutable_place());
  reader->CrimeReferences("crime_references", report.crime_references(), IssuingForce::kNamedOrOwn,
                          event->mutable_crime_references());
  ReadOffences("offences", report.offences(), reader, event);
  if (report.guns().empty() && report.items().empty()) {
    reader->violations().Add("guns", type::v1::ERROR_REASON_FIELD_MISSING,
                             "must name at least one gun, or items at least one item");
  }
  ReadFinding(report.cancelled_as_found(), report.found(), reader, loss);
  ReadExhibits(report.guns(), report.items(), record::v1::EXHIBIT_KIND_DESCRIBED_GUN, reader);
  if (report.has_inquiry()) ReadInquiry("inquiry", report.inquiry(), reader);
  ReadMarking("marking", report.marking(), reader);
}

}  // namespace serieslink::ingest
