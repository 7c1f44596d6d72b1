#include "services/cli/nearest_name.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace serieslink::cli {
namespace {

// Longer names are not compared: nobody mistypes them, and time grows with the square.
constexpr std::size_t kNameBytesMax = 100;

std::string Bare(std::string_view name) {
  std::string bare;
  for (const char c : name) {
    if (c != ' ' && c != '_' && c != '-' && c != '.') bare.push_back(absl::ascii_tolower(c));
  }
  return bare;
}

// Levenshtein's distance.
std::size_t Distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string NearestName(std::string_view name, const std::vector<std::string>& names) {
  const std::string wanted = Bare(name);
  if (wanted.empty() || wanted.size() > kNameBytesMax) return "";
  std::string nearest;
  std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& one : names) {
    const std::string bare = Bare(one);
    if (bare.empty() || bare.size() > kNameBytesMax) continue;
    const std::size_t distance = Distance(wanted, bare);
    if (distance >= least) continue;
    least = distance;
    nearest = one;
  }
  return nearest;
}

}  // namespace serieslink::cli
