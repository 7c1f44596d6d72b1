#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "serieslink/ingest/v1/wire.pb.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

// What can be done with a message before its place in the log is known: everything but the
// decision. Runs on the callers' threads.
namespace serieslink::ingest {

inline constexpr int kBatchMessagesMax = 4096;
inline constexpr std::size_t kBatchBytesMax = 4u << 20;    // gRPC's usual limit for a message
inline constexpr std::size_t kMessageBytesMax = 1u << 20;  // larger ones are not records

// Which agencies may use a feed; a feed that is not here is open to all.
using FeedPolicy = std::map<std::string, std::set<std::string>, std::less<>>;

// A message that is ready to be decided on, or what is wrong with it.
struct PreparedMessage {
  std::vector<v1::FieldViolation> violations;  // not empty: rejected
  // Who sent it and what it says; record number, sequence and staleness are not decided yet. Of a
  // rejected one: what could be read.
  graph::LogItem item;
  graph::PublicId public_id;  // first choice; empty when the record's id could not be read
  std::string_view feed;      // FeedNameOf; empty when it could not be read
};

// Everything that is wrong with the envelope of `batch`; empty when its messages may be prepared.
std::vector<rpc::BadField> CheckBatch(const v1::BatchWire& batch);

// Prepares the messages of `batch`, which must have passed CheckBatch and is consumed. One that
// cannot be read is rejected by itself.
std::vector<PreparedMessage> PrepareBatch(v1::BatchWire&& batch, const rpc::Identity& sender,
                                          const FeedPolicy& policy, const graph::IdKey& ids,
                                          absl::Time received);

// About how many bytes it takes to take a batch apart of which `request_bytes` came: rather too
// many.
std::size_t BytesToTakeApart(std::size_t request_bytes);
// About how many bytes `messages` take, which were prepared together.
std::size_t BytesOf(const std::vector<PreparedMessage>& messages);
// About how many bytes it takes to tell their sender what became of `messages`, which are not
// decided on yet.
std::size_t BytesOfAnswer(const std::vector<PreparedMessage>& messages);

// Counts the unknown codes of the `messages` that are not rejected, by feed and field: ascending,
// and no more than the feeds have fields.
std::vector<v1::UnknownCodeCount> CountUnknownCodes(const std::vector<PreparedMessage>& messages);

}  // namespace serieslink::ingest
