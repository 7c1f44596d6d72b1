#include "storage/graph/derived_reset.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/graph_writer.h"
#include "storage/graph/keys.h"
#include "storage/memory/memory_store.h"

namespace serieslink::graph {
namespace {

using storage::Keyspace;

void DeriveOneRecord(storage::Store* store) {
  const auto writer = GraphWriter::Open(store).value();
  stored::v1::RecordState state;
  state.set_public_id(1);
  writer->PutRecord(1, state);
  writer->PutId(PublicId(1), 1, std::nullopt);
  stored::v1::DeriverPosition position;
  position.set_revision(1);
  writer->SetPosition(position);
  ASSERT_TRUE(writer->Commit().ok());
}

TEST(DerivedResetTest, NothingDerivedIsLeftAndTheRestStands) {
  const auto store = storage::NewMemoryStore();
  storage::Commit log;
  log.writes.push_back({"e", "an entry"});
  ASSERT_TRUE(store->Apply(log).ok());
  DeriveOneRecord(store.get());
  ASSERT_TRUE(ResetDerived(*store).ok());
  const auto snapshot = store->NewSnapshot().value();
  EXPECT_TRUE(snapshot->Scan(Keyspace::kDerived, {}, {})->rows.empty());
  EXPECT_EQ(snapshot->Get(Keyspace::kLog, "e")->value_or(""), "an entry");
}

TEST(DerivedResetTest, WhatIsDerivedAfterwardsIsRead) {
  const auto store = storage::NewMemoryStore();
  DeriveOneRecord(store.get());
  ASSERT_TRUE(ResetDerived(*store).ok());
  DeriveOneRecord(store.get());
  Graph graph(store.get());
  GraphReader reader = graph.NewReader().value();
  EXPECT_EQ(reader.Position()->revision(), 1u);
  EXPECT_TRUE(reader.LookUpIds({PublicId(1)})->at(0).has_value());
}

// Refuses all commits but the first.
class FailingStore : public storage::Store {
 public:
  explicit FailingStore(storage::Store* store) : store_(store) {}
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> NewSnapshot() override {
    return store_->NewSnapshot();
  }
  absl::StatusOr<storage::Position> Apply(const storage::Commit& commit) override {
    if (std::exchange(has_applied_, true)) return absl::ResourceExhaustedError("full");
    return store_->Apply(commit);
  }
  absl::StatusOr<storage::Position> WaitForPosition(Keyspace keyspace, storage::Position position,
                                                    absl::Time deadline) override {
    return store_->WaitForPosition(keyspace, position, deadline);
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  storage::Store* const store_;
  bool has_applied_ = false;
};

TEST(DerivedResetTest, CutShortItLeavesThePosition) {
  const auto store = storage::NewMemoryStore();
  storage::Commit many;
  many.keyspace = Keyspace::kDerived;
  many.writes.push_back({DeriverPositionKey(), "position"});
  for (int i = 0; i < 20'000; ++i) many.writes.push_back({absl::StrCat("R", i), "row"});
  ASSERT_TRUE(store->Apply(many).ok());
  FailingStore failing(store.get());
  EXPECT_EQ(ResetDerived(failing).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(
      store->NewSnapshot().value()->Get(Keyspace::kDerived, DeriverPositionKey())->has_value());
  ASSERT_TRUE(ResetDerived(*store).ok());
  EXPECT_TRUE(store->NewSnapshot().value()->Scan(Keyspace::kDerived, {}, {})->rows.empty());
}

}  // namespace
}  // namespace serieslink::graph
