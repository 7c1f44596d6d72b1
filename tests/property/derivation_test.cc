// Goal: what the deriver keeps up to date step by step is what linkage makes of everything at once.
// Method: random records of two agencies, with later versions, findings, references and
// withdrawals, go through preparing, committing and deriving on an in-memory store, in different
// orders and batches, with repeats and restarts; the weapons and their incidents that come out are
// compared by source ids.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/property/feed_evidence.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

int Seeds() {
  const char* seeds = std::getenv("SERIESLINK_SEEDS");
  return seeds == nullptr ? 40 : std::atoi(seeds);
}

// Pushes `messages` in batches of random sizes, restarting now and then.
void PushInBatches(std::vector<SentMessage> messages, std::mt19937& random,
                   DerivationPipeline& pipeline) {
  for (std::size_t at = 0; at < messages.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 9, messages.size() - at);
    pipeline.Push({messages.begin() + at, messages.begin() + at + size});
    at += size;
    if (random() % 12 == 0) pipeline.Restart();
  }
}

TEST(DerivationTest, OrderBatchesRepeatsAndWithdrawalsDoNotMatter) {
  std::size_t joined = 0;
  for (int seed = 1; seed <= Seeds(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    FeedEvidence generator(seed, FeedEvidence::Shape{.part_percent = seed % 4 == 0 ? 40 : 0,
                                                     .same_item_percent = seed % 3 == 0 ? 40 : 0});
    std::vector<SentMessage> all;
    std::vector<SentMessage> passing;  // pushed and withdrawn again
    for (int number = 0; number < 30; ++number) {
      std::vector<SentMessage> versions = generator.Record(number);
      all.insert(all.end(), versions.begin(), versions.end());
    }
    for (int number = 100; number < 106; ++number) {
      passing.push_back(generator.Record(number).front());
    }

    DerivationPipeline plain;
    plain.Push(all);
    const auto expected = plain.ViewedWeapons();
    for (const auto& [members, incidents] : expected) joined += members.size() >= 2;

    DerivationPipeline shuffled;
    std::vector<SentMessage> shuffle = all;
    shuffle.insert(shuffle.end(), all.begin(), all.begin() + all.size() / 3);  // repeats
    std::shuffle(shuffle.begin(), shuffle.end(), generator.random());
    PushInBatches(shuffle, generator.random(), shuffled);
    EXPECT_EQ(shuffled.ViewedWeapons(), expected);

    DerivationPipeline withdrawn;
    const std::size_t half = shuffle.size() / 2;
    PushInBatches({shuffle.begin(), shuffle.begin() + half}, generator.random(), withdrawn);
    const auto acknowledgements = withdrawn.Push(passing);
    PushInBatches({shuffle.begin() + half, shuffle.end()}, generator.random(), withdrawn);
    const auto withdraw_all = [&] {
      for (std::size_t i = 0; i < passing.size(); ++i) {
        // A comparison of an exhibit with itself was never accepted.
        if (acknowledgements[i].outcome() == ingest::v1::OUTCOME_REJECTED) continue;
        withdrawn.Withdraw(passing[i].agency, acknowledgements[i].record_id());
      }
    };
    withdraw_all();
    EXPECT_EQ(withdrawn.ViewedWeapons(), expected);
    // Sending them once more and withdrawing them once more changes nothing either.
    withdrawn.Push(passing);
    withdraw_all();
    EXPECT_EQ(withdrawn.ViewedWeapons(), expected);
    if (HasFailure()) return;
  }
  EXPECT_GT(joined, 3u * static_cast<unsigned>(Seeds()))
      << "the generator must make weapons of several exhibits";
}

TEST(DerivationTest, WhatIsKeptForTheBaseViewIsWhatTheViewsSay) {
  for (int seed = 1; seed <= Seeds() / 3; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    FeedEvidence generator(
        1000 + seed, FeedEvidence::Shape{.part_percent = 40, .same_item_percent = seed % 2 * 40});
    std::vector<SentMessage> all;
    for (int number = 0; number < 30; ++number) {
      std::vector<SentMessage> versions = generator.Record(number);
      all.insert(all.end(), versions.begin(), versions.end());
    }
    std::shuffle(all.begin(), all.end(), generator.random());
    DerivationPipeline pipeline;
    PushInBatches(all, generator.random(), pipeline);
    const graph::Revision latest = pipeline.revision();
    for (graph::Revision revision = 1; revision <= latest; ++revision) {
      SCOPED_TRACE(absl::StrCat("revision ", revision));
      std::map<std::set<std::string>, std::uint32_t> viewed;
      const auto weapons = pipeline.ViewedWeapons(revision);
      for (const auto& [members, incidents] : weapons) {
        if (members.size() >= 2) viewed[members] = incidents;
      }
      EXPECT_EQ(pipeline.MaterialisedWeapons(revision), viewed);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace serieslink
