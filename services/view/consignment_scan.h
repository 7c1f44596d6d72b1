#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/border/v1/consignment.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/border/core/part_set.h"
#include "services/view/firearm_terms.h"
#include "services/view/found_versions.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::view {

// Items of a consignment that a list tells.
inline constexpr int kListedItemsMax = 100;

// A consignment that the viewer may see, as the version of its record that stood has it.
using FoundConsignment = FoundVersion;

// An item of it, where the record's state knows it.
struct FoundItem {
  graph::ExhibitNumber number = 0;
  std::uint64_t public_id = 0;
  int place = 0;  // in the record
};

// The items of `one`, in the order of the record.
std::vector<FoundItem> ItemsOf(const FoundConsignment& one);

// What the rules of sets compare of `one`.
border::ConsignmentFacts FactsOf(const FoundConsignment& one, TermCache& cache);

// `one` as it is told, with `items_max` items at most, and without their weapons.
border::v1::Consignment TellConsignment(const FoundConsignment& one, int items_max);

// Keys of the index behind the key `after`, or all where it is empty, whose first part is `part`.
storage::KeyRange RangeOfPart(std::string_view part, const std::string& after);

// Which consignments are asked for. Immutable, thread-safe.
class ConsignmentMatcher {
 public:
  virtual ~ConsignmentMatcher() = default;
  // False only for facets of consignments that do not satisfy everything.
  virtual bool MayMatch(const graph::FirearmFacets& facets) const = 0;
  // Whether the consignment of `record`, a border seizure, satisfies everything.
  virtual bool Matches(const record::v1::Record& record, TermCache& cache) const = 0;
};

// Reads the border seizures of a range of keys, in their order. Not thread-safe.
class ConsignmentScan {
 public:
  struct Found {
    std::string key;  // at which the index has it
    FoundConsignment consignment;
  };

  // All must outlive it; `query` may be null: then all of the range.
  ConsignmentScan(Cut& cut, const Viewer& viewer, const ConsignmentMatcher* query,
                  storage::KeyRange range)
      : cut_(cut), viewer_(viewer), query_(query), range_(std::move(range)) {}

  // What the next entries of the index have, at most `entries_max`.
  // Errors: those of the store; DATA_LOSS.
  absl::StatusOr<std::vector<Found>> Next(std::size_t entries_max);

  bool is_at_end() const { return is_at_end_; }
  // The last key that was looked at; empty before the first.
  const std::string& looked_at() const { return looked_at_; }

 private:
  Cut& cut_;
  const Viewer& viewer_;
  const ConsignmentMatcher* const query_;
  storage::KeyRange range_;
  TermCache terms_;
  std::string looked_at_;
  bool is_at_end_ = false;
};

}  // namespace serieslink::view
