#include "services/linkage/core/exhibit_loss.h"

#include <algorithm>

namespace serieslink::linkage {

FoundAgain FoundAgainOf(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  const record::v1::Loss& loss = record.event().loss();
  FoundAgain found;
  found.is_found = loss.cancelled_as_found() || exhibit.cancelled_as_found();
  if (!found.is_found) return found;
  if (exhibit.has_found()) {
    found.when = &exhibit.found();
  } else if (loss.has_found()) {
    found.when = &loss.found();
  }
  return found;
}

record::v1::Loss LossOfExhibit(const record::v1::Record& record,
                               const record::v1::Exhibit& exhibit) {
  record::v1::Loss loss = record.event().loss();
  const FoundAgain found = FoundAgainOf(record, exhibit);
  loss.set_cancelled_as_found(found.is_found);
  loss.clear_found();
  if (found.when != nullptr) *loss.mutable_found() = *found.when;
  return loss;
}

bool IsWholeLossFoundAgain(const record::v1::Record& record) {
  if (record.event().loss().cancelled_as_found()) return true;
  return !record.exhibits().empty() &&
         std::all_of(record.exhibits().begin(), record.exhibits().end(),
                     [&record](const record::v1::Exhibit& exhibit) {
                       return FoundAgainOf(record, exhibit).is_found;
                     });
}

}  // namespace serieslink::linkage
