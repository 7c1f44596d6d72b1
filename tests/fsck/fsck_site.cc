#include "tests/fsck/fsck_site.h"

#include <algorithm>
#include <future>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "serieslink/stored/v1/rejects.pb.h"
#include "serieslink/stored/v1/store_info.pb.h"
#include "services/fsck/rebuild.h"
#include "services/ingest/prepare.h"
#include "services/ingest/reject_rows.h"
#include "services/summary/public_summary_rows.h"
#include "storage/fsck/fsck.h"
#include "storage/graph/commit_builder.h"
#include "storage/graph/edges.h"
#include "storage/graph/graph_values.h"
#include "storage/graph/graph_writer.h"
#include "storage/graph/row_checksum.h"
#include "storage/memory/memory_store.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
// In the past, so that idle waits end at once.
absl::Time Now() { return kNow; }

const std::string& Secret() {
  static const auto* const secret = new std::string(graph::IdKey::kSecretBytes, 'k');
  return *secret;
}

int Below(std::mt19937_64& random, int bound) {
  return static_cast<int>(random() % static_cast<unsigned>(bound));
}

struct Message {
  std::string agency;
  feed::v1::FeedMessage message;
};

Message ForceRecord(int number, int version, std::mt19937_64& random) {
  Message made;
  made.agency = "kent";
  auto& record = *made.message.mutable_force();
  record.set_system("S");
  record.set_record_id(absl::StrCat("F", number));
  record.set_version(version);
  record.set_record_type("INCIDENT");
  record.add_crime_references(absl::StrCat(100 + Below(random, 8), "/17"));
  record.set_occurred(absl::StrCat("2017-03-0", 1 + Below(random, 3)));
  record.mutable_marking()->set_visibility("OPEN");
  const int guns = 1 + Below(random, 2);
  for (int i = 0; i < guns; ++i) {
    auto& gun = *record.add_guns();
    if (guns > 1) gun.set_reference(absl::StrCat("G", i + 1));
    gun.add_serials()->set_text(absl::StrCat("KX99", 100 + Below(random, 6)));
    gun.set_make("Glock");
  }
  return made;
}

Message Comparison(int number, int version, std::mt19937_64& random) {
  Message made;
  made.agency = "nabis";
  auto& entry = *made.message.mutable_nabis();
  entry.set_entry_id(absl::StrCat("C", number));
  entry.set_version(version);
  auto& comparison = *entry.mutable_comparison();
  for (auto* end : {comparison.mutable_first(), comparison.mutable_second()}) {
    end->set_agency("kent");
    end->set_source_system("S");
    end->set_source_id(absl::StrCat("F", Below(random, 20)));
    if (Below(random, 2) == 0) end->set_exhibit_reference("G1");
  }
  comparison.set_channel("CASE");
  comparison.set_verdict(Below(random, 4) == 0 ? "ELIMINATED" : "CONFIRMED");
  comparison.set_stage("MICROSCOPE");
  comparison.set_examined("2017-06-01");
  entry.mutable_marking()->set_visibility("OPEN");
  return made;
}

}  // namespace

Site::Site()
    : store_(storage::NewMemoryStore()),
      graph_(store_.get()),
      ids_(graph::IdKey::Create(Secret()).value()),
      recent_(50) {
  stored::v1::StoreInfo info;
  info.set_format_version(1);
  info.set_id_key(Secret());
  info.set_token_key(Secret());
  info.set_reject_key(Secret());
  PutWithChecksum(Keyspace::kMeta, graph::StoreInfoKey(), info.SerializeAsString());
  for (const char* agency : {"kent", "nabis"}) {
    stored::v1::RejectHead reject;
    reject.set_agency(agency);
    reject.set_public_id(kRejectOfKent.value());
    reject.set_order(5);
    reject.set_received_count(2);
    reject.set_sealed_details("sealed details");
    PutWithChecksum(Keyspace::kRejects, ingest::RejectHeadKey(agency, kRejectOfKent),
                    reject.SerializeAsString());
    PutWithChecksum(Keyspace::kRejects, ingest::RejectMessageKey(agency, kRejectOfKent), "sealed");
    stored::v1::RejectTotals totals;
    totals.set_dropped_count(3);
    PutWithChecksum(Keyspace::kRejects, ingest::RejectTotalsKey(agency),
                    totals.SerializeAsString());
  }
  stored::v1::IssuedPublicSummary issued;
  issued.mutable_edition()->set_name("2026Q2-1");
  issued.set_issuer("statistician");
  PutWithChecksum(Keyspace::kMeta, summary::EditionKey("2026Q2", 1), issued.SerializeAsString());
  stored::v1::PublicSummaryFiles files;
  files.mutable_summary()->set_agency("mps");
  PutWithChecksum(Keyspace::kMeta, summary::EditionFilesKey("2026Q2", 1),
                  files.SerializeAsString());
  stored::v1::ProposedPublicSummary proposal;
  proposal.set_agency("mps");
  PutWithChecksum(Keyspace::kMeta, summary::ProposalKey("2026Q3"), proposal.SerializeAsString());
  committer_ = std::make_unique<ingest::Committer>(
      store_.get(), &recent_, &ids_, Now, [](const graph::LogBatch&) {},
      [] { ADD_FAILURE() << "the log failed"; });
  EXPECT_TRUE(committer_->Start().ok());
  StartDeriver();
}

Site::~Site() { Stop(); }

void Site::StartDeriver() {
  deriver_ = std::make_unique<linkage::Deriver>(
      store_.get(), &graph_, &recent_, &ids_, linkage::RuleSet::Serving(),
      linkage::ConfirmationPolicy(), Now,
      [](bool follows) { EXPECT_TRUE(follows) << "the deriver failed"; });
  EXPECT_TRUE(deriver_->Start().ok());
}

void Site::WaitForDeriver() {
  const auto latest = store_->WaitForPosition(Keyspace::kLog, 0, absl::InfinitePast()).value();
  for (storage::Position seen = 0; graph_.NewReader()->Position()->revision() < latest;) {
    seen = store_->WaitForPosition(Keyspace::kDerived, seen + 1, absl::InfiniteFuture()).value();
  }
}

void Site::RestartDeriver() {
  deriver_->Stop();
  StartDeriver();
}

void Site::Stop() {
  committer_->Stop();
  deriver_->Stop();
}

void Site::Ingest(int count, std::mt19937_64& random) {
  for (const int end = next_record_ + count; next_record_ < end;) {
    std::vector<ingest::PreparedMessage> prepared;
    const int batch_end = std::min(end, next_record_ + 1 + Below(random, 8));
    std::string agency;  // of the first message
    for (; next_record_ < batch_end; ++next_record_) {
      // Some are a later version of a record that came before, some a stale one.
      const bool is_new = next_record_ < 5 || Below(random, 4) != 0;
      const int number = is_new ? next_record_ : Below(random, next_record_);
      const int version = is_new ? 2 : 1 + Below(random, 5);
      const Message message = number % 3 == 2 ? Comparison(number, version, random)
                                              : ForceRecord(number, version, random);
      if (agency.empty()) agency = message.agency;
      ingest::v1::BatchWire batch;
      batch.set_agency(message.agency);
      batch.add_messages(message.message.SerializeAsString());
      for (auto& one :
           ingest::PrepareBatch(std::move(batch), {message.agency, "feed"}, {}, ids_, kNow)) {
        prepared.push_back(std::move(one));
      }
    }
    std::promise<std::vector<ingest::v1::Acknowledgement>> answer;
    committer_->Submit(std::move(prepared), [&](auto acknowledgements, auto) {
      answer.set_value(std::move(acknowledgements).value());
    });
    const auto acknowledgements = answer.get_future().get();
    const auto id = graph::ParsePublicId(acknowledgements.front().record_id());
    if (!id.ok() || Below(random, 10) != 0) continue;
    std::promise<void> withdrawn;
    committer_->Withdraw(
        {.public_id = id->id, .sender = {agency, "feed"}, .source_version = {}, .reason = "test"},
        [&](auto, auto) { withdrawn.set_value(); });
    withdrawn.get_future().wait();
  }
  WaitForDeriver();
}

void Site::MakeRuns() {
  graph::SortedRunOptions options;
  options.level0_entries = 40;
  options.fan_out = 2;
  options.block_bytes = 200;
  options.chunk_entries = 24;
  const auto ids = Entries(graph::kIdIndex, "");
  const auto edges = Entries(graph::kEdgeIndex, "");
  auto id_writer = graph::SortedRunWriter::Open(store_.get(), graph::kIdIndex, options).value();
  auto edge_writer = graph::SortedRunWriter::Open(store_.get(), graph::kEdgeIndex, options).value();
  for (std::size_t i = 0; i < 4 * std::max(ids.size(), edges.size()); i += 7) {
    for (std::size_t j = i; j < i + 7; ++j) {
      id_writer->Put(ids[j % ids.size()].key, ids[j % ids.size()].value);
      edge_writer->Put(edges[j % edges.size()].key, edges[j % edges.size()].value);
    }
    graph::CommitBuilder commit(Keyspace::kDerived);
    const auto base = store_->WaitForPosition(Keyspace::kDerived, 0, absl::InfinitePast()).value();
    ASSERT_TRUE(id_writer->AppendTo(&commit, base + 1).ok());
    ASSERT_TRUE(edge_writer->AppendTo(&commit, base + 1).ok());
    ASSERT_TRUE(store_->Apply(commit.Build(base, storage::Durability::kBuffered)).ok());
  }
  ASSERT_GE(id_writer->stats().runs, 1u);
  ASSERT_GE(edge_writer->stats().runs, 2u);
}

Report Site::CheckRows() {
  Report report(1000);
  const auto snapshot = store_->NewSnapshot().value();
  EXPECT_TRUE(CheckStore(*snapshot, report).ok());
  return report;
}

Report Site::Check() {
  Report report = CheckRows();
  const auto scratch = storage::NewMemoryStore();
  const absl::Status status = CheckRebuild(*store_, *scratch, {}, Now, report);
  EXPECT_TRUE(status.ok()) << status;
  return report;
}

std::string Site::Get(Keyspace keyspace, const std::string& key) {
  return store_->NewSnapshot().value()->Get(keyspace, key).value().value();
}

void Site::Apply(storage::Commit commit) {
  commit.base = store_->WaitForPosition(commit.keyspace, 0, absl::InfinitePast()).value();
  const auto applied = store_->Apply(commit);
  ASSERT_TRUE(applied.ok()) << applied.status();
}

void Site::Put(Keyspace keyspace, const std::string& key, const std::string& value) {
  Apply({keyspace, 0, {{key, value}}, storage::Durability::kBuffered});
}

void Site::PutWithChecksum(Keyspace keyspace, const std::string& key, const std::string& value) {
  Apply({keyspace,
         0,
         {{key, value}, graph::ChecksumWrite(key, value)},
         storage::Durability::kBuffered});
}

void Site::Erase(Keyspace keyspace, const std::string& key) {
  Apply({keyspace, 0, {{key, std::nullopt}}, storage::Durability::kBuffered});
}

std::vector<storage::Row> Site::Rows(Keyspace keyspace, const std::string& prefix) {
  storage::ScanOptions all;
  all.rows_max = storage::kScanRowsMax;
  return store_->NewSnapshot()
      .value()
      ->Scan(keyspace, storage::KeyRange::Prefix(prefix), all)
      .value()
      .rows;
}

std::vector<storage::Row> Site::Entries(const graph::SortedRunSpec& spec,
                                        const std::string& prefix) {
  const auto snapshot = store_->NewSnapshot().value();
  graph::SortedRunIndex index(spec);
  const auto view = index.View(*snapshot).value();
  return view.Scan(storage::KeyRange::Prefix(prefix), storage::kScanRowsMax).value().entries;
}

void Site::EditIndex(const graph::SortedRunSpec& spec,
                     const std::function<void(graph::SortedRunWriter&)>& edit) {
  const auto writer = graph::SortedRunWriter::Open(store_.get(), spec, {}).value();
  edit(*writer);
  graph::CommitBuilder commit(spec.keyspace);
  const auto base = store_->WaitForPosition(spec.keyspace, 0, absl::InfinitePast()).value();
  ASSERT_TRUE(writer->AppendTo(&commit, base + 1).ok());
  ASSERT_TRUE(store_->Apply(commit.Build(base, storage::Durability::kBuffered)).ok());
}

}  // namespace serieslink::fsck
