#include "tests/bench/investigator.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <random>
#include <thread>
#include <utility>

#include "storage/base/thread_priority.h"
#include "tests/bench/figures.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_pki.h"

namespace serieslink::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Between calls; every other one asks for a series.
constexpr std::chrono::milliseconds kBeat{10};
constexpr std::size_t kSeriesKnownMax = 10'000;

// One answer, as it travels between the processes.
struct Answer {
  enum class Kind { kSeries, kWeapon, kNotFound, kRefused };
  Kind kind = Kind::kSeries;
  double ms = 0;
};

bool ReadLine(std::FILE* file, std::string* line) {
  line->clear();
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    if (c == '\n') return true;
    line->push_back(static_cast<char>(c));
  }
  return false;
}

// What the other process does: asks until `lines` ends, and then writes its answers to `times`.
void Ask(int lines, int times) {
  // It does little at a time, and on another machine would have a processor at once.
  base::ComeFirst();
  std::FILE* const input = fdopen(lines, "r");
  std::string address;
  if (!ReadLine(input, &address)) return;
  std::mutex mutex;
  std::vector<std::string> ids;
  std::condition_variable over;
  bool is_over = false;
  std::thread listener([&] {
    for (std::string id; ReadLine(input, &id);) {
      const std::lock_guard lock(mutex);
      ids.push_back(id);
    }
    const std::lock_guard lock(mutex);
    is_over = true;
    over.notify_all();
  });
  const AgencyClient client("mps", NewChannel(address, TestPki::Get().Client("mps")));
  std::vector<Answer> answers;
  std::vector<std::string> of_series;  // exhibits of series, as they were when asked for
  std::mt19937_64 random(1);
  auto next = Clock::now();
  for (bool is_series = true;; is_series = !is_series) {
    next = std::max(next + kBeat, Clock::now());
    std::string id = "no id";
    {
      std::unique_lock lock(mutex);
      if (over.wait_until(lock, next, [&] { return is_over; })) break;
      if (ids.empty()) continue;
      // Few weapons are series, and an investigator asks for those.
      const std::vector<std::string>& some =
          of_series.empty() || random() % 4 == 0 ? ids : of_series;
      if (is_series) id = some[random() % some.size()];
    }
    const auto begun = Clock::now();
    const auto reply = client.GetSeries(id);
    const auto code = reply.status.error_code();
    // A record without an exhibit, or one that is not derived yet, is not found.
    const bool is_good = is_series ? reply.ok() || code == grpc::StatusCode::NOT_FOUND
                                   : code == grpc::StatusCode::INVALID_ARGUMENT;
    if (!is_good) Die("a series cannot be read: " + reply.status.error_message());
    const Answer::Kind kind = !is_series                             ? Answer::Kind::kRefused
                              : !reply.ok()                          ? Answer::Kind::kNotFound
                              : reply->series().incident_count() < 2 ? Answer::Kind::kWeapon
                                                                     : Answer::Kind::kSeries;
    if (kind == Answer::Kind::kSeries && of_series.size() < kSeriesKnownMax) {
      of_series.push_back(id);
    }
    answers.push_back(
        {kind, std::chrono::duration<double, std::milli>(Clock::now() - begun).count()});
  }
  listener.join();
  std::FILE* const output = fdopen(times, "w");
  std::fwrite(answers.data(), sizeof(Answer), answers.size(), output);
  std::fclose(output);
}

}  // namespace

Investigator::Investigator() {
  TestPki::Get();  // both processes know the same certificates
  int to[2];
  int from[2];
  // The server, which this process starts, must not hold their ends open.
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) Die("no pipe can be made");
  pid_ = fork();
  if (pid_ < 0) Die("no process can be made");
  if (pid_ == 0) {
    close(to[1]);
    close(from[0]);
    Ask(to[0], from[1]);
    _exit(0);  // nothing that both processes know is destroyed here
  }
  close(to[0]);
  close(from[1]);
  lines_ = to[1];
  times_ = from[0];
  std::signal(SIGPIPE, SIG_IGN);
}

void Investigator::Tell(const std::string& line) {
  const std::string bytes = line + "\n";
  const std::lock_guard lock(mutex_);
  if (write(lines_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    Die("the investigator's process ended");
  }
}

AskTimes Investigator::Stop() {
  close(std::exchange(lines_, -1));
  AskTimes times;
  std::FILE* const input = fdopen(std::exchange(times_, -1), "r");
  for (Answer answer; std::fread(&answer, sizeof answer, 1, input) == 1;) {
    switch (answer.kind) {
      case Answer::Kind::kSeries:
        times.series_ms.push_back(answer.ms);
        break;
      case Answer::Kind::kWeapon:
        times.weapon_ms.push_back(answer.ms);
        break;
      case Answer::Kind::kNotFound:
        ++times.not_found;
        break;
      case Answer::Kind::kRefused:
        times.refused_ms.push_back(answer.ms);
        break;
    }
  }
  std::fclose(input);
  int status = 0;
  if (waitpid(std::exchange(pid_, 0), &status, 0) < 0 || status != 0) {
    Die("the investigator's process failed");
  }
  return times;
}

Investigator::~Investigator() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace serieslink::bench
