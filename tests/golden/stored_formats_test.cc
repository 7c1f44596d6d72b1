// Pins every byte layout that is stored: keys, the fields of stored messages, and all rows that a
// small history of the log and of what is derived leaves in a store. docs/formats explains them.

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "serieslink/stored/v1/index.pb.h"
#include "serieslink/stored/v1/log.pb.h"
#include "serieslink/stored/v1/news.pb.h"
#include "serieslink/stored/v1/public_summary.pb.h"
#include "serieslink/stored/v1/rejects.pb.h"
#include "serieslink/stored/v1/store_info.pb.h"
#include "storage/base/text.h"
#include "storage/graph/edge_entry.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/graph_values.h"
#include "storage/graph/graph_writer.h"
#include "storage/graph/keys.h"
#include "storage/graph/log.h"
#include "storage/graph/news_rows.h"
#include "storage/graph/row_checksum.h"
#include "storage/memory/memory_store.h"
#include "tests/golden/golden_file.h"

namespace serieslink::graph {
namespace {

using storage::Keyspace;

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(AbslView(bytes)); }

TEST(StoredFormatsTest, Keys) {
  const StatementKey statement{.newer = MakeExhibitNumber(3, 1),
                               .older = MakeExhibitNumber(2, 0),
                               .channel = 1,
                               .statement = 0x0123456789ABCDE,
                               .from = 9};
  std::string text;
  auto add = [&text](std::string_view name, std::string_view key) {
    absl::StrAppend(&text, AbslView(name), " = ", Hex(key), "\n");
  };
  add("StoreInfoKey()", StoreInfoKey());
  add("LogEntryKey(258)", LogEntryKey(258));
  add("CommitHeaderKey(7)", CommitHeaderKey(7));
  add("DeriverPositionKey()", DeriverPositionKey());
  add("ChecksumKey(CommitHeaderKey(7))", ChecksumKey(CommitHeaderKey(7)));
  add("ChecksumOf(\"as written\")", ChecksumOf("as written"));
  add("RecordStateKey(3)", RecordStateKey(3));
  add("EncodeStatementKey(...)", EncodeStatementKey(statement));
  add("IndexManifestKey(kIdIndex)", IndexManifestKey(kIdIndex));
  add("IndexDeltaKey(kEdgeIndex, 9, 0)", IndexDeltaKey(kEdgeIndex, 9, 0));
  add("IndexBlockKey(kEdgeIndex, 4, 2)", IndexBlockKey(kEdgeIndex, 4, 2));
  add("IndexChunkKey(kEdgeIndex, 4, 1)", IndexChunkKey(kEdgeIndex, 4, 1));
  add("IdIndexKey(...)", IdIndexKey(PublicId(0x0123456789ABCDE)));
  add("EncodeIdTarget({3, none})", EncodeIdTarget({3, std::nullopt}));
  add("EncodeIdTarget({3, 1})", EncodeIdTarget({3, 1}));
  const auto firearm_key = [](FirearmOrder order, const std::vector<std::string_view>& parts) {
    std::string key;
    AppendFirearmKey(order, parts, MakeExhibitNumber(3, 1), 258, &key);
    return key;
  };
  add("FirearmKey(kSerial, AB12?4)", firearm_key(FirearmOrder::kSerial, {"AB12?4"}));
  add("FirearmKey(kReversedSerial, 4?21BA)",
      firearm_key(FirearmOrder::kReversedSerial, {"4?21BA"}));
  add("FirearmKey(kMake, GLOCK, 17)", firearm_key(FirearmOrder::kMake, {"GLOCK", "17"}));
  add("FirearmKey(kPlace, mps, MPS, E09000014, none)",
      firearm_key(FirearmOrder::kPlace, {"mps", "MPS", "E09000014", ""}));
  add("FirearmKey(kLoss, sAB12, b3a1)", firearm_key(FirearmOrder::kLoss, {"sAB12", "b3a1"}));
  add("FirearmKey(kBorder, pGBDVR, b3a1)", firearm_key(FirearmOrder::kBorder, {"pGBDVR", "b3a1"}));
  add("EncodeFirearmFacets(...)", EncodeFirearmFacets({.kind = 1,
                                                       .types = 1u << 1,
                                                       .make = FirearmFingerprint("GLOCK"),
                                                       .model = FirearmFingerprint("17"),
                                                       .calibre = FirearmFingerprint("9x19 mm"),
                                                       .agency = FirearmFingerprint("mps"),
                                                       .police_force = FirearmFingerprint("MPS"),
                                                       .borough = FirearmFingerprint("E09000014"),
                                                       .ward = 0,
                                                       .earliest_day = FirearmEarliestDay(0),
                                                       .latest_day = FirearmLatestDay(86'399)}));
  EdgeEntry lead;
  lead.type = EdgeType::kLead;
  lead.form = EdgeForm::kRanked;
  lead.rank = 258;
  lead.node = MakeExhibitNumber(3, 1);
  lead.other = MakeExhibitNumber(2, 0);
  add("EdgeEntryKey(kLead, 258)", EdgeEntryKey(lead));
  add("EncodeNewsKey({258, 3})", EncodeNewsKey({258, 3}));
  ExpectGolden("keys.txt", text);

  EXPECT_EQ(*ParseStatementKey(EncodeStatementKey(statement)), statement);
  EXPECT_EQ(ParseStatementKey(RecordStateKey(3)).status().code(), absl::StatusCode::kDataLoss);
}

// One line a field: what its bytes on disk depend on.
TEST(StoredFormatsTest, Messages) {
  std::vector<std::string> lines;
  for (const google::protobuf::FileDescriptor* file :
       {stored::v1::DeriverPosition::descriptor()->file(),
        stored::v1::IndexManifest::descriptor()->file(), stored::v1::LogEntry::descriptor()->file(),
        stored::v1::IssuedPublicSummary::descriptor()->file(),
        stored::v1::RejectHead::descriptor()->file(),
        stored::v1::RevisionNews::descriptor()->file(),
        stored::v1::StoreInfo::descriptor()->file()}) {
    for (int m = 0; m < file->message_type_count(); ++m) {
      const google::protobuf::Descriptor* message = file->message_type(m);
      for (int f = 0; f < message->field_count(); ++f) {
        const google::protobuf::FieldDescriptor* field = message->field(f);
        lines.push_back(absl::StrCat(message->name(), " ", field->number() < 10 ? "0" : "",
                                     field->number(), " ", field->name(),
                                     field->is_repeated()    ? " repeated "
                                     : field->has_presence() ? " one "
                                                             : " ",
                                     field->message_type() != nullptr
                                         ? field->message_type()->full_name()
                                         : std::string(field->type_name())));
      }
    }
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
  ExpectGolden("stored_messages.txt", text);
}

LogItem MakeItem(RecordNumber record) {
  LogItem item;
  item.entry.set_record_number(record);
  item.entry.set_public_id(0x100 + record);
  item.entry.set_received_time_us(1'790'000'000'000'000);
  item.entry.set_agency("mps");
  item.entry.set_principal("feed");
  item.entry.set_source_system("s");
  item.entry.set_source_id(absl::StrCat("r", record));
  item.entry.set_source_version(1);
  item.entry.set_feed_message("as received");
  return item;
}

// One step of a deriver for record `record`, which is the same weapon as the record before.
void DeriveStep(GraphWriter& writer, RecordNumber record) {
  stored::v1::RecordState state;
  state.set_public_id(0x100 + record);
  state.set_agency("mps");
  auto* version = state.add_versions();
  version->set_sequence(record);
  version->set_from_revision(record);
  state.add_exhibits()->set_public_id(0x100 + record);
  writer.PutRecord(record, state);
  writer.PutId(PublicId(0x100 + record), record, 0);
  const ExhibitNumber exhibit = MakeExhibitNumber(record, 0);
  const ExhibitNumber first = MakeExhibitNumber(1, 0);
  if (record > 1) {
    stored::v1::Statement statement;
    statement.set_newer_exhibit(exhibit);
    statement.set_older_exhibit(first);
    statement.set_channel(1);
    statement.set_public_id(0x200 + record);
    statement.set_from_revision(record);
    writer.PutStatement(statement);
    stored::v1::WeaponState weapon;
    weapon.set_exhibit_count(static_cast<std::uint32_t>(record));
    writer.PutWeaponState(first, record, weapon);
    if (record > 2) {
      weapon.set_exhibit_count(static_cast<std::uint32_t>(record - 1));
      weapon.set_to_revision(record);
      writer.PutWeaponState(first, record - 1, weapon);
    }
  }
  writer.SetComponent(NodeType::kExhibit, exhibit, 1);
  writer.SetComponentMember(NodeType::kExhibit, 1, exhibit, true);
  stored::v1::Membership membership;
  membership.set_root(first);
  writer.PutMembership(NodeType::kExhibit, exhibit, record, membership);
  if (record == 9) {
    stored::v1::RevisionNews news;
    for (std::uint64_t i = 1; i <= 65; ++i) news.add_exhibits(MakeExhibitNumber(1, 0) + i);
    news.add_lead_exhibits(exhibit);
    news.add_lead_exhibits(first);
    writer.PutNews(record, news);
  }
  if (record == 10) {
    stored::v1::RevisionNews news;
    news.add_seizures(record);
    news.add_enquiries(record);
    for (const std::uint64_t number : {record, exhibit}) news.add_query_matches(number);
    for (const std::uint64_t number : {record, RecordNumber{1}}) news.add_same_guns(number);
    writer.edges().PutMember(EdgeType::kEnquiry, 77, record);
    writer.PutNews(record, news);
  }
  stored::v1::DeriverPosition position;
  position.set_revision(record);
  position.set_sequence(record);
  position.set_generation(1);
  writer.SetPosition(position);
}

TEST(StoredFormatsTest, Store) {
  const auto store = storage::NewMemoryStore();
  const auto log = LogWriter::Open(store.get(), nullptr).value();
  SortedRunOptions options;
  options.level0_entries = 20;
  options.fan_out = 2;
  options.block_bytes = 100;
  options.chunk_entries = 12;
  const auto writer = GraphWriter::Open(store.get(), options).value();
  for (RecordNumber record = 1; record <= 16; ++record) {
    std::vector<LogItem> items;
    items.push_back(MakeItem(record));
    ASSERT_TRUE(log->Append(std::move(items), absl::FromUnixSeconds(1'790'000'000)).ok());
    DeriveStep(*writer, record);
    ASSERT_TRUE(writer->Commit().ok());
  }
  // Begins a merge, so that one is under way in the manifest.
  ASSERT_TRUE(writer->Commit().ok());

  std::string text;
  const auto snapshot = store->NewSnapshot().value();
  for (const Keyspace keyspace : {Keyspace::kMeta, Keyspace::kLog, Keyspace::kDerived}) {
    storage::ScanOptions scan;
    scan.rows_max = storage::kScanRowsMax;
    const auto page = snapshot->Scan(keyspace, {}, scan).value();
    for (const storage::Row& row : page.rows) {
      absl::StrAppend(&text, static_cast<int>(keyspace), " ", Hex(row.key), " = ", Hex(row.value),
                      "\n");
    }
  }
  ExpectGolden("store.txt", text);
}

}  // namespace
}  // namespace serieslink::graph
