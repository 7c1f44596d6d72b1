#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapt_testing.h"
#include "services/ingest/core/limits.h"

// Whatever is in a message, Adapt answers, answers the same again, and either accepts or says where
// and why.
namespace serieslink::ingest {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Random = std::mt19937_64;

// In texts that a violation must never repeat.
constexpr std::string_view kSecret = "s3cret";

std::size_t Below(std::size_t limit, Random* random) { return (*random)() % limit; }

std::string RandomText(Random* random) {
  static const std::vector<std::string> texts = {"",
                                                 " ",
                                                 "s3cret",
                                                 "a\tb s3cret",
                                                 std::string("s3cret\0x", 8),
                                                 "\xC2\x85",
                                                 "\xF0\x9F\x94\xAB",
                                                 std::string(kMaxSystemBytes + 1, 'x'),
                                                 std::string(kMaxIdBytes + 1, 'x'),
                                                 std::string(kMaxTextBytes + 1, 'x'),
                                                 "mps",
                                                 "kent",
                                                 "NABIS",
                                                 "1",
                                                 "2",
                                                 "MPS 2803303/17",
                                                 "B-661/17",
                                                 "/17",
                                                 "/",
                                                 "MPS /",
                                                 "s3cret 1/17",
                                                 "2017",
                                                 "2017-03-18",
                                                 "2017-02-30",
                                                 "2017-03-18T02:15Z",
                                                 "2018/2017",
                                                 "../..",
                                                 "2017~/..",
                                                 "9999~",
                                                 "1800~",
                                                 "2030",
                                                 "2017-03-26T01:30?",
                                                 "E09000014",
                                                 "E09",
                                                 "GB",
                                                 "gb",
                                                 "GUN",
                                                 "GUN_PART",
                                                 "CASE_GROUP",
                                                 "TEST_FIRE_CASES",
                                                 "INCIDENT",
                                                 "CRIME",
                                                 "RECOVERY",
                                                 "SURRENDER",
                                                 "LOSS",
                                                 "DISPOSAL",
                                                 "INTELLIGENCE",
                                                 "SIGHTING",
                                                 "STOLEN",
                                                 "CASE",
                                                 "SERIAL",
                                                 "CONFIRMED",
                                                 "EXAMINER",
                                                 "ANALYST",
                                                 "MICROSCOPE",
                                                 "VICTIM",
                                                 "OPEN",
                                                 "3X5X2",
                                                 "TOP SECRET",
                                                 "Y",
                                                 "PISTOL",
                                                 "OBLITERATED"};
  return texts[Below(texts.size(), random)];
}

void SetRandom(Message* message, const FieldDescriptor* field, Random* random, int depth);

void MutateSomething(Message* message, Random* random, int depth) {
  const auto* descriptor = message->GetDescriptor();
  const Reflection* reflection = message->GetReflection();
  const FieldDescriptor* field = descriptor->field(Below(descriptor->field_count(), random));
  if (field->is_repeated() && reflection->FieldSize(*message, field) > 0) {
    switch (Below(4, random)) {
      case 0:
        reflection->RemoveLast(message, field);
        return;
      case 1:
        reflection->SwapElements(message, field, 0, reflection->FieldSize(*message, field) - 1);
        return;
      case 2:
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
          const int last = reflection->FieldSize(*message, field) - 1;
          reflection->AddMessage(message, field)
              ->CopyFrom(reflection->GetRepeatedMessage(*message, field, last));
          return;
        }
        break;
      default:
        break;
    }
  }
  if (Below(8, random) == 0) {
    reflection->ClearField(message, field);
  } else {
    SetRandom(message, field, random, depth);
  }
}

void SetRandom(Message* message, const FieldDescriptor* field, Random* random, int depth) {
  const Reflection* reflection = message->GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      repeated ? reflection->AddString(message, field, RandomText(random))
               : reflection->SetString(message, field, RandomText(random));
      break;
    case FieldDescriptor::CPPTYPE_INT32: {
      constexpr std::int32_t kValues[] = {0,
                                          1,
                                          -1,
                                          1900,
                                          5001,
                                          10'000,
                                          std::numeric_limits<std::int32_t>::min(),
                                          std::numeric_limits<std::int32_t>::max()};
      reflection->SetInt32(message, field, kValues[Below(std::size(kValues), random)]);
      break;
    }
    case FieldDescriptor::CPPTYPE_INT64:
      reflection->SetInt64(message, field, static_cast<std::int64_t>((*random)()));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      reflection->SetUInt64(message, field, (*random)());
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      constexpr double kValues[] = {0.0,
                                    -90.0,
                                    90.1,
                                    180.0,
                                    -181.0,
                                    std::numeric_limits<double>::quiet_NaN(),
                                    std::numeric_limits<double>::infinity()};
      reflection->SetDouble(message, field, kValues[Below(std::size(kValues), random)]);
      break;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      constexpr std::uint32_t kValues[] = {0,  1,  2,
                                           64, 65, std::numeric_limits<std::uint32_t>::max()};
      reflection->SetUInt32(message, field, kValues[Below(std::size(kValues), random)]);
      break;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection->SetBool(message, field, Below(2, random) == 0);
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      // Also numbers that have no name.
      const int value = Below(field->enum_type()->value_count() + 2, random);
      if (repeated) {
        reflection->AddEnumValue(message, field, value);
      } else {
        reflection->SetEnumValue(message, field, value);
      }
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message* child;
      if (!repeated) {
        child = reflection->MutableMessage(message, field);
      } else if (const int size = reflection->FieldSize(*message, field);
                 size > 0 && Below(2, random) == 0) {
        child = reflection->MutableRepeatedMessage(message, field, Below(size, random));
      } else {
        child = reflection->AddMessage(message, field);
      }
      for (int i = 0; i < 3 && depth > 0; ++i) MutateSomething(child, random, depth - 1);
      break;
    }
    default:
      FAIL() << "a feed has a field of a type that this test does not know: " << field->full_name();
  }
}

std::vector<feed::v1::FeedMessage> Seeds() {
  return {
      testing::Parse(
          "mps { report_number: '1/17' report_type: 'CRIME' crime_number: '1/17' committed: '2017' "
          "guns { reference: 'G' } items { reference: 'I' kind: 'CASE_GROUP' } }"),
      testing::Parse(
          "nabis { entry_id: '1' exhibit { exhibit_type: 'GUN' found_at: 'INCIDENT' gun {} } }"),
      testing::Parse("nabis { entry_id: '1' event { event_type: 'INCIDENT' } }"),
      testing::Parse(
          "nabis { entry_id: '1' comparison { first { source_id: '2' } second { source_id: '3' } "
          "channel: 'CASE' verdict: 'LEAD' stage: 'VERIFIED' examined: '2017' } }"),
      testing::Parse("nabis { entry_id: '1' inferred_weapon { members { source_id: '2' } } }"),
      testing::Parse("border_force { seizure_number: '1' items { kind: 'GUN_PART' } }"),
      testing::Parse(
          "border_force { seizure_number: '1' record_type: 'DISPOSAL' disposed: '2017' guns {} }"),
      testing::Parse(
          "nabis { entry_id: '1' event { event_type: 'DISPOSAL' occurred: '2017' guns {} } }"),
      testing::Parse("licensing { report_id: '1' loss_kind: 'LOST' guns {} }"),
      testing::Parse(
          "force { system: 'N' record_id: '1' record_type: 'RECOVERY' guns { reference: 'G' } "
          "same_weapon_as { source_id: '2' } marking { visibility: 'OPEN' } }"),
  };
}

void ExpectSound(const feed::v1::FeedMessage& message) {
  const AdaptContext context = {.agency = "kent", .received_time = testing::ReceivedTime()};
  const AdaptedMessage adapted = Adapt(message, context);
  const AdaptedMessage again = Adapt(message, context);
  // By bytes, for a number that is none equals nothing.
  EXPECT_EQ(adapted.record.SerializeAsString(), again.record.SerializeAsString());
  ASSERT_EQ(adapted.violations.size(), again.violations.size());
  const std::string root(FeedNameOf(message));
  for (const v1::FieldViolation& violation : adapted.violations) {
    EXPECT_TRUE(absl::StartsWith(violation.field(), root.empty() ? "message" : root + "."))
        << violation.field();
    EXPECT_NE(violation.reason(), type::v1::ERROR_REASON_UNSPECIFIED);
    EXPECT_FALSE(violation.description().empty());
    EXPECT_FALSE(absl::StrContains(violation.field(), AbslView(kSecret)));
    EXPECT_FALSE(absl::StrContains(violation.description(), AbslView(kSecret)));
  }
  if (!adapted.violations.empty()) return;
  const record::v1::Record& record = adapted.record;
  EXPECT_EQ(record.source().agency(), "kent");
  EXPECT_FALSE(record.source().source_system().empty());
  EXPECT_FALSE(record.source().source_id().empty());
  EXPECT_NE(record.kind(), record::v1::RECORD_KIND_UNSPECIFIED);
  EXPECT_NE(record.visibility(), type::v1::VISIBILITY_UNSPECIFIED);
  std::set<std::string> references;
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    EXPECT_TRUE(references.insert(exhibit.exhibit_reference()).second);
    if (record.exhibits_size() > 1) {
      EXPECT_FALSE(exhibit.exhibit_reference().empty());
    }
  }
  for (const record::v1::Finding& finding : record.findings()) {
    EXPECT_FALSE(finding.first().source_id().empty());
    EXPECT_FALSE(finding.second().source_id().empty());
    EXPECT_NE(finding.channel(), record::v1::CHANNEL_UNSPECIFIED);
    EXPECT_NE(finding.verdict(), record::v1::VERDICT_UNSPECIFIED);
    EXPECT_NE(finding.basis(), record::v1::BASIS_UNSPECIFIED);
  }
}

TEST(AdaptPropertyTest, EveryMutationOfAMessageHasASoundAnswer) {
  constexpr int kRounds = 4'000;
  int accepted = 0;
  int rejected = 0;
  for (const feed::v1::FeedMessage& seed : Seeds()) {
    ASSERT_TRUE(Adapt(seed, {"kent", testing::ReceivedTime()}).violations.empty());
    for (int round = 0; round < kRounds; ++round) {
      Random random(round);
      feed::v1::FeedMessage message = seed;
      // Within the feed's own message mostly, and seldom into another one.
      for (std::size_t steps = 1 + Below(6, &random); steps > 0; --steps) {
        const auto* reflection = message.GetReflection();
        std::vector<const FieldDescriptor*> set;
        reflection->ListFields(message, &set);
        if (set.empty() || Below(50, &random) == 0) {
          MutateSomething(&message, &random, 4);
        } else {
          MutateSomething(reflection->MutableMessage(&message, set[0]), &random, 4);
        }
      }
      ExpectSound(message);
      (Adapt(message, {"kent", testing::ReceivedTime()}).violations.empty() ? accepted
                                                                            : rejected)++;
      if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << "seed " << round;
    }
  }
  // The mutations reach both answers often.
  EXPECT_GT(accepted, 2'000);
  EXPECT_GT(rejected, 2'000);
}

}  // namespace
}  // namespace serieslink::ingest
