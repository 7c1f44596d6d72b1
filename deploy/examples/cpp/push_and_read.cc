// An agency's client: pushes records of the feed "force" and lists the agency's series.
//
//   push_and_read HOST:PORT ca.pem feed.pem feed.key AGENCY REJECTS RECORDS
//
// One line of RECORDS is one ForceRecord as protobuf JSON (deploy/samples/btp.force.jsonl has
// some). The client keeps up to 16 batches under way on one stream. When the connection breaks it
// waits, connects again and goes on with the first batch that has no answer: what had arrived all
// the same is answered as unchanged. Records that are refused go to REJECTS with every reason, and
// lines that are no record, or a larger one than the server takes, are named on standard error;
// mend and send them again. Exit codes, as those of the client serieslink: 0 all accepted, 2 some
// were rejected or could not be read, 1 failed.
#include <google/protobuf/util/json_util.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "serieslink/series/v1/series_service.grpc.pb.h"

namespace {

namespace ingest = serieslink::ingest::v1;
namespace series = serieslink::series::v1;

// What the server allows, and a little less where it costs nothing.
constexpr std::size_t kWindowBatches = 16;
constexpr int kBatchMessages = 256;             // the server takes 4,096
constexpr std::size_t kBatchBytes = 3'000'000;  // and 4 MiB: room for one more record
constexpr std::size_t kMessageBytesMax = 1 << 20;
constexpr int kFailed = 1;
constexpr int kSomeRejected = 2;

// The reason in a call's error, e.g. ERROR_REASON_OVERLOADED, or "" where there is none.
std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

// Errors after which the same call may succeed. All others need a change: read the reason.
bool IsTemporary(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNKNOWN:
      return true;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      // What is too large stays so. The second is gRPC's own error, which has no reason.
      return ReasonOf(status) != "ERROR_REASON_EVIDENCE_TOO_LARGE" &&
             status.error_message().find("larger than max") == std::string::npos;
    default:
      return false;
  }
}

std::runtime_error ErrorOf(const grpc::Status& status) {
  return std::runtime_error("code " + std::to_string(status.error_code()) + " " + ReasonOf(status) +
                            ": " + status.error_message());
}

// Waits before each new attempt: doubling, and never the same for two clients.
class Backoff {
 public:
  // False when it was tried often enough.
  bool Wait() {
    if (attempts_ == 12) return false;
    const double seconds = std::min(60.0, 0.5 * (1 << attempts_++)) *
                           std::uniform_real_distribution<double>(0.5, 1.0)(random_);
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    return true;
  }
  // It works again.
  void Reset() { attempts_ = 0; }

 private:
  int attempts_ = 0;
  std::mt19937 random_{std::random_device{}()};
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  if (!file || !(content << file.rdbuf())) throw std::runtime_error("cannot read " + path);
  return content.str();
}

std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json).ok()) {
    throw std::runtime_error("a message cannot be written as JSON");
  }
  return json;
}

// Makes batches of the lines of a file.
class Batches {
 public:
  Batches(const std::string& path, std::string agency) : file_(path), agency_(std::move(agency)) {
    if (!file_) throw std::runtime_error("cannot read " + path);
  }

  // The next batch, if there is one.
  std::optional<ingest::SubmitStreamRequest> Next() {
    ingest::SubmitStreamRequest request;
    ingest::Batch& batch = *request.mutable_batch();
    batch.set_batch_id(++batch_id_);
    batch.set_agency(agency_);
    std::size_t bytes = 0;
    while (batch.messages_size() < kBatchMessages && bytes < kBatchBytes) {
      std::string line;
      if (!std::getline(file_, line)) break;
      ++line_;
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      serieslink::feed::v1::FeedMessage& message = *batch.add_messages();
      const bool is_read =
          google::protobuf::util::JsonStringToMessage(line, message.mutable_force()).ok();
      const std::size_t size = message.ByteSizeLong();
      if (!is_read || size > kMessageBytesMax) {
        // Its neighbours go on.
        batch.mutable_messages()->RemoveLast();
        ++unreadable_;
        std::cerr << "line " << line_ << " is "
                  << (is_read ? "larger than 1 MiB" : "no ForceRecord as JSON")
                  << " and is left out\n";
        continue;
      }
      bytes += size;
    }
    if (batch.messages().empty()) return std::nullopt;
    return request;
  }

  // Lines so far that were no record, or too large a one.
  int unreadable() const { return unreadable_; }

 private:
  std::ifstream file_;
  std::uint64_t line_ = 0;
  int unreadable_ = 0;
  const std::string agency_;
  std::uint64_t batch_id_ = 0;
};

class Client {
 public:
  Client(const std::string& server, const std::string& ca, const std::string& certificate,
         const std::string& key, const std::string& rejects)
      : rejects_(rejects, std::ios::trunc) {
    if (!rejects_) throw std::runtime_error("cannot write " + rejects);
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ReadFile(ca);
    options.pem_cert_chain = ReadFile(certificate);
    options.pem_private_key = ReadFile(key);
    grpc::ChannelArguments arguments;
    // Finds out that the server's machine is gone when nothing else would tell.
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
    const auto channel =
        grpc::CreateCustomChannel(server, grpc::SslCredentials(options), arguments);
    ingest_ = ingest::IngestService::NewStub(channel);
    series_ = series::SeriesService::NewStub(channel);
  }

  // Sends all batches, over as many streams as it takes.
  void Push(Batches& batches) {
    std::deque<ingest::SubmitStreamRequest> unanswered;
    Backoff backoff;
    for (;;) {
      const std::size_t before = answered_;
      const grpc::Status status = OneStream(batches, unanswered);
      if (status.ok() && unanswered.empty()) return;
      if (answered_ > before) backoff.Reset();
      if (!status.ok() && !IsTemporary(status)) throw ErrorOf(status);
      std::cerr << "interrupted, " << unanswered.size()
                << " batches to send again: " << status.error_message() << "\n";
      if (!backoff.Wait()) throw ErrorOf(status);
    }
  }

  // Prints the series with a record of `agency`, once linkage has covered what was pushed.
  void ListSeries(const std::string& agency) {
    series::ListSeriesRequest request;
    request.set_page_size(200);
    request.mutable_filter()->set_agency(agency);
    request.mutable_view()->set_min_revision(revision_);
    Backoff backoff;
    for (;;) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(35));
      series::ListSeriesResponse page;
      const grpc::Status status = series_->ListSeries(&context, request, &page);
      if (!status.ok()) {
        if (!IsTemporary(status) || !backoff.Wait()) throw ErrorOf(status);
        continue;
      }
      for (const series::Series& one : page.series()) {
        std::cout << one.series_id() << ": " << one.incident_count() << " incidents, "
                  << one.exhibit_count() << " exhibits\n";
      }
      request.set_page_token(page.next_page_token());
      if (page.next_page_token().empty()) return;
    }
  }

  void PrintCounts(int unreadable) const {
    std::cout << "pushed:";
    const char* separator = " ";
    for (const auto& [outcome, count] : counts_) {
      std::cout << separator << count << " " << outcome;
      separator = ", ";
    }
    if (unreadable > 0) std::cout << separator << unreadable << " unreadable";
    std::cout << "\n";
  }

  bool has_rejects() const { return counts_.count("rejected") != 0; }

 private:
  // Sends what is unanswered, then fresh batches, until all are answered or the stream ends.
  grpc::Status OneStream(Batches& batches, std::deque<ingest::SubmitStreamRequest>& unanswered) {
    grpc::ClientContext context;
    const auto stream = ingest_->SubmitStream(&context);
    bool writes = true;
    for (const ingest::SubmitStreamRequest& request : unanswered) {
      writes = writes && stream->Write(request);
    }
    bool more = true;
    for (;;) {
      while (writes && more && unanswered.size() < kWindowBatches) {
        std::optional<ingest::SubmitStreamRequest> fresh = batches.Next();
        more = fresh.has_value();
        if (!more) {
          stream->WritesDone();
          break;
        }
        // Known before it is sent: the stream may break at any time.
        unanswered.push_back(*std::move(fresh));
        writes = stream->Write(unanswered.back());
      }
      ingest::SubmitStreamResponse response;
      if (!stream->Read(&response)) return stream->Finish();
      if (unanswered.empty() ||
          response.result().batch_id() != unanswered.front().batch().batch_id()) {
        throw std::runtime_error("the server answered another batch than the first unanswered");
      }
      Answered(unanswered.front().batch(), response.result());
      unanswered.pop_front();
    }
  }

  void Answered(const ingest::Batch& batch, const ingest::BatchResult& result) {
    ++answered_;
    for (int i = 0; i < result.acknowledgements_size(); ++i) {
      const ingest::Acknowledgement& answer = result.acknowledgements(i);
      revision_ = std::max(revision_, answer.revision());
      switch (answer.outcome()) {
        case ingest::OUTCOME_CREATED:
          ++counts_["created"];
          break;
        case ingest::OUTCOME_SUPERSEDED:
          ++counts_["superseded"];
          break;
        case ingest::OUTCOME_UNCHANGED:
          ++counts_["unchanged"];
          break;
        case ingest::OUTCOME_REJECTED:
          ++counts_["rejected"];
          rejects_ << "{\"record\":" << JsonOf(batch.messages(i).force())
                   << ",\"answer\":" << JsonOf(answer) << "}\n";
          break;
        default:
          ++counts_["stale"];
      }
    }
  }

  std::unique_ptr<ingest::IngestService::Stub> ingest_;
  std::unique_ptr<series::SeriesService::Stub> series_;
  std::ofstream rejects_;
  std::map<std::string, int> counts_;
  std::size_t answered_ = 0;
  std::int64_t revision_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::cerr << "usage: push_and_read HOST:PORT CA CERTIFICATE KEY AGENCY REJECTS RECORDS\n";
    return kFailed;
  }
  try {
    Client client(argv[1], argv[2], argv[3], argv[4], argv[6]);
    Batches batches(argv[7], argv[5]);
    client.Push(batches);
    client.PrintCounts(batches.unreadable());
    client.ListSeries(argv[5]);
    return client.has_rejects() || batches.unreadable() > 0 ? kSomeRejected : 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return kFailed;
  }
}
