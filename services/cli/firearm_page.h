#pragma once

#include <string>
#include <vector>

#include "serieslink/firearm/v1/firearm_service.pb.h"

namespace serieslink::cli {

// The headings of a list of exhibits that were found, and the row of one.
std::vector<std::string> FoundExhibitHeadings();
std::vector<std::string> FoundExhibitRow(const firearm::v1::FoundExhibit& exhibit);

// The words that the command line has for the kinds of exhibits and the types of firearms:
// "case-group" for EXHIBIT_KIND_CASE_GROUP. In the order of the protocol, without "unspecified".
std::vector<std::string> ExhibitKindWords();
std::vector<std::string> FirearmTypeWords();

// The kind or type that a word of these lists stands for; unspecified for any other.
record::v1::ExhibitKind ExhibitKindOf(const std::string& word);
record::v1::FirearmType FirearmTypeOf(const std::string& word);

}  // namespace serieslink::cli
