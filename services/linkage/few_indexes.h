#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace serieslink::linkage {

// A few indexes, each less than 2^31 - 1, in eight bytes: one or two lie in the object itself, as
// those of nearly all nodes do, more in a list of their own. Thread-compatible.
class FewIndexes {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = std::uint32_t;
    using pointer = const std::uint32_t*;
    using reference = std::uint32_t;

    Iterator() = default;
    Iterator(const FewIndexes* indexes, std::size_t place) : indexes_(indexes), place_(place) {}
    std::uint32_t operator*() const { return (*indexes_)[place_]; }
    Iterator& operator++() {
      ++place_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(indexes_, place_++); }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const FewIndexes* indexes_ = nullptr;
    std::size_t place_ = 0;
  };

  FewIndexes() = default;
  FewIndexes(const FewIndexes& other) : word_(other.word_) {
    if (other.is_listed()) word_ = WordOf(new List(*other.list()));
  }
  FewIndexes(FewIndexes&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  FewIndexes& operator=(FewIndexes other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~FewIndexes() {
    if (is_listed()) delete list();
  }

  bool empty() const { return size() == 0; }
  std::size_t size() const {
    if (is_listed()) return list()->size();
    return word_ == 0 ? 0 : word_ >> kSecondShift == 0 ? 1 : 2;
  }
  std::uint32_t operator[](std::size_t place) const {
    if (is_listed()) return (*list())[place];
    return place == 0 ? static_cast<std::uint32_t>(word_ >> 1) & kIndexMask
                      : static_cast<std::uint32_t>(word_ >> kSecondShift) - 1;
  }
  std::uint32_t front() const { return (*this)[0]; }
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, size()); }

  void push_back(std::uint32_t index) {
    if (is_listed()) {
      list()->push_back(index);
      return;
    }
    switch (size()) {
      case 0:
        word_ = std::uint64_t{index} << 1 | kIsHere;
        return;
      case 1:
        word_ |= (std::uint64_t{index} + 1) << kSecondShift;
        return;
      default:
        word_ = WordOf(new List{(*this)[0], (*this)[1], index});
    }
  }
  void clear() { *this = FewIndexes(); }
  // Takes one `index` out, where it is there; another may take its place.
  void Erase(std::uint32_t index) {
    if (is_listed()) {
      List& indexes = *list();
      const auto found = std::find(indexes.begin(), indexes.end(), index);
      if (found == indexes.end()) return;
      *found = indexes.back();
      indexes.pop_back();
      return;
    }
    FewIndexes left;
    bool is_found = false;
    for (const std::uint32_t one : *this) {
      if (one == index && !std::exchange(is_found, true)) continue;
      left.push_back(one);
    }
    word_ = left.word_;
  }

 private:
  using List = std::vector<std::uint32_t>;

  // The lowest bit is not set in the address of a list. Above it lie the first index and one more
  // than the second, 31 bits each.
  static constexpr std::uint64_t kIsHere = 1;
  static constexpr int kSecondShift = 32;
  static constexpr std::uint32_t kIndexMask = 0x7FFFFFFF;

  static std::uint64_t WordOf(const List* list) { return reinterpret_cast<std::uintptr_t>(list); }
  bool is_listed() const { return word_ != 0 && (word_ & kIsHere) == 0; }
  List* list() const { return reinterpret_cast<List*>(static_cast<std::uintptr_t>(word_)); }

  std::uint64_t word_ = 0;  // 0: none
};
static_assert(sizeof(FewIndexes) == 8);

}  // namespace serieslink::linkage
