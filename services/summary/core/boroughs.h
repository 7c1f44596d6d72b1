#pragma once

#include <string_view>

// London's boroughs and the City by their codes (Office for National Statistics, E09000001 to
// E09000033). Pure.
namespace serieslink::summary {

// The name of the borough of `code`; null where it is none of London's.
const char* LondonBoroughName(std::string_view code);

// The police force whose area it is: "city" for the City of London, "mps" for the 32 boroughs;
// empty where it is none of London's.
std::string_view LondonForceOf(std::string_view code);

}  // namespace serieslink::summary
