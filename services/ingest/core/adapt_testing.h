#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapter.h"
#include "storage/base/text.h"

// What the tests of adapters share.
namespace serieslink::ingest::testing {

// When every message of these tests arrived: noon on 1 June 2024, UTC.
inline absl::Time ReceivedTime() {
  return absl::FromCivil(absl::CivilHour(2024, 6, 1, 12), absl::UTCTimeZone());
}

// A FeedMessage in protobuf's text format.
inline feed::v1::FeedMessage Parse(std::string_view text) {
  feed::v1::FeedMessage message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &message)) << text;
  return message;
}

inline AdaptedMessage AdaptText(std::string_view agency, std::string_view text) {
  return Adapt(Parse(text), {.agency = agency, .received_time = ReceivedTime()});
}

// "path REASON" of each violation, in their order.
inline std::vector<std::string> Violations(const AdaptedMessage& adapted) {
  std::vector<std::string> violations;
  for (const v1::FieldViolation& violation : adapted.violations) {
    EXPECT_FALSE(violation.description().empty()) << violation.field();
    violations.push_back(absl::StrCat(
        violation.field(), " ",
        type::v1::ErrorReason_Name(violation.reason()).substr(sizeof("ERROR_REASON_") - 1)));
  }
  return violations;
}

// "path=code" of each unknown code.
inline std::vector<std::string> UnknownCodes(const AdaptedMessage& adapted) {
  std::vector<std::string> codes;
  for (const record::v1::UnknownCode& unknown : adapted.record.unknown_codes()) {
    codes.push_back(absl::StrCat(unknown.field(), "=", unknown.code()));
  }
  return codes;
}

namespace internal {

// Clears what a date text was read as, for dates_test covers that.
inline void KeepDateTexts(google::protobuf::Message* message) {
  if (auto* date = dynamic_cast<type::v1::DateInterval*>(message)) {
    date->clear_earliest();
    date->clear_latest();
    date->clear_precision();
    return;
  }
  const google::protobuf::Reflection* reflection = message->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      KeepDateTexts(reflection->MutableMessage(message, field));
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
      KeepDateTexts(reflection->MutableRepeatedMessage(message, field, i));
    }
  }
}

}  // namespace internal

// A record in text format, with the fields in their order and dates as written only.
inline std::string ShowRecord(record::v1::Record record) {
  internal::KeepDateTexts(&record);
  std::string text;
  EXPECT_TRUE(google::protobuf::TextFormat::PrintToString(record, &text));
  return text;
}

// `text`, a Record in text format, as ShowRecord shows it.
inline std::string NormalRecord(std::string_view text) {
  record::v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &record)) << text;
  return ShowRecord(record);
}

// One message that is refused, and how.
struct Refusal {
  std::string_view name;  // letters and digits
  std::string_view message;
  std::vector<std::string> violations;
};

inline std::string RefusalName(const ::testing::TestParamInfo<Refusal>& info) {
  return std::string(info.param.name);
}

}  // namespace serieslink::ingest::testing
