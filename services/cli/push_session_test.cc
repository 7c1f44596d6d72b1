#include "services/cli/push_session.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <mutex>
#include <vector>

namespace serieslink::cli {
namespace {

using ingest::v1::SubmitStreamRequest;
using ingest::v1::SubmitStreamResponse;
using std::chrono::milliseconds;

// Answers every batch, but ends each stream with `end` after as many answers as `answers` says.
class FlakyIngest final : public ingest::v1::IngestService::Service {
 public:
  std::vector<int> answers;  // of each stream; behind those: all
  grpc::Status end = grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");

  std::vector<std::uint64_t> received() {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  std::size_t streams() {
    const std::lock_guard lock(mutex_);
    return streams_;
  }

  grpc::Status SubmitStream(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<SubmitStreamResponse, SubmitStreamRequest>* stream) override {
    int left = -1;
    {
      const std::lock_guard lock(mutex_);
      if (streams_ < answers.size()) left = answers[streams_];
      ++streams_;
    }
    SubmitStreamRequest request;
    while (left != 0 && stream->Read(&request)) {
      {
        const std::lock_guard lock(mutex_);
        received_.push_back(request.batch().batch_id());
      }
      SubmitStreamResponse response;
      response.mutable_result()->set_batch_id(request.batch().batch_id());
      for (int i = 0; i < request.batch().messages_size(); ++i) {
        response.mutable_result()->add_acknowledgements()->set_outcome(ingest::v1::OUTCOME_CREATED);
      }
      stream->Write(response);
      --left;
    }
    return left == 0 ? end : grpc::Status::OK;
  }

 private:
  std::mutex mutex_;
  std::vector<std::uint64_t> received_;
  std::size_t streams_ = 0;
};

class PushSessionTest : public testing::Test {
 protected:
  PushSessionTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&ingest_);
    server_ = builder.BuildAndStart();
  }

  PushSession::Options Options(milliseconds retry_for) {
    PushSession::Options options;
    options.retry_for = retry_for;
    options.wait = [this](milliseconds time) { waits_.push_back(time); };
    options.is_interrupted = [this] { return is_interrupted_; };
    options.on_retry = [](const grpc::Status&, milliseconds) {};
    return options;
  }

  // Pushes `count` batches of one message.
  grpc::Status Push(PushSession& session, int count) {
    BatchBuilder builder("mps", false, 1);
    for (int i = 0; i < count; ++i) {
      InputRecord record;
      record.line = i + 1;
      if (!session.Send(*builder.Add("a", std::move(record)))) break;
    }
    return session.Finish();
  }

  PushStream::OnResult Note() {
    return [this](const OutgoingBatch& batch, const ingest::v1::BatchResult&) {
      answered_.push_back(batch.request.batch().batch_id());
    };
  }

  std::vector<std::uint64_t> Batches(std::uint64_t count) const {
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = 1; id <= count; ++id) ids.push_back(id);
    return ids;
  }

  FlakyIngest ingest_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<milliseconds> waits_;
  std::vector<std::uint64_t> answered_;
  bool is_interrupted_ = false;
};

TEST_F(PushSessionTest, GoesOnOverNewConnectionsAndAnswersEachBatchOnce) {
  ingest_.answers = {3, 0, 0, 5};
  PushSession session(server_->InProcessChannel({}), Note(), Options(milliseconds(60'000)));
  EXPECT_TRUE(Push(session, 40).ok());
  EXPECT_EQ(answered_, Batches(40));
  EXPECT_EQ(ingest_.streams(), 5u);
  ASSERT_EQ(waits_.size(), 4u);
  EXPECT_EQ(waits_[0], milliseconds(250));
  EXPECT_EQ(waits_[1], milliseconds(500)) << "longer while nothing is answered";
  EXPECT_EQ(waits_[2], milliseconds(1000));
  EXPECT_EQ(waits_[3], milliseconds(250)) << "short again after an answer";
}

TEST_F(PushSessionTest, AServerThatNeverAnsweredIsToldAtOnce) {
  ingest_.answers = {0};
  PushSession session(server_->InProcessChannel({}), Note(), Options(milliseconds(60'000)));
  EXPECT_EQ(Push(session, 3).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(waits_.empty());
}

TEST_F(PushSessionTest, AServerThatSaysThatItCannotNowIsTriedAgain) {
  for (const grpc::StatusCode code :
       {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::RESOURCE_EXHAUSTED}) {
    FlakyIngest full;
    full.answers = {0, 0};
    // Details are the server's own: it is there, though it has answered no batch.
    full.end = grpc::Status(code, "no room", "details");
    grpc::ServerBuilder builder;
    builder.RegisterService(&full);
    const auto server = builder.BuildAndStart();
    answered_.clear();
    PushSession session(server->InProcessChannel({}), Note(), Options(milliseconds(60'000)));
    EXPECT_TRUE(Push(session, 3).ok());
    EXPECT_EQ(answered_, Batches(3));
    EXPECT_EQ(full.streams(), 3u);
  }
}

TEST_F(PushSessionTest, WhatIsSentAgainIsMarked) {
  ingest_.answers = {2};
  std::vector<bool> again;
  PushSession session(
      server_->InProcessChannel({}),
      [&](const OutgoingBatch& batch, const ingest::v1::BatchResult&) {
        again.push_back(batch.was_sent_before);
      },
      Options(milliseconds(60'000)));
  EXPECT_TRUE(Push(session, 4).ok());
  ASSERT_EQ(again.size(), 4u);
  EXPECT_FALSE(again[0] || again[1]);
  EXPECT_TRUE(again[2]) << "it was under way when the stream ended";
}

TEST_F(PushSessionTest, GivesUpAfterItsTimeWithoutAnswers) {
  ingest_.answers = {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  PushSession session(server_->InProcessChannel({}), Note(), Options(milliseconds(1000)));
  EXPECT_EQ(Push(session, 5).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(answered_, Batches(2));
  EXPECT_EQ(waits_,
            (std::vector<milliseconds>{milliseconds(250), milliseconds(500), milliseconds(1000)}));
  EXPECT_FALSE(session.Send(OutgoingBatch())) << "it stays at that";
}

TEST_F(PushSessionTest, AnErrorOfTheServersIsNoLostConnection) {
  ingest_.answers = {2};
  ingest_.end = grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not yours");
  PushSession session(server_->InProcessChannel({}), Note(), Options(milliseconds(60'000)));
  EXPECT_EQ(Push(session, 5).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ingest_.streams(), 1u);
}

TEST_F(PushSessionTest, AnInterruptedPushIsNotTriedAgain) {
  ingest_.answers = {2};
  PushSession session(server_->InProcessChannel({}), Note(), Options(milliseconds(60'000)));
  is_interrupted_ = true;
  EXPECT_EQ(Push(session, 5).error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(ingest_.streams(), 1u);
}

}  // namespace
}  // namespace serieslink::cli
