#include "services/view/leads_of_exhibits.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "services/linkage/core/lead_pair.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {
namespace {

// What is stated about two exhibits.
struct Pair {
  std::uint32_t place = 0;
  std::vector<linkage::Statement> statements;
};

}  // namespace

absl::StatusOr<std::vector<LeadOfExhibit>> LeadsOfExhibits(const ResolvedView& view,
                                                           absl::Span<const std::uint32_t> places,
                                                           const Viewer& viewer,
                                                           graph::GraphReader& reader) {
  absl::flat_hash_set<graph::ExhibitNumber> own;
  for (const std::uint32_t place : places) own.insert(view.exhibits[place].number);
  std::map<std::pair<graph::ExhibitNumber, graph::ExhibitNumber>, Pair> pairs;
  std::vector<graph::RecordNumber> numbers;
  for (const std::uint32_t place : places) {
    const graph::ExhibitNumber number = view.exhibits[place].number;
    SL_ASSIGN_OR_RETURN(const auto statements, reader.StatementsAbout(number));
    for (const stored::v1::Statement& statement : statements) {
      const graph::RevisionInterval held{statement.from_revision(),
                                         graph::FromStoredEnd(statement.to_revision())};
      const graph::ExhibitNumber other = statement.newer_exhibit() == number
                                             ? statement.older_exhibit()
                                             : statement.newer_exhibit();
      if (!held.Contains(view.revision) || own.contains(other)) continue;
      Pair& pair = pairs[{number, other}];
      pair.place = place;
      pair.statements.push_back(StatementOf(statement));
      numbers.push_back(graph::RecordOf(other));
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  SL_ASSIGN_OR_RETURN(const auto states, reader.Records(numbers));
  std::map<graph::ExhibitNumber, linkage::ExhibitFacts> others;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!states[i].has_value() || !MaySee(viewer, *states[i])) continue;
    for (linkage::ExhibitFacts& one : StandingExhibits(*states[i], numbers[i])) {
      others.emplace(one.exhibit_number, std::move(one));
    }
  }
  std::vector<LeadOfExhibit> leads;
  for (const auto& [key, pair] : pairs) {
    const auto other = others.find(key.second);
    if (other == others.end()) continue;
    const linkage::PairBounds bounds =
        linkage::BoundsOf(view.exhibit_facts[pair.place], other->second);
    if (linkage::StateOfPair(pair.statements, bounds).is_candidate()) {
      leads.push_back({pair.place, key.second, other->second.public_id});
    }
  }
  return leads;
}

}  // namespace serieslink::view
