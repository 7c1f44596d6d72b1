#include "services/cli/push_session.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serieslink::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait{10'000};
constexpr milliseconds kConnectionGlance{100};

}  // namespace

bool IsConnectionLoss(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:  // the server is going down, or cannot be reached
    case grpc::StatusCode::CANCELLED:    // the server ended the stream on its way down
      return true;
    case grpc::StatusCode::UNKNOWN:   // what gRPC makes of a stream that is cut in the middle
    case grpc::StatusCode::INTERNAL:  // e.g. RST_STREAM
      return status.error_details().empty();
    default:
      return false;
  }
}

bool IsWorthAnotherTry(const grpc::Status& status) {
  return IsConnectionLoss(status) || (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
                                      IsAnsweredByServer(status));
}

std::string RetryText(const grpc::Status& why) {
  return IsAnsweredByServer(why) ? absl::StrCat(why.error_message(), "; trying again until it can")
                                 : "the connection was lost; trying again until the server is back";
}

void AwaitConnection(grpc::Channel& channel, milliseconds time,
                     const std::function<bool()>& is_interrupted) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!is_interrupted() && std::chrono::steady_clock::now() < end) {
    if (channel.WaitForConnected(std::chrono::system_clock::now() + kConnectionGlance)) return;
  }
}

PushSession::PushSession(std::shared_ptr<grpc::Channel> channel, PushStream::OnResult on_result,
                         Options options)
    : channel_(std::move(channel)), on_result_(std::move(on_result)), options_(std::move(options)) {
  Open();
}

void PushSession::Open() {
  has_answered_ = false;
  auto stream = std::make_unique<PushStream>(
      channel_, [this](const OutgoingBatch& batch, const ingest::v1::BatchResult& result) {
        has_answered_ = true;
        on_result_(batch, result);
      });
  const std::lock_guard lock(stream_mutex_);
  stream_ = std::move(stream);
}

bool PushSession::Send(OutgoingBatch&& batch) {
  if (!failure_.ok()) return false;
  if (stream_->Send(std::move(batch))) return true;
  return Recover(stream_->Finish());
}

grpc::Status PushSession::Finish() {
  while (failure_.ok()) {
    const grpc::Status status = stream_->Finish();
    if (status.ok()) return status;
    if (!Recover(status)) break;
  }
  return failure_;
}

void PushSession::Interrupt() {
  const std::lock_guard lock(stream_mutex_);
  stream_->Cancel();
}

bool PushSession::Recover(grpc::Status why) {
  std::deque<OutgoingBatch> left;
  for (;;) {
    for (std::deque<OutgoingBatch> more = stream_->TakeUnacknowledged(); !more.empty();
         more.pop_back()) {
      more.back().was_sent_before = true;
      left.push_front(std::move(more.back()));
    }
    if (options_.is_interrupted()) {
      failure_ = grpc::Status(grpc::StatusCode::CANCELLED, "interrupted");
      return false;
    }
    if (has_answered_) {
      was_ever_answered_ = true;
      waited_ = milliseconds{0};
      wait_ = kFirstWait;
    }
    // A server that never answered is one that was named wrongly: that is told at once.
    if (IsAnsweredByServer(why)) was_ever_answered_ = true;
    if (!IsWorthAnotherTry(why) || !was_ever_answered_ || waited_ >= options_.retry_for) {
      failure_ = why;
      return false;
    }
    options_.on_retry(why, wait_);
    options_.wait(wait_);
    waited_ += wait_;
    wait_ = std::min(wait_ * 2, kLongestWait);
    Open();
    bool is_sent = true;
    while (is_sent && !left.empty()) {
      is_sent = stream_->Send(std::move(left.front()));
      left.pop_front();
    }
    // Whether the new stream holds is seen by whoever sends or finishes next.
    if (is_sent) return true;
    why = stream_->Finish();
  }
}

}  // namespace serieslink::cli
