#include "services/linkage/core/place_areas.h"

#include "services/linkage/core/events.h"
#include "services/linkage/core/forces.h"

namespace serieslink::linkage {

type::v1::Place PlaceLocated(const type::v1::Place& place, const LocatePlace& locate) {
  if (locate == nullptr) return place;
  const Force* const force = FindForce(place.police_force());
  if (force == nullptr || force->has_area) return locate(place);
  type::v1::Place without = place;
  without.clear_police_force();
  return locate(without);
}

AreaKeys AreaKeysOf(const type::v1::Place& place, const LocatePlace& locate) {
  const type::v1::Place located = PlaceLocated(place, locate);
  AreaKeys keys = {PlaceKey(located.borough_code()), PlaceKey(located.ward_code()),
                   PlaceKey(ForceName(located.police_force())), PlaceKey(place.police_force())};
  if (keys[3] == keys[2]) keys[3] = 0;
  return keys;
}

}  // namespace serieslink::linkage
