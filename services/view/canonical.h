#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"
#include "serieslink/stored/v1/log.pb.h"
#include "storage/graph/keys.h"

namespace serieslink::view {

// What the adapter makes of a log entry; null for a withdrawal.
// Errors: DATA_LOSS (the entry's message cannot be read).
absl::StatusOr<std::shared_ptr<const record::v1::Record>> CanonicalOf(
    const stored::v1::LogEntry& entry);

// What a log entry is read for.
struct ReadEntry {
  std::shared_ptr<const record::v1::Record> record;  // null: it is a withdrawal
  std::optional<std::uint64_t> source_version;       // the agency's
  // Of a loss: whose feed it came by.
  stolen::v1::ReportSource source = stolen::v1::REPORT_SOURCE_UNSPECIFIED;
};

// Errors: as CanonicalOf.
absl::StatusOr<ReadEntry> ReadEntryOf(const stored::v1::LogEntry& entry);

// Entries that were read before: reading one costs more than all else that is done with it.
using ReadEntries = absl::flat_hash_map<graph::SequenceNumber, ReadEntry>;

}  // namespace serieslink::view
