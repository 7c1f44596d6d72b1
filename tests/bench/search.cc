// How long a search takes: records of invented guns, derived into an embedded store, then pages of
// searches, one at a time and without gRPC. Beside it, what the index cost to make: CPU of what is
// added to it, timed alone.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/firearm/firearm_service.h"
#include "services/ingest/core/adapter.h"
#include "services/ingest/prepare.h"
#include "services/view/firearm_terms.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/bench/embedded_store.h"
#include "tests/bench/figures.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::bench {
namespace {

constexpr std::size_t kBatchRecords = EmbeddedStore::kBatchRecords;
constexpr int kSearches = 300;

struct Options {
  std::size_t records = 100'000;
  unsigned seed = 1;
  std::string json;
};

// Guns as a force's records have them: a few makes have most of them, numbers are spread evenly.
class Guns {
 public:
  explicit Guns(unsigned seed) : random_(seed) {}

  std::uint32_t Below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  std::string Serial() {
    return absl::StrFormat("%c%c%06d", static_cast<char>('A' + Below(26)),
                           static_cast<char>('A' + Below(26)), Below(1'000'000));
  }
  std::string Make() {
    const std::uint32_t draw = Below(100);
    if (draw < 30) return "Glock";
    if (draw < 50) return "Taurus";
    if (draw < 65) return "Smith & Wesson";
    return absl::StrCat("Maker ", Below(300));
  }
  std::string Model() { return absl::StrCat("M", Below(40)); }
  std::string Borough() { return absl::StrCat("E0900000", 1 + Below(9)); }
  std::string Ward() { return absl::StrFormat("E0500%04d", Below(600)); }

  feed::v1::FeedMessage Record(std::size_t number) {
    static constexpr const char* kCalibres[] = {"9mm", ".38 Special", ".22 LR", "12 bore", ".40"};
    feed::v1::FeedMessage message;
    feed::v1::ForceRecord& record = *message.mutable_force();
    record.set_system("S");
    record.set_record_id(absl::StrCat("R", number));
    record.set_record_type("RECOVERY");
    record.set_occurred(
        absl::StrFormat("20%02d-%02d-%02d", 10 + Below(15), 1 + Below(12), 1 + Below(28)));
    feed::v1::PlaceEntry& place = *record.mutable_place();
    place.set_police_force("mps");
    place.set_borough_code(Borough());
    place.set_ward_code(Ward());
    if (number % 4 != 0) record.mutable_marking()->set_visibility("OPEN");
    feed::v1::GunEntry& gun = *record.add_guns();
    gun.add_serials()->set_text(Serial());
    gun.set_make(Make());
    gun.set_model(Model());
    gun.set_calibre(kCalibres[Below(5)]);
    gun.add_apparent_types("PISTOL");
    return message;
  }

 private:
  std::mt19937 random_;
};

// The entries of `messages` through an index of their own.
void AddIndexCost(const std::vector<std::string>& messages, Figures& figures) {
  std::vector<record::v1::Record> records;
  for (const std::string& bytes : messages) {
    feed::v1::FeedMessage message;
    message.ParseFromString(bytes);
    records.push_back(
        ingest::Adapt(message,
                      ingest::AdaptContext{.agency = "kent", .received_time = absl::UnixEpoch()})
            .record);
  }
  const TemporaryDirectory directory;
  storage::RocksDbOptions options;
  options.directory = directory.path() + "/store";
  auto store = storage::OpenRocksDbStore(options);
  if (!store.ok()) Die("the store does not open");
  auto index = graph::SortedRunWriter::Open(store->get(), graph::kFirearmIndex, {});
  if (!index.ok()) Die("the index does not open");
  const double start = OwnCpuSeconds();
  view::TermCache cache;
  std::uint64_t number = 0;
  std::size_t count = 0;
  storage::Position position = 0;
  for (std::size_t at = 0; at < records.size(); at += kBatchRecords) {
    graph::FirearmEntries entries;
    for (std::size_t i = at; i < std::min(records.size(), at + kBatchRecords); ++i) {
      ++number;
      view::AddFirearmEntries(records[i], records[i].exhibits(0), stolen::v1::REPORT_SOURCE_POLICE,
                              graph::MakeExhibitNumber(number, 0), number, cache, entries);
    }
    count += entries.size();
    entries.ForEach(
        [&](std::string_view key, std::string_view value) { (*index)->Put(key, value); });
    graph::CommitBuilder commit(storage::Keyspace::kDerived);
    if (!(*index)->AppendTo(&commit, position + 1).ok()) Die("the index takes no more");
    const auto applied = (*store)->Apply(commit.Build(position, storage::Durability::kBuffered));
    if (!applied.ok()) Die("the store takes no more");
    position = *applied;
  }
  if (!(*store)->Close().ok()) Die("the store does not close");
  const double records_count = static_cast<double>(records.size());
  figures.Add("index_entries_per_record_count", static_cast<double>(count) / records_count);
  figures.Add("index_cpu_per_record_us", (OwnCpuSeconds() - start) / records_count * 1e6);
}

class Searches {
 public:
  Searches(const firearm::FirearmService& service, std::int64_t revision, Figures& figures)
      : service_(service), revision_(revision), figures_(figures) {}

  // One page for each of the filters that `make` gives.
  void Measure(const std::string& name, int count,
               const std::function<firearm::v1::FirearmFilter()>& make) {
    std::vector<double> times_us;
    std::size_t found = 0;
    for (int i = 0; i < count; ++i) {
      firearm::v1::SearchFirearmsRequest request;
      *request.mutable_filter() = make();
      request.mutable_view()->set_min_revision(revision_);
      firearm::v1::SearchFirearmsResponse response;
      const auto start = std::chrono::steady_clock::now();
      const absl::Status status =
          service_.SearchFor(view::Viewer{"mps"}, request, absl::InfiniteFuture(), response);
      times_us.push_back(
          std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
              .count());
      if (!status.ok()) Die("a search failed");
      found += static_cast<std::size_t>(response.exhibits_size());
    }
    figures_.Add(absl::StrCat(name, "_us_p50"), Percentile(times_us, 0.5));
    figures_.Add(absl::StrCat(name, "_us_p99"), Percentile(times_us, 0.99));
    figures_.Add(absl::StrCat(name, "_found_per_page_count"),
                 static_cast<double>(found) / static_cast<double>(count));
  }

 private:
  const firearm::FirearmService& service_;
  const std::int64_t revision_;
  Figures& figures_;
};

void Run(const Options& options) {
  Figures figures;
  Guns guns(options.seed);
  std::vector<std::string> messages;
  std::vector<std::string> serials;
  for (std::size_t i = 0; i < options.records; ++i) {
    const feed::v1::FeedMessage message = guns.Record(i);
    serials.push_back(message.force().guns(0).serials(0).text());
    messages.push_back(message.SerializeAsString());
  }
  AddIndexCost(messages, figures);

  EmbeddedStore store;
  for (std::size_t at = 0; at < messages.size(); at += kBatchRecords) {
    ingest::v1::BatchWire batch;
    batch.set_agency("kent");
    for (std::size_t i = at; i < std::min(messages.size(), at + kBatchRecords); ++i) {
      batch.add_messages(messages[i]);
    }
    store.Submit(std::move(batch));
  }
  const rpc::PageTokenSealer tokens({});
  const firearm::FirearmService service(store.source(), &store.ids(), &tokens, "bench", absl::Now);
  Searches searches(service, store.revision(), figures);
  const auto serial = [&] {
    return serials[guns.Below(static_cast<std::uint32_t>(serials.size()))];
  };
  const auto with_serial = [](const std::string& text) {
    firearm::v1::FirearmFilter filter;
    filter.set_serial(text);
    return filter;
  };
  // The first search waits until all is derived and reads the maps of the index.
  searches.Measure("first", 1, [&] { return with_serial(serial()); });
  searches.Measure("serial_exact", kSearches, [&] { return with_serial(serial()); });
  searches.Measure("serial_unknown", kSearches, [&] { return with_serial(guns.Serial() + "9"); });
  searches.Measure("serial_prefix", kSearches,
                   [&] { return with_serial(serial().substr(0, 5) + "*"); });
  searches.Measure("serial_suffix", kSearches,
                   [&] { return with_serial("*" + serial().substr(3)); });
  searches.Measure("wildcard", kSearches / 10,
                   [&] { return with_serial("*" + serial().substr(2, 4) + "*"); });
  searches.Measure("make_model", kSearches, [&] {
    firearm::v1::FirearmFilter filter;
    filter.set_make(guns.Make());
    filter.set_model(guns.Model());
    return filter;
  });
  searches.Measure("model", kSearches, [&] {
    firearm::v1::FirearmFilter filter;
    filter.set_model(guns.Model());
    return filter;
  });
  searches.Measure("area", kSearches, [&] {
    firearm::v1::FirearmFilter filter;
    filter.set_area(guns.Ward());
    return filter;
  });
  searches.Measure("make_area_period", kSearches / 10, [&] {
    firearm::v1::FirearmFilter filter;
    filter.set_make(guns.Make());
    filter.set_area(guns.Borough());
    filter.mutable_occurred_from()->set_seconds(1'420'070'400);    // 2015-01-01
    filter.mutable_occurred_before()->set_seconds(1'427'842'800);  // 2015-04-01
    return filter;
  });
  searches.Measure("period", kSearches / 10, [&] {
    firearm::v1::FirearmFilter filter;
    filter.mutable_occurred_from()->set_seconds(1'420'070'400 + 86'400 * guns.Below(1000));
    filter.mutable_occurred_before()->set_seconds(filter.occurred_from().seconds() + 86'400);
    return filter;
  });
  figures.Print();
  figures.WriteJson(options.json);
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) {
  CLI::App app("Pages of searches over an embedded store, and what their index costs to make");
  serieslink::bench::Options options;
  app.add_option("--records", options.records, "How many records, a gun each [100000]")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "Of the guns [1]");
  app.add_option("--json", options.json, "Write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  serieslink::bench::Run(options);
  return 0;
}
