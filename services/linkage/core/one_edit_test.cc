#include "services/linkage/core/one_edit.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

// Levenshtein's distance from its definition.
size_t Distance(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return std::max(a.size(), b.size());
  const std::string a_rest = a.substr(1);
  const std::string b_rest = b.substr(1);
  if (a[0] == b[0]) return Distance(a_rest, b_rest);
  return 1 + std::min({Distance(a_rest, b), Distance(a, b_rest), Distance(a_rest, b_rest)});
}

TEST(OneEditTest, IsALevenshteinDistanceOfOne) {
  std::vector<std::string> texts = {""};
  for (size_t from = 0, length = 0; length < 4; ++length) {
    const size_t to = texts.size();
    for (; from < to; ++from) {
      for (const char c : {'A', 'B', 'C'}) texts.push_back(texts[from] + c);
    }
  }
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      EXPECT_EQ(AreOneEditApart(a, b), Distance(a, b) == 1) << a << " " << b;
    }
  }
}

}  // namespace
}  // namespace serieslink::linkage
