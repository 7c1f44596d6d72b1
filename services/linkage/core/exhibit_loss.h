#pragma once

#include "serieslink/record/v1/record.pb.h"

// What a report of a loss says of each of the guns that it names: one of several can be found
// again. Pure.
namespace serieslink::linkage {

// Whether what was lost was found again by its holder, and so was no loss.
struct FoundAgain {
  bool is_found = false;
  // When; null: nobody says. Points into the record.
  const type::v1::DateInterval* when = nullptr;
};

// The one rule by which everything here tells whether `exhibit`, which `record` has, was found
// again: as the record says of it, or of the whole loss. When it was is what is said of the exhibit
// before what is said of the loss. Nothing that is no loss's was.
FoundAgain FoundAgainOf(const record::v1::Record& record, const record::v1::Exhibit& exhibit);

// The loss of `exhibit`, which `record` has: that of the record's event, found again as
// FoundAgainOf says of this one.
record::v1::Loss LossOfExhibit(const record::v1::Record& record,
                               const record::v1::Exhibit& exhibit);

// Whether all that went by `record` was found again, so that there was no loss at all.
bool IsWholeLossFoundAgain(const record::v1::Record& record);

}  // namespace serieslink::linkage
