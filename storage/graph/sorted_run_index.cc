#include "storage/graph/sorted_run_index.h"

#include <algorithm>
#include <utility>

#include "storage/base/status_macros.h"
#include "storage/graph/index_merge.h"

namespace serieslink::graph {
namespace {

using stored::v1::IndexRun;

// Ranges whose first blocks, of 8 KiB and one a run, are read at once.
constexpr std::size_t kRangesAtOnce = 32;
// So many commits are prepared for readers after one has come: they may come seldom.
constexpr int kCommitsUnseenMax = 64;

// A block that a key may stand in.
struct Candidate {
  std::size_t key;    // its place among the keys asked for
  std::size_t block;  // its place among the blocks to fetch
};

}  // namespace

absl::StatusOr<storage::PinnedValues> SortedRunView::FetchBlocks(
    absl::Span<const std::string> keys) const {
  SL_ASSIGN_OR_RETURN(storage::PinnedValues blocks,
                      snapshot_->MultiGetPinned(spec_.keyspace, keys));
  for (const std::optional<std::string_view>& block : blocks) {
    if (!block.has_value()) return absl::DataLossError("a run of an index lacks a block");
  }
  return blocks;
}

absl::StatusOr<std::optional<std::string>> SortedRunView::Find(std::string_view key) const {
  const std::string one(key);
  SL_ASSIGN_OR_RETURN(auto found, FindMany(absl::Span<const std::string>(&one, 1)));
  return std::move(found[0]);
}

absl::StatusOr<std::vector<std::optional<std::string>>> SortedRunView::FindMany(
    absl::Span<const std::string> keys) const {
  std::vector<std::optional<std::string>> found(keys.size());
  const storage::Position position = snapshot_->position(spec_.keyspace);
  // Every block that can hold one of the keys is fetched in one call; a key's candidates are in
  // the order of the runs, newest first, and so is the answer.
  std::vector<Candidate> candidates;
  std::vector<std::string> block_keys;
  absl::flat_hash_map<std::string, std::size_t> block_places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const std::optional<IndexHit> hit = tail_->Find(keys[i], position)) {
      if (!hit->erased) found[i].emplace(hit->value);
      continue;
    }
    for (std::size_t run = 0; run < runs_->maps.size(); ++run) {
      const std::optional<std::uint32_t> block = runs_->maps[run]->Locate(keys[i]);
      if (!block) continue;
      std::string block_key =
          IndexBlockKey(spec_, runs_->manifest.runs(static_cast<int>(run)).number(), *block);
      const auto [place, added] = block_places.try_emplace(block_key, block_keys.size());
      if (added) block_keys.push_back(std::move(block_key));
      candidates.push_back({i, place->second});
    }
  }
  if (block_keys.empty()) return found;

  SL_ASSIGN_OR_RETURN(const storage::PinnedValues blocks, FetchBlocks(block_keys));
  std::vector<bool> settled(keys.size(), false);
  for (const Candidate& candidate : candidates) {
    if (settled[candidate.key]) continue;
    SL_ASSIGN_OR_RETURN(IndexBlockCursor cursor, IndexBlockCursor::Open(*blocks[candidate.block]));
    SL_RETURN_IF_ERROR(cursor.Seek(keys[candidate.key]));
    if (!cursor.valid() || cursor.key() != keys[candidate.key]) continue;
    settled[candidate.key] = true;
    if (!cursor.erased()) found[candidate.key].emplace(cursor.value());
  }
  return found;
}

std::vector<SortedRunView::Part> SortedRunView::PartsOf(const storage::KeyRange& range) const {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < runs_->maps.size(); ++i) {
    const std::optional<IndexRunMap::Blocks> blocks = runs_->maps[i]->Locate(range);
    if (!blocks) continue;
    parts.push_back({runs_->manifest.runs(static_cast<int>(i)).number(), *blocks});
  }
  return parts;
}

std::string SortedRunView::FirstBlockKey(const Part& part) const {
  return IndexBlockKey(spec_, part.run, part.blocks.first);
}

absl::StatusOr<IndexMergeSource> SortedRunView::Open(
    const storage::KeyRange& range, const std::vector<Part>& parts,
    absl::Span<const std::string_view> first_blocks) const {
  std::vector<std::unique_ptr<IndexSource>> sources =
      tail_->NewSources(snapshot_->position(spec_.keyspace), range.start);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto fetch = [this, run = parts[i].run](std::uint32_t first, std::uint32_t count) {
      std::vector<std::string> keys;
      for (std::uint32_t block = first; block < first + count; ++block) {
        keys.push_back(IndexBlockKey(spec_, run, block));
      }
      return snapshot_->MultiGetPinned(spec_.keyspace, keys);
    };
    SL_ASSIGN_OR_RETURN(auto source,
                        NewRunSource(std::move(fetch), parts[i].blocks.first, parts[i].blocks.end,
                                     range.start, first_blocks[i]));
    sources.push_back(std::move(source));
  }
  return IndexMergeSource(std::move(sources));
}

absl::StatusOr<IndexPage> SortedRunView::Scan(const storage::KeyRange& range,
                                              std::size_t entries_max) const {
  const std::vector<Part> parts = PartsOf(range);
  storage::PinnedValues blocks;
  std::vector<std::string_view> first_blocks;
  if (!parts.empty()) {
    std::vector<std::string> keys;
    for (const Part& part : parts) keys.push_back(FirstBlockKey(part));
    SL_ASSIGN_OR_RETURN(blocks, FetchBlocks(keys));
    for (const std::optional<std::string_view>& block : blocks) first_blocks.push_back(*block);
  }
  SL_ASSIGN_OR_RETURN(IndexMergeSource merged, Open(range, parts, first_blocks));
  IndexPage page;
  for (; merged.valid();) {
    if (!range.end.empty() && merged.key() >= range.end) break;
    if (!merged.erased()) {
      if (page.entries.size() >= std::max<std::size_t>(1, entries_max)) {
        page.resume.emplace(merged.key());
        break;
      }
      page.entries.push_back({std::string(merged.key()), std::string(merged.value())});
    }
    SL_RETURN_IF_ERROR(merged.Next());
  }
  return page;
}

absl::StatusOr<std::vector<std::vector<storage::Row>>> SortedRunView::ScanEach(
    absl::Span<const storage::KeyRange> ranges, std::size_t entries_max) const {
  std::vector<std::vector<storage::Row>> found(ranges.size());
  for (std::size_t at = 0; at < ranges.size(); at += kRangesAtOnce) {
    const auto some = ranges.subspan(at, kRangesAtOnce);
    std::vector<std::vector<Part>> parts;
    std::vector<std::string> keys;  // each once
    absl::flat_hash_map<std::string, std::size_t> places;
    for (const storage::KeyRange& range : some) {
      for (const Part& part : parts.emplace_back(PartsOf(range))) {
        std::string key = FirstBlockKey(part);
        if (places.try_emplace(key, keys.size()).second) keys.push_back(std::move(key));
      }
    }
    storage::PinnedValues blocks;
    if (!keys.empty()) {
      SL_ASSIGN_OR_RETURN(blocks, FetchBlocks(keys));
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      std::vector<std::string_view> first_blocks;
      for (const Part& part : parts[i]) {
        first_blocks.push_back(*blocks[places[FirstBlockKey(part)]]);
      }
      SL_ASSIGN_OR_RETURN(IndexMergeSource merged, Open(some[i], parts[i], first_blocks));
      while (merged.valid() && (some[i].end.empty() || merged.key() < some[i].end) &&
             found[at + i].size() < entries_max) {
        if (!merged.erased()) {
          found[at + i].push_back({std::string(merged.key()), std::string(merged.value())});
        }
        SL_RETURN_IF_ERROR(merged.Next());
      }
    }
  }
  return found;
}

absl::StatusOr<SortedRunView> SortedRunIndex::View(const storage::Snapshot& snapshot) {
  commits_unseen_.store(0, std::memory_order_relaxed);
  SL_ASSIGN_OR_RETURN(std::shared_ptr<const Runs> runs, RunsFor(snapshot));
  SL_ASSIGN_OR_RETURN(std::shared_ptr<const IndexTail> tail,
                      TailFor(snapshot, runs->manifest.flushed_position()));
  return SortedRunView(spec_, &snapshot, std::move(runs), std::move(tail));
}

void SortedRunIndex::Prepare(const SortedRunChange& change) {
  // What was prepared before this is applied by now, or never will be.
  Prepared before = PreparedUpTo(change.position - 1);
  Prepared prepared;
  if (before.tail != nullptr) {
    const std::lock_guard lock(tail_mutex_);
    if (tail_ != nullptr && tail_->through() < before.position) tail_.swap(before.tail);
  }
  if (before.runs != nullptr) {
    const std::lock_guard lock(runs_mutex_);
    if (runs_position_ < before.position) {
      runs_.swap(before.runs);
      runs_position_ = before.position;
    }
  }
  if (commits_unseen_.fetch_add(1, std::memory_order_relaxed) < kCommitsUnseenMax) {
    prepared = PreparedOf(change);
  }
  const std::lock_guard lock(prepared_mutex_);
  std::swap(prepared_, prepared);  // what was is freed behind the lock
}

void SortedRunIndex::Forget() {
  const std::lock_guard lock(prepared_mutex_);
  prepared_ = {};
}

SortedRunIndex::Prepared SortedRunIndex::PreparedOf(const SortedRunChange& change) {
  Prepared prepared{.position = change.position, .tail = nullptr, .runs = nullptr};
  std::shared_ptr<const Runs> runs;
  {
    const std::lock_guard lock(runs_mutex_);
    runs = runs_;
  }
  std::shared_ptr<const IndexTail> tail;
  {
    const std::lock_guard lock(tail_mutex_);
    tail = tail_;
  }
  if (runs == nullptr || tail == nullptr || tail->through() + 1 != change.position) return prepared;
  // What this commit has moved to a run stays in the tail for those who have read the manifest of
  // the one before.
  auto extended = IndexTail::Extend(*tail, change.parts, runs->manifest.flushed_position());
  if (extended.ok()) prepared.tail = *std::move(extended);
  if (change.manifest.empty()) return prepared;
  auto runs_after = std::make_shared<Runs>();
  runs_after->manifest_bytes = change.manifest;
  if (!runs_after->manifest.ParseFromString(runs_after->manifest_bytes)) return prepared;
  absl::flat_hash_map<std::uint64_t, std::shared_ptr<const IndexRunMap>> known = MapsOf(*runs);
  known.insert(change.maps.begin(), change.maps.end());
  for (const IndexRun& run : runs_after->manifest.runs()) {
    const auto found = known.find(run.number());
    if (found == known.end()) return prepared;
    runs_after->maps.push_back(found->second);
  }
  prepared.runs = std::move(runs_after);
  return prepared;
}

SortedRunIndex::Prepared SortedRunIndex::PreparedUpTo(storage::Position position) const {
  const std::lock_guard lock(prepared_mutex_);
  return prepared_.position <= position ? prepared_ : Prepared();
}

absl::flat_hash_map<std::uint64_t, std::shared_ptr<const IndexRunMap>> SortedRunIndex::MapsOf(
    const Runs& runs) {
  absl::flat_hash_map<std::uint64_t, std::shared_ptr<const IndexRunMap>> maps;
  for (int i = 0; i < runs.manifest.runs_size(); ++i) {
    maps.emplace(runs.manifest.runs(i).number(), runs.maps[i]);
  }
  return maps;
}

absl::StatusOr<std::shared_ptr<const SortedRunIndex::Runs>> SortedRunIndex::RunsFor(
    const storage::Snapshot& snapshot) {
  const storage::Position position = snapshot.position(spec_.keyspace);
  {
    const std::lock_guard lock(runs_mutex_);
    if (runs_ != nullptr && runs_position_ == position) return runs_;
  }
  SL_ASSIGN_OR_RETURN(std::optional<std::string> bytes,
                      snapshot.Get(spec_.keyspace, IndexManifestKey(spec_)));
  if (!bytes) bytes.emplace();
  const Prepared prepared = PreparedUpTo(position);
  const std::lock_guard lock(runs_mutex_);
  if (runs_ != nullptr && runs_->manifest_bytes == *bytes) {
    runs_position_ = std::max(runs_position_, position);
    return runs_;
  }
  if (prepared.runs != nullptr && prepared.runs->manifest_bytes == *bytes) {
    if (position >= runs_position_) {
      runs_ = prepared.runs;
      runs_position_ = position;
    }
    return prepared.runs;
  }
  auto runs = std::make_shared<Runs>();
  runs->manifest_bytes = *std::move(bytes);
  if (!runs->manifest.ParseFromString(runs->manifest_bytes)) {
    return absl::DataLossError("the manifest of an index is malformed");
  }
  absl::flat_hash_map<std::uint64_t, std::shared_ptr<const IndexRunMap>> known;
  if (runs_ != nullptr) known = MapsOf(*runs_);
  for (const IndexRun& run : runs->manifest.runs()) {
    const auto found = known.find(run.number());
    if (found != known.end()) {
      runs->maps.push_back(found->second);
      continue;
    }
    SL_ASSIGN_OR_RETURN(auto map, IndexRunMap::Load(snapshot, spec_, run));
    runs->maps.push_back(std::move(map));
  }
  // Remember the latest state: an old snapshot must not push it out.
  if (runs_ == nullptr || position >= runs_position_) {
    runs_ = runs;
    runs_position_ = position;
  }
  return runs;
}

absl::StatusOr<std::shared_ptr<const IndexTail>> SortedRunIndex::TailFor(
    const storage::Snapshot& snapshot, storage::Position flushed) {
  const storage::Position position = snapshot.position(spec_.keyspace);
  Prepared prepared = PreparedUpTo(position);
  {
    const std::lock_guard lock(tail_mutex_);
    if (prepared.tail != nullptr && tail_ != nullptr && tail_->through() < prepared.position) {
      tail_.swap(prepared.tail);  // what was is freed behind the lock
    }
    if (tail_ == nullptr) tail_ = std::make_shared<const IndexTail>(flushed);
    if (tail_->after() <= flushed) {
      if (position > tail_->through()) {
        SL_ASSIGN_OR_RETURN(tail_, IndexTail::Extend(*tail_, snapshot, spec_, position, flushed));
      }
      return tail_;
    }
  }
  // The snapshot needs commits that the shared tail no longer holds: they still stand in it.
  return IndexTail::Extend(IndexTail(flushed), snapshot, spec_, position, flushed);
}

}  // namespace serieslink::graph
