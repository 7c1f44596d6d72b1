// Kills the server at random moments of a push, again and again: what it acknowledged must be there
// after every restart, and what it derives in the end must be what an undisturbed server derives.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "tests/support/agency_client.h"
#include "tests/support/child_process.h"
#include "tests/support/series_outline.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_pki.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using Random = std::mt19937_64;

int FromEnvironment(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

int Below(Random& random, int bound) {
  return static_cast<int>(random() % static_cast<std::uint64_t>(bound));
}

// What one agency sends, in the order in which it sends it.
struct Push {
  std::string agency;
  std::vector<FeedMessage> messages;
  std::size_t acknowledged = 0;  // the first so many
};

// Records of guns of which some come back: by their serials, by references to earlier records, in
// later versions that say something else, and in records sent again.
std::vector<Push> MakePushes(Random& random, int count) {
  std::vector<Push> pushes(2);
  pushes[0].agency = "mers";
  pushes[1].agency = "btp";
  std::map<std::string, FeedMessage> versions;
  for (int i = 0; i < count; ++i) {
    Push& push = pushes[static_cast<std::size_t>(Below(random, 2))];
    const int kind = Below(random, 100);
    if (kind < 5 && !push.messages.empty()) {
      // Exactly as before.
      push.messages.push_back(push.messages[static_cast<std::size_t>(
          Below(random, static_cast<int>(push.messages.size())))]);
      // Unless a later version went out meanwhile: an older one again would be stale, which is
      // right, but which then depends on nothing that this test is about.
      push.messages.back() = versions.at(push.agency + push.messages.back().force().record_id());
      continue;
    }
    std::string id = absl::StrCat(push.agency, "-", i);
    int version = 1;
    if (kind < 12 && !push.messages.empty()) {
      const FeedMessage& earlier = push.messages[static_cast<std::size_t>(
          Below(random, static_cast<int>(push.messages.size())))];
      id = earlier.force().record_id();
      version = static_cast<int>(versions.at(push.agency + id).force().version()) + 1;
    }
    std::string text =
        absl::StrCat("system: 'NICHE' record_id: '", id, "' version: ", version,
                     " record_type: 'INCIDENT' crime_references: '", id, "/24' occurred: '2024-0",
                     1 + Below(random, 9), "-1", Below(random, 10), "' marking { visibility: '",
                     Below(random, 10) == 0 ? "OWNER" : "OPEN",
                     "' } guns { reference: 'G1' make: 'Glock' calibre: '9x19' ");
    // A gun in five has a number that comes back, in groups of a few.
    if (Below(random, 5) == 0) {
      absl::StrAppend(&text, "serials { text: 'GK", 10000 + Below(random, 1 + count / 12), "' }");
    }
    absl::StrAppend(&text, " } ");
    if (Below(random, 12) == 0) {
      const Push& other = pushes[static_cast<std::size_t>(Below(random, 2))];
      if (!other.messages.empty()) {
        const std::string& named = other
                                       .messages[static_cast<std::size_t>(
                                           Below(random, static_cast<int>(other.messages.size())))]
                                       .force()
                                       .record_id();
        if (named != id) {
          absl::StrAppend(&text, "same_weapon_as { agency: '", other.agency,
                          "' source_system: 'NICHE' source_id: '", named,
                          "' exhibit_reference: 'G1' }");
        }
      }
    }
    push.messages.push_back(ForceRecordOf(text));
    versions[push.agency + id] = push.messages.back();
  }
  return pushes;
}

// serieslinkd over one data folder, as often as it is started.
class Daemon {
 public:
  Daemon() {
    const config::v1::ServerConfig config = TestServerConfig(directory_.path() + "/data");
    std::string text;
    google::protobuf::TextFormat::PrintToString(config, &text);
    std::ofstream(directory_.path() + "/server.textproto") << text;
  }

  std::string DataFolder() const { return directory_.path() + "/data"; }

  // Starts it and waits until it serves. Empty when it ended before that (a fault point, or a store
  // that it refuses).
  std::string Start(const std::string& fault_point, const std::vector<std::string>& more = {}) {
    std::vector<std::string> environment;
    if (!fault_point.empty()) environment.push_back("SERIESLINK_FAULT_POINT=" + fault_point);
    std::vector<std::string> arguments = {SERIESLINK_SERVER, "--config",
                                          directory_.path() + "/server.textproto"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto started = ChildProcess::Start(arguments, environment, directory_.path() + "/log");
    EXPECT_TRUE(started.ok()) << started.status();
    if (!started.ok()) return {};
    child_ = *std::move(started);
    const auto line = child_->ReadLine();
    constexpr absl::string_view kServing = "serving on ";
    if (!line.ok() || !absl::StartsWith(*line, kServing)) return {};
    return line->substr(kServing.size());
  }

  // How it ended, when it has ended by itself.
  int Wait() { return child_->Wait(); }

  // Ends it as a power cut does, and returns how it ended.
  int Kill() {
    child_->Signal(SIGKILL);
    return child_->Wait();
  }

  int Stop() {
    child_->Signal(SIGTERM);
    return child_->Wait();
  }

  // Checks the store while nothing runs on it. What was found, or why it could not be checked;
  // empty when nothing is wrong.
  std::string CheckStore() {
    auto started = ChildProcess::Start(
        {SERIESLINK_SERVER, "fsck", "--config", directory_.path() + "/server.textproto"}, {},
        directory_.path() + "/fsck");
    if (!started.ok()) return started.status().ToString();
    std::string found;
    for (auto line = (*started)->ReadLine(); line.ok(); line = (*started)->ReadLine()) {
      absl::StrAppend(&found, *line, "\n");
    }
    const int code = (*started)->Wait();
    return code == 0 ? "" : absl::StrCat("exit code ", code, "\n", found);
  }

  std::string Log() const {
    std::ifstream file(directory_.path() + "/log");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<ChildProcess> child_;
};

AgencyClient ClientOf(const std::string& address, const std::string& agency) {
  return AgencyClient(agency, NewChannel(address, TestPki::Get().Client(agency)));
}

// Streams what `push` has unacknowledged, up to message `end`, until all of it is acknowledged or
// the stream breaks. Batches
// have random sizes. `moved` is told of every answer.
void PushOn(const AgencyClient& client, Push& push, std::size_t end, std::uint64_t seed,
            RecordNames& names, const std::function<void(std::size_t acknowledged)>& moved) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
  const auto stream = client.ingest().SubmitStream(&context);
  std::mutex mutex;
  std::deque<std::size_t> sizes;  // of the batches under way
  std::thread writer([&] {
    Random random(seed);
    // Small batches make many commits, large ones make long commits.
    const int largest = 1 << Below(random, 7);
    std::size_t next = push.acknowledged;
    while (next < end) {
      const std::size_t size =
          std::min<std::size_t>(static_cast<std::size_t>(1 + Below(random, largest)), end - next);
      ingest::v1::SubmitStreamRequest request;
      request.mutable_batch()->set_agency(push.agency);
      for (std::size_t i = 0; i < size; ++i) {
        *request.mutable_batch()->add_messages() = push.messages[next + i];
      }
      next += size;
      {
        const std::lock_guard lock(mutex);
        sizes.push_back(size);
      }
      if (!stream->Write(request)) return;
    }
    stream->WritesDone();
  });
  ingest::v1::SubmitStreamResponse response;
  std::size_t acknowledged = push.acknowledged;
  while (stream->Read(&response)) {
    std::size_t size = 0;
    {
      const std::lock_guard lock(mutex);
      size = sizes.front();
      sizes.pop_front();
    }
    EXPECT_EQ(static_cast<std::size_t>(response.result().acknowledgements_size()), size);
    for (const auto& one : response.result().acknowledgements()) {
      EXPECT_FALSE(one.record_id().empty()) << one.ShortDebugString();
      names.Learn(push.agency, push.messages[acknowledged], one.record_id());
      ++acknowledged;
    }
    moved(size);
  }
  writer.join();
  stream->Finish();
  push.acknowledged = acknowledged;
}

// When the server is killed within a push: so many acknowledgements, and then so much time, after
// its begin.
struct Death {
  std::size_t after = 0;
  std::chrono::microseconds delay{};
};

// Pushes the first `share` (0 to 1) of each agency's messages, as far as they are not acknowledged
// yet, until they are or the server dies. Whether all are.
bool PushShare(Daemon& daemon, const std::string& address, std::vector<Push>& pushes, double share,
               Random& random, RecordNames& names, std::optional<Death> death) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t moved = 0;
  std::size_t finished = 0;
  std::size_t complete = 0;
  std::vector<std::thread> threads;
  for (Push& push : pushes) {
    threads.emplace_back([&, seed = random()] {
      const auto end = static_cast<std::size_t>(share * static_cast<double>(push.messages.size()));
      PushOn(ClientOf(address, push.agency), push, end, seed, names, [&](std::size_t acknowledged) {
        const std::lock_guard lock(mutex);
        moved += acknowledged;
        changed.notify_all();
      });
      const std::lock_guard lock(mutex);
      ++finished;
      complete += push.acknowledged >= end ? 1 : 0;
      changed.notify_all();
    });
  }
  if (death.has_value()) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return moved >= death->after || finished == pushes.size(); });
    // Anywhere in the commits that follow.
    changed.wait_for(lock, death->delay, [&] { return finished == pushes.size(); });
    lock.unlock();
    daemon.Kill();
  }
  for (std::thread& thread : threads) thread.join();
  return complete == pushes.size();
}

// Everything that can be asked of a server, in a form that is the same for every store.
struct State {
  std::map<std::string, std::multiset<std::string>> series;  // by viewer
  std::map<std::string, std::string> records;                // by name
};

// The record as it stands, and the versions that stood, without what differs from store to store.
std::string TextOf(const ingest::v1::GetRecordResponse& record) {
  std::string text = record.record().SerializeAsString();
  for (const auto& version : record.versions()) {
    absl::StrAppend(&text, " v", version.source_version(),
                    version.to_revision() == 0 ? " stands" : "");
  }
  return text;
}

State Ask(const std::string& address, const std::vector<Push>& pushes, const RecordNames& names) {
  State state;
  std::int64_t latest = 0;
  for (const Push& push : pushes) {
    const AgencyClient client = ClientOf(address, push.agency);
    // Sent again, the last message says which revision everything is in.
    const auto again = client.Submit({push.messages.back()});
    EXPECT_TRUE(again.ok()) << again.status.error_message();
    if (!again.ok()) return state;
    EXPECT_EQ(again->acknowledgements(0).outcome(), ingest::v1::OUTCOME_UNCHANGED);
    latest = std::max(latest, again->acknowledgements(0).revision());
  }
  for (const Push& push : pushes) {
    const AgencyClient client = ClientOf(address, push.agency);
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(latest);
    request.set_page_size(200);
    const auto list = client.ListAllSeries(request);
    EXPECT_TRUE(list.ok()) << list.status.error_message();
    state.series[push.agency] = OutlinesOf(*list, names);
    for (const auto& [id, name] : names.All()) {
      if (!absl::StartsWith(name, push.agency)) continue;
      const auto record = client.GetRecord(id);
      EXPECT_TRUE(record.ok()) << name << ": " << record.status.error_message();
      state.records[name] = record.ok() ? TextOf(*record) : "gone";
    }
  }
  return state;
}

class ServerKillTest : public testing::Test {
 protected:
  // The same messages, with nothing in their way.
  State Undisturbed(const std::vector<Push>& pushes, Random& random) {
    std::vector<Push> fresh = pushes;
    for (Push& push : fresh) push.acknowledged = 0;
    Daemon daemon;
    RecordNames names;
    const std::string address = daemon.Start("");
    EXPECT_FALSE(address.empty()) << daemon.Log();
    EXPECT_TRUE(PushShare(daemon, address, fresh, 1, random, names, std::nullopt));
    State state = Ask(address, fresh, names);
    EXPECT_EQ(daemon.Stop(), 0) << daemon.Log();
    return state;
  }

  void ExpectEqual(const State& a, const State& b) {
    EXPECT_EQ(a.series, b.series);
    EXPECT_EQ(a.records.size(), b.records.size());
    for (const auto& [name, text] : a.records) {
      const auto other = b.records.find(name);
      ASSERT_NE(other, b.records.end()) << name;
      EXPECT_EQ(text, other->second) << name;
    }
  }

  // What was acknowledged is there, and says what was sent last.
  void ExpectAcknowledged(const std::string& address, const std::vector<Push>& pushes,
                          const RecordNames& names, Random& random, int sample) {
    for (const Push& push : pushes) {
      if (push.acknowledged == 0) continue;
      const AgencyClient client = ClientOf(address, push.agency);
      std::int64_t latest = 0;
      for (int i = 0; i < sample; ++i) {
        const std::size_t at =
            i == 0 ? push.acknowledged - 1
                   : static_cast<std::size_t>(Below(random, static_cast<int>(push.acknowledged)));
        const FeedMessage& message = push.messages[at];
        const std::string id = names.IdOf(absl::StrCat(push.agency, ":", SourceIdOf(message)));
        ASSERT_FALSE(id.empty());
        if (latest == 0) {
          // Reads answer from what is derived, so wait for the log's end.
          const auto again = client.Submit({message}, true);
          ASSERT_TRUE(again.ok()) << again.status.error_message();
          ASSERT_EQ(again->acknowledgements(0).record_id(), id);
          ASSERT_NE(again->acknowledgements(0).outcome(), ingest::v1::OUTCOME_CREATED)
              << "an acknowledged record was lost";
          latest = again->acknowledgements(0).revision();
        }
        const auto record = client.GetRecord(id);
        ASSERT_TRUE(record.ok()) << record.status.error_message();
        ASSERT_GE(record->record().source_version(), message.force().version());
        ASSERT_EQ(record->record().source().source_id(), SourceIdOf(message));
        ASSERT_EQ(record->record().exhibits_size(), 1);
        ASSERT_EQ(record->exhibit_ids_size(), 1);
      }
    }
  }
};

TEST_F(ServerKillTest, WhatWasAcknowledgedSurvivesAndTheResultIsTheSame) {
  const auto seed = static_cast<std::uint64_t>(FromEnvironment("SERIESLINK_SEED", 0));
  const std::uint64_t used = seed != 0 ? seed : std::random_device()();
  const int rounds = FromEnvironment("SERIESLINK_ROUNDS", 18);
  const int count = rounds * 250;
  std::cout << "seed " << used << " (SERIESLINK_SEED repeats it), " << rounds << " rounds, "
            << count << " messages\n";
  Random random(used);
  std::vector<Push> pushes = MakePushes(random, count);
  const State expected = Undisturbed(pushes, random);
  ASSERT_FALSE(HasFailure());
  std::size_t series = expected.series.at("mers").size();
  std::cout << expected.records.size() << " records, " << series << " series\n";
  ASSERT_GT(series, 10u);

  // Points at which the server kills itself, where the build has them; passages of each within a
  // round's work.
  const std::vector<std::string> points = {"",  // killed from outside
                                           "log_before_append",
                                           "log_after_append",
                                           "deriver_before_commit",
                                           "deriver_after_commit",
                                           "store_commit_applied"};
  Daemon daemon;
  RecordNames names;
  int deaths_inside = 0;
  int deaths_at_start = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round, " of seed ", used));
    const std::string& point = SERIESLINK_HAS_FAULT_POINTS && round % 2 == 1
                                   ? points[static_cast<std::size_t>(
                                         1 + (round / 2) % (static_cast<int>(points.size()) - 1))]
                                   : points[0];
    const std::string armed = point.empty() ? "" : absl::StrCat(point, ":", 1 + Below(random, 4));
    const std::string address = daemon.Start(armed);
    if (address.empty()) {
      ASSERT_FALSE(armed.empty()) << "the server does not start:\n" << daemon.Log();
      ASSERT_EQ(daemon.Kill(), -SIGKILL);
      ASSERT_EQ(daemon.CheckStore(), "");
      ++deaths_at_start;
      ++deaths_inside;
      continue;
    }
    if (armed.empty()) ExpectAcknowledged(address, pushes, names, random, 25);
    ASSERT_FALSE(HasFatalFailure());
    // Each round has its share, so that there is something to do in the last one.
    const double share = static_cast<double>(round + 1) / (rounds + 1);
    std::optional<Death> death;
    if (armed.empty()) {
      death = Death{static_cast<std::size_t>(1 + Below(random, count / rounds)),
                    std::chrono::microseconds(Below(random, 20'000))};
    }
    const bool complete = PushShare(daemon, address, pushes, share, random, names, death);
    if (!armed.empty() && !complete) ++deaths_inside;
    ASSERT_EQ(daemon.Kill(), -SIGKILL);
    ASSERT_EQ(daemon.CheckStore(), "");
  }
  std::size_t before = 0;
  for (const Push& push : pushes) before += push.acknowledged;
  std::cout << before << " messages acknowledged before the last kill; " << deaths_inside
            << " deaths at a fault point, " << deaths_at_start << " of them while starting\n";
  if (SERIESLINK_HAS_FAULT_POINTS) {
    EXPECT_GT(deaths_inside, 0);
  }

  const std::string address = daemon.Start("");
  ASSERT_FALSE(address.empty()) << daemon.Log();
  ExpectAcknowledged(address, pushes, names, random, 200);
  ASSERT_TRUE(PushShare(daemon, address, pushes, 1, random, names, std::nullopt));
  ExpectEqual(Ask(address, pushes, names), expected);
  EXPECT_EQ(daemon.Stop(), 0) << daemon.Log();

  // And once more from what is on disk.
  const std::string again = daemon.Start("");
  ASSERT_FALSE(again.empty()) << daemon.Log();
  ExpectEqual(Ask(again, pushes, names), expected);
  EXPECT_EQ(daemon.Stop(), 0) << daemon.Log();
  EXPECT_EQ(daemon.CheckStore(), "");
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

TEST_F(ServerKillTest, DamageInWhatWasAcknowledgedIsSaidAndAcceptedOnlyByName) {
  Random random(1);
  std::vector<Push> pushes = MakePushes(random, 400);
  Daemon daemon;
  RecordNames names;
  std::string address = daemon.Start("");
  ASSERT_FALSE(address.empty()) << daemon.Log();
  // What is damaged comes before commits that were acknowledged, however far linkage was then.
  ASSERT_TRUE(PushShare(daemon, address, pushes, 0.5, random, names, std::nullopt));
  const std::filesystem::path damaged = NewestLog(daemon.DataFolder());
  const std::uintmax_t begin = std::filesystem::file_size(damaged);
  ASSERT_TRUE(PushShare(daemon, address, pushes, 1, random, names, std::nullopt));
  const State expected = Ask(address, pushes, names);
  ASSERT_EQ(daemon.Kill(), -SIGKILL);
  ASSERT_EQ(daemon.CheckStore(), "");
  ASSERT_NO_FATAL_FAILURE(DamageTheLog(damaged, begin));

  // It does not serve, and says why and what to do; and fsck says it too.
  ASSERT_EQ(daemon.Start(""), "");
  EXPECT_EQ(daemon.Wait(), 3);
  const std::string log = daemon.Log();
  EXPECT_THAT(log, testing::HasSubstr("commits that were acknowledged are gone: "));
  EXPECT_THAT(log, testing::HasSubstr("restore the last backup that is clean"));
  const std::string found = daemon.CheckStore();
  EXPECT_THAT(found, testing::StartsWith("exit code 1\n"));
  EXPECT_THAT(found, testing::HasSubstr("commits that were acknowledged are gone: "));

  // Going on without what is gone takes the number at which the log ends.
  constexpr absl::string_view kEnds = "the log ends at commit ";
  ASSERT_NE(log.find(std::string(kEnds)), std::string::npos) << log;
  const std::string end = log.substr(log.find(std::string(kEnds)) + kEnds.size());
  const std::string number = end.substr(0, end.find_first_not_of("0123456789"));
  ASSERT_EQ(daemon.Start("", {"--accept-loss-at", number + "0"}), "");
  EXPECT_EQ(daemon.Wait(), 3);
  address = daemon.Start("", {"--accept-loss-at", number});
  ASSERT_FALSE(address.empty()) << daemon.Log();
  EXPECT_THAT(daemon.Log(), testing::HasSubstr("loss_accepted"));

  // Agencies push again, and everything is as it was.
  for (Push& push : pushes) push.acknowledged = 0;
  ASSERT_TRUE(PushShare(daemon, address, pushes, 1, random, names, std::nullopt));
  ExpectEqual(Ask(address, pushes, names), expected);
  ASSERT_EQ(daemon.Kill(), -SIGKILL);
  ASSERT_EQ(daemon.CheckStore(), "");
  address = daemon.Start("");
  ASSERT_FALSE(address.empty()) << daemon.Log();
  EXPECT_EQ(daemon.Stop(), 0) << daemon.Log();
}

}  // namespace
}  // namespace serieslink
