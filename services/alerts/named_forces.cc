#include "services/alerts/named_forces.h"

#include "services/linkage/core/forces.h"
#include "services/stolen/core/case_counts.h"

namespace serieslink::alerts {

std::set<std::string> ForcesNamed(const record::v1::Event& event, const std::string& agency,
                                  const linkage::LocatePlace& locate) {
  std::set<std::string> forces;
  if (event.kind() == record::v1::EVENT_KIND_BORDER_SEIZURE ||
      event.kind() == record::v1::EVENT_KIND_DISPOSAL || linkage::FindForce(agency) != nullptr) {
    return forces;
  }
  for (const type::v1::CrimeReference& reference : event.crime_references()) {
    const linkage::Force* const issuer = linkage::FindForce(reference.issuing_force());
    if (issuer != nullptr) forces.emplace(issuer->name.data(), issuer->name.size());
  }
  if (!forces.empty()) return forces;
  const std::string there = stolen::ForceOf(linkage::PlaceLocated(event.place(), locate));
  const linkage::Force* const force = linkage::FindForce(there);
  if (force != nullptr) forces.emplace(force->name.data(), force->name.size());
  return forces;
}

}  // namespace serieslink::alerts
