#include "storage/graph/index_block.h"

#include <map>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace serieslink::graph {
namespace {

TEST(IndexBlockTest, BytesAreAsDocumented) {
  IndexBlockBuilder builder;
  EXPECT_EQ(builder.bytes(), 0u);
  builder.Add("kind/1", "v", false);
  builder.Add("kind/22", "", true);
  const std::size_t bytes = builder.bytes();
  const std::string block = builder.Finish();
  EXPECT_EQ(block.size(), bytes);
  EXPECT_EQ(block, std::string("\x01"
                               "\x00\x06\x02kind/1v"
                               "\x05\x02\x01"
                               "22"
                               "\x00\x00\x00\x00"
                               "\x00\x00\x00\x01",
                               24));
  EXPECT_EQ(builder.entries(), 0u);
}

TEST(IndexBlockTest, EmptyBlockHasNoEntries) {
  const std::string block = IndexBlockBuilder().Finish();
  auto cursor = IndexBlockCursor::Open(block);
  ASSERT_TRUE(cursor.ok());
  EXPECT_FALSE(cursor->valid());
  EXPECT_TRUE(cursor->Seek("a").ok());
  EXPECT_FALSE(cursor->valid());
}

TEST(IndexBlockTest, ReadsAndSeeksLikeAMap) {
  std::mt19937 random(3);
  for (int entries : {1, 15, 16, 17, 400}) {
    std::map<std::string, std::pair<std::string, bool>> model;
    while (static_cast<int>(model.size()) < entries) {
      std::string key(random() % 6, '\0');
      for (char& c : key) c = static_cast<char>(random() % 4 == 0 ? 0xFF : random() % 3);
      key += std::to_string(random() % 1000);
      model[key] = {std::string(random() % 4, 'v'), random() % 5 == 0};
    }
    IndexBlockBuilder builder;
    for (const auto& [key, entry] : model) builder.Add(key, entry.first, entry.second);
    const std::string block = builder.Finish();
    auto cursor = IndexBlockCursor::Open(block);
    ASSERT_TRUE(cursor.ok());
    for (const auto& [key, entry] : model) {
      ASSERT_TRUE(cursor->valid());
      EXPECT_EQ(cursor->key(), key);
      EXPECT_EQ(cursor->value(), entry.first);
      EXPECT_EQ(cursor->erased(), entry.second);
      ASSERT_TRUE(cursor->Next().ok());
    }
    EXPECT_FALSE(cursor->valid());
    for (int i = 0; i < 500; ++i) {
      std::string probe = i % 2 ? std::next(model.begin(), random() % model.size())->first
                                : std::to_string(random() % 2000);
      if (i % 3 == 0) probe.push_back('\0');
      auto expected = model.lower_bound(probe);
      ASSERT_TRUE(cursor->Seek(probe).ok());
      ASSERT_EQ(cursor->valid(), expected != model.end());
      if (cursor->valid()) {
        EXPECT_EQ(cursor->key(), expected->first);
      }
    }
  }
}

// Any damage reads as DATA_LOSS or as some entries, never as a crash.
TEST(IndexBlockTest, SurvivesDamagedBytes) {
  IndexBlockBuilder builder;
  for (int i = 100; i < 200; ++i) builder.Add("key" + std::to_string(i), "value", false);
  const std::string block = builder.Finish();
  std::mt19937 random(4);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string damaged = block.substr(0, random() % 4 ? block.size() : random() % block.size());
    if (!damaged.empty()) damaged[random() % damaged.size()] = static_cast<char>(random());
    if (!damaged.empty() && i % 2) damaged[damaged.size() - 1] = static_cast<char>(random());
    auto cursor = IndexBlockCursor::Open(damaged);
    absl::Status status = cursor.status();
    while (status.ok() && cursor->valid()) status = cursor->Next();
    if (status.ok()) status = cursor->Seek("key150");
    if (!status.ok()) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_EQ(IndexBlockCursor::Open("").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(IndexBlockCursor::Open(std::string("\x02\0\0\0\0", 5)).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace serieslink::graph
