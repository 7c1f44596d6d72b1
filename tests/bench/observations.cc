#include "tests/bench/observations.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/feed_reader.h"
#include "services/cli/mapping.h"
#include "storage/base/status_macros.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::bench {
namespace {

constexpr int kBatch = 512;
constexpr std::size_t kStream = 8192;
constexpr int kPage = 1000;

double SecondsSince(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

absl::StatusOr<cli::Mapping> ReadMapping() {
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  std::ifstream file(
      absl::StrCat(source == nullptr ? "." : source, "/tests/e2e/mappings/observations.toml"));
  if (!file) return absl::InternalError("the mapping is not there; run from the source tree");
  const std::string toml{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return cli::Mapping::Parse(toml, cli::MessageOfFeed);
}

// Sends a part and sees that all of it was accepted.
absl::Status Push(const AgencyClient& client, std::vector<feed::v1::FeedMessage>* part,
                  std::int64_t* revision) {
  const auto reply = client.SubmitStream(*part, kBatch);
  if (!reply.ok()) return absl::UnavailableError(reply.status.error_message());
  if (reply->acknowledgements_size() != static_cast<int>(part->size())) {
    return absl::InternalError("not every row was acknowledged");
  }
  for (const auto& acknowledgement : reply->acknowledgements()) {
    if (acknowledgement.outcome() != ingest::v1::OUTCOME_CREATED) {
      return absl::InternalError("a row was not taken as a new record");
    }
    *revision = std::max(*revision, acknowledgement.revision());
  }
  part->clear();
  return absl::OkStatus();
}

// The first page at `revision`: waits for linkage over as many calls as it takes.
absl::Status WaitForLinkage(const AgencyClient& client, std::int64_t revision) {
  series::v1::ListSeriesRequest request;
  request.set_page_size(1);
  request.mutable_view()->set_min_revision(revision);
  constexpr int kCallsMax = 60;
  for (int call = 0; call < kCallsMax; ++call) {
    const auto reply = client.ListSeries(request);
    if (reply.ok()) return absl::OkStatus();
    const auto code = reply.status.error_code();
    if (code != grpc::StatusCode::UNAVAILABLE && code != grpc::StatusCode::DEADLINE_EXCEEDED) {
      return absl::UnavailableError(reply.status.error_message());
    }
  }
  return absl::UnavailableError("linkage does not catch up");
}

}  // namespace

std::optional<std::string> ObservationsProgram() {
#ifdef SERIESLINK_GEN_OBS
  return SERIESLINK_GEN_OBS;
#else
  return std::nullopt;
#endif
}

std::optional<Observations> ExpectedObservations(std::int64_t rows) {
  if (rows == 100'000) {
    return Observations{.rows = rows, .components = 80'644, .shared_components = 7'395};
  }
  if (rows == 1'000'000) {
    return Observations{.rows = rows, .components = 807'410, .shared_components = 74'373};
  }
  return std::nullopt;
}

absl::StatusOr<Observations> LoadObservations(std::int64_t rows, const AgencyClient& client) {
  const std::optional<std::string> program = ObservationsProgram();
  if (!program.has_value()) return absl::InternalError("the generator was not built");
  const TemporaryDirectory directory;
  const std::string csv = directory.path() + "/observations.csv";
  SL_RETURN_IF_ERROR(
      RunProgram({"/bin/sh", "-c", "\"$0\" \"$1\" 1 >\"$2\"", *program, absl::StrCat(rows), csv}));
  SL_ASSIGN_OR_RETURN(cli::Mapping mapping, ReadMapping());

  Observations result;
  std::int64_t revision = 0;
  std::vector<feed::v1::FeedMessage> part;
  bool unreadable = false;
  cli::RecordSink sink;
  sink.on_record = [&](cli::InputRecord&& record) -> absl::Status {
    part.push_back(std::move(record.message));
    ++result.rows;
    return part.size() < kStream ? absl::OkStatus() : Push(client, &part, &revision);
  };
  sink.on_unreadable = [&](cli::UnreadableLine&&) { unreadable = true; };
  std::ifstream file(csv);
  const auto begun = std::chrono::steady_clock::now();
  SL_RETURN_IF_ERROR(cli::ReadCsvRecords(file, std::move(mapping), sink));
  if (!part.empty()) SL_RETURN_IF_ERROR(Push(client, &part, &revision));
  if (unreadable) return absl::InternalError("a row cannot be read");
  result.acknowledged_seconds = SecondsSince(begun);
  SL_RETURN_IF_ERROR(WaitForLinkage(client, revision));
  result.derived_seconds = SecondsSince(begun);

  // Every row is an incident of its own, so a weapon of two or more exhibits is a series.
  series::v1::ListSeriesRequest request;
  request.mutable_view()->set_min_revision(revision);
  request.set_page_size(kPage);
  result.components = result.rows;
  do {
    const auto page = client.ListSeries(request);
    if (!page.ok()) return absl::UnavailableError(page.status.error_message());
    for (const series::v1::Series& one : page->series()) {
      ++result.shared_components;
      result.components -= one.exhibit_count() - 1;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return result;
}

}  // namespace serieslink::bench
