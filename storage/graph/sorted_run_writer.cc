#include "storage/graph/sorted_run_writer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "storage/base/status_macros.h"
#include "storage/graph/index_run_map.h"

namespace serieslink::graph {
namespace {

using stored::v1::IndexChunk;
using stored::v1::IndexMerge;
using stored::v1::IndexRun;

constexpr std::size_t kErasesPerCommit = 256;  // rows of no more use, erased along with a commit

absl::Status DoesNotFit() { return absl::DataLossError("an index does not fit together"); }

std::uint64_t KeyStart(std::string_view key) {
  std::uint64_t start = 0;
  const std::size_t bytes = std::min<std::size_t>(8, key.size());
  for (std::size_t i = 0; i < bytes; ++i) {
    start |= static_cast<std::uint64_t>(static_cast<unsigned char>(key[i])) << (56 - 8 * i);
  }
  return start;
}

// The shortest string that is above `below` and at most `key`, where `below` < `key`.
std::string_view ShortestFence(std::string_view below, std::string_view key) {
  std::size_t same = 0;
  while (same < below.size() && below[same] == key[same]) ++same;
  return key.substr(0, same + 1);
}

}  // namespace

struct SortedRunWriter::Merge {
  explicit Merge(const SortedRunSpec& spec) : map(spec) {}

  IndexMerge plan;  // as in the manifest
  std::unique_ptr<IndexMergeSource> source;
  std::size_t credit = 0;  // entries that it may still take
  IndexRun output;         // of what was written so far
  std::string last_key;    // of the last block written
  IndexBlockBuilder block;
  std::string block_first_key;
  IndexChunk chunk;
  std::vector<std::uint64_t> chunk_hashes;
  IndexRunMapBuilder map;  // of the chunks written
  bool complete = false;
};

SortedRunWriter::SortedRunWriter(storage::Store* store, const SortedRunSpec& spec,
                                 const SortedRunOptions& options)
    : store_(store), spec_(spec), options_(options) {}

SortedRunWriter::~SortedRunWriter() = default;

absl::StatusOr<std::unique_ptr<SortedRunWriter>> SortedRunWriter::Open(
    storage::Store* store, const SortedRunSpec& spec, const SortedRunOptions& options) {
  auto writer = std::unique_ptr<SortedRunWriter>(new SortedRunWriter(store, spec, options));
  SL_ASSIGN_OR_RETURN(const auto snapshot, store->NewSnapshot());
  writer->last_position_ = snapshot->position(spec.keyspace);
  SL_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                      snapshot->Get(spec.keyspace, IndexManifestKey(spec)));
  if (bytes && !writer->manifest_.ParseFromString(*bytes)) return DoesNotFit();
  if (!bytes) writer->manifest_.set_next_run(1);
  SL_RETURN_IF_ERROR(writer->LoadDeltas(*snapshot));
  SL_RETURN_IF_ERROR(writer->ResumeMerges(*snapshot));
  return writer;
}

absl::Status SortedRunWriter::LoadDeltas(const storage::Snapshot& snapshot) {
  storage::KeyRange range = IndexDeltaRange(spec_, 0, last_position_);
  while (true) {
    SL_ASSIGN_OR_RETURN(storage::ScanPage page,
                        snapshot.Scan(spec_.keyspace, range, storage::ScanOptions{}));
    for (storage::Row& row : page.rows) {
      SL_ASSIGN_OR_RETURN(const storage::Position position, IndexDeltaPosition(spec_, row.key));
      if (position <= manifest_.flushed_position()) {
        dead_rows_.push_back(std::move(row.key));
        continue;
      }
      if (deltas_.empty() || deltas_.back().position != position) {
        deltas_.push_back({position, 0, {}});
      }
      Delta& delta = deltas_.back();
      SL_ASSIGN_OR_RETURN(IndexBlockCursor cursor, IndexBlockCursor::Open(row.value));
      for (; cursor.valid(); ++delta.entries) SL_RETURN_IF_ERROR(cursor.Next());
      delta.parts.push_back(std::make_shared<const std::string>(std::move(row.value)));
    }
    if (!page.resume) break;
    range.start = *std::move(page.resume);
  }
  for (const Delta& delta : deltas_) level0_entries_ += delta.entries;
  return absl::OkStatus();
}

absl::Status SortedRunWriter::ResumeMerges(const storage::Snapshot& snapshot) {
  for (const IndexMerge& plan : manifest_.merges()) {
    auto merge = std::make_unique<Merge>(spec_);
    merge->plan = plan;
    merge->output.set_number(plan.output_run());
    merge->output.set_level(plan.output_level());
    storage::KeyRange range = IndexChunkRange(spec_, plan.output_run());
    while (true) {
      SL_ASSIGN_OR_RETURN(storage::ScanPage page,
                          snapshot.Scan(spec_.keyspace, range, storage::ScanOptions{}));
      for (const storage::Row& row : page.rows) {
        IndexChunk chunk;
        if (!chunk.ParseFromString(row.value)) return DoesNotFit();
        merge->output.set_blocks(chunk.first_block() +
                                 static_cast<std::uint32_t>(chunk.fences_size()));
        merge->output.set_chunks(merge->output.chunks() + 1);
        merge->output.set_entries(merge->output.entries() + chunk.entries());
        merge->last_key = chunk.last_key();
        SL_RETURN_IF_ERROR(merge->map.Add(std::move(chunk)));
      }
      if (!page.resume) break;
      range.start = *std::move(page.resume);
    }
    // The first key that can follow: no key lies between a key and the same with a NUL behind.
    std::string start;
    if (merge->output.blocks() > 0) start = merge->last_key + std::string(1, '\0');
    SL_RETURN_IF_ERROR(OpenSources(merge.get(), start));
    merges_.push_back(std::move(merge));
  }
  return absl::OkStatus();
}

std::string_view SortedRunWriter::KeyOf(const Pending& pending) const {
  return std::string_view(pending_bytes_).substr(pending.offset, pending.key_bytes);
}

void SortedRunWriter::Add(std::string_view key, std::string_view value, bool erased) {
  if (key.size() > kIndexKeyBytesMax || value.size() > kIndexValueBytesMax ||
      pending_bytes_.size() > storage::kCommitBytesMax) {
    too_large_ = true;
    return;
  }
  pending_.push_back({KeyStart(key), static_cast<std::uint32_t>(pending_.size()),
                      static_cast<std::uint32_t>(pending_bytes_.size()),
                      static_cast<std::uint16_t>(key.size()),
                      static_cast<std::uint16_t>(value.size()), erased});
  pending_bytes_.append(key);
  pending_bytes_.append(value);
}

absl::Status SortedRunWriter::AppendTo(CommitBuilder* commit, storage::Position position) {
  if (too_large_) return absl::InvalidArgumentError("an entry of an index is too large");
  if (position <= last_position_) {
    return absl::InvalidArgumentError("positions of an index's commits rise");
  }
  last_position_ = position;
  change_ = SortedRunChange{.position = position, .parts = {}, .manifest = {}, .maps = {}};
  // Merges begin before the rows of this commit, so that they read what was applied before.
  StartMerges();
  const std::size_t added = WriteDelta(commit, position);
  slice_bytes_ = 0;
  for (const std::unique_ptr<Merge>& merge : merges_) {
    merge->credit += options_.merge_rate * added;
    SL_RETURN_IF_ERROR(RunMerge(merge.get(), commit));
  }
  for (std::size_t i = 0; i < merges_.size();) {
    if (merges_[i]->complete) {
      SL_RETURN_IF_ERROR(Complete(*merges_[i]));
      merges_.erase(merges_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  EraseGarbage(commit);
  if (manifest_changed_) {
    change_.manifest = manifest_.SerializeAsString();
    commit->Put(IndexManifestKey(spec_), change_.manifest);
    manifest_changed_ = false;
  }
  return absl::OkStatus();
}

std::size_t SortedRunWriter::WriteDelta(CommitBuilder* commit, storage::Position position) {
  if (pending_.empty()) return 0;
  std::sort(pending_.begin(), pending_.end(), [this](const Pending& a, const Pending& b) {
    if (a.key_start != b.key_start) return a.key_start < b.key_start;
    const int order = KeyOf(a).compare(KeyOf(b));
    return order != 0 ? order < 0 : a.order < b.order;
  });
  Delta delta{position, 0, {}};
  IndexBlockBuilder block;
  auto flush = [&] {
    auto bytes = std::make_shared<const std::string>(block.Finish());
    stats_.delta_bytes += bytes->size();
    commit->PutUnique(
        IndexDeltaKey(spec_, position, static_cast<std::uint32_t>(delta.parts.size())), *bytes);
    delta.parts.push_back(std::move(bytes));
  };
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending& entry = pending_[i];
    if (i + 1 < pending_.size() && KeyOf(entry) == KeyOf(pending_[i + 1])) continue;
    block.Add(
        KeyOf(entry),
        std::string_view(pending_bytes_).substr(entry.offset + entry.key_bytes, entry.value_bytes),
        entry.erased);
    ++delta.entries;
    if (block.bytes() >= options_.delta_part_bytes) flush();
  }
  if (block.entries() > 0) flush();
  pending_.clear();
  pending_bytes_.clear();
  const std::size_t added = delta.entries;
  level0_entries_ += added;
  stats_.entries_added += added;
  change_.parts = delta.parts;
  deltas_.push_back(std::move(delta));
  return added;
}

void SortedRunWriter::StartMerges() {
  auto start = [this](IndexMerge plan) {
    plan.set_output_run(manifest_.next_run());
    manifest_.set_next_run(manifest_.next_run() + 1);
    plan.set_block_bytes(static_cast<std::uint32_t>(options_.block_bytes));
    plan.set_chunk_entries(static_cast<std::uint32_t>(options_.chunk_entries));
    // Erasing entries have nothing left to hide when nothing is older than the inputs.
    plan.set_drop_erased(
        std::none_of(manifest_.runs().begin(), manifest_.runs().end(),
                     [&plan](const IndexRun& run) { return run.level() >= plan.output_level(); }));
    *manifest_.add_merges() = plan;
    manifest_changed_ = true;
    auto merge = std::make_unique<Merge>(spec_);
    merge->plan = plan;
    merge->output.set_number(plan.output_run());
    merge->output.set_level(plan.output_level());
    merges_.push_back(std::move(merge));
  };
  auto merging_into = [this](std::uint32_t level) {
    return std::any_of(merges_.begin(), merges_.end(),
                       [level](const auto& merge) { return merge->plan.output_level() == level; });
  };

  const bool level0_full =
      level0_entries_ >= options_.level0_entries || deltas_.size() >= options_.level0_commits;
  if (level0_full && !merging_into(1)) {
    IndexMerge plan;
    plan.set_output_level(1);
    plan.set_after_position(manifest_.flushed_position());
    plan.set_through_position(deltas_.back().position);
    start(std::move(plan));
  }
  std::map<std::uint32_t, std::size_t> runs_of_level;
  for (const IndexRun& run : manifest_.runs()) ++runs_of_level[run.level()];
  for (const auto& [level, runs] : runs_of_level) {
    if (runs < options_.fan_out || merging_into(level + 1)) continue;
    IndexMerge plan;
    plan.set_output_level(level + 1);
    for (const IndexRun& run : manifest_.runs()) {
      if (run.level() == level) plan.add_input_runs(run.number());
    }
    start(std::move(plan));
  }
}

absl::Status SortedRunWriter::OpenSources(Merge* merge, std::string_view start) {
  std::vector<std::unique_ptr<IndexSource>> sources;
  const IndexMerge& plan = merge->plan;
  if (plan.input_runs().empty()) {
    for (auto delta = deltas_.rbegin(); delta != deltas_.rend(); ++delta) {
      if (delta->position > plan.through_position() || delta->position <= plan.after_position()) {
        continue;
      }
      for (const auto& part : delta->parts) {
        SL_ASSIGN_OR_RETURN(auto source, NewBlockSource(part, start));
        sources.push_back(std::move(source));
      }
    }
  }
  for (const std::uint64_t number : plan.input_runs()) {
    const auto run = std::find_if(manifest_.runs().begin(), manifest_.runs().end(),
                                  [number](const IndexRun& r) { return r.number() == number; });
    if (run == manifest_.runs().end()) return DoesNotFit();
    auto fetch = [this, number](std::uint32_t first,
                                std::uint32_t count) -> absl::StatusOr<storage::PinnedValues> {
      std::vector<std::string> keys;
      for (std::uint32_t block = first; block < first + count; ++block) {
        keys.push_back(IndexBlockKey(spec_, number, block));
      }
      SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
      return snapshot->MultiGetPinned(spec_.keyspace, keys);
    };
    std::uint32_t first_block = 0;
    if (!start.empty()) {
      SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
      SL_ASSIGN_OR_RETURN(const auto map, IndexRunMap::Load(*snapshot, spec_, *run));
      const auto blocks = map->Locate(storage::KeyRange{std::string(start), ""});
      first_block = blocks ? blocks->first : run->blocks();
    }
    SL_ASSIGN_OR_RETURN(auto source,
                        NewRunSource(std::move(fetch), first_block, run->blocks(), start));
    sources.push_back(std::move(source));
  }
  merge->source = std::make_unique<IndexMergeSource>(std::move(sources));
  return absl::OkStatus();
}

absl::Status SortedRunWriter::RunMerge(Merge* merge, CommitBuilder* commit) {
  if (merge->credit == 0) return absl::OkStatus();
  if (merge->source == nullptr) SL_RETURN_IF_ERROR(OpenSources(merge, {}));
  IndexMergeSource& source = *merge->source;
  for (; merge->credit > 0 && slice_bytes_ < options_.slice_bytes_max && source.valid();
       --merge->credit) {
    if (!source.erased() || !merge->plan.drop_erased()) {
      if (merge->block.entries() == 0) merge->block_first_key.assign(source.key());
      merge->block.Add(source.key(), source.value(), source.erased());
      merge->chunk_hashes.push_back(IndexFilterHash(source.key(), spec_.filter_prefix_bytes));
      if (merge->block.bytes() >= merge->plan.block_bytes()) {
        SL_RETURN_IF_ERROR(FlushBlock(merge, commit));
      }
    }
    ++stats_.entries_merged;
    SL_RETURN_IF_ERROR(source.Next());
  }
  if (source.valid()) return absl::OkStatus();
  if (merge->block.entries() > 0) SL_RETURN_IF_ERROR(FlushBlock(merge, commit));
  if (merge->chunk.fences_size() > 0) SL_RETURN_IF_ERROR(FlushChunk(merge, commit));
  merge->complete = true;
  return absl::OkStatus();
}

absl::Status SortedRunWriter::FlushBlock(Merge* merge, CommitBuilder* commit) {
  IndexChunk& chunk = merge->chunk;
  IndexRun& output = merge->output;
  if (chunk.fences_size() == 0) chunk.set_first_block(output.blocks());
  const std::string_view first_key = merge->block_first_key;
  const std::string_view fence =
      output.blocks() == 0 ? first_key : ShortestFence(merge->last_key, first_key);
  chunk.add_fences(fence.data(), fence.size());
  merge->last_key = merge->block.last_key();
  chunk.set_entries(chunk.entries() + merge->block.entries());
  output.set_entries(output.entries() + merge->block.entries());
  std::string bytes = merge->block.Finish();
  stats_.run_bytes += bytes.size();
  slice_bytes_ += bytes.size();
  commit->PutUnique(IndexBlockKey(spec_, output.number(), output.blocks()), std::move(bytes));
  output.set_blocks(output.blocks() + 1);
  if (chunk.entries() >= merge->plan.chunk_entries()) return FlushChunk(merge, commit);
  return absl::OkStatus();
}

absl::Status SortedRunWriter::FlushChunk(Merge* merge, CommitBuilder* commit) {
  IndexChunk& chunk = merge->chunk;
  chunk.set_last_key(merge->last_key);
  // A key's prefix is often that of the key before: once is enough.
  auto& hashes = merge->chunk_hashes;
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  chunk.set_filter(BuildIndexFilter(hashes));
  chunk.set_filter_prefix_bytes(static_cast<std::uint32_t>(spec_.filter_prefix_bytes));
  std::string bytes = chunk.SerializeAsString();
  stats_.run_bytes += bytes.size();
  slice_bytes_ += bytes.size();
  commit->PutUnique(IndexChunkKey(spec_, merge->output.number(), merge->output.chunks()),
                    std::move(bytes));
  merge->output.set_chunks(merge->output.chunks() + 1);
  SL_RETURN_IF_ERROR(merge->map.Add(std::move(chunk)));
  chunk.Clear();
  hashes.clear();
  return absl::OkStatus();
}

absl::Status SortedRunWriter::Complete(Merge& merge) {
  const IndexMerge& plan = merge.plan;
  if (merge.output.blocks() > 0) {
    SL_ASSIGN_OR_RETURN(auto map, merge.map.Finish(merge.output));
    change_.maps.emplace_back(merge.output.number(), std::move(map));
  }
  std::vector<IndexRun> runs;
  bool placed = merge.output.blocks() == 0;  // a run of nothing is none
  for (const IndexRun& run : manifest_.runs()) {
    if (!placed && run.level() >= plan.output_level()) {
      runs.push_back(merge.output);
      placed = true;
    }
    const bool is_input = std::find(plan.input_runs().begin(), plan.input_runs().end(),
                                    run.number()) != plan.input_runs().end();
    if (is_input) {
      *manifest_.add_garbage() = run;
    } else {
      runs.push_back(run);
    }
  }
  if (!placed) runs.push_back(merge.output);
  manifest_.mutable_runs()->Assign(runs.begin(), runs.end());
  if (plan.input_runs().empty()) {
    manifest_.set_flushed_position(plan.through_position());
    while (!deltas_.empty() && deltas_.front().position <= plan.through_position()) {
      for (std::size_t part = 0; part < deltas_.front().parts.size(); ++part) {
        dead_rows_.push_back(
            IndexDeltaKey(spec_, deltas_.front().position, static_cast<std::uint32_t>(part)));
      }
      level0_entries_ -= deltas_.front().entries;
      deltas_.pop_front();
    }
  }
  auto* plans = manifest_.mutable_merges();
  plans->erase(std::remove_if(plans->begin(), plans->end(),
                              [&plan](const IndexMerge& other) {
                                return other.output_run() == plan.output_run();
                              }),
               plans->end());
  manifest_changed_ = true;
  return absl::OkStatus();
}

void SortedRunWriter::EraseGarbage(CommitBuilder* commit) {
  std::size_t budget = kErasesPerCommit;
  for (; budget > 0 && !dead_rows_.empty(); --budget) {
    commit->Erase(std::move(dead_rows_.front()));
    dead_rows_.pop_front();
  }
  while (budget > 0 && manifest_.garbage_size() > 0) {
    const IndexRun& run = manifest_.garbage(0);
    for (; budget > 0 && garbage_block_ < run.blocks(); --budget) {
      commit->Erase(IndexBlockKey(spec_, run.number(), garbage_block_++));
    }
    for (; budget > 0 && garbage_chunk_ < run.chunks(); --budget) {
      commit->Erase(IndexChunkKey(spec_, run.number(), garbage_chunk_++));
    }
    if (garbage_block_ < run.blocks() || garbage_chunk_ < run.chunks()) return;
    manifest_.mutable_garbage()->erase(manifest_.garbage().begin());
    garbage_block_ = 0;
    garbage_chunk_ = 0;
    manifest_changed_ = true;
  }
}

SortedRunWriter::Stats SortedRunWriter::stats() const {
  Stats stats = stats_;
  stats.level0_entries = level0_entries_;
  stats.runs = static_cast<std::size_t>(manifest_.runs_size());
  stats.merges = merges_.size();
  stats.garbage = static_cast<std::size_t>(manifest_.garbage_size());
  return stats;
}

}  // namespace serieslink::graph
