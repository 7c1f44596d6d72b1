#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/record/v1/exhibit.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/type/v1/reference.pb.h"
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
};

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
std::vector<std::string> LossParts(const record::v1::Record& record, const FirearmTerms& terms);

// Adds the entries of `exhibit`, number `number`, of the version that is the log entry `sequence`;
// none of one that is not reported lost. `facets` is what all its entries hold.
void AddLossEntries(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                    const FirearmTerms& terms, std::string_view facets, graph::ExhibitNumber number,
                    graph::SequenceNumber sequence, graph::FirearmEntries& entries);

}  // namespace serieslink::view
