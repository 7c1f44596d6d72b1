#include "storage/graph/edges.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/edge_entry.h"

namespace serieslink::graph {
namespace {

using enum EdgeForm;
using Form = EdgeForm;

constexpr std::size_t kPageEntries = 1024;

Form FormOf(EdgeEnd end) { return end == EdgeEnd::kSource ? kFromSource : kFromTarget; }

std::string KeyOf(EdgeType type, Form form) {
  std::string key;
  key.reserve(26);
  base::AppendU8(&key, static_cast<std::uint8_t>(type));
  base::AppendU8(&key, static_cast<std::uint8_t>(form));
  return key;
}

std::string KeyOf(EdgeType type, Form form, std::uint64_t node) {
  std::string key = KeyOf(type, form);
  base::AppendBe64(&key, node);
  return key;
}

std::string KeyOf(EdgeType type, Form form, std::uint64_t node, std::uint64_t next) {
  std::string key = KeyOf(type, form, node);
  base::AppendBe64(&key, next);
  return key;
}

std::string KeyOf(EdgeType type, Form form, std::uint64_t node, Revision from,
                  std::uint64_t other) {
  std::string key = KeyOf(type, form, node, from);
  base::AppendBe64(&key, other);
  return key;
}

// The end of the interval in front of the payload. Nothing at all stands for the most frequent
// case: an open interval without payload.
std::string EdgeValue(Revision to, std::string_view payload) {
  std::string value;
  if (to == kOpenRevision && payload.empty()) return value;
  Revision rest = ToStoredEnd(to);
  while (rest >= 0x80) {
    value.push_back(static_cast<char>(rest | 0x80));
    rest >>= 7;
  }
  value.push_back(static_cast<char>(rest));
  value.append(payload);
  return value;
}

absl::Status ParseEdgeValue(std::string_view value, Edge* edge) {
  edge->interval.to = kOpenRevision;
  if (value.empty()) return absl::OkStatus();
  Revision to = 0;
  std::size_t at = 0;
  for (int shift = 0;; shift += 7, ++at) {
    if (at == value.size() || shift > 63) return absl::DataLossError("an edge is malformed");
    const unsigned char byte = static_cast<unsigned char>(value[at]);
    to |= static_cast<Revision>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  edge->interval.to = FromStoredEnd(to);
  edge->payload.assign(value.substr(at + 1));
  return absl::OkStatus();
}

absl::StatusOr<Edge> ParseEdge(const storage::Row& entry) {
  base::KeyReader reader(entry.key);
  SL_RETURN_IF_ERROR(reader.ReadBe16().status());  // type and form, which were asked for
  Edge edge;
  SL_ASSIGN_OR_RETURN(edge.node, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(edge.interval.from, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(edge.other, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  SL_RETURN_IF_ERROR(ParseEdgeValue(entry.value, &edge));
  return edge;
}

absl::StatusOr<NodeValue> ParseHistory(const storage::Row& entry) {
  base::KeyReader reader(entry.key);
  SL_RETURN_IF_ERROR(reader.ReadBe16().status());
  NodeValue value;
  SL_ASSIGN_OR_RETURN(value.node, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(value.from, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  value.payload = entry.value;
  return value;
}

absl::StatusOr<NodeValue> ParseValue(const storage::Row& entry) {
  base::KeyReader reader(entry.key);
  SL_RETURN_IF_ERROR(reader.ReadBe16().status());
  NodeValue value;
  SL_ASSIGN_OR_RETURN(value.node, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  value.payload = entry.value;
  return value;
}

absl::StatusOr<std::uint64_t> ParseMember(const storage::Row& entry) {
  base::KeyReader reader(entry.key);
  SL_RETURN_IF_ERROR(reader.ReadBe16().status());
  SL_RETURN_IF_ERROR(reader.ReadBe64().status());  // the group, which was asked for
  SL_ASSIGN_OR_RETURN(const std::uint64_t member, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  return member;
}

std::string RankedKey(EdgeType type, std::uint64_t rank, std::uint64_t source,
                      std::uint64_t target) {
  std::string key = KeyOf(type, kRanked, rank, source);
  base::AppendBe64(&key, target);
  return key;
}

absl::StatusOr<RankedEdge> ParseRanked(const storage::Row& entry) {
  base::KeyReader reader(entry.key);
  SL_RETURN_IF_ERROR(reader.ReadBe16().status());
  RankedEdge edge;
  SL_ASSIGN_OR_RETURN(edge.rank, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(edge.source, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(edge.target, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  edge.payload = entry.value;
  return edge;
}

// Everything of `range`, parsed, until it belongs to more than `nodes_max` nodes.
template <typename Item>
absl::StatusOr<std::vector<Item>> ReadItems(const SortedRunView& view, storage::KeyRange range,
                                            std::size_t nodes_max,
                                            absl::StatusOr<Item> (*parse)(const storage::Row&)) {
  std::vector<Item> items;
  std::size_t nodes = 0;
  while (true) {
    SL_ASSIGN_OR_RETURN(IndexPage page, view.Scan(range, kPageEntries));
    for (const storage::Row& entry : page.entries) {
      SL_ASSIGN_OR_RETURN(Item item, parse(entry));
      if (items.empty() || items.back().node != item.node) {
        if (nodes == nodes_max) return items;
        ++nodes;
      }
      items.push_back(std::move(item));
    }
    if (!page.resume) return items;
    range.start = *std::move(page.resume);
  }
}

storage::KeyRange RangeOf(EdgeType type, Form form, std::uint64_t node) {
  return storage::KeyRange::Prefix(KeyOf(type, form, node));
}

// Of all nodes after `after`.
storage::KeyRange RangeAfter(EdgeType type, Form form, std::uint64_t after) {
  storage::KeyRange range = storage::KeyRange::Prefix(KeyOf(type, form));
  if (after == ~std::uint64_t{0}) {
    range.start = range.end;
  } else {
    range.start = KeyOf(type, form, after + 1);
  }
  return range;
}

}  // namespace

absl::StatusOr<EdgeEntry> ParseEdgeEntry(const storage::Row& row) {
  base::KeyReader reader(row.key);
  EdgeEntry entry;
  SL_ASSIGN_OR_RETURN(const std::uint8_t type, reader.ReadU8());
  SL_ASSIGN_OR_RETURN(const std::uint8_t form, reader.ReadU8());
  entry.type = static_cast<EdgeType>(type);
  entry.form = static_cast<EdgeForm>(form);
  switch (entry.form) {
    case kFromSource:
    case kFromTarget: {
      SL_ASSIGN_OR_RETURN(Edge edge, ParseEdge(row));
      entry.node = edge.node;
      entry.other = edge.other;
      entry.interval = edge.interval;
      entry.payload = std::move(edge.payload);
      return entry;
    }
    case kHistory: {
      SL_ASSIGN_OR_RETURN(NodeValue value, ParseHistory(row));
      entry.node = value.node;
      entry.interval.from = value.from;
      entry.payload = std::move(value.payload);
      return entry;
    }
    case kValue: {
      SL_ASSIGN_OR_RETURN(NodeValue value, ParseValue(row));
      entry.node = value.node;
      entry.payload = std::move(value.payload);
      return entry;
    }
    case kMember: {
      SL_ASSIGN_OR_RETURN(entry.node, reader.ReadBe64());
      SL_ASSIGN_OR_RETURN(entry.other, reader.ReadBe64());
      SL_RETURN_IF_ERROR(reader.Finish());
      return entry;
    }
    case kRanked: {
      SL_ASSIGN_OR_RETURN(RankedEdge edge, ParseRanked(row));
      entry.rank = edge.rank;
      entry.node = edge.source;
      entry.other = edge.target;
      entry.payload = std::move(edge.payload);
      return entry;
    }
  }
  return absl::DataLossError("an entry of an unknown form");
}

std::string EdgeEntryKey(const EdgeEntry& entry) {
  switch (entry.form) {
    case kFromSource:
    case kFromTarget:
      return KeyOf(entry.type, entry.form, entry.node, entry.interval.from, entry.other);
    case kHistory:
      return KeyOf(entry.type, entry.form, entry.node, entry.interval.from);
    case kMember:
      return KeyOf(entry.type, entry.form, entry.node, entry.other);
    case kRanked:
      return RankedKey(entry.type, entry.rank, entry.node, entry.other);
    case kValue:
      break;
  }
  return KeyOf(entry.type, entry.form, entry.node);
}

void EdgeWriter::Put(EdgeType type, std::uint64_t source, std::uint64_t target,
                     const RevisionInterval& interval, std::string_view payload) {
  const std::string value = EdgeValue(interval.to, payload);
  index_->Put(KeyOf(type, kFromSource, source, interval.from, target), value);
  index_->Put(KeyOf(type, kFromTarget, target, interval.from, source), value);
}

void EdgeWriter::PutFromTarget(EdgeType type, std::uint64_t source, std::uint64_t target,
                               const RevisionInterval& interval) {
  index_->Put(KeyOf(type, kFromTarget, target, interval.from, source), EdgeValue(interval.to, {}));
}

void EdgeWriter::PutHistory(EdgeType type, std::uint64_t node, Revision from,
                            std::string_view payload) {
  index_->Put(KeyOf(type, kHistory, node, from), payload);
}

void EdgeWriter::PutValue(EdgeType type, std::uint64_t node, std::string_view payload) {
  index_->Put(KeyOf(type, kValue, node), payload);
}

void EdgeWriter::PutMember(EdgeType type, std::uint64_t group, std::uint64_t member) {
  index_->Put(KeyOf(type, kMember, group, member), {});
}

void EdgeWriter::EraseMember(EdgeType type, std::uint64_t group, std::uint64_t member) {
  index_->Erase(KeyOf(type, kMember, group, member));
}

void EdgeWriter::PutRanked(EdgeType type, const RankedEdge& edge) {
  index_->Put(RankedKey(type, edge.rank, edge.source, edge.target), edge.payload);
}

void EdgeWriter::EraseRanked(EdgeType type, std::uint64_t rank, std::uint64_t source,
                             std::uint64_t target) {
  index_->Erase(RankedKey(type, rank, source, target));
}

absl::StatusOr<std::vector<Edge>> EdgeReader::Edges(EdgeType type, EdgeEnd end,
                                                    std::uint64_t node) const {
  return ReadItems<Edge>(*view_, RangeOf(type, FormOf(end), node), 1, ParseEdge);
}

absl::StatusOr<std::vector<std::vector<Edge>>> EdgeReader::EdgesOfEach(
    EdgeType type, EdgeEnd end, absl::Span<const std::uint64_t> nodes) const {
  std::vector<storage::KeyRange> ranges;
  for (const std::uint64_t node : nodes) ranges.push_back(RangeOf(type, FormOf(end), node));
  SL_ASSIGN_OR_RETURN(const auto found, view_->ScanEach(ranges));
  std::vector<std::vector<Edge>> edges(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const storage::Row& entry : found[i]) {
      SL_ASSIGN_OR_RETURN(edges[i].emplace_back(), ParseEdge(entry));
    }
  }
  return edges;
}

absl::StatusOr<std::vector<Edge>> EdgeReader::ScanEdges(EdgeType type, EdgeEnd end,
                                                        std::uint64_t after,
                                                        std::size_t nodes_max) const {
  return ReadItems<Edge>(*view_, RangeAfter(type, FormOf(end), after), nodes_max, ParseEdge);
}

absl::StatusOr<std::vector<NodeValue>> EdgeReader::History(EdgeType type,
                                                           std::uint64_t node) const {
  return ReadItems<NodeValue>(*view_, RangeOf(type, kHistory, node), 1, ParseHistory);
}

absl::StatusOr<std::vector<NodeValue>> EdgeReader::ScanHistory(EdgeType type, std::uint64_t after,
                                                               std::size_t nodes_max) const {
  return ReadItems<NodeValue>(*view_, RangeAfter(type, kHistory, after), nodes_max, ParseHistory);
}

absl::StatusOr<std::vector<std::optional<std::string>>> EdgeReader::Values(
    EdgeType type, absl::Span<const std::uint64_t> nodes) const {
  std::vector<std::string> keys;
  keys.reserve(nodes.size());
  for (const std::uint64_t node : nodes) keys.push_back(KeyOf(type, kValue, node));
  return view_->FindMany(keys);
}

absl::StatusOr<std::vector<NodeValue>> EdgeReader::ScanValues(EdgeType type, std::uint64_t after,
                                                              std::size_t nodes_max) const {
  return ReadItems<NodeValue>(*view_, RangeAfter(type, kValue, after), nodes_max, ParseValue);
}

absl::StatusOr<std::vector<std::uint64_t>> EdgeReader::Members(EdgeType type, std::uint64_t group,
                                                               std::size_t members_max) const {
  std::vector<std::uint64_t> members;
  storage::KeyRange range = RangeOf(type, kMember, group);
  while (true) {
    SL_ASSIGN_OR_RETURN(
        IndexPage page,
        view_->Scan(range, std::min<std::size_t>(kPageEntries, members_max - members.size())));
    for (const storage::Row& entry : page.entries) {
      SL_ASSIGN_OR_RETURN(members.emplace_back(), ParseMember(entry));
    }
    if (!page.resume || members.size() >= members_max) return members;
    range.start = *std::move(page.resume);
  }
}

absl::StatusOr<std::vector<std::vector<std::uint64_t>>> EdgeReader::MembersOfEach(
    EdgeType type, absl::Span<const std::uint64_t> groups, std::size_t members_max) const {
  std::vector<storage::KeyRange> ranges;
  for (const std::uint64_t group : groups) ranges.push_back(RangeOf(type, kMember, group));
  SL_ASSIGN_OR_RETURN(const auto found, view_->ScanEach(ranges, members_max));
  std::vector<std::vector<std::uint64_t>> members(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    members[i].reserve(found[i].size());
    for (const storage::Row& entry : found[i]) {
      SL_ASSIGN_OR_RETURN(members[i].emplace_back(), ParseMember(entry));
    }
  }
  return members;
}

absl::StatusOr<std::vector<RankedEdge>> EdgeReader::ScanRanked(EdgeType type,
                                                               const RankedEdge* after,
                                                               std::size_t edges_max) const {
  storage::KeyRange range = storage::KeyRange::Prefix(KeyOf(type, kRanked));
  if (after != nullptr) {
    // The least key behind it.
    range.start = RankedKey(type, after->rank, after->source, after->target) + '\0';
  }
  std::vector<RankedEdge> edges;
  while (edges.size() < edges_max) {
    SL_ASSIGN_OR_RETURN(IndexPage page,
                        view_->Scan(range, std::min(kPageEntries, edges_max - edges.size())));
    for (const storage::Row& entry : page.entries) {
      SL_ASSIGN_OR_RETURN(edges.emplace_back(), ParseRanked(entry));
    }
    if (!page.resume) break;
    range.start = *std::move(page.resume);
  }
  return edges;
}

absl::StatusOr<std::vector<std::optional<std::string>>> EdgeReader::RankedPayloads(
    EdgeType type, absl::Span<const RankedEdge> edges) const {
  std::vector<std::string> keys;
  keys.reserve(edges.size());
  for (const RankedEdge& edge : edges) {
    keys.push_back(RankedKey(type, edge.rank, edge.source, edge.target));
  }
  return view_->FindMany(keys);
}

}  // namespace serieslink::graph
