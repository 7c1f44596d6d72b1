#include "tests/fsck/damage.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "serieslink/stored/v1/index.pb.h"
#include "serieslink/stored/v1/log.pb.h"
#include "serieslink/stored/v1/rejects.pb.h"
#include "serieslink/stored/v1/store_info.pb.h"
#include "services/ingest/reject_rows.h"
#include "storage/base/ordered_key.h"
#include "storage/graph/edge_entry.h"
#include "storage/graph/edges.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/graph_values.h"
#include "storage/graph/index_rows.h"
#include "storage/graph/keys.h"
#include "storage/graph/row_checksum.h"
#include "tests/fsck/damage_changes.h"

namespace serieslink::fsck {
namespace {

using graph::EdgeEntry;
using graph::EdgeForm;
using graph::EdgeType;
using storage::Keyspace;
using stored::v1::CommitHeader;
using stored::v1::DeriverPosition;
using stored::v1::IndexChunk;
using stored::v1::IndexManifest;
using stored::v1::LogEntry;
using stored::v1::RecordState;
using stored::v1::RejectHead;
using stored::v1::Statement;
using stored::v1::WeaponState;

}  // namespace

std::vector<Damage> DamageOfTheLog() {
  return {
      {"AnEntryIsMissing", [](Site& site) { site.Erase(Keyspace::kLog, graph::LogEntryKey(7)); },
       "log", "sequence 7, revision"},
      {"AnEntryIsMalformed",
       [](Site& site) { site.Put(Keyspace::kLog, graph::LogEntryKey(7), "\xFF"); }, "log",
       "sequence 7 is malformed"},
      {"AnEntryBelongsToNoCommit",
       [](Site& site) { site.Put(Keyspace::kLog, graph::LogEntryKey(100000), ""); }, "log",
       "belong to no commit"},
      {"AHeaderIsMissing",
       [](Site& site) { site.Erase(Keyspace::kLog, graph::CommitHeaderKey(3)); }, "log",
       "revisions 3 to 3 are missing"},
      {"AHeaderIsMalformed",
       [](Site& site) { site.Put(Keyspace::kLog, graph::CommitHeaderKey(3), "\xFF"); }, "log",
       "revision 3 is malformed"},
      {"AHeaderNamesAnotherRecord",
       [](Site& site) {
         ChangeHeader(site, 2, [](CommitHeader& header) { header.set_public_ids(0, 5); });
       },
       "log", "does not agree with the header of revision 2"},
      {"AHeaderSaysThatAStaleEntryStands",
       [](Site& site) {
         ChangeHeader(site, 2,
                      [](CommitHeader& header) { header.set_stands(0, !header.stands(0)); });
       },
       "log", "does not agree with the header of revision 2"},
      {"TheColumnsOfAHeaderDiffer",
       [](Site& site) {
         ChangeHeader(site, 2, [](CommitHeader& header) { header.add_stands(true); });
       },
       "log", "the columns of the header of revision 2"},
      {"ATimeStepsBack",
       [](Site& site) {
         ChangeHeader(site, 3, [](CommitHeader& header) { header.set_commit_time_us(5); });
       },
       "log", "the time of revision 3 is before"},
      {"ACommitBeginsElsewhere",
       [](Site& site) {
         ChangeHeader(site, 3, [](CommitHeader& header) {
           header.set_first_sequence(header.first_sequence() + 1);
         });
       },
       "log", "revision 3 begins at sequence"},
      {"TheLogsPositionIsBehindItsHeaders",
       [](Site& site) {
         // The position moves with every commit, so a commit without a header is enough.
         site.Put(Keyspace::kLog, graph::LogEntryKey(1),
                  site.Get(Keyspace::kLog, graph::LogEntryKey(1)));
       },
       "log", "and its position is"},
      {"AChainIsBroken",
       [](Site& site) {
         ChangeEntry(site, 1, [](LogEntry& entry) { entry.set_previous_sequence(9); });
       },
       "log", "is the first of its record and says otherwise"},
      {"AnEntryTakesBackALaterOne",
       [](Site& site) {
         ChangeEntry(site, 1, [](LogEntry& entry) { entry.set_undoes_sequence(9); });
       },
       "log", "takes back 9, which is not before it"},
      {"AnIdIsOfAnotherSource",
       [](Site& site) {
         ChangeEntry(site, 5, [](LogEntry& entry) { entry.set_source_id("other"); });
       },
       "log", "an id that does not belong to its source"},
      {"ARecordNumberIsSkipped",
       [](Site& site) {
         ChangeEntry(site, 6, [](LogEntry& entry) { entry.set_record_number(900); });
       },
       "log", "skips record numbers"},
      {"AMessageCannotBeRead",
       [](Site& site) {
         ChangeEntry(site, 5, [](LogEntry& entry) { entry.set_feed_message("\xFF"); });
       },
       "log", "holds a message that cannot be read"},
      {"AnEntrySaysNothing",
       [](Site& site) { ChangeEntry(site, 5, [](LogEntry& entry) { entry.clear_content(); }); },
       "log", "holds neither a message nor a withdrawal"},
      {"AHeaderIsOfAnotherTime",
       [](Site& site) {
         ChangeHeader(site, 3, [](CommitHeader& header) {
           header.set_commit_time_us(header.commit_time_us() + 1);
         });
       },
       "log", "the header of revision 3 is not what was committed"},
      {"AnEntrySaysSomethingElse",
       [](Site& site) {
         ChangeEntry(site, 5,
                     [](LogEntry& entry) { entry.set_principal(entry.principal() + "s"); });
       },
       "log", ", are not what was committed"},
      {"AChecksumIsMissing",
       [](Site& site) {
         site.Erase(Keyspace::kLog, graph::ChecksumKey(graph::CommitHeaderKey(3)));
       },
       "log", "the checksum of revision 3 is missing"},
      {"AChecksumBelongsToNoRevision",
       [](Site& site) {
         site.Put(Keyspace::kLog, graph::ChecksumKey(graph::CommitHeaderKey(100000)), "12345678");
       },
       "log", "a checksum of the log belongs to no revision"},
      {"AChecksumIsOfNothing",
       [](Site& site) { site.Put(Keyspace::kLog, graph::ChecksumKey(graph::LogEntryKey(3)), ""); },
       "rows", "unknown kind, 99"},
      {"TheStoreHasOtherKeys",
       [](Site& site) {
         Change<stored::v1::StoreInfo>(
             site, Keyspace::kMeta, graph::StoreInfoKey(),
             [](stored::v1::StoreInfo& info) { info.set_reject_key(std::string(32, 'x')); });
       },
       "checksums", "with its keys, is not what was written"},
      {"TheStoreHasLostItsKeys",
       [](Site& site) { site.Erase(Keyspace::kMeta, graph::StoreInfoKey()); }, "positions",
       "the row that says what the store is"},
  };
}

std::vector<Damage> DamageOfRows() {
  return {
      {"ARowIsOfAnUnknownKind", [](Site& site) { site.Put(Keyspace::kDerived, "Zz", ""); }, "rows",
       "unknown kind, 90"},
      {"ARejectsRowIsOfAnUnknownKind", [](Site& site) { site.Put(Keyspace::kRejects, "Yy", ""); },
       "rows", "keyspace 4 has a row of an unknown kind, 89"},
      {"ARejectHasNoMessage",
       [](Site& site) {
         site.Erase(Keyspace::kRejects, ingest::RejectMessageKey("kent", kRejectOfKent));
       },
       "rejects", " has no message"},
      {"ARejectHasNoHead",
       [](Site& site) {
         site.Erase(Keyspace::kRejects, ingest::RejectHeadKey("kent", kRejectOfKent));
       },
       "rejects", " has no head"},
      {"ARejectIsOfAnother",
       [](Site& site) {
         Change<RejectHead>(site, Keyspace::kRejects, ingest::RejectHeadKey("kent", kRejectOfKent),
                            [](RejectHead& head) { head.set_agency("nabis"); });
       },
       "rejects", " is that of another"},
      {"ARejectIsMalformed",
       [](Site& site) {
         site.Put(Keyspace::kRejects, ingest::RejectHeadKey("kent", kRejectOfKent), "\xFF");
       },
       "rejects", "the head of a reject is malformed"},
      {"TotalsOfRejectsAreMalformed",
       [](Site& site) { site.Put(Keyspace::kRejects, ingest::RejectTotalsKey("kent"), "\xFF"); },
       "rejects", "the totals of an agency's rejects are malformed"},
      {"ARejectSaysSomethingElse",
       [](Site& site) {
         Change<RejectHead>(site, Keyspace::kRejects, ingest::RejectHeadKey("kent", kRejectOfKent),
                            [](RejectHead& head) { head.set_received_count(9); });
       },
       "checksums", "the head of a reject is not what was written"},
      {"AMessageOfARejectIsAnother",
       [](Site& site) {
         site.Put(Keyspace::kRejects, ingest::RejectMessageKey("kent", kRejectOfKent), "Sealed");
       },
       "checksums", "the message of a reject is not what was written"},
      {"TotalsOfRejectsAreOthers",
       [](Site& site) { site.Put(Keyspace::kRejects, ingest::RejectTotalsKey("kent"), ""); },
       "checksums", "the totals of an agency's rejects is not what was written"},
      {"ARowWithAChecksumIsGone",
       [](Site& site) { site.Erase(Keyspace::kRejects, ingest::RejectTotalsKey("kent")); },
       "checksums", "rejects is gone, and its checksum is there"},
      {"TheDeriversPositionIsAnother",
       [](Site& site) {
         ChangePosition(site, [](DeriverPosition& position) {
           position.set_last_record_component(position.last_record_component() + 1);
         });
       },
       "checksums", "the deriver's position is not what was written"},
      {"ARecordsNumberIsFlipped",
       [](Site& site) {
         const std::string key = graph::RecordStateKey(4);
         const std::string value = site.Get(Keyspace::kDerived, key);
         site.Erase(Keyspace::kDerived, key);
         std::string flipped = key;
         flipped[1] = static_cast<char>(flipped[1] ^ 0x40);
         site.Put(Keyspace::kDerived, flipped, value);
       },
       "records", "the log has no record 4611686018427387908"},
      {"TheDeriverIsAheadOfTheLog",
       [](Site& site) {
         ChangePosition(site, [](DeriverPosition& position) { position.set_revision(100000); });
       },
       "positions", "and the log ends at"},
      {"TheDerivedSequenceIsOfAnotherRevision",
       [](Site& site) {
         ChangePosition(site, [](DeriverPosition& position) { position.set_sequence(1); });
       },
       "log", "and that revision ends at"},
      {"ARecordIsMissing",
       [](Site& site) { site.Erase(Keyspace::kDerived, graph::RecordStateKey(4)); }, "records",
       "the states of records 4 to 4 are missing"},
      {"ARecordIsMalformed",
       [](Site& site) { site.Put(Keyspace::kDerived, graph::RecordStateKey(4), "\xFF"); },
       "records", "the state of record 4 is malformed"},
      {"VersionsOverlap",
       [](Site& site) {
         ChangeRecord(site, 4, [](RecordState& state) {
           *state.add_versions() = state.versions(0);
           state.mutable_versions(state.versions_size() - 1)->set_to_revision(0);
           state.mutable_versions(0)->set_to_revision(0);
         });
       },
       "records", "overlap"},
      {"AVersionEndsBeforeItBegins",
       [](Site& site) {
         ChangeRecord(site, 9, [](RecordState& state) {
           state.mutable_versions(0)->set_from_revision(3);
           state.mutable_versions(0)->set_to_revision(2);
         });
       },
       "records", "end before they begin"},
      {"ARecordsIdIsUnknown",
       [](Site& site) {
         RecordState state;
         ASSERT_TRUE(state.ParseFromString(site.Get(Keyspace::kDerived, graph::RecordStateKey(4))));
         site.EditIndex(graph::kIdIndex, [&](graph::SortedRunWriter& writer) {
           writer.Erase(graph::IdIndexKey(graph::PublicId(state.public_id())));
         });
       },
       "records", "is not found in the index of ids"},
      {"AnIdLeadsElsewhere",
       [](Site& site) {
         site.EditIndex(graph::kIdIndex, [&](graph::SortedRunWriter& writer) {
           writer.Put(site.Entries(graph::kIdIndex, "").front().key,
                      graph::EncodeIdTarget({2, 1000}));
         });
       },
       "index_entries", "which bears another id"},
      {"AnIdLeadsNowhere",
       [](Site& site) {
         site.EditIndex(graph::kIdIndex, [](graph::SortedRunWriter& writer) {
           writer.Put(graph::IdIndexKey(graph::PublicId(77)), graph::EncodeIdTarget({99999, {}}));
         });
       },
       "index_entries", "to record 99999, which is not there"},
      {"AStatementIsMalformed",
       [](Site& site) { site.Put(Keyspace::kDerived, AnyStatement(site).key, "\xFF"); },
       "statements", "is malformed"},
      {"AStatementDisagreesWithItsKey",
       [](Site& site) {
         ChangeStatement(site, [](Statement& statement) { statement.set_public_id(1); });
       },
       "statements", "does not agree with its key"},
      {"AStatementEndsBeforeItBegins",
       [](Site& site) {
         ChangeStatement(site, [](Statement& statement) {
           statement.set_to_revision(statement.from_revision());
         });
       },
       "statements", "its revisions in the wrong order"},
      {"AStatementIsAssertedByNobody",
       [](Site& site) {
         ChangeStatement(site, [](Statement& statement) {
           statement.clear_rule();
           statement.set_asserting_record(99999);
         });
       },
       "statements", "asserted by record 99999, which is not there"},
      {"AStatementIsAboutNothing",
       [](Site& site) {
         Statement statement;
         ASSERT_TRUE(statement.ParseFromString(AnyStatement(site).value));
         statement.set_newer_exhibit(graph::MakeExhibitNumber(99999, 0));
         site.Put(Keyspace::kDerived, graph::EncodeStatementKey(graph::KeyOfStatement(statement)),
                  statement.SerializeAsString());
       },
       "statements", "about exhibit 99999.0, which is not there"},
      {"AStatementHoldsTwice",
       [](Site& site) {
         Statement statement;
         ASSERT_TRUE(statement.ParseFromString(AnyStatement(site).value));
         statement.set_from_revision(statement.from_revision() + 1);
         site.Put(Keyspace::kDerived, graph::EncodeStatementKey(graph::KeyOfStatement(statement)),
                  statement.SerializeAsString());
       },
       "statements", "at the same time as an earlier one"},
  };
}

std::vector<Damage> DamageOfIndexes() {
  return {
      {"AManifestIsMalformed",
       [](Site& site) {
         site.Put(Keyspace::kDerived, graph::IndexManifestKey(graph::kEdgeIndex), "\xFF");
       },
       "index_runs", "its manifest is malformed"},
      {"AManifestNamesARunThatIsNotThere",
       [](Site& site) {
         ChangeManifest(site, [](IndexManifest& manifest) {
           auto* run = manifest.add_runs();
           run->set_number(manifest.next_run());
           run->set_level(9);
           run->set_blocks(3);
           manifest.set_next_run(manifest.next_run() + 1);
         });
       },
       "index_runs", "has 0 blocks"},
      {"RunsAreInTheWrongOrder",
       [](Site& site) {
         ChangeManifest(site, [](IndexManifest& manifest) {
           manifest.mutable_runs()->SwapElements(0, manifest.runs_size() - 1);
         });
       },
       "index_runs", "are not in the order of their age"},
      {"ARunNumberIsGivenOutTwice",
       [](Site& site) {
         ChangeManifest(site, [](IndexManifest& manifest) { manifest.set_next_run(1); });
       },
       "index_runs", "twice or before giving it out"},
      {"ARunIsForgotten",
       [](Site& site) {
         ChangeManifest(site,
                        [](IndexManifest& manifest) { manifest.mutable_runs()->RemoveLast(); });
       },
       "index_runs", "its manifest does not know that run"},
      {"ABlockIsMissing",
       [](Site& site) { site.Erase(Keyspace::kDerived, RunRowKey(site, false, 0)); }, "index_runs",
       "block 0 of run"},
      {"ABlockIsMalformed",
       [](Site& site) { site.Put(Keyspace::kDerived, RunRowKey(site, false, 1), "\x07"); },
       "index_runs", "is malformed"},
      {"BlocksAreExchanged",
       [](Site& site) {
         const std::string a = RunRowKey(site, false, 0);
         const std::string b = RunRowKey(site, false, 1);
         const std::string bytes = site.Get(Keyspace::kDerived, a);
         site.Put(Keyspace::kDerived, a, site.Get(Keyspace::kDerived, b));
         site.Put(Keyspace::kDerived, b, bytes);
       },
       "index_runs", "entries out of order"},
      {"AFilterDeniesWhatIsThere",
       [](Site& site) {
         ChangeChunk(site, [](IndexChunk& chunk) {
           std::fill(chunk.mutable_filter()->begin(), chunk.mutable_filter()->end(), '\0');
         });
       },
       "index_runs", "denies keys that it holds"},
      {"AFenceIsTooHigh",
       [](Site& site) {
         ChangeChunk(site, [](IndexChunk& chunk) { chunk.set_fences(0, "\xFF"); });
       },
       "index_runs", "is not where its fence says"},
      {"AChunkIsMissing",
       [](Site& site) { site.Erase(Keyspace::kDerived, RunRowKey(site, true, 0)); }, "index_runs",
       "belongs to no chunk"},
      {"AChunkEndsElsewhere",
       [](Site& site) {
         ChangeChunk(site, [](IndexChunk& chunk) { chunk.set_last_key("\xFF\xFF"); });
       },
       "index_runs", "does not end with the last key of its chunk"},
      {"ADeltaIsMalformed",
       [](Site& site) {
         const auto rows = site.Rows(Keyspace::kDerived,
                                     "I\x02"
                                     "d");
         ASSERT_FALSE(rows.empty());
         site.Put(Keyspace::kDerived, rows.back().key, "\x07");
       },
       "index_runs", "is malformed"},
      {"ADeltaLiesInTheFuture",
       [](Site& site) {
         const auto rows = site.Rows(Keyspace::kDerived,
                                     "I\x02"
                                     "d");
         ASSERT_FALSE(rows.empty());
         site.Put(Keyspace::kDerived, graph::IndexDeltaKey(graph::kEdgeIndex, 1 << 30, 0),
                  rows.back().value);
       },
       "index_runs", "beyond the position of its keyspace"},
      {"AnIndexIsUnknown", [](Site& site) { site.Put(Keyspace::kDerived, "I\x63m", ""); },
       "index_runs", "unknown number 99"},
      {"AStatementIsNotFoundFromItsOlderEnd",
       [](Site& site) {
         WithEdge(site, EdgeType::kStatement, EdgeForm::kFromTarget,
                  [](auto& writer, EdgeEntry, const storage::Row& row) { writer.Erase(row.key); });
       },
       "statements", "is not found from its older end"},
      {"AnEntryLeadsToNoStatement",
       [](Site& site) {
         WithEdge(site, EdgeType::kStatement, EdgeForm::kFromTarget,
                  [](auto& writer, EdgeEntry entry, const storage::Row& row) {
                    entry.other = graph::MakeExhibitNumber(99999, 0);
                    writer.Put(EdgeEntryKey(entry), row.value);
                  });
       },
       "index_entries", "leads to no statement"},
      {"AnEdgeIsFoundFromOneEndOnly",
       [](Site& site) {
         WithEdge(site, EdgeType::kExhibitInWeapon, EdgeForm::kFromTarget,
                  [](auto& writer, EdgeEntry, const storage::Row& row) { writer.Erase(row.key); });
       },
       "index_entries", "is not found from its other end"},
      {"AnEdgeIsFoundFromItsTargetOnly",
       [](Site& site) {
         WithEdge(site, EdgeType::kRecordInEvent, EdgeForm::kFromSource,
                  [](auto& writer, EdgeEntry, const storage::Row& row) { writer.Erase(row.key); });
       },
       "index_entries", "is not found from its other end"},
      {"AMembershipLeadsNowhere",
       [](Site& site) {
         WithEdge(site, EdgeType::kExhibitInWeapon, EdgeForm::kFromSource,
                  [](auto& writer, EdgeEntry entry, const storage::Row&) {
                    graph::EdgeWriter(&writer).Put(entry.type, entry.node,
                                                   graph::MakeExhibitNumber(99999, 0),
                                                   {entry.interval.from, graph::kOpenRevision});
                  });
       },
       "index_entries", "leads to what is not there"},
      {"AMembershipIsOfNothing",
       [](Site& site) {
         WithEdge(site, EdgeType::kRecordInEvent, EdgeForm::kFromSource,
                  [](auto& writer, EdgeEntry entry, const storage::Row&) {
                    graph::EdgeWriter(&writer).Put(entry.type, 99999, entry.other,
                                                   {1, graph::kOpenRevision});
                  });
       },
       "index_entries", "is of something that is not there"},
      {"MembershipsOverlap",
       [](Site& site) {
         WithEdge(site, EdgeType::kExhibitInWeapon, EdgeForm::kFromSource,
                  [](auto& writer, EdgeEntry entry, const storage::Row&) {
                    graph::EdgeWriter edges(&writer);
                    edges.Put(entry.type, entry.node, entry.other, {1, graph::kOpenRevision});
                    edges.Put(entry.type, entry.node, entry.other, {2, graph::kOpenRevision});
                  });
       },
       "index_entries", "holds at the same time as the one before it"},
      {"AMembershipEndsBeforeItBegins",
       [](Site& site) {
         WithEdge(site, EdgeType::kExhibitInWeapon, EdgeForm::kFromSource,
                  [](auto& writer, EdgeEntry entry, const storage::Row&) {
                    graph::EdgeWriter(&writer).Put(entry.type, entry.node, entry.other, {3, 2});
                  });
       },
       "index_entries", "holds in no time"},
      {"AWeaponStateLiesInTheFuture",
       [](Site& site) {
         WithEdge(site, EdgeType::kWeaponState, EdgeForm::kHistory,
                  [](auto& writer, EdgeEntry entry, const storage::Row& row) {
                    graph::EdgeWriter(&writer).PutHistory(entry.type, entry.node, 100000,
                                                          row.value);
                  });
       },
       "index_entries", "or in the future"},
      {"AComponentForgetsAMember",
       [](Site& site) {
         WithEdge(site, EdgeType::kExhibitInComponent, EdgeForm::kMember,
                  [](auto& writer, EdgeEntry, const storage::Row& row) { writer.Erase(row.key); });
       },
       "index_entries", "does not know it as a member"},
      {"AMemberForgetsItsComponent",
       [](Site& site) {
         WithEdge(site, EdgeType::kRecordInComponent, EdgeForm::kValue,
                  [](auto& writer, EdgeEntry, const storage::Row& row) { writer.Erase(row.key); });
       },
       "index_entries", "is not where its member says that it is"},
      {"AComponentNumberWasNotGivenOut",
       [](Site& site) {
         WithEdge(site, EdgeType::kRecordInComponent, EdgeForm::kMember,
                  [](auto& writer, EdgeEntry entry, const storage::Row&) {
                    graph::EdgeWriter(&writer).PutMember(entry.type, 100000, entry.other);
                  });
       },
       "index_entries", "a number that was not given out yet"},
      {"AFirearmIsNotThere",
       [](Site& site) {
         std::string key =
             "\x01"
             "AB123";
         base::AppendBe64(&key, graph::MakeExhibitNumber(99999, 0));
         base::AppendBe64(&key, 1);
         site.EditIndex(graph::kFirearmIndex,
                        [&](graph::SortedRunWriter& writer) { writer.Put(key, ""); });
       },
       "index_entries", "the index of firearms leads to exhibit 99999.0"},
      {"ALeadIsOfWhatIsNotThere",
       [](Site& site) {
         site.EditIndex(graph::kEdgeIndex, [](graph::SortedRunWriter& writer) {
           graph::EdgeWriter(&writer).PutRanked(EdgeType::kLead,
                                                {.rank = 7,
                                                 .source = graph::MakeExhibitNumber(99999, 0),
                                                 .target = graph::MakeExhibitNumber(1, 0),
                                                 .payload = std::string(8, '\0')});
         });
       },
       "index_entries", "the lead of exhibit 99999.0 and exhibit 1.0"},
      {"AnActIsOnWhatIsNotThere",
       [](Site& site) { PutMember(site, EdgeType::kAnalystAct, 5, 100000); }, "index_entries",
       "the day of an analyst"},
      {"NewsAreOfWhatIsNotThere",
       [](Site& site) {
         PutNews(site, 1, [](stored::v1::RevisionNews& news) {
           news.add_exhibits(graph::MakeExhibitNumber(99999, 0));
         });
       },
       "news", "name exhibit 99999.0, which no record has"},
      {"AnEnquiryIsFoundThatIsNotThere",
       [](Site& site) { PutMember(site, EdgeType::kEnquiry, 5, 100000); }, "index_entries",
       "the place of an enquiry"},
      {"AnEnquiryIsFoundWhereItIsNot",
       [](Site& site) { PutMember(site, EdgeType::kEnquiry, 5, 1); }, "rebuilt_edges",
       "where the enquiry or reply of record 1 is found"},
      {"AMeetingsActionIsFoundThatIsNotThere",
       [](Site& site) { PutMember(site, EdgeType::kMeetingAction, 5, 100000); }, "index_entries",
       "the place of a meeting's action"},
      {"AMeetingsActionIsFoundWhereItIsNot",
       [](Site& site) { PutMember(site, EdgeType::kMeetingAction, 5, 1); }, "rebuilt_edges",
       "where the meeting's action of record 1 is found"},
      {"AQueryIsMetByWhatIsNotThere",
       [](Site& site) {
         PutNews(site, 1, [](stored::v1::RevisionNews& news) {
           news.add_query_matches(1);
           news.add_query_matches(graph::MakeExhibitNumber(99999, 0));
         });
       },
       "news", "name exhibit 99999.0, which no record has"},
      {"NewsAreOfARecordThatIsNotThere",
       [](Site& site) {
         PutNews(site, 1, [](stored::v1::RevisionNews& news) { news.add_seizures(99999); });
       },
       "news", "name record 99999, which is not there"},
      {"NewsAreOfAFutureThatIsNotDerived",
       [](Site& site) {
         PutNews(site, 100000, [](stored::v1::RevisionNews& news) {
           news.add_exhibits(graph::MakeExhibitNumber(1, 0));
         });
       },
       "news", "are of a revision that is not derived"},
      {"AnEntryIsOfAnUnknownType",
       [](Site& site) {
         site.EditIndex(graph::kEdgeIndex, [](graph::SortedRunWriter& writer) {
           graph::EdgeWriter(&writer).PutValue(static_cast<EdgeType>(99), 1, "");
         });
       },
       "index_entries", "of an unknown kind"},
  };
}

std::vector<Damage> DamageOfDerivation() {
  return {
      {"ARecordIsDescribedOtherwise",
       [](Site& site) {
         ChangeRecord(site, 1, [](RecordState& state) {
           state.mutable_exhibits(0)->mutable_facts()->set_make("other");
         });
       },
       "rebuilt_records", "the state of record 1 is not as it follows from the log"},
      {"AVerdictIsAnother",
       [](Site& site) {
         ChangeStatement(
             site, [](Statement& statement) { statement.set_verdict(statement.verdict() + 1); });
       },
       "rebuilt_statements", "is not as it follows from the log"},
      {"AStatementIsGone",
       [](Site& site) { site.Erase(Keyspace::kDerived, AnyStatement(site).key); },
       "rebuilt_statements", "follows from the log and is missing"},
      {"AWeaponHasAnotherCount",
       [](Site& site) {
         WithEdge(site, EdgeType::kWeaponState, EdgeForm::kHistory,
                  [](auto& writer, EdgeEntry entry, const storage::Row& row) {
                    WeaponState state;
                    ASSERT_TRUE(state.ParseFromString(row.value));
                    state.set_incident_count(state.incident_count() + 1);
                    graph::EdgeWriter(&writer).PutHistory(
                        entry.type, entry.node, entry.interval.from, state.SerializeAsString());
                  });
       },
       "rebuilt_edges", "the state of the weapon of exhibit"},
      {"AMembershipIsGoneFromBothEnds",
       [](Site& site) {
         WithEdge(site, EdgeType::kExhibitInWeapon, EdgeForm::kFromSource,
                  [](auto& writer, EdgeEntry entry, const storage::Row& row) {
                    writer.Erase(row.key);
                    entry.form = EdgeForm::kFromTarget;
                    std::swap(entry.node, entry.other);
                    writer.Erase(EdgeEntryKey(entry));
                  });
       },
       "rebuilt_edges", "follows from the log and is missing"},
      {"ALeadTooMany",
       [](Site& site) {
         site.EditIndex(graph::kEdgeIndex, [](graph::SortedRunWriter& writer) {
           graph::EdgeWriter(&writer).PutRanked(EdgeType::kLead,
                                                {.rank = 7,
                                                 .source = graph::MakeExhibitNumber(2, 0),
                                                 .target = graph::MakeExhibitNumber(1, 0),
                                                 .payload = std::string(8, '\0')});
         });
       },
       "rebuilt_edges", "the lead between exhibit 2.0 and exhibit 1.0 does not follow"},
      {"NewsAreGone",
       [](Site& site) {
         site.Erase(Keyspace::kDerived, site.Rows(Keyspace::kDerived, "W").back().key);
       },
       "rebuilt_news", "follows from the log and is missing"},
      {"AnIdTooMany",
       [](Site& site) {
         site.EditIndex(graph::kIdIndex, [](graph::SortedRunWriter& writer) {
           writer.Put(graph::IdIndexKey(graph::PublicId(77)), graph::EncodeIdTarget({1, {}}));
         });
       },
       "rebuilt_ids", "does not follow from the log"},
      {"AFirearmIsNotFound",
       [](Site& site) {
         const std::string key = site.Entries(graph::kFirearmIndex, "").front().key;
         site.EditIndex(graph::kFirearmIndex,
                        [&](graph::SortedRunWriter& writer) { writer.Erase(key); });
       },
       "rebuilt_firearms", "an entry of the index of firearms for exhibit"},
      {"AnExhibitIsInAnotherComponent",
       [](Site& site) {
         WithEdge(site, EdgeType::kExhibitInComponent, EdgeForm::kMember,
                  [](auto& writer, EdgeEntry entry, const storage::Row&) {
                    graph::EdgeWriter edges(&writer);
                    edges.EraseMember(entry.type, entry.node, entry.other);
                    edges.PutMember(entry.type, entry.node + 1, entry.other);
                    std::string value;
                    base::AppendBe64(&value, entry.node + 1);
                    edges.PutValue(entry.type, entry.other, value);
                  });
       },
       "rebuilt_exhibit_components", "with others than it should be"},
      {"ARecordIsInNoComponent",
       [](Site& site) {
         WithEdge(site, EdgeType::kRecordInComponent, EdgeForm::kMember,
                  [](auto& writer, EdgeEntry entry, const storage::Row& row) {
                    writer.Erase(row.key);
                    EdgeEntry value = entry;
                    value.form = EdgeForm::kValue;
                    value.node = entry.other;
                    writer.Erase(EdgeEntryKey(value));
                  });
       },
       "rebuilt_record_components", "is in a component and has none"},
      {"AnotherGenerationDerivedIt",
       [](Site& site) {
         ChangePosition(site, [](DeriverPosition& position) { position.set_generation(77); });
       },
       "rebuild", "derived by generation 77"},
      {"AnotherPolicyDerivedIt",
       [](Site& site) {
         ChangePosition(site, [](DeriverPosition& position) { position.set_policy_digest(77); });
       },
       "rebuild", "another policy"},
      {"TheDeriverCannotReadTheLog",
       [](Site& site) {
         ChangeEntry(site, 5, [](LogEntry& entry) { entry.set_feed_message("\xFF"); });
       },
       "rebuild", "cannot go on behind revision"},
  };
}

}  // namespace serieslink::fsck
