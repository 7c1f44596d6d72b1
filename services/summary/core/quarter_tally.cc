#include "services/summary/core/quarter_tally.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "services/summary/core/tally.h"

namespace serieslink::summary {
namespace {

constexpr const char* kTalliedMeasures[] = {"gun_crime.incidents", "discharge.incidents",
                                            "discharge.lethal",    "gun_crime.robbery",
                                            "injury.incidents",    "recovery.events"};

}  // namespace

absl::Span<const char* const> StatisticsMeasures() { return kTalliedMeasures; }

const Measure& EventMeasureOf(const char* id) {
  const auto measures = EventMeasures();
  return *std::find_if(measures.begin(), measures.end(), [&](const Measure& one) {
    return std::string_view(one.id) == std::string_view(id);
  });
}

QuarterTally::QuarterTally(std::vector<Window> periods, std::vector<v1::Dimension> dimensions)
    : periods_(std::move(periods)),
      dimensions_(std::move(dimensions)),
      counts_(StatisticsMeasures().size()) {
  for (Counts& counts : counts_) {
    counts.total.resize(periods_.size());
    counts.rows.resize(dimensions_.size());
  }
}

void QuarterTally::AddEvent(const EventFacts& event) {
  const auto period = std::find_if(periods_.begin(), periods_.end(), [&](const Window& one) {
    return PlaceIn(one, event.occurred) == Placement::kInside;
  });
  if (period == periods_.end()) return;
  const auto at = static_cast<std::size_t>(period - periods_.begin());
  std::vector<Contribution> contributions;
  for (std::size_t measure = 0; measure < counts_.size(); ++measure) {
    contributions.clear();
    EventMeasureOf(StatisticsMeasures()[measure]).count_event(event, contributions);
    std::int64_t amount = 0;
    for (const Contribution& one : contributions) {
      if (one.truth == Truth::kYes) amount += one.amount;
    }
    if (amount == 0) continue;
    counts_[measure].total[at] += amount;
    for (std::size_t place = 0; place < dimensions_.size(); ++place) {
      std::vector<std::string> keys = KeysOf(event, dimensions_[place]);
      if (keys.empty()) keys.emplace_back();
      for (const std::string& key : keys) {
        Row& row = counts_[measure].rows[place][key];
        row.resize(periods_.size());
        row[at] += amount;
      }
    }
  }
}

}  // namespace serieslink::summary
