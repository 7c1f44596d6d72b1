// States of records and statements: their numbers, versions, intervals and ends.
#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/checks.h"
#include "storage/graph/edge_entry.h"
#include "storage/graph/edges.h"
#include "storage/graph/graph_values.h"
#include "storage/graph/public_id.h"

namespace serieslink::fsck {
namespace {

using graph::Revision;
using stored::v1::RecordState;
using stored::v1::Statement;

// The versions of a record stand one after the other; a stale one never did.
bool AreInOrder(const RecordState& state, Revision position) {
  Revision stood_to = 0;
  for (const auto& version : state.versions()) {
    const Revision to = graph::FromStoredEnd(version.to_revision());
    if (version.from_revision() == 0 || version.from_revision() > position) return false;
    if (to < version.from_revision() || (to != graph::kOpenRevision && to > position)) return false;
    if (to == version.from_revision()) continue;
    if (version.from_revision() < stood_to) return false;
    stood_to = to;
  }
  return state.versions_size() > 0;
}

class RecordsCheck {
 public:
  RecordsCheck(Context& context, const graph::SortedRunView& ids, Report& report)
      : context_(context), ids_(ids), report_(report) {}

  absl::Status Page(const std::vector<storage::Row>& rows) {
    for (const storage::Row& row : rows) {
      SL_ASSIGN_OR_RETURN(const std::uint64_t number, graph::ParseRecordStateKey(row.key));
      RecordState state;
      if (!state.ParseFromString(row.value)) {
        report_.Add(absl::StrCat("the state of record ", number, " is malformed"));
      }
      // The number may be what is damaged: none is counted up to that the log does not have.
      if (number <= context_.exhibits_of_record.size() || number > context_.records_in_log) {
        report_.Add(absl::StrCat("the log has no record ", number, ", of which there is a state"));
        continue;
      }
      if (number != context_.exhibits_of_record.size() + 1) {
        report_.Add(absl::StrCat("the states of records ", context_.exhibits_of_record.size() + 1,
                                 " to ", number - 1, " are missing"));
        context_.exhibits_of_record.resize(number - 1);
      }
      context_.exhibits_of_record.push_back(static_cast<std::uint16_t>(
          std::min(state.exhibits_size(), static_cast<int>(graph::kExhibitOrdinalMax) + 1)));
      if (!AreInOrder(state, context_.position.revision())) {
        report_.Add(absl::StrCat("the versions of ", NameOfRecord(number, state.public_id()),
                                 " overlap, end before they begin, or lie in the future"));
      }
      Expect(state.public_id(), number, std::nullopt, state);
      for (int i = 0; i < state.exhibits_size(); ++i) {
        Expect(state.exhibits(i).public_id(), number, static_cast<std::uint32_t>(i), state);
      }
    }
    report_.LookedAt(rows.size());
    return LookUp();
  }

 private:
  struct Expected {
    std::uint64_t public_id;
    graph::IdTarget target;
  };

  // A record that shares its id with an exhibit is found as the exhibit.
  void Expect(std::uint64_t public_id, std::uint64_t record, std::optional<std::uint32_t> ordinal,
              const RecordState& state) {
    if (!ordinal.has_value()) {
      for (int i = 0; i < state.exhibits_size(); ++i) {
        if (state.exhibits(i).public_id() == public_id) return;
      }
    }
    expected_.push_back({public_id, {record, ordinal}});
    keys_.push_back(graph::IdIndexKey(graph::PublicId(public_id)));
  }

  absl::Status LookUp() {
    SL_ASSIGN_OR_RETURN(const auto values, ids_.FindMany(keys_));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Expected& expected = expected_[i];
      if (values[i] && *values[i] == graph::EncodeIdTarget(expected.target)) continue;
      report_.Add(absl::StrCat(
          "the id of ",
          expected.target.ordinal ? NameOfExhibit(graph::MakeExhibitNumber(
                                        expected.target.record, *expected.target.ordinal))
                                  : NameOfRecord(expected.target.record, expected.public_id),
          values[i] ? " leads elsewhere" : " is not found in the index of ids"));
    }
    expected_.clear();
    keys_.clear();
    return absl::OkStatus();
  }

  Context& context_;
  const graph::SortedRunView& ids_;
  Report& report_;
  std::vector<Expected> expected_;
  std::vector<std::string> keys_;
};

class StatementsCheck {
 public:
  StatementsCheck(Context& context, const graph::SortedRunView& edges, Report& report)
      : context_(context), edges_(edges), report_(report) {}

  absl::Status Page(const std::vector<storage::Row>& rows) {
    for (const storage::Row& row : rows) {
      SL_ASSIGN_OR_RETURN(const graph::StatementKey key, graph::ParseStatementKey(row.key));
      Statement statement;
      if (!statement.ParseFromString(row.value)) {
        Add(key, "is malformed");
        continue;
      }
      Check(key, statement);
      graph::EdgeEntry edge;
      edge.type = graph::EdgeType::kStatement;
      edge.form = graph::EdgeForm::kFromTarget;
      edge.node = key.older;
      edge.other = key.newer;
      edge.interval.from = 0;
      keys_.push_back(graph::EdgeEntryKey(edge));
      sought_.push_back(key);
    }
    report_.LookedAt(rows.size());
    SL_ASSIGN_OR_RETURN(const auto values, edges_.FindMany(keys_));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!values[i]) Add(sought_[i], "is not found from its older end");
    }
    keys_.clear();
    sought_.clear();
    return absl::OkStatus();
  }

 private:
  void Check(const graph::StatementKey& key, const Statement& statement) {
    if (graph::KeyOfStatement(statement) != key) Add(key, "does not agree with its key");
    const Revision to = graph::FromStoredEnd(statement.to_revision());
    if (key.newer <= key.older || key.from == 0 || to <= key.from) {
      Add(key, "has its ends or its revisions in the wrong order");
    }
    // Two rows of one statement about one pair stand one after the other.
    if (last_.newer == key.newer && last_.older == key.older && last_.channel == key.channel &&
        last_.statement == key.statement && key.from < last_to_) {
      Add(key, "holds at the same time as an earlier one of the same name");
    }
    last_ = key;
    last_to_ = to;
    // A step that a crash cut short leaves statements of a future that is redone.
    if (key.from > context_.position.revision()) return;
    for (const std::uint64_t end : {key.newer, key.older}) {
      if (!context_.HasExhibit(end)) {
        Add(key, absl::StrCat("is about ", NameOfExhibit(end), ", which is not there"));
      }
    }
    if (statement.rule().empty() && !context_.HasRecord(statement.asserting_record())) {
      Add(key, absl::StrCat("is asserted by record ", statement.asserting_record(),
                            ", which is not there"));
    }
  }

  void Add(const graph::StatementKey& key, const std::string& what) {
    report_.Add(absl::StrCat(
        "the statement ", FormatPublicId(graph::IdKind::kFinding, graph::PublicId(key.statement)),
        " about ", NameOfExhibit(key.newer), " and ", NameOfExhibit(key.older), ", from revision ",
        key.from, ", ", what));
  }

  Context& context_;
  const graph::SortedRunView& edges_;
  Report& report_;
  graph::StatementKey last_;  // no statement has its numbers at first
  Revision last_to_ = 0;
  std::vector<std::string> keys_;
  std::vector<graph::StatementKey> sought_;
};

}  // namespace

absl::Status CheckRecords(Context& context, Report& report) {
  graph::SortedRunIndex index(graph::kIdIndex);
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView ids, index.View(*context.snapshot));
  RecordsCheck check(context, ids, report);
  return ForEachPage(*context.snapshot, storage::Keyspace::kDerived, graph::RecordStateRange(0),
                     [&](const std::vector<storage::Row>& rows) { return check.Page(rows); });
}

absl::Status CheckStatements(Context& context, Report& report) {
  graph::SortedRunIndex index(graph::kEdgeIndex);
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView edges, index.View(*context.snapshot));
  StatementsCheck check(context, edges, report);
  return ForEachPage(*context.snapshot, storage::Keyspace::kDerived, graph::AllStatementsRange(),
                     [&](const std::vector<storage::Row>& rows) { return check.Page(rows); });
}

}  // namespace serieslink::fsck
