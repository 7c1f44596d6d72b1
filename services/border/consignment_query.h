#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "serieslink/border/v1/border_service.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/rpc/error.h"
#include "services/view/consignment_scan.h"
#include "services/view/firearm_terms.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::border {

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFilter(const v1::ConsignmentFilter& filter);

// What is asked for, normalised as records are. Immutable, thread-safe.
class ConsignmentQuery final : public view::ConsignmentMatcher {
 public:
  // `filter` has passed CheckFilter.
  explicit ConsignmentQuery(const v1::ConsignmentFilter& filter);

  // The first part of the index's keys under which all consignments stand that can satisfy
  // everything: of what is asked for, the one that the fewest share as a rule.
  const std::string& part() const { return part_; }

  bool MayMatch(const graph::FirearmFacets& facets) const override;
  bool Matches(const record::v1::Record& record, view::TermCache& cache) const override;

  // Whether a gun or part of a consignment that matches is asked for: it is of the make that is
  // asked for, if there is one.
  bool MatchesItem(const record::v1::Exhibit& exhibit, view::TermCache& cache) const;

  // Whether it asks for nothing but make, agency and period, which guns inland have too.
  bool may_ask_of_inland() const { return may_ask_of_inland_; }
  // Whether a gun inland satisfies those. `terms` are those of its exhibit.
  bool MatchesInland(const view::FirearmTerms& terms) const;

 private:
  bool MatchesPeriod(const linkage::TimeInterval& interval) const;
  bool MatchesItems(const record::v1::Record& record, view::TermCache& cache) const;

  const v1::ConsignmentFilter filter_;
  std::string make_;
  std::string port_;  // empty: any, or an unknown one
  std::string part_;
  bool may_ask_of_inland_ = false;
  // Seconds since 1970: at or after, and before. Unknown ends bound nothing.
  std::int64_t from_s_ = linkage::TimeInterval::kUnknownEarliest;
  std::int64_t before_s_ = linkage::TimeInterval::kUnknownLatest;
};

}  // namespace serieslink::border
