#include "services/ingest/core/entries.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "services/ingest/core/characters.h"

namespace serieslink::ingest {
namespace {

// A place that is not known lies in a force's area or a borough at most: one that is known more
// finely is known. Both fields are named, for either can be the mistake.
void RefuseUnknownPlace(const feed::v1::PlaceEntry& place, FieldReader* reader) {
  constexpr std::string_view kContradiction = "contradicts is_unknown: the place is known or not";
  bool is_known = false;
  const auto refuse = [&](std::string_view field, bool is_given) {
    if (!is_given) return;
    is_known = true;
    reader->Invalid(field, kContradiction);
  };
  refuse("latitude_degrees", place.has_latitude_degrees());
  refuse("longitude_degrees", place.has_longitude_degrees());
  refuse("ward_code", !place.ward_code().empty());
  refuse("lsoa_code", !place.lsoa_code().empty());
  if (is_known) {
    reader->Invalid("is_unknown",
                    "contradicts the coordinates, ward or output area that are given");
  }
}

}  // namespace

void ReadPlace(std::string_view field, const feed::v1::PlaceEntry& place, FieldReader* reader,
               type::v1::Place* to) {
  const auto scope = reader->Enter(field);
  using type::v1::Place;
  reader->GssCode("borough_code", place.borough_code(), to, &Place::mutable_borough_code);
  reader->GssCode("investigating_borough_code", place.investigating_borough_code(), to,
                  &Place::mutable_investigating_borough_code);
  reader->GssCode("ward_code", place.ward_code(), to, &Place::mutable_ward_code);
  reader->GssCode("lsoa_code", place.lsoa_code(), to, &Place::mutable_lsoa_code);
  if (place.is_unknown()) to->set_is_unknown(true);
  if (place.has_boundary_year() && reader->NumberFits("boundary_year", place.boundary_year(),
                                                      kMinBoundaryYear, kMaxBoundaryYear)) {
    to->set_boundary_year(place.boundary_year());
  }
  const auto refuse_coordinates = [&](std::string_view coordinate, std::string_view description) {
    reader->violations().Add(coordinate, type::v1::ERROR_REASON_COORDINATES_INVALID, description);
  };
  if (place.has_latitude_degrees() != place.has_longitude_degrees()) {
    refuse_coordinates(place.has_latitude_degrees() ? "longitude_degrees" : "latitude_degrees",
                       "must be given with the other coordinate");
  }
  // NaN lies within no range.
  if (place.has_latitude_degrees() && !(std::fabs(place.latitude_degrees()) <= 90)) {
    refuse_coordinates("latitude_degrees", "must lie between -90 and 90");
  }
  if (place.has_longitude_degrees() && !(std::fabs(place.longitude_degrees()) <= 180)) {
    refuse_coordinates("longitude_degrees", "must lie between -180 and 180");
  }
  if (place.is_unknown()) RefuseUnknownPlace(place, reader);
  if (place.has_latitude_degrees() && place.has_longitude_degrees()) {
    to->mutable_point()->set_latitude_degrees(place.latitude_degrees());
    to->mutable_point()->set_longitude_degrees(place.longitude_degrees());
  }
  reader->Text("locality", place.locality(), to, &Place::mutable_locality);
  reader->Country("country_code", place.country_code(), to, &Place::mutable_country_code);
  reader->Text("kind", place.kind(), to, &Place::mutable_kind);
  reader->Word("police_force", place.police_force(), to, &Place::mutable_police_force,
               kMaxAgencyBytes);
  if (!to->police_force().empty()) absl::AsciiStrToLower(to->mutable_police_force());
}

void ReadOffence(std::string_view field, int index, const feed::v1::OffenceEntry& offence,
                 FieldReader* reader, record::v1::Event* event) {
  const auto scope = reader->Enter(field, index);
  using record::v1::Offence;
  Offence* to = event->add_offences();
  reader->Word("code", offence.code(), to, &Offence::mutable_code);
  reader->Word("code_scheme", offence.code_scheme(), to, &Offence::mutable_code_scheme);
  reader->Text("text", offence.text(), to, &Offence::mutable_text);
  to->set_offence_class(
      reader->Code("offence_class", offence.offence_class(), Vocabulary(kOffenceClasses)));
  to->set_status(reader->Code("status", offence.status(), Vocabulary(kOffenceStatuses)));
  reader->OrderAfterCrime(
      "recorded", reader->Date("recorded", offence.recorded(), to, &Offence::mutable_recorded));
}

void ReadOffences(std::string_view field,
                  const google::protobuf::RepeatedPtrField<feed::v1::OffenceEntry>& offences,
                  FieldReader* reader, record::v1::Event* event) {
  if (!reader->ListFits(field, offences.size(), kMaxOffences)) return;
  for (int i = 0; i < offences.size(); ++i) {
    ReadOffence(field, i, offences.Get(i), reader, event);
  }
}

void ReadShots(std::string_view field, const feed::v1::ShotsEntry& shots, FieldReader* reader,
               record::v1::Event* event) {
  const auto scope = reader->Enter(field);
  record::v1::Discharge* to = event->mutable_discharge();
  to->set_discharged(reader->Code("fired", shots.fired(), Vocabulary(kTristates)));
  to->set_lethal_barrelled(
      reader->Code("lethal_barrelled", shots.lethal_barrelled(), Vocabulary(kTristates)));
  reader->Codes("at", shots.at(), Vocabulary(kDischargeTargets), kMaxDischargeTargets,
                to->mutable_targets());
  if (shots.has_count() && reader->NumberFits("count", shots.count(), 0, kMaxShots)) {
    to->set_shots(shots.count());
  }
  if (to->discharged() != record::v1::TRISTATE_NO) return;
  constexpr std::string_view kContradiction = "contradicts fired: no shots were";
  const bool has_target = std::any_of(to->targets().begin(), to->targets().end(), [](int target) {
    return target != record::v1::DISCHARGE_TARGET_UNKNOWN;
  });
  if (shots.count() > 0) reader->Invalid("count", kContradiction);
  if (has_target) reader->Invalid("at", kContradiction);
  if (shots.count() > 0 || has_target) {
    reader->Invalid("fired", "is N, which contradicts the shots that are told of");
  }
}

namespace {

void ReadPerson(int index, const feed::v1::PersonEntry& person, FieldReader* reader) {
  const auto scope = reader->Enter("persons", index);
  using record::v1::PersonReference;
  PersonReference* to = reader->record().add_persons();
  reader->Word("token", person.token(), to, &PersonReference::mutable_person_token);
  // Data Protection Act 2018, section 38: categories of persons are kept apart.
  if (person.category().empty()) reader->Missing("category");
  to->set_category(reader->Code("category", person.category(), Vocabulary(kPersonCategories)));
  reader->AgeBand("age_band", person.age_band(), to, &PersonReference::mutable_age_band);
  to->set_injury(reader->Code("injury", person.injury(), Vocabulary(kInjuries)));
}

void ReadOutcome(int index, const feed::v1::OutcomeEntry& outcome, FieldReader* reader) {
  const auto scope = reader->Enter("outcomes", index);
  using record::v1::JudicialOutcome;
  JudicialOutcome* to = reader->record().add_judicial_outcomes();
  reader->Text("court", outcome.court(), to, &JudicialOutcome::mutable_court);
  reader->Text("outcome", outcome.outcome(), to, &JudicialOutcome::mutable_outcome);
  reader->Text("sentence", outcome.sentence(), to, &JudicialOutcome::mutable_sentence);
  reader->OrderAfterCrime(
      "decided", reader->Date("decided", outcome.decided(), to, &JudicialOutcome::mutable_decided));
  reader->Word("person_token", outcome.person_token(), to, &JudicialOutcome::mutable_person_token);
  if (outcome.has_custody_months() &&
      reader->NumberFits("custody_months", outcome.custody_months(), 0, kMaxCustodyMonths)) {
    to->set_custody_months(outcome.custody_months());
  }
}

void ReadFlag(int index, const feed::v1::FlagEntry& flag, FieldReader* reader) {
  const auto scope = reader->Enter("flags", index);
  using record::v1::Flag;
  Flag* to = reader->record().add_flags();
  if (flag.name().empty()) reader->Missing("name");
  reader->Text("name", flag.name(), to, &Flag::mutable_name);
  reader->Text("value", flag.value(), to, &Flag::mutable_value);
  to->set_reliability(
      reader->Code("reliability", flag.reliability(), Vocabulary(kFlagReliabilities)));
}

}  // namespace

void ReadInquiry(std::string_view field, const feed::v1::InquiryEntry& inquiry,
                 FieldReader* reader) {
  const auto scope = reader->Enter(field);
  using record::v1::Record;
  Record* to = &reader->record();
  reader->Text("owning_unit", inquiry.owning_unit(), to, &Record::mutable_owning_unit);
  reader->Text("operation", inquiry.operation(), to, &Record::mutable_operation);
  reader->Text("summary", inquiry.summary(), to, &Record::mutable_summary, kMaxSummaryBytes);
  if (reader->ListFits("flags", inquiry.flags_size(), kMaxFlags)) {
    for (int i = 0; i < inquiry.flags_size(); ++i) ReadFlag(i, inquiry.flags(i), reader);
  }
  if (reader->ListFits("persons", inquiry.persons_size(), kMaxPersons)) {
    for (int i = 0; i < inquiry.persons_size(); ++i) ReadPerson(i, inquiry.persons(i), reader);
  }
  if (reader->ListFits("outcomes", inquiry.outcomes_size(), kMaxOutcomes)) {
    for (int i = 0; i < inquiry.outcomes_size(); ++i) ReadOutcome(i, inquiry.outcomes(i), reader);
  }
}

void ReadMarking(std::string_view field, const feed::v1::MarkingEntry& marking,
                 FieldReader* reader) {
  const auto scope = reader->Enter(field);
  record::v1::Record& record = reader->record();
  const bool graded = !marking.source_grade().empty() || !marking.information_grade().empty() ||
                      !marking.handling_code().empty();
  if (graded && marking.grading_scheme().empty()) reader->Missing("grading_scheme");
  if (graded || !marking.grading_scheme().empty()) {
    using type::v1::Grading;
    Grading* grading = record.mutable_grading();
    grading->set_scheme(
        reader->Code("grading_scheme", marking.grading_scheme(), Vocabulary(kGradingSchemes)));
    reader->Word("source_grade", marking.source_grade(), grading, &Grading::mutable_source);
    reader->Word("information_grade", marking.information_grade(), grading,
                 &Grading::mutable_information);
    reader->Word("handling_code", marking.handling_code(), grading, &Grading::mutable_handling);
  }
  if (!marking.handling_code().empty() || !marking.classification().empty() ||
      marking.sensitive() || marking.handling_conditions_size() > 0 || marking.caveats_size() > 0) {
    type::v1::Handling* handling = record.mutable_handling();
    // Already checked as part of the grading.
    if (marking.handling_code().size() <= kMaxCodeBytes) {
      handling->set_code(marking.handling_code());
    }
    reader->Texts("handling_conditions", marking.handling_conditions(), kMaxHandlingConditions,
                  kMaxConditionBytes, handling->mutable_conditions());
    // College of Policing, intelligence report: C, "lawful sharing permitted with conditions".
    if (record.grading().scheme() == type::v1::GRADING_SCHEME_3X5X2 &&
        marking.handling_code() == "C" &&
        std::all_of(marking.handling_conditions().begin(), marking.handling_conditions().end(),
                    [](const std::string& condition) { return IsBlank(condition); })) {
      reader->violations().Add("handling_conditions", type::v1::ERROR_REASON_FIELD_MISSING,
                               "must be stated with handling code C of 3X5X2");
    }
    // Not said reads as OFFICIAL, so an unknown word cannot be taken for it.
    handling->set_classification(reader->KnownCode("classification", marking.classification(),
                                                   Vocabulary(kClassifications)));
    handling->set_sensitive(marking.sensitive());
    reader->Texts("caveats", marking.caveats(), kMaxCaveats, kMaxConditionBytes,
                  handling->mutable_caveats());
  }
  const type::v1::Visibility visibility =
      reader->Code("visibility", marking.visibility(), Vocabulary(kVisibilities));
  record.set_visibility(visibility == type::v1::VISIBILITY_OPEN ? type::v1::VISIBILITY_OPEN
                                                                : type::v1::VISIBILITY_OWNER);
}

}  // namespace serieslink::ingest
