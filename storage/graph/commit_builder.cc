#include "storage/graph/commit_builder.h"

#include <optional>
#include <utility>

namespace serieslink::graph {

void CommitBuilder::Put(std::string key, std::string value) {
  Set(std::move(key), std::move(value));
}

void CommitBuilder::Erase(std::string key) { Set(std::move(key), std::nullopt); }

void CommitBuilder::PutUnique(std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  commit_.writes.push_back({std::move(key), std::move(value)});
}

void CommitBuilder::Set(std::string key, std::optional<std::string> value) {
  const std::size_t value_bytes = value ? value->size() : 0;
  auto [place, added] = rewritable_.try_emplace(key, commit_.writes.size());
  if (added) {
    bytes_ += key.size() + value_bytes;
    commit_.writes.push_back({std::move(key), std::move(value)});
    return;
  }
  std::optional<std::string>& written = commit_.writes[place->second].value;
  bytes_ += value_bytes;
  bytes_ -= written ? written->size() : 0;
  written = std::move(value);
}

storage::Commit CommitBuilder::Build(storage::Position base, storage::Durability durability) {
  storage::Commit built = std::move(commit_);
  built.base = base;
  built.durability = durability;
  commit_ = storage::Commit{};
  commit_.keyspace = built.keyspace;
  rewritable_.clear();
  bytes_ = 0;
  return built;
}

}  // namespace serieslink::graph
