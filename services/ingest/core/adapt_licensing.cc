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
  using record::v1::Loss;
  Event* event = record.mutable_event();
  event->set_kind(record::v1::EVENT_KIND_LOSS);
  Loss* loss = event->mutable_loss();
  loss->set_kind(reader->RequiredCode("loss_kind", report.loss_kind(), Vocabulary(kLossKinds)));
  reader->Occurred("lost", report.lost(), event);
  const auto* notified = reader->Date("notified", report.notified(), loss, &Loss::mutable_notified);
  reader->Order("notified", notified, {reader->occurred()});
  const auto* recorded =
      reader->Date("recorded", report.recorded(), event, &Event::mutable_recorded);
  reader->Order("recorded", recorded, {reader->occurred(), {"notified", notified}});
  // The holder's notice is the report of the loss.
  if (notified != nullptr) *event->mutable_reported() = *notified;
  if (report.has_place()) ReadPlace("place", report.place(), reader, event->mutable_place());
  reader->Text("place_kind", report.place_kind(), loss, &Loss::mutable_place_kind);
  reader->Text("storage", report.storage(), loss, &Loss::mutable_storage);
  loss->set_holder_kind(
      reader->Code("holder_kind", report.holder_kind(), Vocabulary(kHolderKinds)));
  reader->Word("certificate_kind", report.certificate_kind(), loss,
               &Loss::mutable_certificate_kind);
  reader->Word("certificate_force", report.certificate_force(), loss,
               &Loss::mutable_certificate_force);
  reader->Word("certificate_token", report.certificate_token(), loss,
               &Loss::mutable_certificate_token);
  reader->Word("holder_token", report.holder_token(), loss, &Loss::mutable_holder_token);
  reader->Word("premises_token", report.premises_token(), loss, &Loss::mutable_premises_token);
  reader->CrimeReferences("crime_references", report.crime_references(), IssuingForce::kNamedOrOwn,
                          event->mutable_crime_references());
  ReadOffences("offences", report.offences(), reader, event);
  if (report.guns().empty() && report.items().empty()) {
    reader->violations().Add("guns", type::v1::ERROR_REASON_FIELD_MISSING,
                             "must name at least one gun, or items at least one item");
  }
  ReadExhibits(report.guns(), report.items(), record::v1::EXHIBIT_KIND_DESCRIBED_GUN, reader);
  ReadFinding(report.cancelled_as_found(), report.found(), reader, loss);
  if (report.has_inquiry()) ReadInquiry("inquiry", report.inquiry(), reader);
  ReadMarking("marking", report.marking(), reader);
}

}  // namespace serieslink::ingest
