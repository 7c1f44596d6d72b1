// Goal: what serieslink-synth writes is what the client's push reads, and nothing is lost between.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/cli/feed_reader.h"
#include "tests/support/temporary_directory.h"
#include "tests/synth/feed_stream.h"
#include "tests/synth/truth.h"

namespace serieslink::synth {
namespace {

constexpr std::uint64_t kRecords = 3000;

std::vector<std::string> LinesOf(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(FilesTest, PushReadsEveryRecordAsItWasMade) {
  const char* const program = std::getenv("SERIESLINK_SYNTH");
  ASSERT_NE(program, nullptr) << "SERIESLINK_SYNTH names the program";
  const TemporaryDirectory directory;
  const std::string folder = directory.path() + "/feeds";
  ASSERT_EQ(std::system(absl::StrCat("'", program, "' --seed 5 --dirt heavy --records ", kRecords,
                                     " --out '", folder, "' >'", directory.path(), "/printed'")
                            .c_str()),
            0);

  std::map<std::string, std::vector<feed::v1::FeedMessage>> expected;  // by file
  std::vector<std::string> truth;
  std::vector<std::string> withdrawals;
  const auto stream =
      FeedStream::Create({.seed = 5, .records = kRecords, .dirt = DirtLevel::kHeavy});
  ASSERT_TRUE(stream.ok());
  SyntheticRecord record;
  while ((*stream)->Next(&record)) {
    truth.push_back(TruthLine(record));
    if (record.is_withdrawal) {
      withdrawals.push_back(truth.back());
    } else {
      expected[absl::StrCat(record.agency, ".", record.feed, ".jsonl")].push_back(record.message);
    }
  }
  EXPECT_EQ(LinesOf(folder + "/truth.jsonl"), truth);
  ASSERT_FALSE(withdrawals.empty());
  EXPECT_EQ(LinesOf(folder + "/withdrawals.jsonl"), withdrawals);
  for (const auto& [name, messages] : expected) {
    SCOPED_TRACE(name);
    const std::string feed = name.substr(name.find('.') + 1, name.rfind('.') - name.find('.') - 1);
    std::ifstream file(folder + "/" + name);
    std::size_t read = 0;
    cli::RecordSink sink;
    sink.on_record = [&](cli::InputRecord&& input) {
      EXPECT_LT(read, messages.size());
      if (read < messages.size()) {
        EXPECT_TRUE(
            google::protobuf::util::MessageDifferencer::Equals(input.message, messages[read]))
            << "line " << input.line;
      }
      ++read;
      return absl::OkStatus();
    };
    sink.on_unreadable = [](cli::UnreadableLine&& line) {
      ADD_FAILURE() << "line " << line.line << ": " << line.problem;
    };
    EXPECT_TRUE(cli::ReadJsonLines(file, feed, sink).ok());
    EXPECT_EQ(read, messages.size());
  }
}

TEST(FilesTest, WhatIsTrueOfKnownLivesIsWritten) {
  const char* const program = std::getenv("SERIESLINK_SYNTH");
  ASSERT_NE(program, nullptr);
  const TemporaryDirectory directory;
  const std::string folder = directory.path() + "/feeds";
  const auto run = [&](const std::string& options) {
    return std::system(absl::StrCat("'", program, "' --seed 5 --records 200 ", options, " --out '",
                                    folder, "' >'", directory.path(), "/printed'")
                           .c_str());
  };
  ASSERT_EQ(run("--known-lives 2"), 0);
  const auto stream = FeedStream::Create({.seed = 5, .records = 200, .known_lives = 2});
  ASSERT_TRUE(stream.ok());
  std::vector<std::string> truth;
  SyntheticRecord record;
  while ((*stream)->Next(&record)) truth.push_back(TruthLine(record));
  std::vector<std::string> lives;
  for (const KnownStory& story : (*stream)->stories()) lives.push_back(StoryLine(story));
  ASSERT_FALSE(lives.empty());
  EXPECT_EQ(LinesOf(folder + "/lives.jsonl"), lives);
  EXPECT_EQ(LinesOf(folder + "/truth.jsonl"), truth);
  ASSERT_EQ(run(""), 0);
  EXPECT_FALSE(std::filesystem::exists(folder + "/lives.jsonl")) << "of another world";
}

TEST(FilesTest, WhatIsOfNoEarlierRunStays) {
  const char* const program = std::getenv("SERIESLINK_SYNTH");
  ASSERT_NE(program, nullptr);
  const TemporaryDirectory directory;
  const auto run = [&](const std::string& agencies, const std::string& folder) {
    return std::system(absl::StrCat("'", program, "' --records 200 --agencies ", agencies,
                                    " --out '", folder, "' >'", directory.path(), "/printed' 2>&1")
                           .c_str());
  };
  const std::string folder = directory.path() + "/own";
  std::filesystem::create_directory(folder);
  const std::string own = folder + "/kent.force.jsonl";
  std::ofstream(own) << "mine\n";
  EXPECT_NE(run("wmp,gmp", folder), 0) << "the folder is somebody's";
  EXPECT_EQ(LinesOf(own), std::vector<std::string>{"mine"});

  std::filesystem::remove(own);
  ASSERT_EQ(run("wmp,gmp", folder), 0);
  const std::string county = folder + "/county.force.jsonl";
  std::ofstream(county) << "mine\n";
  ASSERT_EQ(run("wmp", folder), 0) << "an earlier run wrote it";
  EXPECT_EQ(LinesOf(county), std::vector<std::string>{"mine"});
  EXPECT_TRUE(std::filesystem::exists(folder + "/wmp.force.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(folder + "/gmp.force.jsonl")) << "of another world";
}

TEST(FilesTest, WrongOptionsAreRefused) {
  const char* const program = std::getenv("SERIESLINK_SYNTH");
  ASSERT_NE(program, nullptr);
  const TemporaryDirectory directory;
  for (const char* const options :
       {"--records 0", "--records -1", "--records 1.5", "--seed -1", "--seed 1e3",
        "--seed 99999999999999999999", "--dirt some", "--agencies atlantis", "--known-lives -1",
        "--known-lives 1001", "--known-lives 1 --agencies kent"}) {
    EXPECT_NE(std::system(absl::StrCat("'", program, "' ", options, " --out '", directory.path(),
                                       "/none' >'", directory.path(), "/printed' 2>&1")
                              .c_str()),
              0)
        << options;
    EXPECT_FALSE(std::filesystem::exists(directory.path() + "/none"));
  }
}

}  // namespace
}  // namespace serieslink::synth
