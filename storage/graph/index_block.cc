#include "storage/graph/index_block.h"

#include <algorithm>
#include <utility>

#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::graph {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kRestartInterval = 16;  // entries from one whole key to the next

void AppendVarint(std::string* bytes, std::uint32_t value) {
  while (value >= 0x80) {
    bytes->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes->push_back(static_cast<char>(value));
}

// Reads a number at `*at` and moves it behind; false when there is none.
bool ReadVarint(std::string_view bytes, std::size_t* at, std::uint32_t* value) {
  std::uint32_t result = 0;
  for (int shift = 0; shift <= 28; shift += 7) {
    if (*at >= bytes.size()) return false;
    const unsigned char byte = static_cast<unsigned char>(bytes[(*at)++]);
    result |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      *value = result;
      return true;
    }
  }
  return false;
}

absl::Status MalformedBlock() { return absl::DataLossError("a block of an index is malformed"); }

struct EntryHead {
  std::uint32_t shared = 0;    // leading bytes that the key has in common with the one before
  std::uint32_t unshared = 0;  // further bytes of the key, which follow the head
  std::uint32_t value_bytes = 0;
  bool erased = false;
};

bool ReadHead(std::string_view bytes, std::size_t* at, EntryHead* head) {
  std::uint32_t value_and_flag = 0;
  if (!ReadVarint(bytes, at, &head->shared) || !ReadVarint(bytes, at, &head->unshared) ||
      !ReadVarint(bytes, at, &value_and_flag)) {
    return false;
  }
  head->value_bytes = value_and_flag >> 1;
  head->erased = (value_and_flag & 1) != 0;
  const std::size_t left = bytes.size() - *at;
  return head->unshared <= left && head->value_bytes <= left - head->unshared;
}

}  // namespace

void IndexBlockBuilder::Add(std::string_view key, std::string_view value, bool erased) {
  std::size_t shared = 0;
  if (entries_ == 0) bytes_.push_back(kFormat);
  if (entries_ % kRestartInterval == 0) {
    restarts_.push_back(static_cast<std::uint32_t>(bytes_.size() - 1));
  } else {
    const std::size_t most = std::min(key.size(), last_key_.size());
    while (shared < most && key[shared] == last_key_[shared]) ++shared;
  }
  AppendVarint(&bytes_, static_cast<std::uint32_t>(shared));
  AppendVarint(&bytes_, static_cast<std::uint32_t>(key.size() - shared));
  AppendVarint(&bytes_, static_cast<std::uint32_t>(value.size() << 1 | (erased ? 1 : 0)));
  bytes_.append(key, shared);
  bytes_.append(value);
  last_key_.assign(key);
  ++entries_;
}

std::size_t IndexBlockBuilder::bytes() const {
  return entries_ == 0 ? 0 : bytes_.size() + 4 * restarts_.size() + 4;
}

std::string IndexBlockBuilder::Finish() {
  if (bytes_.empty()) bytes_.push_back(kFormat);
  for (std::uint32_t offset : restarts_) base::AppendBe32(&bytes_, offset);
  base::AppendBe32(&bytes_, static_cast<std::uint32_t>(restarts_.size()));
  std::string finished = std::move(bytes_);
  bytes_.clear();
  restarts_.clear();
  entries_ = 0;
  last_key_.clear();
  return finished;
}

absl::StatusOr<IndexBlockCursor> IndexBlockCursor::Open(std::string_view block) {
  if (block.size() < 5) return MalformedBlock();
  if (block[0] != kFormat) {
    return absl::DataLossError("a block of an index has a format unknown to this version");
  }
  const std::size_t count = base::LoadBe32(block.data() + block.size() - 4);
  const std::string_view body = block.substr(1, block.size() - 5);
  if (count > body.size() / 4) return MalformedBlock();
  const std::size_t entries_bytes = body.size() - 4 * count;
  if ((entries_bytes == 0) != (count == 0)) return MalformedBlock();
  IndexBlockCursor cursor(body.substr(0, entries_bytes), body.substr(entries_bytes));
  SL_RETURN_IF_ERROR(cursor.Next());
  return cursor;
}

absl::Status IndexBlockCursor::Next() {
  if (at_ == entries_.size()) {
    valid_ = false;
    return absl::OkStatus();
  }
  EntryHead head;
  if (!ReadHead(entries_, &at_, &head) || head.shared > key_.size()) return MalformedBlock();
  key_.resize(head.shared);
  key_.append(entries_, at_, head.unshared);
  at_ += head.unshared;
  value_ = entries_.substr(at_, head.value_bytes);
  at_ += head.value_bytes;
  erased_ = head.erased;
  valid_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> IndexBlockCursor::RestartOffset(std::size_t index) const {
  const std::size_t offset = base::LoadBe32(restarts_.data() + 4 * index);
  if (offset >= entries_.size()) return MalformedBlock();
  return offset;
}

absl::StatusOr<std::string_view> IndexBlockCursor::RestartKey(std::size_t index) const {
  SL_ASSIGN_OR_RETURN(std::size_t at, RestartOffset(index));
  EntryHead head;
  if (!ReadHead(entries_, &at, &head) || head.shared != 0) return MalformedBlock();
  return entries_.substr(at, head.unshared);
}

absl::Status IndexBlockCursor::Seek(std::string_view key) {
  valid_ = false;
  if (restart_count() == 0) return absl::OkStatus();
  // The last restart whose key is below `key`; the entry sought lies behind it, or is the first.
  std::size_t low = 0;
  std::size_t high = restart_count();
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    SL_ASSIGN_OR_RETURN(std::string_view restart_key, RestartKey(middle));
    (restart_key < key ? low : high) = middle;
  }
  SL_ASSIGN_OR_RETURN(at_, RestartOffset(low));
  key_.clear();
  do {
    SL_RETURN_IF_ERROR(Next());
  } while (valid_ && key_ < key);
  return absl::OkStatus();
}

}  // namespace serieslink::graph
