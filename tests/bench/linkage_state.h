#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/derivation.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::bench {

// The state of linkage alone, in memory: records of one version each, adapted and derived as the
// server does it, whose derived rows are thrown away. Not thread-safe.
class LinkageState {
 public:
  LinkageState(const linkage::RuleSet& rules, std::size_t records_max);

  // Takes a record that agency `agency` sends under these names; those that are here already are
  // passed over. Derived once a batch is full. Errors: INTERNAL (an adapter refuses it).
  absl::Status Add(const std::string& agency, const std::string& system,
                   const std::string& source_id, const feed::v1::FeedMessage& message);
  // Derives what has been taken. Errors: those of the derivation.
  absl::Status Flush();

  std::size_t records() const { return known_.size(); }
  // Bytes of the heap that the state holds: all that this process has allocated since the state was
  // made, when nothing else was meanwhile.
  double HeapBytes() const;
  // CPU of the derivation, without adapting.
  double CpuSeconds() const { return cpu_seconds_; }

 private:
  const graph::IdKey ids_;
  absl::flat_hash_set<std::uint64_t> known_;  // public ids; has room for all from the start
  graph::LogBatch batch_;
  double cpu_seconds_ = 0;
  const std::size_t heap_before_;
  linkage::Derivation derivation_;
};

}  // namespace serieslink::bench
