#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "storage/api/store.h"

// The reference model of the storage contract: an engine that is short enough to be seen to be
// right. Other engines are compared with it, and tests run on it. It keeps everything in memory
// and takes one lock for each call.
namespace serieslink::storage {

// Plays the part of the disk: what is written through a store on it outlives that store, so that a
// test can close or drop a store and open the next one. Thread-safe.
class MemoryDisk {
 public:
  MemoryDisk();
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  // A power cut: forgets every buffered commit that no later synced commit and no Store::Close made
  // durable. Destroying a store without closing it is a SIGKILL: it makes nothing durable.
  // Errors: FAILED_PRECONDITION (a store is open on the disk).
  absl::Status LoseBuffered();

 private:
  friend class MemoryStore;
  struct State;
  const std::unique_ptr<State> state_;
};

// A store on a disk of its own.
std::unique_ptr<Store> NewMemoryStore();

// A store that continues with what `disk` holds. It stays open until Close or its destruction.
// Errors: FAILED_PRECONDITION (a store is open on the disk).
absl::StatusOr<std::unique_ptr<Store>> OpenMemoryStore(std::shared_ptr<MemoryDisk> disk);

}  // namespace serieslink::storage
