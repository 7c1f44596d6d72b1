#include "services/view/text_pattern.h"

#include <algorithm>

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
