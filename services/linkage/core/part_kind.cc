#include "services/linkage/core/part_kind.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/latin_fold.h"

namespace serieslink::linkage {

uint64_t PartKindKey(absl::string_view text) {
  std::string folded = FoldToAscii(text);
  folded.erase(std::remove_if(folded.begin(), folded.end(),
                              [](unsigned char c) { return !absl::ascii_isalnum(c); }),
               folded.end());
  return folded.empty() ? 0 : HashTexts({"part", folded});
}

}  // namespace serieslink::linkage
