#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "storage/api/store.h"

namespace serieslink::graph {

// Collects the rows of one commit. A row may be written several times: the last write counts.
// Single use, thread-compatible.
class CommitBuilder {
 public:
  explicit CommitBuilder(storage::Keyspace keyspace) { commit_.keyspace = keyspace; }

  void Put(std::string key, std::string value);
  void Erase(std::string key);

  // As Put, but cheaper: the caller vouches that nothing else in this commit writes `key`.
  void PutUnique(std::string key, std::string value);

  // Bytes of keys and values so far, to be kept below storage::kCommitBytesMax.
  std::size_t bytes() const { return bytes_; }
  std::size_t writes() const { return commit_.writes.size(); }
  bool empty() const { return commit_.writes.empty(); }

  // The commit, built on position `base`. Leaves the builder empty.
  storage::Commit Build(storage::Position base, storage::Durability durability);

 private:
  void Set(std::string key, std::optional<std::string> value);

  storage::Commit commit_;
  std::size_t bytes_ = 0;
  absl::flat_hash_map<std::string, std::size_t> rewritable_;  // key -> its place in commit_.writes
};

}  // namespace serieslink::graph
