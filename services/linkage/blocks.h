#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/types/span.h"
#include "services/linkage/core/serial_agreement.h"
#include "services/linkage/evidence.h"

namespace serieslink::linkage {

// An exhibit where its numbers meet those of others.
struct BlockMember {
  SerialGlance glance;
  ExhibitIndex exhibit = kNone;
};

// Who meets under which key. There are several keys for each exhibit, and under most of them it is
// alone: of such a block nothing is held but the key and the exhibit, and its glance only from when
// somebody else comes. Thread-compatible.
class Blocks {
 public:
  void clear() { *this = Blocks(); }

  // Has the processor fetch what Add will look up.
  void Prefetch(std::uint64_t key) const { blocks_.prefetch(Key(key)); }

  // Adds one who is not there yet, and returns how many there are now. `glance_of(exhibit)` tells
  // the glance under `key` of one who was added before.
  template <typename GlanceOf>
  std::size_t Add(std::uint64_t key, const BlockMember& member, const GlanceOf& glance_of) {
    const auto [block, is_new] = blocks_.try_emplace(Key(key), member.exhibit);
    if (is_new) return 1;
    if ((block->second & kListed) == 0) {
      const ExhibitIndex first = block->second;
      block->second = kListed | NewList();
      lists_[block->second & ~kListed] = {{glance_of(first), first}};
    }
    List& members = lists_[block->second & ~kListed];
    members.push_back(member);
    return members.size();
  }

  // Takes out one who is there, and returns how many are left.
  std::size_t Remove(std::uint64_t key, ExhibitIndex exhibit) {
    const auto block = blocks_.find(Key(key));
    if (block == blocks_.end()) return 0;
    if ((block->second & kListed) == 0) {
      blocks_.erase(block);
      return 0;
    }
    const std::uint32_t place = block->second & ~kListed;
    List& members = lists_[place];
    const auto found = std::find_if(members.begin(), members.end(), [&](const BlockMember& member) {
      return member.exhibit == exhibit;
    });
    if (found != members.end()) members.erase(found);
    if (!members.empty()) return members.size();
    members = List();
    free_lists_.push_back(place);
    blocks_.erase(block);
    return 0;
  }

  std::size_t SizeOf(std::uint64_t key) const {
    const auto block = blocks_.find(Key(key));
    if (block == blocks_.end()) return 0;
    return (block->second & kListed) == 0 ? 1 : lists_[block->second & ~kListed].size();
  }

  // All who meet under `key`, in the order in which they came; nobody where it is one who was never
  // with others. Good until the block changes.
  absl::Span<const BlockMember> Meeting(std::uint64_t key) const {
    const auto block = blocks_.find(Key(key));
    if (block == blocks_.end() || (block->second & kListed) == 0) return {};
    return lists_[block->second & ~kListed];
  }

 private:
  using List = std::vector<BlockMember>;

  // Not aligned to eight bytes: an entry of the table then takes twelve.
  struct Key {
    explicit Key(std::uint64_t key)
        : low(static_cast<std::uint32_t>(key)), high(static_cast<std::uint32_t>(key >> 32)) {}
    std::uint32_t low;
    std::uint32_t high;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct HashOfKey {
    std::size_t operator()(const Key& key) const {
      return absl::Hash<std::uint64_t>()(std::uint64_t{key.high} << 32 | key.low);
    }
  };

  // Of a value: it is the place of a list, and not an exhibit, which is less than that.
  static constexpr std::uint32_t kListed = 0x80000000;

  std::uint32_t NewList() {
    if (free_lists_.empty()) {
      lists_.emplace_back();
      return static_cast<std::uint32_t>(lists_.size() - 1);
    }
    const std::uint32_t place = free_lists_.back();
    free_lists_.pop_back();
    return place;
  }

  absl::flat_hash_map<Key, std::uint32_t, HashOfKey> blocks_;
  std::deque<List> lists_;
  std::vector<std::uint32_t> free_lists_;
};

}  // namespace serieslink::linkage
