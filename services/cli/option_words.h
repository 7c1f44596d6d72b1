#pragma once

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

// The words that an option takes for the values of an enumeration of the protocol.
namespace serieslink::cli {

// "case-group" for EXHIBIT_KIND_CASE_GROUP: in the order of the protocol, without the first,
// "unspecified".
std::vector<std::string> OptionWords(const google::protobuf::EnumDescriptor& values);

// The number of the value that `word` stands for; 0 for any other word.
int OptionNumber(const google::protobuf::EnumDescriptor& values, const std::string& word);

}  // namespace serieslink::cli
