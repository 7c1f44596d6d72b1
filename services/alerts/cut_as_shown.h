#pragma once

#include "services/view/revision_gate.h"

namespace serieslink::alerts {

// While it lives, reads of `cut` leave out what a version's own label hid from the viewer then, and
// may be of other revisions. Then `cut` is as it was.
class CutAsShown {
 public:
  explicit CutAsShown(view::Cut& cut)
      : cut_(cut), revision_(cut.revision), as_shown_(cut.as_shown) {
    cut_.as_shown = true;
  }
  ~CutAsShown() {
    cut_.revision = revision_;
    cut_.as_shown = as_shown_;
  }
  CutAsShown(const CutAsShown&) = delete;
  CutAsShown& operator=(const CutAsShown&) = delete;

 private:
  view::Cut& cut_;
  const graph::Revision revision_;
  const bool as_shown_;
};

}  // namespace serieslink::alerts
