#include "tests/bench/load.h"

#include <map>
#include <utility>

#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "tests/bench/figures.h"
#include "tests/synth/feed_stream.h"

namespace serieslink::bench {
namespace {

// An agency's load, and the batch that is being filled.
struct Filling {
  AgencyLoad load;
  ingest::v1::SubmitStreamRequest request;

  void FinishBatch(std::size_t position) {
    ingest::v1::Batch& batch = *request.mutable_batch();
    if (batch.messages().empty()) return;
    batch.set_agency(load.agency);
    batch.set_batch_id(load.batches.size() + 1);
    load.records += static_cast<std::size_t>(batch.messages_size());
    load.batches.push_back(
        {request.SerializeAsString(), static_cast<std::size_t>(batch.messages_size()), position});
    batch.clear_messages();
  }
};

}  // namespace

std::vector<AgencyLoad> MakeLoad(std::size_t records, std::size_t batch_records,
                                 std::uint64_t seed) {
  const auto stream = synth::FeedStream::Create({.seed = seed, .records = records});
  if (!stream.ok()) Die(std::string(stream.status().message()));
  std::map<std::string, Filling> agencies;
  synth::SyntheticRecord record;
  std::size_t position = 0;
  while ((*stream)->Next(&record)) {
    if (record.is_withdrawal) continue;  // they are calls of their own
    ++position;
    Filling& agency = agencies[record.agency];
    agency.load.agency = record.agency;
    agency.request.mutable_batch()->add_messages()->Swap(&record.message);
    if (static_cast<std::size_t>(agency.request.batch().messages_size()) >= batch_records) {
      agency.FinishBatch(position);
    }
  }
  std::vector<AgencyLoad> loads;
  for (auto& [name, agency] : agencies) {
    agency.FinishBatch(position);
    loads.push_back(std::move(agency.load));
  }
  return loads;
}

std::size_t RecordsOf(const std::vector<AgencyLoad>& loads) {
  std::size_t records = 0;
  for (const AgencyLoad& load : loads) records += load.records;
  return records;
}

}  // namespace serieslink::bench
