#include "services/network/walk.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace serieslink::network {
namespace {

// Nodes and edges of one message.
constexpr int kEmittedAtOnce = 256;

std::string NameOf(const v1::Edge& edge) {
  return absl::StrCat(edge.kind(), " ", edge.first(), " ", edge.second(), " ", edge.finding_id());
}

v1::Completion CompletionOf(const Surroundings& surroundings) {
  return surroundings.has_met_too_large() ? v1::COMPLETION_EVIDENCE_TOO_LARGE : v1::COMPLETION_ALL;
}

}  // namespace

absl::StatusOr<v1::Completion> ExpandFrom(Surroundings& surroundings, const NodeKey& start,
                                          int hops, const StepFilter& filter,
                                          const WalkBounds& bounds, const Emit& emit) {
  v1::ExpandResponse message;
  const auto hand_over = [&](bool always) -> absl::Status {
    if (!always && message.nodes_size() + message.edges_size() < kEmittedAtOnce) {
      return absl::OkStatus();
    }
    return emit(std::exchange(message, v1::ExpandResponse()));
  };
  absl::flat_hash_set<NodeKey> known = {start};
  absl::flat_hash_set<std::string> told;
  SL_ASSIGN_OR_RETURN(*message.add_nodes(), surroundings.Describe(start));
  std::vector<NodeKey> level = {start};
  std::optional<v1::Completion> ended;
  // Once more than the hops: from the outermost nodes only edges to what is known are told.
  for (int hop = 1; hop <= hops + 1 && !level.empty(); ++hop) {
    std::vector<NodeKey> next;
    for (const NodeKey& node : level) {
      if (bounds.is_time_up()) {
        ended = v1::COMPLETION_DEADLINE;
        break;
      }
      SL_ASSIGN_OR_RETURN(std::vector<Step> steps, surroundings.StepsFrom(node, filter));
      for (Step& step : steps) {
        if (!known.contains(step.to)) {
          if (hop > hops) continue;
          if (known.size() >= bounds.nodes_max) {
            ended = v1::COMPLETION_NODES_MAX;
            continue;
          }
          known.insert(step.to);
          next.push_back(step.to);
          v1::Node& described = *message.add_nodes();
          SL_ASSIGN_OR_RETURN(described, surroundings.Describe(step.to));
          described.set_hops(hop);
        }
        if (told.insert(NameOf(step.edge)).second) *message.add_edges() = std::move(step.edge);
      }
      SL_RETURN_IF_ERROR(hand_over(false));
    }
    if (ended == v1::COMPLETION_DEADLINE) break;
    level = std::move(next);
  }
  SL_RETURN_IF_ERROR(hand_over(true));
  return ended.value_or(CompletionOf(surroundings));
}

absl::StatusOr<v1::FindPathResponse> PathBetween(Surroundings& surroundings, const NodeKey& from,
                                                 const NodeKey& to, const StepFilter& filter,
                                                 const WalkBounds& bounds) {
  v1::FindPathResponse response;
  absl::flat_hash_map<NodeKey, std::pair<NodeKey, v1::Edge>> came_by;  // by node
  came_by[from] = {};
  std::vector<NodeKey> level = {from};
  std::optional<v1::Completion> ended;
  while (!level.empty() && !came_by.contains(to) && !ended.has_value()) {
    std::vector<NodeKey> next;
    for (const NodeKey& node : level) {
      if (bounds.is_time_up()) ended = v1::COMPLETION_DEADLINE;
      if (ended.has_value() || came_by.contains(to)) break;
      SL_ASSIGN_OR_RETURN(std::vector<Step> steps, surroundings.StepsFrom(node, filter));
      for (Step& step : steps) {
        if (came_by.contains(step.to)) continue;
        if (came_by.size() >= bounds.nodes_max) {
          ended = v1::COMPLETION_NODES_MAX;
          break;
        }
        next.push_back(step.to);
        came_by[step.to] = {node, std::move(step.edge)};
      }
    }
    level = std::move(next);
  }
  if (!came_by.contains(to)) {
    response.set_completion(ended.value_or(CompletionOf(surroundings)));
    return response;
  }
  std::vector<NodeKey> nodes = {to};
  std::vector<v1::Edge> edges;
  while (nodes.back() != from) {
    const auto& [before, edge] = came_by.at(nodes.back());
    edges.push_back(edge);
    nodes.push_back(before);
  }
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    SL_ASSIGN_OR_RETURN(*response.add_nodes(), surroundings.Describe(*node));
  }
  for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
    *response.add_edges() = std::move(*edge);
  }
  response.set_completion(v1::COMPLETION_ALL);
  return response;
}

absl::StatusOr<v1::ListCoOccurringWeaponsResponse> CoOccurringWith(Surroundings& surroundings,
                                                                   const NodeKey& weapon,
                                                                   const StepFilter& filter,
                                                                   std::size_t weapons_max,
                                                                   const WalkBounds& bounds) {
  v1::ListCoOccurringWeaponsResponse response;
  std::optional<v1::Completion> ended;
  std::set<NodeKey> events;
  SL_ASSIGN_OR_RETURN(const auto own, surroundings.ExhibitsOf(weapon));
  for (const graph::ExhibitNumber exhibit : own) {
    SL_ASSIGN_OR_RETURN(const auto event, surroundings.EventOfExhibit(exhibit, filter.period));
    if (event.has_value()) events.insert(*event);
  }
  std::map<NodeKey, std::set<NodeKey>> shared;  // events by other weapon
  std::size_t looked_at = 0;
  for (const NodeKey& event : events) {
    SL_ASSIGN_OR_RETURN(const auto records, surroundings.RecordsOf(event));
    for (const graph::RecordNumber record : records) {
      if (bounds.is_time_up()) ended = v1::COMPLETION_DEADLINE;
      if (looked_at >= bounds.nodes_max) ended = v1::COMPLETION_NODES_MAX;
      if (ended.has_value()) break;
      SL_ASSIGN_OR_RETURN(const auto exhibits,
                          surroundings.ExhibitsOf({v1::NODE_KIND_RECORD, record}));
      for (const graph::ExhibitNumber exhibit : exhibits) {
        ++looked_at;
        SL_ASSIGN_OR_RETURN(const auto other, surroundings.WeaponOf(exhibit));
        if (other.has_value() && *other != weapon) shared[*other].insert(event);
      }
    }
  }
  std::vector<std::pair<NodeKey, std::set<NodeKey>>> found(shared.begin(), shared.end());
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  if (found.size() > weapons_max) {
    found.resize(weapons_max);
    ended = v1::COMPLETION_NODES_MAX;
  }
  for (const auto& [other, at] : found) {
    v1::CoOccurringWeapon& out = *response.add_weapons();
    SL_ASSIGN_OR_RETURN(*out.mutable_weapon(), surroundings.Describe(other));
    for (const NodeKey& event : at) {
      SL_ASSIGN_OR_RETURN(const v1::Node described, surroundings.Describe(event));
      out.add_shared_events(described.node_id());
    }
  }
  response.set_completion(ended.value_or(CompletionOf(surroundings)));
  return response;
}

}  // namespace serieslink::network
