#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/committer.h"
#include "services/linkage/deriver.h"
#include "storage/api/store.h"
#include "storage/fsck/report.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"
#include "storage/graph/sorted_run_writer.h"

namespace serieslink::fsck {

// A reject that every site has, of agency "kent".
inline constexpr graph::PublicId kRejectOfKent{77};

// A store with what ingest and the deriver make of some records, to be damaged and checked.
class Site {
 public:
  Site();
  ~Site();

  // Ingests `count` more records of two agencies (with later versions, equal serials, references to
  // each other, comparisons and withdrawals) by `random`, in batches, and derives them.
  void Ingest(int count, std::mt19937_64& random);
  // Ends the deriver and begins a new one, which refills from the store.
  void RestartDeriver();
  // Ends ingest and the deriver, so that the store is this object's alone.
  void Stop();
  // After Stop: writes every id and component again in many small commits with small runs, so that
  // the indexes have runs, merges and deltas.
  void MakeRuns();

  // After Stop.
  Report Check();
  // The part of it that derives nothing.
  Report CheckRows();

  // Raw access, for damage.
  std::string Get(storage::Keyspace keyspace, const std::string& key);
  void Put(storage::Keyspace keyspace, const std::string& key, const std::string& value);
  // The row with its checksum, as those who write it do.
  void PutWithChecksum(storage::Keyspace keyspace, const std::string& key,
                       const std::string& value);
  void Erase(storage::Keyspace keyspace, const std::string& key);
  // All rows whose keys begin with `prefix`.
  std::vector<storage::Row> Rows(storage::Keyspace keyspace, const std::string& prefix);
  // All entries of an index whose keys begin with `prefix`.
  std::vector<storage::Row> Entries(const graph::SortedRunSpec& spec, const std::string& prefix);
  // Changes entries of an index as its writer would.
  void EditIndex(const graph::SortedRunSpec& spec,
                 const std::function<void(graph::SortedRunWriter&)>& edit);

 private:
  void StartDeriver();
  void WaitForDeriver();
  void Apply(storage::Commit commit);

  const std::unique_ptr<storage::Store> store_;
  graph::Graph graph_;
  const graph::IdKey ids_;
  graph::RecentCommits recent_;
  std::unique_ptr<ingest::Committer> committer_;
  std::unique_ptr<linkage::Deriver> deriver_;
  int next_record_ = 0;
};

}  // namespace serieslink::fsck
