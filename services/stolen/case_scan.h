#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/stolen/gun_cases.h"
#include "services/stolen/loss_query.h"
#include "services/view/firearm_terms.h"
#include "services/view/loss_terms.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/api/store.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/graph_reader.h"

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
  view::FirearmTerms terms;
};

// Keys of the index of losses behind the key `after`, or all where it is empty: those whose first
// part is `part`; those whose first part begins with `field`.
storage::KeyRange RangeOfPart(std::string_view part, const std::string& after);
storage::KeyRange RangeOfField(view::LossField field, const std::string& after);

// Reads the reports of a range of keys, in their order. Not thread-safe.
class ReportScan {
 public:
  // All must outlive it; `query` may be null: then all reports of the range.
  ReportScan(view::Cut& cut, const view::Viewer& viewer, const LossQuery* query,
             storage::KeyRange range)
      : cut_(cut), viewer_(viewer), query_(query), range_(std::move(range)) {}

  // What the next entries of the index have, at most `entries_max`.
  // Errors: those of the store; DATA_LOSS.
  absl::StatusOr<std::vector<FoundReport>> Next(std::size_t entries_max);

  bool is_at_end() const { return is_at_end_; }
  // The last key that was looked at; empty before the first.
  const std::string& looked_at() const { return looked_at_; }

 private:
  absl::Status Check(std::vector<std::pair<std::string, graph::FirearmKey>> candidates,
                     std::vector<FoundReport>& found);

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const LossQuery* const query_;
  storage::KeyRange range_;
  view::TermCache terms_;
  std::string looked_at_;
  bool is_at_end_ = false;
};

// A report that satisfies a query, with the case that stands at it, if any.
struct ListedReport {
  FoundReport report;
  // The case, where this is the first of its reports that satisfies the query, and it does too.
  std::optional<ToldCase> one;
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
        reports_(cut, viewer, &query, RangeOfPart(query.part(), after)) {}

  // As ReportScan.
  absl::StatusOr<std::vector<ListedReport>> Next(std::size_t entries_max);
  bool is_at_end() const { return reports_.is_at_end(); }
  const std::string& looked_at() const { return reports_.looked_at(); }

 private:
  // Sets what is told of `listed`, whose exhibits are resolved together where they fit.
  absl::Status Tell(absl::Span<ListedReport> listed);
  bool IsFirst(const ListedReport& listed, const ToldCase& one);

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const LossQuery& query_;
  const absl::TimeZone& zone_;
  ReportScan reports_;
  view::TermCache terms_;
  absl::flat_hash_set<graph::ExhibitNumber> too_large_;
};

}  // namespace serieslink::stolen
