// Goal: whoever follows hears of all that was changed between two states, or that it cannot.
#include "storage/graph/touched_nodes.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace serieslink::graph {
namespace {

Touched Of(RecordNumber record, ExhibitNumber exhibit) { return {{record}, {exhibit}}; }

TEST(TouchedNodesTest, WhatWasAddedIsTakenOnceUpToARevision) {
  TouchedNodes touched;
  ASSERT_TRUE(touched.Follow());
  EXPECT_FALSE(touched.Follow()) << "one follows";
  touched.Add(2, Of(1, 10));
  touched.Add(5, Of(2, 20));
  Touched taken;
  ASSERT_TRUE(touched.Take(0, 4, taken));
  EXPECT_EQ(taken.records, std::vector<RecordNumber>{1});
  EXPECT_EQ(taken.exhibits, std::vector<ExhibitNumber>{10});
  ASSERT_TRUE(touched.Take(4, 5, taken));
  EXPECT_EQ(taken.records, (std::vector<RecordNumber>{1, 2}));
  EXPECT_EQ(touched.size(), 0u);
}

TEST(TouchedNodesTest, StepsThatAreDerivedAgainAreFoundInWhateverOrder) {
  TouchedNodes touched;
  ASSERT_TRUE(touched.Follow());
  touched.Add(20, Of(1, 10));  // never committed
  touched.Add(15, Of(1, 10));
  Touched taken;
  ASSERT_TRUE(touched.Take(10, 15, taken));
  EXPECT_EQ(taken.records, std::vector<RecordNumber>{1});
  EXPECT_EQ(touched.size(), 2u);
}

TEST(TouchedNodesTest, WhatWasNotKeptIsSaid) {
  TouchedNodes touched(/*kept_max=*/4);
  touched.Add(3, std::nullopt);
  ASSERT_TRUE(touched.Follow());
  EXPECT_EQ(touched.lost(), 3u);
  Touched taken;
  EXPECT_FALSE(touched.Take(2, 3, taken)) << "nobody followed then";
  touched.Add(4, Of(1, 10));
  EXPECT_TRUE(touched.Take(3, 4, taken));
  touched.Add(5, Of(1, 10));
  touched.Add(6, Of(2, 20));
  touched.Add(7, Of(3, 30));
  EXPECT_EQ(touched.size(), 0u);
  EXPECT_FALSE(touched.Take(4, 7, taken));
  EXPECT_TRUE(touched.Take(7, 7, taken));
  touched.Leave();
  touched.Add(8, std::nullopt);
  EXPECT_FALSE(touched.is_followed());
  EXPECT_EQ(touched.lost(), 8u);
}

}  // namespace
}  // namespace serieslink::graph
