#include "storage/base/prompt_work.h"

#include <sched.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "storage/base/thread_priority.h"

namespace serieslink::base {
namespace {

using Clock = std::chrono::steady_clock;

void ComputeFor(std::chrono::milliseconds time) {
  for (const auto begun = Clock::now(); Clock::now() - begun < time;) {
  }
}

// Whether this thread is made an ordinary one within some time.
bool BecomesOrdinary() {
  for (const auto begun = Clock::now(); Clock::now() - begun < std::chrono::seconds(20);) {
    if (!IsFirst()) return true;
    std::this_thread::yield();
  }
  return false;
}

// Each on a thread of its own, which comes first where the machine grants it. Where it does not,
// nothing may change.
template <typename Test>
void OnThreadThatComesFirst(Test test) {
  std::thread([&] {
    ComeFirst();
    test(IsFirst());
  }).join();
}

TEST(PromptWorkTest, ShortWorkComesFirst) {
  OnThreadThatComesFirst([](bool is_granted) {
    for (int i = 0; i < 1000; ++i) {
      {
        const PromptWork work(PromptWork::Length::kShort);
        EXPECT_EQ(IsFirst(), is_granted);
      }
      EXPECT_EQ(IsFirst(), is_granted);
    }
  });
}

TEST(PromptWorkTest, WorkThatTurnsOutLongGoesOnAsOrdinary) {
  OnThreadThatComesFirst([](bool is_granted) {
    {
      const PromptWork work(PromptWork::Length::kShort);
      EXPECT_TRUE(BecomesOrdinary());
    }
    EXPECT_EQ(IsFirst(), is_granted);
  });
}

TEST(PromptWorkTest, WorkThatIsExpectedToBeLongIsOrdinary) {
  OnThreadThatComesFirst([](bool is_granted) {
    {
      const PromptWork work(PromptWork::Length::kLong);
      EXPECT_FALSE(IsFirst());
    }
    EXPECT_EQ(IsFirst(), is_granted);
  });
}

TEST(PromptWorkTest, MuchShortWorkIsDoneAsOrdinary) {
  // More threads than processors, which do nothing but short work: not all of it comes first.
  std::vector<std::thread> threads;
  std::atomic<int> ordinary = 0;
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i) {
    threads.emplace_back([&] {
      ComeFirst();
      for (const auto begun = Clock::now();
           ordinary.load() == 0 && Clock::now() - begun < std::chrono::seconds(20);) {
        const PromptWork work(PromptWork::Length::kShort);
        ComputeFor(std::chrono::milliseconds(5));
        if (!IsFirst()) ++ordinary;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(ordinary.load(), 0);
}

TEST(PromptWorkTest, AThreadThatDoesNotComeFirstIsLeftAsItIs) {
  std::thread([] {
    GiveWay();
    const int policy = sched_getscheduler(0);
    const PromptWork work(PromptWork::Length::kShort);
    EXPECT_EQ(sched_getscheduler(0), policy);
    EXPECT_FALSE(IsFirst());
  }).join();
}

}  // namespace
}  // namespace serieslink::base
