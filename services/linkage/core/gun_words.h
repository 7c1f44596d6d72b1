#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// What stands in a serial field beside a number, or instead of one, because it was read off the gun
// too: make, model, calibre, and the marks of countries, proof houses, importers and patents. Such
// words are on every gun of a kind, so they lend a number no length.
namespace serieslink::linkage {

// What is left of a text when those words are taken out.
struct OwnNumber {
  bool beside_words = false;  // Any of the words was taken out.
  bool beside_mark = false;   // A mark stands apart from the number ("MADE IN 1984").
  // A mark of three letters does ("CIP N1234"), which may be the number's own letters.
  bool beside_short_mark = false;
  // Letters and digits that are left; empty where they are a calibre or a model themselves. Only
  // where words were taken out.
  std::string own;
};

// `tokens`: folded text (latin_fold.h) of letters and digits, as written; none of them alone a
// model. Words of two letters are left: makers' numbers begin with those.
OwnNumber OwnNumberOf(const std::vector<absl::string_view>& tokens);

// Whether a whole text is a model and nothing else: "M1911A1", "PT92AF", "60411MOD151".
bool IsModel(absl::string_view joined);

}  // namespace serieslink::linkage
