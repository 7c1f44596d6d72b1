#include "services/ingest/reject_index.h"

#include <algorithm>
#include <utility>

namespace serieslink::ingest {

using graph::PublicId;

const RejectEntry* AgencyRejects::Find(PublicId id) const {
  const auto found = by_id_.find(id.value());
  return found == by_id_.end() ? nullptr : &found->second;
}

void AgencyRejects::Forget(const RejectEntry& entry) {
  by_order_.erase(entry.order);
  bytes_ -= entry.kept_bytes;
  const auto found = by_record_.find(entry.record);
  if (found == by_record_.end()) return;
  std::erase(found->second, entry.id.value());
  if (found->second.empty()) by_record_.erase(found);
}

void AgencyRejects::Put(RejectEntry entry) {
  const std::uint64_t id = entry.id.value();
  if (const RejectEntry* earlier = Find(entry.id); earlier != nullptr) Forget(*earlier);
  by_order_[entry.order] = id;
  bytes_ += entry.kept_bytes;
  if (entry.record != 0) by_record_[entry.record].push_back(id);
  by_id_[id] = std::move(entry);
}

bool AgencyRejects::Erase(PublicId id) {
  const auto found = by_id_.find(id.value());
  if (found == by_id_.end()) return false;
  Forget(found->second);
  by_id_.erase(found);
  return true;
}

std::vector<PublicId> AgencyRejects::Mend(std::uint64_t record,
                                          std::optional<std::uint64_t> version) {
  std::vector<PublicId> mended;
  const auto found = by_record_.find(record);
  if (found == by_record_.end()) return mended;
  for (const std::uint64_t id : found->second) {
    RejectEntry& entry = by_id_.at(id);
    const bool is_later =
        version.has_value() && entry.source_version.has_value() && *entry.source_version > *version;
    if (is_later || entry.is_mended) continue;
    entry.is_mended = true;
    mended.push_back(entry.id);
  }
  return mended;
}

std::vector<PublicId> AgencyRejects::Shed(const RejectLimits& limits, std::int64_t oldest_us,
                                          std::int64_t now_us) {
  std::vector<PublicId> shed;
  while (!by_order_.empty()) {
    const RejectEntry& oldest = by_id_.at(by_order_.begin()->second);
    const bool has_expired = oldest.last_received_us < oldest_us;
    if (!has_expired && count() <= limits.count_max && bytes_ <= limits.bytes_max) break;
    if (has_expired) {
      totals_.set_expired_count(totals_.expired_count() + 1);
    } else {
      totals_.set_dropped_count(totals_.dropped_count() + 1);
      totals_.set_last_dropped_time_us(now_us);
    }
    shed.push_back(oldest.id);
    Erase(shed.back());
  }
  return shed;
}

}  // namespace serieslink::ingest
