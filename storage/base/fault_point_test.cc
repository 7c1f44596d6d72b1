#include "storage/base/fault_point.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string_view>

#include <gtest/gtest.h>

namespace serieslink {
namespace {

constexpr char kChild[] = "child";

// The exit code of a child that no point killed.
constexpr int kPassed = 17;

int PassPoints() {
  for (int i = 0; i < 3; ++i) {
    SL_FAULT_POINT("first");
    SL_FAULT_POINT("second");
  }
  return kPassed;
}

// The wait status of a child that was started with `armed` as its fault point.
int RunChild(const char* armed) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("SERIESLINK_FAULT_POINT", armed, 1);
    execl("/proc/self/exe", "fault_point_test", kChild, nullptr);
    _exit(99);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST(FaultPointTest, KillsAtTheNamedPassage) {
  const int third = RunChild("second:3");
  EXPECT_TRUE(WIFSIGNALED(third) && WTERMSIG(third) == SIGKILL) << third;
  const int first = RunChild("first:1");
  EXPECT_TRUE(WIFSIGNALED(first) && WTERMSIG(first) == SIGKILL) << first;
}

TEST(FaultPointTest, LetsTheProcessRunOtherwise) {
  for (const char* armed : {"", "second:4", "third:1"}) {
    const int status = RunChild(armed);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == kPassed) << armed;
  }
}

TEST(FaultPointTest, RefusesMalformedValues) {
  for (const char* armed : {"second", "second:", "second:0", "second:x", ":1"}) {
    const int status = RunChild(armed);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 2) << armed;
  }
}

}  // namespace
}  // namespace serieslink

// The environment is read once, at the start of a process: children of this program are the ones
// that pass fault points.
int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == serieslink::kChild) return serieslink::PassPoints();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
