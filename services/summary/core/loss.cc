#include "services/summary/core/loss.h"

#include "serieslink/record/v1/record.pb.h"

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

constexpr BitSet kWholeGun = Bit(EXHIBIT_KIND_GUN) | Bit(EXHIBIT_KIND_DESCRIBED_GUN);

}  // namespace

bool IsLoss(const WeaponFacts::AtEvent& at) {
  return at.event->kind == EVENT_KIND_LOSS && !at.event->is_cancelled && !at.is_found_again &&
         !at.is_incomplete && (at.kinds & kWholeGun) != 0;
}

Truth IsStolen(const EventFacts& event) {
  if (event.loss_kinds == Bit(LOSS_KIND_STOLEN)) return Truth::kYes;
  return event.loss_kinds == Bit(LOSS_KIND_LOST) ? Truth::kNo : Truth::kUnknown;
}

}  // namespace serieslink::summary
