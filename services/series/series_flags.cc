#include "services/series/series_flags.h"

#include <algorithm>

#include "services/view/event_answer.h"
#include "storage/graph/public_id.h"

namespace serieslink::series {
namespace {

using ::serieslink::linkage::FlagKind;

const char* WordsOf(FlagKind kind) {
  switch (kind) {
    case FlagKind::kCustodyContradiction:
      return "it was used, or held by somebody else, at a time at which it was in custody: a date "
             "is wrong, it got out, or there are two guns";
    case FlagKind::kConflict:
      return "statements about it contradict each other";
    case FlagKind::kPartsExchange:
      return "one channel confirms what another eliminates: parts may have been exchanged";
    case FlagKind::kImpossibleTravel:
      return "it was at two places between which nobody travels in the time: a date or place is "
             "wrong, or there are two guns";
    case FlagKind::kStaleFinding:
      return "a confirmed finding names an exhibit that its record no longer has: to be stated "
             "again";
    case FlagKind::kReferenceClash:
      return "an event shares its reference with another that time or place keeps apart: a "
             "reference may be mistyped, or one of the two may be wrong";
    case FlagKind::kProbableDuplicate:
      return "two of its incidents may be one told twice: same place, same time, no reference in "
             "common";
  }
  return "";
}

}  // namespace

void AddFlags(const view::ResolvedView& view, const std::vector<linkage::WeaponFlag>& flags,
              const AnswerBounds& bounds, v1::Series& series) {
  for (const linkage::WeaponFlag& flag : flags) {
    v1::Flag& out = *series.add_flags();
    out.set_kind(static_cast<v1::FlagKind>(flag.kind));
    out.set_explanation(WordsOf(flag.kind));
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
