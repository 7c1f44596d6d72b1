#include "services/view/viewer.h"

#include <algorithm>
#include <cstdint>

#include "absl/container/inlined_vector.h"

namespace serieslink::view {

bool MaySee(const Viewer& viewer, const stored::v1::RecordState& state) {
  if (viewer.agency == state.agency()) return true;
  // From the latest back. An undo comes after what it takes back.
  absl::InlinedVector<std::uint64_t, 2> undone;
  for (int i = state.versions_size() - 1; i >= 0; --i) {
    const stored::v1::RecordVersion& version = state.versions(i);
    if (version.undoes_sequence() != 0) undone.push_back(version.undoes_sequence());
    const bool is_stale = version.from_revision() == version.to_revision();
    const bool is_undone =
        std::find(undone.begin(), undone.end(), version.sequence()) != undone.end();
    if (is_stale || is_undone || version.is_withdrawal()) continue;
    return MaySee(viewer, state.agency(), version.visibility());
  }
  return MaySee(viewer, state.agency(), type::v1::VISIBILITY_OWNER);
}

}  // namespace serieslink::view
