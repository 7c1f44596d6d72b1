// Records through gRPC with mutual TLS, acknowledged on disk, and linked; beside what this machine
// could do at best, measured in the same run. The server is the installed program in a process of
// its own, and so is an investigator; the clients that push are this process.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "storage/base/thread_priority.h"
#include "tests/bench/byte_stream.h"
#include "tests/bench/figures.h"
#include "tests/bench/investigator.h"
#include "tests/bench/limits.h"
#include "tests/bench/load.h"
#include "tests/bench/server_process.h"
#include "tests/support/agency_client.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_pki.h"

namespace serieslink::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kSubmitStream[] = "/serieslink.ingest.v1.IngestService/SubmitStream";
// The parts of a load whose rates are compared: the beginning and the end.
constexpr std::size_t kSliceRecords = 100'000;

// When how many records were acknowledged. Thread-safe.
class Progress {
 public:
  explicit Progress(std::size_t records) : records_(records) {}

  void Acknowledged(std::size_t records, double ack_ms) {
    const std::lock_guard lock(mutex_);
    done_ += records;
    ack_ms_.push_back(ack_ms);
    marks_.emplace_back(done_, SecondsSince(begun_));
    more_.notify_all();
    if (isatty(STDERR_FILENO) && done_ * 100 / records_ != shown_) {
      shown_ = done_ * 100 / records_;
      std::fprintf(stderr, "\r%3zu %% of %zu records", shown_, records_);
      if (shown_ == 100) std::fprintf(stderr, "\n");
    }
  }

  // Waits until so many are acknowledged.
  void Await(std::size_t records) {
    std::unique_lock lock(mutex_);
    more_.wait(lock, [&] { return done_ >= records; });
  }

  // Records a second from the `from`th to the `to`th acknowledgement.
  double Rate(std::size_t from, std::size_t to) const {
    const double seconds = SecondAt(to) - SecondAt(from);
    return seconds <= 0 ? 0 : static_cast<double>(to - from) / seconds;
  }
  const std::vector<double>& ack_ms() const { return ack_ms_; }
  double SecondsSinceBegin() const { return SecondsSince(begun_); }

 private:
  double SecondAt(std::size_t records) const {
    if (records == 0) return 0;
    const auto mark = std::lower_bound(
        marks_.begin(), marks_.end(), records,
        [](const std::pair<std::size_t, double>& m, std::size_t r) { return m.first < r; });
    return mark == marks_.end() ? marks_.back().second : mark->second;
  }

  const std::size_t records_;
  const Clock::time_point begun_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable more_;
  std::size_t done_ = 0;
  std::size_t shown_ = 0;
  std::vector<double> ack_ms_;                         // one a batch
  std::vector<std::pair<std::size_t, double>> marks_;  // records, seconds
};

// Keeps agencies abreast: none sends what happened much later than what another has yet to send, so
// that the end of the load is like its beginning. Thread-safe.
class Pace {
 public:
  explicit Pace(std::size_t agencies) : next_(agencies, 0) {}

  // Before `agency` sends the batch at `position`: waits for its turn.
  void AwaitTurn(std::size_t agency, std::size_t position) {
    std::unique_lock lock(mutex_);
    next_[agency] = position;
    moved_.notify_all();
    moved_.wait(lock, [&] {
      return position <= *std::min_element(next_.begin(), next_.end()) + kAheadMaxRecords;
    });
  }
  // `agency` has sent everything.
  void Finish(std::size_t agency) {
    const std::lock_guard lock(mutex_);
    next_[agency] = std::numeric_limits<std::size_t>::max() - kAheadMaxRecords;
    moved_.notify_all();
  }

 private:
  static constexpr std::size_t kAheadMaxRecords = 20'000;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::vector<std::size_t> next_;  // position of the batch that an agency is about to send
};

struct Counts {
  std::atomic<std::size_t> rejected = 0;
  std::atomic<std::int64_t> revision = 0;
};

// Sends everything of one agency and reads every acknowledgement. It sends in bulk, so it gives way
// to those who wait for an answer, as the server's own threads for bulk do.
void Push(const ServerProcess& server, const AgencyLoad& load, std::size_t agency, Pace& pace,
          Progress& progress, Counts& counts, Investigator* investigator) {
  base::GiveWay();
  ByteStream stream(NewChannel(server.address(), TestPki::Get().Client(load.agency)),
                    kSubmitStream);
  std::counting_semaphore<> window(kWindowBatches);
  std::mutex mutex;
  std::deque<Clock::time_point> sent;
  std::thread reader([&] {
    std::string bytes;
    for (const LoadBatch& batch : load.batches) {
      if (!stream.Read(&bytes)) break;
      ingest::v1::SubmitStreamResponse response;
      if (!response.ParseFromString(bytes) ||
          static_cast<std::size_t>(response.result().acknowledgements_size()) != batch.records) {
        Die("an answer does not belong to its batch");
      }
      Clock::time_point begun;
      {
        const std::lock_guard lock(mutex);
        begun = sent.front();
        sent.pop_front();
      }
      progress.Acknowledged(batch.records, SecondsSince(begun) * 1e3);
      std::int64_t revision = 0;
      for (const auto& one : response.result().acknowledgements()) {
        revision = std::max(revision, one.revision());
        if (one.outcome() != ingest::v1::OUTCOME_REJECTED) continue;
        if (++counts.rejected == 1) {
          std::fprintf(stderr, "first rejection: %s\n",
                       one.violations(0).ShortDebugString().c_str());
        }
      }
      const auto& some = response.result().acknowledgements(0);
      if (investigator != nullptr && !some.record_id().empty()) {
        investigator->Know("EX" + some.record_id().substr(2));
      }
      std::int64_t seen = counts.revision.load();
      while (seen < revision && !counts.revision.compare_exchange_weak(seen, revision)) {
      }
      window.release();
    }
  });
  for (const LoadBatch& batch : load.batches) {
    pace.AwaitTurn(agency, batch.position);
    window.acquire();
    {
      const std::lock_guard lock(mutex);
      sent.push_back(Clock::now());
    }
    stream.Write(batch.bytes);
  }
  pace.Finish(agency);
  stream.WritesDone();
  reader.join();
  stream.Finish();
}

// Waits until what is derived has reached `revision`.
void AwaitLinkage(const ServerProcess& server, std::int64_t revision) {
  series::v1::ListSeriesRequest request;
  request.set_page_size(1);
  request.mutable_view()->set_min_revision(revision);
  const AgencyClient client = server.As("mps");
  for (int i = 0; i < 100; ++i) {  // each waits for up to 30 s
    const auto reply = client.ListSeries(request);
    if (reply.ok()) return;
    if (reply.status.error_code() != grpc::StatusCode::UNAVAILABLE &&
        reply.status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) {
      Die("the series cannot be listed: " + reply.status.error_message());
    }
  }
  Die("linkage does not catch up");
}

// Whether this machine lets threads of calls come first.
bool CanComeFirst() {
  bool is_first = false;
  std::thread([&is_first] {
    base::ComeFirst();
    is_first = base::IsFirst();
  }).join();
  return is_first;
}

// When linkage had come how far, in seconds since the beginning.
struct LinkedAt {
  double first_slice = 0;
  double last_slice = 0;  // where it begins
};

// Follows linkage while records come in.
LinkedAt FollowLinkage(const ServerProcess& server, Progress& progress, const Counts& counts,
                       std::size_t records, std::size_t slice) {
  const auto linked = [&](std::size_t acknowledged) {
    progress.Await(acknowledged);
    AwaitLinkage(server, counts.revision.load());
    return progress.SecondsSinceBegin();
  };
  LinkedAt at;
  at.first_slice = linked(slice);
  at.last_slice = linked(records - slice);
  return at;
}

// Starts a server over a store that holds `revision`, and measures until it serves, answers and
// links. `seed` gives a record that is new.
void MeasureRestart(ServerProcess& server, std::int64_t revision, std::uint64_t seed,
                    const std::string& name, Figures& figures) {
  const auto begun = Clock::now();
  figures.Add(name + "_ms", server.Start() * 1e3);
  AwaitLinkage(server, revision);
  figures.Add(name + "_first_answer_ms", SecondsSince(begun) * 1e3);
  // Once the deriver follows the log again, a record that is new is linked.
  const std::vector<AgencyLoad> next = MakeLoad(1, 1, seed);
  ingest::v1::SubmitStreamRequest request;
  if (!request.ParseFromString(next.front().batches.front().bytes)) Die("a batch is malformed");
  const std::vector<feed::v1::FeedMessage> one(1, request.batch().messages(0));
  if (!server.As(next.front().agency).Submit(one, /*wait_for_linkage=*/true).ok()) {
    Die("the server does not link again");
  }
  figures.Add(name + "_deriver_ready_ms", SecondsSince(begun) * 1e3);
}

struct Options {
  std::size_t records = 100'000;
  std::size_t batch_records = 256;
  std::uint64_t seed = 1;
  std::string json;
  bool limits = true;
  bool reads = true;
  std::vector<std::string> wrapper;
};

void Run(const Options& options) {
  std::unique_ptr<Investigator> investigator;
  if (options.reads) investigator = std::make_unique<Investigator>();
  const std::vector<AgencyLoad> loads =
      MakeLoad(options.records, options.batch_records, options.seed);
  const auto records = static_cast<double>(RecordsOf(loads));
  Figures figures;

  std::vector<std::string> command = options.wrapper;
  command.insert(command.end(), {SERIESLINK_SERVER, "--config"});
  ServerProcess server(command);
  server.Start();
  Counts counts;
  if (investigator != nullptr) investigator->Begin(server.address());
  Progress progress(RecordsOf(loads));
  const std::size_t slice = std::min(kSliceRecords, RecordsOf(loads) / 2);
  LinkedAt linked_at;
  const double own_cpu = OwnCpuSeconds();
  {
    std::thread follower(
        [&] { linked_at = FollowLinkage(server, progress, counts, RecordsOf(loads), slice); });
    Pace pace(loads.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < loads.size(); ++i) {
      threads.emplace_back(
          [&, i] { Push(server, loads[i], i, pace, progress, counts, investigator.get()); });
    }
    for (std::thread& thread : threads) thread.join();
    follower.join();
  }
  const double acknowledged_s = progress.SecondsSinceBegin();
  AwaitLinkage(server, counts.revision.load());
  const double linked_s = progress.SecondsSinceBegin();
  const double client_cpu = OwnCpuSeconds() - own_cpu;
  const double server_cpu = server.CpuSeconds();
  const AskTimes asked = investigator == nullptr ? AskTimes() : investigator->Stop();
  server.MustRun();
  if (counts.rejected > 0) Die("the server rejected records of the generator");

  const double rate = records / linked_s;
  figures.Add("records_count", records);
  figures.Add("revisions_count", static_cast<double>(counts.revision.load()));
  figures.Add("records_per_s", rate);
  figures.Add("acknowledged_records_per_s", records / acknowledged_s);
  const double first = progress.Rate(0, slice);
  const double last = progress.Rate(RecordsOf(loads) - slice, RecordsOf(loads));
  // Of a load of a few batches there is no rate at its end.
  if (first > 0 && last > 0) {
    figures.Add("first_100k_records_per_s", first);
    figures.Add("last_100k_records_per_s", last);
    figures.Add("ratio_last_to_first_100k", last / first);
    const auto slice_records = static_cast<double>(slice);
    const double linked_first = slice_records / linked_at.first_slice;
    const double linked_last = slice_records / (linked_s - linked_at.last_slice);
    figures.Add("linked_first_100k_records_per_s", linked_first);
    figures.Add("linked_last_100k_records_per_s", linked_last);
    figures.Add("ratio_linked_last_to_first_100k", linked_last / linked_first);
  }
  figures.Add("linkage_behind_s", linked_s - acknowledged_s);
  figures.Add("server_cpu_us_per_record", server_cpu / records * 1e6);
  figures.Add("client_cpu_us_per_record", client_cpu / records * 1e6);
  figures.Add("ack_ms_p50", Percentile(progress.ack_ms(), 0.5));
  figures.Add("ack_ms_p99", Percentile(progress.ack_ms(), 0.99));
  if (options.reads) {
    figures.Add("real_time_granted_count", CanComeFirst() ? 1 : 0);
    figures.Add("series_get_count", static_cast<double>(asked.series_ms.size()));
    figures.Add("weapon_get_count", static_cast<double>(asked.weapon_ms.size()));
    figures.Add("series_not_found_count", static_cast<double>(asked.not_found));
    figures.Add("series_get_ms_p50", Percentile(asked.series_ms, 0.5));
    figures.Add("series_get_ms_p99", Percentile(asked.series_ms, 0.99));
    figures.Add("weapon_get_ms_p99", Percentile(asked.weapon_ms, 0.99));
    figures.Add("refused_call_ms_p50", Percentile(asked.refused_ms, 0.5));
    figures.Add("refused_call_ms_p99", Percentile(asked.refused_ms, 0.99));
  }
  figures.Add("peak_rss_bytes", server.PeakBytes());

  // First after a crash, then after an end in good order.
  server.Kill();
  MeasureRestart(server, counts.revision.load(), options.seed + 1, "restart_killed", figures);
  server.Stop();
  MeasureRestart(server, counts.revision.load(), options.seed + 2, "restart", figures);
  figures.Add("restarted_rss_bytes", server.PeakBytes());
  server.Stop();

  if (options.limits) {
    const double grpc = GrpcEchoRecordsPerSecond(loads);
    const TemporaryDirectory folder;
    const std::size_t group = std::max<std::size_t>(
        1, RecordsOf(loads) /
               static_cast<std::size_t>(std::max<std::int64_t>(1, counts.revision.load())));
    const double rocksdb = RocksDbRecordsPerSecond(loads, group, folder.path() + "/bytes");
    const double six_key = SixKeyRecordsPerSecond(RecordsOf(loads), folder.path() + "/six");
    figures.Add("grpc_limit_records_per_s", grpc);
    figures.Add("rocksdb_limit_records_per_s", rocksdb);
    figures.Add("six_key_limit_records_per_s", six_key);
    figures.Add("ratio_grpc_limit", rate / grpc);
    figures.Add("ratio_rocksdb_limit", rate / rocksdb);
    figures.Add("ratio_six_key_limit", rate / six_key);
  }
  figures.Print();
  figures.WriteJson(options.json);
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) {
  CLI::App app("Records in through gRPC, durable and linked, beside this machine's limits");
  serieslink::bench::Options options;
  bool no_limits = false;
  bool no_reads = false;
  app.add_option("--records", options.records, "How many records [100000]");
  app.add_option("--batch-records", options.batch_records, "Records in a batch [256]");
  app.add_option("--seed", options.seed, "Of the generator [1]");
  app.add_option("--json", options.json, "Write the figures to this file");
  app.add_option("--wrap", options.wrapper,
                 "Run the server under this program, e.g. perf record -g -o FILE");
  app.add_flag("--no-limits", no_limits, "Leave the limits out");
  app.add_flag("--no-reads", no_reads, "Nobody asks for series meanwhile");
  CLI11_PARSE(app, argc, argv);
  options.limits = !no_limits;
  options.reads = !no_reads;
  serieslink::bench::Run(options);
  return 0;
}
