#include "services/ingest/core/entries.h"
#include "services/ingest/core/feed_adapters.h"

namespace serieslink::ingest {
namespace {

void ReadConsignment(const feed::v1::BorderForceSeizure& seizure, FieldReader* reader,
                     record::v1::Consignment* to) {
  using record::v1::Consignment;
  reader->Word("consignment_id", seizure.consignment_id(), to,
               &Consignment::mutable_consignment_id);
  to->set_mode(reader->Code("mode", seizure.mode(), Vocabulary(kTransportModes)));
  reader->Word("port_code", seizure.port_code(), to, &Consignment::mutable_port_code);
  reader->Country("declared_origin", seizure.declared_origin(), to,
                  &Consignment::mutable_declared_origin);
  reader->Country("true_origin", seizure.true_origin(), to, &Consignment::mutable_true_origin);
  reader->Countries("transit", seizure.transit(), kMaxTransit, to->mutable_transit());
  reader->Text("carrier", seizure.carrier(), to, &Consignment::mutable_carrier);
  reader->Text("detection_method", seizure.detection_method(), to,
               &Consignment::mutable_detection_method);
  reader->Text("concealment", seizure.concealment(), to, &Consignment::mutable_concealment);
  reader->Text("destination", seizure.destination(), to, &Consignment::mutable_destination);
  if (reader->ListFits("sister_seizures", seizure.sister_seizures_size(), kMaxSisterSeizures)) {
    for (int i = 0; i < seizure.sister_seizures_size(); ++i) {
      reader->Reference("sister_seizures", i, seizure.sister_seizures(i),
                        to->add_sister_consignments());
    }
  }
}

}  // namespace

void AdaptBorderForce(const feed::v1::BorderForceSeizure& seizure, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  reader->OwnSource("system", seizure.system(), "SEIZURES", "seizure_number",
                    seizure.seizure_number());
  if (seizure.has_version()) record.set_source_version(seizure.version());
  record.set_kind(record::v1::RECORD_KIND_BORDER_SEIZURE);

  using record::v1::Event;
  Event* event = record.mutable_event();
  event->set_kind(record::v1::EVENT_KIND_BORDER_SEIZURE);
  const auto* seized = reader->Date("seized", seizure.seized(), event, &Event::mutable_occurred);
  const auto* recorded =
      reader->Date("recorded", seizure.recorded(), event, &Event::mutable_recorded);
  reader->Order("recorded", recorded, seized);
  if (seizure.has_place()) ReadPlace("place", seizure.place(), reader, event->mutable_place());
  ReadConsignment(seizure, reader, event->mutable_consignment());
  ReadExhibits(seizure.guns(), seizure.items(), record::v1::EXHIBIT_KIND_GUN, reader);
  reader->CrimeReferences("crime_references", seizure.crime_references(), IssuingForce::kNamed,
                          event->mutable_crime_references());
  if (seizure.has_inquiry()) ReadInquiry("inquiry", seizure.inquiry(), reader);
  ReadMarking("marking", seizure.marking(), reader);
}

}  // namespace serieslink::ingest
