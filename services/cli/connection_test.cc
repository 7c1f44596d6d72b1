#include "services/cli/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }

  absl::StatusOr<ConnectionSettings> Resolve() {
    return ResolveSettings(flags_, [this](const char* name) -> const char* {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    });
  }

  const std::string folder_ = ::testing::TempDir() + "/connection_test";
  ConnectionFlags flags_;
  std::map<std::string, std::string> environment_;
};

TEST_F(ConnectionTest, PrefersFlagsThenEnvironmentThenFile) {
  flags_.config_file = Write("a.toml",
                             "server = 'file:1'\nca = 'ca.pem'\ncert = '/pki/file.pem'\n"
                             "key = '/pki/file.key'\nserver_name = 'file.example'\n");
  environment_ = {{"SERIESLINK_SERVER", "env:1"}, {"SERIESLINK_CERT", "/pki/env.pem"}};
  flags_.settings.server = "flag:1";
  const auto settings = Resolve();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->server, "flag:1");
  EXPECT_EQ(settings->certificate_file, "/pki/env.pem");
  EXPECT_EQ(settings->key_file, "/pki/file.key");
  EXPECT_EQ(settings->server_name, "file.example");
  EXPECT_EQ(settings->ca_file, folder_ + "/ca.pem") << "relative to the file that names it";
}

TEST_F(ConnectionTest, FindsTheStandardFile) {
  Write("xdg/serieslink/config.toml", "server = 'standard:1'\nca='a'\ncert='b'\nkey='c'\n");
  environment_ = {{"XDG_CONFIG_HOME", folder_ + "/xdg"}};
  const auto settings = Resolve();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->server, "standard:1");
}

TEST_F(ConnectionTest, NamesEverythingThatIsMissingAndHowToGiveIt) {
  flags_.settings.server = "host:1";
  const auto settings = Resolve();
  ASSERT_FALSE(settings.ok());
  const std::string message(settings.status().message());
  for (const char* name : {"--ca", "SERIESLINK_CA", "--cert", "SERIESLINK_CERT", "--key"}) {
    EXPECT_THAT(message, HasSubstr(name));
  }
  EXPECT_THAT(message, Not(HasSubstr("SERIESLINK_SERVER")));
}

TEST_F(ConnectionTest, NamesTheLineOfAConfigurationThatCannotBeUsed) {
  flags_.config_file = Write("b.toml", "server = 'a:1'\nsever = 'b:1'\n");
  EXPECT_THAT(std::string(Resolve().status().message()), HasSubstr("b.toml:2: 'sever'"));
  flags_.config_file = Write("c.toml", "server = 1\n");
  EXPECT_THAT(std::string(Resolve().status().message()), HasSubstr("c.toml:1"));
  flags_.config_file = Write("d.toml", "server = \n");
  EXPECT_THAT(std::string(Resolve().status().message()), HasSubstr("not TOML"));
  flags_.config_file = folder_ + "/absent.toml";
  EXPECT_THAT(std::string(Resolve().status().message()), HasSubstr("absent.toml"));
}

TEST_F(ConnectionTest, NamesTheFileThatCannotBeRead) {
  const auto connection = Connection::Open({.server = "host:1",
                                            .ca_file = folder_ + "/absent.pem",
                                            .certificate_file = "x",
                                            .key_file = "y",
                                            .server_name = ""});
  ASSERT_FALSE(connection.ok());
  const std::string message(connection.status().message());
  EXPECT_THAT(message, HasSubstr("absent.pem (--ca)"));
  EXPECT_THAT(message, HasSubstr("No such file"));
}

TEST_F(ConnectionTest, SaysThatACertificateIsNone) {
  const std::string text = Write("text.pem", "text");
  const auto connection = Connection::Open({.server = "host:1",
                                            .ca_file = text,
                                            .certificate_file = text,
                                            .key_file = text,
                                            .server_name = ""});
  ASSERT_FALSE(connection.ok());
  EXPECT_THAT(std::string(connection.status().message()), HasSubstr("no certificate in PEM form"));
}

}  // namespace
}  // namespace serieslink::cli
