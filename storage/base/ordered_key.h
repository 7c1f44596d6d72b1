#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Keys whose unsigned byte order is the order of what they hold. A key is a sequence of components,
// compared from the first to the last: fixed-width numbers in big-endian order, and strings with an
// end mark. docs/formats/keys.md shows the layouts that are stored.
namespace serieslink::base {

void AppendU8(std::string* key, std::uint8_t value);
void AppendBe16(std::string* key, std::uint16_t value);
void AppendBe32(std::string* key, std::uint32_t value);
void AppendBe64(std::string* key, std::uint64_t value);

// A string of any bytes: each NUL becomes 00 FF, and 00 01 ends it. So a string sorts before its
// own extensions, whatever component follows, and no string's encoding begins another's.
void AppendEscaped(std::string* key, std::string_view value);

// The first bytes of AppendEscaped without the end mark: the common prefix of the encodings of all
// strings that begin with `value`.
void AppendEscapedPrefix(std::string* key, std::string_view value);

// Numbers in the same byte order, for bytes known to be there.
std::uint16_t LoadBe16(const char* bytes);
std::uint32_t LoadBe32(const char* bytes);
std::uint64_t LoadBe64(const char* bytes);

// Takes a key apart from its front. Thread-compatible; the bytes must outlive it.
// Errors of all calls: DATA_LOSS (the key ends early, an escape is none, or bytes are left over).
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : rest_(key) {}

  absl::StatusOr<std::uint8_t> ReadU8();
  absl::StatusOr<std::uint16_t> ReadBe16();
  absl::StatusOr<std::uint32_t> ReadBe32();
  absl::StatusOr<std::uint64_t> ReadBe64();
  absl::StatusOr<std::string> ReadEscaped();

  // Skips `prefix`.
  absl::Status Expect(std::string_view prefix);

  // OK when every byte was read.
  absl::Status Finish() const;

  std::string_view rest() const { return rest_; }

 private:
  absl::StatusOr<std::string_view> Take(std::size_t bytes);

  std::string_view rest_;
};

}  // namespace serieslink::base
