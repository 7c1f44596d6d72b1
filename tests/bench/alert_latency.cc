#include "tests/bench/alert_latency.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "serieslink/alert/v1/alert_service.grpc.pb.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "storage/base/thread_priority.h"
#include "tests/bench/byte_stream.h"
#include "tests/bench/figures.h"
#include "tests/bench/load.h"
#include "tests/bench/server_process.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_pki.h"

namespace serieslink::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kSubmitStream[] = "/serieslink.ingest.v1.IngestService/SubmitStream";
constexpr std::size_t kLoadBatchRecords = 256;
constexpr int kSightings = 400;
// After which an alert is not late, but missing.
constexpr std::chrono::seconds kPatience{120};

feed::v1::GunEntry Gun(int number) {
  feed::v1::GunEntry gun;
  gun.add_serials()->set_text(absl::StrFormat("ZQX%06dW", 104729 + number * 1931));
  gun.set_make("Glock");
  gun.set_calibre("9mm");
  return gun;
}

feed::v1::FeedMessage Theft(int number) {
  feed::v1::FeedMessage message;
  feed::v1::LicensingLoss& loss = *message.mutable_licensing();
  loss.set_report_id(absl::StrFormat("T%d", number));
  loss.set_loss_kind("STOLEN");
  loss.set_lost("2016-01-10");
  loss.mutable_marking()->set_visibility("OPEN");
  *loss.add_guns() = Gun(number);
  return message;
}

feed::v1::FeedMessage Use(int number) {
  feed::v1::FeedMessage message;
  feed::v1::ForceRecord& record = *message.mutable_force();
  record.set_system("S");
  record.set_record_id(absl::StrFormat("U%d", number));
  record.set_record_type("INCIDENT");
  record.set_occurred("2017-03-01");
  record.mutable_marking()->set_visibility("OPEN");
  *record.add_guns() = Gun(number);
  return message;
}

// When alerts came, by the records that they name as their cause. Watches from its making on.
class Watcher {
 public:
  explicit Watcher(const ServerProcess& server)
      : stub_(alert::v1::AlertService::NewStub(
            NewChannel(server.address(), TestPki::Get().Client("kent")))) {
    alert::v1::WatchAlertsRequest request;
    request.mutable_filter()->set_own(true);
    request.mutable_filter()->add_kinds(alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED);
    stream_ = stub_->WatchAlerts(&context_, request);
    // The first message says that the stream is there.
    alert::v1::WatchAlertsResponse first;
    if (!stream_->Read(&first)) Die("alerts cannot be watched");
    reader_ = std::thread([this] { Read(); });
  }
  ~Watcher() {
    context_.TryCancel();
    reader_.join();
    stream_->Finish();
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  Clock::time_point Await(const std::string& record_id) {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, kPatience, [&] { return times_.contains(record_id); })) {
      Die("an alert does not come");
    }
    return times_.at(record_id);
  }

 private:
  void Read() {
    alert::v1::WatchAlertsResponse message;
    while (stream_->Read(&message)) {
      const auto now = Clock::now();
      const std::lock_guard lock(mutex_);
      for (const std::string& cause : message.alert().causes()) times_.try_emplace(cause, now);
      came_.notify_all();
    }
  }

  const std::unique_ptr<alert::v1::AlertService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<alert::v1::WatchAlertsResponse>> stream_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::map<std::string, Clock::time_point> times_;
  std::thread reader_;
};

// How many records of the load are acknowledged. Thread-safe.
class Progress {
 public:
  explicit Progress(std::size_t pushing) : pushing_(pushing) {}

  void Acknowledged(std::size_t records) {
    const std::lock_guard lock(mutex_);
    records_ += records;
    moved_.notify_all();
  }
  // An agency has sent everything.
  void Finish() {
    const std::lock_guard lock(mutex_);
    --pushing_;
    moved_.notify_all();
  }
  // False when all agencies have sent everything: there is no load then.
  bool Await(std::size_t records) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return records_ >= records || pushing_ == 0; });
    return pushing_ > 0;
  }
  std::size_t records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  std::size_t records_ = 0;
  std::size_t pushing_;
};

// Sends what one agency has, as fast as the server takes it, until `is_over`.
void Push(const ServerProcess& server, const AgencyLoad& load, const std::atomic<bool>& is_over,
          Progress& progress) {
  base::GiveWay();
  ByteStream stream(NewChannel(server.address(), TestPki::Get().Client(load.agency)),
                    kSubmitStream);
  std::counting_semaphore<> window(kWindowBatches);
  std::thread reader([&] {
    std::string bytes;
    for (const LoadBatch& batch : load.batches) {
      // All that were written were answered, and no more are.
      if (!stream.Read(&bytes)) break;
      progress.Acknowledged(batch.records);
      window.release();
    }
  });
  for (const LoadBatch& batch : load.batches) {
    if (is_over) break;
    window.acquire();
    stream.Write(batch.bytes);
  }
  progress.Finish();
  stream.WritesDone();
  reader.join();
  stream.Finish();
}

std::string SubmitOne(const AgencyClient& client, const feed::v1::FeedMessage& message) {
  const auto reply = client.Submit({message});
  if (!reply.ok() || reply->acknowledgements(0).outcome() == ingest::v1::OUTCOME_REJECTED) {
    Die("a record was not taken");
  }
  return reply->acknowledgements(0).record_id();
}

}  // namespace

AlertLatency MeasureAlerts(std::size_t records, std::uint64_t seed) {
  const std::vector<AgencyLoad> loads = MakeLoad(records, kLoadBatchRecords, seed);
  ServerProcess server({SERIESLINK_SERVER, "--config"});
  server.Start();
  std::vector<feed::v1::FeedMessage> thefts;
  for (int i = 0; i < kSightings; ++i) thefts.push_back(Theft(i));
  if (!server.As("kent").Submit(thefts, /*wait_for_linkage=*/true).ok()) {
    Die("thefts were not taken");
  }
  AlertLatency latency;
  Watcher watcher(server);
  std::atomic<bool> is_over = false;
  Progress progress(loads.size());
  std::vector<std::thread> threads;
  for (const AgencyLoad& load : loads) {
    threads.emplace_back([&] { Push(server, load, is_over, progress); });
  }
  const AgencyClient investigator = server.As("btp");
  const auto begun = Clock::now();
  std::vector<std::pair<std::string, Clock::time_point>> sent;
  // Few beside the load, and none when it ends.
  const std::size_t records_between = RecordsOf(loads) / (kSightings + 1);
  for (int i = 0; i < kSightings; ++i) {
    if (!progress.Await(static_cast<std::size_t>(i + 1) * records_between)) break;
    std::string record_id = SubmitOne(investigator, Use(i));
    sent.emplace_back(std::move(record_id), Clock::now());
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  latency.records_per_s = static_cast<double>(progress.records()) / seconds;
  is_over = true;
  for (const auto& [record_id, at] : sent) {
    const auto came = watcher.Await(record_id);
    latency.alert_ms.push_back(
        std::max(0.0, std::chrono::duration<double, std::milli>(came - at).count()));
  }
  for (std::thread& thread : threads) thread.join();
  server.MustRun();
  return latency;
}

}  // namespace serieslink::bench
