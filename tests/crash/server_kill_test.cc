// Kills the server at random moments of its work, again and again: what it acknowledged must be
// there after every restart, and what it derives in the end must be what an undisturbed server
// derives.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crash/agency_push.h"
#include "tests/crash/analyst_desk.h"
#include "tests/crash/asked_state.h"
#include "tests/crash/killed_server.h"

namespace serieslink {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// The same work, with nothing in its way, from `empty` on: the keys of a store make its ids, and
// where findings contradict each other with equal weight the ids decide which goes first.
AskedState Undisturbed(const KilledServer& empty, const std::vector<Push>& pushes,
                       const AnalystDesk& desk, Random& random) {
  std::vector<Push> fresh = pushes;
  AnalystDesk fresh_desk = desk;
  KilledServer server(empty);
  RecordNames names;
  const std::string address = server.Start("");
  EXPECT_FALSE(address.empty()) << server.Log();
  EXPECT_TRUE(PushShare(server, address, fresh, 1, random, names, std::nullopt));
  EXPECT_TRUE(AwaitDerived(address, fresh).has_value());
  EXPECT_TRUE(fresh_desk.WorkOn(address, names, [](std::size_t) {}));
  AskedState state = Ask(address, fresh, &fresh_desk, names);
  EXPECT_EQ(server.Stop(), 0) << server.Log();
  return state;
}

std::size_t SizeOf(const std::map<std::string, std::set<std::string>>& sets) {
  std::size_t size = 0;
  for (const auto& [name, set] : sets) size += set.size();
  return size;
}

std::vector<std::string> OnlyIn(const std::vector<std::string>& these,
                                const std::vector<std::string>& others) {
  const std::set<std::string> known(others.begin(), others.end());
  std::vector<std::string> only;
  std::ranges::copy_if(these, std::back_inserter(only),
                       [&](const std::string& one) { return !known.contains(one); });
  return only;
}

TEST(ServerKillTest, WhatWasAcknowledgedSurvivesAndTheResultIsTheSame) {
  const std::uint64_t seed = FromEnvironment("SERIESLINK_SEED", 0);
  const std::uint64_t used = seed != 0 ? seed : std::random_device()();
  // Analysts work in the last third, when agencies have sent all.
  const auto rounds = static_cast<int>(FromEnvironment("SERIESLINK_ROUNDS", 18));
  const int push_rounds = rounds - rounds / 3;
  const int count = rounds * 125;
  const int decisions = rounds * 6;
  std::cout << "seed " << used << " (SERIESLINK_SEED repeats it), " << rounds << " rounds, "
            << 2 * count << " messages\n";
  Random random(used);
  std::vector<Push> pushes = MakeGunPushes(random, count);
  AddSyntheticActs(random, count, pushes);
  AddCorrections(random, pushes);
  KeepVisible(kWatcher, pushes);
  AnalystDesk desk(random, decisions, pushes);
  KilledServer server;
  ASSERT_FALSE(server.Start("").empty()) << server.Log();
  ASSERT_EQ(server.Stop(), 0) << server.Log();
  const AskedState expected = Undisturbed(server, pushes, desk, random);
  ASSERT_FALSE(testing::Test::HasFailure());
  const std::size_t series = expected.series.at("mers").size();
  std::cout << expected.records.size() << " records, " << series << " series, "
            << SizeOf(expected.rejects) << " rejects, " << expected.decisions.size()
            << " decisions\n";
  ASSERT_GT(series, 10u);
  ASSERT_GT(SizeOf(expected.rejects), 10u);

  // Points at which the server kills itself, where the build has them; passages of each within a
  // round's work.
  const std::vector<std::string> points = {"",  // killed from outside
                                           "log_before_append",
                                           "log_after_append",
                                           "deriver_before_commit",
                                           "deriver_after_commit",
                                           "store_commit_applied"};
  RecordNames names;
  AlertWatch watch;
  int deaths_inside = 0;
  int deaths_at_start = 0;
  const auto check = [&](const std::string& address, int sample) {
    const std::optional<std::int64_t> latest = AwaitDerived(address, pushes);
    ASSERT_TRUE(latest.has_value());
    for (const Push& push : pushes) {
      ASSERT_NO_FATAL_FAILURE(ExpectAcknowledged(address, push, names, random, sample));
    }
    desk.ExpectAcknowledged(address, names, *latest);
    watch.GoOn(address);
  };
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round, " of seed ", used));
    const std::string& point = SERIESLINK_HAS_FAULT_POINTS && round % 2 == 1
                                   ? points[static_cast<std::size_t>(
                                         1 + (round / 2) % (static_cast<int>(points.size()) - 1))]
                                   : points[0];
    const std::string armed = point.empty() ? "" : absl::StrCat(point, ":", 1 + Below(random, 4));
    const std::string address = server.Start(armed);
    if (address.empty()) {
      ASSERT_FALSE(armed.empty()) << "the server does not start:\n" << server.Log();
      ASSERT_EQ(server.Kill(), -SIGKILL);
      ASSERT_EQ(server.CheckStore(), "");
      ++deaths_at_start;
      ++deaths_inside;
      continue;
    }
    if (armed.empty()) check(address, 10);
    ASSERT_FALSE(testing::Test::HasFailure());
    const auto death = [&](int acts) {
      if (!armed.empty()) return std::optional<Death>();
      return std::optional<Death>(Death{static_cast<std::size_t>(1 + Below(random, acts)),
                                        std::chrono::microseconds(Below(random, 20'000))});
    };
    bool complete = false;
    if (round < push_rounds) {
      // Each round has its share, so that there is something to do in the last one.
      const double share = static_cast<double>(round + 1) / push_rounds;
      complete =
          PushShare(server, address, pushes, share, random, names, death(2 * count / push_rounds));
    } else {
      complete = PushShare(server, address, pushes, 1, random, names, std::nullopt);
      // A server that is to die of itself may have done so.
      complete = complete && AwaitDerived(address, pushes).has_value();
      complete = complete &&
                 WorkUntil(server,
                           {[&](const Moved& moved) { return desk.WorkOn(address, names, moved); }},
                           death(std::max(1, decisions / (rounds - push_rounds))));
    }
    if (!armed.empty() && !complete) ++deaths_inside;
    ASSERT_EQ(server.Kill(), -SIGKILL);
    ASSERT_EQ(server.CheckStore(), "");
  }
  std::size_t before = 0;
  for (const Push& push : pushes) before += push.acknowledged;
  std::cout << before << " acts and " << desk.acknowledged()
            << " decisions acknowledged before the last kill; " << deaths_inside
            << " deaths at a fault point, " << deaths_at_start << " of them while starting\n";
  if (SERIESLINK_HAS_FAULT_POINTS) {
    EXPECT_GT(deaths_inside, 0);
  }
  EXPECT_GT(desk.acknowledged(), 0u);

  const std::string address = server.Start("");
  ASSERT_FALSE(address.empty()) << server.Log();
  check(address, 100);
  ASSERT_FALSE(testing::Test::HasFailure());
  ASSERT_TRUE(PushShare(server, address, pushes, 1, random, names, std::nullopt));
  ASSERT_TRUE(AwaitDerived(address, pushes).has_value());
  ASSERT_TRUE(desk.WorkOn(address, names, [](std::size_t) {}));
  ExpectEqual(Ask(address, pushes, &desk, names), expected);
  watch.GoOn(address);
  AlertWatch whole;
  whole.GoOn(address);
  EXPECT_THAT(OnlyIn(watch.told(), whole.told()), testing::IsEmpty()) << "is told no more";
  EXPECT_THAT(OnlyIn(whole.told(), watch.told()), testing::IsEmpty())
      << "was not told when it came";
  EXPECT_TRUE(watch.told() == whole.told()) << "was told in another order";
  EXPECT_EQ(server.Stop(), 0) << server.Log();

  // And once more from what is on disk.
  const std::string again = server.Start("");
  ASSERT_FALSE(again.empty()) << server.Log();
  ExpectEqual(Ask(again, pushes, &desk, names), expected);
  AlertWatch anew;
  anew.GoOn(again);
  EXPECT_EQ(anew.told(), whole.told()) << "alerts are not what they were before the restart";
  std::cout << anew.told().size() << " alerts\n";
  EXPECT_GT(anew.told().size(), 10u);
  EXPECT_EQ(server.Stop(), 0) << server.Log();
  EXPECT_EQ(server.CheckStore(), "");
  EXPECT_EQ(server.CheckStoreInto("/dev/full"), 2) << "nobody was told";
}

// The file of the write-ahead log that was begun last.
std::filesystem::path NewestLog(const std::string& folder) {
  std::filesystem::path newest;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
  }
  return newest;
}

// Flips a bit in the first record of a write-ahead log that begins at `offset` or behind it.
void DamageTheLog(const std::filesystem::path& path, std::uintmax_t offset) {
  // Behind the end of a block, which may be up to 6 unused bytes.
  const auto place = static_cast<std::streamoff>(offset + 8);
  ASSERT_LT(offset + 8, std::filesystem::file_size(path));
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(place);
  const int byte = file.get();
  file.seekp(place);
  file.put(static_cast<char>(byte ^ 4));
  ASSERT_TRUE(file.flush().good());
}

TEST(ServerKillTest, DamageInWhatWasAcknowledgedIsSaidAndAcceptedOnlyByName) {
  Random random(1);
  std::vector<Push> pushes = MakeGunPushes(random, 400);
  KilledServer server;
  RecordNames names;
  std::string address = server.Start("");
  ASSERT_FALSE(address.empty()) << server.Log();
  // What is damaged comes before commits that were acknowledged, however far linkage was then.
  ASSERT_TRUE(PushShare(server, address, pushes, 0.5, random, names, std::nullopt));
  const std::filesystem::path damaged = NewestLog(server.DataFolder());
  const std::uintmax_t begin = std::filesystem::file_size(damaged);
  ASSERT_TRUE(PushShare(server, address, pushes, 1, random, names, std::nullopt));
  const AskedState expected = Ask(address, pushes, nullptr, names);
  ASSERT_EQ(server.Kill(), -SIGKILL);
  ASSERT_EQ(server.CheckStore(), "");
  ASSERT_NO_FATAL_FAILURE(DamageTheLog(damaged, begin));

  // It does not serve, and says why and what to do; and fsck says it too.
  ASSERT_EQ(server.Start(""), "");
  EXPECT_EQ(server.Wait(), 3);
  const std::string log = server.Log();
  EXPECT_THAT(log, testing::HasSubstr("commits that were acknowledged are gone: "));
  EXPECT_THAT(log, testing::HasSubstr("restore the last backup that is clean"));
  const std::string found = server.CheckStore();
  EXPECT_THAT(found, testing::StartsWith("exit code 1\n"));
  EXPECT_THAT(found, testing::HasSubstr("commits that were acknowledged are gone: "));

  // Going on without what is gone takes the number at which the log ends.
  constexpr absl::string_view kEnds = "the log ends at commit ";
  ASSERT_NE(log.find(std::string(kEnds)), std::string::npos) << log;
  const std::string end = log.substr(log.find(std::string(kEnds)) + kEnds.size());
  const std::string number = end.substr(0, end.find_first_not_of("0123456789"));
  ASSERT_EQ(server.Start("", {"--accept-loss-at", number + "0"}), "");
  EXPECT_EQ(server.Wait(), 3);
  address = server.Start("", {"--accept-loss-at", number});
  ASSERT_FALSE(address.empty()) << server.Log();
  EXPECT_THAT(server.Log(), testing::HasSubstr("loss_accepted"));

  // Agencies push again, and everything is as it was.
  for (Push& push : pushes) push.acknowledged = 0;
  ASSERT_TRUE(PushShare(server, address, pushes, 1, random, names, std::nullopt));
  ExpectEqual(Ask(address, pushes, nullptr, names), expected);
  ASSERT_EQ(server.Kill(), -SIGKILL);
  ASSERT_EQ(server.CheckStore(), "");
  address = server.Start("");
  ASSERT_FALSE(address.empty()) << server.Log();
  EXPECT_EQ(server.Stop(), 0) << server.Log();
}

}  // namespace
}  // namespace serieslink
