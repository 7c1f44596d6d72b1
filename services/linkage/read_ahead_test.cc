#include "services/linkage/read_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
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
      const bool is_wanted = hand({.prepare = nullptr, .use = [&used, page] {
                                     used.push_back(page);
                                     return absl::OkStatus();
                                   }});
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
    hand({.prepare = nullptr, .use = [&] { return ++used, absl::OkStatus(); }});
    return absl::DataLossError("a page is malformed");
  });
  EXPECT_EQ(status, absl::DataLossError("a page is malformed"));
  EXPECT_EQ(used, 1);
}

TEST(ReadAheadTest, AnErrorOfUsingEndsReading) {
  int used = 0;
  const absl::Status status = ReadAhead::Run([&](const ReadAhead::Hand& hand) -> absl::Status {
    const auto use = [&] { return ++used, absl::DataLossError("a page names what is not there"); };
    while (hand({.prepare = nullptr, .use = use})) {
    }
    return absl::CancelledError("not wanted");
  });
  EXPECT_EQ(status, absl::DataLossError("a page names what is not there"));
  EXPECT_EQ(used, 1);
}

TEST(ReadAheadTest, WhoeverWouldWaitPreparesAndEachPageIsPreparedOnce) {
  constexpr int kPages = 100;
  std::vector<int> prepared(kPages);  // how often
  std::vector<int> is_by_reader(kPages);
  const std::thread::id user = std::this_thread::get_id();
  const auto run = [&](bool is_slow) {
    prepared.assign(kPages, 0);
    std::promise<void> is_full;
    std::atomic<bool> has_told = false;
    const absl::Status status = ReadAhead::Run([&](const ReadAhead::Hand& hand) {
      for (int page = 0; page < kPages; ++page) {
        const auto prepare = [&, page] {
          ++prepared[page];
          is_by_reader[page] = std::this_thread::get_id() != user;
          if (is_by_reader[page] && !has_told.exchange(true)) is_full.set_value();
        };
        const auto use = [&, page]() -> absl::Status {
          EXPECT_EQ(prepared[page], 1) << page;
          // Until the reader has found that too many wait.
          if (page == 0 && is_slow) is_full.get_future().wait();
          return absl::OkStatus();
        };
        if (!hand({prepare, use})) return absl::InternalError("not wanted");
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(std::count(prepared.begin(), prepared.end(), 1), kPages);
  };
  run(/*is_slow=*/true);
  EXPECT_GT(std::count(is_by_reader.begin(), is_by_reader.end(), 1), 0);
  EXPECT_EQ(is_by_reader[0], 0);
  run(/*is_slow=*/false);
}

}  // namespace
}  // namespace serieslink::linkage
