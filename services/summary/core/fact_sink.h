#pragma once

#include "services/summary/core/facts.h"
#include "services/summary/core/figure_key.h"

namespace serieslink::summary {

// Takes the events and weapons of a view, each once, in any order, and keeps none of them.
class FactSink {
 public:
  virtual ~FactSink() = default;
  // Whether exhibits of weapons are to have their traits.
  virtual bool wants_traits() const { return false; }
  // What it adds to figures is added to `additions` too, where that is not null and the sink has
  // figures.
  virtual void AddEvent(const EventFacts& event, Additions* additions) = 0;
  virtual void AddWeapon(const WeaponFacts& weapon, Additions* additions) = 0;
};

}  // namespace serieslink::summary
