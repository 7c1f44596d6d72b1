#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/summary/boundaries/boundary_set.h"
#include "services/summary/core/areas.h"

namespace serieslink::summary {

// All boundaries that a process has loaded. Thread-safe.
class Boundaries {
 public:
  // None.
  Boundaries() = default;
  // Errors: INVALID_ARGUMENT (two are of one kind and year), in words.
  static absl::StatusOr<std::shared_ptr<const Boundaries>> Of(
      std::vector<std::unique_ptr<const BoundarySet>> sets);

  // Good as long as this is.
  const Areas& areas() const { return areas_; }
  // Of this year; the newest where that is 0. Null: none.
  const BoundarySet* Find(type::v1::AreaKind kind, int boundary_year) const;

  // Says in `response` by which boundaries points were placed, and names the rows of its areas that
  // have a name there.
  void Describe(v1::GetSummaryResponse& response) const;

 private:
  // Null: no loaded file has one.
  const std::string* NameOf(type::v1::AreaKind kind, const std::string& code,
                            int boundary_year) const;

  std::vector<std::unique_ptr<const BoundarySet>> sets_;
  Areas areas_;
};

}  // namespace serieslink::summary
