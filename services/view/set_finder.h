#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/border/v1/consignment.pb.h"
#include "services/border/core/part_set.h"
#include "services/view/consignment_scan.h"
#include "services/view/firearm_terms.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {

// Consignments of a set that are looked at, and numbers on its parts.
inline constexpr std::size_t kSetConsignmentsMax = 256;
inline constexpr std::size_t kSetNumbersMax = 256;
// What an answer tells of a set.
inline constexpr int kToldConsignmentsMax = 100;
inline constexpr int kToldLinksMax = 200;

// Whose references confirm; empty: every agency's.
using TrustedAgencies = std::set<std::string, std::less<>>;

struct FoundLink {
  graph::RecordNumber from = 0;  // of the set
  graph::RecordNumber to = 0;
  border::v1::SetLinkState state = border::v1::SET_LINK_STATE_UNSPECIFIED;
  border::v1::SetLinkBasis basis = border::v1::SET_LINK_BASIS_UNSPECIFIED;
  bool names_back = false;  // REFERENCE: each names the other
  bool is_named = false;    // REFERENCE: `to` names `from`, and not the reverse
  std::vector<std::uint64_t> exhibits;
  int days_apart = 0;
};

// A set, as the viewer may know it.
struct FoundSet {
  // By the last day on which each can have been seized, then by public id.
  std::vector<FoundConsignment> consignments;
  // Those that leads lead to.
  std::vector<FoundConsignment> others;
  std::vector<FoundLink> links;  // confirmed ones first, then by basis and ids
  int names_not_found = 0;
  bool is_guarded = false;
  bool is_abridged = false;
};

// What confirmed references connect, as the viewer may know it.
struct SetMembers {
  std::set<graph::RecordNumber> members;
  int names_not_found = 0;
  bool is_abridged = false;

  // Each consignment that one of them names is there, and they are two or more.
  bool is_complete() const { return members.size() > 1 && names_not_found == 0 && !is_abridged; }
};

// Finds the sets of consignments, reading each consignment once. Not thread-safe.
class SetFinder {
 public:
  // All must outlive it. It goes on until `patience` is given up, whatever its deadline.
  SetFinder(Cut& cut, const Viewer& viewer, const graph::IdKey& ids, const TrustedAgencies& trusted,
            const Patience& patience)
      : cut_(cut), viewer_(viewer), ids_(ids), trusted_(trusted), patience_(patience) {}

  // The set of `start`: of `start` alone where nothing belongs with it.
  // Errors: CANCELLED (given up), those of the store; DATA_LOSS.
  absl::StatusOr<std::shared_ptr<const FoundSet>> Find(const FoundConsignment& start);

  // The set of the record `start` without its leads; of no consignment where the viewer may not see
  // `start`, or it is no border seizure. One that is cut may be the part of it that was found from
  // another of its consignments before. Errors: as Find.
  absl::StatusOr<std::shared_ptr<const SetMembers>> Members(graph::RecordNumber start);

  // One that was found as a member of a set. Good as long as this.
  const FoundConsignment& Seen(graph::RecordNumber member) const { return seen_.at(member); }

 private:
  struct Growing;

  // What confirmed references connect with `start`, which was seen.
  absl::StatusOr<Growing> GrowFrom(graph::RecordNumber start);

  // Follows names from and to the consignments of `frontier`; adds those that belong to the set to
  // it, and returns them.
  absl::StatusOr<std::vector<graph::RecordNumber>> Grow(
      absl::Span<const graph::RecordNumber> frontier, Growing& set);
  absl::Status AddRuleLeads(Growing& set);
  // The border seizures that each of `names` stands for, as far as the viewer may see them: the
  // record of that name, and the one that claims to have had it.
  using Named = std::vector<graph::RecordNumber>;
  absl::StatusOr<std::vector<Named>> FindNamed(absl::Span<const type::v1::SourceReference> names);
  // The only border seizure that claims to have had the name; 0 where there is none or several, for
  // a name that several claim is followed for none.
  absl::StatusOr<graph::RecordNumber> ClaimantOf(const std::string& term);
  // The border seizures that the index has under `range`, as far as the viewer may see them; more
  // than `max` are cut to `max` + 1.
  absl::StatusOr<std::vector<graph::RecordNumber>> Under(storage::KeyRange range, std::size_t max);
  struct Compared {
    border::ConsignmentFacts facts;
    // Public ids of the parts that bear each number.
    absl::flat_hash_map<std::string, std::vector<std::uint64_t>> parts_of_number;
  };
  const Compared& ComparedOf(graph::RecordNumber record);
  bool IsTrusted(graph::RecordNumber record) const;

  Cut& cut_;
  const Viewer& viewer_;
  const graph::IdKey& ids_;
  const TrustedAgencies& trusted_;
  const Patience& patience_;
  TermCache terms_;
  absl::node_hash_map<graph::RecordNumber, FoundConsignment> seen_;
  absl::node_hash_map<graph::RecordNumber, Compared> compared_;
  absl::flat_hash_map<std::string, graph::RecordNumber> claimant_of_;
  absl::flat_hash_map<graph::RecordNumber, std::shared_ptr<const FoundSet>> set_of_;
  absl::flat_hash_map<graph::RecordNumber, std::shared_ptr<const SetMembers>> members_of_;
};

// `set` as it is told; each consignment with `items_max` items at most.
border::v1::PartSet TellSet(const FoundSet& set, int items_max);

}  // namespace serieslink::view
