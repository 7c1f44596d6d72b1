#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "tests/fuzz/adapt_fuzz.h"

// Replays the fuzzer's corpus in every build, so that an input that once broke an adapter stays
// mended.
namespace serieslink::fuzz {
namespace {

int Replay(std::string_view folder, bool accepted) {
  const char* source_dir = std::getenv("SERIESLINK_SOURCE_DIR");
  if (source_dir == nullptr) {
    ADD_FAILURE() << "SERIESLINK_SOURCE_DIR is not set; CTest sets it";
    return 0;
  }
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(source_dir) / "tests/fuzz/corpus/adapt" / folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()),
        0);
    EXPECT_EQ(AdaptInput(input), accepted) << entry.path().filename();
    ++inputs;
  }
  return inputs;
}

TEST(AdaptCorpusTest, AcceptedInputsAreAccepted) { EXPECT_GE(Replay("accepted", true), 8); }

TEST(AdaptCorpusTest, RefusedInputsAreRefused) { EXPECT_GE(Replay("refused", false), 5); }

TEST(AdaptCorpusTest, WhatIsNoMessageIsNone) {
  EXPECT_EQ(AdaptInput("{ neither bytes nor text"), std::nullopt);
}

}  // namespace
}  // namespace serieslink::fuzz
