#include "services/enquiries/known_agencies.h"

#include <algorithm>
#include <vector>

#include "services/linkage/core/forces.h"
#include "services/view/found_versions.h"
#include "services/view/viewer.h"
#include "storage/api/store.h"
#include "storage/base/status_macros.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::enquiries {
namespace {

// Entries of an agency that are looked at.
constexpr std::size_t kEntriesMax = 256;

}  // namespace

absl::StatusOr<bool> IsKnownAgency(view::Cut& cut, const std::string& caller,
                                   const std::set<std::string>& configured,
                                   const std::string& agency) {
  if (configured.contains(agency) || linkage::FindForce(agency) != nullptr) return true;
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView* const index, cut.reader.Firearms());
  const storage::KeyRange range = storage::KeyRange::Prefix(
      graph::FirearmKeyPrefix(graph::FirearmOrder::kPlace, {std::string_view(agency)}));
  SL_ASSIGN_OR_RETURN(const graph::IndexPage read, index->Scan(range, kEntriesMax));
  std::vector<view::VersionOfRecord> versions;
  for (const storage::Row& entry : read.entries) {
    SL_ASSIGN_OR_RETURN(const graph::FirearmKey parsed, graph::ParseFirearmKey(entry.key));
    versions.push_back({graph::RecordOf(parsed.exhibit), parsed.sequence});
  }
  SL_ASSIGN_OR_RETURN(const auto found, view::FindVersions(cut, view::Viewer{caller}, versions));
  return std::any_of(found.begin(), found.end(),
                     [](const view::FoundVersion& one) { return one.record != nullptr; });
}

}  // namespace serieslink::enquiries
