#pragma once

#include <string>
#include <string_view>

#include "serieslink/feed/v1/entries.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/ingest/core/field_reader.h"

namespace serieslink::ingest {

// What police forces' reports have in common: views of a message's fields, and their names where
// feeds differ in them. Points into the message.
struct PoliceReport {
  std::string_view occurred_field;
  const std::string& occurred;
  const std::string& reported;
  const std::string& recorded;
  std::string_view place_field;
  const feed::v1::PlaceEntry* place;  // null: none
  std::string_view offences_field;
  const google::protobuf::RepeatedPtrField<feed::v1::OffenceEntry>& offences;
  std::string_view firearm_uses_field;
  const TextList& firearm_uses;
  const feed::v1::ShotsEntry* shots;  // null: none
  const std::string& injury;
  const google::protobuf::RepeatedPtrField<feed::v1::GunEntry>& guns;
  const google::protobuf::RepeatedPtrField<feed::v1::ItemEntry>& items;
  const std::string& circumstances;
  const std::string& criminal_circumstances;
  const std::string& campaign;
  const std::string& loss_kind;
  bool must_say_loss_kind = true;
  bool cancelled_as_found;
  const std::string& found;
  const feed::v1::LossEntry* loss;  // null: none
  const std::string& disposal_kind;
  const std::string& disposal_authority;
};

// Reads the event (all but its references) and the exhibits of a record of `kind` (UNSPECIFIED:
// refused before). Fields of another kind of record are refused, for then the kind or the field is
// a mistake. Guns of a loss are described, those of intelligence sighted, all others in hand.
void ReadPoliceReport(const PoliceReport& report, record::v1::RecordKind kind, FieldReader* reader);

// That all guns of a loss were found again, and when: a date is refused without the former. Before
// the guns are read, which may have dates of their own then.
void ReadFinding(bool cancelled_as_found, const std::string& found, FieldReader* reader,
                 record::v1::Loss* loss);

// Who held what is gone and how it was kept, of a LicensingLoss or a LossEntry, which say it in the
// same fields; and when notice was given, which is returned, null: not known.
template <typename Message>
const type::v1::DateInterval* ReadHolding(const Message& from, FieldReader* reader,
                                          record::v1::Loss* loss) {
  using record::v1::Loss;
  loss->set_holder_kind(reader->Code("holder_kind", from.holder_kind(), Vocabulary(kHolderKinds)));
  reader->Word("certificate_kind", from.certificate_kind(), loss, &Loss::mutable_certificate_kind);
  reader->Word("certificate_force", from.certificate_force(), loss,
               &Loss::mutable_certificate_force);
  reader->Word("certificate_token", from.certificate_token(), loss,
               &Loss::mutable_certificate_token);
  reader->Word("holder_token", from.holder_token(), loss, &Loss::mutable_holder_token);
  reader->Word("premises_token", from.premises_token(), loss, &Loss::mutable_premises_token);
  reader->Text("place_kind", from.place_kind(), loss, &Loss::mutable_place_kind);
  reader->Text("storage", from.storage(), loss, &Loss::mutable_storage);
  const auto* notified = reader->Date("notified", from.notified(), loss, &Loss::mutable_notified);
  reader->Order("notified", notified, {reader->occurred()});
  return notified;
}

// What became of the guns of a disposal.
void ReadDisposal(const std::string& kind, const std::string& authority, FieldReader* reader,
                  record::v1::Event* event);

// The kind of the event that a record of `kind` tells of.
record::v1::EventKind EventKindOf(record::v1::RecordKind kind);

}  // namespace serieslink::ingest
