#include "services/alerts/legal_class_news.h"

#include <algorithm>
#include <vector>

#include "services/firearm/core/legal_classes.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::alerts {
namespace {

using ::serieslink::view::ResolvedView;

// They are compared with each other.
constexpr std::size_t kAssessmentsMax = 1'000;

bool IsWholeGun(linkage::ExhibitKind kind) {
  return kind == linkage::ExhibitKind::kGun || kind == linkage::ExhibitKind::kDescribedGun ||
         kind == linkage::ExhibitKind::kSightedGun;
}

}  // namespace

absl::StatusOr<std::map<std::uint32_t, std::set<std::string>>> ExhibitsOfTwoClasses(
    const ResolvedView& view, const graph::GraphReader& reader) {
  std::map<std::uint32_t, std::set<std::string>> found;
  std::vector<const view::LoadedVersion*> versions;
  for (std::uint32_t member = 0; member < view.exhibits.size(); ++member) {
    if (IsWholeGun(view.exhibit_facts[member].kind)) {
      versions.push_back(view.exhibits[member].version);
    }
  }
  std::sort(versions.begin(), versions.end());
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  if (versions.empty()) return found;
  SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(reader, versions));
  const auto record_of = [&](const view::LoadedVersion* version) -> const record::v1::Record& {
    const auto place = std::lower_bound(versions.begin(), versions.end(), version);
    return *records[static_cast<std::size_t>(place - versions.begin())];
  };
  for (std::uint32_t weapon = 0; weapon < view.histories.size(); ++weapon) {
    std::vector<firearm::LifeLegalClassFacts> assessments;
    for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
      if (!IsWholeGun(view.exhibit_facts[member].kind)) continue;
      const ResolvedView::Exhibit& seen = view.exhibits[member];
      for (const record::v1::LegalClassAssessment& one :
           record_of(seen.version).exhibits(seen.place).legal_classes()) {
        if (assessments.size() == kAssessmentsMax) break;
        assessments.push_back({member, one.legal_class(), view::IntervalOf(one.as_of())});
      }
    }
    for (const auto& [a, b] : firearm::DifferingClasses(assessments)) {
      for (const std::uint32_t member : {assessments[a].exhibit, assessments[b].exhibit}) {
        found[weapon].insert(
            graph::IdOf(graph::IdKind::kExhibit, view.exhibit_facts[member].public_id));
      }
    }
  }
  return found;
}

}  // namespace serieslink::alerts
