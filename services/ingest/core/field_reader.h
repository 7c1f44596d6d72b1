#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/type/v1/date_interval.pb.h"
#include "serieslink/type/v1/reference.pb.h"
#include "services/ingest/core/adapter.h"
#include "services/ingest/core/crime_reference.h"
#include "services/ingest/core/limits.h"
#include "services/ingest/core/violation_collector.h"
#include "services/ingest/core/vocabulary.h"

namespace serieslink::ingest {

using TextList = google::protobuf::RepeatedPtrField<std::string>;
using ReferenceList = google::protobuf::RepeatedPtrField<type::v1::SourceReference>;

// A date that another one cannot precede, by the name of its field. Null: not known.
struct NamedDate {
  std::string_view field;
  const type::v1::DateInterval* date = nullptr;
};

// Reads single fields of a feed message into a record. Each call names the field within the walk's
// present place, takes what was sent, and either stores it or says what is wrong. An empty text is
// "not said": accepted, and nothing is stored. `to` and `mutable_field` say where an accepted value
// goes. Not thread-safe: one for each message.
class FieldReader {
 public:
  // All must outlive the reader.
  FieldReader(const AdaptContext& context, record::v1::Record* record,
              ViolationCollector* violations);

  const AdaptContext& context() const { return context_; }
  record::v1::Record& record() { return record_; }
  ViolationCollector& violations() { return violations_; }

  ViolationCollector::Scope Enter(std::string_view field,
                                  int index = ViolationCollector::kNoIndex) {
    return violations_.Enter(field, index);
  }

  // A text that a person wrote.
  template <typename M>
  void Text(std::string_view field, const std::string& value, M* to,
            std::string* (M::*mutable_field)(), std::size_t max_bytes = kMaxTextBytes) {
    if (!value.empty() && TextFits(field, value, max_bytes)) *(to->*mutable_field)() = value;
  }

  // A token, mark, reference or code that is kept verbatim: short, and without control characters.
  template <typename M>
  void Word(std::string_view field, const std::string& value, M* to,
            std::string* (M::*mutable_field)(), std::size_t max_bytes = kMaxCodeBytes) {
    if (!value.empty() && WordFits(field, ViolationCollector::kNoIndex, value, max_bytes)) {
      *(to->*mutable_field)() = value;
    }
  }

  // An ISO 3166-1 alpha-2 country (IsCountryCode). A code that is left to users is refused: it
  // names no country, and no later list will know it. Anything else is an unknown code.
  template <typename M>
  void Country(std::string_view field, const std::string& value, M* to,
               std::string* (M::*mutable_field)()) {
    if (IsCountry(field, ViolationCollector::kNoIndex, value)) *(to->*mutable_field)() = value;
  }

  // A code of the Government Statistical Service: a letter of a nation and eight digits. What
  // begins like one and is none is a slip; anything else is an unknown code.
  template <typename M>
  void GssCode(std::string_view field, const std::string& value, M* to,
               std::string* (M::*mutable_field)()) {
    if (IsGssCode(field, value)) *(to->*mutable_field)() = value;
  }

  // An age in completed years as a band: "15-19", "60+" or "UNKNOWN". Anything else is kept all the
  // same, and is an unknown code too.
  template <typename M>
  void AgeBand(std::string_view field, const std::string& value, M* to,
               std::string* (M::*mutable_field)()) {
    if (value.empty() || !WordFits(field, ViolationCollector::kNoIndex, value, kMaxCodeBytes)) {
      return;
    }
    *(to->*mutable_field)() = value;
    if (!IsAgeBand(value)) NoteUnknownCode(field, ViolationCollector::kNoIndex, value);
  }

  // A date. Returns the interval, or null when none was stored.
  template <typename M>
  const type::v1::DateInterval* Date(std::string_view field, const std::string& text, M* to,
                                     type::v1::DateInterval* (M::*mutable_field)()) {
    if (text.empty()) return nullptr;
    type::v1::DateInterval* interval = (to->*mutable_field)();
    return ReadDate(field, text, interval) ? interval : nullptr;
  }

  // The value of a code, or UNSPECIFIED: not said, or an unknown code, which is noted.
  template <typename E>
  E Code(std::string_view field, const std::string& value, Vocabulary<E> vocabulary,
         int index = ViolationCollector::kNoIndex) {
    if (value.empty()) return static_cast<E>(0);
    const E found = vocabulary.Find(value);
    if (found == static_cast<E>(0)) NoteUnknownCode(field, index, value);
    return found;
  }

  // The value of a code that must be one of the vocabulary's, or UNSPECIFIED when it is not said or
  // wrong.
  template <typename E>
  E KnownCode(std::string_view field, const std::string& value, Vocabulary<E> vocabulary) {
    if (value.empty()) return static_cast<E>(0);
    const E found = vocabulary.Find(value);
    if (found == static_cast<E>(0)) RefuseCode(field);
    return found;
  }

  // The same, and it must be said.
  template <typename E>
  E RequiredCode(std::string_view field, const std::string& value, Vocabulary<E> vocabulary) {
    if (value.empty()) Missing(field);
    return KnownCode(field, value, vocabulary);
  }

  // The values of a list of codes, added to `values`.
  template <typename E>
  void Codes(std::string_view field, const TextList& list, Vocabulary<E> vocabulary, int max_size,
             google::protobuf::RepeatedField<int>* values) {
    if (!ListFits(field, list.size(), max_size)) return;
    for (int i = 0; i < list.size(); ++i) {
      const E value = Code(field, list.Get(i), vocabulary, i);
      if (value != static_cast<E>(0)) values->Add(value);
    }
  }

  // Types of guns, added to `values`: codes, and words that the linkage vocabulary has for one or
  // for several of them. What is neither is an unknown code.
  void Types(std::string_view field, const TextList& list, int max_size,
             google::protobuf::RepeatedField<int>* values);

  // A list of texts, added to `values`; empty ones are left out.
  void Texts(std::string_view field, const TextList& list, int max_size, std::size_t max_bytes,
             TextList* values);

  // A list of countries, added to `values`.
  void Countries(std::string_view field, const TextList& list, int max_size, TextList* values);

  // An id that must be said: 1 to `max_bytes`, neither blank nor with control characters. Kept
  // verbatim.
  bool RequiredId(std::string_view field, const std::string& value, std::size_t max_bytes);

  // Whether a list of `size` may be as long.
  bool ListFits(std::string_view field, int size, int max_size);

  // Whether a number lies in the range, both ends included.
  bool NumberFits(std::string_view field, std::int32_t value, std::int32_t min, std::int32_t max);

  // When the record's event occurred, which is remembered.
  void Occurred(std::string_view field, const std::string& text, record::v1::Event* event) {
    occurred_ = {field, Date(field, text, event, &record::v1::Event::mutable_occurred)};
  }
  // What Occurred read; nothing before.
  const NamedDate& occurred() const { return occurred_; }

  // Refuses `field` when it is certainly out of order: over before one of `earlier` can have begun.
  // Null: not known.
  void Order(std::string_view field, const type::v1::DateInterval* later,
             std::initializer_list<NamedDate> earlier);

  // The same against the event, where what `later` dates follows from the event: offences and
  // courts' decisions in an incident, a loss or a border seizure. A recovery can be made under an
  // older crime that a court has decided on, a disposal be what a court ordered.
  void OrderAfterCrime(std::string_view field, const type::v1::DateInterval* later);

  // Sets the record's own name: the context's agency, `system` (`default_system` when empty, if
  // there is one) and `id`.
  void OwnSource(std::string_view system_field, const std::string& system,
                 std::string_view default_system, std::string_view id_field, const std::string& id);

  // A reference to a record or exhibit. An empty agency is the sending one, and then an empty
  // system is this record's own. False when something is wrong; `to` is then unspecified.
  bool Reference(std::string_view field, int index, const type::v1::SourceReference& from,
                 type::v1::SourceReference* to);

  // Names that this record had before, added to the record. Only the agency's own.
  void FormerSources(std::string_view field, const ReferenceList& list);

  // Crime references, added to `to`; one that is there already is left out.
  void CrimeReferences(std::string_view field, const TextList& list, IssuingForce force,
                       google::protobuf::RepeatedPtrField<type::v1::CrimeReference>* to);
  void CrimeReference(std::string_view field, int index, const std::string& text,
                      IssuingForce force,
                      google::protobuf::RepeatedPtrField<type::v1::CrimeReference>* to);

  void Missing(std::string_view field);
  void Invalid(std::string_view field, std::string_view description);

  // Refuses a field that has no meaning in this kind of record.
  void MustBeEmpty(std::string_view field, bool is_empty, std::string_view description) {
    if (!is_empty) Invalid(field, description);
  }

 private:
  bool TextFits(std::string_view field, const std::string& value, std::size_t max_bytes);
  bool WordFits(std::string_view field, int index, const std::string& value, std::size_t max_bytes);
  bool IsCountry(std::string_view field, int index, const std::string& value);
  static bool IsAgeBand(std::string_view value);
  bool IsGssCode(std::string_view field, const std::string& value);
  bool ReadDate(std::string_view field, const std::string& text, type::v1::DateInterval* interval);
  void NoteUnknownCode(std::string_view field, int index, const std::string& value);
  void RefuseCode(std::string_view field);
  void TooLong(std::string_view field, int index, std::size_t max, std::string_view unit);

  const AdaptContext& context_;
  record::v1::Record& record_;
  ViolationCollector& violations_;
  // Year of the received time; 0 until a crime reference asks for it.
  int received_year_ = 0;
  NamedDate occurred_;
};

// Whether two references name the same thing.
bool SameReference(const type::v1::SourceReference& a, const type::v1::SourceReference& b);

}  // namespace serieslink::ingest
