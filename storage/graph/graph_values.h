#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/graph/edges.h"
#include "storage/graph/keys.h"
#include "storage/graph/public_id.h"

// How the reader and the writer of the graph's tables map them to rows and entries: shared by both,
// of no use to others.
namespace serieslink::graph {

// Maps public ids to what they name.
inline constexpr SortedRunSpec kIdIndex{
    .keyspace = storage::Keyspace::kDerived, .number = 1, .filter_prefix_bytes = 0};

// What a public id names.
struct IdTarget {
  RecordNumber record = 0;
  std::optional<std::uint32_t> ordinal;  // of the exhibit; none: the record itself
  friend bool operator==(const IdTarget&, const IdTarget&) = default;
};

std::string IdIndexKey(PublicId id);
// record:8, and for an exhibit ordinal:2.
std::string EncodeIdTarget(const IdTarget& target);
absl::StatusOr<IdTarget> ParseIdTarget(std::string_view value);

StatementKey KeyOfStatement(const stored::v1::Statement& statement);

// Of exhibits (kExhibit) or records (kRecord).
EdgeType ComponentEdge(NodeType type);
EdgeType MembershipEdge(NodeType type);

}  // namespace serieslink::graph
