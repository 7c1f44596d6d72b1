#pragma once

#include <string>
#include <utility>
#include <vector>

#include "serieslink/meeting/v1/meeting_service.pb.h"
#include "serieslink/record/v1/record.pb.h"

namespace serieslink::summary {

// What a gun is told by, as one record has it, by trait: each value once, in order. Makes and
// calibres are in the form that linkage compares; other texts in capitals without accents, so that
// spellings that differ in no more are one. Words that say that nothing is known are no values.
struct GunTraits {
  std::vector<std::pair<meeting::v1::GunTrait, std::string>> values;
};

// The traits of one of the exhibits of `record`: a gun, a part of one or what one left. None of
// ammunition, test-fires and guns that intelligence tells of. Pure.
GunTraits TraitsOf(const record::v1::Record& record, const record::v1::Exhibit& exhibit);

}  // namespace serieslink::summary
