#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/linkage/core/facts.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"

// What a viewer may see of the evidence around some exhibits: found by going from exhibit to
// exhibit over confirmed statements whose two ends the viewer sees. What is hidden is never gone
// through, so what is read and held, and whether a bound is passed, follows from visible evidence
// alone. The one thing that is read of a hidden record is its row of derived state, which says that
// it is hidden.
namespace serieslink::view {

// How much evidence one call may hold. All count what the viewer may see.
struct EvidenceBounds {
  std::size_t exhibits_max = 50'000;     // connected by confirmed statements
  std::size_t statements_max = 250'000;  // about them, at all revisions
  // Of their records and of the records that share crime references with those, at all revisions.
  std::size_t versions_max = 200'000;
  // Not a bound of what is seen: components of no more exhibits, whoever may see them, or of few on
  // average where there are many, are read at once, and larger ones step by step.
  std::size_t read_whole_max = 256;
};

// A statement with its interval.
struct LoadedStatement {
  graph::ExhibitNumber newer = 0;
  graph::ExhibitNumber older = 0;
  graph::Revision from = 0;
  graph::Revision to = graph::kOpenRevision;
  std::string rule;  // empty when a record asserts it
  linkage::Statement statement;
};

// What is needed of the state of a record that the viewer may see.
struct VisibleRecord {
  struct Version {
    graph::SequenceNumber sequence = 0;
    graph::Revision from = 0;
    graph::Revision to = graph::kOpenRevision;
    int visibility = 0;  // its label, which the viewer's rights of today do not ask about
  };
  struct Exhibit {
    std::string reference;
    std::uint64_t public_id = 0;
  };
  std::uint64_t public_id = 0;
  std::string agency;
  std::vector<Version> versions;  // those that ever stood, in order
  std::vector<Exhibit> exhibits;  // by ordinal
};

// `state` as views use it, without the versions that were stale on arrival. Whether a viewer may
// see it is not asked. Any state is accepted, and read as it stands.
VisibleRecord ReduceState(const stored::v1::RecordState& state);

// States of records that the viewer may see, which were read before.
using KnownRecords = absl::flat_hash_map<graph::RecordNumber, VisibleRecord>;

// Exhibits connected over visible confirmed statements, at whatever revision, with all visible
// statements between them. Thread-compatible.
class VisibleComponent {
 public:
  // `known`, which must outlive it, are not read again; null: none.
  VisibleComponent(graph::GraphReader* reader, const Viewer& viewer, const EvidenceBounds& bounds,
                   const KnownRecords* known = nullptr)
      : reader_(reader), viewer_(viewer), bounds_(bounds), known_(known) {}

  // Finds the components of `exhibits`, those that the viewer may see; empty when there are none.
  // `is_apart`: what is stated between two of them that nothing joins is not read.
  // Stops when a bound is passed, or an exhibit of `too_large` is met: then is_too_large(), and
  // members() are those that were found. Errors: those of the reader.
  absl::Status Find(absl::Span<const graph::ExhibitNumber> exhibits,
                    const absl::flat_hash_set<graph::ExhibitNumber>& too_large,
                    bool is_apart = false);

  // The record's state, or null where the viewer may not see it. Reads those that are not known
  // yet at once; earlier pointers do not outlive it.
  absl::Status LearnRecords(absl::Span<const graph::RecordNumber> records);
  const VisibleRecord* FindRecord(graph::RecordNumber record) const;

  bool is_too_large() const { return is_too_large_; }
  const absl::flat_hash_set<graph::ExhibitNumber>& members() const { return members_; }
  // Between members, in no order that means anything. Good once, after Find.
  std::vector<LoadedStatement> TakeStatements();

 private:
  bool IsVisible(graph::ExhibitNumber exhibit) const {
    return FindRecord(graph::RecordOf(exhibit)) != nullptr;
  }
  // Finds the same as Find where the components of `exhibits`, whatever their viewer may see of
  // them, have together no more than a few exhibits, by reading everything of these at once. False
  // when they have more: then nothing was found.
  absl::StatusOr<bool> FindAmongFew(absl::Span<const graph::ExhibitNumber> exhibits,
                                    absl::Span<const std::optional<std::uint64_t>> components,
                                    const absl::flat_hash_set<graph::ExhibitNumber>& too_large,
                                    bool is_apart);
  // Reads the statements under `exhibits`, drops those with a hidden end, and keeps the rest.
  absl::Status ReadUnder(absl::Span<const graph::ExhibitNumber> exhibits);

  graph::GraphReader* const reader_;
  const Viewer& viewer_;
  const EvidenceBounds bounds_;
  const KnownRecords* const known_;
  absl::flat_hash_map<graph::RecordNumber, VisibleRecord> records_;
  absl::flat_hash_set<graph::RecordNumber> hidden_;
  absl::flat_hash_set<graph::ExhibitNumber> members_;
  // Visible statements, by the newer end, whether or not that is a member.
  absl::flat_hash_map<graph::ExhibitNumber, std::vector<LoadedStatement>> under_;
  std::size_t statements_ = 0;  // in under_
  bool is_too_large_ = false;
};

}  // namespace serieslink::view
