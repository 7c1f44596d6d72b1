#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "grpcpp/channel.h"
#include "serieslink/alert/v1/alert_service.grpc.pb.h"

namespace serieslink::cli {

// A stream of alerts that outlives its connections and its server: it goes on from the last
// position that it was given. All calls from one thread, but Interrupt.
class WatchSession {
 public:
  struct Options {
    // Ends when everything that is derived was told, instead of waiting for more.
    bool until_current = false;
    // How long to try without a single message before giving up. 0: not at all.
    std::chrono::milliseconds retry_for{0};
    // A stream without a message for so long is broken: the server sends one every 15 seconds.
    std::chrono::milliseconds silence_max{60'000};
    // Waits that long, or until the watch is interrupted.
    std::function<void(std::chrono::milliseconds)> wait;
    // Whether the user wants to stop.
    std::function<bool()> is_interrupted;
    // Told that the connection broke and when it is tried again.
    std::function<void(const grpc::Status& why, std::chrono::milliseconds next)> on_retry;
    // Takes a message. False: it could not be kept, and the watch ends.
    std::function<bool(const alert::v1::WatchAlertsResponse& message)> on_message;
  };

  WatchSession(const std::shared_ptr<grpc::Channel>& channel, Options options);

  // Watches as `request` says. OK: everything was told, with until_current. CANCELLED: interrupted,
  // or a message could not be kept. Otherwise why it cannot go on.
  grpc::Status Run(alert::v1::WatchAlertsRequest request);

  // Ends the stream from another thread (not from a signal handler).
  void Interrupt();

 private:
  // Until the stream under way ends; cancels it when nothing comes.
  void CancelWhenSilent(grpc::ClientContext& context);
  // A message came, and is being taken or was.
  void NoteLife(bool is_taking);
  // One stream, until it ends. True when everything that was wanted was told.
  bool RunOnce(alert::v1::WatchAlertsRequest& request, grpc::Status& status);

  const std::unique_ptr<alert::v1::AlertService::Stub> stub_;
  const Options options_;
  bool has_heard_ = false;  // on this stream
  bool could_keep_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  grpc::ClientContext* context_ = nullptr;  // of the stream under way
  std::uint64_t signs_of_life_ = 0;
  bool is_taking_ = false;  // on_message runs
};

}  // namespace serieslink::cli
