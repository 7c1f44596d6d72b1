#include "services/cli/json_keys.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace serieslink::cli {
namespace {

// Where the text ends that begins with the quote at `begin`: behind its last quote.
std::size_t EndOfText(std::string_view json, std::size_t begin) {
  for (std::size_t at = begin + 1; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == json[begin]) {
      return at + 1;
    }
  }
  return json.size();
}

// A key in one form: without quotes and escapes, and of a field in lower case with underscores.
std::string NameOfKey(std::string_view key, KeyNames names) {
  std::string name(key);
  if (key.find('\\') != std::string_view::npos) {
    google::protobuf::Value value;
    if (google::protobuf::util::JsonStringToMessage(name, &value).ok()) name = value.string_value();
  } else if (!key.empty() && (key[0] == '"' || key[0] == '\'')) {
    name = std::string(key.substr(1, key.size() - 2));
  }
  if (names == KeyNames::kTexts) return name;
  std::string field;
  for (const char c : name) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c))) field += '_';
    field += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return field;
}

}  // namespace

std::string RepeatedKey(std::string_view json, KeyNames names) {
  std::vector<std::string> keys;    // of all objects that are open
  std::vector<std::size_t> begins;  // where those of each begin in it
  std::vector<bool> is_object;      // whether it is one, and not a list
  bool expects_key = false;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    const bool is_quoted = c == '"' || c == '\'';
    if (is_quoted || (expects_key && (absl::ascii_isalpha(static_cast<unsigned char>(c)) ||
                                      c == '_' || c == '$'))) {
      const std::size_t end =
          is_quoted ? EndOfText(json, at) : std::min(json.find_first_of(": \t", at), json.size());
      if (expects_key) {
        std::string name = NameOfKey(json.substr(at, end - at), names);
        const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(begins.back());
        if (std::find(begin, keys.end(), name) != keys.end()) return name;
        keys.push_back(std::move(name));
        expects_key = false;
      }
      at = end;
      continue;
    }
    if (c == '{' || c == '[') {
      begins.push_back(keys.size());
      is_object.push_back(c == '{');
      expects_key = c == '{';
    } else if ((c == '}' || c == ']') && !begins.empty()) {
      keys.resize(begins.back());
      begins.pop_back();
      is_object.pop_back();
      expects_key = false;
    } else if (c == ',') {
      expects_key = !is_object.empty() && is_object.back();
    }
    ++at;
  }
  return "";
}

absl::Status CheckKeys(std::string_view json, KeyNames names) {
  const std::string key = RepeatedKey(json, names);
  if (key.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the key '", key, "' is given twice: a field has one value"));
}

}  // namespace serieslink::cli
