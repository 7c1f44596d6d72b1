#include "services/summary/statistics_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/summary/core/quarter_tally.h"
#include "services/summary/core/spells.h"
#include "services/summary/core/statistics.h"
#include "services/summary/core/tally.h"
#include "services/summary/event_scan.h"
#include "services/summary/weapon_scan.h"
#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::summary {
namespace {

constexpr int kQuarters = 20;
// Quarters of which it is looked up how they grew.
constexpr std::size_t kGrowingQuarters = 16;
// Ages at which a quarter's figure is looked up, a quarter apart: the last is a year after the
// first.
constexpr std::size_t kAges = 5;
// A quarter that is expected to grow by more than this is not complete.
constexpr double kCompleteGrowth = 1.03;

// Counts for statistics.
class StatisticsSink final : public FactSink {
 public:
  StatisticsSink(const std::vector<Window>& quarters, std::int64_t until_s)
      : quarters_(quarters, {std::begin(kAreaDimensions), std::end(kAreaDimensions)}),
        spells_(quarters.front().from_s, until_s) {}

  void AddEvent(const EventFacts& event, Additions* /*additions*/) override {
    quarters_.AddEvent(event);
  }
  void AddWeapon(const WeaponFacts& weapon, Additions* /*additions*/) override {
    spells_.AddWeapon(weapon);
  }

  const QuarterTally& quarters() const { return quarters_; }
  const SpellTally& spells() const { return spells_; }

 private:
  QuarterTally quarters_;
  SpellTally spells_;
};

// The `count` quarters of which the last ends before `end_day`, the oldest first.
std::vector<Window> QuartersUpTo(absl::CivilDay end_day, int count, const absl::TimeZone& zone) {
  std::vector<Window> quarters;
  absl::CivilMonth month(end_day);
  for (int i = count; i > 0; --i) {
    const absl::CivilMonth first = month - 3 * i;
    v1::Period period;
    period.set_kind(v1::PERIOD_KIND_QUARTER);
    period.set_year(static_cast<std::int32_t>(first.year()));
    period.set_quarter((first.month() - 1) / 3 + 1);
    quarters.push_back(WindowOf(period, zone));
  }
  return quarters;
}

// How the counts of quarters grew, as far as the log knows.
struct Growth {
  std::vector<Window> quarters;        // rows of the triangles
  std::vector<LagTriangle> triangles;  // by measure
};

}  // namespace

StatisticsService::StatisticsService(const view::Source& source, std::string trust_domain,
                                     std::function<absl::Time()> now, absl::TimeZone zone,
                                     std::shared_ptr<const Boundaries> boundaries)
    : source_(source),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      zone_(zone),
      boundaries_(std::move(boundaries)) {
  AddUnary("/serieslink.summary.v1.SummaryStatisticsService/GetStatistics", this,
           &StatisticsService::GetStatistics);
}

grpc::Status StatisticsService::GetStatistics(grpc::ServerContext* context,
                                              const v1::GetStatisticsRequest* request,
                                              v1::GetStatisticsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(StatisticsFor(view::Viewer{caller->agency}, *request,
                                         view::PatienceOf(*context, now_), StopOf(*context, now_),
                                         *response));
}

namespace {

// Counts quarters that were over at `known_at`, the newest of them last, as they were known when
// they were as old as the newest is at `known_at`, and one, two, three and four quarters later.
absl::StatusOr<Growth> GrowthOf(view::Cut& cut, const view::Viewer& viewer, const Areas& areas,
                                absl::Time known_at, const absl::TimeZone& zone,
                                const ShouldStop& should_stop) {
  Growth growth;
  const graph::LogReader log = cut.reader.Log();
  SL_ASSIGN_OR_RETURN(const absl::Time first_known, log.CommitTime(1));
  const absl::CivilMonth month(absl::ToCivilDay(known_at, zone));
  const absl::CivilMonth newest_end = month - (month.month() - 1) % 3;
  growth.quarters = QuartersUpTo(absl::CivilDay(newest_end), kGrowingQuarters, zone);
  const absl::Duration age = known_at - absl::FromUnixSeconds(growth.quarters.back().before_s);
  // Quarters of which nothing could be known when they were that old tell nothing of growth.
  std::erase_if(growth.quarters, [&](const Window& one) {
    return absl::FromUnixSeconds(one.before_s) + age < first_known;
  });
  const std::size_t rows = growth.quarters.size();
  growth.triangles.assign(StatisticsMeasures().size(), LagTriangle(rows));
  const graph::Revision revision = cut.revision;
  for (std::size_t at = 0; at < rows; ++at) {
    // When the quarter at this place was that old.
    const absl::Time then =
        at + 1 == rows ? known_at : absl::FromUnixSeconds(growth.quarters[at].before_s) + age;
    SL_ASSIGN_OR_RETURN(const graph::Revision known, log.RevisionAt(then));
    cut.revision = std::min(known, revision);
    const std::size_t first = at + 1 >= kAges ? at + 1 - kAges : 0;
    const std::vector<Window> seen(growth.quarters.begin() + static_cast<std::ptrdiff_t>(first),
                                   growth.quarters.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    StatisticsSink sink(seen, seen.back().before_s);
    if (cut.revision > 0) {
      EventScan events(cut, viewer, seen, areas, sink);
      SL_RETURN_IF_ERROR(ScanAll(events, should_stop));
    }
    for (std::size_t measure = 0; measure < growth.triangles.size(); ++measure) {
      const QuarterTally::Row& total = sink.quarters().TotalOf(measure);
      for (std::size_t i = 0; i < seen.size(); ++i) {
        growth.triangles[measure][first + i].push_back(total[i]);
      }
    }
  }
  cut.revision = revision;
  return growth;
}

std::vector<std::string> LabelsOf(const std::vector<Window>& windows) {
  std::vector<std::string> labels;
  for (const Window& one : windows) labels.push_back(LabelOf(one.period));
  return labels;
}

// How many of `quarters` are complete: over at `known_at`, and not expected to grow by more than
// a little in any measure.
std::size_t CompleteOf(const std::vector<Window>& quarters, absl::Time known_at,
                       const std::vector<v1::ExpectedFinalFigures>& finals) {
  std::size_t complete = 0;
  while (complete < quarters.size() &&
         absl::FromUnixSeconds(quarters[complete].before_s) <= known_at) {
    ++complete;
  }
  for (const v1::ExpectedFinalFigures& figures : finals) {
    for (const v1::ExpectedFinalQuarter& quarter : figures.quarters()) {
      if (quarter.expected() <= static_cast<double>(quarter.known()) * kCompleteGrowth) continue;
      for (std::size_t i = 0; i < complete; ++i) {
        if (LabelOf(quarters[i].period) == quarter.label()) complete = i;
      }
    }
  }
  return complete;
}

}  // namespace

absl::Status StatisticsService::StatisticsFor(const view::Viewer& viewer,
                                              const v1::GetStatisticsRequest& request,
                                              const view::Patience& patience,
                                              const ShouldStop& should_stop,
                                              v1::GetStatisticsResponse& response) const {
  std::vector<rpc::BadField> bad;
  CheckPeriod(request.has_period() ? &request.period() : nullptr, bad);
  Window period;
  if (bad.empty()) {
    period = WindowOf(request.period(), zone_);
    const bool is_of_quarters = absl::CivilMonth(period.end_day).month() % 3 == 1 &&
                                absl::CivilMonth(period.first_day).month() % 3 == 1;
    if (!is_of_quarters) {
      bad.push_back({"period", type::v1::ERROR_REASON_FIELD_INVALID,
                     "statistics are of whole quarters: ask for one, or for a year"});
    }
  }
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  const std::vector<Window> quarters = QuartersUpTo(period.end_day, kQuarters, zone_);
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));

  absl::Time known_at = absl::InfinitePast();
  if (cut.revision > 0) {
    SL_ASSIGN_OR_RETURN(*response.mutable_known_at(), KnownAt(cut, cut.revision));
    known_at = absl::FromUnixMicros(
        google::protobuf::util::TimeUtil::TimestampToMicroseconds(response.known_at()));
  }
  StatisticsSink sink(quarters, period.before_s);
  WeaponScan weapons(cut, viewer, boundaries_->areas(), sink);
  Growth growth;
  std::string first_known_day;
  if (cut.revision > 0) {
    EventScan events(cut, viewer, quarters, boundaries_->areas(), sink);
    SL_RETURN_IF_ERROR(ScanAll(events, should_stop));
    SL_RETURN_IF_ERROR(ScanAll(weapons, should_stop));
    SL_ASSIGN_OR_RETURN(growth,
                        GrowthOf(cut, viewer, boundaries_->areas(), known_at, zone_, should_stop));
    SL_ASSIGN_OR_RETURN(const absl::Time first_known, cut.reader.Log().CommitTime(1));
    first_known_day = absl::FormatCivilTime(absl::ToCivilDay(first_known, zone_));
  }

  *response.mutable_period() = SpanOf(period);
  for (const Window& one : quarters) *response.add_quarters() = SpanOf(one);
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  response.set_unresolved_exhibits(weapons.unresolved_exhibits());
  boundaries_->List(*response.mutable_boundaries());
  const auto period_quarters = static_cast<std::size_t>(
      std::count_if(quarters.begin(), quarters.end(),
                    [&](const Window& one) { return one.from_s >= period.from_s; }));
  AddRankings(sink.quarters(), period_quarters, boundaries_->areas(), *response.mutable_rankings());
  AddSpells(sink.spells(), *response.mutable_spells());
  std::vector<v1::ExpectedFinalFigures> finals;
  for (std::size_t measure = 0; measure < growth.triangles.size(); ++measure) {
    v1::ExpectedFinalFigures figures;
    if (ExpectFinalsOf(EventMeasureOf(StatisticsMeasures()[measure]), growth.triangles[measure],
                       LabelsOf(growth.quarters), figures)) {
      finals.push_back(std::move(figures));
    }
  }
  std::vector<std::string> labels = LabelsOf(quarters);
  labels.resize(CompleteOf(quarters, known_at, finals));
  *response.mutable_change_search() = SearchChanges(sink.quarters(), labels, boundaries_->areas());
  v1::ExpectedFinals& expected = *response.mutable_expected_finals();
  for (v1::ExpectedFinalFigures& one : finals) *expected.add_figures() = std::move(one);
  expected.set_words(WordsOf(expected, first_known_day));
  for (const char* const id : StatisticsMeasures()) {
    *response.add_definitions() = DefinitionOf(EventMeasureOf(id));
  }
  for (const SpellMeasure& one : SpellMeasures()) {
    *response.add_definitions() = DefinitionOf(one.measure);
  }
  return absl::OkStatus();
}

}  // namespace serieslink::summary
