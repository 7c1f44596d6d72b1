#include "services/ingest/core/entries.h"
#include "services/ingest/core/feed_adapters.h"
#include "services/ingest/core/police_report.h"

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

// A disposal is of items, wherever they came from: what brought them is the seizure's.
void RefuseConsignment(const feed::v1::BorderForceSeizure& seizure, FieldReader* reader) {
  constexpr std::string_view kOnlySeizures = "is only for a SEIZURE";
  reader->MustBeEmpty("seized", seizure.seized().empty(), kOnlySeizures);
  reader->MustBeEmpty("consignment_id", seizure.consignment_id().empty(), kOnlySeizures);
  reader->MustBeEmpty("mode", seizure.mode().empty(), kOnlySeizures);
  reader->MustBeEmpty("port_code", seizure.port_code().empty(), kOnlySeizures);
  reader->MustBeEmpty("declared_origin", seizure.declared_origin().empty(), kOnlySeizures);
  reader->MustBeEmpty("true_origin", seizure.true_origin().empty(), kOnlySeizures);
  reader->MustBeEmpty("transit", seizure.transit().empty(), kOnlySeizures);
  reader->MustBeEmpty("carrier", seizure.carrier().empty(), kOnlySeizures);
  reader->MustBeEmpty("detection_method", seizure.detection_method().empty(), kOnlySeizures);
  reader->MustBeEmpty("concealment", seizure.concealment().empty(), kOnlySeizures);
  reader->MustBeEmpty("destination", seizure.destination().empty(), kOnlySeizures);
  reader->MustBeEmpty("sister_seizures", seizure.sister_seizures().empty(), kOnlySeizures);
}

void RefuseDisposal(const feed::v1::BorderForceSeizure& seizure, FieldReader* reader) {
  constexpr std::string_view kOnlyDisposals = "is only for a DISPOSAL";
  reader->MustBeEmpty("disposed", seizure.disposed().empty(), kOnlyDisposals);
  reader->MustBeEmpty("disposal_kind", seizure.disposal_kind().empty(), kOnlyDisposals);
  reader->MustBeEmpty("disposal_authority", seizure.disposal_authority().empty(), kOnlyDisposals);
}

}  // namespace

void AdaptBorderForce(const feed::v1::BorderForceSeizure& seizure, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  reader->OwnSource("system", seizure.system(), "SEIZURES", "seizure_number",
                    seizure.seizure_number());
  if (seizure.has_version()) record.set_source_version(seizure.version());
  reader->FormerSources("former_numbers", seizure.former_numbers());
  const record::v1::RecordKind type =
      reader->KnownCode("record_type", seizure.record_type(), Vocabulary(kBorderForceRecordTypes));
  const bool is_disposal = type == record::v1::RECORD_KIND_DISPOSAL;
  record.set_kind(is_disposal ? type : record::v1::RECORD_KIND_BORDER_SEIZURE);

  using record::v1::Event;
  Event* event = record.mutable_event();
  event->set_kind(EventKindOf(record.kind()));
  if (is_disposal) {
    RefuseConsignment(seizure, reader);
    reader->Occurred("disposed", seizure.disposed(), event);
    ReadDisposal(seizure.disposal_kind(), seizure.disposal_authority(), reader, event);
  } else {
    // Of a type that is none, either could be meant.
    if (seizure.record_type().empty() || type != record::v1::RECORD_KIND_UNSPECIFIED) {
      RefuseDisposal(seizure, reader);
    }
    reader->Occurred("seized", seizure.seized(), event);
  }
  const auto* recorded =
      reader->Date("recorded", seizure.recorded(), event, &Event::mutable_recorded);
  reader->Order("recorded", recorded, {reader->occurred()});
  if (seizure.has_place()) ReadPlace("place", seizure.place(), reader, event->mutable_place());
  if (!is_disposal) ReadConsignment(seizure, reader, event->mutable_consignment());
  ReadOffences("offences", seizure.offences(), reader, event);
  ReadExhibits(seizure.guns(), seizure.items(), record::v1::EXHIBIT_KIND_GUN, reader);
  reader->CrimeReferences("crime_references", seizure.crime_references(), IssuingForce::kNamed,
                          event->mutable_crime_references());
  if (seizure.has_inquiry()) ReadInquiry("inquiry", seizure.inquiry(), reader);
  ReadMarking("marking", seizure.marking(), reader);
}

}  // namespace serieslink::ingest
