#include "services/leads/queue_scan.h"

#include <utility>

#include "services/view/weapons_of_exhibits.h"
#include "storage/base/status_macros.h"

namespace serieslink::leads {
namespace {

constexpr std::size_t kBatchPairs = 256;

}  // namespace

QueueScan::QueueScan(view::Cut* cut, const view::Viewer* viewer, graph::EdgeType type,
                     const graph::RankedEdge* after)
    : cut_(*cut), viewer_(*viewer), type_(type), reader_(cut, viewer) {
  if (after != nullptr) after_ = *after;
}

absl::StatusOr<std::vector<QueuedLead>> QueueScan::Next() {
  SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, cut_.reader.Edges());
  SL_ASSIGN_OR_RETURN(const auto places, edges.ScanRanked(type_, last(), kBatchPairs));
  is_at_end_ = places.size() < kBatchPairs;
  std::vector<QueuedLead> batch;
  if (places.empty()) return batch;
  after_ = places.back();
  std::vector<ExhibitPair> pairs;
  for (const graph::RankedEdge& place : places) pairs.push_back({place.source, place.target});
  SL_ASSIGN_OR_RETURN(auto loaded, reader_.Load(pairs));
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!loaded[i].has_value()) continue;
    batch.push_back({places[i], SeenLead{*std::move(loaded[i]), {}}});
  }
  std::vector<SeenLead*> leads;
  for (QueuedLead& one : batch) leads.push_back(&one.lead);
  SL_RETURN_IF_ERROR(NameWeapons(cut_, viewer_, /*is_told=*/false, leads));
  return batch;
}

absl::Status NameWeapons(view::Cut& cut, const view::Viewer& viewer, bool is_told,
                         absl::Span<SeenLead* const> leads) {
  std::vector<graph::ExhibitNumber> numbers;
  for (const SeenLead* lead : leads) {
    for (const PairEnd& end : lead->pair.ends) numbers.push_back(end.number);
  }
  SL_ASSIGN_OR_RETURN(const auto components,
                      cut.reader.Components(graph::NodeType::kExhibit, numbers));
  // What was never in one component is one weapon for nobody.
  std::vector<view::SeenExhibit> exhibits;
  std::vector<std::string*> names;
  for (std::size_t i = 0; i < leads.size(); ++i) {
    const bool may_be_one =
        components[2 * i].has_value() && components[2 * i] == components[2 * i + 1];
    for (std::size_t end = 0; end < 2; ++end) {
      const PairEnd& of = leads[i]->pair.ends[end];
      if (is_told || may_be_one) {
        exhibits.push_back({of.number, of.public_id});
        names.push_back(&leads[i]->weapons[end]);
      } else {
        leads[i]->weapons[end] = of.id;
      }
    }
  }
  SL_ASSIGN_OR_RETURN(const auto weapons,
                      view::WeaponsOfExhibits(cut.reader, viewer, cut.revision, exhibits));
  for (std::size_t i = 0; i < names.size(); ++i) *names[i] = weapons[i].weapon_id;
  return absl::OkStatus();
}

}  // namespace serieslink::leads
