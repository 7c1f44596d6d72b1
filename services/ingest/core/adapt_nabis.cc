#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/ingest/core/entries.h"
#include "services/ingest/core/feed_adapters.h"
#include "services/ingest/core/police_report.h"
#include "services/linkage/core/mark_score.h"
#include "storage/base/text.h"

namespace serieslink::ingest {
namespace {

using feed::v1::NabisEntry;
using record::v1::Event;
using record::v1::Exhibit;

void ReadEvent(const feed::v1::NabisEvent& entry, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  record.set_kind(
      reader->RequiredCode("event_type", entry.event_type(), Vocabulary(kNabisEventTypes)));
  Event* event = record.mutable_event();
  reader->CrimeReferences("crime_references", entry.crime_references(), IssuingForce::kNamed,
                          event->mutable_crime_references());
  // What a hub has in hand is an exhibit of its own. Of a loss it has nothing in hand, and what is
  // missing has no entry but this.
  if (record.kind() != record::v1::RECORD_KIND_LOSS &&
      record.kind() != record::v1::RECORD_KIND_DISPOSAL &&
      record.kind() != record::v1::RECORD_KIND_UNSPECIFIED) {
    constexpr std::string_view kOnlyGone =
        "is only for a LOSS or DISPOSAL: a hub's exhibits have entries of their own";
    reader->MustBeEmpty("guns", entry.guns().empty(), kOnlyGone);
    reader->MustBeEmpty("items", entry.items().empty(), kOnlyGone);
  }
  ReadPoliceReport({.occurred_field = "occurred",
                    .occurred = entry.occurred(),
                    .reported = entry.reported(),
                    .recorded = entry.recorded(),
                    .place_field = "place",
                    .place = entry.has_place() ? &entry.place() : nullptr,
                    .offences_field = "offences",
                    .offences = entry.offences(),
                    .firearm_uses_field = "firearm_uses",
                    .firearm_uses = entry.firearm_uses(),
                    .shots = entry.has_shots() ? &entry.shots() : nullptr,
                    .injury = entry.injury(),
                    .guns = entry.guns(),
                    .items = entry.items(),
                    .circumstances = entry.circumstances(),
                    .criminal_circumstances = entry.criminal_circumstances(),
                    .campaign = entry.campaign(),
                    .loss_kind = entry.loss_kind(),
                    .must_say_loss_kind = false,
                    .cancelled_as_found = entry.cancelled_as_found(),
                    .found = entry.found(),
                    .loss = entry.has_loss() ? &entry.loss() : nullptr,
                    .disposal_kind = entry.disposal_kind(),
                    .disposal_authority = entry.disposal_authority()},
                   record.kind(), reader);
  if (entry.has_offence()) {
    ReadOffence("offence", ViolationCollector::kNoIndex, entry.offence(), reader, event);
  }
}

bool IsTestFire(record::v1::ExhibitKind kind) {
  return kind == record::v1::EXHIBIT_KIND_TEST_FIRE_CASES ||
         kind == record::v1::EXHIBIT_KIND_TEST_FIRE_BULLETS;
}

// The event that an exhibit comes from.
void ReadOrigin(const feed::v1::NabisExhibit& entry, FieldReader* reader) {
  Event* event = reader->record().mutable_event();
  event->set_kind(reader->Code("found_at", entry.found_at(), Vocabulary(kFoundAt)));
  reader->CrimeReferences("crime_references", entry.crime_references(), IssuingForce::kNamed,
                          event->mutable_crime_references());
  reader->Occurred("occurred", entry.occurred(), event);
  if (entry.has_place()) ReadPlace("place", entry.place(), reader, event->mutable_place());
}

// A laboratory's shots are no event and no use: what is said of the gun's origin belongs to the
// gun's entry, and here would be lost.
void RefuseOrigin(const feed::v1::NabisExhibit& entry, FieldReader* reader) {
  constexpr std::string_view kNoEvent =
      "must be empty: a test-fire is never an event; the gun's own entry says where it comes from";
  reader->MustBeEmpty("found_at", entry.found_at().empty(), kNoEvent);
  reader->MustBeEmpty("crime_references", entry.crime_references().empty(), kNoEvent);
  reader->MustBeEmpty("occurred", entry.occurred().empty(), kNoEvent);
  reader->MustBeEmpty("place", !entry.has_place(), kNoEvent);
}

bool HasOrigin(const feed::v1::NabisExhibit& entry) {
  return !entry.found_at().empty() || entry.crime_references_size() > 0 ||
         !entry.occurred().empty() || entry.has_place();
}

// Returns when it was fired; null: not known, or no test-fire.
const type::v1::DateInterval* ReadTestFire(const feed::v1::NabisExhibit& entry, FieldReader* reader,
                                           Exhibit* exhibit) {
  if (!IsTestFire(exhibit->kind())) {
    if (exhibit->kind() == record::v1::EXHIBIT_KIND_UNSPECIFIED) return nullptr;
    reader->MustBeEmpty("test_fire_of", !entry.has_test_fire_of(), "is only for a test-fire");
    reader->MustBeEmpty("test_fired", entry.test_fired().empty(), "is only for a test-fire");
    return nullptr;
  }
  if (entry.has_test_fire_of()) {
    ReadRelation("test_fire_of", ViolationCollector::kNoIndex, entry.test_fire_of(),
                 record::v1::EXHIBIT_RELATION_KIND_TEST_FIRE_OF, reader, exhibit);
  } else {
    reader->Missing("test_fire_of");
  }
  return reader->Date("test_fired", entry.test_fired(), exhibit, &Exhibit::mutable_test_fired);
}

// `test_fired` as ReadTestFire returned it: a hub fires with a gun that it has, and looks at what
// came out.
void ReadExamination(const feed::v1::NabisExhibit& entry, const type::v1::DateInterval* test_fired,
                     FieldReader* reader, Exhibit* exhibit) {
  if (entry.submitted().empty() && entry.received().empty() && entry.examined().empty() &&
      entry.stage().empty()) {
    return;
  }
  using record::v1::Examination;
  Examination* to = exhibit->mutable_examination();
  const auto* submitted =
      reader->Date("submitted", entry.submitted(), to, &Examination::mutable_submitted);
  reader->Order("submitted", submitted, {reader->occurred()});
  const auto* received =
      reader->Date("received", entry.received(), to, &Examination::mutable_received);
  reader->Order("received", received, {reader->occurred(), {"submitted", submitted}});
  reader->Order("test_fired", test_fired, {{"submitted", submitted}, {"received", received}});
  const auto* examined =
      reader->Date("examined", entry.examined(), to, &Examination::mutable_examined);
  reader->Order("examined", examined,
                {reader->occurred(),
                 {"submitted", submitted},
                 {"received", received},
                 {"test_fired", test_fired}});
  to->set_stage(reader->Code("stage", entry.stage(), Vocabulary(kExaminationStages)));
}

// Two texts that say the same thing of one exhibit, which has room for one. Of a difference, one
// would be lost.
void MustAgree(std::string_view field, const std::string& text, std::string_view other_field,
               const std::string& other, FieldReader* reader) {
  if (text.empty() || other.empty() || text == other) return;
  reader->Invalid(field, absl::StrCat("contradicts ", AbslView(other_field),
                                      "; where they say the same, one may be left empty"));
}

// What the gun and item entries say of the exhibit. Its reference is the entry's id, so these have
// none.
void ReadDescription(const feed::v1::NabisExhibit& entry, FieldReader* reader, Exhibit* exhibit) {
  constexpr std::string_view kNoReference =
      "must be empty: the entry's id is the exhibit's reference";
  const bool known_kind = exhibit->kind() != record::v1::EXHIBIT_KIND_UNSPECIFIED;
  const bool is_gun = exhibit->kind() == record::v1::EXHIBIT_KIND_GUN;
  if (entry.has_gun()) {
    if (known_kind && !is_gun && exhibit->kind() != record::v1::EXHIBIT_KIND_GUN_PART) {
      reader->Invalid("gun", "is only for a GUN or GUN_PART");
    }
    const auto scope = reader->Enter("gun");
    reader->MustBeEmpty("reference", entry.gun().reference().empty(), kNoReference);
    MustAgree("exhibit_mark", entry.gun().exhibit_mark(), "police_exhibit_mark",
              entry.police_exhibit_mark(), reader);
    ReadGun(entry.gun(), reader, exhibit);
  }
  if (!entry.has_item()) return;
  if (is_gun) reader->Invalid("item", "is only for what is no gun");
  const auto scope = reader->Enter("item");
  reader->MustBeEmpty("reference", entry.item().reference().empty(), kNoReference);
  if (known_kind && !entry.item().kind().empty() && entry.item().kind() != entry.exhibit_type()) {
    reader->Invalid("kind", "contradicts exhibit_type; it may be left empty");
  }
  MustAgree("exhibit_mark", entry.item().exhibit_mark(), "police_exhibit_mark",
            entry.police_exhibit_mark(), reader);
  if (entry.has_gun() && entry.police_exhibit_mark().empty()) {
    MustAgree("exhibit_mark", entry.item().exhibit_mark(), "gun.exhibit_mark",
              entry.gun().exhibit_mark(), reader);
  }
  if (entry.has_gun() && exhibit->kind() == record::v1::EXHIBIT_KIND_GUN_PART) {
    MustAgree("make", entry.item().make(), "gun.make", entry.gun().make(), reader);
    MustAgree("calibre", entry.item().calibre(), "gun.calibre", entry.gun().calibre(), reader);
  }
  ReadItem(entry.item(), reader, exhibit);
}

void ReadPossibleTypes(const feed::v1::NabisExhibit& entry, FieldReader* reader, Exhibit* exhibit) {
  if (entry.possible_types().empty()) return;
  if (exhibit->kind() == record::v1::EXHIBIT_KIND_GUN ||
      exhibit->kind() == record::v1::EXHIBIT_KIND_GUN_PART) {
    reader->Invalid("possible_types", "is only for what a gun left; a gun has types of its own");
    return;
  }
  reader->Types("possible_types", entry.possible_types(), kMaxTypes,
                exhibit->mutable_ammunition()->mutable_possible_types());
}

void ReadExhibit(const feed::v1::NabisExhibit& entry, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  record.set_kind(record::v1::RECORD_KIND_LABORATORY_ITEM);
  Exhibit* exhibit = record.add_exhibits();
  exhibit->set_kind(
      reader->RequiredCode("exhibit_type", entry.exhibit_type(), Vocabulary(kExhibitKinds)));
  if (IsTestFire(exhibit->kind())) {
    RefuseOrigin(entry, reader);
  } else if (HasOrigin(entry)) {
    ReadOrigin(entry, reader);
  }
  ReadDescription(entry, reader, exhibit);
  reader->Word("police_exhibit_mark", entry.police_exhibit_mark(), exhibit,
               &Exhibit::mutable_exhibit_mark);
  const auto* test_fired = ReadTestFire(entry, reader, exhibit);
  ReadRelations("same_items", entry.same_items(), record::v1::EXHIBIT_RELATION_KIND_SAME_ITEM,
                reader, exhibit);
  ReadExamination(entry, test_fired, reader, exhibit);
  ReadPossibleTypes(entry, reader, exhibit);
}

// A machine's score, at which no examiner has looked: a lead that the laboratory's record refers
// to, so that it takes the place of nothing that an examiner says.
void ReadScore(const feed::v1::NabisComparison& entry, FieldReader* reader,
               record::v1::Finding* finding) {
  constexpr std::size_t kMarkBytesMax = 64;
  constexpr std::string_view kNobodys =
      "must be empty with a score: what a person says of the two is a comparison of its own";
  if (!entry.has_score()) {
    reader->Missing("score");
  } else if (!std::isfinite(entry.score())) {
    reader->Invalid("score", "must be a finite number");
  } else {
    finding->set_score(entry.score());
  }
  if (entry.mark().empty()) {
    reader->Missing("mark");
  } else if (entry.mark().size() <= kMarkBytesMax && !linkage::IsMarkName(AbslView(entry.mark()))) {
    reader->Invalid("mark", "must be lower-case letters, digits, _ and .");
  }
  using record::v1::Finding;
  reader->Word("mark", entry.mark(), finding, &Finding::mutable_mark, kMarkBytesMax);
  reader->MustBeEmpty("verdict", entry.verdict().empty(), kNobodys);
  reader->MustBeEmpty("basis", entry.basis().empty(), kNobodys);
  reader->MustBeEmpty("stage", entry.stage().empty(), kNobodys);
  reader->MustBeEmpty("examiner_token", entry.examiner_token().empty(), kNobodys);
  if (finding->channel() != record::v1::CHANNEL_UNSPECIFIED &&
      finding->channel() != record::v1::CHANNEL_CASE &&
      finding->channel() != record::v1::CHANNEL_BULLET) {
    reader->Invalid("channel", "must be CASE or BULLET with a score, which is of marks");
  }
  finding->set_verdict(record::v1::VERDICT_LEAD);
  finding->set_basis(record::v1::BASIS_SOURCE_REFERENCE);
  reader->Date("examined", entry.examined(), finding, &Finding::mutable_examined);
  reader->Text("text", entry.text(), finding, &Finding::mutable_text);
}

void ReadComparison(const feed::v1::NabisComparison& entry, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  record.set_kind(record::v1::RECORD_KIND_EXAMINATION);
  using record::v1::Finding;
  Finding* finding = record.add_findings();
  constexpr int kNoIndex = ViolationCollector::kNoIndex;
  bool both = true;
  if (entry.has_first()) {
    both = reader->Reference("first", kNoIndex, entry.first(), finding->mutable_first());
  } else {
    both = false;
    reader->Missing("first");
  }
  if (entry.has_second()) {
    both &= reader->Reference("second", kNoIndex, entry.second(), finding->mutable_second());
  } else {
    both = false;
    reader->Missing("second");
  }
  if (both && SameReference(finding->first(), finding->second())) {
    reader->violations().Add("second", type::v1::ERROR_REASON_DUPLICATE,
                             "is the same exhibit as first");
  }
  finding->set_channel(reader->RequiredCode("channel", entry.channel(), Vocabulary(kChannels)));
  if (entry.has_score() || !entry.mark().empty()) return ReadScore(entry, reader, finding);
  finding->set_verdict(reader->RequiredCode("verdict", entry.verdict(), Vocabulary(kVerdicts)));
  const bool known_channel = finding->channel() != record::v1::CHANNEL_UNSPECIFIED;
  const bool by_marks = finding->channel() == record::v1::CHANNEL_CASE ||
                        finding->channel() == record::v1::CHANNEL_BULLET;
  if (entry.basis().empty()) {
    finding->set_basis(by_marks ? record::v1::BASIS_EXAMINER : record::v1::BASIS_ANALYST);
  } else {
    finding->set_basis(reader->KnownCode("basis", entry.basis(), Vocabulary(kBases)));
  }
  if (by_marks && finding->basis() == record::v1::BASIS_ANALYST) {
    reader->Invalid("basis", "must be EXAMINER on CASE and BULLET");
  }
  if (known_channel && !by_marks) {
    reader->MustBeEmpty("stage", entry.stage().empty(), "is only for CASE and BULLET");
  } else if (entry.stage().empty()) {
    if (by_marks) reader->Missing("stage");
  } else {
    finding->set_stage(reader->KnownCode("stage", entry.stage(), Vocabulary(kExaminationStages)));
  }
  if (by_marks && entry.examined().empty()) reader->Missing("examined");
  reader->Date("examined", entry.examined(), finding, &Finding::mutable_examined);
  reader->Word("examiner_token", entry.examiner_token(), finding, &Finding::mutable_examiner_token);
  reader->Text("text", entry.text(), finding, &Finding::mutable_text);
}

void ReadInferredWeapon(const feed::v1::NabisInferredWeapon& entry, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  record.set_kind(record::v1::RECORD_KIND_EXAMINATION);
  record::v1::InferredWeapon* weapon = record.add_inferred_weapons();
  reader->Text("label", entry.label(), weapon, &record::v1::InferredWeapon::mutable_label);
  if (entry.members().empty()) {
    reader->violations().Add("members", type::v1::ERROR_REASON_FIELD_MISSING,
                             "must name at least one exhibit");
  }
  if (reader->ListFits("members", entry.members_size(), kMaxMembers)) {
    absl::flat_hash_set<std::string> seen;
    for (int i = 0; i < entry.members_size(); ++i) {
      type::v1::SourceReference* member = weapon->add_members();
      if (!reader->Reference("members", i, entry.members(i), member)) continue;
      // None of the parts holds a control character.
      if (!seen.insert(absl::StrCat(member->agency(), "\n", member->source_system(), "\n",
                                    member->source_id(), "\n", member->exhibit_reference()))
               .second) {
        reader->violations().Add("members", i, type::v1::ERROR_REASON_DUPLICATE,
                                 "is the same as an earlier one");
      }
    }
  }
  reader->Types("possible_types", entry.possible_types(), kMaxTypes,
                weapon->mutable_possible_types());
}

}  // namespace

void AdaptNabis(const NabisEntry& entry, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  reader->OwnSource("system", entry.system(), "NABIS", "entry_id", entry.entry_id());
  if (entry.has_version()) record.set_source_version(entry.version());
  reader->FormerSources("former_ids", entry.former_ids());
  switch (entry.entry_case()) {
    case NabisEntry::kEvent: {
      const auto scope = reader->Enter("event");
      ReadEvent(entry.event(), reader);
      break;
    }
    case NabisEntry::kExhibit: {
      const auto scope = reader->Enter("exhibit");
      ReadExhibit(entry.exhibit(), reader);
      break;
    }
    case NabisEntry::kComparison: {
      const auto scope = reader->Enter("comparison");
      ReadComparison(entry.comparison(), reader);
      break;
    }
    case NabisEntry::kInferredWeapon: {
      const auto scope = reader->Enter("inferred_weapon");
      ReadInferredWeapon(entry.inferred_weapon(), reader);
      break;
    }
    case NabisEntry::ENTRY_NOT_SET:
      reader->violations().Add(
          "entry", type::v1::ERROR_REASON_FIELD_MISSING,
          "one of event, exhibit, comparison and inferred_weapon must be given");
      break;
  }
  if (entry.has_inquiry()) ReadInquiry("inquiry", entry.inquiry(), reader);
  ReadMarking("marking", entry.marking(), reader);
}

}  // namespace serieslink::ingest
