#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/linkage/v1/finding.pb.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/linkage/core/rules.h"
#include "services/series/commit_times.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"

// From resolved views to answers. An answer holds so much at most, and names the lists that are cut
// (Series.abridged).
namespace serieslink::series {

// How many of each list an answer holds.
struct AnswerBounds {
  std::size_t exhibits_max = 1'000;
  std::size_t events_max = 1'000;
  std::size_t findings_max = 2'000;
  std::size_t conflicts_max = 1'000;
  // Exhibits of a weapon whose weakest bridge is looked for: that costs their third power.
  std::size_t bridge_exhibits_max = 500;
  std::size_t bridge_ids_max = 100;  // of findings, and of exhibits
  std::size_t flag_ids_max = 100;    // of exhibits, and of events
  std::size_t stale_findings_max = 100;
};
// In a list of series.
inline constexpr AnswerBounds kListBounds{.exhibits_max = 100,
                                          .events_max = 100,
                                          .bridge_exhibits_max = 64,
                                          .bridge_ids_max = 0,
                                          .flag_ids_max = 0};

// The findings of a view as answers tell them. Points into `evidence`, `view`, `times` and
// `position`, which is the deriver's.
class FindingAnswers {
 public:
  FindingAnswers(const view::ComponentEvidence& evidence, const view::ResolvedView& view,
                 CommitTimes& times, const stored::v1::DeriverPosition& position);

  // Reads at once what FindingOf tells of the findings at `indices`: agencies' versions of the
  // records that state them, scores of marks that these tell of, and commit times. Errors: those of
  // the store; DATA_LOSS.
  absl::Status ReadSources(absl::Span<const std::uint32_t> indices);

  // The finding at place `index` of what stands, with the rule's weights where a rule made it, and
  // with what a machine's score weighs by the rules of the view's revision where the view has the
  // record that tells of one.
  // It must be among those of ReadSources. Errors: those of the store; DATA_LOSS.
  absl::StatusOr<linkage::v1::Finding> FindingOf(std::uint32_t index) const;

  // Place in the view of an exhibit, and of its weapon; none when the view has no such exhibit.
  std::optional<std::uint32_t> PlaceOf(std::uint64_t public_id) const;
  std::optional<std::uint32_t> WeaponOf(std::uint64_t public_id) const;

 private:
  // The rules of `generation`, which was in force at `from`. Owned here.
  absl::StatusOr<const linkage::RuleSet*> RulesOf(std::uint32_t generation,
                                                  graph::Revision from) const;

  // Adds the score on which the statement rests, if any, and what it weighs.
  absl::Status AddScore(const linkage::Statement& statement, linkage::v1::Finding& finding) const;

  // The version that stands in the view; null when none does.
  const view::VisibleRecord::Version* StandingVersion(const view::VisibleRecord& record) const;

  const view::ComponentEvidence& evidence_;
  const view::ResolvedView& view_;
  CommitTimes& times_;
  const stored::v1::DeriverPosition& position_;
  // By name and ends: a finding under a former id is about two exhibits, since different revisions.
  using StatementKey = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;
  static StatementKey KeyOf(const linkage::Statement& statement) {
    return {statement.name, statement.first, statement.second};
  }
  absl::flat_hash_map<StatementKey, const view::LoadedStatement*> loaded_;
  absl::flat_hash_map<std::uint64_t, std::uint32_t> place_of_id_;
  absl::flat_hash_map<graph::SequenceNumber, std::optional<std::uint64_t>> versions_;
  // By the log entry of the version that tells of it. No mark: it tells of no score.
  struct MarkScore {
    std::string mark;
    double score = 0;
  };
  absl::flat_hash_map<graph::SequenceNumber, MarkScore> scores_;
  // By generation: those that were needed.
  mutable absl::flat_hash_map<std::uint32_t, std::unique_ptr<const linkage::RuleSet>> rules_;
};

// A conflict of `view`, with its explanation in words.
linkage::v1::Conflict ConflictOf(const view::ResolvedView& view, const linkage::Conflict& conflict);

// The weapon at place `weapon` of `view`, which bears `flags`, in outline: counts, agencies, span,
// events, exhibits, floor, flags. Errors: those of the store; DATA_LOSS.
absl::StatusOr<v1::Series> OutlineOf(const view::ResolvedView& view, std::uint32_t weapon,
                                     const std::vector<linkage::WeaponFlag>& flags,
                                     const graph::GraphReader& reader, const AnswerBounds& bounds);

// The exhibits at `places` of `view`, in their order, as their records have them. Errors: those of
// the store; DATA_LOSS.
absl::StatusOr<std::vector<v1::Exhibit>> ExhibitsAt(const view::ResolvedView& view,
                                                    absl::Span<const std::uint32_t> places,
                                                    const graph::GraphReader& reader);

// Adds to `series` the findings and conflicts of the weapon. `position` gives the generations of
// rules.
absl::Status AddFindings(const view::ComponentEvidence& evidence, const view::ResolvedView& view,
                         std::uint32_t weapon, CommitTimes& times,
                         const stored::v1::DeriverPosition& position, const AnswerBounds& bounds,
                         v1::Series& series);

// How the weapon of exhibit `root` came to be what it is in `now`, a view of `evidence`: the
// differences between the views at every revision that changed what the viewer may see of its
// component, oldest first. At most the latest kHistoryRevisionsMax of them are looked at, and no
// more than kHistoryExhibitsMax exhibits at all of them together (about 150 bytes each), but at
// least two of them.
inline constexpr std::size_t kHistoryRevisionsMax = 256;
inline constexpr std::size_t kHistoryExhibitsMax = 500'000;
absl::Status AddHistory(const view::ComponentEvidence& evidence, const view::ResolvedView& now,
                        graph::ExhibitNumber root, CommitTimes& times,
                        const stored::v1::DeriverPosition& position, v1::Series& series);

}  // namespace serieslink::series
