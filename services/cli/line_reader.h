#pragma once

#include <array>
#include <cstddef>
#include <istream>
#include <string>
#include <string_view>

namespace serieslink::cli {

// A JSON text or a row of CSV is longer than its message, but not without end.
inline constexpr std::size_t kLineBytesMax = 16 << 20;

// What some programs write before the first line of a text in UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// One line of a file.
struct Line {
  std::string text;          // with its line end
  bool has_end = false;      // false: the file ends in the middle of the line
  bool is_too_long = false;  // it had more than kLineBytesMax bytes, and `text` is empty
};

// Takes a file apart at its line ends, however long it is. Reads ahead of what it has handed out,
// and leaves `in` usable for tellg. Not thread-safe.
class LineReader {
 public:
  // `in` must outlive the reader. A line ends with "\n" or "\r\n", and with a lone "\r" where
  // `return_ends_line`.
  LineReader(std::istream& in, bool return_ends_line)
      : in_(in), return_ends_line_(return_ends_line) {}

  // The next line. False at the end of the file, and when it can be read no further: see failed.
  bool Next(Line& line);

  // The system failed to read the file to its end.
  bool failed() const { return failed_; }

 private:
  // Whether there is another byte, which is then at buffer_[at_].
  bool Fill();

  std::istream& in_;
  const bool return_ends_line_;
  std::array<char, 1 << 16> buffer_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  bool has_ended_ = false;
  bool failed_ = false;
};

}  // namespace serieslink::cli
