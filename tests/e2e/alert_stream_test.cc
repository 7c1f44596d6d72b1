// Goal: a stream of alerts holds little, and keeps the store from nothing, however its client
// reads. Method: records go through preparing, committing and deriving on an in-memory store whose
// cuts are counted; the scan and the service of alerts answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/alerts/alert_scan.h"
#include "services/alerts/alert_service.h"
#include "services/rpc/page_token.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::ElementsAreArray;
using ::testing::SizeIs;

// A store of which it is known how many cuts are held.
class CountedStore final : public storage::Store {
 public:
  explicit CountedStore(storage::Store* store) : store_(store) {}

  int cuts() const { return cuts_; }

  absl::StatusOr<std::unique_ptr<storage::Snapshot>> NewSnapshot() override {
    auto snapshot = store_->NewSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    return std::make_unique<Counted>(*std::move(snapshot), &cuts_);
  }
  absl::StatusOr<storage::Position> Apply(const storage::Commit& commit) override {
    return store_->Apply(commit);
  }
  absl::StatusOr<storage::Position> WaitForPosition(storage::Keyspace keyspace,
                                                    storage::Position position,
                                                    absl::Time deadline) override {
    return store_->WaitForPosition(keyspace, position, deadline);
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  class Counted final : public storage::Snapshot {
   public:
    Counted(std::unique_ptr<storage::Snapshot> snapshot, std::atomic<int>* cuts)
        : snapshot_(std::move(snapshot)), cuts_(cuts) {
      ++*cuts_;
    }
    ~Counted() override { --*cuts_; }
    storage::Position position(storage::Keyspace keyspace) const override {
      return snapshot_->position(keyspace);
    }
    absl::StatusOr<std::optional<std::string>> Get(storage::Keyspace keyspace,
                                                   std::string_view key) const override {
      return snapshot_->Get(keyspace, key);
    }
    absl::StatusOr<storage::PinnedValues> MultiGetPinned(
        storage::Keyspace keyspace, absl::Span<const std::string> keys) const override {
      return snapshot_->MultiGetPinned(keyspace, keys);
    }
    absl::StatusOr<storage::ScanPage> Scan(storage::Keyspace keyspace,
                                           const storage::KeyRange& range,
                                           const storage::ScanOptions& options) const override {
      return snapshot_->Scan(keyspace, range, options);
    }

   private:
    const std::unique_ptr<storage::Snapshot> snapshot_;
    std::atomic<int>* const cuts_;
  };

  storage::Store* const store_;
  std::atomic<int> cuts_ = 0;
};

SentMessage Incident(const std::string& id, const std::string& serial) {
  SentMessage made;
  made.agency = "mps";
  feed::v1::ForceRecord& record = *made.message.mutable_force();
  record.set_system("S");
  record.set_record_id(id);
  record.set_record_type("INCIDENT");
  record.set_occurred("2017-03-01");
  record.add_crime_references(absl::StrCat(id, "/17"));
  record.mutable_marking()->set_visibility("OPEN");
  feed::v1::GunEntry& gun = *record.add_guns();
  gun.set_make("Glock");
  gun.add_serials()->set_text(serial);
  return made;
}

class AlertStreamTest : public testing::Test {
 protected:
  // Six series form in the second commit, and grow in the third.
  AlertStreamTest() {
    for (const char* const round : {"A", "B", "C"}) {
      std::vector<SentMessage> messages;
      for (int i = 0; i < 6; ++i) {
        messages.push_back(Incident(absl::StrCat(round, i), absl::StrCat("AB1", i, "7", i, "9")));
      }
      pipeline_.Push(messages);
    }
  }

  struct Scanned {
    std::vector<std::string> ids;
    std::vector<std::size_t> batches;
    int stops = 0;
  };
  // All alerts; every `stop_every`th time that it may, the scan stops (0: never).
  Scanned Scan(const alerts::ScanBounds& bounds, int stop_every = 0) {
    view::Cut cut = pipeline_.TakeCut();
    const view::Viewer viewer{"anyone"};
    const absl::TimeZone zone = absl::UTCTimeZone();
    const view::TrustedAgencies trusted;
    const linkage::LocatePlace nowhere;
    const alerts::AlertQuery all(alert::v1::AlertFilter(), viewer.agency);
    alerts::AlertScan scan(viewer, all, false, trusted, pipeline_.ids(), zone, nowhere, bounds);
    alerts::AlertPosition at{1, 0};
    Scanned scanned;
    int asked = 0;
    for (bool is_all = false; !is_all;) {
      auto batch = scan.Next(cut, at, [&]() -> absl::StatusOr<bool> {
        const bool stops = stop_every > 0 && ++asked % stop_every == 0;
        scanned.stops += stops;
        return !stops;
      });
      if (!batch.ok()) {
        ADD_FAILURE() << batch.status();
        break;
      }
      is_all = batch->is_all;
      if (!batch->news.empty()) scanned.batches.push_back(batch->news.size());
      for (const alerts::GatheredNews& one : batch->news) {
        scanned.ids.push_back(one.news.alert.alert_id());
        EXPECT_EQ(one.behind.id, one.news.id);
      }
    }
    return scanned;
  }

  DerivationPipeline pipeline_;
};

TEST_F(AlertStreamTest, NoCutIsHeldWhileAClientReads) {
  CountedStore store(pipeline_.source().store);
  graph::Graph graph(&store);
  const rpc::PageTokenSealer tokens{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
  pipeline_.revision();  // everything is derived
  alerts::AlertService service({&store, &graph}, &tokens, &pipeline_.ids(),
                               {.trust_domain = "test",
                                .linking_agencies = {},
                                .reference_agencies = {},
                                .zone = absl::UTCTimeZone(),
                                .now = &DerivationPipeline::Now});
  alert::v1::WatchAlertsRequest request;
  request.set_after_revision(0);
  int alerts = 0;
  bool is_current = false;
  const absl::Status status = service.Watch(
      view::Viewer{"anyone"}, request, [&] { return is_current; },
      [&](const alert::v1::WatchAlertsResponse& message) {
        // However long this takes.
        EXPECT_EQ(store.cuts(), 0);
        alerts += message.has_alert();
        is_current |= message.is_current();
        return true;
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
  EXPECT_EQ(alerts, 12);
  EXPECT_EQ(store.cuts(), 0);
}

TEST_F(AlertStreamTest, WhatIsHeldAtOnceIsBoundedByItsBytes) {
  const Scanned all = Scan({});
  EXPECT_THAT(all.batches, SizeIs(1));
  ASSERT_THAT(all.ids, SizeIs(12));
  // One is held whatever its size.
  const Scanned one = Scan({.bytes_max = 1});
  EXPECT_THAT(one.batches, SizeIs(12));
  EXPECT_THAT(one.ids, ElementsAreArray(all.ids));
  const Scanned two = Scan({.news_max = 2});
  EXPECT_THAT(two.batches, SizeIs(6));
  EXPECT_THAT(two.ids, ElementsAreArray(all.ids));
}

TEST_F(AlertStreamTest, AScanThatStopsGoesOnWhereItWas) {
  const Scanned all = Scan({});
  for (const int every : {1, 2, 3}) {
    const Scanned stopped = Scan({}, every);
    EXPECT_GT(stopped.stops, 0);
    EXPECT_THAT(stopped.ids, ElementsAreArray(all.ids));
  }
}

}  // namespace
}  // namespace serieslink
