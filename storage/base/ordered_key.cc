#include "storage/base/ordered_key.h"

#include "storage/base/status_macros.h"

namespace serieslink::base {
namespace {

constexpr char kNul = '\x00';
constexpr char kEscapedNul = '\xFF';   // after a NUL: the NUL belongs to the string
constexpr char kEndOfString = '\x01';  // after a NUL: the string ends

template <typename Number>
void AppendBigEndian(std::string* key, Number value) {
  char bytes[sizeof(Number)];
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(Number) - 1 - i)));
  }
  key->append(bytes, sizeof(Number));
}

template <typename Number>
Number LoadBigEndian(const char* bytes) {
  Number value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    value = static_cast<Number>(value << 8) | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

}  // namespace

void AppendU8(std::string* key, std::uint8_t value) { key->push_back(static_cast<char>(value)); }
void AppendBe16(std::string* key, std::uint16_t value) { AppendBigEndian(key, value); }
void AppendBe32(std::string* key, std::uint32_t value) { AppendBigEndian(key, value); }
void AppendBe64(std::string* key, std::uint64_t value) { AppendBigEndian(key, value); }

void AppendEscapedPrefix(std::string* key, std::string_view value) {
  std::size_t start = 0;
  for (std::size_t nul = value.find(kNul); nul != std::string_view::npos;
       nul = value.find(kNul, start)) {
    key->append(value, start, nul - start);
    key->push_back(kNul);
    key->push_back(kEscapedNul);
    start = nul + 1;
  }
  key->append(value, start);
}

void AppendEscaped(std::string* key, std::string_view value) {
  AppendEscapedPrefix(key, value);
  key->push_back(kNul);
  key->push_back(kEndOfString);
}

std::uint16_t LoadBe16(const char* bytes) { return LoadBigEndian<std::uint16_t>(bytes); }
std::uint32_t LoadBe32(const char* bytes) { return LoadBigEndian<std::uint32_t>(bytes); }
std::uint64_t LoadBe64(const char* bytes) { return LoadBigEndian<std::uint64_t>(bytes); }

absl::StatusOr<std::string_view> KeyReader::Take(std::size_t bytes) {
  if (rest_.size() < bytes) return absl::DataLossError("key ends within a component");
  std::string_view taken = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return taken;
}

absl::StatusOr<std::uint8_t> KeyReader::ReadU8() {
  SL_ASSIGN_OR_RETURN(std::string_view bytes, Take(1));
  return static_cast<std::uint8_t>(bytes[0]);
}

absl::StatusOr<std::uint16_t> KeyReader::ReadBe16() {
  SL_ASSIGN_OR_RETURN(std::string_view bytes, Take(2));
  return LoadBe16(bytes.data());
}

absl::StatusOr<std::uint32_t> KeyReader::ReadBe32() {
  SL_ASSIGN_OR_RETURN(std::string_view bytes, Take(4));
  return LoadBe32(bytes.data());
}

absl::StatusOr<std::uint64_t> KeyReader::ReadBe64() {
  SL_ASSIGN_OR_RETURN(std::string_view bytes, Take(8));
  return LoadBe64(bytes.data());
}

absl::StatusOr<std::string> KeyReader::ReadEscaped() {
  std::string value;
  while (true) {
    const std::size_t nul = rest_.find(kNul);
    if (nul == std::string_view::npos || nul + 1 == rest_.size()) {
      return absl::DataLossError("key ends within a string");
    }
    value.append(rest_, 0, nul);
    const char mark = rest_[nul + 1];
    rest_.remove_prefix(nul + 2);
    if (mark == kEndOfString) return value;
    if (mark != kEscapedNul) return absl::DataLossError("key holds a malformed escape");
    value.push_back(kNul);
  }
}

absl::Status KeyReader::Expect(std::string_view prefix) {
  if (rest_.substr(0, prefix.size()) != prefix) {
    return absl::DataLossError("key has another prefix");
  }
  rest_.remove_prefix(prefix.size());
  return absl::OkStatus();
}

absl::Status KeyReader::Finish() const {
  if (!rest_.empty()) return absl::DataLossError("key holds bytes after its last component");
  return absl::OkStatus();
}

}  // namespace serieslink::base
