#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/shared_data.h"

// Whether serial fields are read as people read them who cleaned a register by hand.
namespace serieslink::bench {

struct CleanedSerials {
  std::uint64_t rows = 0;
  std::uint64_t both_none = 0;  // neither the analyst nor the reading has a number
  std::uint64_t numbers = 0;    // the analyst has one
  std::uint64_t equal = 0;      // and the reading has that one and no other, character by character
  // The same, but for what a canonical form leaves out and reads as one: symbols, O for zero.
  std::uint64_t equal_in_form = 0;
  std::map<std::string, std::uint64_t> in_doubt;       // of these two: read, but in doubt, by why
  std::map<std::string, std::uint64_t> disagreements;  // by class: every other row

  std::uint64_t Agreeing() const { return equal + equal_in_form; }
};

// Reads each row's serial_raw beside its make_raw and calibre_raw, as a record's would be, and
// compares with serial_clean.
CleanedSerials CompareCleanedSerials(const std::vector<Row>& rows);

}  // namespace serieslink::bench
