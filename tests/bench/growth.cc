// What one new record costs as the store grows: records of all agencies are committed to disk and
// derived in this process, and at two sizes of the store new ones come one at a time. Beside it,
// what linkage holds in memory for each record.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/ingest/committer.h"
#include "services/ingest/prepare.h"
#include "services/linkage/deriver.h"
#include "services/view/revision_gate.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/bench/embedded_store.h"
#include "tests/bench/figures.h"
#include "tests/bench/linkage_state.h"
#include "tests/support/temporary_directory.h"
#include "tests/synth/feed_stream.h"

namespace serieslink::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kSmallStoreRecords = 10'000;
constexpr std::size_t kBatchRecords = 1'024;
constexpr int kProbes = 2'000;

struct Options {
  std::size_t records = 1'000'000;
  std::uint64_t seed = 1;
  std::string json;
};

std::unique_ptr<synth::FeedStream> NewStream(const Options& options) {
  // Room for the probes at the end.
  auto stream =
      synth::FeedStream::Create({.seed = options.seed, .records = options.records + 4 * kProbes});
  if (!stream.ok()) Die("the generator does not start");
  return *std::move(stream);
}

// The next record that is no withdrawal.
bool NextRecord(synth::FeedStream& stream, synth::SyntheticRecord* record) {
  while (stream.Next(record)) {
    if (!record->is_withdrawal) return true;
  }
  return false;
}

// The server's way from messages to what is derived, without the network.
class Chain {
 public:
  Chain()
      : ids_(graph::IdKey::Create(std::string(graph::IdKey::kSecretBytes, 'g')).value()),
        recent_(64 * 1024) {
    storage::RocksDbOptions options;
    options.directory = directory_.path() + "/store";
    auto store = storage::OpenRocksDbStore(options);
    if (!store.ok()) Die("the store does not open");
    store_ = *std::move(store);
    graph_ = std::make_unique<graph::Graph>(store_.get());
    committer_ = std::make_unique<ingest::Committer>(
        store_.get(), &recent_, &ids_, absl::Now, [](const graph::LogBatch&) {},
        [] { Die("the log failed"); });
    deriver_ = std::make_unique<linkage::Deriver>(
        store_.get(), graph_.get(), &recent_, &ids_, linkage::RuleSet::Serving(),
        linkage::ConfirmationPolicy(), absl::Now, [](bool follows) {
          if (!follows) Die("the deriver failed");
        });
    if (!committer_->Start().ok() || !deriver_->Start().ok()) Die("the modules do not start");
  }
  ~Chain() {
    deriver_->Stop();
    committer_->Stop();
  }

  // Returns when all of it is on disk and derived.
  void Push(const std::vector<synth::SyntheticRecord>& records) {
    std::vector<ingest::PreparedMessage> prepared;
    for (const synth::SyntheticRecord& record : records) {
      ingest::v1::BatchWire batch;
      batch.set_agency(record.agency);
      batch.add_messages(record.message.SerializeAsString());
      for (auto& one :
           ingest::PrepareBatch(std::move(batch), {record.agency, "feed"}, {}, ids_, absl::Now())) {
        prepared.push_back(std::move(one));
      }
    }
    std::promise<void> done;
    committer_->Submit(std::move(prepared), [&](auto acknowledgements, auto) {
      if (!acknowledgements.ok()) Die("a batch was not taken");
      done.set_value();
    });
    done.get_future().wait();
  }

  // Waits until everything is derived.
  void AwaitLinkage() {
    const auto log = store_->NewSnapshot().value()->position(storage::Keyspace::kLog);
    const auto cut =
        view::TakeCut({store_.get(), graph_.get()},
                      {.as_at = 0, .as_at_time = {}, .min_revision = log}, absl::InfiniteFuture());
    if (!cut.ok()) Die("linkage does not catch up");
  }

  storage::Store& store() { return *store_; }

 private:
  TemporaryDirectory directory_;
  const graph::IdKey ids_;
  graph::RecentCommits recent_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<graph::Graph> graph_;
  std::unique_ptr<ingest::Committer> committer_;
  std::unique_ptr<linkage::Deriver> deriver_;
};

// New records one at a time: CPU of the process for each, and how long until it is linked.
void Probe(Chain& chain, synth::FeedStream& stream, const std::string& at, Figures& figures,
           double* cpu_us) {
  std::vector<std::vector<synth::SyntheticRecord>> probes;
  for (int i = 0; i < kProbes; ++i) {
    probes.emplace_back(1);
    if (!NextRecord(stream, &probes.back().front())) Die("the generator has too few records");
  }
  AwaitIdle(chain.store());
  std::vector<double> times_ms;
  const double before = OwnCpuSeconds();
  for (const auto& probe : probes) {
    const auto begun = Clock::now();
    chain.Push(probe);
    chain.AwaitLinkage();
    times_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
  }
  *cpu_us = (OwnCpuSeconds() - before) / kProbes * 1e6;
  figures.Add(absl::StrCat("one_record_at_", at, "_cpu_us"), *cpu_us);
  figures.Add(absl::StrCat("one_record_at_", at, "_linked_ms_p50"), Percentile(times_ms, 0.5));
  figures.Add(absl::StrCat("one_record_at_", at, "_linked_ms_p99"), Percentile(times_ms, 0.99));
}

void MeasureStore(const Options& options, Figures& figures) {
  const auto stream = NewStream(options);
  Chain chain;
  std::size_t loaded = 0;
  const auto load_to = [&](std::size_t records) {
    while (loaded < records) {
      std::vector<synth::SyntheticRecord> batch;
      synth::SyntheticRecord record;
      while (loaded < records && batch.size() < kBatchRecords && NextRecord(*stream, &record)) {
        batch.push_back(record);
        ++loaded;
      }
      if (batch.empty()) break;
      chain.Push(batch);
    }
    chain.AwaitLinkage();
  };
  double small_us = 0;
  double large_us = 0;
  load_to(std::min(options.records, kSmallStoreRecords));
  Probe(chain, *stream, "10k", figures, &small_us);
  load_to(options.records);
  Probe(chain, *stream, "all", figures, &large_us);
  figures.Add("records_count", static_cast<double>(loaded));
  figures.Add("one_record_cpu_all_to_10k_ratio", large_us / small_us);
}

void MeasureState(const Options& options, Figures& figures) {
  const auto stream = NewStream(options);
  LinkageState state(linkage::RuleSet::Serving(), options.records);
  synth::SyntheticRecord record;
  while (state.records() < options.records && NextRecord(*stream, &record)) {
    const absl::Status added =
        state.Add(record.agency, record.system, record.source_id, record.message);
    if (!added.ok()) Die(std::string(added.message()));
  }
  if (!state.Flush().ok()) Die("the derivation failed");
  const auto records = static_cast<double>(state.records());
  figures.Add("derive_cpu_us_per_record", state.CpuSeconds() / records * 1e6);
  figures.Add("linkage_state_bytes_per_record", state.HeapBytes() / records);
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) {
  CLI::App app("What one new record costs in a small store and in a large one");
  serieslink::bench::Options options;
  app.add_option("--records", options.records, "Of the large store [1000000]")
      ->check(CLI::Range(20'000, 100'000'000));
  app.add_option("--seed", options.seed, "Of the records [1]");
  app.add_option("--json", options.json, "Write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  serieslink::bench::Figures figures;
  serieslink::bench::MeasureState(options, figures);
  serieslink::bench::MeasureStore(options, figures);
  figures.Print();
  figures.WriteJson(options.json);
  return 0;
}
