#pragma once

#include <string_view>

#include "serieslink/feed/v1/entries.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/ingest/core/field_reader.h"

// Readers of the entries that feeds share (serieslink/feed/v1/entries.proto). Each is called with
// the walk in the message that holds the entry, whose field it names, and adds to the record.
// What is held against the date of the event (FieldReader::OrderAfterCrime) is read after it, and
// guns and items after what is said of a loss as a whole.
namespace serieslink::ingest {

void ReadPlace(std::string_view field, const feed::v1::PlaceEntry& place, FieldReader* reader,
               type::v1::Place* to);

void ReadOffence(std::string_view field, int index, const feed::v1::OffenceEntry& offence,
                 FieldReader* reader, record::v1::Event* event);

void ReadOffences(std::string_view field,
                  const google::protobuf::RepeatedPtrField<feed::v1::OffenceEntry>& offences,
                  FieldReader* reader, record::v1::Event* event);

void ReadShots(std::string_view field, const feed::v1::ShotsEntry& shots, FieldReader* reader,
               record::v1::Event* event);

void ReadInquiry(std::string_view field, const feed::v1::InquiryEntry& inquiry,
                 FieldReader* reader);

// Visibility is OWNER unless the marking says OPEN: nothing is shown to others by accident.
void ReadMarking(std::string_view field, const feed::v1::MarkingEntry& marking,
                 FieldReader* reader);

// The guns and items of a record, as its exhibits; the guns are of kind `gun_kind`. When they are
// several together, each must have a reference of its own.
void ReadExhibits(const google::protobuf::RepeatedPtrField<feed::v1::GunEntry>& guns,
                  const google::protobuf::RepeatedPtrField<feed::v1::ItemEntry>& items,
                  record::v1::ExhibitKind gun_kind, FieldReader* reader);

// The parts of ReadExhibits, with the walk within the gun or item. They read everything but the
// reference and the kind, which `exhibit` must have.
void ReadGun(const feed::v1::GunEntry& gun, FieldReader* reader, record::v1::Exhibit* exhibit);
void ReadItem(const feed::v1::ItemEntry& item, FieldReader* reader, record::v1::Exhibit* exhibit);

// Relations of `exhibit` with the exhibits in `list`.
void ReadRelations(std::string_view field, const ReferenceList& list,
                   record::v1::ExhibitRelationKind kind, FieldReader* reader,
                   record::v1::Exhibit* exhibit);

// One such relation.
void ReadRelation(std::string_view field, int index, const type::v1::SourceReference& other,
                  record::v1::ExhibitRelationKind kind, FieldReader* reader,
                  record::v1::Exhibit* exhibit);

// The record's own name with `exhibit`'s reference.
type::v1::SourceReference NameOf(const record::v1::Record& record,
                                 const record::v1::Exhibit& exhibit);

}  // namespace serieslink::ingest
