#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/network/v1/network_service.pb.h"
#include "services/network/surroundings.h"

// Ways through a network: breadth first, bounded by nodes and by time.
namespace serieslink::network {

// What a walk may cost.
struct WalkBounds {
  std::size_t nodes_max = 0;
  // Whether time is up. Looked at before each node is left.
  std::function<bool()> is_time_up;
};

// Takes some of an expansion's nodes and edges. An error ends the walk with it.
using Emit = std::function<absl::Status(v1::ExpandResponse)>;

// Everything within `hops` edges of `start`, nearest first; each node and edge once. Hands over a
// message for about every 256 nodes or edges, and returns why it ended. Edges between two of the
// outermost nodes are told too.
absl::StatusOr<v1::Completion> ExpandFrom(Surroundings& surroundings, const NodeKey& start,
                                          int hops, const StepFilter& filter,
                                          const WalkBounds& bounds, const Emit& emit);

// A shortest way from `from` to `to`; of several, the one whose nodes come first in order.
absl::StatusOr<v1::FindPathResponse> PathBetween(Surroundings& surroundings, const NodeKey& from,
                                                 const NodeKey& to, const StepFilter& filter,
                                                 const WalkBounds& bounds);

// The weapons of other exhibits that records of the weapon's events have, those with the most
// shared events first. `weapons_max` of them at most.
absl::StatusOr<v1::ListCoOccurringWeaponsResponse> CoOccurringWith(Surroundings& surroundings,
                                                                   const NodeKey& weapon,
                                                                   const StepFilter& filter,
                                                                   std::size_t weapons_max,
                                                                   const WalkBounds& bounds);

}  // namespace serieslink::network
