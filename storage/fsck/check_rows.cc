// Every row is of a kind that is known. Reading them all also has the engine check its own sums.
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/checks.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;

// What a row's first byte says, keyspace by keyspace. docs/formats/keys.md.
struct RowKind {
  Keyspace keyspace;
  char tag;
  std::size_t key_bytes;  // 0: varies
};
constexpr RowKind kRowKinds[] = {
    {Keyspace::kMeta, 'i', 1},    {Keyspace::kLog, 'e', 9},      {Keyspace::kLog, 'r', 9},
    {Keyspace::kDerived, 'P', 1}, {Keyspace::kDerived, 'R', 9},  {Keyspace::kDerived, 'F', 34},
    {Keyspace::kDerived, 'I', 0}, {Keyspace::kDerived, 'W', 13}, {Keyspace::kRejects, 'h', 0},
    {Keyspace::kRejects, 'm', 0}, {Keyspace::kRejects, 't', 0},  {Keyspace::kMeta, 'p', 0},
    {Keyspace::kMeta, 'f', 0},    {Keyspace::kMeta, 'q', 0},
};
// Rows that have a checksum.
constexpr RowKind kCheckedKinds[] = {
    {Keyspace::kMeta, 'i', 1},    {Keyspace::kLog, 'r', 9},     {Keyspace::kDerived, 'P', 1},
    {Keyspace::kRejects, 'h', 0}, {Keyspace::kRejects, 'm', 0}, {Keyspace::kRejects, 't', 0},
    {Keyspace::kMeta, 'p', 0},    {Keyspace::kMeta, 'f', 0},    {Keyspace::kMeta, 'q', 0},
};
constexpr char kChecksum = 'c';

bool IsOneOf(absl::Span<const RowKind> kinds, Keyspace keyspace, std::string_view key) {
  for (const RowKind& kind : kinds) {
    if (kind.keyspace != keyspace || kind.tag != key[0]) continue;
    return kind.key_bytes == 0 || kind.key_bytes == key.size();
  }
  return false;
}

bool IsKnown(Keyspace keyspace, std::string_view key) {
  if (key[0] != kChecksum) return IsOneOf(kRowKinds, keyspace, key);
  return key.size() > 1 && IsOneOf(kCheckedKinds, keyspace, graph::KeyOfChecked(key));
}

}  // namespace

absl::Status CheckRows(Context& context, Report& report) {
  for (int number = 0; number < storage::kKeyspaceCount; ++number) {
    const auto keyspace = static_cast<Keyspace>(number);
    SL_RETURN_IF_ERROR(
        ForEachPage(*context.snapshot, keyspace, {}, [&](const std::vector<storage::Row>& rows) {
          for (const storage::Row& row : rows) {
            if (IsKnown(keyspace, row.key)) continue;
            report.Add(absl::StrCat("keyspace ", number, " has a row of an unknown kind, ",
                                    static_cast<unsigned char>(row.key[0]), ", with a key of ",
                                    row.key.size(), " bytes"));
          }
          report.LookedAt(rows.size());
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::fsck
