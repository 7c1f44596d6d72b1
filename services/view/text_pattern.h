#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace serieslink::view {

// A text with wildcards: "*" for any characters, also none, "?" for exactly one. Immutable.
class TextPattern {
 public:
  using Fold = std::function<std::string(std::string_view)>;

  // What stands between the wildcards of `text` is normalised by `fold`, each piece for itself.
  TextPattern(std::string_view text, const Fold& fold);

  // Whether all of `text`, which is normalised, fits. O(pattern * text).
  bool Matches(std::string_view text) const;
  // The most letters and digits of the pattern that stand in `text`, of which each "?" is a
  // character that was not read, where all of it can fit; none where it cannot. O(pattern * text).
  std::optional<std::size_t> MostInCommon(std::string_view text) const;

  // What every text that fits begins and ends with.
  std::string_view literal_start() const;
  std::string_view literal_end() const;

  bool has_wildcards() const;
  // Letters and digits in it.
  std::size_t literal_count() const;
  // Normalised, with its wildcards.
  const std::string& text() const { return text_; }

 private:
  std::string text_;  // no two "*" side by side
};

}  // namespace serieslink::view
