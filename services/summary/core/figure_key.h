#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "services/summary/core/measures.h"

// Where in a summary a figure stands, and what one event or weapon adds to it. Pure.
namespace serieslink::summary {

// Tables of measures, in the order of a summary.
enum class MeasureTable : std::uint8_t { kEvent, kRepeat, kWeapon, kTime };

// Which part of a measure.
enum class FigurePart : std::uint8_t {
  kTotal,
  kCategory,
  kRow,
  kRepeatKey,  // what incidents have in common; no figure of its own
  kTime,       // a time that something took; no figure of its own
};

// A figure of a summary. Ordered as a summary has them.
struct FigureKey {
  MeasureTable table = MeasureTable::kEvent;
  std::size_t measure = 0;  // place in its table
  FigurePart part = FigurePart::kTotal;
  std::size_t dimension = 0;  // place among those asked for; only of rows
  Category category{};        // only of categories
  std::string key{};  // of a row (empty: unallocated), of a repeat; a time's shortest and longest
  std::size_t window = 0;
  friend auto operator<=>(const FigureKey&, const FigureKey&) = default;
};

// A count in one period. What is not certain is never in `counted`.
struct Numbers {
  std::int64_t counted = 0;
  std::int64_t undetermined = 0;
  std::int64_t straddling = 0;
  std::int64_t undated = 0;

  Numbers& operator+=(const Numbers& other) {
    counted += other.counted;
    undetermined += other.undetermined;
    straddling += other.straddling;
    undated += other.undated;
    return *this;
  }
  Numbers& operator-=(const Numbers& other) {
    counted -= other.counted;
    undetermined -= other.undetermined;
    straddling -= other.straddling;
    undated -= other.undated;
    return *this;
  }
  bool is_zero() const { return *this == Numbers{}; }
  friend bool operator==(const Numbers&, const Numbers&) = default;
};

// What one event or weapon adds to figures.
using Additions = std::map<FigureKey, Numbers>;

}  // namespace serieslink::summary
