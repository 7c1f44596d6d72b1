#include "services/linkage/deriver.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "services/rpc/process_log.h"
#include "services/view/canonical.h"
#include "storage/base/fault_point.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {
namespace {

// How much one commit of what is derived takes in at most.
constexpr std::size_t kStepEntriesMax = 8192;
// How soon a stop is noticed while nothing comes.
constexpr absl::Duration kIdleWait = absl::Milliseconds(100);
constexpr std::uint32_t kGeneration = 1;
// Rows that are read at once while refilling.
constexpr std::size_t kRefillRowsMax = 4096;

graph::NodeType Stored(DerivedChanges::NodeKind kind) {
  return kind == DerivedChanges::NodeKind::kExhibit ? graph::NodeType::kExhibit
                                                    : graph::NodeType::kRecord;
}

DerivedChanges::NodeKind FromStored(graph::NodeType kind) {
  return kind == graph::NodeType::kExhibit ? DerivedChanges::NodeKind::kExhibit
                                           : DerivedChanges::NodeKind::kRecord;
}

void Write(const DerivedChanges& changes, graph::GraphWriter& writer) {
  for (const auto& [number, state] : changes.records) writer.PutRecord(number, state);
  for (const DerivedChanges::Id& id : changes.ids) {
    writer.PutId(graph::PublicId(id.public_id), id.record_number, id.ordinal);
  }
  for (const auto& [key, statement] : changes.statements) {
    if (statement.has_value()) writer.PutStatement(*statement);
  }
  for (const auto& [node, component] : changes.components) {
    writer.SetComponent(Stored(node.first), node.second, component);
  }
  for (const auto& [member, is_there] : changes.component_members) {
    const auto& [kind, component, node] = member;
    writer.SetComponentMember(Stored(kind), component, node, is_there);
  }
  for (const auto& [key, membership] : changes.memberships) {
    if (membership.has_value()) {
      writer.PutMembership(Stored(key.kind), key.node, key.from_revision, *membership);
    }
  }
  for (const auto& [key, state] : changes.weapons) {
    if (state.has_value()) writer.PutWeaponState(key.first, key.second, *state);
  }
}

}  // namespace

Deriver::Deriver(storage::Store* store, graph::Graph* graph, const graph::RecentCommits* recent,
                 const graph::IdKey* ids, RuleSet rules, std::function<void()> on_failure)
    : store_(store),
      graph_(graph),
      recent_(recent),
      ids_(ids),
      on_failure_(std::move(on_failure)),
      derivation_(rules, ids,
                  [this](std::uint64_t number) -> absl::StatusOr<stored::v1::RecordState> {
                    SL_ASSIGN_OR_RETURN(const auto reader, graph_->NewReader());
                    SL_ASSIGN_OR_RETURN(auto states, reader.Records({number}));
                    if (!states[0].has_value()) {
                      return absl::DataLossError("the state of a derived record is missing");
                    }
                    return *std::move(states[0]);
                  }) {}

Deriver::~Deriver() { Stop(); }

absl::Status Deriver::Start() {
  SL_RETURN_IF_ERROR(Refill());
  rpc::LogEvent(rpc::LogLevel::kInfo, "deriver_ready",
                {{"revision", std::to_string(position_.revision())}});
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Deriver::Stop() {
  stopping_.store(true);
  if (thread_.joinable()) thread_.join();
}

absl::Status Deriver::Refill() {
  SL_ASSIGN_OR_RETURN(writer_, graph::GraphWriter::Open(store_));
  SL_ASSIGN_OR_RETURN(graph::GraphReader reader, graph_->NewReader());
  SL_ASSIGN_OR_RETURN(position_, reader.Position());
  const graph::LogReader log(&reader.snapshot());
  for (graph::RecordNumber after = 0;;) {
    SL_ASSIGN_OR_RETURN(const auto records, reader.ScanRecords(after, kRefillRowsMax));
    if (records.empty()) break;
    for (const auto& [number, state] : records) {
      std::shared_ptr<const record::v1::Record> asserting;
      for (const stored::v1::RecordVersion& version : state.versions()) {
        if (state.assertion_count() == 0 || version.to_revision() != 0) continue;
        const graph::SequenceNumber sequence = version.sequence();
        SL_ASSIGN_OR_RETURN(const auto entries, log.Entries({&sequence, 1}));
        SL_ASSIGN_OR_RETURN(asserting, view::CanonicalOf(entries[0]));
      }
      derivation_.RestoreRecord(number, state, asserting.get());
    }
    after = records.back().first;
  }
  for (const auto type : {graph::NodeType::kExhibit, graph::NodeType::kRecord}) {
    for (std::uint64_t after = 0;;) {
      SL_ASSIGN_OR_RETURN(const auto nodes, reader.ScanComponents(type, after, kRefillRowsMax));
      if (nodes.empty()) break;
      for (const auto& [node, component] : nodes) {
        derivation_.RestoreComponent(FromStored(type), node, component);
      }
      after = nodes.back().first;
    }
    for (std::uint64_t after = 0;;) {
      SL_ASSIGN_OR_RETURN(const auto memberships,
                          reader.ScanMemberships(type, after, kRefillRowsMax));
      if (memberships.empty()) break;
      for (const graph::MembershipInterval& membership : memberships) {
        if (!membership.interval.open()) continue;
        derivation_.RestoreMembership(FromStored(type), membership.node, membership.interval.from,
                                      membership.root);
      }
      after = memberships.back().node;
    }
  }
  derivation_.RestoreLastComponents(position_.last_exhibit_component(),
                                    position_.last_record_component());
  for (std::optional<graph::StatementKey> after;;) {
    SL_ASSIGN_OR_RETURN(const auto statements, reader.ScanStatements(after, kRefillRowsMax));
    if (statements.empty()) break;
    for (const stored::v1::Statement& statement : statements) {
      if (statement.to_revision() == 0) derivation_.RestoreStatement(statement);
    }
    const stored::v1::Statement& last = statements.back();
    after = graph::StatementKey{.newer = last.newer_exhibit(),
                                .older = last.older_exhibit(),
                                .channel = static_cast<std::uint8_t>(last.channel()),
                                .statement = last.public_id(),
                                .from = last.from_revision()};
  }
  for (graph::ExhibitNumber after = 0;;) {
    SL_ASSIGN_OR_RETURN(const auto weapons, reader.ScanWeaponStates(after, kRefillRowsMax));
    if (weapons.empty()) break;
    for (const graph::WeaponStateInterval& weapon : weapons) {
      if (!weapon.interval.open()) continue;
      derivation_.RestoreWeapon(weapon.root, weapon.interval.from, weapon.state);
    }
    after = weapons.back().root;
  }
  return absl::OkStatus();
}

void Deriver::Run() {
  while (!stopping_.load()) {
    const absl::Status status = Step();
    if (status.ok() || absl::IsDeadlineExceeded(status)) continue;
    if (stopping_.load() || absl::IsCancelled(status)) return;
    rpc::LogEvent(rpc::LogLevel::kError, "deriver_failed",
                  {{"code", absl::StatusCodeToString(status.code())},
                   {"revision", std::to_string(position_.revision())}});
    on_failure_();
    return;
  }
}

absl::Status Deriver::Step() {
  DerivedChanges changes;
  std::size_t entries = 0;
  absl::Time deadline = absl::Now() + kIdleWait;
  while (entries < kStepEntriesMax) {
    const auto next = graph::NextCommit(*store_, recent_, position_.revision(), deadline);
    if (absl::IsDeadlineExceeded(next.status()) && entries > 0) break;
    SL_RETURN_IF_ERROR(next.status());
    // What has come already is taken along; nothing more is waited for.
    deadline = absl::InfinitePast();
    std::shared_ptr<const graph::LogBatch> batch = *next;
    const bool is_decoded =
        std::all_of(batch->items.begin(), batch->items.end(), [](const graph::LogItem& item) {
          return item.record != nullptr || item.entry.has_withdrawal();
        });
    if (!is_decoded) {
      auto decoded = std::make_shared<graph::LogBatch>(*batch);
      for (graph::LogItem& item : decoded->items) {
        if (item.record == nullptr) {
          SL_ASSIGN_OR_RETURN(item.record, view::CanonicalOf(item.entry));
        }
      }
      batch = std::move(decoded);
    }
    SL_RETURN_IF_ERROR(derivation_.Apply(*batch, changes));
    entries += batch->items.size();
    position_.set_revision(batch->revision);
    position_.set_sequence(batch->first_sequence + batch->items.size() - 1);
  }
  position_.set_generation(kGeneration);
  position_.set_last_exhibit_component(derivation_.last_exhibit_component());
  position_.set_last_record_component(derivation_.last_record_component());
  Write(changes, *writer_);
  writer_->SetPosition(position_);
  SL_FAULT_POINT("deriver_before_commit");
  SL_RETURN_IF_ERROR(writer_->Commit().status());
  SL_FAULT_POINT("deriver_after_commit");
  return absl::OkStatus();
}

}  // namespace serieslink::linkage
