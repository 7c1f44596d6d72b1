#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "serieslink/stored/v1/store_info.pb.h"
#include "storage/api/store.h"
#include "storage/fsck/report.h"
#include "storage/graph/keys.h"
#include "storage/graph/sorted_run_index.h"

// The checks of this folder, and what they share.
namespace serieslink::fsck {

// What checks know of the store, and what earlier ones found out for later ones.
struct Context {
  const storage::Snapshot* snapshot = nullptr;
  std::optional<stored::v1::StoreInfo> info;  // none: no store was made here yet
  stored::v1::DeriverPosition position;       // all zero before the first step
  std::uint64_t records_in_log = 0;           // records about which the log has entries
  // By record number - 1, of the records that are derived: how many exhibits each has.
  std::vector<std::uint16_t> exhibits_of_record;

  bool HasRecord(std::uint64_t record) const {
    return record >= 1 && record <= exhibits_of_record.size();
  }
  bool HasExhibit(std::uint64_t exhibit) const {
    return HasRecord(graph::RecordOf(exhibit)) &&
           graph::OrdinalOf(exhibit) < exhibits_of_record[graph::RecordOf(exhibit) - 1];
  }
};

// Compares entries of an index with what they lead to, page after page.
class EntryCheck {
 public:
  virtual ~EntryCheck() = default;
  // `entries` follow those of the call before, in the order of their keys.
  virtual absl::Status Check(absl::Span<const storage::Row> entries) = 0;
};

// A sorted-run index.
struct IndexTable {
  std::string_view name;
  const graph::SortedRunSpec* spec;
  // Null: its entries lead nowhere that could be looked at.
  std::unique_ptr<EntryCheck> (*new_check)(Context& context, const graph::SortedRunView& view,
                                           Report& report);
};
// All sorted-run indexes there are: an index that is not in it is a finding.
absl::Span<const IndexTable> Indexes();

// In the order in which they run.
absl::Status CheckRows(Context& context, Report& report);
absl::Status CheckChecksums(Context& context, Report& report);
absl::Status CheckLog(Context& context, Report& report);
absl::Status CheckRejects(Context& context, Report& report);
absl::Status CheckPublicSummaries(Context& context, Report& report);
absl::Status CheckIndexRuns(Context& context, Report& report);
absl::Status CheckRecords(Context& context, Report& report);
absl::Status CheckStatements(Context& context, Report& report);
absl::Status CheckIndexEntries(Context& context, Report& report);
absl::Status CheckNews(Context& context, Report& report);

// For Indexes(). What they return must not outlive the arguments.
std::unique_ptr<EntryCheck> NewIdCheck(Context& context, const graph::SortedRunView& view,
                                       Report& report);
std::unique_ptr<EntryCheck> NewFirearmCheck(Context& context, const graph::SortedRunView& view,
                                            Report& report);
std::unique_ptr<EntryCheck> NewEdgeCheck(Context& context, const graph::SortedRunView& view,
                                         Report& report);

// Calls `visit` with the rows of `range`, page by page.
template <typename Visit>
absl::Status ForEachPage(const storage::Snapshot& snapshot, storage::Keyspace keyspace,
                         storage::KeyRange range, const Visit& visit) {
  storage::ScanOptions options;
  options.rows_max = 4096;
  options.bytes_max = 8u << 20;
  while (true) {
    auto page = snapshot.Scan(keyspace, range, options);
    if (!page.ok()) return page.status();
    if (absl::Status status = visit(page->rows); !status.ok()) return status;
    if (!page->resume) return absl::OkStatus();
    range.start = *std::move(page->resume);
  }
}

// "record 7 (RC-…)".
std::string NameOfRecord(std::uint64_t record, std::uint64_t public_id);
// "exhibit 7.0": record and ordinal.
std::string NameOfExhibit(std::uint64_t exhibit);

}  // namespace serieslink::fsck
