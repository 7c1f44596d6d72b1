#pragma once

#include <string_view>

namespace serieslink::ingest {

// Whether `text` is empty or nothing but blanks and tabs.
inline bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

// Whether `text`, in UTF-8, has a control character (Unicode category Cc): nobody can read one out,
// and two ids that differ in one look the same.
inline bool HasControlCharacter(std::string_view text) {
  unsigned char previous = 0;
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return true;
    // U+0080 to U+009F.
    if (previous == 0xC2 && byte < 0xA0) return true;
    previous = byte;
  }
  return false;
}

}  // namespace serieslink::ingest
