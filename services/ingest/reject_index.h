#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "serieslink/stored/v1/rejects.pb.h"
#include "storage/base/digest.h"
#include "storage/graph/public_id.h"

namespace serieslink::ingest {

// How much is kept of an agency's rejects, and how long.
struct RejectLimits {
  std::uint64_t count_max = 100'000;
  std::uint64_t bytes_max = 256u << 20;
  int kept_days = 30;
};

// One reject as the index knows it: about 200 bytes, whatever its message.
struct RejectEntry {
  graph::PublicId id;
  base::Sha256Digest digest{};
  std::uint64_t order = 0;  // rises whenever a message is refused
  std::int64_t first_received_us = 0;
  std::int64_t last_received_us = 0;
  std::uint64_t received_count = 0;
  std::uint64_t kept_bytes = 0;
  std::string feed;
  std::uint64_t record = 0;  // public id; 0: it could not be read
  std::optional<std::uint64_t> source_version;
  bool is_damaged = false;  // what is stored of it cannot be read: only id and order are right
  bool is_mended = false;   // a later message was accepted: about to go, and no longer shown
};

// The rejects of one agency, and what was dropped of them. Not thread-safe.
class AgencyRejects {
 public:
  const stored::v1::RejectTotals& totals() const { return totals_; }
  void set_totals(const stored::v1::RejectTotals& totals) { totals_ = totals; }
  std::size_t count() const { return by_id_.size(); }
  std::uint64_t bytes() const { return bytes_; }

  // The reject, or null. Valid until the next call that changes anything.
  const RejectEntry* Find(graph::PublicId id) const;

  // Adds `entry`, or puts it in the place of the one of its id.
  void Put(RejectEntry entry);
  bool Erase(graph::PublicId id);

  // Marks as mended the rejects about record `record` whose version is none or at most `version`
  // (none: all of them), and returns their ids.
  std::vector<graph::PublicId> Mend(std::uint64_t record, std::optional<std::uint64_t> version);

  // Erases the oldest until the rest is within `limits`, and those last refused before
  // `oldest_us`. Counts them in the totals, and returns their ids.
  std::vector<graph::PublicId> Shed(const RejectLimits& limits, std::int64_t oldest_us,
                                    std::int64_t now_us);

  // The latest refused first, from below `before` on, as long as `take` returns true. Those mended
  // or last refused before `oldest_us` are passed over.
  template <typename Take>
  void Walk(std::uint64_t before, std::int64_t oldest_us, Take take) const {
    for (auto at = by_order_.lower_bound(before); at != by_order_.begin();) {
      const RejectEntry& entry = by_id_.at((--at)->second);
      if (entry.last_received_us < oldest_us) return;
      if (!entry.is_mended && !take(entry)) return;
    }
  }

 private:
  void Forget(const RejectEntry& entry);

  absl::flat_hash_map<std::uint64_t, RejectEntry> by_id_;
  std::map<std::uint64_t, std::uint64_t> by_order_;                           // order to id
  absl::flat_hash_map<std::uint64_t, std::vector<std::uint64_t>> by_record_;  // record to ids
  std::uint64_t bytes_ = 0;
  stored::v1::RejectTotals totals_;
};

}  // namespace serieslink::ingest
