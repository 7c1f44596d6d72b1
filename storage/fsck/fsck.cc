#include "storage/fsck/fsck.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/checks.h"
#include "storage/graph/edges.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/graph_values.h"

namespace serieslink::fsck {
namespace {

struct CheckTable {
  std::string_view name;
  std::string_view subject;
  absl::Status (*run)(Context& context, Report& report);
};

// Later checks build on what earlier ones found out.
constexpr CheckTable kChecks[] = {
    {"rows", "store", CheckRows},
    {"checksums", "store", CheckChecksums},
    {"log", "log", CheckLog},
    {"rejects", "store", CheckRejects},
    {"public_summaries", "store", CheckPublicSummaries},
    {"index_runs", "derived", CheckIndexRuns},
    {"records", "derived", CheckRecords},
    {"statements", "derived", CheckStatements},
    {"index_entries", "derived", CheckIndexEntries},
    {"news", "derived", CheckNews},
};

constexpr IndexTable kIndexes[] = {
    {"ids", &graph::kIdIndex, NewIdCheck},
    {"edges", &graph::kEdgeIndex, NewEdgeCheck},
    {"firearms", &graph::kFirearmIndex, NewFirearmCheck},
};

template <typename Message>
absl::Status Read(const storage::Snapshot& snapshot, storage::Keyspace keyspace,
                  const std::string& key, std::optional<Message>& message) {
  SL_ASSIGN_OR_RETURN(const auto value, snapshot.Get(keyspace, key));
  if (value && !message.emplace().ParseFromString(*value)) {
    return absl::DataLossError("it is malformed");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Span<const IndexTable> Indexes() { return kIndexes; }

absl::Status CheckStore(const storage::Snapshot& snapshot, Report& report) {
  Context context;
  context.snapshot = &snapshot;
  report.Begin("positions", "store");
  SL_RETURN_IF_ERROR(AsFinding(
      Read(snapshot, storage::Keyspace::kMeta, graph::StoreInfoKey(), context.info), report));
  if (!context.info && snapshot.position(storage::Keyspace::kLog) > 0) {
    report.Add("the row that says what the store is, with its keys, is missing");
  }
  std::optional<stored::v1::DeriverPosition> position;
  SL_RETURN_IF_ERROR(AsFinding(
      Read(snapshot, storage::Keyspace::kDerived, graph::DeriverPositionKey(), position), report));
  if (position) context.position = *position;
  if (context.position.revision() > snapshot.position(storage::Keyspace::kLog)) {
    report.Add(absl::StrCat("the deriver's position is revision ", context.position.revision(),
                            ", and the log ends at ", snapshot.position(storage::Keyspace::kLog)));
  }
  for (const CheckTable& check : kChecks) {
    report.Begin(check.name, check.subject);
    SL_RETURN_IF_ERROR(AsFinding(check.run(context, report), report));
  }
  return absl::OkStatus();
}

std::string NameOfRecord(std::uint64_t record, std::uint64_t public_id) {
  return absl::StrCat("record ", record, " (",
                      FormatPublicId(graph::IdKind::kRecord, graph::PublicId(public_id)), ")");
}

std::string NameOfExhibit(std::uint64_t exhibit) {
  return absl::StrCat("exhibit ", graph::RecordOf(exhibit), ".", graph::OrdinalOf(exhibit));
}

}  // namespace serieslink::fsck
