#include "services/summary/core/tally.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "services/summary/core/boroughs.h"
#include "services/summary/core/comparison.h"

namespace serieslink::summary {
namespace {

constexpr double kShares[] = {0.25, 0.5, 0.75, 0.9};

// The value below which `share` of `count` lengths lie, of which `lengths` says how many are so
// long: the smallest with at least that share at or below.
double QuantileDays(const std::map<std::int64_t, std::int64_t>& lengths, std::int64_t count,
                    double share) {
  const double place = std::ceil(share * static_cast<double>(count));
  std::int64_t left = std::max<std::int64_t>(static_cast<std::int64_t>(place), 1);
  std::int64_t length_s = 0;
  for (const auto& [one_s, times] : lengths) {
    length_s = one_s;
    left -= times;
    if (left <= 0) break;
  }
  return Rounded(static_cast<double>(length_s) / 86400);
}

template <typename PeriodNumbers>
bool IsZero(const PeriodNumbers& numbers) {
  return std::all_of(numbers.begin(), numbers.end(),
                     [](const Numbers& one) { return one.is_zero(); });
}

// Adds to the number of `key`; what comes to nothing is not kept.
template <typename Map, typename Key>
void AddTo(Map& map, const Key& key, std::size_t window, const Numbers& amount) {
  const auto at = map.try_emplace(key).first;
  at->second[window] += amount;
  if (IsZero(at->second)) map.erase(at);
}

void AddTo(std::map<std::int64_t, std::int64_t>& lengths, std::int64_t length_s,
           std::int64_t times) {
  const auto at = lengths.try_emplace(length_s).first;
  at->second += times;
  if (at->second == 0) lengths.erase(at);
}

}  // namespace

Tally::Tally(std::vector<Window> windows, std::vector<v1::Dimension> dimensions)
    : windows_(std::move(windows)),
      dimensions_(std::move(dimensions)),
      event_numbers_(EventMeasures().size()),
      weapon_numbers_(WeaponMeasures().size()),
      repeats_(RepeatMeasures().size()),
      repeats_from_others_(RepeatMeasures().size()),
      times_(TimeMeasures().size()) {
  for (std::vector<MeasureNumbers>* all : {&event_numbers_, &weapon_numbers_}) {
    for (MeasureNumbers& one : *all) one.rows.resize(dimensions_.size());
  }
}

void Tally::Count(MeasureNumbers& numbers, FigureKey figure, const Contribution& one,
                  Placement placement, const EventFacts* at, Additions* additions) const {
  Numbers amount;
  const std::int64_t signed_amount = sign_ * one.amount;
  if (placement == Placement::kStraddling) {
    amount.straddling = signed_amount;
  } else if (placement == Placement::kUndated) {
    amount.undated = signed_amount;
  } else if (one.truth == Truth::kUnknown) {
    amount.undetermined = signed_amount;
  } else {
    amount.counted = signed_amount;
  }
  const auto tell = [&] {
    if (additions != nullptr) (*additions)[figure] += amount;
  };
  numbers.total[figure.window] += amount;
  tell();
  figure.part = FigurePart::kCategory;
  for (const Category& category : one.categories) {
    figure.category = category;
    AddTo(numbers.categories, category, figure.window, amount);
    tell();
  }
  figure.category = {};
  figure.part = FigurePart::kRow;
  for (std::size_t place = 0; place < dimensions_.size(); ++place) {
    std::vector<std::string> keys =
        at == nullptr ? std::vector<std::string>() : KeysOf(*at, dimensions_[place]);
    if (keys.empty()) keys.emplace_back();
    figure.dimension = place;
    for (std::string& key : keys) {
      figure.key = std::move(key);
      AddTo(numbers.rows[place], figure.key, figure.window, amount);
      tell();
    }
  }
}

void Tally::AddEvent(const EventFacts& event, Additions* additions) {
  std::array<Placement, kPeriodsMax> placements{};
  bool is_in_any = false;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    placements[i] = PlaceIn(windows_[i], event.occurred);
    is_in_any = is_in_any || placements[i] != Placement::kOutside;
  }
  if (!is_in_any) return;
  std::vector<Contribution> contributions;
  for (std::size_t measure = 0; measure < event_numbers_.size(); ++measure) {
    contributions.clear();
    EventMeasures()[measure].count_event(event, contributions);
    for (const Contribution& one : contributions) {
      for (std::size_t i = 0; i < windows_.size(); ++i) {
        if (placements[i] == Placement::kOutside) continue;
        Count(event_numbers_[measure],
              {.table = MeasureTable::kEvent, .measure = measure, .window = i}, one, placements[i],
              &event, additions);
      }
    }
  }
  CountRepeats(event, placements, additions);
}

void Tally::CountRepeats(const EventFacts& event,
                         const std::array<Placement, kPeriodsMax>& placements,
                         Additions* additions) {
  const Truth truth = IsGunCrime(event);
  if (truth == Truth::kNo) return;
  std::vector<std::string> keys;
  for (std::size_t measure = 0; measure < repeats_.size(); ++measure) {
    keys.clear();
    RepeatMeasures()[measure].repeat_keys(event, keys);
    for (const std::string& key : keys) {
      for (std::size_t i = 0; i < windows_.size(); ++i) {
        if (placements[i] == Placement::kOutside) continue;
        const bool is_certain = truth == Truth::kYes && placements[i] == Placement::kInside;
        const auto repeats = repeats_[measure][i].try_emplace(key).first;
        (is_certain ? repeats->second.certain : repeats->second.possible) += sign_;
        if (repeats->second.certain == 0 && repeats->second.possible == 0) {
          repeats_[measure][i].erase(repeats);
        }
        if (additions == nullptr) continue;
        FigureKey figure;
        figure.table = MeasureTable::kRepeat;
        figure.measure = measure;
        figure.part = FigurePart::kRepeatKey;
        figure.key = key;
        figure.window = i;
        Numbers& added = (*additions)[std::move(figure)];
        (is_certain ? added.counted : added.undetermined) += sign_;
      }
    }
  }
}

Numbers Tally::NumbersOf(const Repeats& repeats, Category& category) {
  if (repeats.certain >= 2) {
    category = repeats.certain >= 4
                   ? Category{4, "4 or more incidents"}
                   : Category{repeats.certain, absl::StrCat(repeats.certain, " incidents")};
    return {.counted = 1};
  }
  return {.undetermined = repeats.certain + repeats.possible >= 2 ? 1 : 0};
}

Tally::MeasureNumbers Tally::RepeatNumbers(std::size_t measure) const {
  MeasureNumbers numbers = repeats_from_others_[measure];
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    for (const auto& [key, one] : repeats_[measure][i]) {
      Category category;
      const Numbers as = NumbersOf(one, category);
      numbers.total[i] += as;
      if (as.counted > 0) numbers.categories[category][i] += as;
    }
  }
  return numbers;
}

Numbers Tally::RepeatAt(std::size_t measure, std::size_t window, const std::string& key,
                        Category& category) const {
  const auto found = repeats_[measure][window].find(key);
  return found == repeats_[measure][window].end() ? Numbers{} : NumbersOf(found->second, category);
}

Additions Tally::RepeatFigures() const {
  Additions figures;
  for (std::size_t measure = 0; measure < repeats_.size(); ++measure) {
    const MeasureNumbers numbers = RepeatNumbers(measure);
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      FigureKey key{.table = MeasureTable::kRepeat, .measure = measure, .window = i};
      if (!numbers.total[i].is_zero()) figures[key] = numbers.total[i];
      key.part = FigurePart::kCategory;
      for (const auto& [category, of_category] : numbers.categories) {
        key.category = category;
        if (!of_category[i].is_zero()) figures[key] = of_category[i];
      }
    }
  }
  return figures;
}

void Tally::AddWeapon(const WeaponFacts& weapon, Additions* additions) {
  std::vector<Contribution> contributions;
  for (std::size_t measure = 0; measure < weapon_numbers_.size(); ++measure) {
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      contributions.clear();
      WeaponMeasures()[measure].count_weapon(weapon, windows_[i], contributions);
      for (const Contribution& one : contributions) {
        Count(weapon_numbers_[measure],
              {.table = MeasureTable::kWeapon, .measure = measure, .window = i}, one, one.placement,
              one.at, additions);
      }
    }
  }
  std::vector<TimeTaken> taken;
  for (std::size_t measure = 0; measure < times_.size(); ++measure) {
    taken.clear();
    TimeMeasures()[measure].take_times(weapon, taken);
    for (const TimeTaken& one : taken) {
      for (std::size_t i = 0; i < windows_.size(); ++i) {
        if (PlaceIn(windows_[i], one.dated) != Placement::kInside) continue;
        if (additions != nullptr) {
          FigureKey figure;
          figure.table = MeasureTable::kTime;
          figure.measure = measure;
          figure.part = FigurePart::kTime;
          if (one.shortest_longest_s.has_value()) {
            figure.key =
                absl::StrCat(one.shortest_longest_s->first, " ", one.shortest_longest_s->second);
          }
          figure.window = i;
          (*additions)[std::move(figure)].counted += sign_;
        }
        CountTime(measure, i, one);
      }
    }
  }
}

void Tally::CountTime(std::size_t measure, std::size_t window, const TimeTaken& one) {
  Times& times = times_[measure][window];
  if (!one.shortest_longest_s.has_value()) {
    times.unknown += sign_;
    return;
  }
  AddTo(times.shortest_s, one.shortest_longest_s->first, sign_);
  AddTo(times.longest_s, one.shortest_longest_s->second, sign_);
}

void Tally::AddNumbers(const std::vector<MeasureNumbers>& from,
                       const std::vector<std::size_t>& places, std::size_t window,
                       std::vector<MeasureNumbers>& to) const {
  for (std::size_t measure = 0; measure < to.size(); ++measure) {
    to[measure].total[window] += from[measure].total[0];
    for (const auto& [category, numbers] : from[measure].categories) {
      AddTo(to[measure].categories, category, window, numbers[0]);
    }
    for (std::size_t place = 0; place < places.size(); ++place) {
      for (const auto& [key, numbers] : from[measure].rows[places[place]]) {
        AddTo(to[measure].rows[place], key, window, numbers[0]);
      }
    }
  }
}

void Tally::AddFrom(const Tally& base, const Tally* more, std::size_t window) {
  for (const Tally* const other : {&base, more}) {
    if (other == nullptr) continue;
    std::vector<std::size_t> places;
    for (const v1::Dimension dimension : dimensions_) {
      places.push_back(static_cast<std::size_t>(
          std::find(other->dimensions_.begin(), other->dimensions_.end(), dimension) -
          other->dimensions_.begin()));
    }
    AddNumbers(other->event_numbers_, places, window, event_numbers_);
    AddNumbers(other->weapon_numbers_, places, window, weapon_numbers_);
    for (std::size_t measure = 0; measure < times_.size(); ++measure) {
      Times& times = times_[measure][window];
      const Times& others = other->times_[measure][0];
      times.unknown += others.unknown;
      for (const auto& [length_s, count] : others.shortest_s) {
        AddTo(times.shortest_s, length_s, count);
      }
      for (const auto& [length_s, count] : others.longest_s) {
        AddTo(times.longest_s, length_s, count);
      }
    }
  }
  // How often something repeats is known only of both together.
  for (std::size_t measure = 0; measure < repeats_.size(); ++measure) {
    MeasureNumbers& numbers = repeats_from_others_[measure];
    const auto add = [&](const Repeats& repeats) {
      Category category;
      const Numbers as = NumbersOf(repeats, category);
      numbers.total[window] += as;
      if (as.counted > 0) numbers.categories[category][window] += as;
    };
    const RepeatsByKey none;
    const RepeatsByKey& ours = base.repeats_[measure][0];
    const RepeatsByKey& others = more == nullptr ? none : more->repeats_[measure][0];
    for (const auto& [key, one] : ours) {
      if (one.certain + one.possible < 2 && others.empty()) continue;
      const auto beside = others.find(key);
      Repeats together = one;
      if (beside != others.end()) {
        together.certain += beside->second.certain;
        together.possible += beside->second.possible;
      }
      add(together);
    }
    for (const auto& [key, one] : others) {
      if (!ours.contains(key)) add(one);
    }
  }
}

v1::Count Tally::CountOf(const Numbers& numbers, bool is_stock) {
  v1::Count count;
  count.set_counted(numbers.counted);
  count.set_undetermined(numbers.undetermined);
  count.set_straddling(numbers.straddling);
  count.set_undated(numbers.undated);
  if (is_stock) return count;
  const Range range = PoissonInterval(numbers.counted);
  count.set_low(Rounded(range.low));
  count.set_high(Rounded(range.high));
  return count;
}

v1::Count Tally::CountAt(const FigureKey& figure) const {
  if (figure.table == MeasureTable::kRepeat) {
    const MeasureNumbers numbers = RepeatNumbers(figure.measure);
    const auto category = numbers.categories.find(figure.category);
    if (figure.part == FigurePart::kTotal) return CountOf(numbers.total[figure.window], false);
    return CountOf(
        category == numbers.categories.end() ? Numbers{} : category->second[figure.window], false);
  }
  const bool is_event = figure.table == MeasureTable::kEvent;
  const Measure& measure = (is_event ? EventMeasures() : WeaponMeasures())[figure.measure];
  const MeasureNumbers& numbers = (is_event ? event_numbers_ : weapon_numbers_)[figure.measure];
  Numbers found;
  if (figure.part == FigurePart::kTotal) {
    found = numbers.total[figure.window];
  } else if (figure.part == FigurePart::kCategory) {
    const auto at = numbers.categories.find(figure.category);
    if (at != numbers.categories.end()) found = at->second[figure.window];
  } else {
    const auto at = numbers.rows[figure.dimension].find(figure.key);
    if (at != numbers.rows[figure.dimension].end()) found = at->second[figure.window];
  }
  return CountOf(found, measure.is_stock);
}

v1::Figure Tally::FigureOf(const PeriodNumbers& numbers, bool is_stock) const {
  v1::Figure figure;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    *figure.add_counts() = CountOf(numbers[i], is_stock);
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

std::size_t Tally::rows() const {
  std::size_t count = 0;
  for (const std::vector<MeasureNumbers>* all : {&event_numbers_, &weapon_numbers_}) {
    for (const MeasureNumbers& one : *all) {
      // The unallocated row is always there.
      for (const auto& by_key : one.rows) {
        count += by_key.size();
        if (!by_key.contains("")) ++count;
      }
    }
  }
  return count;
}

void Tally::Fill(v1::GetSummaryResponse& response) const {
  for (const Window& window : windows_) *response.add_periods() = SpanOf(window);
  const auto fill = [&](const Measure& measure, const MeasureNumbers& numbers) {
    v1::MeasureFigures& figures = *response.add_measures();
    figures.set_measure_id(measure.id);
    figures.set_measure_version(measure.version);
    *figures.mutable_total() = FigureOf(numbers.total, measure.is_stock);
    for (const auto& [category, of_category] : numbers.categories) {
      v1::CategoryFigure& figure = *figures.add_categories();
      figure.set_category(category.words);
      *figure.mutable_figure() = FigureOf(of_category, measure.is_stock);
    }
    for (std::size_t place = 0; place < numbers.rows.size(); ++place) {
      v1::DimensionFigures& rows = *figures.add_dimensions();
      rows.set_dimension(dimensions_[place]);
      // The unallocated row is always there, first.
      std::set<std::string> keys = {""};
      for (const auto& [key, unused] : numbers.rows[place]) keys.insert(key);
      for (const std::string& key : keys) {
        v1::Row& row = *rows.add_rows();
        row = RowOf(key, dimensions_[place]);
        const auto found = numbers.rows[place].find(key);
        *row.mutable_figure() = FigureOf(
            found == numbers.rows[place].end() ? PeriodNumbers{} : found->second, measure.is_stock);
      }
    }
  };
  for (std::size_t i = 0; i < event_numbers_.size(); ++i)
    fill(EventMeasures()[i], event_numbers_[i]);
  for (std::size_t i = 0; i < repeats_.size(); ++i) {
    fill(RepeatMeasures()[i], RepeatNumbers(i));
  }
  for (std::size_t i = 0; i < weapon_numbers_.size(); ++i) {
    fill(WeaponMeasures()[i], weapon_numbers_[i]);
  }
  for (std::size_t measure = 0; measure < times_.size(); ++measure) {
    v1::TimeMeasureFigures& figures = *response.add_time_measures();
    figures.set_measure_id(TimeMeasures()[measure].id);
    figures.set_measure_version(TimeMeasures()[measure].version);
    for (std::size_t i = 0; i < windows_.size(); ++i) *figures.add_figures() = TimesAt(measure, i);
  }
}

v1::TimeFigure Tally::TimesAt(std::size_t measure, std::size_t window) const {
  const Times& times = times_[measure][window];
  std::int64_t count = 0;
  for (const auto& [length_s, of_length] : times.shortest_s) count += of_length;
  v1::TimeFigure figure;
  figure.set_counted(count);
  figure.set_unknown(times.unknown);
  if (times.shortest_s.empty()) return figure;
  for (const double share : kShares) {
    v1::Quantile& quantile = *figure.add_quantiles();
    quantile.set_share(share);
    quantile.set_low_days(QuantileDays(times.shortest_s, count, share));
    quantile.set_high_days(QuantileDays(times.longest_s, count, share));
  }
  return figure;
}

std::vector<std::string> KeysOf(const EventFacts& event, v1::Dimension dimension) {
  const auto one = [](const std::string& key) {
    return key.empty() ? std::vector<std::string>() : std::vector<std::string>{key};
  };
  switch (dimension) {
    case v1::DIMENSION_FORCE:
      return one(event.police_force);
    case v1::DIMENSION_BOROUGH:
      return one(event.borough);
    case v1::DIMENSION_INVESTIGATING_BOROUGH:
      return one(event.investigating_borough);
    case v1::DIMENSION_WARD:
      return one(event.ward);
    case v1::DIMENSION_OWNING_UNIT:
      return event.owning_units;
    case v1::DIMENSION_AGENCY:
      return event.agencies;
    case v1::DIMENSION_OPERATION:
      return event.operations;
    default:
      return {};
  }
}

v1::PeriodSpan SpanOf(const Window& window) {
  v1::PeriodSpan span;
  *span.mutable_period() = window.period;
  span.set_label(LabelOf(window.period));
  span.set_first_day(absl::FormatCivilTime(window.first_day));
  span.set_last_day(absl::FormatCivilTime(window.end_day - 1));
  span.set_days(static_cast<std::int32_t>(window.days()));
  return span;
}

v1::Row RowOf(const std::string& key, v1::Dimension dimension, const Areas& areas) {
  v1::Row row;
  if (key.empty()) {
    row.set_name("unallocated");
    return row;
  }
  row.set_key(key);
  if (dimension == v1::DIMENSION_WARD) {
    const std::vector<std::string> parts = absl::StrSplit(key, absl::MaxSplits('@', 1));
    int year = 0;
    if (parts.size() == 2 && absl::SimpleAtoi(parts[1], &year)) row.set_boundary_year(year);
    row.set_key(parts[0]);
  }
  row.set_name(row.key());
  const type::v1::AreaKind kind = AreaKindOf(dimension);
  if (kind == type::v1::AREA_KIND_UNSPECIFIED) return row;
  const char* const london = kind == type::v1::AREA_KIND_BOROUGH ? LondonBoroughName(key) : nullptr;
  if (london != nullptr) row.set_name(london);
  const std::string* const name = areas.NameOf(kind, row.key(), row.boundary_year());
  if (name != nullptr) row.set_name(*name);
  return row;
}

std::string NoteOf(v1::Dimension dimension) {
  switch (dimension) {
    case v1::DIMENSION_WARD:
      return "Wards do not add up to boroughs: some records have a borough and no ward, and ward "
             "borders change; a ward is a ward of its boundary year.";
    case v1::DIMENSION_OWNING_UNIT:
      return "Owning units do not add up to the total: what several units own counts once for "
             "each.";
    case v1::DIMENSION_AGENCY:
      return "Agencies do not add up to the total: what several agencies tell of counts once for "
             "each.";
    case v1::DIMENSION_OPERATION:
      return "Operations do not add up to the total: what belongs to several counts once for each.";
    default:
      return "";
  }
}

}  // namespace serieslink::summary
