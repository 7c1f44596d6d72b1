#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/place_areas.h"
#include "services/rpc/error.h"
#include "services/view/firearm_terms.h"
#include "services/view/gun_cases.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::stolen {

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFilter(const v1::LossCaseFilter& filter);

// Keys of the index of losses: of one first part, on some days.
struct LossRange {
  std::string part;
  // As keys have days, the latest first. From `first_day`, empty: the latest of all; to `last_day`,
  // empty: the earliest of all; or until before `end_day`, where that is not empty.
  std::string first_day;
  std::string last_day;
  std::string end_day;
  bool has_days_only = false;  // its entries' facets say nothing else
};

// What is asked for, normalised as records are. Immutable, thread-safe.
class LossQuery {
 public:
  // `filter` has passed CheckFilter. A force is asked for by where `locate` places things, as
  // counts have it.
  explicit LossQuery(const v1::LossCaseFilter& filter, linkage::LocatePlace locate = nullptr);

  // Keys of the index under which all reports stand that can satisfy everything: each of them in
  // every one of these lists, of which the first is the shortest, as a rule. A report can stand in
  // several ranges of a list. Of a case that satisfies everything, all reports that MatchesReport
  // stand in all lists.
  const std::vector<std::vector<LossRange>>& lists() const { return lists_; }

  // False only for facets of reports that do not satisfy everything. `has_days_only`: as of the
  // range that they are from.
  bool MayMatch(const graph::FirearmFacets& facets, bool has_days_only = false) const;
  // Whether MatchesReport looks at the numbers of a gun.
  bool asks_for_serial() const { return !serial_.empty(); }
  // Whether the report in `record`, of an exhibit with `terms`, satisfies what is asked of reports.
  bool MatchesReport(const record::v1::Record& record, const view::FirearmTerms& terms,
                     v1::ReportSource source) const;
  // Whether a loss at `lost` can be in the period that is asked for.
  bool MayBeWithin(const linkage::TimeInterval& lost) const {
    // A date that is not known can lie in any period.
    return lost.latest_s >= from_s_ && lost.earliest_s < before_s_;
  }
  // Whether a case, told in full, satisfies what is asked of cases.
  bool MatchesCase(const view::ToldCase& one) const;

 private:
  // First parts of keys, of which each report that can satisfy everything has one.
  struct Choice {
    std::vector<std::string> parts;
    bool has_days_only = false;
    bool is_few = false;     // so few reports have it that all days are gone through
    bool is_facet = false;   // facets of entries of the report's own fields say whether it has it
    bool is_common = false;  // next to all reports have it that have one of another choice
  };

  // Whether only cases satisfy what is asked of which more is known than that the gun went.
  bool AsksForMore() const;
  // What is asked for as first parts, those first that the fewest reports have.
  std::vector<Choice> Choices() const;
  void AddStates(std::vector<Choice>& choices) const;
  void AddNotices(std::vector<Choice>& choices) const;
  void AddList(const Choice& choice);
  bool MatchesPlace(const type::v1::Place& place, const view::FirearmTerms& terms) const;
  // Whether `place` lies in the area of the force of that name.
  bool IsInForce(const type::v1::Place& place, const std::string& force) const;
  bool MatchesLoss(const record::v1::Loss& loss) const;

  const v1::LossCaseFilter filter_;
  const linkage::LocatePlace locate_;
  std::string serial_;
  std::string make_;
  std::string model_;
  std::string calibre_;
  std::string area_;  // empty: any, or an unknown one
  bool asks_for_unknown_area_ = false;
  std::string used_area_;
  // The names of the forces that are asked for, where what is asked for means one.
  std::string force_;
  std::string used_force_;
  std::string reference_;
  std::vector<std::vector<LossRange>> lists_;
  std::uint32_t types_ = 0;  // bit n: record.v1.FirearmType n; 0: any
  // Seconds since 1970: at or after, and before. Unknown ends bound nothing.
  std::int64_t from_s_ = linkage::TimeInterval::kUnknownEarliest;
  std::int64_t before_s_ = linkage::TimeInterval::kUnknownLatest;
};

}  // namespace serieslink::stolen
