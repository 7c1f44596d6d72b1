#include "services/rpc/error.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace serieslink::rpc {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(ErrorTest, BadRequestNamesEveryField) {
  const grpc::Status status = ToGrpcStatus(MakeBadRequest({
      {"batch.agency", type::v1::ERROR_REASON_FIELD_MISSING, "name the agency"},
      {"batch.messages", type::v1::ERROR_REASON_FIELD_INVALID, "at least one message"},
  }));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const google::rpc::Status details = DetailsOf(status);
  EXPECT_EQ(details.code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  int error_infos = 0;
  google::rpc::BadRequest bad_request;
  for (const auto& detail : details.details()) {
    error_infos += detail.Is<google::rpc::ErrorInfo>();
    if (detail.Is<google::rpc::BadRequest>()) {
      ASSERT_TRUE(detail.UnpackTo(&bad_request));
    }
  }
  EXPECT_EQ(error_infos, 1);
  ASSERT_EQ(bad_request.field_violations_size(), 2);
  EXPECT_EQ(bad_request.field_violations(0).field(), "batch.agency");
  EXPECT_EQ(bad_request.field_violations(1).description(),
            "ERROR_REASON_FIELD_INVALID: at least one message");
}

TEST(ErrorTest, DetailsFitInTrailersHoweverManyFieldsAreBad) {
  const std::vector<BadField> many(
      5000, BadField{"batch.messages[0].mps.occurred", type::v1::ERROR_REASON_FIELD_INVALID, "x"});
  const grpc::Status status = ToGrpcStatus(MakeBadRequest(many));
  EXPECT_LT(status.error_details().size(), 8000u);
  EXPECT_EQ(status.error_message(), "5000 fields cannot be accepted; the details name each");
}

TEST(ErrorTest, ErrorsFromInsideSayNothingOfTheInside) {
  const grpc::Status status =
      ToGrpcStatus(absl::InternalError("IO error: /var/lib/serieslink/000012.sst: short read"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message().find("sst"), std::string::npos);
  EXPECT_EQ(status.error_details().find("sst"), std::string::npos);
}

TEST(ErrorTest, TheOperatorsLogSaysWhatTheCallerIsNotTold) {
  testing::internal::CaptureStderr();
  const grpc::Status status = ToGrpcStatus(absl::DataLossError("row kent:4711 does not parse"));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_NE(log.find("call_failed"), std::string::npos) << log;
  EXPECT_NE(log.find("DATA_LOSS"), std::string::npos) << log;
  EXPECT_NE(log.find("serieslinkd fsck"), std::string::npos) << log;
  EXPECT_EQ(log.find("4711"), std::string::npos) << "keys may hold what no log may";
}

TEST(ErrorTest, ReasonTravelsWithTheStatus) {
  const absl::Status status = MakeError(
      absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND, "no such record");
  EXPECT_EQ(ReasonOf(status), type::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(ReasonOf(absl::InternalError("x")), type::v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
}

}  // namespace
}  // namespace serieslink::rpc
