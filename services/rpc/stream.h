#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/impl/call.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"

namespace serieslink::rpc {

// How long a client is waited for, so that one that is slow, stuck or hostile holds what its call
// takes for no longer.
struct Patience {
  absl::Duration request = absl::Minutes(1);  // until the request of a unary call is there
  absl::Duration next = absl::Minutes(10);    // until a stream's next request is there
  absl::Duration answer = absl::Minutes(1);   // until an answer is taken
};

// The server's end of a call, whose requests are read as bytes. gRPC's own ends a waiting reader
// only by cancelling the call, of which the client learns no reason, and waits for its client
// without end; this one may be finished, with an error and its details, while its reader waits, and
// has a limit to each wait. One thread reads, one writes.
class Stream {
 public:
  // `call` must outlive the stream. A client that does not take an answer within `answer_patience`
  // has its call cancelled, and is told why when it reads on.
  Stream(grpc::internal::Call* call, absl::Duration answer_patience)
      : call_(call), answer_patience_(answer_patience) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // The next request. False when there is none: the client has ended its side, or is gone, or the
  // call is finished. When the request is not there, whole, within `patience`, `on_late` is called
  // with what to tell the client, DEADLINE_EXCEEDED; it sees to it that the call is finished, which
  // ends this wait.
  bool Read(grpc::ByteBuffer* request, absl::Duration patience,
            const std::function<void(const absl::Status& late)>& on_late);

  // False when it can no longer be sent. Waits while the client does not take what was sent before.
  bool Write(const google::protobuf::MessageLite& response);

  // Ends the call with `status`; the second form sends `response` with it unless it is an error. No
  // Write may be under way or follow. Thread-safe: the first call counts, and another one returns
  // when that one is done.
  void Finish(const absl::Status& status);
  void Finish(const grpc::Status& status, const google::protobuf::MessageLite& response);

 private:
  void FinishWith(grpc::Status status, const google::protobuf::MessageLite* response);

  grpc::internal::Call* const call_;
  const absl::Duration answer_patience_;
  // None of our own; gRPC takes them by reference.
  std::multimap<std::string, std::string> metadata_;
  bool has_begun_ = false;  // initial metadata are on their way; known to whoever writes
  std::mutex mutex_;
  bool is_finished_ = false;
};

}  // namespace serieslink::rpc
