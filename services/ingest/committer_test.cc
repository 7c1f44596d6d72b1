#include "services/ingest/committer.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/core/adapter.h"
#include "storage/memory/memory_store.h"

namespace serieslink::ingest {
namespace {

using ::testing::ElementsAre;

constexpr char kSourceId[] = "r1";

// Decides on messages about one record: what its versions are to one another.
class CommitterTest : public testing::Test {
 protected:
  CommitterTest() { Open(); }

  void Open() {
    committer_ = std::make_unique<Committer>(
        store_.get(), nullptr, &ids_, [] { return absl::FromUnixSeconds(1'700'000'000); },
        [](const graph::LogBatch&) {}, [] { ADD_FAILURE() << "the log failed"; });
    ASSERT_TRUE(committer_->Start().ok());
  }

  PreparedMessage Message(std::optional<std::uint64_t> version, const std::string& text) {
    feed::v1::FeedMessage message;
    message.mutable_force()->set_record_id(kSourceId);
    message.mutable_force()->set_circumstances(text);
    if (version.has_value()) message.mutable_force()->set_version(*version);
    PreparedMessage prepared;
    stored::v1::LogEntry& entry = prepared.item.entry;
    entry.set_agency("mers");
    entry.set_principal("feed");
    entry.set_source_system("NICHE");
    entry.set_source_id(kSourceId);
    if (version.has_value()) entry.set_source_version(*version);
    entry.set_feed_message(message.SerializeAsString());
    prepared.public_id = id_;
    prepared.feed = "force";
    return prepared;
  }

  // What became of a call, once the committer has answered.
  struct Answered {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<v1::Outcome> outcome;
    std::vector<std::string> fields;  // that were refused
  };

  Committer::Answer TellOf(Answered& answered) {
    return [&answered](const absl::StatusOr<std::vector<v1::Acknowledgement>>& acknowledgements,
                       const std::vector<PreparedMessage>&) {
      const std::lock_guard lock(answered.mutex);
      answered.outcome =
          acknowledgements.ok() ? acknowledgements->at(0).outcome() : v1::OUTCOME_UNSPECIFIED;
      if (*answered.outcome == v1::OUTCOME_REJECTED) {
        for (const v1::FieldViolation& violation : acknowledgements->at(0).violations()) {
          answered.fields.push_back(violation.field());
        }
      }
      answered.changed.notify_all();
    };
  }

  static v1::Outcome Await(Answered& answered) {
    std::unique_lock lock(answered.mutex);
    answered.changed.wait(lock, [&] { return answered.outcome.has_value(); });
    return *answered.outcome;
  }

  // Sends a message in a commit of its own.
  v1::Outcome Send(std::optional<std::uint64_t> version, const std::string& text) {
    std::vector<PreparedMessage> messages;
    messages.push_back(Message(version, text));
    Answered answered;
    committer_->Submit(std::move(messages), TellOf(answered));
    return Await(answered);
  }

  v1::Outcome Withdraw(std::optional<std::uint64_t> version) {
    Committer::Withdrawal withdrawal;
    withdrawal.public_id = id_;
    withdrawal.sender = {.agency = "mers", .principal = "feed"};
    withdrawal.source_version = version;
    withdrawal.reason = "entered twice";
    Answered answered;
    committer_->Withdraw(std::move(withdrawal), TellOf(answered));
    return Await(answered);
  }

  // A message of the record "r<number>" that names `exhibits` exhibits.
  PreparedMessage Naming(int number, std::uint64_t version, int exhibits) {
    PreparedMessage prepared = Message(version, "x");
    stored::v1::LogEntry& entry = prepared.item.entry;
    entry.set_source_id(absl::StrCat("r", number));
    prepared.public_id = ids_.ForRecord({"mers", "NICHE", entry.source_id()});
    auto record = std::make_shared<record::v1::Record>();
    for (int i = 0; i < exhibits; ++i) record->add_exhibits();
    prepared.item.record = std::move(record);
    return prepared;
  }

  std::vector<v1::Acknowledgement> SendAll(std::vector<PreparedMessage> messages) {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<std::vector<v1::Acknowledgement>> answer;
    committer_->Submit(std::move(messages),
                       [&](const absl::StatusOr<std::vector<v1::Acknowledgement>>& acknowledgements,
                           const std::vector<PreparedMessage>&) {
                         const std::lock_guard lock(mutex);
                         answer = acknowledgements.value();
                         changed.notify_all();
                       });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answer.has_value(); });
    return *answer;
  }

  // The entries of the log, oldest first: version, highest version, whether stale.
  std::vector<std::string> Log() {
    const auto snapshot = store_->NewSnapshot().value();
    const graph::LogReader reader(snapshot.get());
    std::vector<std::string> entries;
    for (graph::Revision revision = 1; revision <= reader.latest(); ++revision) {
      const graph::LogBatch batch = reader.Read(revision).value();
      for (const graph::LogItem& item : batch.items) {
        const stored::v1::LogEntry& entry = item.entry;
        entries.push_back(absl::StrCat(
            entry.has_source_version() ? absl::StrCat("v", entry.source_version()) : "none",
            entry.has_highest_source_version()
                ? absl::StrCat(" of ", entry.highest_source_version())
                : "",
            entry.is_stale() ? " stale" : "", entry.has_withdrawal() ? " withdrawn" : ""));
      }
    }
    return entries;
  }

  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  const graph::IdKey ids_ = graph::IdKey::Create(std::string(32, 'k')).value();
  const graph::PublicId id_ = ids_.ForRecord({"mers", "NICHE", kSourceId});
  std::unique_ptr<Committer> committer_;
};

TEST_F(CommitterTest, ARecordNamesSoManyExhibitsAndNoMore) {
  std::uint64_t version = 0;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(SendAll({Naming(1, ++version, 10'000)})[0].outcome(),
              i == 0 ? v1::OUTCOME_CREATED : v1::OUTCOME_SUPERSEDED);
  }
  committer_.reset();
  Open();
  const v1::Acknowledgement refused = SendAll({Naming(1, ++version, 10'000)})[0];
  EXPECT_EQ(refused.outcome(), v1::OUTCOME_REJECTED);
  ASSERT_EQ(refused.violations_size(), 1);
  EXPECT_EQ(refused.violations(0).reason(), type::v1::ERROR_REASON_MESSAGE_TOO_LARGE);
  EXPECT_EQ(SendAll({Naming(1, version, 2'768)})[0].outcome(), v1::OUTCOME_SUPERSEDED);
  // A stale version counts too, and so does one that names none.
  EXPECT_EQ(SendAll({Naming(1, version + 1, 0)})[0].outcome(), v1::OUTCOME_REJECTED);
  EXPECT_EQ(SendAll({Naming(1, 0, 0)})[0].outcome(), v1::OUTCOME_REJECTED);
  // What was sent before is no more than it was, and others have their own.
  EXPECT_EQ(SendAll({Naming(1, version, 2'768)})[0].outcome(), v1::OUTCOME_UNCHANGED);
  EXPECT_EQ(SendAll({Naming(2, 1, 1)})[0].outcome(), v1::OUTCOME_CREATED);
}

TEST_F(CommitterTest, ACommitIsNoLargerThanWhatIsDerivedOfItMayBe) {
  std::vector<PreparedMessage> messages;
  for (int i = 0; i < 9; ++i) messages.push_back(Naming(i, 1, 30'000));
  std::vector<std::int64_t> revisions;
  for (const v1::Acknowledgement& one : SendAll(std::move(messages))) {
    EXPECT_EQ(one.outcome(), v1::OUTCOME_CREATED);
    revisions.push_back(one.revision());
  }
  EXPECT_THAT(revisions, ElementsAre(1, 1, 1, 1, 1, 1, 1, 2, 2));
}

TEST_F(CommitterTest, AVersionIsComparedWithTheHighestThatEverWas) {
  EXPECT_EQ(Send(5, "a"), v1::OUTCOME_CREATED);
  EXPECT_EQ(Send({}, "b"), v1::OUTCOME_SUPERSEDED) << "without a version arrival decides";
  EXPECT_EQ(Send(0, "c"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send(4, "d"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send(5, "a"), v1::OUTCOME_STALE) << "sending again must not undo what came after";
  EXPECT_EQ(Send(5, "e"), v1::OUTCOME_REJECTED);
  EXPECT_EQ(Send({}, "f"), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(Send({}, "f"), v1::OUTCOME_UNCHANGED);
  EXPECT_EQ(Send(5, "a"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send(6, "g"), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(Send(5, "a"), v1::OUTCOME_STALE);
  EXPECT_THAT(Log(),
              ElementsAre("v5", "none of 5", "v0 of 5 stale", "v4 of 5 stale", "none of 5", "v6"));
}

TEST_F(CommitterTest, TheHighestVersionOutlivesARestart) {
  EXPECT_EQ(Send(5, "a"), v1::OUTCOME_CREATED);
  EXPECT_EQ(Send({}, "b"), v1::OUTCOME_SUPERSEDED);
  committer_->Stop();
  Open();
  EXPECT_EQ(Send(0, "c"), v1::OUTCOME_STALE);
}

TEST_F(CommitterTest, ItHoldsWithinOneCommit) {
  std::vector<PreparedMessage> messages;
  messages.push_back(Message(5, "a"));
  messages.push_back(Message({}, "b"));
  messages.push_back(Message({}, "c"));
  messages.push_back(Message(3, "d"));
  messages.push_back(Message(5, "x"));
  std::vector<v1::Outcome> outcomes;
  Answered answered;
  committer_->Submit(std::move(messages),
                     [&](const absl::StatusOr<std::vector<v1::Acknowledgement>>& acknowledgements,
                         const std::vector<PreparedMessage>&) {
                       for (const v1::Acknowledgement& one : *acknowledgements) {
                         outcomes.push_back(one.outcome());
                       }
                       const std::lock_guard lock(answered.mutex);
                       answered.outcome = v1::OUTCOME_UNSPECIFIED;
                       answered.changed.notify_all();
                     });
  Await(answered);
  EXPECT_THAT(outcomes,
              ElementsAre(v1::OUTCOME_CREATED, v1::OUTCOME_SUPERSEDED, v1::OUTCOME_SUPERSEDED,
                          v1::OUTCOME_STALE, v1::OUTCOME_REJECTED));
}

TEST_F(CommitterTest, TheFirstVersionOfARecordThatHadNoneStands) {
  EXPECT_EQ(Send({}, "a"), v1::OUTCOME_CREATED);
  EXPECT_EQ(Send({}, "b"), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(Send(0, "c"), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(Send({}, "d"), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(Send(0, "c"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send(1, "e"), v1::OUTCOME_SUPERSEDED);
}

TEST_F(CommitterTest, AWithdrawalIsOrderedLikeAVersion) {
  EXPECT_EQ(Send(5, "a"), v1::OUTCOME_CREATED);
  EXPECT_EQ(Send({}, "b"), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(Withdraw(4), v1::OUTCOME_STALE);
  EXPECT_EQ(Withdraw({}), v1::OUTCOME_WITHDRAWN) << "of what stands";
  EXPECT_EQ(Withdraw({}), v1::OUTCOME_UNCHANGED);
  EXPECT_EQ(Send(3, "c"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send({}, "b"), v1::OUTCOME_SUPERSEDED) << "it is back";
  EXPECT_EQ(Withdraw(7), v1::OUTCOME_WITHDRAWN);
  EXPECT_EQ(Send(6, "d"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send(7, "e"), v1::OUTCOME_SUPERSEDED) << "the version of the withdrawal brings it back";
  EXPECT_EQ(Withdraw({}), v1::OUTCOME_WITHDRAWN);
  EXPECT_EQ(Send(7, "e"), v1::OUTCOME_SUPERSEDED);
}

TEST_F(CommitterTest, AConflictNamesTheFieldWhereTheMessageHasIt) {
  EXPECT_EQ(Send(5, "a"), v1::OUTCOME_CREATED);
  std::vector<PreparedMessage> messages;
  messages.push_back(Message(5, "b"));
  Answered answered;
  committer_->Submit(std::move(messages), TellOf(answered));
  EXPECT_EQ(Await(answered), v1::OUTCOME_REJECTED);
  EXPECT_THAT(answered.fields, ElementsAre("force.version"));
}

TEST_F(CommitterTest, NothingTakesThePlaceOfALeadFile) {
  const std::string file_id = LeadFileId("EX-A", "EX-B");
  const auto message = [&](bool is_lead_file, std::uint64_t version) {
    PreparedMessage prepared = Message(version, "x");
    stored::v1::LogEntry& entry = prepared.item.entry;
    entry.set_source_system(std::string(kLeadFileSystem));
    entry.set_source_id(file_id);
    prepared.public_id = ids_.ForRecord({"mers", kLeadFileSystem, file_id});
    if (!is_lead_file) return prepared;
    feed::v1::FeedMessage file;
    file.mutable_analyst()->set_version(version);
    entry.set_feed_message(file.SerializeAsString());
    return prepared;
  };
  const auto send = [&](bool is_lead_file, std::uint64_t version) {
    std::vector<PreparedMessage> messages;
    messages.push_back(message(is_lead_file, version));
    return SendAll(std::move(messages))[0];
  };
  const v1::Acknowledgement file = send(true, 1);
  EXPECT_EQ(file.outcome(), v1::OUTCOME_CREATED);
  // What another feed calls the same is a record of its own, whatever its version.
  const v1::Acknowledgement other = send(false, 99);
  EXPECT_EQ(other.outcome(), v1::OUTCOME_CREATED);
  EXPECT_NE(other.record_id(), file.record_id());
  EXPECT_EQ(send(true, 1).outcome(), v1::OUTCOME_UNCHANGED);
  const v1::Acknowledgement next = send(true, 2);
  EXPECT_EQ(next.outcome(), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(next.record_id(), file.record_id());
  EXPECT_EQ(send(false, 98).outcome(), v1::OUTCOME_STALE);

  const auto withdraw = [&](const v1::Acknowledgement& record) {
    Committer::Withdrawal withdrawal;
    withdrawal.public_id = graph::ParsePublicId(record.record_id()).value().id;
    withdrawal.sender = {.agency = "mers", .principal = "feed"};
    withdrawal.reason = "entered twice";
    Answered answered;
    committer_->Withdraw(std::move(withdrawal), TellOf(answered));
    return Await(answered);
  };
  EXPECT_EQ(withdraw(other), v1::OUTCOME_WITHDRAWN);
  EXPECT_EQ(withdraw(file), v1::OUTCOME_REJECTED);
  committer_->Stop();
  Open();
  EXPECT_EQ(withdraw(file), v1::OUTCOME_REJECTED);
  EXPECT_EQ(send(false, 100).outcome(), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(send(true, 3).outcome(), v1::OUTCOME_SUPERSEDED);
}

// Builds before the field left it out: the highest version is found among the entries before.
TEST_F(CommitterTest, ALogWithoutHighestVersionsIsReadBack) {
  committer_->Stop();
  const auto writer = graph::LogWriter::Open(store_.get(), nullptr).value();
  std::uint64_t sequence = 0;
  const auto append = [&](std::optional<std::uint64_t> version, const std::string& text,
                          bool is_stale) {
    std::vector<graph::LogItem> items(1);
    items[0].entry = Message(version, text).item.entry;
    items[0].entry.set_record_number(1);
    items[0].entry.set_public_id(id_.value());
    items[0].entry.set_previous_sequence(sequence++);
    items[0].entry.set_is_stale(is_stale);
    ASSERT_TRUE(writer->Append(std::move(items), absl::FromUnixSeconds(1'700'000'000)).ok());
  };
  append(5, "a", false);
  append({}, "b", false);
  append({}, "c", false);
  Open();
  EXPECT_EQ(Send(0, "d"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send({}, "e"), v1::OUTCOME_SUPERSEDED);
  EXPECT_EQ(Send(4, "f"), v1::OUTCOME_STALE);
  EXPECT_EQ(Send(6, "g"), v1::OUTCOME_SUPERSEDED);
}

}  // namespace
}  // namespace serieslink::ingest
