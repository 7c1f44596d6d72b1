#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"
#include "services/view/component_evidence.h"
#include "services/view/event_answer.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::view {

// Of each list that a case holds.
inline constexpr int kCaseListMax = 100;

// A report as the records have it.
struct ReportOfCase {
  graph::ExhibitNumber number = 0;
  std::shared_ptr<const record::v1::Record> record;
  int place = 0;  // of the exhibit within it
  stolen::v1::ReportSource source = stolen::v1::REPORT_SOURCE_UNSPECIFIED;
  std::string event_id;  // "EV-…" of the loss
};

struct ToldCase {
  stolen::v1::LossCase told;
  // All, also where `told` has only the first.
  std::vector<ReportOfCase> reports;
  std::vector<stolen::v1::LaterUse> uses;
  // "EV-…" of what brought a part of the gun into hand after the loss, while it was gone; in order.
  std::vector<std::string> parts;
};

// The canonical records of VersionsOfLife of all `weapons`, places in `view`, read at once.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<CanonicalVersions> ReadLives(const ResolvedView& view,
                                            absl::Span<const std::uint32_t> weapons,
                                            const graph::GraphReader& reader);

// The cases of the weapon at place `weapon` of `view`, in order of time. `canonical` has all of
// VersionsOfLife. Notice is judged in days of `zone`. Pure.
std::vector<ToldCase> CasesOf(const ResolvedView& view, std::uint32_t weapon,
                              const CanonicalVersions& canonical, const absl::TimeZone& zone);

// The cases of each of `weapons`, places in `view`, in order of time. Notice is judged in days of
// `zone`. Reads the records of all weapons at once.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<std::vector<ToldCase>>> CasesOf(const ResolvedView& view,
                                                           absl::Span<const std::uint32_t> weapons,
                                                           const graph::GraphReader& reader,
                                                           const absl::TimeZone& zone);

}  // namespace serieslink::view
