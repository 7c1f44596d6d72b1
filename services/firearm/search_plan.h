#pragma once

#include <optional>
#include <string>

#include "services/view/firearm_query.h"
#include "services/view/firearm_terms.h"
#include "storage/api/store.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::firearm {

// How to walk the index for a query: in which of its orders, over which range, and where to leap.
// Must not outlive the query. Immutable, thread-safe.
class SearchPlan {
 public:
  explicit SearchPlan(const view::FirearmQuery& query);

  graph::FirearmOrder order() const { return order_; }

  // Holds the keys of everything that satisfies the query.
  const storage::KeyRange& range() const { return range_; }

  // Whether there are keys in the range to leap from.
  bool leaps() const { return leaps_; }

  // Whether the exhibit of `key`, which is in the range, may satisfy the query as far as the key
  // tells.
  bool MayMatch(const graph::FirearmKey& key) const;

  // Where `key` does not match: a key behind it before which none can. Otherwise nullopt.
  std::optional<std::string> LeapFrom(const graph::FirearmKey& key) const;

  // Whether an exhibit of `terms`, which satisfies the query, is met at `key` for the first time:
  // one with several serials that match is met at each of them.
  bool IsFirst(const graph::FirearmKey& key, const view::FirearmTerms& terms) const;

 private:
  std::string LeapToPart(const graph::FirearmKey& key, std::size_t part,
                         std::string_view wanted) const;

  const view::FirearmQuery& query_;
  graph::FirearmOrder order_ = graph::FirearmOrder::kPlace;
  storage::KeyRange range_;
  bool leaps_ = false;
};

}  // namespace serieslink::firearm
