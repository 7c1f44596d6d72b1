#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "serieslink/record/v1/event.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"
#include "services/firearm/core/life.h"
#include "services/linkage/core/facts.h"

// Cases of lost and stolen guns, from the events of one weapon and the reports of its losses:
// which reports are of one loss, what became of the gun, what cannot be. A function of the evidence
// alone, so evidence that is withdrawn undoes what it did. Pure.
namespace serieslink::stolen {

// One report of a loss of the gun: one exhibit of one record.
struct ReportFacts {
  std::uint64_t public_id = 0;  // of the exhibit; breaks ties
  std::uint32_t event = 0;      // index into the life's events, a loss
  v1::ReportSource source = v1::REPORT_SOURCE_UNSPECIFIED;
  linkage::TimeInterval lost;  // as this report has it
  record::v1::LossKind kind = record::v1::LOSS_KIND_UNSPECIFIED;
  record::v1::HolderKind holder = record::v1::HOLDER_KIND_UNSPECIFIED;
  std::uint64_t certificate_kind_key = 0;  // equal keys are one kind; 0: not said
  std::optional<linkage::TimeInterval> notified;
  bool is_cancelled = false;
  bool is_part = false;          // a part, or a gun said not to be complete
  bool says_complete = false;    // said to be complete
  bool is_loose_part = false;    // a part by itself, and no gun that lacks one
  bool has_other_force = false;  // of a licensing unit, and another force issued the certificate
  // The report, by its index, of which this is a register's copy: where both are of one case it
  // corroborates nothing.
  std::optional<std::uint32_t> copy_of;
};

// One case.
struct CaseFacts {
  struct Step {
    std::uint32_t event = 0;  // index into the life's events
    v1::LossCaseState state = v1::LOSS_CASE_STATE_UNSPECIFIED;
  };
  std::vector<std::uint32_t> reports;  // indices, by their first moment, then by public id
  linkage::TimeInterval lost;          // what all reports allow, else all that any allows
  record::v1::LossKind kind = record::v1::LOSS_KIND_UNSPECIFIED;
  v1::Completeness completeness = v1::COMPLETENESS_UNSPECIFIED;
  v1::Reconciliation reconciliation = v1::RECONCILIATION_UNSPECIFIED;
  std::vector<v1::ReportSource> sources;  // each once, in the order of the enumeration
  v1::LossCaseState state = v1::LOSS_CASE_STATE_UNSPECIFIED;
  bool is_lost_again = false;
  std::vector<Step> steps;                                // the loss first, then every change
  std::vector<std::uint32_t> uses;                        // incidents after the loss, in order
  std::vector<v1::CaseContradictionKind> contradictions;  // each once, in the order of the enum
};

// Two losses by different sources whose dates exclude each other are one loss, with a
// contradiction, when no more than this lies between them; further apart they are two. The time
// within which a late notice and a mistaken date are likelier than a second loss of the same gun is
// a choice.
inline constexpr std::int64_t kDatesApartMaxS = 31 * 86'400;

// The cases of a gun in order of time. `events` are those of its life with AddRecoveriesShown,
// `order` theirs by OrderOfEvents. Losses that no report is of make no case.
//
// Losses are one case when nothing had the gun back in between and
//  * their dates can be the same moment, or
//  * they come from different sources, are at most kDatesApartMaxS apart, and both or neither are
//    cancelled.
// Reports of one event are one case.
//
// A case is outstanding; sighted when the gun is used in an incident; recovered when it comes into
// hand; what a disposal says when it leaves it; cancelled when a report says so. O(events *
// reports).
std::vector<CaseFacts> FollowCases(absl::Span<const firearm::LifeEventFacts> events,
                                   absl::Span<const std::uint32_t> order,
                                   absl::Span<const ReportFacts> reports);

// Days from a loss to notice of it.
struct NoticeFacts {
  v1::NoticeVerdict verdict = v1::NOTICE_VERDICT_UNSPECIFIED;
  std::optional<std::int32_t> minimum_days;
  std::optional<std::int32_t> maximum_days;
};

// Within so many days a certificate holder gives notice of a loss or theft: Firearms (Amendment)
// Act 1997, section 34.
inline constexpr std::int32_t kNoticeDays = 7;

// Whether who holds guns so has them under a certificate, and gives notice of their loss.
bool HoldsUnderCertificate(record::v1::HolderKind holder);

// Whether notice of a loss came in time, in whole days of `zone`; by the report that says the
// earliest notice. A holder of unknown kind counts as one of a certificate.
NoticeFacts JudgeNotice(absl::Span<const ReportFacts> reports,
                        absl::Span<const std::uint32_t> of_case, const absl::TimeZone& zone);

// In words.
const char* WordsOf(v1::CaseContradictionKind kind);

}  // namespace serieslink::stolen
