#pragma once

#include <cstddef>
#include <cstdint>

// Random numbers that are the same with every compiler and library: integers only, and no
// distribution of the standard library.
namespace serieslink::synth {

// Spreads the bits of `x` (the finaliser of SplitMix64).
inline constexpr std::uint64_t Mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// The numbers below 2^`bits` in another order, by `seed`; a number above is left as it is. One to
// one. 2 <= `bits` < 64.
inline constexpr std::uint64_t Permute(std::uint64_t number, int bits, std::uint64_t seed) {
  if ((number >> bits) != 0) return number;
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::uint64_t x = (number ^ Mix(seed)) & mask;
  for (int round = 0; round < 3; ++round) {
    // An odd factor and a shift to the right each lose nothing.
    x = (x * 0xD6E8FEB86659FD93u) & mask;
    x ^= x >> (bits / 2);
  }
  return x;
}

// A sequence of random numbers from a seed (SplitMix64). Not thread-safe.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(Mix(seed)) {}
  // The sequence of one thing of a world: equal arguments give equal numbers.
  constexpr Random(std::uint64_t seed, std::uint64_t thing, std::uint64_t part)
      : state_(Mix(Mix(Mix(seed) + thing) + part)) {}

  constexpr std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15u;
    return Mix(state_);
  }
  // 0 to bound - 1. `bound` > 0.
  constexpr std::uint32_t Below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((Next() >> 32) * bound) >> 32);
  }
  // Both ends included.
  constexpr int Between(int low, int high) {
    return low + static_cast<int>(Below(static_cast<std::uint32_t>(high - low + 1)));
  }
  // True `per_10000` times in ten thousand.
  constexpr bool Chance(std::uint32_t per_10000) { return Below(10000) < per_10000; }

  // Any element of an array.
  template <typename T, std::size_t kSize>
  constexpr const T& Any(const T (&items)[kSize]) {
    return items[Below(static_cast<std::uint32_t>(kSize))];
  }

  // The place of an element of `items`, each as often as its `weight` says.
  template <typename Items>
  constexpr std::size_t Weighted(const Items& items) {
    std::uint32_t total = 0;
    for (const auto& item : items) total += item.weight;
    std::uint32_t at = Below(total);
    std::size_t place = 0;
    for (const auto& item : items) {
      if (at < item.weight) break;
      at -= item.weight;
      ++place;
    }
    return place;
  }

 private:
  std::uint64_t state_;
};

}  // namespace serieslink::synth
