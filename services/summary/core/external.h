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

// Takes published figures, and the events that they are held against, in any order.
class ExternalSink {
 public:
  virtual ~ExternalSink() = default;
  virtual void AddStatistic(const record::v1::Statistic& statistic, std::string_view agency) = 0;
  virtual void AddEvent(const EventFacts& event) = 0;
};

// Holds the figures, and one number for each area and age band that has victims. Not thread-safe.
class ExternalTally final : public ExternalSink {
 public:
  // No more figures than these are given.
  static constexpr std::size_t kFiguresMax = 2000;

  // `windows`: the summary's periods, some. They must outlive it.
  ExternalTally(const std::vector<Window>& windows, absl::TimeZone zone)
      : windows_(windows), zone_(zone) {}

  void AddStatistic(const record::v1::Statistic& statistic, std::string_view agency) override;
  void AddEvent(const EventFacts& event) override;

  // Whether the events that are added from now on, and were before, are taken away instead.
  void TakeAway(bool is_taken_away) { sign_ = is_taken_away ? -1 : 1; }

  // Adds the victims that `other`, of the same first period, has.
  void AddVictimsFrom(const ExternalTally& other);

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

  void Count(const VictimsKey& key, const Victims& amount);
  bool IsShown(const Figure& figure) const;
  // For each series, area and age band of residents the latest that began before the period's end.
  std::vector<const Figure*> Residents() const;
  v1::ExternalFigure AnswerOf(const Figure& figure) const;
  v1::RiskFigure RiskOf(const Figure& residents) const;

  const std::vector<Window>& windows_;
  const absl::TimeZone zone_;
  int sign_ = 1;
  std::vector<Figure> figures_;
  std::map<VictimsKey, Victims> victims_;  // of the first period
};

}  // namespace serieslink::summary
