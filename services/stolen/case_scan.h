#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/stolen/loss_lists.h"
#include "services/stolen/loss_query.h"
#include "services/view/canonical.h"
#include "services/view/firearm_terms.h"
#include "services/view/gun_cases.h"
#include "services/view/loss_terms.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "services/view/visible_component.h"
#include "storage/api/store.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/sorted_run_index.h"

namespace serieslink::stolen {

// A report of the index that the viewer may see and that stood at the revision.
struct FoundReport {
  std::string key;  // at which the index has it
  graph::ExhibitNumber number = 0;
  std::uint64_t public_id = 0;
  std::uint64_t record_public_id = 0;
  std::string agency;
  std::shared_ptr<const record::v1::Record> record;
  int place = 0;  // of the exhibit within it
  v1::ReportSource source = v1::REPORT_SOURCE_UNSPECIFIED;
  view::FirearmTerms terms;  // numbers only where the query asks for one
};

// Keys of the index of losses behind the key `after`, or all where it is empty, whose first part
// begins with `field`.
storage::KeyRange RangeOfField(view::LossField field, const std::string& after);

// Reads the reports that stand in lists of the index, in their order, each once. Not thread-safe.
class ReportScan {
 public:
  // All must outlive it. All reports of `range`, in the order of its keys.
  ReportScan(view::Cut& cut, const view::Viewer& viewer, storage::KeyRange range)
      : cut_(cut), viewer_(viewer), query_(nullptr), lists_(nullptr, {{{{}, std::move(range)}}}) {}
  // Reports that satisfy `query`, behind the key `after`, or all where it is empty. Their keys are
  // those under view::LossField::kAll.
  ReportScan(view::Cut& cut, const view::Viewer& viewer, const LossQuery& query,
             const std::string& after);

  // The next `reports_max` (at least one) that the index does not rule out, of which those are left
  // out that the viewer may not see, or that do not satisfy the query after all. Fewer, or none,
  // also where much of the index had to be passed over, or at the end. Errors: those of the store;
  // DATA_LOSS.
  absl::StatusOr<std::vector<FoundReport>> Next(std::size_t reports_max);

  bool is_at_end() const { return is_at_end_; }
  // The key up to which everything was looked at; empty before the first.
  const std::string& looked_at() const { return looked_at_; }
  // What the last call read of the log.
  const view::ReadEntries& entries() const { return entries_; }
  // Likewise the states of records.
  const view::KnownRecords& records() const { return records_; }

 private:
  struct Candidate {
    std::string key;
    graph::FirearmKey parsed;
  };
  // False only where the version that is the log entry `sequence` does not satisfy the query.
  bool MayMatch(const stored::v1::RecordState& state, graph::SequenceNumber sequence) const;
  absl::Status Check(std::vector<Candidate> candidates, std::vector<FoundReport>& found);

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const LossQuery* const query_;
  std::string prefix_;  // of keys that are told
  LossLists lists_;
  bool is_at_end_ = false;
  view::TermCache terms_;
  view::ReadEntries entries_;
  view::KnownRecords records_;
  std::string looked_at_;
};

// A report that satisfies a query, with the case that stands at it, if any.
struct ListedReport {
  FoundReport report;
  // The case, where this is the first of its reports that satisfies the query, and it does too.
  std::optional<view::ToldCase> one;
  bool is_counted = false;     // its case satisfies the query
  std::string event_id;        // "EV-…" of the loss; empty where is_unresolved
  bool is_unresolved = false;  // what is around it is more than one call holds
};

// Reads the reports that satisfy a query, and tells each case at the first of them. Not
// thread-safe.
class CaseScan {
 public:
  // All must outlive it. Begins behind the key `after`, or with the first where it is empty. Notice
  // is judged in days of `zone`.
  CaseScan(view::Cut& cut, const view::Viewer& viewer, const LossQuery& query,
           const absl::TimeZone& zone, const std::string& after)
      : cut_(cut),
        viewer_(viewer),
        query_(query),
        zone_(zone),
        reports_(cut, viewer, query, after) {}

  // As ReportScan.
  absl::StatusOr<std::vector<ListedReport>> Next(std::size_t reports_max);
  bool is_at_end() const { return reports_.is_at_end(); }
  const std::string& looked_at() const { return reports_.looked_at(); }

 private:
  // What was found out of a report when another one of its case was told.
  struct Foreknown {
    bool is_counted = false;
    std::string event_id;
    std::optional<view::ToldCase> one;  // where it stands at this report: another case of the gun
  };

  // Sets what is told of `listed`, whose exhibits are resolved together where they fit.
  absl::Status Tell(absl::Span<ListedReport> listed);
  // Sets what is told of those of `listed` that are reports of `told`, and notes the others that
  // the scan has yet to come to: a gun is resolved once, however many reports it has.
  void TellCase(view::ToldCase told,
                const absl::flat_hash_map<graph::ExhibitNumber, ListedReport*>& listed);

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const LossQuery& query_;
  const absl::TimeZone& zone_;
  ReportScan reports_;
  view::TermCache terms_;
  absl::flat_hash_set<graph::ExhibitNumber> too_large_;
  absl::flat_hash_set<graph::ExhibitNumber> too_long_;  // of weapons whose life is not told
  // Reports that satisfy the query and lie ahead; each goes when it is come to.
  absl::flat_hash_map<graph::ExhibitNumber, Foreknown> foreknown_;
};

}  // namespace serieslink::stolen
