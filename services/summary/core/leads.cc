#include "services/summary/core/leads.h"

#include <algorithm>

#include "services/summary/core/comparison.h"

namespace serieslink::summary {
namespace {

constexpr std::int64_t kDay_s = 86'400;

constexpr Measure kLeadMeasures[] = {
    {.id = "leads.open",
     .version = 1,
     .unit = v1::UNIT_LEAD,
     .name = "Open leads, by age",
     .definition =
         "Pairs of exhibits that a finding holds for one gun without confirming it, and of "
         "which at the end of the period nobody had confirmed, eliminated or left open "
         "whether they are, by the time since the finding. Without pairs that other "
         "findings make one weapon.",
     .dated_by =
         "what is open at the end of the period; a finding by the date that it says, a rule's "
         "by when it was known",
     .caveats =
         "A finding that was withdrawn since is missing. The time is that of the first finding and "
         "the first decision that still stand, or that their record went on from.",
     .source =
         "Freshness of leads: study of 570 crimes on the usefulness of leads at 30 days and at a "
         "year; defined here",
     .is_stock = true},
    {.id = "leads.decided",
     .version = 1,
     .unit = v1::UNIT_LEAD,
     .name = "Decided leads, by how long they waited",
     .definition =
         "Leads that were confirmed, eliminated or left open by an examiner or an analyst in "
         "the period, by the time since the finding.",
     .dated_by = "when it was decided, by the date that the decision says",
     .caveats = "The first decision counts. What was confirmed at once was no lead.",
     .source = "defined here"},
};

Category AgeCategory(std::int64_t age_s) {
  if (age_s <= 2 * kDay_s) return {1, "up to 2 days"};
  if (age_s <= 7 * kDay_s) return {2, "up to 7 days"};
  if (age_s <= 30 * kDay_s) return {3, "up to 30 days"};
  if (age_s <= 365 * kDay_s) return {4, "up to a year"};
  return {5, "more than a year"};
}

}  // namespace

absl::Span<const Measure> LeadMeasures() { return kLeadMeasures; }

void LeadTally::Count(std::size_t window, const Category& category, std::int64_t amount,
                      Numbers& numbers) const {
  if (amount == 0) return;
  numbers.total.resize(windows_.size());
  numbers.total[window] += amount;
  const auto at = numbers.categories.try_emplace(category).first;
  at->second.resize(windows_.size());
  at->second[window] += amount;
  // What comes to nothing is not kept.
  const bool is_none = std::all_of(at->second.begin(), at->second.end(),
                                   [](std::int64_t count) { return count == 0; });
  if (is_none) numbers.categories.erase(at);
}

void LeadTally::Add(const LeadFacts& lead) {
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const Window& window = windows_[i];
    if (lead.raised_s >= window.before_s) continue;
    if (!lead.decided_s.has_value() || *lead.decided_s >= window.before_s) {
      Count(i, AgeCategory(window.before_s - lead.raised_s), sign_, open_);
    } else if (*lead.decided_s >= window.from_s) {
      Count(i, AgeCategory(*lead.decided_s - lead.raised_s), sign_, decided_);
    }
  }
}

void LeadTally::AddFrom(const LeadTally& other, std::size_t from, std::size_t window) {
  const auto add = [&](const Numbers& numbers, Numbers& to) {
    for (const auto& [category, counts] : numbers.categories) {
      Count(window, category, counts[from], to);
    }
  };
  add(other.open_, open_);
  add(other.decided_, decided_);
}

v1::Figure LeadTally::FigureOf(const Counts& counts, bool is_stock) const {
  v1::Figure figure;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    v1::Count& count = *figure.add_counts();
    count.set_counted(i < counts.size() ? counts[i] : 0);
    if (is_stock) continue;
    const Range range = PoissonInterval(count.counted());
    count.set_low(Rounded(range.low));
    count.set_high(Rounded(range.high));
  }
  for (std::size_t i = 1; i < windows_.size(); ++i) {
    const v1::Count& earlier = figure.counts(static_cast<int>(i));
    const std::string label = LabelOf(windows_[i].period);
    *figure.add_comparisons() = is_stock ? CompareStocks(figure.counts(0), earlier, label)
                                         : CompareCounts(figure.counts(0), windows_[0].days(),
                                                         earlier, windows_[i].days(), label);
  }
  return figure;
}

void LeadTally::Fill(v1::GetSummaryResponse& response) const {
  const Numbers* const numbers[] = {&open_, &decided_};
  for (std::size_t i = 0; i < LeadMeasures().size(); ++i) {
    const Measure& measure = LeadMeasures()[i];
    v1::MeasureFigures& figures = *response.add_measures();
    figures.set_measure_id(measure.id);
    figures.set_measure_version(measure.version);
    *figures.mutable_total() = FigureOf(numbers[i]->total, measure.is_stock);
    for (const auto& [category, counts] : numbers[i]->categories) {
      v1::CategoryFigure& figure = *figures.add_categories();
      figure.set_category(category.words);
      *figure.mutable_figure() = FigureOf(counts, measure.is_stock);
    }
  }
}

}  // namespace serieslink::summary
