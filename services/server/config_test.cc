#include "services/server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serieslink::server {
namespace {

using ::testing::HasSubstr;

constexpr char kGood[] = R"(
listen_address: "localhost:0"
tls { certificate: "s.crt" private_key: "s.key" client_ca: "ca.crt" }
trust_domain: "serieslink.test"
data_directory: "data"
feed_permissions { feed: "mps" agencies: "mps" }
)";

TEST(ConfigTest, ReadsAGoodOne) {
  const auto config = ParseConfig(kGood);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->tls().client_ca(), "ca.crt");
}

TEST(ConfigTest, NamesEveryMissingField) {
  const std::string message(ParseConfig("").status().message());
  for (const char* field : {"listen_address", "tls.certificate", "tls.private_key", "tls.client_ca",
                            "trust_domain", "data_directory"}) {
    EXPECT_THAT(message, HasSubstr(field));
  }
}

TEST(ConfigTest, NamesTheLineOfWhatItCannotRead) {
  EXPECT_THAT(std::string(ParseConfig("listen_address: \"a:1\"\nlisten: 3").status().message()),
              HasSubstr("line 2"));
}

TEST(ConfigTest, NamesUnknownFeedsAndLevels) {
  const std::string message(
      ParseConfig(std::string(kGood) + "feed_permissions { feed: \"x\" } log_level: \"LOUD\"")
          .status()
          .message());
  EXPECT_THAT(message, HasSubstr("feed_permissions[1].feed"));
  EXPECT_THAT(message, HasSubstr("feed_permissions[1].agencies"));
  EXPECT_THAT(message, HasSubstr("log_level"));
}

TEST(ConfigTest, SaysWhichFileItCannotRead) {
  EXPECT_THAT(std::string(ReadConfig("/nowhere/x").status().message()),
              HasSubstr("/nowhere/x': No such file"));
  EXPECT_THAT(std::string(ReadConfig("/").status().message()), HasSubstr("it is a folder"));
}

}  // namespace
}  // namespace serieslink::server
