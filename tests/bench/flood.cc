// Floods: records that all have the serial "UNKNOWN", and records that all have one serial that
// looks real, each beside as many records with serials of their own, through the whole server by
// gRPC.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "tests/bench/figures.h"
#include "tests/bench/flood_records.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink::bench {
namespace {

constexpr int kBatchRecords = 256;
constexpr std::size_t kStreamRecords = 16'384;

struct Loaded {
  double seconds = 0;       // until everything is acknowledged and linked
  double cpu_seconds = 0;   // of server and client
  std::int64_t joined = 0;  // exhibits of weapons of two or more
};

// Everything that is linked at `revision`, over as many calls as it takes.
series::v1::ListSeriesResponse AwaitSeries(const AgencyClient& client, std::int64_t revision) {
  series::v1::ListSeriesRequest request;
  request.mutable_view()->set_min_revision(revision);
  constexpr int kCallsMax = 60;  // each waits for up to 30 s
  for (int call = 0; call < kCallsMax; ++call) {
    auto reply = client.ListAllSeries(request);
    if (reply.ok()) return *reply;
    if (reply.status.error_code() != grpc::StatusCode::UNAVAILABLE &&
        reply.status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) {
      Die("the series cannot be listed: " + reply.status.error_message());
    }
  }
  Die("linkage does not catch up");
}

Loaded Load(FloodKind kind, std::size_t records) {
  std::vector<std::vector<feed::v1::FeedMessage>> streams;
  for (std::size_t i = 0; i < records; ++i) {
    if (i % kStreamRecords == 0) streams.emplace_back();
    streams.back().push_back(FloodRecord(kind, i));
  }
  const TestServer server;
  const AgencyClient client = server.As("mers");
  std::int64_t revision = 0;
  const double cpu = OwnCpuSeconds();
  const auto begun = std::chrono::steady_clock::now();
  for (const auto& stream : streams) {
    const auto reply = client.SubmitStream(stream, kBatchRecords);
    if (!reply.ok()) Die("a stream failed: " + reply.status.error_message());
    for (const auto& one : reply->acknowledgements()) {
      if (one.outcome() != ingest::v1::OUTCOME_CREATED) Die("a record was not taken");
      revision = std::max(revision, one.revision());
    }
  }
  const series::v1::ListSeriesResponse series = AwaitSeries(client, revision);
  Loaded loaded;
  loaded.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  loaded.cpu_seconds = OwnCpuSeconds() - cpu;
  for (const series::v1::Series& one : series.series()) loaded.joined += one.exhibit_count();
  return loaded;
}

int Run(int argc, char** argv) {
  CLI::App app("Floods of records with one serial, beside records with serials of their own.");
  std::size_t records = 100'000;
  std::string json;
  app.add_option("--records", records, "Of each kind, at most 900000")
      ->check(CLI::Range(1, 900'000))
      ->capture_default_str();
  app.add_option("--json", json, "Write the figures to this file, as one flat object");
  CLI11_PARSE(app, argc, argv);

  Figures figures;
  const auto count = static_cast<double>(records);
  double normal_s = 0;
  double normal_cpu_s = 0;
  std::int64_t joined = 0;
  for (const auto& [name, kind] : {std::pair("normal", FloodKind::kNormal),
                                   {"unknown", FloodKind::kUnknown},
                                   {"one_serial", FloodKind::kOneSerial}}) {
    const Loaded loaded = Load(kind, records);
    figures.Add(absl::StrCat(name, "_records_per_s"), count / loaded.seconds);
    figures.Add(absl::StrCat(name, "_cpu_us_per_record"), loaded.cpu_seconds / count * 1e6);
    figures.Add(absl::StrCat(name, "_joined_count"), static_cast<double>(loaded.joined));
    joined += loaded.joined;
    if (kind == FloodKind::kNormal) {
      normal_s = loaded.seconds;
      normal_cpu_s = loaded.cpu_seconds;
      continue;
    }
    figures.Add(absl::StrCat(name, "_rate_to_normal_ratio"), normal_s / loaded.seconds);
    figures.Add(absl::StrCat(name, "_cpu_to_normal_ratio"), loaded.cpu_seconds / normal_cpu_s);
  }
  figures.Print();
  figures.WriteJson(json);
  if (joined != 0) Die("records were joined, and none is of the gun of another");
  return 0;
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) { return serieslink::bench::Run(argc, argv); }
