#include "services/fsck/rebuild.h"

#include <atomic>
#include <optional>

#include "absl/strings/str_cat.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "serieslink/stored/v1/store_info.pb.h"
#include "services/fsck/derived_comparison.h"
#include "services/fsck/replay_store.h"
#include "services/linkage/deriver.h"
#include "storage/base/status_macros.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/keys.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;
using stored::v1::DeriverPosition;

// How often the deriver's progress is asked for while it writes nothing.
constexpr absl::Duration kPollEvery = absl::Seconds(1);

absl::StatusOr<DeriverPosition> PositionOf(storage::Store& store) {
  SL_ASSIGN_OR_RETURN(const auto snapshot, store.NewSnapshot());
  SL_ASSIGN_OR_RETURN(const auto bytes,
                      snapshot->Get(Keyspace::kDerived, graph::DeriverPositionKey()));
  DeriverPosition position;
  if (bytes && !position.ParseFromString(*bytes)) {
    return absl::DataLossError("the deriver's position is malformed");
  }
  return position;
}

absl::StatusOr<graph::IdKey> IdKeyOf(storage::Store& store) {
  SL_ASSIGN_OR_RETURN(const auto snapshot, store.NewSnapshot());
  SL_ASSIGN_OR_RETURN(const auto bytes, snapshot->Get(Keyspace::kMeta, graph::StoreInfoKey()));
  stored::v1::StoreInfo info;
  if (!bytes || !info.ParseFromString(*bytes)) {
    return absl::DataLossError("the store's key of public ids is missing or malformed");
  }
  auto key = graph::IdKey::Create(info.id_key());
  if (!key.ok()) return absl::DataLossError("the store's key of public ids has a wrong length");
  return key;
}

// Runs the deriver from the first revision to `end`. False when it cannot go on.
absl::StatusOr<bool> Derive(storage::Store& source, storage::Store& scratch, graph::Revision end,
                            const linkage::ConfirmationPolicy& policy,
                            const std::function<absl::Time()>& now, Report& report) {
  SL_ASSIGN_OR_RETURN(const graph::IdKey ids, IdKeyOf(source));
  ReplayStore replay(&source, &scratch, end);
  graph::Graph graph(&replay);
  std::atomic<bool> failed = false;
  linkage::Deriver deriver(&replay, &graph, nullptr, &ids, linkage::RuleSet::Serving(), policy, now,
                           [&failed](bool follows) {
                             if (!follows) failed.store(true);
                           });
  SL_RETURN_IF_ERROR(deriver.Start());
  storage::Position written = 0;
  graph::SequenceNumber sequence = 0;
  while (true) {
    SL_ASSIGN_OR_RETURN(const DeriverPosition position, PositionOf(scratch));
    report.LookedAt(position.sequence() - sequence);
    sequence = position.sequence();
    if (position.revision() >= end) break;
    SL_RETURN_IF_ERROR(replay.write_status());
    if (failed.load()) {
      report.Add(absl::StrCat("the deriver cannot go on behind revision ", position.revision()));
      break;
    }
    const auto moved = scratch.WaitForPosition(Keyspace::kDerived, written + 1, now() + kPollEvery);
    if (moved.ok()) {
      written = *moved;
    } else if (!absl::IsDeadlineExceeded(moved.status())) {
      return moved.status();
    }
  }
  deriver.Stop();
  return !failed.load();
}

absl::Status Check(storage::Store& source, storage::Store& scratch,
                   const linkage::ConfirmationPolicy& policy,
                   const std::function<absl::Time()>& now, Report& report) {
  SL_ASSIGN_OR_RETURN(const DeriverPosition position, PositionOf(source));
  SL_ASSIGN_OR_RETURN(const auto stored, source.NewSnapshot());
  if (position.revision() > stored->position(Keyspace::kLog)) return absl::OkStatus();  // a finding
  if (position.revision() > 0) {
    SL_ASSIGN_OR_RETURN(const bool done,
                        Derive(source, scratch, position.revision(), policy, now, report));
    if (!done) return absl::OkStatus();
  }
  SL_ASSIGN_OR_RETURN(const DeriverPosition rebuilt, PositionOf(scratch));
  if (rebuilt.generation() != position.generation()) {
    report.Add(absl::StrCat("what is stored was derived by generation ", position.generation(),
                            ", and this program is generation ", rebuilt.generation(),
                            ": they are not compared"));
    return absl::OkStatus();
  }
  if (position.revision() > 0 && rebuilt.policy_digest() != position.policy_digest()) {
    report.Add(
        "what is stored was derived under another policy of whose statements confirm, or by "
        "another "
        "vocabulary, than the configuration's: they are not compared");
    return absl::OkStatus();
  }
  SL_ASSIGN_OR_RETURN(const auto snapshot, scratch.NewSnapshot());
  return CompareDerived(*stored, *snapshot, position.revision(), report);
}

}  // namespace

absl::Status CheckRebuild(storage::Store& source, storage::Store& scratch,
                          const linkage::ConfirmationPolicy& policy,
                          const std::function<absl::Time()>& now, Report& report) {
  SL_ASSIGN_OR_RETURN(const storage::Position used,
                      scratch.WaitForPosition(Keyspace::kDerived, 0, absl::InfinitePast()));
  if (used != 0) return absl::FailedPreconditionError("the scratch store is not empty");
  report.Begin("rebuild", "derived");
  return AsFinding(Check(source, scratch, policy, now, report), report);
}

}  // namespace serieslink::fsck
