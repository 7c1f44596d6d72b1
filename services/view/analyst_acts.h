#pragma once

#include <cstdint>
#include <string_view>

#include "serieslink/record/v1/event.pb.h"

// What the deriver keeps so that leads can be ordered and an analyst's day counted.
namespace serieslink::view {

// How grave an event is, in whole bits: a death 6, a serious injury 4, a slight one or shots 3,
// another incident 1, anything else 0.
std::uint32_t SeriousnessOf(const record::v1::Event& event);

// The group of an analyst's acts on a day, under which the lead files that they acted on are kept.
// `day` counts from 1970-01-01, UTC.
std::uint64_t ActGroupOf(std::string_view agency, std::string_view principal, std::int64_t day);
inline std::int64_t DayOf(std::int64_t time_us) { return time_us / 86'400'000'000; }

}  // namespace serieslink::view
