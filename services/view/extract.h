#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/linkage/core/facts.h"
#include "storage/graph/public_id.h"

// From canonical records to what linkage compares. The deriver and the views use the same
// functions, so that they compare the same things.
namespace serieslink::view {

// An end of an asserted statement, by the name that its record gives it. It may not be here yet.
struct AssertedEnd {
  std::uint64_t public_id = 0;    // of the exhibit; of the record where no exhibit is named
  bool names_record = false;      // no exhibit is named: the record's only one is meant
  bool is_only = false;           // it is meant only where its record has no other exhibit
  bool is_id = false;             // public_id is what the record says, and source_hash is not known
  std::uint64_t source_hash = 0;  // SourceHash of the record that is named
};

// A statement that a record asserts, with its ends by name. `statement` has no pair yet.
struct AssertedStatement {
  AssertedEnd ends[2];
  linkage::Statement statement;
};

// The instants between which `date` can lie.
linkage::TimeInterval IntervalOf(const type::v1::DateInterval& date);
// The reverse: sets the ends of `date`, which is empty, as far as they are known, and its
// precision.
void SetInterval(const linkage::TimeInterval& interval, type::v1::DateInterval& date);

// Whether the record shows that it had the gun in hand, whatever its event.
bool WasInHand(const record::v1::Record& record, const record::v1::Exhibit& exhibit);

// What `exhibit` says of whether its gun was issued to police.
linkage::PoliceIssue PoliceIssueOf(const record::v1::Exhibit& exhibit);

// Fills `stored`, which is empty, with what of `exhibit` is compared.
void StoreFacts(const record::v1::Exhibit& exhibit, stored::v1::ExhibitFacts* stored);

// Whether `record` tells of an event, and so has event facts.
bool HasEventFacts(const record::v1::Record& record);
// Fills `stored`, which is empty, with what of `record`'s event is compared.
void StoreFacts(const record::v1::Record& record, stored::v1::EventFacts* stored);

// The same in messages of their own. None when `record` tells of no event.
stored::v1::ExhibitFacts StoredFactsOf(const record::v1::Exhibit& exhibit);
std::optional<stored::v1::EventFacts> StoredFactsOf(const record::v1::Record& record);

// Facts of an exhibit from their stored form. `is_apart`: its record, which is of `agency`, lists
// it apart from other guns. `event`: of its record; null when that tells of none.
linkage::ExhibitFacts FactsOf(const stored::v1::ExhibitFacts& stored, std::uint64_t public_id,
                              std::uint64_t record_number, std::uint32_t ordinal, bool is_apart,
                              std::string_view agency, const linkage::RecordEventFacts* event);

// The exhibits of the version of record `record_number` that stands, by ordinal.
std::vector<linkage::ExhibitFacts> StandingExhibits(const stored::v1::RecordState& state,
                                                    std::uint64_t record_number);

// Facts of an event from their stored form. `source_hash`: SourceHash of its record's own id.
linkage::RecordEventFacts FactsOf(const stored::v1::EventFacts& stored, std::uint64_t record_number,
                                  std::uint64_t public_id, std::uint64_t source_hash);

// Whether an exhibit of `kind` is a gun that, listed beside another, is a different one.
bool IsGunListedApart(int kind);

// The statements that `record` asserts: its findings, the relations of its exhibits, and that each
// exhibit is the one that a former id of the record names (Relation::kOneRecord: its own exhibit is
// the first end). `ids` names ends and statements. What policy makes of them is yet to be said
// (linkage::ConfirmationPolicy::Judge). What an analyst states on a channel that is not the
// examiner's has its author, except in a lead file, which the service of leads wrote.
std::vector<AssertedStatement> AssertionsOf(const record::v1::Record& record,
                                            const graph::IdKey& ids);

// How callers are told of `relation`. What a laboratory infers is no relation that a record can
// give an exhibit; an exhibit under the present and the former id of its record is one item.
record::v1::ExhibitRelationKind ToldRelation(linkage::Relation relation);

// A stored statement as the core takes it.
linkage::Statement StatementOf(const stored::v1::Statement& stored);

// Tells two sources apart where their ids are equal.
std::uint64_t SourceHash(std::string_view agency, std::string_view source_system,
                         std::string_view source_id);
// The same of what `source`, or the record whose `state` it is, is called.
std::uint64_t SourceHash(const type::v1::SourceReference& source);
std::uint64_t SourceHash(const stored::v1::RecordState& state);

}  // namespace serieslink::view
