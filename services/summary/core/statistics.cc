#include "services/summary/core/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/summary/core/change_points.h"
#include "services/summary/core/comparison.h"
#include "services/summary/core/dispersion.h"
#include "services/summary/core/ranking.h"
#include "services/summary/core/tally.h"

namespace serieslink::summary {
namespace {

constexpr const char* kRiskMeasures[] = {"gun_crime.incidents", "discharge.lethal",
                                         "gun_crime.robbery"};
constexpr double kFalseDiscoveryRate = 0.05;
// Fewer in all quarters show no change whatever they do. It depends on their sum alone, which no
// exchange of quarters changes, so tests stay what they are.
constexpr std::int64_t kCountedMin = 8;
constexpr std::size_t kNamedMax = 5;
constexpr std::int64_t kDayS = 86400;
constexpr int kShareDays[] = {30, 90, 365};

std::string RankingWords(const std::vector<RankedArea>& ranked, v1::Dimension dimension,
                         const Areas& areas) {
  std::vector<std::string> first;
  for (const RankedArea& one : ranked) {
    if (one.rank_low == 1) first.push_back(RowOf(one.key, dimension, areas).name());
  }
  if (ranked.empty()) return "Nothing was counted";
  if (ranked.size() == 1) return "There is one area, and nothing to hold it against";
  if (first.size() == 1) {
    return absl::StrFormat("%s is most at risk of %d, by more than chance and bursts make",
                           first[0], ranked.size());
  }
  if (first.size() == ranked.size()) {
    return absl::StrFormat(
        "Which of %d areas is most at risk cannot be said: any of them can be, for counts so small "
        "put them in an order by chance",
        ranked.size());
  }
  const bool are_few = first.size() <= kNamedMax;
  return absl::StrFormat("Most at risk can be any of %d of %d areas%s", first.size(), ranked.size(),
                         are_few ? absl::StrCat(": ", absl::StrJoin(first, ", ")) : std::string());
}

std::string Figure(double value) { return absl::StrFormat("%.1f", value); }

double Days(std::int64_t length_s) {
  return Rounded(static_cast<double>(length_s) / static_cast<double>(kDayS));
}

// The share that lasts longer than `length_s`.
Survival::Step ShareAt(const Survival& survival, std::int64_t length_s) {
  Survival::Step at{.low = 1};
  for (const Survival::Step& step : survival.steps()) {
    if (step.length_s <= length_s) at = step;
  }
  return at;
}

// How long the longest of them has been followed.
std::int64_t LongestOf(const std::vector<Duration>& durations) {
  std::int64_t longest = -1;
  for (const Duration& one : durations) longest = std::max(longest, one.length_s);
  return longest;
}

std::string SpellWords(const v1::SpellFigures& figures) {
  if (figures.begun() == 0) return "None began";
  const std::string counts =
      absl::StrFormat("%d began, %d of them have ended", figures.begun(), figures.ended());
  const v1::SpellQuantile* half = nullptr;
  for (const v1::SpellQuantile& one : figures.quantiles()) {
    if (one.share() == 0.5) half = &one;
  }
  if (half == nullptr || !half->has_low_days() || !half->has_high_days()) {
    return absl::StrCat(counts, ": how long half of them last cannot be said yet");
  }
  std::string words = absl::StrFormat("%s: half have within %s", counts, Figure(half->low_days()));
  if (Figure(half->low_days()) != Figure(half->high_days())) {
    absl::StrAppend(&words, " to ", Figure(half->high_days()));
  }
  absl::StrAppend(&words, " days, those still going on counted in; ");
  if (!half->has_interval_low_days()) return words + "how sure that is cannot be said";
  if (!half->has_interval_high_days()) {
    return absl::StrCat(words, "95 %: ", Figure(half->interval_low_days()), " days or more");
  }
  return absl::StrCat(words, "95 %: ", Figure(half->interval_low_days()), " to ",
                      Figure(half->interval_high_days()));
}

struct Series {
  const Measure* measure = nullptr;
  v1::Dimension dimension = v1::DIMENSION_UNSPECIFIED;
  std::string key;
  QuarterTally::Row counts;
};

// Every count that is looked at: totals, then areas.
std::vector<Series> SeriesOf(const QuarterTally& tally, std::size_t quarters) {
  std::vector<Series> all;
  const auto add = [&](const Measure& measure, v1::Dimension dimension, const std::string& key,
                       const QuarterTally::Row& row) {
    QuarterTally::Row counts(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(quarters));
    if (std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) < kCountedMin) return;
    all.push_back({&measure, dimension, key, std::move(counts)});
  };
  for (std::size_t i = 0; i < StatisticsMeasures().size(); ++i) {
    const Measure& measure = EventMeasureOf(StatisticsMeasures()[i]);
    add(measure, v1::DIMENSION_UNSPECIFIED, "", tally.TotalOf(i));
    for (std::size_t place = 0; place < std::size(kAreaDimensions); ++place) {
      for (const auto& [key, row] : tally.RowsOf(i, place)) {
        if (!key.empty()) add(measure, kAreaDimensions[place], key, row);
      }
    }
  }
  return all;
}

}  // namespace

void AddRankings(const QuarterTally& tally, std::size_t period_quarters, const Areas& areas,
                 google::protobuf::RepeatedPtrField<v1::Ranking>& rankings) {
  for (const char* const id : kRiskMeasures) {
    const auto measures = StatisticsMeasures();
    const auto place_of_measure = static_cast<std::size_t>(
        std::find_if(measures.begin(), measures.end(),
                     [&](const char* one) { return std::string_view(one) == id; }) -
        measures.begin());
    const Measure& measure = EventMeasureOf(id);
    for (std::size_t place = 0; place < std::size(kAreaDimensions); ++place) {
      std::vector<std::vector<std::int64_t>> history;
      std::vector<std::pair<std::string, std::int64_t>> counts;
      for (const auto& [key, row] : tally.RowsOf(place_of_measure, place)) {
        if (key.empty()) continue;
        history.push_back(row);
        counts.emplace_back(
            key, std::accumulate(row.end() - static_cast<std::ptrdiff_t>(period_quarters),
                                 row.end(), std::int64_t{0}));
      }
      const double dispersion = DispersionOf(history);
      const std::vector<RankedArea> ranked = RankAreas(counts, dispersion);
      v1::Ranking& ranking = *rankings.Add();
      ranking.set_measure_id(measure.id);
      ranking.set_measure_version(measure.version);
      ranking.set_dimension(kAreaDimensions[place]);
      ranking.set_dispersion(Rounded(dispersion));
      ranking.set_words(RankingWords(ranked, kAreaDimensions[place], areas));
      for (const RankedArea& one : ranked) {
        v1::RankedRow& row = *ranking.add_rows();
        *row.mutable_row() = RowOf(one.key, kAreaDimensions[place], areas);
        row.set_counted(one.count);
        row.set_rank_low(one.rank_low);
        row.set_rank_high(one.rank_high);
      }
    }
  }
}

v1::ChangeSearch SearchChanges(const QuarterTally& tally, const std::vector<std::string>& labels,
                               const Areas& areas) {
  v1::ChangeSearch search;
  search.set_false_discovery_rate(kFalseDiscoveryRate);
  search.mutable_quarters()->Add(labels.begin(), labels.end());
  if (labels.size() < kQuartersMin) {
    search.set_words(absl::StrFormat(
        "Fewer than %d quarters are complete: whether a level changed cannot be said",
        kQuartersMin));
    return search;
  }
  const std::vector<Series> all = SeriesOf(tally, labels.size());
  const std::int64_t permutations = PermutationsNeeded(all.size(), kFalseDiscoveryRate);
  std::vector<double> probabilities;
  std::vector<ChangePoint> points;
  for (const Series& one : all) {
    points.push_back(FindChangePoint(one.counts, permutations).value_or(ChangePoint{}));
    probabilities.push_back(points.back().probability);
  }
  const std::vector<double> adjusted = AdjustForDiscoveries(probabilities);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (adjusted[i] <= kFalseDiscoveryRate) found.push_back(i);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](std::size_t a, std::size_t b) { return adjusted[a] < adjusted[b]; });
  for (const std::size_t i : found) {
    const Series& series = all[i];
    v1::LevelChange& change = *search.add_changes();
    change.set_measure_id(series.measure->id);
    change.set_measure_version(series.measure->version);
    change.set_dimension(series.dimension);
    if (series.dimension != v1::DIMENSION_UNSPECIFIED) {
      *change.mutable_row() = RowOf(series.key, series.dimension, areas);
    }
    change.set_first_quarter(labels[points[i].first_after]);
    change.set_mean_before(Rounded(points[i].mean_before));
    change.set_mean_after(Rounded(points[i].mean_after));
    change.set_adjusted_probability(std::round(adjusted[i] * 1e4) / 1e4);
    change.set_words(absl::StrFormat(
        "%s%s: since %s about %s a quarter, before that about %s", series.measure->name,
        change.has_row() ? absl::StrCat(", ", change.row().name()) : std::string(),
        change.first_quarter(), Figure(points[i].mean_after), Figure(points[i].mean_before)));
  }
  search.set_tested(static_cast<std::int32_t>(all.size()));
  const std::string looked_at = absl::StrFormat("Of %d counts that were looked at from %s to %s",
                                                all.size(), labels.front(), labels.back());
  if (found.empty()) {
    search.set_words(
        absl::StrCat(looked_at,
                     ", of none can it be said that its level changed by more than chance, seasons "
                     "and bursts make"));
  } else {
    search.set_words(absl::StrFormat(
        "%s, the level of %d changed by more than chance, seasons and bursts make. At most one in "
        "twenty of such changes is expected to be none",
        looked_at, found.size()));
  }
  return search;
}

void AddSpells(const SpellTally& tally,
               google::protobuf::RepeatedPtrField<v1::SpellFigures>& spells) {
  for (std::size_t i = 0; i < SpellMeasures().size(); ++i) {
    const SpellTally::Lengths& lengths = tally.LengthsOf(i);
    const Survival shortest(lengths.shortest);
    const Survival longest(lengths.longest);
    v1::SpellFigures& figures = *spells.Add();
    figures.set_measure_id(SpellMeasures()[i].measure.id);
    figures.set_measure_version(SpellMeasures()[i].measure.version);
    figures.set_begun(static_cast<std::int64_t>(lengths.shortest.size()));
    figures.set_ended(std::count_if(lengths.shortest.begin(), lengths.shortest.end(),
                                    [](const Duration& one) { return one.has_ended; }));
    figures.set_unknown(lengths.unknown);
    for (const double share : {0.25, 0.5, 0.75}) {
      const Survival::Quantile low = shortest.Within(share);
      const Survival::Quantile high = longest.Within(share);
      v1::SpellQuantile& quantile = *figures.add_quantiles();
      quantile.set_share(share);
      if (low.length_s.has_value()) quantile.set_low_days(Days(*low.length_s));
      if (high.length_s.has_value()) quantile.set_high_days(Days(*high.length_s));
      if (low.low_s.has_value()) quantile.set_interval_low_days(Days(*low.low_s));
      if (high.high_s.has_value()) quantile.set_interval_high_days(Days(*high.high_s));
    }
    for (const int days : kShareDays) {
      // Beyond the longest that was followed nothing is known.
      if (LongestOf(lengths.shortest) < days * kDayS) continue;
      const Survival::Step low = ShareAt(shortest, days * kDayS);
      const Survival::Step high = ShareAt(longest, days * kDayS);
      v1::SpellShare& share = *figures.add_shares();
      share.set_days(days);
      share.set_low(Rounded(low.share));
      share.set_high(Rounded(high.share));
      share.set_interval_low(Rounded(low.low));
      share.set_interval_high(Rounded(high.high));
    }
    figures.set_words(SpellWords(figures));
  }
}

bool ExpectFinalsOf(const Measure& measure, const LagTriangle& triangle,
                    const std::vector<std::string>& labels, v1::ExpectedFinalFigures& figures) {
  const auto finals = ExpectFinals(triangle);
  // Also where no quarter is younger than the oldest: nothing has been seen to grow.
  if (!finals.has_value() || finals->empty()) return false;
  figures.set_measure_id(measure.id);
  figures.set_measure_version(measure.version);
  const std::size_t complete = triangle.size() - finals->size();
  for (std::size_t i = 0; i < finals->size(); ++i) {
    v1::ExpectedFinalQuarter& quarter = *figures.add_quarters();
    quarter.set_label(labels[complete + i]);
    quarter.set_known((*finals)[i].known);
    quarter.set_expected(Rounded((*finals)[i].expected));
    quarter.set_low(Rounded((*finals)[i].low));
    quarter.set_high(Rounded((*finals)[i].high));
  }
  const BackTest test = BackTestFinals(triangle);
  figures.set_tested(test.predictions);
  figures.set_held(test.held);
  return true;
}

std::string WordsOf(const v1::ExpectedFinals& finals, const std::string& first_known_day) {
  if (finals.figures().empty()) {
    return absl::StrCat(
        "How much late records will add to the newest quarters cannot be said: ",
        first_known_day.empty()
            ? std::string("nothing is known yet")
            : absl::StrCat("records have come since ", first_known_day,
                           ", and it takes two years of that to see how quarters grow, and some in "
                           "each"));
  }
  int tested = 0;
  int held = 0;
  for (const v1::ExpectedFinalFigures& one : finals.figures()) {
    tested += one.tested();
    held += one.held();
  }
  if (tested == 0) {
    return "What the newest quarters will have become a year later, with 95 % intervals. There is "
           "no earlier quarter yet to try that on: do not rely on it";
  }
  return absl::StrFormat(
      "What the newest quarters will have become a year later, with 95 %% intervals. Made the same "
      "way for earlier quarters from what was known then, %d of %d intervals (%d %%) held what the "
      "figure became",
      held, tested, static_cast<int>(std::lround(100.0 * static_cast<double>(held) / tested)));
}

}  // namespace serieslink::summary
