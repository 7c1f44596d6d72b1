#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"

// What the readers of a vocabulary's file have in common: where a message stands in the file, and
// what is wrong in it. Not thread-safe.
namespace serieslink::linkage {

// A message of the file and where it stands there.
template <typename M>
struct Placed {
  const M& message;
  google::protobuf::TextFormat::ParseInfoTree* places;  // null: nowhere

  // Line of element `index` of a field, counted from 1. Elements of one bracketed list have its
  // line; what is not there has the line of nothing, 0.
  int Line(const char* field, int index) const {
    if (places == nullptr) return 0;
    const auto* const descriptor = M::descriptor()->FindFieldByName(field);
    const int line = places->GetLocation(descriptor, descriptor->is_repeated() ? index : -1).line;
    if (line < 0 && index > 0) return Line(field, 0);
    return line + 1;
  }
  // `index` counts for repeated fields.
  template <typename N>
  Placed<N> Inner(const char* field, const N& message_in_it, int index) const {
    const auto* const descriptor = M::descriptor()->FindFieldByName(field);
    return {message_in_it,
            places == nullptr
                ? nullptr
                : places->GetTreeForNested(descriptor, descriptor->is_repeated() ? index : -1)};
  }
};

// Collects what is wrong, with its line; line 0 is none.
class VocabularyFaults {
 public:
  static constexpr size_t kTextBytesMax = 200;

  void Fault(int line, absl::string_view what) {
    faults_.push_back(line == 0 ? std::string(what) : absl::StrCat("line ", line, ": ", what));
  }

  void CheckSource(const std::string& source, int line) {
    if (source.empty()) Fault(line, "the list's source is missing");
  }

  // Whether a text, and what is left of it to be compared, can be looked for at all.
  bool CheckText(const std::string& text, const std::string& squeezed, int line) {
    if (!squeezed.empty() && text.size() <= kTextBytesMax) return true;
    Fault(line,
          absl::StrCat("\"", text.substr(0, kTextBytesMax),
                       "\" must have letters or digits, and at most ", kTextBytesMax, " bytes"));
    return false;
  }

  // Adds what a text means, unless it means something else already. Whether it is new.
  template <typename Key, typename Meaning>
  bool Add(absl::flat_hash_map<Key, Meaning>& meanings, Key key, const Meaning& meaning,
           absl::string_view text, int line) {
    const auto [found, is_new] = meanings.emplace(std::move(key), meaning);
    if (!is_new && found->second != meaning) {
      Fault(line, absl::StrCat("\"", text, "\" stands for two things"));
    }
    return is_new;
  }

  std::vector<std::string>& all() { return faults_; }

 private:
  std::vector<std::string> faults_;
};

}  // namespace serieslink::linkage
