#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "serieslink/series/v1/series_service.pb.h"

namespace serieslink {

// The id that a message's own system gives its record.
std::string SourceIdOf(const feed::v1::FeedMessage& message);

// Tells which record of which agency an "RC-…" is. Those ids differ from store to store; what this
// returns does not. Thread-safe.
class RecordNames {
 public:
  // Notes what was acknowledged of `messages`, in their order; rejected ones are passed over.
  void Learn(const std::string& agency, const std::vector<feed::v1::FeedMessage>& messages,
             const ingest::v1::BatchResult& result);
  void Learn(const std::string& agency, const feed::v1::FeedMessage& message,
             const std::string& record_id);

  // "agency:source id", or "?" for an id that was never acknowledged.
  std::string NameOf(const std::string& record_id) const;
  // The reverse; empty when it was never acknowledged.
  std::string IdOf(const std::string& name) const;
  // All of them, "RC-…" to name.
  std::map<std::string, std::string> All() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> names_;  // by id
  std::map<std::string, std::string> ids_;    // by name
};

// What a series is made of, in a form that is the same for every store: its status, its counts, and
// its exhibits in order, e.g. "RECOVERED 2 incidents, 3 events: btp:1#G1 mers:7#".
std::string OutlineOf(const series::v1::Series& series, const RecordNames& names);
std::multiset<std::string> OutlinesOf(const series::v1::ListSeriesResponse& list,
                                      const RecordNames& names);

}  // namespace serieslink
