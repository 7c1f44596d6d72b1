#include "services/view/text_pattern.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace serieslink::view {
namespace {

constexpr std::string_view kWildcards = "*?";

}  // namespace

TextPattern::TextPattern(std::string_view text, const Fold& fold) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kWildcards), text.size());
    text_ += fold(text.substr(0, end));
    text.remove_prefix(end);
    if (text.empty()) break;
    if (text.front() != '*' || text_.empty() || text_.back() != '*') text_.push_back(text.front());
    text.remove_prefix(1);
  }
}

bool TextPattern::Matches(std::string_view text) const {
  // Where the last "*" stands, and how much of the text it has taken: on a mismatch it takes one
  // more.
  std::size_t star = std::string::npos;
  std::size_t taken = 0;
  std::size_t at = 0;
  std::size_t in_text = 0;
  while (in_text < text.size()) {
    if (at < text_.size() && text_[at] == '*') {
      star = at++;
      taken = in_text;
    } else if (at < text_.size() && (text_[at] == '?' || text_[at] == text[in_text])) {
      ++at;
      ++in_text;
    } else if (star != std::string::npos) {
      at = star + 1;
      in_text = ++taken;
    } else {
      return false;
    }
  }
  return text_.find_first_not_of('*', at) == std::string::npos;
}

std::optional<std::size_t> TextPattern::MostInCommon(std::string_view text) const {
  // By how much of the pattern was taken, the most in common with what was taken of the text.
  using Common = std::optional<std::size_t>;
  const auto better = [](const Common& a, const Common& b) { return a < b ? b : a; };
  std::vector<Common> most(text_.size() + 1);
  most[0] = 0;
  const auto skip_stars = [&] {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '*') most[at + 1] = better(most[at + 1], most[at]);
    }
  };
  skip_stars();
  for (const char c : text) {
    std::vector<Common> next(most.size());
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (!most[at].has_value()) continue;
      if (text_[at] == '*') {
        next[at] = better(next[at], most[at]);
      } else if (text_[at] == '?' || c == '?' || text_[at] == c) {
        const bool is_common = text_[at] == c && c != '?';
        next[at + 1] = better(next[at + 1], *most[at] + (is_common ? 1 : 0));
      }
    }
    most = std::move(next);
    skip_stars();
  }
  return most.back();
}

std::string_view TextPattern::literal_start() const {
  return std::string_view(text_).substr(0, text_.find_first_of(kWildcards));
}

std::string_view TextPattern::literal_end() const {
  const std::size_t last = text_.find_last_of(kWildcards);
  return last == std::string::npos ? std::string_view(text_)
                                   : std::string_view(text_).substr(last + 1);
}

bool TextPattern::has_wildcards() const {
  return text_.find_first_of(kWildcards) != std::string::npos;
}

std::size_t TextPattern::literal_count() const {
  return static_cast<std::size_t>(std::count_if(
      text_.begin(), text_.end(), [](char c) { return kWildcards.find(c) == std::string::npos; }));
}

}  // namespace serieslink::view
