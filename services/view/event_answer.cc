#include "services/view/event_answer.h"

#include <cstdint>
#include <set>

#include "services/view/extract.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {
namespace {

// How much a record says of a place, to choose the fullest among those that agree.
int FullnessOf(const type::v1::Place& place) {
  return place.has_point() + !place.borough_code().empty() + !place.ward_code().empty() +
         !place.locality().empty() + !place.police_force().empty() + !place.country_code().empty();
}

}  // namespace

std::string EventId(const ResolvedView& view, std::uint32_t index) {
  const std::uint32_t first = view.events.events[index].records.front();
  return graph::FormatPublicId(graph::IdKind::kEvent,
                               graph::PublicId(view.event_facts[first].public_id));
}

series::v1::Event EventOf(const ResolvedView& view, std::uint32_t index,
                          const CanonicalVersions& canonical) {
  const linkage::Event& event = view.events.events[index];
  series::v1::Event out;
  out.set_event_id(EventId(view, index));
  out.set_kind(static_cast<record::v1::EventKind>(event.kind));
  SetInterval(event.occurred, *out.mutable_occurred());
  std::set<std::string> agencies;
  int fullness = 0;
  std::uint64_t fullest = 0;  // public id of the record whose place is taken
  for (const std::uint32_t place : event.records) {
    const ResolvedView::Event& record = view.events_of_records[place];
    agencies.insert(record.record->agency);
    const auto found = canonical.find(record.version);
    if (found == canonical.end()) continue;
    out.add_records(
        graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(record.record->public_id)));
    const record::v1::Event& as_told = found->second->event();
    // Of places that say as much, which came first decides nothing.
    const int told = FullnessOf(as_told.place());
    const std::uint64_t public_id = record.record->public_id;
    if (told > fullness || (told > 0 && told == fullness && public_id < fullest)) {
      fullness = told;
      fullest = public_id;
      *out.mutable_place() = as_told.place();
    }
    // A text is worth showing only where it is all that is known.
    if (event.records.size() == 1) {
      out.mutable_occurred()->set_text(as_told.occurred().text());
      out.mutable_occurred()->set_precision(as_told.occurred().precision());
    }
  }
  for (const std::string& agency : agencies) out.add_agencies(agency);
  return out;
}

}  // namespace serieslink::view
