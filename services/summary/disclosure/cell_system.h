#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Which counts must be hidden so that no small one follows from those that are shown, by linear
// programming. Knows nothing of what the counts are of. Pure.
namespace serieslink::summary {

// What those who read know of a count.
enum class CellState : std::uint8_t {
  kOpen,    // never published: 0 or more, for all that they know
  kHidden,  // hidden where it is published: 1 or more, for nothing is ever hidden that is 0
  kShown,   // about to be published, unless it must be hidden
  kKnown,   // known already, whatever is done now
};

struct Cell {
  std::int64_t value = 0;
  CellState state = CellState::kOpen;
  // It is small, or was: nobody may be able to tell it from other numbers from 1 to the bound of
  // small ones, nor one that is larger today from 1.
  bool is_sensitive = false;
  // What it costs to hide it, where it is shown: above 0.
  double cost = 1;
};

// Counts whose sum, each by its factor, readers know: it is that of their values.
struct Equation {
  struct Term {
    std::size_t cell = 0;
    int factor = 1;
  };
  std::vector<Term> terms;
};

// What came of it.
struct Protection {
  std::int64_t tried = 0;            // sensitive cells
  std::int64_t safe = 0;             // of these: can be 1 and `small_below`, whatever is known
  std::vector<std::size_t> exposed;  // of these: cannot, whatever is hidden now
};

// Hides shown cells until, for each sensitive one, what is known allows it to be `small_below`,
// which is above all small values, or more, and to be 1; a sum of several that are not 0, which
// readers see listed, as little as these allow whatever is hidden. So it allows every number
// between, as linear programming has it. What is hidden costs little, and not always the least:
// cells are protected one after the other, each by the cheapest set that goes with those before.
// Cells of 0 stay shown. Solutions are looked for in whole numbers where the relaxation has none,
// within a fixed number of steps, so the same input has always the same outcome. Each solution is
// looked at without the solver, and what is hidden after it only allows more. `should_stop` is
// asked before each program. Errors: what it says; INTERNAL (the solver failed, or what it found is
// no solution).
absl::StatusOr<Protection> HideToProtect(std::vector<Cell>& cells,
                                         const std::vector<Equation>& equations,
                                         std::int64_t small_below,
                                         const std::function<absl::Status()>& should_stop);

// The whole numbers between which a count can be, for all that is known.
struct Range {
  std::int64_t lowest = 0;
  std::int64_t highest = 0;  // or the bound up to which it was looked for
};

// Between which numbers each of `wanted` can be when what is shown is known, up to `highest`, or
// their value where it is above that. Errors: what `should_stop` says; INTERNAL (the solver
// failed).
absl::StatusOr<std::vector<Range>> RangesOf(const std::vector<Cell>& cells,
                                            const std::vector<Equation>& equations,
                                            const std::vector<std::size_t>& wanted,
                                            std::int64_t highest,
                                            const std::function<absl::Status()>& should_stop);

}  // namespace serieslink::summary
