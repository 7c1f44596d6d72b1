#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "serieslink/feed/v1/analyst.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/lead_pair.h"
#include "services/linkage/core/lead_worth.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

// Pairs of exhibits with what is stated and was done about them, as one viewer may see it now.
namespace serieslink::leads {

// Two exhibits, as their statements are kept: under the newer one.
struct ExhibitPair {
  graph::ExhibitNumber newer = 0;
  graph::ExhibitNumber older = 0;
};

// One of the two.
struct PairEnd {
  graph::ExhibitNumber number = 0;
  std::uint64_t public_id = 0;
  std::string id;  // "EX-…"
  std::uint64_t record_public_id = 0;
  std::string agency;
  bool is_open = false;    // its record may be seen by every agency
  bool is_active = false;  // the version of its record that stands has it
  // What is compared of it; all apart from other guns of its record. Empty where it is not active.
  linkage::ExhibitFacts facts;
  std::uint32_t seriousness_log2 = 0;  // of its record's event
  graph::SequenceNumber sequence = 0;  // of that version
  graph::Revision from = 0;            // since when it stands
  struct Version {
    graph::SequenceNumber sequence = 0;
    graph::Revision from = 0;
    graph::Revision to = 0;
  };
  std::vector<Version> versions;  // that ever stood, in order
  std::string reference;          // of the exhibit within its record
  // Its record, and its place in it, once PairReader::ReadRecords has been here; null where that
  // version does not have it.
  std::shared_ptr<const record::v1::Record> record;
  int place = 0;
};

// A statement about the two that holds now.
struct PairStatement {
  linkage::Statement statement;
  std::string rule;
  graph::Revision from = 0;
};

// What an agency's analysts did about the two.
struct PairFile {
  std::uint64_t record_public_id = 0;
  std::string agency;
  bool is_untrusted = false;
  feed::v1::AnalystLeadFile file;
};

struct Pair {
  ExhibitPair key;
  std::array<PairEnd, 2> ends;  // the first has the smaller id as text
  std::vector<PairStatement> statements;
  linkage::PairState state;
  std::optional<absl::Time> known;  // since when it is in the queue of leads; none: it is not
  std::vector<PairFile> files;      // that the viewer may see, by agency

  // Whether the records of both still have them.
  bool has_both() const { return ends[0].is_active && ends[1].is_active; }
  // What is looked at of its worth.
  linkage::WorthFacts worth() const;
  const PairFile* FileOf(std::string_view agency) const;
};

// Reads them in one cut. Not thread-safe; must not outlive its arguments.
class PairReader {
 public:
  PairReader(view::Cut* cut, const view::Viewer* viewer) : cut_(*cut), viewer_(*viewer) {}

  // For each of `pairs`, in their order: nothing where the viewer may not see one of the two.
  // Errors: those of the store; DATA_LOSS.
  absl::StatusOr<std::vector<std::optional<Pair>>> Load(absl::Span<const ExhibitPair> pairs);

  // Reads the records of the ends of `pairs`.
  // Errors: as Load.
  absl::Status ReadRecords(absl::Span<Pair* const> pairs);

  // Whether what identifies `end` is not what it was at `revision`. Reads at most one version.
  // Errors: as Load.
  absl::StatusOr<bool> IsChangedSince(const PairEnd& end, graph::Revision revision);

 private:
  absl::Status LoadKnown(std::vector<std::optional<Pair>>& pairs);
  absl::Status LoadFiles(std::vector<std::optional<Pair>>& pairs);

  view::Cut& cut_;
  const view::Viewer& viewer_;
};

}  // namespace serieslink::leads
