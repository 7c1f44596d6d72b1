#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/summary/v1/public_summary_service.pb.h"
#include "services/summary/core/areas.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/public_tally.h"

// Makes a public summary of what was counted. Pure.
namespace serieslink::summary {

struct PublicPolicy {
  std::int64_t small_below = 5;    // counts from 1 to one less are hidden; 2 or more
  std::int64_t rounding_base = 0;  // 0: not rounded
};

// A public summary that was issued.
struct EarlierSummary {
  std::string name;
  v1::PublicSummary summary;
};

// What is wrong with a public summary of `period`, which is a period; empty when nothing is.
std::string PublicFaultOf(const v1::Period& period);

// The periods that must be counted for a public summary of `period`: first the period, then those
// of earlier summaries that it overlaps with, and of those that these overlap with, and so on, and
// all quarters of those that are longer. What is of no such summary is taken out of `earlier`.
std::vector<Window> PublicWindowsOf(const v1::Period& period, const absl::TimeZone& zone,
                                    std::vector<EarlierSummary>& earlier);

// Fills period, rules, breakdowns, measures and notes of `summary`, of the first period of `tally`.
//
// Small counts are hidden, and others with them, until whoever reads it together with `earlier`
// cannot tell that any small count is not policy.small_below, nor that it is not 1 (of several that
// are listed in it, as many as these), however they add and subtract over areas, kinds, measures
// and periods. Small counts are those of the draft, those that earlier summaries hide or that
// nobody has published, and the differences of measures of which one is within the other. What an
// edition of the same days hid stays hidden where it is not zero, and below twice the bound is
// protected as though it were small still.
// Supposed is that readers know: what is zero; by how much areas, units, kinds and quarters miss
// their totals; and that a figure which `earlier` shows and which is the same today has not
// changed. A figure that has changed since can be hidden. Where small counts cannot be protected
// the answer says how many, and whether the draft is to blame.
//
// The windows of `tally` are those of PublicWindowsOf with `earlier`. `areas` name areas.
// Errors: what `should_stop` says; INTERNAL (the solver failed).
absl::StatusOr<v1::DisclosureAudit> DraftPublicSummary(
    const PublicTally& tally, const std::vector<v1::Dimension>& breakdowns,
    const PublicPolicy& policy, const std::vector<EarlierSummary>& earlier, const Areas& areas,
    const std::function<absl::Status()>& should_stop, v1::PublicSummary& summary);

}  // namespace serieslink::summary
