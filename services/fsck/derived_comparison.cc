#include "services/fsck/derived_comparison.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/edge_entry.h"
#include "storage/graph/edges.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/graph_values.h"
#include "storage/graph/keys.h"
#include "storage/graph/news_rows.h"
#include "storage/graph/sorted_run_index.h"

namespace serieslink::fsck {
namespace {

using graph::EdgeForm;
using graph::EdgeType;
using graph::Revision;
using storage::Keyspace;
using storage::Row;

constexpr std::size_t kPageRows = 4096;

// A kind of row or entry that must be the same, and what may differ of it.
struct Kind {
  std::string_view check;
  // Where it is: a range of rows, or else an index.
  storage::KeyRange (*range)();
  const graph::SortedRunSpec* index;
  // Makes alike what may differ. False: leave it out. Null: all must be the same.
  bool (*normalise)(Row& row, Revision revision);
  // In words, without anything that an agency wrote.
  std::string (*describe)(const Row& row);
};

// Rows or entries of a kind, in the order of their keys.
class Stream {
 public:
  static absl::StatusOr<Stream> Open(const Kind& kind, const storage::Snapshot& snapshot,
                                     Revision revision) {
    Stream stream(kind, snapshot, revision);
    if (kind.index != nullptr) {
      stream.index_ = std::make_unique<graph::SortedRunIndex>(*kind.index);
      SL_ASSIGN_OR_RETURN(stream.view_, stream.index_->View(snapshot));
    } else {
      stream.range_ = kind.range();
    }
    return stream;
  }

  // The next one, or nothing behind the last.
  absl::StatusOr<std::optional<Row>> Next() {
    while (true) {
      if (at_ == rows_.size()) {
        if (is_last_) return std::nullopt;
        SL_RETURN_IF_ERROR(ReadPage());
        continue;
      }
      Row row = std::move(rows_[at_++]);
      if (kind_->normalise != nullptr && !kind_->normalise(row, revision_)) continue;
      return row;
    }
  }

 private:
  Stream(const Kind& kind, const storage::Snapshot& snapshot, Revision revision)
      : kind_(&kind), snapshot_(&snapshot), revision_(revision) {}

  absl::Status ReadPage() {
    std::optional<std::string> resume;
    if (view_) {
      SL_ASSIGN_OR_RETURN(graph::IndexPage page, view_->Scan(range_, kPageRows));
      rows_ = std::move(page.entries);
      resume = std::move(page.resume);
    } else {
      storage::ScanOptions options;
      options.rows_max = kPageRows;
      SL_ASSIGN_OR_RETURN(storage::ScanPage page,
                          snapshot_->Scan(Keyspace::kDerived, range_, options));
      rows_ = std::move(page.rows);
      resume = std::move(page.resume);
    }
    at_ = 0;
    is_last_ = !resume.has_value();
    if (resume) range_.start = *std::move(resume);
    return absl::OkStatus();
  }

  const Kind* kind_;
  const storage::Snapshot* snapshot_;
  Revision revision_;
  std::unique_ptr<graph::SortedRunIndex> index_;
  std::optional<graph::SortedRunView> view_;
  storage::KeyRange range_;
  std::vector<Row> rows_;
  std::size_t at_ = 0;
  bool is_last_ = false;
};

// --- Kinds ---------------------------------------------------------------------------------------

storage::KeyRange AllRecords() { return graph::RecordStateRange(0); }

std::string ExhibitName(std::uint64_t exhibit) {
  return absl::StrCat("exhibit ", graph::RecordOf(exhibit), ".", graph::OrdinalOf(exhibit));
}

std::string DescribeRecord(const Row& row) {
  return absl::StrCat("the state of record ", graph::ParseRecordStateKey(row.key).value_or(0));
}

// A step that was cut short leaves statements of a future that is redone.
bool NormaliseStatement(Row& row, Revision revision) {
  stored::v1::Statement statement;
  if (!statement.ParseFromString(row.value)) return true;
  if (statement.from_revision() > revision) return false;
  if (statement.to_revision() > revision) {
    statement.clear_to_revision();
    row.value = statement.SerializeAsString();
  }
  return true;
}

std::string DescribeStatement(const Row& row) {
  const auto key = graph::ParseStatementKey(row.key);
  if (!key.ok()) return "a statement";
  return absl::StrCat("the statement ",
                      FormatPublicId(graph::IdKind::kFinding, graph::PublicId(key->statement)),
                      " about ", ExhibitName(key->newer), " and ", ExhibitName(key->older),
                      ", from revision ", key->from);
}

std::string DescribeId(const Row& row) {
  base::KeyReader reader(row.key);
  return absl::StrCat("the id ", FormatPublicId(graph::IdKind::kExhibit,
                                                graph::PublicId(reader.ReadBe64().value_or(0))));
}

// Components are compared apart, since their numbers may differ; the entries of statements follow
// from the statements, which the checks of the store see to.
bool NormaliseEdge(Row& row, Revision) {
  const auto entry = graph::ParseEdgeEntry(row);
  return !entry.ok() ||
         (entry->type != EdgeType::kExhibitInComponent &&
          entry->type != EdgeType::kRecordInComponent && entry->type != EdgeType::kStatement);
}

std::string DescribeEdge(const Row& row) {
  const auto entry = graph::ParseEdgeEntry(row);
  if (!entry.ok()) return "an entry of the index of edges";
  const std::string from = absl::StrCat(", from revision ", entry->interval.from);
  if (entry->type == EdgeType::kWeaponState) {
    return absl::StrCat("the state of the weapon of ", ExhibitName(entry->node), from);
  }
  if (entry->form == EdgeForm::kRanked) {
    return absl::StrCat(
        entry->type == EdgeType::kReexamination ? "the reexamination of " : "the lead between ",
        ExhibitName(entry->node), " and ", ExhibitName(entry->other));
  }
  if (entry->type == EdgeType::kAnalystAct) {
    return absl::StrCat("the day on which an analyst acted on record ", entry->other);
  }
  if (entry->type == EdgeType::kEnquiry) {
    return absl::StrCat("where the enquiry or reply of record ", entry->other, " is found");
  }
  if (entry->type == EdgeType::kMeetingAction) {
    return absl::StrCat("where the meeting's action of record ", entry->other, " is found");
  }
  const bool from_source = entry->form == EdgeForm::kFromSource;
  const std::uint64_t member = from_source ? entry->node : entry->other;
  const std::uint64_t root = from_source ? entry->other : entry->node;
  if (entry->type == EdgeType::kExhibitInWeapon) {
    return absl::StrCat("the membership of ", ExhibitName(member), " in the weapon of ",
                        ExhibitName(root), from);
  }
  if (entry->type == EdgeType::kRecordInEvent) {
    return absl::StrCat("the membership of record ", member, " in the event of record ", root,
                        from);
  }
  return absl::StrCat("an edge of type ", static_cast<int>(entry->type));
}

std::string DescribeNews(const Row& row) {
  const auto key = graph::ParseNewsKey(row.key);
  if (!key.ok()) return "a row of news";
  return absl::StrCat("part ", key->part, " of the news of revision ", key->revision);
}

// By where it leads: what it is found by may be a serial.
std::string DescribeFirearm(const Row& row) {
  constexpr std::size_t kEndBytes = 16;  // of a key: exhibit:8 sequence:8
  if (row.key.size() < kEndBytes) return "an entry of the index of firearms";
  base::KeyReader reader(std::string_view(row.key).substr(row.key.size() - kEndBytes));
  return absl::StrCat("an entry of the index of firearms for ",
                      ExhibitName(reader.ReadBe64().value_or(0)));
}

// What must be the same. A new kind of derived row or index is one line here.
constexpr Kind kKinds[] = {
    {"rebuilt_records", AllRecords, nullptr, nullptr, DescribeRecord},
    {"rebuilt_statements", graph::AllStatementsRange, nullptr, NormaliseStatement,
     DescribeStatement},
    {"rebuilt_news", graph::AllNewsRange, nullptr, nullptr, DescribeNews},
    {"rebuilt_ids", nullptr, &graph::kIdIndex, nullptr, DescribeId},
    {"rebuilt_firearms", nullptr, &graph::kFirearmIndex, nullptr, DescribeFirearm},
    {"rebuilt_edges", nullptr, &graph::kEdgeIndex, NormaliseEdge, DescribeEdge},
};

absl::Status CompareKind(const Kind& kind, const storage::Snapshot& stored_snapshot,
                         const storage::Snapshot& rebuilt_snapshot, Revision revision,
                         Report& report) {
  SL_ASSIGN_OR_RETURN(Stream stored, Stream::Open(kind, stored_snapshot, revision));
  SL_ASSIGN_OR_RETURN(Stream rebuilt, Stream::Open(kind, rebuilt_snapshot, revision));
  SL_ASSIGN_OR_RETURN(std::optional<Row> is, stored.Next());
  SL_ASSIGN_OR_RETURN(std::optional<Row> should_be, rebuilt.Next());
  while (is || should_be) {
    report.LookedAt(1);
    if (!is || (should_be && should_be->key < is->key)) {
      report.Add(absl::StrCat(kind.describe(*should_be), " follows from the log and is missing"));
      SL_ASSIGN_OR_RETURN(should_be, rebuilt.Next());
    } else if (!should_be || is->key < should_be->key) {
      report.Add(absl::StrCat(kind.describe(*is), " does not follow from the log"));
      SL_ASSIGN_OR_RETURN(is, stored.Next());
    } else {
      if (is->value != should_be->value) {
        report.Add(absl::StrCat(kind.describe(*is), " is not as it follows from the log"));
      }
      SL_ASSIGN_OR_RETURN(is, stored.Next());
      SL_ASSIGN_OR_RETURN(should_be, rebuilt.Next());
    }
  }
  return absl::OkStatus();
}

// --- Components ----------------------------------------------------------------------------------

template <EdgeType type>
bool IsComponentOf(Row& row, Revision) {
  const auto entry = graph::ParseEdgeEntry(row);
  return entry.ok() && entry->type == type && entry->form == EdgeForm::kValue;
}

// Components have the same members and perhaps other numbers: which number one gets depends on the
// order in which the deriver meets its members, and that is another one after a restart.
constexpr Kind kComponents[] = {
    {"rebuilt_exhibit_components", nullptr, &graph::kEdgeIndex,
     IsComponentOf<EdgeType::kExhibitInComponent>, nullptr},
    {"rebuilt_record_components", nullptr, &graph::kEdgeIndex,
     IsComponentOf<EdgeType::kRecordInComponent>, nullptr},
};

struct InComponent {
  std::uint64_t node = 0;
  std::uint64_t component = 0;
};

absl::StatusOr<std::optional<InComponent>> NextComponent(Stream& stream) {
  SL_ASSIGN_OR_RETURN(const std::optional<Row> row, stream.Next());
  if (!row) return std::nullopt;
  SL_ASSIGN_OR_RETURN(const graph::EdgeEntry entry, graph::ParseEdgeEntry(*row));
  base::KeyReader reader(entry.payload);
  SL_ASSIGN_OR_RETURN(const std::uint64_t component, reader.ReadBe64());
  return InComponent{entry.node, component};
}

absl::Status CompareComponents(const Kind& kind, const storage::Snapshot& stored_snapshot,
                               const storage::Snapshot& rebuilt_snapshot, Revision revision,
                               Report& report) {
  const bool of_exhibits = &kind == &kComponents[0];
  const auto name = [of_exhibits](std::uint64_t node) {
    return of_exhibits ? ExhibitName(node) : absl::StrCat("record ", node);
  };
  SL_ASSIGN_OR_RETURN(Stream stored, Stream::Open(kind, stored_snapshot, revision));
  SL_ASSIGN_OR_RETURN(Stream rebuilt, Stream::Open(kind, rebuilt_snapshot, revision));
  absl::flat_hash_map<std::uint64_t, std::uint64_t> rebuilt_of;  // number there -> number here
  absl::flat_hash_map<std::uint64_t, std::uint64_t> stored_of;
  SL_ASSIGN_OR_RETURN(std::optional<InComponent> is, NextComponent(stored));
  SL_ASSIGN_OR_RETURN(std::optional<InComponent> should_be, NextComponent(rebuilt));
  while (is || should_be) {
    report.LookedAt(1);
    if (!is || (should_be && should_be->node < is->node)) {
      report.Add(absl::StrCat(name(should_be->node), " is in a component and has none"));
      SL_ASSIGN_OR_RETURN(should_be, NextComponent(rebuilt));
    } else if (!should_be || is->node < should_be->node) {
      report.Add(absl::StrCat(name(is->node), " has a component and is in none"));
      SL_ASSIGN_OR_RETURN(is, NextComponent(stored));
    } else {
      const auto there = rebuilt_of.try_emplace(is->component, should_be->component).first;
      const auto here = stored_of.try_emplace(should_be->component, is->component).first;
      if (there->second != should_be->component || here->second != is->component) {
        report.Add(
            absl::StrCat(name(is->node), " is in a component with others than it should be"));
      }
      SL_ASSIGN_OR_RETURN(is, NextComponent(stored));
      SL_ASSIGN_OR_RETURN(should_be, NextComponent(rebuilt));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CompareDerived(const storage::Snapshot& stored, const storage::Snapshot& rebuilt,
                            storage::Position revision, Report& report) {
  for (const Kind& kind : kKinds) {
    report.Begin(kind.check, "derived");
    SL_RETURN_IF_ERROR(AsFinding(CompareKind(kind, stored, rebuilt, revision, report), report));
  }
  for (const Kind& kind : kComponents) {
    report.Begin(kind.check, "derived");
    SL_RETURN_IF_ERROR(
        AsFinding(CompareComponents(kind, stored, rebuilt, revision, report), report));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::fsck
