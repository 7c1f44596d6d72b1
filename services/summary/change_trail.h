#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/summary/core/change_collector.h"
#include "storage/graph/keys.h"

namespace serieslink::summary {

// What the scans of one side of a comparison keep of events and weapons that can differ between
// two revisions: those that a record of which a version came between them touches.
struct ChangeTrail {
  graph::Revision after = 0;  // the earlier revision
  graph::Revision upto = 0;   // the later
  ChangeCollector::Side side = ChangeCollector::kEarlier;
  ChangeCollector* collector = nullptr;
  absl::flat_hash_set<graph::Revision> adoptions{};  // at which rules came into force
  // Records that count on the earlier side, in a version whose own label hid it from the viewer.
  std::vector<graph::RecordNumber> opened{};

  // Whether a version of `state` came between.
  bool IsTouched(const stored::v1::RecordState& state) const {
    for (const stored::v1::RecordVersion& version : state.versions()) {
      const bool ever_stood = version.from_revision() != version.to_revision();
      if (ever_stood && version.from_revision() > after && version.from_revision() <= upto) {
        return true;
      }
    }
    return false;
  }
};

}  // namespace serieslink::summary
