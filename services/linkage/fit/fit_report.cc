#include "services/linkage/fit/fit_report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/linkage/fit/fit_chart.h"

namespace serieslink::linkage {
namespace {

// A weight of the model's file with what it is made of.
struct WeightRow {
  std::string name;
  double m = 0;
  double u = 0;
  double weight_log2 = 0;
  std::string source;
};

std::string AgreementName(int agreement) {
  return ComparedFields()[kSerialField].outcomes[static_cast<std::size_t>(agreement)];
}

void AddAttribute(const std::string& name, const v1::AttributeComparison& attribute,
                  std::vector<WeightRow>* rows) {
  const auto add = [&](const char* outcome, const v1::AttributeLevel& level) {
    rows->push_back({absl::StrCat(name, " ", outcome), level.m(), level.u(),
                     std::log2(level.m() / level.u()), level.source()});
  };
  add("same", attribute.same());
  if (attribute.has_compatible()) add("compatible", attribute.compatible());
  add("different", attribute.different());
}

// The weights of a model; numbers of seven characters stand for numbers.
std::vector<WeightRow> RowsOf(const v1::LinkageModel& file) {
  constexpr double kCharacters = 7;
  std::vector<WeightRow> rows;
  const double telling = std::min<double>(kCharacters - file.serial().silent_characters(),
                                          file.serial().telling_characters_max());
  for (const v1::SerialLevel& level : file.serial().levels()) {
    const double chance =
        std::exp2(level.spread_log2() - file.serial().bits_per_character() * telling);
    rows.push_back({absl::StrCat("number ", AgreementName(level.agreement())), level.m(), chance,
                    std::log2(level.m() / chance), level.source()});
  }
  AddAttribute("make", file.make(), &rows);
  AddAttribute("calibre", file.calibre(), &rows);
  AddAttribute("model", file.model(), &rows);
  if (file.has_type()) AddAttribute("type", file.type(), &rows);
  return rows;
}

std::vector<std::pair<double, double>> WeightsOf(const FitSession& session) {
  std::vector<std::pair<double, double>> weights;
  for (const auto& [outcomes, count] : session.counts) {
    weights.emplace_back(WeightOf(session.fit.mixture, outcomes), count);
  }
  return weights;
}

std::string AboutSession(const FitSession& session) {
  return absl::StrFormat("%.0f %s: %.1f %% are matches; %d rounds%s", session.pairs, session.name,
                         100 * session.fit.mixture.match_share, session.fit.log_likelihoods.size(),
                         session.fit.converged ? "" : ", NOT CONVERGED");
}

// Share of `weights` that reaches `bits`.
std::string Reaching(const std::vector<double>& weights, std::uint64_t of, double bits) {
  const auto reach =
      std::count_if(weights.begin(), weights.end(), [&](double weight) { return weight >= bits; });
  return absl::StrCat(reach, " of ", of);
}

std::string AboutDecisions(const ModelFit& fit) {
  const double lead = fit.file.thresholds().lead_log2();
  return absl::StrCat(
      "Decisions of analysts: ", fit.decided_same, " one gun, ", fit.decided_different,
      " two guns, ", fit.decided_unknown, " of exhibits that are not here. Under the new model ",
      Reaching(fit.weights_decided_same, fit.decided_same, lead), " of the former and ",
      Reaching(fit.weights_decided_different, fit.decided_different, lead),
      " of the latter are still found.");
}

std::string AboutMark(const MarkFit& mark) {
  return absl::StrFormat(
      "%s: weight = %.3f %+.3f * score bits, from %.2f to %.2f. Trained on %d pairs of one weapon "
      "and %d of two, tested on %d and %d others. Cost on these %.4f bits a pair (least that the "
      "score allows %.4f; 1 says nothing). Misleading: %d of one weapon, %d of two.",
      mark.calibration.mark(), mark.calibration.intercept_log2(), mark.calibration.slope_log2(),
      mark.calibration.weight_min_log2(), mark.calibration.weight_max_log2(), mark.trained_same,
      mark.trained_different, mark.held_out_same, mark.held_out_different, mark.cost_bits,
      mark.cost_bits_least, mark.misleading_same, mark.misleading_different);
}

// Breaks at blanks.
std::string Wrapped(const std::string& text) {
  constexpr std::size_t kColumns = 100;
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find(' ', at);
    if (end == std::string::npos) end = text.size();
    if (column > 0 && column + 1 + end - at > kColumns) {
      out += "\n";
      column = 0;
    }
    if (column > 0) out += " ";
    column += (column > 0) + end - at;
    out.append(text, at, end - at);
    at = end + 1;
  }
  return out + "\n";
}

std::string TableRow(const std::vector<std::string>& cells, const char* tag) {
  std::string row = "<tr>";
  for (const std::string& cell : cells) {
    absl::StrAppend(&row, "<", tag, ">", HtmlText(cell), "</", tag, ">");
  }
  return row + "</tr>\n";
}

std::string HtmlWeights(const std::vector<WeightRow>& rows) {
  std::vector<std::pair<std::string, double>> bars;
  std::string table =
      "<table>\n" + TableRow({"agreement", "m", "u", "weight in bits", "source"}, "th");
  for (const WeightRow& row : rows) {
    bars.emplace_back(row.name, row.weight_log2);
    table += TableRow({row.name, absl::StrFormat("%.4f", row.m), absl::StrFormat("%.2e", row.u),
                       absl::StrFormat("%+.2f", row.weight_log2), row.source},
                      "td");
  }
  return WeightBars("Weights in bits", bars) + table + "</table>\n";
}

std::string HtmlModel(const ModelFit& fit) {
  const v1::Thresholds& thresholds = fit.file.thresholds();
  std::string html = absl::StrCat("<h2>Weights</h2>\n<p>", HtmlText(fit.file.description()),
                                  " Numbers are taken to have seven characters. Prior: ",
                                  absl::StrFormat("%.2f", fit.file.prior().log2_odds()), " bits, ",
                                  HtmlText(fit.file.prior().source()), ".</p>\n");
  html += HtmlWeights(RowsOf(fit.file));
  html += "<h2>How they were estimated</h2>\n";
  for (const FitSession& session : fit.sessions) {
    absl::StrAppend(&html, "<h3>", HtmlText(AboutSession(session)), "</h3>\n<p>Pairs by weight, ",
                    "without the prior:</p>\n",
                    WeightHistogram("Pairs by weight", WeightsOf(session), {{"0", 0}}),
                    "<p>Logarithm of the likelihood, round by round:</p>\n",
                    RoundsLine("Logarithm of the likelihood", session.fit.log_likelihoods));
  }
  absl::StrAppend(&html, "<p>", HtmlText(AboutDecisions(fit)), "</p>\n");
  if (!fit.weights_decided_same.empty() || !fit.weights_decided_different.empty()) {
    for (const bool same : {true, false}) {
      std::vector<std::pair<double, double>> weights;
      for (const double weight : same ? fit.weights_decided_same : fit.weights_decided_different) {
        weights.emplace_back(weight, 1);
      }
      absl::StrAppend(
          &html, "<p>Decided to be ", same ? "one gun" : "two guns", ", by weight:</p>\n",
          WeightHistogram(
              "Decided pairs by weight", weights,
              {{"lead", thresholds.lead_log2()}, {"confirm", thresholds.confirm_log2()}}));
    }
  }
  return html;
}

std::string HtmlMark(const MarkFit& mark) {
  std::string html = absl::StrCat(
      "<h2>Scores of ", HtmlText(mark.calibration.mark()), "</h2>\n<p>", HtmlText(AboutMark(mark)),
      "</p>\n", ReliabilityDiagram("Reliability on what was not trained on", mark.bins),
      "<table>\n", TableRow({"predicted", "observed", "from", "to", "pairs"}, "th"));
  for (const ReliabilityBin& bin : mark.bins) {
    html += TableRow({absl::StrFormat("%.3f", bin.predicted), absl::StrFormat("%.3f", bin.observed),
                      absl::StrFormat("%.3f", bin.low), absl::StrFormat("%.3f", bin.high),
                      absl::StrCat(bin.pairs)},
                     "td");
  }
  return html + "</table>\n";
}

}  // namespace

std::string TextReport(const FitReport& report) {
  std::string text;
  if (report.model != nullptr) {
    const ModelFit& fit = *report.model;
    text += Wrapped(fit.file.description());
    absl::StrAppendFormat(&text, "prior %.2f bits\n\n", fit.file.prior().log2_odds());
    absl::StrAppendFormat(&text, "%-22s %8s %10s %8s\n", "agreement", "m", "u", "bits");
    for (const WeightRow& row : RowsOf(fit.file)) {
      absl::StrAppendFormat(&text, "%-22s %8.4f %10.2e %+8.2f\n", row.name, row.m, row.u,
                            row.weight_log2);
    }
    text += "\n";
    for (const FitSession& session : fit.sessions) text += Wrapped(AboutSession(session));
    text += Wrapped(AboutDecisions(fit));
  }
  for (const MarkFit& mark : report.marks) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", Wrapped(AboutMark(mark)));
    absl::StrAppendFormat(&text, "%10s %10s %18s %8s\n", "predicted", "observed", "95 % interval",
                          "pairs");
    for (const ReliabilityBin& bin : mark.bins) {
      absl::StrAppendFormat(&text, "%10.3f %10.3f %9.3f %8.3f %8d\n", bin.predicted, bin.observed,
                            bin.low, bin.high, bin.pairs);
    }
  }
  return text;
}

std::string HtmlReport(const FitReport& report) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<title>Linkage model</title>\n<style>body{font-family:sans-serif;max-width:60em;margin:2em "
      "auto;padding:0 1em;color:#111;background:#fff}table{border-collapse:collapse;margin:1em 0}"
      "td,th{border:1px solid #bbb;padding:.2em .5em;text-align:left;vertical-align:top}"
      "svg{max-width:100%;height:auto}</style></head>\n<body>\n";
  const std::string title =
      report.model == nullptr ? "" : absl::StrCat(" ", report.model->file.version());
  absl::StrAppend(&html, "<h1>Linkage model", HtmlText(title), "</h1>\n");
  if (report.model != nullptr) html += HtmlModel(*report.model);
  for (const MarkFit& mark : report.marks) html += HtmlMark(mark);
  return html + "</body></html>\n";
}

}  // namespace serieslink::linkage
