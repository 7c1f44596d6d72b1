#include "services/linkage/step_writer.h"

#include <cstddef>
#include <utility>

#include "storage/base/fault_point.h"
#include "storage/base/status_macros.h"
#include "storage/base/thread_priority.h"

namespace serieslink::linkage {
namespace {

constexpr std::size_t kUnwrittenMax = 2;
// A step that has more to write is written in parts of this size.
constexpr std::size_t kPartBytesMax = 8u << 20;

graph::NodeType Stored(DerivedChanges::NodeKind kind) {
  return kind == DerivedChanges::NodeKind::kExhibit ? graph::NodeType::kExhibit
                                                    : graph::NodeType::kRecord;
}

// Everything but the statements.
void Put(const DerivedChanges& changes, graph::GraphWriter& writer) {
  for (const auto& [number, state] : changes.records) writer.PutRecord(number, *state);
  for (const DerivedChanges::Id& id : changes.ids) {
    writer.PutId(graph::PublicId(id.public_id), id.record_number, id.ordinal);
  }
  writer.PutFirearms(changes.firearms);
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
  for (const auto& [key, payload] : changes.queues) {
    const auto& [type, rank, newer, older] = key;
    if (payload.has_value()) {
      writer.edges().PutRanked(type, {rank, newer, older, *payload});
    } else {
      writer.edges().EraseRanked(type, rank, newer, older);
    }
  }
  for (const auto& [revision, news] : changes.news) writer.PutNews(revision, news);
  for (const auto& [group, record] : changes.acts) {
    writer.edges().PutMember(graph::EdgeType::kAnalystAct, group, record);
  }
  for (const auto& [group, record] : changes.enquiries) {
    writer.edges().PutMember(graph::EdgeType::kEnquiry, group, record);
  }
  for (const auto& [group, record] : changes.meeting_actions) {
    writer.edges().PutMember(graph::EdgeType::kMeetingAction, group, record);
  }
}

}  // namespace

StepWriter::StepWriter(std::unique_ptr<graph::GraphWriter> writer,
                       const stored::v1::DeriverPosition& position,
                       std::function<absl::Status(graph::GraphWriter&)> commit,
                       std::function<void(const stored::v1::DeriverPosition&)> on_written)
    : writer_(std::move(writer)),
      position_(position),
      commit_(std::move(commit)),
      on_written_(std::move(on_written)),
      thread_([this] { Run(); }) {}

StepWriter::~StepWriter() { Finish(); }

stored::v1::DeriverPosition StepWriter::Finish() {
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  return position_;
}

absl::Status StepWriter::Write(std::unique_ptr<const DerivedStep> step) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !status_.ok() || unwritten_.size() < kUnwrittenMax; });
  if (!status_.ok()) return status_;
  unwritten_.push_back(std::move(step));
  changed_.notify_all();
  return absl::OkStatus();
}

std::optional<stored::v1::RecordState> StepWriter::FindUnwritten(
    std::uint64_t record_number) const {
  const std::lock_guard lock(mutex_);
  for (auto step = unwritten_.rbegin(); step != unwritten_.rend(); ++step) {
    if (const auto* state = (*step)->changes.Find(record_number); state != nullptr) return *state;
  }
  return std::nullopt;
}

absl::Status StepWriter::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void StepWriter::Run() {
  base::GiveWay();
  for (;;) {
    const DerivedStep* step = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return has_ended_ || !unwritten_.empty(); });
      if (unwritten_.empty()) return;
      step = unwritten_.front().get();
    }
    const absl::Status status = WriteStep(*step);
    if (status.ok() && !step->is_ahead) {
      position_ = step->reached;
      on_written_(step->reached);
    }
    std::unique_ptr<const DerivedStep> written;  // freed behind the lock
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    if (!status.ok()) {
      status_ = status;
      return;
    }
    written = std::move(unwritten_.front());
    unwritten_.pop_front();
  }
}

absl::Status StepWriter::WriteStep(const DerivedStep& step) {
  // Statements may be many more than one commit can hold. They go first: until the position
  // follows, they lie in a future that readers and a refill pass over.
  for (const auto& [key, statement] : step.changes.statements) {
    if (!statement.has_value()) continue;
    writer_->PutStatement(*statement);
    if (writer_->bytes() < kPartBytesMax) continue;
    writer_->SetPosition(position_);
    SL_RETURN_IF_ERROR(commit_(*writer_));
  }
  if (step.is_ahead) {
    writer_->SetPosition(position_);
    return commit_(*writer_);
  }
  Put(step.changes, *writer_);
  writer_->SetPosition(step.reached);
  SL_FAULT_POINT("deriver_before_commit");
  SL_RETURN_IF_ERROR(commit_(*writer_));
  SL_FAULT_POINT("deriver_after_commit");
  return absl::OkStatus();
}

}  // namespace serieslink::linkage
