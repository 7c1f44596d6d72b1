#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/type/v1/place.pb.h"
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

  // `place` with the codes of the borough, of the ward, with its year, and of the police force's
  // area in which it lies, by the newest boundaries of each kind, where it says none itself. It
  // lies where its point does, else where its output area is, else where its ward is, by the
  // boundaries of their year or the newest that have them: a ward or output area lies as a whole
  // where a point within it does.
  type::v1::Place Located(const type::v1::Place& place) const;

  // Adds to `sets` by which boundaries points are placed.
  void List(google::protobuf::RepeatedPtrField<v1::BoundarySet>& sets) const;

  // Says in `response` by which boundaries points were placed, and names the rows of its areas that
  // have a name there.
  void Describe(v1::GetSummaryResponse& response) const;

 private:
  // A point within the area of this code, by the boundaries of the year, or the newest that have it
  // where that is 0. None: no such area.
  std::optional<Position> PointWithin(type::v1::AreaKind kind, const std::string& code,
                                      int boundary_year) const;

  std::vector<std::unique_ptr<const BoundarySet>> sets_;
  Areas areas_;
};

}  // namespace serieslink::summary
