#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// What the ingest benchmark sends, made before the clock starts.
namespace serieslink::bench {

// Batches that one client sends at most before it reads an answer.
inline constexpr std::size_t kWindowBatches = 8;

// One batch as it travels: a serialised ingest.v1.SubmitStreamRequest.
struct LoadBatch {
  std::string bytes;
  std::size_t records = 0;
  std::size_t position =
      0;  // of its last record among the records of all agencies, as they happened
};

// What one agency sends on its own connection, in order.
struct AgencyLoad {
  std::string agency;
  std::vector<LoadBatch> batches;
  std::size_t records = 0;
};

// `records` records of all agencies from the generator at its typical level of dirt, in batches of
// `batch_records`. The same seed gives the same load.
std::vector<AgencyLoad> MakeLoad(std::size_t records, std::size_t batch_records,
                                 std::uint64_t seed);

std::size_t RecordsOf(const std::vector<AgencyLoad>& loads);

}  // namespace serieslink::bench
