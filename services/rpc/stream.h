#pragma once

#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/impl/call.h"
#include "grpcpp/support/byte_buffer.h"

namespace serieslink::rpc {

// The server's end of a stream in both directions, whose requests are read as bytes. gRPC's own
// ends a waiting reader only by cancelling the call, of which the client learns no reason; this one
// may be finished, with an error and its details, while its reader waits. One thread reads, one
// writes.
class Stream {
 public:
  // `call` must outlive the stream.
  explicit Stream(grpc::internal::Call* call) : call_(call) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // The next request. False when there is none: the client has ended its side, or is gone, or the
  // call is finished.
  bool Read(grpc::ByteBuffer* request);

  // False when it can no longer be sent. Waits while the client does not take what was sent before.
  bool Write(const google::protobuf::MessageLite& response);

  // Ends the call with `status`. No Write may be under way or follow. Thread-safe: the first call
  // counts, and another one returns when that one is done.
  void Finish(const absl::Status& status);

 private:
  grpc::internal::Call* const call_;
  // None of our own; gRPC takes them by reference.
  std::multimap<std::string, std::string> metadata_;
  bool has_begun_ = false;  // initial metadata are on their way; known to whoever writes
  std::mutex mutex_;
  bool is_finished_ = false;
};

}  // namespace serieslink::rpc
