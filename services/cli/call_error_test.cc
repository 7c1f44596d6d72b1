#include "services/cli/call_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/cli/exit_code.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const ConnectionSettings kSettings = {.server = "host:1",
                                      .ca_file = "ca.pem",
                                      .certificate_file = "mps.pem",
                                      .key_file = "mps.key",
                                      .server_name = ""};

CallError Unavailable(const std::string& cause, const std::string& problem = "") {
  return ExplainCallError(grpc::Status(grpc::StatusCode::UNAVAILABLE, cause), kSettings, problem);
}

grpc::Status FromServer(grpc::StatusCode code, const std::string& message,
                        const std::string& reason, int bad_fields = 0) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  google::rpc::BadRequest bad_request;
  for (int i = 0; i < bad_fields; ++i) {
    auto& violation = *bad_request.add_field_violations();
    violation.set_field("filter.field" + std::to_string(i));
    violation.set_description("is wrong");
  }
  google::rpc::Status details;
  details.add_details()->PackFrom(info);
  details.add_details()->PackFrom(bad_request);
  return grpc::Status(code, message, details.SerializeAsString());
}

TEST(CallErrorTest, SaysWhatToDoWhenThereIsNoConnection) {
  const CallError refused = Unavailable(
      "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: Failed to "
      "connect "
      "to remote host: Connection refused");
  EXPECT_EQ(refused.exit_code, kExitCannotConnect);
  EXPECT_THAT(refused.text, HasSubstr("host:1"));
  EXPECT_THAT(refused.text, HasSubstr("start serieslinkd"));
  EXPECT_THAT(Unavailable("DNS resolution failed for host:1").text, HasSubstr("no host"));
  EXPECT_THAT(Unavailable("Ssl handshake failed: SSL_ERROR_SSL: CERTIFICATE_VERIFY_FAILED").text,
              HasSubstr("not issued by ca.pem"));
  EXPECT_THAT(Unavailable("Ssl handshake failed: WRONG_VERSION_NUMBER").text,
              HasSubstr("does not speak TLS"));
  EXPECT_THAT(Unavailable("Hostname Verification Check failed.").text, HasSubstr("--server-name"));
}

TEST(CallErrorTest, NamesTheCertificateThatWasRefused) {
  EXPECT_THAT(Unavailable("Socket closed").text,
              HasSubstr("the server refused the certificate mps.pem or ended"));
  EXPECT_THAT(Unavailable("Socket closed", "expired on 2020-01-01").text,
              HasSubstr("refused the certificate mps.pem, which expired on 2020-01-01"));
}

TEST(CallErrorTest, TellsTheServersOwnWordsAndEveryBadField) {
  const CallError one = ExplainCallError(
      FromServer(grpc::StatusCode::NOT_FOUND, "nothing of that name is known to you",
                 "ERROR_REASON_RESOURCE_NOT_FOUND"),
      kSettings, "");
  EXPECT_EQ(one.exit_code, kExitNotFound);
  EXPECT_EQ(one.text, "nothing of that name is known to you [ERROR_REASON_RESOURCE_NOT_FOUND]");
  const CallError several =
      ExplainCallError(FromServer(grpc::StatusCode::INVALID_ARGUMENT, "2 fields cannot be accepted",
                                  "ERROR_REASON_FIELD_INVALID", 2),
                       kSettings, "");
  EXPECT_THAT(several.text, HasSubstr("\n  filter.field0: is wrong\n  filter.field1: is wrong"));
}

TEST(CallErrorTest, AnUnavailableStoreIsNoLostConnection) {
  const CallError store =
      ExplainCallError(FromServer(grpc::StatusCode::UNAVAILABLE, "the store cannot answer now",
                                  "ERROR_REASON_STORE_UNAVAILABLE"),
                       kSettings, "");
  EXPECT_EQ(store.exit_code, kExitServerError);
  EXPECT_THAT(store.text, Not(HasSubstr("cannot connect")));
  EXPECT_EQ(ExplainCallError(FromServer(grpc::StatusCode::UNAVAILABLE, "going down",
                                        "ERROR_REASON_SHUTTING_DOWN"),
                             kSettings, "")
                .exit_code,
            kExitCannotConnect);
}

TEST(CallErrorTest, WhatIsNotPermittedHasAnExitCodeOfItsOwn) {
  EXPECT_EQ(ExplainCallError(FromServer(grpc::StatusCode::PERMISSION_DENIED, "not your agency",
                                        "ERROR_REASON_AGENCY_NOT_YOURS"),
                             kSettings, "")
                .exit_code,
            kExitNotPermitted);
  EXPECT_EQ(ExplainCallError(grpc::Status(grpc::StatusCode::UNAUTHENTICATED, ""), kSettings, "")
                .exit_code,
            kExitNotPermitted);
}

TEST(CallErrorTest, ADeadlineNamesItsFlag) {
  const CallError late = ExplainCallError(
      grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded"), kSettings, "");
  EXPECT_EQ(late.exit_code, kExitCannotConnect);
  EXPECT_THAT(late.text, HasSubstr("--timeout"));
}

}  // namespace
}  // namespace serieslink::cli
