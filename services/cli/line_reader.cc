#include "services/cli/line_reader.h"

#include <algorithm>
#include <streambuf>

namespace serieslink::cli {

bool LineReader::Fill() {
  if (at_ < filled_) return true;
  if (has_ended_) return false;
  at_ = 0;
  filled_ = 0;
  if (in_.peek() == std::istream::traits_type::eof()) {
    has_ended_ = true;
    failed_ = in_.bad();
    in_.clear();
    return false;
  }
  // What there is by now: a pipe is read as it is written, not when there is a buffer of it.
  std::streambuf& from = *in_.rdbuf();
  const std::streamsize there =
      std::min(from.in_avail(), static_cast<std::streamsize>(buffer_.size()));
  if (there > 0) {
    filled_ = static_cast<std::size_t>(from.sgetn(buffer_.data(), there));
    return filled_ > 0;
  }
  // A stream that does not know what there is, such as a standard one that is in step with C's, is
  // read by bytes, and no further than the line goes.
  while (filled_ < buffer_.size()) {
    const int byte = from.sbumpc();
    if (byte == std::istream::traits_type::eof()) break;
    buffer_[filled_++] = std::istream::traits_type::to_char_type(byte);
    if (byte == '\n' || (return_ends_line_ && byte == '\r')) break;
  }
  return filled_ > 0;
}

bool LineReader::Next(Line& line) {
  line.text.clear();
  line.has_end = false;
  line.is_too_long = false;
  bool any = false;
  while (Fill()) {
    any = true;
    const char* const begin = buffer_.data() + at_;
    const char* const end = buffer_.data() + filled_;
    const char* const line_end = std::find_if(
        begin, end, [this](char c) { return c == '\n' || (return_ends_line_ && c == '\r'); });
    const bool is_end = line_end != end;
    const auto taken = static_cast<std::size_t>(line_end - begin) + (is_end ? 1 : 0);
    if (!line.is_too_long) line.text.append(begin, taken);
    if (line.text.size() > kLineBytesMax) {
      line.is_too_long = true;
      std::string().swap(line.text);
    }
    at_ += taken;
    if (!is_end) continue;
    line.has_end = true;
    if (*line_end == '\r' && Fill() && buffer_[at_] == '\n') {
      ++at_;
      if (!line.is_too_long) line.text.push_back('\n');
    }
    break;
  }
  return any;
}

}  // namespace serieslink::cli
