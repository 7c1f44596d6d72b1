#include "tests/bench/byte_stream.h"

#include <fstream>
#include <iterator>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/sync_stream.h"
#include "tests/bench/figures.h"

namespace serieslink::bench {

struct ByteStream::State {
  grpc::ClientContext context;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream;
};

ByteStream::ByteStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method)
    : state_(std::make_unique<State>()) {
  state_->channel = channel;
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING,
                                      channel);
  state_->stream.reset(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          channel.get(), rpc, &state_->context));
}

ByteStream::~ByteStream() = default;

void ByteStream::Write(const std::string& message) {
  const grpc::Slice slice(message.data(), message.size(), grpc::Slice::STATIC_SLICE);
  if (!state_->stream->Write(grpc::ByteBuffer(&slice, 1))) {
    Die("the stream broke: " + state_->stream->Finish().error_message());
  }
}

void ByteStream::WritesDone() { state_->stream->WritesDone(); }

bool ByteStream::Read(std::string* message) {
  grpc::ByteBuffer buffer;
  if (!state_->stream->Read(&buffer)) return false;
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok()) return false;
  message->assign(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return true;
}

void ByteStream::Finish() {
  const grpc::Status status = state_->stream->Finish();
  if (!status.ok()) Die("the stream ended with an error: " + status.error_message());
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Die("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace serieslink::bench
