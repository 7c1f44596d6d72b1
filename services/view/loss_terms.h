#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/record/v1/exhibit.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"
#include "serieslink/type/v1/reference.pb.h"
#include "services/linkage/core/facts.h"
#include "storage/graph/firearm_index.h"

// Under which terms reports of lost and stolen guns are indexed (graph::FirearmOrder::kLoss). Under
// each term they stand in one order, the latest loss first, so that every list has the same order
// whatever is asked for. Pure; any bytes are accepted.
namespace serieslink::view {

struct FirearmTerms;

// What a term is of. The letters are stored: never reused or changed.
enum class LossField : char {
  kAll = 'a',  // of every report; its value is empty
  kSerial = 's',
  kMake = 'm',
  kModel = 'o',
  kCalibre = 'c',
  kAgency = 'g',
  // Force, borough or ward of the loss; of a force also the name that it has here, and kLocatedArea
  // where boundaries may say which force it is.
  kArea = 'l',
  kReference = 'r',    // crime reference
  kHolder = 'h',       // token of the holder
  kPremises = 'p',     // token of the premises
  kCertificate = 't',  // token of the certificate
  // As the report words them.
  kCertificateKind = 'f',
  kPlaceKind = 'n',
  kStorage = 'y',
  // Numbers of record.v1.HolderKind and record.v1.LossKind.
  kHolderKind = 'i',
  kLossKind = 'k',
  kSource = 'u',  // number of stolen.v1.ReportSource
  kType = 'd',    // number of record.v1.FirearmType
  kNoArea = 'N',  // nothing is known of where it was; the value is empty
  // More may be known than that the gun went: its exhibit has been compared, held or examined, a
  // laboratory has it, it was found again, another force issued the certificate, or it is said to
  // be a whole gun and a part. The value is empty. All other reports are cases of one source,
  // outstanding and without contradiction, whoever asks.
  kMore = 'w',
  // Of these all reports of one component of confirmed statements are found, or none; of what
  // reports say of the loss, all of those that can be of one loss (CanBeOneLoss): what one of them
  // tells, a case of any of them can have. The value is empty where none is named.
  kBack = 'b',  // the gun may have come into hand
  kLeft = 'q',  // a record tells of a disposal; the values too: DisposalTerm of it
  // A record tells of an incident; the values too: UsedAreaTerm and UsedWardTerm of it.
  kUsed = 'v',
  kReported = 'e',  // reports of two sources or more
  // Reports may differ, or what the gun did may contradict the loss. Also one that is alone in
  // this: it is cancelled, of a certificate that another force issued, or of a whole gun and a
  // part. The value kDiffering too: reports may differ from each other.
  kDoubt = 'j',
  // A report is of a part, or of a gun that is not whole (IsReportedAsPart). The value kDiffering
  // too: one may say a whole gun.
  kPart = 'P',
  kCancelled = 'C',  // a report says that the gun was found again
  // The verdict whose number in stolen.v1.NoticeVerdict is the value can be that of a case, in
  // whatever zone days are counted.
  kNotified = 'z',
  // A loss whose dates are further apart than kNarrowLossMaxS, by WideClassOf and, behind that, the
  // term under which it stands besides: so those that can have happened in a period are few to go
  // through, however many came later.
  kWide = 'x',
};

// A loss whose dates are no further apart stands near any moment of them in every list.
inline constexpr std::int64_t kNarrowLossMaxS = std::int64_t{7} * 24 * 60 * 60;
// Classes of those further apart, by how far that is at most; the last has no bound.
inline constexpr std::int64_t kWideLossMaxS[] = {10 * kNarrowLossMaxS, 100 * kNarrowLossMaxS};
inline constexpr int kWideClasses = 3;
// The class of a loss: none of one that is narrow, or of which the last moment is not known, which
// stands before all others in every list.
std::optional<int> WideClassOf(const linkage::TimeInterval& lost);

// Whether `exhibit` is a gun, or a part of one, that `record` reports as lost or stolen.
bool IsReportedLost(const record::v1::Record& record, const record::v1::Exhibit& exhibit);
// Whether `exhibit` is a part by itself: listed among parts, or among guns and classed in law as a
// component part.
bool IsLoosePart(const record::v1::Exhibit& exhibit);
// The same, or a gun that is said not to be complete.
bool IsReportedAsPart(const record::v1::Exhibit& exhibit);
// How many pieces an exhibit that is reported lost stands for: of a part by itself its quantity,
// one where none is said; a gun is one.
std::int32_t PiecesOf(const record::v1::Exhibit& exhibit);
// Whether `exhibit` is a part that `record` shows to be in hand, whatever the event: a laboratory
// has it, or it is in custody, and the record is not that of its loss.
bool IsPartInHand(const record::v1::Record& record, const record::v1::Exhibit& exhibit);

// A token as it is compared: capitals without blanks and control characters.
std::string TokenTerm(std::string_view token);
// Words as they are compared: capitals without control characters and surrounding blanks.
std::string WordTerm(std::string_view words);
// A crime reference in the scope of its force and year; empty where it has no number.
std::string ReferenceTerm(const type::v1::CrimeReference& reference);

// The first part of a key.
std::string LossPart(LossField field, std::string_view value);
// The same of those of `part` that are of a class.
std::string WidePart(int wide_class, std::string_view part);
// The value of kUsed for incidents in a borough or force, by its PlaceKey; where that is 0, for
// those of which one or the other is not known, or which are too many to name.
std::string UsedAreaTerm(std::uint64_t place_key);
// The same for the wards of incidents; 0: those of which it cannot be told, or too many to name.
std::string UsedWardTerm(std::uint64_t place_key);
// The value of kLeft, by the number of a record.v1.DisposalKind; 0: it may be any.
std::string DisposalTerm(int kind);
// The value of kNotified, by the number of a verdict.
std::string NoticeTerm(int verdict);
// The verdicts, by number, that stolen::JudgeNotice can come to, in whatever zone days are counted,
// of a loss at `lost` of which notice was given at `notified`. At least one.
std::vector<int> NoticeVerdictsAllowed(const linkage::TimeInterval& lost,
                                       const linkage::TimeInterval& notified);
// A value of kArea.
inline constexpr std::string_view kLocatedArea = "*";
// A value of kDoubt and of kPart.
inline constexpr std::string_view kDiffering = "r";
// The second part: a loss that can have happened later comes first, and one of unknown date before
// all.
std::string LossDayPart(std::int64_t latest_s);

// The first parts under which the report of an exhibit is found by what it says itself, without
// repeats. `terms` are the exhibit's.
std::vector<std::string> LossParts(const record::v1::Record& record,
                                   const record::v1::Exhibit& exhibit,
                                   stolen::v1::ReportSource source, const FirearmTerms& terms);

// What a record that reports a loss says of it and of the guns and parts in it, together, as far as
// other reports of the same gun can differ in it.
struct LossTold {
  bool is_read : 1 = false;  // the rest is so
  bool is_lost : 1 = false;
  bool is_stolen : 1 = false;
  bool has_cancelled : 1 = false;   // one that was found again
  bool has_kept : 1 = false;        // one that was not
  bool has_part : 1 = false;        // a part, or a gun that is not whole
  bool has_loose_part : 1 = false;  // a part by itself
  bool has_gun : 1 = false;         // one that is no part, and not said to lack any
  bool says_complete : 1 = false;
  bool is_of_other_force : 1 =
      false;  // another one than its agency may have issued the certificate
  bool has_notified : 1 = false;
  bool is_without_notice : 1 = false;  // its holder needs to give none
  std::uint8_t source = 0;             // a stolen.v1.ReportSource
  std::uint8_t holder = 0;             // a record.v1.HolderKind that is known; 0: none is said
  linkage::TimeInterval notified;      // where has_notified
};
LossTold LossToldOf(const record::v1::Record& record, stolen::v1::ReportSource source,
                    std::string_view agency);
// Whether reports of two events that put a loss at `a` and at `b` can be of one loss by
// firearm::FollowLosses, whoever asks and whatever else is told.
bool CanBeOneLoss(const linkage::TimeInterval& a, const linkage::TimeInterval& b);
// Adds the entry of a report of a loss at `lost` under `part`, which is one of what is derived.
// Its facets say nothing but the days.
void AddDerivedLoss(std::string_view part, const linkage::TimeInterval& lost,
                    graph::ExhibitNumber number, graph::SequenceNumber sequence,
                    graph::FirearmEntries& entries);
void AddMoreOfLoss(const linkage::TimeInterval& lost, graph::ExhibitNumber number,
                   graph::SequenceNumber sequence, graph::FirearmEntries& entries);

// Adds the entries of `exhibit`, which `source` reports, number `number`, of the version that is
// the log entry `sequence`; none of one that is not reported lost. `facets` is what all its entries
// hold.
void AddLossEntries(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                    stolen::v1::ReportSource source, const FirearmTerms& terms,
                    std::string_view facets, graph::ExhibitNumber number,
                    graph::SequenceNumber sequence, graph::FirearmEntries& entries);

}  // namespace serieslink::view
