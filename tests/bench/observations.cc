#include "tests/bench/observations.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/feed_reader.h"
#include "services/cli/mapping.h"
#include "storage/base/status_macros.h"
#include "tests/bench/figures.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::bench {
namespace {

constexpr int kBatch = 256;
constexpr std::size_t kStream = 8192;
constexpr int kPage = 1000;

}  // namespace

absl::StatusOr<cli::Mapping> ObservationsMapping() {
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  std::ifstream file(
      absl::StrCat(source == nullptr ? "." : source, "/tests/e2e/mappings/observations.toml"));
  if (!file) return absl::InternalError("the mapping is not there; run from the source tree");
  const std::string toml{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return cli::Mapping::Parse(toml, cli::MessageOfFeed);
}

namespace {

// Sends a part and sees that all of it was accepted.
absl::Status Push(const AgencyClient& client, std::vector<feed::v1::FeedMessage>* part,
                  PushedObservations* pushed) {
  const auto reply = client.SubmitStream(*part, kBatch);
  if (!reply.ok()) return absl::UnavailableError(reply.status.error_message());
  if (reply->acknowledgements_size() != static_cast<int>(part->size())) {
    return absl::InternalError("not every row was acknowledged");
  }
  for (const auto& acknowledgement : reply->acknowledgements()) {
    if (acknowledgement.outcome() != ingest::v1::OUTCOME_CREATED) {
      return absl::InternalError("a row was not taken as a new record");
    }
    pushed->row_of[acknowledgement.record_id()] = static_cast<std::uint32_t>(++pushed->rows);
    pushed->revision = std::max(pushed->revision, acknowledgement.revision());
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

linkage::RuleSet RuleSetOf(ObservationRules rules) {
  linkage::RuleSet set = linkage::RuleSet::BenchmarkXT();
  if (rules == ObservationRules::kEqual) {
    set.id = "benchmark-x/1";
    set.one_edit_confirms = false;
  }
  return set;
}

std::optional<std::string> ObservationsProgram() {
#ifdef SERIESLINK_GEN_OBS
  return SERIESLINK_GEN_OBS;
#else
  return std::nullopt;
#endif
}

std::optional<Observations> ExpectedObservations(ObservationRules rules, std::int64_t rows) {
  const bool one_edit = rules == ObservationRules::kOneEdit;
  if (rows == 100'000) {
    return Observations{.rows = rows,
                        .components = one_edit ? 78'983 : 80'644,
                        .shared_components = one_edit ? 7'701 : 7'395};
  }
  if (rows == 1'000'000) {
    return Observations{.rows = rows,
                        .components = one_edit ? 790'537 : 807'410,
                        .shared_components = one_edit ? 77'266 : 74'373};
  }
  return std::nullopt;
}

absl::Status WriteObservations(std::int64_t rows, const std::string& path) {
  const std::optional<std::string> program = ObservationsProgram();
  if (!program.has_value()) return absl::InternalError("the generator was not built");
  return RunProgram(
      {"/bin/sh", "-c", "\"$0\" \"$1\" 1 >\"$2\"", *program, absl::StrCat(rows), path});
}

absl::StatusOr<PushedObservations> PushObservations(const std::string& csv,
                                                    const AgencyClient& client) {
  SL_ASSIGN_OR_RETURN(cli::Mapping mapping, ObservationsMapping());
  PushedObservations pushed;
  std::vector<feed::v1::FeedMessage> part;
  bool unreadable = false;
  cli::RecordSink sink;
  sink.on_record = [&](cli::InputRecord&& record) -> absl::Status {
    part.push_back(std::move(record.message));
    return part.size() < kStream ? absl::OkStatus() : Push(client, &part, &pushed);
  };
  sink.on_unreadable = [&](cli::UnreadableLine&&) { unreadable = true; };
  std::ifstream file(csv);
  const auto begun = std::chrono::steady_clock::now();
  SL_RETURN_IF_ERROR(cli::ReadCsvRecords(file, std::move(mapping), sink));
  if (!part.empty()) SL_RETURN_IF_ERROR(Push(client, &part, &pushed));
  if (unreadable) return absl::InternalError("a row cannot be read");
  pushed.acknowledged_seconds = SecondsSince(begun);
  SL_RETURN_IF_ERROR(WaitForLinkage(client, pushed.revision));
  pushed.derived_seconds = SecondsSince(begun);
  return pushed;
}

absl::StatusOr<Partition> ReadObservations(const PushedObservations& pushed,
                                           const AgencyClient& client) {
  Partition partition(static_cast<std::size_t>(pushed.rows) + 1);
  std::iota(partition.begin(), partition.end(), 0u);
  // Every row is an incident of its own, so a weapon of two or more exhibits is a series.
  series::v1::ListSeriesRequest request;
  request.mutable_view()->set_min_revision(pushed.revision);
  request.set_page_size(kPage);
  do {
    const auto page = client.ListSeries(request);
    if (!page.ok()) return absl::UnavailableError(page.status.error_message());
    for (const series::v1::Series& one : page->series()) {
      std::vector<std::uint32_t> rows;
      for (const series::v1::Exhibit& exhibit : one.exhibits()) {
        const auto row = pushed.row_of.find(exhibit.record_id());
        if (row == pushed.row_of.end()) return absl::InternalError("a record that nobody sent");
        rows.push_back(row->second);
      }
      if (one.exhibit_count() != static_cast<int>(rows.size())) {
        return absl::InternalError("a series is abridged");
      }
      const std::uint32_t first = *std::min_element(rows.begin(), rows.end());
      for (const std::uint32_t row : rows) partition[row] = first;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return partition;
}

absl::StatusOr<Observations> LoadObservations(std::int64_t rows, const AgencyClient& client) {
  const TemporaryDirectory directory;
  const std::string csv = directory.path() + "/observations.csv";
  SL_RETURN_IF_ERROR(WriteObservations(rows, csv));
  SL_ASSIGN_OR_RETURN(const PushedObservations pushed, PushObservations(csv, client));
  SL_ASSIGN_OR_RETURN(const Partition partition, ReadObservations(pushed, client));
  Observations result;
  result.rows = pushed.rows;
  result.acknowledged_seconds = pushed.acknowledged_seconds;
  result.derived_seconds = pushed.derived_seconds;
  std::vector<std::uint32_t> members(partition.size());
  for (std::size_t row = 1; row < partition.size(); ++row) ++members[partition[row]];
  for (const std::uint32_t count : members) {
    result.components += count > 0;
    result.shared_components += count > 1;
  }
  return result;
}

}  // namespace serieslink::bench
