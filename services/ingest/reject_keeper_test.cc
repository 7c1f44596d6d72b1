#include "services/ingest/reject_keeper.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "storage/memory/memory_store.h"

namespace serieslink::ingest {
namespace {

using graph::PublicId;
using storage::Keyspace;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RejectKeeperTest : public testing::Test {
 protected:
  RejectKeeperTest() : store_(storage::NewMemoryStore()) { Open(); }

  void Open(RejectLimits limits = {}) {
    keeper_.reset();
    RejectKeeper::Options options;
    options.key = std::string(32, 'k');
    options.limits = limits;
    options.now = [this] { return absl::FromUnixSeconds(now_s_.load()); };
    options.salt = [this]() -> absl::StatusOr<std::string> {
      std::string salt(base::SealingKey::kSaltBytes, '\0');
      const std::uint64_t count = ++salts_;
      salt.replace(0, sizeof(count), reinterpret_cast<const char*>(&count), sizeof(count));
      return salt;
    };
    keeper_ = std::make_unique<RejectKeeper>(store_.get(), std::move(options));
    ASSERT_TRUE(keeper_->Start().ok());
  }

  PreparedMessage Rejected(const std::string& agency, const std::string& bytes,
                           std::uint64_t record = 0, std::optional<std::uint64_t> version = {}) {
    PreparedMessage message;
    stored::v1::LogEntry& entry = message.item.entry;
    entry.set_received_time_us(now_s_ * 1'000'000);
    entry.set_agency(agency);
    entry.set_principal("feed");
    entry.set_feed_message(bytes);
    if (record != 0) {
      entry.set_source_system("NICHE");
      entry.set_source_id(absl::StrCat("source ", record));
      message.public_id = PublicId(record);
    }
    if (version.has_value()) entry.set_source_version(*version);
    message.feed = "force";
    v1::FieldViolation& violation = message.violations.emplace_back();
    violation.set_field("force.occurred");
    violation.set_reason(type::v1::ERROR_REASON_DATE_MALFORMED);
    return message;
  }

  void Keep(PreparedMessage message) {
    std::vector<PreparedMessage> messages;
    messages.push_back(std::move(message));
    keeper_->Keep(std::move(messages));
  }

  void Accept(const std::string& agency, std::uint64_t record, std::optional<std::uint64_t> version,
              bool is_stale = false) {
    graph::LogBatch batch;
    stored::v1::LogEntry& entry = batch.items.emplace_back().entry;
    entry.set_agency(agency);
    entry.set_public_id(record);
    entry.set_feed_message("accepted");
    entry.set_is_stale(is_stale);
    if (version.has_value()) entry.set_source_version(*version);
    keeper_->Accepted(batch);
  }

  // The messages kept of an agency, the latest first.
  std::vector<std::string> Kept(const std::string& agency) {
    RejectKeeper::Query query;
    query.with_messages = true;
    const auto page = keeper_->List(agency, query);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> messages;
    for (const v1::Reject& reject : page->rejects) messages.push_back(reject.unreadable());
    return messages;
  }

  std::string AllRows() {
    std::string rows;
    storage::ScanOptions scan;
    scan.rows_max = storage::kScanRowsMax;
    const auto page = store_->NewSnapshot().value()->Scan(Keyspace::kRejects, {}, scan).value();
    for (const storage::Row& row : page.rows) absl::StrAppend(&rows, row.key, row.value);
    return rows;
  }

  std::unique_ptr<storage::Store> store_;
  std::atomic<std::int64_t> now_s_ = 1'790'000'000;
  std::atomic<std::uint64_t> salts_ = 0;
  std::unique_ptr<RejectKeeper> keeper_;
};

TEST_F(RejectKeeperTest, KeepsWhatWasRefusedForItsAgencyAloneAndAcrossARestart) {
  Keep(Rejected("kent", "\xFF first", 7, 3));
  Keep(Rejected("kent", "\xFF second"));
  Keep(Rejected("btp", "\xFF other"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Kept("kent"), ElementsAre("\xFF second", "\xFF first"));
    EXPECT_THAT(Kept("btp"), ElementsAre("\xFF other"));
    EXPECT_THAT(Kept("mps"), IsEmpty());
    const auto page = keeper_->List("kent", {});
    ASSERT_TRUE(page.ok());
    const v1::Reject& first = page->rejects.at(1);
    EXPECT_EQ(first.feed(), "force");
    EXPECT_EQ(first.source_system(), "NICHE");
    EXPECT_EQ(first.source_id(), "source 7");
    EXPECT_EQ(first.source_version(), 3u);
    EXPECT_EQ(first.principal(), "feed");
    EXPECT_EQ(first.message_bytes(), 7);
    EXPECT_EQ(first.content_case(), v1::Reject::CONTENT_NOT_SET) << "not asked for";
    ASSERT_EQ(first.violations_size(), 1);
    EXPECT_EQ(first.violations(0).field(), "force.occurred");
    // By its id for its agency, and for nobody else.
    const auto id = ParseRejectId(first.reject_id());
    ASSERT_TRUE(id.ok()) << first.reject_id();
    EXPECT_EQ(keeper_->Get("kent", *id).value()->unreadable(), "\xFF first");
    EXPECT_FALSE(keeper_->Get("btp", *id).value().has_value());
    EXPECT_EQ(keeper_->Delete("btp", {*id}).value(), 0);
    Open();
  }
}

TEST_F(RejectKeeperTest, NothingOfAMessageLiesInTheClear) {
  Keep(Rejected("kent", "\xFF serial AB12345", 7));
  const std::string rows = AllRows();
  for (const char* word : {"AB12345", "NICHE", "source 7", "force.occurred"}) {
    EXPECT_EQ(rows.find(word), std::string::npos) << word;
  }
}

TEST_F(RejectKeeperTest, TheSameBytesAgainAreOneRejectThatCounts) {
  Keep(Rejected("kent", "\xFF same"));
  Keep(Rejected("kent", "\xFF later"));
  now_s_ += 60;
  Keep(Rejected("kent", "\xFF same"));
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF same", "\xFF later"));
  const v1::Reject reject = keeper_->List("kent", {})->rejects.at(0);
  EXPECT_EQ(reject.received_count(), 2);
  EXPECT_EQ(reject.last_received_time().seconds() - reject.first_received_time().seconds(), 60);
  // Another agency's same bytes are another reject, under another id.
  Keep(Rejected("btp", "\xFF same"));
  EXPECT_NE(keeper_->List("btp", {})->rejects.at(0).reject_id(), reject.reject_id());
}

TEST_F(RejectKeeperTest, AnAcceptedMessageMendsTheRejectsOfItsRecord) {
  Keep(Rejected("kent", "\xFF a", 7, 3));
  Keep(Rejected("kent", "\xFF b", 8));
  Keep(Rejected("btp", "\xFF c", 7, 3));
  Accept("kent", 7, 2);
  Accept("kent", 7, 3, /*is_stale=*/true);
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF b", "\xFF a"));
  Accept("kent", 7, 3);
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF b")) << "at once";
  Open();
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF b")) << "and on disk";
  EXPECT_THAT(Kept("btp"), ElementsAre("\xFF c"));
  // Refused again after that: it is back, with its message.
  Keep(Rejected("kent", "\xFF a", 7, 3));
  Open();
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF a", "\xFF b"));
  EXPECT_EQ(keeper_->List("kent", {})->rejects.at(0).received_count(), 1);
}

TEST_F(RejectKeeperTest, TheOldestMakeRoomAndOldOnesExpire) {
  Open({.count_max = 2, .bytes_max = 1 << 20, .kept_days = 30});
  for (const char* message : {"\xFF 1", "\xFF 2", "\xFF 3"}) Keep(Rejected("kent", message));
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 3", "\xFF 2"));
  v1::RejectTotals totals = keeper_->Totals("kent");
  EXPECT_EQ(totals.kept_count(), 2);
  EXPECT_EQ(totals.quota_count(), 2);
  EXPECT_EQ(totals.dropped_count(), 1);
  EXPECT_EQ(totals.last_dropped_time().seconds(), now_s_);
  now_s_ += 29 * 86400;
  Keep(Rejected("kent", "\xFF 3"));
  now_s_ += 2 * 86400;
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 3")) << "gone before it is swept";
  Open();
  // The sweep of the start has been committed when a later commit is.
  Keep(Rejected("btp", "\xFF 4"));
  totals = keeper_->Totals("kent");
  EXPECT_EQ(totals.kept_count(), 1);
  EXPECT_EQ(totals.dropped_count(), 1);
  EXPECT_EQ(totals.expired_count(), 1);
}

TEST_F(RejectKeeperTest, WhatIsKeptSoonIsThereWhenItIsTold) {
  std::vector<std::future<std::vector<std::string>>> seen;
  for (const char* text : {"\xFF 1", "\xFF 2", "\xFF 3"}) {
    std::vector<PreparedMessage> messages;
    messages.push_back(Rejected("kent", text));
    auto told = std::make_shared<std::promise<std::vector<std::string>>>();
    seen.push_back(told->get_future());
    keeper_->KeepSoon(std::move(messages), [this, told] { told->set_value(Kept("kent")); });
  }
  EXPECT_THAT(seen[0].get(), testing::Contains("\xFF 1"));
  EXPECT_THAT(seen[1].get(), testing::Contains("\xFF 2"));
  EXPECT_THAT(seen[2].get(), ElementsAre("\xFF 3", "\xFF 2", "\xFF 1"));
  // Once it has stopped, nobody waits for it.
  keeper_->Stop();
  std::vector<PreparedMessage> late;
  late.push_back(Rejected("kent", "\xFF 4"));
  bool is_told = false;
  keeper_->KeepSoon(std::move(late), [&] { is_told = true; });
  EXPECT_TRUE(is_told);
  EXPECT_EQ(Kept("kent").size(), 3u);
}

TEST_F(RejectKeeperTest, PagesAreCutByNumberAndBySize) {
  for (int i = 0; i < 5; ++i) {
    Keep(Rejected("kent", absl::StrCat("\xFF", i, std::string(1 << 20, 'x'))));
  }
  RejectKeeper::Query query;
  query.rejects_max = 2;
  std::vector<std::string> ids;
  int pages = 0;
  for (; pages < 10; ++pages) {
    const auto page = keeper_->List("kent", query);
    ASSERT_TRUE(page.ok());
    for (const v1::Reject& reject : page->rejects) ids.push_back(reject.reject_id());
    if (!page->next.has_value()) break;
    query.before = *page->next;
  }
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 5u);
  query = {};
  query.with_messages = true;
  const auto page = keeper_->List("kent", query);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->rejects.size(), 2u) << "a page of messages stays below 3 MiB";
  EXPECT_TRUE(page->next.has_value());
  query = {};
  query.feed = "mps";
  EXPECT_THAT(keeper_->List("kent", query)->rejects, IsEmpty());
}

TEST_F(RejectKeeperTest, DeletedOnesAreGone) {
  Keep(Rejected("kent", "\xFF 1"));
  Keep(Rejected("kent", "\xFF 2"));
  const auto id = ParseRejectId(keeper_->List("kent", {})->rejects.at(0).reject_id());
  EXPECT_EQ(keeper_->Delete("kent", {*id, PublicId(99)}).value(), 1);
  Open();
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 1"));
}

// A row of the store as something else than the keeper left it.
void Overwrite(storage::Store& store, const std::string& key, const std::string& value) {
  storage::Commit commit;
  commit.keyspace = Keyspace::kRejects;
  commit.base = store.NewSnapshot().value()->position(Keyspace::kRejects);
  commit.writes.push_back({key, value});
  ASSERT_TRUE(store.Apply(commit).ok());
}

TEST_F(RejectKeeperTest, ADamagedOneIsSaidAndItsNeighboursAreWhole) {
  for (const char* text : {"\xFF 1", "\xFF 2", "\xFF 3"}) Keep(Rejected("kent", text, 7));
  Keep(Rejected("btp", "\xFF other"));
  const std::string name = keeper_->List("kent", {})->rejects.at(1).reject_id();
  const PublicId id = ParseRejectId(name).value();
  const auto row = [&](const std::string& key) {
    return store_->NewSnapshot().value()->Get(Keyspace::kRejects, key).value().value();
  };
  const std::string head_key = RejectHeadKey("kent", id);
  const std::string message_key = RejectMessageKey("kent", id);
  const std::string head = row(head_key);
  const std::string message = row(message_key);
  stored::v1::RejectHead other;
  ASSERT_TRUE(other.ParseFromString(head));
  other.set_received_count(77);
  // In the head: no message, a flipped bit that parses, of another reject. In the message: a bit.
  const std::vector<std::pair<std::string, std::string>> damages = {
      {head_key, "\xFF"},
      {head_key, other.SerializeAsString()},
      {head_key, ""},
      {message_key, message.substr(0, message.size() - 1) + "x"}};
  for (const auto& [key, value] : damages) {
    SCOPED_TRACE(absl::StrCat(key.substr(0, 1), " of ", value.size(), " bytes"));
    Overwrite(*store_, key, value);
    // Of what is damaged while the keeper runs, and of what it meets at its start.
    for (int i = 0; i < 2; ++i) {
      RejectKeeper::Query query;
      query.with_messages = true;
      const auto page = keeper_->List("kent", query);
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_EQ(page->rejects.size(), 3u);
      std::vector<std::string> whole;
      for (const v1::Reject& reject : page->rejects) {
        EXPECT_EQ(reject.is_damaged(), reject.reject_id() == name);
        if (!reject.is_damaged()) whole.push_back(reject.unreadable());
        EXPECT_EQ(reject.is_damaged(), reject.content_case() == v1::Reject::CONTENT_NOT_SET);
      }
      EXPECT_THAT(whole, ElementsAre("\xFF 3", "\xFF 1"));
      const auto one = keeper_->Get("kent", id);
      ASSERT_TRUE(one.ok() && one->has_value()) << one.status();
      EXPECT_TRUE((*one)->is_damaged());
      EXPECT_THAT(Kept("btp"), ElementsAre("\xFF other"));
      Open();
    }
    Overwrite(*store_, key, key == head_key ? head : message);
    Open();
    EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 3", "\xFF 2", "\xFF 1"));
  }

  // Refused again, it is whole again; deleted, it is gone.
  Overwrite(*store_, head_key, "\xFF");
  Open();
  Keep(Rejected("kent", "\xFF 2", 7));
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 2", "\xFF 3", "\xFF 1"));
  Overwrite(*store_, head_key, "\xFF");
  Open();
  EXPECT_EQ(keeper_->Delete("kent", {id}).value(), 1);
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 3", "\xFF 1"));
  Open();
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 3", "\xFF 1"));
}

TEST_F(RejectKeeperTest, DamagedTotalsBeginAnew) {
  Keep(Rejected("kent", "\xFF 1"));
  Overwrite(*store_, RejectTotalsKey("kent"), "\xFF");
  Open();
  EXPECT_THAT(Kept("kent"), ElementsAre("\xFF 1"));
  EXPECT_EQ(keeper_->Totals("kent").dropped_count(), 0);
}

}  // namespace
}  // namespace serieslink::ingest
