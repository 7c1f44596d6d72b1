#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace serieslink::cli {

// London as a grid: a square for each borough and the City, near its neighbours. Drawn by this
// project; a borough's size on the map says nothing.
struct BoroughTile {
  std::string_view code;  // GSS, "E09000014"
  std::string_view name;  // "Haringey"
  std::string_view short_name;
  int column = 0;  // from the west
  int row = 0;     // from the north
};

inline constexpr int kTileColumns = 8;
inline constexpr int kTileRows = 6;

// All 33, in order of code.
absl::Span<const BoroughTile> BoroughTiles();

}  // namespace serieslink::cli
