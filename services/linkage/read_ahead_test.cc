#include "services/linkage/read_ahead.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace serieslink::linkage {
namespace {

TEST(ReadAheadTest, PagesAreUsedInOrderOnTheCallersThread) {
  std::vector<int> used;
  std::thread::id reader;
  const absl::Status status = ReadAhead::Run([&](const ReadAhead::Hand& hand) {
    reader = std::this_thread::get_id();
    for (int page = 0; page < 100; ++page) {
      const bool is_wanted = hand([&used, page] {
        used.push_back(page);
        return absl::OkStatus();
      });
      if (!is_wanted) return absl::InternalError("not wanted");
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  ASSERT_EQ(used.size(), 100u);
  for (int page = 0; page < 100; ++page) EXPECT_EQ(used[page], page);
  EXPECT_NE(reader, std::this_thread::get_id());
}

TEST(ReadAheadTest, AnErrorOfReadingComesAfterWhatWasRead) {
  int used = 0;
  const absl::Status status = ReadAhead::Run([&](const ReadAhead::Hand& hand) -> absl::Status {
    hand([&] { return ++used, absl::OkStatus(); });
    return absl::DataLossError("a page is malformed");
  });
  EXPECT_EQ(status, absl::DataLossError("a page is malformed"));
  EXPECT_EQ(used, 1);
}

TEST(ReadAheadTest, AnErrorOfUsingEndsReading) {
  int used = 0;
  const absl::Status status = ReadAhead::Run([&](const ReadAhead::Hand& hand) -> absl::Status {
    while (hand([&] { return ++used, absl::DataLossError("a page names what is not there"); })) {
    }
    return absl::CancelledError("not wanted");
  });
  EXPECT_EQ(status, absl::DataLossError("a page names what is not there"));
  EXPECT_EQ(used, 1);
}

}  // namespace
}  // namespace serieslink::linkage
