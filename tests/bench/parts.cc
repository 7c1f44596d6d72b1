// What the parts of a record's way cost, each alone and in memory: where a change of speed comes
// from. Records are the generator's, at its typical level of dirt.
#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/arena.h"
#include "services/ingest/core/adapter.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "storage/base/text.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/public_id.h"
#include "tests/bench/figures.h"
#include "tests/synth/feed_stream.h"

namespace serieslink::bench {
namespace {

const absl::Time kReceived = absl::FromUnixSeconds(1'900'000'000);

struct Message {
  std::string agency;
  std::string bytes;
};

// The same things in each of the forms that a record has on its way.
struct World {
  std::vector<Message> messages;
  std::vector<record::v1::Record> records;
  std::vector<std::string> serials;
  std::vector<std::string> makes;
};

World MakeWorld(std::size_t records) {
  const auto stream = synth::FeedStream::Create({.records = records});
  if (!stream.ok()) Die(std::string(stream.status().message()));
  World world;
  synth::SyntheticRecord one;
  while ((*stream)->Next(&one)) {
    if (one.is_withdrawal) continue;
    world.messages.push_back({one.agency, one.message.SerializeAsString()});
    ingest::AdaptedMessage adapted =
        ingest::Adapt(one.message, {.agency = one.agency, .received_time = kReceived});
    for (const auto& exhibit : adapted.record.exhibits()) {
      if (!exhibit.firearm().make().empty()) world.makes.push_back(exhibit.firearm().make());
      for (const auto& serial : exhibit.firearm().serials()) {
        world.serials.push_back(serial.text());
      }
    }
    world.records.push_back(std::move(adapted.record));
  }
  return world;
}

// Takes the next of `things` each time, round and round.
template <typename Thing, typename Use>
void ForEach(benchmark::State& state, const std::vector<Thing>& things, const Use& use) {
  std::size_t next = 0;
  for (auto _ : state) {
    use(things[next]);
    if (++next == things.size()) next = 0;
  }
}

void Register(const World& world) {
  benchmark::RegisterBenchmark("parse_message", [&](benchmark::State& state) {
    ForEach(state, world.messages, [](const Message& message) {
      google::protobuf::Arena arena;
      auto* parsed = google::protobuf::Arena::CreateMessage<feed::v1::FeedMessage>(&arena);
      benchmark::DoNotOptimize(parsed->ParseFromString(message.bytes));
    });
  });
  benchmark::RegisterBenchmark("parse_and_adapt_message", [&](benchmark::State& state) {
    ForEach(state, world.messages, [](const Message& message) {
      google::protobuf::Arena arena;
      auto* parsed = google::protobuf::Arena::CreateMessage<feed::v1::FeedMessage>(&arena);
      auto* record = google::protobuf::Arena::CreateMessage<record::v1::Record>(&arena);
      parsed->ParseFromString(message.bytes);
      benchmark::DoNotOptimize(ingest::AdaptInto(
          *parsed, {.agency = message.agency, .received_time = kReceived}, record));
    });
  });
  benchmark::RegisterBenchmark("name_record", [&](benchmark::State& state) {
    const auto ids = graph::IdKey::Create(std::string(graph::IdKey::kSecretBytes, 'k')).value();
    ForEach(state, world.records, [&](const record::v1::Record& record) {
      benchmark::DoNotOptimize(
          ids.ForRecord({record.source().agency(), record.source().source_system(),
                         record.source().source_id()}));
    });
  });
  benchmark::RegisterBenchmark("extract_facts_of_record", [&](benchmark::State& state) {
    ForEach(state, world.records, [](const record::v1::Record& record) {
      for (const auto& exhibit : record.exhibits()) {
        benchmark::DoNotOptimize(
            view::FactsOf(view::StoredFactsOf(exhibit), 1, 1, 0, false, "kent", nullptr));
      }
    });
  });
  benchmark::RegisterBenchmark("index_firearms_of_record", [&](benchmark::State& state) {
    view::TermCache cache;
    ForEach(state, world.records, [&](const record::v1::Record& record) {
      graph::FirearmEntries entries;
      for (const auto& exhibit : record.exhibits()) {
        view::AddFirearmEntries(record, exhibit, stolen::v1::REPORT_SOURCE_POLICE, 1, 1, cache,
                                entries);
      }
      benchmark::DoNotOptimize(entries.size());
    });
  });
  benchmark::RegisterBenchmark("read_serial", [&](benchmark::State& state) {
    ForEach(state, world.serials, [](const std::string& serial) {
      benchmark::DoNotOptimize(linkage::ReadSerials(AbslView(serial)));
    });
  });
  benchmark::RegisterBenchmark("read_make", [&](benchmark::State& state) {
    ForEach(state, world.makes, [](const std::string& make) {
      benchmark::DoNotOptimize(linkage::ReadMake(AbslView(make)));
    });
  });
}

// Prints Google Benchmark's table and keeps each part's CPU time.
class Keeper final : public benchmark::ConsoleReporter {
 public:
  explicit Keeper(Figures* figures) : figures_(figures) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      figures_->Add(run.benchmark_name() + "_cpu_ns", run.GetAdjustedCPUTime());
    }
    ConsoleReporter::ReportRuns(runs);
  }

 private:
  Figures* const figures_;
};

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) {
  CLI::App app("What the parts of a record's way cost");
  std::size_t records = 20'000;
  std::string json;
  app.add_option("--records", records, "How many different records [20000]");
  app.add_option("--json", json, "Write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  const serieslink::bench::World world = serieslink::bench::MakeWorld(records);
  serieslink::bench::Register(world);
  serieslink::bench::Figures figures;
  serieslink::bench::Keeper keeper(&figures);
  benchmark::RunSpecifiedBenchmarks(&keeper);
  figures.WriteJson(json);
  return 0;
}
