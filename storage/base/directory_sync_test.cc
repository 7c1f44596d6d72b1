#include "storage/base/directory_sync.h"

#include <cerrno>
#include <filesystem>

#include "gtest/gtest.h"

namespace serieslink::base {
namespace {

TEST(DirectorySyncTest, SaysWhatCannotBeSynced) {
  const std::filesystem::path scratch(testing::TempDir());
  EXPECT_EQ(SyncDirectory(scratch), 0);
  EXPECT_EQ(SyncDirectory(""), 0) << "the working directory";
  EXPECT_EQ(SyncDirectory(scratch / "there-is-no-such-directory"), ENOENT);
  EXPECT_EQ(SyncDirectory("/dev/null"), ENOTDIR);
}

}  // namespace
}  // namespace serieslink::base
