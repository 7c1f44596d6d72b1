#include "services/cli/watch_session.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "services/cli/push_session.h"

namespace serieslink::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{250};
constexpr milliseconds kLongestWait{10'000};

}  // namespace

WatchSession::WatchSession(const std::shared_ptr<grpc::Channel>& channel, Options options)
    : stub_(alert::v1::AlertService::NewStub(channel)), options_(std::move(options)) {}

void WatchSession::Interrupt() {
  const std::lock_guard lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

void WatchSession::CancelWhenSilent(grpc::ClientContext& context) {
  std::unique_lock lock(mutex_);
  while (context_ != nullptr) {
    const std::uint64_t before = signs_of_life_;
    const bool goes_on = changed_.wait_for(lock, options_.silence_max, [&] {
      return context_ == nullptr || signs_of_life_ != before;
    });
    // A message that is taken slowly is no silence of the server.
    if (goes_on || is_taking_) continue;
    context.TryCancel();
    changed_.wait(lock, [this] { return context_ == nullptr; });
  }
}

void WatchSession::NoteLife(bool is_taking) {
  const std::lock_guard lock(mutex_);
  is_taking_ = is_taking;
  ++signs_of_life_;
  changed_.notify_all();
}

bool WatchSession::RunOnce(alert::v1::WatchAlertsRequest& request, grpc::Status& status) {
  grpc::ClientContext context;
  {
    const std::lock_guard lock(mutex_);
    context_ = &context;
  }
  // An interruption before this found no stream to end.
  if (options_.is_interrupted()) context.TryCancel();
  std::thread watchdog([&] { CancelWhenSilent(context); });
  const auto reader = stub_->WatchAlerts(&context, request);
  alert::v1::WatchAlertsResponse message;
  bool is_done = false;
  while (!is_done && could_keep_ && reader->Read(&message)) {
    has_heard_ = true;
    NoteLife(/*is_taking=*/true);
    could_keep_ = options_.on_message(message);
    NoteLife(/*is_taking=*/false);
    if (!could_keep_) break;
    request.set_position(message.position());
    is_done = options_.until_current && message.is_current();
  }
  if (is_done || !could_keep_) context.TryCancel();
  status = reader->Finish();
  {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
    changed_.notify_all();
  }
  watchdog.join();
  return is_done;
}

grpc::Status WatchSession::Run(alert::v1::WatchAlertsRequest request) {
  bool was_ever_heard = false;
  milliseconds waited{0};
  milliseconds wait = kFirstWait;
  for (;;) {
    has_heard_ = false;
    grpc::Status status;
    if (RunOnce(request, status)) return grpc::Status::OK;
    if (!could_keep_ || options_.is_interrupted()) {
      return grpc::Status(grpc::StatusCode::CANCELLED, "interrupted");
    }
    // A stream's time is over: another one goes on.
    if (status.ok() && has_heard_) continue;
    if (has_heard_) {
      waited = milliseconds{0};
      wait = kFirstWait;
    }
    was_ever_heard |= has_heard_ || IsAnsweredByServer(status);
    // A server that never answered is one that was named wrongly: that is told at once.
    if (!IsWorthAnotherTry(status) || !was_ever_heard || waited >= options_.retry_for) {
      return status;
    }
    options_.on_retry(status, wait);
    options_.wait(wait);
    waited += wait;
    wait = std::min(wait * 2, kLongestWait);
  }
}

}  // namespace serieslink::cli
