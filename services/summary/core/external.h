#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/time/time.h"
#include "serieslink/record/v1/statistic.pb.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/facts.h"

// Figures that were published elsewhere, beside a summary's own, and the risks that follow from
// both. Pure.
namespace serieslink::summary {

// How an age band lies to another one.
enum class BandRelation : std::uint8_t { kApart, kMayBeWithin, kWithin };

// Whether somebody of the age band `one` is of `other`: bands are "15-19", "60+", or anything else,
// which is within itself only and may be within any. Empty: not known; as `other`, all ages.
BandRelation RelationOf(std::string_view one, std::string_view other);

// Takes published figures and events, in any order. Holds the figures, and one number for each area
// and age band that has victims. Not thread-safe.
class ExternalTally {
 public:
  // No more figures than these are given.
  static constexpr std::size_t kFiguresMax = 2000;

  // `windows`: the summary's periods, some. They must outlive it.
  ExternalTally(const std::vector<Window>& windows, absl::TimeZone zone)
      : windows_(windows), zone_(zone) {}

  void AddStatistic(const record::v1::Statistic& statistic, std::string_view agency);
  void AddEvent(const EventFacts& event);

  // Fills the external figures and risks of `response`: a function of what was added, whatever its
  // order.
  void Fill(v1::GetSummaryResponse& response) const;

 private:
  struct Figure {
    std::string agency;
    record::v1::Statistic statistic;
    Moments period;
  };
  struct Victims {
    std::int64_t certain = 0;
    std::int64_t possible = 0;
  };
  // Kind of area, area, age band of the victims.
  using VictimsKey = std::tuple<int, std::string, std::string>;

  bool IsShown(const Figure& figure) const;
  // For each series, area and age band of residents the latest that began before the period's end.
  std::vector<const Figure*> Residents() const;
  v1::ExternalFigure AnswerOf(const Figure& figure) const;
  v1::RiskFigure RiskOf(const Figure& residents) const;

  const std::vector<Window>& windows_;
  const absl::TimeZone zone_;
  std::vector<Figure> figures_;
  std::map<VictimsKey, Victims> victims_;  // of the first period
};

}  // namespace serieslink::summary
