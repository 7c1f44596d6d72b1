#include "services/ingest/prepare.h"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/message.h"
#include "google/protobuf/wire_format_lite.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/core/adapter.h"
#include "storage/base/text.h"

namespace serieslink::ingest {
namespace {

// What is said of one batch's faults. Little more and a client with gRPC's usual limit of 4 MiB
// could not receive the answer; a batch of nothing but faults would be said 16 times a stream.
constexpr std::size_t kViolationBytesMax = 1u << 20;

// What a batch can take, however short it is: the faults that it may have, and 4,096 messages.
constexpr std::size_t kAnyBatchBytes = 16u << 20;
// A message as it came, and the record that it becomes. A record of nothing but short entries
// becomes more than that.
constexpr std::size_t kBytesPerRequestByte = 12;
// An acknowledgement without a fault, as it is and as it is sent, with an id of a series.
constexpr std::size_t kAcknowledgementBytes = 400;

// What the faults of `message` take.
std::size_t BytesOfFaults(const PreparedMessage& message) {
  std::size_t bytes = 0;
  for (const v1::FieldViolation& violation : message.violations) bytes += violation.SpaceUsedLong();
  return bytes;
}

v1::FieldViolation Violation(std::string_view field, type::v1::ErrorReason reason,
                             std::string_view description) {
  v1::FieldViolation violation;
  violation.set_field(std::string(field));
  violation.set_reason(reason);
  violation.set_description(std::string(description));
  return violation;
}

// The arena of a batch's records grows in steps that are large against a message and small against
// a batch.
google::protobuf::ArenaOptions ArenaSteps() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = 16u << 10;
  options.max_block_size = 256u << 10;
  return options;
}

// "force.guns[0].serials[1].part" as "force.guns[].serials[].part".
std::string FieldOfAllElements(std::string_view field) {
  std::string all;
  for (const char c : field) {
    const bool is_index = c >= '0' && c <= '9' && !all.empty() && all.back() == '[';
    if (!is_index) all.push_back(c);
  }
  return all;
}

// Reads the messages of a batch, one after the other, into one message. Most are of one feed, and
// then all that was made to hold one holds the next: making and freeing it anew takes as long as
// reading does.
class MessageReader {
 public:
  // Null when `content` is no message, or a text in it is not UTF-8. Good until the next.
  const feed::v1::FeedMessage* Read(const std::string& content) {
    const google::protobuf::Reflection& reflection = *message_.GetReflection();
    const google::protobuf::FieldDescriptor* const kept =
        message_.GetDescriptor()->FindFieldByNumber(message_.message_case());
    // Only where the next sets the same one is it sure to be set again.
    if (kept != nullptr && BeginsWith(content, kept->number())) {
      reflection.MutableUnknownFields(&message_)->Clear();
      reflection.MutableMessage(&message_, kept)->Clear();
    } else {
      message_.Clear();
    }
    return message_.MergeFromString(content) ? &message_ : nullptr;
  }

 private:
  // Whether the first field of `content` is the message of this number.
  static bool BeginsWith(const std::string& content, int number) {
    using google::protobuf::internal::WireFormatLite;
    google::protobuf::io::CodedInputStream stream(
        reinterpret_cast<const std::uint8_t*>(content.data()), static_cast<int>(content.size()));
    return stream.ReadTag() ==
           WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  }

  feed::v1::FeedMessage message_;
};

PreparedMessage Prepare(std::string&& bytes, const rpc::Identity& sender, const FeedPolicy& policy,
                        const graph::IdKey& ids, absl::Time received,
                        const std::shared_ptr<google::protobuf::Arena>& kept,
                        MessageReader& reader) {
  PreparedMessage prepared;
  stored::v1::LogEntry& entry = prepared.item.entry;
  entry.set_received_time_us(absl::ToUnixMicros(received));
  entry.set_agency(sender.agency);
  entry.set_principal(sender.principal);
  entry.set_feed_message(std::move(bytes));
  const std::string& content = entry.feed_message();
  if (content.size() > kMessageBytesMax) {
    prepared.violations.push_back(Violation("", type::v1::ERROR_REASON_MESSAGE_TOO_LARGE,
                                            "a message may have at most 1 MiB"));
    return prepared;
  }
  const feed::v1::FeedMessage* const read = reader.Read(content);
  if (read == nullptr) {
    prepared.violations.push_back(
        Violation("", type::v1::ERROR_REASON_MESSAGE_MALFORMED,
                  "this is not a serialised FeedMessage, or a text in it is not UTF-8"));
    return prepared;
  }
  const feed::v1::FeedMessage& message = *read;
  prepared.feed = FeedNameOf(message);
  if (const auto allowed = policy.find(prepared.feed);
      allowed != policy.end() && !allowed->second.contains(sender.agency)) {
    prepared.violations.push_back(Violation(prepared.feed, type::v1::ERROR_REASON_FEED_NOT_ALLOWED,
                                            "your agency may not use this feed"));
    return prepared;
  }
  auto* const record = google::protobuf::Arena::CreateMessage<record::v1::Record>(kept.get());
  prepared.violations =
      AdaptInto(message, AdaptContext{.agency = sender.agency, .received_time = received}, record);

  const type::v1::SourceReference& source = record->source();
  entry.set_source_system(source.source_system());
  entry.set_source_id(source.source_id());
  if (record->has_source_version()) entry.set_source_version(record->source_version());
  if (!source.source_system().empty() && !source.source_id().empty()) {
    prepared.public_id = ids.ForRecord({sender.agency, source.source_system(), source.source_id()});
  }
  if (prepared.violations.empty()) {
    prepared.item.record = std::shared_ptr<const record::v1::Record>(kept, record);
  }
  return prepared;
}

}  // namespace

std::vector<rpc::BadField> CheckBatch(const v1::BatchWire& batch) {
  std::vector<rpc::BadField> bad;
  if (batch.agency().empty()) {
    bad.push_back({"batch.agency", type::v1::ERROR_REASON_FIELD_MISSING, "name your agency"});
  }
  if (batch.messages().empty()) {
    bad.push_back(
        {"batch.messages", type::v1::ERROR_REASON_FIELD_MISSING, "send at least one message"});
  }
  std::size_t bytes = 0;
  for (const std::string& message : batch.messages()) bytes += message.size();
  if (batch.messages_size() > kBatchMessagesMax || bytes > kBatchBytesMax) {
    bad.push_back({"batch.messages", type::v1::ERROR_REASON_BATCH_TOO_LARGE,
                   absl::StrCat("a batch may hold at most ", kBatchMessagesMax,
                                " messages and 4 MiB; send several")});
  }
  return bad;
}

std::vector<PreparedMessage> PrepareBatch(v1::BatchWire&& batch, const rpc::Identity& sender,
                                          const FeedPolicy& policy, const graph::IdKey& ids,
                                          absl::Time received) {
  std::vector<PreparedMessage> prepared;
  std::size_t violation_bytes = 0;
  prepared.reserve(batch.messages_size());
  const auto kept = std::make_shared<google::protobuf::Arena>(ArenaSteps());
  MessageReader reader;
  for (std::string& message : *batch.mutable_messages()) {
    prepared.push_back(Prepare(std::move(message), sender, policy, ids, received, kept, reader));
    std::vector<v1::FieldViolation>& violations = prepared.back().violations;
    if (violation_bytes > kViolationBytesMax && violations.size() > 1) violations.resize(1);
    for (const v1::FieldViolation& violation : violations) {
      violation_bytes += violation.ByteSizeLong();
    }
  }
  return prepared;
}

std::size_t BytesToTakeApart(std::size_t request_bytes) {
  return kAnyBatchBytes + kBytesPerRequestByte * request_bytes;
}

std::size_t BytesOf(const std::vector<PreparedMessage>& messages) {
  std::size_t bytes = messages.capacity() * sizeof(PreparedMessage);
  const record::v1::Record* one = nullptr;
  for (const PreparedMessage& message : messages) {
    const std::size_t size = message.item.entry.feed_message().capacity();
    bytes += size + BytesOfFaults(message);
    if (message.item.record == nullptr) continue;
    bytes += size;  // its texts, which are not on the arena
    one = message.item.record.get();
  }
  // All records are on one arena.
  if (one != nullptr && one->GetArena() != nullptr) bytes += one->GetArena()->SpaceAllocated();
  return bytes;
}

std::size_t BytesOfAnswer(const std::vector<PreparedMessage>& messages) {
  std::size_t bytes = messages.size() * kAcknowledgementBytes;
  for (const PreparedMessage& message : messages) {
    bytes += BytesOfFaults(message);
    for (const v1::FieldViolation& violation : message.violations) {
      bytes += violation.ByteSizeLong();
    }
  }
  return bytes;
}

std::vector<v1::UnknownCodeCount> CountUnknownCodes(const std::vector<PreparedMessage>& messages) {
  std::map<std::string, std::int64_t> counts;
  for (const PreparedMessage& message : messages) {
    if (message.item.record == nullptr) continue;
    for (const record::v1::UnknownCode& unknown : message.item.record->unknown_codes()) {
      ++counts[FieldOfAllElements(unknown.field())];
    }
  }
  std::vector<v1::UnknownCodeCount> counted;
  for (auto& [field, count] : counts) {
    v1::UnknownCodeCount& one = counted.emplace_back();
    one.set_field(field);
    one.set_count(count);
  }
  return counted;
}

}  // namespace serieslink::ingest
