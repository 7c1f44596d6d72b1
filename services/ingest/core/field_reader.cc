#include "services/ingest/core/field_reader.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/ingest/core/characters.h"
#include "services/ingest/core/country_codes.h"
#include "services/ingest/core/dates.h"
#include "services/linkage/core/vocabulary.h"
#include "storage/base/text.h"

namespace serieslink::ingest {
namespace {

using type::v1::ErrorReason;

constexpr int kNoIndex = ViolationCollector::kNoIndex;
constexpr std::string_view kMissing = "must be given";
constexpr std::string_view kControlCharacter = "holds a control character";

std::string_view DateDescription(ErrorReason reason) {
  switch (reason) {
    case type::v1::ERROR_REASON_DATE_ORDER:
      return "ends before it begins";
    case type::v1::ERROR_REASON_DATE_IN_FUTURE:
      return "lies in the future, or ends there: neither a date nor either end of an interval may "
             "be "
             "later than the message's arrival; write an end that is not known as ..";
    default:
      return "is no date; expected e.g. 2017, 2017-03, 2017-03-18, 2017-03-18T02:15Z or "
             "2017-03-17/2017-03-18";
  }
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool SameReference(const type::v1::SourceReference& a, const type::v1::SourceReference& b) {
  return a.source_id() == b.source_id() && a.exhibit_reference() == b.exhibit_reference() &&
         a.source_system() == b.source_system() && a.agency() == b.agency();
}

FieldReader::FieldReader(const AdaptContext& context, record::v1::Record* record,
                         ViolationCollector* violations)
    : context_(context), record_(*record), violations_(*violations) {}

void FieldReader::Missing(std::string_view field) {
  violations_.Add(field, type::v1::ERROR_REASON_FIELD_MISSING, kMissing);
}

void FieldReader::Invalid(std::string_view field, std::string_view description) {
  violations_.Add(field, type::v1::ERROR_REASON_FIELD_INVALID, description);
}

void FieldReader::TooLong(std::string_view field, int index, std::size_t max,
                          std::string_view unit) {
  violations_.Add(field, index, type::v1::ERROR_REASON_FIELD_TOO_LONG,
                  absl::StrCat("has more than ", max, " ", AbslView(unit)));
}

bool FieldReader::TextFits(std::string_view field, const std::string& value,
                           std::size_t max_bytes) {
  if (value.size() <= max_bytes) return true;
  TooLong(field, kNoIndex, max_bytes, "bytes");
  return false;
}

bool FieldReader::WordFits(std::string_view field, int index, const std::string& value,
                           std::size_t max_bytes) {
  if (value.size() > max_bytes) {
    TooLong(field, index, max_bytes, "bytes");
    return false;
  }
  if (HasControlCharacter(value)) {
    violations_.Add(field, index, type::v1::ERROR_REASON_FIELD_INVALID, kControlCharacter);
    return false;
  }
  return true;
}

bool FieldReader::IsCountry(std::string_view field, int index, const std::string& value) {
  if (value.empty()) return false;
  if (!IsCountryCode(value)) {
    NoteUnknownCode(field, index, value);
    return false;
  }
  // The record is the same all the same: an earlier build accepted what is refused here.
  if (IsLeftToUsers(value)) {
    violations_.Add(
        field, index, type::v1::ERROR_REASON_FIELD_INVALID,
        "is a code that ISO 3166-1 leaves to users, and names no country (XK for Kosovo "
        "may be given); leave the field out where the country is not known");
  }
  return true;
}

bool FieldReader::IsGssCode(std::string_view field, const std::string& value) {
  if (value.empty()) return false;
  // Nations and groups of nations (ONS, Register of Geographic Codes).
  const bool begins_like_one =
      value.size() >= 3 &&
      std::string_view("EWSNKJ").find(absl::ascii_toupper(static_cast<unsigned char>(value[0]))) !=
          std::string_view::npos &&
      IsDigit(value[1]) && IsDigit(value[2]);
  if (!begins_like_one) {
    NoteUnknownCode(field, kNoIndex, value);
    return false;
  }
  if (value.size() == 9 && absl::ascii_isupper(static_cast<unsigned char>(value[0])) &&
      std::all_of(value.begin() + 1, value.end(), IsDigit)) {
    return true;
  }
  Invalid(field, "is no GSS code: one upper-case letter and eight digits");
  return false;
}

bool FieldReader::IsAgeBand(std::string_view value) {
  if (value == "UNKNOWN") return true;
  const auto age = [&]() -> int {
    constexpr std::size_t kDigitsMax = 3;
    std::size_t digits = 0;
    int years = 0;
    while (digits < value.size() && digits < kDigitsMax && IsDigit(value[digits])) {
      years = years * 10 + (value[digits++] - '0');
    }
    value.remove_prefix(digits);
    return digits == 0 ? -1 : years;
  };
  const int from = age();
  if (from < 0) return false;
  if (value == "+") return true;
  if (value.empty() || value.front() != '-') return false;
  value.remove_prefix(1);
  return age() >= from && value.empty();
}

bool FieldReader::ReadDate(std::string_view field, const std::string& text,
                           type::v1::DateInterval* interval) {
  if (text.size() > kMaxDateBytes) {
    violations_.Add(field, type::v1::ERROR_REASON_DATE_MALFORMED,
                    DateDescription(type::v1::ERROR_REASON_DATE_MALFORMED));
    return false;
  }
  const std::optional<ErrorReason> reason = ParseDate(text, context_.received_time, interval);
  if (!reason) return true;
  violations_.Add(field, *reason, DateDescription(*reason));
  return false;
}

void FieldReader::NoteUnknownCode(std::string_view field, int index, const std::string& value) {
  if (!WordFits(field, index, value, kMaxCodeBytes)) return;
  record::v1::UnknownCode* unknown = record_.add_unknown_codes();
  unknown->set_field(violations_.PathOf(field, index));
  unknown->set_code(value);
}

void FieldReader::RefuseCode(std::string_view field) {
  Invalid(field, "is none of the codes that this field takes");
}

void FieldReader::Types(std::string_view field, const TextList& list, int max_size,
                        google::protobuf::RepeatedField<int>* values) {
  if (!ListFits(field, list.size(), max_size)) return;
  for (int i = 0; i < list.size(); ++i) {
    const std::string& value = list.Get(i);
    if (value.empty()) continue;
    const record::v1::FirearmType code = Vocabulary(kFirearmTypes).Find(value);
    if (code != record::v1::FIREARM_TYPE_UNSPECIFIED) {
      values->Add(code);
      continue;
    }
    const linkage::TypeSet types = linkage::ReadTypes(AbslView(value));
    if (types == 0) NoteUnknownCode(field, i, value);
    for (int type = 1; type < 32; ++type) {
      const bool is_meant = (types >> type & 1) != 0;
      if (is_meant && std::find(values->begin(), values->end(), type) == values->end()) {
        values->Add(type);
      }
    }
  }
}

void FieldReader::Texts(std::string_view field, const TextList& list, int max_size,
                        std::size_t max_bytes, TextList* values) {
  if (!ListFits(field, list.size(), max_size)) return;
  values->Reserve(list.size());
  for (int i = 0; i < list.size(); ++i) {
    const std::string& value = list.Get(i);
    if (value.size() > max_bytes) {
      TooLong(field, i, max_bytes, "bytes");
    } else if (!value.empty()) {
      *values->Add() = value;
    }
  }
}

void FieldReader::Countries(std::string_view field, const TextList& list, int max_size,
                            TextList* values) {
  if (!ListFits(field, list.size(), max_size)) return;
  for (int i = 0; i < list.size(); ++i) {
    if (IsCountry(field, i, list.Get(i))) *values->Add() = list.Get(i);
  }
}

bool FieldReader::RequiredId(std::string_view field, const std::string& value,
                             std::size_t max_bytes) {
  if (IsBlank(value)) {
    Missing(field);
    return false;
  }
  return WordFits(field, kNoIndex, value, max_bytes);
}

bool FieldReader::ListFits(std::string_view field, int size, int max_size) {
  if (size <= max_size) return true;
  TooLong(field, kNoIndex, max_size, "elements");
  return false;
}

bool FieldReader::NumberFits(std::string_view field, std::int32_t value, std::int32_t min,
                             std::int32_t max) {
  if (value >= min && value <= max) return true;
  Invalid(field, absl::StrCat("must lie between ", min, " and ", max));
  return false;
}

void FieldReader::Order(std::string_view field, const type::v1::DateInterval* later,
                        std::initializer_list<NamedDate> earlier) {
  if (later == nullptr) return;
  std::string before;
  for (const NamedDate& one : earlier) {
    if (one.date == nullptr || !IsBefore(*later, *one.date)) continue;
    absl::StrAppend(&before, before.empty() ? "" : " and ", AbslView(one.field));
  }
  if (before.empty()) return;
  violations_.Add(field, type::v1::ERROR_REASON_DATE_ORDER,
                  absl::StrCat("is before ", before, ", which must precede it"));
}

void FieldReader::OrderAfterCrime(std::string_view field, const type::v1::DateInterval* later) {
  switch (record_.event().kind()) {
    case record::v1::EVENT_KIND_INCIDENT:
    case record::v1::EVENT_KIND_LOSS:
    case record::v1::EVENT_KIND_BORDER_SEIZURE:
      Order(field, later, {occurred_});
      break;
    default:
      break;
  }
}

void FieldReader::OwnSource(std::string_view system_field, const std::string& system,
                            std::string_view default_system, std::string_view id_field,
                            const std::string& id) {
  type::v1::SourceReference* source = record_.mutable_source();
  source->set_agency(context_.agency.data(), context_.agency.size());
  if (system.empty() && !default_system.empty()) {
    source->set_source_system(default_system.data(), default_system.size());
  } else if (RequiredId(system_field, system, kMaxSystemBytes)) {
    source->set_source_system(system);
  }
  if (RequiredId(id_field, id, kMaxIdBytes)) source->set_source_id(id);
}

bool FieldReader::Reference(std::string_view field, int index,
                            const type::v1::SourceReference& from, type::v1::SourceReference* to) {
  const auto scope = Enter(field, index);
  bool good = true;
  std::string& agency = *to->mutable_agency();
  if (from.agency().empty()) {
    agency.assign(context_.agency.data(), context_.agency.size());
  } else if (RequiredId("agency", from.agency(), kMaxAgencyBytes)) {
    agency = from.agency();
    absl::AsciiStrToLower(&agency);
  } else {
    good = false;
  }
  if (from.source_system().empty() && good && agency == context_.agency) {
    to->set_source_system(record_.source().source_system());
  } else if (RequiredId("source_system", from.source_system(), kMaxSystemBytes)) {
    to->set_source_system(from.source_system());
  } else {
    good = false;
  }
  if (RequiredId("source_id", from.source_id(), kMaxIdBytes)) {
    to->set_source_id(from.source_id());
  } else {
    good = false;
  }
  if (!from.exhibit_reference().empty()) {
    if (RequiredId("exhibit_reference", from.exhibit_reference(), kMaxIdBytes)) {
      to->set_exhibit_reference(from.exhibit_reference());
    } else {
      good = false;
    }
  }
  return good;
}

void FieldReader::FormerSources(std::string_view field, const ReferenceList& list) {
  if (!ListFits(field, list.size(), kMaxFormerSources)) return;
  for (int i = 0; i < list.size(); ++i) {
    type::v1::SourceReference* former = record_.add_former_sources();
    if (!Reference(field, i, list.Get(i), former)) continue;
    const auto scope = Enter(field, i);
    if (former->agency() != context_.agency) {
      Invalid("agency", "is not the sending agency: a record had its former ids in its own agency");
    }
    MustBeEmpty("exhibit_reference", former->exhibit_reference().empty(),
                "must be empty: a former id names a record");
    if (SameReference(*former, record_.source())) {
      violations_.Add("source_id", type::v1::ERROR_REASON_DUPLICATE, "is the record's own id");
    }
    for (int earlier = 0; earlier < i; ++earlier) {
      if (!SameReference(record_.former_sources(earlier), *former)) continue;
      violations_.Add("source_id", type::v1::ERROR_REASON_DUPLICATE,
                      "is the same as an earlier one");
      break;
    }
  }
}

void FieldReader::CrimeReferences(
    std::string_view field, const TextList& list, IssuingForce force,
    google::protobuf::RepeatedPtrField<type::v1::CrimeReference>* to) {
  if (!ListFits(field, list.size(), kMaxCrimeReferences)) return;
  for (int i = 0; i < list.size(); ++i) CrimeReference(field, i, list.Get(i), force, to);
}

void FieldReader::CrimeReference(std::string_view field, int index, const std::string& text,
                                 IssuingForce force,
                                 google::protobuf::RepeatedPtrField<type::v1::CrimeReference>* to) {
  if (received_year_ == 0) {
    received_year_ =
        static_cast<int>(absl::ToCivilYear(context_.received_time, absl::UTCTimeZone()).year());
  }
  type::v1::CrimeReference* added = to->Add();
  const std::optional<ErrorReason> reason =
      ParseCrimeReference(text, context_.agency, force, received_year_, added);
  if (reason) {
    to->RemoveLast();
    switch (*reason) {
      case type::v1::ERROR_REASON_FIELD_MISSING:
        violations_.Add(field, index, *reason, "must not be blank");
        break;
      case type::v1::ERROR_REASON_FIELD_TOO_LONG:
        TooLong(field, index, kMaxIdBytes, "bytes");
        break;
      default:
        violations_.Add(field, index, *reason,
                        force == IssuingForce::kNamed
                            ? "is no crime reference: expected the issuing force, a blank and the "
                              "number, e.g. FORCE 1234567/17"
                            : "is no crime reference: expected e.g. 1234567/17");
    }
    return;
  }
  for (int i = 0; i + 1 < to->size(); ++i) {
    const type::v1::CrimeReference& earlier = to->Get(i);
    if (earlier.number() == added->number() && earlier.year() == added->year() &&
        earlier.issuing_force() == added->issuing_force()) {
      to->RemoveLast();
      return;
    }
  }
}

}  // namespace serieslink::ingest
