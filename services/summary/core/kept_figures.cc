#include "services/summary/core/kept_figures.h"

#include <algorithm>

#include "serieslink/record/v1/record.pb.h"

namespace serieslink::summary {
namespace {

// By whatever a summary can be asked for.
std::vector<v1::Dimension> AllDimensions() {
  std::vector<v1::Dimension> all;
  for (int one = v1::Dimension_MIN; one <= v1::Dimension_MAX; ++one) {
    if (one != v1::DIMENSION_UNSPECIFIED && v1::Dimension_IsValid(one)) {
      all.push_back(static_cast<v1::Dimension>(one));
    }
  }
  return all;
}

}  // namespace

Quarters::Quarters(int first_year, int last_year, const absl::TimeZone& zone) {
  for (int year = first_year; year <= last_year; ++year) {
    for (int quarter = 1; quarter <= 4; ++quarter) {
      v1::Period period;
      period.set_kind(v1::PERIOD_KIND_QUARTER);
      period.set_year(year);
      period.set_quarter(quarter);
      all_.push_back(WindowOf(period, zone));
    }
  }
  for (const Window& one : all_) only_.push_back({one});
}

std::optional<std::size_t> Quarters::PlaceOf(const Window& window) const {
  const auto at =
      std::lower_bound(all_.begin(), all_.end(), window.from_s,
                       [](const Window& one, std::int64_t from_s) { return one.from_s < from_s; });
  if (at == all_.end() || at->from_s != window.from_s || at->before_s != window.before_s) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(at - all_.begin());
}

std::pair<std::size_t, std::size_t> Quarters::Of(const Moments& when) const {
  const auto first = std::partition_point(
      all_.begin(), all_.end(), [&](const Window& one) { return one.before_s <= when.earliest_s; });
  const auto end = std::partition_point(
      first, all_.end(), [&](const Window& one) { return one.from_s <= when.latest_s; });
  return {static_cast<std::size_t>(first - all_.begin()),
          static_cast<std::size_t>(end - all_.begin())};
}

KeptFigures::KeptFigures(const Quarters& quarters, absl::TimeZone zone)
    : quarters_(quarters), leads_(quarters.all()) {
  tallies_.reserve(quarters.all().size());
  external_.reserve(quarters.all().size());
  for (std::size_t place = 0; place < quarters.all().size(); ++place) {
    tallies_.emplace_back(quarters.Only(place), AllDimensions());
    external_.emplace_back(quarters.Only(place), zone);
  }
}

void KeptFigures::TakeAway(bool is_taken_away) {
  is_taken_away_ = is_taken_away;
  for (Tally& one : tallies_) one.TakeAway(is_taken_away);
  for (ExternalTally& one : external_) one.TakeAway(is_taken_away);
  leads_.TakeAway(is_taken_away);
}

void KeptFigures::AddEvent(const EventFacts& event, Additions* /*additions*/) {
  const auto [from, end] = quarters_.Of(event.occurred);
  for (std::size_t place = from; place < end; ++place) {
    tallies_[place].AddEvent(event);
    external_[place].AddEvent(event);
  }
}

void KeptFigures::AddWeapon(const WeaponFacts& weapon, Additions* /*additions*/) {
  // Whatever a weapon counts for, is dated by its events.
  std::vector<const EventFacts*> events;
  const auto take = [&](const EventFacts* event) {
    if (event != nullptr && std::find(events.begin(), events.end(), event) == events.end()) {
      events.push_back(event);
    }
  };
  for (const WeaponFacts::AtEvent& at : weapon.events) take(at.event);
  for (const WeaponFacts::Seen& seen : weapon.exhibits) take(seen.event);
  if (events.empty()) return;
  auto [from, end] = quarters_.Of(events.front()->occurred);
  // What was lost can be outstanding long after that, and of several events a series can come that
  // is there from then on. Before the first of them there was nothing.
  if (events.size() > 1 || events.front()->kind == record::v1::EVENT_KIND_LOSS) {
    for (const EventFacts* const event : events) {
      from = std::min(from, quarters_.Of(event->occurred).first);
    }
    end = tallies_.size();
  }
  for (std::size_t place = from; place < end; ++place) tallies_[place].AddWeapon(weapon);
}

void KeptFigures::AddStatistic(const record::v1::Statistic& statistic, std::string_view agency) {
  const auto at =
      statistics_.try_emplace({std::string(agency), statistic.SerializeAsString()}).first;
  at->second += is_taken_away_ ? -1 : 1;
  if (at->second == 0) statistics_.erase(at);
}

void KeptFigures::AddTo(const KeptFigures* more, const std::vector<std::size_t>& places,
                        Tally& tally, LeadTally& leads, ExternalTally& external) const {
  std::map<std::pair<std::string, std::string>, std::int64_t> published;
  for (const KeptFigures* const one : {this, more}) {
    if (one == nullptr) continue;
    for (std::size_t window = 0; window < places.size(); ++window) {
      leads.AddFrom(one->leads_, places[window], window);
    }
    external.AddVictimsFrom(one->external_[places.front()]);
    for (const auto& [statistic, count] : one->statistics_) published[statistic] += count;
  }
  for (std::size_t window = 0; window < places.size(); ++window) {
    tally.AddFrom(tallies_[places[window]],
                  more == nullptr ? nullptr : &more->tallies_[places[window]], window);
  }
  for (const auto& [key, count] : published) {
    record::v1::Statistic statistic;
    // It is what was serialised here.
    statistic.ParseFromString(key.second);
    for (std::int64_t i = 0; i < count; ++i) external.AddStatistic(statistic, key.first);
  }
}

}  // namespace serieslink::summary
