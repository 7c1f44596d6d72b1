#pragma once

#include <cstdint>
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
  kArea = 'l',         // force, borough or ward of the loss
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
  kSource = 'u',    // number of stolen.v1.ReportSource
  kNotified = 'z',  // it says when notice was given; the value is empty
  // More may be known than that the gun went: its exhibit has been compared, held or examined, a
  // laboratory has it, it was found again, or another force issued the certificate. The value is
  // empty. All other reports are cases of one source, outstanding and without contradiction,
  // whoever asks.
  kMore = 'w',
  kWide = 'x',  // IsWideLoss; the value is empty
};

// A loss whose dates are no further apart stands near any moment of them in every list.
inline constexpr std::int64_t kNarrowLossMaxS = std::int64_t{31} * 24 * 60 * 60;
// Whether the loss can have happened at moments further apart; so one of an unknown date.
bool IsWideLoss(const linkage::TimeInterval& lost);

// Whether `exhibit` is a gun, or a part of one, that `record` reports as lost or stolen.
bool IsReportedLost(const record::v1::Record& record, const record::v1::Exhibit& exhibit);

// A token as it is compared: capitals without blanks and control characters.
std::string TokenTerm(std::string_view token);
// Words as they are compared: capitals without control characters and surrounding blanks.
std::string WordTerm(std::string_view words);
// A crime reference in the scope of its force and year; empty where it has no number.
std::string ReferenceTerm(const type::v1::CrimeReference& reference);

// The first part of a key.
std::string LossPart(LossField field, std::string_view value);
// The second part: a loss that can have happened later comes first, and one of unknown date before
// all.
std::string LossDayPart(std::int64_t latest_s);

// The first parts under which the report is found, without repeats. `terms` are the exhibit's.
std::vector<std::string> LossParts(const record::v1::Record& record,
                                   stolen::v1::ReportSource source, const FirearmTerms& terms);

// Adds the entry of a report, whose loss can have happened until `latest_s`, under kMore. Its
// facets say nothing.
void AddMoreOfLoss(std::int64_t latest_s, graph::ExhibitNumber number,
                   graph::SequenceNumber sequence, graph::FirearmEntries& entries);

// Adds the entries of `exhibit`, which `source` reports, number `number`, of the version that is
// the log entry `sequence`; none of one that is not reported lost. `facets` is what all its entries
// hold.
void AddLossEntries(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                    stolen::v1::ReportSource source, const FirearmTerms& terms,
                    std::string_view facets, graph::ExhibitNumber number,
                    graph::SequenceNumber sequence, graph::FirearmEntries& entries);

}  // namespace serieslink::view
