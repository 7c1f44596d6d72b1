#include "services/series/series_flags.h"

#include <algorithm>

#include "services/view/event_answer.h"
#include "storage/graph/public_id.h"

namespace serieslink::series {

void AddFlags(const view::ResolvedView& view, const std::vector<linkage::WeaponFlag>& flags,
              const AnswerBounds& bounds, v1::Series& series) {
  for (const linkage::WeaponFlag& flag : flags) {
    v1::Flag& out = *series.add_flags();
    out.set_kind(static_cast<v1::FlagKind>(flag.kind));
    out.set_explanation(linkage::WordsOf(flag.kind));
    for (const std::uint32_t exhibit : flag.exhibits) {
      if (static_cast<std::size_t>(out.exhibits_size()) == bounds.flag_ids_max) break;
      out.add_exhibits(graph::FormatPublicId(
          graph::IdKind::kExhibit, graph::PublicId(view.exhibit_facts[exhibit].public_id)));
    }
    for (const std::uint32_t event : flag.events) {
      if (static_cast<std::size_t>(out.events_size()) == bounds.flag_ids_max) break;
      out.add_events(view::EventId(view, event));
    }
  }
}

bool HasFlag(const std::vector<linkage::WeaponFlag>& flags, const v1::SeriesFilter& filter) {
  if (filter.flags().empty()) return true;
  return std::any_of(flags.begin(), flags.end(), [&](const linkage::WeaponFlag& flag) {
    return std::find(filter.flags().begin(), filter.flags().end(), static_cast<int>(flag.kind)) !=
           filter.flags().end();
  });
}

}  // namespace serieslink::series
