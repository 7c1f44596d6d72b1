#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
#include "services/linkage/core/facts.h"
#include "services/rpc/error.h"
#include "services/view/firearm_terms.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::stolen {

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFilter(const v1::LossCaseFilter& filter);

// What is asked for, normalised as records are. Immutable, thread-safe.
class LossQuery {
 public:
  // `filter` has passed CheckFilter. `counts_reports`: all reports of a case are asked for, and not
  // only one at which it stands.
  explicit LossQuery(const v1::LossCaseFilter& filter, bool counts_reports = false);

  // The first part of the index's keys under which all reports stand that can satisfy everything:
  // of what is asked for, the one that the fewest reports share as a rule.
  const std::string& part() const { return part_; }
  // Of reports that satisfy everything, the day of the latest, as keys have it: those of later days
  // are wide (view::IsWideLoss), and stand among the wide ones too. Empty: any day.
  const std::string& first_day() const { return first_day_; }
  // The day of the last. Empty: any day.
  const std::string& last_day() const { return last_day_; }

  // Whether entries under part() have facets.
  bool has_facets() const { return has_facets_; }
  // False only for facets of reports that do not satisfy everything.
  bool MayMatch(const graph::FirearmFacets& facets) const;
  // Whether the report of an exhibit in `record` satisfies what is asked of reports.
  bool MatchesReport(const record::v1::Record& record, const view::FirearmTerms& terms,
                     v1::ReportSource source) const;
  // Whether a case, told in full, satisfies what is asked of cases.
  bool MatchesCase(const v1::LossCase& told) const;

 private:
  // Whether anything is asked that one report must satisfy.
  bool AsksOfReports() const;
  // Whether only cases satisfy what is asked of which more is known than that the gun went.
  bool AsksForMore() const;
  bool MatchesPlace(const view::FirearmTerms& terms) const;
  bool MatchesLoss(const record::v1::Loss& loss) const;

  const v1::LossCaseFilter filter_;
  std::string serial_;
  std::string make_;
  std::string model_;
  std::string calibre_;
  std::string area_;  // empty: any, or an unknown one
  bool asks_for_unknown_area_ = false;
  std::string used_area_;
  std::string reference_;
  std::string part_;
  std::string first_day_;
  std::string last_day_;
  bool has_facets_ = true;      // entries under part_ have them
  bool asks_notified_ = false;  // for a report that says when notice was given
  std::uint32_t types_ = 0;     // bit n: record.v1.FirearmType n; 0: any
  // Seconds since 1970: at or after, and before. Unknown ends bound nothing.
  std::int64_t from_s_ = linkage::TimeInterval::kUnknownEarliest;
  std::int64_t before_s_ = linkage::TimeInterval::kUnknownLatest;
};

}  // namespace serieslink::stolen
