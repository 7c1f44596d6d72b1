#include "services/rpc/stream.h"

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

// Starts what `operations` says and waits until it is done, as gRPC's own streams do.
bool Perform(grpc::internal::Call& call, grpc::internal::CallOpSetInterface& operations) {
  call.PerformOps(&operations);
  for (;;) {
    const grpc_event event = grpc_completion_queue_pluck(
        call.cq()->cq(), operations.core_cq_tag(), gpr_inf_future(GPR_CLOCK_REALTIME), nullptr);
    bool is_ok = event.success != 0;
    void* tag = operations.core_cq_tag();
    if (operations.FinalizeResult(&tag, &is_ok)) return is_ok;
  }
}

}  // namespace

bool Stream::Read(grpc::ByteBuffer* request) {
  CallOpSet<CallOpRecvMessage<grpc::ByteBuffer>> operations;
  operations.RecvMessage(request);
  return Perform(*call_, operations) && operations.got_message;
}

bool Stream::Write(const google::protobuf::MessageLite& response) {
  CallOpSet<CallOpSendInitialMetadata, CallOpSendMessage> operations;
  if (!operations.SendMessage(response).ok()) return false;
  if (!has_begun_) operations.SendInitialMetadata(&metadata_, 0);
  has_begun_ = true;
  return Perform(*call_, operations);
}

void Stream::Finish(const absl::Status& status) {
  const std::lock_guard lock(mutex_);
  if (is_finished_) return;
  is_finished_ = true;
  CallOpSet<CallOpSendInitialMetadata, CallOpServerSendStatus> operations;
  if (!has_begun_) operations.SendInitialMetadata(&metadata_, 0);
  operations.ServerSendStatus(&metadata_, ToGrpcStatus(status));
  Perform(*call_, operations);
}

}  // namespace serieslink::rpc
