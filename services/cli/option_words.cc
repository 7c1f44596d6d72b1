#include "services/cli/option_words.h"

#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"

namespace serieslink::cli {

std::vector<std::string> OptionWords(const google::protobuf::EnumDescriptor& values) {
  const std::string& first = values.value(0)->name();
  const std::size_t prefix = first.size() - std::string_view("UNSPECIFIED").size();
  std::vector<std::string> words;
  for (int i = 1; i < values.value_count(); ++i) {
    words.push_back(absl::StrReplaceAll(
        absl::AsciiStrToLower(values.value(i)->name().substr(prefix)), {{"_", "-"}}));
  }
  return words;
}

int OptionNumber(const google::protobuf::EnumDescriptor& values, const std::string& word) {
  const std::vector<std::string> words = OptionWords(values);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word) return values.value(static_cast<int>(i) + 1)->number();
  }
  return 0;
}

}  // namespace serieslink::cli
