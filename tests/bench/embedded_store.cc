#include "tests/bench/embedded_store.h"

#include <future>
#include <utility>

#include "absl/time/clock.h"
#include "services/ingest/prepare.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/bench/figures.h"

namespace serieslink::bench {
namespace {

constexpr std::size_t kRecentEntriesMax = 64 * 1024;

std::unique_ptr<storage::Store> OpenIn(const std::string& directory) {
  storage::RocksDbOptions options;
  options.directory = directory + "/store";
  auto opened = storage::OpenRocksDbStore(options);
  if (!opened.ok()) Die("the store does not open");
  return *std::move(opened);
}

void Fail() { Die("the server's inside failed"); }

}  // namespace

void AwaitIdle(storage::Store& store) {
  constexpr absl::Duration kPause = absl::Milliseconds(250);
  constexpr double kIdleCpuS = 0.005;
  const auto next = store.NewSnapshot().value()->position(storage::Keyspace::kLog) + 1;
  for (int i = 0; i < 800; ++i) {
    const double before = OwnCpuSeconds();
    store.WaitForPosition(storage::Keyspace::kLog, next, absl::Now() + kPause)
        .status()
        .IgnoreError();
    if (OwnCpuSeconds() - before < kIdleCpuS) return;
  }
}

EmbeddedStore::EmbeddedStore()
    : store_(OpenIn(directory_.path())),
      graph_(store_.get()),
      ids_(graph::IdKey::Create(std::string(32, 'k')).value()),
      recent_(kRecentEntriesMax),
      committer_(
          store_.get(), &recent_, &ids_, absl::Now, [](const graph::LogBatch&) {}, Fail),
      deriver_(store_.get(), &graph_, &recent_, &ids_, linkage::RuleSet::Serving(),
               linkage::ConfirmationPolicy(), absl::Now, [](bool follows) {
                 if (!follows) Fail();
               }) {
  if (!committer_.Start().ok() || !deriver_.Start().ok()) Die("the modules do not start");
}

EmbeddedStore::~EmbeddedStore() {
  deriver_.Stop();
  committer_.Stop();
}

void EmbeddedStore::Submit(ingest::v1::BatchWire batch) {
  const std::string agency = batch.agency();
  std::promise<void> done;
  committer_.Submit(ingest::PrepareBatch(std::move(batch), {agency, "feed"}, {}, ids_, absl::Now()),
                    [&](auto acknowledgements, auto) {
                      if (!acknowledgements.ok()) Die("a batch was not taken");
                      done.set_value();
                    });
  done.get_future().wait();
}

std::int64_t EmbeddedStore::revision() const {
  return static_cast<std::int64_t>(
      store_->NewSnapshot().value()->position(storage::Keyspace::kLog));
}

}  // namespace serieslink::bench
