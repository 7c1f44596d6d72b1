#pragma once

#include <ostream>
#include <string>

#include "serieslink/series/v1/series_service.pb.h"

namespace serieslink::cli {

// One series for a reader who was not there: what happened, on what it rests, how much it bears and
// what is not known. The same answers always give the same bytes.
struct SeriesReport {
  // For whom; empty: for whoever asked.
  std::string partner;
  series::v1::ExplainSeriesResponse explained;
  // The same weapon at the same revision, with its history.
  series::v1::Series series;
};

// As a page for a person, at most `width_columns` wide.
void WriteSeriesReportText(const SeriesReport& report, int width_columns, std::ostream& out);

// As one HTML file that needs no other and prints to A4.
void WriteSeriesReportHtml(const SeriesReport& report, std::ostream& out);

}  // namespace serieslink::cli
