#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// What stands in a serial field beside a number, or instead of one, because it was read off the gun
// too: make, model, calibre, and the marks of countries, proof houses, importers and patents. Such
// words are on every gun of a kind, so they lend a number no length. They are the vocabulary's
// (vocabulary.h).
namespace serieslink::linkage {

// What is left of a text when those words are taken out.
struct OwnNumber {
  bool beside_words = false;  // Any of the words was taken out.
  bool beside_mark = false;   // A mark stands apart from the number ("MADE IN 1984").
  // A mark of three letters does ("CIP N1234"), which may be the number's own letters.
  bool beside_short_mark = false;
  // What was taken out has four letters or more, or is a model or calibre apart from the rest: no
  // prefix of a number. So what is left is all of the number.
  bool all_of_it = true;
  // What is left stands in several places, of which `own` is the longest, or behind a word such as
  // "MODEL".
  bool scattered = false;
  // Letters and digits that are left; empty where they are a calibre, a model or a year themselves,
  // or too few. Only where words were taken out.
  std::string own;
};

// `tokens`: runs of letters and digits of `body`, which is folded text (latin_fold.h) and shows
// what stands between them ("7.62"); none of them alone a model. Words of two letters are left:
// makers' numbers begin with those. Three letters right before five digits or more are a prefix
// ("KAL48217"), unless other tokens stand beside them.
OwnNumber OwnNumberOf(absl::string_view body, const std::vector<absl::string_view>& tokens);

// Whether letters are a word of a gun: a make, a kind, a mark.
bool IsGunWord(absl::string_view letters);

// Whether a whole text is a model and nothing else: "M1911A1", "PT92AF", "60411MOD151".
bool IsModel(absl::string_view joined);

// Whether one token that IsModel takes for a model can be a number as well: "MOD48217", five digits
// or more right behind the word and nothing else. Models in digits have four at most ("MOD1911",
// "MOD5906"), and makers have prefixes of three letters. A model that the vocabulary lists is none.
bool CanBePrefixedByMod(absl::string_view token);

}  // namespace serieslink::linkage
