#include "tests/golden/golden_file.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace serieslink {

void ExpectGolden(std::string_view name, std::string_view text) {
  const char* const source = std::getenv("SERIESLINK_SOURCE_DIR");
  ASSERT_NE(source, nullptr)
      << "run it by ctest, or set SERIESLINK_SOURCE_DIR to the source folder";
  const std::string path = std::string(source) + "/tests/golden/" + std::string(name);
  const char* const update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream file(path, std::ios::binary);
    file << text;
    ASSERT_TRUE(file.flush().good()) << path;
    return;
  }
  std::ifstream expected(path, std::ios::binary);
  ASSERT_TRUE(expected.good()) << path << " is missing; UPDATE_GOLDEN=1 writes it";
  std::istringstream actual{std::string(text)};
  for (int line = 1;; ++line) {
    std::string expected_line;
    std::string actual_line;
    const bool has_expected = static_cast<bool>(std::getline(expected, expected_line));
    const bool has_actual = static_cast<bool>(std::getline(actual, actual_line));
    if (!has_expected && !has_actual) return;
    ASSERT_EQ(actual_line, expected_line) << path << " line " << line;
    ASSERT_EQ(has_actual, has_expected) << path << " line " << line;
  }
}

}  // namespace serieslink
