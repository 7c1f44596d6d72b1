// Standing queries and trace requests from the command line, as an investigator works with them,
// against serieslinkd; both as programs.
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "serieslink/enquiry/v1/enquiry_service.pb.h"
#include "tests/support/client_case.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EnquiryClientTest : public ClientCase {
 protected:
  EnquiryClientTest() : kent_(SERIESLINK_CLIENT, server_.address(), "kent") {}

  // The enquiry that `client` is answered with.
  static enquiry::v1::Enquiry EnquiryOf(const ClientProgram& client,
                                        std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--format", "json"});
    const auto result = client.Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    enquiry::v1::GetEnquiryResponse response;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(result.out, &response).ok())
        << result.out;
    return response.enquiry();
  }
  std::string Heard(const ClientProgram& client) const {
    const auto result = client.Run({"watch", "--after-revision", "0", "--until-now"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  ClientProgram kent_;
};

TEST_F(EnquiryClientTest, AQueryIsAskedHeardOfRenewedAndCancelled) {
  const std::string id =
      EnquiryOf(client_, {"query", "add", "--serial", "AB51*", "--make", "Glock", "--unit",
                          "trident", "--purpose", "a shooting", "--days", "30"})
          .enquiry_id();
  client_.Write("gun.jsonl", Line("1", 1, "AB51234"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", "--wait", client_.Path("gun.jsonl")}).exit_code,
            0);
  EXPECT_THAT(Heard(client_), HasSubstr("query matched"));
  EXPECT_THAT(Heard(client_), HasSubstr(id));
  EXPECT_EQ(Heard(kent_), "");
  EXPECT_THAT(client_.Run({"query", "list"}).out, HasSubstr("serial AB51*, make Glock"));
  EXPECT_EQ(EnquiryOf(client_, {"query", "renew", id, "--days", "60"}).version(), 2);
  EXPECT_EQ(EnquiryOf(client_, {"query", "comment", id, "--text", "still wanted"}).comments_size(),
            1);
  EXPECT_THAT(client_.Run({"query", "get", id}).out, HasSubstr("still wanted"));
  EXPECT_EQ(EnquiryOf(client_, {"query", "cancel", id, "--reason", "found"}).status(),
            enquiry::v1::ENQUIRY_STATUS_ENDED);
  EXPECT_THAT(client_.Run({"query", "list"}).out, Not(HasSubstr(id)));
  EXPECT_THAT(client_.Run({"query", "list", "--status", "ended"}).out, HasSubstr(id));
  EXPECT_NE(kent_.Run({"query", "get", id}).exit_code, 0);
}

TEST_F(EnquiryClientTest, ATraceRequestIsAskedAnsweredAndClosed) {
  const std::string asked =
      EnquiryOf(client_, {"trace-request", "add", "--serial", "AB51234", "--ask", "kent", "--unit",
                          "trident", "--purpose", "recovered, no record", "--days", "30"})
          .enquiry_id();
  EXPECT_THAT(Heard(kent_), HasSubstr("trace requested"));
  EXPECT_THAT(kent_.Run({"trace-request", "list", "--to-me"}).out, HasSubstr(asked));
  EXPECT_EQ(EnquiryOf(kent_, {"trace-request", "answer", asked, "not-known"}).status(),
            enquiry::v1::ENQUIRY_STATUS_ANSWERED);
  EXPECT_THAT(Heard(client_), HasSubstr("trace answered"));
  EXPECT_THAT(client_.Run({"trace-request", "get", asked}).out, HasSubstr("not known"));
  EXPECT_EQ(EnquiryOf(client_, {"trace-request", "close", asked, "--reason", "traced"}).status(),
            enquiry::v1::ENQUIRY_STATUS_ENDED);
}

TEST_F(EnquiryClientTest, WhatIsWrongIsSaid) {
  const auto lacks_end = client_.Run(
      {"query", "add", "--serial", "AB1", "--unit", "trident", "--purpose", "a shooting"});
  EXPECT_EQ(lacks_end.exit_code, 1);
  EXPECT_THAT(lacks_end.err, HasSubstr("--until or --days"));
  const auto too_long = client_.Run({"query", "add", "--serial", "*", "--unit", "trident",
                                     "--purpose", "a shooting", "--until", "2199-01-01"});
  EXPECT_EQ(too_long.exit_code, 3);
  EXPECT_THAT(too_long.err, HasSubstr("expire_time"));
  EXPECT_THAT(too_long.err, HasSubstr("gun.serial"));
}

}  // namespace
}  // namespace serieslink
