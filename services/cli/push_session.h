#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "grpcpp/channel.h"
#include "services/cli/push_stream.h"

namespace serieslink::cli {

// A push that outlives its connection: when the stream breaks because the server or the network
// went away, it connects again and sends what was not acknowledged. Sending again is harmless, so
// every record takes effect once. All calls from one thread.
class PushSession {
 public:
  struct Options {
    // How long to try without a single answer before giving up. 0: not at all.
    std::chrono::milliseconds retry_for{0};
    // Waits that long, or until the push is interrupted.
    std::function<void(std::chrono::milliseconds)> wait;
    // Whether the user wants to stop.
    std::function<bool()> is_interrupted;
    // Told that the connection broke and when it is tried again.
    std::function<void(const grpc::Status& why, std::chrono::milliseconds next)> on_retry;
  };

  // `on_result` as PushStream's.
  PushSession(std::shared_ptr<grpc::Channel> channel, PushStream::OnResult on_result,
              Options options);

  // Sends a batch; waits while too many are unanswered. False when the push cannot go on: call
  // Finish.
  bool Send(OutgoingBatch&& batch);

  // Waits until everything that was sent is answered. OK, or why the push cannot go on; CANCELLED
  // when it was interrupted.
  grpc::Status Finish();

  // Something else was answered by the server: it is there.
  void ServerIsThere() { was_ever_answered_ = true; }

  // Ends the stream from another thread (not from a signal handler).
  void Interrupt();

 private:
  static constexpr std::chrono::milliseconds kFirstWait{250};

  void Open();
  // Takes the broken stream apart, and sends what it left over on a new one. False when the push
  // cannot go on; `failure_` says why.
  bool Recover(grpc::Status why);

  const std::shared_ptr<grpc::Channel> channel_;
  const PushStream::OnResult on_result_;
  const Options options_;
  std::atomic<bool> has_answered_ = false;  // since the last connection
  bool was_ever_answered_ = false;
  std::chrono::milliseconds waited_{0};  // since the last answer
  std::chrono::milliseconds wait_ = kFirstWait;
  std::mutex stream_mutex_;  // guards the pointer against Interrupt
  std::unique_ptr<PushStream> stream_;
  grpc::Status failure_;
};

// Whether a stream that ended with `status` may go on over a new connection.
bool IsConnectionLoss(const grpc::Status& status);

// Whether what ended with `status` may go better after a wait: the connection was lost, or the
// server says that it cannot do it now.
bool IsWorthAnotherTry(const grpc::Status& status);

// What a person is told when a push is to be tried again.
std::string RetryText(const grpc::Status& why);

// Waits until `channel` is connected, `time` has passed or the user wants to stop. gRPC gets on
// with a connection only while somebody waits for it: without this, attempts to connect run out of
// their time between two tries.
void AwaitConnection(grpc::Channel& channel, std::chrono::milliseconds time,
                     const std::function<bool()>& is_interrupted);

// Whether the server itself wrote the error: it is there, then.
inline bool IsAnsweredByServer(const grpc::Status& status) {
  return !status.error_details().empty();
}

}  // namespace serieslink::cli
