// Entries of the indexes and the rows and entries that they lead to: ids name what bears them;
// edges are found from both ends and hold in intervals that make sense; components know their
// members.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/fsck/checks.h"
#include "storage/graph/edge_entry.h"
#include "storage/graph/edges.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/graph_values.h"

namespace serieslink::fsck {
namespace {

using graph::EdgeEntry;
using graph::EdgeForm;
using graph::EdgeType;
using graph::NodeType;
using graph::Revision;
using storage::Keyspace;

constexpr unsigned Bit(EdgeForm form) { return 1u << static_cast<unsigned>(form); }

// What entries of a type may be. A weapon is numbered as an exhibit, an event as a record.
struct EdgeTable {
  EdgeType type;
  std::string_view name;
  unsigned forms;
  NodeType node;  // of the source; the target is of the same kind
};
constexpr EdgeTable kEdges[] = {
    {EdgeType::kStatement, "statement", Bit(EdgeForm::kFromTarget), NodeType::kExhibit},
    {EdgeType::kExhibitInWeapon, "membership in a weapon",
     Bit(EdgeForm::kFromSource) | Bit(EdgeForm::kFromTarget), NodeType::kExhibit},
    {EdgeType::kRecordInEvent, "membership in an event",
     Bit(EdgeForm::kFromSource) | Bit(EdgeForm::kFromTarget), NodeType::kRecord},
    {EdgeType::kExhibitInComponent, "component of exhibits",
     Bit(EdgeForm::kValue) | Bit(EdgeForm::kMember), NodeType::kExhibit},
    {EdgeType::kRecordInComponent, "component of records",
     Bit(EdgeForm::kValue) | Bit(EdgeForm::kMember), NodeType::kRecord},
    {EdgeType::kWeaponState, "weapon state", Bit(EdgeForm::kHistory), NodeType::kExhibit},
    {EdgeType::kLead, "lead", Bit(EdgeForm::kRanked), NodeType::kExhibit},
    {EdgeType::kReexamination, "reexamination", Bit(EdgeForm::kRanked), NodeType::kExhibit},
    {EdgeType::kLeadKnown, "time of a lead", Bit(EdgeForm::kRanked), NodeType::kExhibit},
    {EdgeType::kAnalystAct, "day of an analyst", Bit(EdgeForm::kMember), NodeType::kRecord},
    {EdgeType::kEnquiry, "place of an enquiry", Bit(EdgeForm::kMember), NodeType::kRecord},
    {EdgeType::kMeetingAction, "place of a meeting's action", Bit(EdgeForm::kMember),
     NodeType::kRecord},
};

const EdgeTable* TableOf(EdgeType type) {
  for (const EdgeTable& table : kEdges) {
    if (table.type == type) return &table;
  }
  return nullptr;
}

std::string NameOf(NodeType type, std::uint64_t node) {
  return type == NodeType::kExhibit ? NameOfExhibit(node) : absl::StrCat("record ", node);
}

class EdgesCheck final : public EntryCheck {
 public:
  EdgesCheck(Context& context, const graph::SortedRunView& view, Report& report)
      : context_(context), view_(view), report_(report) {}

  absl::Status Check(absl::Span<const storage::Row> rows) override {
    for (const storage::Row& row : rows) {
      auto entry = graph::ParseEdgeEntry(row);
      const EdgeTable* const table = entry.ok() ? TableOf(entry->type) : nullptr;
      if (table == nullptr || (table->forms & Bit(entry->form)) == 0) {
        report_.Add(absl::StrCat("an entry of the index of edges is malformed or of an unknown ",
                                 "kind, with a key of ", row.key.size(), " bytes"));
        continue;
      }
      SL_RETURN_IF_ERROR(CheckEntry(*table, *entry, row));
    }
    return CheckCounterparts();
  }

 private:
  absl::Status CheckEntry(const EdgeTable& table, EdgeEntry& entry, const storage::Row& row) {
    // Whether the ends of a statement are there is seen at its row.
    if (table.type == EdgeType::kStatement) return CheckStatement(table, entry);
    const bool is_group = entry.form == EdgeForm::kMember;
    if (!is_group && !Exists(table.node, entry.node)) {
      Add(table, entry, "is of something that is not there");
    }
    switch (entry.form) {
      case EdgeForm::kFromSource:
      case EdgeForm::kFromTarget: {
        CheckEdge(table, entry);
        EdgeEntry other = entry;
        other.form =
            entry.form == EdgeForm::kFromSource ? EdgeForm::kFromTarget : EdgeForm::kFromSource;
        std::swap(other.node, other.other);
        Seek(table, entry, other, row.value, "is not found from its other end");
        return absl::OkStatus();
      }
      case EdgeForm::kHistory: {
        stored::v1::WeaponState state;
        if (!state.ParseFromString(entry.payload)) {
          Add(table, entry, "is malformed");
          return absl::OkStatus();
        }
        entry.interval.to = graph::FromStoredEnd(state.to_revision());
        CheckInterval(table, entry);
        return absl::OkStatus();
      }
      case EdgeForm::kValue: {
        base::KeyReader reader(entry.payload);
        const auto component = reader.ReadBe64();
        if (!component.ok() || !reader.Finish().ok()) {
          Add(table, entry, "is malformed");
          return absl::OkStatus();
        }
        EdgeEntry member = entry;
        member.form = EdgeForm::kMember;
        member.node = *component;
        member.other = entry.node;
        Seek(table, entry, member, "", "does not know it as a member");
        return absl::OkStatus();
      }
      case EdgeForm::kMember: {
        if (table.type == EdgeType::kAnalystAct || table.type == EdgeType::kEnquiry ||
            table.type == EdgeType::kMeetingAction) {
          if (!Exists(table.node, entry.other)) Add(table, entry, "leads to what is not there");
          return absl::OkStatus();
        }
        CheckComponentNumber(table, entry);
        EdgeEntry value = entry;
        value.form = EdgeForm::kValue;
        value.node = entry.other;
        std::string component;
        base::AppendBe64(&component, entry.node);
        Seek(table, entry, value, component, "is not where its member says that it is");
        return absl::OkStatus();
      }
      case EdgeForm::kRanked: {
        // A pair stands under the newer of its exhibits, as its statements do.
        if (!Exists(table.node, entry.other)) Add(table, entry, "leads to what is not there");
        if (entry.node <= entry.other) Add(table, entry, "has its ends in the wrong order");
        return absl::OkStatus();
      }
    }
    return absl::OkStatus();
  }

  bool Exists(NodeType type, std::uint64_t node) const {
    return type == NodeType::kExhibit ? context_.HasExhibit(node) : context_.HasRecord(node);
  }

  void CheckEdge(const EdgeTable& table, const EdgeEntry& entry) {
    const bool from_source = entry.form == EdgeForm::kFromSource;
    const std::uint64_t source = from_source ? entry.node : entry.other;
    const std::uint64_t target = from_source ? entry.other : entry.node;
    if (!Exists(table.node, entry.other)) Add(table, entry, "leads to what is not there");
    // Named after its earliest member.
    if (target > source) Add(table, entry, "is named after a later member");
    CheckInterval(table, entry);
  }

  // Half-open, of the past, and of one node one after the other.
  void CheckInterval(const EdgeTable& table, const EdgeEntry& entry) {
    const Revision position = context_.position.revision();
    const graph::RevisionInterval& interval = entry.interval;
    if (interval.from == 0 || interval.to <= interval.from || interval.from > position ||
        (!interval.open() && interval.to > position)) {
      Add(table, entry, "holds in no time, or in the future");
    }
    // A weapon has many members, a member one weapon.
    if (entry.form == EdgeForm::kFromTarget) return;
    if (last_.type == entry.type && last_.form == entry.form && last_.node == entry.node &&
        interval.from < last_.interval.to) {
      Add(table, entry, "holds at the same time as the one before it");
    }
    last_ = entry;
  }

  void CheckComponentNumber(const EdgeTable& table, const EdgeEntry& entry) {
    const std::uint64_t last = table.node == NodeType::kExhibit
                                   ? context_.position.last_exhibit_component()
                                   : context_.position.last_record_component();
    if (entry.node == 0 || entry.node > last) {
      Add(table, entry, "has a number that was not given out yet");
    }
  }

  // Entries of statements lead to rows.
  absl::Status CheckStatement(const EdgeTable& table, const EdgeEntry& entry) {
    storage::ScanOptions one;
    one.rows_max = 1;
    SL_ASSIGN_OR_RETURN(
        const storage::ScanPage page,
        context_.snapshot->Scan(Keyspace::kDerived, graph::StatementRange(entry.other, entry.node),
                                one));
    if (page.rows.empty()) Add(table, entry, "leads to no statement");
    return absl::OkStatus();
  }

  void Seek(const EdgeTable& table, const EdgeEntry& entry, const EdgeEntry& counterpart,
            std::string value, std::string_view otherwise) {
    keys_.push_back(EdgeEntryKey(counterpart));
    sought_.push_back({&table, entry, std::move(value), otherwise});
  }

  absl::Status CheckCounterparts() {
    SL_ASSIGN_OR_RETURN(const auto values, view_.FindMany(keys_));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Sought& sought = sought_[i];
      if (!values[i] || *values[i] != sought.value) {
        Add(*sought.table, sought.entry, sought.otherwise);
      }
    }
    keys_.clear();
    sought_.clear();
    return absl::OkStatus();
  }

  void Add(const EdgeTable& table, const EdgeEntry& entry, std::string_view what) {
    std::string between;
    if (entry.form == EdgeForm::kMember) {
      between = absl::StrCat(entry.node, ", member ", NameOf(table.node, entry.other));
    } else {
      between = absl::StrCat("of ", NameOf(table.node, entry.node));
      if (entry.form == EdgeForm::kRanked) {
        absl::StrAppend(&between, " and ", NameOf(table.node, entry.other));
      } else if (entry.form != EdgeForm::kValue) {
        absl::StrAppend(&between, ", from revision ", entry.interval.from);
      }
      if (entry.form == EdgeForm::kFromSource || entry.form == EdgeForm::kFromTarget) {
        absl::StrAppend(&between, ", other end ", NameOf(table.node, entry.other));
      }
    }
    report_.Add(absl::StrCat("the ", AbslView(table.name), " ", between, ", ", AbslView(what)));
  }

  struct Sought {
    const EdgeTable* table;
    EdgeEntry entry;
    std::string value;
    std::string_view otherwise;
  };

  Context& context_;
  const graph::SortedRunView& view_;
  Report& report_;
  EdgeEntry last_;
  std::vector<std::string> keys_;
  std::vector<Sought> sought_;
};

class IdsCheck final : public EntryCheck {
 public:
  IdsCheck(Context& context, Report& report) : context_(context), report_(report) {}

  absl::Status Check(absl::Span<const storage::Row> entries) override {
    std::vector<std::string> keys;
    std::vector<std::pair<std::uint64_t, graph::IdTarget>> sought;
    for (const storage::Row& entry : entries) {
      base::KeyReader reader(entry.key);
      const auto id = reader.ReadBe64();
      const auto target = graph::ParseIdTarget(entry.value);
      if (!id.ok() || !reader.Finish().ok() || !target.ok()) {
        report_.Add("an entry of the index of ids is malformed");
        continue;
      }
      keys.push_back(graph::RecordStateKey(target->record));
      sought.emplace_back(*id, *target);
    }
    SL_ASSIGN_OR_RETURN(const auto states, context_.snapshot->MultiGet(Keyspace::kDerived, keys));
    for (std::size_t i = 0; i < states.size(); ++i) {
      const auto& [id, target] = sought[i];
      stored::v1::RecordState state;
      const bool is_there = states[i].has_value() && state.ParseFromString(*states[i]);
      if (is_there && Bears(state, target.ordinal, id)) continue;
      const std::string name =
          target.ordinal ? NameOfExhibit(graph::MakeExhibitNumber(target.record, *target.ordinal))
                         : absl::StrCat("record ", target.record);
      report_.Add(absl::StrCat("the index of ids leads from ",
                               FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(id)), " to ",
                               name,
                               is_there ? ", which bears another id" : ", which is not there"));
    }
    return absl::OkStatus();
  }

 private:
  static bool Bears(const stored::v1::RecordState& state, std::optional<std::uint32_t> ordinal,
                    std::uint64_t id) {
    if (!ordinal) return state.public_id() == id;
    return *ordinal < static_cast<std::uint32_t>(state.exhibits_size()) &&
           state.exhibits(static_cast<int>(*ordinal)).public_id() == id;
  }

  Context& context_;
  Report& report_;
};

// What an entry is found by may be a serial: only what it leads to is looked at and named.
class FirearmsCheck final : public EntryCheck {
 public:
  FirearmsCheck(Context& context, Report& report) : context_(context), report_(report) {}

  absl::Status Check(absl::Span<const storage::Row> entries) override {
    constexpr std::size_t kEndBytes = 16;  // of a key: exhibit:8 sequence:8
    for (const storage::Row& entry : entries) {
      if (entry.key.size() < kEndBytes) {
        report_.Add("an entry of the index of firearms is malformed");
        continue;
      }
      base::KeyReader reader(std::string_view(entry.key).substr(entry.key.size() - kEndBytes));
      SL_ASSIGN_OR_RETURN(const std::uint64_t exhibit, reader.ReadBe64());
      SL_ASSIGN_OR_RETURN(const std::uint64_t sequence, reader.ReadBe64());
      // A border seizure is there as a whole, under ordinal 0, also when it had no items.
      const bool may_be_seizure =
          static_cast<graph::FirearmOrder>(entry.key[0]) == graph::FirearmOrder::kBorder &&
          graph::OrdinalOf(exhibit) == 0;
      const bool is_there = may_be_seizure ? context_.HasRecord(graph::RecordOf(exhibit))
                                           : context_.HasExhibit(exhibit);
      if (!is_there || sequence == 0 || sequence > context_.position.sequence()) {
        report_.Add(absl::StrCat("the index of firearms leads to ", NameOfExhibit(exhibit),
                                 " as entry ", sequence, " of the log has it, which is not there"));
      }
    }
    return absl::OkStatus();
  }

 private:
  Context& context_;
  Report& report_;
};

}  // namespace

std::unique_ptr<EntryCheck> NewFirearmCheck(Context& context, const graph::SortedRunView&,
                                            Report& report) {
  return std::make_unique<FirearmsCheck>(context, report);
}

std::unique_ptr<EntryCheck> NewIdCheck(Context& context, const graph::SortedRunView&,
                                       Report& report) {
  return std::make_unique<IdsCheck>(context, report);
}

std::unique_ptr<EntryCheck> NewEdgeCheck(Context& context, const graph::SortedRunView& view,
                                         Report& report) {
  return std::make_unique<EdgesCheck>(context, view, report);
}

}  // namespace serieslink::fsck
