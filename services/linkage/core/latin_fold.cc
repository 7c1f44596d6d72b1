#include "services/linkage/core/latin_fold.h"

#include <cstdint>

#include "absl/strings/ascii.h"

namespace serieslink::linkage {
namespace {

// Base letters of U+00C0 to U+017F (Unicode NFKD, first letter); a blank for what is no letter.
constexpr absl::string_view kLatin =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO OUUUUYTY"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLL"
    "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
// U+01CD to U+0233.
constexpr absl::string_view kLatinExtendedB =
    "AAIIOOUUUUUUUUUU AAAA    GGKKOOOO  JDDDGG  NNAA    AAAAEEEEIIIIO"
    "OOORRRRUUUUSSTT  HH      AAEEOOOOOOOOYY";
// U+1E00 to U+1EFF.
constexpr absl::string_view kLatinAdditional =
    "AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMM"
    "MMMMNNNNNNNNOOOOOOOOPPPPRRRRRRRRSSSSSSSSSSTTTTTTTTUUUUUUUUUUVVVV"
    "WWWWWWWWWWXXXXYYZZZZZZHTWYAS  S AAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEE"
    "EEEEEEEEIIIIOOOOOOOOOOOOOOOOOOOOOOOOUUUUUUUUUUUUUUYYYYYYYY      ";
// Greek capitals U+0391 to U+03A9 that look Latin, and Cyrillic capitals U+0410 to U+042F; '!' for
// the others.
constexpr absl::string_view kGreek = "AB!!EZH!IK!MN!O!P!!TY!X!!";
constexpr absl::string_view kCyrillic = "A!B!!E!!!!K!MHO!PCTY!X!!!!!!!!!!";

constexpr uint32_t kInvalid = 0xFFFFFFFF;

// Decodes one character at `*pos` and moves behind it. kInvalid for a byte that starts none; such a
// byte is skipped alone.
uint32_t Decode(absl::string_view text, size_t* pos) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(*pos);
  size_t length = 0;
  uint32_t code = 0;
  if (lead < 0x80) {
    ++*pos;
    return lead;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    code = lead & 0x1F;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    code = lead & 0x0F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    code = lead & 0x07;
  }
  if (length == 0 || *pos + length > text.size()) {
    ++*pos;
    return kInvalid;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((byte(*pos + i) & 0xC0) != 0x80) {
      ++*pos;
      return kInvalid;
    }
    code = code << 6 | (byte(*pos + i) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    ++*pos;
    return kInvalid;
  }
  *pos += length;
  return code;
}

// Dots, circles, boxes that people type for characters that they could not read.
bool IsBlot(uint32_t code) {
  return code == 0x2022 || code == 0x2588 || code == 0x25A0 || code == 0x25A1 || code == 0x25AE ||
         code == 0x25AF || code == 0x25CB || code == 0x25CF;
}

char FromTable(absl::string_view table, uint32_t offset) {
  return table[offset] == '!' ? kOtherScript : table[offset];
}

bool IsDropped(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD ||
         (code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) || code == 0xFEFF ||
         (code >= 0xFE00 && code <= 0xFE0F);
}

// What one character beyond ASCII is read as; '\0' to drop it.
char FoldWide(uint32_t code) {
  if (IsDropped(code)) return '\0';
  switch (code) {
    case 0xAA:
    case 0xB0:
    case 0xBA:
      return kOrdinalMark;
    case 0xA3:  // Pound, yen, euro: what they say of the number beside them matters, and no more.
    case 0xA5:
    case 0x20AC:
      return '$';
    case 0xD7:
      return 'X';
    case 0xF7:
      return ' ';
    case 0x2026:
      return kEllipsis;
    case 0x2018:
    case 0x2019:
    case 0xB4:
      return '\'';
    case 0x201C:
    case 0x201D:
      return '"';
    case 0x2116:  // The numero sign.
      return 'N';
    default:
      break;
  }
  if (code >= 0xC0 && code <= 0x17F) return FromTable(kLatin, code - 0xC0);
  if (code >= 0x1CD && code <= 0x233) return FromTable(kLatinExtendedB, code - 0x1CD);
  if (code >= 0x1E00 && code <= 0x1EFF) return FromTable(kLatinAdditional, code - 0x1E00);
  if (code >= 0x391 && code <= 0x3A9) return FromTable(kGreek, code - 0x391);
  if (code >= 0x3B1 && code <= 0x3C9) return FromTable(kGreek, code - 0x3B1);
  if (code >= 0x410 && code <= 0x42F) return FromTable(kCyrillic, code - 0x410);
  if (code >= 0x430 && code <= 0x44F) return FromTable(kCyrillic, code - 0x430);
  if (code == 0x406 || code == 0x456) return 'I';
  if (code == 0x405 || code == 0x455) return 'S';
  if (code == 0x408 || code == 0x458) return 'J';
  // Arabic-Indic digits and the Persian forms of them.
  if (code >= 0x660 && code <= 0x669) return static_cast<char>('0' + (code - 0x660));
  if (code >= 0x6F0 && code <= 0x6F9) return static_cast<char>('0' + (code - 0x6F0));
  if (code >= 0xFF01 && code <= 0xFF5E) {
    return absl::ascii_toupper(static_cast<unsigned char>(code - 0xFF01 + 0x21));
  }
  if (code >= 0x2010 && code <= 0x2015) return '-';
  if (code == 0x2212) return '-';
  if (code >= 0x2000 && code <= 0x206F) return ' ';
  if (code >= 0xA0 && code < 0xC0) return ' ';
  if (code >= 0x2070 && code <= 0x2BFF) return ' ';  // Superscripts, currency, arrows, symbols.
  if (code >= 0x3000 && code <= 0x303F) return ' ';
  return kOtherScript;
}

}  // namespace

std::string FoldToAscii(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[pos]);
    if (c < 0x80) {
      ++pos;
      if (c == '\t' || c == '\r' || c == '\n') {
        out.push_back(c == '\n' ? ';' : ' ');
      } else if (c >= 0x20 && c != 0x7F) {
        out.push_back(static_cast<char>(absl::ascii_toupper(c)));
      }
      continue;
    }
    const uint32_t code = Decode(text, &pos);
    if (code == kInvalid) continue;
    // One alone in front of a text begins a line of a list.
    const bool is_joined =
        !out.empty() &&
        (out.back() == '*' || absl::ascii_isalnum(static_cast<unsigned char>(out.back())));
    size_t next = pos;
    if (IsBlot(code) && (is_joined || (pos < text.size() && Decode(text, &next) == code))) {
      out.push_back('*');
      continue;
    }
    const char folded = FoldWide(code);
    if (folded != '\0') out.push_back(folded);
    if (code == 0x2116) out.push_back(kOrdinalMark);
  }
  return out;
}

bool HasLookAlikes(absl::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    const uint32_t code = Decode(text, &pos);
    const bool greek = code >= 0x391 && code <= 0x3C9;
    const bool cyrillic = code >= 0x405 && code <= 0x458;
    if ((greek || cyrillic) && FoldWide(code) != kOtherScript) return true;
  }
  return false;
}

}  // namespace serieslink::linkage
