#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "serieslink/stored/v1/rejects.pb.h"
#include "storage/api/store.h"
#include "storage/base/digest.h"
#include "storage/base/sealing.h"
#include "storage/graph/public_id.h"

// How rejects lie in keyspace kRejects. An agency stands as an escaped string (ordered_key.h):
//
//   key                 value
//   'h' agency id:8     stored.v1.RejectHead
//   'm' agency id:8     the message as received, sealed
//   't' agency          stored.v1.RejectTotals
//   'c' ...             checksum of the row with that key (storage/graph/row_checksum.h)
//
// docs/formats/keys.md explains them; tests/golden pins them.
namespace serieslink::ingest {

std::string RejectHeadKey(std::string_view agency, graph::PublicId id);
std::string RejectMessageKey(std::string_view agency, graph::PublicId id);
std::string RejectTotalsKey(std::string_view agency);
// Keys of all heads, and of all totals.
storage::KeyRange AllRejectHeads();
storage::KeyRange AllRejectTotals();
// The agency and the id of a head. Errors: DATA_LOSS (no such key).
struct RejectName {
  std::string agency;
  graph::PublicId id;
};
absl::StatusOr<RejectName> ParseRejectHeadKey(std::string_view key);
// The agency of a totals row. Errors: DATA_LOSS (no such key).
absl::StatusOr<std::string> ParseRejectTotalsKey(std::string_view key);

// A reject's id as people read it, "RJ-7K2M-9QXD-4TFBG", and back, as people type it. It has the
// form of every public id (storage/graph/public_id.h); only ingest gives out this kind. Errors of
// parsing: INVALID_ARGUMENT (another prefix, or mistyped).
std::string FormatRejectId(graph::PublicId id);
absl::StatusOr<graph::PublicId> ParseRejectId(std::string_view text);

// Seals what is kept of a reject, and tells two messages apart without keeping either in the clear.
// What is sealed is bound to its agency and its message's digest: it does not open as part of
// another reject. Thread-safe.
class RejectSealer {
 public:
  // `key` is that of the store: base::SealingKey::kKeyBytes secret bytes.
  explicit RejectSealer(std::string_view key);

  // Equal for equal `message` of the same agency, and says nothing of it to those without the key.
  base::Sha256Digest DigestOf(std::string_view agency, std::string_view message) const;

  // The details of the reject with `digest`, or its message, sealed with the random bytes `salt`.
  // Errors: INTERNAL (the cryptographic library failed).
  absl::StatusOr<std::string> SealDetails(std::string_view agency, const base::Sha256Digest& digest,
                                          const stored::v1::RejectDetails& details,
                                          std::string_view salt) const;
  absl::StatusOr<std::string> SealMessage(std::string_view agency, const base::Sha256Digest& digest,
                                          std::string_view message, std::string_view salt) const;

  // What was sealed of the reject that `head` is of. Errors: DATA_LOSS (it does not open).
  absl::StatusOr<stored::v1::RejectDetails> OpenDetails(const stored::v1::RejectHead& head) const;
  absl::StatusOr<std::string> OpenMessage(const stored::v1::RejectHead& head,
                                          std::string_view sealed) const;

 private:
  base::SealingKey seal_;
  base::HmacSha256 digest_;
};

}  // namespace serieslink::ingest
