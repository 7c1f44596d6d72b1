#include "services/linkage/step_writer.h"

#include <gtest/gtest.h>

#include <future>
#include <utility>

#include "storage/graph/graph_reader.h"
#include "storage/memory/memory_store.h"

namespace serieslink::linkage {
namespace {

using stored::v1::DeriverPosition;

// What gives record `number` an agency, at `revision`.
std::unique_ptr<DerivedStep> Step(std::uint64_t number, const char* agency,
                                  std::uint64_t revision) {
  auto step = std::make_unique<DerivedStep>();
  step->changes.Add(number)->set_agency(agency);
  step->reached.set_revision(revision);
  return step;
}

class StepWriterTest : public ::testing::Test {
 protected:
  std::unique_ptr<graph::GraphWriter> Writer() {
    auto writer = graph::GraphWriter::Open(store_.get());
    EXPECT_TRUE(writer.ok()) << writer.status();
    return *std::move(writer);
  }
  static absl::Status Commit(graph::GraphWriter& writer) { return writer.Commit().status(); }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
};

TEST_F(StepWriterTest, StepsAreWrittenInTheirOrder) {
  std::vector<std::uint64_t> written;
  StepWriter steps(Writer(), {}, Commit, [&](const DeriverPosition& position) {
    written.push_back(position.revision());
  });
  for (std::uint64_t revision = 1; revision <= 20; ++revision) {
    ASSERT_TRUE(steps.Write(Step(1 + revision % 2, "mps", revision)).ok());
  }
  EXPECT_EQ(steps.Finish().revision(), 20u);
  ASSERT_EQ(written.size(), 20u);
  for (std::uint64_t i = 0; i < 20; ++i) EXPECT_EQ(written[i], i + 1);
  graph::Graph graph(store_.get());
  const auto reader = graph.NewReader();
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->Position()->revision(), 20u);
}

TEST_F(StepWriterTest, WhatIsNotWrittenYetIsFoundTheLatestFirst) {
  std::promise<void> allowed;
  std::shared_future<void> may_commit = allowed.get_future().share();
  StepWriter steps(
      Writer(), {},
      [&](graph::GraphWriter& writer) {
        may_commit.wait();
        return Commit(writer);
      },
      [](const DeriverPosition&) {});
  ASSERT_TRUE(steps.Write(Step(7, "mps", 1)).ok());
  ASSERT_TRUE(steps.Write(Step(7, "kent", 2)).ok());
  ASSERT_TRUE(steps.FindUnwritten(7).has_value());
  EXPECT_EQ(steps.FindUnwritten(7)->agency(), "kent");
  EXPECT_FALSE(steps.FindUnwritten(8).has_value());
  allowed.set_value();
  steps.Finish();
  EXPECT_FALSE(steps.FindUnwritten(7).has_value());
}

TEST_F(StepWriterTest, StatementsAheadOfTheirStepMoveNoPosition) {
  std::vector<std::uint64_t> written;
  StepWriter steps(Writer(), {}, Commit, [&](const DeriverPosition& position) {
    written.push_back(position.revision());
  });
  ASSERT_TRUE(steps.Write(Step(1, "mps", 1)).ok());
  auto ahead = std::make_unique<DerivedStep>();
  ahead->is_ahead = true;
  stored::v1::Statement statement;
  statement.set_newer_exhibit(2u << 16);
  statement.set_older_exhibit(1u << 16);
  statement.set_channel(3);
  statement.set_public_id(7);
  statement.set_from_revision(2);
  const DerivedChanges::StatementKey key{
      .newer = 2u << 16, .older = 1u << 16, .channel = 3, .public_id = 7, .from_revision = 2};
  ahead->changes.statements[key] = statement;
  ASSERT_TRUE(steps.Write(std::move(ahead)).ok());
  EXPECT_EQ(steps.Finish().revision(), 1u);
  EXPECT_EQ(written, std::vector<std::uint64_t>{1});
  graph::Graph graph(store_.get());
  auto reader = graph.NewReader();
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->Position()->revision(), 1u);
  const auto statements = reader->ScanStatements(std::nullopt, 10);
  ASSERT_TRUE(statements.ok()) << statements.status();
  ASSERT_EQ(statements->size(), 1u);
  EXPECT_EQ(statements->front().public_id(), 7u);
}

TEST_F(StepWriterTest, NothingIsWrittenAfterAnError) {
  int commits = 0;
  StepWriter steps(
      Writer(), {},
      [&](graph::GraphWriter& writer) {
        return ++commits == 2 ? absl::DataLossError("malformed") : Commit(writer);
      },
      [](const DeriverPosition&) {});
  absl::Status status;
  for (std::uint64_t revision = 1; status.ok(); ++revision) {
    status = steps.Write(Step(revision, "mps", revision));
  }
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_TRUE(absl::IsDataLoss(steps.status()));
  EXPECT_EQ(steps.Finish().revision(), 1u);
  EXPECT_EQ(commits, 2);
}

}  // namespace
}  // namespace serieslink::linkage
