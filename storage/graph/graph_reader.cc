#include "storage/graph/graph_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/log.h"
#include "storage/graph/read_each.h"

namespace serieslink::graph {
namespace {

using storage::Keyspace;
using stored::v1::RecordState;
using stored::v1::Statement;

absl::Status MalformedRow() { return absl::DataLossError("a derived row is malformed"); }

// Up to `rows_max` rows of `range`.
absl::StatusOr<std::vector<storage::Row>> ReadRows(const storage::Snapshot& snapshot,
                                                   storage::KeyRange range, std::size_t rows_max) {
  std::vector<storage::Row> rows;
  while (rows.size() < rows_max) {
    storage::ScanOptions options;
    options.rows_max = std::min<std::size_t>(rows_max - rows.size(), 4096);
    SL_ASSIGN_OR_RETURN(storage::ScanPage page, snapshot.Scan(Keyspace::kDerived, range, options));
    rows.insert(rows.end(), std::make_move_iterator(page.rows.begin()),
                std::make_move_iterator(page.rows.end()));
    if (!page.resume) break;
    range.start = *std::move(page.resume);
  }
  return rows;
}

constexpr std::size_t kNoLimit = ~std::size_t{0};
// So many records may lie between two of which rows are wanted for all to be read in one go. What
// lies between is read in vain: at most 64 statements by rules an exhibit, and what records assert.
constexpr RecordNumber kRecordsReadAlong = 4;

// Appends the statements of `range` to `statements`.
absl::Status ReadStatements(const storage::Snapshot& snapshot, storage::KeyRange range,
                            std::size_t statements_max, std::vector<Statement>* statements) {
  SL_ASSIGN_OR_RETURN(const std::vector<storage::Row> rows,
                      ReadRows(snapshot, std::move(range), statements_max));
  for (const storage::Row& row : rows) {
    if (!statements->emplace_back().ParseFromString(row.value)) return MalformedRow();
  }
  return absl::OkStatus();
}

// Reads the statements whose newer ends are `exhibits`, each into the message that `add` makes for
// the place of its newer end.
template <typename Add>
absl::Status ReadStatementsUnder(const storage::Snapshot& snapshot,
                                 absl::Span<const ExhibitNumber> exhibits, const Add& add) {
  std::vector<std::pair<ExhibitNumber, std::size_t>> places;  // in rising order
  for (std::size_t i = 0; i < exhibits.size(); ++i) places.emplace_back(exhibits[i], i);
  std::sort(places.begin(), places.end());
  for (std::size_t begin = 0; begin < places.size();) {
    std::size_t end = begin + 1;
    while (end < places.size() &&
           RecordOf(places[end].first) - RecordOf(places[end - 1].first) <= kRecordsReadAlong) {
      ++end;
    }
    storage::KeyRange range = StatementRange(places[begin].first);
    range.end = StatementRange(places[end - 1].first).end;
    SL_ASSIGN_OR_RETURN(const std::vector<storage::Row> rows,
                        ReadRows(snapshot, std::move(range), kNoLimit));
    auto row = rows.begin();
    for (; begin < end; ++begin) {
      const auto& [exhibit, place] = places[begin];
      for (; row != rows.end(); ++row) {
        SL_ASSIGN_OR_RETURN(const StatementKey key, ParseStatementKey(row->key));
        if (key.newer > exhibit) break;
        if (key.newer < exhibit) continue;
        if (!ParseRow(row->value, add(place))) return MalformedRow();
      }
    }
  }
  return absl::OkStatus();
}

// The first key behind `key`.
std::string After(std::string key) {
  key.push_back('\0');
  return key;
}

std::vector<MembershipInterval> ToMemberships(const std::vector<Edge>& edges, EdgeEnd end) {
  std::vector<MembershipInterval> memberships;
  memberships.reserve(edges.size());
  for (const Edge& edge : edges) {
    if (end == EdgeEnd::kSource) {
      memberships.push_back({edge.node, edge.other, edge.interval});
    } else {
      memberships.push_back({edge.other, edge.node, edge.interval});
    }
  }
  return memberships;
}

absl::StatusOr<std::vector<WeaponStateInterval>> ToWeaponStates(
    const std::vector<NodeValue>& values) {
  std::vector<WeaponStateInterval> states;
  states.reserve(values.size());
  for (const NodeValue& value : values) {
    WeaponStateInterval& state = states.emplace_back();
    if (!state.state.ParseFromString(value.payload)) return MalformedRow();
    state.root = value.node;
    state.interval = {value.from, FromStoredEnd(state.state.to_revision())};
  }
  return states;
}

absl::StatusOr<std::uint64_t> ParseComponent(std::string_view value) {
  base::KeyReader reader(value);
  SL_ASSIGN_OR_RETURN(const std::uint64_t component, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  return component;
}

}  // namespace

Graph::Graph(storage::Store* store)
    : store_(store), ids_(kIdIndex), edges_(kEdgeIndex), firearms_(kFirearmIndex) {}

absl::StatusOr<GraphReader> Graph::NewReader() {
  SL_ASSIGN_OR_RETURN(auto snapshot, store_->NewSnapshot());
  return GraphReader(this, std::move(snapshot));
}

absl::StatusOr<EdgeReader> GraphReader::Edges() {
  if (!edges_) {
    SL_ASSIGN_OR_RETURN(edges_, graph_->edges_.View(*snapshot_));
  }
  return EdgeReader(&*edges_);
}

absl::StatusOr<const SortedRunView*> GraphReader::Firearms() {
  if (!firearms_) {
    SL_ASSIGN_OR_RETURN(firearms_, graph_->firearms_.View(*snapshot_));
  }
  return &*firearms_;
}

absl::StatusOr<stored::v1::DeriverPosition> GraphReader::Position() const {
  stored::v1::DeriverPosition position;
  SL_RETURN_IF_ERROR(ReadEach(
      *snapshot_, Keyspace::kDerived, 1, [](std::size_t) { return DeriverPositionKey(); },
      [&](std::size_t, const auto& bytes) {
        return !bytes || ParseRow(*bytes, position) ? absl::OkStatus() : MalformedRow();
      }));
  return position;
}

LogReader GraphReader::Log() const { return LogReader(snapshot_.get(), &graph_->commit_times_); }

absl::StatusOr<std::vector<std::optional<RecordState>>> GraphReader::Records(
    absl::Span<const RecordNumber> records) const {
  std::vector<std::optional<RecordState>> states(records.size());
  SL_RETURN_IF_ERROR(ReadEach(
      *snapshot_, Keyspace::kDerived, records.size(),
      [&](std::size_t place) { return RecordStateKey(records[place]); },
      [&](std::size_t place, const auto& value) {
        return !value || ParseRow(*value, states[place].emplace()) ? absl::OkStatus()
                                                                   : MalformedRow();
      }));
  return states;
}

absl::StatusOr<std::vector<const RecordState*>> GraphReader::Records(
    absl::Span<const RecordNumber> records, google::protobuf::Arena* arena) const {
  std::vector<const RecordState*> states(records.size());
  SL_RETURN_IF_ERROR(ReadEach(
      *snapshot_, Keyspace::kDerived, records.size(),
      [&](std::size_t place) { return RecordStateKey(records[place]); },
      [&](std::size_t place, const auto& value) {
        if (!value) return absl::OkStatus();
        auto* const state = google::protobuf::Arena::CreateMessage<RecordState>(arena);
        states[place] = state;
        return ParseRow(*value, *state) ? absl::OkStatus() : MalformedRow();
      }));
  return states;
}

absl::StatusOr<std::vector<std::pair<RecordNumber, RecordState>>> GraphReader::ScanRecords(
    RecordNumber after, std::size_t records_max) const {
  SL_ASSIGN_OR_RETURN(const std::vector<storage::Row> rows,
                      ReadRows(*snapshot_, RecordStateRange(after), records_max));
  std::vector<std::pair<RecordNumber, RecordState>> states(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SL_ASSIGN_OR_RETURN(states[i].first, ParseRecordStateKey(rows[i].key));
    if (!states[i].second.ParseFromString(rows[i].value)) return MalformedRow();
  }
  return states;
}

absl::StatusOr<std::vector<std::pair<RecordNumber, const RecordState*>>> GraphReader::ScanRecords(
    RecordNumber after, std::size_t records_max, google::protobuf::Arena* arena) const {
  SL_ASSIGN_OR_RETURN(const std::vector<storage::Row> rows,
                      ReadRows(*snapshot_, RecordStateRange(after), records_max));
  std::vector<std::pair<RecordNumber, const RecordState*>> states(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SL_ASSIGN_OR_RETURN(states[i].first, ParseRecordStateKey(rows[i].key));
    auto* const state = google::protobuf::Arena::CreateMessage<RecordState>(arena);
    if (!state->ParseFromString(rows[i].value)) return MalformedRow();
    states[i].second = state;
  }
  return states;
}

absl::StatusOr<std::vector<Statement>> GraphReader::StatementsUnder(ExhibitNumber exhibit) const {
  std::vector<Statement> statements;
  SL_RETURN_IF_ERROR(ReadStatements(*snapshot_, StatementRange(exhibit), kNoLimit, &statements));
  return statements;
}

absl::StatusOr<std::vector<std::vector<Statement>>> GraphReader::StatementsUnderEach(
    absl::Span<const ExhibitNumber> exhibits) const {
  std::vector<std::vector<Statement>> statements(exhibits.size());
  SL_RETURN_IF_ERROR(ReadStatementsUnder(
      *snapshot_, exhibits,
      [&](std::size_t place) -> Statement& { return statements[place].emplace_back(); }));
  return statements;
}

absl::StatusOr<std::vector<std::vector<const Statement*>>> GraphReader::StatementsUnderEach(
    absl::Span<const ExhibitNumber> exhibits, google::protobuf::Arena* arena) const {
  std::vector<std::vector<const Statement*>> statements(exhibits.size());
  SL_RETURN_IF_ERROR(
      ReadStatementsUnder(*snapshot_, exhibits, [&](std::size_t place) -> Statement& {
        auto* const statement = google::protobuf::Arena::CreateMessage<Statement>(arena);
        statements[place].push_back(statement);
        return *statement;
      }));
  return statements;
}
absl::StatusOr<std::vector<Statement>> GraphReader::StatementsAbout(ExhibitNumber exhibit) {
  SL_ASSIGN_OR_RETURN(std::vector<Statement> statements, StatementsUnder(exhibit));
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const std::vector<Edge> from_newer,
                      edges.Edges(EdgeType::kStatement, EdgeEnd::kTarget, exhibit));
  for (const Edge& edge : from_newer) {
    SL_RETURN_IF_ERROR(
        ReadStatements(*snapshot_, StatementRange(edge.other, exhibit), kNoLimit, &statements));
  }
  return statements;
}

absl::StatusOr<std::vector<Statement>> GraphReader::ScanStatements(
    const std::optional<StatementKey>& after, std::size_t statements_max) const {
  storage::KeyRange range = AllStatementsRange();
  if (after) range.start = After(EncodeStatementKey(*after));
  std::vector<Statement> statements;
  SL_RETURN_IF_ERROR(ReadStatements(*snapshot_, std::move(range), statements_max, &statements));
  return statements;
}

absl::StatusOr<std::vector<std::optional<std::uint64_t>>> GraphReader::Components(
    NodeType type, absl::Span<const std::uint64_t> nodes) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const auto values, edges.Values(ComponentEdge(type), nodes));
  std::vector<std::optional<std::uint64_t>> components(nodes.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    SL_ASSIGN_OR_RETURN(components[i], ParseComponent(*values[i]));
  }
  return components;
}

absl::StatusOr<std::vector<std::uint64_t>> GraphReader::ComponentMembers(NodeType type,
                                                                         std::uint64_t component,
                                                                         std::size_t members_max) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  return edges.Members(ComponentEdge(type), component, members_max);
}

absl::StatusOr<std::vector<std::vector<std::uint64_t>>> GraphReader::ComponentMembersOfEach(
    NodeType type, absl::Span<const std::uint64_t> components, std::size_t members_max) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  return edges.MembersOfEach(ComponentEdge(type), components, members_max);
}

absl::StatusOr<std::vector<std::pair<std::uint64_t, std::uint64_t>>> GraphReader::ScanComponents(
    NodeType type, std::uint64_t after, std::size_t nodes_max) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const std::vector<NodeValue> values,
                      edges.ScanValues(ComponentEdge(type), after, nodes_max));
  std::vector<std::pair<std::uint64_t, std::uint64_t>> components(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    components[i].first = values[i].node;
    SL_ASSIGN_OR_RETURN(components[i].second, ParseComponent(values[i].payload));
  }
  return components;
}

absl::StatusOr<std::vector<MembershipInterval>> GraphReader::Memberships(NodeType type,
                                                                         std::uint64_t node) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const std::vector<Edge> found,
                      edges.Edges(MembershipEdge(type), EdgeEnd::kSource, node));
  return ToMemberships(found, EdgeEnd::kSource);
}

absl::StatusOr<std::optional<MembershipInterval>> GraphReader::MembershipAt(NodeType type,
                                                                            std::uint64_t node,
                                                                            Revision revision) {
  SL_ASSIGN_OR_RETURN(const std::vector<MembershipInterval> memberships, Memberships(type, node));
  for (const MembershipInterval& membership : memberships) {
    if (membership.interval.Contains(revision)) return membership;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<MembershipInterval>> GraphReader::MembersOf(NodeType type,
                                                                       std::uint64_t root) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const std::vector<Edge> found,
                      edges.Edges(MembershipEdge(type), EdgeEnd::kTarget, root));
  return ToMemberships(found, EdgeEnd::kTarget);
}

absl::StatusOr<std::vector<MembershipInterval>> GraphReader::ScanMemberships(
    NodeType type, std::uint64_t after, std::size_t nodes_max) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const std::vector<Edge> found,
                      edges.ScanEdges(MembershipEdge(type), EdgeEnd::kSource, after, nodes_max));
  return ToMemberships(found, EdgeEnd::kSource);
}

absl::StatusOr<std::vector<WeaponStateInterval>> GraphReader::WeaponStates(ExhibitNumber root) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const std::vector<NodeValue> values,
                      edges.History(EdgeType::kWeaponState, root));
  return ToWeaponStates(values);
}

absl::StatusOr<std::vector<WeaponStateInterval>> GraphReader::ScanWeaponStates(
    ExhibitNumber after, std::size_t weapons_max) {
  SL_ASSIGN_OR_RETURN(const EdgeReader edges, Edges());
  SL_ASSIGN_OR_RETURN(const std::vector<NodeValue> values,
                      edges.ScanHistory(EdgeType::kWeaponState, after, weapons_max));
  return ToWeaponStates(values);
}

absl::StatusOr<std::vector<std::optional<IdTarget>>> GraphReader::LookUpIds(
    absl::Span<const PublicId> ids) {
  if (!ids_) {
    SL_ASSIGN_OR_RETURN(ids_, graph_->ids_.View(*snapshot_));
  }
  std::vector<std::string> keys;
  keys.reserve(ids.size());
  for (const PublicId id : ids) keys.push_back(IdIndexKey(id));
  SL_ASSIGN_OR_RETURN(const auto values, ids_->FindMany(keys));
  std::vector<std::optional<IdTarget>> targets(ids.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    SL_ASSIGN_OR_RETURN(targets[i], ParseIdTarget(*values[i]));
  }
  return targets;
}

}  // namespace serieslink::graph
