#include "storage/graph/row_checksum.h"

#include "storage/base/digest.h"
#include "storage/base/ordered_key.h"

namespace serieslink::graph {
namespace {

constexpr char kChecksum = 'c';

}  // namespace

std::string ChecksumKey(std::string_view key) { return std::string(1, kChecksum).append(key); }

storage::KeyRange ChecksumRange(std::string_view prefix) {
  return storage::KeyRange::Prefix(ChecksumKey(prefix));
}

std::string_view KeyOfChecked(std::string_view key) { return key.substr(1); }

std::string ChecksumOf(std::string_view value) {
  std::string sum;
  base::AppendBe64(&sum, base::StableHash64(value));
  return sum;
}

bool IsAsWritten(std::string_view value, const std::optional<std::string>& checksum) {
  return !checksum.has_value() || *checksum == ChecksumOf(value);
}

storage::Write ChecksumWrite(std::string_view key, std::string_view value) {
  return {ChecksumKey(key), ChecksumOf(value)};
}

bool HeaderIsAsWritten(std::string_view header, const std::optional<std::string>& checksum) {
  return !checksum.has_value() || checksum->starts_with(ChecksumOf(header));
}

std::string ChecksumOfCommit(std::string_view header, const EntriesChecksum& entries) {
  return ChecksumOf(header).append(entries.Sum());
}

}  // namespace serieslink::graph
