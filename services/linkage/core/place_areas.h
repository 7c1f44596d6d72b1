#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "serieslink/type/v1/place.pb.h"

// In which areas a place lies: those that it names, and those in which boundaries have it. Pure.
namespace serieslink::linkage {

// A place with the ward, the borough and the force in which loaded boundaries have it, where it
// says none itself. Pure. Null: there are no boundaries.
using LocatePlace = std::function<type::v1::Place(const type::v1::Place&)>;

// `place` as `locate` has it; as it is where that is null. The name of a force without an area of
// its own (forces.h) says nothing of where it was: the force in whose area it lies takes its place.
type::v1::Place PlaceLocated(const type::v1::Place& place, const LocatePlace& locate);

// The PlaceKeys (events.h) of the areas of a place: its borough, its ward and the ForceName of its
// force as `locate` has them, then its force as it names that itself where it is another word; 0
// where there is none.
using AreaKeys = std::array<std::uint64_t, 4>;
AreaKeys AreaKeysOf(const type::v1::Place& place, const LocatePlace& locate);

}  // namespace serieslink::linkage
