#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/ingest/v1/reject_service.pb.h"
#include "services/ingest/prepare.h"
#include "services/ingest/reject_index.h"
#include "services/ingest/reject_rows.h"
#include "storage/api/store.h"
#include "storage/graph/log.h"

namespace serieslink::ingest {

// Keeps refused messages for their agencies: the one writer of keyspace kRejects. What it keeps on
// disk is sealed; in memory it holds about 200 bytes a reject, refilled at start. Thread-safe.
//
// It has a thread of its own, which commits whatever has come since its last commit together. The
// log's thread never waits for it, and pays one atomic read a commit while no reject is kept.
class RejectKeeper {
 public:
  struct Options {
    std::string key;  // the store's reject key
    RejectLimits limits;
    std::function<absl::Time()> now;
    // Random bytes for one seal; see base::SealingKey::NewSalt.
    std::function<absl::StatusOr<std::string>()> salt;
  };

  // `store` must outlive the keeper.
  RejectKeeper(storage::Store* store, Options options);
  ~RejectKeeper();

  // Reads what is kept, drops what has expired, and starts the thread. What is damaged is said in
  // the process log, and kept apart until its agency deletes it. Errors: those of the store.
  absl::Status Start();

  // Keeps `rejected`, each with its violations, and returns when they are stored. A failure is in
  // the process log and costs no more than the rejects: their sender has been told of them.
  void Keep(std::vector<PreparedMessage> rejected);
  // As Keep, but returns at once, and `on_kept` is called when Keep would return: once, from
  // another thread or, after Stop, from this one. It must be quick.
  void KeepSoon(std::vector<PreparedMessage> rejected, std::function<void()> on_kept);

  // Told of every commit of the log: rejects about a record of which the same or a higher version
  // was accepted are gone from here on. Returns at once. A record is known by its public id as it
  // was first tried, so of two records whose ids collide one may mend the other's reject.
  void Accepted(const graph::LogBatch& batch);

  // What is asked of a list.
  struct Query {
    std::string feed;                          // empty: all
    std::int64_t since_us = 0;                 // last refused at or after
    std::uint64_t before = ~std::uint64_t{0};  // go on below this place
    std::size_t rejects_max = 50;
    bool with_messages = false;
  };
  struct Page {
    std::vector<v1::Reject> rejects;    // the latest refused first
    std::optional<std::uint64_t> next;  // place to go on from; none: this was the last page
  };
  // One that is damaged is in its place and says so; its neighbours are whole.
  // Errors: those of the store.
  absl::StatusOr<Page> List(const std::string& agency, const Query& query) const;

  // The reject with its message, or none.
  // Errors: as List.
  absl::StatusOr<std::optional<v1::Reject>> Get(const std::string& agency,
                                                graph::PublicId id) const;

  v1::RejectTotals Totals(const std::string& agency) const;

  // Deletes those of `ids` that are there, and returns how many were.
  // Errors: those of Store::Apply.
  absl::StatusOr<int> Delete(const std::string& agency, const std::vector<graph::PublicId>& ids);

  // Stores what waits and ends the thread. Idempotent.
  void Stop();

 private:
  using Ids = std::vector<std::pair<std::string, graph::PublicId>>;  // with their agencies
  struct Sealed;
  struct Work;
  class Group;

  absl::StatusOr<Sealed> Seal(PreparedMessage&& rejected) const;
  void SealAll(Work& work) const;
  void Enqueue(std::shared_ptr<Work> work);
  void Run();
  absl::Status Refill();
  absl::StatusOr<v1::Reject> Read(const storage::Snapshot& snapshot,
                                  const stored::v1::RejectHead& head, bool with_message) const;
  // As Read, but says of what is damaged that it is. `head` is none when the row is.
  absl::StatusOr<v1::Reject> ReadWhatIsWhole(const storage::Snapshot& snapshot,
                                             const RejectName& name,
                                             const std::optional<stored::v1::RejectHead>& head,
                                             bool with_message) const;
  std::int64_t OldestUs() const;

  storage::Store* const store_;
  const Options options_;
  const RejectSealer sealer_;
  storage::Position position_ = 0;      // of kRejects; used by the thread only
  std::atomic<std::int64_t> kept_ = 0;  // rejects in all

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::string, AgencyRejects> agencies_;
  std::uint64_t last_order_ = 0;
  std::vector<std::shared_ptr<Work>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace serieslink::ingest
