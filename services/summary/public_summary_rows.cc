#include "services/summary/public_summary_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::summary {
namespace {

using storage::Keyspace;

constexpr char kEdition = 'p';
constexpr char kFiles = 'f';
constexpr char kProposal = 'q';

std::string KeyOf(char kind, std::string_view label, std::int32_t edition) {
  std::string key(1, kind);
  base::AppendEscaped(&key, label);
  base::AppendBe32(&key, static_cast<std::uint32_t>(edition));
  return key;
}

void Put(const std::string& key, const std::string& value, storage::Commit& commit) {
  commit.writes.push_back({key, value});
  commit.writes.push_back(graph::ChecksumWrite(key, value));
}

storage::Commit CommitOn(const storage::Snapshot& snapshot) {
  storage::Commit commit;
  commit.keyspace = Keyspace::kMeta;
  commit.base = snapshot.position(Keyspace::kMeta);
  return commit;
}

}  // namespace

std::string EditionName(std::string_view label, std::int32_t edition) {
  return absl::StrCat(AbslView(label), "-", edition);
}

std::optional<EditionId> ParseEditionName(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  EditionId id;
  if (dash == std::string_view::npos || dash == 0 ||
      !absl::SimpleAtoi(AbslView(name.substr(dash + 1)), &id.edition) || id.edition < 1) {
    return std::nullopt;
  }
  id.label = absl::AsciiStrToUpper(AbslView(name.substr(0, dash)));
  constexpr std::size_t kLabelBytesMax = 16;
  if (id.label.size() > kLabelBytesMax) return std::nullopt;
  return id;
}

std::string EditionKey(std::string_view label, std::int32_t edition) {
  return KeyOf(kEdition, label, edition);
}

std::string EditionFilesKey(std::string_view label, std::int32_t edition) {
  return KeyOf(kFiles, label, edition);
}

std::string ProposalKey(std::string_view label) {
  std::string key(1, kProposal);
  base::AppendEscaped(&key, label);
  return key;
}

template <typename Message>
absl::StatusOr<std::optional<Message>> PublicSummaryReader::Read(const std::string& key) const {
  SL_ASSIGN_OR_RETURN(const auto value, snapshot_.Get(Keyspace::kMeta, key));
  if (!value.has_value()) return std::nullopt;
  SL_ASSIGN_OR_RETURN(const auto checksum, snapshot_.Get(Keyspace::kMeta, graph::ChecksumKey(key)));
  Message message;
  if (!graph::IsAsWritten(*value, checksum) || !message.ParseFromString(*value)) {
    return absl::DataLossError("a row of a public summary is not what was written");
  }
  return std::optional<Message>(std::move(message));
}

template <typename Message>
absl::StatusOr<std::vector<Message>> PublicSummaryReader::ReadAll(char kind) const {
  std::vector<Message> all;
  storage::KeyRange range = storage::KeyRange::Prefix(std::string_view(&kind, 1));
  while (true) {
    SL_ASSIGN_OR_RETURN(auto page, snapshot_.Scan(Keyspace::kMeta, range, {}));
    for (const storage::Row& row : page.rows) {
      SL_ASSIGN_OR_RETURN(std::optional<Message> message, Read<Message>(row.key));
      if (message.has_value()) all.push_back(*std::move(message));
    }
    if (!page.resume.has_value()) return all;
    range.start = *std::move(page.resume);
  }
}

absl::StatusOr<std::vector<v1::PublicSummaryEdition>> PublicSummaryReader::Editions() const {
  SL_ASSIGN_OR_RETURN(auto issued, ReadAll<stored::v1::IssuedPublicSummary>(kEdition));
  std::vector<v1::PublicSummaryEdition> editions;
  for (stored::v1::IssuedPublicSummary& one : issued) {
    for (v1::PublicSummaryEdition& before : editions) {
      if (before.name() == one.edition().replaces()) before.set_replaced_by(one.edition().name());
    }
    editions.push_back(std::move(*one.mutable_edition()));
  }
  return editions;
}

absl::StatusOr<std::optional<stored::v1::PublicSummaryFiles>> PublicSummaryReader::Files(
    const EditionId& id) const {
  return Read<stored::v1::PublicSummaryFiles>(EditionFilesKey(id.label, id.edition));
}

absl::StatusOr<std::vector<EarlierSummary>> PublicSummaryReader::Summaries() const {
  SL_ASSIGN_OR_RETURN(auto all, ReadAll<stored::v1::PublicSummaryFiles>(kFiles));
  std::vector<EarlierSummary> summaries;
  for (stored::v1::PublicSummaryFiles& one : all) {
    EarlierSummary earlier;
    earlier.name = EditionName(one.summary().period().label(), one.summary().edition());
    earlier.summary = std::move(*one.mutable_summary());
    summaries.push_back(std::move(earlier));
  }
  return summaries;
}

absl::StatusOr<std::optional<stored::v1::ProposedPublicSummary>> PublicSummaryReader::Proposal(
    std::string_view label) const {
  return Read<stored::v1::ProposedPublicSummary>(ProposalKey(label));
}

absl::StatusOr<std::vector<stored::v1::ProposedPublicSummary>> PublicSummaryReader::Proposals()
    const {
  return ReadAll<stored::v1::ProposedPublicSummary>(kProposal);
}

absl::Status WriteEdition(storage::Store& store, const storage::Snapshot& snapshot,
                          const stored::v1::IssuedPublicSummary& issued,
                          const stored::v1::PublicSummaryFiles& files) {
  const std::string& label = issued.edition().period().label();
  const std::int32_t edition = issued.edition().edition();
  storage::Commit commit = CommitOn(snapshot);
  Put(EditionKey(label, edition), issued.SerializeAsString(), commit);
  Put(EditionFilesKey(label, edition), files.SerializeAsString(), commit);
  const std::string proposal = ProposalKey(label);
  commit.writes.push_back({proposal, std::nullopt});
  commit.writes.push_back({graph::ChecksumKey(proposal), std::nullopt});
  return store.Apply(commit).status();
}

absl::Status WriteProposal(storage::Store& store, const storage::Snapshot& snapshot,
                           std::string_view label,
                           const stored::v1::ProposedPublicSummary& proposal) {
  storage::Commit commit = CommitOn(snapshot);
  Put(ProposalKey(label), proposal.SerializeAsString(), commit);
  return store.Apply(commit).status();
}

}  // namespace serieslink::summary
