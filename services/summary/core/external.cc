#include "services/summary/core/external.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "services/summary/core/areas.h"
#include "services/summary/core/boroughs.h"
#include "services/summary/core/comparison.h"
#include "services/summary/core/measures.h"
#include "storage/base/text.h"

namespace serieslink::summary {
namespace {

using record::v1::Statistic;

constexpr Measure kRisk = {
    .id = "victims.risk",
    .version = 1,
    .unit = v1::UNIT_PERSON_PER_THOUSAND_RESIDENTS,
    .name = "Victims for each thousand residents",
    .definition =
        "Victims of incidents of gun crime in an area, of an age band, for each thousand "
        "residents of the area of that age band, in the period.",
    .dated_by =
        "when the incident happened; residents as at the latest count that began before the "
        "period's end",
    .caveats =
        "Victims are of the area where it happened, not of where they live. Incidents of no "
        "known area are in no area's risk. Victims whose age band is not known, or only "
        "overlaps that of the residents, are beside the count. A quarter's risk is a quarter "
        "of a year's.",
    .source = "residents: as each figure says; interval: F. Garwood, Biometrika 28 (1936)",
};

struct Ages {
  int from = 0;
  int to = std::numeric_limits<int>::max();
};

std::optional<Ages> AgesOf(std::string_view band) {
  absl::string_view text = AbslView(band);
  Ages ages;
  if (absl::ConsumeSuffix(&text, "+")) {
    if (!absl::SimpleAtoi(text, &ages.from)) return std::nullopt;
    return ages;
  }
  const std::size_t dash = text.find('-');
  if (dash == absl::string_view::npos || !absl::SimpleAtoi(text.substr(0, dash), &ages.from) ||
      !absl::SimpleAtoi(text.substr(dash + 1), &ages.to) || ages.from > ages.to) {
    return std::nullopt;
  }
  return ages;
}

// Figures of one series, area and age band differ in their period alone.
auto SeriesKey(const std::string& agency, const Statistic& statistic) {
  return std::tuple(statistic.series(), agency, static_cast<int>(statistic.area_kind()),
                    statistic.area_code(), statistic.boundary_year(), statistic.age_band());
}

std::string DayOf(std::int64_t moment_s, const absl::TimeZone& zone) {
  if (moment_s == Moments::kOpenEarliest || moment_s == Moments::kOpenLatest) return "";
  return absl::FormatCivilTime(absl::ToCivilDay(absl::FromUnixSeconds(moment_s), zone));
}

}  // namespace

const Measure& RiskMeasure() { return kRisk; }

BandRelation RelationOf(std::string_view one, std::string_view other) {
  if (other.empty() || one == other) return BandRelation::kWithin;
  const std::optional<Ages> ages = AgesOf(one);
  const std::optional<Ages> others = AgesOf(other);
  if (!ages.has_value() || !others.has_value()) return BandRelation::kMayBeWithin;
  if (ages->from >= others->from && ages->to <= others->to) return BandRelation::kWithin;
  return ages->to < others->from || ages->from > others->to ? BandRelation::kApart
                                                            : BandRelation::kMayBeWithin;
}

void ExternalTally::AddStatistic(const Statistic& statistic, std::string_view agency) {
  Figure figure{std::string(agency), statistic, MomentsOf(statistic.period())};
  const bool is_of_people = statistic.kind() == record::v1::STATISTIC_KIND_POPULATION;
  // Residents are counted once in years.
  if (is_of_people ? figure.period.earliest_s < windows_.front().before_s : IsShown(figure)) {
    figures_.push_back(std::move(figure));
  }
}

bool ExternalTally::IsShown(const Figure& figure) const {
  return figure.statistic.kind() != record::v1::STATISTIC_KIND_POPULATION &&
         std::any_of(windows_.begin(), windows_.end(), [&](const Window& window) {
           return PlaceIn(window, figure.period) != Placement::kOutside;
         });
}

void ExternalTally::AddEvent(const EventFacts& event) {
  const Truth truth = IsGunCrime(event);
  const Placement placement = PlaceIn(windows_.front(), event.occurred);
  if (truth == Truth::kNo || placement == Placement::kOutside) return;
  const bool is_certain = truth == Truth::kYes && placement == Placement::kInside;
  for (const PersonFact* const victim : VictimsOf(event)) {
    const auto add = [&](type::v1::AreaKind kind, const std::string& area) {
      if (area.empty()) return;
      Victims amount;
      (is_certain ? amount.certain : amount.possible) = sign_;
      Count({kind, area, victim->age_band}, amount);
    };
    add(type::v1::AREA_KIND_FORCE, event.police_force);
    add(type::v1::AREA_KIND_BOROUGH, event.borough);
    add(type::v1::AREA_KIND_WARD, event.ward);
    add(type::v1::AREA_KIND_OUTPUT_AREA, event.lsoa);
  }
}

void ExternalTally::Count(const VictimsKey& key, const Victims& amount) {
  const auto at = victims_.try_emplace(key).first;
  at->second.certain += amount.certain;
  at->second.possible += amount.possible;
  if (at->second.certain == 0 && at->second.possible == 0) victims_.erase(at);
}

void ExternalTally::AddVictimsFrom(const ExternalTally& other) {
  for (const auto& [key, victims] : other.victims_) Count(key, victims);
}

std::vector<const ExternalTally::Figure*> ExternalTally::Residents() const {
  std::map<decltype(SeriesKey("", Statistic())), const Figure*> latest;
  for (const Figure& figure : figures_) {
    if (figure.statistic.kind() != record::v1::STATISTIC_KIND_POPULATION) continue;
    const Figure*& chosen = latest[SeriesKey(figure.agency, figure.statistic)];
    const auto order = [](const Figure& one) {
      return std::tuple(one.period.earliest_s, one.period.latest_s, one.statistic.value());
    };
    if (chosen == nullptr || order(*chosen) < order(figure)) chosen = &figure;
  }
  std::vector<const Figure*> residents;
  for (const auto& [key, figure] : latest) residents.push_back(figure);
  return residents;
}

v1::ExternalFigure ExternalTally::AnswerOf(const Figure& figure) const {
  const Statistic& statistic = figure.statistic;
  v1::ExternalFigure answer;
  answer.set_agency(figure.agency);
  answer.set_series(statistic.series());
  answer.set_title(statistic.title());
  answer.set_source(statistic.source());
  answer.set_kind(statistic.kind());
  answer.set_unit(statistic.unit());
  answer.set_first_day(DayOf(figure.period.earliest_s, zone_));
  answer.set_last_day(DayOf(figure.period.latest_s, zone_));
  answer.set_area_kind(statistic.area_kind());
  answer.set_area_code(statistic.area_code());
  const char* const name = statistic.area_kind() == type::v1::AREA_KIND_BOROUGH
                               ? LondonBoroughName(statistic.area_code())
                               : nullptr;
  answer.set_area_name(name != nullptr ? std::string(name) : statistic.area_code());
  answer.set_boundary_year(statistic.boundary_year());
  answer.set_age_band(statistic.age_band());
  answer.set_value(statistic.value());
  if (statistic.has_low()) answer.set_low(statistic.low());
  if (statistic.has_high()) answer.set_high(statistic.high());
  answer.set_sample_size(statistic.sample_size());
  answer.set_sample_size_minimum(statistic.sample_size_minimum());
  return answer;
}

v1::RiskFigure ExternalTally::RiskOf(const Figure& residents) const {
  const Statistic& statistic = residents.statistic;
  v1::RiskFigure risk;
  risk.set_measure_id(kRisk.id);
  risk.set_measure_version(kRisk.version);
  *risk.mutable_residents() = AnswerOf(residents);
  const int kind = statistic.area_kind();
  const std::string area = kind == type::v1::AREA_KIND_WARD
                               ? WardKey(statistic.area_code(), statistic.boundary_year())
                               : statistic.area_code();
  std::int64_t certain = 0;
  std::int64_t possible = 0;
  for (auto at = victims_.lower_bound({kind, area, ""});
       at != victims_.end() && std::get<0>(at->first) == kind && std::get<1>(at->first) == area;
       ++at) {
    const BandRelation relation = RelationOf(std::get<2>(at->first), statistic.age_band());
    if (relation == BandRelation::kApart) continue;
    (relation == BandRelation::kWithin ? certain : possible) += at->second.certain;
    possible += at->second.possible;
  }
  risk.set_victims(certain);
  risk.set_possible_victims(possible);
  if (statistic.value() > 0) {
    const double thousands = statistic.value() / 1000;
    const Range range = PoissonInterval(certain);
    risk.set_per_thousand(RoundedRate(static_cast<double>(certain) / thousands));
    risk.set_low(RoundedRate(range.low / thousands));
    risk.set_high(RoundedRate(range.high / thousands));
  }
  return risk;
}

void ExternalTally::Fill(v1::GetSummaryResponse& response) const {
  std::vector<const Figure*> shown = Residents();
  for (const Figure* const residents : shown) {
    if (residents->statistic.area_kind() == type::v1::AREA_KIND_UNSPECIFIED) continue;
    if (response.risks_size() == static_cast<int>(kFiguresMax)) break;
    *response.add_risks() = RiskOf(*residents);
  }
  for (const Figure& figure : figures_) {
    if (IsShown(figure)) shown.push_back(&figure);
  }
  const auto order = [](const Figure* one) {
    return std::tuple(SeriesKey(one->agency, one->statistic), one->period.earliest_s,
                      one->period.latest_s, one->statistic.value());
  };
  std::sort(shown.begin(), shown.end(),
            [&](const Figure* a, const Figure* b) { return order(a) < order(b); });
  for (std::size_t i = 0; i < shown.size() && i < kFiguresMax; ++i) {
    *response.add_external_figures() = AnswerOf(*shown[i]);
  }
  if (shown.size() > kFiguresMax) {
    response.set_external_figures_left_out(static_cast<std::int64_t>(shown.size() - kFiguresMax));
  }
}

}  // namespace serieslink::summary
