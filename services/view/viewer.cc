#include "services/view/viewer.h"

namespace serieslink::view {

bool MaySee(const Viewer& viewer, const stored::v1::RecordState& state) {
  int visibility = type::v1::VISIBILITY_OWNER;
  for (const stored::v1::RecordVersion& version : state.versions()) {
    const bool is_stale = version.from_revision() == version.to_revision();
    if (!is_stale && !version.is_withdrawal()) visibility = version.visibility();
  }
  return MaySee(viewer, state.agency(), visibility);
}

}  // namespace serieslink::view
