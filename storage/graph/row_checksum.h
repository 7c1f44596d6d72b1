#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/api/store.h"

// Checksums of rows that cannot be made again, or that nothing else would contradict. An engine
// vouches for the bytes on its disk; these see what came to it wrong, or through it from elsewhere.
//
// The checksum of a row is a row of its own in the same keyspace, written by the same commit:
//
//   key               value
//   'c' key of a row  checksum of that row's value:8
//   'c' key of a CommitHeader
//                     checksum of the header's value:8 checksum of the commit's entries:8
//
// Rows of builds before checksums have none, and get one when they are next written.
// docs/formats/keys.md explains them; tests/golden pins them.
namespace serieslink::graph {

// The key of the checksum of the row with `key`.
std::string ChecksumKey(std::string_view key);
// The keys of the checksums of all rows whose keys begin with `prefix`.
storage::KeyRange ChecksumRange(std::string_view prefix);
// The key of the row that a checksum with `key` is of.
std::string_view KeyOfChecked(std::string_view key);

// The value of a checksum row.
std::string ChecksumOf(std::string_view value);

// Whether `value` is what was written, as far as its row of checksum (none: of a build before
// checksums) says.
bool IsAsWritten(std::string_view value, const std::optional<std::string>& checksum);

// The checksum row of a row.
storage::Write ChecksumWrite(std::string_view key, std::string_view value);

// Adds up the entries of a commit of the log, in the order of their sequence.
class EntriesChecksum {
 public:
  // `value` is that of a LogEntry's row.
  void Add(std::string_view value) { sums_.append(ChecksumOf(value)); }
  // Of all that were added; of none it is that of a commit without entries.
  std::string Sum() const { return ChecksumOf(sums_); }

 private:
  std::string sums_;
};

// As IsAsWritten, for the header of a commit.
bool HeaderIsAsWritten(std::string_view header, const std::optional<std::string>& checksum);

// The value of the checksum row of a commit.
std::string ChecksumOfCommit(std::string_view header, const EntriesChecksum& entries);

}  // namespace serieslink::graph
