// A store without room refuses; nothing that was acknowledged is lost, nothing else is kept, and
// everything goes on by itself once there is room. Linkage that cannot read goes on by itself too.
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/committer.h"
#include "services/ingest/prepare.h"
#include "services/linkage/deriver.h"
#include "services/rpc/error.h"
#include "storage/memory/memory_store.h"
#include "tests/support/agency_client.h"
#include "tests/support/crowded_store.h"

namespace serieslink {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class FullStoreTest : public testing::Test {
 protected:
  FullStoreTest()
      : store_(storage::NewMemoryStore()),
        graph_(&store_),
        ids_(graph::IdKey::Create(std::string(32, 'k')).value()),
        recent_(50),
        committer_(
            &store_, &recent_, &ids_, [] { return kNow; }, [](const graph::LogBatch&) {},
            [this] { ++failures_; }),
        deriver_(
            &store_, &graph_, &recent_, &ids_, linkage::RuleSet::Serving(),
            linkage::ConfirmationPolicy(), [] { return kNow; },
            [this](bool follows) { ++(follows ? followed_ : stopped_); }) {
    EXPECT_TRUE(committer_.Start().ok());
  }
  ~FullStoreTest() override {
    deriver_.Stop();
    committer_.Stop();
    EXPECT_EQ(failures_.load(), 0);
    EXPECT_EQ(stopped_.load(), stops_expected_);
  }

  // A recovery with one gun.
  absl::StatusOr<std::vector<ingest::v1::Acknowledgement>> Push(const std::string& id) {
    ingest::v1::BatchWire batch;
    batch.set_agency("kent");
    batch.add_messages(ForceRecordOf("system: 'X' record_type: 'RECOVERY' version: 1 record_id: '" +
                                     id + "' guns { serials { text: 'AB12345' } make: 'Glock' }")
                           .SerializeAsString());
    std::promise<absl::StatusOr<std::vector<ingest::v1::Acknowledgement>>> answer;
    committer_.Submit(
        ingest::PrepareBatch(std::move(batch), {"kent", "feed"}, {}, ids_, kNow),
        [&](auto acknowledgements, auto) { answer.set_value(std::move(acknowledgements)); });
    return answer.get_future().get();
  }

  storage::Position Position(storage::Keyspace keyspace) {
    return store_.WaitForPosition(keyspace, 0, absl::InfinitePast()).value();
  }
  graph::Revision Derived() { return graph_.NewReader().value().Position().value().revision(); }

  std::atomic<int> failures_ = 0;  // of the committer
  std::atomic<int> followed_ = 0;  // how often linkage began, and stopped
  std::atomic<int> stopped_ = 0;
  int stops_expected_ = 0;
  CrowdedStore store_;
  graph::Graph graph_;
  const graph::IdKey ids_;
  graph::RecentCommits recent_;
  ingest::Committer committer_;
  linkage::Deriver deriver_;
};

TEST_F(FullStoreTest, RecordsAreRefusedUntilThereIsRoomAndThenTaken) {
  const auto first = Push("1");
  ASSERT_TRUE(first.ok()) << first.status();
  store_.SetHasRoom(false);
  const auto refused = Push("2");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailsOf(rpc::ToGrpcStatus(refused.status())).reason,
            type::v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_EQ(Position(storage::Keyspace::kLog), 1u);
  // What needs no room is answered.
  const auto again = Push("1");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->at(0).outcome(), ingest::v1::OUTCOME_UNCHANGED);

  store_.SetHasRoom(true);
  const auto second = Push("2");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->at(0).outcome(), ingest::v1::OUTCOME_CREATED);
  EXPECT_EQ(second->at(0).revision(), 2);
}

TEST_F(FullStoreTest, LinkageWaitsForRoomAndGoesOn) {
  ASSERT_TRUE(Push("1").ok());
  ASSERT_TRUE(Push("2").ok());
  store_.SetHasRoom(false);
  ASSERT_TRUE(deriver_.Start().ok());
  while (store_.refused() == 0) std::this_thread::yield();
  EXPECT_EQ(Derived(), 0u);
  store_.SetHasRoom(true);
  ASSERT_TRUE(store_.WaitForPosition(storage::Keyspace::kDerived, 1, absl::InfiniteFuture()).ok());
  while (Derived() < 2) std::this_thread::yield();
  // Both guns bear one number: one weapon of two exhibits.
  auto reader = graph_.NewReader().value();
  EXPECT_EQ(reader.ScanWeaponStates(0, 10).value().size(), 1u);
}

TEST_F(FullStoreTest, LinkageStopsWhileThereIsNoRoom) {
  ASSERT_TRUE(Push("1").ok());
  store_.SetHasRoom(false);
  ASSERT_TRUE(deriver_.Start().ok());
  while (store_.refused() == 0) std::this_thread::yield();
  deriver_.Stop();
  EXPECT_EQ(Derived(), 0u);
}

TEST_F(FullStoreTest, LinkageThatFailsBeginsAnew) {
  ASSERT_TRUE(Push("1").ok());
  stops_expected_ = 1;
  store_.SetSnapshotsLeft(1);  // enough to start, too few to refill
  ASSERT_TRUE(deriver_.Start().ok());
  while (stopped_.load() == 0) std::this_thread::yield();
  store_.SetSnapshotsLeft(1000);
  ASSERT_TRUE(store_.WaitForPosition(storage::Keyspace::kDerived, 1, absl::InfiniteFuture()).ok());
  EXPECT_EQ(followed_.load(), 1);
  EXPECT_EQ(Derived(), 1u);
  ASSERT_TRUE(Push("2").ok());
}

}  // namespace
}  // namespace serieslink
