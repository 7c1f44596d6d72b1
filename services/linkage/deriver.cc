#include "services/linkage/deriver.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "services/rpc/process_log.h"
#include "services/view/canonical.h"
#include "storage/base/fault_point.h"
#include "storage/base/status_macros.h"
#include "storage/graph/derived_rows.h"

namespace serieslink::linkage {
namespace {

// How much one commit of what is derived takes in at most.
constexpr std::size_t kStepEntriesMax = 8192;
// How soon a stop is noticed while nothing comes.
constexpr absl::Duration kIdleWait = absl::Milliseconds(100);
constexpr std::uint32_t kGeneration = 1;

graph::NodeKind Stored(DerivedChanges::NodeKind kind) {
  return kind == DerivedChanges::NodeKind::kExhibit ? graph::NodeKind::kExhibit
                                                    : graph::NodeKind::kRecord;
}

DerivedChanges::NodeKind FromStored(graph::NodeKind kind) {
  return kind == graph::NodeKind::kExhibit ? DerivedChanges::NodeKind::kExhibit
                                           : DerivedChanges::NodeKind::kRecord;
}

void Write(const DerivedChanges& changes, graph::DerivedWriter& writer) {
  for (const auto& [number, state] : changes.records) writer.PutRecord(number, state);
  for (const DerivedChanges::Id& id : changes.ids) {
    writer.PutId(graph::PublicId(id.public_id),
                 graph::IdTarget{.record = id.record_number, .ordinal = id.ordinal});
  }
  for (const auto& [key, statement] : changes.statements) {
    if (statement.has_value()) writer.PutStatement(*statement);
  }
  for (const auto& [node, component] : changes.components) {
    writer.PutComponent(Stored(node.first), node.second, component);
  }
  for (const auto& [member, is_there] : changes.component_members) {
    const auto& [kind, component, node] = member;
    if (is_there) {
      writer.PutMember(Stored(kind), component, node);
    } else {
      writer.EraseMember(Stored(kind), component, node);
    }
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

Deriver::Deriver(storage::Store* store, const graph::RecentCommits* recent,
                 const graph::IdKey* ids, RuleSet rules, std::function<void()> on_failure)
    : store_(store),
      recent_(recent),
      ids_(ids),
      on_failure_(std::move(on_failure)),
      derivation_(rules, ids,
                  [this](std::uint64_t number) -> absl::StatusOr<stored::v1::RecordState> {
                    SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
                    SL_ASSIGN_OR_RETURN(
                        auto states, graph::DerivedReader(snapshot.get()).Records({number}));
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
  SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
  const graph::DerivedReader reader(snapshot.get());
  const graph::LogReader log(snapshot.get());
  base_ = snapshot->position(storage::Keyspace::kDerived);
  SL_ASSIGN_OR_RETURN(position_, reader.Position());
  SL_RETURN_IF_ERROR(reader.ForEachRecord(
      [&](std::uint64_t number, stored::v1::RecordState&& state) -> absl::Status {
        std::shared_ptr<const record::v1::Record> asserting;
        if (state.assertion_count() > 0) {
          for (const auto& version : state.versions()) {
            if (version.to_revision() != 0) continue;
            SL_ASSIGN_OR_RETURN(const auto entries, log.Entries({version.sequence()}));
            SL_ASSIGN_OR_RETURN(asserting, view::CanonicalOf(entries[0]));
          }
        }
        derivation_.RestoreRecord(number, state, asserting.get());
        return absl::OkStatus();
      }));
  for (const auto kind : {graph::NodeKind::kExhibit, graph::NodeKind::kRecord}) {
    graph::NodeNumber after = 0;
    for (;;) {
      SL_ASSIGN_OR_RETURN(const auto nodes, reader.NodesInComponents(kind, after, 4096));
      if (nodes.empty()) break;
      for (const auto& [node, component] : nodes) {
        derivation_.RestoreComponent(FromStored(kind), node, component);
      }
      after = nodes.back().first;
    }
  }
  derivation_.RestoreLastComponents(position_.last_exhibit_component(),
                                    position_.last_record_component());
  SL_RETURN_IF_ERROR(reader.ForEachStatement([&](stored::v1::Statement&& statement) {
    if (statement.to_revision() == 0) derivation_.RestoreStatement(statement);
    return absl::OkStatus();
  }));
  SL_RETURN_IF_ERROR(reader.ForEachMembership([&](graph::NodeKind kind, std::uint64_t node,
                                                  std::uint64_t from,
                                                  stored::v1::Membership&& membership) {
    if (membership.to_revision() == 0) {
      derivation_.RestoreMembership(FromStored(kind), node, from, membership);
    }
    return absl::OkStatus();
  }));
  return reader.ForEachWeaponState(
      [&](std::uint64_t root, std::uint64_t from, stored::v1::WeaponState&& state) {
        if (state.to_revision() == 0) derivation_.RestoreWeapon(root, from, state);
        return absl::OkStatus();
      });
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
  graph::DerivedWriter writer;
  Write(changes, writer);
  writer.PutPosition(position_);
  SL_FAULT_POINT("deriver_before_commit");
  SL_ASSIGN_OR_RETURN(base_, store_->Apply(writer.Build(base_)));
  SL_FAULT_POINT("deriver_after_commit");
  return absl::OkStatus();
}

}  // namespace serieslink::linkage
