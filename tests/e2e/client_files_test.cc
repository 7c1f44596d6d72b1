// Files of agencies as they come: cut off, badly quoted, in other encodings. What the client makes
// of them, as a person or a script sees it.
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program_pair.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ClientFilesTest : public testing::Test {
 protected:
  ClientFilesTest()
      : server_(SERIESLINK_SERVER), client_(SERIESLINK_CLIENT, server_.address(), "mers") {
    // A client that ends early is for the expectations to tell.
    std::signal(SIGPIPE, SIG_IGN);
    client_.Write("map.toml",
                  "feed = \"force\"\n"
                  "[[field]]\npath = \"system\"\nconstant = \"NICHE\"\n"
                  "[[field]]\npath = \"record_type\"\nconstant = \"INCIDENT\"\n"
                  "[[field]]\npath = \"record_id\"\ncolumn = \"id\"\n"
                  "[[field]]\npath = \"occurred\"\ncolumn = \"when\"\n"
                  "[[field]]\npath = \"place.country_code\"\ncolumn = \"country\"\n"
                  "[[field]]\npath = \"guns[0].make\"\ncolumn = \"make\"\n");
  }

  ClientProgram::Result Push(const std::vector<std::string>& files,
                             const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments = {"--format", "json", "push", "--mapping",
                                          client_.Path("map.toml")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    for (const std::string& file : files) arguments.push_back(client_.Path(file));
    return client_.Run(arguments);
  }

  ServerProgram server_;
  ClientProgram client_;
};

TEST_F(ClientFilesTest, AQuoteGoneAstrayCostsItsOwnRowOnly) {
  client_.Write("guns.csv",
                "id,when,country,make\n"
                "1,2024-05-01,GB,Glock\n"
                "2,2024-05-01,GB,5\" barrel\n"
                "3,2024-05-01,GB,Glock\n"
                "4,2024-05-01,GB,\"never closed\n"
                "5,2024-05-01,GB,Glock\n"
                "6,2024-05-01,GB,\"Smith, \"\"Wesson\"\"\"\n");
  const auto result = Push({"guns.csv"}, {"--rejects", client_.Path("refused.csv")});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"created\":4"));
  EXPECT_THAT(result.out, HasSubstr("\"unreadable\":2"));
  EXPECT_THAT(result.err, HasSubstr("guns.csv:3: a quote stands"));
  EXPECT_THAT(result.err, HasSubstr("guns.csv:5: a quote opens a cell here"));
  EXPECT_THAT(client_.Read("refused.csv"), HasSubstr("2,2024-05-01,GB,5\" barrel"));
  EXPECT_THAT(client_.Read("refused.csv"), HasSubstr("4,2024-05-01,GB,\"never closed"));
}

TEST_F(ClientFilesTest, AFileThatWasCutOffIsSaid) {
  client_.Write("whole.csv", "id,when,country,make\n1,2024-05-01,GB,Glock\n2,2024-05-01,GB,Glo");
  auto result = Push({"whole.csv"}, {"--rejects", client_.Path("refused.csv")});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"created\":1,"));
  EXPECT_THAT(result.err, HasSubstr("whole.csv:3: the file ends there without a line end"));
  EXPECT_THAT(client_.Read("refused.csv"), HasSubstr("2,2024-05-01,GB,Glo,"));
  result = Push({"whole.csv"}, {"--last-row-complete"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"created\":1,"));
  client_.Write("cut.csv", "id,when,country,make\n3,2024-05-01,GB,Glock\n4,2024-05-01");
  client_.Write("quoted.csv", "id,when,country,make\n5,2024-05-01,GB,Glock\n6,2024-05-01,GB,\"Glo");
  result = Push({"cut.csv", "quoted.csv"});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"created\":2"));
  EXPECT_THAT(result.out, HasSubstr("\"unreadable\":2"));
  EXPECT_THAT(result.err, HasSubstr("cut.csv:3: "));
  EXPECT_THAT(result.err, HasSubstr("may have been cut off"));
  EXPECT_THAT(result.err, HasSubstr("quoted.csv:3: "));
}

TEST_F(ClientFilesTest, AllFilesAreCheckedBeforeAnyIsSent) {
  client_.Write("good.csv", "id,when,country,make\n1,2024-05-01,GB,Glock\n");
  client_.Write("renamed.csv", "ID,when,country,make\n2,2024-05-01,GB,Glock\n");
  client_.Write("twice.csv", "id,when,country,make,make\n3,2024-05-01,GB,Glock,17\n");
  client_.Write("wide.csv", std::string("\xFF\xFEi\0d\0,\0\n\0", 10));
  ASSERT_EQ(mkdir(client_.Path("folder.csv").c_str(), 0700), 0);
  const auto result =
      Push({"good.csv", "renamed.csv", "twice.csv", "wide.csv", "folder.csv", "absent.csv"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, IsEmpty()) << "there is no table of nothing";
  EXPECT_THAT(result.err, HasSubstr("5 files cannot be pushed, so nothing was sent"));
  for (const char* problem :
       {"renamed.csv: its first row", "twice.csv: its first row", "wide.csv: the file is UTF-16",
        "folder.csv: this is a folder", "absent.csv: there is no such file"}) {
    EXPECT_THAT(result.err, HasSubstr(problem));
  }
  const auto good = Push({"good.csv"});
  EXPECT_THAT(good.out, HasSubstr("\"created\":1")) << "it had not been sent";

  // A pipe can be read once: it is checked when it is its turn.
  ASSERT_EQ(mkfifo(client_.Path("pipe.csv").c_str(), 0600), 0);
  for (const bool is_alone : {true, false}) {
    std::vector<std::string> arguments = {"--format", "json", "push", "--mapping",
                                          client_.Path("map.toml")};
    if (!is_alone) arguments.push_back(client_.Path("good.csv"));
    arguments.push_back(client_.Path("pipe.csv"));
    const auto child = client_.Start(arguments);
    std::ofstream(client_.Path("pipe.csv"), std::ios::binary) << "ID;when\n2;2024-05-01\n";
    const auto piped = client_.Finish(*child);
    EXPECT_EQ(piped.exit_code, is_alone ? 1 : 2) << piped.err;
    EXPECT_THAT(piped.err, HasSubstr("pipe.csv: its first row"));
    if (is_alone) {
      EXPECT_THAT(piped.out, IsEmpty());
    } else {
      EXPECT_THAT(piped.out, HasSubstr("\"broken_files\":1"));
    }
  }
}

TEST_F(ClientFilesTest, WhatIsNotUtf8IsNamedByColumnAndField) {
  client_.Write("guns.csv",
                "id,when,country,make\n1,2024-05-01,GB,Glock\n2,2024-05-01,GB,\xC4\n"
                "3,2024-05-01,GB,\xC3\x84\n");
  auto result = Push({"guns.csv"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, HasSubstr("\"created\":2"));
  EXPECT_THAT(result.err,
              HasSubstr("guns.csv:3: column 'make', for guns[0].make, is not UTF-8: export"));
  EXPECT_THAT(result.err, Not(HasSubstr("libprotobuf")));
  client_.Write("guns.jsonl", "{\"record_id\":\"\xC4\"}\n");
  result = client_.Run({"push", "--feed", "force", client_.Path("guns.jsonl")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("byte 15 of the line is not UTF-8"));
  EXPECT_THAT(result.err, Not(HasSubstr("libprotobuf")));
}

TEST_F(ClientFilesTest, UnknownCodesAndCrossedBoundsAreSaid) {
  client_.Write("guns.csv",
                "id,when,country,make\n1,2024-05-01,ZZZ,Glock\n2,2024-05-01,UK,Glock\n"
                "3,2024-05-01,XK,Glock\n4,2024-05-01/2099,GB,Glock\n");
  const auto result = Push({"guns.csv"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, HasSubstr("\"unknown_codes\":{\"force.place.country_code\":2}"));
  EXPECT_THAT(result.err, HasSubstr("2 codes in force.place.country_code unknown to the server"));
  EXPECT_THAT(result.err, HasSubstr("guns.csv:5: force.occurred: DATE_IN_FUTURE"));

  const auto crossed =
      client_.Run({"series", "list", "--incidents-min", "4", "--incidents-max", "3"});
  EXPECT_EQ(crossed.exit_code, 1);
  EXPECT_THAT(crossed.err, HasSubstr("--incidents-min 4 is above --incidents-max 3"));
}

}  // namespace
}  // namespace serieslink
