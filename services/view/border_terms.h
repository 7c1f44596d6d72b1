#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/record/v1/exhibit.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "storage/graph/firearm_index.h"

// Under which terms border seizures are indexed (graph::FirearmOrder::kBorder), and guns that came
// into hand inland. Under each term they stand in one order, the latest first, so that every list
// has the same order whatever is asked for. Pure; any bytes are accepted.
namespace serieslink::view {

class TermCache;

// What a term is of. The letters are stored: never reused or changed.
enum class BorderField : char {
  kAll = 'a',       // of every border seizure; its value is empty
  kDeclared = 'd',  // declared origin
  kTrue = 't',      // origin as found
  kTransit = 'v',   // each country passed through
  kMode = 'm',      // number of record.v1.TransportMode
  kPort = 'p',
  kMake = 'k',  // each make of a gun or part
  kAgency = 'g',
  kNames = 's',       // each record that it names as its sister
  kFormer = 'f',      // each name that its record had before
  kNumber = 'n',      // number of the consignment, within its agency
  kPartNumber = 'x',  // each number on a part
  kSentApart = 'b',   // destination and origin; of those with a part of which both are known
  kInland = 'i',      // of a gun that came into hand inland; its value is empty
};

// Whether `exhibit` is a part of a gun, however it is listed: a gun that is said to be incomplete,
// or that somebody classes as a component part, counts as one.
bool IsPartOfGun(const record::v1::Exhibit& exhibit);
// A gun, and no part of one.
bool IsWholeGun(const record::v1::Exhibit& exhibit);
// Whether `exhibit` is a gun that `record` tells was recovered or handed in, or one that a
// laboratory had and that was found at an incident.
bool IsFoundInland(const record::v1::Record& record, const record::v1::Exhibit& exhibit);

// The origin as found, else as declared; empty where neither is known.
const std::string& OriginOf(const record::v1::Consignment& consignment);
// A port: capital letters and digits; empty where it says that it is not known.
std::string PortTerm(std::string_view code);
// What a PortTerm is: one can be no UN/LOCODE, as agencies have codes of their own, and count as it
// is written; one that could be is unknown where the list of ports has its country and not it
// (border::PortsInUse).
enum class PortStanding { kNotSaid, kPort, kNoLocode, kNotListed };
PortStanding StandingOfPort(std::string_view term);
// The port under which a consignment counts; empty where it is not known.
std::string CountedPort(std::string_view code);
// A name of a record, by which others mean it.
std::string NameTerm(const type::v1::SourceReference& name);
// The number of a consignment within its agency; empty where there is none.
std::string NumberTerm(std::string_view agency, std::string_view consignment_id);
// Destination and origin; empty where one of them is not known.
std::string SentApartTerm(const record::v1::Consignment& consignment);
// The numbers on a part by which it can be one's with another: whole ones of six characters and
// more, in canonical form, each once.
std::vector<std::string> PartNumberTerms(const record::v1::Exhibit& exhibit);

// The first part of a key.
std::string BorderPart(BorderField field, std::string_view value);
// The second part: what can have happened later comes first, and what has no known date before all.
std::string BorderDayPart(std::int64_t latest_s);

// Adds the entries of a border seizure, whose record is number `record_number`, of the version that
// is the log entry `sequence`; none of any other record.
void AddSeizureEntries(const record::v1::Record& record, graph::RecordNumber record_number,
                       graph::SequenceNumber sequence, TermCache& cache,
                       graph::FirearmEntries& entries);

}  // namespace serieslink::view
