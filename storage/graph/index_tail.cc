#include "storage/graph/index_tail.h"

#include <algorithm>
#include <utility>

#include "storage/base/status_macros.h"

namespace serieslink::graph {
namespace {

// So many segments cost a lookup less than merging them costs: commits of a busy writer are large,
// and have gone to a run before there are more.
constexpr std::size_t kSegmentsFew = 16;

}  // namespace

absl::StatusOr<std::shared_ptr<const IndexTailSegment>> IndexTailSegment::FromDelta(
    storage::Position position, const std::vector<std::shared_ptr<const std::string>>& parts) {
  auto segment = std::make_shared<IndexTailSegment>();
  segment->through_ = position;
  for (const std::shared_ptr<const std::string>& part : parts) {
    SL_ASSIGN_OR_RETURN(IndexBlockCursor cursor, IndexBlockCursor::Open(*part));
    while (cursor.valid()) {
      if (cursor.key().size() > kIndexKeyBytesMax || cursor.value().size() > kIndexValueBytesMax) {
        return absl::DataLossError("an entry of an index is too large");
      }
      segment->entries_.push_back({position, static_cast<std::uint32_t>(segment->bytes_.size()),
                                   static_cast<std::uint16_t>(cursor.key().size()),
                                   static_cast<std::uint16_t>(cursor.value().size() & 0x7FFF),
                                   static_cast<std::uint16_t>(cursor.erased() ? 1 : 0)});
      segment->bytes_.append(cursor.key());
      segment->bytes_.append(cursor.value());
      SL_RETURN_IF_ERROR(cursor.Next());
    }
  }
  return segment;
}

void IndexTailSegment::Append(const IndexTailSegment& from, const Entry& entry) {
  Entry copy = entry;
  copy.offset = static_cast<std::uint32_t>(bytes_.size());
  bytes_.append(from.bytes_, entry.offset, entry.key_bytes + entry.value_bytes);
  entries_.push_back(copy);
}

std::shared_ptr<const IndexTailSegment> IndexTailSegment::Merge(const IndexTailSegment& older,
                                                                const IndexTailSegment& newer,
                                                                storage::Position drop_through) {
  auto merged = std::make_shared<IndexTailSegment>();
  merged->through_ = newer.through_;
  merged->entries_.reserve(older.size() + newer.size());
  merged->bytes_.reserve(older.bytes_.size() + newer.bytes_.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < older.size() || j < newer.size()) {
    // For the same key, what is newer goes first.
    const bool take_newer =
        i == older.size() ||
        (j < newer.size() && newer.KeyOf(newer.entries_[j]) <= older.KeyOf(older.entries_[i]));
    const IndexTailSegment& from = take_newer ? newer : older;
    const Entry& entry = from.entries_[take_newer ? j++ : i++];
    if (entry.position > drop_through) merged->Append(from, entry);
  }
  return merged;
}

std::size_t IndexTailSegment::LowerBound(std::string_view key) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), key,
      [this](const Entry& entry, std::string_view sought) { return KeyOf(entry) < sought; });
  return static_cast<std::size_t>(found - entries_.begin());
}

std::optional<IndexHit> IndexTailSegment::Find(std::string_view key,
                                               storage::Position position) const {
  for (std::size_t i = LowerBound(key); i < entries_.size() && KeyOf(entries_[i]) == key; ++i) {
    if (entries_[i].position <= position) {
      return IndexHit{ValueOf(entries_[i]), entries_[i].erased != 0};
    }
  }
  return std::nullopt;
}

class IndexTailSegment::Source final : public IndexSource {
 public:
  Source(std::shared_ptr<const IndexTailSegment> segment, storage::Position position,
         std::string_view start)
      : segment_(std::move(segment)), position_(position), at_(segment_->LowerBound(start)) {
    SkipLater();
  }

  bool valid() const override { return at_ < segment_->entries_.size(); }
  std::string_view key() const override { return segment_->KeyOf(entry()); }
  std::string_view value() const override { return segment_->ValueOf(entry()); }
  bool erased() const override { return entry().erased != 0; }

  absl::Status Next() override {
    const std::string_view passed = key();
    do {
      ++at_;
    } while (valid() && key() == passed);
    SkipLater();
    return absl::OkStatus();
  }

 private:
  const Entry& entry() const { return segment_->entries_[at_]; }
  void SkipLater() {
    while (valid() && entry().position > position_) ++at_;
  }

  const std::shared_ptr<const IndexTailSegment> segment_;
  const storage::Position position_;
  std::size_t at_;
};

std::unique_ptr<IndexSource> IndexTailSegment::NewSource(
    std::shared_ptr<const IndexTailSegment> segment, storage::Position position,
    std::string_view start) {
  return std::make_unique<Source>(std::move(segment), position, start);
}

void IndexTail::Drop(storage::Position drop_through) {
  while (!segments_.empty() && segments_.front()->through() <= drop_through) {
    segments_.erase(segments_.begin());
  }
  after_ = std::max(after_, drop_through);
}

absl::Status IndexTail::Add(storage::Position commit,
                            const std::vector<std::shared_ptr<const std::string>>& parts) {
  if (parts.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(auto segment, IndexTailSegment::FromDelta(commit, parts));
  segments_.push_back(std::move(segment));
  if (segments_.size() <= kSegmentsFew) return absl::OkStatus();
  while (segments_.size() > 1 &&
         segments_[segments_.size() - 2]->size() < 2 * segments_.back()->size()) {
    auto newer = std::move(segments_.back());
    segments_.pop_back();
    segments_.back() = IndexTailSegment::Merge(*segments_.back(), *newer, after_);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const IndexTail>> IndexTail::Extend(
    const IndexTail& tail, const std::vector<std::shared_ptr<const std::string>>& parts,
    storage::Position drop_through) {
  auto extended = std::make_shared<IndexTail>(tail);
  extended->Drop(drop_through);
  extended->through_ = tail.through_ + 1;
  SL_RETURN_IF_ERROR(extended->Add(extended->through_, parts));
  return extended;
}

absl::StatusOr<std::shared_ptr<const IndexTail>> IndexTail::Extend(
    const IndexTail& tail, const storage::Snapshot& snapshot, const SortedRunSpec& spec,
    storage::Position through, storage::Position drop_through) {
  auto extended = std::make_shared<IndexTail>(tail);
  extended->Drop(drop_through);
  extended->through_ = through;

  storage::Position commit = 0;
  std::vector<std::shared_ptr<const std::string>> parts;
  storage::KeyRange range =
      IndexDeltaRange(spec, std::max(tail.through_, extended->after_), through);
  while (true) {
    SL_ASSIGN_OR_RETURN(storage::ScanPage page,
                        snapshot.Scan(spec.keyspace, range, storage::ScanOptions{}));
    for (storage::Row& row : page.rows) {
      SL_ASSIGN_OR_RETURN(const storage::Position position, IndexDeltaPosition(spec, row.key));
      if (position != commit) {
        SL_RETURN_IF_ERROR(extended->Add(commit, parts));
        parts.clear();
      }
      commit = position;
      parts.push_back(std::make_shared<const std::string>(std::move(row.value)));
    }
    if (!page.resume) break;
    range.start = *std::move(page.resume);
  }
  SL_RETURN_IF_ERROR(extended->Add(commit, parts));
  return extended;
}

std::size_t IndexTail::size() const {
  std::size_t entries = 0;
  for (const auto& segment : segments_) entries += segment->size();
  return entries;
}

std::optional<IndexHit> IndexTail::Find(std::string_view key, storage::Position position) const {
  for (auto segment = segments_.rbegin(); segment != segments_.rend(); ++segment) {
    if (std::optional<IndexHit> hit = (*segment)->Find(key, position)) return hit;
  }
  return std::nullopt;
}

std::vector<std::unique_ptr<IndexSource>> IndexTail::NewSources(storage::Position position,
                                                                std::string_view start) const {
  std::vector<std::unique_ptr<IndexSource>> sources;
  for (auto segment = segments_.rbegin(); segment != segments_.rend(); ++segment) {
    sources.push_back(IndexTailSegment::NewSource(*segment, position, start));
  }
  return sources;
}

}  // namespace serieslink::graph
