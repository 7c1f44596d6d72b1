#pragma once

#include <memory>
#include <string>

#include "grpcpp/channel.h"

// A bidirectional stream of messages that are bytes already, so that the client's share of the
// machine is gRPC and TLS and nothing else.
namespace serieslink::bench {

// One thread may write while another reads. Ends the process when the stream breaks while writing.
class ByteStream {
 public:
  // Opens the stream of "/package.Service/Method".
  ByteStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method);
  ~ByteStream();

  // The bytes are not copied: they must outlive the stream.
  void Write(const std::string& message);
  // Says that nothing more is written.
  void WritesDone();
  // The next message; false at the stream's end.
  bool Read(std::string* message);
  // Ends the stream, after WritesDone. Ends the process when it did not end well.
  void Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The whole of a file; ends the process when it cannot be read.
std::string ReadFile(const std::string& path);

}  // namespace serieslink::bench
