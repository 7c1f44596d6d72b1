// How long a quarter's full summary takes as the store grows: records of all agencies of ten years
// are derived into an embedded store, 100,000, 1,000,000 and 10,000,000 of them as far as asked;
// then summaries of one quarter after the other are timed, one at a time and without gRPC: counted
// from everything, from kept figures, while records come in, and as at an old revision.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/summary/figure_keeper.h"
#include "services/summary/summary_service.h"
#include "tests/bench/embedded_store.h"
#include "tests/bench/figures.h"
#include "tests/synth/feed_stream.h"

namespace serieslink::bench {
namespace {

constexpr std::size_t kSizes[] = {100'000, 1'000'000, 10'000'000};
// Records that come between two summaries of those under ingest.
constexpr std::size_t kRecordsBetween = 64;
constexpr int kUnderIngest = 60;

struct Options {
  std::size_t records = 1'000'000;
  std::uint64_t seed = 1;
  int rounds = 3;  // through all quarters
  int scans = 1;
  std::string json;
};

using Clock = std::chrono::steady_clock;

double MsSince(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

// What this process has in memory.
std::int64_t ResidentBytes() {
  std::int64_t pages = 0;
  std::int64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

// What the agencies send, in batches of one agency each.
class Feeds {
 public:
  Feeds(std::size_t records, std::uint64_t seed) {
    auto stream = synth::FeedStream::Create({.seed = seed, .records = records});
    if (!stream.ok()) Die("the generator does not start");
    stream_ = *std::move(stream);
  }

  // Submits the next `records`, or those that there are.
  void Submit(std::size_t records, EmbeddedStore& store) {
    synth::SyntheticRecord record;
    while (records > 0 && stream_->Next(&record)) {
      if (record.is_withdrawal) continue;
      --records;
      event_records_ += record.event.has_value();
      ingest::v1::BatchWire& batch = batches_[record.agency];
      batch.set_agency(record.agency);
      batch.add_messages(record.message.SerializeAsString());
      if (batch.messages_size() < static_cast<int>(EmbeddedStore::kBatchRecords)) continue;
      store.Submit(std::exchange(batch, {}));
    }
    for (auto& [agency, batch] : batches_) {
      if (batch.messages_size() > 0) store.Submit(std::exchange(batch, {}));
    }
  }

  // Records so far that tell of an event.
  std::int64_t event_records() const { return event_records_; }

 private:
  std::unique_ptr<synth::FeedStream> stream_;
  std::map<std::string, ingest::v1::BatchWire> batches_;
  std::int64_t event_records_ = 0;
};

class SummaryBench {
 public:
  SummaryBench(std::size_t records, const Options& options)
      : records_(records), options_(options), random_(static_cast<unsigned>(options.seed)) {
    if (!absl::LoadTimeZone("Europe/London", &london_)) Die("there is no time zone of London");
  }

  // Adds the figures of this size, each named behind `prefix`. The p50 of a quarter.
  double Run(const std::string& prefix, Figures& figures) {
    Feeds feeds(records_ + kRecordsBetween * kUnderIngest, options_.seed);
    EmbeddedStore store;
    feeds.Submit(records_, store);
    figures.Add(absl::StrCat(prefix, "event_records_count"),
                static_cast<double>(feeds.event_records()));
    const auto boundaries = std::make_shared<const summary::Boundaries>();
    summary::FigureKeeper keeper(store.source(), london_, absl::Now, boundaries);
    const summary::SummaryService counting(store.source(), "bench", absl::Now, london_, boundaries);
    const summary::SummaryService kept(store.source(), "bench", absl::Now, london_, boundaries,
                                       &keeper);
    const std::int64_t half = std::max<std::int64_t>(1, store.revision() / 2);
    // The first waits until all is derived.
    Time(counting, 2016, 3, store.revision(), 0);
    AwaitIdle(store.store());
    const auto scans = [&](const std::string& name, std::int64_t as_at) {
      std::vector<double> times;
      for (int i = 0; i < options_.scans; ++i) {
        times.push_back(Time(counting, 2016, 1 + i % 4, store.revision(), as_at));
      }
      figures.Add(absl::StrCat(prefix, name), Percentile(times, 0.5));
    };
    scans("counted_ms_p50", 0);
    scans("as_at_ms_p50", half);

    const std::int64_t resident_before = ResidentBytes();
    const auto begun = Clock::now();
    const absl::StatusOr<bool> is_built = keeper.Build();
    if (!is_built.ok() || !*is_built) Die("figures are not kept");
    figures.Add(absl::StrCat(prefix, "first_kept_s"), MsSince(begun) / 1000);
    figures.Add(
        absl::StrCat(prefix, "first_kept_rss_bytes_per_record"),
        static_cast<double>(ResidentBytes() - resident_before) / static_cast<double>(records_));
    std::vector<double> times;
    for (int round = 0; round < options_.rounds; ++round) {
      for (int year = 2013; year <= 2022; ++year) {
        for (int quarter = 1; quarter <= 4; ++quarter) {
          times.push_back(Time(kept, year, quarter, store.revision(), 0));
        }
      }
    }
    const double quarter_ms = Percentile(times, 0.5);
    figures.Add(absl::StrCat(prefix, "quarter_ms_p50"), quarter_ms);
    figures.Add(absl::StrCat(prefix, "quarter_ms_p99"), Percentile(times, 0.99));
    times.clear();
    for (int i = 0; i < kUnderIngest; ++i) {
      feeds.Submit(kRecordsBetween, store);
      times.push_back(Time(kept, 2013 + static_cast<int>(random_() % 10),
                           1 + static_cast<int>(random_() % 4), store.revision(), 0));
    }
    figures.Add(absl::StrCat(prefix, "quarter_under_ingest_ms_p50"), Percentile(times, 0.5));
    figures.Add(absl::StrCat(prefix, "quarter_under_ingest_ms_p99"), Percentile(times, 0.99));
    return quarter_ms;
  }

 private:
  double Time(const summary::SummaryService& service, int year, int quarter,
              std::int64_t min_revision, std::int64_t as_at) {
    summary::v1::GetSummaryRequest request;
    request.mutable_period()->set_kind(summary::v1::PERIOD_KIND_QUARTER);
    request.mutable_period()->set_year(year);
    request.mutable_period()->set_quarter(quarter);
    request.mutable_view()->set_min_revision(min_revision);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    summary::v1::GetSummaryResponse response;
    const auto begun = Clock::now();
    const absl::Status status = service.SummariseFor(
        view::Viewer{"mps"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        response);
    const double time_ms = MsSince(begun);
    if (!status.ok()) Die("a summary failed");
    return time_ms;
  }

  const std::size_t records_;
  const Options& options_;
  std::mt19937 random_;
  absl::TimeZone london_;
};

void Run(const Options& options) {
  Figures figures;
  std::vector<std::size_t> sizes;
  for (const std::size_t size : kSizes) {
    if (size < options.records) sizes.push_back(size);
  }
  double smallest_ms = 0;
  for (const std::size_t size : sizes) {
    const double quarter_ms =
        SummaryBench(size, options).Run(absl::StrCat("of_", size, "_"), figures);
    if (smallest_ms == 0) smallest_ms = quarter_ms;
  }
  const double quarter_ms = SummaryBench(options.records, options).Run("", figures);
  if (smallest_ms > 0) figures.Add("ratio_quarter_to_smallest", quarter_ms / smallest_ms);
  figures.Print();
  figures.WriteJson(options.json);
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) {
  CLI::App app("Summaries of quarters over an embedded store");
  serieslink::bench::Options options;
  app.add_option("--records", options.records,
                 "How many records; smaller stores of 100,000 and 1,000,000 come first [1000000]")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "Of the world [1]");
  app.add_option("--rounds", options.rounds, "How often each quarter is asked for [3]")
      ->check(CLI::PositiveNumber);
  app.add_option("--scans", options.scans, "How often all is counted, now and as at [1]")
      ->check(CLI::PositiveNumber);
  app.add_option("--json", options.json, "Write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  serieslink::bench::Run(options);
  return 0;
}
