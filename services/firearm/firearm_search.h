#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/view/firearm_query.h"
#include "services/view/firearm_terms.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::firearm {

// An exhibit that satisfies a query.
struct FoundFirearm {
  std::string key;  // at which the index had it
  graph::ExhibitNumber number = 0;
  std::uint64_t public_id = 0;
  std::uint64_t record_public_id = 0;
  std::string agency;
  std::shared_ptr<const record::v1::Record> record;  // the version that stood
  int place = 0;                                     // of the exhibit within it
  view::FirearmTerms terms;
};

struct SearchPage {
  std::vector<FoundFirearm> found;
  // Set when there may be more: from behind which key to go on. At most
  // graph::kFirearmKeyBytesMax bytes.
  std::optional<std::string> resume;
};

// The exhibits behind the key `after` (empty: from the first) that `viewer` may see and that
// satisfied `query` at the cut's revision, each once: `found_max`, or fewer at the end or once
// `is_enough()`, which is asked now and then. Without that, what is found, and whether there is
// more, follows from what the viewer may see alone.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<SearchPage> Search(view::Cut& cut, const view::Viewer& viewer,
                                  const view::FirearmQuery& query, const std::string& after,
                                  std::size_t found_max, const std::function<bool()>& is_enough);

}  // namespace serieslink::firearm
