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

// One report of a loss of the gun: one exhibit of one record, with what reports are compared by.
struct ReportFacts : firearm::LossReportFacts {
  record::v1::LossKind kind = record::v1::LOSS_KIND_UNSPECIFIED;
  record::v1::HolderKind holder = record::v1::HOLDER_KIND_UNSPECIFIED;
  // Equal keys are one; 0: not said, or of a force none that is known.
  std::uint64_t certificate_kind_key = 0;
  std::uint64_t place_kind_key = 0;
  std::uint64_t storage_key = 0;
  std::uint64_t force_key = 0;    // of the place of the loss
  std::uint64_t borough_key = 0;  // likewise
  std::optional<linkage::TimeInterval> notified;
  bool has_certificate = false;  // says of which kind, of which force or by which token it is
  bool is_part = false;          // a part, or a gun said not to be complete
  bool says_complete = false;    // said to be complete
  bool has_other_force = false;  // of a licensing unit, and another force issued the certificate
  std::int32_t quantity = 1;     // pieces that went
  // The report, by its index, of which this is a register's copy: where both are of one case it
  // corroborates nothing.
  std::optional<std::uint32_t> copy_of;
};

// One case: what FollowLosses tells of it, and what its reports say together.
struct CaseFacts {
  firearm::LossCaseFacts followed;
  record::v1::LossKind kind = record::v1::LOSS_KIND_UNSPECIFIED;
  v1::Completeness completeness = v1::COMPLETENESS_UNSPECIFIED;
  v1::Reconciliation reconciliation = v1::RECONCILIATION_UNSPECIFIED;
  std::int32_t quantity = 1;                              // the most that a report says
  std::vector<v1::ReportSource> sources;                  // each once, in the order of the enum
  std::vector<v1::CaseContradictionKind> contradictions;  // of both, each once, in that order
};

// Whether a report that names this kind of holder can contradict one that names another: an agency
// that says none, or that it does not know, contradicts nobody.
bool IsHolderKnown(record::v1::HolderKind holder);

// The state of a case after `step`.
v1::LossCaseState StateOf(const firearm::LossCaseFacts::Step& step);

// The same reports without what they are compared by.
std::vector<firearm::LossReportFacts> AsLossReports(absl::Span<const ReportFacts> reports);

// The cases that FollowLosses made of `reports`, with what their reports say together, in order of
// time. Pure; O(reports).
std::vector<CaseFacts> CompareReports(const firearm::LossCases& losses,
                                      absl::Span<const ReportFacts> reports);

// Days from a loss to notice of it.
struct NoticeFacts {
  v1::NoticeVerdict verdict = v1::NOTICE_VERDICT_UNSPECIFIED;
  std::optional<std::int32_t> minimum_days;
  std::optional<std::int32_t> maximum_days;
  v1::NoticeDoubt doubt = v1::NOTICE_DOUBT_UNSPECIFIED;  // why it is undecidable
};

// Within so many days a certificate holder gives notice of a loss or theft: Firearms (Amendment)
// Act 1997, section 34.
inline constexpr std::int32_t kNoticeDays = 7;

// Whether who holds guns so has them under a certificate, and gives notice of their loss.
bool HoldsUnderCertificate(record::v1::HolderKind holder);

// Whether notice of a loss came in time, in whole days of `zone`: by the report that says the
// earliest notice, and from the loss as all reports of the case allow it, or, where they allow no
// moment, as that report has it. Section 34 binds "the certificate holder": where no report names a
// kind of holder or a certificate, whether because nothing is said or because it is not known, none
// is late, for who holds without one need give none.
NoticeFacts JudgeNotice(absl::Span<const ReportFacts> reports,
                        absl::Span<const std::uint32_t> of_case, const absl::TimeZone& zone);

// Whether a contradiction of this kind is between reports of one case, which makes it
// CONTRADICTING.
bool IsBetweenReports(v1::CaseContradictionKind kind);

// Where reports of a case say different things, whose counts: of the place of the loss that of
// police, who recorded the crime, else of NABIS, of licensing, of another; of the holder, the
// certificate and how the gun was kept that of licensing, who know the holder, else of police, of
// NABIS, of another. The lower comes first.
int PlaceRank(v1::ReportSource source);
int HolderRank(v1::ReportSource source);

// In words.
const char* WordsOf(v1::CaseContradictionKind kind);
const char* WordsOf(v1::CaseRemarkKind kind);

}  // namespace serieslink::stolen
