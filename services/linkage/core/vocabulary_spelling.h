#pragma once

#include <string>

#include "absl/strings/string_view.h"

// How the texts of makes, models and calibres are made comparable, those of vocabularies and those
// of records alike. Arguments called `folded` are folded text (latin_fold.h).
namespace serieslink::linkage {

// Letters, digits and the characters of `kept` only.
std::string Squeeze(absl::string_view folded, absl::string_view kept);

// Words of a make: upper case, no punctuation but "&", company words at the end dropped.
std::string CanonicalMakeText(absl::string_view folded);

// A make's canonical text without blanks.
std::string SqueezeMake(absl::string_view canonical);

// Spelling of a calibre: letters, digits, "." and "/", "&" and "+"; "MM" and words for "calibre"
// dropped, a comma between digits read as a point.
std::string SqueezeCalibre(absl::string_view folded);

}  // namespace serieslink::linkage
