// Rows beside which a checksum stands are what was written. Those of the log are checked with the
// log; docs/formats/keys.md says which rows have one.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/fsck/checks.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;

struct CheckedRow {
  Keyspace keyspace;
  char tag;
  std::string_view name;
};
// Messages of rejects take up to a MiB each, and a page has thousands of checksums.
constexpr std::size_t kRowsAtOnce = 64;

constexpr CheckedRow kCheckedRows[] = {
    {Keyspace::kMeta, 'i', "the row that says what the store is, with its keys,"},
    {Keyspace::kMeta, 'p', "a public summary that was issued"},
    {Keyspace::kMeta, 'f', "the files of a public summary"},
    {Keyspace::kMeta, 'q', "a public summary that is proposed"},
    {Keyspace::kDerived, 'P', "the deriver's position"},
    {Keyspace::kRejects, 'h', "the head of a reject"},
    {Keyspace::kRejects, 'm', "the message of a reject"},
    {Keyspace::kRejects, 't', "the totals of an agency's rejects"},
};

absl::Status Check(const storage::Snapshot& snapshot, const CheckedRow& kind, Report& report) {
  return ForEachPage(
      snapshot, kind.keyspace, graph::ChecksumRange(std::string_view(&kind.tag, 1)),
      [&](const std::vector<storage::Row>& checksums) -> absl::Status {
        for (std::size_t begin = 0; begin < checksums.size(); begin += kRowsAtOnce) {
          const std::size_t end = std::min(begin + kRowsAtOnce, checksums.size());
          std::vector<std::string> keys;
          for (std::size_t i = begin; i < end; ++i) {
            keys.emplace_back(graph::KeyOfChecked(checksums[i].key));
          }
          SL_ASSIGN_OR_RETURN(const auto values, snapshot.MultiGet(kind.keyspace, keys));
          for (std::size_t i = begin; i < end; ++i) {
            const std::optional<std::string>& value = values[i - begin];
            if (!value) {
              report.Add(absl::StrCat(AbslView(kind.name), " is gone, and its checksum is there"));
            } else if (!graph::IsAsWritten(*value, checksums[i].value)) {
              report.Add(absl::StrCat(AbslView(kind.name), " is not what was written"));
            }
          }
          report.LookedAt(keys.size());
        }
        return absl::OkStatus();
      });
}

}  // namespace

absl::Status CheckChecksums(Context& context, Report& report) {
  for (const CheckedRow& kind : kCheckedRows) {
    SL_RETURN_IF_ERROR(Check(*context.snapshot, kind, report));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::fsck
