#include "services/cli/watch_position.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::cli {
namespace {

TEST(WatchPositionTest, IsReadAsItWasWritten) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/position";
  EXPECT_EQ(*ReadWatchPosition(path), "");
  ASSERT_TRUE(WriteWatchPosition(path, "abc-_").ok());
  EXPECT_EQ(*ReadWatchPosition(path), "abc-_");
  ASSERT_TRUE(WriteWatchPosition(path, "another").ok());
  EXPECT_EQ(*ReadWatchPosition(path), "another");
}

TEST(WatchPositionTest, AFileOfTheWorkingDirectoryIsWrittenThere) {
  const TemporaryDirectory directory;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const absl::Status written = WriteWatchPosition("position", "abc");
  std::filesystem::current_path(before);
  EXPECT_TRUE(written.ok()) << written;
  EXPECT_EQ(*ReadWatchPosition(directory.path() + "/position"), "abc");
}

TEST(WatchPositionTest, WhatIsNoPositionIsNotTakenForNone) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/position";
  for (const char* const text :
       {"", "serieslink watch 1\n", "serieslink watch 1\nab", "ab\ncd\n"}) {
    std::ofstream(path) << text;
    EXPECT_EQ(ReadWatchPosition(path).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(WatchPositionTest, AFolderThatIsNotThereIsTold) {
  const TemporaryDirectory directory;
  EXPECT_EQ(WriteWatchPosition(directory.path() + "/none/position", "abc").code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace serieslink::cli
