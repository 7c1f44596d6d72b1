#pragma once

#include <string>
#include <vector>

#include "services/linkage/fit/mark_fit.h"
#include "services/linkage/fit/model_fit.h"

// What a fit found, for whoever has to judge the model before it is adopted. Both forms hold
// numbers and words of makes and calibres; no serial, reference or name of a record.
namespace serieslink::linkage {

struct FitReport {
  const ModelFit* model = nullptr;  // null: only marks were fitted
  std::vector<MarkFit> marks;
};

// Plain text, lines of at most 100 columns.
std::string TextReport(const FitReport& report);

// One HTML page without scripts and without anything that is loaded: tables, and charts as SVG in
// colours that people with any colour vision tell apart (M. Okabe and K. Ito, 2008), each with its
// numbers in a table beside it.
std::string HtmlReport(const FitReport& report);

}  // namespace serieslink::linkage
