#pragma once

#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"

namespace serieslink::cli {

// Everything that is set in `message`, in words: the names of the fields and what they say, in the
// order of the protocol, so that a page leaves out nothing and a field that is new is on it too. A
// list of messages is one fact each, a message within it is laid out flat ("examination received").
// Dates and references are as pages have them.
std::vector<std::pair<std::string, std::string>> FactsOf(const google::protobuf::Message& message);

// The same in one line: "court Snaresbrook, custody months 60".
std::string LineOf(const google::protobuf::Message& message);

}  // namespace serieslink::cli
