#include <algorithm>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "services/ingest/core/entries.h"

namespace serieslink::ingest {
namespace {

using record::v1::Ammunition;
using record::v1::Exhibit;
using record::v1::Firearm;

// Whether the legibility says why there may be no text.
bool MayHaveNoText(record::v1::SerialLegibility legibility) {
  return legibility == record::v1::SERIAL_LEGIBILITY_OBLITERATED ||
         legibility == record::v1::SERIAL_LEGIBILITY_NONE ||
         legibility == record::v1::SERIAL_LEGIBILITY_UNREAD;
}

void ReadSerials(const google::protobuf::RepeatedPtrField<feed::v1::SerialEntry>& serials,
                 FieldReader* reader, Firearm* firearm) {
  if (!reader->ListFits("serials", serials.size(), kMaxSerials)) return;
  for (int i = 0; i < serials.size(); ++i) {
    const auto scope = reader->Enter("serials", i);
    const feed::v1::SerialEntry& serial = serials.Get(i);
    using record::v1::SerialNumber;
    SerialNumber* to = firearm->add_serials();
    reader->Word("text", serial.text(), to, &SerialNumber::mutable_text);
    to->set_part(reader->Code("part", serial.part(), Vocabulary(kSerialParts)));
    to->set_legibility(
        reader->Code("legibility", serial.legibility(), Vocabulary(kSerialLegibilities)));
    const bool unknown_legibility = !serial.legibility().empty() &&
                                    to->legibility() == record::v1::SERIAL_LEGIBILITY_UNSPECIFIED;
    if (serial.text().empty() && !unknown_legibility && !MayHaveNoText(to->legibility())) {
      reader->violations().Add("text", type::v1::ERROR_REASON_FIELD_MISSING,
                               "must be given unless the legibility is OBLITERATED, NONE or "
                               "UNREAD");
    }
  }
}

void ReadCustody(const google::protobuf::RepeatedPtrField<feed::v1::CustodyEntry>& custody,
                 FieldReader* reader, Exhibit* exhibit) {
  if (!reader->ListFits("custody", custody.size(), kMaxCustody)) return;
  // A gun can have had holders long before; what it left at an incident was not there before.
  const bool was_left = (exhibit->kind() == record::v1::EXHIBIT_KIND_CASE_GROUP ||
                         exhibit->kind() == record::v1::EXHIBIT_KIND_BULLET_GROUP) &&
                        reader->record().event().kind() == record::v1::EVENT_KIND_INCIDENT;
  const NamedDate left = was_left ? reader->occurred() : NamedDate{};
  for (int i = 0; i < custody.size(); ++i) {
    const auto scope = reader->Enter("custody", i);
    const feed::v1::CustodyEntry& entry = custody.Get(i);
    using record::v1::Custody;
    Custody* to = exhibit->add_custody();
    reader->Text("holder", entry.holder(), to, &Custody::mutable_holder);
    const auto* from = reader->Date("from", entry.from(), to, &Custody::mutable_from);
    const auto* until = reader->Date("until", entry.until(), to, &Custody::mutable_until);
    reader->Order("from", from, {left});
    reader->Order("until", until, {left, {"from", from}});
    reader->Text("released_to", entry.released_to(), to, &Custody::mutable_released_to);
  }
}

void ReadLegalClasses(
    const google::protobuf::RepeatedPtrField<feed::v1::LegalClassEntry>& legal_classes,
    FieldReader* reader, Exhibit* exhibit) {
  if (!reader->ListFits("legal_classes", legal_classes.size(), kMaxLegalClasses)) return;
  for (int i = 0; i < legal_classes.size(); ++i) {
    const auto scope = reader->Enter("legal_classes", i);
    const feed::v1::LegalClassEntry& entry = legal_classes.Get(i);
    using record::v1::LegalClassAssessment;
    LegalClassAssessment* to = exhibit->add_legal_classes();
    to->set_legal_class(
        reader->Code("legal_class", entry.legal_class(), Vocabulary(kLegalClasses)));
    reader->Date("as_of", entry.as_of(), to, &LegalClassAssessment::mutable_as_of);
    reader->Text("basis", entry.basis(), to, &LegalClassAssessment::mutable_basis);
    reader->Text("assessed_by", entry.assessed_by(), to,
                 &LegalClassAssessment::mutable_assessed_by);
    to->set_accreditation(
        reader->Code("accreditation", entry.accreditation(), Vocabulary(kAccreditations)));
  }
}

// That a gun or an item of a loss was found again. What is read of the loss itself is read before.
template <typename Entry>
void ReadFoundAgain(const Entry& entry, FieldReader* reader, Exhibit* exhibit) {
  const record::v1::Record& record = reader->record();
  if (record.kind() == record::v1::RECORD_KIND_UNSPECIFIED) return;  // refused already
  if (record.kind() != record::v1::RECORD_KIND_LOSS) {
    constexpr std::string_view kOnlyLosses = "is only for a gun or item of a LOSS";
    reader->MustBeEmpty("cancelled_as_found", !entry.cancelled_as_found(), kOnlyLosses);
    reader->MustBeEmpty("found", entry.found().empty(), kOnlyLosses);
    return;
  }
  exhibit->set_cancelled_as_found(entry.cancelled_as_found());
  const auto* found = reader->Date("found", entry.found(), exhibit, &Exhibit::mutable_found);
  reader->Order("found", found, {reader->occurred()});
  const bool is_cancelled =
      entry.cancelled_as_found() || record.event().loss().cancelled_as_found();
  reader->MustBeEmpty("found", is_cancelled || entry.found().empty(),
                      "is only where cancelled_as_found is true, of it or of the whole report");
}

// The types of a gun. What none of them is known by stays with the gun as it was written, for
// whoever tells of the gun.
void ReadGunTypes(const feed::v1::GunEntry& gun, FieldReader* reader, Firearm* firearm) {
  const auto& unknown_codes = reader->record().unknown_codes();
  const int known_before = unknown_codes.size();
  reader->Types("apparent_types", gun.apparent_types(), kMaxTypes,
                firearm->mutable_apparent_types());
  reader->Types("confirmed_types", gun.confirmed_types(), kMaxTypes,
                firearm->mutable_confirmed_types());
  auto& unknown_types = *firearm->mutable_unknown_types();
  for (int i = known_before; i < unknown_codes.size(); ++i) {
    const std::string& code = unknown_codes.Get(i).code();
    if (std::find(unknown_types.begin(), unknown_types.end(), code) == unknown_types.end()) {
      *unknown_types.Add() = code;
    }
  }
}

// The kind of an item in a list of items, which holds no guns and no laboratory's shots. A code
// that is no kind at all is an unknown code.
record::v1::ExhibitKind ReadItemKind(const std::string& kind, FieldReader* reader) {
  if (kind.empty()) {
    reader->Missing("kind");
    return record::v1::EXHIBIT_KIND_UNSPECIFIED;
  }
  const record::v1::ExhibitKind found = reader->Code("kind", kind, Vocabulary(kExhibitKinds));
  switch (found) {
    case record::v1::EXHIBIT_KIND_GUN:
      reader->Invalid("kind", "is a whole gun, which is no item");
      break;
    case record::v1::EXHIBIT_KIND_TEST_FIRE_CASES:
    case record::v1::EXHIBIT_KIND_TEST_FIRE_BULLETS:
      reader->Invalid("kind", "is a test-fire, which only a laboratory sends");
      break;
    default:
      break;
  }
  return found;
}

// Reads the exhibits' references and says which are missing or used twice.
class ExhibitReferences {
 public:
  ExhibitReferences(int exhibits, FieldReader* reader) : several_(exhibits > 1), reader_(*reader) {
    if (several_) seen_.reserve(exhibits);
  }

  // With the walk within the gun or item.
  void Read(const std::string& reference, Exhibit* exhibit) {
    if (reference.empty()) {
      if (several_) {
        reader_.violations().Add("reference", type::v1::ERROR_REASON_FIELD_MISSING,
                                 "must be given when a record has several exhibits");
      }
      return;
    }
    if (!reader_.RequiredId("reference", reference, kMaxIdBytes)) return;
    if (several_ && !seen_.insert(reference).second) {
      reader_.violations().Add("reference", type::v1::ERROR_REASON_DUPLICATE,
                               "is the reference of an earlier exhibit of this record");
      return;
    }
    exhibit->set_exhibit_reference(reference);
  }

 private:
  const bool several_;
  FieldReader& reader_;
  absl::flat_hash_set<std::string_view> seen_;
};

}  // namespace

type::v1::SourceReference NameOf(const record::v1::Record& record, const Exhibit& exhibit) {
  type::v1::SourceReference name = record.source();
  name.set_exhibit_reference(exhibit.exhibit_reference());
  return name;
}

void ReadRelation(std::string_view field, int index, const type::v1::SourceReference& other,
                  record::v1::ExhibitRelationKind kind, FieldReader* reader, Exhibit* exhibit) {
  record::v1::ExhibitRelation* relation = exhibit->add_relations();
  relation->set_kind(kind);
  if (!reader->Reference(field, index, other, relation->mutable_exhibit())) return;
  if (relation->exhibit().source_id() == reader->record().source().source_id() &&
      SameReference(relation->exhibit(), NameOf(reader->record(), *exhibit))) {
    reader->violations().Add(field, index, type::v1::ERROR_REASON_FIELD_INVALID,
                             "names the exhibit itself");
  }
}

void ReadRelations(std::string_view field, const ReferenceList& list,
                   record::v1::ExhibitRelationKind kind, FieldReader* reader, Exhibit* exhibit) {
  if (!reader->ListFits(field, list.size(), kMaxSameItems)) return;
  for (int i = 0; i < list.size(); ++i) {
    ReadRelation(field, i, list.Get(i), kind, reader, exhibit);
  }
}

void ReadGun(const feed::v1::GunEntry& gun, FieldReader* reader, Exhibit* exhibit) {
  Firearm* to = exhibit->mutable_firearm();
  reader->Word("exhibit_mark", gun.exhibit_mark(), exhibit, &Exhibit::mutable_exhibit_mark);
  ReadSerials(gun.serials(), reader, to);
  reader->Text("make", gun.make(), to, &Firearm::mutable_make);
  reader->Word("make_code", gun.make_code(), to, &Firearm::mutable_make_code);
  reader->Word("make_code_scheme", gun.make_code_scheme(), to, &Firearm::mutable_make_code_scheme);
  reader->Text("model", gun.model(), to, &Firearm::mutable_model);
  reader->Text("calibre", gun.calibre(), to, &Firearm::mutable_calibre);
  reader->Text("original_calibre", gun.original_calibre(), to, &Firearm::mutable_original_calibre);
  ReadGunTypes(gun, reader, to);
  reader->Text("finish", gun.finish(), to, &Firearm::mutable_finish);
  if (gun.has_barrel_length_mm() &&
      reader->NumberFits("barrel_length_mm", gun.barrel_length_mm(), 1, kMaxBarrelLengthMm)) {
    to->set_barrel_length_mm(gun.barrel_length_mm());
  }
  reader->Text("conversion", gun.conversion(), to, &Firearm::mutable_conversion);
  reader->Country("country_of_origin", gun.country_of_origin(), to,
                  &Firearm::mutable_country_of_origin);
  reader->Texts("marks", gun.marks(), kMaxMarks, kMaxTextBytes, to->mutable_marks());
  if (gun.has_is_complete()) {
    if (gun.is_complete() && exhibit->kind() == record::v1::EXHIBIT_KIND_GUN_PART) {
      reader->Invalid("is_complete", "a part of a gun is no whole gun");
    }
    to->set_is_complete(gun.is_complete());
  }
  if (gun.has_is_police_issue()) to->set_is_police_issue(gun.is_police_issue());
  ReadFoundAgain(gun, reader, exhibit);
  ReadCustody(gun.custody(), reader, exhibit);
  ReadLegalClasses(gun.legal_classes(), reader, exhibit);
  ReadRelations("same_items", gun.same_items(), record::v1::EXHIBIT_RELATION_KIND_SAME_ITEM, reader,
                exhibit);
}

void ReadItem(const feed::v1::ItemEntry& item, FieldReader* reader, Exhibit* exhibit) {
  const bool may_be_part = exhibit->kind() == record::v1::EXHIBIT_KIND_GUN_PART ||
                           exhibit->kind() == record::v1::EXHIBIT_KIND_UNSPECIFIED;
  reader->Word("exhibit_mark", item.exhibit_mark(), exhibit, &Exhibit::mutable_exhibit_mark);
  if (item.has_quantity() && reader->NumberFits("quantity", item.quantity(), 1, kMaxQuantity)) {
    exhibit->set_quantity(item.quantity());
  }
  // A part has the make and calibre of a gun, anything else those of ammunition.
  if (exhibit->kind() == record::v1::EXHIBIT_KIND_GUN_PART) {
    if (!item.calibre().empty()) {
      reader->Text("calibre", item.calibre(), exhibit->mutable_firearm(),
                   &Firearm::mutable_calibre);
    }
    if (!item.make().empty()) {
      reader->Text("make", item.make(), exhibit->mutable_firearm(), &Firearm::mutable_make);
    }
  } else {
    if (!item.calibre().empty()) {
      reader->Text("calibre", item.calibre(), exhibit->mutable_ammunition(),
                   &Ammunition::mutable_calibre);
    }
    if (!item.make().empty()) {
      reader->Text("make", item.make(), exhibit->mutable_ammunition(), &Ammunition::mutable_make);
    }
  }
  if (!item.head_stamp().empty()) {
    reader->Text("head_stamp", item.head_stamp(), exhibit->mutable_ammunition(),
                 &Ammunition::mutable_head_stamp);
  }
  if (!item.rifling().empty()) {
    reader->Text("rifling", item.rifling(), exhibit->mutable_ammunition(),
                 &Ammunition::mutable_rifling);
  }
  if (may_be_part) {
    reader->Text("part_kind", item.part_kind(), exhibit, &Exhibit::mutable_part_kind);
    if (item.serials_size() > 0) {
      ReadSerials(item.serials(), reader, exhibit->mutable_firearm());
    }
    ReadRelations("part_of", item.part_of(), record::v1::EXHIBIT_RELATION_KIND_PART_OF, reader,
                  exhibit);
  } else {
    constexpr std::string_view kOnlyParts = "must be empty: only a GUN_PART has one";
    reader->MustBeEmpty("part_kind", item.part_kind().empty(), kOnlyParts);
    reader->MustBeEmpty("serials", item.serials().empty(), kOnlyParts);
    reader->MustBeEmpty("part_of", item.part_of().empty(), kOnlyParts);
  }
  ReadFoundAgain(item, reader, exhibit);
  ReadCustody(item.custody(), reader, exhibit);
  ReadLegalClasses(item.legal_classes(), reader, exhibit);
  ReadRelations("same_items", item.same_items(), record::v1::EXHIBIT_RELATION_KIND_SAME_ITEM,
                reader, exhibit);
}

void ReadExhibits(const google::protobuf::RepeatedPtrField<feed::v1::GunEntry>& guns,
                  const google::protobuf::RepeatedPtrField<feed::v1::ItemEntry>& items,
                  record::v1::ExhibitKind gun_kind, FieldReader* reader) {
  if (!reader->ListFits("guns", guns.size(), kMaxGuns) ||
      !reader->ListFits("items", items.size(), kMaxItems)) {
    return;
  }
  auto& exhibits = *reader->record().mutable_exhibits();
  exhibits.Reserve(guns.size() + items.size());
  ExhibitReferences references(guns.size() + items.size(), reader);
  for (int i = 0; i < guns.size(); ++i) {
    const auto scope = reader->Enter("guns", i);
    Exhibit* exhibit = exhibits.Add();
    exhibit->set_kind(gun_kind);
    references.Read(guns.Get(i).reference(), exhibit);
    ReadGun(guns.Get(i), reader, exhibit);
  }
  for (int i = 0; i < items.size(); ++i) {
    const auto scope = reader->Enter("items", i);
    Exhibit* exhibit = exhibits.Add();
    references.Read(items.Get(i).reference(), exhibit);
    exhibit->set_kind(ReadItemKind(items.Get(i).kind(), reader));
    ReadItem(items.Get(i), reader, exhibit);
  }
}

}  // namespace serieslink::ingest
