// Public summaries: to each edition its files, and nothing else. docs/formats/keys.md shows the
// rows.
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "serieslink/stored/v1/public_summary.pb.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/checks.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;
using storage::Row;

constexpr std::string_view kEdition = "p";
constexpr std::string_view kFiles = "f";
constexpr std::string_view kProposal = "q";

using EditionId = std::pair<std::string, std::uint32_t>;

absl::StatusOr<EditionId> ParseSummaryKey(std::string_view kind, std::string_view key) {
  base::KeyReader reader(key);
  SL_RETURN_IF_ERROR(reader.Expect(kind));
  EditionId id;
  SL_ASSIGN_OR_RETURN(id.first, reader.ReadEscaped());
  SL_ASSIGN_OR_RETURN(id.second, reader.ReadBe32());
  SL_RETURN_IF_ERROR(reader.Finish());
  return id;
}

std::string NameOf(const EditionId& id) {
  return absl::StrCat("public summary ", id.first, "-", id.second);
}

}  // namespace

absl::Status CheckPublicSummaries(Context& context, Report& report) {
  const auto for_each = [&](std::string_view kind, const auto& visit) {
    return ForEachPage(*context.snapshot, Keyspace::kMeta, storage::KeyRange::Prefix(kind),
                       [&](const std::vector<Row>& rows) {
                         for (const Row& row : rows) visit(row);
                         report.LookedAt(rows.size());
                         return absl::OkStatus();
                       });
  };
  std::set<EditionId> without_files;
  SL_RETURN_IF_ERROR(for_each(kEdition, [&](const Row& row) {
    auto id = ParseSummaryKey(kEdition, row.key);
    stored::v1::IssuedPublicSummary issued;
    if (!id.ok() || !issued.ParseFromString(row.value)) {
      report.Add("a public summary that was issued is malformed");
      return;
    }
    if (issued.edition().name() != absl::StrCat(id->first, "-", id->second)) {
      report.Add(absl::StrCat("what is listed of ", NameOf(*id), " is that of another"));
    }
    without_files.insert(*std::move(id));
  }));
  SL_RETURN_IF_ERROR(for_each(kFiles, [&](const Row& row) {
    const auto id = ParseSummaryKey(kFiles, row.key);
    stored::v1::PublicSummaryFiles files;
    if (!id.ok() || !files.ParseFromString(row.value)) {
      report.Add("the files of a public summary are malformed");
    } else if (without_files.erase(*id) == 0) {
      report.Add(absl::StrCat("the files of ", NameOf(*id), " belong to none that was issued"));
    }
  }));
  for (const EditionId& id : without_files) {
    report.Add(absl::StrCat(NameOf(id), " has no files"));
  }
  return for_each(kProposal, [&](const Row& row) {
    base::KeyReader reader(row.key);
    stored::v1::ProposedPublicSummary proposal;
    if (!reader.Expect(kProposal).ok() || !reader.ReadEscaped().ok() || !reader.Finish().ok() ||
        !proposal.ParseFromString(row.value)) {
      report.Add("a public summary that is proposed is malformed");
    }
  });
}

}  // namespace serieslink::fsck
