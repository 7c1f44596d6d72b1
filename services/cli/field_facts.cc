#include "services/cli/field_facts.h"

#include <google/protobuf/timestamp.pb.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "serieslink/type/v1/date_interval.pb.h"
#include "serieslink/type/v1/place.pb.h"
#include "serieslink/type/v1/reference.pb.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using Facts = std::vector<std::pair<std::string, std::string>>;

std::string NameOf(const FieldDescriptor& field) {
  return absl::StrReplaceAll(field.name(), {{"_", " "}});
}

// A message that says one thing, in words; false for any other.
bool WordsOf(const Message& message, std::string& words) {
  if (const auto* date = dynamic_cast<const type::v1::DateInterval*>(&message)) {
    words = DateText(*date);
  } else if (const auto* time = dynamic_cast<const google::protobuf::Timestamp*>(&message)) {
    words = TimestampText(*time);
  } else if (const auto* crime = dynamic_cast<const type::v1::CrimeReference*>(&message)) {
    words = ReferenceText(*crime);
  } else if (const auto* point = dynamic_cast<const type::v1::Point*>(&message)) {
    words = absl::StrCat(point->latitude_degrees(), ", ", point->longitude_degrees());
  } else if (const auto* source = dynamic_cast<const type::v1::SourceReference*>(&message)) {
    words = absl::StrCat(source->agency(), " ", source->source_system(), " ", source->source_id());
    if (!source->exhibit_reference().empty()) {
      absl::StrAppend(&words, " exhibit ", source->exhibit_reference());
    }
  } else {
    return false;
  }
  return true;
}

// One value of a field that is no message; `index` below 0: it is no list.
std::string ValueOf(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const auto value = [&](auto one, auto of_list) {
    return absl::StrCat(index < 0 ? (reflection.*one)(message, &field)
                                  : (reflection.*of_list)(message, &field, index));
  };
  using Reflection = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return (index < 0 ? reflection.GetBool(message, &field)
                        : reflection.GetRepeatedBool(message, &field, index))
                 ? "yes"
                 : "no";
    case FieldDescriptor::CPPTYPE_INT32:
      return value(&Reflection::GetInt32, &Reflection::GetRepeatedInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return value(&Reflection::GetInt64, &Reflection::GetRepeatedInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return value(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return value(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return value(&Reflection::GetDouble, &Reflection::GetRepeatedDouble);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return value(&Reflection::GetFloat, &Reflection::GetRepeatedFloat);
    case FieldDescriptor::CPPTYPE_STRING:
      return index < 0 ? reflection.GetString(message, &field)
                       : reflection.GetRepeatedString(message, &field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return "";
}

void AddFacts(const Message& message, const std::string& path, Facts& facts) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string name = absl::StrCat(path, NameOf(*field));
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      facts.emplace_back(name, EnumWords(message, field->name()));
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) {
        facts.emplace_back(name, ValueOf(message, *field, -1));
        continue;
      }
      std::vector<std::string> values;
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        values.push_back(ValueOf(message, *field, i));
      }
      facts.emplace_back(name, absl::StrJoin(values, "; "));
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        const Message& one = reflection.GetRepeatedMessage(message, field, i);
        std::string words;
        facts.emplace_back(name, WordsOf(one, words) ? words : LineOf(one));
      }
    } else {
      const Message& one = reflection.GetMessage(message, field);
      std::string words;
      if (WordsOf(one, words)) {
        facts.emplace_back(name, words);
      } else {
        AddFacts(one, name + " ", facts);
      }
    }
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> FactsOf(const Message& message) {
  Facts facts;
  AddFacts(message, "", facts);
  return facts;
}

std::string LineOf(const Message& message) {
  return absl::StrJoin(FactsOf(message), ", ", [](std::string* out, const auto& fact) {
    absl::StrAppend(out, fact.first, " ", fact.second);
  });
}

}  // namespace serieslink::cli
