#pragma once

#include <memory>
#include <string>
#include <vector>

#include "serieslink/linkage/v1/vocabulary.pb.h"
#include "services/linkage/core/serial_vocabulary.h"
#include "services/linkage/core/vocabulary_faults.h"

namespace serieslink::linkage {

// Makes the words by which serial numbers are read of their part of a vocabulary's file. What is
// wrong is added to `faults`; where anything is, what is made is of no use. Adds to `said` a line
// for all that is read by them, whatever the order in which it stands in the file, except where
// that decides. Never null.
std::shared_ptr<const SerialVocabulary> ReadSerialVocabulary(
    const Placed<v1::SerialVocabulary>& file, VocabularyFaults& faults,
    std::vector<std::string>& said);

}  // namespace serieslink::linkage
