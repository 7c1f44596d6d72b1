#include "services/cli/push_stream.h"

#include <gtest/gtest.h>

#include <vector>

namespace serieslink::cli {
namespace {

InputRecord Record(std::int64_t line, std::size_t bytes = 10) {
  InputRecord record;
  record.line = line;
  record.message.mutable_force()->set_record_id(std::string(bytes, 'x'));
  return record;
}

TEST(BatchBuilderTest, FillsBatchesByNumber) {
  BatchBuilder builder("mps", true, 2);
  EXPECT_FALSE(builder.Add("a", Record(1)).has_value());
  const auto first = builder.Add("a", Record(2));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->request.batch().agency(), "mps");
  EXPECT_TRUE(first->request.batch().wait_for_linkage());
  EXPECT_EQ(first->request.batch().messages_size(), 2);
  EXPECT_FALSE(builder.Add("b", Record(7)).has_value());
  const auto last = builder.Finish();
  ASSERT_TRUE(last.has_value());
  ASSERT_EQ(last->origins.size(), 1u);
  EXPECT_EQ(last->origins[0].file, "b");
  EXPECT_EQ(last->origins[0].line, 7);
  EXPECT_NE(last->request.batch().batch_id(), first->request.batch().batch_id());
  EXPECT_FALSE(builder.Finish().has_value());
}

TEST(BatchBuilderTest, KeepsBatchesWithinTheirBytes) {
  constexpr std::size_t kBytesMax = 1000;
  BatchBuilder builder("mps", false, 100, kBytesMax);
  std::vector<OutgoingBatch> batches;
  const std::size_t sizes[] = {400, 400, 400, 5000, 10, 980, 10};
  std::int64_t line = 0;
  for (const std::size_t bytes : sizes) {
    if (auto complete = builder.Add("a", Record(++line, bytes)); complete.has_value()) {
      batches.push_back(*std::move(complete));
    }
  }
  if (auto last = builder.Finish(); last.has_value()) batches.push_back(*std::move(last));
  std::int64_t expected_line = 0;
  for (const OutgoingBatch& batch : batches) {
    EXPECT_EQ(static_cast<std::size_t>(batch.request.batch().messages_size()),
              batch.origins.size());
    if (batch.origins.size() > 1) {
      EXPECT_LE(batch.request.ByteSizeLong(), kBytesMax + 100);
    }
    for (const Origin& origin : batch.origins) EXPECT_EQ(origin.line, ++expected_line);
  }
  EXPECT_EQ(expected_line, line);
  EXPECT_EQ(batches.size(), 5u);
}

TEST(BatchBuilderTest, AFullBatchNeverExceedsTheServersLimit) {
  BatchBuilder builder("mps", false, kBatchMessagesMax);
  for (std::int64_t line = 1; line <= 20; ++line) {
    if (const auto batch = builder.Add("a", Record(line, kMessageBytesMax - 100))) {
      EXPECT_LE(batch->request.ByteSizeLong(), std::size_t{4} << 20);
    }
  }
}

}  // namespace
}  // namespace serieslink::cli
