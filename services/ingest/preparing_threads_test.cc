#include "services/ingest/preparing_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace serieslink::ingest {
namespace {

TEST(PreparingThreadsTest, WorkOfManyCallersIsDoneOnOtherThreads) {
  constexpr int kCallers = 16;
  constexpr int kWorks = 200;
  PreparingThreads threads;
  std::atomic<int> done = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < kWorks; ++i) {
        std::thread::id ran_on;
        threads.Run([&] {
          ran_on = std::this_thread::get_id();
          ++done;
        });
        // It is done when Run returns.
        EXPECT_NE(ran_on, std::thread::id());
        EXPECT_NE(ran_on, std::this_thread::get_id());
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(done.load(), kCallers * kWorks);
}

}  // namespace
}  // namespace serieslink::ingest
