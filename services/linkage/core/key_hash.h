#pragma once

#include <cstdint>
#include <initializer_list>

#include "absl/strings/string_view.h"

namespace serieslink::linkage {

// Mixes 64 bits (the finaliser of splitmix64, public domain, Sebastiano Vigna).
constexpr uint64_t MixBits(uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

// A 64-bit hash of a list of texts: the same on every machine and in every build, because keys are
// stored. Lists that differ only in where one text ends differ. Never 0 or 1. Not keyed: it is no
// secret and gives no protection against made-up collisions.
constexpr uint64_t HashTexts(std::initializer_list<absl::string_view> texts) {
  uint64_t h = 0xCBF29CE484222325ull;
  for (const absl::string_view text : texts) {
    h = MixBits(h ^ text.size());
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
  }
  h = MixBits(h);
  return h < 2 ? h + 2 : h;
}

}  // namespace serieslink::linkage
