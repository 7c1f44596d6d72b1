#include "services/ingest/core/police_report.h"

#include "services/ingest/core/entries.h"

namespace serieslink::ingest {
namespace {

using record::v1::Event;

record::v1::ExhibitKind GunKindOf(record::v1::RecordKind kind) {
  switch (kind) {
    case record::v1::RECORD_KIND_LOSS:
      return record::v1::EXHIBIT_KIND_DESCRIBED_GUN;
    case record::v1::RECORD_KIND_INTELLIGENCE:
      return record::v1::EXHIBIT_KIND_SIGHTED_GUN;
    default:
      return record::v1::EXHIBIT_KIND_GUN;
  }
}

// All that a report says of a loss but its guns.
void ReadLoss(const PoliceReport& report, FieldReader* reader, record::v1::Loss* loss) {
  if (report.must_say_loss_kind && report.loss_kind.empty()) reader->Missing("loss_kind");
  loss->set_kind(reader->KnownCode("loss_kind", report.loss_kind, Vocabulary(kLossKinds)));
  ReadFinding(report.cancelled_as_found, report.found, reader, loss);
  if (report.loss == nullptr) return;
  const auto scope = reader->Enter("loss");
  ReadHolding(*report.loss, reader, loss);
}

// The same, which nothing but a loss has.
void RefuseLoss(const PoliceReport& report, FieldReader* reader) {
  const auto refuse = [reader](std::string_view field, bool is_empty) {
    reader->MustBeEmpty(field, is_empty, "is only for a LOSS");
  };
  refuse("loss_kind", report.loss_kind.empty());
  refuse("cancelled_as_found", !report.cancelled_as_found);
  refuse("found", report.found.empty());
  if (report.loss == nullptr) return;
  const feed::v1::LossEntry& entry = *report.loss;
  const auto scope = reader->Enter("loss");
  refuse("holder_kind", entry.holder_kind().empty());
  refuse("certificate_kind", entry.certificate_kind().empty());
  refuse("certificate_force", entry.certificate_force().empty());
  refuse("certificate_token", entry.certificate_token().empty());
  refuse("holder_token", entry.holder_token().empty());
  refuse("premises_token", entry.premises_token().empty());
  refuse("place_kind", entry.place_kind().empty());
  refuse("storage", entry.storage().empty());
  refuse("notified", entry.notified().empty());
}

// What a report says of the kind of its event, beside a loss, and refuses of all others.
void ReadKindDetails(const PoliceReport& report, record::v1::RecordKind kind, FieldReader* reader,
                     Event* event) {
  if (kind == record::v1::RECORD_KIND_RECOVERY) {
    if (!report.circumstances.empty() || !report.criminal_circumstances.empty()) {
      record::v1::Recovery* recovery = event->mutable_recovery();
      reader->Text("circumstances", report.circumstances, recovery,
                   &record::v1::Recovery::mutable_circumstances);
      recovery->set_is_criminal(reader->Code(
          "criminal_circumstances", report.criminal_circumstances, Vocabulary(kTristates)));
    }
  } else {
    reader->MustBeEmpty("circumstances", report.circumstances.empty(), "is only for a RECOVERY");
    reader->MustBeEmpty("criminal_circumstances", report.criminal_circumstances.empty(),
                        "is only for a RECOVERY");
  }
  if (kind == record::v1::RECORD_KIND_SURRENDER) {
    reader->Text("campaign", report.campaign, event->mutable_surrender(),
                 &record::v1::Surrender::mutable_campaign);
  } else {
    reader->MustBeEmpty("campaign", report.campaign.empty(), "is only for a SURRENDER");
  }
  if (kind != record::v1::RECORD_KIND_LOSS) RefuseLoss(report, reader);
  if (kind == record::v1::RECORD_KIND_DISPOSAL) {
    ReadDisposal(report.disposal_kind, report.disposal_authority, reader, event);
  } else {
    reader->MustBeEmpty("disposal_kind", report.disposal_kind.empty(), "is only for a DISPOSAL");
    reader->MustBeEmpty("disposal_authority", report.disposal_authority.empty(),
                        "is only for a DISPOSAL");
  }
}

}  // namespace

record::v1::EventKind EventKindOf(record::v1::RecordKind kind) {
  switch (kind) {
    case record::v1::RECORD_KIND_INCIDENT:
      return record::v1::EVENT_KIND_INCIDENT;
    case record::v1::RECORD_KIND_RECOVERY:
      return record::v1::EVENT_KIND_RECOVERY;
    case record::v1::RECORD_KIND_SURRENDER:
      return record::v1::EVENT_KIND_SURRENDER;
    case record::v1::RECORD_KIND_LOSS:
      return record::v1::EVENT_KIND_LOSS;
    case record::v1::RECORD_KIND_BORDER_SEIZURE:
      return record::v1::EVENT_KIND_BORDER_SEIZURE;
    case record::v1::RECORD_KIND_DISPOSAL:
      return record::v1::EVENT_KIND_DISPOSAL;
    case record::v1::RECORD_KIND_INTELLIGENCE:
      return record::v1::EVENT_KIND_SIGHTING;
    default:
      return record::v1::EVENT_KIND_UNSPECIFIED;
  }
}

void ReadFinding(bool cancelled_as_found, const std::string& found, FieldReader* reader,
                 record::v1::Loss* loss) {
  loss->set_cancelled_as_found(cancelled_as_found);
  const auto* date = reader->Date("found", found, loss, &record::v1::Loss::mutable_found);
  reader->Order("found", date, {reader->occurred()});
  reader->MustBeEmpty("found", cancelled_as_found || found.empty(),
                      "is only where cancelled_as_found is true");
}

void ReadDisposal(const std::string& kind, const std::string& authority, FieldReader* reader,
                  Event* event) {
  record::v1::Disposal* disposal = event->mutable_disposal();
  disposal->set_kind(reader->Code("disposal_kind", kind, Vocabulary(kDisposalKinds)));
  reader->Text("disposal_authority", authority, disposal, &record::v1::Disposal::mutable_authority);
}

void ReadPoliceReport(const PoliceReport& report, record::v1::RecordKind kind,
                      FieldReader* reader) {
  Event* event = reader->record().mutable_event();
  event->set_kind(EventKindOf(kind));
  reader->Occurred(report.occurred_field, report.occurred, event);
  const auto* reported = reader->Date("reported", report.reported, event, &Event::mutable_reported);
  reader->Order("reported", reported, {reader->occurred()});
  const auto* recorded = reader->Date("recorded", report.recorded, event, &Event::mutable_recorded);
  reader->Order("recorded", recorded, {reader->occurred(), {"reported", reported}});
  if (report.place != nullptr) {
    ReadPlace(report.place_field, *report.place, reader, event->mutable_place());
  }
  ReadOffences(report.offences_field, report.offences, reader, event);
  reader->Codes(report.firearm_uses_field, report.firearm_uses, Vocabulary(kFirearmUses),
                kMaxFirearmUses, event->mutable_firearm_uses());
  if (report.shots != nullptr) ReadShots("shots", *report.shots, reader, event);
  event->set_injury(reader->Code("injury", report.injury, Vocabulary(kInjuries)));
  // What is said of all guns is read before what is said of each.
  if (kind == record::v1::RECORD_KIND_LOSS) ReadLoss(report, reader, event->mutable_loss());
  ReadExhibits(report.guns, report.items, GunKindOf(kind), reader);
  if (kind != record::v1::RECORD_KIND_UNSPECIFIED) ReadKindDetails(report, kind, reader, event);
}

}  // namespace serieslink::ingest
