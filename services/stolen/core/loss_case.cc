#include "services/stolen/core/loss_case.h"

#include <algorithm>
#include <set>
#include <utility>

namespace serieslink::stolen {
namespace {

// What the reports of a case say together.
CaseFacts Compare(const firearm::LossCaseFacts& followed, absl::Span<const ReportFacts> reports) {
  CaseFacts one;
  one.followed = followed;
  std::set<v1::CaseContradictionKind> found(followed.contradictions.begin(),
                                            followed.contradictions.end());
  std::set<v1::ReportSource> sources;
  std::set<record::v1::LossKind> kinds;
  std::set<record::v1::HolderKind> holders;
  // Of what reports say in words, each once.
  struct Words {
    std::uint64_t ReportFacts::*key;
    v1::CaseContradictionKind differ;
    std::set<std::uint64_t> said = {};
  };
  Words all_words[] = {
      {&ReportFacts::certificate_kind_key, v1::CASE_CONTRADICTION_KIND_CERTIFICATE_KINDS_DIFFER},
      {&ReportFacts::place_kind_key, v1::CASE_CONTRADICTION_KIND_PLACE_KINDS_DIFFER},
      {&ReportFacts::storage_key, v1::CASE_CONTRADICTION_KIND_STORAGE_DIFFERS},
      {&ReportFacts::force_key, v1::CASE_CONTRADICTION_KIND_PLACES_DIFFER},
      {&ReportFacts::borough_key, v1::CASE_CONTRADICTION_KIND_PLACES_DIFFER}};
  std::size_t cancelled = 0;
  std::size_t parts = 0;
  bool is_whole = false;
  bool is_gun = false;
  bool is_loose_part = false;
  linkage::TimeInterval common;
  for (const std::uint32_t i : followed.reports) {
    const ReportFacts& report = reports[i];
    const bool is_copy =
        report.copy_of.has_value() && std::find(followed.reports.begin(), followed.reports.end(),
                                                *report.copy_of) != followed.reports.end();
    if (!is_copy) sources.insert(report.source);
    common.earliest_s = std::max(common.earliest_s, report.lost.earliest_s);
    common.latest_s = std::min(common.latest_s, report.lost.latest_s);
    if (report.kind == record::v1::LOSS_KIND_LOST || report.kind == record::v1::LOSS_KIND_STOLEN) {
      kinds.insert(report.kind);
    }
    if (IsHolderKnown(report.holder)) holders.insert(report.holder);
    for (Words& words : all_words) {
      if (report.*words.key != 0) words.said.insert(report.*words.key);
    }
    one.quantity = std::max(one.quantity, report.quantity);
    cancelled += report.is_cancelled;
    parts += report.is_part;
    is_whole |= report.says_complete;
    is_gun |= !report.is_part;
    is_loose_part |= report.is_loose_part;
    if (report.has_other_force) {
      found.insert(v1::CASE_CONTRADICTION_KIND_CERTIFICATE_OF_ANOTHER_FORCE);
    }
  }
  if (kinds.size() == 1) one.kind = *kinds.begin();
  if (kinds.size() > 1) found.insert(v1::CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER);
  if (common.latest_s < common.earliest_s) {
    found.insert(v1::CASE_CONTRADICTION_KIND_DATES_DIFFER);
  }
  if (cancelled > 0 && cancelled < followed.reports.size()) {
    found.insert(v1::CASE_CONTRADICTION_KIND_CANCELLED_BY_SOME);
  }
  for (const Words& words : all_words) {
    if (words.said.size() > 1) found.insert(words.differ);
  }
  if (holders.size() > 1) found.insert(v1::CASE_CONTRADICTION_KIND_HOLDER_KINDS_DIFFER);
  one.completeness = parts > 0  ? v1::COMPLETENESS_PART
                     : is_whole ? v1::COMPLETENESS_WHOLE_GUN
                                : v1::COMPLETENESS_NOT_SAID;
  // Who reports a gun and says no more means a whole one; that is no contradiction to a gun that
  // lacks a part, and it is one to a part alone.
  if ((parts > 0 && is_whole) || (is_loose_part && is_gun)) {
    one.completeness = v1::COMPLETENESS_REPORTS_DIFFER;
    found.insert(v1::CASE_CONTRADICTION_KIND_WHOLE_AND_PART);
  }
  one.sources.assign(sources.begin(), sources.end());
  one.contradictions.assign(found.begin(), found.end());
  const bool do_reports_differ = std::any_of(found.begin(), found.end(), IsBetweenReports);
  one.reconciliation = do_reports_differ     ? v1::RECONCILIATION_CONTRADICTING
                       : sources.size() >= 2 ? v1::RECONCILIATION_MATCHED
                                             : v1::RECONCILIATION_ONE_SOURCE;
  return one;
}

}  // namespace

bool IsHolderKnown(record::v1::HolderKind holder) {
  return holder != record::v1::HOLDER_KIND_UNSPECIFIED && holder != record::v1::HOLDER_KIND_UNKNOWN;
}

bool IsBetweenReports(v1::CaseContradictionKind kind) {
  switch (kind) {
    case v1::CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER:
    case v1::CASE_CONTRADICTION_KIND_DATES_DIFFER:
    case v1::CASE_CONTRADICTION_KIND_CANCELLED_BY_SOME:
    case v1::CASE_CONTRADICTION_KIND_WHOLE_AND_PART:
    case v1::CASE_CONTRADICTION_KIND_CERTIFICATE_KINDS_DIFFER:
    case v1::CASE_CONTRADICTION_KIND_HOLDER_KINDS_DIFFER:
    case v1::CASE_CONTRADICTION_KIND_PLACES_DIFFER:
    case v1::CASE_CONTRADICTION_KIND_STORAGE_DIFFERS:
    case v1::CASE_CONTRADICTION_KIND_PLACE_KINDS_DIFFER:
      return true;
    default:
      return false;
  }
}

v1::LossCaseState StateOf(const firearm::LossCaseFacts::Step& step) {
  if (step.is_found) return v1::LOSS_CASE_STATE_CANCELLED;
  switch (step.state) {
    case firearm::v1::FIREARM_STATE_OUTSTANDING:
      return v1::LOSS_CASE_STATE_OUTSTANDING;
    case firearm::v1::FIREARM_STATE_SIGHTED:
      return v1::LOSS_CASE_STATE_SIGHTED;
    case firearm::v1::FIREARM_STATE_RECOVERED:
      return v1::LOSS_CASE_STATE_RECOVERED;
    case firearm::v1::FIREARM_STATE_RETURNED:
      return v1::LOSS_CASE_STATE_RETURNED;
    case firearm::v1::FIREARM_STATE_DESTROYED:
      return v1::LOSS_CASE_STATE_DESTROYED;
    case firearm::v1::FIREARM_STATE_RETAINED:
      return v1::LOSS_CASE_STATE_RETAINED;
    case firearm::v1::FIREARM_STATE_TRANSFERRED:
      return v1::LOSS_CASE_STATE_TRANSFERRED;
    default:
      return v1::LOSS_CASE_STATE_NOT_KNOWN;
  }
}

std::vector<firearm::LossReportFacts> AsLossReports(absl::Span<const ReportFacts> reports) {
  return {reports.begin(), reports.end()};
}

std::vector<CaseFacts> CompareReports(const firearm::LossCases& losses,
                                      absl::Span<const ReportFacts> reports) {
  std::vector<CaseFacts> cases;
  cases.reserve(losses.cases.size());
  for (const firearm::LossCaseFacts& one : losses.cases) cases.push_back(Compare(one, reports));
  return cases;
}

int PlaceRank(v1::ReportSource source) {
  switch (source) {
    case v1::REPORT_SOURCE_POLICE:
      return 0;
    case v1::REPORT_SOURCE_NABIS:
      return 1;
    case v1::REPORT_SOURCE_LICENSING:
      return 2;
    default:
      return 3;
  }
}

int HolderRank(v1::ReportSource source) {
  switch (source) {
    case v1::REPORT_SOURCE_LICENSING:
      return 0;
    case v1::REPORT_SOURCE_POLICE:
      return 1;
    case v1::REPORT_SOURCE_NABIS:
      return 2;
    default:
      return 3;
  }
}

const char* WordsOf(v1::CaseRemarkKind kind) {
  switch (kind) {
    case v1::CASE_REMARK_KIND_CERTIFICATE_FORCE_NOT_KNOWN:
      return "a licensing unit names who issued the certificate, and that or the unit's own agency "
             "is no force that is known here: whether another force issued it cannot be told";
    case v1::CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE:
      return "another report of this event lists guns that are matched with none of this one's: "
             "one of them may be this gun, which then counts twice";
    case v1::CASE_REMARK_KIND_PART_IN_HAND:
      return "a part of the gun came into hand after the loss, and the gun itself did not";
    case v1::CASE_REMARK_KIND_NUMBER_LISTED_TWICE:
      return "a report of this case lists another gun, or part, of the same number whose make can "
             "be the same: one listed twice, which then counts twice, or a number written wrongly";
    default:
      return "";
  }
}

const char* WordsOf(v1::CaseContradictionKind kind) {
  switch (kind) {
    case v1::CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER:
      return "one report says lost and another stolen";
    case v1::CASE_CONTRADICTION_KIND_DATES_DIFFER:
      return "no moment satisfies the dates of all reports";
    case v1::CASE_CONTRADICTION_KIND_CANCELLED_BY_SOME:
      return "one report cancels the loss as found, and another does not";
    case v1::CASE_CONTRADICTION_KIND_WHOLE_AND_PART:
      return "reports say a whole gun, and a part";
    case v1::CASE_CONTRADICTION_KIND_CERTIFICATE_KINDS_DIFFER:
      return "reports name different kinds of certificate";
    case v1::CASE_CONTRADICTION_KIND_HOLDER_KINDS_DIFFER:
      return "reports name different kinds of holder";
    case v1::CASE_CONTRADICTION_KIND_CERTIFICATE_OF_ANOTHER_FORCE:
      return "a licensing unit reports a certificate that another force issued";
    case v1::CASE_CONTRADICTION_KIND_RECOVERED_BEFORE_LOSS:
      return "the gun came into hand before it was lost, and no record says that it was given back";
    case v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS:
      return "the gun was used before it was lost, and no other loss was open then";
    case v1::CASE_CONTRADICTION_KIND_NOT_BACK_BEFORE_LOSS:
      return "the gun was lost before, and nothing has it back in between: perhaps two reports of "
             "one loss";
    case v1::CASE_CONTRADICTION_KIND_USED_AFTER_RECOVERY:
      return "the gun was used after it came into hand, and no record says how it left";
    case v1::CASE_CONTRADICTION_KIND_USED_AFTER_RETURN:
      return "the gun was used after it was given back or found again, and no further loss is "
             "reported";
    case v1::CASE_CONTRADICTION_KIND_USED_AFTER_DESTRUCTION:
      return "the gun was used after it was destroyed: another gun was destroyed, or these are two";
    case v1::CASE_CONTRADICTION_KIND_PLACES_DIFFER:
      return "reports have it lost in the areas of different forces, or in different boroughs";
    case v1::CASE_CONTRADICTION_KIND_STORAGE_DIFFERS:
      return "reports say that the gun was kept in different ways";
    case v1::CASE_CONTRADICTION_KIND_PLACE_KINDS_DIFFER:
      return "reports have it lost at different kinds of place";
    case v1::CASE_CONTRADICTION_KIND_RECOVERED_AFTER_DESTRUCTION:
      return "the gun came into hand after it was destroyed: another gun was destroyed, or these "
             "are two";
    case v1::CASE_CONTRADICTION_KIND_LOST_AFTER_DESTRUCTION:
      return "the gun was lost after it was destroyed: another gun was destroyed, or these are two";
    case v1::CASE_CONTRADICTION_KIND_DISPOSED_AFTER_DESTRUCTION:
      return "the gun was returned, kept or handed on after it was destroyed: another gun was "
             "destroyed, or these are two";
    case v1::CASE_CONTRADICTION_KIND_DISPOSALS_DIFFER:
      return "records say that the gun left in different ways, and their dates do not tell which "
             "came last: what became of it is not known";
    default:
      return "";
  }
}

}  // namespace serieslink::stolen
