// Refused messages: heads that agree with their keys, and to each its message. What is sealed stays
// sealed. docs/formats/keys.md shows the rows.
#include <optional>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/strings/str_cat.h"
#include "serieslink/stored/v1/rejects.pb.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/checks.h"
#include "storage/graph/public_id.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;
using storage::Row;

constexpr std::string_view kHead = "h";
constexpr std::string_view kMessage = "m";
constexpr std::string_view kTotals = "t";

struct RejectKey {
  std::string agency;
  std::uint64_t id = 0;
  friend auto operator<=>(const RejectKey&, const RejectKey&) = default;
};

absl::StatusOr<RejectKey> ParseKey(std::string_view kind, std::string_view key) {
  base::KeyReader reader(key);
  SL_RETURN_IF_ERROR(reader.Expect(kind));
  RejectKey parsed;
  SL_ASSIGN_OR_RETURN(parsed.agency, reader.ReadEscaped());
  SL_ASSIGN_OR_RETURN(parsed.id, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  return parsed;
}

// As its agency reads it.
std::string NameOfReject(std::uint64_t id) {
  constexpr std::size_t kPrefixLetters = 2;
  return absl::StrCat(
      "reject RJ",
      FormatPublicId(graph::IdKind::kRecord, graph::PublicId(id)).substr(kPrefixLetters));
}

}  // namespace

absl::Status CheckRejects(Context& context, Report& report) {
  const auto for_each = [&](std::string_view kind, const auto& visit) {
    return ForEachPage(*context.snapshot, Keyspace::kRejects, storage::KeyRange::Prefix(kind),
                       [&](const std::vector<Row>& rows) {
                         for (const Row& row : rows) visit(row);
                         report.LookedAt(rows.size());
                         return absl::OkStatus();
                       });
  };
  // As many as the server holds in memory.
  absl::btree_set<RejectKey> without_message;
  SL_RETURN_IF_ERROR(for_each(kHead, [&](const Row& row) {
    auto key = ParseKey(kHead, row.key);
    stored::v1::RejectHead head;
    if (!key.ok() || !head.ParseFromString(row.value)) {
      report.Add("the head of a reject is malformed");
      return;
    }
    if (head.agency() != key->agency || head.public_id() != key->id) {
      report.Add(absl::StrCat("the head of ", NameOfReject(key->id), " is that of another"));
    }
    without_message.insert(*std::move(key));
  }));
  SL_RETURN_IF_ERROR(for_each(kMessage, [&](const Row& row) {
    const auto key = ParseKey(kMessage, row.key);
    if (!key.ok()) {
      report.Add("the key of a reject's message is malformed");
    } else if (without_message.erase(*key) == 0) {
      report.Add(absl::StrCat("the message of ", NameOfReject(key->id), " has no head"));
    }
  }));
  for (const RejectKey& key : without_message) {
    report.Add(absl::StrCat(NameOfReject(key.id), " has no message"));
  }
  return for_each(kTotals, [&](const Row& row) {
    base::KeyReader reader(row.key);
    stored::v1::RejectTotals totals;
    if (!reader.Expect(kTotals).ok() || !reader.ReadEscaped().ok() || !reader.Finish().ok() ||
        !totals.ParseFromString(row.value)) {
      report.Add("the totals of an agency's rejects are malformed");
    }
  });
}

}  // namespace serieslink::fsck
