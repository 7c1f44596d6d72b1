#include "services/rpc/stream.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "grpc/grpc.h"
#include "grpc/support/time.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/impl/call_op_set.h"
#include "grpcpp/impl/codegen/config_protobuf.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "services/rpc/error.h"

namespace serieslink::rpc {
namespace {

using grpc::internal::CallOpRecvMessage;
using grpc::internal::CallOpSendInitialMetadata;
using grpc::internal::CallOpSendMessage;
using grpc::internal::CallOpServerSendStatus;
using grpc::internal::CallOpSet;

// Waits until what `operations` says is done, as gRPC's own calls do. `is_ok` says whether it was
// done well. False when it was not done within `patience`.
bool Await(grpc::internal::Call& call, grpc::internal::CallOpSetInterface& operations,
           absl::Duration patience, bool& is_ok) {
  const gpr_timespec deadline =
      patience == absl::InfiniteDuration()
          ? gpr_inf_future(GPR_CLOCK_MONOTONIC)
          : gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                         gpr_time_from_millis(absl::ToInt64Milliseconds(patience), GPR_TIMESPAN));
  for (;;) {
    const grpc_event event =
        grpc_completion_queue_pluck(call.cq()->cq(), operations.core_cq_tag(), deadline, nullptr);
    if (event.type == GRPC_QUEUE_TIMEOUT) return false;
    is_ok = event.success != 0;
    void* tag = operations.core_cq_tag();
    if (operations.FinalizeResult(&tag, &is_ok)) return true;
  }
}

// Ends the call of a client that takes nothing. CANCELLED, for whoever sends calls again after that
// does so; with words, which gRPC's own cancellation has none of.
void CancelUntaken(grpc::internal::Call& call, absl::Duration patience) {
  const std::string words =
      absl::StrCat("an answer was not taken within ", absl::ToInt64Seconds(patience),
                   " s, so the call was ended; read answers as they come, then call again");
  grpc_call_cancel_with_status(call.call(), GRPC_STATUS_CANCELLED, words.c_str(), nullptr);
}

// Performs `operations`, and cancels the call when that takes longer than `patience`.
bool Perform(grpc::internal::Call& call, grpc::internal::CallOpSetInterface& operations,
             absl::Duration patience) {
  call.PerformOps(&operations);
  bool is_ok = false;
  if (Await(call, operations, patience, is_ok)) return is_ok;
  CancelUntaken(call, patience);
  Await(call, operations, absl::InfiniteDuration(), is_ok);
  return false;
}

absl::Status NothingCame(absl::Duration patience) {
  const std::string seconds = absl::StrCat(absl::ToInt64Seconds(patience));
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::ERROR_REASON_DEADLINE_EXCEEDED,
                   absl::StrCat("no whole request came within ", seconds,
                                " s, so the call was ended; call again when there is one"),
                   {{"patience_seconds", seconds}});
}

}  // namespace

bool Stream::Read(grpc::ByteBuffer* request, absl::Duration patience,
                  const std::function<void(const absl::Status& late)>& on_late) {
  CallOpSet<CallOpRecvMessage<grpc::ByteBuffer>> operations;
  operations.RecvMessage(request);
  call_->PerformOps(&operations);
  bool is_ok = false;
  if (Await(*call_, operations, patience, is_ok)) return is_ok && operations.got_message;
  on_late(NothingCame(patience));
  Await(*call_, operations, absl::InfiniteDuration(), is_ok);
  return false;
}

bool Stream::Write(const google::protobuf::MessageLite& response) {
  CallOpSet<CallOpSendInitialMetadata, CallOpSendMessage> operations;
  if (!operations.SendMessage(response).ok()) return false;
  if (!has_begun_) operations.SendInitialMetadata(&metadata_, 0);
  has_begun_ = true;
  return Perform(*call_, operations, answer_patience_);
}

void Stream::Finish(const absl::Status& status) { FinishWith(ToGrpcStatus(status), nullptr); }

void Stream::Finish(const grpc::Status& status, const google::protobuf::MessageLite& response) {
  FinishWith(status, status.ok() ? &response : nullptr);
}

void Stream::FinishWith(grpc::Status status, const google::protobuf::MessageLite* response) {
  const std::lock_guard lock(mutex_);
  if (is_finished_) return;
  is_finished_ = true;
  CallOpSet<CallOpSendInitialMetadata, CallOpSendMessage, CallOpServerSendStatus> operations;
  if (!has_begun_) operations.SendInitialMetadata(&metadata_, 0);
  if (response != nullptr && !operations.SendMessage(*response).ok()) {
    status = ToGrpcStatus(absl::InternalError("an answer cannot be serialised"));
  }
  operations.ServerSendStatus(&metadata_, status);
  Perform(*call_, operations, answer_patience_);
}

}  // namespace serieslink::rpc
