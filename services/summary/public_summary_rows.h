#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/stored/v1/public_summary.pb.h"
#include "services/summary/disclosure/public_draft.h"
#include "storage/api/store.h"

// Public summaries in the store: rows of keyspace kMeta, which belong to no log and follow from
// none. docs/formats/keys.md shows them.
namespace serieslink::summary {

// "2026Q3-1".
std::string EditionName(std::string_view label, std::int32_t edition);
// The label and the number of a name as people type it.
struct EditionId {
  std::string label;
  std::int32_t edition = 0;
};
// None: it is no name of an edition.
std::optional<EditionId> ParseEditionName(std::string_view name);

// Keys of an edition, of its files, and of what is proposed of a period.
std::string EditionKey(std::string_view label, std::int32_t edition);
std::string EditionFilesKey(std::string_view label, std::int32_t edition);
std::string ProposalKey(std::string_view label);

// Reads one cut of the store. Not thread-safe. Errors of all calls: those of the store; DATA_LOSS
// (a row is not what was written).
class PublicSummaryReader {
 public:
  // `snapshot` must outlive it.
  explicit PublicSummaryReader(const storage::Snapshot* snapshot) : snapshot_(*snapshot) {}

  // All that were issued, in the order of their labels and editions, each with the name of the one
  // that replaces it.
  absl::StatusOr<std::vector<v1::PublicSummaryEdition>> Editions() const;
  // The files of one. None: there is no such edition.
  absl::StatusOr<std::optional<stored::v1::PublicSummaryFiles>> Files(const EditionId& id) const;
  // All that were issued, whole.
  absl::StatusOr<std::vector<EarlierSummary>> Summaries() const;
  // What is proposed of a period. None: nothing is.
  absl::StatusOr<std::optional<stored::v1::ProposedPublicSummary>> Proposal(
      std::string_view label) const;
  absl::StatusOr<std::vector<stored::v1::ProposedPublicSummary>> Proposals() const;

 private:
  template <typename Message>
  absl::StatusOr<std::optional<Message>> Read(const std::string& key) const;
  template <typename Message>
  absl::StatusOr<std::vector<Message>> ReadAll(char kind) const;

  const storage::Snapshot& snapshot_;
};

// Keeps an edition, and forgets what was proposed of its period. Durable when it returns.
// Errors: ABORTED (somebody wrote since `snapshot`), and those of the store.
absl::Status WriteEdition(storage::Store& store, const storage::Snapshot& snapshot,
                          const stored::v1::IssuedPublicSummary& issued,
                          const stored::v1::PublicSummaryFiles& files);
// Keeps a proposal in the place of what was proposed of its period before. As WriteEdition.
absl::Status WriteProposal(storage::Store& store, const storage::Snapshot& snapshot,
                           std::string_view label,
                           const stored::v1::ProposedPublicSummary& proposal);

}  // namespace serieslink::summary
