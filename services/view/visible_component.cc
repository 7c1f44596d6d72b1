#include "services/view/visible_component.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/arena.h"
#include "services/view/extract.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/status_macros.h"
#include "storage/graph/edges.h"

namespace serieslink::view {
namespace {

// What is read at once.
constexpr std::size_t kStatesAtOnce = 1024;
constexpr std::size_t kExhibitsAtOnce = 256;
// No more components are read whole together, and those that have no more exhibits on average: what
// is held of members that turn out to be hidden stays small, however much is asked for.
constexpr std::size_t kComponentsAtOnce = 256;
constexpr std::size_t kMembersAComponent = 16;

}  // namespace

VisibleRecord ReduceState(const stored::v1::RecordState& state) {
  VisibleRecord record;
  record.public_id = state.public_id();
  record.agency = state.agency();
  for (const stored::v1::RecordVersion& version : state.versions()) {
    if (version.from_revision() == version.to_revision()) continue;  // stale on arrival
    record.versions.push_back({.sequence = version.sequence(),
                               .from = version.from_revision(),
                               .to = graph::FromStoredEnd(version.to_revision()),
                               .visibility = version.visibility()});
  }
  for (const stored::v1::ExhibitState& exhibit : state.exhibits()) {
    record.exhibits.push_back({exhibit.reference(), exhibit.public_id()});
  }
  return record;
}

namespace {

LoadedStatement Reduce(const stored::v1::Statement& stored) {
  return LoadedStatement{.newer = stored.newer_exhibit(),
                         .older = stored.older_exhibit(),
                         .from = stored.from_revision(),
                         .to = graph::FromStoredEnd(stored.to_revision()),
                         .rule = stored.rule(),
                         .statement = StatementOf(stored)};
}

}  // namespace

const VisibleRecord* VisibleComponent::FindRecord(graph::RecordNumber record) const {
  const auto found = records_.find(record);
  return found == records_.end() ? nullptr : &found->second;
}

absl::Status VisibleComponent::LearnRecords(absl::Span<const graph::RecordNumber> records) {
  std::vector<graph::RecordNumber> unknown;
  for (const graph::RecordNumber record : records) {
    if (records_.contains(record) || hidden_.contains(record)) continue;
    if (known_ != nullptr) {
      if (const auto known = known_->find(record); known != known_->end()) {
        records_.emplace(record, known->second);
        continue;
      }
    }
    unknown.push_back(record);
  }
  std::sort(unknown.begin(), unknown.end());
  unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
  for (std::size_t at = 0; at < unknown.size(); at += kStatesAtOnce) {
    const auto some = absl::MakeConstSpan(unknown).subspan(at, kStatesAtOnce);
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto states, reader_->Records(some, &arena));
    for (std::size_t i = 0; i < some.size(); ++i) {
      // A statement can name a record whose state a later commit of the deriver brings.
      if (states[i] != nullptr && MaySee(viewer_, *states[i])) {
        records_.emplace(some[i], ReduceState(*states[i]));
      } else {
        hidden_.insert(some[i]);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status VisibleComponent::ReadUnder(absl::Span<const graph::ExhibitNumber> exhibits) {
  // In slices, so that what is hidden is dropped, and the bound looked at, before there is much.
  for (std::size_t at = 0; at < exhibits.size() && statements_ <= bounds_.statements_max;
       at += kExhibitsAtOnce) {
    std::vector<graph::RecordNumber> others;
    std::vector<graph::ExhibitNumber> added;
    for (const graph::ExhibitNumber exhibit : exhibits.subspan(at, kExhibitsAtOnce)) {
      if (under_.try_emplace(exhibit).second) added.push_back(exhibit);
    }
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto stored, reader_->StatementsUnderEach(added, &arena));
    for (std::size_t i = 0; i < added.size(); ++i) {
      std::vector<LoadedStatement>& under = under_[added[i]];
      under.reserve(stored[i].size());
      for (const stored::v1::Statement* const statement : stored[i]) {
        under.push_back(Reduce(*statement));
        others.push_back(graph::RecordOf(statement->older_exhibit()));
      }
    }
    SL_RETURN_IF_ERROR(LearnRecords(others));
    for (const graph::ExhibitNumber exhibit : added) {
      std::vector<LoadedStatement>& under = under_[exhibit];
      std::erase_if(under, [&](const LoadedStatement& one) { return !IsVisible(one.older); });
      statements_ += under.size();
    }
  }
  return absl::OkStatus();
}

absl::Status VisibleComponent::Find(absl::Span<const graph::ExhibitNumber> exhibits,
                                    const absl::flat_hash_set<graph::ExhibitNumber>& too_large,
                                    bool is_apart) {
  std::vector<graph::RecordNumber> records;
  for (const graph::ExhibitNumber exhibit : exhibits) records.push_back(graph::RecordOf(exhibit));
  SL_RETURN_IF_ERROR(LearnRecords(records));
  std::vector<graph::ExhibitNumber> frontier;
  for (const graph::ExhibitNumber exhibit : exhibits) {
    if (IsVisible(exhibit) && members_.insert(exhibit).second) frontier.push_back(exhibit);
  }
  if (frontier.empty()) return absl::OkStatus();
  // What nothing ever joined has no component, and only what stands between two exhibits that were
  // asked for counts then. Whoever has one is looked at more closely.
  SL_ASSIGN_OR_RETURN(auto components, reader_->Components(graph::NodeType::kExhibit, frontier));
  if (is_apart || frontier.size() == 1) {
    std::size_t joined = 0;
    for (std::size_t i = 0; i < frontier.size(); ++i) {
      if (!components[i].has_value()) continue;
      frontier[joined] = frontier[i];
      components[joined++] = components[i];
    }
    frontier.resize(joined);
    components.resize(joined);
  }
  if (frontier.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const bool is_found, FindAmongFew(frontier, components, too_large, is_apart));
  if (is_found) return absl::OkStatus();

  SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, reader_->Edges());
  while (!frontier.empty()) {
    SL_RETURN_IF_ERROR(ReadUnder(frontier));
    absl::flat_hash_set<graph::ExhibitNumber> next;
    std::vector<std::pair<graph::ExhibitNumber, graph::ExhibitNumber>> newer;  // with the older end
    std::vector<graph::RecordNumber> newer_records;
    SL_ASSIGN_OR_RETURN(const auto found, edges.EdgesOfEach(graph::EdgeType::kStatement,
                                                            graph::EdgeEnd::kTarget, frontier));
    for (std::size_t i = 0; i < frontier.size(); ++i) {
      const graph::ExhibitNumber member = frontier[i];
      for (const LoadedStatement& one : under_[member]) {
        if (linkage::CanJoin(one.statement)) next.insert(one.older);
      }
      for (const graph::Edge& edge : found[i]) {
        newer.emplace_back(edge.other, member);
        newer_records.push_back(graph::RecordOf(edge.other));
      }
    }
    // A newer end holds the statements: it is read when it is visible, member or not.
    SL_RETURN_IF_ERROR(LearnRecords(newer_records));
    std::vector<graph::ExhibitNumber> to_read;
    for (const auto& [end, member] : newer) {
      if (IsVisible(end)) to_read.push_back(end);
    }
    SL_RETURN_IF_ERROR(ReadUnder(to_read));
    for (const auto& [end, member] : newer) {
      const auto under = under_.find(end);
      if (under == under_.end() || next.contains(end)) continue;
      const bool joins = std::any_of(
          under->second.begin(), under->second.end(), [member = member](const auto& one) {
            return one.older == member && linkage::CanJoin(one.statement);
          });
      if (joins) next.insert(end);
    }
    frontier.clear();
    for (const graph::ExhibitNumber one : next) {
      is_too_large_ |= too_large.contains(one);
      if (members_.insert(one).second) frontier.push_back(one);
    }
    std::sort(frontier.begin(), frontier.end());  // what lies together is read together
    is_too_large_ |= members_.size() > bounds_.exhibits_max || statements_ > bounds_.statements_max;
    if (is_too_large_) return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> VisibleComponent::FindAmongFew(
    absl::Span<const graph::ExhibitNumber> exhibits,
    absl::Span<const std::optional<std::uint64_t>> components,
    const absl::flat_hash_set<graph::ExhibitNumber>& too_large, bool is_apart) {
  // Whatever can join was in one component from then on, and components never part, so what is
  // gone through from exhibit to exhibit lies within them.
  std::vector<std::uint64_t> known;
  for (const std::optional<std::uint64_t>& component : components) {
    if (component.has_value()) known.push_back(*component);
  }
  base::SortAndDropRepeats(known);
  if (known.size() > kComponentsAtOnce) return false;
  const std::size_t among_max = std::max(bounds_.read_whole_max, kMembersAComponent * known.size());
  SL_ASSIGN_OR_RETURN(const auto found,
                      reader_->ComponentMembersOfEach(graph::NodeType::kExhibit, known,
                                                      bounds_.read_whole_max + 1));
  absl::flat_hash_set<graph::ExhibitNumber> among(exhibits.begin(), exhibits.end());
  // Statements stand under the newer of their two exhibits: under the oldest there are none that
  // are looked for.
  absl::flat_hash_set<graph::ExhibitNumber> oldest;
  for (const std::vector<graph::ExhibitNumber>& members : found) {
    if (members.size() > bounds_.read_whole_max) return false;
    among.insert(members.begin(), members.end());
    if (is_apart && !members.empty()) oldest.insert(members.front());
  }
  if (among.size() > among_max) return false;
  oldest.insert(*std::min_element(among.begin(), among.end()));
  std::vector<graph::RecordNumber> records;
  for (const graph::ExhibitNumber one : among) records.push_back(graph::RecordOf(one));
  SL_RETURN_IF_ERROR(LearnRecords(records));
  std::vector<graph::ExhibitNumber> visible;
  for (const graph::ExhibitNumber one : among) {
    if (IsVisible(one) && !oldest.contains(one)) visible.push_back(one);
  }
  std::sort(visible.begin(), visible.end());  // what lies together is read together
  google::protobuf::Arena arena;
  SL_ASSIGN_OR_RETURN(const auto stored, reader_->StatementsUnderEach(visible, &arena));
  absl::flat_hash_map<graph::ExhibitNumber, std::vector<graph::ExhibitNumber>> joined;
  for (std::size_t i = 0; i < visible.size(); ++i) {
    std::vector<LoadedStatement>& under = under_[visible[i]];
    for (const stored::v1::Statement* const statement : stored[i]) {
      if (!among.contains(statement->older_exhibit()) || !IsVisible(statement->older_exhibit())) {
        continue;
      }
      const LoadedStatement& one = under.emplace_back(Reduce(*statement));
      if (!linkage::CanJoin(one.statement)) continue;
      joined[one.newer].push_back(one.older);
      joined[one.older].push_back(one.newer);
    }
  }
  std::vector<graph::ExhibitNumber> waiting(exhibits.begin(), exhibits.end());
  while (!waiting.empty()) {
    const graph::ExhibitNumber member = waiting.back();
    waiting.pop_back();
    for (const graph::ExhibitNumber other : joined[member]) {
      is_too_large_ |= too_large.contains(other);
      if (!members_.insert(other).second) continue;
      waiting.push_back(other);
    }
  }
  // Only what was reached counts.
  absl::erase_if(under_, [&](const auto& one) { return !members_.contains(one.first); });
  for (auto& [member, under] : under_) {
    std::erase_if(under, [&](const LoadedStatement& one) { return !members_.contains(one.older); });
    statements_ += under.size();
  }
  is_too_large_ |= members_.size() > bounds_.exhibits_max || statements_ > bounds_.statements_max;
  return true;
}

std::vector<LoadedStatement> VisibleComponent::TakeStatements() {
  std::vector<LoadedStatement> statements;
  for (const graph::ExhibitNumber member : members_) {
    const auto under = under_.find(member);
    if (under == under_.end()) continue;
    for (LoadedStatement& one : under->second) {
      if (members_.contains(one.older)) statements.push_back(std::move(one));
    }
  }
  under_.clear();
  return statements;
}

}  // namespace serieslink::view
