#pragma once

#include <ostream>
#include <string>

#include "serieslink/summary/v1/public_summary_service.pb.h"

// Public summaries as people read them. The same summary always gives the same bytes.
namespace serieslink::cli {

// A page for a person, at most `width_columns` wide. `state`: "draft, not issued", "edition 1,
// issued 2026-11-27".
void WritePublicSummaryText(const summary::v1::PublicSummary& summary, const std::string& state,
                            int width_columns, std::ostream& out);

// The same as one HTML file that needs no other, and prints to A4.
void WritePublicSummaryHtml(const summary::v1::PublicSummary& summary, const std::string& state,
                            std::ostream& out);

// What the issuer should know of a draft, for a person.
void WriteDisclosureAudit(const summary::v1::DisclosureAudit& audit, int width_columns,
                          std::ostream& out);

}  // namespace serieslink::cli
