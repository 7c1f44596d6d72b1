#include "services/linkage/fit/fit_chart.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace serieslink::linkage {
namespace {

constexpr char kBlue[] = "#0072B2";
constexpr char kOrange[] = "#D55E00";
constexpr char kGrey[] = "#777777";
constexpr double kWidth = 640;

std::string Begin(const std::string& label, double height) {
  return absl::StrFormat(
      "<svg role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n",
      HtmlText(label), kWidth, height, kWidth);
}

std::string Text(double x, double y, const std::string& text, const char* anchor = "start") {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
                         HtmlText(text));
}

std::string Line(double x1, double y1, double x2, double y2, const char* colour,
                 const char* dashes = "") {
  return absl::StrFormat(
      "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>\n", x1, y1, x2, y2,
      colour, *dashes == '\0' ? "" : absl::StrCat(" stroke-dasharray=\"", dashes, "\""));
}

std::string Bar(double x, double y, double width, double height, const char* colour) {
  return absl::StrFormat(
      "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y, width,
      height, colour);
}

}  // namespace

std::string HtmlText(const std::string& text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string WeightBars(const std::string& label,
                       const std::vector<std::pair<std::string, double>>& rows) {
  constexpr double kRow = 20;
  constexpr double kMiddle = 400;
  constexpr double kReach = 180;
  double most = 1;
  for (const auto& [name, weight] : rows) most = std::max(most, std::abs(weight));
  const double height = kRow * static_cast<double>(rows.size()) + 8;
  std::string svg = Begin(label, height);
  double y = 4;
  for (const auto& [name, weight] : rows) {
    const double length = std::abs(weight) / most * kReach;
    svg += Text(0, y + 14, name);
    svg += Bar(weight < 0 ? kMiddle - length : kMiddle, y + 3, length, kRow - 6,
               weight < 0 ? kOrange : kBlue);
    svg += Text(weight < 0 ? kMiddle + 6 : kMiddle - 6, y + 14, absl::StrFormat("%+.2f", weight),
                weight < 0 ? "start" : "end");
    y += kRow;
  }
  return svg + Line(kMiddle, 0, kMiddle, height, kGrey) + "</svg>\n";
}

std::string WeightHistogram(const std::string& label,
                            const std::vector<std::pair<double, double>>& weights_and_counts,
                            const std::vector<std::pair<std::string, double>>& lines) {
  constexpr double kHeight = 200;
  constexpr double kBase = 170;
  std::map<int, double> columns;
  for (const auto& [weight, count] : weights_and_counts) {
    columns[static_cast<int>(std::floor(weight))] += count;
  }
  if (columns.empty()) return Begin(label, kHeight) + "</svg>\n";
  const int first = columns.begin()->first;
  const int last = columns.rbegin()->first + 1;
  const double step = kWidth / std::max(1, last - first);
  double most = 1;
  for (const auto& [bit, count] : columns) most = std::max(most, count);
  std::string svg = Begin(label, kHeight);
  for (const auto& [bit, count] : columns) {
    const double height = std::sqrt(count / most) * (kBase - 20);
    svg += Bar((bit - first) * step + 0.5, kBase - height, std::max(step - 1, 1.0), height, kBlue);
  }
  svg += Line(0, kBase, kWidth, kBase, kGrey);
  svg += Text(0, kBase + 16, absl::StrCat(first, " bits"));
  svg += Text(kWidth, kBase + 16, absl::StrCat(last, " bits"), "end");
  for (const auto& [name, at] : lines) {
    if (at < first || at > last) continue;
    const double x = (at - first) * step;
    svg += Line(x, 0, x, kBase, kOrange, "4 3");
    svg += Text(x + 3, 12, name);
  }
  return svg + "</svg>\n";
}

std::string RoundsLine(const std::string& label, const std::vector<double>& values) {
  constexpr double kHeight = 140;
  constexpr double kBase = 115;
  std::string svg = Begin(label, kHeight);
  if (values.size() > 1) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double range = std::max(*high - *low, 1e-9);
    std::string points;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double x = kWidth * static_cast<double>(i) / static_cast<double>(values.size() - 1);
      absl::StrAppendFormat(&points, "%.1f,%.1f ", x,
                            kBase - (values[i] - *low) / range * (kBase - 10));
    }
    svg += absl::StrFormat(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points,
        kBlue);
  }
  svg += Line(0, kBase, kWidth, kBase, kGrey);
  svg += Text(0, kBase + 16, "round 1");
  svg += Text(kWidth, kBase + 16, absl::StrCat("round ", values.size()), "end");
  return svg + "</svg>\n";
}

std::string ReliabilityDiagram(const std::string& label, const std::vector<ReliabilityBin>& bins) {
  constexpr double kSide = 300;
  constexpr double kLeft = 60;
  constexpr double kTop = 10;
  const auto x = [&](double share) { return kLeft + share * kSide; };
  const auto y = [&](double share) { return kTop + (1 - share) * kSide; };
  std::string svg = Begin(label, kSide + 55);
  svg += Line(x(0), y(0), x(1), y(1), kGrey, "4 3");
  svg += Line(x(0), y(0), x(1), y(0), kGrey) + Line(x(0), y(0), x(0), y(1), kGrey);
  for (const double tick : {0.0, 0.5, 1.0}) {
    svg += Text(x(tick), y(0) + 16, absl::StrFormat("%.1f", tick), "middle");
    svg += Text(kLeft - 6, y(tick) + 4, absl::StrFormat("%.1f", tick), "end");
  }
  svg += Text(x(0.5), y(0) + 34, "predicted share of one weapon", "middle");
  svg += Text(x(1) + 12, y(1) + 12, "observed, with 95 % interval");
  for (const ReliabilityBin& bin : bins) {
    svg += Line(x(bin.predicted), y(bin.low), x(bin.predicted), y(bin.high), kOrange);
    svg += absl::StrFormat("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n",
                           x(bin.predicted), y(bin.observed), kBlue);
  }
  return svg + "</svg>\n";
}

}  // namespace serieslink::linkage
